"""The facts table in the order of the roster, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from cadre_eval.columns.batch import MISSING, PRESENT, Numbers, Values, anywhere
from cadre_eval.columns.gathered import MOST_SCALE
from cadre_eval.columns.integers import ROOM, Array, largest
from cadre_eval.errors import Problems, Text
from cadre_eval.tables.cells import SHOWN, cell
from cadre_eval.tables.facts import FactRows, FactsReader
from cadre_eval.tables.index import Index


class Chunk(Protocol):
    """Some rows of a table, and where they stand."""

    @property
    def batch(self) -> pa.RecordBatch: ...

    @property
    def file(self) -> str: ...

    @property
    def first_row(self) -> int: ...


class Source(Protocol):
    """A table: in memory, or in files that are read as they are asked for."""

    @property
    def columns(self) -> Mapping[str, pa.DataType]: ...

    def chunks(self, columns: Sequence[str] | None = None, rows: int = 65536) -> Iterator[Chunk]: ...


class OutOfOrder(Exception):
    """The table is not in the order of the roster."""


@frozen
class Block:
    """Rows ``first`` to ``last``, excluded, of the roster."""

    number: int
    first: int
    last: int


def blocks_of(cadre: Array, size: int) -> list[Block]:
    """The roster in blocks of about so many rows, one at least; no cadre is torn apart."""
    found: list[Block] = []
    first, rows = 0, len(cadre)
    while first < rows or not found:
        last = min(rows, first + size)
        while last < rows and cadre[last] == cadre[last - 1]:
            last += 1
        found.append(Block(len(found), first, last))
        first = last
    return found


class Aligner:
    """Reads the facts of one block after another."""

    def __init__(self, source: Source | None, reader: FactsReader, index: Index, problems: Problems) -> None:
        self.source, self.reader, self.index, self.problems = source, reader, index, problems

    def blocks(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, FactRows]]:
        """The facts of every block. A table that turns out to be in another order is read whole, and all blocks come again:
        the facts of those before were not all there.
        """
        try:
            yield from self._in_order(blocks)
        except OutOfOrder:
            order, facts = self._sorted()
            whole = facts.taken(order)
            for block in () if self.problems else blocks:
                yield block, whole.cut(block.first, block.last)

    def look_through(self) -> None:
        """Reads everything, only for what is wrong with it."""
        self._check_once([(rows, chunk) for rows, _, chunk in self._chunks()])

    def _chunks(self) -> Iterator[tuple[Array, FactRows, Chunk]]:
        for chunk in self.source.chunks(None) if self.source is not None else ():
            postings = chunk.batch.column("posting")
            if pa.types.is_dictionary(postings.type):
                postings = postings.dictionary_decode()
            if not pa.types.is_string(postings.type):
                postings = pc.cast(postings, pa.string())
            rows = self.index.rows(postings)
            for at in np.flatnonzero(rows < 0)[:SHOWN].tolist():
                name = postings[at].as_py()
                place = cell(chunk.file, chunk.first_row + at, "posting", name or "")
                if name is None:
                    self.problems.add("CE202", place, expected=Text("派驻代码", "a posting"))
                else:
                    self.problems.add("CE823", place, posting=name)
            yield rows, self.reader.read(chunk.batch, chunk.file, chunk.first_row), chunk

    def _in_order(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, FactRows]]:
        waiting: list[tuple[Array, FactRows]] = []
        ahead = iter(blocks)
        block = next(ahead, None)
        last = -1
        for rows, facts, _ in self._chunks():
            if len(rows) and (int(rows[0]) <= last or (np.diff(rows) <= 0).any()):
                raise OutOfOrder
            if self.problems or not len(rows):
                continue
            waiting.append((rows, facts))
            last = int(rows[-1])
            while block is not None and last >= block.last - 1:
                waiting, found = _cut(waiting, block)
                yield block, found
                block = next(ahead, None)
        while block is not None and not self.problems:
            waiting, found = _cut(waiting, block)
            yield block, found
            block = next(ahead, None)

    def _sorted(self) -> tuple[Array, FactRows]:
        """All facts, and where each row of the roster finds its own; -1 where it has none."""
        every = list(self._chunks())
        rows = np.concatenate([r for r, _, _ in every])
        self._check_once([(own, chunk) for own, _, chunk in every])
        place = np.full(len(self.index.postings), -1, dtype=np.int64)
        known = rows >= 0
        place[rows[known]] = np.flatnonzero(known)
        return place, joined_facts([facts for _, facts, _ in every])

    def _check_once(self, every: Sequence[tuple[Array, Chunk]]) -> None:
        """A posting has its facts in one row."""
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *(own for own, _ in every)])
        counts = np.bincount(rows[rows >= 0])
        for row in np.flatnonzero(counts > 1)[:SHOWN].tolist():
            at = int(np.flatnonzero(rows == row)[1])
            for own, chunk in every:
                if at < len(own):
                    name = str(self.index.postings[row].as_py())
                    self.problems.add("CE306", cell(chunk.file, chunk.first_row + at, "posting", name), id=name)
                    break
                at -= len(own)


def _cut(waiting: list[tuple[Array, FactRows]], block: Block) -> tuple[list[tuple[Array, FactRows]], FactRows]:
    """The facts of a block, and what is left for the blocks after it."""
    own: list[tuple[Array, FactRows]] = []
    rest: list[tuple[Array, FactRows]] = []
    for rows, facts in waiting:
        cut = int(np.searchsorted(rows, block.last))
        if cut == len(rows):
            own.append((rows, facts))
        elif cut == 0:
            rest.append((rows, facts))
        else:
            own.append((rows[:cut], facts.cut(0, cut)))
            rest.append((rows[cut:], facts.cut(cut, len(rows))))
    size = block.last - block.first
    if not own:
        return rest, FactRows(size)
    rows = np.concatenate([r for r, _ in own])
    facts = joined_facts([f for _, f in own])
    if len(rows) == size:
        return rest, facts
    place = np.full(size, -1, dtype=np.int64)
    place[rows - block.first] = np.arange(len(rows))
    return rest, facts.taken(place)


def joined_facts(parts: Sequence[FactRows]) -> FactRows:
    """Facts after one another. Columns that only some parts have are missing in the others."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return FactRows(0)
    sizes = [part.rows for part in parts]
    groups = []
    for name in ("facts", "externals", "earlier"):
        own = [getattr(part, name) for part in parts]
        keys = dict.fromkeys(key for group in own for key in group)
        groups.append({key: _joined([group.get(key) for group in own], sizes) for key in keys})
    return FactRows(sum(sizes), *groups)


def _joined(values: Sequence[Values | None], sizes: Sequence[int]) -> Values:
    states = [
        np.full(size, MISSING if v is None else PRESENT, dtype=np.uint8) if v is None or v.state is None else v.state
        for v, size in zip(values, sizes, strict=True)
    ]
    state = np.concatenate(states)
    words = dict.fromkeys(word for v in values if v is not None for word in v.words)
    numbers = joined_numbers([None if v is None else v.numbers for v in values], sizes)
    of_words = {
        w: n
        for w in words
        if (n := joined_numbers([v.words.get(w) if v else None for v in values], sizes)) is not None
    }
    return Values(numbers, anywhere(state), of_words)


def joined_numbers(numbers: Sequence[Numbers | None], sizes: Sequence[int]) -> Numbers | None:
    """Columns after one another, over one denominator; where that grows too large, over one for each row."""
    known = [n for n in numbers if n is not None]
    if not known:
        return None
    steps = {n.step.denominator for n in known}
    scale = lcm(*steps)
    if (scale < MOST_SCALE or len(steps) == 1) and all(n.bottom is None for n in known):
        arrays = [_times(n, int(n.step * scale), size) if n is not None else np.zeros(size, dtype=np.int64)
                  for n, size in zip(numbers, sizes, strict=True)]  # fmt: skip
        return evolve(known[0], step=Fraction(1, scale), array=np.concatenate(arrays), found=None)
    tops, bottoms = [], []
    for n, size in zip(numbers, sizes, strict=True):
        tops.append(np.zeros(size, dtype=np.int64) if n is None else _times(n, n.step.numerator, size))
        own = np.ones(size, dtype=np.int64) if n is None or n.bottom is None else n.bottom
        bottoms.append(product(own, 1 if n is None else n.step.denominator))
    return evolve(known[0], step=Fraction(1), array=np.concatenate(tops), bottom=np.concatenate(bottoms), found=None)


def _times(numbers: Numbers, factor: int, size: int) -> Array:
    return product(np.ones(size, dtype=np.int64) if numbers.array is None else numbers.array, factor)


def product(array: Array, factor: int) -> Array:
    """A column of whole numbers by a number, with as many bits as it takes."""
    if factor == 1:
        return array
    wide = largest(array) * abs(factor) >= ROOM or abs(factor) >= ROOM
    return np.asarray(array.astype(object if wide else np.int64) * factor)
