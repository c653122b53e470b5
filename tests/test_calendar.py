"""Workdays are those of the kept calendar, counted one by one; years it does not have are never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.errors import UsageError
from cadre_eval.model.dates import Days, Duration, Workdays
from cadre_eval.supervision import calendar
from cadre_eval.supervision.calendar import calendar_name, each_day, is_workday, last_day, workdays

KNOWN = st.dates(date(2005, 1, 1), date(2025, 12, 31))
LENGTHS = st.integers(0, 400)


def plain_days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


@given(KNOWN, LENGTHS)
def test_every_day_is_named_once_in_order(first: date, length: int) -> None:
    last = first + timedelta(length)
    assert list(each_day(Days(first, last))) == plain_days(first, last)


@given(KNOWN, LENGTHS)
def test_workdays_are_counted_as_a_plain_loop_counts_them(first: date, length: int) -> None:
    last = min(first + timedelta(length), date(2025, 12, 31))
    wanted = sum(chinese_calendar.is_workday(day) for day in plain_days(first, last))
    assert workdays(Days(first, last)) == wanted


@given(st.dates(date(1990, 1, 1), date(2003, 12, 31)), LENGTHS)
def test_days_the_calendar_does_not_have_are_not_counted(first: date, length: int) -> None:
    assert is_workday(first) is None
    assert workdays(Days(first, first + timedelta(length))) is None


def test_a_span_that_reaches_past_the_calendar_is_not_counted() -> None:
    assert workdays(Days(date(2003, 12, 31), date(2004, 1, 31))) is None


@given(KNOWN, st.integers(0, 60))
def test_the_last_of_some_workdays_is_found_by_walking(start: date, count: int) -> None:
    ahead = [day for day in plain_days(start + timedelta(1), start + timedelta(150)) if is_workday(day)]
    assert last_day(start, Workdays(count)) == (ahead[count - 1] if count else start)


def test_the_day_itself_is_not_counted_and_months_end_on_the_same_day() -> None:
    assert last_day(date(2025, 9, 30), Workdays(1)) == date(2025, 10, 9)
    assert last_day(date(2025, 1, 31), Duration(1, "months")) == date(2025, 2, 28)
    assert last_day(date(2025, 6, 1), Duration(15, "days")) == date(2025, 6, 16)


def test_workdays_that_run_past_the_calendar_end_nowhere() -> None:
    assert last_day(date(2003, 1, 1), Workdays(1)) is None


def test_make_up_days_and_holidays_are_those_of_the_notice() -> None:
    """The notice for 2025: 1 January is a holiday, Sunday 26 January is worked."""
    assert is_workday(date(2025, 1, 1)) is False
    assert is_workday(date(2025, 1, 26)) is True
    assert workdays(Days(date(2025, 1, 1), date(2025, 12, 31))) == 248


@pytest.fixture
def without_calendar(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def nothing(_name: str) -> None:
        raise ImportError

    monkeypatch.setattr(calendar, "import_module", nothing)
    calendar._holidays.cache_clear()
    is_workday.cache_clear()
    yield
    calendar._holidays.cache_clear()
    is_workday.cache_clear()


@pytest.mark.usefixtures("without_calendar")
def test_without_the_calendar_it_is_said_how_to_get_it() -> None:
    for ask in (calendar_name, lambda: is_workday(date(2025, 1, 1))):
        with pytest.raises(UsageError, match=r"cadre-eval\[calendar\]"):
            ask()


def test_the_calendar_is_named_with_its_version() -> None:
    name, version = calendar_name().split()
    assert name == "chinesecalendar"
    assert version[0].isdigit()
