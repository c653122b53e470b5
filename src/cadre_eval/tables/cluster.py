"""A run spread over machines: tasks go out, integers come back, ranking happens once at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from attrs import define, evolve

from cadre_eval.errors import Problems, Text, UsageError
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.bulk import Bulk, Finished
from cadre_eval.tables.direct import DirectFacts
from cadre_eval.tables.job import Store
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.packing import unpacked
from cadre_eval.tables.results import results_table
from cadre_eval.tables.run import Opened, TableRun, placed_blocks
from cadre_eval.tables.tasks import TASKS, points_of, score_task, task_of
from cadre_eval.tables.writing import SUFFIXES, write_table


@define(eq=False)
class Spread:
    """A run cut into tasks. What an earlier run has done is not done again."""

    bulk: Bulk
    opened: Opened
    direct: DirectFacts
    store: Store
    found: dict[int, Scored]

    @property
    def left(self) -> list[Block]:
        return [block for block in self.opened.blocks if block.number not in self.found]

    def tasks(self) -> Iterator[tuple[int, bytes]]:
        """The blocks that are left, as tasks."""
        workspace = self.bulk.workspace
        assert workspace is not None, "a run that is spread has a workspace"
        earlier = {key: result.handed_on() for key, result in self.bulk.earlier.items()}
        for block in self.left:
            yield block.number, task_of(self.opened, self.direct, block, Path(workspace), earlier)

    def table(self) -> pa.Table:
        """The tasks as an Arrow table: for Spark's ``mapInArrow`` and Ray's ``map_batches``."""
        rows = list(self.tasks())
        return pa.table({"block": [n for n, _ in rows], "task": [raw for _, raw in rows]}, schema=TASKS)

    def take(self, number: int, drafts: bytes, points: bytes) -> None:
        """Takes in a scored block: written, and not asked for again."""
        write_table(points_of(points), self.store.points(number), self.bulk.form)
        scored = unpacked(drafts)
        self.store.keep(scored)
        self.found[number] = evolve(scored, points={})
        rows = sum(part.block.last - part.block.first for part in self.found.values())
        self.bulk.progress(rows, self.opened.tallied.roster.rows)

    def take_all(self, done: Iterable[Mapping[str, Any]]) -> None:
        """Takes in scored blocks as rows of a table (``tasks.DONE``), in any order."""
        for row in done:
            self.take(int(row["block"]), bytes(row["drafts"]), bytes(row["points"]))

    def finish(self) -> Finished:
        """Places everybody and writes the results, as a run on one machine does."""
        if self.left:
            raise UsageError(Text(f"还有 {len(self.left)} 块没有计分", f"{len(self.left)} blocks are not scored yet"))
        scored = [self.found[number] for number in sorted(self.found)]
        result = placed_blocks(self.opened.kernel, self.opened.tallied.roster, scored)
        written = write_table(results_table(result), self.bulk.out / "results", self.bulk.form)
        names = [self.store.points(part.block.number).name + SUFFIXES[self.bulk.form] for part in scored]
        self.store.finish(names)
        files = (written, *(self.bulk.out / "scores" / name.replace("scores-", "part-") for name in names))
        return Finished(result, files, 0)


def spread(bulk: Bulk) -> Spread:
    """Reads everything but the facts, and cuts the run into tasks.

    Raises:
        UsageError: it cannot be cut: scores depend on the pool, or the facts cannot be read in parts.
        RefusedInput: something in the tables cannot be used.
    """
    problems = Problems()
    run = TableRun(
        bulk.rules, bulk.plan, bulk.period, bulk.as_of, bulk.district, bulk.sources, problems, bulk.earlier
    )
    opened = run.opened()
    problems.raise_if_any()
    assert opened is not None, "without a problem everything is read"
    if opened.kernel.compares:
        zh = "办法里有与池内他人比较的计分，不能分到多台机器：不写 --scheduler"
        raise UsageError(Text(zh, "scores compare with the pool, so the run cannot be spread: leave --scheduler out"))
    direct = DirectFacts.of(run, opened)
    if direct is None:
        zh = "分到多台机器，事实表要存为 Parquet 或 Arrow，与名册逐行对应"
        raise UsageError(Text(zh, "to spread a run, keep the facts in Parquet or Arrow, row by row as the roster"))
    store = Store(bulk.out, bulk.key)
    store.begin()
    suffix = SUFFIXES[bulk.form]
    kept = {b.number: s for b in opened.blocks if (s := store.kept(b.number, suffix)) is not None}
    return Spread(bulk, opened, direct, store, kept)


def run_on_dask(bulk: Bulk, scheduler: str | Any) -> Finished:
    """Runs on a dask cluster: on a scheduler's address, or with a client that is connected already. A worker that is lost, or
    a task that is killed, changes nothing: its blocks are scored again elsewhere.

    Raises:
        UsageError: dask is not installed, nobody answers at the address, or the run cannot be spread.
        RefusedInput: something in the tables cannot be used.
    """
    client, close = _client(scheduler)
    try:
        run = spread(bulk)
        resumed = len(run.found)
        for number, drafts, points in _scored(client, run):
            run.take(number, drafts, points)
        return evolve(run.finish(), resumed=resumed)
    finally:
        close()


def _client(scheduler: str | Any) -> tuple[Any, Callable[[], None]]:
    try:
        from dask.distributed import Client
    except ImportError:
        text = Text(
            "没有安装 dask：pip install 'cadre-eval[cluster]'",
            "dask is not installed: pip install 'cadre-eval[cluster]'",
        )
        raise UsageError(text) from None
    if not isinstance(scheduler, str):
        return scheduler, lambda: None
    try:
        client = Client(scheduler, timeout="20s", set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(
            Text(f"连不上 dask 调度器 {scheduler}：{reason}", f"no dask scheduler answers at {scheduler}: {reason}")
        ) from error
    return client, client.close


def _scored(client: Any, run: Spread) -> Iterator[tuple[int, bytes, bytes]]:
    """The blocks as they are done; only so many are on the way at once, so that the client's memory stays bounded."""
    from dask.distributed import as_completed

    most = 2 * max(1, sum(client.nthreads().values()))
    tasks = run.tasks()
    first = [_submitted(client, raw) for _, raw in islice(tasks, most)]
    waiting = as_completed(first)
    for future in waiting:
        yield future.result()
        future.release()
        after = next(tasks, None)
        if after is not None:
            waiting.add(_submitted(client, after[1]))


def _submitted(client: Any, raw: bytes) -> Any:
    return client.submit(score_task, raw, pure=False, retries=3)


__all__: Sequence[str] = ["Spread", "run_on_dask", "spread"]
