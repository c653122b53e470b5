"""Floors and ceilings that nothing can reach: to move them within what cannot be reached changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from cadre_eval.cases.changed.tokens import Token
from cadre_eval.numbers.interval import Interval, interval
from cadre_eval.reading.nodes import Scalar
from cadre_eval.reading.scalars import parse_number
from cadre_eval.ruleset.document import AdjustmentsDoc, CriterionDoc, TotalDoc
from cadre_eval.ruleset.formulas import adjusted_reach, reach
from cadre_eval.ruleset.plan import CompiledRuleset, nodes


def is_idle(token: Token, after: str, rules: CompiledRuleset) -> bool:
    """Whether a floor or ceiling may be ``after`` instead of what is written without any score being another."""
    if token.key not in {"floor", "ceiling"} or not isinstance(token.node, Scalar):
        return False
    found = list(_reaches(token, rules))
    return bool(found) and all(_beyond(token.key, text, x) for text in (token.node.text, after) for x in found)


def _beyond(key: str, text: str, reached: Interval) -> bool:
    """Whether no score lies below the floor, or above the ceiling."""
    if text == "none":
        return True
    limit = parse_number(text)
    if key == "floor":
        return reached.low is not None and reached.low >= limit
    return reached.high is not None and reached.high <= limit


def _reaches(token: Token, rules: CompiledRuleset) -> Iterator[Interval]:
    """What the limit holds, in each period, as far as it goes without any limit of its own."""
    name = {CriterionDoc: token.path.split(".")[-2], TotalDoc: "total", AdjustmentsDoc: ""}.get(token.record)
    for plan in rules.periods.values():
        if name == "":
            loose = evolve(plan.adjustments, floor=None, ceiling=None)
            yield interval(adjusted_reach(reach(plan.root, rules.facts), loose))
        for node in nodes(plan.root) if name else ():
            if node.id == name:
                yield interval(reach(evolve(node, floor=None, ceiling=None, rounding=None), rules.facts))
