"""The four transfers in time: one holder at most or a problem, what was known when, and what is said of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from build import (
    DISTRICT,
    READER,
    assessed,
    dossier,
    given,
    people,
    person,
    roster_of,
    ruleset,
    scores_fact,
    source_of,
)
from cadre_eval.errors import Problem, Problems
from cadre_eval.errors.width import text_width
from cadre_eval.model.dates import Duration, Workdays
from cadre_eval.model.people import District
from cadre_eval.model.transfers import RELATIONS
from cadre_eval.reports.transfers import transfers_table
from cadre_eval.reports.transfers_json import transfers_document
from cadre_eval.ruleset.supervision import RelationRuleDoc, TransferRulesDoc
from cadre_eval.scoring.result import Result
from cadre_eval.supervision.timeline import Question
from cadre_eval.supervision.timelines import Transfers, everybody, transfers_of
from cadre_eval.workspace.roster import Roster, read_roster
from running import ran, spawned
from small_workspace import LAYER, SMALL, loaded, shown, write
from strategies import tries

START = date(2025, 1, 1)
SPAN = 40
FAR = date(9999, 1, 1)
PLACES = ("h-01", "t-01", "t-02", "u-01", "d-01")
Plain = dict[str, Any]


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def number(text: str | date) -> int:
    return (date.fromisoformat(str(text)) - START).days


def asked(on: date | str, known_on: date | str | None = None, **rules: RelationRuleDoc) -> Question:
    found = date.fromisoformat(str(on))
    known = found if known_on is None else date.fromisoformat(str(known_on))
    return Question(found, known, TransferRulesDoc(at=None, **rules), "d-01", {"t-01": "云桥街道"})  # type: ignore[arg-type]


def rule(**settings: Any) -> RelationRuleDoc:
    return RelationRuleDoc(at=None, **settings)  # type: ignore[arg-type]


def posted(moves: Any, relation: str = "salary", **posting: Any) -> Roster:
    """One cadre with these moves of one relation, posted from the first of January."""
    return roster_of(people(person(1, **{"from": day(0), "transfers": {relation: moves}} | posting)))


def problems_of(moves: Any, **posting: Any) -> list[Problem]:
    problems = Problems()
    plain = people(person(1, **{"from": day(0), "transfers": {"salary": moves}} | posting))
    read_roster([source_of("roster.yaml", plain)], District(**DISTRICT), READER, problems)
    return list(problems)


def said(roster: Roster, question: Question, cadre: str = "c-01") -> dict[str, list[str]]:
    """The codes of what is said, by posting and relation."""
    found: dict[str, list[str]] = {}
    for lines in transfers_of(roster.postings_of(cadre), question):
        for statement in lines.statements:
            found.setdefault(f"{statement.posting} {statement.relation}", []).append(statement.code)
    return found


def codes(moves: Any, question: Question, **posting: Any) -> list[str]:
    return said(posted(moves, **posting), question).get("p-01 salary", [])


# ── at every moment one holder at most, or a problem ────────────────────────────────────────────────────────────


class Contradiction(Exception):
    """Two holders on a day, or a move from somebody who does not hold it."""


def believed(moves: Sequence[Plain], known: int) -> list[Plain]:
    """What was believed on a day, in other words than the program's."""
    found = []
    for move in moves:
        first = number(move.get("known_on", move["effective"]))
        gone = number(move["withdrawn"]["on"]) if "withdrawn" in move else SPAN * 9
        if first <= known < gone:
            kept = {key: value for key, value in move.items() if key not in {"withdrawn", "known_on"}}
            if "returned" in kept and max(number(kept["returned"]), first) > known:
                del kept["returned"]
            found.append(kept)
    return found


def day_by_day(moves: Sequence[Plain]) -> list[str | None]:
    """The holder of each day, by letting every day happen.

    Raises:
        Contradiction: as it says.
    """
    holder: str | None = "u-01"
    current, released, origins, days = None, None, {}, []
    for now in range(SPAN + 30):
        back = [m for m in moves if "returned" in m and number(m["returned"]) == now]
        lets_go = [m for m in moves if number(m.get("released", m["effective"])) == now]
        takes = [m for m in moves if number(m["effective"]) == now]
        if len(lets_go) > 1 or len(takes) > 1 or any(m is not current for m in back):
            raise Contradiction
        for move in back:
            holder, current = origins[id(move)], None
        for move in lets_go:
            first = move["effective"] == min(m["effective"] for m in moves)
            named = move.get("from")
            if holder is None or (named is not None and named != holder and not first):
                raise Contradiction
            origins[id(move)], holder, current, released = named or holder, None, None, move
        for move in takes:
            if move is not released or holder is not None:
                raise Contradiction
            holder, current, released = move["to"], move, None
        days.append(holder)
    return days


@st.composite
def moves(draw: st.DrawFn, most: int = 4) -> list[Plain]:
    """Moves as somebody may write them: each is sound by itself."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        effective = draw(st.integers(0, SPAN))
        move: Plain = {"to": draw(st.sampled_from(PLACES)), "effective": day(effective)}
        if draw(st.integers(0, 4)) == 0:
            move["from"] = draw(st.sampled_from(PLACES))
        if draw(st.integers(0, 4)) == 0:
            move["released"] = day(max(0, effective - draw(st.integers(0, 6))))
        if draw(st.integers(0, 3)) == 0:
            move["returned"] = day(effective + draw(st.integers(1, 15)))
        known = effective
        if draw(st.integers(0, 2)) == 0:
            known = max(0, effective + draw(st.integers(-8, 15)))
            move["known_on"] = day(known)
        if draw(st.integers(0, 3)) == 0:
            move["withdrawn"] = {"on": day(known + draw(st.integers(0, 15))), "reason": "登记有误"}
        found.append(move)
    return found


@tries(40)
@generated(moves())
def test_at_every_moment_by_the_knowledge_of_any_day_there_is_one_holder_or_a_problem(written: list[Plain]) -> None:
    known_on = range(SPAN + 40)
    try:
        by_knowledge = [day_by_day(believed(written, known)) for known in known_on]
    except Contradiction:
        assert {p.code for p in problems_of(written)} & {"CE704", "CE705", "CE706", "CE707"}
        return
    assert problems_of(written) == [], written
    posting = posted(written).postings["p-01"]
    for known, holders in zip(known_on, by_knowledge, strict=True):
        told = START + timedelta(days=known)
        line = posting.timeline("salary", told)
        for now, holder in enumerate(holders):
            on = START + timedelta(days=now)
            # the old holder named by the first entry held it before anything else happened
            own = [s for s in line if on in s]
            assert len(own) == 1
            if own[0].first is not None:
                assert own[0].unit == holder, (written, known, now)
            assert posting.holder("salary", on, told) == own[0].unit


@tries(40)
@generated(st.data())
def test_the_order_moves_are_written_in_never_matters(data: st.DataObject) -> None:
    written = data.draw(moves())
    mixed = data.draw(st.permutations(written))
    assert {p.code for p in problems_of(written)} == {p.code for p in problems_of(mixed)}
    if not problems_of(written):
        question = asked(day(30), day(35), salary=rule(to="township", within=Duration(9, "days"), proof="required"))
        documents = [
            json.dumps(document(posted(each, transfers={"salary": each, "party": each}), question))
            for each in (written, mixed)
        ]
        assert documents[0] == documents[1]


# ── replay: as known on a day is as it was computed then ────────────────────────────────────────────────────────


def document(roster: Roster, question: Question) -> Plain:
    """All that the command can say: everybody, and each cadre by days."""
    postings = everybody(roster.by_cadre, question)
    every = transfers_document(Transfers("某区", question, postings), "zh")
    one = {
        name: transfers_document(Transfers("某人", question, transfers_of(own, question), one=True), "zh")
        for name, own in sorted(roster.by_cadre.items())
    }
    return {"every": every, "one": one}


def as_then(plain: Plain, known: int) -> Plain:
    """The roster without what became known later."""
    following = {}
    for a, b in zip(plain["postings"], plain["postings"][1:], strict=False):
        if a["cadre"] == b["cadre"]:
            following[a["id"]] = number(b["known_on"]) if "known_on" in b else -1
    kept = []
    for posting in plain["postings"]:
        if "known_on" in posting and number(posting["known_on"]) > known:
            continue
        then = {**posting}
        if "ended" in then:
            ended = number(then["ended"].get("known_on", then["ended"]["on"]))
            if min(ended, following.get(then["id"], ended)) > known:
                del then["ended"]
        then["transfers"] = {r: _then(written, known) for r, written in posting["transfers"].items()}
        kept.append(then)
    return {**plain, "postings": kept}


def _then(written: list[Plain], known: int) -> list[Plain]:
    found = []
    for move in written:
        first = number(move.get("known_on", move["effective"]))
        if first > known:
            continue
        then = {**move}
        if "withdrawn" in then and number(then["withdrawn"]["on"]) > known:
            del then["withdrawn"]
        if "returned" in then and max(number(then["returned"]), first) > known:
            del then["returned"]
        found.append(then)
    return found


@st.composite
def rosters(draw: st.DrawFn) -> Plain:
    """A cadre with one or two postings, and what became of their relations."""
    relations = ("salary", "assessment", "management")
    first: Plain = {"from": day(0), "transfers": {r: draw(moves(2)) for r in relations}}
    second = None
    if draw(st.booleans()):
        first["ended"] = {"on": day(draw(st.integers(SPAN - 20, SPAN)))}
        if draw(st.booleans()):
            first["ended"]["known_on"] = day(number(first["ended"]["on"]) + draw(st.integers(-5, 10)))
        if draw(st.booleans()):
            start = number(first["ended"]["on"]) + draw(st.integers(1, 5))
            second = {"id": "p-91", "from": day(start), "host": "h-02", "transfers": {}}
            if draw(st.booleans()):
                second["known_on"] = day(start + draw(st.integers(-5, 10)))
            if draw(st.booleans()):
                moved: Plain = {"to": "t-02", "effective": day(start + draw(st.integers(0, 8)))}
                second["transfers"]["assessment"] = [moved]
    return people(person(1, **first), *([] if second is None else [person(1, **second)]))


def sound(plain: Plain) -> Roster | None:
    problems = Problems()
    roster = read_roster([source_of("roster.yaml", plain)], District(**DISTRICT), READER, problems)
    return None if problems else roster


RULES = {
    relation: rule(to="township", within=Duration(6, "days"), return_within=Duration(5, "days"), proof="required")
    for relation in RELATIONS
}


@tries(40)
@generated(rosters(), st.integers(0, SPAN + 25), st.integers(-10, 20))
def test_what_was_known_on_a_day_is_what_the_roster_of_that_day_said(plain: Plain, known: int, later: int) -> None:
    whole = sound(plain)
    if whole is None:
        return
    then = sound(as_then(plain, known))
    assert then is not None
    on = START + timedelta(days=max(0, known + later))
    expected = document(then, asked(on, FAR, **RULES))
    found = document(whole, asked(on, START + timedelta(days=known), **RULES))
    assert _undated(found) == _undated(expected)


def _undated(found: Plain) -> Plain:
    for told in (found["every"], *found["one"].values()):
        del told["known_on"]
    return {**found, "one": {name: told for name, told in found["one"].items() if told["postings"]}}


@tries(40)
@generated(rosters(), st.integers(0, SPAN))
def test_an_assessment_as_of_a_day_is_that_of_the_roster_of_that_day(plain: Plain, known: int) -> None:
    whole, then = sound(plain), sound(as_then(plain, known))
    if whole is None or then is None:
        return
    rules = ruleset(given("s"), facts={"s": scores_fact()}, eligibility=ELIGIBLE | {"transfer_within": "6 days"})
    on = START + timedelta(days=known)
    records = [dossier(1, posting=p, facts={"s": "80"}) for p in then.postings]
    a, b = (assessed(rules, roster, records, as_of=on) for roster in (whole, then))
    assert [_told(r) for r in a] == [_told(r) for r in b]


def _told(result: Result) -> tuple[Any, ...]:
    return (result.cadre.id, result.posting.id, result.state, result.total, [n.text("zh") for n in result.notes])


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────

A = {"to": "t-01", "effective": day(10)}


@pytest.mark.parametrize(
    ("written", "code", "word"),
    [
        ([A, {"to": "t-02", "effective": day(10)}], "CE704", day(10)),
        ([A | {"returned": day(30)}, {"to": "t-02", "effective": day(20)}], "CE705", day(20)),
        ([A, {"to": "t-02", "effective": day(20), "released": day(21)}], "CE706", day(21)),
        ([A, {"to": "t-02", "effective": day(20), "released": day(10)}], "CE706", day(10)),
        ([A | {"returned": day(18)}, {"to": "t-02", "effective": day(20), "released": day(17)}], "CE706", day(17)),
        ([A | {"released": "2024-12-31"}], "CE706", "2024-12-31"),
        ([A, {"from": "u-01", "to": "t-02", "effective": day(20)}], "CE707", "u-01"),
        ([A | {"withdrawn": {"on": day(9), "reason": "误"}}], "CE702", day(9)),
        ([A | {"returned": day(10)}], "CE431", day(10)),
        ([{"to": "t-01", "effective": "2024-12-31"}], "CE603", "2024-12-31"),
        ([{"to": "t-09", "effective": day(3)}], "CE421", "t-09"),
        ([A | {"released": "2025-02-30"}], "CE211", "2025-02-30"),
    ],
)
def test_what_cannot_be_is_refused_at_its_word(written: list[Plain], code: str, word: str) -> None:
    (problem,) = problems_of(written)
    line = source_of("r", people(person(1, **{"from": day(0), "transfers": {"salary": written}}))).text.split("\n")
    assert problem.code == code or code == "CE211", shown([problem])
    told = line[problem.span.line - 1][problem.span.column - 1 :][: problem.span.length]
    assert word in told


def test_a_wrong_entry_that_was_taken_back_is_no_second_holder() -> None:
    wrong = A | {"withdrawn": {"on": day(25), "reason": "街道写错"}}
    right = {"to": "t-02", "effective": day(10), "known_on": day(25)}
    assert problems_of([wrong, right]) == []
    assert [p.code for p in problems_of([wrong, right | {"known_on": day(24)}])] == ["CE704"]
    posting = posted([wrong, right]).postings["p-01"]
    then, now = (posting.holder("salary", START + timedelta(days=15), START + timedelta(days=n)) for n in (24, 25))
    assert (then, now) == ("t-01", "t-02")


def test_a_move_after_the_end_is_refused_only_while_both_are_believed() -> None:
    late = {"to": "t-01", "effective": day(30)}
    ended = {"on": day(20), "known_on": day(35)}
    assert [p.code for p in problems_of(late, ended=ended)] == ["CE603"]
    assert problems_of(late | {"withdrawn": {"on": day(35), "reason": "已离任"}}, ended=ended) == []
    assert problems_of([A, {"to": "u-01", "effective": day(30)}], ended=ended) == []


def test_a_timeline_is_refused_by_the_command_and_nothing_is_said(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "salary: [{to: t-01, effective: 2024-05-20}, {to: h-01, effective: 2024-05-20}]")
    done = ran("transfers", folder, "--as-of", "2025-06-30")
    assert (done.code, done.out) == (1, "")
    assert "CE704" in done.err


# ── what is said ────────────────────────────────────────────────────────────────────────────────────────────────

TEN = rule(within=Duration(10, "days"))
BACK = rule(return_within=Duration(5, "days"))
OVER = {"to": day(30)}
LEFT = {"ended": {"on": day(30)}}


@pytest.mark.parametrize(
    ("written", "on", "rules", "posting", "expected"),
    [
        ([A], 20, TEN, {}, []),
        ([A | {"effective": day(11)}], 20, TEN, {}, ["moved-late"]),
        ([A | {"effective": day(11)}], 20, None, {}, []),
        ([A | {"effective": day(11)}], 10, TEN, {}, []),
        ([], 10, TEN, {}, []),
        ([], 11, TEN, {}, ["not-moved"]),
        ([], 11, rule(), {}, []),
        ([], 11, rule(to="township"), {}, ["not-moved"]),
        ([], 11, None, {}, []),
        ([], 11, rule(to="sending-unit", within=Duration(1, "days")), {}, []),
        ([], 40, TEN, {"ended": {"on": day(10)}}, []),
        ([], 40, TEN, {"ended": {"on": day(11)}}, ["not-moved"]),
        ([A], 20, rule(to="township"), {}, []),
        ([A], 20, rule(to="host"), {}, ["wrong-level"]),
        ([A], 20, rule(to="sending-unit"), {}, ["wrong-level"]),
        ([A, {"to": "h-01", "effective": day(15)}], 20, rule(to="host"), {}, ["wrong-level"]),
        ([A | {"released": day(8)}], 20, None, {}, ["gap"]),
        ([A | {"released": day(8), "known_on": day(8)}], 8, None, {}, ["gap"]),
        ([A | {"released": day(8), "known_on": day(8)}], 7, None, {}, []),
        ([A | {"returned": day(15)}], 20, None, {}, ["moved-back"]),
        ([A | {"returned": day(15)}], 14, None, {}, []),
        ([A | {"returned": day(30)}], 40, None, OVER, []),
        ([A | {"returned": day(29)}], 40, None, OVER, ["moved-back"]),
        ([A | {"returned": day(29)}], 40, rule(to="sending-unit"), OVER, ["wrong-level"]),
        ([A, {"to": "u-01", "effective": day(15)}], 20, None, OVER, ["seconded-back"]),
        ([A, {"to": "u-01", "effective": day(30)}], 40, BACK, OVER, []),
        ([A], 35, BACK, OVER, []),
        ([A], 36, BACK, OVER, ["past-term"]),
        ([A], 36, BACK, LEFT, ["past-term"]),
        ([A | {"returned": day(36)}], 40, BACK, LEFT, []),
        ([A | {"returned": day(37)}], 40, BACK, LEFT, ["past-term"]),
        ([A], 36, None, LEFT, []),
        ([A], 20, rule(proof="required"), {}, ["no-proof"]),
        ([A | {"evidence": "划转表"}], 20, rule(proof="required"), {}, []),
        ([A], 9, rule(proof="required"), {}, []),
    ],
)
def test_each_thing_is_said_when_it_is_so_and_not_before(
    written: Any, on: int, rules: RelationRuleDoc | None, posting: Plain, expected: list[str]
) -> None:
    declared = {} if rules is None else {"salary": rules}
    assert codes(written, asked(day(on), **declared), **posting) == expected


def test_a_limit_in_workdays_follows_the_kept_calendar() -> None:
    """From 27 January 2025 the Spring Festival lasts to 4 February; Sunday the 26th was a workday before it."""
    rules = {"salary": rule(within=Workdays(3))}
    posting = {"from": "2025-01-25"}
    for effective, expected in (("2025-02-05", []), ("2025-02-06", ["moved-late"])):
        moved = {"to": "t-01", "effective": effective}
        assert codes(moved, asked("2025-03-01", **rules), **posting) == expected
    far = {"from": "2090-01-01"}
    assert codes([], asked("2090-03-01", **rules), **far) == ["limit-unknown"]


def test_two_postings_hold_a_relation_in_two_places_unless_it_was_handed_on() -> None:
    first = {"from": day(0), "ended": {"on": day(20)}, "transfers": {"salary": A}}
    moved = {"to": "t-02", "effective": day(25)}

    def found(moved: Plain, first: Plain = first, on: int = 30) -> list[str]:
        second = {"id": "p-91", "host": "h-02", "from": day(21), "transfers": {"salary": moved}}
        roster = roster_of(people(person(1, **first), person(1, **second)))
        return said(roster, asked(day(on), salary=BACK)).get("p-91 salary", [])

    assert found(moved) == ["double-holding"]
    assert found(moved, on=24) == []
    assert found(moved | {"from": "t-01"}) == []
    assert found({"to": "t-01", "effective": day(25)}) == []
    assert found(moved, first | {"transfers": {"salary": A | {"returned": day(25)}}}) == []
    assert found(moved, first | {"transfers": {"salary": A | {"returned": day(26)}}}) == ["double-holding"]


def test_what_a_later_posting_took_over_directly_is_shown_once_where_it_is_now() -> None:
    first = {"from": day(0), "ended": {"on": day(20)}, "transfers": {"salary": A}}
    taken = {"from": "t-01", "to": "t-02", "effective": day(21)}
    second = {"id": "p-91", "host": "h-02", "from": day(21), "transfers": {"salary": taken}}
    postings = roster_of(people(person(1, **first), person(1, **second))).postings_of("c-01")
    before, after = transfers_of(postings, asked(day(30)))
    for lines in (before, after):
        now = lines.lines["salary"].now
        assert now is not None
        assert (now.unit, now.first) == ("t-02", date.fromisoformat(day(21)))
        assert lines.statements == ()
    assert not before.lasting(asked(day(30)))
    earlier = transfers_of(postings, asked(day(20)))
    assert [lines.lines["salary"].now.unit for lines in earlier] == ["t-01"]  # type: ignore[union-attr]


def test_what_an_earlier_posting_left_behind_is_told_if_nothing_moved_it_since() -> None:
    first = {"from": day(0), "ended": {"on": day(20)}, "transfers": {"salary": A}}
    second = {"id": "p-91", "host": "h-02", "from": day(21)}

    def found(on: int, first: Plain = first, **rules: RelationRuleDoc) -> list[str]:
        roster = roster_of(people(person(1, **first), person(1, **second)))
        return said(roster, asked(day(on), **rules)).get("p-91 salary", [])

    assert found(21) == ["double-holding"]
    assert found(25, salary=BACK) == []  # the time allowed for its return
    assert found(26, salary=BACK) == ["double-holding"]
    assert found(26, first | {"transfers": {"salary": A | {"returned": day(20)}}}) == []


def test_a_further_entry_to_the_same_unit_does_not_change_since_when_it_is_there() -> None:
    lines = transfers_of(posted([A, A | {"effective": day(15)}]).postings_of("c-01"), asked(day(30)))
    assert lines[0].lines["salary"].since == date.fromisoformat(day(10))


def test_a_statement_names_its_days_limit_proof_and_clause() -> None:
    rules = {"salary": rule(within=Duration(10, "days"), basis="第六条")}
    roster = posted([A | {"effective": day(13), "evidence": "划转表7号"}])
    (lines,) = transfers_of(roster.postings_of("c-01"), asked(day(20), **rules))
    (statement,) = lines.statements
    assert (number(statement.first), number(statement.last or ""), number(statement.limit or "")) == (11, 12, 10)
    assert (statement.evidence, statement.basis) == (("划转表7号",), "第六条")
    assert "迟划 3 天" in statement.text.zh
    assert "3 days late" in statement.text.en


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────

RULED = """\
supervision:
  transfers:
    party: {to: host, within: 10 workdays, proof: required, basis: 第三条}
    salary: {to: township, within: 2 months}
    management: {to: township, within: 30 days}
"""
LATE = """\
salary:
        - {to: t-01, effective: 2024-08-01, known_on: 2024-07-20}
      management:
        - {to: h-01, effective: 2024-05-20, evidence: 表1, withdrawn: {on: 2024-07-05, reason: 写错单位}}
        - {to: t-01, effective: 2024-05-20, known_on: 2024-07-05, evidence: 表1更正}
"""


def workspace(folder: Path, transfers: str, rules: str = RULED) -> Path:
    roster = SMALL["roster/first.yaml"].replace("assessment:", f"{transfers}\n      assessment:")
    return write(folder, {**SMALL, "ruleset.yaml": LAYER + rules, "roster/first.yaml": roster})


@pytest.fixture
def late(tmp_path: Path) -> Path:
    return workspace(tmp_path, LATE)


def test_the_matrix_shows_problems_first_then_everybody_by_street(late: Path) -> None:
    out = ran("transfers", late, "--as-of", "2025-06-30").out
    lines = out.split("\n")
    assert lines[1] == "截至 2025-06-30"
    assert out.index("问题（2 处）") < out.index("云桥街道（2 个派驻）")
    assert "迟划 22 天：2024-08-01 划到云桥街道，最迟 2024-07-10（到任后2个月）" in out
    assert "没有规定时限，不判断是否迟划：考核关系" in out
    rows = {line[:3]: line for line in lines if re.match(r"(林知远|沈砚秋) ", line)}
    assert re.search(r"✓ 2024-05-20 安和社区 +! 2024-08-01 云桥街道 +✓ 2024-05-20 云桥街道", rows["林知远"])
    assert re.search(r"— +✓ 2024-07-01 云桥街道 +! 2024-06-01 县文化馆", rows["沈砚秋"])


def test_a_narrow_terminal_gets_two_lines_a_cadre_and_nothing_wider(late: Path) -> None:
    lines = everybody(loaded(late)[0].roster.by_cadre, asked("2025-06-30"))  # type: ignore[union-attr]
    table = transfers_table(Transfers("某县", asked("2025-06-30"), lines), "zh", lambda text, _: text, 80)
    assert max(map(text_width, table.split("\n"))) <= 80
    assert re.search(r"^林知远 .*\nc-1 ", table, re.M)


def test_one_cadre_is_shown_day_by_day_with_corrections(late: Path) -> None:
    by_name = ran("transfers", late, "林知远", "--as-of", "2025-06-30").out
    assert by_name == ran("transfers", late, "c-1", "--as-of", "2025-06-30").out
    assert re.search(r"2024-08-01 起 +云桥街道 +2024-07-20 得知\n", by_name)
    assert "× 更正：2024-05-20 划到安和社区（2024-05-20 得知），2024-07-05 撤销：写错单位" in by_name
    before = ran("transfers", late, "c-1", "--as-of", "2024-06-30").out
    assert "更正" not in before
    assert re.search(r"2024-05-20 起 +安和社区 +凭据：表1\n", before)
    planned = ran("transfers", late, "c-1", "--as-of", "2024-07-25").out
    assert "→ 将于 2024-08-01 划到云桥街道（2024-07-20 得知）" in planned


def test_what_was_known_then_can_be_asked_of_any_day(late: Path) -> None:
    asked_now = json.loads(ran("transfers", late, "--as-of", "2024-06-30", "--format", "json").out)
    hindsight = json.loads(
        ran("transfers", late, "--as-of", "2024-06-30", "--known-on", "2024-07-05", "--format", "json").out
    )
    holders = [found["postings"][0]["relations"]["management"]["holder"] for found in (asked_now, hindsight)]
    assert holders == ["h-01", "t-01"]
    assert [s["code"] for s in asked_now["statements"]] == ["wrong-level"]
    assert [s["code"] for s in hindsight["statements"]] == []
    assert "按 2024-07-05 所知" in ran("transfers", late, "--as-of", "2024-06-30", "--known-on", "2024-07-05").out


def test_without_a_limit_nothing_is_said_of_lateness_but_that(tmp_path: Path) -> None:
    out = ran("transfers", workspace(tmp_path, LATE, ""), "--as-of", "2025-06-30").out
    assert out.count("办法没有规定划转时限") == 1
    assert "迟划 " not in out
    assert "问题" not in out.split("\n\n")[1]


@pytest.mark.parametrize(("name", "meant"), [("c-3", "c-"), ("林知院", "林知远"), ("zzz", "")])
def test_an_unknown_cadre_is_wrong_usage(late: Path, name: str, meant: str) -> None:
    done = spawned("transfers", late, name, env={"CADRE_EVAL_LANG": "zh"})
    assert (done.code, done.out) == (2, "")
    assert meant in done.err


def test_the_command_page_names_every_key_of_the_json(late: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "reference" / "commands.md").read_text("utf-8")
    section = text[text.index("## `cadre-eval transfers`") :].split("\n## ")[0]
    found = json.loads(ran("transfers", late, "c-1", "--as-of", "2025-06-30", "--format", "json").out)
    assert sorted(key for key in set(_keys(found)) if f"`{key}`" not in section) == []


def _keys(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [*value, *(key for part in value.values() for key in _keys(part))]
    return [key for part in value for key in _keys(part)] if isinstance(value, list) else []


# ── what follows for the assessment ─────────────────────────────────────────────────────────────────────────────

ELIGIBLE: Plain = {"assessment_relation": "required", "several_postings": "longest"}


def result_of(written: Any, as_of: str | None = None, **more: Any) -> Result:
    eligibility = ELIGIBLE | more.pop("eligibility", {})
    rules = ruleset(given("s"), facts={"s": scores_fact()}, eligibility=eligibility)
    roster = people(person(1, **{"from": day(0), "transfers": {"assessment": written}} | more))
    records = [dossier(1, facts={"s": "80"})]
    return assessed(rules, roster, records, as_of=date.fromisoformat(as_of) if as_of else None)["c-01"]


def notes(result: Result) -> str:
    return " ".join(note.text("zh") for note in result.notes)


def test_the_assessor_is_who_was_known_to_hold_the_relation_on_the_day() -> None:
    written = [
        {"to": "t-01", "effective": day(10)},
        {"to": "u-02", "effective": "2025-05-01", "known_on": "2025-07-15"},
    ]
    assert result_of(written, "2025-06-30").state == "final"
    assert result_of(written, "2025-07-15").state == "not-assessed"
    corrected = [A | {"withdrawn": {"on": "2025-08-01", "reason": "没有办"}}]
    assert [result_of(corrected, on).state for on in ("2025-07-31", "2025-08-01")] == ["final", "not-assessed"]


def test_called_back_to_the_sending_unit_is_never_passed_over() -> None:
    called = {"to": "u-01", "effective": "2025-09-01"}
    gone = result_of([A, called])
    assert gone.state == "not-assessed"
    assert "2025-09-01 在任期内又转到派出单位" in notes(gone)
    home = result_of([A, called, {"to": "t-01", "effective": "2025-11-01"}])
    assert home.state == "final"
    assert "在任期内又转到派出单位" in notes(home)
    assert result_of([A, called], eligibility={"assessment_relation": "not-required"}).state == "final"
    assert "又转到" not in notes(
        result_of([A, {"to": "u-01", "effective": "2025-09-30"}], ended={"on": "2025-09-30"})
    )


def test_a_relation_that_nobody_holds_is_not_with_this_district() -> None:
    written = [A, {"to": "t-02", "effective": "2026-02-01", "released": "2025-12-20", "known_on": "2025-12-20"}]
    result = result_of(written)
    assert result.state == "not-assessed"
    assert "没有单位持有" in notes(result)


def test_a_late_transfer_is_noted_once_it_is_known() -> None:
    written = {"to": "t-01", "effective": "2025-03-01"}
    late = {"transfer_within": "30 days", "assessment_relation": "not-required"}
    assert "2025-03-01 划转" in notes(result_of(written, "2025-03-01", eligibility=late))
    assert "划转" not in notes(result_of(written, "2025-02-28", eligibility=late))


# ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def fact(word: str, written: Mapping[str, Any], as_of: str = "2025-12-31", within: str | None = "10 days") -> Any:
    """The fact of this source, in a workspace that keeps no supervision folder."""
    limits = {} if within is None else {"within": within}
    rules = ruleset(
        {"id": "s", "points": "10", "kind": "per-occurrence", "fact": "n", "each": "-1"},
        facts={"n": {"type": "count", "from": {"transfers": word}}},
        supervision={"transfers": {r: {"to": "township"} | limits for r in RELATIONS[1:]}},
        eligibility={"assessment_relation": "not-required"},
    )
    roster = people(person(1, **{"from": day(0), "transfers": written}))
    (score,) = assessed(rules, roster, [dossier(1)], as_of=date.fromisoformat(as_of))["c-01"].scores
    return score.subject.dossier.facts["n"]


def test_facts_count_relations_moved_late_never_and_back() -> None:
    written = {
        "salary": [{"to": "t-01", "effective": day(11)}],
        "management": [A, {"to": "u-01", "effective": day(20), "known_on": day(50)}],
        "assessment": [A | {"returned": day(15)}],
    }
    late, never, back = (fact(word, written) for word in ("late", "not-moved", "moved-back"))
    assert [f.value for f in (late, never, back)] == [1, 1, 2]
    assert late.detail.zh == "3 项关系，迟划 1 项：工资关系"
    assert never.detail.zh == "4 项关系，没有划转 1 项：党组织关系"
    assert back.evidence == ("p-01/management", "p-01/assessment")
    assert fact("moved-back", written, day(49)).value == 1
    assert fact("late", written, day(10)).value == 0


def test_late_is_missing_where_no_limit_is_declared() -> None:
    assert fact("late", {"salary": A}, within=None).state.value == "missing"
    assert fact("not-moved", {"salary": A}, within=None).value == 3
