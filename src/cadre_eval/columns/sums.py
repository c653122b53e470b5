"""Sums of whole columns and of quotients of columns: told apart by floats with a proven bound, settled exactly.

A quotient such as votes / valid has a denominator of its own in every row; brought over one denominator a few of them
overflow. So they are kept apart. A comparison or a rounding is decided on doubles wherever the distance from the
boundary is beyond what their rounding errors can be; the few rows in doubt are decided on integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import TypeVar

import numpy as np
from attrs import frozen

from cadre_eval.columns.graph import rounded_array
from cadre_eval.columns.integers import ROOM, Array, full, integers, largest

T = TypeVar("T")
FEW = 48
"""Up to so many rows are settled one by one."""
TINY = 2.0**-900
"""Far above what is lost where doubles run out of exponents."""


@frozen
class Sum:
    """``const + Σ factor * column + Σ factor * top / bottom``: the numbers of the form; columns come with each call, the
    whole ones first, then the tops, then the bottoms (above 0).
    """

    const: Fraction
    factors: tuple[Fraction, ...]
    quotients: tuple[Fraction, ...] = ()

    def approx(self, arrays: Sequence[Array]) -> tuple[Array, float]:
        """The sum on doubles, and a bound on how far it is off in any row.

        Each term takes at most 5 roundings, of relative error 2**-53 each, and each addition one of the partial sum;
        12 + the number of terms stands above both, with room for the bound's own rounding.
        """
        whole, tops, bottoms = self._apart(arrays)
        try:
            const, *factors = (float(x) for x in (self.const, *self.factors, *self.quotients))
        except OverflowError:  # thousands of digits: nothing is known, so every row is in doubt
            return np.zeros(len(arrays[0])), np.inf
        total = np.full(len(arrays[0]), const)
        size, term = abs(const), np.empty(len(total))
        for place, factor in enumerate(factors):
            if place < len(whole):
                np.multiply(whole[place], factor, out=term)
            else:
                np.divide(tops[place - len(whole)], bottoms[place - len(whole)], out=term)
                np.multiply(term, factor, out=term)
            np.add(total, term, out=total)
            if len(term):
                size += max(float(term.max()), -float(term.min()))
        return total, size * (len(factors) + 12) * 2.0**-53 + TINY

    def exact(self, arrays: Sequence[Array], rows: Array | None = None) -> tuple[Array, Array]:
        """Numerators and denominators of the sum, in some rows; in lowest terms."""
        if rows is not None and len(rows) <= FEW:
            return self._by_hand([array[rows].tolist() for array in arrays], len(rows))
        if rows is not None:
            arrays = [array[rows] for array in arrays]
        arrays = [full(array) for array in arrays]
        whole, tops, bottoms = self._apart(arrays)
        scale = lcm(self.const.denominator, *(f.denominator for f in self.factors))
        top, bottom = _weighed(
            int(self.const * scale), [int(f * scale) for f in self.factors], whole, len(arrays[0]), scale
        )
        for factor, t, b in zip(self.quotients, tops, bottoms, strict=True):
            top, bottom = _added(top, bottom, *_times(t, b, factor))
        return _lowest(top, bottom)

    def _by_hand(self, columns: Sequence[list[int]], rows: int) -> tuple[Array, Array]:
        """As ``exact``, on Python's own integers: for a few rows that is faster than any number of short columns."""
        whole, tops, bottoms = self._apart(columns)
        scale = lcm(self.const.denominator, *(f.denominator for f in self.factors))
        const, factors = int(self.const * scale), [int(f * scale) for f in self.factors]
        found: list[tuple[int, int]] = []
        for row in range(rows):
            top, bottom = const + sum(f * column[row] for f, column in zip(factors, whole, strict=True)), scale
            for factor, t, b in zip(self.quotients, tops, bottoms, strict=True):
                over, under = factor.numerator * t[row], factor.denominator * b[row]
                shared = gcd(bottom, under)
                top, bottom = top * (under // shared) + over * (bottom // shared), bottom // shared * under
            shared = gcd(top, bottom)
            found.append((top // shared, bottom // shared))
        return integers([top for top, _ in found]), integers([bottom for _, bottom in found])

    def _apart(self, arrays: Sequence[T]) -> tuple[Sequence[T], Sequence[T], Sequence[T]]:
        n, q = len(self.factors), len(self.quotients)
        return arrays[:n], arrays[n : n + q], arrays[n + q :]

    def not_negative(self, arrays: Sequence[Array], strictly: bool) -> Array:
        """Where the sum is 0 or more; above 0 with ``strictly``."""
        if any(array.dtype == object for array in arrays):
            top, _ = self.exact(arrays)
            return np.asarray(top > 0 if strictly else top >= 0, dtype=bool)
        near, off = self.approx(arrays)
        found = near > 0
        doubt = np.flatnonzero(np.abs(near) <= off)
        if len(doubt):
            top, _ = self.exact(arrays, doubt)
            found[doubt] = top > 0 if strictly else top >= 0
        return np.asarray(found)

    def rounded(self, arrays: Sequence[Array], scale: int, mode: str) -> Array:
        """The sum times ``scale``, as whole numbers."""
        if any(array.dtype == object for array in arrays):
            return _rounded(*self.exact(arrays), scale, mode)
        near, off = self.approx(arrays)
        near, off = near * scale, off * scale * (1 + 2.0**-50)
        size = np.abs(near)
        off += float(size.max(initial=0.0)) * 2.0**-51
        if off > 0.25:
            return _rounded(*self.exact(arrays), scale, mode)
        shifted = size + 0.5 if mode.startswith("half") else size
        found = np.ceil(size) if mode == "up" else np.floor(shifted)
        result = np.where(near < 0, -found, found).astype(np.int64)
        doubt = np.flatnonzero(np.abs(shifted - np.rint(shifted)) <= off)
        if len(doubt):
            result[doubt] = _rounded(*self.exact(arrays, doubt), scale, mode)
        return np.asarray(result)


def _rounded(top: Array, bottom: Array, scale: int, mode: str) -> Array:
    if 2 * largest(top) * scale + largest(bottom) >= ROOM:
        top, bottom = top.astype(object), bottom.astype(object)
    found = rounded_array(top * scale, bottom, mode, unsigned=False)
    return np.asarray(found, dtype=np.int64 if largest(found) < ROOM else object)


def _weighed(const: int, factors: Sequence[int], columns: Sequence[Array], n: int, scale: int) -> tuple[Array, Array]:
    reach = abs(const) + sum(abs(f) * max(1, largest(c)) for f, c in zip(factors, columns, strict=True))
    kind = object if reach >= ROOM or scale >= ROOM else np.int64
    top = np.full(n, const, dtype=kind)
    for factor, column in zip(factors, columns, strict=True):
        top = top + column.astype(kind) * factor
    return top, np.full(n, scale, dtype=kind)


def _times(top: Array, bottom: Array, factor: Fraction) -> tuple[Array, Array]:
    """A quotient by a number."""
    if max(max(1, largest(top)) * abs(factor.numerator), largest(bottom) * factor.denominator) >= ROOM:
        top, bottom = top.astype(object), bottom.astype(object)
    return _lowest(top * factor.numerator, bottom * factor.denominator)


def _lowest(top: Array, bottom: Array) -> tuple[Array, Array]:
    shared = np.gcd(top, bottom)
    return top // shared, bottom // shared


def _added(top: Array, bottom: Array, top2: Array, bottom2: Array) -> tuple[Array, Array]:
    """Two columns of quotients added, over the least denominator of each row."""
    shared = np.gcd(bottom, bottom2)
    up, up2 = bottom2 // shared, bottom // shared
    if max(largest(top) * largest(up) + largest(top2) * largest(up2), largest(bottom) * largest(up)) >= ROOM:
        top, bottom, top2, up, up2 = (x.astype(object) for x in (top, bottom, top2, up, up2))
    return top * up + top2 * up2, bottom * up
