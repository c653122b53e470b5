"""Arrow columns to whole numbers by one step: exact, whatever they are written as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from cadre_eval.columns.graph import NARROW, Array
from cadre_eval.columns.ordering import integers

LOW_WORD = slice(0, None, 2)


@frozen(eq=False)
class Whole:
    """``step * array``; ``null`` where there is nothing (None: everywhere something)."""

    array: Array
    step: Fraction
    null: Array | None = None


def is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_boolean(kind))


def nulls(column: pa.Array) -> Array | None:
    """Where a column has nothing."""
    if column.null_count == 0:
        return None
    return np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=bool)


def whole(column: pa.Array) -> Whole:
    """A column of integers, decimals or truths. Where it is null, the number is 0."""
    null = nulls(column)
    kind = column.type
    if pa.types.is_boolean(kind):
        filled = column.fill_null(False) if null is not None else column
        return Whole(filled.to_numpy(zero_copy_only=False).astype(np.int64), Fraction(1), null)
    if pa.types.is_decimal(kind):
        return Whole(
            _unscaled(column, null),
            Fraction(1, 10**kind.scale) if kind.scale >= 0 else Fraction(10**-kind.scale),
            null,
        )
    filled = column.fill_null(0) if null is not None else column
    array = filled.to_numpy(zero_copy_only=False)
    if array.dtype == np.uint64 and len(array) and int(array.max()) >= 2**62:
        return Whole(array.astype(object), Fraction(1), null)
    return Whole(array.astype(np.int64), Fraction(1), null)


def _unscaled(column: pa.Array, null: Array | None) -> Array:
    """The digits of decimals, without their point."""
    kind = column.type
    if kind.byte_width == 16 and kind.precision <= 18:
        words = np.frombuffer(column.buffers()[1], dtype=np.int64)
        array = words[2 * column.offset : 2 * (column.offset + len(column)) : 2]
        return np.where(null, 0, array) if null is not None else np.ascontiguousarray(array)
    if kind.byte_width == 8:
        array = np.frombuffer(column.buffers()[1], dtype=np.int64)[column.offset : column.offset + len(column)]
        return np.where(null, 0, array) if null is not None else array
    return integers([0 if x is None else int(Fraction(x) * 10**kind.scale) for x in column.to_pylist()])


def slim(array: Array, found: tuple[int, int]) -> Array:
    """A column in 32 bits, where its values leave room."""
    return array.astype(np.int32) if array.dtype == np.int64 and max(-found[0], found[1]) < NARROW else array


@frozen(eq=False)
class Texts:
    """A column of text: which of the different texts each row has; -1 where there is none."""

    codes: Array
    texts: Sequence[str]

    def firsts(self) -> Array:
        """The first row of each text."""
        found = np.zeros(len(self.texts) + 1, dtype=np.int64)
        found[self.codes[::-1]] = np.arange(len(self.codes))[::-1]
        return found


def texts(column: pa.Array) -> Texts:
    """The different texts of a column, and where they are."""
    found = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    words = found.dictionary.to_pylist()
    if any(word is None for word in words):
        empty = np.array([word is None for word in words])
        codes = np.where((codes >= 0) & empty[np.maximum(codes, 0)], -1, codes)
    return Texts(codes, words)


def taken(values: Sequence[Fraction], codes: Array) -> Whole:
    """Numbers looked up by code; 0 where the code is -1."""
    scale = lcm(*(value.denominator for value in values)) if values else 1
    table = integers([*(value.numerator * (scale // value.denominator) for value in values), 0])
    null = codes < 0
    return Whole(table[codes], Fraction(1, scale), null if null.any() else None)


def look_up(column: pa.Array, read: Callable[[str, int], Any]) -> tuple[Array, list[Any]]:
    """What each row's text means, by code: ``read`` is asked once for each different text, with the first row it is in."""
    found = texts(column)
    used = np.zeros(len(found.texts) + 1, dtype=bool)
    used[found.codes] = True
    firsts = found.firsts()
    meaning: list[Any] = [None] * len(found.texts)
    for code in np.flatnonzero(used[:-1]).tolist():
        meaning[code] = read(found.texts[code], int(firsts[code]))
    return found.codes, meaning
