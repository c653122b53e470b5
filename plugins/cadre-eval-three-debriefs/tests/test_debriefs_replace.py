"""A declared share of villagers for replacing the cadre asks for a review, and tells nobody by name."""

from __future__ import annotations

import re
from fractions import Fraction

from cadre_eval_three_debriefs.keep_or_replace import review_requests
from debriefed import cadre, declared, posting, rules
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.plugins.api import ReviewRequest, Text

answers = st.tuples(st.integers(0, 40), st.integers(0, 40))


def asked(keep: int, replace: int, **changes: object) -> list[ReviewRequest]:
    said = {"villagers": {"stay": ["留任"] * keep + ["调整"] * replace}}
    return review_requests(cadre(posting(said, papers=["m1"])), rules(declared(**changes)))


def reason_of(request: ReviewRequest) -> Text:
    assert isinstance(request.reason, Text)
    return request.reason


@given(answers, st.fractions(Fraction(1, 50), 1))
def test_a_review_is_asked_for_exactly_from_the_declared_share(said: tuple[int, int], least: Fraction) -> None:
    keep, replace = said
    reached = keep + replace > 0 and replace >= least * (keep + replace)
    assert bool(asked(keep, replace, review_when_replace_at_least=least)) == reached


@given(answers, st.integers(0, 12))
def test_counts_are_told_only_if_enough_answered_either_way(said: tuple[int, int], secret_below: int) -> None:
    for request in asked(*said, suppress_below=secret_below):
        told = {
            number for text in (reason_of(request).zh, reason_of(request).en) for number in re.findall(r"\d+", text)
        }
        assert told - {"1", "3"} <= (
            {str(said[1]), str(sum(said))} if min(said) >= secret_below else set()
        )  # 1/3 is the share that was declared


@given(st.integers(0, 4), st.integers(4, 60))
def test_whatever_a_handful_said_the_request_reads_the_same(keep: int, replace: int) -> None:
    (request,), (one,) = asked(keep, replace), asked(0, 1)
    assert request == one


def test_the_request_names_the_body_and_the_papers() -> None:
    (request,) = asked(10, 5)
    assert (request.by, request.evidence) == ("组织部", ("m1",))
    assert reason_of(request).zh == "村民对去留的回答中，主张“调整”的达到了 1/3（5/15）"
    assert (
        reason_of(request).en == "of the villagers' answers on whether the cadre stays, 1/3 or more say 调整 (5/15)"
    )


def test_several_words_may_speak_for_replacing() -> None:
    stay = {"villagers": {"stay": ["留任"] * 10 + ["调整"] * 3 + ["撤换"] * 2}}
    params = declared(aside={"stay": ("留任", "调整", "撤换")}, replace=("调整", "撤换"))
    (request,) = review_requests(cadre(posting(stay)), rules(params))
    assert "“调整、撤换”" in reason_of(request).zh


def test_a_ruleset_that_declares_no_share_asks_for_nothing() -> None:
    assert asked(0, 40, review_when_replace_at_least=None, review_by=None) == []


def test_only_the_villagers_are_counted() -> None:
    said = {"villagers": {"stay": ["留任"] * 10}, "township": {"stay": ["调整"] * 30}}
    assert review_requests(cadre(posting(said)), rules(declared())) == []


def test_answers_that_are_not_known_yet_ask_for_nothing() -> None:
    said = {"villagers": {"stay": ["调整"] * 30}}
    assert review_requests(cadre(posting(said, state="pending")), rules(declared())) == []


def test_no_record_and_no_answer_ask_for_nothing() -> None:
    assert review_requests(cadre(posting(), posting({})), rules(declared())) == []


def test_the_villages_of_two_postings_are_told_apart() -> None:
    sure, unsure = {"villagers": {"stay": ["调整"] * 30}}, {"villagers": {"stay": ["留任"] * 30}}
    both = cadre(posting(sure, host="平湾村"), posting(unsure, host="石桥村"))
    (request,) = review_requests(both, rules(declared()))
    assert reason_of(request).zh.startswith("平湾村：")
