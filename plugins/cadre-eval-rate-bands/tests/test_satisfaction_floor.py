"""The share of the satisfied, a floor, and the interviews that follow."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from cadre_eval_rate_bands.floor import score
from hypothesis import given
from hypothesis import strategies as st
from rate_bands_built import compiled, floor_params, said, votes

from cadre_eval.plugins.api import Open, Score

POINTS = Fraction(100)
RULES = """ruleset: floor
title: 满意率
plugins: [cadre-eval-rate-bands]
facts: {interviews: {title: 访谈人数, type: count, unit: 人}, talked: {title: 谈过, type: flag}}
periods: {year-end: {title: 年终, from: 01-01, to: 12-31}}
criteria:
  - id: vote
    title: 测评
    weight: 100
    kind: satisfaction-floor
    voters: pooled
    options: [满意, 不满意]
    abstain: exclude
    invalid: exclude
    rate_of: [满意]
    floor_rate: 50%
    below_floor: zero
    interviews: {fact: interviews, at_least: 10}
gates:
  - id: low
    title: 满意率低
    when: {survey: vote, share_of: [满意], below: 50%}
    effect: {note: 撤换}
pools: {by: []}
ties: [open]
grades: none
"""


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4).filter(any))
def test_the_points_are_the_share_of_the_satisfied_or_nothing(counts: list[int]) -> None:
    found = score(floor_params(), votes(*counts), POINTS)
    rate = Fraction(counts[0] + counts[1], sum(counts))
    assert isinstance(found, Score)
    assert found.points == (100 * rate if rate >= Fraction(1, 2) else 0)


def test_exactly_the_floor_is_enough() -> None:
    found = score(floor_params(), votes(1, 0, 1, 0), POINTS)
    assert isinstance(found, Score)
    assert found.points == 50


def test_below_the_floor_the_vote_may_have_to_be_repeated() -> None:
    found = score(floor_params(below_floor="vote-again"), votes(1, 0, 2, 0), POINTS)
    assert isinstance(found, Open)
    assert "低于 50%，重新测评" in str(found.reason)


def test_no_ballot_that_counts_is_no_points() -> None:
    found = score(floor_params(floor_rate=Fraction(0)), votes(0, 0, 0, 0), POINTS)
    assert isinstance(found, Score)
    assert found.points == 0


def test_a_gate_may_ask_for_a_share_of_its_votes(tmp_path: Path) -> None:
    rules, problems = compiled(tmp_path, RULES)
    assert rules is not None, said(problems)


@pytest.mark.parametrize(
    ("was", "now", "code", "wording"),
    [
        ("floor_rate: 50%", "floor_rate: 50", "CE509", "漏写了百分号"),
        ("rate_of: [满意]", "rate_of: [很满意]", "CE509", "票面没有“很满意”"),
        ("fact: interviews", "fact: interview", "CE401", "interview"),
        ("fact: interviews", "fact: talked", "CE402", "talked"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(
    tmp_path: Path, was: str, now: str, code: str, wording: str
) -> None:
    text = RULES.replace(was, now, 1)
    rules, problems = compiled(tmp_path, text)
    assert rules is None
    [(found, line, message)] = said(problems)
    assert (found, text.splitlines()[line - 1].strip()) == (
        code,
        next(x.strip() for x in text.splitlines() if now in x),
    )
    assert wording in message
