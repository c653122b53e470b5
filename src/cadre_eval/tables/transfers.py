"""The transfers table: one row a move of one relation of one posting."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from attrs import frozen

from cadre_eval.columns.integers import Array
from cadre_eval.errors import Problems, Text
from cadre_eval.model.transfers import RELATIONS, Relation, Transfer
from cadre_eval.tables.cells import SHOWN, cell, cells_of
from cadre_eval.tables.columns_of import TRANSFERS
from cadre_eval.tables.facts import UNREAD, day_at, day_numbers
from cadre_eval.tables.index import Index
from cadre_eval.tables.roles import check_columns
from cadre_eval.tables.slots import SlotReader

WHAT = Text("单位", "unit")
DAYS = ("effective", "released", "returned", "known_on")
NOTHING = np.zeros(0, dtype=np.int64)


@frozen(eq=False)
class Moves:
    """Moves by roster row, in the order of the rows; days are ordinals, 0 where none is given."""

    rows: Array
    relations: Array
    origins: Sequence[str]
    receivers: Sequence[str]
    origin: Array
    receiver: Array
    days: Mapping[str, Array]

    def of(self, row: int) -> Mapping[Relation, tuple[Transfer, ...]]:
        """The moves of one posting."""
        first, last = np.searchsorted(self.rows, [row, row + 1]).tolist()
        found: dict[Relation, tuple[Transfer, ...]] = {}
        for at in range(first, last):
            relation = RELATIONS[int(self.relations[at])]
            found[relation] = (*found.get(relation, ()), self._transfer(at, relation))
        return found

    def _transfer(self, at: int, relation: Relation) -> Transfer:
        days = {name: day_at(numbers[at]) for name, numbers in self.days.items()}
        effective = days["effective"] or date.min
        origin = self.origins[int(self.origin[at])] or None
        receiver = self.receivers[int(self.receiver[at])]
        known, released = days["known_on"] or effective, days["released"] or effective
        return Transfer(relation, origin, receiver, effective, days["returned"], None, known, released)

    def held(self, count: int, ends: Array, as_of: date, district: Collection[str]) -> tuple[Array, Array]:
        """Rows whose assessment relation moved at all, and those where one plain move into the district, known and well
        before the end, settles it.
        """
        own = self.relations == RELATIONS.index("assessment")
        rows = self.rows[own]
        moved = np.bincount(rows, minlength=count)
        inside = np.array([word in district for word in self.receivers], dtype=bool)[self.receiver[own]]
        effective, known = self.days["effective"][own], self.days["known_on"][own]
        plain = inside & (self.days["returned"][own] == 0) & (effective < ends[rows])
        plain &= np.maximum(effective, known) <= as_of.toordinal()
        settled = np.bincount(rows[plain], minlength=count) > 0
        return moved > 0, settled & (moved == 1)


NOTHING_MOVED = Moves(NOTHING, NOTHING, (), (), NOTHING, NOTHING, dict.fromkeys(DAYS, NOTHING))


class TransfersReader:
    """Reads the transfers table."""

    def __init__(self, index: Index, units: Collection[str], problems: Problems) -> None:
        self.units, self.problems = units, problems
        self.slots = SlotReader(index, {}, {}, Text("关系", "relation"), problems)

    def check(self, columns: Mapping[str, pa.DataType], file: str) -> bool:
        return check_columns(columns, TRANSFERS, ("posting", "relation", "to", "effective"), file, self.problems)

    def read(self, batch: pa.RecordBatch, file: str, first_row: int) -> Moves:
        codes, rows = self.slots.rows(batch, file, first_row)
        relation = self.slots.words(batch, "relation", RELATIONS, Text("关系", "relation"), file, first_row)
        receiver = self.slots.words(batch, "to", self.units, WHAT, file, first_row)
        origin = self.slots.words(batch, "from", {*self.units, ""}, WHAT, file, first_row)
        days = {name: self._days(batch, name, file, first_row) for name in DAYS}
        for row in np.flatnonzero(days["effective"] == 0)[:SHOWN].tolist():
            place = cell(file, first_row + row, "effective", "")
            self.problems.add("CE202", place, expected=Text("生效日期", "the day it takes effect"))
        self._check_days(days, file, first_row)
        if self.problems:
            return NOTHING_MOVED
        at = rows[codes]
        order = np.argsort(at, kind="stable")
        place_of: dict[str, int] = {name: i for i, name in enumerate(RELATIONS)}
        table = np.array([place_of.get(word, 0) for word in relation.texts], dtype=np.int64)
        return Moves(
            at[order], table[relation.codes][order], origin.texts, receiver.texts, origin.codes[order],
            receiver.codes[order], {name: numbers[order] for name, numbers in days.items()},
        )  # fmt: skip

    def _check_days(self, days: Mapping[str, Array], file: str, first_row: int) -> None:
        """A relation is let go before it is taken, and goes back after that."""
        effective, released, returned = (days[name] for name in ("effective", "released", "returned"))
        read = (effective > UNREAD) & (released != UNREAD) & (returned != UNREAD)
        wrong = {"returned": (returned > 0) & (returned <= effective), "effective": released > effective}
        for name, rows in wrong.items():
            for row in np.flatnonzero(rows & read)[:SHOWN].tolist():
                self.problems.add("CE431", cell(file, first_row + row, name, str(day_at(days[name][row]))))

    def _days(self, batch: pa.RecordBatch, name: str, file: str, first_row: int) -> Array:
        if name not in batch.schema.names:
            return np.zeros(batch.num_rows, dtype=np.int64)
        return day_numbers(batch.column(name), self.problems, cells_of(file, first_row, name))


def joined_moves(parts: Sequence[Moves]) -> Moves | None:
    """Several batches of moves as one."""
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    origins = list(dict.fromkeys(word for part in parts for word in part.origins))
    receivers = list(dict.fromkeys(word for part in parts for word in part.receivers))
    rows = np.concatenate([part.rows for part in parts])
    order = np.argsort(rows, kind="stable")

    def codes(words: list[str], name: str, own: str) -> Array:
        place = {word: i for i, word in enumerate(words)}
        return np.concatenate([
            np.array([place[w] for w in getattr(part, own)], dtype=np.int64)[getattr(part, name)] for part in parts
        ])[order]  # fmt: skip

    return Moves(
        rows[order], np.concatenate([part.relations for part in parts])[order], origins, receivers,
        codes(origins, "origin", "origins"), codes(receivers, "receiver", "receivers"),
        {name: np.concatenate([part.days[name] for part in parts])[order] for name in DAYS},
    )  # fmt: skip
