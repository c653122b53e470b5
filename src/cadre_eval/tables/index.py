"""Which row of the roster a posting has."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cadre_eval.columns.integers import Array


class Index:
    """Finds rows by posting id. Tables in the order of the roster are found by comparing, others by looking up."""

    def __init__(self, postings: pa.Array) -> None:
        self.postings = postings
        self.next = 0

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {posting: row for row, posting in enumerate(self.postings.to_pylist())}

    def rows(self, postings: pa.Array) -> Array:
        """The row of each posting; -1 for one that is not on the roster, or for none."""
        count = len(postings)
        if count and not postings.null_count:
            first = self.next if self._at(self.next, postings) else pc.index(self.postings, postings[0]).as_py()
            if first >= 0 and self._at(first, postings):
                self.next = first + count
                return np.arange(first, first + count)
        return np.array([self._rows.get(posting, -1) for posting in postings.to_pylist()], dtype=np.int64)

    def _at(self, first: int, postings: pa.Array) -> bool:
        return first + len(postings) <= len(self.postings) and bool(
            self.postings.slice(first, len(postings)).equals(postings)
        )

    def coded(self, column: pa.Array) -> tuple[Array, Array]:
        """A column of postings as codes (-1 for none), and the row of each code."""
        if pa.types.is_dictionary(column.type):
            found = column
        elif not column.null_count and self._at(self.next, column):
            return np.arange(len(column)), self.rows(column)
        else:
            found = pc.dictionary_encode(column)
        codes = found.indices
        if codes.null_count:
            codes = pc.cast(codes, pa.int64()).fill_null(-1)
        array = codes.to_numpy(zero_copy_only=False)
        words = found.dictionary
        return array, self.rows(words if pa.types.is_string(words.type) else pc.cast(words, pa.string()))
