"""Findings and what followed them, each held against the finding it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from cadre_eval.errors import Span, Text
from cadre_eval.model.dates import Days, Term
from cadre_eval.model.inspections import Finding, Recheck, Rectification, Withdrawal
from cadre_eval.supervision.calendar import last_day
from cadre_eval.workspace.supervision.inspection_documents import (
    FindingDoc,
    InspectionDoc,
    RecheckDoc,
    RectificationDoc,
    WithdrawalDoc,
)
from cadre_eval.workspace.supervision.reading import Reading

FollowUp = TypeVar("FollowUp", RectificationDoc, RecheckDoc, WithdrawalDoc)


def name_of(reading: Reading, person: str) -> str:
    """What an official or a cadre is called."""
    found = reading.roster.officials.get(person) or reading.roster.cadres.get(person)
    return found.name if found else person


def check_posted(reading: Reading, cadre: str, host: str, on: date, span: Span) -> None:
    """A known cadre was posted at a known host on a day."""
    posting = reading.posted(cadre, on, span)
    if posting is not None and posting.host.id != host:
        other = reading.roster.hosts[host].name
        name, here, day = posting.cadre.name, posting.host.name, on.isoformat()
        reading.problems.add("CE733", span, cadre=name, day=day, host=here, other=other)


class FindingReader:
    """The findings of one inspection, and what followed them."""

    def __init__(self, doc: InspectionDoc, days: Days, reading: Reading) -> None:
        self.doc, self.days, self.reading, self.problems = doc, days, reading, reading.problems
        self.docs: Mapping[str, FindingDoc] = {f.id: f for f in reversed(doc.findings)}
        self.settled = self._settled()

    def findings(self) -> Iterator[Finding]:
        for doc in sorted(self.doc.findings, key=lambda f: (f.on, f.id)):
            self.reading.once("finding", doc.id, doc.at.value("id"))
            if doc.on not in self.days:
                first, last = self.days.first.isoformat(), self.days.last.isoformat()
                self.problems.add("CE732", doc.at.value("on"), day=doc.on.isoformat(), first=first, last=last)
            if not doc.evidence:
                self.problems.add("CE731", doc.at.value("id"), finding=doc.id)
            self._check_whose(doc)
            known_on = self.reading.known_on(doc.on, doc.known_on, doc.at)
            yield self._finding(doc, known_on)

    def rectifications(self) -> Iterator[Rectification]:
        for doc in sorted(self._about(self.doc.rectifications), key=lambda r: (r.finding, r.on)):
            if self._follows(doc):
                self._check_settled(doc)
            known_on = self.reading.known_on(doc.on, doc.known_on, doc.at)
            yield Rectification(
                doc.finding, doc.on, known_on, tuple(sorted(doc.evidence)), doc.text, doc.at.value("on")
            )

    def rechecks(self) -> Iterator[Recheck]:
        before: dict[str, date] = {}
        for doc in sorted(self._about(self.doc.rechecks), key=lambda r: (r.finding, r.on)):
            self._check_person(doc)
            if self._follows(doc) and not self._check_settled(doc):
                self._check_reported(doc, before.get(doc.finding))
            before[doc.finding] = doc.on
            if doc.result == "not-rectified" and doc.reason is None:
                self.problems.add("CE203", doc.at.value("result"), key="reason")
            if doc.deadline is not None:
                what = Text("复查日期", "the re-check")
                self.reading.not_before(doc.deadline, doc.on, doc.at.value("deadline"), what)
            known_on = self.reading.known_on(doc.on, doc.known_on, doc.at)
            rectified = doc.result == "rectified"
            yield Recheck(
                doc.finding, doc.on, known_on, rectified, doc.by, doc.reason, doc.deadline, doc.at.value("on")
            )

    def withdrawals(self) -> Iterator[Withdrawal]:
        seen: dict[str, date] = {}
        for doc in sorted(self._about(self.doc.withdrawn), key=lambda w: (w.finding, w.on)):
            self._check_person(doc)
            self._follows(doc)
            if doc.finding in seen:
                self._note_settled(doc, seen[doc.finding])
            seen.setdefault(doc.finding, doc.on)
            known_on = self.reading.known_on(doc.on, doc.known_on, doc.at)
            yield Withdrawal(doc.finding, doc.on, doc.by, doc.reason, known_on, doc.at.value("on"))

    def _check_whose(self, doc: FindingDoc) -> None:
        host = self.reading.host(doc.host, doc.at.value("host"))
        if doc.cadre is not None and self.reading.cadre(doc.cadre, doc.at.value("cadre")) and host:
            check_posted(self.reading, doc.cadre, doc.host, doc.on, doc.at.value("cadre"))

    def _finding(self, doc: FindingDoc, known_on: date) -> Finding:
        """With what the rules in force that day say of its kind."""
        rules = self.reading.rules_on(doc.on)
        what = Text(f"{doc.on} 的办法里的问题种类", f"kind of finding in the rules of {doc.on}")
        kind = rules.findings.get(doc.kind)
        if kind is None:
            self.reading.known(doc.kind, rules.findings, doc.at.value("kind"), what)
        severity = doc.severity or (kind.severity if kind else None)
        if doc.severity is not None:
            self.reading.known(doc.severity, rules.severities, doc.at.value("severity"), Text("严重程度", "severity"))
        deadline = doc.deadline
        if deadline is not None:
            self.reading.not_before(deadline, doc.on, doc.at.value("deadline"), Text("发现日期", "the finding"))
        elif kind is not None:
            deadline = self._last_day(doc, kind.rectify_within)
        recurs = self._last_day(doc, kind.recurs_within) if kind else None
        return Finding(
            doc.id, doc.kind, severity, doc.host, doc.cadre, doc.on, known_on, doc.text, tuple(sorted(doc.evidence)), deadline,
            kind.title if kind else doc.kind, recurs, doc.at.value("id"),
        )  # fmt: skip

    def _last_day(self, doc: FindingDoc, term: Term | None) -> date | None:
        found = None if term is None else last_day(doc.on, term)
        if term is not None and found is None:
            self.problems.add("CE740", doc.at.value("on"), day=doc.on.isoformat(), term=Text(term.zh, str(term)))
        return found

    def _about(self, docs: Iterable[FollowUp]) -> Iterator[FollowUp]:
        """Those about a finding of this inspection."""
        what = Text("这次督查的问题", "finding of this inspection")
        for doc in docs:
            if self.reading.known(doc.finding, self.docs, doc.at.value("finding"), what):
                yield doc

    def _follows(self, doc: FollowUp) -> bool:
        found_on = self.docs[doc.finding].on
        return self.reading.not_before(doc.on, found_on, doc.at.value("on"), Text("发现日期", "the finding"))

    def _check_reported(self, doc: RecheckDoc, before: date | None) -> None:
        """There was a report since the finding, or since the last re-check; one of the same day comes before it."""
        reports = [r.on for r in self.doc.rectifications if r.finding == doc.finding and r.on <= doc.on]
        if not any(before is None or on > before for on in reports):
            self.problems.add("CE737", doc.at.value("on"), finding=doc.finding, day=doc.on.isoformat())

    def _settled(self) -> Mapping[str, date]:
        """The day each finding was settled: found to be put right, or unfounded."""
        ends = [(r.finding, r.on) for r in self.doc.rechecks if r.result == "rectified"]
        ends += [(w.finding, w.on) for w in self.doc.withdrawn]
        return {finding: min(on for name, on in ends if name == finding) for finding, _ in ends}

    def _check_settled(self, doc: FollowUp) -> bool:
        """Whether it comes after the finding was settled; a problem is noted if so."""
        settled = self.settled.get(doc.finding)
        if settled is None or doc.on <= settled:
            return False
        self._note_settled(doc, settled)
        return True

    def _note_settled(self, doc: FollowUp, settled: date) -> None:
        self.problems.add("CE739", doc.at.value("on"), finding=doc.finding, day=settled.isoformat())

    def _check_person(self, doc: RecheckDoc | WithdrawalDoc) -> None:
        """Known, and not concerned by the finding."""
        here = doc.at.value("by")
        if self.reading.inspector(doc.by, here) and self._concerned(doc):
            self.problems.add("CE738", here, person=name_of(self.reading, doc.by), finding=doc.finding)

    def _concerned(self, doc: RecheckDoc | WithdrawalDoc) -> bool:
        """Whether the finding is of that person or, being of the host as a whole, of where they are."""
        roster, finding = self.reading.roster, self.docs[doc.finding]
        official = roster.officials.get(doc.by)
        cadre = official.cadre if official else doc.by
        if finding.cadre is not None:
            return finding.cadre == cadre
        posted = any(p.host.id == finding.host and doc.on in p.days for p in roster.postings_of(cadre or ""))
        return posted or (official is not None and finding.host in official.units(doc.on))
