"""Marks of reviewers by class and question, and the figures formulas ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, field, frozen

from cadre_eval.columns.integers import NARROW, ROOM, Array, integers, largest, narrowed
from cadre_eval.columns.ordering import distinct
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.scoring.ballots import MarksOf
from cadre_eval.tables.cells import cell, few
from cadre_eval.tables.columns_of import REVIEWS
from cadre_eval.tables.counts import counts_of
from cadre_eval.tables.index import Index
from cadre_eval.tables.numbers import Texts, is_text, texts, whole
from cadre_eval.tables.roles import check_columns
from cadre_eval.tables.slots import Slot, SlotReader
from cadre_eval.workspace.dossiers import MOST_MARKS, MarkReader
from cadre_eval.workspace.shapes import ReviewShape, shapes_of

WHAT = Text("评议、评议主体或题目", "review, class of reviewers or question")
Mark = Fraction | str
MOST_DENOMINATOR = 10**40
"""Marks that need a larger one to stand together are added up posting by posting."""


@frozen(eq=False)
class Given:
    """Marks of one slot: the posting's row, which of the different marks, how often."""

    rows: Array
    codes: Array
    counts: Array | None
    """None: each once."""

    @property
    def often(self) -> int:
        """How many marks there are."""
        return len(self.rows) if self.counts is None else int(self.counts.sum())


@define(eq=False)
class Marks:
    """All marks, by slot; ``values`` are the different ones, in the order of their codes."""

    rows: int
    values: list[Mark] = field(factory=list)
    given: dict[Slot, list[Given]] = field(factory=dict)
    seen: dict[str, Array] = field(factory=dict)
    settled: set[Slot] = field(factory=set)
    """Slots whose marks are in one piece, in order."""

    def of(self, slot: Slot) -> Given:
        """Every mark of a slot, in the order of the postings."""
        parts = self.given.get(slot, [])
        if not parts:
            return Given(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), None)
        if slot not in self.settled:
            once = all(part.counts is None for part in parts)
            counts = None if once else np.concatenate([_counts(part) for part in parts])
            rows, codes = (np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "codes"))
            if (rows[1:] < rows[:-1]).any():
                order = np.argsort(rows, kind="stable")
                rows, codes, counts = rows[order], codes[order], None if counts is None else counts[order]
            self.given[slot] = [Given(rows, codes, counts)]
            self.settled.add(slot)
        return self.given[slot][0]

    def at(self, slot: Slot, row: int) -> tuple[Mark, ...]:
        """The marks of one posting."""
        given = self.of(slot)
        first, last = np.searchsorted(given.rows, [row, row + 1]).tolist()
        found: list[Mark] = []
        for at in range(first, last):
            found += [self.values[int(given.codes[at])]] * (1 if given.counts is None else int(given.counts[at]))
        return tuple(found)

    def figures(self, source: MarksOf) -> Figures | None:
        """What trimming and averaging ask of one class on one question; None if that takes too large a denominator."""
        given = self.of((source.record, source.reviewer, source.question))
        words = source.words or {}
        used, codes = distinct(given.codes)
        marks = [self.values[code] for code in used.tolist()]
        numbers = [Fraction(words.get(v, 0)) if isinstance(v, str) else v for v in marks]
        scale = 1
        for denominator in {x.denominator for x in numbers}:
            scale = lcm(scale, denominator)
            if scale > MOST_DENOMINATOR:
                return None
        points = integers([int(x * scale) for x in numbers])
        if largest(points) * given.often >= ROOM:
            points = points.astype(object)
        elif largest(points) < NARROW:
            points = points.astype(np.int32)
        values = points[codes] if len(points) else codes
        count = (
            np.bincount(given.rows, minlength=self.rows)
            if given.counts is None
            else _added(given.rows, given.counts, self.rows)
        )
        total = _added(given.rows, values if given.counts is None else _wide(values) * given.counts, self.rows)
        highest = _extreme(given, values, source.trim.highest, self.rows, count, highest=True)
        lowest = _extreme(given, values, source.trim.lowest, self.rows, count, highest=False)
        return Figures(Fraction(1, scale), *(narrowed(x) for x in (count, total, highest, lowest)))


@frozen(eq=False)
class Figures:
    """By posting: how many marks; by ``step``: their sum, the sum of the highest and of the lowest that trimming drops."""

    step: Fraction
    count: Array
    total: Array
    highest: Array
    lowest: Array


def _counts(given: Given) -> Array:
    return np.ones(len(given.rows), dtype=np.int64) if given.counts is None else given.counts


def _wide(values: Array) -> Array:
    return values.astype(np.int64) if values.dtype == np.int32 else values


def _added(rows: Array, numbers: Array, size: int) -> Array:
    found = np.zeros(size, dtype=numbers.dtype if numbers.dtype == object else np.int64)
    starts = _runs(rows)
    if starts is None:
        np.add.at(found, rows, numbers)
    else:
        found[rows[starts]] = np.add.reduceat(numbers, starts, dtype=found.dtype)
    return found


def _runs(rows: Array) -> Array | None:
    """Where each posting's marks begin, if all marks of one stand together; None if not."""
    if not len(rows) or rows.dtype == object:
        return None
    steps = rows[1:] - rows[:-1]
    return None if (steps < 0).any() else np.concatenate([[0], np.flatnonzero(steps) + 1])


def _extreme(given: Given, values: Array, drop: int, size: int, count: Array, highest: bool) -> Array:
    """The sum of so many of the highest or lowest marks of each posting."""
    if not drop or not len(values):
        return np.zeros(size, dtype=np.int64)
    if drop == 1 and values.dtype != object:
        found = np.full(size, int(values.min()) if highest else int(values.max()), dtype=np.int64)
        pick, starts = np.maximum if highest else np.minimum, _runs(given.rows)
        if starts is None:
            pick.at(found, given.rows, values)
        else:
            found[given.rows[starts]] = pick.reduceat(values, starts)
        return np.where(count > 0, found, 0)
    rows, marks = np.repeat(given.rows, _counts(given)), np.repeat(values, _counts(given))
    places = distinct(marks)[1]
    order = np.lexsort((-places if highest else places, rows))
    rows, marks = rows[order], marks[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])[:-1]
    kept = np.arange(len(rows)) - starts[rows] < drop
    return _added(rows[kept], marks[kept], size)


class MarksReader:
    """Reads tables of marks for one period."""

    def __init__(self, plan: PeriodPlan, index: Index, rows: int, problems: Problems) -> None:
        self.shapes: Mapping[str, ReviewShape] = shapes_of(plan).reviews
        self.problems = problems
        self.marks = Marks(rows)
        self.codes: dict[Mark, int] = {}
        self.read_before: dict[tuple[Slot, Any], int] = {}
        slots = [
            (record, reviewer, question)
            for record, shape in sorted(self.shapes.items())
            for reviewer, questions in sorted(shape.marks.items())
            for question in sorted(questions)
        ]
        free = {record: ("",) for record, shape in self.shapes.items() if shape.any_class}
        self.slots = SlotReader(index, {slot: n for n, slot in enumerate(slots)}, free, WHAT, problems)

    def check(self, columns: Mapping[str, pa.DataType], file: str) -> bool:
        return check_columns(columns, REVIEWS, ("posting", "mark"), file, self.problems)

    def read(self, batch: pa.RecordBatch, file: str, first_row: int) -> None:
        """Takes in a batch of marks."""
        codes, rows = self.slots.rows(batch, file, first_row)
        slot, numbers = self.slots.slot_of(batch, file, first_row)
        counts = self._counts(batch, file, first_row)
        if self.problems:
            return
        written, said = self._texts(batch, file, first_row)
        if self.problems:
            return
        slots = list(self.slots.slots)
        for code, number in enumerate(numbers):
            own = np.flatnonzero(slot == code)
            given = Given(rows[codes[own]].astype(np.int32), written[own], None if counts is None else counts[own])
            self._take(slots[number], given, said, own, file, first_row)

    def _counts(self, batch: pa.RecordBatch, file: str, first_row: int) -> Array | None:
        if "count" not in batch.schema.names or pa.types.is_null(batch.column("count").type):
            return None

        def at(text: str, row: int) -> Span:
            return cell(file, first_row + row, "count", text)

        return counts_of(batch.column("count"), 1, MOST_MARKS, self.problems, at)

    def _texts(self, batch: pa.RecordBatch, file: str, first_row: int) -> tuple[Array, Sequence[Any]]:
        """Marks as they are written: numbers as they are, everything else as text."""
        column = batch.column("mark")
        if is_text(column.type):
            found = texts(column)
            codes, empty = found.codes, found.codes < 0
        else:
            empty = column.is_null().to_numpy(zero_copy_only=False)
        if empty.any():
            place = cell(file, first_row + int(np.argmax(empty)), "mark", "")
            self.problems.add("CE202", place, expected=Text("评分", "a mark"))
            return np.zeros(0, dtype=np.int64), []
        if is_text(column.type):
            return codes, found.texts
        if not len(column):
            return np.zeros(0, dtype=np.int64), []
        number = whole(column)
        low, high = int(number.array.min()), int(number.array.max())
        if high - low < 1_000_000:
            return (number.array - low).astype(np.int64), [number.step * (low + i) for i in range(high - low + 1)]
        values, codes = np.unique(number.array, return_inverse=True)
        return codes.ravel(), [number.step * int(value) for value in values]

    def _take(self, slot: Slot, given: Given, said: Sequence[Any], own: Array, file: str, first: int) -> None:
        """The marks of one slot, each different one read once as its review takes it."""
        reader = MarkReader(self.shapes[slot[0]].allowed(slot[1], slot[2]), self.problems)
        read = few(self.problems, lambda text, row: reader.read(text, cell(file, first + row, "mark", text)))
        table = np.zeros(max(1, len(said)), dtype=np.int32)
        used = np.flatnonzero(np.bincount(given.codes, minlength=1)).tolist()
        new = [code for code in used if (slot, said[code]) not in self.read_before]
        firsts = Texts(given.codes, said).firsts() if new else ()
        for code in new:
            mark = read(_written(said[code]), int(own[firsts[code]]))
            if mark is not None:
                self.read_before[slot, said[code]] = self._code(mark)
        table[used] = [self.read_before.get((slot, said[code]), 0) for code in used]
        self.marks.given.setdefault(slot, []).append(_counted(Given(given.rows, table[given.codes], given.counts)))
        seen = self.marks.seen.setdefault(slot[0], np.zeros(self.marks.rows, dtype=bool))
        seen[given.rows] = True

    def _code(self, mark: Mark) -> int:
        if mark not in self.codes:
            self.codes[mark] = len(self.codes)
            self.marks.values.append(mark)
        return self.codes[mark]


def _counted(given: Given) -> Given:
    """Without marks that nobody gave."""
    if given.counts is None or given.counts.all():
        return given
    kept = given.counts > 0
    return Given(given.rows[kept], given.codes[kept], given.counts[kept])


def _written(mark: Any) -> str:
    return number_text(mark) if isinstance(mark, Fraction) else str(mark)


def slots_of(marks: Marks, record: str) -> Iterator[Slot]:
    """The slots of a review anything was given in."""
    return (slot for slot in sorted(marks.given) if slot[0] == record)
