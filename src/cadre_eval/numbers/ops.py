"""What a formula may do with numbers. A formula is an expression over ``ops``; it never asks a number's truth.

The same formula then runs on exact rationals (one cadre), on intervals (something is pending) and on columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

from cadre_eval.numbers.exact import exact_sum
from cadre_eval.numbers.ranges import Range

Num: TypeAlias = Any
"""A number of the run's own sort: a Fraction, an Interval, a column. Supports + - * and unary minus."""
Cond: TypeAlias = Any
"""The outcome of a comparison: only ``ops`` may look into it."""


class Ops(Protocol):
    """Operations beside + - * that formulas may use; all are exact."""

    def minimum(self, a: Num, b: Num) -> Num: ...

    def maximum(self, a: Num, b: Num) -> Num: ...

    def divide(self, a: Num, b: Num, when_zero: Fraction) -> Num:
        """a / b, or ``when_zero`` where b is 0."""
        ...

    def less(self, a: Num, b: Num) -> Cond: ...

    def at_most(self, a: Num, b: Num) -> Cond: ...

    def both(self, a: Cond, b: Cond) -> Cond: ...

    def negate(self, a: Cond) -> Cond: ...

    def where(self, condition: Cond, then: Num, otherwise: Num) -> Num: ...

    def band(self, x: Num, ranges: Sequence[Range], values: Sequence[Fraction]) -> Num:
        """The value beside the range that holds x; the ranges cover every x and do not overlap."""
        ...

    def table(self, index: Num, values: Sequence[Fraction]) -> Num:
        """``values[index]``, index from 0."""
        ...

    def rounded(self, x: Num, places: int, mode: str) -> Num: ...


def clamp(ops: Ops, x: Num, low: Fraction | None, high: Fraction | None) -> Num:
    """x held between two ends; an end of None does not hold it."""
    if low is not None:
        x = ops.maximum(x, low)
    return x if high is None else ops.minimum(x, high)


def total(numbers: Sequence[Num]) -> Num:
    """Their sum; 0 for none."""
    if {Fraction}.issuperset(map(type, numbers)):
        return exact_sum(numbers)
    result = numbers[0]
    for number in numbers[1:]:
        result = result + number
    return result


def weighted_mean(ops: Ops, numbers: Sequence[Num], weights: Sequence[Num], when_zero: Fraction) -> Num:
    """Mean of numbers under weights that need not sum to one; ``when_zero`` if the weights sum to 0."""
    weighed = total([w * x for w, x in zip(weights, numbers, strict=True)])
    return ops.divide(weighed, total(list(weights)), when_zero)
