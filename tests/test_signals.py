"""Signals set records side by side: each appears just where a plain second look finds it, with both records; facts count
what the book says; bad attendance files are refused at the very token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.errors import Problem, Problems, Source, Span
from cadre_eval.model.attendance import MARKS, BookMonth, DayReport, LeaveSlip, Mark, Month, day_list, months_of
from cadre_eval.model.dates import Days
from cadre_eval.model.inspections import Finding, Inspection, Visit, Withdrawal
from cadre_eval.model.people import Cadre, Host, Office, Official, SendingUnit, Township
from cadre_eval.model.postings import Posting, Transfer
from cadre_eval.model.records import Fact, FactState
from cadre_eval.reading.scalars import PlacedWord
from cadre_eval.ruleset.supervision import (
    AttendanceRulesDoc,
    FactSourceDoc,
    FindingKindDoc,
    SignerDoc,
    SupervisionDoc,
)
from cadre_eval.supervision.attendance import first_month
from cadre_eval.supervision.attendance_facts import attendance_fact
from cadre_eval.supervision.calendar import is_workday
from cadre_eval.supervision.on_record import OnRecord, on_record
from cadre_eval.supervision.scope import Scope
from cadre_eval.supervision.signals.found import Signals, find_signals
from cadre_eval.supervision.signals.looking import District
from cadre_eval.supervision.signals.signal import TITLES
from cadre_eval.workspace.supervision.day_lists import read_days
from running import Done, ran
from small_workspace import CONFIG, RULESET, SMALL, shown, spoiled, write

ONE = timedelta(1)
YEAR = Days(date(2025, 1, 1), date(2025, 12, 31))
HOST = Host("h", "安和社区", Township("t", "云桥街道"))
UNIT = SendingUnit("u", "县财政局")
OFFICIALS = {
    "o-t": Official("o-t", "周一白", (Office("t", "组织委员", Days(date(2020, 1, 1), date(2030, 1, 1))),)),
    "o-u": Official("o-u", "吴听雨", (Office("u", "主任", Days(date(2020, 1, 1), date(2025, 6, 30))),)),
    "o-d": Official("o-d", "郑云舒", (Office("d", "科长", Days(date(2025, 3, 1), date(2030, 1, 1))),)),
}

# ── a year at random ───────────────────────────────────────────────────────────────────────────────────────────


@frozen
class Year:
    """One cadre's year, with everything on record of it."""

    posting: Posting
    records: tuple[Any, ...]
    rules: SupervisionDoc
    as_of: date


def all_days(days: Days) -> Iterator[date]:
    day = days.first
    while day <= days.last:
        yield day
        day += ONE


def a_year(seed: int) -> Year:
    r = Random(seed)
    day = lambda low=0, high=364: YEAR.first + timedelta(r.randint(low, high))  # noqa: E731
    start = r.choice([date(2024, 5, 6), YEAR.first, day(0, 100)])
    end = r.choice([None, date(2026, 5, 5), YEAR.last, day(200, 364)])
    moves = {"management": (_move(r, start),)} if r.random() < 0.7 else {}
    posting = Posting("p", Cadre("c", "林知远", "x"), HOST, "team-member", UNIT, start, end, moves=moves)
    lasts = posting.days.overlap(YEAR)
    assert lasts is not None
    slips = list(_slips(r, lasts))
    records = [*_book(r, lasts), *slips, *_reports(r, lasts), *_inspections(r, lasts)]
    return Year(posting, tuple(records), _rules(r), YEAR.first + timedelta(r.choice([420, r.randint(60, 430)])))


def _move(r: Random, start: date) -> Transfer:
    effective = start + timedelta(r.randint(0, 400))
    returned = effective + timedelta(r.randint(1, 120)) if r.random() < 0.4 else None
    return Transfer(
        "management", None, "t", effective, returned, known_on=effective + timedelta(r.choice([0, 0, 40]))
    )


def _book(r: Random, lasts: Days) -> Iterator[BookMonth]:
    dense, lost = r.choice([0.5, 0.75, 0.95]), r.choice([0, 0, 0.1])
    for month in months_of(lasts):
        if r.random() < lost:
            continue
        days: dict[Mark, set[date]] = {mark: set() for mark in MARKS}
        for day in all_days(month.days):
            if day in lasts and r.random() < dense:
                days[r.choices(MARKS, [20, 2, 2, 1])[0]].add(day)
        known_on = month.days.last + timedelta(r.choice([0, 0, 5, 45]))
        yield BookMonth(
            "c", month.year, month.month, {m: frozenset(d) for m, d in days.items() if d}, known_on=known_on
        )


def _slips(r: Random, lasts: Days) -> Iterator[LeaveSlip]:
    day, number = lasts.first, 0
    while (day := day + timedelta(r.randint(5, 60))) <= lasts.last:
        number += 1
        last = day + timedelta(r.choice([0, 1, 2, 4, 8]))
        signed = day + timedelta(r.randint(-4, 3))
        known = signed + timedelta(r.choice([0, 0, 30]))
        yield LeaveSlip(
            f"l-{number}", "c", Days(day, last), "事假", r.choice(list(OFFICIALS)), signed, known_on=known
        )
        day = last
    if day < lasts.last and r.random() < 0.5:
        beyond = Days(lasts.last, lasts.last + timedelta(10))
        yield LeaveSlip("l-0", "c", beyond, "事假", "o-d", lasts.last - ONE)


def _reports(r: Random, lasts: Days) -> Iterator[DayReport]:
    for day in all_days(lasts):
        if r.random() < 0.05:
            yield DayReport(
                "c", day, r.choice(["h", "h", "u", "t"]), "走访", known_on=day + timedelta(r.choice([0, 20]))
            )


def _inspections(r: Random, lasts: Days) -> Iterator[Inspection]:
    for number in range(r.randint(0, 6)):
        day = lasts.first + timedelta(r.randint(0, lasts.length - 1))
        gone, other = ("c",) if r.random() < 0.5 else (), lasts.first + timedelta(r.randint(0, lasts.length - 1))
        visit = Visit("h", day, ("o-d",), absent=gone, known_on=day + timedelta(r.choice([0, 0, 80])))
        kind = r.choice(["away", "records"])
        known = other + timedelta(r.choice([0, 15]))
        finding = Finding(
            f"f-{number}", kind, None, "h", r.choice(["c", "c", "e", None]), other, known, "……", ("照片",)
        )
        unfounded = Withdrawal(finding.id, known + ONE, "o-d", "查清") if r.random() < 0.3 else None
        yield Inspection(
            f"i-{number}", "督查", "district", Days(day, day), visits=(visit,), findings=(finding,),
            withdrawals=(unfounded,) if unfounded else (),
        )  # fmt: skip


def _rules(r: Random) -> SupervisionDoc:
    some = lambda value: value if r.random() < 0.8 else None  # noqa: E731
    attendance = AttendanceRulesDoc(
        days_a_month=some(20), days_a_year=some(r.choice([150, 230])), share_of_workdays=some(Fraction(2, 3)),
        trips_count=some(r.random() < 0.5),
    )  # fmt: skip
    leave = r.choice([(), (SignerDoc(up_to=3, by="management"),), (SignerDoc(up_to=3, by="management"), SignerDoc(by="district"))])  # fmt: skip
    findings = {"away": FindingKindDoc(title="不在岗", absence=True), "records": FindingKindDoc(title="台账不全")}
    return SupervisionDoc(attendance=some(attendance), leave=leave, findings=findings)


YEARS = st.integers(0, 2**32).map(a_year)


def found_in(year: Year, records: OnRecord | None = None, since: date | None = None) -> Signals:
    kept = on_record(year.records) if records is None else records
    posting = year.posting.as_known(year.as_of)
    assert posting is not None
    district = District(
        "d", {"h": "安和社区", "t": "云桥街道", "u": "县财政局", "d": "清溪县"}, OFFICIALS, kept, lambda _: year.rules,
        year.as_of, first_month(kept, year.as_of), since or date.min,
    )  # fmt: skip
    return find_signals(district, [("c", "林知远", (posting,))], since)


def flat(found: Signals) -> set[tuple[str, date]]:
    """Each signal as its sort and day: every single day, or the first of a whole span."""
    return {(s.sort, day) for c in found.cadres for s in c.signals for day in (s.days or (s.span.first,))}


# ── the second look ────────────────────────────────────────────────────────────────────────────────────────────


def second_look(year: Year) -> set[tuple[str, date]]:
    """The same from the records as they are, day by day, sharing nothing with the first but the calendar."""
    known = [x for x in year.records if getattr(x, "known_on", date.min) <= year.as_of]
    books = {(b.year, b.month): b for b in known if isinstance(b, BookMonth)}
    slips = [x for x in known if isinstance(x, LeaveSlip)]
    marks = {day: mark for b in books.values() for mark, days in b.days.items() for day in days}
    covered = {day for slip in slips for day in all_days(slip.days)}
    gone = days_absent(known, year.as_of)
    found = set()
    for day in all_days(YEAR):
        mark, at = marks.get(day), {x.at for x in known if isinstance(x, DayReport) and x.on == day}
        away, booked = mark in ("trip", "leave") or day in covered, (day.year, day.month) in books
        says = {
            "absent-in-book": day in gone and mark == "village",
            "old-unit": (mark == "unit" or "u" in at) and not away,
            "reported-on-leave": mark == "leave" and "h" in at,
            "leave-without-slip": mark == "leave" and day not in covered,
            "slip-not-in-book": day in covered and booked and mark != "leave" and bool(mark or is_workday(day)),
        }
        found |= {(sort, day) for sort, holds in says.items() if holds and day in year.posting.days}
    found |= {("signed-late", slip.days.first) for slip in slips if slip.signed_on > slip.days.first}
    found |= {("leave-signer", slip.days.first) for slip in slips if not may_sign(year, slip)}
    return found | counts_short(year, set(books), marks)


def days_absent(known: list[Any], as_of: date) -> set[date]:
    gone = set()
    for i in (x for x in known if isinstance(x, Inspection)):
        gone |= {v.on for v in i.visits if "c" in v.absent and v.known_on <= as_of}
        unfounded = {w.finding for w in i.withdrawals if w.known_on <= as_of}
        mine = [f for f in i.findings if (f.kind, f.cadre) == ("away", "c") and f.known_on <= as_of]
        gone |= {f.on for f in mine if f.id not in unfounded}
    return gone


def may_sign(year: Year, slip: LeaveSlip) -> bool:
    """True also where no rule says who may."""
    if not year.rules.leave or (slip.days.length > 3 and len(year.rules.leave) < 2):
        return True
    entitled = "d" if slip.days.length > 3 else manager(year, slip.signed_on)
    offices = OFFICIALS[slip.signed_by].offices
    return any(o.unit == entitled and o.days.first <= slip.signed_on <= o.days.last for o in offices)


def manager(year: Year, on: date) -> str:
    for move in year.posting.moves.get("management", ()):
        back = move.returned is not None and max(move.returned, move.known_on) <= year.as_of and on >= move.returned
        if move.known_on <= year.as_of and on >= move.effective and not back:
            return "t"
    return "u"


def counts_short(year: Year, books: set[tuple[int, int]], marks: Mapping[date, Mark]) -> set[tuple[str, date]]:
    rules = year.rules.attendance
    if rules is None or rules.trips_count is None or not books:
        return set()
    counting = {"village", "trip"} if rules.trips_count else {"village"}
    posted, found = year.posting.days, set()

    def judged(first: date, last: date) -> bool:
        days = list(all_days(Days(first, last)))
        return last <= year.as_of and all((d.year, d.month) in books for d in days)

    def counted(first: date, last: date) -> int:
        return sum(marks.get(day) in counting for day in all_days(Days(first, last)))

    for n in range(1, 13):
        first = date(2025, n, 1)
        last = (date(2025, n + 1, 1) if n < 12 else date(2026, 1, 1)) - ONE
        whole = first in posted and last in posted
        if rules.days_a_month and whole and judged(first, last) and counted(first, last) < rules.days_a_month:
            found.add(("days-a-month", first))
    first, last = max(YEAR.first, posted.first), min(YEAR.last, posted.last)
    if judged(first, last):
        if (
            rules.days_a_year
            and (first, last) == (YEAR.first, YEAR.last)
            and counted(first, last) < rules.days_a_year
        ):
            found.add(("days-a-year", first))
        work = sum(bool(is_workday(day)) for day in all_days(Days(first, last)))
        if rules.share_of_workdays and counted(first, last) < rules.share_of_workdays * work:
            found.add(("share-of-workdays", first))
    return found


@given(YEARS)
def test_each_signal_appears_just_where_a_second_look_finds_it(year: Year) -> None:
    assert flat(found_in(year)) == second_look(year)


def test_the_years_at_random_have_every_sort_of_signal() -> None:
    seen = {sort for seed in range(60) for sort, _ in second_look(a_year(seed))}
    assert seen == set(TITLES)


@given(YEARS)
def test_what_was_known_on_a_day_is_what_is_found_from_the_records_of_that_day(year: Year) -> None:
    def known(record: Any) -> Any:
        if isinstance(record, Inspection):
            parts = {
                name: tuple(x for x in getattr(record, name) if x.known_on <= year.as_of)
                for name in ("visits", "findings", "withdrawals")
            }
            return evolve(record, **parts)
        return record if record.known_on <= year.as_of else None

    then = on_record([kept for record in year.records if (kept := known(record)) is not None])
    assert found_in(year) == found_in(year, then)


@given(YEARS, st.randoms(use_true_random=False))
def test_the_order_of_records_never_matters(year: Year, random: Random) -> None:
    shuffled = list(year.records)
    random.shuffle(shuffled)
    assert found_in(year) == found_in(year, on_record(shuffled))


@given(YEARS, st.integers(0, 400))
def test_what_ended_before_the_first_day_asked_for_is_left_out(year: Year, offset: int) -> None:
    since = min(YEAR.first + timedelta(offset), year.as_of)
    everything, later = found_in(year), found_in(year, since=since)
    assert [s for c in later.cadres for s in c.signals] == [
        s for c in everything.cadres for s in c.signals if s.span.last >= since
    ]
    assert all(row.month.days.last >= since for c in later.cadres for row in c.months)


@given(YEARS)
def test_a_signal_names_the_records_it_rests_on_and_the_worst_sorts_come_first(year: Year) -> None:
    for signal in found_in(year).cadres[0].signals:
        assert signal.witnesses
        assert all(witness.says.zh and witness.says.en for witness in signal.witnesses)
    order = [list(TITLES).index(s.sort) for s in found_in(year).cadres[0].signals]
    assert order == sorted(order)


def full_year(days: int) -> Year:
    """Every month in the book, and so many days in the village, the first of the year."""
    village = set(list(all_days(YEAR))[:days])
    books = [
        BookMonth("c", m.year, m.month, {"village": frozenset(day for day in all_days(m.days) if day in village)})
        for m in months_of(YEAR)
    ]
    rules = SupervisionDoc(attendance=AttendanceRulesDoc(share_of_workdays=Fraction(2, 3), trips_count=False))
    posting = Posting("p", Cadre("c", "林知远", "x"), HOST, "team-member", UNIT, YEAR.first)
    return Year(posting, tuple(books), rules, YEAR.last)


def test_two_thirds_of_248_workdays_are_165_and_a_third() -> None:
    assert flat(found_in(full_year(165))) == {("share-of-workdays", YEAR.first)}
    assert flat(found_in(full_year(166))) == set()


def test_a_year_that_is_not_over_is_not_judged() -> None:
    year = evolve(full_year(0), as_of=date(2025, 12, 30))
    found = found_in(year)
    assert flat(found) == set()
    assert ("share-of-workdays", "没有过完", ("c 2025",)) in {(u.check, u.reason.zh, u.about) for u in found.unmade}


@pytest.mark.parametrize(("gap", "judged"), [(0, True), (1, False)])
def test_postings_that_follow_each_other_without_a_gap_are_taken_together(gap: int, judged: bool) -> None:
    year = full_year(0)
    rules = SupervisionDoc(attendance=AttendanceRulesDoc(days_a_month=20, days_a_year=200, trips_count=False))
    moved = date(2025, 3, 15)
    first = evolve(year.posting, term_end=moved - timedelta(1 + gap))
    second = evolve(year.posting, id="q", start=moved)
    kept = on_record(year.records)
    district = District("d", {}, OFFICIALS, kept, lambda _: rules, YEAR.last, first_month(kept, YEAR.last))
    found = find_signals(district, [("c", "林知远", (first, second))], None)
    told = {(s.sort, s.span.first) for s in found.cadres[0].signals}
    assert ({("days-a-month", date(2025, 3, 1)), ("days-a-year", YEAR.first)} <= told) is judged
    assert len(found.cadres[0].signals) == (13 if judged else 11)


def test_a_day_off_left_out_is_no_contradiction_and_a_year_without_calendar_is_not_guessed() -> None:
    def seen(first: date) -> Signals:
        slip = LeaveSlip("l-1", "c", Days(first, first), "事假", "o-t", first - ONE)
        book = BookMonth("c", first.year, first.month)
        posting = Posting("p", Cadre("c", "林知远", "x"), HOST, "team-member", UNIT, date(2000, 1, 1))
        return found_in(Year(posting, (slip, book), SupervisionDoc(), Month.of(first).days.last))

    assert ("slip-not-in-book", date(2025, 3, 14)) in flat(seen(date(2025, 3, 14)))
    assert flat(seen(date(2025, 3, 15))) == set()  # a Saturday
    unknown = seen(date(2003, 3, 14))
    assert flat(unknown) == set()
    assert {u.about for u in unknown.unmade if u.check == "slip-not-in-book" and "2003" in u.reason.zh} == {("l-1",)}


@pytest.mark.parametrize(("signed", "wrong"), [(date(2025, 3, 9), False), (date(2025, 3, 10), True)])
def test_the_holder_on_the_day_of_signing_may_sign(signed: date, wrong: bool) -> None:
    first = date(2025, 3, 10)
    move = Transfer("management", None, "t", first)
    posting = evolve(full_year(0).posting, moves={"management": (move,)})
    slip = LeaveSlip("l-1", "c", Days(first, first), "事假", "o-u", signed)
    rules = SupervisionDoc(leave=(SignerDoc(by="management"),))
    assert (("leave-signer", first) in flat(found_in(Year(posting, (slip,), rules, YEAR.last)))) is wrong


@pytest.mark.parametrize(("signed", "wrong"), [(date(2025, 6, 30), False), (date(2025, 7, 1), True)])
def test_the_office_on_the_day_of_signing_counts(signed: date, wrong: bool) -> None:
    first = date(2025, 7, 1)
    slip = LeaveSlip("l-1", "c", Days(first, first), "事假", "o-u", signed)
    rules = SupervisionDoc(leave=(SignerDoc(by="management"),))
    year = Year(full_year(0).posting, (slip,), rules, YEAR.last)
    assert (("leave-signer", first) in flat(found_in(year))) is wrong


def test_the_old_unit_is_that_of_the_posting_of_the_day() -> None:
    first, other = full_year(0).posting, SendingUnit("v", "县文化馆")
    before = evolve(first, id="p-0", start=date(2024, 1, 1), term_end=date(2024, 12, 31), sending_unit=other)
    reports = [DayReport("c", date(2025, 3, 3), "v", "开会"), DayReport("c", date(2024, 3, 4), "v", "开会")]
    kept = on_record([*reports, BookMonth("c", 2024, 3)])
    district = District("d", {}, OFFICIALS, kept, lambda _: SupervisionDoc(), YEAR.last, first_month(kept, YEAR.last))
    assert flat(find_signals(district, [("c", "林知远", (before, first))], None)) == {("old-unit", date(2024, 3, 4))}


# ── facts ──────────────────────────────────────────────────────────────────────────────────────────────────────

SOURCES = ("village-days", "leave-days", "share-of-workdays")


def fact_of(year: Year, source: Any, days: Days = YEAR) -> Fact | None:
    within = year.posting.days.overlap(days)
    if within is None:
        return None
    scope = Scope(year.posting, within, year.as_of, on_record(year.records), year.rules)
    return attendance_fact(FactSourceDoc(attendance=source), scope)


@given(YEARS, st.sampled_from(SOURCES), st.sampled_from([YEAR, Days(YEAR.first, date(2025, 6, 30))]))
def test_facts_count_the_book_and_lack_what_it_lacks(year: Year, source: str, days: Days) -> None:
    fact = fact_of(year, source, days)
    first, last = max(days.first, year.posting.days.first), min(days.last, year.posting.days.last, year.as_of)
    if fact is None:
        return
    books = {(b.year, b.month): b for b in year.records if isinstance(b, BookMonth) and b.known_on <= year.as_of}
    marks = {day: mark for b in books.values() for mark, own in b.days.items() for day in own}
    span = list(all_days(Days(first, last)))
    lacking = {(day.year, day.month) for day in span} - set(books)
    trips = year.rules.attendance.trips_count if year.rules.attendance else None
    if not span or lacking or (trips is None and source != "leave-days"):
        assert (fact.state, fact.value) == (FactState.MISSING, None)
        reason = getattr(fact.reason, "zh", "")
        assert all(f"{y}-{m:02d}" in reason for y, m in lacking)
        assert lacking or not span or "trips_count" in reason
        return
    counts = {mark: sum(marks.get(day) == mark for day in span) for mark in MARKS}
    present = counts["village"] + (counts["trip"] if trips else 0)
    work = sum(bool(is_workday(day)) for day in span)
    if source == "share-of-workdays" and not work:
        assert fact.state is FactState.NOT_APPLICABLE
        return
    wanted = {"village-days": present, "leave-days": counts["leave"]}
    assert fact.value == (wanted[source] if source in wanted else min(Fraction(1), Fraction(present, work)))
    assert fact.detail is not None


def test_a_detail_says_what_was_counted_and_by_which_calendar() -> None:
    posting = Posting("p", Cadre("c", "林知远", "x"), HOST, "team-member", UNIT, date(2025, 1, 1))
    march = Month(2025, 3).days
    place = Span(Source("s/2025-03.yaml"), 4, 3)
    days: dict[Mark, frozenset[date]] = {
        "village": frozenset(list(all_days(march))[:29]),
        "trip": frozenset({march.last}),
    }
    book = BookMonth("c", 2025, 3, days, place)
    rules = SupervisionDoc(attendance=AttendanceRulesDoc(trips_count=True))
    scope = Scope(posting, march, march.last, on_record([book]), rules)
    counted = attendance_fact(FactSourceDoc(attendance="village-days"), scope)
    assert (counted.value, counted.evidence) == (30, ("s/2025-03.yaml:4",))
    assert counted.detail is not None
    assert counted.detail.zh == "1 个月的考勤簿：在村 29 天，出差 1 天计入"
    share = attendance_fact(FactSourceDoc(attendance="share-of-workdays"), scope)
    assert share.value == 1
    assert share.detail is not None
    assert "工作日 21 天（chinesecalendar" in share.detail.zh
    assert share.detail.zh.endswith("超过的按 100% 计")


# ── day lists ──────────────────────────────────────────────────────────────────────────────────────────────────

MARCH, APRIL = Month(2025, 3), Month(2025, 4)


def read(text: str, month: Month) -> tuple[set[int], list[Problem]]:
    word = PlacedWord(text)
    word.span = Span(Source("book.yaml", f'village: "{text}"'), 1, 10, len(text) + 2)
    problems = Problems()
    return {day.day for day in read_days(word, month, problems)}, list(problems)


@given(st.sets(st.integers(1, 31), min_size=1))
def test_a_day_list_is_read_back_as_the_days_it_was_written_from(days: set[int]) -> None:
    assert read(day_list(days), MARCH) == (days, [])


@given(st.lists(st.integers(1, 31), min_size=1, unique=True), st.sampled_from([",", ", ", " , "]))
def test_days_may_stand_in_any_order(days: list[int], comma: str) -> None:
    assert read(comma.join(map(str, days)), MARCH) == (set(days), [])


@pytest.mark.parametrize(
    ("text", "month", "code", "column", "fix"),
    [
        ("3-7, 31", APRIL, "CE772", 16, None),
        ("28-31", APRIL, "CE772", 11, None),
        ("3-7, 5", MARCH, "CE773", 16, None),
        ("3, 9-8", MARCH, "CE431", 14, None),
        ("3, x", MARCH, "CE771", 14, None),
        ("1, 3～7", MARCH, "CE771", 14, "3-7"),
        ("3、5-7日", MARCH, "CE771", 11, "3, 5-7"),
        ("０3, 5", MARCH, "CE771", 11, "3"),
        ("3,, 5", MARCH, "CE771", 13, None),
        ("0", MARCH, "CE771", 11, None),
        ("32", MARCH, "CE771", 11, None),
    ],
)
def test_what_is_wrong_in_a_day_list_is_told_at_the_token(
    text: str, month: Month, code: str, column: int, fix: str | None
) -> None:
    problems = read(text, month)[1]
    assert [(p.code, p.span.line, p.span.column, p.fix) for p in problems] == [(code, 1, column, fix)]


@given(st.text(alphabet="0123-,，、 ～日x", max_size=12))
def test_any_text_is_a_day_list_or_a_problem(text: str) -> None:
    days, problems = read(text, APRIL)
    assert bool(problems) or (days and days <= set(range(1, 31)))
    for problem in problems:
        if problem.fix is not None:
            assert not [p for p in read(problem.fix, MARCH)[1] if p.code == "CE771"]


# ── files and the command ──────────────────────────────────────────────────────────────────────────────────────

PEOPLE = """\
roster: officials
officials:
  - {id: o-1, name: 周一白, offices: [{unit: t-01, title: 组织委员, from: 2023-01-01}]}
  - {id: o-2, name: 吴听雨, offices: [{unit: d-01, title: 驻村办主任, from: 2023-01-01}]}
"""
RULES = (
    RULESET
    + """\
supervision:
  attendance: {days_a_month: 20, trips_count: yes, basis: 第十二条}
  leave:
    - {up_to: 3, by: management, basis: 第十三条}
    - {by: district}
  findings: {away: {title: 不在岗, absence: yes}}
"""
)
BOOK = """\
attendance: 2025-03
cadres:
  c-1: {village: "3-7, 10-14, 17-21, 24-28, 29", trip: "31"}
  c-2:
    village: "3-7, 10-11, 14, 17-21, 24"
    leave: "12-13"
    unit: "25"
"""
SLIPS = """\
leave: 2025
slips:
  - {id: l-1, cadre: c-2, from: 2025-03-12, to: 2025-03-12, kind: 事假, signed_by: o-1, signed_on: 2025-03-12}
  - {id: l-2, cadre: c-1, from: 2025-03-10, to: 2025-03-14, kind: 年休假, signed_by: o-1, signed_on: 2025-03-11}
"""
REPORTS = """\
day_reports: 2025-03
reports:
  - {cadre: c-2, on: 2025-03-20, at: u-02, text: 回单位整理材料, evidence: [日志3-20]}
  - {cadre: c-2, on: 2025-03-13, at: h-02, text: 走访三户}
"""
VISITED = """\
inspection: i-1
title: 一季度督查
kind: district
from: 2025-03-18
to: 2025-03-21
team: [o-2]
visits: [{host: h-02, on: 2025-03-20, by: [o-2], absent: [c-2]}]
"""
SUPERVISED = {
    **SMALL,
    "cadre-eval.yaml": CONFIG + "supervision: supervision\n",
    "small.yaml": RULES,
    "roster/officials.yaml": PEOPLE,
    "supervision/2025-03.yaml": BOOK,
    "supervision/leave.yaml": SLIPS,
    "supervision/reports.yaml": REPORTS,
    "supervision/i-1.yaml": VISITED,
}


@pytest.fixture
def district(tmp_path: Path) -> Path:
    return write(tmp_path / "w", SUPERVISED)


def told(folder: Path, *arguments: str) -> dict[str, Any]:
    done = ran("signals", folder, *arguments, "--format", "json")
    assert done.code == 0, done.said
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_the_command_says_what_disagrees_with_both_records(district: Path) -> None:
    found = told(district, "--as-of", "2025-04-10")
    sorts = {c["cadre"]: [s["sort"] for s in c["signals"]] for c in found["cadres"]}
    assert sorts == {
        "c-1": ["slip-not-in-book", "leave-signer", "signed-late"],
        "c-2": [
            "absent-in-book", "old-unit", "reported-on-leave", "leave-without-slip", "leave-signer", "days-a-month",
        ],
    }  # fmt: skip
    absent = found["cadres"][1]["signals"][0]
    assert absent["days"] == ["2025-03-20"]
    assert [r["place"] for r in absent["records"]] == ["supervision/i-1.yaml:7", "supervision/2025-03.yaml:5"]
    unit = found["cadres"][1]["signals"][1]
    assert unit["days"] == ["2025-03-20", "2025-03-25"]
    assert {r["place"] for r in unit["records"]} == {
        "supervision/2025-03.yaml:5", "supervision/2025-03.yaml:7", "supervision/reports.yaml:3",
    }  # fmt: skip
    short = found["cadres"][1]["signals"][-1]
    assert (short["basis"], short["rule"]) == ("第十二条", f"small.yaml:{line_of(RULES, 'days_a_month')}")
    assert found["calendar"].startswith("chinesecalendar ")
    assert found["summary"] == {"cadres": 2, "with_signals": 2, "signals": 9}


def line_of(text: str, word: str) -> int:
    return text[: text.index(word)].count("\n") + 1


def test_what_is_not_declared_is_not_checked_and_that_is_said(district: Path) -> None:
    unmade = {(u["check"], u["reason"]) for u in told(district, "--as-of", "2025-04-10")["not_checked"]}
    assert unmade == {
        ("days-a-year", "办法没有规定（supervision.attendance.days_a_year）"),
        ("share-of-workdays", "办法没有规定（supervision.attendance.share_of_workdays）"),
    }
    write(district, {"small.yaml": RULESET})
    found = told(district, "--as-of", "2025-04-10")
    assert {u["check"] for u in found["not_checked"]} == {
        "leave-signer", "days-a-month", "days-a-year", "share-of-workdays",
    }  # fmt: skip
    assert {s["sort"] for c in found["cadres"] for s in c["signals"]}.isdisjoint({"leave-signer", "days-a-month"})


def test_before_the_book_of_a_month_is_known_nothing_is_held_against_it(district: Path) -> None:
    found = told(district, "--as-of", "2025-03-30")
    assert [s["sort"] for c in found["cadres"] for s in c["signals"]] == ["leave-signer", "signed-late", "old-unit", "leave-signer"]  # fmt: skip
    assert all(c["months"] == [] for c in found["cadres"])


def test_the_table_shows_months_statements_and_records(district: Path) -> None:
    text = ran("signals", district, "--as-of", "2025-04-10").out
    assert "2025 年各月在村天数" in text
    assert "林知远  c-1         21" in text
    assert "14*" in text
    assert "督查 i-1（一季度督查）：2025-03-20 到新禾社区，沈砚秋不在（supervision/i-1.yaml:7）" in text
    assert "不是结论" in text


def test_one_cadre_may_be_asked_for_by_id_or_name(district: Path) -> None:
    by_id = ran("signals", district, "c-2", "--as-of", "2025-04-10")
    assert ran("signals", district, "沈砚秋", "--as-of", "2025-04-10") == by_id
    assert "林知远" not in by_id.out
    assert "请假" in by_id.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["c-22"], "c-2"),
        (["--from", "2025-05-01", "--as-of", "2025-04-01"], "2025-05-01"),
        (["--from", "2025-02-30"], "2025-02-30"),
    ],
)
def test_wrong_usage_says_what_is_wrong(district: Path, arguments: list[str], said: str) -> None:
    done: Done = ran("signals", district, *arguments)
    assert done.code == 2
    assert said in done.err


def test_a_workspace_without_records_of_supervision_is_told_so(tmp_path: Path) -> None:
    done = ran("signals", write(tmp_path / "w", SMALL))
    assert done.code == 2
    assert "supervision" in done.err


def test_the_order_and_names_of_files_never_matter(district: Path, tmp_path: Path) -> None:
    rows = BOOK.splitlines(keepends=True)
    moved = {k: v for k, v in SUPERVISED.items() if not k.startswith("supervision/")}
    moved |= {
        "supervision/z.yaml": SLIPS,
        "supervision/a/reports.yaml": REPORTS,
        "supervision/b.yaml": VISITED,
        "supervision/y.yaml": "".join(rows[:3]),
        "supervision/c.yaml": "".join([*rows[:2], *rows[3:]]),
    }

    def bare(folder: Path) -> Any:
        found = told(folder, "--as-of", "2025-04-10")
        for record in (r for c in found["cadres"] for s in c["signals"] for r in s["records"]):
            record.pop("place")
        return found

    assert bare(district) == bare(write(tmp_path / "other", moved))


# ── bad files ──────────────────────────────────────────────────────────────────────────────────────────────────

BAD_BOOK = """\
attendance: 2025-04
known_on: 2025-04-29
cadres:
  c-1: {village: "3-7, 31", trip: "5"}
  c-9: {village: "3"}
"""
AGAIN = """\
attendance: 2025-03
cadres: {c-1: {village: "3"}}
"""
EARLY = """\
attendance: 2024-05
cadres: {c-1: {village: "6-10, 31"}}
"""
BAD_SLIPS = """\
leave: 2025
slips:
  - {id: l-3, cadre: c-1, from: 2025-05-12, to: 2025-05-10, kind: 事假, signed_by: o-1, signed_on: 2025-05-09}
  - {id: l-3, cadre: c-1, from: 2025-05-12, to: 2025-05-16, kind: 事假, signed_by: o-7, signed_on: 2025-05-09}
  - {id: l-4, cadre: c-2, from: 2025-06-01, to: 2025-06-05, kind: 事假, signed_by: o-1, signed_on: 2025-05-31}
  - {id: l-5, cadre: c-2, from: 2025-06-05, to: 2025-06-06, kind: 事假, signed_by: o-1, signed_on: 2025-05-31}
  - {id: l-6, cadre: c-1, from: 2024-06-05, to: 2024-06-06, kind: 事假, signed_by: o-1, signed_on: 2024-05-31}
  - {id: l-7, cadre: c-1, from: 2026-06-05, to: 2026-06-06, kind: 事假, signed_by: o-1, signed_on: 2026-05-31}
  - {id: l-8, cadre: c-1, from: 2025-02-30, to: 2025-03-02, kind: 事假, signed_by: o-1, signed_on: 2025-02-01}
"""
LONG_SLIP = """\
leave: 2025
slips: [{id: l-9, cadre: c-1, from: 2025-05-12, to: 2052-05-13, kind: 事假, signed_by: o-1, signed_on: 2025-05-09}]
"""
BAD_REPORTS = """\
day_reports: 2025-04
reports:
  - {cadre: c-1, on: 2025-04-02, at: u-09, text: 走访}
  - {cadre: c-1, on: 2025-03-02, at: h-01, text: 走访}
  - {cadre: c-1, on: 2025-04-03, at: h-01, text: 走访, known_on: 2025-04-01}
"""


def places(problems: list[Problem], name: str) -> set[tuple[str, int, str]]:
    """Code, line and the very words pointed at."""
    return {
        (p.code, p.span.line, p.span.source.line(p.span.line)[p.span.column - 1 :][: p.span.length])
        for p in problems
        if p.span.source.name == f"supervision/{name}"
    }


def test_a_bad_book_is_refused_at_the_very_token_all_at_once(tmp_path: Path) -> None:
    files = {"supervision/bad.yaml": BAD_BOOK, "supervision/x.yaml": AGAIN, "supervision/early.yaml": EARLY}
    problems = spoiled(tmp_path, {**SUPERVISED, **files})
    assert places(problems, "bad.yaml") == {
        ("CE702", 2, "2025-04-29"), ("CE772", 4, "31"), ("CE773", 4, "5"), ("CE421", 5, "c-9"),
    }, shown(problems)  # fmt: skip
    assert places(problems, "x.yaml") == {("CE774", 2, "c-1")}
    assert places(problems, "early.yaml") == {("CE701", 2, "6-10")}
    assert not places(problems, "2025-03.yaml")


def test_bad_slips_are_refused_all_at_once(tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {**SUPERVISED, "supervision/bad.yaml": BAD_SLIPS})
    assert places(problems, "bad.yaml") == {("CE208", 9, "2025-02-30")}
    rest = "".join(line for line in BAD_SLIPS.splitlines(keepends=True) if "02-30" not in line)
    problems = spoiled(tmp_path, {**SUPERVISED, "supervision/bad.yaml": rest})
    assert places(problems, "bad.yaml") == {
        ("CE431", 3, "2025-05-10"), ("CE306", 4, "l-3"), ("CE421", 4, "o-7"), ("CE776", 6, "2025-06-05"),
        ("CE775", 7, "2024-06-05"), ("CE701", 8, "2026-06-05"),
    }, shown(problems)  # fmt: skip


def test_leave_that_reaches_past_the_next_year_is_refused_at_its_last_day(tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {**SUPERVISED, "supervision/long.yaml": LONG_SLIP})
    assert places(problems, "long.yaml") == {("CE775", 2, "2052-05-13")}, shown(problems)


def test_bad_reports_are_refused_all_at_once(tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {**SUPERVISED, "supervision/bad.yaml": BAD_REPORTS})
    assert places(problems, "bad.yaml") == {
        ("CE421", 3, "u-09"), ("CE775", 4, "2025-03-02"), ("CE702", 5, "2025-04-01"),
    }, shown(problems)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("attendance: 2025-13\ncadres: {}\n", None),
        ("attendance: 2025年3月\ncadres: {}\n", "2025-03"),
        ("leave: 2025年\nslips: []\n", "2025"),
        ("day_reports: 2025-3\nreports: []\n", "2025-03"),
    ],
)
def test_a_file_that_names_no_month_or_year_is_refused_there(text: str, fix: str | None, tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {**SUPERVISED, "supervision/bad.yaml": text})
    assert [(p.code, p.span.line, p.fix) for p in problems] == [("CE771", 1, fix)], shown(problems)


def test_a_bad_book_stops_the_command_with_problems(district: Path) -> None:
    done = ran("signals", write(district, {"supervision/bad.yaml": BAD_BOOK}))
    assert done.code == 1
    assert "supervision/bad.yaml:4:" in done.err


# ── into the assessment ────────────────────────────────────────────────────────────────────────────────────────

OF_MARCH = {
    "talks: {title: 宣讲场次, type: count, unit: 场, at_most: 366}": (
        "talks: {title: 在村天数, type: count, unit: 天, from: {attendance: village-days}}"
    ),
    "mid-year: {title: 半年考核, from: 01-01, to: 06-30}": "mid-year: {title: 三月考核, from: 03-01, to: 03-31}",
    "minimum_service: {mid-year: 3 months,": "minimum_service: {mid-year: 1 days,",
}


def of_march() -> str:
    """The rules with a period of one month and a fact from the book."""
    text = RULES
    for old, new in OF_MARCH.items():
        assert old in text
        text = text.replace(old, new)
    return text


def test_a_fact_from_the_book_enters_the_score_with_its_count(tmp_path: Path) -> None:
    files = {name: text for name, text in SUPERVISED.items() if not name.startswith("records/")}
    folder = write(tmp_path / "w", {**files, "small.yaml": of_march(), "records/.keep": ""})
    text = ran("explain", folder, "c-1", "talk", "--period", "2025-mid-year").out
    assert "在村天数：22天（1 个月的考勤簿：在村 21 天，出差 1 天计入）" in text
    assert "supervision/2025-03.yaml:3" in text
    (folder / "supervision/2025-03.yaml").unlink()
    missing = ran("explain", folder, "c-1", "talk", "--period", "2025-mid-year").out
    assert "考勤簿没有 2025-03" in missing
