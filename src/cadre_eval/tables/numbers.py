"""Arrow columns to whole numbers by one step: exact, whatever they are written as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from cadre_eval.columns.batch import FREE, Numbers, anywhere
from cadre_eval.columns.gathered import scaled
from cadre_eval.columns.integers import ROOM, Array, integers, narrowed
from cadre_eval.ruleset.kind import Bounds


@frozen(eq=False)
class Whole:
    """``step * array``, over ``bottom`` if rows have denominators of their own; ``null`` where there is nothing (None:
    everywhere something).
    """

    array: Array
    step: Fraction
    null: Array | None = None
    bottom: Array | None = None

    def numbers(self, key: str, bounds: Bounds = FREE) -> Numbers:
        """The column as formulas take it, in as few bits as will do."""
        array = self.array
        found = (int(array.min()), int(array.max())) if len(array) else (0, 0)
        return Numbers(key, self.step, narrowed(array, found), self.bottom, bounds, found)


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
        return Whole(_unscaled(column, null), Fraction(1, 10**kind.scale), null)
    filled = column.fill_null(0) if null is not None else column
    array = filled.to_numpy(zero_copy_only=False)
    if kind.bit_width == 64 and len(array) and (int(array.max()) >= ROOM or int(array.min()) <= -ROOM):
        return Whole(array.astype(object), Fraction(1), null)
    return Whole(array.astype(np.int64), Fraction(1), null)


def _unscaled(column: pa.Array, null: Array | None) -> Array:
    """The digits of decimals, without their point."""
    kind = column.type
    if len(column) and kind.precision <= 18 and kind.byte_width in {8, 16}:
        step = kind.byte_width // 8
        words = np.frombuffer(column.buffers()[1], dtype=np.int64)
        array = words[step * column.offset : step * (column.offset + len(column)) : step]
        return np.where(null, 0, array) if null is not None else np.ascontiguousarray(array)
    digits = [0 if x is None else int(Fraction(x) * 10**kind.scale) for x in column.to_pylist()]
    return integers(digits) if kind.scale <= 18 else np.array(digits, dtype=object)


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
    if not pa.types.is_dictionary(column.type):
        plain = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        column = pc.dictionary_encode(column if plain else pc.cast(column, pa.string()))
    codes = pc.cast(column.indices, pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    words = column.dictionary.to_pylist()
    if any(word is None for word in words):
        empty = np.array([word is None for word in words])
        codes = np.where((codes >= 0) & empty[np.maximum(codes, 0)], -1, codes)
    return Texts(codes, words)


def taken(values: Sequence[Fraction], codes: Array) -> Whole:
    """Numbers looked up by code; 0 where the code is -1."""
    null = codes < 0
    tops, step, bottoms = scaled(values)
    own = None if bottoms is None else integers([*bottoms, 1])[codes]
    return Whole(integers([*tops, 0])[codes], step, anywhere(null), own)


def looked_up(
    column: pa.Array, read: Callable[[str, int], int | None], default: int = 0, kind: type[np.integer[Any]] = np.int64
) -> Array:
    """The whole number each row's text means; ``default`` where there is none."""
    codes, meaning = look_up(column, read)
    return np.array([*(default if x is None else x for x in meaning), default], dtype=kind)[codes]


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
