"""Tallies and single ballots to counts: one row a posting, one column an option, for every class and question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, field

from cadre_eval.columns.graph import Array
from cadre_eval.errors import Problems, Text
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.tables.cells import SHOWN, cell, header
from cadre_eval.tables.columns_of import BALLOTS, TALLIES
from cadre_eval.tables.index import Index
from cadre_eval.tables.numbers import is_number, is_text, look_up, whole
from cadre_eval.tables.slots import Slot, SlotReader, check_columns
from cadre_eval.workspace.dossiers import ABSTAIN, INVALID
from cadre_eval.workspace.shapes import SurveyShape, shapes_of

WHAT = Text("测评、测评主体或题目", "survey, voter class or question")


@define(eq=False)
class Votes:
    """Counts by slot: a column for each option of the survey, then abstentions and invalid ballots. ``issued`` has the
    ballots issued by record and class, and how many tallies do not say; ``seen`` where a record has anything at all.
    """

    rows: int
    options: Mapping[str, tuple[str, ...]]
    counts: dict[Slot, Array] = field(factory=dict)
    issued: dict[tuple[str, str], Array] = field(factory=dict)
    unsaid: dict[tuple[str, str], Array] = field(factory=dict)
    seen: dict[str, Array] = field(factory=dict)

    def of(self, slot: Slot) -> Array:
        """The counts of a slot; new ones are all 0."""
        if slot not in self.counts:
            self.counts[slot] = np.zeros((len(self.options[slot[0]]) + 2, self.rows), dtype=np.int64)
        return self.counts[slot]

    def count(self, slot: Slot, rows: Array, counts: Array) -> None:
        """Adds counts of different rows: a row of ``counts`` for each."""
        own = self.of(slot)
        for column in range(counts.shape[1]):
            own[column, rows] += counts[:, column]
        seen = self.seen.setdefault(slot[0], np.zeros(self.rows, dtype=bool))
        seen[rows] |= counts.any(axis=1)

    def classes(self, record: str, question: str) -> list[str]:
        return sorted({own for name, own, asked in self.counts if (name, asked) == (record, question)})

    def added(self, other: Votes) -> None:
        """Takes in the counts of other files."""
        for slot, counts in other.counts.items():
            self.of(slot)[:] += counts
        for mine, theirs in ((self.issued, other.issued), (self.unsaid, other.unsaid)):
            for key, numbers in theirs.items():
                mine[key] = mine[key] + numbers if key in mine else numbers
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
        allowed = BALLOTS if single else (*TALLIES, *options)
        return check_columns(columns, allowed, ("posting", "option") if single else ("posting",), file, self.problems)

    def ballots(self, batch: pa.RecordBatch, file: str, first_row: int) -> None:
        """Single votes: one row a ballot and question, or so many alike."""
        codes, rows = self.slots.rows(batch, file, first_row)
        slot, numbers = self.slots.slot_of(batch, file, first_row)
        option = batch.column("option")
        chosen, words = look_up(option, lambda text, _row: text)
        key, places = self._keys(numbers, words)
        if self.problems:
            self._check_options(chosen, words, numbers, file, first_row)
            return
        self._check_options(chosen, words, numbers, file, first_row)
        if self.problems:
            return
        width = len(places)
        flat = codes.astype(np.int64) * width + key[slot * len(words) + chosen] if width else codes.astype(np.int64)
        counted = _bincount(flat, self._weights(batch, file, first_row), len(rows) * width).reshape(len(rows), width)
        self._add(counted, rows, places)

    def _keys(self, numbers: Any, words: list[Any]) -> tuple[Array, list[tuple[Slot, int]]]:
        """A number for each slot and option that occur together, and what they are."""
        slots = list(self.slots.slots)
        places: dict[tuple[Slot, int], int] = {}
        key = np.zeros(max(1, len(numbers) * max(1, len(words))), dtype=np.int64)
        for at, number in enumerate(numbers):
            for code, word in enumerate(words):
                if number >= 0 and word is not None:
                    column = self._place(slots[number][0], word)
                    if column >= 0:
                        key[at * len(words) + code] = places.setdefault((slots[number], column), len(places))
        return key, list(places)

    def _place(self, record: str, word: str) -> int:
        options = self.shapes[record].options
        every = [*options, ABSTAIN, INVALID]
        return every.index(word) if word in every else -1

    def _check_options(self, chosen: Array, words: list[Any], numbers: Any, file: str, first_row: int) -> None:
        every = [*dict.fromkeys(o for shape in self.shapes.values() for o in shape.options), ABSTAIN, INVALID]
        for code, word in enumerate(words):
            if word is not None and word not in every:
                at = int(np.argmax(chosen == code))
                self.problems.known(word, every, cell(file, first_row + at, "option", word), Text("选项", "option"))
        if len(chosen) and int(chosen.min()) < 0:
            at = int(np.argmin(chosen))
            self.problems.add("CE202", cell(file, first_row + at, "option", ""), expected=Text("选项", "an option"))

    def _weights(self, batch: pa.RecordBatch, file: str, first_row: int) -> Array | None:
        if "count" not in batch.schema.names:
            return None
        return self._integers(batch, "count", file, first_row, 1)

    def _integers(self, batch: pa.RecordBatch, name: str, file: str, first_row: int, default: int) -> Array:
        """A column of whole numbers, 0 or more."""
        column = batch.column(name)
        if pa.types.is_null(column.type):
            return np.full(len(column), default, dtype=np.int64)
        if is_text(column.type):
            codes, meaning = look_up(column, lambda text, row: self._whole(text, file, first_row + row, name))
            return np.array([*(default if x is None else x for x in meaning), default], dtype=np.int64)[codes]
        if not is_number(column.type):
            self.problems.add("CE822", header(file, name), column=name, type=str(column.type), expected="count")
            return np.zeros(len(column), dtype=np.int64)
        number = whole(column)
        array = number.array // number.step.denominator
        for row in np.flatnonzero((array < 0) | (array * number.step.denominator != number.array))[:SHOWN].tolist():
            self._whole(str(Fraction(int(number.array[row])) * number.step), file, first_row + row, name)
        return array if number.null is None else np.where(number.null, default, array)

    def _whole(self, text: str, file: str, row: int, name: str) -> int | None:
        from cadre_eval.reading.scalars import BadScalar, parse_whole

        try:
            return parse_whole(text)
        except BadScalar as bad:
            self.problems.add_bad(bad.code, cell(file, row, name, text), bad.fix, bad.args_)
            return None

    def tallies(self, batch: pa.RecordBatch, file: str, first_row: int) -> None:
        """Counted votes: one row a class, question and channel."""
        codes, rows = self.slots.rows(batch, file, first_row)
        slot, numbers = self.slots.slot_of(batch, file, first_row)
        if self.problems:
            return
        slots = list(self.slots.slots)
        columns: dict[str, Array] = {}
        for name in batch.schema.names:
            if name not in TALLIES or name in (ABSTAIN, INVALID):
                columns[name] = self._integers(batch, name, file, first_row, 0)
        said = self._integers(batch, "issued", file, first_row, -1) if "issued" in batch.schema.names else None
        for code, number in enumerate(numbers):
            own = np.flatnonzero(slot == code) if number >= 0 else ()
            if len(own):
                self._tally(
                    slots[number],
                    own,
                    rows[codes[own]],
                    columns,
                    None if said is None else said[own],
                    file,
                    first_row,
                )

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
                self.problems.known(
                    name, every, cell(file, first + at, name, str(numbers[at])), Text("选项", "option")
                )
        counts = np.stack(
            [columns[name][own] if name in columns else np.zeros(len(own), dtype=np.int64) for name in every], axis=1
        )
        if len(rows) > 1 and not (rows[1:] > rows[:-1]).all():
            unique, at = np.unique(rows, return_inverse=True)
            summed = np.zeros((len(unique), counts.shape[1]), dtype=np.int64)
            np.add.at(summed, at, counts)
            self.votes.count(slot, unique, summed)
        else:
            self.votes.count(slot, rows, counts)
        self.votes.seen[slot[0]][rows] = True
        self._issued(slot, rows, own, counts, said, file, first)

    def _issued(
        self, slot: Slot, rows: Array, own: Array, counts: Array, said: Array | None, file: str, first: int
    ) -> None:
        key = slot[:2]
        for store in (self.votes.issued, self.votes.unsaid):
            store.setdefault(key, np.zeros(self.votes.rows, dtype=np.int64))
        if said is None:
            np.add.at(self.votes.unsaid[key], rows, 1)
            return
        cast = counts.sum(axis=1)
        for row in np.flatnonzero((said >= 0) & (cast > said))[:SHOWN].tolist():
            place = cell(file, first + int(own[row]), "issued", str(said[row]))
            self.problems.add("CE606", place, cast=str(cast[row]), issued=str(said[row]))
        np.add.at(self.votes.issued[key], rows, np.maximum(said, 0))
        np.add.at(self.votes.unsaid[key], rows, said < 0)

    def _add(self, counted: Array, rows: Array, places: Iterable[tuple[Slot, int]]) -> None:
        slots: dict[Slot, list[tuple[int, int]]] = {}
        for at, (slot, column) in enumerate(places):
            slots.setdefault(slot, []).append((at, column))
        for slot, columns in slots.items():
            matrix = np.zeros((len(rows), len(self.votes.options[slot[0]]) + 2), dtype=np.int64)
            for at, column in columns:
                matrix[:, column] = counted[:, at]
            self.votes.count(slot, rows, matrix)
            unsaid = self.votes.unsaid.setdefault(slot[:2], np.zeros(self.votes.rows, dtype=np.int64))
            unsaid[rows] |= 1


def _bincount(flat: Array, weights: Array | None, size: int) -> Array:
    if weights is None:
        return np.bincount(flat, minlength=size)
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, flat, weights)
    return found
