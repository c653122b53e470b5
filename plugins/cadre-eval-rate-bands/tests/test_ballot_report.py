"""The remarks on the evidence and the sheet of ballots, from a workspace as staff keep it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from cadre_eval import assess, open_workspace
from cadre_eval.errors import Problems, Source, Span
from cadre_eval.plugins.proposing import rendered
from cadre_eval.plugins.registry import load_registry
from cadre_eval.scoring.proposals import proposal_text
from cadre_eval.scoring.result import PeriodResult

NAME = "cadre-eval-rate-bands"
WORKSPACE = """workspace: made-up
district: {id: made-up, name: 某区}
ruleset: rules.yaml
roster: roster.yaml
records: records
"""
ROSTER = """roster: 2025
townships: [{id: t, name: 青禾街道, kind: street}]
hosts: [{id: h, name: "=安平社区", township: t, kind: community}]
sending_units: [{id: u, name: 区水务局}]
cadres:
  - {id: a, name: 陈望川, category: any, party_member: yes}
  - {id: b, name: 许知夏, category: any, party_member: yes}
postings:
  - {id: p-a, cadre: a, host: h, role: team-member, sending_unit: u, from: 2024-05-06, transfers: {assessment: {to: t, effective: 2024-05-06}}}
  - {id: p-b, cadre: b, host: h, role: team-member, sending_unit: u, from: 2024-05-06, transfers: {assessment: {to: t, effective: 2024-05-06}}}
"""
RULES = """ruleset: rules
title: 测评
plugins: [cadre-eval-rate-bands]
titles: {raters: 测评人, villagers: 村民}
facts: {interviews: {title: 访谈人数, type: count, unit: 人}}
periods: {year-end: {title: 年终, from: 01-01, to: 12-31}}
criteria:
  - id: score
    title: 互评
    points: 40
    kind: ballot-sheet
    reviewers: {raters: 100}
    scale: 100
    all_equal: void
    unmarked: valid
    blank: void
    most_void: 1/3
    remarks: {void_over: 15%, turnout_below: 80%}
  - id: vote
    title: 满意率
    points: 60
    kind: satisfaction-floor
    voters: {villagers: 100}
    options: [满意, 不满意]
    abstain: zero
    invalid: exclude
    rate_of: [满意]
    floor_rate: 50%
    below_floor: zero
    interviews: {fact: interviews, at_least: 10}
policies: {missing: zero}
pools: {by: []}
ties: [open]
grades: none
"""
GOOD = "[80, 70]"


def workspace(folder: Path, ballots: list[str], issued: int | None, votes: str, facts: str = "{}") -> PeriodResult:
    records = folder / "records"
    records.mkdir()
    for name, text in (("cadre-eval", WORKSPACE), ("roster", ROSTER), ("rules", RULES)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    given = "" if issued is None else f"issued: {issued}\n"
    (records / "ballots.yaml").write_text(
        f"sheet: score\nperiod: 2025-year-end\nreviewers: raters\npeople: [a, b]\n{given}ballots: [{', '.join(ballots)}]\n",
        "utf-8",
    )
    (records / "a.yaml").write_text(
        f"dossier: a\nperiod: 2025-year-end\nfacts: {facts}\nsurveys: {{vote: {{classes: {{villagers: {votes}}}}}}}\n",
        "utf-8",
    )
    return assess(open_workspace(folder), "2025-year-end")


def report(found: PeriodResult) -> list[list[str]]:
    problems = Problems()
    registry = load_registry([(NAME, Span(Source("tests", NAME), 1, 1))], problems)
    assert not problems
    text = rendered(found, registry, "ballot-report")
    assert text.startswith("\ufeff")
    assert "\r\n" in text
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def remarks(found: PeriodResult, cadre: str) -> list[str]:
    [result] = [r for r in found if r.cadre.id == cadre]
    return [proposal_text(proposal).zh for proposal in result.proposals]


def test_the_sheet_has_a_row_for_each_criterion_person_and_class(tmp_path: Path) -> None:
    votes = "{issued: 30, tally: {满意: 16, 不满意: 3}, abstain: 1, invalid: 2}"
    found = workspace(tmp_path, [*[GOOD] * 4, "[90, -]", "[60, 60]"], 6, votes)
    head, *rows = report(found)
    assert head[4:] == ["测评主体", "发出", "收回", "作废", "弃权", "有效", "平均分或所占比例"]
    assert rows == [
        ["互评", "a", "陈望川", "'=安平社区", "测评人", "6", "6", "1", "", "5", "82.00"],
        ["互评", "b", "许知夏", "'=安平社区", "测评人", "6", "6", "1", "", "5", "70.00"],
        ["满意率", "a", "陈望川", "'=安平社区", "村民", "30", "22", "2", "1", "19", "80.00%"],
    ]


def test_of_few_ballots_the_sheet_shows_none(tmp_path: Path) -> None:
    found = workspace(tmp_path, [*[GOOD] * 3, "[60, 60]"], None, "{tally: {满意: 3, 不满意: 1}}")
    _, *rows = report(found)
    assert [row[5:] for row in rows] == [
        ["", "4", "***", "***", "***", "***"],
        ["", "4", "***", "***", "***", "***"],
        ["", "***", "***", "***", "***", "***"],
    ]


def test_a_vote_that_must_be_repeated_has_no_mean(tmp_path: Path) -> None:
    found = workspace(tmp_path, [*[GOOD] * 3, *["[60, 60]"] * 2], 5, "{tally: {满意: 16, 不满意: 4}}")
    assert [row[5:] for row in report(found)[1:3]] == [["5", "5", "2", "", "3", ""]] * 2
    assert {r.state for r in found} == {"pending"}


@pytest.mark.parametrize(
    ("ballots", "issued", "said"),
    [
        ([GOOD] * 5, 6, []),
        ([GOOD] * 5, 7, ["发出 7 票，收回 5 票，收回率不到 80%"]),
        ([GOOD] * 5, None, ["没有登记发出多少票"]),
        ([*[GOOD] * 5, "[60, 60]"], 6, ["1/6 张作废，超过 15%"]),
        ([*[GOOD] * 3, "[60, 60]"], 4, ["作废票较多"]),
        ([*[GOOD] * 3, *["[60, 60]"] * 2], 5, []),
    ],
)
def test_remarks_say_what_to_look_at_in_the_ballots(
    tmp_path: Path, ballots: list[str], issued: int | None, said: list[str]
) -> None:
    found = workspace(tmp_path, ballots, issued, "{tally: {满意: 1, 不满意: 19}}")
    shown = remarks(found, "b")
    assert len(shown) == len(said)
    assert all(any(text in line for line in shown) for text in said)


@pytest.mark.parametrize(
    ("votes", "facts", "said"),
    [
        ("{tally: {满意: 10, 不满意: 10}}", "{interviews: 9}", ["访谈 9 人，至少要 10 人"]),
        ("{tally: {满意: 10, 不满意: 10}}", "{interviews: 10}", []),
        ("{tally: {满意: 10, 不满意: 10}}", "{}", ["没有登记访谈，至少要 10 人"]),
        ("{tally: {满意: 10, 不满意: 10}}", "{interviews: {state: excused, reason: 病假}}", []),
        ("{tally: {满意: 9, 不满意: 10}}", "{interviews: 0}", []),
    ],
)
def test_interviews_must_follow_a_vote_that_was_passed(
    tmp_path: Path, votes: str, facts: str, said: list[str]
) -> None:
    found = workspace(tmp_path, [GOOD] * 5, 5, votes, facts)
    shown = remarks(found, "a")
    assert len(shown) == len(said)
    assert all(text in line for text, line in zip(said, shown, strict=True))
