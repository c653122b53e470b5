"""Constructs of a ruleset, and which of them its cases exercised."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from cadre_eval.errors import Span, Text


@frozen
class Construct:
    """Something the ruleset says, whether a case exercised it, and the first cases that did."""

    span: Span
    what: Text
    exercised: bool
    by: tuple[str, ...] = ()


@frozen
class Coverage:
    """The constructs of a ruleset, by file and place."""

    constructs: tuple[Construct, ...]

    @property
    def missing(self) -> tuple[Construct, ...]:
        return tuple(construct for construct in self.constructs if not construct.exercised)

    @property
    def share(self) -> Fraction:
        """The exercised among all; 1 if there is nothing to exercise."""
        total = len(self.constructs)
        return Fraction(total - len(self.missing), total) if total else Fraction(1)
