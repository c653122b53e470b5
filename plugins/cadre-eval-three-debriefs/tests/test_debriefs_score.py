"""Each debrief is worth the mean of the words its hearers used; what is asked aside is worth nothing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from cadre_eval_three_debriefs.method import score, shown_from, words
from debriefed import COMMENTS, OPTIONS, REVIEW, declared, results, ruleset
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.plugins.api import Marks, Text

POINTS = Fraction(100)
ballots = st.lists(st.sampled_from(list(OPTIONS)), min_size=1, max_size=60)


def villagers(given: list[str], stay: tuple[str, ...] = (), suppress_below: int = 5) -> tuple[Fraction, Text]:
    found = score(
        declared(suppress_below=suppress_below), "villagers", Marks(tuple(given), aside={"stay": stay}), POINTS
    )
    assert isinstance(found.reason, Text)
    return Fraction(found.points), found.reason


@given(ballots)
def test_the_score_is_the_mean_worth_of_the_ballots(given: list[str]) -> None:
    assert villagers(given)[0] == sum(OPTIONS[word] for word in given) / len(given)


@given(ballots, st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_never_matters(given: list[str], random: Random) -> None:
    shuffled = random.sample(given, len(given))
    assert villagers(shuffled) == villagers(given)


@given(ballots, st.lists(st.sampled_from(["留任", "调整"]), max_size=60))
def test_keep_or_replace_stands_outside_the_score(given: list[str], stay: list[str]) -> None:
    assert villagers(given, tuple(stay)) == villagers(given)


@given(ballots)
def test_one_more_who_is_satisfied_never_lowers_the_score(given: list[str]) -> None:
    assert villagers([*given, "满意"])[0] >= villagers(given)[0]


@given(ballots, st.integers(0, 20))
def test_a_reason_holds_counts_only_if_enough_villagers_answered(given: list[str], least: int) -> None:
    reason = villagers(given, suppress_below=least)[1]
    assert ("÷" in reason.zh) == ("÷" in reason.en) == (len(given) >= least)


@given(st.lists(st.sampled_from(list(OPTIONS)), min_size=1, max_size=4))
def test_the_reason_of_a_small_assembly_is_the_same_whatever_it_said(given: list[str]) -> None:
    assert villagers(given)[1] == villagers(["满意"])[1]


def test_villagers_vote_and_the_two_bodies_comment() -> None:
    p = declared()
    assert words(p, "villagers") == list(OPTIONS)
    assert words(p, "township") == words(p, "sending-unit") == list(COMMENTS)
    assert (shown_from(p, "villagers"), shown_from(p, "township"), shown_from(p, "sending-unit")) == (5, 0, 0)


def test_a_comment_is_worth_what_the_ruleset_says_of_it() -> None:
    found = score(declared(), "township", Marks(("较好",)), Fraction(20))
    assert (found.points, found.reason) == (16, Text("(1×80) ÷ 1", "(1×80) ÷ 1"))


def test_the_three_debriefs_are_weighted(tmp_path: Path) -> None:
    (result,) = results(tmp_path, ruleset(), {"reviews": {"debriefs": REVIEW}})
    assert (result.state, result.total_text) == ("final", "92.00")


WITHOUT_UNIT = {"classes": {key: marks for key, marks in REVIEW["classes"].items() if key != "sending-unit"}}


@pytest.mark.parametrize(
    ("absent", "state", "total"),
    # 280/3 × 60 and 100 × 20, over 100 or over the 80 of the two that were held
    [("block", "pending", "0.00"), ("zero", "final", "76.00"), ("renormalise", "final", "95.00")],
)
def test_a_debrief_that_was_not_held_follows_the_declared_policy(
    tmp_path: Path, absent: str, state: str, total: str
) -> None:
    (result,) = results(tmp_path, ruleset(absent_class=absent), {"reviews": {"debriefs": WITHOUT_UNIT}})
    assert result.state == state
    assert result.total_text.startswith(total)


def test_a_debrief_that_counts_as_nothing_says_so(tmp_path: Path) -> None:
    (result,) = results(tmp_path, ruleset(absent_class="zero"), {"reviews": {"debriefs": WITHOUT_UNIT}})
    assert "没有评价，计0分 × 20" in result.explain("zh")


@pytest.mark.parametrize(("votes", "shown"), [(4, False), (5, True)])
def test_a_receipt_does_not_tell_what_a_handful_of_villagers_said(tmp_path: Path, votes: int, shown: bool) -> None:
    review = {"classes": {**REVIEW["classes"], "villagers": {"conduct": {"满意": votes - 1, "不满意": 1}}}}
    (result,) = results(tmp_path, ruleset(), {"reviews": {"debriefs": review}})
    told = result.explain("zh", "debriefs") + result.explain("en", "debriefs")
    assert ("不满意1" in told, "1×0" in told, "***" in told) == (shown, shown, not shown)
    assert "好1" in told  # what the bodies said is signed
