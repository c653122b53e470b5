"""Columns of whole numbers, and how many bits they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
ROOM = 2**62
"""Beyond this, sums and products are not trusted to 64 bits."""
NARROW = 2**31
"""Below this, 32 bits do, and are twice as fast."""
_KINDS = ((np.int8, 2**7), (np.int16, 2**15), (np.int32, NARROW), (np.int64, 2**63))


def integers(values: Sequence[int]) -> Array:
    """Whole numbers of any size as a column."""
    return np.array(values, dtype=np.int64 if all(abs(value) < ROOM for value in values) else object)


def largest(x: Array) -> int:
    """The greatest magnitude, as a number of Python's own."""
    return 0 if not len(x) else max(abs(int(x.max())), abs(int(x.min())))


def full(array: Array) -> Array:
    """With 64 bits, or as wide as it is."""
    return array.astype(np.int64, copy=False) if array.dtype.kind == "i" else array


def fitted(array: Array) -> Array:
    """Python's own integers in 64 bits, where they fit."""
    return array.astype(np.int64) if array.dtype == object and largest(array) < ROOM else array


def narrowed(array: Array, reach: tuple[int, int] | None = None) -> Array:
    """In 32 bits, where its values leave room: half the memory. ``reach``: between what they lie, if that is known."""
    if array.dtype != np.int64:
        return array
    most = largest(array) if reach is None else max(-reach[0], reach[1])
    return array.astype(np.int32) if most < NARROW else array


def narrowest(array: Array) -> Array:
    """In as few bits as its values need: what is kept for many rows."""
    if array.dtype.kind != "i" or not len(array):
        return array
    most = largest(array)
    return array.astype(next(kind for kind, limit in _KINDS if most < limit))
