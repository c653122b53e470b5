"""Many files, read by several processes: what they read comes back as if one had."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

T = TypeVar("T")
Read = Callable[[Path], T | None]

FEW = 150
"""For fewer files a process is not worth its start."""
SHARE = 0.85
"""Of an equal share, what another process reads: it has to hand over what it has read besides."""


def cores() -> int:
    """How many processes can run at once."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def in_order(files: Sequence[Path], read: Read[T], jobs: int) -> Iterator[tuple[Path, T | None]]:
    """What ``read`` gives for each file, in the order of the files; None for whatever another process could not read.

    Processes are forked, which is sound only where nothing else runs beside this one: elsewhere this one reads all.
    """
    jobs = min(jobs, len(files) // FEW)
    alone = jobs < 2 or sys.platform != "linux" or threading.active_count() > 1
    each = 0 if alone else int(len(files) / jobs * SHARE)
    first = len(files) - each * (jobs - 1)
    helpers = [_helped(files[at : at + each], read) for at in range(first, len(files), each or 1)]
    for file in files[:first]:
        yield file, read(file)
    for found in helpers:
        yield from found()


def _helped(files: Sequence[Path], read: Read[T]) -> Callable[[], Iterator[tuple[Path, T | None]]]:
    """Has another process read some files, where one can be had: what gives what was read."""
    try:
        return _Helper(files, read).found
    except OSError:  # too many processes or open files, no folder for temporary ones
        return lambda: ((file, read(file)) for file in files)


class _Helper:
    """A process that reads some files."""

    def __init__(self, files: Sequence[Path], read: Read[Any]) -> None:
        self.files = files
        self.store = TemporaryFile()  # noqa: SIM115 -- closed once what is in it was read
        self.process = get_context("fork").Process(target=_hand_over, args=(files, read, self.store), daemon=True)
        try:
            self.process.start()
        except OSError:
            self.store.close()
            raise

    def found(self) -> Iterator[tuple[Path, Any]]:
        """What it read; nothing at all if it was ended, or met what it could not hand over."""
        self.process.join()
        every = [None] * len(self.files)
        with self.store, suppress(Exception):  # whatever it left: this process reads the files itself
            self.store.seek(0)
            every = pickle.load(self.store)
        yield from zip(self.files, every, strict=True)


def _hand_over(files: Sequence[Path], read: Read[Any], store: IO[bytes]) -> None:
    """In the other process: nothing of it is ever seen but what it hands over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    done = 1
    try:
        pickle.dump([read(file) for file in files], store, pickle.HIGHEST_PROTOCOL)
        store.flush()
        done = 0
    finally:
        os._exit(done)
