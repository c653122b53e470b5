"""Blocks scored by several processes. Each inherits what was read; blocks go out by number, drafts come back as bytes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from cadre_eval.errors import Problem, Problems, RunFailed, Text
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.direct import DirectFacts
from cadre_eval.tables.job import Store
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.packing import packed, unpacked
from cadre_eval.tables.run import Opened

if TYPE_CHECKING:
    from cadre_eval.tables.bulk import Bulk

MOST_TRIES = 3
"""Processes that are killed are replaced, and their blocks scored again; not for ever."""
_inherited: dict[str, Any] = {}


def can_fork() -> bool:
    return "fork" in multiprocessing.get_all_start_methods()


def scored_by_processes(
    opened: Opened, direct: DirectFacts, left: Sequence[Block], store: Store, bulk: Bulk
) -> Iterator[Scored]:
    """Every block, as it is done. Problems the processes met are those of the run.

    Raises:
        OutOfOrder: the facts are not in the order of the roster.
        RunFailed: processes were killed again and again.
    """
    _inherited.update(opened=opened, direct=direct, store=store, form=bulk.form)
    waiting = {block.number: block for block in left}
    try:
        for _ in range(MOST_TRIES):
            try:
                for number, raw, problems in _round([*waiting.values()], bulk.jobs):
                    del waiting[number]
                    direct.reader.problems.extend(problems)
                    if raw is not None:
                        yield unpacked(raw)
                return
            except BrokenProcessPool:
                pass
    finally:
        _inherited.clear()
    zh = "进程一再被系统结束，多半是内存不够：--jobs 写少一些；再次运行，从断处接着做"
    en = "processes were ended from outside again and again, most likely for lack of memory: use fewer --jobs; what is done is kept"
    raise RunFailed(Text(zh, en))


_Outcome = tuple[int, bytes | None, list[Problem]]


def _round(blocks: Sequence[Block], jobs: int) -> Iterator[_Outcome]:
    pool = ProcessPoolExecutor(
        min(jobs, len(blocks)), mp_context=multiprocessing.get_context("fork"), initializer=_begin
    )
    try:
        for future in as_completed([pool.submit(_score, block) for block in blocks]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """In the child: an interruption is the parent's to handle; a parent that is gone needs no work done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _score(block: Block) -> _Outcome:
    """In the child: reads, scores and writes one block."""
    from cadre_eval.tables.bulk import write_block

    opened, problems = _inherited["opened"], Problems()
    facts = _inherited["direct"].noting(problems).facts(block)
    if problems:
        return block.number, None, list(problems)
    scored = write_block(opened, opened.score(block, facts), _inherited["store"], _inherited["form"])
    return block.number, packed(scored), []
