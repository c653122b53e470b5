"""Tallies and single ballots to counts: one row a posting, one column an option, for every class and question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from attrs import define, field

from cadre_eval.columns.integers import NARROW, Array
from cadre_eval.columns.ordering import distinct
from cadre_eval.errors import Problems, Text
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.tables.cells import SHOWN, cell, cells_of
from cadre_eval.tables.columns_of import BALLOTS, TALLIES
from cadre_eval.tables.counts import MOST_VOTES, counts_of
from cadre_eval.tables.index import Index
from cadre_eval.tables.numbers import Texts, texts
from cadre_eval.tables.roles import COUNT, check_columns
from cadre_eval.tables.slots import Slot, SlotReader
from cadre_eval.workspace.dossiers import ABSTAIN, INVALID
from cadre_eval.workspace.shapes import SurveyShape, shapes_of

OPTION = Text("选项", "option")
WHAT = Text("测评、测评主体或题目", "survey, voter class or question")


@define(eq=False)
class Votes:
    """Counts by slot: a column for each option of the survey, then abstentions and invalid ballots. ``issued`` has the
    ballots issued, beside every question, ``unsaid`` how many rows of a class do not say; ``seen`` where a record has
    anything at all.
    """

    rows: int
    options: Mapping[str, tuple[str, ...]]
    counts: dict[Slot, Array] = field(factory=dict)
    issued: dict[Slot, Array] = field(factory=dict)
    unsaid: dict[tuple[str, str], Array] = field(factory=dict)
    seen: dict[str, Array] = field(factory=dict)
    most: dict[Slot, int] = field(factory=dict)
    """What no count of a slot is above."""

    def of(self, slot: Slot, more: int = 0) -> Array:
        """The counts of a slot, with room for so much more; new ones are all 0."""
        if slot not in self.counts:
            self.counts[slot] = np.zeros((len(self.options[slot[0]]) + 2, self.rows), dtype=np.int32)
        self.most[slot] = self.most.get(slot, 0) + more
        if self.most[slot] >= NARROW and self.counts[slot].dtype == np.int32:
            self.counts[slot] = self.counts[slot].astype(np.int64)
        return self.counts[slot]

    def count(self, slot: Slot, rows: Array, counts: Array) -> None:
        """Adds counts of different rows: a row of ``counts`` for each."""
        own = self.of(slot, int(counts.max(initial=0)))
        for column in range(counts.shape[1]):
            own[column, rows] += counts[:, column]
        seen = self.seen.setdefault(slot[0], np.zeros(self.rows, dtype=bool))
        seen[rows] |= counts.any(axis=1)

    def classes(self, record: str, question: str) -> list[str]:
        return sorted({own for name, own, asked in self.counts if (name, asked) == (record, question)})

    def issued_to(self, record: str, voters: str | None) -> tuple[Array, Array]:
        """Ballots issued to a class (None: to all), and how many rows do not say. Every question says of the same ballots,
        so those of one count.
        """
        own = [slot for slot in self.issued if slot[0] == record and voters in {None, slot[1]}]
        total: Array = np.zeros(self.rows, dtype=np.int64)
        unsaid: Array = np.zeros(self.rows, dtype=np.int64)
        for name in {slot[1] for slot in own}:
            total += np.maximum.reduce([self.issued[slot] for slot in own if slot[1] == name])
        for (named, name), numbers in self.unsaid.items():
            unsaid += numbers if named == record and voters in {None, name} else 0
        return total, unsaid

    def added(self, other: Votes) -> None:
        """Takes in the counts of other files."""
        for slot, counts in other.counts.items():
            self.of(slot, int(counts.max(initial=0)))[:] += counts
        for slot, numbers in other.issued.items():
            self.issued[slot] = self.issued[slot] + numbers if slot in self.issued else numbers
        for key, numbers in other.unsaid.items():
            self.unsaid[key] = self.unsaid[key] + numbers if key in self.unsaid else numbers
        for record, seen in other.seen.items():
            self.seen[record] = self.seen[record] | seen if record in self.seen else seen


class VotesReader:
    """Reads tables of votes for one period."""

    def __init__(self, plan: PeriodPlan, index: Index, rows: int, problems: Problems) -> None:
        self.shapes: Mapping[str, SurveyShape] = shapes_of(plan).surveys
        self.problems = problems
        self.votes = Votes(rows, {name: shape.options for name, shape in self.shapes.items()})
        slots: list[Slot] = [
            (record, own, question)
            for record, shape in sorted(self.shapes.items())
            for own in sorted(shape.classes)
            for question in sorted(shape.questions)
        ]
        free = {record: shape.questions for record, shape in self.shapes.items() if shape.any_class}
        self.slots = SlotReader(index, {slot: n for n, slot in enumerate(slots)}, free, WHAT, problems)

    def check(self, columns: Mapping[str, pa.DataType], file: str, single: bool) -> bool:
        options = [option for shape in self.shapes.values() for option in shape.options]
        allowed = BALLOTS if single else dict.fromkeys(options, COUNT) | TALLIES
        return check_columns(columns, allowed, ("posting", "option") if single else ("posting",), file, self.problems)

    def ballots(self, batch: pa.RecordBatch, file: str, first_row: int) -> None:
        """Single votes: one row a ballot and question, or so many alike."""
        codes, rows = self.slots.rows(batch, file, first_row)
        slot, numbers = self.slots.slot_of(batch, file, first_row)
        chosen = texts(batch.column("option"))
        if (chosen.codes < 0).any():
            place = cell(file, first_row + int(np.argmin(chosen.codes)), "option", "")
            self.problems.add("CE202", place, expected=Text("选项", "an option"))
        if self.problems:
            return
        places, key = self._places(slot, numbers, chosen, file, first_row)
        weights = self._counts(batch, "count", file, first_row, 1) if "count" in batch.schema.names else None
        if self.problems:
            return
        width = len(places)
        counted = _bincount(codes.astype(np.int64) * width + key, weights, len(rows) * width)
        self._add(counted.reshape(len(rows), width), rows, places)

    def _places(
        self, slot: Array, numbers: Sequence[int], chosen: Texts, file: str, first_row: int
    ) -> tuple[list[tuple[Slot, int]], Array]:
        """The slots and options that occur together, and which of them each row has."""
        slots = list(self.slots.slots)
        used, key = distinct(slot * max(1, len(chosen.texts)) + chosen.codes)
        places = []
        for at, each in enumerate(used.tolist()):
            own, word = slots[numbers[each // len(chosen.texts)]], chosen.texts[each % len(chosen.texts)]
            every = [*self.shapes[own[0]].options, ABSTAIN, INVALID]
            if word in every:
                places.append((own, every.index(word)))
            elif len(self.problems) < SHOWN:
                place = cell(file, first_row + int(np.argmax(key == at)), "option", word)
                self.problems.known(word, every, place, OPTION)
        return places, key

    def _counts(self, batch: pa.RecordBatch, name: str, file: str, first_row: int, default: int) -> Array:
        return counts_of(batch.column(name), default, MOST_VOTES, self.problems, cells_of(file, first_row, name))

    def tallies(self, batch: pa.RecordBatch, file: str, first_row: int) -> None:
        """Counted votes: one row a class, question and channel. A row without any number says nothing."""
        codes, rows = self.slots.rows(batch, file, first_row)
        slot, numbers = self.slots.slot_of(batch, file, first_row)
        if self.problems:
            return
        slots = list(self.slots.slots)
        names = [name for name in batch.schema.names if name not in TALLIES or name in (ABSTAIN, INVALID)]
        columns = {name: self._counts(batch, name, file, first_row, 0) for name in names}
        said = self._counts(batch, "issued", file, first_row, -1) if "issued" in batch.schema.names else None
        there = np.zeros(batch.num_rows, dtype=bool)
        for name in (*names, *(["issued"] if said is not None else [])):
            there |= batch.column(name).is_valid().to_numpy(zero_copy_only=False)
        for code, number in enumerate(numbers):
            own = np.flatnonzero((slot == code) & there)
            given = None if said is None else said[own]
            self._tally(slots[number], own, rows[codes[own]], columns, given, file, first_row)

    def _tally(
        self,
        slot: Slot,
        own: Array,
        rows: Array,
        columns: Mapping[str, Array],
        said: Array | None,
        file: str,
        first: int,
    ) -> None:
        every = [*self.shapes[slot[0]].options, ABSTAIN, INVALID]
        for name, numbers in columns.items():
            if name not in every and numbers[own].any():
                at = int(own[np.argmax(numbers[own] > 0)])
                self.problems.known(name, every, cell(file, first + at, name, str(numbers[at])), OPTION)
        counts = np.stack(
            [columns[name][own] if name in columns else np.zeros(len(own), dtype=np.int64) for name in every], axis=1
        )
        self.votes.count(slot, *_by_row(rows, counts))
        self.votes.seen[slot[0]][rows] = True
        self._issued(slot, rows, own, counts, said, file, first)

    def _issued(
        self, slot: Slot, rows: Array, own: Array, counts: Array, said: Array | None, file: str, first: int
    ) -> None:
        nobody = np.zeros(self.votes.rows, dtype=np.int64)
        issued = self.votes.issued.setdefault(slot, nobody)
        unsaid = self.votes.unsaid.setdefault(slot[:2], nobody.copy())
        if said is None:
            np.add.at(unsaid, rows, 1)
            return
        cast = counts.sum(axis=1)
        for row in np.flatnonzero((said >= 0) & (cast > said))[:SHOWN].tolist():
            place = cell(file, first + int(own[row]), "issued", str(said[row]))
            self.problems.add("CE606", place, cast=str(cast[row]), issued=str(said[row]))
        np.add.at(issued, rows, np.maximum(said, 0))
        np.add.at(unsaid, rows, said < 0)

    def _add(self, counted: Array, rows: Array, places: Iterable[tuple[Slot, int]]) -> None:
        slots: dict[Slot, list[tuple[int, int]]] = {}
        for at, (slot, column) in enumerate(places):
            slots.setdefault(slot, []).append((at, column))
        for slot, columns in slots.items():
            matrix = np.zeros((len(rows), len(self.votes.options[slot[0]]) + 2), dtype=np.int64)
            for at, column in columns:
                matrix[:, column] = counted[:, at]
            cast = matrix.any(axis=1)
            self.votes.count(slot, *_by_row(rows[cast], matrix[cast]))
            unsaid = self.votes.unsaid.setdefault(slot[:2], np.zeros(self.votes.rows, dtype=np.int64))
            np.add.at(unsaid, rows[cast], 1)


def _by_row(rows: Array, counts: Array) -> tuple[Array, Array]:
    """Counts of different rows: those of one added up."""
    if len(rows) < 2 or (rows[1:] > rows[:-1]).all():
        return rows, counts
    different, place = distinct(rows)
    summed = np.zeros((len(different), counts.shape[1]), dtype=np.int64)
    np.add.at(summed, place, counts)
    return different, summed


def _bincount(flat: Array, weights: Array | None, size: int) -> Array:
    if weights is None:
        return np.bincount(flat, minlength=size)
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, flat, weights)
    return found
