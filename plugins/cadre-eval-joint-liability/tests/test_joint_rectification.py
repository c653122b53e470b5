"""Findings put right: exactly in proportion, never by a slip of the pen, and nothing where a fault came back."""

from __future__ import annotations

from fractions import Fraction

from cadre_eval_joint_liability.rectification import RectificationParams, score
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.plugins.api import Open, Score

PARAMS = RectificationParams(
    found="found", rectified="rectified", overdue="overdue", each_overdue=Fraction(2), recurred="recurred"
)
COUNTS = st.integers(0, 30).map(Fraction)


def given_score(found: Fraction, rectified: Fraction, overdue: Fraction, recurred: Fraction) -> Score | Open:
    values = {"found": found, "rectified": rectified, "overdue": overdue, "recurred": recurred}
    return score(PARAMS, values, Fraction(10))


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_counts_that_contradict_one_another_are_left_open_and_no_others(
    found: Fraction, rectified: Fraction, overdue: Fraction, recurred: Fraction
) -> None:
    given_open = isinstance(given_score(found, rectified, overdue, recurred), Open)
    assert given_open == (rectified + overdue > found)


@given(COUNTS, COUNTS, COUNTS)
def test_one_more_put_right_never_costs_points(found: Fraction, rectified: Fraction, overdue: Fraction) -> None:
    before = given_score(found + 1, rectified, overdue, Fraction(0))
    after = given_score(found + 1, rectified + 1, overdue, Fraction(0))
    if isinstance(before, Score) and isinstance(after, Score):
        assert after.points > before.points


@given(COUNTS, st.integers(1, 9).map(Fraction))
def test_a_fault_that_came_back_takes_all_points(found: Fraction, recurred: Fraction) -> None:
    got = given_score(found, found, Fraction(0), recurred)
    assert isinstance(got, Score)
    assert got.points == 0
