"""The file of an inspection to its record: who went, whom they met, whom they asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from cadre_eval.errors import Span, Text
from cadre_eval.model.dates import Days
from cadre_eval.model.inspections import Inspection, Visit
from cadre_eval.model.records import Sample
from cadre_eval.reading.scalars import PlacedWord
from cadre_eval.workspace.supervision.inspection_documents import InspectionDoc, VisitDoc
from cadre_eval.workspace.supervision.inspection_findings import FindingReader, check_posted, name_of
from cadre_eval.workspace.supervision.reading import Reading


def read_inspection(doc: InspectionDoc, reading: Reading) -> Iterator[Inspection]:
    """The inspection, with a problem for everything in it that cannot be."""
    reading.once("inspection", doc.inspection, doc.at.value("inspection"))
    if doc.to < doc.from_:
        reading.problems.add("CE431", doc.at.value("to"))
        return
    days = Days(doc.from_, doc.to)
    visits = _Visits(doc, days, reading)
    findings = FindingReader(doc, days, reading)
    yield Inspection(
        doc.inspection, doc.title, doc.kind, days, visits.team, doc.draw, tuple(visits.read()),
        tuple(findings.findings()), tuple(findings.rectifications()), tuple(findings.rechecks()),
        tuple(findings.withdrawals()), visits.hosts, _planned_on(doc, reading), doc.at.value("inspection"),
    )  # fmt: skip


def _planned_on(doc: InspectionDoc, reading: Reading) -> date:
    """Since when it is known that it will be held: from its first day at the latest."""
    if doc.planned_on is None:
        if not doc.visits and not doc.findings:
            reading.problems.add("CE203", doc.at.value("inspection"), key="planned_on")
        return doc.from_
    reading.not_before(
        doc.from_, doc.planned_on, doc.at.value("planned_on"), Text("定计划的日期", "the day it was planned")
    )
    return doc.planned_on


class _Visits:
    """The team, the hosts it was to visit and those it visited."""

    def __init__(self, doc: InspectionDoc, days: Days, reading: Reading) -> None:
        self.doc, self.days, self.reading, self.problems = doc, days, reading, reading.problems
        self.team = tuple(str(p) for p in self._each_once(doc.team) if reading.inspector(p, p.span))
        self.hosts = tuple(str(h) for h in self._each_once(doc.hosts) if reading.host(h, h.span))
        if not doc.team:
            self._empty(doc.at.key("team"))

    def read(self) -> Iterator[Visit]:
        seen: dict[tuple[str, date], Span] = {}
        for doc in sorted(self.doc.visits, key=lambda v: (v.on, v.host)):
            here = doc.at.value("host")
            first = seen.setdefault((doc.host, doc.on), here)
            if first is not here:
                also = [(Text("同一天已经写过", "written for the same day"), first)]
                self.problems.add("CE306", here, id=doc.host, also=also)
            if doc.on not in self.days:
                first_day, last_day = self.days.first.isoformat(), self.days.last.isoformat()
                self.problems.add("CE732", doc.at.value("on"), day=doc.on.isoformat(), first=first_day, last=last_day)
            if self.reading.host(doc.host, here):
                yield self._visit(doc)

    def _visit(self, doc: VisitDoc) -> Visit:
        if not doc.by:
            self._empty(doc.at.key("by"))
        by = self._each_once(doc.by)
        for person in by:
            self._check_inspector(person, doc)
        present, absent = self._met(doc.present, doc), self._met(doc.absent, doc)
        there = {str(cadre): cadre.span for cadre in doc.present}
        for cadre in doc.absent:
            if cadre in there:
                also = [(Text("又写在 present 里", "also under 'present'"), there[cadre])]
                self.problems.add("CE736", cadre.span, cadre=self._name(cadre), also=also)
        return Visit(
            doc.host, doc.on, tuple(map(str, by)), present, absent, self._households(doc),
            self.reading.known_on(doc.on, doc.known_on, doc.at), doc.at.value("host"),
        )  # fmt: skip

    def _check_inspector(self, person: PlacedWord, doc: VisitDoc) -> None:
        """Who goes is in the team, and no inspector of the host or street where they belong themselves."""
        if not self.reading.inspector(person, person.span):
            return
        if person not in self.doc.team:
            self.problems.add("CE734", person.span, person=self._name(person))
        host = self.reading.roster.hosts[doc.host]
        own = self._belongs_to(person, doc.on)
        for unit in (host, host.township):
            if unit.id in own:
                self.problems.add("CE735", person.span, person=self._name(person), unit=unit.name)
                return

    def _belongs_to(self, person: str, on: date) -> frozenset[str]:
        """The hosts and streets where somebody is posted or holds an office on a day, with the street of each host."""
        roster = self.reading.roster
        official = roster.officials.get(person)
        units = set(official.units(on)) if official else set()
        cadre = official.cadre if official else person
        units |= {p.host.id for p in roster.postings_of(cadre or "") if on in p.days}
        return frozenset(units | {roster.hosts[unit].township.id for unit in units if unit in roster.hosts})

    def _met(self, cadres: tuple[PlacedWord, ...], doc: VisitDoc) -> tuple[str, ...]:
        """The cadres, each posted at the host that day."""
        for cadre in self._each_once(cadres):
            if self.reading.cadre(cadre, cadre.span):
                check_posted(self.reading, cadre, doc.host, doc.on, cadre.span)
        return tuple(map(str, cadres))

    def _households(self, doc: VisitDoc) -> dict[str, Sample]:
        for entry in doc.households.values():
            if entry.checked < 1:
                self.problems.add("CE213", entry.at.value("checked"), text="0", limit=Text("至少 1", "at least 1"))
            if entry.passed > entry.checked:
                limit = Text(f"不大于 {entry.checked}", f"at most {entry.checked}")
                self.problems.add("CE213", entry.at.value("passed"), text=str(entry.passed), limit=limit)
        return {question: Sample(entry.checked, entry.passed) for question, entry in sorted(doc.households.items())}

    def _each_once(self, words: Iterable[PlacedWord]) -> list[PlacedWord]:
        found: dict[str, PlacedWord] = {}
        for word in words:
            first = found.setdefault(str(word), word)
            if first is not word:
                also = [(Text("第一次写在这里", "first written here"), first.span)]
                self.problems.add("CE306", word.span, id=str(word), also=also)
        return list(found.values())

    def _empty(self, span: Span) -> None:
        self.problems.add("CE202", span, expected=Text("至少一个人", "at least one person"))

    def _name(self, person: str) -> str:
        return name_of(self.reading, person)
