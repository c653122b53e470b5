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
from typing import Any, TypeAlias, TypeVar

from attrs import frozen
from run import COMMAND

Measured: TypeAlias = "dict[str, Any]"
"""``seconds`` of every run, and medians of ``cpu`` seconds and of ``mb``, the peak memory of the largest process."""
T = TypeVar("T")

LAUNCH = Path(__file__).with_name("launch.py")
EVERY = 0.01
"""Seconds between two looks at a process's memory."""


def rotated(running: Sequence[T], turn: int) -> Iterator[T]:
    """The same ones, another one first each turn."""
    first = turn * (len(running) // 3 + 1) % len(running)
    yield from (*running[first:], *running[:first])


@frozen
class Whole:
    """A run of Python with these arguments; ``out`` is removed before each."""

    arguments: Sequence[str]
    out: Path | None = None

    def run(self) -> Mapping[str, float]:
        self.clear()
        return launched(self.arguments)[1]

    def clear(self) -> None:
        if self.out is not None:
            shutil.rmtree(self.out, ignore_errors=True)


def command(*words: str | Path) -> list[str]:
    """The package's command."""
    return ["-c", COMMAND, *map(str, words)]


def launched(arguments: Sequence[str]) -> tuple[bytes, Mapping[str, float]]:
    """What a run of Python prints, and what it costs.

    Raises:
        SystemExit: it failed.
    """
    told, tells = os.pipe()
    with os.fdopen(told, "rb") as pipe:
        launch = [sys.executable, "-S", str(LAUNCH), str(tells), *arguments]
        done = subprocess.run(launch, stdout=subprocess.PIPE, pass_fds=[tells], check=False)
        os.close(tells)
        cost: Mapping[str, float] = json.loads(pipe.read() or b'{"code": 1}')
    if cost["code"]:
        sys.exit(f"exit code {cost['code']}: python {' '.join(arguments)}")
    return done.stdout, cost


def answer(script: Path, *words: str | Path) -> tuple[Any, float]:
    """What a script prints, as JSON, and the peak of its memory in MB."""
    printed, cost = launched([str(script), *map(str, words)])
    return json.loads(printed or b"null"), cost["mb"]


def in_turns(processes: Mapping[str, Whole], runs: int) -> dict[str, Measured]:
    """Each once to warm up, then all in turns."""
    for process in processes.values():
        process.run()
    taken: dict[str, list[Mapping[str, float]]] = {name: [] for name in processes}
    for turn in range(runs):
        for name in rotated(list(processes), turn):
            taken[name].append(processes[name].run())
    return {name: measured(costs) for name, costs in taken.items()}


def measured(costs: Sequence[Mapping[str, float]]) -> Measured:
    return {
        "seconds": [cost["seconds"] for cost in costs],
        "cpu": round(median(cost["cpu"] for cost in costs), 4),
        "mb": round(median(cost["mb"] for cost in costs), 1),
    }


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
