"""Exact order of exact numbers: equal ones get equal codes, greater ones greater codes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import numpy as np
from attrs import frozen

from cadre_eval.columns.integers import ROOM, Array, full
from cadre_eval.columns.sums import TINY

FEW_LISTED, MOST_LISTED = 2**16, 8
"""Up to so many possible values, or so many for each row, the ones that occur are found by a list of all, more by sorting."""


def distinct(values: Array) -> tuple[Array, Array]:
    """The different whole numbers of a column, ascending, and which of them each row has."""
    if not len(values):
        return values, np.zeros(0, dtype=np.int64)
    if values.dtype != object:
        low, high = int(values.min()), int(values.max())
        if high - low < max(FEW_LISTED, MOST_LISTED * len(values)):
            values = values - low
            seen = np.zeros(high - low + 1, dtype=bool)
            seen[values] = True
            found = np.flatnonzero(seen)
            place = np.zeros(len(seen), dtype=np.int64)
            place[found] = np.arange(len(found))
            return found + low, place[values]
    found, at = np.unique(values, return_inverse=True)
    return found, at.ravel()


@frozen(eq=False)
class Tuples:
    """Several columns of whole numbers as one: ``code`` says what each row has of all of them, in their order."""

    code: Array
    lows: Sequence[int]
    sizes: Sequence[int]

    def numbers(self, code: int) -> list[int]:
        """What a code stands for."""
        found = []
        for size, low in zip(reversed(self.sizes), reversed(self.lows), strict=True):
            found.append(code % size + low)
            code //= size
        return found[::-1]


def tuples(columns: Sequence[Array]) -> Tuples:
    """Columns of one length, at least one."""
    lows = [int(column.min()) if len(column) else 0 for column in columns]
    sizes = [int(column.max()) - low + 1 if len(column) else 1 for column, low in zip(columns, lows, strict=True)]
    code: Array = np.zeros(len(columns[0]), dtype=np.int64 if prod(sizes) < ROOM else object)
    for column, low, size in zip(columns, lows, sizes, strict=True):
        code = code * size + (full(column) - low)
    return Tuples(code, lows, sizes)


def distinct_rows(columns: Sequence[Array]) -> tuple[Array, Array]:
    """One row of each different combination of whole numbers, in their order, and which of these each row is like."""
    found, at = distinct(tuples(columns).code)
    rows = np.zeros(len(found), dtype=np.int64)
    rows[at] = np.arange(len(at))
    return rows, at


def codes_of(tops: Array, bottoms: Array) -> Array:
    """A whole number for each quotient, in their order; denominators are above 0.

    Doubles sort them; neighbours closer than their errors are told apart exactly.
    """
    if tops.dtype != object and len(bottoms) and (bottoms == bottoms[0]).all():
        return full(tops)
    tops, bottoms = full(tops), full(bottoms)
    shared = np.gcd(tops, bottoms)
    tops, bottoms = tops // shared, bottoms // shared
    near = _near(tops, bottoms)
    order = np.argsort(near, kind="stable")
    tops, bottoms, near = tops[order], bottoms[order], near[order]
    if not len(near):
        return order
    apart = near[1:] - near[:-1] > (np.abs(near[1:]) + np.abs(near[:-1])) * 2.0**-50 + TINY
    differ = np.asarray((tops[1:] != tops[:-1]) | (bottoms[1:] != bottoms[:-1]), dtype=bool)
    new = np.concatenate([[False], apart | differ])
    codes = np.cumsum(new)
    for first, last in _doubtful(apart, differ):
        _settle(tops, bottoms, order, codes, first, last)
    found = np.empty(len(codes), dtype=np.int64)
    found[order] = codes
    return found


def _near(tops: Array, bottoms: Array) -> Array:
    if tops.dtype == object or bottoms.dtype == object:
        return np.array([_double(Fraction(int(t), int(b))) for t, b in zip(tops, bottoms, strict=True)])
    return np.asarray(tops / bottoms)


def _double(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return np.inf if x > 0 else -np.inf


def _doubtful(apart: Array, differ: Array) -> list[tuple[int, int]]:
    """Runs of neighbours too close for doubles that are not all equal."""
    bounds = np.flatnonzero(np.concatenate([[True], apart, [True]]))
    odd = np.concatenate([[0], np.cumsum(differ & ~apart)])
    return [(int(a), int(b)) for a, b in zip(bounds[:-1], bounds[1:], strict=True) if odd[b - 1] > odd[a]]


def _settle(tops: Array, bottoms: Array, order: Array, codes: Array, first: int, last: int) -> None:
    """Codes of one run, by exact comparison. It keeps the room its different neighbours were given."""
    exact = [Fraction(int(t), int(b)) for t, b in zip(tops[first:last], bottoms[first:last], strict=True)]
    base = codes[first]
    places = {value: base + place for place, value in enumerate(sorted(set(exact)))}
    codes[first:last] = [places[value] for value in exact]
