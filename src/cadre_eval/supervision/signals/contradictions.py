"""Records that contradict each other: an inspection and the book, a work report and the book, the old unit's work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cadre_eval.errors import Text
from cadre_eval.model.attendance import DayReport
from cadre_eval.supervision.findings import findings_of
from cadre_eval.supervision.signals.looking import Looked
from cadre_eval.supervision.signals.signal import Signal, Witness, by_month, days_text, of_days


def absent_in_book(looked: Looked) -> Iterator[Signal]:
    """Not there when an inspection came, in the village that day by the book."""
    seen = _absences(looked)
    for day in sorted(seen):
        if looked.kept.mark(day) == "village":
            statement = Text(
                f"{day} 督查时不在，考勤簿当天记在村",
                f"absent at an inspection on {day}; in the village that day by the book",
            )
            yield of_days("absent-in-book", looked.cadre, [day], statement, [*seen[day], *looked.book([day])])


def _absences(looked: Looked) -> dict[date, list[Witness]]:
    """The days on which an inspection did not find the cadre, by visits and by findings."""
    district, found = looked.district, dict[date, list[Witness]]()
    for inspection in district.on_record.inspections:
        for visit in sorted(inspection.visits, key=lambda v: (v.on, v.host)):
            if looked.cadre in visit.absent and visit.known_on <= looked.as_of:
                host = district.unit(visit.host)
                says = Text(
                    f"{visit.on} 到{host}，{looked.name}不在", f"{visit.on} at {host}, {looked.name} was not there"
                )
                what = Text(
                    f"督查 {inspection.id}（{inspection.title}）", f"inspection {inspection.id} ({inspection.title})"
                )
                found.setdefault(visit.on, []).append(Witness(what, says, visit.span))
    for finding in findings_of(district.on_record, looked.as_of, postings=looked.postings):
        kind = district.rules_on(finding.on).findings.get(finding.kind)
        if kind is not None and kind.absence and finding.cadre == looked.cadre:
            what = Text(f"督查问题 {finding.id}", f"finding {finding.id}")
            says = Text(f"{finding.on} {finding.text}", f"{finding.on} {finding.text}")
            found.setdefault(finding.on, []).append(Witness(what, says, finding.span, finding.evidence))
    return found


def old_unit(looked: Looked) -> Iterator[Signal]:
    """At work at the sending unit, by the book or by a report, on days that neither a trip nor leave covers."""
    for posting in looked.postings:
        unit = posting.sending_unit
        reports = [r for r in looked.kept.reports if r.at == unit.id and r.on in posting.days]
        marked = [day for book in looked.kept.months.values() for day in book.within("unit", posting.days)]
        days = {day for day in [*marked, *(r.on for r in reports)] if not looked.kept.away_by_leave(day)}
        for own in by_month(days).values():
            text = days_text(own)
            statement = Text(
                f"{text.zh} 在派出单位{unit.name}工作，没有出差也没有请假",
                f"at work at the sending unit {unit.name} on {text.en}, neither on a trip nor on leave",
            )
            witnesses = [*looked.book(own), *_reports(looked, reports, own)]
            yield of_days("old-unit", looked.cadre, own, statement, witnesses)


def reported_on_leave(looked: Looked) -> Iterator[Signal]:
    """A work report from the village on a day that the book says was leave."""
    reports = [r for r in looked.kept.reports if _at_host(looked, r) and looked.kept.mark(r.on) == "leave"]
    for own in by_month({report.on for report in reports}).values():
        text = days_text(own)
        statement = Text(
            f"{text.zh} 考勤簿记请假，日志报在村工作",
            f"on leave by the book on {text.en}; at work in the village by the report",
        )
        witnesses = [*looked.book(own), *_reports(looked, reports, own)]
        yield of_days("reported-on-leave", looked.cadre, own, statement, witnesses)


def _at_host(looked: Looked, report: DayReport) -> bool:
    posting = looked.posting(report.on)
    return posting is not None and report.at == posting.host.id


def _reports(looked: Looked, reports: list[DayReport], days: list[date]) -> list[Witness]:
    return [looked.report(report) for report in reports if report.on in days]
