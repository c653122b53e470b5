"""Where plugins come from: installed distributions, and single files in a workspace's ``plugins/`` folder. Nothing is loaded
here.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from attrs import frozen

GROUP = "cadre_eval"
FOLDER = "plugins"
_VERSION = re.compile(
    rb"""^__version__(\s*:\s*\w+)?[ \t]*=[ \t]*(?P<quote>["'])(?P<version>\w[\w.+!-]{0,63})(?P=quote)[ \t]*(\#.*)?\r?$""",
    re.MULTILINE,
)


@frozen(eq=False)
class Found:
    """A plugin that could be loaded: ``origin`` is the distribution or the file people see.

    ``files`` are what its digest is made of; ``load`` gives the module or object with its hooks.
    """

    name: str
    version: str
    origin: str
    files: Callable[[], Sequence[tuple[str, bytes]]]
    load: Callable[[Sequence[tuple[str, bytes]]], object]


def digest_of(files: Sequence[tuple[str, bytes]]) -> str:
    """SHA-256 over names and contents, in the order of names."""
    whole = hashlib.sha256()
    for name, content in sorted(files):
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def installed() -> Mapping[str, list[Found]]:
    """The installed plugins by name; a name that several distributions claim has several."""
    found: dict[str, list[Found]] = {}
    points = sorted(entry_points(group=GROUP), key=lambda p: (p.name, _distribution(p), p.value))
    for point in points:
        own = found.setdefault(point.name, [])
        if all(other.origin != _distribution(point) for other in own):  # found twice on the same path
            own.append(_installed(point))
    return found


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value


def _installed(point: EntryPoint) -> Found:
    version = point.dist.version if point.dist is not None else "0"
    return Found(point.name, version, _distribution(point), lambda: _package_files(point), lambda _: point.load())


def _package_files(point: EntryPoint) -> list[tuple[str, bytes]]:
    """All files of the top package or module the entry point names, without what Python made of them."""
    top = point.value.split(":")[0].strip().split(".")[0]
    spec = find_spec(top)
    if spec is None:
        return []
    if spec.submodule_search_locations is None:
        return [(Path(spec.origin).name, Path(spec.origin).read_bytes())] if spec.origin else []
    found = []
    for home in sorted(spec.submodule_search_locations):
        for path in sorted(p for p in Path(home).rglob("*") if p.is_file()):
            name = path.relative_to(home).as_posix()
            if "__pycache__" not in path.parts and path.suffix != ".pyc":
                found.append((f"{top}/{name}", path.read_bytes()))
    return found


def beside(files: Iterable[Path], label: str = "") -> Mapping[str, list[Found]]:
    """The single files of a ``plugins`` folder, by name: ``unit_rules.py`` is ``unit-rules``."""
    found: dict[str, list[Found]] = {}
    for path in files:
        shown = f"{label}{FOLDER}/{path.name}"
        name = path.stem.replace("_", "-")
        found.setdefault(name, []).append(_single(name, path, shown))
    return found


def plugin_files(folder: Path) -> Iterator[Path]:
    """The files below that may hold a plugin, in the order of names."""
    if folder.is_dir():
        yield from sorted(
            p for p in folder.glob("*.py") if (p.is_file() or p.is_symlink()) and not p.name.startswith(("_", "."))
        )


def _single(name: str, path: Path, shown: str) -> Found:
    def files() -> list[tuple[str, bytes]]:
        return [(path.name, path.read_bytes())]

    def load(read: Sequence[tuple[str, bytes]]) -> ModuleType:
        """The module, from the very bytes its digest was made of."""
        content = read[0][1]
        module = ModuleType(f"cadre_eval_plugins.{path.stem}_{digest_of(read)[:12]}")
        module.__file__ = str(path)
        sys.modules[module.__name__] = module  # type hints of its records are looked up there
        code = compile(content, shown, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # a plugin is code the district trusts
        return module

    return Found(name, _version_in(path), shown, files, load)


def _version_in(path: Path) -> str:
    """``__version__ = "1.2"`` of a single file, read without running it, even if it cannot be run; 0 if there is none."""
    with suppress(OSError):
        found = _VERSION.search(path.read_bytes())
        return found["version"].decode() if found else "0"
    return "0"


def locked(text: str) -> tuple[dict[str, tuple[str, str]], list[tuple[int, str]]]:
    """``plugins.lock``: version and digest by name; and the lines that cannot be read, with their numbers."""
    found: dict[str, tuple[str, str]] = {}
    bad = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 3 or len(words[2]) != 64 or words[0] in found:
            bad.append((number, line.strip()))
        else:
            found[words[0]] = (words[1], words[2])
    return found, bad


def lock_text(plugins: Sequence[tuple[str, str, str]]) -> str:
    """The lines of ``plugins.lock`` for name, version and digest of each plugin."""
    head = "# name version sha256; made by cadre-eval plugins --lock\n"
    return head + "".join(f"{name} {version} {digest}\n" for name, version, digest in sorted(plugins))
