"""Where a cadre was: the attendance book (考勤), leave slips (请假条), work reports (工作日志)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import Factory, field, frozen

from cadre_eval.errors import Span, Text
from cadre_eval.model.dates import Days

Mark: TypeAlias = Literal["village", "trip", "leave", "unit"]
"""In the village, on a business trip (reported), on leave, working at the sending unit."""
MARKS: tuple[Mark, ...] = ("village", "trip", "leave", "unit")
MARK_NAMES: Mapping[Mark, Text] = {
    "village": Text("在村", "village"),
    "trip": Text("出差", "trip"),
    "leave": Text("请假", "leave"),
    "unit": Text("在单位", "unit"),
}


@frozen(order=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def days(self) -> Days:
        return Days(date(self.year, self.month, 1), date(self.year, self.month, monthrange(self.year, self.month)[1]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_of(days: Days) -> list[Month]:
    """The months that have a day in common with ``days``, in order."""
    first = days.first.year * 12 + days.first.month - 1
    last = days.last.year * 12 + days.last.month - 1
    return [Month(index // 12, index % 12 + 1) for index in range(first, last + 1)]


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers as runs, both ends included, in order."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def day_list(days: Iterable[int]) -> str:
    """Days of a month as the book writes them: ``3-7, 10``."""
    return ", ".join(f"{first}-{last}" if first < last else f"{first}" for first, last in runs_of(days))


@frozen
class BookMonth:
    """One cadre's month in the book: days by mark; a day has one mark at most. Days not written have none.

    The book of a month is known on its last day, unless it is said to have been known later.
    """

    cadre: str
    year: int
    month: int
    days: Mapping[Mark, frozenset[date]] = field(factory=dict, hash=False)
    span: Span | None = field(default=None, eq=False, repr=False)
    known_on: date = field(default=Factory(lambda self: self.of.days.last, takes_self=True))
    places: Mapping[Mark, Span] = field(factory=dict, eq=False, repr=False)
    """Where the days of each mark are written."""

    @property
    def of(self) -> Month:
        return Month(self.year, self.month)

    def mark(self, day: date) -> Mark | None:
        return next((mark for mark in MARKS if day in self.days.get(mark, ())), None)

    def within(self, mark: Mark, days: Days) -> frozenset[date]:
        """The days of a mark that lie in a span of days."""
        return frozenset(day for day in self.days.get(mark, ()) if day in days)

    def place(self, mark: Mark | None) -> Span | None:
        return self.span if mark is None else self.places.get(mark, self.span)


@frozen
class LeaveSlip:
    """Leave granted: by whom and when it was signed. ``signed_by`` is an official."""

    id: str  # noqa: A003
    cadre: str
    days: Days
    kind: str
    signed_by: str
    signed_on: date
    span: Span | None = field(default=None, eq=False, repr=False)
    known_on: date = field(default=Factory(lambda self: self.signed_on, takes_self=True))


@frozen
class DayReport:
    """What a cadre reported of a day's work, and at which unit it was done."""

    cadre: str
    on: date
    at: str
    text: str
    evidence: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)
    known_on: date = field(default=Factory(lambda self: self.on, takes_self=True))
