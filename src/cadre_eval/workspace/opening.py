"""A workspace folder read whole: every problem of every file, or a workspace ready to assess."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from attrs import field, frozen

from cadre_eval.errors import Problems, RefusedInput, Source, Span, Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.dates import Days
from cadre_eval.model.people import District
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Dossier
from cadre_eval.reading.nodes import MapNode, scalar_at
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.eligibility import by_length
from cadre_eval.workspace.documents import DossierDoc, WorkspaceDoc
from cadre_eval.workspace.dossiers import DossierReader
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.roster import Roster, read_roster
from cadre_eval.workspace.rulesets import compiled_at

CONFIG = "cadre-eval.yaml"
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, how many there are."""


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@frozen(eq=False)
class Workspace:
    """A district's folder: rules, roster and dossiers, all sound.

    ``dossiers`` is by posting id and period id.
    """

    folder: Folder
    id: str  # noqa: A003
    title: str
    rulesets: tuple[CompiledRuleset, ...]
    roster: Roster
    dossiers: Mapping[tuple[str, str], Dossier] = field(factory=dict)

    def period_ids(self) -> list[str]:
        """The periods anything is recorded for."""
        return sorted({period for _, period in self.dossiers})

    def period(self, period_id: str) -> tuple[CompiledRuleset, PeriodPlan, Period]:
        """The rules in force in a period.

        Raises:
            UsageError: no ruleset has such a period, or none is in force in it.
        """
        found = find_period(self.rulesets, period_id)
        if found is not None:
            return found
        known = self.period_ids() or [f"2025-{key}" for rules in self.rulesets for key in rules.periods]
        fix = closest(period_id, known)
        meant = (
            f"；是不是 {fix}？" if fix else f"；例如 {listed(known)}",
            f"; did you mean {fix}?" if fix else f"; such as {listed(known)}",
        )
        raise UsageError(Text(f"没有考核期 {period_id}{meant[0]}", f"there is no period {period_id}{meant[1]}"))


def make_period(plan: PeriodPlan, year: int) -> Period:
    """The period of a plan in a year."""
    days = Days(plan.first.in_year(year - plan.years + 1), plan.last.in_year(year))
    return Period(plan.key, year, plan.kind, days, plan.title)


def find_period(
    rulesets: Sequence[CompiledRuleset], period_id: str
) -> tuple[CompiledRuleset, PeriodPlan, Period] | None:
    """The rules in force at the end of the period, or None."""
    parts = split_period_id(period_id)
    if parts is None:
        return None
    year, key = parts
    for rules in rulesets:
        plan = rules.periods.get(key)
        if plan is None or year - plan.years < 0:
            continue
        period = make_period(plan, year)
        if (rules.effective_from or FIRST) <= period.days.last <= (rules.effective_until or LAST):
            return rules, plan, period
    return None


def open_workspace(path: str | Path, progress: Progress = no_progress) -> Workspace:
    """Reads a workspace.

    Raises:
        UsageError: ``path`` is not a folder with a ``cadre-eval.yaml``.
        RefusedInput: something in it cannot be used; carries every problem.
        PluginFailure: a plugin it names raised.
    """
    problems = Problems()
    workspace = load_workspace(path, problems, progress)
    problems.raise_if_any()
    if workspace is None:
        raise RefusedInput(problems)
    return workspace


def load_workspace(path: str | Path, problems: Problems, progress: Progress = no_progress) -> Workspace | None:
    """As ``open_workspace``, but the problems are added to ``problems``; None if even the configuration is unusable."""
    path = Path(path)
    path = path.parent if path.name == CONFIG else path
    try:
        folder = Folder(path)
        found = (folder.root / CONFIG).is_file()
    except (OSError, RuntimeError, ValueError):
        found = False
    if not found:
        raise UsageError(
            Text(
                f"{path} 不是工作区：没有 {CONFIG}（新建用 cadre-eval init）",
                f"{path} is not a workspace: it has no {CONFIG} (cadre-eval init makes one)",
            )
        )
    with collector_paused():
        return _Opening(folder, problems, progress).load()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Thousands of small records stay alive through a run: the garbage collector would only walk them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Opening:
    def __init__(self, folder: Folder, problems: Problems, progress: Progress) -> None:
        self.folder, self.problems, self.progress = folder, problems, progress
        self.reader = StrictReader()
        self.readers: dict[tuple[str, str], DossierReader] = {}
        self.seen: dict[tuple[str, str], Span] = {}

    def load(self) -> Workspace | None:
        config = self.folder.resolve(CONFIG, Span(Source(CONFIG), 1, 1), self.problems)
        source = None if config is None else self.folder.read(config, self.problems)
        node = read_yaml(source, self.problems) if source else None
        doc = self.reader.read(node, WorkspaceDoc, self.problems) if node is not None else None
        if doc is None:
            return None
        rulesets = self._rulesets(doc)
        before = len(self.problems)
        roster = self._roster(doc)
        sound = roster is not None and len(self.problems) == before
        if rulesets is None:
            self._syntax_of_records(doc)
            return None
        if roster is None or not sound:
            # Dossiers are still held against the rules, but not against people the roster may have meant.
            nobody = Roster(District(doc.district.id, doc.district.name), known=False)
            self._dossiers(doc, Workspace(self.folder, doc.workspace, doc.title or doc.workspace, rulesets, nobody))
            return None
        self._check_categories(roster, rulesets)
        self._check_targets(roster, rulesets)
        workspace = Workspace(self.folder, doc.workspace, doc.title or doc.workspace, rulesets, roster)
        dossiers = self._dossiers(doc, workspace)
        return Workspace(self.folder, workspace.id, workspace.title, rulesets, roster, dossiers)

    def _rulesets(self, doc: WorkspaceDoc) -> tuple[CompiledRuleset, ...] | None:
        names = doc.ruleset if isinstance(doc.ruleset, tuple) else (doc.ruleset,)
        where = doc.at.value("ruleset")
        if not names:
            self.problems.add("CE202", where, expected=Text("考核办法文件", "a ruleset file"))
        plugins = [(name, doc.at.value("plugins")) for name in doc.plugins]
        compiled = []
        for name in names:
            path = self.folder.resolve(name, where, self.problems)
            rules = None if path is None else compiled_at(self.folder, path, self.problems, where, plugins)
            compiled.append(rules)
        sound = [rules for rules in compiled if rules is not None]
        self._check_versions(sound, where)
        return tuple(sound) if len(sound) == len(names) and sound else None

    def _check_versions(self, rulesets: Sequence[CompiledRuleset], where: Span) -> None:
        """Two versions may not be in force for the same period."""
        for i, a in enumerate(rulesets):
            for b in rulesets[i + 1 :]:
                spans = [Days(r.effective_from or FIRST, r.effective_until or LAST) for r in (a, b)]
                shared = set(a.periods) & set(b.periods)
                if shared and spans[0].overlap(spans[1]) is not None:
                    self.problems.add("CE612", where, a=a.id, b=b.id, period=listed(shared))

    def _roster(self, doc: WorkspaceDoc) -> Roster | None:
        path = self.folder.resolve(doc.roster, doc.at.value("roster"), self.problems)
        if path is None:
            return None
        before = len(self.problems)
        sources = [
            s
            for file in self.folder.yaml_files(path, self.problems)
            if (s := self.folder.read(file, self.problems)) is not None
        ]
        if not sources and len(self.problems) == before:
            self.problems.add("CE112", doc.at.value("roster"), path=f"{doc.roster}/*.yaml")
        district = District(doc.district.id, doc.district.name)
        return read_roster(sources, district, self.reader, self.problems)

    def _check_categories(self, roster: Roster, rulesets: Sequence[CompiledRuleset]) -> None:
        for rules in rulesets:
            for cadre in roster.cadres.values():
                if rules.categories and cadre.category not in rules.categories:
                    span = roster.spans[f"{cadre.id}/category"]
                    fix = closest(cadre.category, rules.categories)
                    what, allowed = Text("人员类别", "category"), listed(rules.categories)
                    self.problems.add("CE421", span, fix=fix, name=cadre.category, what=what, allowed=allowed)

    def _check_targets(self, roster: Roster, rulesets: Sequence[CompiledRuleset]) -> None:
        """A target is agreed for a fact some version of the rules declares."""
        facts = sorted({fact for rules in rulesets for fact in rules.facts})
        periods = sorted({key for rules in rulesets for key in rules.periods})
        for posting in roster.postings.values():
            for name, agreed in posting.targets.items():
                for key in agreed if isinstance(agreed, Mapping) else ():
                    if key not in periods and posting.targets_span is not None:
                        fix, allowed, what = closest(key, periods), listed(periods), Text("考核期", "period")
                        self.problems.add(
                            "CE421", posting.targets_span, fix=fix, name=key, what=what, allowed=allowed
                        )
                if name not in facts and posting.targets_span is not None:
                    fix, allowed = closest(name, facts), listed(facts)
                    self.problems.add("CE401", posting.targets_span, fix=fix, fact=name, allowed=allowed)

    def _record_files(self, doc: WorkspaceDoc) -> list[Path]:
        path = self.folder.resolve(doc.records, doc.at.value("records"), self.problems)
        return [] if path is None else list(self.folder.yaml_files(path, self.problems))

    def _syntax_of_records(self, doc: WorkspaceDoc) -> None:
        """Without rules or roster a dossier can still be checked for its form."""
        for file in self._record_files(doc):
            source = self.folder.read(file, self.problems)
            node = read_yaml(source, self.problems) if source else None
            if node is not None:
                self.reader.read(node, DossierDoc, self.problems)

    def _dossiers(self, doc: WorkspaceDoc, workspace: Workspace) -> dict[tuple[str, str], Dossier]:
        files = self._record_files(doc)
        found = {}
        for count, file in enumerate(files, 1):
            source = self.folder.read(file, self.problems)
            entry = self._dossier(source, workspace) if source else None
            if entry is not None:
                found[entry[0]] = entry[1]
            self.progress("read", count, len(files))
        return found

    def _dossier(self, source: Source, workspace: Workspace) -> tuple[tuple[str, str], Dossier] | None:
        """One file. Read fast first; a file with any problem is read again by the reader that places it best."""
        trial = Problems()
        entry = self._dossier_with(source, workspace, trial, None)
        if trial:
            entry = self._dossier_with(source, workspace, self.problems, "ruamel")
        return entry

    def _dossier_with(
        self, source: Source, workspace: Workspace, problems: Problems, reader: str | None
    ) -> tuple[tuple[str, str], Dossier] | None:
        node = read_yaml(source, problems, "ruamel" if reader else None)
        if node is None:
            return None
        doc = self.reader.read_what_can_be(node, DossierDoc, problems)
        if doc is None or not isinstance(node, MapNode):
            return None
        rules = self._rules_of(doc, workspace, problems)
        if rules is None:
            return None
        compiled, plan, period = rules
        posting = self._posting_of(doc, period, workspace, problems)
        dossier = DossierReader(compiled, plan, self.reader, problems).read(doc, period.id)
        if posting is None:
            return None
        return self._unique(posting, period, dossier, node, problems)

    def _unique(
        self, posting: Posting, period: Period, dossier: Dossier, node: MapNode, problems: Problems
    ) -> tuple[tuple[str, str], Dossier] | None:
        key = (posting.id, period.id)
        name = scalar_at(node, "dossier")
        span = name.span if name is not None else node.span
        first = self.seen.get(key)
        if first is not None and first != span:
            problems.add("CE610", span, also=[(Text("另一份", "the other one"), first)])
            return None
        self.seen[key] = span
        return key, dossier

    def _rules_of(
        self, doc: DossierDoc, workspace: Workspace, problems: Problems
    ) -> tuple[CompiledRuleset, PeriodPlan, Period] | None:
        found = find_period(workspace.rulesets, doc.period)
        if found is None:
            keys = sorted({key for rules in workspace.rulesets for key in rules.periods})
            parts = split_period_id(doc.period)
            where = doc.at.value("period")
            if parts is not None and parts[1] in keys:
                problems.add("CE611", where, period=doc.period)
            else:
                near = closest(parts[1] if parts else doc.period, keys)
                fix = f"{parts[0]}-{near}" if parts and near else None
                allowed = listed(f"2025-{key}" for key in keys)
                problems.add("CE607", where, fix=fix, period=doc.period, allowed=allowed)
        return found

    def _posting_of(
        self, doc: DossierDoc, period: Period, workspace: Workspace, problems: Problems
    ) -> Posting | None:
        roster, at = workspace.roster, doc.at
        if not roster.known:
            return None
        if doc.dossier not in roster.cadres:
            fix, allowed = closest(doc.dossier, roster.cadres), listed(roster.cadres)
            what = Text("驻村干部", "cadre")
            problems.add("CE421", at.value("dossier"), fix=fix, name=doc.dossier, what=what, allowed=allowed)
            return None
        cadre = roster.cadres[doc.dossier]
        touching = by_length(roster.postings_of(doc.dossier), period.days)
        if not touching:
            problems.add("CE608", at.value("dossier"), cadre=cadre.name, period=period.id)
            return None
        if doc.posting is None and len(touching) == 1:
            return touching[0]
        ids = [p.id for p in touching]
        if doc.posting is None:
            problems.add("CE609", at.value("dossier"), cadre=cadre.name, period=period.id, allowed=listed(ids))
            return None
        if doc.posting not in ids:
            what = Text("本期的派驻", "posting in the period")
            fix = closest(doc.posting, ids)
            problems.add("CE421", at.value("posting"), fix=fix, name=doc.posting, what=what, allowed=listed(ids))
            return None
        return next(p for p in touching if p.id == doc.posting)
