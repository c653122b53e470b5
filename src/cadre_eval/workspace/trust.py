"""What a workspace says of plugins: those it loads, its own files, those it blocks, what it has locked."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.plugins.discovery import FOLDER, beside, locked, plugin_files
from cadre_eval.plugins.loading import Trust
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.workspace.documents import WorkspaceDoc
from cadre_eval.workspace.files import Folder

CONFIG = "cadre-eval.yaml"
LOCK = "plugins.lock"
MOST_SECONDS = 3600


@frozen(eq=False)
class Asked:
    """The plugins a workspace names, and what it says of all of them."""

    plugins: tuple[tuple[str, Span], ...] = ()
    trust: Trust = Trust()


def asked_by(doc: WorkspaceDoc, folder: Folder, problems: Problems) -> Asked:
    """What the configuration asks for; its ``plugins`` folder and lock are looked up."""
    where = [node.span for node in getattr(doc.at.node.values.get("plugins"), "items", ())]
    named = tuple(zip((str(requirement) for requirement in doc.plugins), where, strict=True))
    entries = [node.span for node in getattr(doc.at.node.values.get("blocked_plugins"), "items", ())]
    if not 1 <= doc.plugin_seconds <= MOST_SECONDS:
        limit = Text(f"在 1 到 {MOST_SECONDS} 之间", f"1 to {MOST_SECONDS}")
        problems.add("CE213", doc.at.value("plugin_seconds"), text=str(doc.plugin_seconds), limit=limit)
    trust = Trust(
        beside(_own_files(folder, problems), folder.label),
        dict(zip(doc.blocked_plugins, entries, strict=True)),
        _locked(folder, problems),
        min(max(doc.plugin_seconds, 1), MOST_SECONDS),
    )
    return Asked(named, trust)


def _own_files(folder: Folder, problems: Problems) -> list[Path]:
    """The files of the workspace's ``plugins`` folder; code from outside the workspace is not run."""
    return [path for path in plugin_files(folder.root / FOLDER) if folder.inside(path, problems)]


def _locked(folder: Folder, problems: Problems) -> dict[str, tuple[str, str]] | None:
    path = folder.root / LOCK
    if not path.exists() and not path.is_symlink():
        return None
    source = folder.read(path, problems) if folder.inside(path, problems) else None
    if source is None:
        return {}
    found, bad = locked(source.text)
    for number, line in bad:
        problems.add("CE511", Span(Source(source.name, source.text), number, 1, max(1, len(line))), text=line)
    return found


def read_config(folder: Folder, problems: Problems) -> tuple[WorkspaceDoc, Asked] | None:
    """A workspace's configuration, with what it says of plugins; None with the problems added."""
    source = folder.read(folder.root / CONFIG, problems)
    node = read_yaml(source, problems) if source else None
    doc = StrictReader().read(node, WorkspaceDoc, problems) if node is not None else None
    return None if doc is None else (doc, asked_by(doc, folder, problems))


def asked_around(path: Path) -> Asked:
    """What the workspace around a ruleset file says of plugins; nothing if there is none."""
    for home in path.parents:
        if (home / CONFIG).is_file():
            found = read_config(Folder(home), Problems())
            return Asked((), found[1].trust) if found is not None else Asked()
    return Asked()
