"""One branch of a kind: a way its parameters may settle a score, at the place of the parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from cadre_eval.cases.exercised.seen import LeafSeen
from cadre_eval.errors import Span, Text
from cadre_eval.reading.nodes import MapNode
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf


@frozen(eq=False)
class Branch:
    """A branch, and whether a leaf's outcome took it."""

    span: Span
    what: Text
    taken: Callable[[LeafSeen], bool]


@frozen(eq=False)
class Asked:
    """The leaf whose branches are wanted, as it stands in one period."""

    leaf: Leaf
    period: str
    rules: CompiledRuleset

    @property
    def params(self) -> Any:
        """The parameters: the kind's own record."""
        return self.leaf.params

    def value(self, *keys: str) -> Span:
        """The value of the first of these keys that is written, in this period; else the criterion."""
        for key in keys:
            if self.params.at.has(key):
                return self.params.at.value(key, self.period)  # type: ignore[no-any-return]
        return self.leaf.rule.span

    def when(self, *keys: str) -> str:
        """The period, where the first of these keys that is written has a value for each."""
        value = next((self.params.at.node.values[key] for key in keys if self.params.at.has(key)), None)
        if not isinstance(value, MapNode):
            return ""
        return f"{self.rules.periods[self.period].title}·"


def scored(span: Span, zh: str, en: str, holds: Callable[[Mapping[str, Fraction]], bool]) -> Branch:
    """A branch seen in the numbers of a score that is certain."""
    return Branch(span, Text(zh, en), lambda seen: seen.scored and holds(seen.x))


def met(span: Span, zh: str, en: str, holds: Callable[[LeafSeen], bool]) -> Branch:
    """A branch seen in what is on record, whether it gave a score or left it open."""
    return Branch(span, Text(zh, en), holds)
