"""Work lists: who is answerable, how each piece of work stands on a day as known then, the rates, the command."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from cadre_eval.errors import Problem, Problems, Source, Span
from cadre_eval.model.dates import Days
from cadre_eval.model.people import Cadre, District, Host, Office, Official, SendingUnit, Township
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Fact, FactState
from cadre_eval.model.worklists import Worklist
from cadre_eval.reading.scalars import PlacedWord
from cadre_eval.reports.worklist import worklist_table
from cadre_eval.reports.worklist_groups import WorklistReport, grouped
from cadre_eval.reports.worklist_json import worklist_json
from cadre_eval.ruleset.supervision import FactSourceDoc, SupervisionDoc
from cadre_eval.supervision.on_record import on_record
from cadre_eval.supervision.scope import Scope
from cadre_eval.supervision.worklists import Standing, standings
from cadre_eval.supervision.worklists_rates import worklist_fact
from cadre_eval.supervision.worklists_states import NEXT, State
from cadre_eval.workspace.roster import Roster
from cadre_eval.workspace.supervision.reading import Reading
from cadre_eval.workspace.supervision.worklist_documents import (
    ForDoc,
    WorkCheckDoc,
    WorkItemDoc,
    WorklistDoc,
    WorkReportDoc,
)
from cadre_eval.workspace.supervision.worklists import read_worklist
from running import ran, spawned
from small_workspace import SMALL, loaded, shown, spoiled, write

ISSUED = date(2025, 3, 3)
DUE = date(2025, 3, 10)


def day(number: int) -> date:
    """A day of March 2025, or of a month before or after."""
    return date(2025, 3, 1) + timedelta(days=number - 1)


# ── a small district ─────────────────────────────────────────────────────────────────────────────

STREETS = {name: Township(name, title, "street") for name, title in (("t-01", "云桥街道"), ("t-02", "松岭街道"))}
HOSTS = {
    "h-01": Host("h-01", "安和社区", STREETS["t-01"], "community"),
    "h-02": Host("h-02", "新禾社区", STREETS["t-02"], "community"),
}
CADRES = {
    name: Cadre(name, title, "civil-servant")
    for name, title in (("c-1", "林知远"), ("c-2", "沈砚秋"), ("c-3", "顾青禾"))
}
UNIT = SendingUnit("u-01", "县财政局")
STREET_CLERK = Official("o-01", "周映川", (Office("t-01", "组织委员", Days(date(2024, 1, 1), date.max)),))
DISTRICT_CLERK = Official("o-02", "白晓舟", (Office("d-01", "组织部干部", Days(date(2024, 1, 1), date.max)),))
OFFICIALS = {official.id: official for official in (STREET_CLERK, DISTRICT_CLERK)}


def posting(cadre: str, host: str = "h-01", role: str = "team-member", **days: date | None) -> Posting:
    start = days.pop("start", None) or date(2024, 5, 1)
    return Posting(f"p-{cadre}-{host}", CADRES[cadre], HOSTS[host], role, UNIT, start, **days)  # type: ignore[arg-type]


def roster(*postings: Posting) -> Roster:
    people = {p.id: p for p in postings or (posting("c-1", role="first-secretary"), posting("c-2", "h-02"))}
    return Roster(District("d-01", "清溪县"), STREETS, HOSTS, {UNIT.id: UNIT}, CADRES, people, OFFICIALS)


def item(name: str = "screening", due: date = DUE, whom: Any = "everyone") -> WorkItemDoc:
    return WorkItemDoc(id=name, title="集中排查", due=due, for_=whom)


def report(on: int, known: int | None = None, cadre: str = "c-1", name: str = "screening") -> WorkReportDoc:
    return WorkReportDoc(item=name, cadre=cadre, on=day(on), known_on=None if known is None else day(known))


def check(
    on: int,
    accepted: bool,
    of: int | None = None,
    known: int | None = None,
    cadre: str = "c-1",
    name: str = "screening",
) -> WorkCheckDoc:
    return WorkCheckDoc(
        item=name, cadre=cadre, on=day(on), of=None if of is None else day(of), by="o-02",
        known_on=None if known is None else day(known), result="accepted" if accepted else "returned", reason="不全",
    )  # fmt: skip


def placed(word: str) -> PlacedWord:
    found = PlacedWord(word)
    found.span = Span(Source("—"), 1, 1)
    return found


def of(role: Any = None, **names: tuple[str, ...]) -> ForDoc:
    """Whom an item is for, as if read from a file."""
    return ForDoc(role=role, **{key: tuple(map(placed, words)) for key, words in names.items()})  # type: ignore[arg-type]


def listed(
    reports: Sequence[WorkReportDoc] = (),
    checks: Sequence[WorkCheckDoc] = (),
    dispatched: Mapping[str, date] | None = None,
    items: Sequence[WorkItemDoc] = (),
) -> WorklistDoc:
    sent = {"t-01": day(4), "t-02": day(5)} if dispatched is None else dict(dispatched)
    return WorklistDoc(
        worklist="wl-03", title="三月清单", issued=ISSUED, items=tuple(items) or (item(),), dispatched=sent,
        reports=tuple(reports), checks=tuple(checks),
    )  # fmt: skip


def read(doc: WorklistDoc, people: Roster | None = None) -> Worklist:
    problems = Problems()
    found = list(read_worklist(doc, Reading(people or roster(), (), problems)))
    assert not problems, shown(list(problems))
    return found[0]


def of_first(doc: WorklistDoc, on: int, people: Roster | None = None) -> Standing:
    """How the work of the first cadre stands on a day."""
    return next(s for s in standings([read(doc, people)], day(on)) if s.cadre == "c-1")


# ── states ───────────────────────────────────────────────────────────────────────────────────────

REPORTED = listed([report(8)])
RETURNED = listed([report(8)], [check(9, False)])
AGAIN = listed([report(8), report(12)], [check(9, False), check(13, True)])


@pytest.mark.parametrize(
    ("doc", "on", "state"),
    [
        (listed(), 3, "not-dispatched"),
        (listed(), 4, "open"),
        (listed(), 10, "open"),
        (listed(), 11, "overdue"),
        (listed(dispatched={"t-02": day(4)}), 20, "not-dispatched"),
        (listed(dispatched={"t-01": day(12)}), 11, "not-dispatched"),
        (listed(dispatched={"t-01": day(12)}), 12, "overdue"),
        (listed([report(8)], dispatched={}), 8, "reported"),
        (REPORTED, 8, "reported"),
        (REPORTED, 20, "reported"),
        (RETURNED, 9, "returned"),
        (RETURNED, 10, "returned"),
        (RETURNED, 11, "overdue"),
        (listed([report(8)], [check(12, False)]), 11, "reported"),
        (listed([report(8)], [check(12, False)]), 12, "overdue"),
        (listed([report(8)], [check(12, True)]), 12, "done"),
        (listed([report(12)]), 12, "overdue"),
        (listed([report(12)], [check(14, True)]), 14, "done-late"),
        (AGAIN, 12, "overdue"),
        (AGAIN, 13, "done-late"),
        (listed([report(10)], [check(10, True)]), 10, "done"),
        (listed([report(8), report(9)], [check(9, False, of=8)]), 9, "reported"),
        (listed([report(8), report(9)], [check(9, True, of=8)]), 9, "done"),
    ],
)  # fmt: skip
def test_a_piece_of_work_stands_as_what_happened_to_it_says(doc: WorklistDoc, on: int, state: str) -> None:
    assert of_first(doc, on).state == state


def test_it_is_done_on_the_day_of_the_report_that_was_accepted_not_of_the_check() -> None:
    found = of_first(listed([report(8)], [check(25, True)]), 25)
    assert (found.state, found.done, found.days_late) == (State.DONE, day(8), 0)
    late = of_first(AGAIN, 30)
    assert (late.done, late.days_late) == (day(12), 2)


def test_overdue_work_says_for_how_many_days_and_a_late_report_still_waits_for_its_check() -> None:
    found = of_first(listed([report(12)]), 15)
    assert (found.state, found.days_late, found.waits) == (State.OVERDUE, 5, True)
    assert of_first(RETURNED, 15).waits is False


def test_the_history_tells_every_step_with_its_day() -> None:
    assert [(s.on, s.what, s.state.value) for s in of_first(AGAIN, 20).history] == [
        (day(4), "dispatched", "open"),
        (day(8), "reported", "reported"),
        (day(9), "returned", "returned"),
        (day(11), "due-passed", "overdue"),
        (day(12), "reported", "overdue"),
        (day(13), "accepted", "done-late"),
    ]


def test_the_machine_leaves_done_work_alone() -> None:
    assert "done" not in {phase for phase, _ in NEXT}
    assert of_first(listed([report(8), report(9)], [check(8, True), check(9, False)]), 20).state is State.DONE


def test_what_became_known_later_has_not_happened_yet() -> None:
    doc = listed([report(9, known=14)], [check(15, True, known=18)])
    assert [of_first(doc, on).state.value for on in (10, 11, 13, 14, 17, 18)] == [
        "open", "overdue", "overdue", "reported", "reported", "done",
    ]  # fmt: skip


def test_a_report_that_turns_up_later_does_not_change_what_an_earlier_check_was_of() -> None:
    doc = listed([report(7), report(8, known=20)], [check(9, False)])
    assert read(doc).checks[0].of == day(7)
    assert [of_first(doc, on).state.value for on in (9, 12, 20)] == ["returned", "overdue", "reported"]


# ── whose it is ──────────────────────────────────────────────────────────────────────────────────


def answering(doc: WorklistDoc, people: Roster, on: int) -> list[str]:
    return sorted(s.posting.id for s in standings([read(doc, people)], day(on)))


def test_whoever_is_posted_on_the_day_it_is_due_is_answerable() -> None:
    arrives = posting("c-2", start=day(6))
    leaves = posting("c-3", ended=day(9))
    stays = posting("c-1", ended=DUE)
    people = roster(stays, arrives, leaves)
    assert answering(listed(), people, 4) == [
        "p-c-1-h-01",
        "p-c-3-h-01",
    ]  # nobody knew yet who would come and who leave
    assert answering(listed(), people, 8) == ["p-c-1-h-01", "p-c-2-h-01", "p-c-3-h-01"]
    assert answering(listed(), people, 9) == ["p-c-1-h-01", "p-c-2-h-01"]
    assert answering(listed(), people, 20) == ["p-c-1-h-01", "p-c-2-h-01"]


def test_an_end_that_came_out_late_is_not_known_before_and_spoils_no_report_made_until_then() -> None:
    recalled = evolve(posting("c-1", ended=day(5)), ended_known_on=day(12))
    people = roster(recalled, posting("c-2"))
    doc = listed([report(8)], [check(9, True)])
    assert answering(doc, people, 11) == ["p-c-1-h-01", "p-c-2-h-01"]
    assert of_first(doc, 11, people).state is State.DONE
    assert answering(doc, people, 12) == ["p-c-2-h-01"]
    assert recalled.believed.last == day(11)
    assert evolve(recalled, ended_known_on=day(5)).believed.last == day(5)


def test_who_moves_before_the_due_day_answers_where_they_are_then() -> None:
    people = roster(posting("c-1", "h-01", ended=day(6)), posting("c-1", "h-02", start=day(7)))
    doc = listed([report(5), report(8)], [check(5, False)])
    assert answering(doc, people, 20) == ["p-c-1-h-02"]
    assert of_first(doc, 20, people).state is State.REPORTED
    assert answering(listed(items=[item(whom=of(townships=("t-01",)))]), people, 20) == []


@pytest.mark.parametrize(
    ("whom", "postings"),
    [
        ("everyone", ["p-c-1-h-01", "p-c-2-h-02", "p-c-3-h-02"]),
        ("first-secretaries", ["p-c-1-h-01", "p-c-2-h-02"]),
        ("team-members", ["p-c-3-h-02"]),
        (of(hosts=("h-01",)), ["p-c-1-h-01"]),
        (of(townships=("t-02",), role="first-secretary"), ["p-c-2-h-02"]),
        (of(cadres=("c-1", "c-3")), ["p-c-1-h-01", "p-c-3-h-02"]),
        (of(cadres=("c-1",), hosts=("h-02",)), []),
    ],
)  # fmt: skip
def test_an_item_is_for_those_of_whom_every_condition_holds(whom: Any, postings: list[str]) -> None:
    first = "first-secretary"
    people = roster(posting("c-1", role=first), posting("c-2", "h-02", first), posting("c-3", "h-02"))
    assert answering(listed(items=[item(whom=whom)]), people, 20) == postings


# ── properties ───────────────────────────────────────────────────────────────────────────────────


@frozen
class Story:
    """A list with the day of its dispatch, reports and checks of one cadre's work, all sound."""

    due: int
    dispatched: int | None
    reports: tuple[tuple[int, int], ...]
    """Day, and day it became known."""
    checks: tuple[tuple[int, int, int | None, bool], ...]
    """Day, day it became known, day of the report named, accepted."""

    def doc(self) -> WorklistDoc:
        sent = {} if self.dispatched is None else {"t-01": day(self.dispatched)}
        reports = [report(on, known) for on, known in self.reports]
        checks = [check(on, ok, of, known) for on, known, of, ok in self.checks]
        return listed(reports, checks, sent, [item(due=day(self.due))])

    def known(self, on: int) -> Story:
        """What of it is known on a day."""
        dispatched = self.dispatched if self.dispatched is not None and self.dispatched <= on else None
        reports = tuple(r for r in self.reports if r[1] <= on)
        return Story(self.due, dispatched, reports, tuple(c for c in self.checks if c[1] <= on))


def latest(story: Story, on: int, known: int) -> int | None:
    return max((r for r, rk in story.reports if r <= on and rk <= known), default=None)


@st.composite
def stories(draw: DrawFn) -> Story:
    reports = [
        (on, on + draw(st.sampled_from([0, 0, 0, 1, 4, 9])))
        for on in sorted(draw(st.sets(st.integers(3, 18), max_size=4)))
    ]
    story = Story(draw(st.integers(3, 14)), draw(st.none() | st.integers(3, 16)), tuple(reports), ())
    checks = []
    for made, known in reports:
        if draw(st.booleans()):
            on = made + draw(st.integers(0, 5))
            seen = max(on, known) + draw(st.sampled_from([0, 0, 0, 2, 6]))
            unnamed = latest(story, on, seen) == made and draw(st.booleans())
            checks.append((on, seen, None if unnamed else made, draw(st.booleans())))
    return evolve(story, reports=tuple(draw(st.permutations(reports))), checks=tuple(draw(st.permutations(checks))))


def plain_state(story: Story, on: int) -> str:
    """The state, said once more, from the bare events."""
    made = [r for r, known in story.reports if known <= on]
    checked = {
        (of if of is not None else latest(story, c, known)): ok for c, known, of, ok in story.checks if known <= on
    }
    accepted = [of for of, ok in checked.items() if ok and of is not None]
    if accepted:
        return "done" if min(accepted) <= story.due else "done-late"
    if not made:
        if story.dispatched is None or story.dispatched > on:
            return "not-dispatched"
        return "overdue" if on > story.due else "open"
    if max(made) in checked:
        return "overdue" if on > story.due else "returned"
    return "reported" if max(made) <= story.due else "overdue"


ALONE = roster(posting("c-1"))


def stands(story: Story, on: int) -> Standing:
    return standings([read(story.doc(), ALONE)], day(on))[0]


@settings(max_examples=50, deadline=None)
@given(stories(), st.integers(3, 40))
def test_the_state_is_what_a_second_account_says(story: Story, on: int) -> None:
    assert stands(story, on).state == plain_state(story, on)


@settings(max_examples=40, deadline=None)
@given(stories(), st.integers(3, 40))
def test_asked_later_what_was_known_on_a_day_is_what_was_said_on_that_day(story: Story, on: int) -> None:
    later, then = stands(story, on), stands(story.known(on), on)
    assert (later.state, later.done, later.history) == (then.state, then.done, then.history)
    assert later.days_late == then.days_late


@settings(max_examples=50, deadline=None)
@given(stories(), st.integers(3, 40))
def test_the_history_ends_in_the_state_and_goes_forward(story: Story, on: int) -> None:
    found = stands(story, on)
    days = [step.on for step in found.history]
    assert days == sorted(days)
    assert all(d <= day(on) for d in days)
    assert (found.history[-1].state if found.history else State.NOT_DISPATCHED) is found.state


@st.composite
def years(draw: DrawFn) -> tuple[WorklistDoc, Roster]:
    """A list of several items for several cadres, reported and checked at random."""
    people = roster(
        posting("c-1", role="first-secretary"),
        posting("c-2", "h-02", start=day(draw(st.integers(-5, 12)))),
        posting("c-3", "h-02", ended=day(draw(st.integers(5, 40)))),
    )
    whom = st.sampled_from(["everyone", "first-secretaries", "team-members", of(townships=("t-02",))])
    items = [item(f"i-{n}", day(draw(st.integers(3, 20))), draw(whom)) for n in range(draw(st.integers(1, 4)))]
    sent = {name: day(draw(st.integers(3, 15))) for name in draw(st.sets(st.sampled_from(sorted(STREETS))))}
    bare = read(listed(dispatched=sent, items=items), people)
    reports, checks = [], []
    for work in bare.items:
        for cadre in sorted({p.cadre.id for p in work.postings}):
            if draw(st.booleans()):
                on = draw(st.integers(3, 20))
                reports.append(report(on, cadre=cadre, name=work.id))
                if draw(st.booleans()):
                    checks.append(check(on + draw(st.integers(0, 6)), draw(st.booleans()), cadre=cadre, name=work.id))
    return listed(reports, checks, sent, items), people


def pages(doc: WorklistDoc, people: Roster, on: int) -> list[str]:
    """Everything the command could print."""
    found = read(doc, people)
    work = tuple(standings([found], day(on)))
    told = [WorklistReport((found,), work, day(on), by, {}) for by in ("township", "host", "cadre")]
    return [worklist_json(each) for each in told] + [worklist_table(each, "zh", lambda t, _: t, 90) for each in told]


@settings(max_examples=60, deadline=None)
@given(years(), st.integers(3, 30), st.randoms(use_true_random=False))
def test_order_never_matters(drawn: tuple[WorklistDoc, Roster], on: int, chance: Any) -> None:
    doc, people = drawn
    parts = {name: list(getattr(doc, name)) for name in ("items", "reports", "checks")}
    for part in parts.values():
        chance.shuffle(part)
    sent = dict(chance.sample(sorted(doc.dispatched.items()), len(doc.dispatched)))
    shuffled = evolve(doc, dispatched=sent, **{name: tuple(part) for name, part in parts.items()})
    assert pages(shuffled, people, on) == pages(doc, people, on)


@settings(max_examples=60, deadline=None)
@given(years(), st.integers(3, 30))
def test_every_piece_of_work_is_in_one_state_and_in_one_group(drawn: tuple[WorklistDoc, Roster], on: int) -> None:
    work = standings([read(*drawn)], day(on))
    assert len({(s.id, s.cadre) for s in work}) == len(work)
    for by in ("township", "host", "cadre"):
        groups = grouped(work, by)
        assert sum(group.count(state) for group in groups for state in State) == len(work)
        for group in groups:
            due = sum(s.item.due <= day(on) for s in group.work)
            in_time = group.on_time
            assert in_time.counted + len(in_time.waiting) + len(in_time.not_dispatched) == due


# ── facts ────────────────────────────────────────────────────────────────────────────────────────


def fact(rate: str, docs: Sequence[WorklistDoc], as_of: int, last: int = 31, person: Posting | None = None) -> Fact:
    who = person or posting("c-1")
    people = roster(who)
    days = Days(day(1), day(last)).overlap(who.days)
    assert days is not None
    records = on_record(read(doc, people) for doc in docs)
    return worklist_fact(FactSourceDoc(worklist=rate), Scope(who, days, day(as_of), records, SupervisionDoc()))  # type: ignore[arg-type]


TWO = [item(), item("talk", day(20)), item("later", day(40))]


def test_the_rate_of_work_done_in_time_is_exact_and_names_what_was_late() -> None:
    found = fact("on-time", [listed([report(8)], [check(9, True)], items=TWO)], 31)
    assert (found.state, found.value) == (FactState.PRESENT, Fraction(1, 2))
    assert found.evidence == ("wl-03/talk",)
    assert found.detail is not None
    assert found.detail.zh == "2 项到期，1 项按时：wl-03/talk 逾期"
    assert found.detail.en == "2 due, 1 in time: wl-03/talk overdue"


def test_what_waits_for_its_check_counts_neither_for_nor_against() -> None:
    doc = listed([report(8), report(19, name="talk")], [check(9, True)], items=TWO)
    found = fact("on-time", [doc], 31)
    assert found.value == 1
    assert found.detail is not None
    assert found.detail.zh == "2 项到期，1 项按时，1 项待核查，不计"
    all_wait = fact("on-time", [listed([report(8)])], 31)
    assert (all_wait.state, all_wait.value) == (FactState.PENDING, None)


def test_what_the_street_did_not_dispatch_in_time_is_not_held_against_the_cadre() -> None:
    late = fact("on-time", [listed(dispatched={"t-01": day(11)})], 31)
    assert late.state is FactState.NOT_APPLICABLE
    assert "街道未按期派单" in str(late.reason)
    in_time = fact("on-time", [listed([report(8)], [check(9, True)], dispatched={"t-01": day(11)})], 31)
    assert in_time.value == 1  # done in time all the same


def test_a_fact_tells_no_list_from_nothing_due_from_nothing_done() -> None:
    assert fact("on-time", [], 31).state is FactState.MISSING
    assert fact("on-time", [listed()], 2).state is FactState.MISSING  # not issued yet
    elsewhere = listed(items=[item(whom="first-secretaries")])
    assert fact("on-time", [elsewhere], 31).state is FactState.NOT_APPLICABLE
    assert fact("on-time", [listed()], 9).state is FactState.NOT_APPLICABLE
    assert fact("on-time", [listed()], 10).value == 0
    assert fact("accepted-at-once", [listed()], 31).state is FactState.NOT_APPLICABLE


def test_only_what_is_due_while_the_posting_and_the_period_last_counts() -> None:
    docs = [listed(items=TWO)]
    assert fact("on-time", docs, 60).detail == fact("on-time", docs, 31).detail
    left = posting("c-1", ended=day(12))
    assert fact("on-time", docs, 31, person=left).evidence == ("wl-03/screening",)


def test_the_rate_accepted_at_once_looks_at_the_first_check_only() -> None:
    reports = [report(8), report(10), report(15, name="talk")]
    doc = listed(reports, [check(9, False), check(10, True), check(16, True, name="talk")], items=TWO)
    found = fact("accepted-at-once", [doc], 31)
    assert (found.value, found.evidence) == (Fraction(1, 2), ("wl-03/screening",))
    assert found.detail is not None
    assert found.detail.zh == "2 项经核查，1 项一次通过：wl-03/screening 退回"
    assert fact("on-time", [doc], 31).value == 1


@settings(max_examples=50, deadline=None)
@given(stories(), st.integers(3, 40))
def test_the_rate_of_one_piece_of_work_is_what_a_second_account_says(story: Story, as_of: int) -> None:
    found = fact("on-time", [story.doc()], as_of)
    state = plain_state(story, as_of)
    if story.due > as_of:
        assert found.state is FactState.NOT_APPLICABLE
    elif state == "done":
        assert found.value == 1
    elif state == "reported":
        assert found.state is FactState.PENDING
    elif story.dispatched is None or story.dispatched > story.due:
        assert found.state is FactState.NOT_APPLICABLE
    else:
        assert found.value == 0


# ── files ────────────────────────────────────────────────────────────────────────────────────────

RULES = """\
ruleset: small
title: 清溪县驻村干部考核办法
effective_from: 2024-01-01
facts:
  in_time: {title: 清单按时率, type: rate, from: {worklist: on-time}}
  at_once: {title: 一次通过率, type: rate, from: {worklist: accepted-at-once}}
policies: {missing: block, not_applicable: exclude, excused: exclude}
periods:
  mid-year: {title: 半年考核, from: 01-01, to: 06-30}
criteria:
  - {id: timely, title: 按时完成, weight: 60, kind: bands, points: 10, fact: in_time, bands: {">= 95%": 10, "[60%, 95%)": 6, "< 60%": 0}}
  - {id: quality, title: 一次通过, weight: 40, kind: bands, points: 10, fact: at_once, bands: {">= 80%": 10, "< 80%": 5}}
grades:
  any: {优秀: ">= 90", 合格: "[60, 90)", 不合格: "< 60"}
"""
OFFICES = """\
roster: officials
officials:
  - {id: o-01, name: 周映川, offices: [{unit: t-01, title: 组织委员, from: 2024-01-01, to: 2025-12-31}]}
  - {id: o-02, name: 白晓舟, offices: [{unit: u-01, title: 科长, from: 2024-01-01}]}
  - {id: o-03, name: 林知远, cadre: c-1, offices: [{unit: t-01, title: 副书记, from: 2024-01-01}]}
"""
LIST = """\
worklist: wl-2025-03
title: 3月驻村工作清单
source: 驻村工作提示第3号
issued: 2025-03-03
items:
  - {id: screening, title: 返贫监测集中排查, due: 2025-03-20, for: everyone, evidence: 排查台账}
  - {id: talk, title: 政策宣讲, due: 2025-03-28, for: first-secretaries}
  - {id: fire, title: 消防隐患排查, due: 2025-03-14, for: {hosts: [h-01]}}
dispatched: {t-01: 2025-03-04}
reports:
  - {item: screening, cadre: c-1, on: 2025-03-18, evidence: [台账3-01]}
  - {item: talk, cadre: c-1, on: 2025-03-27}
  - {item: fire, cadre: c-1, on: 2025-03-17}
  - {item: screening, cadre: c-2, on: 2025-03-19}
checks:
  - {item: screening, cadre: c-1, on: 2025-03-19, by: o-01, result: accepted}
  - {item: talk, cadre: c-1, on: 2025-03-29, by: o-01, result: accepted}
  - {item: fire, cadre: c-1, on: 2025-03-18, by: o-01, result: accepted}
  - {item: screening, cadre: c-2, on: 2025-03-21, by: o-01, result: returned, reason: 缺5户记录}
"""
CONFIG = (
    SMALL["cadre-eval.yaml"].replace("ruleset: ruleset.yaml", "ruleset: rules.yaml") + "supervision: supervision\n"
)
FOLDER = {
    "cadre-eval.yaml": CONFIG,
    "rules.yaml": RULES,
    "supervision/03.yaml": LIST,
    "roster/officials.yaml": OFFICES,
    **{
        name: SMALL[name]
        for name in ("roster/units.yaml", "roster/cadres.yaml", "roster/first.yaml", "roster/second.yaml")
    },
    "records/note.yaml": "dossier: c-1\nperiod: 2025-mid-year\n",
}
FOLDER["roster/first.yaml"] = FOLDER["roster/first.yaml"].replace("    targets: {talks: 8}\n", "")


def test_the_rates_score_and_the_account_shows_what_they_follow_from(tmp_path: Path) -> None:
    home = write(tmp_path, FOLDER)
    done = ran("assess", home, "--period", "2025-mid-year", "--format", "json")
    assert done.code == 0, done.said
    scored = {r["cadre"]: {c["id"]: c["score"] for c in r["criteria"]} for r in json.loads(done.out)["results"]}
    assert scored["c-1"] == {"timely": "6", "quality": "10"}
    assert scored["c-2"] == {"timely": "0", "quality": "5"}
    account = ran("explain", home, "c-1", "--period", "2025-mid-year").out
    assert "3 项到期，2 项按时：wl-2025-03/fire 逾期 3 天办结" in account
    assert "2/3" in account
    assert "wl-2025-03/screening 退回" in ran("explain", home, "c-2", "--period", "2025-mid-year").out


def test_with_a_day_of_knowledge_the_rates_are_those_of_that_day(tmp_path: Path) -> None:
    home = write(tmp_path, FOLDER)
    account = ran("explain", home, "c-1", "--period", "2025-mid-year", "--as-of", "2025-03-17").out
    assert "1 项到期，0 项按时：wl-2025-03/fire 逾期" in account


SPOILED = [
    ("CE306", "  - {id: talk, ", "  - {id: screening, title: 宣讲, due: 2025-03-21, for: everyone}\n  - {id: talk, ", "screening"),
    ("CE702", "due: 2025-03-28", "due: 2025-02-28", "2025-02-28"),
    ("CE421", "hosts: [h-01]", "hosts: [h-09]", "h-09"),
    ("CE421", "{hosts: [h-01]}", "{townships: [t-01, t-9]}", "t-9"),
    ("CE421", "{hosts: [h-01]}", "{cadres: [c-1, c-7]}", "c-7"),
    ("CE203", "{hosts: [h-01]}", "{}", "for"),
    ("CE202", "{hosts: [h-01]}", "{cadres: []}", "cadres"),
    ("CE421", "dispatched: {t-01: 2025-03-04}", "dispatched: {t-07: 2025-03-04}", "t-07"),
    ("CE702", "{t-01: 2025-03-04}", "{t-01: 2025-03-02}", "2025-03-02"),
    ("CE421", "item: talk, cadre: c-1, on: 2025-03-27", "item: tlak, cadre: c-1, on: 2025-03-27", "tlak"),
    ("CE421", "cadre: c-2, on: 2025-03-19", "cadre: c-22, on: 2025-03-19", "c-22"),
    ("CE710", "item: talk, cadre: c-1, on: 2025-03-27", "item: talk, cadre: c-2, on: 2025-03-27", "c-2"),
    ("CE702", "on: 2025-03-18, evidence", "on: 2025-03-01, evidence", "2025-03-01"),
    ("CE702", "on: 2025-03-27}", "on: 2025-03-27, known_on: 2025-03-26}", "2025-03-26"),
    ("CE711", "  - {item: talk, cadre: c-1, on: 2025-03-27}\n", "  - {item: talk, cadre: c-1, on: 2025-03-27}\n  - {item: talk, cadre: c-1, on: 2025-03-27, evidence: [照片]}\n", "2025-03-27"),
    ("CE712", ", reason: 缺5户记录", "", "returned"),
    ("CE713", "c-1, on: 2025-03-29", "c-1, on: 2025-03-26", "2025-03-26"),
    ("CE713", "c-1, on: 2025-03-29", "c-1, of: 2025-03-26, on: 2025-03-29", "2025-03-26"),
    ("CE713", "on: 2025-03-27}", "on: 2025-03-27, known_on: 2025-04-02}", "2025-03-29"),
    ("CE714", "  - {item: talk, cadre: c-1, on: 2025-03-29", "  - {item: talk, cadre: c-1, on: 2025-03-30, by: o-01, result: accepted}\n  - {item: talk, cadre: c-1, on: 2025-03-29", "2025-03-29"),
    ("CE421", "2025-03-29, by: o-01", "2025-03-29, by: o-11", "o-11"),
    ("CE715", "2025-03-29, by: o-01", "2025-03-29, by: o-02", "o-02"),
    ("CE715", "2025-03-29, by: o-01", "2026-01-05, by: o-01", "o-01"),
    ("CE716", "2025-03-29, by: o-01", "2025-03-29, by: o-03", "o-03"),
    ("CE205", "result: returned", "result: refused", "refused"),
    ("CE205", "for: everyone", "for: everybody", "everybody"),
    ("CE208", "due: 2025-03-28", "due: 2025-02-30", "2025-02-30"),
    ("CE201", "source: ", "sauce: ", "sauce"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "under"), SPOILED)
def test_what_cannot_be_is_one_problem_under_the_very_word(
    tmp_path: Path, code: str, old: str, new: str, under: str
) -> None:
    assert LIST.count(old) == 1
    found = list_problems(tmp_path, LIST.replace(old, new))
    assert [p.code for p in found] == [code], shown(found)
    span = found[0].span
    assert span.source.line(span.line)[span.column - 1 :].startswith(under), span


def list_problems(folder: Path, text: str) -> list[Problem]:
    return loaded(write(folder, {**FOLDER, "supervision/03.yaml": text}))[1]


def test_all_problems_come_at_once_and_nothing_is_said_twice(tmp_path: Path) -> None:
    text = LIST
    wanted = ("2025-03-02", "returned", "o-02")
    for _, old, new, _ in [row for row in SPOILED if row[3] in wanted]:
        text = text.replace(old, new)
    found = list_problems(tmp_path, text)
    assert sorted(p.code for p in found) == ["CE702", "CE712", "CE715"], shown(found)
    done = ran("worklist", tmp_path)
    assert (done.code, done.out) == (1, "")
    assert "Traceback" not in done.err


def test_a_list_is_written_in_one_file(tmp_path: Path) -> None:
    found = loaded(write(tmp_path, {**FOLDER, "supervision/04.yaml": LIST}))[1]
    assert [p.code for p in found if p.code != "CE306"] == [], shown(found)
    assert found[0].span.source.name == "supervision/04.yaml"


def test_a_named_cadre_is_posted_at_some_time_before_it_is_due(tmp_path: Path) -> None:
    people = {**FOLDER, "roster/second.yaml": FOLDER["roster/second.yaml"].replace("2024-06-01", "2025-03-29")}
    people["roster/second.yaml"] = people["roster/second.yaml"].split("    transfers:")[0]
    text = LIST.replace("for: {hosts: [h-01]}", "for: {cadres: [c-1, c-2]}")
    text = "".join(line for line in text.splitlines(keepends=True) if "cadre: c-2" not in line)
    found = loaded(write(tmp_path, {**people, "supervision/03.yaml": text}))[1]
    assert [(p.code, p.message("zh")) for p in found] == [("CE701", "沈砚秋 在 2025-03-14 没有派驻")]


# ── the command ──────────────────────────────────────────────────────────────────────────────────


def test_the_command_shows_what_is_open_the_most_urgent_first(tmp_path: Path) -> None:
    done = ran("worklist", write(tmp_path, FOLDER), "--as-of", "2025-03-25")
    assert done.code == 0, done.said
    assert (
        done.out
        == """\
工作清单　截至 2025-03-25
3月驻村工作清单（wl-2025-03）：2025-03-03 下发，3 项，依据驻村工作提示第3号

云桥街道（t-01）　2 项未办结
状态       期限        姓名        社区/村   事项
逾期 5 天  2025-03-20  沈砚秋 c-2  新禾社区  返贫监测集中排查：2025-03-21 周映川退回：缺5户记录　[wl-2025-03/screening]
在办       2025-03-28  林知远 c-1  安和社区  政策宣讲　[wl-2025-03/talk]

汇总
乡镇/街道      项次  办结  逾期  退回  待核查  未派单  在办     按时率  一次通过率
云桥街道 t-01     4     2     1     0       0       0     1  33.3% 1/3   66.6% 2/3
"""
    )


def test_the_command_groups_by_host_and_by_cadre(tmp_path: Path) -> None:
    home = write(tmp_path, FOLDER)
    by_host = ran("worklist", home, "--as-of", "2025-03-25", "--by", "host").out
    assert "安和社区（h-01）　1 项未办结" in by_host
    assert "合计" in by_host
    by_cadre = ran("worklist", home, "wl-2025-03", "--as-of", "2025-03-25", "--by", "cadre").out
    assert "沈砚秋（c-2）　1 项未办结" in by_cadre


def test_the_json_has_every_piece_of_work_with_its_history(tmp_path: Path) -> None:
    found = json.loads(ran("worklist", write(tmp_path, FOLDER), "--as-of", "2025-04-01", "--format", "json").out)
    assert {(i["item"], i["cadre"]): i["state"] for i in found["items"]} == {
        ("screening", "c-2"): "overdue", ("fire", "c-1"): "done-late",
        ("screening", "c-1"): "done", ("talk", "c-1"): "done",
    }  # fmt: skip
    assert found["summary"][0]["on_time"]["rate"] == "0.5"
    assert found["items"][0]["history"][-1] == {
        "on": "2025-03-21", "what": "returned", "state": "overdue", "by": "o-01", "reason": "缺5户记录", "evidence": [],
    }  # fmt: skip


def test_a_list_not_issued_yet_is_not_there(tmp_path: Path) -> None:
    home = write(tmp_path, FOLDER)
    assert "没有下发过清单" in ran("worklist", home, "--as-of", "2025-03-02").out
    assert json.loads(ran("worklist", home, "--as-of", "2025-03-02", "--format", "json").out)["items"] == []


def test_an_unknown_list_is_wrong_usage(tmp_path: Path) -> None:
    done = ran("worklist", write(tmp_path, FOLDER), "wl-2025-3")
    assert done.code == 2
    assert "wl-2025-03" in done.err


def test_the_command_speaks_english_too(tmp_path: Path) -> None:
    done = spawned("--lang", "en", "worklist", write(tmp_path, FOLDER), "--as-of", "2025-03-25")
    assert done.code == 0, done.said
    assert "Overdue 5 days  2025-03-20" in done.out
    assert "returned 2025-03-21 by 周映川" in done.out


def test_finished_lists_are_counted_not_listed(tmp_path: Path) -> None:
    other = "worklist: wl-2025-02\ntitle: 2月清单\nissued: 2025-02-03\nitems: []\n"
    out = ran("worklist", write(tmp_path, {**FOLDER, "supervision/02.yaml": other}), "--as-of", "2025-03-25").out
    assert "另有 1 份清单已全部办结" in out
    assert "2月清单" not in out


def test_a_file_of_supervision_that_says_nothing_known_gets_the_word_meant(tmp_path: Path) -> None:
    found = list_problems(tmp_path, LIST.replace("worklist: wl", "work-list: wl"))
    assert [(p.code, p.fix) for p in found] == [("CE421", "worklist")]
    assert spoiled(tmp_path / "other", {}) == []


@pytest.mark.parametrize("text", ["- 1\n", "清单\n"])
def test_a_file_of_supervision_that_has_no_keys_is_told_so(text: str, tmp_path: Path) -> None:
    assert [p.code for p in list_problems(tmp_path, text)] == ["CE204"]


def test_a_workspace_without_supervision_is_told_so_and_not_that_nothing_was_issued(tmp_path: Path) -> None:
    done = ran("worklist", write(tmp_path, SMALL))
    assert done.code == 2
    assert "supervision:" in done.err
