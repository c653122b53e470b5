"""Days in the village against the declared limits: of a month, of a year, of the workdays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Literal

from cadre_eval.errors import Text
from cadre_eval.model.attendance import MARK_NAMES, MARKS, Month, months_of
from cadre_eval.model.dates import Days
from cadre_eval.model.postings import Posting
from cadre_eval.numbers.decimals import number_text
from cadre_eval.ruleset.supervision import AttendanceRulesDoc
from cadre_eval.supervision.attendance_facts import NO_TRIPS_RULE, counted, not_in_calendar
from cadre_eval.supervision.calendar import workdays
from cadre_eval.supervision.signals.looking import BOOK, Looked
from cadre_eval.supervision.signals.signal import Signal, Sort, Unmade, Witness, span_text

NOT_OVER = Text("没有过完", "not over yet")
NOT_IN_BOOK = Text("没有", "not there")
BOOK_LACKS = Text("考勤簿缺月", "the book lacks a month")
PARTLY = Text("只有部分日子在派驻期内", "only partly within the posting")


def undeclared(key: str) -> Text:
    """The rules declare no limit of this sort."""
    name = f"supervision.attendance.{key}"
    return Text(f"办法没有规定（{name}）", f"not declared by the rules ({name})")


def short_months(looked: Looked) -> Iterator[Signal | Unmade]:
    """Months with too few days; those only partly within postings are not judged."""
    for month in sorted({month for posting in looked.postings for month in months_looked_at(looked, posting)}):
        rules = looked.district.rules_on(month.days.last).attendance
        about = (f"{looked.cadre} {month}",)
        if month not in looked.kept.months:
            yield Unmade("book", NOT_IN_BOOK, about)
        elif rules is None or rules.days_a_month is None:
            yield Unmade("days-a-month", undeclared("days_a_month"))
        elif not _posted_throughout(looked, month.days):
            yield Unmade("days-a-month", PARTLY, about)
        else:
            yield from _fewer(looked, "days-a-month", month.days, rules, rules.days_a_month)


def _posted_throughout(looked: Looked, days: Days) -> bool:
    """Whether each day lies in one of the postings, which never share a day."""
    shared = [posting.days.overlap(days) for posting in looked.postings]
    return sum(span.length for span in shared if span is not None) == days.length


def short_years(looked: Looked) -> Iterator[Signal | Unmade]:
    """Years with too few days; those only partly within postings are not judged."""
    for year in sorted({year for _, year in _years(looked)}, key=lambda year: year.first):
        rules = looked.district.rules_on(min(year.last, looked.as_of)).attendance
        if rules is None or rules.days_a_year is None:
            yield Unmade("days-a-year", undeclared("days_a_year"))
        elif not _posted_throughout(looked, year):
            yield Unmade("days-a-year", PARTLY, _about(looked, year))
        elif (why := _incomplete(looked, year)) is not None:
            yield Unmade("days-a-year", why, _about(looked, year))
        else:
            yield from _fewer(looked, "days-a-year", year, rules, rules.days_a_year)


def short_shares(looked: Looked) -> Iterator[Signal | Unmade]:
    """The days of the posting in a year against its workdays."""
    for posting, year in _years(looked):
        days = year.overlap(posting.days)
        rules = looked.district.rules_on(min(year.last, looked.as_of)).attendance
        if rules is None or rules.share_of_workdays is None:
            yield Unmade("share-of-workdays", undeclared("share_of_workdays"))
        elif days is not None and (why := _incomplete(looked, days)) is not None:
            yield Unmade("share-of-workdays", why, _about(looked, year))
        elif days is not None:
            yield from _below(looked, days, rules, rules.share_of_workdays)


def months_looked_at(looked: Looked, posting: Posting) -> list[Month]:
    """The months of the posting that are over, from the first that the book could have."""
    shared = posting.days.overlap(looked.district.looked_at)
    found = [] if shared is None or looked.district.book_from is None else months_of(shared)
    return [month for month in found if month.days.last <= looked.as_of]


def _years(looked: Looked) -> Iterator[tuple[Posting, Days]]:
    """The years that each posting has a part in, from the first that the book could have."""
    if looked.district.book_from is None:
        return
    for posting in looked.postings:
        shared = posting.days.overlap(looked.district.looked_at)
        for year in range(shared.first.year, shared.last.year + 1) if shared is not None else ():
            yield posting, Days(date(year, 1, 1), date(year, 12, 31))


def _about(looked: Looked, year: Days) -> tuple[str, ...]:
    return (f"{looked.cadre} {year.first.year}",)


def _incomplete(looked: Looked, days: Days) -> Text | None:
    """Why these days cannot be counted yet."""
    if days.last > looked.as_of:
        return NOT_OVER
    return BOOK_LACKS if looked.kept.lacking(days) else None


def _fewer(
    looked: Looked, check: Literal["days-a-month", "days-a-year"], days: Days, rules: AttendanceRulesDoc, limit: int
) -> Iterator[Signal | Unmade]:
    """Fewer days than a month or a year must have."""
    found = counted(looked.kept, days, rules)
    if found is None:
        yield Unmade(check, NO_TRIPS_RULE)
    elif found.all_days < limit:
        when, key, each = _PERIODS[check]
        begins = days.first.isoformat()[: 7 if check == "days-a-month" else 4]
        statement = Text(
            f"{begins}{when.zh}{found.text.zh}，合计 {found.all_days} 天；规定{each.zh}不少于 {limit} 天",
            f"{begins}: {found.text.en}, {found.all_days} in all; the rules ask for {limit} {each.en}",
        )
        yield _short(looked, check, days, statement, rules, key)


_PERIODS = {
    "days-a-month": (Text(" ", ""), "days_a_month", Text("每月", "a month")),
    "days-a-year": (Text(" 年", ""), "days_a_year", Text("每年", "a year")),
}


def _below(looked: Looked, days: Days, rules: AttendanceRulesDoc, limit: Fraction) -> Iterator[Signal | Unmade]:
    """A smaller share of the workdays than there must be; a day in the village at a weekend counts too."""
    found, work = counted(looked.kept, days, rules), workdays(days)
    if found is None:
        yield Unmade("share-of-workdays", NO_TRIPS_RULE)
    elif work is None:
        yield Unmade("share-of-workdays", not_in_calendar(days))
    elif found.all_days < limit * work:
        when, asked = span_text(days), share_text(limit)
        statement = Text(
            f"{when.zh} {found.text.zh}，合计 {found.all_days} 天；工作日 {work} 天，规定不少于 {asked}",
            f"{when.en}: {found.text.en}, {found.all_days} in all, of {work} workdays; the rules ask for {asked}",
        )
        yield _short(looked, "share-of-workdays", days, statement, rules, "share_of_workdays")


def share_text(share: Fraction) -> str:
    """A share as people write it: per cent where that is short, a quotient else."""
    percent = share * 100
    return number_text(share, percent=True) if percent.denominator in {1, 2, 5, 10} else f"{share}"


def _short(looked: Looked, sort: Sort, days: Days, statement: Text, rules: AttendanceRulesDoc, key: str) -> Signal:
    rows = tuple(_row(looked, month, days) for month in months_of(days))
    return Signal(sort, looked.cadre, days, (), statement, rows, rules.basis, rules.at.key(key))


def _row(looked: Looked, month: Month, days: Days) -> Witness:
    """How many days of each mark the book has in a month."""
    book = looked.kept.months[month]
    counts = {mark: len(book.within(mark, days)) for mark in MARKS}
    said = [(MARK_NAMES[mark], n) for mark, n in counts.items() if n or mark == "village"]
    zh = "、".join(f"{name.zh} {n}" for name, n in said)
    en = ", ".join(f"{name.en} {n}" for name, n in said)
    return Witness(BOOK, Text(f"{month} {zh}", f"{month} {en}"), book.span)
