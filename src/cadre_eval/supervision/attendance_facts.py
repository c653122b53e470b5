"""Facts of attendance: days in the village, days on leave, the share of the workdays."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.model.attendance import BookMonth, Month, months_of
from cadre_eval.model.dates import Days
from cadre_eval.model.records import Fact, FactState
from cadre_eval.ruleset.supervision import AttendanceRulesDoc, FactSourceDoc
from cadre_eval.supervision.attendance import Kept, kept
from cadre_eval.supervision.calendar import calendar_name, workdays
from cadre_eval.supervision.scope import Scope

NO_TRIPS_RULE = Text(
    "办法没有写明出差算不算在村（supervision.attendance.trips_count）",
    "the rules do not say whether trips count as in the village (supervision.attendance.trips_count)",
)


@frozen
class Counted:
    """Days in the village, and the days on trips that count as such."""

    village: int
    trips: int | None
    """None: trips do not count."""

    @property
    def all_days(self) -> int:
        return self.village + (self.trips or 0)

    @property
    def text(self) -> Text:
        if self.trips is None:
            return Text(
                f"在村 {self.village} 天，出差不计",
                f"{self.village} day{_s(self.village)} in the village, trips not counted",
            )
        if not self.trips:
            return Text(
                f"在村 {self.village} 天，没有出差", f"{self.village} day{_s(self.village)} in the village, no trips"
            )
        return Text(
            f"在村 {self.village} 天，出差 {self.trips} 天计入",
            f"{self.village} day{_s(self.village)} in the village, {self.trips} on trips counted",
        )


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def counted(book: Kept, days: Days, rules: AttendanceRulesDoc | None) -> Counted | None:
    """The days that count as in the village; None if the rules do not say whether trips do."""
    trips_count = rules.trips_count if rules else None
    if trips_count is None:
        return None
    return Counted(len(book.marked("village", days)), len(book.marked("trip", days)) if trips_count else None)


def attendance_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """What the book says of the scope; missing if the book lacks a month of it, never 0.

    Raises:
        UsageError: the share of the workdays is asked for, and the calendar of workdays is not installed.
    """
    if scope.until < scope.days.first:
        first = scope.days.first.isoformat()
        return _missing(Text(f"到任（{first}）之前", f"before the posting began ({first})"))
    days = Days(scope.days.first, scope.until)
    book = kept(scope.on_record, scope.cadre, scope.as_of)
    lacking = book.lacking(days)
    if lacking:
        return _missing(not_in_book(lacking))
    months = [book.months[month] for month in months_of(days)]
    length = Text(f"{len(months)} 个月的考勤簿", f"{len(months)} month{_s(len(months))} of the book")
    if source.attendance == "leave-days":
        leave = len(book.marked("leave", days))
        return _present(Fraction(leave), length, months)
    found = counted(book, days, scope.rules.attendance)
    if found is None:
        return _missing(NO_TRIPS_RULE)
    if source.attendance == "village-days":
        detail = Text(f"{length.zh}：{found.text.zh}", f"{length.en}: {found.text.en}")
        return _present(Fraction(found.all_days), detail, months)
    return _share(found, days, months)


def _share(found: Counted, days: Days, months: list[BookMonth]) -> Fact:
    """Days in the village for each workday, at most 1: days in the village at weekends count too."""
    work = workdays(days)
    if work is None:
        return _missing(not_in_calendar(days))
    if not work:
        return Fact(FactState.NOT_APPLICABLE, reason=Text("期内没有工作日", "there was no workday"))
    share = Fraction(found.all_days, work)
    name = calendar_name()
    capped = Text("，超过的按 100% 计", ", taken as 100%") if share > 1 else Text("", "")
    detail = Text(
        f"{found.text.zh}；工作日 {work} 天（{name}）{capped.zh}",
        f"{found.text.en}; {work} workdays ({name}){capped.en}",
    )
    return _present(min(share, Fraction(1)), detail, months)


def not_in_book(lacking: list[Month]) -> Text:
    """The months that the book does not have."""
    names = [str(month) for month in lacking]
    return Text(f"考勤簿没有 {'、'.join(names)}", f"not in the attendance book: {', '.join(names)}")


def not_in_calendar(days: Days) -> Text:
    """The calendar does not have all of these days."""
    years = range(days.first.year, days.last.year + 1)
    zh, en = "、".join(map(str, years)), ", ".join(map(str, years))
    name = calendar_name()
    return Text(f"工作日历 {name} 没有排全 {zh} 年", f"the calendar {name} does not have all of {en}")


def _missing(reason: Text) -> Fact:
    return Fact(FactState.MISSING, reason=reason)


def _present(value: Fraction, detail: Text, months: list[BookMonth]) -> Fact:
    places = sorted({book.span.short for book in months if book.span is not None})
    known = max(book.known_on for book in months)
    return Fact(FactState.PRESENT, value, evidence=tuple(places), known_on=known, detail=detail)
