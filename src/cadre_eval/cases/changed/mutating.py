"""What the operators of mutation share."""

from __future__ import annotations

from functools import cached_property

from attrs import define, frozen

from cadre_eval.cases.changed.edits import Edit, retold
from cadre_eval.errors import Span, Text
from cadre_eval.reading.nodes import Scalar
from cadre_eval.ruleset.plan import CompiledRuleset


@frozen(eq=False)
class Change:
    """One way to change a token; ``path`` says what is changed, if not the token itself."""

    span: Span
    what: Text
    before: str
    after: str
    edits: tuple[Edit, ...]
    path: str = ""


def reworded(scalar: Scalar, text: str, what: Text, path: str = "") -> Change:
    return Change(scalar.span, what, scalar.text, text, (retold(scalar, text),), path)


@define(eq=False, slots=False)
class Target:
    """The ruleset that is mutated, as it compiles unchanged."""

    rules: CompiledRuleset

    @cached_property
    def scales(self) -> list[tuple[str, ...]]:
        """The labels of every scale, best first, each scale once."""
        found = [scale.labels for plan in self.rules.periods.values() for scale in plan.grades.values()]
        return list(dict.fromkeys(found))

    @property
    def several_periods(self) -> bool:
        return len(self.rules.periods) > 1
