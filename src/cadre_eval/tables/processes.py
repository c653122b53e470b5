"""Blocks scored by several processes. Each inherits what was read; blocks go out by number, drafts come back as bytes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from cadre_eval.errors import Problem, Problems
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.direct import DirectFacts
from cadre_eval.tables.job import Store
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.packing import packed, unpacked
from cadre_eval.tables.run import Opened

if TYPE_CHECKING:
    from cadre_eval.tables.bulk import Bulk

MOST_TRIES = 3
"""A process that is killed is replaced, and its blocks scored again; not for ever."""
_inherited: dict[str, Any] = {}


def can_fork() -> bool:
    return "fork" in multiprocessing.get_all_start_methods()


def scored_by_processes(
    opened: Opened, direct: DirectFacts, left: Sequence[Block], store: Store, bulk: Bulk
) -> Iterator[Scored]:
    """Every block, as it is done. Problems the processes met are those of the run."""
    _inherited.update(opened=opened, direct=direct, store=store, form=bulk.form)
    waiting = list(left)
    try:
        for attempt in range(MOST_TRIES):
            try:
                for scored, problems in _round(waiting, bulk.jobs):
                    direct.reader.problems.extend(problems)
                    if scored is not None:
                        waiting = [block for block in waiting if block.number != scored.block.number]
                        yield scored
                return
            except BrokenProcessPool:
                if attempt == MOST_TRIES - 1:
                    raise
    finally:
        _inherited.clear()


def _round(blocks: Sequence[Block], jobs: int) -> Iterator[tuple[Scored | None, list[Problem]]]:
    context = multiprocessing.get_context("fork" if can_fork() else None)
    with ProcessPoolExecutor(min(jobs, len(blocks)), mp_context=context) as pool:
        for future in as_completed([pool.submit(_score, block) for block in blocks]):
            raw, problems = future.result()
            yield (None if raw is None else unpacked(raw)), problems


def _score(block: Block) -> tuple[bytes | None, list[Problem]]:
    """In the child: reads, scores and writes one block."""
    from cadre_eval.tables.bulk import write_block

    opened, direct = _inherited["opened"], _inherited["direct"]
    problems = Problems()
    direct.reader.problems = direct.reader.reader.problems = problems
    facts = direct.facts(block)
    if problems:
        return None, list(problems)
    scored = write_block(opened, opened.score(block, facts), _inherited["store"], _inherited["form"])
    return packed(scored), []
