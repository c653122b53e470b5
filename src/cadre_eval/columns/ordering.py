"""Exact order of exact numbers: equal ones get equal codes, greater ones greater codes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cadre_eval.columns.integers import ROOM, Array, full
from cadre_eval.columns.sums import TINY

MOST_LISTED = 2**22
"""Up to so many possible values, the ones that occur are found by a list of all of them, more by sorting."""


def distinct(values: Array) -> tuple[Array, Array]:
    """The different whole numbers of a column, ascending, and which of them each row has."""
    if not len(values):
        return values, np.zeros(0, dtype=np.int64)
    if values.dtype != object:
        low, high = int(values.min()), int(values.max())
        if high - low < MOST_LISTED:
            seen = np.zeros(high - low + 1, dtype=bool)
            seen[values - low] = True
            found = np.flatnonzero(seen)
            place = np.zeros(len(seen), dtype=np.int64)
            place[found] = np.arange(len(found))
            return found + low, place[values - low]
    found, at = np.unique(values, return_inverse=True)
    return found, at.ravel()


def distinct_pairs(first: Array, second: Array) -> tuple[list[tuple[int, int]], Array]:
    """The different pairs of two columns of whole numbers, and which of them each row has."""
    if not len(first):
        return [], np.zeros(0, dtype=np.int64)
    low = int(second.min())
    size = int(second.max()) - low + 1
    if max(abs(int(first.min())), abs(int(first.max()))) * size >= ROOM:
        first, second = first.astype(object), second.astype(object)
    found, at = distinct(full(first) * size + (second - low))
    return [(int(x) // size, int(x) % size + low) for x in found], at


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
