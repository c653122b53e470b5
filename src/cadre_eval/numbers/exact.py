"""Ops on one cadre's exact rationals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from cadre_eval.numbers.decimals import decimal_text
from cadre_eval.numbers.ranges import Range


def is_less(a: Fraction, b: Fraction) -> bool:
    """a < b, without asking first what sort of number ``b`` is, as Fraction itself does: most of what a comparison costs."""
    (p, q), (r, s) = a.as_integer_ratio(), b.as_integer_ratio()
    return p * s < r * q


def exact_sum(numbers: Sequence[Fraction]) -> Fraction:
    """The sum of many numbers, reduced once."""
    if len(numbers) < 2:
        return numbers[0] if numbers else Fraction(0)
    parts, whole = _parts(numbers)
    return Fraction(sum(parts), whole)


def in_order(numbers: Iterable[Fraction]) -> list[Fraction]:
    """The numbers from low to high."""
    found = list(numbers)
    parts, _ = _parts(found)
    return [found[i] for i in sorted(range(len(found)), key=parts.__getitem__)]


def _parts(numbers: Iterable[Fraction]) -> tuple[list[int], int]:
    """Each of the numbers as so many parts of a common denominator."""
    ratios = [number.as_integer_ratio() for number in numbers]
    whole = lcm(*(bottom for _, bottom in ratios))
    return [top * (whole // bottom) for top, bottom in ratios], whole


def round_fraction(x: Fraction, places: int, mode: str) -> Fraction:
    """``x`` to ``places`` decimals. ``half-up`` is 四舍五入: halves go away from zero; ``up`` and ``down`` are
    away from and towards zero.
    """
    scaled = abs(x) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    up = {
        "half-up": twice >= scaled.denominator,
        "half-even": twice > scaled.denominator or (twice == scaled.denominator and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    result = Fraction(whole + up, 10**places)
    return -result if x < 0 else result


class Rounded(Fraction):
    """An exact number that was rounded to ``places`` decimals, and is printed with them: 88.30."""

    __slots__ = ("places",)
    places: int

    def __new__(cls, value: Fraction, places: int) -> Rounded:
        made = super().__new__(cls, value.numerator, value.denominator)
        made.places = places
        return made

    def __str__(self) -> str:
        return decimal_text(self, self.places)

    def __reduce__(self) -> tuple[Any, ...]:
        return Rounded, (Fraction(self.numerator, self.denominator), self.places)


class ExactOps:
    """Every operation on Fractions."""

    def minimum(self, a: Fraction, b: Fraction) -> Fraction:
        return b if is_less(b, a) else a

    def maximum(self, a: Fraction, b: Fraction) -> Fraction:
        return b if is_less(a, b) else a

    def divide(self, a: Fraction, b: Fraction, when_zero: Fraction) -> Fraction:
        return a / b if b else when_zero

    def less(self, a: Fraction, b: Fraction) -> bool:
        return is_less(a, b)

    def at_most(self, a: Fraction, b: Fraction) -> bool:
        return not is_less(b, a)

    def both(self, a: bool, b: bool) -> bool:
        return a and b

    def negate(self, a: bool) -> bool:
        return not a

    def where(self, condition: bool, then: Fraction, otherwise: Fraction) -> Fraction:
        return then if condition else otherwise

    def band(self, x: Fraction, ranges: Sequence[Range], values: Sequence[Fraction]) -> Fraction:
        return next(value for band, value in zip(ranges, values, strict=True) if x in band)

    def table(self, index: Fraction, values: Sequence[Fraction]) -> Fraction:
        return values[int(index)]

    def rounded(self, x: Fraction, places: int, mode: str) -> Fraction:
        return round_fraction(x, places, mode)


EXACT = ExactOps()
