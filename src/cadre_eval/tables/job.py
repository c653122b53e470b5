"""A run over files that can be stopped at any point and goes on where it was: parts are written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, field

from cadre_eval.errors import Text, UsageError
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.packing import packed, unpacked
from cadre_eval.tables.writing import SUFFIXES, written_whole

UNFINISHED = ".unfinished"
SCORES, RESULTS = "scores", "results"
PART = re.compile(rf"part-[0-9]{{5,}}({'|'.join(map(re.escape, SUFFIXES.values()))})")
DIGEST = 32
"""Bytes of a SHA-256."""


@define(eq=False)
class Store:
    """The folder a run writes to. Until a run is complete, what it has done is kept under ``.unfinished``:

    * ``run.json``: what the run is made of;
    * ``fresh``: the results and parts as they will stand in the folder;
    * ``block-00000``: the drafts of a block whose part is written;
    * ``swapping``, ``replaced``: which fresh files are taking their places, and the old ones.
    """

    out: Path
    key: Mapping[str, Any]
    """What the run is made of; another key, another run."""
    _lock: int | None = field(default=None, init=False)

    @property
    def folder(self) -> Path:
        return self.out / UNFINISHED

    @property
    def fresh(self) -> Path:
        return self.folder / "fresh"

    @property
    def results(self) -> Path:
        """Where the results are written."""
        return self.fresh / RESULTS

    def points(self, number: int) -> Path:
        """Where the points of a block are written."""
        return self.fresh / SCORES / f"part-{number:05d}"

    @cached_property
    def _key(self) -> bytes:
        return json.dumps(self.key, ensure_ascii=False, sort_keys=True).encode()

    @property
    def _run(self) -> Path:
        return self.folder / "run.json"

    # ── beginning ─────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Makes the folder ready; what another run left is removed. Until ``release`` nobody else can begin here.

        Raises:
            UsageError: another run is at work here, or somebody else's files are where the parts go.
            OSError: the folder cannot be written to.
        """
        self._check_scores()
        self.out.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self.out)
        self._undo()
        left = self._run.read_bytes() if self._run.exists() else None
        if left != self._key or not (self.fresh / SCORES).is_dir():
            self.abandon()
            (self.fresh / SCORES).mkdir(parents=True)
            write_whole(self._run, self._key)

    def _check_scores(self) -> None:
        """Parts of an earlier run are replaced; nothing else is touched."""
        scores = _names(self.out / SCORES)
        foreign = sorted(name for name in scores if not PART.fullmatch(name))
        if (
            not foreign
            and not self.folder.exists()
            and not any((self.out / (RESULTS + s)).exists() for s in SUFFIXES.values())
        ):
            foreign = scores  # parts without results: some other program calls its files so too
        if foreign:
            folder = self.out / SCORES
            zh = f"{folder} 里有不是批量考核写的文件（{foreign[0]}）；换一个文件夹，或把它移走"
            en = f"{folder} holds files this command did not write ({foreign[0]}); name another folder, or move them"
            raise UsageError(Text(zh, en))

    def release(self) -> None:
        """Lets others begin here; what was done stays."""
        if self._lock is not None:
            os.close(self._lock)
        self._lock = None

    def abandon(self) -> None:
        """Removes what was done."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    # ── blocks ────────────────────────────────────────────────────────────

    def keep(self, scored: Scored, points: Path) -> None:
        """Keeps a block, once its points are written: from then on it is not scored again."""
        content = _digest(points) + packed(scored)
        write_whole(self._block(scored.block), self._mark(content) + content)

    def kept(self, block: Block, suffix: str) -> Scored | None:
        """A block that was scored before; None if it was not, not to its end, or is not as it was written."""
        points = self.points(block.number).with_suffix(suffix)
        try:
            raw = self._block(block).read_bytes()
            mark, content = raw[:DIGEST], raw[DIGEST:]
            if mark != self._mark(content) or content[:DIGEST] != _digest(points):
                return None
        except OSError:
            return None
        scored = unpacked(content[DIGEST:])
        return scored if scored.block == block else None

    def _block(self, block: Block) -> Path:
        return self.folder / f"block-{block.number:05d}"

    def _mark(self, content: bytes) -> bytes:
        """What no content of another run has, nor any that is not whole."""
        return hashlib.sha256(b"%d\n%b%b" % (len(self._key), self._key, content)).digest()

    # ── finishing ─────────────────────────────────────────────────────────

    def finish(self, parts: Sequence[str]) -> tuple[Path, ...]:
        """Puts results and parts where they belong, in place of those an earlier run wrote. Stopped on the way, the next run
        undoes it.
        """
        trials = [*self.fresh.glob(".*"), *(p for p in (self.fresh / SCORES).iterdir() if p.name not in parts)]
        for path in trials:  # of processes that were killed while they wrote
            path.unlink()
        names = sorted(path.name for path in self.fresh.iterdir())
        replaced = self.folder / "replaced"
        replaced.mkdir()
        write_whole(self.folder / "swapping", "\n".join(names).encode())
        for name in self._earlier(names):
            os.replace(self.out / name, replaced / name)
        for name in names:
            os.replace(self.fresh / name, self.out / name)
        (self.folder / "swapping").unlink()
        self.abandon()
        results = [self.out / name for name in names if name != SCORES]
        return (*results, *(self.out / SCORES / name for name in parts))

    def _earlier(self, names: Sequence[str]) -> list[str]:
        """What an earlier run wrote, in whatever format, or stands where this one's results go."""
        before = {RESULTS + Path(name).suffix for name in _names(self.out / SCORES)}
        return [name for name in sorted({*before, *names}) if (self.out / name).exists()]

    def _undo(self) -> None:
        """Puts back what a run that was stopped had begun to replace."""
        replaced, swapping = self.folder / "replaced", self.folder / "swapping"
        if swapping.exists():
            names = swapping.read_bytes().decode(errors="replace").split("\n")
            for name in {SCORES, *(RESULTS + suffix for suffix in SUFFIXES.values())}.intersection(names):
                if not (self.fresh / name).exists() and (self.out / name).exists():
                    os.replace(self.out / name, self.fresh / name)
            for path in list(replaced.iterdir()):
                os.replace(path, self.out / path.name)
            swapping.unlink()
        if replaced.exists():
            shutil.rmtree(replaced)


def _names(folder: Path) -> list[str]:
    """The files of a folder, if there is one; hidden ones belong to nobody."""
    return [path.name for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _locked(folder: Path) -> int | None:
    """A hold on a folder that nobody else has, as long as it is open. Systems that know none are taken at their word.

    Raises:
        UsageError: somebody else has it.
    """
    try:
        import fcntl
    except ImportError:
        return None
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise UsageError(Text(f"另一个批量考核正在写 {folder}", f"another run is writing into {folder}")) from None
    except OSError:
        pass
    return held


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that it is there whole or not at all."""
    with written_whole(path) as trial:
        trial.write_bytes(content)
