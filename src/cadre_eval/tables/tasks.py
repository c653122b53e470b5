"""The Arrow-in, Arrow-out kernel: a table of tasks in, a table of scored blocks out, wherever it runs.

A task names the rules, the files and the rows of one block, and carries the block's share of the roster, the votes and the
marks; its facts are read where it runs. What comes back are columns of integers and the block's points.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as pa_ipc
from attrs import evolve, frozen

from cadre_eval import __version__
from cadre_eval.columns.batch import Values
from cadre_eval.errors import Problems, Text, UsageError
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.tables.aligned import Block, OutOfOrder
from cadre_eval.tables.assess import plan_of
from cadre_eval.tables.direct import DirectFacts, Span, facts_in_order
from cadre_eval.tables.earlier import EarlierTotals
from cadre_eval.tables.entering import Entering
from cadre_eval.tables.facts import FactRows, FactsReader
from cadre_eval.tables.kernel import Kernel
from cadre_eval.tables.opening import open_table_folder
from cadre_eval.tables.packing import packed
from cadre_eval.tables.results import points_table
from cadre_eval.tables.run import Opened
from cadre_eval.tables.scales import Scales
from cadre_eval.tables.slices import district_of, entering_of, put_back, tallied_of
from cadre_eval.tables.tallied import Tallied

TASKS = pa.schema([("block", pa.int32()), ("task", pa.binary())])
DONE = pa.schema([("block", pa.int32()), ("drafts", pa.binary()), ("points", pa.binary())])
MADE_BY = f"cadre-eval {__version__}".encode()
"""Only the same program can read a task."""


@frozen(eq=False)
class Task:
    """One block, with all that is needed to score it elsewhere."""

    workspace: Path
    digest: str
    period: str
    as_of: date
    block: Block
    spans: Sequence[Span]
    """Parts of the facts, with the rows of each that are the block's."""
    tallied: Tallied
    entering: Entering
    totals: Mapping[str, Values]
    earlier: Mapping[str, EarlierTotals]
    district: frozenset[str]
    scales: Scales


def task_of(
    opened: Opened, direct: DirectFacts, block: Block, workspace: Path, earlier: Mapping[str, EarlierTotals]
) -> bytes:
    """A block as a task: a line that says what can read it, then the rest."""
    own = slice(block.first, block.last)
    tallied = tallied_of(opened.tallied, block)
    cadres = set(tallied.roster.cadres.to_pylist())
    kernel = opened.kernel
    spans = [(evolve(part, path=part.path.resolve()), first, last) for part, first, last in direct.spans(block)]
    return MADE_BY + b"\n" + pickle.dumps(Task(
        workspace.resolve(), kernel.rules.digest, kernel.period.id, kernel.as_of, block, spans, tallied,
        entering_of(opened.entering, block), {key: v.taken(own) for key, v in opened.totals.items()},
        {key: totals.of(cadres) for key, totals in earlier.items()}, district_of(kernel.district, tallied), opened.scales,
    ))  # fmt: skip


def _task(raw: bytes) -> Task:
    maker, _, rest = raw.partition(b"\n")
    if maker != MADE_BY:
        there, here = maker[:80].decode(errors="replace"), MADE_BY.decode()
        zh = f"任务由 {there} 发出，这里装的是 {here}"
        raise UsageError(Text(zh, f"the tasks were made by {there}; installed here is {here}"))
    task: Task = pickle.loads(rest)  # made by ``task_of``: a cluster is trusted with the code it runs
    return task


@lru_cache(maxsize=4)
def _rules(workspace: Path, digest: str, period: str) -> CompiledRuleset:
    rules, _, _ = open_table_folder(workspace).period(period)
    if rules.digest != digest:
        zh = f"{workspace} 的办法与发出任务的机器不一样（{rules.digest[:12]}，应为 {digest[:12]}）"
        en = f"the rules in {workspace} are not those the tasks were made with ({rules.digest[:12]}, not {digest[:12]})"
        raise UsageError(Text(zh, en))
    return rules


def score_task(raw: bytes) -> tuple[int, bytes, bytes]:
    """Scores one task: the number of its block, its drafts, its points.

    Raises:
        UsageError: the program or the rules here are not those the task was made with, or the facts are not in the order
            of the roster.
        RefusedInput: facts that cannot be used.
    """
    task = _task(raw)
    rules = _rules(task.workspace, task.digest, task.period)
    plan, period = plan_of(rules, task.period)
    earlier = {key: totals.results for key, totals in task.earlier.items()}
    kernel = Kernel(rules, plan, period, task.as_of, task.district, earlier)
    facts = _facts(task, FactsReader(rules, plan, task.as_of, Problems()))
    own = Block(task.block.number, 0, task.tallied.roster.rows)
    scored = kernel.score(kernel.batch(own, task.tallied, facts, task.totals), task.entering, own)
    points = points_table(task.tallied.roster, scored, task.scales)
    return task.block.number, packed(put_back(scored, task.block)), _bytes(points)


def _facts(task: Task, reader: FactsReader) -> FactRows:
    try:
        facts = facts_in_order(task.spans, task.tallied.roster.postings, reader)
    except OutOfOrder:
        zh = "分到多台机器，事实表要和名册一样按干部、派驻的代码排；否则不写 --scheduler"
        en = "to spread a run, sort the facts as the roster, by cadre and posting; or leave --scheduler out"
        raise UsageError(Text(zh, en)) from None
    reader.problems.raise_if_any()
    return facts


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa_ipc.new_file(sink, table.schema, options=pa_ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def points_of(raw: bytes) -> pa.Table:
    """The points of a scored task."""
    return pa_ipc.open_file(pa.BufferReader(raw)).read_all()


def score_tasks(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of tasks (``TASKS``) in, batches of scored blocks (``DONE``) out: what Spark's ``mapInArrow`` calls."""
    for batch in batches:
        for raw in batch.column("task"):
            number, drafts, points = score_task(raw.as_py())
            yield pa.RecordBatch.from_arrays(
                [pa.array([number], pa.int32()), pa.array([drafts], pa.binary()), pa.array([points], pa.binary())],
                schema=DONE,
            )


def score_table(tasks: pa.Table) -> pa.Table:
    """A table of tasks in, a table of scored blocks out: what Ray's ``map_batches`` calls."""
    return pa.Table.from_batches(list(score_tasks(iter(tasks.to_batches()))), schema=DONE)
