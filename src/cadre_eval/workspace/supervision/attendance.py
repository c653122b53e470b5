"""The attendance book, leave slips and work reports, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cadre_eval.errors import Span, Text
from cadre_eval.model.attendance import MARKS, BookMonth, DayReport, LeaveSlip, Mark, Month
from cadre_eval.model.dates import Days
from cadre_eval.workspace.supervision.attendance_documents import (
    BookDoc,
    BookRowDoc,
    DayReportDoc,
    DayReportsDoc,
    SlipDoc,
    SlipsDoc,
)
from cadre_eval.workspace.supervision.day_lists import FIRST, read_days, read_month, read_year
from cadre_eval.workspace.supervision.reading import Reading


def read_book(doc: BookDoc, reading: Reading) -> Iterator[BookMonth]:
    """A month of the book: a row for each cadre."""
    month = read_month(doc.attendance, reading.problems)
    if month is None:
        return
    known_on = doc.known_on or month.days.last
    what = Text("当月最后一天", "the last day of the month")
    reading.not_before(known_on, month.days.last, doc.at.value("known_on"), what)
    for cadre, row in doc.cadres.items():
        span = doc.at.entry("cadres", cadre)
        if reading.cadre(cadre, span) and _once(cadre, month, span, reading):
            yield _row(cadre, month, known_on, row, span, reading)


def _once(cadre: str, month: Month, span: Span, reading: Reading) -> bool:
    """Whether the cadre has no row of this month yet."""
    first = reading.seen.setdefault(("book", f"{cadre} {month}"), span)
    if first is not span:
        name = reading.roster.cadres[cadre].name
        reading.problems.add("CE774", span, cadre=name, month=str(month), also=[(FIRST, first)])
    return first is span


def _row(cadre: str, month: Month, known_on: date, doc: BookRowDoc, span: Span, reading: Reading) -> BookMonth:
    days: dict[Mark, frozenset[date]] = {}
    places: dict[Mark, Span] = {}
    taken: dict[date, Span] = {}
    for mark in MARKS:
        word = getattr(doc, mark)
        found = {} if word is None else read_days(word, month, reading.problems)
        for day in sorted(found.keys() & taken.keys()):
            reading.problems.add("CE773", found[day], day=day.isoformat(), also=[(FIRST, taken[day])])
        taken = found | taken
        if word is not None:
            days[mark], places[mark] = frozenset(found), word.span
    _check_posted(cadre, taken, reading)
    return BookMonth(cadre, month.year, month.month, days, span, known_on, places)


def _check_posted(cadre: str, days: Mapping[date, Span], reading: Reading) -> None:
    """Every day lies in a posting; the first day that does not is told, once for each token."""
    told: set[Span] = set()
    postings = reading.roster.postings_of(cadre)
    for day, span in sorted(days.items()):
        if span not in told and not any(day in posting.believed for posting in postings):
            reading.posted(cadre, day, span)
            told.add(span)


def read_slips(doc: SlipsDoc, reading: Reading) -> Iterator[LeaveSlip]:
    """The leave slips of a year; one may reach into the year before or after."""
    year = read_year(doc.leave, reading.problems)
    for slip in doc.slips:
        found = _slip(slip, reading)
        if found is None or year is None:
            continue
        period = str(doc.leave)
        if found.days.overlap(year) is None or found.days.first.year < year.first.year - 1:
            reading.problems.add("CE775", slip.at.value("from"), day=f"{slip.from_}", period=period)
        elif found.days.last.year > year.last.year + 1:
            reading.problems.add("CE775", slip.at.value("to"), day=f"{slip.to}", period=period)
        yield found


def _slip(doc: SlipDoc, reading: Reading) -> LeaveSlip | None:
    new = reading.once("slip", doc.id, doc.at.value("id"))
    known = [
        reading.cadre(doc.cadre, doc.at.value("cadre")),
        reading.official(doc.signed_by, doc.at.value("signed_by")),
    ]
    known_on = reading.known_on(doc.signed_on, doc.known_on, doc.at)
    if doc.to < doc.from_:
        reading.problems.add("CE431", doc.at.value("to"))
        return None
    days = Days(doc.from_, doc.to)
    if not all(known) or not new or reading.posted(doc.cadre, doc.from_, doc.at.value("from")) is None:
        return None
    _check_apart(doc, days, reading)
    return LeaveSlip(doc.id, doc.cadre, days, doc.kind, doc.signed_by, doc.signed_on, doc.at.value("id"), known_on)


def _check_apart(doc: SlipDoc, days: Days, reading: Reading) -> None:
    """No two slips of a cadre share a day."""
    others = reading.leave.setdefault(doc.cadre, [])
    span = doc.at.value("from")
    for other, first in others:
        shared = days.overlap(other)
        if shared is not None:
            name, also = reading.roster.cadres[doc.cadre].name, [(Text("另一张", "the other one"), first)]
            reading.problems.add("CE776", span, cadre=name, day=shared.first.isoformat(), also=also)
    others.append((days, span))


def read_day_reports(doc: DayReportsDoc, reading: Reading) -> Iterator[DayReport]:
    """The work reports of a month."""
    month = read_month(doc.day_reports, reading.problems)
    for report in doc.reports:
        found = _report(report, reading)
        if month is not None and report.on not in month.days:
            place = report.at.value("on")
            reading.problems.add("CE775", place, day=report.on.isoformat(), period=str(month))
        elif found is not None and month is not None:
            yield found


def _report(doc: DayReportDoc, reading: Reading) -> DayReport | None:
    known = [
        reading.cadre(doc.cadre, doc.at.value("cadre")),
        reading.unit(doc.at_, doc.at.value("at")),
    ]
    known_on = reading.known_on(doc.on, doc.known_on, doc.at)
    if not all(known) or reading.posted(doc.cadre, doc.on, doc.at.value("on")) is None:
        return None
    return DayReport(doc.cadre, doc.on, doc.at_, doc.text, tuple(sorted(doc.evidence)), doc.at.value("on"), known_on)
