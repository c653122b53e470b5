"""Bulk assessment (批量考核): a period from table files to result files, block by block, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from attrs import frozen

from cadre_eval import __version__
from cadre_eval.errors import Problems
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.tables.aligned import Block, OutOfOrder, Source
from cadre_eval.tables.direct import DirectFacts
from cadre_eval.tables.facts import FactRows
from cadre_eval.tables.job import Store
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.memory import give_back
from cadre_eval.tables.processes import can_fork, scored_by_processes
from cadre_eval.tables.results import points_table, results_table
from cadre_eval.tables.run import Opened, TableResult, TableRun
from cadre_eval.tables.writing import SUFFIXES, write_table

Told: TypeAlias = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


@frozen(eq=False)
class Bulk:
    """One run: its rules, its tables, where it writes and how."""

    rules: CompiledRuleset
    plan: PeriodPlan
    period: Period
    as_of: date
    district: str
    sources: Mapping[str, Source]
    out: Path
    form: str = "parquet"
    jobs: int = 1
    progress: Told = lambda _done, _of: None
    earlier: Mapping[str, TableResult] = {}
    fingerprint: Mapping[str, Any] = {}
    """What tells this run's input from another's."""
    workspace: Path | None = None
    """Where the rules and tables come from; processes on other machines open it again."""

    @property
    def key(self) -> dict[str, Any]:
        """Whatever the bytes that are written follow from."""
        return {
            "ruleset": self.rules.digest,
            "period": self.period.id,
            "as_of": self.as_of.isoformat(),
            "district": self.district,
            "format": self.form,
            "made_with": [__version__, np.__version__, pa.__version__],
            **self.fingerprint,
        }


@frozen(eq=False)
class Finished:
    """What a run came to."""

    result: TableResult
    files: tuple[Path, ...]
    resumed: int
    """Blocks that an interrupted run had done already."""


def run_bulk(bulk: Bulk) -> Finished:
    """Assesses and writes everything.

    Raises:
        RefusedInput: something in the tables cannot be used; nothing is written.
        UsageError: the folder belongs to another run, or to somebody else.
        RunFailed: processes were killed again and again.
        OSError: the results cannot be written.
    """
    run, opened = opened_run(bulk)
    store = Store(bulk.out, bulk.key)
    store.begin()
    try:
        done = _Done(bulk, run, opened, store)
        scored = done.all()
        if run.problems:
            store.abandon()
        run.problems.raise_if_any()
        return finished(bulk, opened, store, scored, done.resumed)
    finally:
        store.release()


def opened_run(bulk: Bulk) -> tuple[TableRun, Opened]:
    """Everything but the facts, read. Raises RefusedInput."""
    run = TableRun(
        bulk.rules, bulk.plan, bulk.period, bulk.as_of, bulk.district, bulk.sources, Problems(), bulk.earlier
    )
    opened = run.opened()
    give_back()
    return run, opened


def finished(bulk: Bulk, opened: Opened, store: Store, scored: Sequence[Scored], resumed: int) -> Finished:
    """Everybody placed and written, once all blocks are scored."""
    give_back()
    result = opened.placed(scored)
    write_table(results_table(result), store.results, bulk.form)
    parts = [store.points(part.block.number).name + SUFFIXES[bulk.form] for part in scored]
    return Finished(result, store.finish(parts), resumed)


def kept_blocks(bulk: Bulk, opened: Opened, store: Store) -> dict[int, Scored]:
    """What an earlier run has scored already, by number; how much that is, is told."""
    suffix = SUFFIXES[bulk.form]
    found = {b.number: s for b in opened.blocks if (s := store.kept(b, suffix)) is not None}
    bulk.progress(rows_of(found.values()), opened.tallied.roster.rows)
    return found


def rows_of(scored: Iterable[Scored]) -> int:
    """Rows of the roster in some blocks."""
    return sum(part.block.last - part.block.first for part in scored)


class _Done:
    """Scores what an earlier run has not."""

    def __init__(self, bulk: Bulk, run: TableRun, opened: Opened, store: Store) -> None:
        self.bulk, self.run, self.opened, self.store = bulk, run, opened, store
        self.resumed = 0
        self.found: dict[int, Scored] = {}

    def all(self) -> list[Scored]:
        """Every block in order."""
        if self.opened.kernel.compares:
            for scored in self.run.scored(self.opened):
                self._tell(write_block(self.opened, scored, self.store, self.bulk.form))
        else:
            self.found = kept_blocks(self.bulk, self.opened, self.store)
            self.resumed = len(self.found)
            left = [block for block in self.opened.blocks if block.number not in self.found]
            if left:
                self._score(left)
        return [self.found[number] for number in sorted(self.found)]

    def _score(self, left: Sequence[Block]) -> None:
        """The blocks that are left."""
        direct = DirectFacts.of(self.run, self.opened)
        try:
            for scored in () if direct is None else self._directly(direct, left):
                self._tell(scored)
        except OutOfOrder:
            direct = None
        if direct is None:
            self._in_any_order()

    def _in_any_order(self) -> None:
        """All blocks, from a table that is read from its beginning. Until it is read to its end, nothing is sure: a table in
        another order than the roster gives every block twice, the first time with what it had so far.
        """
        self.found, self.resumed = {}, 0
        written: dict[int, Path] = {}
        for block, facts in self.run.facts(self.opened):
            if not self.run.problems:
                scored = self.opened.score(block, facts)
                written[block.number] = write_table(
                    self._points(scored), self.store.points(block.number), self.bulk.form
                )
                self._tell(scored.slim())
        for number, path in written.items():
            self.store.keep(self.found[number], path)

    def _directly(self, direct: DirectFacts, left: Sequence[Block]) -> Iterator[Scored]:
        """Blocks whose facts can be read apart: by several processes, or one that writes while it scores."""
        if self.bulk.jobs > 1 and len(left) > 1 and can_fork():
            yield from scored_by_processes(self.opened, direct, left, self.store, self.bulk)
            return
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
            yield from self._piped(direct, left, reader, writer)

    def _piped(
        self, direct: DirectFacts, left: Sequence[Block], reader: ThreadPoolExecutor, writer: ThreadPoolExecutor
    ) -> Iterator[Scored]:
        """Reads the next block and writes the last one while one is scored."""
        reading: Future[FactRows] = reader.submit(direct.facts, left[0])
        writing: Future[Scored] | None = None
        for block, after in zip(left, [*left[1:], None], strict=True):
            facts = reading.result()
            if after is not None:
                reading = reader.submit(direct.facts, after)
            if self.run.problems:
                continue
            scored = self.opened.score(block, facts)
            points = self._points(scored)
            if writing is not None:
                yield writing.result()
            writing = writer.submit(write_points, points, scored, self.store, self.bulk.form)
        if writing is not None:
            yield writing.result()

    def _points(self, scored: Scored) -> pa.Table:
        return points_table(self.opened.tallied.roster, scored, self.opened.scales)

    def _tell(self, scored: Scored) -> None:
        self.found[scored.block.number] = scored
        self.bulk.progress(rows_of(self.found.values()), self.opened.tallied.roster.rows)


def write_block(opened: Opened, scored: Scored, store: Store, form: str) -> Scored:
    """Writes the points of a block, and keeps the rest; the points need not be held any longer."""
    return write_points(points_table(opened.tallied.roster, scored, opened.scales), scored, store, form)


def write_points(points: pa.Table, scored: Scored, store: Store, form: str) -> Scored:
    """As ``write_block``, of points that are a table already."""
    slim = scored.slim()
    store.keep(slim, write_table(points, store.points(scored.block.number), form))
    return slim
