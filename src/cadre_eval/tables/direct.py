"""Facts read block by block, straight from where they stand: files in the order of the roster, a row for each posting."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from attrs import frozen

from cadre_eval.tables.aligned import Block, OutOfOrder, joined_facts
from cadre_eval.tables.facts import FactRows, FactsReader
from cadre_eval.tables.files import TableFiles, read_part
from cadre_eval.tables.parts import Part
from cadre_eval.tables.run import Opened, TableRun


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
            if part.rows is None:
                return None
            firsts.append(rows)
            rows += part.rows
        if rows != opened.tallied.roster.rows:
            return None
        return DirectFacts(opened, FactsReader(run.rules, run.plan, run.as_of, run.problems), parts, firsts)

    def spans(self, block: Block) -> list[tuple[Part, int, int]]:
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
        found, at = [], block.first
        for part, first, last in self.spans(block):
            found.append(self._read(read_part(part).slice(first, last - first), part, at, first))
            at += last - first
        return joined_facts(found)

    def _read(self, table: pa.Table, part: Part, at: int, skipped: int) -> FactRows:
        parts = []
        for batch in table.combine_chunks().to_batches():
            postings = batch.column("posting")
            if pa.types.is_dictionary(postings.type):
                postings = postings.dictionary_decode()
            if not self.opened.tallied.roster.postings.slice(at, len(postings)).equals(postings):
                raise OutOfOrder
            parts.append(self.reader.read(batch, part.file, part.first_row + skipped))
            at, skipped = at + len(postings), skipped + len(postings)
        return joined_facts(parts)
