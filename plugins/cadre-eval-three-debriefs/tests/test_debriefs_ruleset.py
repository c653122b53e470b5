"""Rulesets that are not the scheme, or contradict themselves, are refused at the words that say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from debriefed import CRITERION, refusals, ruleset

PLACES = {"place": {"type": "count", "at_least": "1"}}
ORDER = {"id": "order", "rule": "rank-opinion", "fact": "place", "differs_by_more_than": 2, "ask": "书面说明"}
NO_QUESTION = ("aside", "keep_or_replace", "replace")

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "no debrief before the township": (
        {"reviewers": {"villagers": 60, "sending-unit": 40}}, '"id"', "三次述职缺 township"),
    "a fourth hearer": (
        {"reviewers": {"villagers": 40, "township": 20, "sending-unit": 20, "county": 20}}, '"id"', "county 不是述职对象"),
    "nobody asks whether the cadre stays": ({"without": NO_QUESTION}, '"id"', "没有去留题"),
    "the best option gives less than all": (
        {"options": {"满意": 90, "不满意": 0}}, '"options"', "最好的是 90 分，满分是 100"),
    "the best comment gives more than all": ({"comments": {"好": 120}}, '"comments"', "最好的是 120 分"),
    "nobody knows which question counts": ({"without": ["question"]}, '"aside"', "用 question 写明"),
    "a question that counts and does not": ({"question": "stay"}, '"stay"', "是计分的题目"),
    "a keep-or-replace question that is not asked": ({"keep_or_replace": "leave"}, '"leave"', "aside 里没有“leave”"),
    "words for replacing, and no question": (
        {"without": ["keep_or_replace"]}, '"replace"', "要用 keep_or_replace 写明"),
    "a word for replacing that cannot be marked": ({"replace": ["调整", "撤换"]}, '"replace"', "没有“撤换”这个选项"),
    "no word for replacing": ({"replace": []}, '"replace"', "不能一个没有"),
    "every word for replacing": ({"replace": ["留任", "调整"]}, '"replace"', "也不能全是"),
    "a share, and nobody who reviews": (
        {"review_when_replace_at_least": "1/3"}, '"review_when_replace_at_least"', "要写就一起写"),
    "a reviewer, and no share": ({"review_by": "组织部"}, '"review_by"', "要写就一起写"),
    "a share of nothing": (
        {"without": NO_QUESTION, "review_when_replace_at_least": "1/3", "review_by": "组织部"},
        '"review_when_replace_at_least"', "无从计算比例"),
    "a share of more than all": (
        {"review_when_replace_at_least": "101%", "review_by": "组织部"}, '"101%"', "不能大于 100%"),
    "more minutes than debriefs": ({"minutes": 4}, "4", "最多要三份"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_is(tmp_path: Path, changes: dict[str, Any], where: str, said: str) -> None:
    found = refusals(tmp_path, ruleset(**changes))
    assert any(code == "CE509" and marked.startswith(where) and said in text for code, marked, text in found), found


def test_the_scheme_is_not_refused(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "review_when_replace_at_least": "100%",
        "review_by": "组织部",
        "minutes": 0,
        "suppress_below": 0,
    }
    assert refusals(tmp_path, ruleset(**asked)) == []


def period(first: str, last: str) -> dict[str, Any]:
    return {"periods": {"mid-year": {"from": first, "to": last}}}


@pytest.mark.parametrize(
    ("first", "last", "sound"),
    [
        ("01-01", "06-30", True), ("07-01", "12-31", True), ("01-01", "05-30", True), ("01-01", "05-29", False),
        ("01-01", "08-02", True), ("01-01", "08-03", False), ("01-01", "12-31", False),
    ],
)  # fmt: skip
def test_a_period_of_debriefs_is_a_half_year(tmp_path: Path, first: str, last: str, sound: bool) -> None:
    found = refusals(tmp_path, ruleset(top=period(first, last)))
    assert all("三次述职是每半年的" in text for _, _, text in found)
    assert (not found) == sound


def test_a_period_of_two_calendar_years_is_counted_over_both(tmp_path: Path) -> None:
    winter = {"periods": {"mid-year": {"from": "10-01", "to": "03-31", "years": 2}}}
    assert refusals(tmp_path, ruleset(top=winter)) == []


def test_debriefs_may_be_kept_to_the_half_years_of_a_ruleset(tmp_path: Path) -> None:
    half = {**CRITERION, "periods": ["mid-year"]}
    whole = {
        "id": "year", "weight": 100, "kind": "external", "scale": 100, "periods": ["year-end"],
    }  # fmt: skip
    both = {"mid-year": {"from": "01-01", "to": "06-30"}, "year-end": {"from": "01-01", "to": "12-31"}}
    assert refusals(tmp_path, ruleset(top={"periods": both, "criteria": [half, whole]})) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"place": {"type": "count"}}, "写上 at_least: 1"),
        ({"place": {"type": "count", "at_least": "0"}}, "写上 at_least: 1"),
        ({"place": {"type": "flag"}}, "place"),
        ({"plaice": {"type": "count", "at_least": "1"}}, "place"),
        (PLACES, ""),
    ],
)
def test_a_rank_opinion_counts_places_from_one(tmp_path: Path, facts: dict[str, Any], said: str) -> None:
    found = refusals(tmp_path, ruleset(top={"facts": facts, "accountability": [ORDER]}))
    assert [marked for _, marked, _ in found] == ['"place"'] * bool(said)
    assert all(said in text for _, _, text in found)
