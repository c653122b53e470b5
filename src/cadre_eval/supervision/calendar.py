"""Workdays, and the last day of a time allowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import version
from types import ModuleType

from cadre_eval.errors import Text, UsageError
from cadre_eval.model.dates import Days, Term, Workdays

DAY = timedelta(days=1)


@cache
def _holidays() -> ModuleType:
    """The kept calendar of Chinese holidays and make-up workdays.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module("chinese_calendar")
    except ImportError:
        raise UsageError(
            Text(
                "工作日历没有安装：pip install 'cadre-eval[calendar]'",
                "the calendar of workdays is not installed: pip install 'cadre-eval[calendar]'",
            )
        ) from None


def calendar_name() -> str:
    """The calendar that says which days are workdays, with its version."""
    _holidays()
    return f"chinesecalendar {version('chinesecalendar')}"


@lru_cache(maxsize=1 << 14)
def is_workday(day: date) -> bool | None:
    """Whether people work on a day, by the State Council's yearly notice; None for a year the calendar does not have.

    Raises:
        UsageError: the calendar is not installed.
    """
    try:
        return bool(_holidays().is_workday(day))
    except NotImplementedError:
        return None


def workdays(days: Days) -> int | None:
    """How many workdays there are; None if the calendar does not have all of them."""
    found = [is_workday(day) for day in each_day(days)]
    return None if None in found else sum(map(bool, found))


def each_day(days: Days) -> Iterator[date]:
    yield from map(date.fromordinal, range(days.first.toordinal(), days.last.toordinal() + 1))


def last_day(start: date, term: Term) -> date | None:
    """The last day of a time allowed that runs from ``start``; None if the calendar does not reach so far.

    The first day is not counted, and months end on the same day of the month (Civil Code of China, articles 201 and 202:
    民法典第二百零一条、第二百零二条).
    """
    if not isinstance(term, Workdays):
        return term.after(start)
    day, left = start, term.count
    while left:
        if day == date.max:
            return None
        day += DAY
        works = is_workday(day)
        if works is None:
            return None
        left -= works
    return day
