"""What the attendance book says of a cadre's days, together with leave slips and work reports, as known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeVar

from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.attendance import BookMonth, DayReport, LeaveSlip, Mark, Month, months_of
from cadre_eval.model.dates import Days
from cadre_eval.supervision.on_record import OnRecord

R = TypeVar("R", BookMonth, LeaveSlip, DayReport)


@frozen(eq=False)
class Kept:
    """What is on record of one cadre's days."""

    months: Mapping[Month, BookMonth] = field(factory=dict)
    slips: tuple[LeaveSlip, ...] = ()
    reports: tuple[DayReport, ...] = ()

    def mark(self, day: date) -> Mark | None:
        book = self.months.get(Month.of(day))
        return None if book is None else book.mark(day)

    def slip(self, day: date) -> LeaveSlip | None:
        """The slip that covers a day; slips of one cadre never overlap."""
        return next((slip for slip in self.slips if day in slip.days), None)

    def away_by_leave(self, day: date) -> bool:
        """Whether a trip, leave, or a slip covers the day."""
        return self.mark(day) in {"trip", "leave"} or self.slip(day) is not None

    def marked(self, mark: Mark, days: Days) -> list[date]:
        """The days of a mark within a span of days, in order."""
        months = [self.months[month] for month in months_of(days) if month in self.months]
        return sorted(day for book in months for day in book.within(mark, days))

    def lacking(self, days: Days) -> list[Month]:
        """The months of a span of days that the book does not have."""
        return [month for month in months_of(days) if month not in self.months]

    def as_known(self, as_of: date) -> Kept:
        """Without what became known later."""
        return Kept(
            {month: book for month, book in self.months.items() if book.known_on <= as_of},
            tuple(slip for slip in self.slips if slip.known_on <= as_of),
            tuple(report for report in self.reports if report.known_on <= as_of),
        )


def kept(on_record: OnRecord, cadre: str, as_of: date) -> Kept:
    """What is on record of a cadre's days, as known on a day."""
    return _by_cadre(on_record).get(cadre, Kept()).as_known(as_of)


@lru_cache(maxsize=2)
def _by_cadre(on_record: OnRecord) -> Mapping[str, Kept]:
    """The records are many and never change; each is looked at once, not once a cadre."""
    books, slips, reports = _grouped(on_record.book), _grouped(on_record.slips), _grouped(on_record.day_reports)
    return {
        cadre: Kept(
            {book.of: book for book in books.get(cadre, ())},
            tuple(sorted(slips.get(cadre, ()), key=lambda slip: (slip.days.first, slip.id))),
            tuple(sorted(reports.get(cadre, ()), key=_of_report)),
        )
        for cadre in {*books, *slips, *reports}
    }


def _grouped(records: Iterable[R]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = {}
    for record in records:
        found.setdefault(record.cadre, []).append(record)
    return found


def _of_report(report: DayReport) -> tuple[date, str, str, tuple[str, ...], tuple[str, int, int]]:
    return (report.on, report.at, report.text, report.evidence, place_order(report.span))


def place_order(span: Span | None) -> tuple[str, int, int]:
    """What puts two records that say the same in order."""
    return span.sort_key if span is not None else ("", 0, 0)


def first_month(on_record: OnRecord, as_of: date) -> Month | None:
    """The month the book begins with, as known on a day; None without a book."""
    return min((book.of for book in on_record.book if book.known_on <= as_of), default=None)
