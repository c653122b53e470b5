"""What valid ballots come to, which are void, and what is said of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from cadre_eval_rate_bands.sheet import score
from cadre_eval_rate_bands.sheet_settings import SheetParams
from cadre_eval_rate_bands.validity import counted
from hypothesis import given
from hypothesis import strategies as st
from rate_bands_built import PUBLISHED_LIMITS, sheet, sheet_params

from cadre_eval.plugins.api import Marks, Open, Score, Sheet, Text

POINTS = Fraction(100)
RULE = sheet_params(*PUBLISHED_LIMITS)
OTHERS = (80, 75, 65, 50)


def scored(p: SheetParams, *sheets: Sheet, column: int = 0) -> Score | Open:
    own = tuple(mark for s in sheets for ballot in s.ballots if (mark := ballot[column]) is not None)
    return score(p, "raters", Marks(own, tuple((s, column) for s in sheets)), POINTS)


def points(found: Score | Open) -> Fraction:
    assert isinstance(found, Score), found
    return Fraction(found.points)


def wording(found: Score | Open) -> str:
    assert isinstance(found.reason, Text)
    return found.reason.zh


@pytest.mark.parametrize(
    ("marks", "mean"),
    [((100, 88, 86, 84, 82, 60), 85), ((92, 88, 95, 85, 90), 90), ((95, 90, 85, 80, 60), 82)],
)
def test_the_published_examples(marks: tuple[int, ...], mean: int) -> None:
    assert points(scored(RULE, sheet(*((mark, *OTHERS) for mark in marks)))) == mean


@pytest.mark.parametrize(
    ("ballot", "why"),
    [
        ((90, 91, 92, 93, 60, 50), ">= 90 的超过3人"),
        ((90, 91, 92, 89, 60, 50), None),
        ((80, 80, 80, 70, 70, 60), "< 70 的不足2人"),
        ((80, 80, 80, 70, 69, 60), None),
        ((60, 60, 60, 60, 60, 60), "各人同分"),
        ((None, None, None, None, None, None), "空白"),
        ((60, None, None, None, None, 61), None),
        ((60, None, None, None, None, None), "< 70 的不足2人"),
    ],
)
def test_a_ballot_is_void_for_the_first_reason_it_gives(ballot: tuple[int | None, ...], why: str | None) -> None:
    found = counted(RULE, [(sheet(ballot), 0)])
    assert [reason.zh for reason in found.void] == ([] if why is None else [why])


def test_one_person_rated_alone_is_not_the_same_mark_for_all() -> None:
    assert counted(sheet_params(), [(sheet((60,), (60,)), 0)]).void == {}


def test_a_ballot_that_leaves_somebody_out_is_void_where_that_is_declared() -> None:
    ballots = sheet((80, None, 60, 60), (80, 75, 60, 61))
    assert counted(sheet_params(unmarked="void"), [(ballots, 0)]).marks == (Fraction(80),)
    assert counted(sheet_params(), [(ballots, 0)]).marks == (Fraction(80), Fraction(80))


def test_a_blank_ballot_is_void_or_was_never_handed_in() -> None:
    ballots = sheet(*[(80, *OTHERS)] * 3, (60,) * 5, (None,) * 5)
    assert "2/5 张作废" in wording(scored(RULE, ballots))
    assert points(scored(sheet_params(*PUBLISHED_LIMITS, blank="left-out"), ballots)) == 80


def test_void_ballots_are_left_out_of_the_mean_and_of_the_number_that_decides_on_trimming() -> None:
    marks = [(mark, *OTHERS) for mark in (95, 90, 85, 80, 60)]
    found = scored(RULE, sheet(*marks, (60, 60, 60, 60, 60)))
    assert points(found) == 82
    assert wording(found) == "收回 6 票，作废 1（各人同分 1）；评了的有效票 5，平均 82"


def test_more_void_ballots_than_the_limit_is_a_new_vote_and_just_the_limit_is_not() -> None:
    good, equal = [(80, *OTHERS)] * 4, [(60,) * 5] * 2
    assert points(scored(RULE, sheet(*good, *equal))) == 80
    again = scored(RULE, sheet(*good[:3], *equal))
    assert isinstance(again, Open)
    assert wording(again) == "废票过多，重新测评：2/5 张作废（各人同分 2），超过 1/3"


def test_of_few_ballots_nothing_is_told_but_that_some_were_void() -> None:
    found = scored(RULE, sheet(*[(80, *OTHERS)] * 3, (60,) * 5))
    assert wording(found) == "有作废票，不计；有效票平均 80"
    assert wording(scored(RULE, sheet((60,) * 5))) == "废票过多，重新测评"
    assert wording(scored(RULE, sheet(*[(80, *OTHERS)] * 4))) == "有效票平均 80"


def test_several_sheets_of_a_class_are_counted_together() -> None:
    other = Sheet(("p9", "p0", "p8"), ((Fraction(60), Fraction(90), Fraction(65)),))
    first = sheet(*[(80, *OTHERS)] * 2)
    marks = Marks((Fraction(80), Fraction(80), Fraction(90)), ((first, 0), (other, 1)))
    assert points(score(RULE, "raters", marks, POINTS)) == Fraction(250, 3)


def test_marks_that_are_on_no_ballot_leave_the_score_open() -> None:
    found = score(RULE, "raters", Marks((Fraction(80),) * 2, ()), POINTS)
    assert isinstance(found, Open)
    assert "有 2 个打分不在多人选票上" in wording(found)


def test_a_sheet_on_which_no_ballot_can_be_valid_is_said_so() -> None:
    found = scored(RULE, sheet((80,), (60,)))
    assert isinstance(found, Open)
    assert "选票上只有 1 人" in wording(found)


def test_too_few_valid_marks_leave_the_score_open() -> None:
    ballots = sheet((None, *OTHERS), (60, 60, 60, 60, 60), *[(None, *OTHERS)] * 4)
    found = scored(RULE, ballots)
    assert isinstance(found, Open)
    assert "不足 1 张" in wording(found)


def test_no_marks_at_all_count_as_0_where_an_absent_class_does() -> None:
    assert points(score(RULE, "raters", Marks((), ()), POINTS)) == 0


# ── properties ──────────────────────────────────────────────────────

marks_of_a_ballot = st.lists(st.none() | st.integers(0, 10), min_size=3, max_size=3)
sheets = st.lists(marks_of_a_ballot, min_size=1, max_size=8)
SMALL = sheet_params(scale=Fraction(10), most_void=Fraction(1), blank="left-out")


@given(sheets, st.randoms(use_true_random=False))
def test_the_order_of_ballots_never_matters(ballots: list[list[int | None]], chance: object) -> None:
    turned = list(ballots)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    one, other = (scored(SMALL, sheet(*rows)) for rows in (ballots, turned))
    assert one == other


@given(sheets, st.integers(0, 10))
def test_a_void_ballot_more_never_changes_the_score(ballots: list[list[int | None]], mark: int) -> None:
    before = scored(SMALL, sheet(*ballots))
    after = scored(SMALL, sheet(*ballots, [mark] * 3))
    if isinstance(before, Score) and any(ballot[0] is not None for ballot in ballots):
        assert points(after) == points(before)


@given(sheets)
def test_the_score_lies_between_the_lowest_and_the_highest_valid_mark(ballots: list[list[int | None]]) -> None:
    found = scored(SMALL, sheet(*ballots))
    valid = counted(SMALL, [(sheet(*ballots), 0)]).marks
    if isinstance(found, Score) and valid:
        assert min(valid) * 10 <= found.points <= max(valid) * 10
