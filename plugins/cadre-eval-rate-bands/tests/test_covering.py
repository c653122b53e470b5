"""What is refused about bands, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from rate_bands_built import compiled, said

RULES = """ruleset: bands
title: 分档
plugins: [cadre-eval-rate-bands]
periods:
  year-end: {title: 年终, from: 01-01, to: 12-31}
  mid-year: {title: 半年, from: 01-01, to: 06-30}
criteria:
  - id: vote
    title: 测评
    points: 100
    kind: excellent-rate-bands
    voters: pooled
    options: [优秀, 称职, 不称职]
    abstain: exclude
    invalid: exclude
    rate_of: [优秀]
    second_rate_of: [不称职]
    bands:
"""
FIRST_BAND = RULES.count("\n") + 1
END = "pools: {by: []}\nties: [open]\ngrades: none\n"


def refused(folder: Path, *bands: str, more: str = "", rules: str = RULES) -> list[tuple[str, int, str]]:
    """The objections, each once although there are two periods."""
    text = rules + "".join(f"      - {{{line}}}\n" for line in bands) + more + END
    found, problems = compiled(folder, text)
    assert (found is None) == bool(problems)
    return list(dict.fromkeys(said(problems)))


def test_bands_that_cover_everything_once_are_accepted(tmp_path: Path) -> None:
    assert refused(tmp_path, 'rate: ">= 60%", points: 100', 'rate: "< 60%", points: 0') == []


@pytest.mark.parametrize(
    ("bands", "witness"),
    [
        (('rate: "> 60%", points: 100', 'rate: "< 60%", points: 0'), "优秀 60%、不称职 0%时，没有一档合乎"),
        (
            ('rate: ">= 60%", points: 100', 'rate: "< 60%", second: "< 1/3", points: 50'),
            "优秀 0%、不称职 1/3时，没有一档合乎",
        ),
        (('rate: ">= 60%", second: "<= 40%", points: 100', 'rate: "< 50%", points: 0'), "优秀 50%、不称职 0%"),
    ],
)
def test_a_vote_without_a_band_is_refused_with_an_example(
    tmp_path: Path, bands: tuple[str, ...], witness: str
) -> None:
    [(code, line, message)] = refused(tmp_path, *bands)
    assert (code, line) == ("CE509", FIRST_BAND - 1)
    assert witness in message


def test_a_combination_no_vote_can_have_needs_no_band(tmp_path: Path) -> None:
    bands = ('rate: ">= 60%", second: "<= 40%", points: 100', 'rate: "< 60%", points: 0')
    assert refused(tmp_path, *bands) == []


def test_where_both_rates_are_all_there_is_the_second_is_what_the_first_leaves(tmp_path: Path) -> None:
    bands = ('rate: ">= 60%", points: 100', 'second: "> 40%", points: 0')
    assert refused(tmp_path, *bands, rules=RULES.replace("[优秀, 称职, 不称职]", "[优秀, 不称职]")) == []
    counted = RULES.replace("[优秀, 称职, 不称职]", "[优秀, 不称职]").replace("abstain: exclude", "abstain: zero")
    [(_, _, message)] = refused(tmp_path, *bands, rules=counted)
    assert "没有一档合乎" in message


def test_two_bands_for_one_vote_need_a_priority(tmp_path: Path) -> None:
    bands = ('rate: ">= 60%", points: 100', 'rate: "< 60%", points: 50', 'second: ">= 1/3", points: 0')
    overlaps = refused(tmp_path, *bands)
    assert [line for _, line, _ in overlaps] == [FIRST_BAND + 2, FIRST_BAND + 2]
    wanted = "优秀 60%、不称职 1/3时，既合乎100分一档，又合乎0分一档；用 priority 写明按哪一档"
    assert any(wanted in message for _, _, message in overlaps)
    assert refused(tmp_path, *bands, more="    priority: lowest\n") == []


def test_edges_that_overlap_are_refused_whatever_the_priority(tmp_path: Path) -> None:
    bands = ('rate: ">= 60%", points: 100', 'rate: "<= 60%", points: 50')
    [(_, line, message)] = refused(tmp_path, *bands, more="    priority: highest\n")
    assert line == FIRST_BAND + 1
    assert "优秀 60%" in message
    assert "priority" not in message


def test_bands_of_the_same_points_may_overlap(tmp_path: Path) -> None:
    assert refused(tmp_path, 'rate: ">= 50%", points: 80', 'rate: "<= 60%", points: 80') == []


@pytest.mark.parametrize(
    ("bands", "line", "wording"),
    [
        (('rate: ">= 60%", points: 101', 'rate: "< 60%", points: 0'), 0, "指标至多100分，会被截去"),
        (('rate: ">= 60", points: 100', 'rate: "< 60%", points: 0'), 0, "漏写了百分号"),
        (("rate: any, points: 90", 'rate: "> 70%", second: "> 30%", points: 0'), 1, "永远用不到"),
    ],
)
def test_a_band_that_cannot_be_meant_is_refused_at_its_place(
    tmp_path: Path, bands: tuple[str, ...], line: int, wording: str
) -> None:
    [(code, found, message)] = refused(tmp_path, *bands)
    assert (code, found) == ("CE509", FIRST_BAND + line)
    assert wording in message


def test_a_band_hidden_by_the_priority_is_refused(tmp_path: Path) -> None:
    bands = ("rate: any, points: 90", 'second: ">= 50%", points: 60')
    [(_, line, message)] = refused(tmp_path, *bands, more="    priority: highest\n")
    assert line == FIRST_BAND + 1
    assert "永远用不到" in message


@pytest.mark.parametrize(
    ("was", "now", "wording"),
    [
        ("rate_of: [优秀]", "rate_of: [优异]", "票面没有“优异”；有：优秀、称职、不称职"),
        ("rate_of: [优秀]", "rate_of: [优秀, 优秀]", "同一个选项写了两次"),
        ("second_rate_of: [不称职]", "second_rate_of: [优秀]", "“优秀”在两个比例里都算了"),
        ("    second_rate_of: [不称职]\n", "", "没有写 second_rate_of"),
        ("rate_of: [优秀]", "rate_of: []", "至少一项"),
    ],
)
def test_options_must_be_on_the_ballot_each_in_one_rate(tmp_path: Path, was: str, now: str, wording: str) -> None:
    rules = RULES.replace(was, now, 1)
    bands = ('rate: ">= 60%", points: 100', 'rate: "< 60%", second: any, points: 50')
    if "second_rate_of" in was and not now:
        bands = ('rate: ">= 60%", points: 100', 'rate: "< 60%", second: "<= 100%", points: 50')
    assert any(wording in message for _, _, message in refused(tmp_path, *bands, rules=rules))
