"""Gates and grade bands: which grades a cadre may still have."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import evolve, frozen

from cadre_eval.model.records import FactState
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.numbers.ranges import Range
from cadre_eval.ruleset.plan import Effect, FactCompare, Gate, GradeScale, PeriodPlan
from cadre_eval.scoring.conditions import FALSE, Finding, Judge
from cadre_eval.scoring.result import GateOutcome, Note, note
from cadre_eval.scoring.states import waiting_for
from cadre_eval.scoring.subject import Lack, Subject


def gate_outcomes(plan: PeriodPlan, judge: Judge) -> tuple[GateOutcome, ...]:
    """The gates that are triggered, or may be."""
    found = []
    for gate in plan.gates:
        own_judge = evolve(judge, ignore_missing=gate.ignore_missing)
        for effect, finding in _gate_findings(gate, own_judge):
            if True in finding.truth:
                found.append(GateOutcome(gate, effect, finding))
    return tuple(found)


def _gate_findings(gate: Gate, judge: Judge) -> Iterable[tuple[Effect, Finding]]:
    if gate.condition is not None:
        yield gate.effect, judge.judge(gate.condition)
        return
    fact = judge.subject.fact(gate.count or "")
    steps = sorted(gate.ladder, key=lambda step: step[0])
    if fact.state is FactState.PRESENT and isinstance(fact.value, Fraction):
        reached = [step for step in steps if fact.value >= step[0]]
        if reached:
            condition = FactCompare(gate.count or "", "at_least", Fraction(reached[-1][0]), gate.rule.span)
            yield reached[-1][1], judge.judge(condition)
        return
    for count, effect in steps:
        finding = judge.judge(FactCompare(gate.count or "", "at_least", Fraction(count), gate.rule.span))
        yield effect, finding if finding.truth != FALSE else Finding(FALSE)


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


def gate_notes(outcomes: Iterable[GateOutcome], scale: GradeScale | None, subject: Subject) -> list[Note]:
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
        notes.extend(_unit_notes(gate, subject))
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


def lacks_text(lacks: Iterable[Lack]) -> str:
    return "、".join(lack.what for lack in waiting_for(tuple(lacks)))
