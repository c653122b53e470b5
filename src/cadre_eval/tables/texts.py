"""Exact numbers as text, as JSON gives them: a finite decimal, or a quotient such as ``250/3``."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cadre_eval.columns.integers import ROOM, Array, largest
from cadre_eval.columns.ordering import distinct, distinct_rows
from cadre_eval.columns.program import Exact
from cadre_eval.numbers.decimals import number_text


def exact_texts(exact: Exact, there: Array | None) -> pa.DictionaryArray:
    """A column as text, null where there is no number. Many rows have the same one: each is written once."""
    stepped = exact.stepped()
    if stepped is not None:
        step, array = stepped
        values, at = distinct(array)
        words = pa.array([number_text(step * int(value)) for value in values], pa.string())
    else:
        alike, own = distinct_rows(exact.arrays)
        tops, bottoms = exact.ratio(alike)
        rows, codes = distinct_rows([tops, bottoms])
        words, at = ratio_texts(tops[rows], bottoms[rows]), codes[own]
    index = pa.array(at.astype(np.int32), mask=None if there is None else ~there)
    return pa.DictionaryArray.from_arrays(index, words)


def ratio_texts(tops: Array, bottoms: Array) -> pa.Array:
    """Quotients in lowest terms as text. Finite decimals are few, and the same ones in every block; the others are put
    together from their parts.
    """
    if tops.dtype == object or bottoms.dtype == object or largest(bottoms) >= ROOM:
        return pa.array([_written(int(t), int(b)) for t, b in zip(tops, bottoms, strict=True)], pa.string())
    texts = [pa.array(part).cast(pa.string()) for part in (tops, bottoms)]
    joined = pc.binary_join_element_wise(*texts, "/")
    finite = _finite(bottoms)
    at = np.flatnonzero(finite)
    words = [_written(t, b) for t, b in zip(tops[at].tolist(), bottoms[at].tolist(), strict=True)]
    return pc.replace_with_mask(joined, pa.array(finite), pa.array(words, pa.string()))


@lru_cache(maxsize=2**15)
def _written(top: int, bottom: int) -> str:
    return number_text(Fraction(top, bottom))


def _finite(bottoms: Array) -> Array:
    """Denominators of twos and fives only."""
    rest = bottoms.copy()
    for prime in (2, 5):
        while (divides := rest % prime == 0).any():
            rest = np.where(divides, rest // prime, rest)
    return np.asarray(rest == 1)
