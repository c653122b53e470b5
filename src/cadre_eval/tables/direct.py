"""Facts read block by block, straight from where they stand: files in the order of the roster, a row for each posting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from cadre_eval.errors import Problems
from cadre_eval.tables.aligned import Block, OutOfOrder, joined_facts
from cadre_eval.tables.facts import FactRows, FactsReader
from cadre_eval.tables.files import CHUNK, TEXTS, TableFiles, read_part
from cadre_eval.tables.parts import Part
from cadre_eval.tables.run import Opened, TableRun

Span = tuple[Part, int, int]
"""Rows of a part: from the first to the last, excluded."""


@frozen(eq=False)
class DirectFacts:
    """Parts of the facts table with the rows they hold."""

    opened: Opened
    reader: FactsReader
    parts: Sequence[Part]
    firsts: Sequence[int]

    @staticmethod
    def of(run: TableRun, opened: Opened) -> DirectFacts | None:
        """None where the files cannot be read apart, or have another number of rows than the roster."""
        source = run.sources.get("facts")
        if not isinstance(source, TableFiles):
            return None
        parts = source.parts()
        firsts, rows = [], 0
        for part in parts:
            if part.rows is None or _is_long_text(part):
                return None
            firsts.append(rows)
            rows += part.rows
        if rows != opened.tallied.roster.rows:
            return None
        return DirectFacts(opened, FactsReader(run.rules, run.plan, run.as_of, run.problems), parts, firsts)

    def noting(self, problems: Problems) -> DirectFacts:
        """The same, noting problems elsewhere."""
        old = self.reader
        return evolve(self, reader=FactsReader(old.rules, old.plan, old.as_of, problems))

    def spans(self, block: Block) -> list[Span]:
        """The parts a block's facts are in, and which rows of each."""
        found = []
        for part, first in zip(self.parts, self.firsts, strict=True):
            start, stop = max(block.first, first), min(block.last, first + (part.rows or 0))
            if start < stop:
                found.append((part, start - first, stop - first))
        return found

    def facts(self, block: Block) -> FactRows:
        """The facts of a block.

        Raises:
            OutOfOrder: the rows are not those of the roster's postings.
        """
        postings = self.opened.tallied.roster.postings.slice(block.first, block.last - block.first)
        return facts_in_order(self.spans(block), postings, self.reader)


def _is_long_text(part: Part) -> bool:
    """A text is read from its beginning for every block that asks for a part of it."""
    return part.kind in TEXTS and (part.rows or 0) > CHUNK


def facts_in_order(spans: Iterable[Span], postings: pa.Array, reader: FactsReader) -> FactRows:
    """The facts of some postings, from rows that must be theirs, one each, in their order.

    Raises:
        OutOfOrder: they are not.
        RefusedInput: a file was changed since it was opened.
    """
    found, at = [], 0
    for part, first, last in spans:
        for batch in read_part(part).slice(first, last - first).combine_chunks().to_batches():
            own = pc.cast(batch.column("posting"), pa.string())
            if not postings.slice(at, len(own)).equals(own):
                raise OutOfOrder
            found.append(reader.read(batch, part.file, part.first_row + first))
            at, first = at + len(own), first + len(own)
    return joined_facts(found)
