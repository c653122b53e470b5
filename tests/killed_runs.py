"""Runs killed at every point, and started again: a program, since what it forks and kills is itself.

python tests/killed_runs.py WORKSPACE FOLDER

A run is forked again and again, into a folder with another run's results; it kills itself as it is about to make its first
change to the file system, its second, and so on until nothing is left to do but to clear away. After each death a line of
JSON says what was found.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from cadre_eval.tables import run as tables_run
from cadre_eval.tables.bulk import Bulk, run_bulk
from cadre_eval.tables.job import Store
from cadre_eval.tables.planned import planned
from table_folder import END, MID, written

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir"}
WRITING = os.O_WRONLY | os.O_RDWR


def kill_at(point: int) -> None:
    """Kills this process before its so-manieth change to the file system."""
    done = 0

    def watch(event: str, args: tuple[Any, ...]) -> None:
        nonlocal done
        if event in CHANGES or (event == "open" and args[2] & WRITING):
            done += 1
            if done == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def survives(work: Callable[[], object], point: int) -> bool:
    """Whether some work, in a process of its own, comes to its end before it is killed."""
    child = os.fork()
    if child == 0:
        kill_at(point)
        work()
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in {0, -signal.SIGKILL}, f"the work failed of itself: {ended}"
    return ended == 0


def visible(folder: Path) -> dict[str, bytes]:
    """What stands in a folder, but for what a run is not done with."""
    return {name: content for name, content in written(folder).items() if not name.startswith(".unfinished/")}


@frozen
class Trial:
    """A run into a folder that holds another's results."""

    bulk: Bulk
    old: dict[str, bytes]
    new: dict[str, bytes]

    def killed_at(self, point: int) -> dict[str, Any] | None:
        """What became of a run killed there, and of those after it; None if it came to its end before."""
        out = self.bulk.out
        shutil.rmtree(out, ignore_errors=True)
        for name, content in self.old.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)

        if survives(lambda: run_bulk(self.bulk), point):
            return None
        swapping = (out / ".unfinished" / "swapping").exists()
        blocks = len(list(out.glob(".unfinished/block-*")))
        found = visible(out)
        return {
            "point": point, "blocks": blocks, "swapping": swapping, "complete": found == self.new and not swapping,
            "whole": swapping or found in (self.old, self.new), "undone": not swapping or point % 2 or self._seen_by_another(),
            "went on": run_bulk(self.bulk).resumed, "same": written(out) == self.new,
        }  # fmt: skip

    def _seen_by_another(self) -> bool:
        """Whether a run of something else that begins now, itself killed anywhere at first, finds the folder as it was before
        or as it should become.
        """
        copy = self.bulk.out.with_name("copy")
        point, lived = 0, False
        while not lived:
            point += 1
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.bulk.out, copy)
            lived = survives(Store(copy, {"another": "run"}).begin, point)
            Store(copy, {"another": "run"}).begin()
            if visible(copy) not in (self.old, self.new):
                return False
        return point > 5


def main(workspace: str, folder: Path) -> None:
    tables_run.BLOCK = 5
    bulk = planned(workspace, MID, folder / "new")
    run_bulk(bulk)
    other = planned(workspace, END, folder / "old", form="csv")
    run_bulk(other)
    trial = Trial(evolve(bulk, out=folder / "trial"), written(other.out), written(bulk.out))
    point, complete = 1, 0
    while complete < 3 and (found := trial.killed_at(point)) is not None:
        print(json.dumps(found), flush=True)
        point, complete = point + 1, complete + found["complete"]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
