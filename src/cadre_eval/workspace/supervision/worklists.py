"""Files of work lists to records, with everything they refer to checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date
from functools import partial

from attrs import field, frozen

from cadre_eval.errors import Span, Text
from cadre_eval.model.worklists import WorkCheck, WorkItem, Worklist, WorkReport
from cadre_eval.workspace.supervision.reading import Reading
from cadre_eval.workspace.supervision.worklist_documents import WorkCheckDoc, WorklistDoc, WorkReportDoc
from cadre_eval.workspace.supervision.worklist_items import ISSUE, Items


def read_worklist(doc: WorklistDoc, reading: Reading) -> Iterator[Worklist]:
    """The list; problems for whatever in it cannot be."""
    reading.once("worklist", doc.worklist, doc.at.value("worklist"))
    read = Items(reading, doc)
    items = read.read()
    dispatched = dict(_dispatched(doc, reading))
    work = _Work(reading, doc.issued, items, read.doubtful)
    reports = tuple(r for report in doc.reports if (r := work.report(report)) is not None)
    checks = tuple(c for check in doc.checks if (c := work.check(check)) is not None)
    yield Worklist(
        doc.worklist, doc.title, doc.issued, doc.source, tuple(items[name] for name in sorted(items)), dispatched,
        tuple(sorted(reports, key=lambda r: (r.item, r.cadre, r.on))),
        tuple(sorted(checks, key=lambda c: (c.item, c.cadre, c.on, c.of))),
        doc.at.value("worklist"),
    )  # fmt: skip


def _dispatched(doc: WorklistDoc, reading: Reading) -> Iterator[tuple[str, date]]:
    for township, on in doc.dispatched.items():
        span = doc.at.entry("dispatched", township)
        if reading.known(township, reading.roster.townships, span, Text("乡镇/街道", "township")):
            reading.not_before(on, doc.issued, doc.at.value("dispatched", township), ISSUE)
            yield township, on


@frozen(eq=False)
class _Work:
    """Reads the reports of a list, then the checks of them."""

    reading: Reading
    issued: date
    items: Mapping[str, WorkItem]
    doubtful: Set[str]
    reports: dict[tuple[str, str], dict[date, WorkReport]] = field(factory=dict)
    checked: dict[tuple[str, str, date], Span] = field(factory=dict)
    refused: set[str] = field(factory=set)
    """Items and cadres of reports that could not be used: whether they were reported cannot be said."""

    def report(self, doc: WorkReportDoc) -> WorkReport | None:
        on, at = doc.on, doc.at
        if not self._is_work(doc):
            self.refused.update((doc.item, doc.cadre))
            return None
        self.reading.not_before(on, self.issued, at.value("on"), ISSUE)
        known_on = self.reading.known_on(on, doc.known_on, at)
        made = WorkReport(doc.item, doc.cadre, on, known_on, tuple(sorted(doc.evidence)), at.value("on"))
        own = self.reports.setdefault((doc.item, doc.cadre), {})
        first = own.setdefault(on, made)
        if first is made:
            return made
        also = [(Text("第一次写在这里", "first written here"), first.span)] if first.span else []
        name = self.reading.roster.cadres[doc.cadre].name
        self.reading.problems.add("CE711", at.value("on"), cadre=name, item=doc.item, day=on.isoformat(), also=also)
        return None

    def check(self, doc: WorkCheckDoc) -> WorkCheck | None:
        at, reading = doc.at, self.reading
        official = reading.official(doc.by, at.value("by"))
        if doc.result == "returned" and doc.reason is None:
            reading.problems.add("CE712", at.value("result"))
        if not self._is_work(doc):
            return None
        if official:
            self._check_office(doc)
        known_on = reading.known_on(doc.on, doc.known_on, at)
        of = self._report_checked(doc, known_on)
        if of is None:
            return None
        span = at.value("of") if doc.of else at.value("on")
        first = self.checked.setdefault((doc.item, doc.cadre, of), span)
        if first is not span:
            also = [(Text("第一次核查在这里", "first checked here"), first)]
            name = reading.roster.cadres[doc.cadre].name
            reading.problems.add("CE714", span, cadre=name, item=doc.item, day=of.isoformat(), also=also)
        accepted = doc.result == "accepted"
        return WorkCheck(doc.item, doc.cadre, of, doc.on, known_on, accepted, doc.by, doc.reason, at.value("on"))

    def _is_work(self, doc: WorkReportDoc | WorkCheckDoc) -> bool:
        """Whether there are this item and this cadre, and the item is this cadre's."""
        at, reading = doc.at, self.reading
        there = reading.cadre(doc.cadre, at.value("cadre"))
        if (
            not reading.known(doc.item, self.items, at.value("item"), Text("清单事项", "item of the list"))
            or not there
        ):
            return False
        if self._streets(doc) or doc.item in self.doubtful:
            return bool(self._streets(doc))
        name = reading.roster.cadres[doc.cadre].name
        item = self.items[doc.item]
        also = [(Text("事项", "the item"), item.span)] if item.span else []
        reading.problems.add("CE710", at.value("cadre"), cadre=name, item=doc.item, also=also)
        return False

    def _streets(self, doc: WorkReportDoc | WorkCheckDoc) -> frozenset[str]:
        """The townships of the postings by which an item is a cadre's."""
        return frozenset(p.host.township.id for p in self.items[doc.item].by_cadre.get(doc.cadre, ()))

    def _report_checked(self, doc: WorkCheckDoc, known_on: date) -> date | None:
        """The day of the report a check is of: the one named, or else the latest of which both day and knowledge are not
        later than those of the check, so that a report that turns up later never changes what was checked.
        """
        own = self.reports.get((doc.item, doc.cadre), {})
        could = [r.on for r in own.values() if r.on <= doc.on and r.known_on <= known_on]
        if (doc.of in could) if doc.of else could:
            return doc.of or max(could)
        if {doc.item, doc.cadre} & self.refused:
            return None
        span = doc.at.value("of") if doc.of else doc.at.value("on")
        name = self.reading.roster.cadres[doc.cadre].name
        when = Text(f"在 {doc.of} ", f"on {doc.of}") if doc.of else Text(f"到 {doc.on} ", f"by {doc.on}")
        self.reading.problems.add("CE713", span, cadre=name, item=doc.item, when=when)
        return None

    def _check_office(self, doc: WorkCheckDoc) -> None:
        """The street of the cadre checks, or the district; nobody checks their own report."""
        roster = self.reading.roster
        who = roster.officials[doc.by]
        add = partial(self.reading.problems.add, span=doc.at.value("by"), official=who.name)
        if who.cadre == doc.cadre:
            add("CE716")
        elif not who.units(doc.on) & {roster.district.id, *self._streets(doc)}:
            streets = "、".join(sorted(roster.townships[t].name for t in self._streets(doc)))
            add("CE715", units=f"{streets}、{roster.district.name}", day=doc.on.isoformat())
