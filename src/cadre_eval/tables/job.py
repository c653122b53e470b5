"""A run over files that can be stopped at any point and goes on where it was: parts are written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import frozen

from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.packing import packed, unpacked

UNFINISHED = ".unfinished"


@frozen
class Store:
    """The folder a run writes to. What a run has done is kept under ``.unfinished`` until it is complete."""

    out: Path
    key: Mapping[str, Any]
    """What the run is made of; another key, another run."""

    @property
    def folder(self) -> Path:
        return self.out / UNFINISHED

    def begin(self) -> bool:
        """Makes the folder ready; True if there is something to go on with. What another run left is removed."""
        self.out.mkdir(parents=True, exist_ok=True)
        if self._written() == json.loads(json.dumps(self.key)):
            return any(self.folder.glob("block-*.npz"))
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        write_whole(self.folder / "run.json", json.dumps(self.key, ensure_ascii=False, sort_keys=True).encode())
        return False

    def _written(self) -> Any:
        try:
            return json.loads((self.folder / "run.json").read_bytes())
        except (OSError, ValueError):
            return None

    def points(self, number: int) -> Path:
        """Where the points of a block are written."""
        return self.folder / f"scores-{number:05d}"

    def keep(self, scored: Scored) -> None:
        """Keeps a block, once its points are written: from then on it is not scored again."""
        write_whole(self.folder / f"block-{scored.block.number:05d}.npz", packed(scored))

    def kept(self, number: int, suffix: str) -> Scored | None:
        """A block that was scored before; None if it was not, or not to its end."""
        if not self.points(number).with_suffix(suffix).exists():
            return None
        try:
            return unpacked((self.folder / f"block-{number:05d}.npz").read_bytes())
        except (OSError, ValueError, KeyError, EOFError):
            return None

    def finish(self, names: Sequence[str]) -> None:
        """Puts the parts where the results are; they replace those of an earlier run."""
        scores = self.out / "scores"
        fresh = self.folder / "scores"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name in names:
            os.replace(self.folder / name, fresh / name.replace("scores-", "part-"))
        shutil.rmtree(scores, ignore_errors=True)
        os.replace(fresh, scores)
        shutil.rmtree(self.folder, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that it is there whole or not at all."""
    trial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with trial.open("wb") as file:
            file.write(content)
        os.replace(trial, path)
    except BaseException:
        with suppress(OSError):
            trial.unlink()
        raise
