"""The ``bulk`` command: a period from tables to tables."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

from cadre_eval.cli.arguments import EXISTING, as_of_period_end
from cadre_eval.cli.language import REPORTS, say
from cadre_eval.cli.output import FAILED, INTERRUPTED
from cadre_eval.errors import Text, UsageError

if TYPE_CHECKING:
    from cadre_eval.tables.bulk import Bulk, Finished

FORMS = ("parquet", "arrow", "csv", "jsonl")
WIDTH = 24
"""Of the bar: with all that is said beside it, the line is shorter than most terminals are wide."""


class Rate:
    """One line on the terminal that is rewritten: how many are done, how fast, and how long it will still take. It is first
    told what an earlier run had done, which says nothing of the speed.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock = stream or sys.stderr, clock
        self.first: tuple[int, float] | None = None
        self.shown = False

    def __call__(self, done: int, of: int) -> None:
        if not self.stream.isatty() or not of:
            return
        now = self.clock()
        first, begun = self.first = self.first or (done, now)
        filled = done * WIDTH // of
        bar = "█" * filled + "░" * (WIDTH - filled)
        self.stream.write(f"\r{bar} {done * 100 // of:3d}% {done:,}/{of:,}")
        if done > first and now > begun:
            rate = (done - first) / (now - begun)
            left = ceil((of - done) / rate)
            self.stream.write(say(f" 每秒 {rate:,.0f} 人，还要 {left:,} 秒", f" {rate:,.0f}/s, {left:,} s left"))
        self.stream.write("\033[K")
        self.stream.flush()
        self.shown = True

    def clear(self) -> None:
        if self.shown:
            self.stream.write("\r\033[K")
            self.stream.flush()
            self.shown = False


@click.command(
    help=say(
        "批量考核：名册、事实、选票从表格来，结果写成表格。中断后再次运行，从断处接着做。",
        "Bulk assessment: roster, facts and ballots come from tables, results go to tables. A run that was stopped goes on.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.option("--period", required=True, help=say("考核期，如 2025-year-end。", "The period, such as 2025-year-end."))
@click.option("--out", type=EXISTING, help=say("结果写入此文件夹。", "Write the results into this folder."))
@as_of_period_end
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="parquet",
    help=say("结果的格式。", "Format of the results."),
)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, help=say("用几个进程。", "Processes to use."))
@click.option(
    "--memory",
    "memory",
    metavar="MIB",
    type=click.IntRange(64),
    help=say(
        "每个进程的内存上限（MiB），至少 64，超过即停。",
        "Memory limit of each process in MiB, 64 at least; the run stops rather than pass it.",
    ),
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help=say(
        "dask 调度器地址，如 tcp://10.0.0.1:8786。", "Address of a dask scheduler, such as tcp://10.0.0.1:8786."
    ),
)
@click.option(
    "--explain",
    metavar="CADRE",
    help=say("不写结果，重新考核，说明一个人的依据。", "Write nothing; assess again and explain one cadre's result."),
)
def bulk(
    workspace: Path, period: str, out: Path | None, as_of: date | None, form: str, jobs: int,
    memory: int | None, scheduler: str | None, explain: str | None,
) -> int:  # fmt: skip
    from cadre_eval.tables.needed import need_scale

    need_scale()
    if (out is None) == (explain is None):
        raise UsageError(
            Text("写 --out 文件夹，或 --explain 干部，二者之一", "give --out FOLDER or --explain CADRE, one of them")
        )
    if scheduler is not None and jobs > 1:
        zh = "--jobs 用本机的几个进程，--scheduler 用集群的，二者之一"
        raise UsageError(
            Text(zh, "--jobs uses processes of this machine, --scheduler those of a cluster: give one of them")
        )
    from cadre_eval.tables.memory import is_short_of_memory, lift_limit, limit_memory, plain_memory
    from cadre_eval.tables.planned import planned

    plain_memory()
    if memory is not None:
        limit_memory(memory)
    rate = Rate()
    try:
        run = planned(workspace, period, out, as_of, form, jobs, rate)
        if explain is not None:
            return _explained(run, explain)
        finished = _finished(run, scheduler)
    except (MemoryError, RuntimeError, OSError) as error:
        if memory is None or not is_short_of_memory(error):
            raise
        lift_limit()
        rate.clear()
        _short_of_memory(memory)
    except KeyboardInterrupt:
        if out is None:
            raise
        rate.clear()
        _interrupted(out)
        return INTERRUPTED
    finally:
        rate.clear()
    _report(finished, run)
    return 0


def _short_of_memory(mib: int) -> NoReturn:
    """Ends the process at once: libraries that were refused memory half-way do not always live to end in good order."""
    click.echo(
        say(
            f"到了内存上限 {mib:,} MiB，停了：把 --memory 定大些。做完的块留着，再次运行接着做",
            f"stopped at the memory limit of {mib:,} MiB: raise --memory. Blocks that are done are kept for the next run",
        ),
        err=True,
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(FAILED)


def _interrupted(out: Path) -> None:
    """Says what is left of a run. The words begin a line of their own, below the mark a terminal shows for Ctrl-C."""
    from cadre_eval.tables.job import UNFINISHED

    kept = len(list((out / UNFINISHED).glob("block-*")))
    if kept:
        zh = f"已中断。做完的 {kept} 块留着：再运行同样的命令，接着做"
        en = f"interrupted. {_blocks(kept)} done and kept: run the same command again to go on"
    else:
        zh = "已中断。还没有可留的块：再运行同样的命令，从头做"
        en = "interrupted. No block is kept yet: the same command starts from the beginning"
    click.echo("\n" + say(zh, en), err=True)


def _blocks(count: int) -> str:
    return f"{count} block{'' if count == 1 else 's'}"


def _finished(run: Bulk, scheduler: str | None) -> Finished:
    if scheduler is None:
        from cadre_eval.tables.bulk import run_bulk

        return run_bulk(run)
    from cadre_eval.tables.cluster import run_on_dask

    return run_on_dask(run, scheduler)


def _report(finished: Finished, run: Bulk) -> None:
    from cadre_eval.columns.drafts import FINAL, NOT_ASSESSED, PENDING

    state = finished.result.drafts.state
    counts = [int((state == code).sum()) for code in (FINAL, PENDING, NOT_ASSESSED)]
    alone = len(state) - sum(part.by_columns for part in finished.result.scored)
    click.echo(
        say(
            f"{run.period.title} {run.period.id}：{len(state):,} 人，已定 {counts[0]:,}，待定 {counts[1]:,}，"
            f"不参加 {counts[2]:,}；其中逐人计分 {alone:,} 人",
            f"{run.period.id}: {len(state):,} cadres, {counts[0]:,} final, {counts[1]:,} pending, {counts[2]:,} not "
            f"assessed; {alone:,} of them scored one by one",
        )
    )
    if finished.resumed:
        click.echo(
            say(
                f"接着上次的运行：{finished.resumed} 块已完成",
                f"went on with a run that had done {_blocks(finished.resumed)}",
            )
        )
    click.echo(
        say(f"已写入 {len(finished.files)} 个文件：{run.out}", f"{len(finished.files)} files written to {run.out}")
    )


def _explained(run: Bulk, cadre: str) -> int:
    from cadre_eval.scoring.explain import account_text, explain_result
    from cadre_eval.tables.explaining import explained

    click.echo(account_text(explain_result(explained(run, cadre)), REPORTS))
    return 0
