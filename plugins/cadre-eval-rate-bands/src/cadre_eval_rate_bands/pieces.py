"""A line cut where somebody draws a limit: within a piece no limit tells two numbers apart."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from cadre_eval.plugins.api import Range


@frozen
class Piece:
    """One number (``low`` is ``high``), or all numbers between two, the ends left out."""

    low: Fraction
    high: Fraction

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2


def pieces(ranges: Iterable[Range], low: Fraction, high: Fraction) -> list[Piece]:
    """The numbers from ``low`` to ``high`` cut at the ends of the ranges, in order."""
    ends = {end for span in ranges for end in (span.low, span.high) if end is not None and low < end < high}
    cuts = sorted({low, high, *ends})
    found = [Piece(low, low)]
    for here, ahead in zip(cuts, cuts[1:], strict=False):
        found += [Piece(here, ahead), Piece(ahead, ahead)]
    return found
