"""What is refused about a ballot sheet's rules, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from rate_bands_built import compiled, said

LEAF = """  - id: {id}
    title: {title}
    weight: 50
    kind: ballot-sheet
    record: score
    reviewers: {{raters: 100}}
    scale: 100
    limits:
      - {{marks: ">= 90", at_most: 3}}
      - {{marks: "< 70", at_least: 2}}
    all_equal: void
    unmarked: valid
    blank: void
    most_void: 1/3
    remarks: {{void_over: 20%, turnout_below: 80%}}
    trim: {{highest: 1, lowest: 1, when_more_than: 5}}
"""
ONE, OTHER = LEAF.format(id="one", title="甲"), LEAF.format(id="other", title="乙")
HEAD = """ruleset: sheets
title: 选票
plugins: [cadre-eval-rate-bands]
periods:
  year-end: {title: 年终, from: 01-01, to: 12-31}
  mid-year: {title: 半年, from: 01-01, to: 06-30}
criteria:
"""
END = "pools: {by: []}\nties: [open]\ngrades: none\n"


def refused(folder: Path, one: str, other: str) -> list[tuple[str, str, str]]:
    """Code, line as written and wording of each objection, each once although there are two periods."""
    text = HEAD + one + other + END
    rules, problems = compiled(folder, text)
    assert (rules is None) == bool(problems)
    lines = text.splitlines()
    return list(dict.fromkeys((code, lines[line - 1].strip(), message) for code, line, message in said(problems)))


def test_two_criteria_may_judge_the_same_ballots_alike(tmp_path: Path) -> None:
    assert refused(tmp_path, ONE, OTHER) == []


@pytest.mark.parametrize(
    ("was", "now", "line", "wording"),
    [
        ("most_void: 1/3", "most_void: 33", "most_void: 33", "漏写了百分号"),
        ("when_more_than: 5", "when_more_than: 1", "trim:", "一张也不剩"),
        ("highest: 1, lowest: 1", "highest: 0, lowest: 0", "trim:", "不必写 trim"),
        ("at_most: 3", "at_least: 4, at_most: 3", '- {marks: ">= 90"', "至少4人、至多3人"),
        ('">= 90", at_most: 3', '">= 90"', '- {marks: ">= 90"}', "没有写 at_most 或 at_least"),
        ('">= 90"', '"> 100"', '- {marks: "> 100"', "满分是 100"),
        ('">= 90", at_most: 3', '"< 80", at_most: 1', "limits:", "不能同时满足"),
        ("void_over: 20%", "void_over: 40%", "remarks:", "就重新测评了"),
        ("void_over: 20%", "void_over: 20", "remarks:", "漏写了百分号"),
        ("{void_over: 20%, turnout_below: 80%}", "{}", "remarks:", "至少一项"),
        ("    scale: 100", "    question: manners\n    scale: 100", "question: manners", "只有一题"),
        ("    scale: 100", "    aside: {keep: [留]}\n    scale: 100", "aside:", "只有一题"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(
    tmp_path: Path, was: str, now: str, line: str, wording: str
) -> None:
    assert was in ONE
    found = refused(tmp_path, ONE.replace(was, now), OTHER.replace("record: score", "record: else"))
    assert any(code == "CE509" and at.startswith(line) and wording in message for code, at, message in found), found


@pytest.mark.parametrize(
    ("was", "now", "key"),
    [
        ("most_void: 1/3", "most_void: 1/2", "most_void"),
        ("all_equal: void", "all_equal: valid", "all_equal"),
        ("at_most: 3", "at_most: 2", "limits"),
    ],
)
def test_the_same_ballots_may_not_be_judged_by_two_rules(tmp_path: Path, was: str, now: str, key: str) -> None:
    [(code, line, message)] = refused(tmp_path, ONE, OTHER.replace(was, now))
    assert (code, line) == ("CE509", "- id: other")
    assert f"和“甲”用的是同一批选票，有效票的规则却不同：{key}" in message


def test_a_plain_review_may_not_count_the_void_ballots_of_a_sheet(tmp_path: Path) -> None:
    plain = "  - {id: other, title: 乙, weight: 50, kind: review, record: score, reviewers: {raters: 100}}\n"
    for one, other in ((ONE, plain), (plain, ONE)):
        [(code, line, message)] = refused(tmp_path, one, other)
        assert (code, "id: other" in line) == ("CE509", True)
        assert "连作废票也计入" in message


def test_other_reviewers_or_another_record_are_other_ballots(tmp_path: Path) -> None:
    changed = OTHER.replace("most_void: 1/3", "most_void: 1/2")
    assert refused(tmp_path, ONE, changed.replace("record: score", "record: else")) == []
    assert refused(tmp_path, ONE, changed.replace("raters: 100", "leaders: 100")) == []
