"""Marks of reviewers by class and question, and the figures formulas ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import frozen

from cadre_eval.columns.integers import ROOM, Array, full, integers, largest, narrowed, narrowest
from cadre_eval.columns.ordering import distinct
from cadre_eval.errors import Problems, Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.scoring.ballots import MarksOf
from cadre_eval.tables.cells import cell, cells_of, few
from cadre_eval.tables.columns_of import REVIEWS
from cadre_eval.tables.counts import counts_of
from cadre_eval.tables.index import Index
from cadre_eval.tables.kinds import is_text
from cadre_eval.tables.numbers import Texts, texts, whole
from cadre_eval.tables.roles import check_columns
from cadre_eval.tables.slots import Slot, SlotReader
from cadre_eval.workspace.dossiers import MOST_MARKS, MarkReader
from cadre_eval.workspace.shapes import ReviewShape, shapes_of

WHAT = Text("评议、评议主体或题目", "review, class of reviewers or question")
Mark = Fraction | str
MOST_POSSIBLE = 4096
"""Up to so many marks that there may be between the lowest and the highest, which of them occur is not looked for."""
MOST_DENOMINATOR = 10**40
"""Marks that need a larger one to stand together are added up posting by posting."""


@frozen(eq=False)
class Given:
    """Marks of one slot as they were read: the posting's row, which of the different marks, how often."""

    rows: Array
    codes: Array
    counts: Array | None
    """None: each once."""


@frozen(eq=False)
class ByPosting:
    """Marks of one slot in the order of the postings: those of a row begin at ``starts[row]`` and end before the next."""

    starts: Array
    codes: Array
    counts: Array | None
    """None: each once."""

    @property
    def often(self) -> int:
        """How many marks there are."""
        return len(self.codes) if self.counts is None else int(self.counts.sum())

    @property
    def count(self) -> Array:
        """How many marks each posting has."""
        return np.diff(self.starts) if self.counts is None else self.each(np.add, self.counts)

    @property
    def rows(self) -> Array:
        """The posting's row of each mark."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def each(self, pick: np.ufunc, numbers: Array) -> Array:
        """One number a posting from those of its marks; 0 where it has none."""
        there = np.flatnonzero(np.diff(self.starts))
        found = np.zeros(len(self.starts) - 1, dtype=object if numbers.dtype == object else np.int64)
        if len(there):
            found[there] = pick.reduceat(numbers, self.starts[there], dtype=found.dtype)
        return found

    def total(self, numbers: Array) -> Array:
        """The sum of each posting's marks; a number for each mark, counted as often as it was given."""
        return self.each(np.add, numbers if self.counts is None else full(numbers) * self.counts)

    def cut(self, first: int, last: int) -> ByPosting:
        """Those of some rows."""
        starts = self.starts[first : last + 1]
        own = slice(int(starts[0]), int(starts[-1]))
        return ByPosting(starts - starts[0], self.codes[own], None if self.counts is None else self.counts[own])


@frozen(eq=False)
class Marks:
    """All marks, by slot; ``values`` are the different ones, in the order of their codes; ``seen``: who has any, by review."""

    values: Sequence[Mark]
    given: Mapping[Slot, ByPosting]
    seen: Mapping[str, Array]

    def slots(self, record: str) -> Iterator[Slot]:
        """The slots of a review anything was given in."""
        return (slot for slot in sorted(self.given) if slot[0] == record)

    def at(self, slot: Slot, row: int) -> tuple[Mark, ...]:
        """The marks of one posting."""
        own = self.given[slot].cut(row, row + 1)
        often = [1] * len(own.codes) if own.counts is None else own.counts.tolist()
        return tuple(self.values[code] for code, n in zip(own.codes.tolist(), often, strict=True) for _ in range(n))

    def figures(self, source: MarksOf, rows: int) -> Figures | None:
        """What trimming and averaging ask of one class on one question; None if that takes too large a denominator."""
        given = self.given.get((source.record, source.reviewer, source.question)) or by_posting([], rows)
        found = self._points(given, source.words or {})
        if found is None:
            return None
        points, step = found
        values = points[given.codes]
        highest = _extreme(given, values, source.trim.highest, highest=True)
        lowest = _extreme(given, values, source.trim.lowest, highest=False)
        return Figures(step, *(narrowed(x) for x in (given.count, given.total(values), highest, lowest)))

    def _points(self, given: ByPosting, words: Mapping[str, Fraction]) -> tuple[Array, Fraction] | None:
        """What each of the different marks counts, by a step; those given here alone say which step."""
        used = np.zeros(len(self.values) + 1, dtype=bool)
        used[given.codes] = True
        codes = np.flatnonzero(used).tolist()
        marks = [self.values[code] for code in codes]
        numbers = [Fraction(words.get(v, 0)) if isinstance(v, str) else v for v in marks]
        scale = 1
        for denominator in {x.denominator for x in numbers}:
            scale = lcm(scale, denominator)
            if scale > MOST_DENOMINATOR:
                return None
        found = dict(zip(codes, (int(x * scale) for x in numbers), strict=True))
        points = integers([found.get(code, 0) for code in range(len(self.values))])
        wide = largest(points) * given.often >= ROOM
        return points.astype(object) if wide else narrowest(points), Fraction(1, scale)


@frozen(eq=False)
class Figures:
    """By posting: how many marks; by ``step``: their sum, the sum of the highest and of the lowest that trimming drops."""

    step: Fraction
    count: Array
    total: Array
    highest: Array
    lowest: Array


def by_posting(parts: Sequence[Given], rows: int) -> ByPosting:
    """All marks of a slot, of so many postings."""
    if not parts:
        return ByPosting(np.zeros(rows + 1, dtype=np.int32), np.zeros(0, dtype=np.int8), None)
    at, codes = (np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "codes"))
    once = all(part.counts is None for part in parts)
    counts = None if once else np.concatenate([_counts(part) for part in parts])
    if (at[1:] < at[:-1]).any():
        order = np.argsort(at, kind="stable")
        at, codes, counts = at[order], codes[order], None if counts is None else counts[order]
    starts = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(at, minlength=rows), out=starts[1:])
    return ByPosting(narrowed(starts), codes, counts)


def _counts(given: Given | ByPosting) -> Array:
    return np.ones(len(given.codes), dtype=np.int64) if given.counts is None else given.counts


def _extreme(given: ByPosting, values: Array, drop: int, highest: bool) -> Array:
    """The sum of so many of the highest or lowest marks of each posting."""
    size = len(given.starts) - 1
    if not drop or not len(values):
        return np.zeros(size, dtype=np.int64)
    if drop == 1:
        return given.each(np.maximum if highest else np.minimum, values)
    often = np.minimum(_counts(given), drop)  # no mark is dropped more often
    rows, marks = np.repeat(given.rows, often), np.repeat(values, often)
    places = distinct(marks)[1]
    order = np.lexsort((-places if highest else places, rows))
    rows, marks = rows[order], marks[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])[:-1]
    kept = np.arange(len(rows)) - starts[rows] < drop
    return by_posting([Given(rows[kept], marks[kept], None)], size).total(marks[kept])


class MarksReader:
    """Reads tables of marks for one period."""

    def __init__(self, plan: PeriodPlan, index: Index, rows: int, problems: Problems) -> None:
        self.shapes: Mapping[str, ReviewShape] = shapes_of(plan).reviews
        self.rows, self.problems = rows, problems
        self.values: list[Mark] = []
        self.given: dict[Slot, list[Given]] = {}
        self.seen: dict[str, Array] = {}
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

    def marks(self) -> Marks:
        """All that were taken in, which are not held here any longer."""
        given = {slot: by_posting(self.given.pop(slot), self.rows) for slot in list(self.given)}
        return Marks(self.values, given, self.seen)

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
        return counts_of(batch.column("count"), 1, MOST_MARKS, self.problems, cells_of(file, first_row, "count"))

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
        if high - low < MOST_POSSIBLE:
            codes = (number.array - low).astype(np.int64)
            return codes, [number.step * value for value in range(low, high + 1)]
        values, codes = distinct(number.array)
        return codes, [number.step * int(value) for value in values]

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
        codes = narrowest(table)[given.codes]
        self.given.setdefault(slot, []).append(_counted(Given(given.rows, codes, given.counts)))
        seen = self.seen.setdefault(slot[0], np.zeros(self.rows, dtype=bool))
        seen[given.rows] = True

    def _code(self, mark: Mark) -> int:
        if mark not in self.codes:
            self.codes[mark] = len(self.codes)
            self.values.append(mark)
        return self.codes[mark]


def _counted(given: Given) -> Given:
    """Without marks that nobody gave."""
    if given.counts is None or given.counts.all():
        return given
    kept = given.counts > 0
    return Given(given.rows[kept], given.codes[kept], given.counts[kept])


def _written(mark: Any) -> str:
    return number_text(mark) if isinstance(mark, Fraction) else str(mark)
