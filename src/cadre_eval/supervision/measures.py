"""Proposed measures with their decisions: how each matter stands on a day, what is overdue, which effects are in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import evolve, frozen

from cadre_eval.errors import Span, Text, as_text
from cadre_eval.model.dates import Days, Term, Workdays
from cadre_eval.model.decisions import Decision
from cadre_eval.model.records import Fact, FactState
from cadre_eval.ruleset.supervision import FactSourceDoc, Holder, MeasureDoc, MeasureEffectDoc, SupervisionDoc
from cadre_eval.scoring.proposals import Measure
from cadre_eval.supervision.calendar import last_day
from cadre_eval.supervision.scope import Scope

MatterState: TypeAlias = Literal[
    "overdue",
    "not-carried-out",
    "lapsed",
    "proposed",
    "waiting",
    "confirmed",
    "varied",
    "carried-out",
    "refused",
    "revoked",
]
"""Not decided in time; decided, and not carried out in time; decided, and what it followed from has changed; to be decided;
it cannot be said yet whether it is due; confirmed or varied, to be carried out; carried out; refused; taken back.
"""
STATES: tuple[MatterState, ...] = (
    "overdue", "not-carried-out", "lapsed", "proposed", "waiting", "confirmed", "varied", "carried-out", "refused", "revoked",
)  # fmt: skip
"""The most pressing first."""


@frozen
class InForce:
    """An effect of a measure, and on which days it holds."""

    effect: str
    title: str
    days: Days


@frozen(eq=False)
class Matter:
    """One proposal, with the decision on it if there is one."""

    measure: Measure
    decision: Decision | None
    state: MatterState
    declared: MeasureDoc | None = None
    """The measure that was proposed, as the ruleset declares it."""
    decided: MeasureDoc | None = None
    """The measure that was decided, likewise."""
    decide_by: date | None = None
    carry_out_by: date | None = None
    effects: tuple[InForce, ...] = ()
    now: Measure | None = None
    """What is proposed now, where that is something else than was decided on."""

    @property
    def decider(self) -> Holder | None:
        """Who decides; None if that is not declared. About a unit it is always the district."""
        if self.measure.target != "cadre":
            return "district"
        return self.declared.decided_by if self.declared else None

    @property
    def unreached(self) -> Workdays | None:
        """The time allowed for what comes next, if it is declared and reaches past the calendar of workdays."""
        if self.decision is None:
            allowed, until = self.declared and self.declared.decide_within, self.decide_by
        else:
            allowed, until = self.decided and self.decided.carry_out_within, self.carry_out_by
        return allowed if until is None and isinstance(allowed, Workdays) else None


def matter(
    measure: Measure,
    decision: Decision | None,
    rules: Callable[[date], SupervisionDoc],
    as_of: date,
    now: Measure | None = None,
) -> Matter:
    """How a proposal stands on ``as_of``.

    Args:
        measure: the proposal; if it was decided, as it was known on the day of the decision.
        decision: the one known on that day.
        rules: the supervision rules in force on a day.
        now: the proposal as it is known on ``as_of``; None if it was withdrawn. Needed only if it was decided.
    """
    arose = measure.on or as_of
    proposed = rules(arose).measures.get(measure.proposed.measure_id or "") or measure.declared
    decide_by = _until(arose, proposed.decide_within if proposed else None)
    if decision is None:
        late = decide_by is not None and as_of > decide_by
        state: MatterState = "waiting" if measure.proposed.waits_for else "overdue" if late else "proposed"
        return Matter(measure, None, state, proposed, decide_by=decide_by)
    if decision.carried_out is not None and decision.carried_out > as_of:
        decision = evolve(decision, carried_out=None)
    if decision.stands(as_of):
        decision = evolve(decision, revoked=None)
    decided = rules(decision.on).measures.get(decision.measure or "")
    if decision.revoked is not None:
        return Matter(measure, decision, "revoked", proposed, decided, decide_by)
    changed = now if now is not None and _changed(measure, now) else None
    if decision.outcome == "refuse":
        state = "refused" if changed is None else "lapsed"
        return Matter(measure, decision, state, proposed, decided, decide_by, now=changed)
    carry_out_by = _until(decision.on, decided.carry_out_within if decided else None)
    lapsed = now is None or changed is not None
    state = "lapsed" if lapsed else _carried_out(decision, carry_out_by, as_of)
    effects = effects_of(decision, decided)
    return Matter(measure, decision, state, proposed, decided, decide_by, carry_out_by, effects, changed)


def _changed(then: Measure, now: Measure) -> bool:
    """Whether something else is proposed now, or it cannot be said any more; for another reason is no change."""
    doubted = now.proposed.waits_for is not None and then.proposed.waits_for is None
    return doubted or _what(now) != _what(then)


def _what(measure: Measure) -> tuple[str | None, Fraction | None, str]:
    proposed = measure.proposed
    points = None if proposed.points is None else Fraction(proposed.points)
    return proposed.measure_id, points, as_text(proposed.measure).zh


def _carried_out(decision: Decision, by: date | None, as_of: date) -> MatterState:
    if decision.carried_out is not None:
        return "carried-out"
    if by is not None and as_of > by:
        return "not-carried-out"
    return "confirmed" if decision.outcome == "confirm" else "varied"


def _until(start: date, term: Term | None) -> date | None:
    return None if term is None else last_day(start, term)


def effects_of(decision: Decision, measure: MeasureDoc | None) -> tuple[InForce, ...]:
    """What the measure brings, from the day of the decision."""
    found = [] if measure is None else [_in_force(effect, decision.on) for effect in measure.effects]
    return tuple(found)


def _in_force(effect: MeasureEffectDoc, on: date) -> InForce:
    last = date(on.year, 12, 31) if effect.for_ == "this-year" else effect.for_.last_from(on)
    return InForce(effect.effect, effect.title or effect.effect, Days(on, max(on, last)))


def in_order(matters: Iterable[Matter]) -> list[Matter]:
    """The most pressing first, then by the day they arose."""
    return sorted(matters, key=lambda m: (STATES.index(m.state), m.measure.on or date.max, m.measure.key))


def decided_for(scope: Scope) -> list[Decision]:
    """Decisions that took a measure against the cadre, known on the day, by day and id."""
    found = [
        d for d in scope.on_record.decisions
        if d.outcome != "refuse" and d.known_on <= scope.as_of and d.stands(scope.as_of) and d.cadre == scope.cadre
    ]  # fmt: skip
    return sorted(found, key=lambda d: (d.on, d.id))


def measures_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """How many of these measures were decided against the cadre on the days on which decisions count here."""
    wanted = set(source.measures or ())
    found = [d for d in decided_for(scope) if d.measure in wanted and d.on in scope.decided_in]
    titles = _titles(scope.rules.measures)
    named = "、".join(f"{d.on} {titles.get(d.measure or '', d.measure)} {d.id}" for d in found)
    english = ", ".join(f"{d.on} {d.measure} {d.id}" for d in found)
    detail = Text(named or "没有这样的决定", english or "no such decision")
    return Fact(
        FactState.PRESENT, Fraction(len(found)), evidence=tuple(d.id for d in found), span=_span(found), detail=detail
    )  # fmt: skip


def effect_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """Whether an effect is in force at the end of the days on which decisions count here."""
    end = min(scope.decided_in.last, scope.as_of)
    found = [
        (d, effect)
        for d in decided_for(scope)
        for effect in effects_of(d, scope.rules_on(d.on).measures.get(d.measure or ""))
        if effect.effect == source.effect and end in effect.days
    ]
    named = "、".join(f"{e.title}：{e.days.first} 至 {e.days.last}，{d.id}" for d, e in found)
    english = ", ".join(f"{e.effect}: {e.days.first} to {e.days.last}, {d.id}" for d, e in found)
    detail = Text(named or f"{end} 没有在影响期内", english or f"not in force on {end}")
    decisions = [d for d, _ in found]
    return Fact(
        FactState.PRESENT, bool(found), evidence=tuple(d.id for d in decisions), span=_span(decisions), detail=detail
    )  # fmt: skip


def _titles(measures: Mapping[str, MeasureDoc]) -> Mapping[str, str]:
    return {name: measure.title for name, measure in measures.items()}


def _span(decisions: list[Decision]) -> Span | None:
    return decisions[0].span if decisions else None
