"""Reads files of a folder and nothing outside it; writes atomically."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import Any

from attrs import field, frozen

from cadre_eval.errors import Problems, Source, Span
from cadre_eval.errors.suggest import closest
from cadre_eval.reading.yaml_reader import MAX_BYTES, decode

SHIPPED = "cadre_eval/rulesets/"
"""How the places of shipped rulesets begin."""
YAML_ENDINGS = (".yaml", ".yml")


def _real(path: Path) -> Path:
    return path.resolve()


@frozen
class Folder:
    """A folder by its real path; ``label`` is put before the names people see."""

    root: Path = field(converter=_real)
    label: str = ""

    def shown(self, path: Path) -> str:
        """The name of a file as problems show it."""
        text, root = str(path), str(self.root) + os.sep
        below = text.removeprefix(root) if text.startswith(root) else str(path.relative_to(self.root))
        name = self.label + below.replace(os.sep, "/")
        return os.fsencode(name).decode("utf-8", "backslashreplace")

    def resolve(self, name: str, span: Span, problems: Problems, base: Path | None = None) -> Path | None:
        """The file or folder called ``name`` (relative to ``base``), if it lies inside; else a problem at ``span``."""
        pure = PurePosixPath(name)
        start = base or self.root
        if pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name:
            problems.add("CE113", span, path=name)
            return None
        try:
            path = (start / pure).resolve()
            exists = path.exists()
        except (OSError, RuntimeError, ValueError) as error:
            problems.add("CE114", span, path=name, reason=type(error).__name__)
            return None
        if not path.is_relative_to(self.root):
            problems.add("CE113", span, path=name)
            return None
        if not exists:
            problems.add("CE112", span, fix=self._similar(start / pure, name), path=name)
            return None
        return path

    def _similar(self, path: Path, name: str) -> str | None:
        folder = path.parent
        if not folder.is_dir() or not folder.resolve().is_relative_to(self.root):
            return None
        found = closest(path.name, [entry.name for entry in folder.iterdir()])
        return None if found is None else (PurePosixPath(name).parent / found).as_posix()

    def read(self, path: Path, problems: Problems, span: Span | None = None) -> Source | None:
        """The text of a file; None with a problem noted (at ``span``, or at the file itself)."""
        name = self.shown(path)

        def told(code: str, **args: Any) -> None:
            problems.add(code, span or Span(Source(name), 1, 1), **args)

        try:
            about = os.stat(path)
            if not S_ISREG(about.st_mode):
                told("CE114", path=name, reason="not a file")
                return None
            if about.st_size > MAX_BYTES:
                told("CE101", size=str(about.st_size), limit=str(MAX_BYTES))
                return None
            with open(path, "rb") as file:
                raw = file.read()
        except OSError as error:
            told("CE114", path=name, reason=error.strerror or type(error).__name__)
            return None
        return decode(name, raw, problems)

    def inside(self, path: Path, problems: Problems) -> bool:
        """Whether a file of the folder really lies in it; a link that leads out, or nowhere, is a problem."""
        where = Span(Source(self.shown(path)), 1, 1)
        try:
            if path.resolve(strict=True).is_relative_to(self.root):
                return True
            problems.add("CE113", where, path=self.shown(path))
        except (OSError, RuntimeError) as error:
            problems.add("CE114", where, path=self.shown(path), reason=type(error).__name__)
        return False

    def yaml_files(self, path: Path, problems: Problems) -> Iterator[Path]:
        """The file itself, or every YAML file below the folder, in the order of names; a link that leads out is a
        problem.
        """
        if not path.is_dir():
            yield path
            return
        found = []
        for here, folders, names in os.walk(path):
            folders[:] = [f for f in folders if not f.startswith(".")]
            found += [Path(here, n) for n in names if n.lower().endswith(YAML_ENDINGS) and not n.startswith(".")]
        for file in sorted(found, key=lambda f: f.relative_to(path).as_posix()):
            if not file.is_symlink() or self.inside(file, problems):  # the walk follows no link to a folder
                yield file


def shipped_rulesets() -> Folder:
    """The rulesets that travel with the package: inside it when installed, beside it in a checkout."""
    inside = Path(str(files("cadre_eval"))) / "rulesets"
    beside = Path(str(files("cadre_eval"))).parents[1] / "rulesets"
    return Folder(inside if inside.is_dir() else beside, SHIPPED)


def _umask() -> int:
    """How private the user wants files to be."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def write_atomically(path: Path, content: bytes) -> None:
    """The whole file or nothing: written beside, flushed, then put in place.

    Raises:
        OSError: the file cannot be written; an older one is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
