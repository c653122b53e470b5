"""Values whose change nothing can show: points beyond the floor or ceiling that hold them, comparisons that come out alike
for whatever may be recorded, two words for staying open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from cadre_eval.cases.changed.mutating import Target
from cadre_eval.cases.changed.tokens import Token
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.nodes import MapNode, scalar_at
from cadre_eval.reading.scalars import parse_number
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import Comparison, CompiledRuleset, Leaf, leaves
from cadre_eval.scoring.kinds.amounts import BandsParams
from cadre_eval.scoring.kinds.lists import GradedParams, PerOccurrenceParams
from cadre_eval.scoring.polls import SurveyPollParams

_MET: Mapping[Comparison, Callable[[Fraction], Range]] = {
    "below": lambda n: Range(None, n, True, False),
    "at_most": lambda n: Range(None, n),
    "above": lambda n: Range(n, None, False, True),
    "at_least": lambda n: Range(n, None),
    "equals": lambda n: Range(n, n),
}


def is_held(token: Token, before: str, after: str, rules: CompiledRuleset) -> bool:
    """Whether a criterion's floor or ceiling makes the same of both points, alone or with others."""
    found = _leaves_of(token, rules)
    numbers = parse_number(before), parse_number(after)
    return bool(found) and all(_holds(token.record, leaf, numbers, rules) for leaf in found)


def stays_open(token: Token, rules: CompiledRuleset) -> bool:
    """Whether a survey with too few ballots stays open either way: blocked, or missing where what is missing blocks."""
    if token.key != "below_minimum" or not issubclass(token.record, SurveyPollParams):
        return False
    found = _leaves_of(token, rules)
    return bool(found) and all(leaf.policies.missing in {None, "block"} for leaf in found)


def _leaves_of(token: Token, rules: CompiledRuleset) -> list[Leaf]:
    """The leaf whose setting it is, in each period."""
    name = token.path.split(".")[1] if token.path.startswith("criteria.") else ""
    return [leaf for plan in rules.periods.values() for leaf in leaves(plan.root) if leaf.id == name]


def _holds(record: type, leaf: Leaf, numbers: tuple[Fraction, Fraction], rules: CompiledRuleset) -> bool:
    floor, ceiling = leaf.floor, leaf.ceiling
    if record in {BandsParams, GradedParams}:
        low = floor is not None and max(numbers) <= floor
        return low or (ceiling is not None and min(numbers) >= ceiling)
    if record is not PerOccurrenceParams or floor is None or max(numbers) >= 0:
        return False
    each = leaf.params.each
    facts = list(each) if isinstance(each, dict) else [leaf.params.fact]
    counted = all(rules.facts[fact].type in {"count", "flag"} for fact in facts)
    return counted and all(leaf.points + number <= floor for number in numbers)  # once is as bad as ever


def same_truth(
    condition: MapNode, one: tuple[Comparison, str], other: tuple[Comparison, str], target: Target
) -> bool:
    """Whether both comparisons hold for the same values that may be recorded."""
    doc = target.rules.facts.get(getattr(scalar_at(condition, "fact"), "text", ""))
    if doc is None:
        return False
    met = [_within(doc, _MET[sign](parse_number(number))) for sign, number in (one, other)]
    return met[0] == met[1] or (met[0].is_empty and met[1].is_empty)


def _within(doc: FactDoc, met: Range) -> Range:
    """The values that may be recorded and meet the comparison; of counts the least and the greatest."""
    low, high = fact_bounds(doc)
    inside = met.meet(Range(low, high))
    if doc.type != "count" or inside.is_empty:
        return inside
    return Range(_first_whole(inside), _last_whole(inside))


def _first_whole(x: Range) -> Fraction | None:
    if x.low is None:
        return None
    whole = Fraction(-(-x.low.numerator // x.low.denominator))
    return whole + (not x.above_low(whole))


def _last_whole(x: Range) -> Fraction | None:
    if x.high is None:
        return None
    whole = Fraction(x.high.numerator // x.high.denominator)
    return whole - (not x.below_high(whole))
