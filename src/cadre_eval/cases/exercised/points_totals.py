"""What cases are to show of periods and of bonuses and deductions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from attrs import evolve

from cadre_eval.cases.exercised.points import Point, point
from cadre_eval.cases.exercised.points_criteria import POLICY_STATES
from cadre_eval.cases.exercised.seen import Seen
from cadre_eval.model.records import FactState
from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import INTERVAL, Interval, Number, interval
from cadre_eval.ruleset.document import AdjustmentGroupDoc, AdjustmentItemDoc, AdjustmentsDoc, PeriodDoc, RulesetDoc
from cadre_eval.ruleset.formulas import adjusted, adjusted_reach, adjustment_group, reach
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import AdjustmentGroup, AdjustmentItem, Adjustments, CompiledRuleset, PeriodPlan
from cadre_eval.scoring.result import GroupAdjustment, ItemScore, PostingScore

ZERO = Fraction(0)


def period_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    """Each period assessed; each earlier part entered, or its absence dealt with."""
    for plan in rules.periods.values():
        where = doc.at.entry("periods", plan.key)
        yield point(where, plan.title, "考核出结果", "assessed", _final(plan.key))
        yield from _combine_points(doc.periods[plan.key], plan, rules)


def _final(key: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.of_period(key) and any(result.state == "final" for result in seen.results)


def _combine_points(doc: PeriodDoc, plan: PeriodPlan, rules: CompiledRuleset) -> Iterator[Point]:
    for key in plan.combine:
        if key == plan.key:
            continue
        title = rules.periods[key].title
        where = doc.at.entry("combine", key)
        yield point(where, plan.title, f"计入了{title}成绩", f"the {title} total entered", _entered(plan.key, key))
    if doc.combine is not None and doc.absent is not None:
        where = doc.at.value("absent")
        yield point(where, plan.title, "没有前期成绩", "no earlier total", _absent(plan.key))


def _entered(key: str, earlier: str) -> Callable[[Seen], bool]:
    def entered(seen: Seen) -> bool:
        parts = [p for r in seen.assessed for p in r.earlier if p.period == earlier and isinstance(p.total, Fraction)]
        return seen.of_period(key) and any(part.source in {"assessed", "recorded"} for part in parts)

    return entered


def _absent(key: str) -> Callable[[Seen], bool]:
    def absent(seen: Seen) -> bool:
        return seen.of_period(key) and any(p.source == "absent" for r in seen.assessed for p in r.earlier)

    return absent


# ── bonuses and deductions ──────────────────────────────────────────


def adjustment_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    """Each item gave points, each cap was reached, each way of counting met several items."""
    if doc.adjustments is None:
        return
    groups = {group.id: group for group in doc.adjustments.groups}
    for plan in rules.periods.values():
        for group in plan.adjustments.groups:
            yield from _group_points(groups[group.id], group, rules)
        yield from _sum_points(doc.adjustments, plan, rules)


def _group_points(doc: AdjustmentGroupDoc, group: AdjustmentGroup, rules: CompiledRuleset) -> Iterator[Point]:
    for own, item in zip(doc.items, group.items, strict=True):
        yield from _item_points(own, group, item, rules)
    if len(group.items) > 1:
        where = doc.at.value("counting")
        yield point(where, group.title, "几项同时有分", "several items at once", _seen_in(group, _several))
    loose = evolve(group, cap=None)
    most = adjustment_group(INTERVAL, loose, [_most(item, rules) for item in group.items])
    if group.cap is not None and _beyond(most, group.cap):

        def capped(found: GroupAdjustment) -> bool:
            amounts = [i.points for i in found.items]
            certain = all(isinstance(amount, Fraction) for amount in amounts)
            return certain and adjustment_group(EXACT, loose, amounts) > (group.cap or ZERO)

        yield point(
            doc.at.value("cap"), group.title, "超过本组上限", "over the cap of the group", _seen_in(group, capped)
        )


def _several(found: GroupAdjustment) -> bool:
    return sum(isinstance(item.points, Fraction) and item.points > 0 for item in found.items) > 1


def _item_points(
    doc: AdjustmentItemDoc, group: AdjustmentGroup, item: AdjustmentItem, rules: CompiledRuleset
) -> Iterator[Point]:
    def of_item(holds: Callable[[ItemScore], bool]) -> Callable[[Seen], bool]:
        return _seen_in(group, lambda found: any(holds(i) for i in found.items if i.item.id == item.id))

    zh, en = ("加了分", "points given") if group.direction == "bonus" else ("扣了分", "points taken")
    positive = of_item(lambda i: isinstance(i.points, Fraction) and i.points > 0)
    yield point(doc.at.value("id"), item.title, zh, en, positive)
    cap = item.cap
    if cap is not None and _beyond(_most(item, rules), cap):
        over = of_item(lambda i: isinstance(i.points, Fraction) and i.points > cap)
        yield point(doc.at.value("cap"), item.title, "超过本项上限", "over the cap of the item", over)
    for name, (state, what) in POLICY_STATES.items():
        if doc.policies is not None and getattr(doc.policies, name) is not None:
            yield point(doc.policies.at.value(name), item.title, what.zh, what.en, of_item(_lacking(state)))


def _lacking(state: FactState) -> Callable[[ItemScore], bool]:
    return lambda item: any(lack.state is state for lack in item.lacks)


def _seen_in(group: AdjustmentGroup, holds: Callable[[GroupAdjustment], bool]) -> Callable[[Seen], bool]:
    def shown(seen: Seen) -> bool:
        return any(holds(g) for score in seen.scores for g in score.adjustments if g.group.id == group.id)

    return shown


def _most(item: AdjustmentItem, rules: CompiledRuleset) -> Interval:
    """What an item may amount to before its cap."""
    high = fact_bounds(rules.facts.get(item.fact))[1]
    return Interval(ZERO, None if high is None else high * item.each)


def _beyond(x: Number, limit: Fraction) -> bool:
    high = interval(x).high
    return high is None or high > limit


def _sum_points(doc: AdjustmentsDoc, plan: PeriodPlan, rules: CompiledRuleset) -> Iterator[Point]:
    """The caps over all groups, and the limits of the total after adjustments."""
    adjustments = plan.adjustments
    for direction, cap in (("bonus", adjustments.bonus_cap), ("deduction", adjustments.deduction_cap)):
        groups = [group for group in adjustments.groups if group.direction == direction]
        if cap is None or doc.cap is None or not groups:
            continue
        most = [adjustment_group(INTERVAL, g, [_most(item, rules) for item in g.items]) for g in groups]
        if _beyond(sum(most, interval(ZERO)), cap):
            zh, en = (
                ("加分超过总上限", "bonuses over their cap")
                if direction == "bonus"
                else ("扣分超过总上限", "deductions over their cap")
            )
            yield point(doc.cap.at.value(direction), "", zh, en, _over_all(direction, cap, plan.key))
    yield from _limit_points(doc, adjustments, plan, rules)


def _over_all(direction: str, cap: Fraction, key: str) -> Callable[[Seen], bool]:
    def over(seen: Seen) -> bool:
        return seen.of_period(key) and any(_summed(score, direction) > cap for score in seen.scores)

    return over


def _summed(score: PostingScore, direction: str) -> Fraction:
    """What the groups of a direction came to; open ones count as 0."""
    found = [g.points for g in score.adjustments if g.group.direction == direction]
    return sum((abs(points) for points in found if isinstance(points, Fraction)), ZERO)


def _limit_points(
    doc: AdjustmentsDoc, rules_of: Adjustments, plan: PeriodPlan, rules: CompiledRuleset
) -> Iterator[Point]:
    """Floor and ceiling after adjustments; one that no total can reach is not asked for."""
    if not rules_of.groups:
        return
    loose = evolve(rules_of, floor=None, ceiling=None)
    possible = adjusted_reach(reach(plan.root, rules.facts), loose)

    def totals(seen: Seen) -> Sequence[Fraction]:
        found = [_unlimited(score, loose) for score in seen.scores] if seen.of_period(plan.key) else []
        return [total for total in found if total is not None]

    low = rules_of.floor if rules_of.floor is not None else ZERO
    if possible.low is None or possible.low < low:
        zh, en = (
            ("总分低于下限，按下限计", "held at the floor")
            if rules_of.floor is not None
            else ("总分为负", "a total below 0")
        )
        yield point(doc.at.value("floor"), "", zh, en, lambda seen: any(total < low for total in totals(seen)))
    high = rules_of.ceiling if rules_of.ceiling is not None else plan.root.points
    if possible.high is None or possible.high > high:
        zh, en = (
            ("总分超过上限，按上限计", "held at the ceiling")
            if rules_of.ceiling is not None
            else ("总分超过满分", "a total above the scale")
        )
        yield point(doc.at.value("ceiling"), "", zh, en, lambda seen: any(total > high for total in totals(seen)))


def _unlimited(score: PostingScore, loose: Adjustments) -> Fraction | None:
    """The own total before floor and ceiling; None unless it is certain."""
    amounts = [g.points if g.group.direction == "bonus" else -g.points for g in score.adjustments]
    if not isinstance(score.tree.score, Fraction) or not all(isinstance(a, Fraction) for a in amounts):
        return None
    total: Fraction = adjusted(EXACT, score.tree.score, loose, amounts)
    return total
