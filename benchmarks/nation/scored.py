"""What a peer hands back, and the ranks and grades of those that have no words of their own for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from nation.data import IntArray
from nation.rules import read_rules

Points: TypeAlias = Any
"""The points of one criterion: an array of floats, a list of fractions or decimals, or anything with a ``ratio``."""
Scorer: TypeAlias = "Callable[[], Scored]"

HUNDREDTHS_BITS = 14
"""A total between 0 and 100.00 in hundredths fits."""
ROW_BITS = 24


@frozen(eq=False)
class Quotient:
    """Exact points: whole numbers over one denominator, or over one for each row."""

    num: IntArray
    den: IntArray | int

    def ratio(self) -> tuple[IntArray, IntArray]:
        """Numerators and denominators, row by row."""
        return self.num, np.broadcast_to(self.den, self.num.shape)


@frozen(eq=False)
class Scored:
    """Points by criterion in the ruleset's order; totals in hundredths; grades from 0, the best. Ranks and grades are None
    where gates, ties and quotas are in them.
    """

    points: Sequence[Points]
    total: IntArray
    rank: IntArray | None
    grade: IntArray | None


def standing(points: Sequence[Points], total: IntArray, pool: IntArray, category: IntArray) -> Scored:
    return Scored(points, total, ranks(pool, total), grades(category, total))


def ranks(pool: IntArray, total: IntArray) -> IntArray:
    """Places within the pool, the highest total first; equal totals share the better place."""
    n = len(total)
    least = (1 << HUNDREDTHS_BITS) - 1
    packed = (((pool << HUNDREDTHS_BITS) + (least - total)) << ROW_BITS) + np.arange(n)
    packed.sort()
    row = packed & ((1 << ROW_BITS) - 1)
    packed >>= ROW_BITS
    place = np.arange(n)
    ahead = _run_starts(packed, place) - _run_starts(packed >> HUNDREDTHS_BITS, place)
    rank = np.empty(n, np.int64)
    rank[row] = ahead + 1
    return rank


def _run_starts(key: IntArray, place: IntArray) -> IntArray:
    """Where the run of equal keys begins that each entry is part of."""
    begins = np.zeros(len(key), np.int64)
    np.multiply(place[1:], key[1:] != key[:-1], out=begins[1:])
    starts: IntArray = np.maximum.accumulate(begins)
    return starts


def grades(category: IntArray, total: IntArray) -> IntArray:
    """By band, without gates and quotas."""
    bounds = _bounds()
    grade = np.zeros(len(total), np.int64)
    for level in range(bounds.shape[1]):
        grade += total < bounds[:, level][category]
    return grade


@cache
def _bounds() -> IntArray:
    return np.array(read_rules().bounds())


def hundredths(total: NDArray[np.floating[Any]]) -> IntArray:
    """Totals that were rounded to two places, as whole numbers."""
    return np.rint(total.astype(np.float64) * 100).astype(np.int64)
