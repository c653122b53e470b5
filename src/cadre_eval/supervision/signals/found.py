"""Every signal about every cadre, and a table of their months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from attrs import frozen

from cadre_eval.model.attendance import MARKS, Mark, Month
from cadre_eval.model.postings import Posting
from cadre_eval.supervision.attendance import kept
from cadre_eval.supervision.calendar import calendar_name
from cadre_eval.supervision.signals.contradictions import absent_in_book, old_unit, reported_on_leave
from cadre_eval.supervision.signals.counts import months_looked_at, short_months, short_shares, short_years
from cadre_eval.supervision.signals.leave import leave_signer, leave_without_slip, signed_late, slip_not_in_book
from cadre_eval.supervision.signals.looking import District, Looked
from cadre_eval.supervision.signals.signal import Signal, Unmade, merged

LOOKS: tuple[Callable[[Looked], Iterator[Signal | Unmade]], ...] = (
    absent_in_book, old_unit, reported_on_leave, slip_not_in_book, leave_without_slip, leave_signer, signed_late,
    short_shares, short_years, short_months,
)  # fmt: skip


@frozen
class MonthRow:
    """A month of a cadre: days by mark, None where the book does not have the month."""

    month: Month
    counts: Mapping[Mark, int] | None
    short: bool
    """Whether there were too few days."""


@frozen
class CadreSignals:
    """What was found of one cadre."""

    cadre: str
    name: str
    postings: tuple[Posting, ...]
    months: tuple[MonthRow, ...]
    signals: tuple[Signal, ...]


@frozen
class Signals:
    """What was found of all: cadres in the order of their ids."""

    since: date | None
    as_of: date
    calendar: str
    cadres: tuple[CadreSignals, ...]
    unmade: tuple[Unmade, ...]


def find_signals(
    district: District, people: Iterable[tuple[str, str, tuple[Posting, ...]]], since: date | None
) -> Signals:
    """Looks at every cadre (id, name, postings). What ended before ``since`` is left out.

    Raises:
        UsageError: the calendar of workdays is not installed.
    """
    calendar = calendar_name()
    cadres, unmade = [], list[Unmade]()
    for cadre, name, postings in sorted(people):
        looked = Looked(name, cadre, postings, kept(district.on_record, cadre, district.as_of), district)
        found = [one for look in LOOKS for one in look(looked)]
        signals = [s for s in found if isinstance(s, Signal) and (since is None or s.span.last >= since)]
        unmade += [u for u in found if isinstance(u, Unmade)]
        short = {Month.of(s.span.first) for s in signals if s.sort == "days-a-month"}
        ordered = tuple(sorted(signals, key=lambda s: s.order))
        cadres.append(CadreSignals(cadre, name, postings, tuple(_months(looked, short)), ordered))
    return Signals(since, district.as_of, calendar, tuple(cadres), tuple(merged(unmade)))


def _months(looked: Looked, short: set[Month]) -> Iterator[MonthRow]:
    """Every month that the book has, or could have by now."""
    shown = {m for posting in looked.postings for m in months_looked_at(looked, posting)}
    shown |= {m for m in looked.kept.months if m.days.last >= looked.district.looked_at.first}
    for month in sorted(shown):
        book = looked.kept.months.get(month)
        counts = None if book is None else {mark: len(book.days.get(mark, ())) for mark in MARKS}
        yield MonthRow(month, counts, month in short)
