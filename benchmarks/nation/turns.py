"""Processes measured in turns: so long as the machine is busy, it is busy for all of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from attrs import frozen

from run import COMMAND, Cost, run_once

Measured: TypeAlias = "dict[str, Any]"
"""``seconds`` of every run, and medians of ``cpu`` seconds and of ``mb``, the peak memory of the largest process."""

MB = 1024 * 1024 / 1e6
"""Of a MiB."""

EVERY = 0.01
"""Seconds between two looks at a process's memory."""


@frozen
class Whole:
    """A run of Python with these arguments; ``out`` is removed before each."""

    arguments: Sequence[str]
    out: Path | None = None

    def run(self) -> Cost:
        self.clear()
        return run_once(self.arguments)

    def clear(self) -> None:
        if self.out is not None:
            shutil.rmtree(self.out, ignore_errors=True)


def command(*words: str | Path) -> list[str]:
    """The package's command."""
    return ["-c", COMMAND, *map(str, words)]


def in_turns(processes: Mapping[str, Whole], runs: int) -> dict[str, Measured]:
    """Each once to warm up, then all in turns, another one first each time."""
    for process in processes.values():
        process.run()
    taken: dict[str, list[Cost]] = {name: [] for name in processes}
    names = list(processes)
    for turn in range(runs):
        first = turn % len(names)
        for name in (*names[first:], *names[:first]):
            taken[name].append(processes[name].run())
    return {name: measured(costs) for name, costs in taken.items()}


def measured(costs: Sequence[Cost]) -> Measured:
    return {
        "seconds": [round(cost.wall, 4) for cost in costs],
        "cpu": round(median(cost.cpu for cost in costs), 4),
        "mb": round(median(cost.memory for cost in costs) * MB, 1),
    }


def answer(script: Path, *words: str | Path) -> tuple[Any, float]:
    """What a script of this folder prints, as JSON, and the peak of its memory in MB."""
    arguments = [sys.executable, str(script), *map(str, words)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
    assert process.stdout is not None, "it is a pipe"
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: {' '.join(arguments)}")
    return json.loads(printed or b"null"), round(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6, 1)


def memory_together(process: Whole) -> float | None:
    """The peak memory in MB of a process and those it starts, what they share counted once: looked at while it runs, so it
    is not timed. None where the system does not tell.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    process.clear()
    running = subprocess.Popen([sys.executable, *process.arguments], stdout=subprocess.DEVNULL)
    most = 0
    while running.poll() is None:
        most = max(most, sum(_share(pid) for pid in _family(running.pid)))
        time.sleep(EVERY)
    if running.returncode:
        sys.exit(f"exit code {running.returncode}: python {' '.join(process.arguments)}")
    return round(most * 1024 / 1e6, 1)


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield from _family(int(child))


def _share(pid: int) -> int:
    """KiB of a process; of pages that several share, its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
