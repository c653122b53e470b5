"""A period assessed from tables: read, scored block by block, placed once at the end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
from attrs import define, frozen

from cadre_eval.columns.batch import Values
from cadre_eval.columns.drafts import Drafts, joined
from cadre_eval.columns.integers import Array
from cadre_eval.columns.placed import Placed, placed
from cadre_eval.errors import Problems
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf, PeriodPlan, leaves
from cadre_eval.scoring.ballots import MarksOf
from cadre_eval.scoring.inputs import PoolBest, PoolRank
from cadre_eval.tables.aligned import Aligner, Block, Chunk, Source, blocks_of, joined_facts
from cadre_eval.tables.batch import NO_POOLS, Pooled, TableBatch
from cadre_eval.tables.earlier import EarlierTotals, earlier_totals
from cadre_eval.tables.entering import Entering, entering
from cadre_eval.tables.facts import FactRows, FactsReader
from cadre_eval.tables.index import Index
from cadre_eval.tables.kernel import Kernel, Scored
from cadre_eval.tables.marks import Marks, MarksReader
from cadre_eval.tables.polls import PollsReader
from cadre_eval.tables.pooled import figure
from cadre_eval.tables.roster import RosterReader, RosterTable
from cadre_eval.tables.scales import Scales, places_of, varying_keys
from cadre_eval.tables.tallied import Tallied
from cadre_eval.tables.transfers import TransfersReader, joined_moves
from cadre_eval.tables.votes import Votes, VotesReader

BLOCK = 65_536
"""Rows scored at a time: small enough to stay in fast memory, large enough that the work outweighs the bookkeeping."""

MANY = 2**20
"""Rows of votes or marks taken in at a time."""


@frozen(eq=False)
class MemoryChunk:
    batch: pa.RecordBatch
    file: str
    first_row: int


@frozen(eq=False)
class MemoryTable:
    """A table in memory as a source."""

    table: pa.Table
    name: str

    @property
    def columns(self) -> Mapping[str, pa.DataType]:
        return {field.name: field.type for field in self.table.schema}

    def chunks(self, columns: Sequence[str] | None = None, rows: int = BLOCK) -> Iterator[Chunk]:
        first = 1
        table = self.table if columns is None else self.table.select(list(columns))
        for batch in table.to_batches(max_chunksize=rows):
            yield MemoryChunk(batch, self.name, first)
            first += batch.num_rows


@define(eq=False)
class TableRun:
    """One period of one plan on tables by name (see ``columns_of.TABLES``)."""

    rules: CompiledRuleset
    plan: PeriodPlan
    period: Period
    as_of: date
    district: str
    sources: Mapping[str, Source]
    problems: Problems
    earlier: Mapping[str, TableResult]

    def assessed(self) -> tuple[Opened, TableResult]:
        """Everybody, scored and placed. Raises RefusedInput."""
        opened = self.opened()
        scored = {part.block.number: part for part in self.scored(opened)}
        self.problems.raise_if_any()
        return opened, opened.placed([*scored.values()])

    def opened(self) -> Opened:
        """Everything but the facts, read. Raises RefusedInput."""
        opened = self._opened()
        self.problems.raise_if_any()
        assert opened is not None, "without a problem everything is read"
        return opened

    def _opened(self) -> Opened | None:
        """None with problems noted."""
        roster = self._roster()
        if roster is None:
            return None
        index = Index(roster.postings)
        units = {self.district, *roster.coded["township"].words, *roster.coded["host"].words}
        self._transfers(roster, index, units)
        tallied = self._tallied(roster)
        if self.problems:
            self._look_through_facts(index)
            return None
        sorted_in = entering(roster, self.period, self.as_of, self.plan.eligibility, units)
        handed = {key: found.handed_on() for key, found in self.earlier.items()}
        totals = {key: found.values(key, roster.cadres, self.plan) for key, found in handed.items()}
        before = {key: found.results for key, found in handed.items()}
        kernel = Kernel(self.rules, self.plan, self.period, self.as_of, units, before)
        blocks = blocks_of(sorted_in.cadre, BLOCK)
        opened = Opened(kernel, tallied, sorted_in, tuple(blocks), totals, index, {})
        opened.scales = self._scales(opened)
        return None if self.problems else opened

    def _scales(self, opened: Opened) -> Scales:
        """How points are written, from the columns' types alone."""
        source = self.sources.get("facts")
        columns = {} if source is None else source.columns
        reader = FactsReader(self.rules, self.plan, self.as_of, self.problems)
        if source is not None and not reader.check(columns, _name(source, "facts")):
            return {}
        empty = pa.schema(list(columns.items())).empty_table().combine_chunks()
        batch = pa.RecordBatch.from_arrays([_whole_column(c) for c in empty.columns], names=empty.column_names)
        facts = reader.read(batch, "facts", 1)
        sample = opened.kernel.batch(Block(0, 0, 0), opened.tallied, facts, {})
        inputs = {leaf.id: sample.inputs(leaf) for leaf in opened.kernel.scorer.leaves if _by_steps(leaf)}
        varying = varying_keys(columns, self.sources["roster"].columns, self.rules)
        return places_of(opened.kernel.scorer, inputs, varying)

    def _roster(self) -> RosterTable | None:
        source = self.sources["roster"]
        batches = list(source.chunks())
        table = (
            pa.Table.from_batches([c.batch for c in batches])
            if batches
            else pa.table({n: pa.array([], t) for n, t in source.columns.items()})
        )
        file = batches[0].file if batches else "roster"
        return RosterReader(self.rules, self.as_of, self.problems).read(table, file)

    def _transfers(self, roster: RosterTable, index: Index, units: Collection[str]) -> None:
        source = self.sources.get("transfers")
        if source is None:
            return
        reader = TransfersReader(index, {*units, *roster.coded["sending_unit"].words}, self.problems)
        if reader.check(source.columns, _name(source, "transfers")):
            parts = [reader.read(c.batch, c.file, c.first_row) for c in source.chunks()]
            roster.moves = joined_moves(parts) if not self.problems else None

    def _tallied(self, roster: RosterTable) -> Tallied:
        """Votes and marks, read at the same time; then what is said of them."""
        with ThreadPoolExecutor(2) as threads:
            apart = (Problems(), Problems())  # what is found wrong does not depend on who is faster
            counting = threads.submit(self._votes, roster, apart[0])
            marking = threads.submit(self._marks, roster, apart[1])
            votes, marks = counting.result(), marking.result()
            for problems in apart:
                self.problems.extend(problems)
            polls = PollsReader(self.plan, Index(roster.postings), self.as_of, votes, marks, self.problems)
            self._take_in("polls", polls.check, polls.read)
            tallied = Tallied(roster, self.period.days, votes, marks, polls.polls)
            asked = [s for leaf in leaves(self.plan.root) for s in leaf.inputs if isinstance(s, MarksOf)]
            for _ in threads.map(tallied.figures, asked if not self.problems else ()):
                pass  # each is kept where formulas will look for it
        return tallied

    def _votes(self, roster: RosterTable, problems: Problems) -> Votes:
        index = Index(roster.postings)
        reader = VotesReader(self.plan, index, roster.rows, problems)
        self._take_in("tallies", partial(reader.check, single=False), reader.tallies)
        index.next = 0
        self._take_in("ballots", partial(reader.check, single=True), reader.ballots)
        return reader.votes

    def _marks(self, roster: RosterTable, problems: Problems) -> Marks:
        reader = MarksReader(self.plan, Index(roster.postings), roster.rows, problems)
        self._take_in("reviews", reader.check, reader.read)
        return reader.marks()

    def _look_through_facts(self, index: Index) -> None:
        """Reads the facts for what is wrong with them: everything wrong is told at once."""
        reader = FactsReader(self.rules, self.plan, self.as_of, self.problems)
        source = self.sources.get("facts")
        if source is not None and reader.check(source.columns, _name(source, "facts")):
            Aligner(source, reader, index, self.problems).look_through()

    def _take_in(
        self, name: str, check: Callable[[Mapping[str, pa.DataType], str], bool],
        take: Callable[[pa.RecordBatch, str, int], None],
    ) -> None:  # fmt: skip
        """Reads a table, if there is one: the next rows are fetched while these are taken in."""
        source = self.sources.get(name)
        if source is not None and check(source.columns, _name(source, name)):
            for chunk in ahead(source.chunks(rows=MANY)):
                take(chunk.batch, chunk.file, chunk.first_row)

    def facts(self, opened: Opened, blocks: Sequence[Block] | None = None) -> Iterator[tuple[Block, FactRows]]:
        """The facts, block by block. Where the table turns out not to be in the order of the roster, all blocks come again:
        the later ones stand.
        """
        reader = FactsReader(self.rules, self.plan, self.as_of, self.problems)
        source = self.sources.get("facts")
        if source is None or reader.check(source.columns, _name(source, "facts")):
            opened.index.next = 0
            yield from Aligner(source, reader, opened.index, self.problems).blocks(blocks or opened.blocks)

    def scored(self, opened: Opened) -> Iterator[Scored]:
        """Every block, scored; one that comes again stands for itself the second time."""
        if opened.kernel.compares:
            yield from self._scored_together(opened)
            return
        for block, facts in self.facts(opened):
            if not self.problems:
                yield opened.score(block, facts)

    def _scored_together(self, opened: Opened) -> Iterator[Scored]:
        """Where scores depend on the pool, all facts are held, and pools with anything open are scored one by one."""
        found = {block.number: rows for block, rows in self.facts(opened)}
        if self.problems:
            return
        facts = joined_facts([found[number] for number in sorted(found)])
        whole = Block(0, 0, facts.rows)
        yield opened.score_pools(whole, facts)


@define(eq=False)
class Opened:
    """What blocks are scored with."""

    kernel: Kernel
    tallied: Tallied
    entering: Entering
    blocks: tuple[Block, ...]
    totals: Mapping[str, Values]
    index: Index
    scales: Scales

    def batch(self, block: Block, facts: FactRows, pooled: Pooled = NO_POOLS) -> TableBatch:
        """The rows of a block, ready to be scored."""
        return self.kernel.batch(block, self.tallied, facts, self.totals, pooled)

    def score(self, block: Block, facts: FactRows) -> Scored:
        return self.kernel.score(self.batch(block, facts), self.entering, block)

    def placed(self, scored: Sequence[Scored]) -> TableResult:
        """Everybody ranked and graded, once all blocks are there."""
        roster = self.tallied.roster
        rows = np.concatenate([part.rows for part in scored]) if scored else np.zeros(0, dtype=np.int64)
        order = np.argsort(rows, kind="stable")
        drafts = joined([part.drafts for part in scored]).taken(order)
        rows = rows[order]
        found = placed(self.kernel.scorer, drafts, lambda keys: roster.pools(keys, rows))
        return TableResult(self.kernel, roster, rows, found, scored)

    def score_pools(self, whole: Block, facts: FactRows) -> Scored:
        """All postings at once, compared with their pools."""
        kernel, roster = self.kernel, self.tallied.roster
        pools = roster.pools(kernel.rules.pools, np.arange(roster.rows))
        plain = self.batch(whole, facts)
        members = self._members()
        pooled = {
            (leaf.id, source.name): figure(leaf, source, plain.fact(source.fact), pools, members)
            for leaf in kernel.scorer.leaves
            for source in leaf.inputs
            if isinstance(source, PoolBest | PoolRank)
        }
        batch = self.batch(whole, facts, pooled)
        drafts, open_, points = kernel.by_columns(batch)
        kept = self.entering.simple & ~open_
        touched = self.entering.touches & ~kept
        open_pools = np.unique(pools[touched])
        kept &= ~np.isin(pools, open_pools)
        alone = np.flatnonzero(self.entering.touches & ~kept)
        results = kernel.alone(batch, self.entering, whole, alone)
        return kernel.gathered(batch, whole, drafts, np.flatnonzero(kept), points, results)

    def _members(self) -> Array:
        """Rows that columns compare with one another; a pool with anybody else in it is scored one by one."""
        return self.entering.simple


@define(eq=False)
class TableResult:
    """A period placed: one row a cadre, in the order of the roster."""

    kernel: Kernel
    roster: RosterTable
    rows: Array
    placed: Placed
    scored: Sequence[Scored]

    @property
    def drafts(self) -> Drafts:
        return self.placed.drafts

    def handed_on(self) -> EarlierTotals:
        """What a later period takes over."""
        place = {int(row): at for at, row in enumerate(self.rows)} if any(p.open_totals for p in self.scored) else {}
        open_totals = {place[row]: found for part in self.scored for row, found in part.open_totals.items()}
        places = (self.kernel.plan.root.rounding or self.kernel.rules.rounding).places
        return earlier_totals(self.drafts, self.roster.cadres.take(pa.array(self.rows)), places, open_totals)


def ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same chunks, each fetched while the one before is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = reader.submit(next, chunks, None)
            yield chunk


def _whole_column(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def _by_steps(leaf: Leaf) -> bool:
    """Whether the leaf's points follow from columns of its own row alone."""
    return leaf.kind.provider is None and not leaf.pooled


def _name(source: Source | None, default: str) -> str:
    return getattr(source, "name", default)
