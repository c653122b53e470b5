"""Columns of votes and marks that say what each row belongs to: record, class, question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cadre_eval.columns.integers import Array
from cadre_eval.columns.ordering import distinct
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.tables.cells import SHOWN, cell
from cadre_eval.tables.index import Index
from cadre_eval.tables.kinds import is_text
from cadre_eval.tables.numbers import Texts, texts

MOST_SLOTS = 2_000
"""So many classes and questions have no ruleset and no table: what goes beyond is no class."""
Slot = tuple[str, str, str]
"""Record, class and question; one nameless question is ``""``."""


class SlotReader:
    """Reads what each row of a table of votes or marks belongs to. ``free`` are records that take any class, with the
    questions it may answer.
    """

    def __init__(
        self, index: Index, slots: Mapping[Slot, int], free: Mapping[str, Collection[str]], what: Text,
        problems: Problems,
    ) -> None:  # fmt: skip
        self.index, self.slots, self.free, self.what, self.problems = index, dict(slots), free, what, problems
        self.records = sorted({*free, *(record for record, _, _ in slots)})

    def rows(self, batch: pa.RecordBatch, file: str, first_row: int) -> tuple[Array, Array]:
        """The posting of each row as a code, and the roster row of each code; strangers are problems."""
        codes, rows = self.index.coded(batch.column("posting"))
        if len(codes) and int(codes.min()) < 0:
            place = cell(file, first_row + int(np.argmin(codes)), "posting", "")
            self.problems.add("CE202", place, expected=Text("派驻代码", "a posting"))
        used = np.bincount(codes[codes >= 0], minlength=len(rows)) > 0
        for code in np.flatnonzero(used & (rows < 0))[:SHOWN].tolist():
            at = int(np.argmax(codes == code))
            name = str(batch.column("posting")[at].as_py())
            self.problems.add("CE823", cell(file, first_row + at, "posting", name), posting=name)
        return codes, rows

    def column(self, batch: pa.RecordBatch, name: str, default: str) -> Texts:
        """A column of words; where it is missing or empty, the default."""
        if name not in batch.schema.names or pa.types.is_null(batch.column(name).type):
            return Texts(np.zeros(batch.num_rows, dtype=np.int64), [default])
        column = batch.column(name)
        found = texts(column if is_text(column.type) else pc.cast(column, pa.string()))
        if (found.codes < 0).any():
            return Texts(np.where(found.codes < 0, len(found.texts), found.codes), [*found.texts, default])
        return found

    def words(
        self, batch: pa.RecordBatch, name: str, allowed: Collection[str], what: Text, file: str, first_row: int
    ) -> Texts:
        """A column of words of a list; others are problems."""
        found = self.column(batch, name, "")
        used, at = distinct(found.codes)
        strange = [place for place, code in enumerate(used.tolist()) if found.texts[code] not in allowed]
        for place in strange[:SHOWN]:
            text = found.texts[int(used[place])]
            row = first_row + int(np.argmax(at == place))
            self.problems.known(text, allowed, cell(file, row, name, text), what)
        return found

    def slot_of(self, batch: pa.RecordBatch, file: str, first_row: int) -> tuple[Array, Sequence[int]]:
        """The slot of each row, as codes, and the number of each code's slot; -1 where there is no such slot."""
        default = self.records[0] if len(self.records) == 1 else ""
        parts = [
            self.column(batch, "record", default),
            self.column(batch, "class", ""),
            self.column(batch, "question", ""),
        ]
        code = parts[0].codes
        for part in parts[1:]:
            code = code * len(part.texts) + part.codes if len(part.texts) > 1 else code
        used, code = distinct(code)
        found, refused = [], 0
        for place, each in enumerate(used.tolist()):
            words = _words(each, parts)
            found.append(self._number(words))
            if found[-1] < 0 and refused < SHOWN:
                refused += 1
                at = int(np.argmax(code == place))
                self._refuse(words, cell(file, first_row + at, "class", "/".join(words)))
        return code, found

    def _number(self, words: Slot) -> int:
        """The number of a slot; one of a class nobody has named before gets the next, where any class may be."""
        if words not in self.slots and words[2] in self.free.get(words[0], ()) and len(self.slots) < MOST_SLOTS:
            self.slots[words] = len(self.slots)
        return self.slots.get(words, -1)

    def _refuse(self, words: Slot, place: Span) -> None:
        allowed = ["/".join(part for part in slot if part) for slot in self.slots]
        name = "/".join(part for part in words if part)
        self.problems.known(name, allowed, place, self.what)


def _words(code: int, parts: Sequence[Texts]) -> Slot:
    found = []
    for part in reversed(parts[1:]):
        size = len(part.texts)
        found.append(part.texts[code % size])
        code //= size
    return parts[0].texts[code], found[1], found[0]
