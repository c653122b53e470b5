"""Days, spans of days and lengths of service, by the calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TypeAlias

from attrs import frozen


@frozen
class YearDay:
    """A day of any year, such as 06-30."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Raises ValueError if the year has no such day."""
        return date(year, self.month, self.day)


@frozen
class Duration:
    """A length by the calendar: days, months or years."""

    count: int
    unit: str

    def after(self, start: date) -> date:
        """The day on which a service begun on ``start`` has lasted this long (its first day counted)."""
        if self.unit == "days":
            return date.fromordinal(min(start.toordinal() + self.count, date.max.toordinal()))
        return _add_months(start, self.count * (12 if self.unit == "years" else 1))

    def last_from(self, start: date) -> date:
        """The last day of a span of this length that begins with ``start`` (counted): the day before the same day of a later
        month, or that month's last day if it has no such day (Civil Code of China, article 202: 民法典第二百零二条).
        """
        after = self.after(start)
        shorter = self.unit != "days" and after.day < start.day
        return after if shorter or after in {date.min, date.max} else date.fromordinal(after.toordinal() - 1)

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"

    @property
    def zh(self) -> str:
        return f"{self.count}{ {'days': '天', 'months': '个月', 'years': '年'}[self.unit] }"


@frozen
class Workdays:
    """A number of working days; which days those are is the calendar's to say."""

    count: int

    def __str__(self) -> str:
        return f"{self.count} workdays"

    @property
    def zh(self) -> str:
        return f"{self.count}个工作日"


Term: TypeAlias = Duration | Workdays
"""A time allowed for something."""


def _add_months(start: date, months: int) -> date:
    """The same day of a later month, or that month's last day if it is shorter."""
    index = start.year * 12 + start.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > 9999:
        return date.max
    return date(year, month, min(start.day, monthrange(year, month)[1]))


@frozen
class Days:
    """A span of days, both ends included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlap(self, other: Days) -> Days | None:
        """The days in both, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first, last) if first <= last else None
