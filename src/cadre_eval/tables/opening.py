"""A workspace whose records are tables: ``cadre-eval.yaml`` with ``tables:`` in place of roster and records."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import frozen

from cadre_eval.errors import Problems, RefusedInput, Span, Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.tables.aligned import Source
from cadre_eval.tables.columns_of import TABLES
from cadre_eval.tables.faults import at_file
from cadre_eval.tables.files import TableFiles, open_tables
from cadre_eval.tables.finding import READABLE, SUFFIXES, kind_of
from cadre_eval.workspace.opening import RuledFolder, load_rules
from cadre_eval.workspace.periods import find_period

SHORT = 3
"""A folder with so short a name resembles anything."""


@frozen(eq=False)
class TableFolder:
    """A workspace of tables. Each table is a file or folder called by its name; those in a folder called by a period are of
    that period only.
    """

    ruled: RuledFolder
    root: Path
    place: Span
    problems: Problems

    def period(self, period: str) -> tuple[CompiledRuleset, PeriodPlan, Period]:
        """The rules in force in a period. Raises UsageError."""
        found = find_period(self.ruled.rulesets, period)
        if found is not None:
            return found
        parts = split_period_id(period)
        keys = {key for rules in self.ruled.rulesets for key in rules.periods}
        if parts is not None and parts[1] in keys:
            raise UsageError(Text(f"{period} 没有施行中的考核办法", f"no ruleset is in force in {period}"))
        known = {f"{parts[0] if parts else 2025}-{key}" for key in keys}
        near = closest(period, known)
        zh = f"；是不是 {near}？" if near else f"；例如 {listed(known)}"
        en = f"; did you mean {near}?" if near else f"; such as {listed(known)}"
        raise UsageError(Text(f"没有考核期 {period}{zh}", f"there is no period {period}{en}"))

    def has(self, period: str) -> bool:
        """Whether there are tables of just this period."""
        return (self.root / period).is_dir()

    def tables(self, period: str) -> dict[str, Source]:
        """The tables of a period.

        Raises:
            RefusedInput: one of them cannot be read, there is no roster, or a file is called by no table's name.
        """
        found: dict[str, Source] = {}
        named = self._named(self.root) | self._named(self.root / period)
        for name in (name for name in TABLES if name in named):
            source = open_tables([named[name]], self.problems, self.place, self.shown)
            if source is not None:
                found[name] = source
        self.problems.raise_if_any()
        if "roster" not in found:
            self.problems.add("CE824", self.place, folder=self.shown(self.root), allowed=listed(TABLES))
            self.problems.raise_if_any()
        return found

    def _named(self, folder: Path) -> dict[str, Path]:
        """The tables in a folder. None is passed over for a slip in its name, nor one of two that would be the same."""
        found: dict[str, Path] = {}
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name, place = self._table_name(path), at_file(self.shown(path))
            if name in TABLES and path.is_file() and kind_of(path) is None:
                self.problems.add("CE802", place, path=self.shown(path), allowed=READABLE)
            elif name is not None and name not in TABLES:
                self.problems.add("CE825", place, fix=closest(name, TABLES), name=name, allowed=listed(TABLES))
            elif name in found:
                self.problems.add("CE826", place, table=name, other=self.shown(found[name]))
            elif name is not None:
                found[name] = path
        return found

    def _table_name(self, path: Path) -> str | None:
        """The table a file or folder is called by, or seems meant for; None for what is nothing of the kind."""
        name = path.name
        if name.startswith("."):
            return None
        if path.is_dir():
            is_own = not self._is_period(name) and (_resembles_table(name) or _holds_tables(path))
            return name if name in TABLES or is_own else None
        stem = next((name[: -len(suffix)] for suffix in SUFFIXES if name.lower().endswith(suffix)), None)
        first = name.partition(".")[0]
        return stem or (first if _resembles_table(first) else None)

    def _is_period(self, name: str) -> bool:
        parts = split_period_id(name)
        return parts is not None and any(parts[1] in rules.periods for rules in self.ruled.rulesets)

    def shown(self, path: Path) -> str:
        folder = self.ruled.folder
        return folder.shown(path) if path.is_relative_to(folder.root) else path.name


def _resembles_table(name: str) -> bool:
    return name in TABLES or (len(name) > SHORT and closest(name, TABLES) is not None)


def _holds_tables(folder: Path) -> bool:
    """Whether a folder holds a file called by a table's name."""
    with suppress(OSError):
        return any(path.name.partition(".")[0] in TABLES for path in folder.iterdir())
    return False


def open_table_folder(path: str | Path) -> TableFolder:
    """Opens a workspace of tables.

    Raises:
        UsageError: it is no workspace, or it names no tables.
        RefusedInput: its configuration or rules cannot be used.
    """
    problems = Problems()
    ruled = load_rules(path, problems)
    problems.raise_if_any()
    if ruled is None:
        raise RefusedInput(problems)
    if ruled.doc.tables is None:
        raise UsageError(
            Text(
                "cadre-eval.yaml 没有写 tables（表格文件夹）；名册和档案是 YAML 的，用 cadre-eval assess",
                "cadre-eval.yaml names no 'tables' folder; where roster and records are YAML, use cadre-eval assess",
            )
        )
    place = ruled.doc.at.value("tables")
    root = ruled.folder.resolve(ruled.doc.tables, place, problems)
    problems.raise_if_any()
    assert root is not None, "a folder that is not there is a problem"
    return TableFolder(ruled, root, place, problems)


def fingerprint(sources: Mapping[str, Source]) -> dict[str, Any]:
    """What tells the files of one run from those of another: names, sizes, times."""
    found: dict[str, Any] = {}
    for name, source in sorted(sources.items()):
        if isinstance(source, TableFiles):
            stamps = {part.path: part.stamp for part in source.parts()}
            found[name] = sorted([str(path), stamp.size, stamp.changed] for path, stamp in stamps.items())
    return found
