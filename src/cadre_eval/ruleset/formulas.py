"""How numbers go up the tree: one formula for a leaf, one for a group, whatever sort of number they run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from cadre_eval.numbers.interval import INTERVAL, Interval, Number, hull, interval
from cadre_eval.numbers.ops import Num, Ops, clamp, total
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.plan import AdjustmentGroup, Adjustments, Group, Leaf, Node, Part, Rounding, factors_of

ZERO = Fraction(0)


def held(ops: Ops, x: Num, node: Leaf | Group) -> Num:
    """The score between the node's floor and ceiling, then rounded if the node declares it (not the total: see
    ``period_total``).
    """
    x = clamp(ops, x, node.floor, node.ceiling)
    return rounded(ops, x, node.rounding) if node.id != "total" else x


def rounded(ops: Ops, x: Num, rounding: Rounding | None) -> Num:
    return x if rounding is None else ops.rounded(x, rounding.places, rounding.mode)


def leaf_score(ops: Ops, leaf: Leaf, numbers: Mapping[str, Num]) -> Num:
    """Raises StaysOpen where the kind says so; PluginFailure where a plugin's kind fails."""
    return held(ops, leaf.kind.formula(ops, leaf.params, numbers, leaf.points), leaf)


def group_score(ops: Ops, group: Group, scored: Sequence[tuple[Part, Num]]) -> Num:
    """``points`` x the weighted mean of score / scale over the parts that count. With all parts of a sum this is
    their sum.
    """
    factors = group.factors if len(scored) == len(group.parts) else factors_of(group.points, [p for p, _ in scored])
    if factors is None:
        return held(ops, ZERO, group)
    added = [score if (factor := factors[part]) is None else score * factor for part, score in scored]
    return held(ops, total(added), group)


def adjustment_group(ops: Ops, group: AdjustmentGroup, amounts: Sequence[Num]) -> Num:
    """Points of a group of adjustments, 0 or more: added up or the highest only, held under the caps."""
    capped = [clamp(ops, a, ZERO, item.cap) for a, item in zip(amounts, group.items, strict=True)]
    result: Num = ZERO
    for amount in capped:
        result = result + amount if group.counting == "cumulative" else ops.maximum(result, amount)
    return clamp(ops, result, ZERO, group.cap)


def adjusted(ops: Ops, tree: Num, rules: Adjustments, groups: Sequence[Num]) -> Num:
    """The tree's score with bonuses and deductions, under their caps, between floor and ceiling."""
    pairs = list(zip(rules.groups, groups, strict=True))
    bonus: Num = ZERO
    deduction: Num = ZERO
    for group, points in pairs:
        if group.direction == "bonus":
            bonus = bonus + points
        else:
            deduction = deduction + points
    change = clamp(ops, bonus, ZERO, rules.bonus_cap) - clamp(ops, deduction, ZERO, rules.deduction_cap)
    return clamp(ops, tree + change, rules.floor, rules.ceiling) if pairs else tree


def reach(node: Node, facts: Mapping[str, FactDoc]) -> Interval:
    """The lowest and highest score a node can have, whatever is recorded."""
    if isinstance(node, Leaf):
        numbers: dict[str, Number] = {}
        for source in node.inputs:
            numbers.update({name: Interval(*bounds) for name, bounds in source.domain(facts).items()})
        scores = [leaf_score(INTERVAL, node, numbers)]
        policies = {node.policies.missing, node.policies.not_applicable, node.policies.excused}
        return hull([*scores, ZERO] if "zero" in policies else scores)
    parts = [(part, reach(part.node, facts)) for part in node.parts]
    ratios = hull(score * (1 / part.node.points) for part, score in parts)
    alone = held(INTERVAL, ratios * node.points, node)
    together = group_score(INTERVAL, node, parts)
    return hull([together, alone]) if any(_may_be_absent(part.node) for part in node.parts) else interval(together)


def _may_be_absent(node: Node) -> bool:
    if isinstance(node, Group):
        return all(_may_be_absent(part.node) for part in node.parts)
    policies = node.policies
    by_itself = any(source.may_exclude for source in node.inputs)
    return by_itself or "exclude" in {policies.missing, policies.not_applicable, policies.excused}


def adjusted_reach(tree: Interval, rules: Adjustments) -> Interval:
    """The lowest and highest total after adjustments."""
    groups = [adjustment_group(INTERVAL, group, [Interval(ZERO, None)] * len(group.items)) for group in rules.groups]
    result: Interval = interval(adjusted(INTERVAL, tree, rules, groups))
    return result
