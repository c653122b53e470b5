"""Table files by their paths: a file itself, or every one below a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from cadre_eval.errors import Problems, Span
from cadre_eval.tables.faults import at_file

SUFFIXES = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".arrows": "arrow-stream",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "json-lines",
    ".ndjson": "json-lines",
}
READABLE = ", ".join(SUFFIXES)


@frozen
class Found:
    """A file to be read."""

    path: Path
    name: str
    """As people see it."""
    kind: str


def kind_of(path: Path) -> str | None:
    """The kind of file its suffix tells."""
    name = path.name.lower()
    return next((kind for suffix, kind in SUFFIXES.items() if name.endswith(suffix)), None)


class Finder:
    """Looks for the table files of some paths, each file once; ``where`` is the place that names the paths."""

    def __init__(self, shown: Callable[[Path], str], where: Span | None, problems: Problems) -> None:
        self.shown, self.where, self.problems = shown, where, problems

    def all_of(self, paths: Sequence[Path]) -> list[Found]:
        """In the order of the paths, those below a folder by name."""
        found: dict[Path, Found] = {}
        for path in paths:
            for file in self._below(path):
                found.setdefault(file.path.resolve(), file)
        return list(found.values())

    def _place(self, path: Path) -> Span:
        return self.where or at_file(self.shown(path))

    def _below(self, path: Path) -> Iterator[Found]:
        try:
            missing, folder = not path.exists(), path.is_dir()
        except (OSError, ValueError) as error:
            self._unread(path, error)
            return
        kind = kind_of(path)
        if missing:
            self.problems.add("CE112", self._place(path), path=self.shown(path))
        elif kind is not None:
            yield from self._file(path, kind)
        elif folder:
            yield from self._in_folder(path)
        else:
            self.problems.add("CE802", self._place(path), path=self.shown(path), allowed=READABLE)

    def _in_folder(self, folder: Path) -> Iterator[Found]:
        before = len(self.problems)
        named = list(self._entries(folder))
        for path in sorted(named, key=lambda p: p.relative_to(folder).as_posix()):
            yield from self._file(path, kind_of(path) or "")
        if not named and len(self.problems) == before:
            self.problems.add("CE801", self._place(folder), path=self.shown(folder), allowed=READABLE)

    def _entries(self, folder: Path) -> Iterator[Path]:
        """Everything below a folder that has the suffix of a table, even a folder, but nothing hidden."""
        for here, folders, names in os.walk(folder, onerror=lambda error: self._unread(folder, error)):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in [*folders, *names]:
                if not name.startswith(".") and kind_of(Path(name)):
                    yield Path(here, name)
            folders[:] = [name for name in folders if not kind_of(Path(name))]

    def _file(self, path: Path, kind: str) -> Iterator[Found]:
        """The file, if it is one and holds anything."""
        name = self.shown(path)
        try:
            if not path.is_file():  # a folder, a pipe, a link that leads nowhere
                self.problems.add("CE114", at_file(name), path=name, reason="not a file")
            elif path.stat().st_size == 0:
                self.problems.add("CE105", at_file(name))
            else:
                path.open("rb").close()
                yield Found(path, name, kind)
        except OSError as error:
            self._unread(path, error)

    def _unread(self, path: Path, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or type(error).__name__
        self.problems.add("CE114", at_file(self.shown(path)), path=self.shown(path), reason=reason)
