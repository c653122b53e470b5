"""What signals are looked for in: one cadre's days, the people and units around them, the rules of each day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.model.attendance import MARK_NAMES, MARKS, BookMonth, DayReport, LeaveSlip, Mark, Month, day_list
from cadre_eval.model.dates import Days
from cadre_eval.model.people import Official
from cadre_eval.model.postings import Posting
from cadre_eval.ruleset.supervision import SupervisionDoc
from cadre_eval.supervision.attendance import Kept
from cadre_eval.supervision.on_record import OnRecord
from cadre_eval.supervision.signals.signal import Witness, days_en, span_text


@frozen(eq=False)
class District:
    """Everything around the cadres. ``units`` are names by id; ``rules_on`` gives the rules in force on a day."""

    id: str  # noqa: A003
    units: Mapping[str, str]
    officials: Mapping[str, Official]
    on_record: OnRecord
    rules_on: Callable[[date], SupervisionDoc]
    as_of: date
    book_from: Month | None
    """The month the book begins with."""
    since: date = date.min
    """What ended before this day is left out."""

    def unit(self, key: str) -> str:
        return self.units.get(key, key)

    @property
    def looked_at(self) -> Days:
        """From the first day that is looked at, or the first month of the book, to the day of knowledge."""
        first = self.book_from.days.first if self.book_from else self.as_of
        return Days(max(self.since, first), self.as_of)


@frozen(eq=False)
class Looked:
    """One cadre, with everything known of their days."""

    name: str
    cadre: str
    postings: tuple[Posting, ...]
    kept: Kept
    district: District

    @property
    def as_of(self) -> date:
        return self.district.as_of

    def posting(self, day: date) -> Posting | None:
        return next((posting for posting in self.postings if day in posting.days), None)

    def book(self, days: Iterable[date]) -> list[Witness]:
        """What the book says of these days: a row for each month and mark."""
        found = {(Month.of(day), self.kept.mark(day)) for day in days if Month.of(day) in self.kept.months}
        return [
            _row(self.kept.months[month], mark)
            for month in sorted({month for month, _ in found})
            for mark in (*MARKS, None)
            if (month, mark) in found
        ]

    def slip(self, slip: LeaveSlip) -> Witness:
        signer = self.district.officials[slip.signed_by]
        days = span_text(slip.days)
        return Witness(
            Text(f"请假条 {slip.id}", f"leave slip {slip.id}"),
            Text(
                f"{days.zh}（{slip.days.length} 天，{slip.kind}），{signer.name}（{signer.id}）{slip.signed_on} 批",
                f"{days.en} ({days_en(slip.days.length)}, {slip.kind}), signed by {signer.name} ({signer.id}) on {slip.signed_on}",
            ),
            slip.span,
        )

    def report(self, report: DayReport) -> Witness:
        unit = self.district.unit(report.at)
        says = Text(f"{report.on} 在{unit}：{report.text}", f"{report.on} at {unit}: {report.text}")
        return Witness(Text("日志", "work report"), says, report.span, report.evidence)


BOOK = Text("考勤簿", "the book")


def _row(book: BookMonth, mark: Mark | None) -> Witness:
    if mark is None:
        return Witness(BOOK, Text(f"{book.of} 没有记", f"{book.of}: nothing"), book.span)
    listed, name = day_list(day.day for day in book.days[mark]), MARK_NAMES[mark]
    return Witness(BOOK, Text(f"{book.of} {name.zh}：{listed}", f"{book.of} {name.en}: {listed}"), book.place(mark))
