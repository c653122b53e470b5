"""Whether any ballot can keep all limits: held against trying every ballot."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from cadre_eval_rate_bands.feasible import can_be_valid
from cadre_eval_rate_bands.sheet_settings import LimitDoc, SheetParams
from cadre_eval_rate_bands.validity import why_void
from hypothesis import given
from hypothesis import strategies as st
from rate_bands_built import AT, PUBLISHED_LIMITS, limit, sheet_params

from cadre_eval.plugins.api import Range

SCALE = 4
MARKS = [Fraction(n, 2) for n in range(2 * SCALE + 1)]
"""Every whole mark, and one between each two: a ballot of these is there if any is."""


@st.composite
def limits(draw: st.DrawFn) -> LimitDoc:
    low, high = sorted(Fraction(draw(st.integers(0, SCALE))) for _ in range(2))
    marks = Range(low, high, draw(st.booleans()), draw(st.booleans()))
    least = draw(st.integers(0, 3))
    most = draw(st.none() | st.integers(0, 3))
    return LimitDoc(at=AT, marks=Range(low, high) if marks.is_empty else marks, at_least=least, at_most=most)


def tried(p: SheetParams, people: int) -> bool:
    """Whether some ballot of so many people, marked by all or (where that is valid) by some of them, is not void."""
    marked = [people] if p.unmarked == "void" else range(1, people + 1)
    return any(
        why_void(p, (*ballot, *[None] * (people - n))) is None
        for n in marked
        for ballot in combinations_with_replacement(MARKS, n)
    )


@given(st.lists(limits(), max_size=3), st.integers(1, 4), st.sampled_from(["void", "valid"]))
def test_it_says_the_same_as_trying_every_ballot(own: list[LimitDoc], people: int, unmarked: str) -> None:
    p = sheet_params(*own, all_equal="valid", unmarked=unmarked, scale=Fraction(SCALE))
    assert can_be_valid(p, people) == tried(p, people)


@given(st.lists(limits(), max_size=3))
def test_without_a_number_of_people_it_asks_whether_any_number_would_do(own: list[LimitDoc]) -> None:
    p = sheet_params(*own, all_equal="valid", scale=Fraction(SCALE))
    assert can_be_valid(p) == any(can_be_valid(p, people) for people in range(1, 10))


@pytest.mark.parametrize(("people", "possible"), [(1, False), (2, True), (3, True), (20, True)])
def test_two_people_below_70_need_two_people(people: int, possible: bool) -> None:
    assert can_be_valid(sheet_params(*PUBLISHED_LIMITS), people) == possible


def test_limits_that_exclude_each_other_are_seen_through_a_third() -> None:
    three = (limit(">= 60", at_most=2), limit("< 60", at_most=1), limit("[0, 100]", at_least=4))
    assert not can_be_valid(sheet_params(*three))
    assert can_be_valid(sheet_params(*three[:2]))
