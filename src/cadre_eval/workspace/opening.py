"""A workspace folder read whole: every problem of every file, or a workspace ready to assess."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from attrs import evolve, field, frozen

from cadre_eval.errors import Problems, RefusedInput, Source, Span, Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.dates import Days
from cadre_eval.model.people import District
from cadre_eval.model.periods import Period
from cadre_eval.model.records import Dossier
from cadre_eval.plugins.registry import Registry
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.ruleset.supervision import SupervisionDoc
from cadre_eval.supervision.on_record import OnRecord
from cadre_eval.workspace.documents import WorkspaceDoc
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.periods import FIRST, LAST, find_period, supervision_on
from cadre_eval.workspace.record_files import Progress, RecordFiles, no_progress
from cadre_eval.workspace.roster import Roster, read_roster
from cadre_eval.workspace.rulesets import merged_at
from cadre_eval.workspace.trust import CONFIG, Asked, asked_by


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
    on_record: OnRecord = OnRecord()
    """The records of supervision."""
    supervised: bool = False
    """Whether it keeps such records."""
    registries: Mapping[str, Registry] = field(factory=dict)
    """What the plugins bring, by the digest of the ruleset that names them."""

    def registry(self, rules: CompiledRuleset) -> Registry:
        return self.registries.get(rules.digest, Registry({}))

    def supervision_on(self, day: date) -> SupervisionDoc:
        """The supervision rules in force on a day; empty ones if there are none."""
        return supervision_on(self.rulesets, day)

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


def open_workspace(path: str | Path, progress: Progress = no_progress, jobs: int = 1) -> Workspace:
    """Reads a workspace.

    Args:
        progress: told what is done, how many are done, and of how many.
        jobs: processes that read many files at once, on Linux, in a program that runs nothing else beside.

    Raises:
        UsageError: ``path`` is not a folder with a ``cadre-eval.yaml``.
        RefusedInput: something in it cannot be used; carries every problem.
        PluginFailure: a plugin it names raised.
    """
    problems = Problems()
    workspace = load_workspace(path, problems, progress, jobs)
    problems.raise_if_any()
    if workspace is None:
        raise RefusedInput(problems)
    return workspace


def load_workspace(
    path: str | Path, problems: Problems, progress: Progress = no_progress, jobs: int = 1
) -> Workspace | None:
    """As ``open_workspace``, but the problems are added to ``problems``; None if even the configuration is unusable."""
    folder = folder_of(path)
    with collector_paused():
        return _Opening(folder, problems, progress, jobs).load()


def folder_of(path: str | Path) -> Folder:
    """The folder of a workspace. Raises UsageError."""
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
    return folder


@frozen(eq=False)
class RuledFolder:
    """A workspace of which only the configuration and the rules are read."""

    folder: Folder
    doc: WorkspaceDoc
    rulesets: tuple[CompiledRuleset, ...]


def load_rules(path: str | Path, problems: Problems) -> RuledFolder | None:
    """The configuration and the rules of a workspace; None with problems noted.

    Raises:
        UsageError: ``path`` is not a folder with a ``cadre-eval.yaml``.
    """
    opening = _Opening(folder_of(path), problems, no_progress)
    doc = opening.config()
    rulesets = None if doc is None else opening.rules(doc)
    return None if doc is None or rulesets is None else RuledFolder(opening.folder, doc, rulesets)


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
    def __init__(self, folder: Folder, problems: Problems, progress: Progress, jobs: int = 1) -> None:
        self.folder, self.problems, self.progress, self.jobs = folder, problems, progress, jobs
        self.reader = StrictReader()
        self.registries: dict[str, Registry] = {}

    def config(self) -> WorkspaceDoc | None:
        """``cadre-eval.yaml``; None with problems noted."""
        config = self.folder.resolve(CONFIG, Span(Source(CONFIG), 1, 1), self.problems)
        source = None if config is None else self.folder.read(config, self.problems)
        node = read_yaml(source, self.problems) if source else None
        return self.reader.read(node, WorkspaceDoc, self.problems) if node is not None else None

    def load(self) -> Workspace | None:
        doc = self.config()
        if doc is None or not self._has_records(doc):
            return None
        rulesets = self.rules(doc)
        records = RecordFiles(self.folder, self.reader, self.problems, self.progress, self.jobs)
        before = len(self.problems)
        roster = self._roster(doc)
        sound = roster is not None and len(self.problems) == before
        if rulesets is None:
            records.check_form(doc)
            return None
        if roster is None or not sound:
            # Dossiers are still held against the rules, but not against people the roster may have meant.
            nobody = Roster(District(doc.district.id, doc.district.name), known=False)
            records.dossiers(doc, rulesets, nobody)
            return None
        self._check_categories(roster, rulesets)
        self._check_targets(roster, rulesets)
        workspace = Workspace(self.folder, doc.workspace, doc.title or doc.workspace, rulesets, roster)
        dossiers = records.dossiers(doc, rulesets, roster)
        on_record = self._supervision(doc, rulesets, roster)
        return evolve(
            workspace,
            dossiers=dossiers,
            on_record=on_record,
            supervised=doc.supervision is not None,
            registries=self.registries,
        )

    def _has_records(self, doc: WorkspaceDoc) -> bool:
        """Whether there are a roster and dossiers to read. Raises UsageError where there are tables instead."""
        if doc.roster is not None and doc.records is not None:
            return True
        if doc.tables is not None:
            raise UsageError(
                Text(
                    "这个工作区的名册和档案是表格（tables）：用 cadre-eval bulk",
                    "the roster and the records of this workspace are tables: use cadre-eval bulk",
                )
            )
        for key in ("roster", "records"):
            if getattr(doc, key) is None:
                self.problems.add("CE203", doc.at.span, key=key)
        return False

    def _supervision(self, doc: WorkspaceDoc, rulesets: tuple[CompiledRuleset, ...], roster: Roster) -> OnRecord:
        if doc.supervision is None:
            self._check_unsupervised(doc, rulesets)
            return OnRecord()
        # The readers of a dozen sorts of file: a workspace without such records need not load them.
        from cadre_eval.workspace.supervision.files import read_supervision
        from cadre_eval.workspace.supervision.reading import Reading

        path = self.folder.resolve(doc.supervision, doc.at.value("supervision"), self.problems)
        reading = Reading(roster, rulesets, self.problems)
        return OnRecord() if path is None else read_supervision(self.folder, path, self.reader, reading)

    def _check_unsupervised(self, doc: WorkspaceDoc, rulesets: tuple[CompiledRuleset, ...]) -> None:
        """Facts that follow from records of supervision would be missing for ever. Transfers are in the roster."""
        derived = sorted({
            name for rules in rulesets for name, fact in rules.facts.items()
            if fact.from_ is not None and fact.from_.transfers is None
        })  # fmt: skip
        if derived:
            self.problems.add("CE708", doc.at.value("workspace"), facts=listed(derived))

    def rules(self, doc: WorkspaceDoc) -> tuple[CompiledRuleset, ...] | None:
        names = doc.ruleset if isinstance(doc.ruleset, tuple) else (doc.ruleset,)
        where = doc.at.value("ruleset")
        if not names:
            self.problems.add("CE202", where, expected=Text("考核办法文件", "a ruleset file"))
        asked = asked_by(doc, self.folder, self.problems)
        compiled = [self._ruleset(name, where, asked) for name in names]
        sound = [rules for rules in compiled if rules is not None]
        self._check_versions(sound, where)
        return tuple(sound) if len(sound) == len(names) and sound else None

    def _ruleset(self, name: str, where: Span, asked: Asked) -> CompiledRuleset | None:
        path = self.folder.resolve(name, where, self.problems)
        merged = None if path is None else merged_at(self.folder, path, self.problems, where, asked)
        rules = None if merged is None else merged.compiled(self.problems)
        if merged is not None and rules is not None:
            self.registries[rules.digest] = merged.registry
        return rules

    def _check_versions(self, rulesets: Sequence[CompiledRuleset], where: Span) -> None:
        """Two versions may not be in force for the same period."""
        for i, a in enumerate(rulesets):
            for b in rulesets[i + 1 :]:
                spans = [Days(r.effective_from or FIRST, r.effective_until or LAST) for r in (a, b)]
                shared = set(a.periods) & set(b.periods)
                if shared and spans[0].overlap(spans[1]) is not None:
                    self.problems.add("CE612", where, a=a.id, b=b.id, period=listed(shared))

    def _roster(self, doc: WorkspaceDoc) -> Roster | None:
        path = self.folder.resolve(doc.roster or "", doc.at.value("roster"), self.problems)
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
                if rules.categories:
                    span, what = roster.spans[f"{cadre.id}/category"], Text("人员类别", "category")
                    self.problems.known(cadre.category, rules.categories, span, what)

    def _check_targets(self, roster: Roster, rulesets: Sequence[CompiledRuleset]) -> None:
        """A target is agreed for a fact some version of the rules declares."""
        facts = sorted({fact for rules in rulesets for fact in rules.facts})
        periods = sorted({key for rules in rulesets for key in rules.periods})
        for posting in roster.postings.values():
            for name, agreed in posting.targets.items():
                for key in agreed if isinstance(agreed, Mapping) else ():
                    if posting.targets_span is not None:
                        self.problems.known(key, periods, posting.targets_span, Text("考核期", "period"))
                if name not in facts and posting.targets_span is not None:
                    fix, allowed = closest(name, facts), listed(facts)
                    self.problems.add("CE401", posting.targets_span, fix=fix, fact=name, allowed=allowed)
