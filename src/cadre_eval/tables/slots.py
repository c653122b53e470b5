"""Columns of votes and marks that say what each row belongs to: record, class, question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cadre_eval.columns.graph import Array
from cadre_eval.errors import Problems, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.tables.cells import SHOWN, cell, header
from cadre_eval.tables.index import Index
from cadre_eval.tables.numbers import Texts, is_text, texts

Slot = tuple[str, str, str]
"""Record, class and question; one nameless question is ``""``."""


def check_columns(
    columns: Mapping[str, pa.DataType], allowed: Sequence[str], needed: Sequence[str], file: str, problems: Problems
) -> bool:
    """Whether a table has the columns it needs, none it may not have, and no binary float."""
    before = len(problems)
    for name, kind in columns.items():
        if name not in allowed:
            problems.add(
                "CE201", header(file, name), fix=closest(name, allowed), key=name, allowed=listed(allowed, 40)
            )
        elif pa.types.is_floating(kind):
            problems.add("CE821", header(file, name), column=name, type=str(kind))
    for name in needed:
        if name not in columns:
            problems.add("CE203", header(file, name), key=name)
    return len(problems) == before


class SlotReader:
    """Reads what each row of a table of votes or marks belongs to."""

    def __init__(
        self, index: Index, slots: Mapping[Slot, int], any_class: bool, what: Text, problems: Problems
    ) -> None:
        self.index, self.slots, self.any_class, self.what, self.problems = (
            index,
            dict(slots),
            any_class,
            what,
            problems,
        )
        self.records = sorted({record for record, _, _ in slots})

    def rows(self, batch: pa.RecordBatch, file: str, first_row: int) -> tuple[Array, Array]:
        """The posting of each row as a code, and the roster row of each code; strangers are problems."""
        codes, rows = self.index.coded(batch.column("posting"))
        unknown = np.flatnonzero(rows < 0)
        for code in unknown[:SHOWN].tolist():
            at = np.flatnonzero(codes == code)
            if len(at):
                name = batch.column("posting")[int(at[0])].as_py()
                place = cell(file, first_row + int(at[0]), "posting", str(name))
                self.problems.add("CE823", place, posting=str(name))
        if len(codes) and int(codes.min()) < 0:
            place = cell(file, first_row + int(np.argmin(codes)), "posting", "")
            self.problems.add("CE202", place, expected=Text("派驻代码", "a posting"))
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
        used = np.flatnonzero(np.bincount(code, minlength=1)) if len(code) else []
        sizes = [len(part.texts) for part in parts]
        found = [-1] * (sizes[0] * sizes[1] * sizes[2])
        for each in used:
            words = _words(int(each), parts)
            number = self._number(words)
            if number < 0:
                at = int(np.argmax(code == each))
                self._refuse(words, cell(file, first_row + at, "class", "/".join(words)))
            found[int(each)] = number
        return code, found

    def _number(self, words: Slot) -> int:
        if words in self.slots or not self.any_class or words[0] not in self.records:
            return self.slots.get(words, -1)
        self.slots[words] = len(self.slots)
        return self.slots[words]

    def _refuse(self, words: Slot, place: object) -> None:
        allowed = ["/".join(part for part in slot if part) for slot in self.slots]
        name = "/".join(part for part in words if part)
        self.problems.known(name, allowed, place, self.what)  # type: ignore[arg-type]


def _words(code: int, parts: Sequence[Texts]) -> Slot:
    found = []
    for part in reversed(parts[1:]):
        size = len(part.texts)
        found.append(part.texts[code % size])
        code //= size
    return parts[0].texts[code], found[1], found[0]
