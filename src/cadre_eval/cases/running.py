"""Runs the cases of a ruleset: each is a tiny district, assessed like a real one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from attrs import field, frozen

from cadre_eval.cases.documents import CaseDoc, CaseFileDoc, MemberDoc, PersonDoc
from cadre_eval.cases.expectations import Mismatch, compare, compare_places
from cadre_eval.cases.inputs import CaseInput, case_inputs, merge_nodes
from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.cases.proposed import compare_measures, compare_proposals
from cadre_eval.cases.refusals import compare_refusal, refusal_expected
from cadre_eval.cases.supervised import files_of
from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.people import Cadre, Host, SendingUnit, Township
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.model.postings import RELATIONS, Posting, Relation, Transfer
from cadre_eval.model.records import Dossier
from cadre_eval.plugins.proposing import with_proposals
from cadre_eval.plugins.registry import Registry
from cadre_eval.reading.nodes import MapNode
from cadre_eval.reading.settings import setting_names
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.assess import assess_period
from cadre_eval.scoring.eligibility import Entrant
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.workspace.dossiers import DossierReader
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.periods import make_period
from cadre_eval.workspace.rulesets import Merged, merged_at
from cadre_eval.workspace.sheets import Filled, check_copies, read_ballots, with_sheets

ONLY = "case"
DISTRICT = frozenset({"district"})


def case_files(folder: Folder, path: Path, problems: Problems) -> list[Path]:
    """The case files below a path, or beside a ruleset file."""
    if path.is_file() and not path.name.endswith(".case.yaml"):
        beside = path.with_name(f"{path.name.removesuffix('.yaml')}.case.yaml")
        return [beside] if beside.is_file() else []
    return [file for file in folder.yaml_files(path, problems) if file.name.endswith(".case.yaml")]


@frozen(eq=False)
class CaseFile:
    """A file of cases, with the merged ruleset they are for and the same compiled."""

    source: Source
    doc: CaseFileDoc
    merged: Merged
    rules: CompiledRuleset
    reader: StrictReader = field(factory=StrictReader, repr=False)

    def cases(self, problems: Problems) -> Iterator[CaseInput]:
        """The cases, each with the input it is laid on."""
        return case_inputs(self.doc, problems)

    def run(self, problems: Problems, only: str = "", rules: CompiledRuleset | None = None) -> Iterator[CaseOutcome]:
        """Runs the cases whose name contains ``only``, under other ``rules`` if given."""
        for case in self.cases(problems):
            if only in case.title:
                yield self.outcome(case, rules)

    def outcome(self, case: CaseInput, rules: CompiledRuleset | None = None) -> CaseOutcome:
        """Runs one case."""
        found, node, name = Problems(case.problems), case.node, self.source.name
        if found:
            return CaseOutcome(name, case.title, case.span, (), found)
        doc = self.reader.read(node, CaseDoc, found)
        refusal = refusal_expected(node, self.reader)
        run = None
        if doc is not None:
            run = _Case(doc, node, rules or self.rules, self.merged.registry, self.reader, found)
        if refusal is None:
            mismatches = () if run is None else tuple(run.run())
        else:
            if run is not None:
                run.check_input()
            problems, found = found, Problems()
            mismatches = tuple(compare_refusal(refusal, node, problems, found))
        results = None if run is None else run.found
        places = None if doc is None else doc.places
        return CaseOutcome(name, case.title, case.span, mismatches, found, results, places)


def open_case_file(folder: Folder, path: Path, problems: Problems) -> CaseFile | None:
    """The cases of a file with the ruleset they are for; None with the problems added."""
    source = folder.read(path, problems)
    node = read_yaml(source, problems) if source else None
    doc = StrictReader().read(node, CaseFileDoc, problems) if node is not None else None
    if doc is None or source is None:
        return None
    where = doc.at.value("cases_for")
    ruleset = folder.resolve(doc.cases_for, where, problems, path.parent)
    merged = None if ruleset is None else merged_at(folder, ruleset, problems, where)
    rules = None if merged is None else merged.compiled(problems)
    return None if merged is None or rules is None else CaseFile(source, doc, merged, rules)


def run_case_file(folder: Folder, path: Path, problems: Problems, only: str = "") -> Iterator[CaseOutcome]:
    """Runs the cases of a file whose name contains ``only``. Problems with the file or its ruleset are added."""
    file = open_case_file(folder, path, problems)
    if file is not None:
        yield from file.run(problems, only)


class _Case:
    def __init__(
        self,
        doc: CaseDoc,
        node: MapNode,
        rules: CompiledRuleset,
        registry: Registry,
        reader: StrictReader,
        problems: Problems,
    ) -> None:
        self.doc, self.node, self.rules, self.reader, self.problems = doc, node, rules, reader, problems
        self.registry = registry
        self.found: PeriodResult | None = None

    def check_input(self) -> None:
        """Assesses, for what may be found wrong with the input."""
        if self.doc.places is not None:
            tuple(compare_places(self.doc, self.rules, self.problems))
        else:
            self.found = self._result()

    def run(self) -> Iterator[Mismatch]:
        if self.doc.places is not None:
            yield from compare_places(self.doc, self.rules, self.problems)
            return
        result = self.found = self._result()
        if result is None or self.problems:
            return
        expected = self.doc.expect_each or ({ONLY: self.doc.expect} if self.doc.expect else {})
        if not expected and self.doc.expect_measures is None:
            needed = Text("expect、expect_each 或 places", "expect, expect_each or places")
            self.problems.add("CE406", self.doc.at.span, needed=needed)
        known = {r.cadre.id: r for r in result}
        for cadre, expect in expected.items():
            if self.problems.known(cadre, known, expect.at.span, Text("结果", "result"), guess=False):
                prefix = f"{cadre}." if self.doc.expect_each else ""
                yield from compare(expect, known[cadre], self.rules, prefix, self.problems)
                yield from compare_proposals(expect, known[cadre], prefix)
        if self.doc.expect_measures is not None:
            yield from compare_measures(self.doc, self.doc.expect_measures, result, self.problems)

    def _result(self) -> PeriodResult | None:
        found = self._period()
        if found is None:
            return None
        plan, period = found
        people, told = [], []
        for name, person in self._people():
            dossier = DossierReader(self.rules, plan, self.reader, self.problems).read(person, period.id)
            people.append((self._posting(name, person, period), dossier))
            told.append((people[-1][0], person))
        day = self.doc.as_of or period.days.last
        files = files_of(told, self.rules, day, self.problems)
        dossiers = self._with_sheets({(p.id, period.id): d for p, d in people}, plan, period)
        entrants = [
            Entrant(posting.cadre, ((posting, dossiers[posting.id, period.id]),))
            for posting, _ in people
            if posting.days.overlap(period.days)
        ]
        if self.problems:
            return None
        results = assess_period(self.rules, plan, period, day, entrants, DISTRICT, {})
        return with_proposals(results, self.registry, files)

    def _with_sheets(
        self, dossiers: dict[tuple[str, str], Dossier], plan: PeriodPlan, period: Period
    ) -> dict[tuple[str, str], Dossier]:
        sheets = []
        known = [posting.removeprefix("p-") for posting, _ in dossiers]
        for doc in self.doc.sheets:
            sheet = read_ballots(doc, plan, self.problems)
            for person in doc.people:
                self.problems.known(person, known, person.span, Text("驻村干部", "cadre"), guess=False)
            if sheet is not None and not self.problems:
                postings = tuple(f"p-{person}" for person in doc.people)
                sheets.append(Filled(doc.sheet, doc.reviewers, period.id, postings, sheet, doc.held_on))
        check_copies(sheets, self.problems)
        return with_sheets(dossiers, sheets)

    def _period(self) -> tuple[PeriodPlan, Period] | None:
        parts = split_period_id(self.doc.period or "")
        if parts is None or parts[1] not in self.rules.periods:
            shown = self.doc.period or "?"
            allowed = listed(f"2025-{key}" for key in self.rules.periods)
            fix = closest(shown, [f"{parts[0]}-{key}" for key in self.rules.periods]) if parts else None
            self.problems.add("CE607", self.doc.at.value("period"), fix=fix, period=shown, allowed=allowed)
            return None
        plan = self.rules.periods[parts[1]]
        return plan, make_period(plan, parts[0])

    def _people(self) -> Iterator[tuple[str, PersonDoc]]:
        if self.doc.cohort is None:
            yield ONLY, self.doc
            return
        shared = self.node.only(setting_names(PersonDoc))
        first: dict[str, Span] = {}
        for member in self.doc.cohort:
            merged = merge_nodes(shared, member) if isinstance(member, MapNode) else member
            read = self.reader.read(merged, MemberDoc, self.problems)
            if read is None:
                continue
            here = read.at.value("cadre")
            if first.setdefault(read.cadre, here) != here:
                also = [(Text("第一次写在这里", "first written here"), first[read.cadre])]
                self.problems.add("CE306", here, id=read.cadre, also=also)
            yield read.cadre, read

    def _posting(self, name: str, doc: PersonDoc, period: Period) -> Posting:
        category = doc.category or next(iter(self.rules.categories), "any")
        if self.rules.categories:
            what = Text("人员类别", "category")
            self.problems.known(category, self.rules.categories, doc.at.value("category"), what)
        cadre = Cadre(name, doc.name or name, category, doc.party_member)
        host = Host(doc.host, doc.host, Township(doc.township, doc.township))
        start = doc.from_ or period.days.first
        moved = doc.assessment_from
        moves: Mapping[Relation, tuple[Transfer, ...]] = {
            r: (Transfer(r, doc.sending_unit, "district", start),) for r in RELATIONS if r != "assessment"
        }
        if moved != "never":
            day = moved if isinstance(moved, date) else start
            moves = {**moves, "assessment": (Transfer("assessment", doc.sending_unit, "district", day),)}
        unit = SendingUnit(doc.sending_unit, doc.sending_unit)
        return Posting(
            f"p-{name}", cadre, host, doc.role, unit, start, doc.to, targets=doc.targets, moves=moves,
            span=doc.at.span,
        )  # fmt: skip
