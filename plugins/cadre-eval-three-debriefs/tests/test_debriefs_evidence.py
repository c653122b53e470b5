"""Minutes of the debriefs, and papers behind a rank opinion."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from cadre_eval_three_debriefs.minutes import missing_minutes
from cadre_eval_three_debriefs.rank_remarks import opinion_remarks
from debriefed import cadre, declared, opinions, posting, rules

from cadre_eval.plugins.api import EvidenceRemark, Text

HELD = {"villagers": {"conduct": ["满意"]}, "township": {"conduct": ["好"]}, "sending-unit": {"conduct": ["好"]}}
THREE, TWO = ["m1", "m2", "m3"], ["m1", "m2"]


def remarks(
    answers: dict[str, dict[str, list[str]]], papers: Sequence[str], minutes: int = 3
) -> list[EvidenceRemark]:
    return missing_minutes(cadre(posting(answers, papers=papers)), rules(declared(minutes=minutes)))


@pytest.mark.parametrize("papers", [THREE, ["m1", "m2", "m3", "m4"]])
def test_minutes_of_every_debrief_are_enough(papers: list[str]) -> None:
    assert remarks(HELD, papers) == []


def test_fewer_minutes_than_debriefs_are_remarked_on() -> None:
    (remark,) = remarks(HELD, TWO)
    assert (remark.record, remark.evidence) == ("debriefs", ("m1", "m2"))
    assert remark.reason == Text(
        "已述职3次，附了2份佐证，应有3份述职记录", "3 debriefs held, 2 documents named; minutes wanted: 3"
    )


def test_a_document_named_twice_is_one() -> None:
    assert len(remarks(HELD, ["m1", "m1", "m1"])) == 1


def test_of_a_debrief_not_held_yet_no_minutes_are_asked() -> None:
    two = {key: said for key, said in HELD.items() if key != "township"}
    assert remarks(two, TWO) == []
    assert len(remarks(two, ["m1"])) == 1


def test_an_assembly_that_only_said_who_stays_was_held() -> None:
    assert len(remarks({"villagers": {"conduct": [], "stay": ["留任"]}}, [])) == 1
    assert remarks({"villagers": {"conduct": [], "stay": []}}, []) == []


@pytest.mark.parametrize(("minutes", "papers"), [(0, []), (1, ["m1"]), (2, TWO)])
def test_a_ruleset_may_ask_for_fewer(minutes: int, papers: list[str]) -> None:
    assert remarks(HELD, papers, minutes) == []


def test_a_review_that_is_not_on_record_has_no_minutes_to_miss() -> None:
    assert missing_minutes(cadre(posting()), rules(declared())) == []


# ── rank opinions ───────────────────────────────────────────────────


def test_an_opinion_without_a_paper_is_remarked_on() -> None:
    (remark,) = opinion_remarks(cadre(posting(place=1)), rules(opinion=opinions()))
    assert (remark.record, remark.reason) == (
        "place",
        Text("排序意见没有附乡镇的文件", "no paper of the township is named"),
    )


@pytest.mark.parametrize(("place", "far"), [(1, False), (3, False), (4, True), (9, True)])
def test_an_opinion_too_far_from_the_rank_is_remarked_on(place: int, far: bool) -> None:
    found = opinion_remarks(cadre(posting(place=place, place_papers=["m1"]), rank=1), rules(opinion=opinions()))
    said = Text(f"乡镇排第{place}名，按得分第1名", f"the township says place {place}, by score it is 1")
    assert found == ([EvidenceRemark("place", said, ("m1",))] if far else [])


@pytest.mark.parametrize("pools", [(), ("role",), ("township", "role")])
def test_a_rank_among_other_people_is_not_compared(pools: tuple[str, ...]) -> None:
    seen = cadre(posting(place=9, place_papers=["m1"]), rank=1, pool=tuple("t" for _ in pools))
    assert opinion_remarks(seen, rules(opinion=opinions(), pools=pools)) == []


def test_the_opinion_of_another_township_is_not_compared() -> None:
    away = posting(place=9, place_papers=["m1"], township="other")
    assert opinion_remarks(cadre(posting(), away, rank=1), rules(opinion=opinions())) == []


def test_an_open_rank_is_not_compared() -> None:
    seen = cadre(posting(place=9, place_papers=["m1"]), rank=None)
    assert opinion_remarks(seen, rules(opinion=opinions())) == []


def test_no_opinion_is_no_remark() -> None:
    assert opinion_remarks(cadre(posting()), rules(opinion=opinions())) == []


def test_a_ruleset_without_rank_opinions_has_no_remarks() -> None:
    assert opinion_remarks(cadre(posting(place=9)), rules()) == []
