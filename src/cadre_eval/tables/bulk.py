"""Mass assessment (批量考核): a period from table files to result files, block by block, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
from attrs import evolve, frozen

from cadre_eval.errors import Problems
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.tables.aligned import Block, OutOfOrder, Source
from cadre_eval.tables.direct import DirectFacts
from cadre_eval.tables.facts import FactRows
from cadre_eval.tables.job import Store
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.memory import give_back
from cadre_eval.tables.results import points_table, results_table
from cadre_eval.tables.run import Opened, TableResult, TableRun, placed_blocks
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
        return {
            "ruleset": self.rules.digest,
            "period": self.period.id,
            "as_of": self.as_of.isoformat(),
            "plugins": [f"{p.name} {p.version} {p.digest}" for p in self.rules.plugins],
            "format": self.form,
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
        OSError: the results cannot be written.
    """
    problems = Problems()
    run = TableRun(
        bulk.rules, bulk.plan, bulk.period, bulk.as_of, bulk.district, bulk.sources, problems, bulk.earlier
    )
    opened = run.opened()
    problems.raise_if_any()
    assert opened is not None, "without a problem everything is read"
    give_back()
    store = Store(bulk.out, bulk.key)
    store.begin()
    done = _Done(bulk, run, opened, store)
    scored = done.all()
    problems.raise_if_any()
    give_back()
    result = placed_blocks(opened.kernel, opened.tallied.roster, scored)
    table = results_table(result)
    written = write_table(table, bulk.out / "results", bulk.form)
    names = [store.points(part.block.number).name + SUFFIXES[bulk.form] for part in scored]
    store.finish(names)
    files = [written, *(bulk.out / "scores" / name.replace("scores-", "part-") for name in names)]
    return Finished(result, tuple(files), done.resumed)


class _Done:
    """Scores what an earlier run has not."""

    def __init__(self, bulk: Bulk, run: TableRun, opened: Opened, store: Store) -> None:
        self.bulk, self.run, self.opened, self.store = bulk, run, opened, store
        self.resumed = 0
        self.rows = 0

    def all(self) -> list[Scored]:
        """Every block in order."""
        if self.opened.kernel.compares:
            return [self._written(part) for part in self.run.scored(self.opened)]
        found: dict[int, Scored] = {}
        suffix = SUFFIXES[self.bulk.form]
        for block in self.opened.blocks:
            kept = self.store.kept(block.number, suffix)
            if kept is not None:
                found[block.number] = kept
                self._tell(block)
        self.resumed = len(found)
        left = [block for block in self.opened.blocks if block.number not in found]
        for scored in self._scored(left):
            found[scored.block.number] = scored
        return [found[number] for number in sorted(found)]

    def _scored(self, left: Sequence[Block]) -> Iterator[Scored]:
        """The blocks that are left, each once it is on disk."""
        direct = DirectFacts.of(self.run, self.opened)
        if direct is not None and left:
            try:
                yield from self._directly(direct, left)
                return
            except OutOfOrder:
                pass
        wanted = {block.number for block in left}
        for block, facts in self.run.facts(self.opened):
            if block.number in wanted and not self.run.problems:
                yield self._written(self.opened.score(block, facts))

    def _directly(self, direct: DirectFacts, left: Sequence[Block]) -> Iterator[Scored]:
        """Blocks whose facts can be read apart: by several processes, or one that writes while it scores."""
        if self.bulk.jobs > 1 and len(left) > 1:
            from cadre_eval.tables.processes import scored_by_processes

            for scored in scored_by_processes(self.opened, direct, left, self.store, self.bulk):
                self._tell(scored.block)
                yield scored
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
            points = points_table(self.opened.tallied.roster, scored, self.opened.scales)
            if writing is not None:
                yield self._told(writing.result())
            writing = writer.submit(write_points, points, scored, self.store, self.bulk.form)
        if writing is not None:
            yield self._told(writing.result())

    def _written(self, scored: Scored) -> Scored:
        return self._told(write_block(self.opened, scored, self.store, self.bulk.form))

    def _told(self, scored: Scored) -> Scored:
        self._tell(scored.block)
        return scored

    def _tell(self, block: Block) -> None:
        self.rows += block.last - block.first
        self.bulk.progress(self.rows, self.opened.tallied.roster.rows)


def write_block(opened: Opened, scored: Scored, store: Store, form: str) -> Scored:
    """Writes the points of a block, and keeps the rest; the points need not be held any longer."""
    return write_points(points_table(opened.tallied.roster, scored, opened.scales), scored, store, form)


def write_points(points: pa.Table, scored: Scored, store: Store, form: str) -> Scored:
    """As ``write_block``, of points that are a table already."""
    write_table(points, store.points(scored.block.number), form)
    store.keep(scored)
    return evolve(scored, points={})
