"""The files below a workspace's records folder: dossiers, and ballot sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.errors.suggest import listed
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Dossier
from cadre_eval.reading.nodes import MapNode, scalar_at
from cadre_eval.reading.settings import Place
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.eligibility import by_length
from cadre_eval.workspace.apart import in_order
from cadre_eval.workspace.documents import DossierDoc, SheetDoc, WorkspaceDoc
from cadre_eval.workspace.dossiers import DossierReader
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.periods import named_period
from cadre_eval.workspace.roster import Roster
from cadre_eval.workspace.shapes import Shapes, shapes_of
from cadre_eval.workspace.sheets import Filled, check_copies, read_sheet, with_sheets

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, how many there are."""


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@frozen(eq=False)
class OneDossier:
    """A dossier that was read, by posting and period, and where it is named."""

    key: tuple[str, str]
    dossier: Dossier
    place: Span


Entry: TypeAlias = OneDossier | Filled


class RecordFiles:
    """Reads the record files of a workspace."""

    def __init__(
        self, folder: Folder, reader: StrictReader, problems: Problems, progress: Progress, jobs: int = 1
    ) -> None:
        self.folder, self.reader, self.problems, self.progress, self.jobs = folder, reader, problems, progress, jobs
        self.seen: dict[tuple[str, str], Span] = {}
        self.shapes: dict[PeriodPlan, Shapes] = {}

    def files(self, doc: WorkspaceDoc) -> list[Path]:
        path = self.folder.resolve(doc.records or "", doc.at.value("records"), self.problems)
        return [] if path is None else list(self.folder.yaml_files(path, self.problems))

    def check_form(self, doc: WorkspaceDoc) -> None:
        """Without rules or roster a dossier can still be checked for its form."""
        for file in self.files(doc):
            source = self.folder.read(file, self.problems)
            node = read_yaml(source, self.problems) if source else None
            if node is not None:
                is_sheet = isinstance(node, MapNode) and "sheet" in node.keys
                self.reader.read(node, SheetDoc if is_sheet else DossierDoc, self.problems)

    def dossiers(
        self, doc: WorkspaceDoc, rulesets: Sequence[CompiledRuleset], roster: Roster
    ) -> dict[tuple[str, str], Dossier]:
        """Every dossier by posting and period, with the marks of the ballot sheets."""
        files = self.files(doc)
        found: dict[tuple[str, str], Dossier] = {}
        sheets: list[Filled] = []

        def read_fast(file: Path) -> Entry | None:
            return self._read_fast(file, rulesets, roster)

        every: Iterator[tuple[Path, Entry | None]] = in_order(files, read_fast, self.jobs)
        for count, (file, read) in enumerate(every, 1):
            entry = read or self._read_again(file, rulesets, roster)
            if isinstance(entry, Filled):
                sheets.append(entry)
            elif entry is not None and self._is_first(entry):
                found[entry.key] = entry.dossier
            self.progress("read", count, len(files))
        check_copies(sheets, self.problems)
        return with_sheets(found, sheets)

    def _read_fast(self, file: Path, rulesets: Sequence[CompiledRuleset], roster: Roster) -> Entry | None:
        """A file without any problem."""
        trial = Problems()
        source = self.folder.read(file, trial)
        entry = self._read_with(source, rulesets, roster, trial, None) if source else None
        return None if trial else entry

    def _read_again(self, file: Path, rulesets: Sequence[CompiledRuleset], roster: Roster) -> Entry | None:
        """A file that gave nothing, or that another process has not read. One with any problem is read by the reader that
        places it best.
        """
        source = self.folder.read(file, self.problems)
        if source is None:
            return None
        trial = Problems()
        entry = self._read_with(source, rulesets, roster, trial, None)
        return self._read_with(source, rulesets, roster, self.problems, "ruamel") if trial else entry

    def _read_with(
        self,
        source: Source,
        rulesets: Sequence[CompiledRuleset],
        roster: Roster,
        problems: Problems,
        reader: Literal["ruamel"] | None,
    ) -> Entry | None:
        node = read_yaml(source, problems, reader)
        if isinstance(node, MapNode) and "sheet" in node.keys:
            sheet = self.reader.read(node, SheetDoc, problems)
            rules = None if sheet is None else self._rules_of(sheet, rulesets, problems)
            return None if sheet is None or rules is None else read_sheet(sheet, *rules, roster, problems)
        doc = None if node is None else self.reader.read_what_can_be(node, DossierDoc, problems)
        if doc is None or not isinstance(node, MapNode):
            return None
        found = self._rules_of(doc, rulesets, problems)
        if found is None:
            return None
        compiled, plan, period = found
        for name in doc.facts:
            if name in compiled.facts and compiled.facts[name].from_ is not None:
                problems.add("CE703", doc.at.entry("facts", name), fact=name)
        posting = self._posting_of(doc, period, roster, problems)
        shapes = self.shapes[plan] = self.shapes.get(plan) or shapes_of(plan)
        dossier = DossierReader(compiled, plan, self.reader, problems, shapes).read(doc, period.id)
        if posting is None:
            return None
        named = scalar_at(node, "dossier")
        return OneDossier((posting.id, period.id), dossier, node.span if named is None else named.span)

    def _is_first(self, entry: OneDossier) -> bool:
        """Whether there is no other dossier of the posting in the period."""
        first = self.seen.setdefault(entry.key, entry.place)
        if first is not entry.place:
            self.problems.add("CE610", entry.place, also=[(Text("另一份", "the other one"), first)])
        return first is entry.place

    def _rules_of(
        self, doc: DossierDoc | SheetDoc, rulesets: Sequence[CompiledRuleset], problems: Problems
    ) -> tuple[CompiledRuleset, PeriodPlan, Period] | None:
        return named_period(rulesets, doc.period, doc.at.value("period"), problems)

    def _posting_of(self, doc: DossierDoc, period: Period, roster: Roster, problems: Problems) -> Posting | None:
        at = doc.at
        if not roster.known:
            return None
        if not problems.known(
            doc.dossier, roster.cadres, at.value("dossier"), Text("驻村干部", "cadre"), guess=False
        ):
            return None
        return posting_meant(doc.dossier, doc.posting, at, "dossier", period, roster, problems)


def posting_meant(
    cadre: str, named: str | None, at: Place, key: str, period: Period, roster: Roster, problems: Problems
) -> Posting | None:
    """The posting of a known cadre in a period that a record is about: the one it names (under ``posting``), or the only
    one; else a problem under ``key``, where the cadre is named.
    """
    touching = {posting.id: posting for posting in by_length(roster.postings_of(cadre), period.days)}
    where, name = at.value(key), roster.cadres[cadre].name
    if not touching:
        problems.add("CE608", where, cadre=name, period=period.id)
    elif named is not None:
        problems.known(named, touching, at.value("posting"), Text("本期的派驻", "posting in the period"))
        return touching.get(named)
    elif len(touching) > 1:
        problems.add("CE609", where, cadre=name, period=period.id, allowed=listed(touching))
    else:
        return next(iter(touching.values()))
    return None
