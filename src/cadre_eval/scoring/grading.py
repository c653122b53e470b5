"""Gates and grade bands: which grades a cadre may still have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from cadre_eval.errors import Text, as_text
from cadre_eval.model.records import FactState
from cadre_eval.numbers.interval import Interval, Number, interval
from cadre_eval.numbers.ranges import Range
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import Effect, Gate, GradeScale, PeriodPlan
from cadre_eval.scoring.conditions import OPEN, TRUE, Finding, Judge, either
from cadre_eval.scoring.inputs import used_fact
from cadre_eval.scoring.result import GateOutcome, Note, note
from cadre_eval.scoring.states import waiting_for
from cadre_eval.scoring.subject import Lack, Subject, Used


def gate_outcomes(plan: PeriodPlan, judges: Sequence[Judge]) -> tuple[GateOutcome, ...]:
    """The gates that are triggered, or may be, in any of the cadre's postings."""
    found = []
    for gate in plan.gates:
        own = [judge.ignoring(gate.ignore_missing) for judge in judges]
        if gate.condition is not None:
            each = [judge.judge(gate.condition) for judge in own]
            findings = [(gate.effect, either(each))]
            where = tuple(j.subject for j, f in zip(own, each, strict=True) if True in f.truth)
            surely = tuple(j.subject for j, f in zip(own, each, strict=True) if False not in f.truth)
        else:
            findings = list(_ladder_findings(gate, own))
            where = tuple(j.subject for j in own if j.subject.fact(gate.count or "").value != 0)
            surely = tuple(s for s in where if s.fact(gate.count or "").state is FactState.PRESENT)
        found += [
            GateOutcome(gate, effect, finding, where, surely) for effect, finding in findings if True in finding.truth
        ]
    return tuple(found)


def _ladder_findings(gate: Gate, judges: Sequence[Judge]) -> Iterable[tuple[Effect, Finding]]:
    """The step reached by the count over all postings; every step still possible while a count is open."""
    count, used, lacks = _count(gate, judges)
    steps = sorted(gate.ladder, key=lambda step: step[0])
    reached = [step for step in steps if count.low is not None and count.low >= step[0]]
    if reached:
        yield reached[-1][1], Finding(TRUE, used, ())
    for threshold, effect in steps[len(reached) :]:
        if count.high is None or count.high >= threshold:
            yield effect, Finding(OPEN, used, lacks)


def _count(gate: Gate, judges: Sequence[Judge]) -> tuple[Interval, tuple[Used, ...], tuple[Lack, ...]]:
    name = gate.count or ""
    total: Interval = interval(0)
    used: list[Used] = []
    lacks: list[Lack] = []
    for judge in judges:
        fact, rules = judge.subject.fact(name), judge.subject.rules
        doc, title = rules.facts[name], rules.fact_title(name)
        if fact.state is FactState.PRESENT and isinstance(fact.value, Fraction):
            total = total + fact.value
            used.append(used_fact(title, fact, doc))
        elif fact.state is FactState.PENDING or (fact.state is FactState.MISSING and not judge.ignore_missing):
            total = total + Interval(*fact_bounds(doc))
            lacks.append(Lack(fact.state, title, fact.reason, fact.span))
    return total, tuple(used), tuple(lacks)


@frozen
class Standing:
    """One way things may turn out: the grade by score, the worst cap, the worst imposed grade (indices)."""

    by_score: int
    cap: int = 0
    forced: int | None = None

    def under(self, cap: int | None, forced: int | None) -> Standing:
        """With one more gate; the strictest of each sort counts, so order never matters."""
        worst = self.forced if forced is None else max(forced, self.forced or 0)
        return Standing(self.by_score, max(self.cap, cap or 0), worst)

    @property
    def grade(self) -> int:
        return max(self.cap, self.by_score if self.forced is None else self.forced)

    @property
    def best_allowed(self) -> int:
        """The best grade a quota could still give."""
        return max(self.cap, self.forced or 0)


def standings(total: Number, scale: GradeScale, gates: Iterable[GateOutcome]) -> frozenset[Standing]:
    """Every standing still possible."""
    possible = {Standing(index) for index in _bands_met(total, scale)}
    for outcome in gates:
        cap, forced = scale.level(outcome.effect.cap_grade), scale.level(outcome.effect.force_grade)
        if cap is None and forced is None:
            continue
        gated = {standing.under(cap, forced) for standing in possible}
        possible = gated if outcome.certain else possible | gated
    return frozenset(possible)


def _bands_met(total: Number, scale: GradeScale) -> list[int]:
    if not isinstance(total, Interval):
        return [scale.index_of(total)]
    within = Range(total.low, total.high)
    return [i for i, b in enumerate(scale.bands) if isinstance(b, Range) and not b.meet(within).is_empty]


def gate_notes(outcomes: Iterable[GateOutcome], scale: GradeScale | None) -> list[Note]:
    """What the gates say, to the cadre and to the units."""
    notes = []
    for outcome in outcomes:
        gate, effect = outcome.gate, outcome.effect
        if not outcome.certain:
            what = lacks_text(outcome.finding.lacks) or gate.title
            notes.append(note("gate-open", gate=gate.title, what=what))
            continue
        cap = scale.level(effect.cap_grade) if scale else None
        forced = scale.level(effect.force_grade) if scale else None
        if scale is not None and cap is not None:
            notes.append(note("gate-cap", gate=gate.title, grade=scale.labels[cap]))
        if scale is not None and forced is not None:
            notes.append(note("gate-force", gate=gate.title, grade=scale.labels[forced]))
        if effect.refer:
            notes.append(note("gate-refer", gate=gate.title, to=effect.refer))
        if effect.note:
            notes.append(note("gate-note", gate=gate.title, note=effect.note))
        notes.extend(n for subject in outcome.subjects for n in _unit_notes(gate, subject))
    return notes


def _unit_notes(gate: Gate, subject: Subject) -> Iterable[Note]:
    posting = subject.posting
    names = {
        "sending-unit": posting.sending_unit.name,
        "township": posting.host.township.name,
        "host": posting.host.name,
    }
    for unit, text in gate.also.items():
        yield note("gate-also", unit=names[unit], gate=gate.title, note=text)


def lacks_text(lacks: Iterable[Lack]) -> Text | None:
    """What is lacking, each thing once; None if nothing is."""
    found = [as_text(lack.what) for lack in waiting_for(tuple(lacks))]
    return Text("、".join(t.zh for t in found), ", ".join(t.en for t in found)) if found else None
