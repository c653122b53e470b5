"""Ranges of numbers with open or closed ends, and whether several of them cover a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen


@frozen
class Range:
    """The numbers between two ends; an end of None lies at infinity."""

    low: Fraction | None
    high: Fraction | None
    low_closed: bool = True
    high_closed: bool = True

    def __contains__(self, value: Fraction) -> bool:
        return self.above_low(value) and self.below_high(value)

    def above_low(self, value: Fraction) -> bool:
        return self.low is None or value > self.low or (value == self.low and self.low_closed)

    def below_high(self, value: Fraction) -> bool:
        return self.high is None or value < self.high or (value == self.high and self.high_closed)

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))

    def meet(self, other: Range) -> Range:
        """What lies in both; may be empty."""
        low, low_closed = _inner_low(self, other)
        high, high_closed = _inner_high(self, other)
        return Range(low, high, low_closed, high_closed)

    def witness(self, step: Fraction | None = None) -> Fraction | None:
        """A number in the range, a multiple of ``step`` if one is given; None if there is none."""
        if self.is_empty:
            return None
        if step is None:
            return self._any_number()
        if self.low is None:
            if self.high is None:
                return Fraction(0)
            top = self.high // step * step
            return top if top in self else top - step
        if self.high is not None:
            middle = (self.low + self.high) / 2 // step * step
            if middle in self:
                return middle
        bottom = -(-self.low // step) * step
        first = bottom if bottom in self else bottom + step
        return first if first in self else None

    def _any_number(self) -> Fraction:
        if self.low is None:
            high = self.high if self.high is not None else Fraction(0)
            return high if high in self else high - 1
        if self.low_closed:
            return self.low
        return self.low + 1 if self.high is None else (self.low + self.high) / 2


ANY = Range(None, None)


def _inner_low(a: Range, b: Range) -> tuple[Fraction | None, bool]:
    if a.low is None:
        return b.low, b.low_closed
    if b.low is None or a.low > b.low:
        return a.low, a.low_closed
    if a.low == b.low:
        return a.low, a.low_closed and b.low_closed
    return b.low, b.low_closed


def _inner_high(a: Range, b: Range) -> tuple[Fraction | None, bool]:
    if a.high is None:
        return b.high, b.high_closed
    if b.high is None or a.high < b.high:
        return a.high, a.high_closed
    if a.high == b.high:
        return a.high, a.high_closed and b.high_closed
    return b.high, b.high_closed


def gaps(ranges: Iterable[Range], within: Range) -> list[Range]:
    """The parts of ``within`` that no range covers, from low to high."""
    left = [within]
    for taken in ranges:
        left = [piece for part in left for piece in _without(part, taken)]
    return sorted(left, key=lambda r: (r.low is not None, r.low or Fraction(0)))


def _without(part: Range, taken: Range) -> Iterable[Range]:
    if part.meet(taken).is_empty:
        return [part]
    pieces = []
    if taken.low is not None:
        pieces.append(part.meet(Range(None, taken.low, True, not taken.low_closed)))
    if taken.high is not None:
        pieces.append(part.meet(Range(taken.high, None, not taken.high_closed, True)))
    return [piece for piece in pieces if not piece.is_empty]


def overlaps(ranges: Sequence[Range]) -> list[tuple[int, int, Range]]:
    """Pairs of ranges, by index, that share numbers, with what they share."""
    found = []
    for i, a in enumerate(ranges):
        for j in range(i + 1, len(ranges)):
            shared = a.meet(ranges[j])
            if not shared.is_empty:
                found.append((i, j, shared))
    return found
