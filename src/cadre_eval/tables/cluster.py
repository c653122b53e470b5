"""A run spread over machines: tasks go out, integers come back, ranking happens once at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _installed
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from attrs import define

from cadre_eval.errors import Problems, RefusedInput, RunFailed, Text, UsageError
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.bulk import Bulk, Finished, finished, kept_blocks, opened_run, rows_of, write_points
from cadre_eval.tables.direct import DirectFacts
from cadre_eval.tables.job import Store
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.packing import unpacked
from cadre_eval.tables.run import Opened
from cadre_eval.tables.tasks import TASKS, points_of, score_task, task_of

PROGRAM = "cadre-eval"
PATIENCE = "20s"
"""How long a scheduler may take to answer."""


@define(eq=False)
class Spread:
    """A run cut into tasks. What an earlier run has done is not done again."""

    bulk: Bulk
    opened: Opened
    direct: DirectFacts
    store: Store
    found: dict[int, Scored]
    resumed: int
    """Blocks that an interrupted run had done already."""

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
        """Takes in a scored block: written, and not asked for again. One that comes twice is the same the second time.

        Raises:
            UsageError: it is no block of this run.
        """
        if number in self.found:
            return
        scored = unpacked(drafts)
        if scored.block not in self.opened.blocks or scored.block.number != number:
            raise UsageError(Text(f"第 {number} 块不是这次运行的", f"block {number} is none of this run's"))
        self.found[number] = write_points(points_of(points), scored, self.store, self.bulk.form)
        self.bulk.progress(rows_of(self.found.values()), self.opened.tallied.roster.rows)

    def take_all(self, done: Iterable[Mapping[str, Any]]) -> None:
        """Takes in scored blocks as rows of a table (``tasks.DONE``), in any order."""
        for row in done:
            self.take(int(row["block"]), bytes(row["drafts"]), bytes(row["points"]))

    def finish(self) -> Finished:
        """Places everybody and writes the results, as a run on one machine does.

        Raises:
            UsageError: blocks are missing.
        """
        if self.left:
            raise UsageError(Text(f"还有 {len(self.left)} 块没有计分", f"{len(self.left)} blocks are not scored yet"))
        scored = [self.found[number] for number in sorted(self.found)]
        return finished(self.bulk, self.opened, self.store, scored, self.resumed)

    def close(self) -> None:
        """Lets another run go on where this one is."""
        self.store.release()


def spread(bulk: Bulk) -> Spread:
    """Reads everything but the facts, and cuts the run into tasks.

    Raises:
        UsageError: it cannot be cut: scores depend on the pool, or the facts cannot be read in parts.
        RefusedInput: something in the tables cannot be used.
    """
    run, opened = opened_run(bulk)
    if opened.kernel.compares:
        zh = "办法里有与池内他人比较的计分，不能分到多台机器：不写 --scheduler"
        raise UsageError(Text(zh, "scores compare with the pool, so the run cannot be spread: leave --scheduler out"))
    direct = DirectFacts.of(run, opened)
    if direct is None:
        zh = "分到多台机器，事实表要存为 Parquet 或 Arrow，与名册逐行对应；否则不写 --scheduler"
        en = "to spread a run, keep the facts in Parquet or Arrow, row by row as the roster; or leave --scheduler out"
        raise UsageError(Text(zh, en))
    store = Store(bulk.out, bulk.key)
    store.begin()
    kept = kept_blocks(bulk, opened, store)
    return Spread(bulk, opened, direct, store, kept, len(kept))


def run_on_dask(bulk: Bulk, scheduler: str | Any) -> Finished:
    """Runs on a dask cluster: on a scheduler's address, or with a client that is connected already. A worker that is lost, or
    a task that is killed, changes nothing: its blocks are scored again elsewhere.

    Raises:
        UsageError: dask is not installed, nobody answers at the address, or the run cannot be spread.
        RefusedInput: something in the tables cannot be used.
        RunFailed: workers were lost again and again, or the scheduler.
    """
    with _connected(scheduler) as client:
        _check_installed(client)
        run = spread(bulk)
        try:
            return _done(client, run)
        finally:
            run.close()


def _done(client: Any, run: Spread) -> Finished:
    problems = Problems()
    for outcome in _scored(client, run.tasks()):
        if isinstance(outcome, RefusedInput):
            problems.extend(outcome.problems)
        else:
            run.take(*outcome)
    if problems:
        run.store.abandon()
    problems.raise_if_any()
    return run.finish()


@contextmanager
def _connected(scheduler: str | Any) -> Iterator[Any]:
    """A client of the scheduler at an address, or the one that is given."""
    try:
        from dask.distributed import Client
    except ImportError:
        zh, en = (
            "没有安装 dask：pip install 'cadre-eval[cluster]'",
            "dask is not installed: pip install 'cadre-eval[cluster]'",
        )
        raise UsageError(Text(zh, en)) from None
    if not isinstance(scheduler, str):
        yield scheduler
        return
    with _quiet():
        try:
            client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split())[:200]
            zh, en = (
                f"连不上 dask 调度器 {scheduler}：{reason}",
                f"no dask scheduler answers at {scheduler}: {reason}",
            )
            raise UsageError(Text(zh, en)) from error
        try:
            yield client
        finally:
            client.close()


def _check_installed(client: Any) -> None:
    """Machines without the program could not even say so: they drop what they cannot read, and ask for it again."""
    found = [*client.run(_installed, PROGRAM, on_error="return").values()]
    try:
        client.run_on_scheduler(_installed, PROGRAM)
    except PackageNotFoundError as error:
        found.append(error)
    if any(isinstance(one, PackageNotFoundError) for one in found):
        zh = "集群的机器上没有安装 cadre-eval：调度器和每个工作进程都要装，版本与这里的一样"
        en = (
            "cadre-eval is not installed on the cluster: scheduler and workers need it, in the version installed here"
        )
        raise UsageError(Text(zh, en))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what dask itself would say of a connection that is lost: it is told in a sentence."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


_Outcome = tuple[int, bytes, bytes]


def _scored(client: Any, tasks: Iterator[tuple[int, bytes]]) -> Iterator[_Outcome | RefusedInput]:
    """The blocks as they are done; only so many are on the way at once, so that the client's memory stays bounded."""
    from dask.distributed import as_completed
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker

    try:
        first = [_submitted(client, raw) for _, raw in islice(tasks, _most(client))]
        waiting = as_completed(first, loop=client.loop)
        del first
        for future in waiting:
            try:
                yield future.result()
            except RefusedInput as refused:
                yield refused
            future.release()
            for _, raw in islice(tasks, max(0, _most(client) - waiting.count())):
                waiting.add(_submitted(client, raw))
    except KilledWorker as error:
        zh = "集群的工作进程一再丢失，多半是内存不够；再次运行，从断处接着做"
        en = "workers of the cluster were lost again and again, most likely for lack of memory; what is done is kept"
        raise RunFailed(Text(zh, en)) from error
    except (CancelledError, CommClosedError) as error:
        zh = "与 dask 调度器的连接断了；再次运行，从断处接着做"
        raise RunFailed(Text(zh, "the connection to the dask scheduler was lost; what is done is kept")) from error


def _most(client: Any) -> int:
    return 2 * max(1, int(sum(client.nthreads().values())))


def _submitted(client: Any, raw: bytes) -> Any:
    return client.submit(score_task, raw, pure=False, retries=2)
