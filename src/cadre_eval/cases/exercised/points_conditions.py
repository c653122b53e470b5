"""What cases are to show of gates, and of the conditions wherever they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from attrs import frozen

from cadre_eval.cases.exercised.points import Point, point
from cadre_eval.cases.exercised.seen import Seen
from cadre_eval.errors import Text
from cadre_eval.model.records import FactState
from cadre_eval.ruleset.document import GateDoc, RulesetDoc
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import (
    Combined,
    CompiledRuleset,
    Condition,
    FactCompare,
    FactWord,
    Gate,
    PeriodPlan,
)
from cadre_eval.scoring.conditions import FALSE, TRUE, Judge
from cadre_eval.scoring.result import GateOutcome, Result

Judges = Callable[[Seen], Iterable[Judge]]


def condition_points(owner: str, condition: Condition, judges: Judges, rules: CompiledRuleset) -> Iterator[Point]:
    """Of several conditions each decided once: held, where any is enough; did not hold, where all are needed."""
    if not isinstance(condition, Combined):
        return
    for part in condition.parts:
        asked = condition.how == "any" or (condition.how == "all" and may_fail(part, rules))
        if asked and not isinstance(part, Combined):
            truth = TRUE if condition.how == "any" else FALSE
            name = _name(part, rules)
            what = Text(f"{name}这一项成立", f"{name} holds")
            if condition.how == "all":
                what = Text(f"{name}这一项不成立", f"{name} does not hold")

            def met(seen: Seen, part: Condition = part, truth: frozenset[bool] = truth) -> bool:
                return any(judge.judge(part).truth == truth for judge in judges(seen))

            yield point(part.span, owner, what.zh, what.en, met)
        yield from condition_points(owner, part, judges, rules)


def may_fail(condition: Condition, rules: CompiledRuleset) -> bool:
    """Whether records can make it false: not where it only asks whether a fact is on record at all."""
    if isinstance(condition, Combined):
        each = [may_fail(part, rules) for part in condition.parts]
        return condition.how == "not" or (all(each) if condition.how == "any" else any(each))
    if not isinstance(condition, FactCompare):
        return True
    low, high = fact_bounds(rules.facts.get(condition.fact))
    meets = {
        "below": high is not None and high < condition.number,
        "at_most": high is not None and high <= condition.number,
        "above": low is not None and low > condition.number,
        "at_least": low is not None and low >= condition.number,
        "equals": low == high == condition.number,
    }
    return not meets[condition.sign]


def _name(condition: Condition, rules: CompiledRuleset) -> str:
    """What a single comparison looks at."""
    if isinstance(condition, FactCompare | FactWord):
        return rules.fact_title(condition.fact)
    return "" if isinstance(condition, Combined) else rules.name_of(condition.criterion)


# ── gates ───────────────────────────────────────────────────────────


def gate_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    docs = {gate.id: gate for gate in doc.gates}
    for plan in rules.periods.values():
        for gate in plan.gates:
            sight = _Sight(gate, plan)
            yield from (
                _ladder_points(docs[gate.id], sight)
                if gate.condition is None
                else _gate_points(docs[gate.id], sight, gate.condition, rules)
            )
            yield from _missing_points(docs[gate.id], sight)


@frozen(eq=False)
class _Sight:
    """A gate in one period, as cases show it."""

    gate: Gate
    plan: PeriodPlan

    def results(self, seen: Seen) -> list[Result]:
        return seen.assessed if seen.of_period(self.plan.key) else []

    def outcomes(self, result: Result) -> list[GateOutcome]:
        return [outcome for outcome in result.gates if outcome.gate.id == self.gate.id]

    def judges(self, seen: Seen) -> list[Judge]:
        return [judge for result in self.results(seen) for judge in seen.judges(result, self.gate.ignore_missing)]

    def triggered(self, seen: Seen) -> bool:
        return any(outcome.certain for result in self.results(seen) for outcome in self.outcomes(result))

    def reached(self, step: int, seen: Seen) -> bool:
        """Whether the count came to this step of the ladder, and to no higher one."""
        certain = [o for result in self.results(seen) for o in self.outcomes(result) if o.certain]
        return any(threshold == step and effect is o.effect for o in certain for threshold, effect in o.gate.ladder)

    def passed(self, seen: Seen) -> bool:
        """Whether somebody's records say that the gate does not hold: not merely that it does not apply."""
        for result in self.results(seen):
            judges = seen.judges(result, self.gate.ignore_missing)
            if not self.outcomes(result) and any(self._false(judge) for judge in judges):
                return True
        return False

    def _false(self, judge: Judge) -> bool:
        if self.gate.condition is not None:
            return judge.judge(self.gate.condition).truth == FALSE
        return judge.subject.fact(self.gate.count or "").state is FactState.PRESENT

    def ignored(self, seen: Seen) -> bool:
        """Whether a missing fact was ignored that would have left the gate open."""
        for result in self.results(seen):
            strict = seen.judges(result)
            if self.gate.condition is None:
                name = self.gate.count or ""
                if any(judge.subject.fact(name).state is FactState.MISSING for judge in strict):
                    return True
            elif ignoring_mattered(self.gate.condition, strict, seen.judges(result, ignore_missing=True)):
                return True
        return False

    def left_open(self, seen: Seen) -> bool:
        outcomes = [o for result in self.results(seen) for o in self.outcomes(result) if not o.certain]
        return any(lack.state is FactState.MISSING for o in outcomes for lack in o.finding.lacks)


def ignoring_mattered(condition: Condition, strict: list[Judge], lenient: list[Judge]) -> bool:
    """Whether a condition came out otherwise because a missing fact was ignored."""
    pairs = zip(strict, lenient, strict=True)
    return any(a.judge(condition).truth != b.judge(condition).truth for a, b in pairs)


def _gate_points(doc: GateDoc, sight: _Sight, condition: Condition, rules: CompiledRuleset) -> Iterator[Point]:
    gate, where = sight.gate, doc.at.value("id")
    yield point(where, gate.title, "触发", "triggered", sight.triggered)
    if may_fail(condition, rules):
        yield point(where, gate.title, "未触发", "not triggered", sight.passed)
    yield from condition_points(gate.title, condition, sight.judges, rules)


def _ladder_points(doc: GateDoc, sight: _Sight) -> Iterator[Point]:
    yield point(doc.at.value("id"), sight.gate.title, "未触发", "not triggered", sight.passed)
    written = getattr(doc.at.node.values["ladder"], "keys", {})
    for key, step in zip(written, doc.ladder or {}, strict=True):
        where = doc.at.entry("ladder", key)
        yield point(where, sight.gate.title, f"达到 {step} 次", f"count of {step}", partial(sight.reached, step))


def _missing_points(doc: GateDoc, sight: _Sight) -> Iterator[Point]:
    if doc.at.has("missing"):
        where, ignore = doc.at.value("missing"), sight.gate.ignore_missing
        zh, en = (
            ("缺事实，视为未触发", "a missing fact ignored")
            if ignore
            else ("缺事实，待定", "a missing fact leaves it open")
        )
        yield point(where, sight.gate.title, zh, en, sight.ignored if ignore else sight.left_open)
