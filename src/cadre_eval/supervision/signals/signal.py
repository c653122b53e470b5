"""A signal: a statement with the records it rests on; and a check that could not be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Span, Text
from cadre_eval.model.attendance import Month, runs_of
from cadre_eval.model.dates import Days

Sort: TypeAlias = Literal[
    "absent-in-book", "old-unit", "reported-on-leave", "slip-not-in-book", "leave-without-slip", "leave-signer",
    "signed-late", "share-of-workdays", "days-a-year", "days-a-month",
]  # fmt: skip
TITLES: Mapping[Sort, Text] = {
    "absent-in-book": Text("督查时不在，考勤簿记在村", "absent at an inspection, in the village by the book"),
    "old-unit": Text("在派出单位工作", "working at the sending unit"),
    "reported-on-leave": Text("考勤簿记请假，日志报在村", "on leave by the book, at work by the report"),
    "slip-not-in-book": Text("有请假条，考勤簿没有记请假", "a leave slip, but no leave in the book"),
    "leave-without-slip": Text("考勤簿记请假，没有请假条", "leave in the book, but no slip"),
    "leave-signer": Text("批假的人不合准假权限", "leave signed by somebody not entitled to"),
    "signed-late": Text("休假开始以后才批", "leave signed after it began"),
    "share-of-workdays": Text("在村天数不足工作日的规定比例", "short of the share of the workdays"),
    "days-a-year": Text("全年在村天数不足", "short of the days a year"),
    "days-a-month": Text("当月在村天数不足", "short of the days a month"),
}
"""Every sort, in the order they are shown: records that contradict each other, then signatures, then counts."""


@frozen
class Witness:
    """A record that a signal rests on: what it is, what it says, where it is written."""

    what: Text
    says: Text
    span: Span | None = field(default=None, eq=False)
    evidence: tuple[str, ...] = ()


@frozen
class Signal:
    """A statement about one cadre: of single ``days``, or (without any) of the whole ``span`` they lie in. ``basis`` is the
    clause of the rule, ``rule`` where that is written.
    """

    sort: Sort
    cadre: str
    span: Days
    days: tuple[date, ...]
    statement: Text
    witnesses: tuple[Witness, ...]
    basis: str | None = None
    rule: Span | None = field(default=None, eq=False)

    @property
    def order(self) -> tuple[int, date, date, str]:
        """The worst sorts first, then by day."""
        return (list(TITLES).index(self.sort), self.span.first, self.span.last, self.statement.en)


Check: TypeAlias = Literal[
    "book", "days-a-month", "days-a-year", "share-of-workdays", "leave-signer", "slip-not-in-book"
]
CHECKS: Mapping[Check, Text] = {
    "book": Text("考勤簿", "the book"),
    "leave-signer": Text("准假权限", "who may sign leave"),
    "slip-not-in-book": Text("请假条对考勤簿", "leave slips against the book"),
    "share-of-workdays": Text("占工作日的比例", "share of the workdays"),
    "days-a-year": Text("全年在村天数", "days a year"),
    "days-a-month": Text("每月在村天数", "days a month"),
}


@frozen
class Unmade:
    """A check that was not made, and why; ``about`` names the cadres, months or slips it would have been about."""

    check: Check
    reason: Text
    about: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, str]:
        return (list(CHECKS).index(self.check), self.reason.en)


def merged(unmade: Iterable[Unmade]) -> Iterator[Unmade]:
    """One entry for each check and reason, in order."""
    found: dict[tuple[Check, Text], set[str]] = {}
    for one in unmade:
        found.setdefault((one.check, one.reason), set()).update(one.about)
    entries = [Unmade(check, reason, tuple(sorted(about))) for (check, reason), about in found.items()]
    yield from sorted(entries, key=lambda entry: entry.order)


def of_days(sort: Sort, cadre: str, days: Iterable[date], statement: Text, witnesses: Iterable[Witness]) -> Signal:
    """A signal about single days."""
    found = tuple(sorted(days))
    return Signal(sort, cadre, Days(found[0], found[-1]), found, statement, tuple(witnesses))


def by_month(days: Iterable[date]) -> dict[Month, list[date]]:
    """Days in order, by their month."""
    found: dict[Month, list[date]] = {}
    for day in sorted(days):
        found.setdefault(Month.of(day), []).append(day)
    return found


def days_en(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def span_text(days: Days) -> Text:
    """A span of days; one day by itself."""
    if days.first == days.last:
        return Text(f"{days.first}", f"{days.first}")
    return Text(f"{days.first} 至 {days.last}", f"{days.first} to {days.last}")


def days_text(days: Iterable[date]) -> Text:
    """Days by their runs: ``2025-03-12 至 2025-03-13、2025-03-20``."""
    runs = [(date.fromordinal(a), date.fromordinal(b)) for a, b in runs_of(day.toordinal() for day in days)]
    zh = "、".join(f"{a} 至 {b}" if a < b else f"{a}" for a, b in runs)
    en = ", ".join(f"{a} to {b}" if a < b else f"{a}" for a, b in runs)
    return Text(zh, en)
