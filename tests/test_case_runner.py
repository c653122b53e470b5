"""Cases as tests: what they may expect, how a failure is told, and the ways to run them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from cadre_eval.cases.exercised.constructs import Construct, Coverage
from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.cases.receipts import with_receipt
from cadre_eval.cases.running import run_case_file
from cadre_eval.cases.suites import MUCH, FileReport, Task, worthwhile_jobs
from cadre_eval.cli.percent import Percent
from cadre_eval.cli.testing import CaseRun, Wanted
from cadre_eval.errors import PluginFailure, Problems, Source, Span, Text, UsageError
from cadre_eval.reports.case_failures import failure_text, headline
from cadre_eval.reports.junit import Suite, junit_xml
from cadre_eval.reports.percent import percent_text
from cadre_eval.workspace.files import Folder
from running import environment, on_terminal, ran, spawned
from small_workspace import write

RULES = """\
ruleset: small
title: 小办法
facts:
  talks: {title: 宣讲, type: count}
  visits: {title: 走访率, type: rate}
  awards: {title: 表彰, type: count}
  absences: {title: 脱岗, type: count}
policies: {missing: %s, not_applicable: exclude, excused: exclude}
periods:
  year-end: {title: 年终考核, from: 01-01, to: 12-31}
criteria:
  - id: duty
    title: 履职
    weight: 60
    parts:
      - {id: talk, title: 宣讲, kind: target, points: 60, fact: talks, target: 12}
      - {id: visit, title: 走访, kind: ratio, points: 40, fact: visits}
  - {id: team, title: 检查组, weight: 40, kind: external, scale: 100}
adjustments:
  ceiling: none
  floor: 0
  groups:
    - id: honours
      title: 表彰
      direction: bonus
      counting: cumulative
      cap: 3
      items: [{id: award, title: 表彰, fact: awards, each: 1}]
gates:
  - {id: absent, title: 脱岗, when: {fact: absences, at_least: 1}, effect: {cap_grade: [称职]}}
grades: {any: {优秀: ">= 90", 称职: "[60, 90)", 不称职: "< 60"}}
quotas:
  - {id: best, title: 优秀名额, grade: [优秀], share: 25%%, round: floor, base: assessed, pool_by: []}
ties: [open]
"""
BASE = """\
cases_for: small.yaml
base:
  period: 2025-year-end
  facts: {talks: 12, visits: 100%, awards: 0, absences: 0}
  external: {team: {score: 90}}
cases:
"""


def folder_with(folder: Path, cases: str, missing: str = "zero", name: str = "small.case.yaml") -> Path:
    return write(folder / "rules", {"small.yaml": RULES % missing, name: BASE + cases})


def outcomes(folder: Path, cases: str, missing: str = "zero") -> list[CaseOutcome]:
    """How the cases went, with receipts; nothing is wrong with the file itself."""
    home, problems = Folder(folder_with(folder, cases, missing)), Problems()
    found = [with_receipt(o) for o in run_case_file(home, home.root / "small.case.yaml", problems)]
    assert not problems, [p.message("en") for p in problems]
    return found


def only(folder: Path, case: str, missing: str = "zero") -> CaseOutcome:
    (found,) = outcomes(folder, case, missing)
    return found


def told(outcome: CaseOutcome) -> list[tuple[str, str, str]]:
    assert not outcome.problems, [p.message("en") for p in outcome.problems]
    return [(m.field, m.expected, m.actual) for m in outcome.mismatches]


def wrong(outcome: CaseOutcome) -> list[tuple[str, int, int, str | None]]:
    """What is wrong with a case that could not be judged: code, place, fix."""
    assert not outcome.mismatches
    return [(p.code, p.span.line, p.span.column, p.fix) for p in outcome.problems]


# ── a refused input ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "case",
    [
        "{case: a, facts: {talks: -1}, expect: {problems: [CE207]}}",
        "{case: a, facts: {talks: -1}, expect: {problems: [{code: CE207, at: facts.talks}]}}",
        "{case: a, facts: {talks: -1}, expect: {problems: [{code: CE207, at: facts}]}}",
        "{case: a, facts: {talks: -1, visits: 101%, tails: 1}, expect: {problems: [CE207, CE421, CE213]}}",
        "{case: a, facts: {talks: 1.5, awards: -2}, expect: {problems: [CE207, CE207]}}",
        "{case: a, fatcs: {talks: 1}, expect: {problems: [CE201]}}",
        "{case: a, period: 2025-midyear, expect: {problems: [{code: CE607, at: period}]}}",
        "{case: a, cohort: [{cadre: x}, {cadre: y, facts: {talks: -1}}], expect: {problems: [{code: CE207, at: cohort.y.facts.talks}]}}",
        "{case: a, places: {quota: bast, bases: {any: 4}}, expect: {problems: [{code: CE421, at: places.quota}]}}",
        "{case: a, expect: {problems: []}}",
    ],
)
def test_a_case_passes_when_its_input_has_just_the_problems_expected(case: str, tmp_path: Path) -> None:
    found = only(tmp_path, f"  - {case}\n", "block")
    assert [p.message("en") for p in found.problems] == []
    assert [(m.expected, m.actual) for m in found.mismatches] == []


def test_a_problem_that_is_not_found_fails_the_case(tmp_path: Path) -> None:
    found = only(tmp_path, "  - {case: a, expect: {problems: [CE207]}}\n")
    assert told(found) == [("problems", "[CE207]", "[]")]


def test_a_problem_nobody_expected_fails_the_case_and_is_shown(tmp_path: Path) -> None:
    found = only(tmp_path, "  - {case: a, facts: {talks: -1, tails: 1}, expect: {problems: [CE207]}}\n")
    assert told(found) == [("problems", "[CE207]", "[CE207 (7:30), CE421 (7:34)]")]
    assert [p.code for p in found.mismatches[0].problems] == ["CE421"]
    assert "CE421: " in failure_text(found, "en")


def test_the_problem_must_be_at_the_place(tmp_path: Path) -> None:
    case = "  - {case: a, facts: {talks: -1}, expect: {problems: [{code: CE207, at: facts.visits}]}}\n"
    ((field, expected, _),) = told(only(tmp_path, case))
    assert (field, expected) == ("problems", "[CE207 at facts.visits]")


def test_one_place_does_not_stand_for_another_with_the_same_code(tmp_path: Path) -> None:
    case = "  - {case: a, facts: {talks: -1, awards: -1}, expect: {problems: [{code: CE207, at: facts.talks}]}}\n"
    found = only(tmp_path, case)
    assert len(told(found)) == 1
    assert len(found.mismatches[0].problems) == 1


def test_a_place_or_a_code_there_is_not_is_a_problem_of_the_case(tmp_path: Path) -> None:
    case = "  - {case: a, expect: {problems: [{code: CE27, at: facts.talk}]}}\n"
    found = wrong(only(tmp_path, case))
    assert [(code, column) for code, _, column, _ in found] == [("CE421", 42), ("CE421", 52)]
    assert found[1][3] == "facts.talks"


@pytest.mark.parametrize("beside", ["total: 90, ", "grade: 优秀, "])
def test_a_refused_input_has_no_result_to_compare(beside: str, tmp_path: Path) -> None:
    case = f"  - {{case: a, facts: {{talks: -1}}, expect: {{{beside}problems: [CE207]}}}}\n"
    assert [code for code, *_ in wrong(only(tmp_path, case))] == ["CE406"]
    case = "  - {case: a, facts: {talks: -1}, expect: {problems: [CE207]}, expect_places: {any: 1}}\n"
    assert [code for code, *_ in wrong(only(tmp_path, case))] == ["CE406"]


def test_an_expectation_that_cannot_be_read_is_never_taken_for_a_refused_input(tmp_path: Path) -> None:
    found = only(tmp_path, "  - {case: a, expect: {problems: CE204, totl: 3}}\n")
    assert {code for code, *_ in wrong(found)} == {"CE204", "CE201"}


# ── states and explanations ────────────────────────────────────────────────────────────────────────────────────

STATES = {
    "scored": ("block", "{case: a, expect: {states: {talk: scored, duty: scored}}}"),
    "open": ("block", "{case: a, facts: {talks: {remove: yes}}, expect: {states: {talk: open, duty: open, team: scored}}}"),
    "zero": ("zero", "{case: a, facts: {talks: {remove: yes}}, expect: {states: {talk: zero}}}"),
    "excluded": ("exclude", "{case: a, facts: {talks: {remove: yes}}, expect: {states: {talk: excluded}}}"),
    "pool-mean": (
        "pool-mean",
        "{case: a, cohort: [{cadre: x, facts: {talks: {remove: yes}}}, {cadre: y}], expect_each: {x: {states: {talk: pool-mean}}}}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_a_case_may_expect_the_state_of_a_criterion(state: str, tmp_path: Path) -> None:
    missing, case = STATES[state]
    assert told(only(tmp_path, f"  - {case}\n", missing)) == []
    other = "zero" if state == "scored" else "scored"
    expected = f"talk: {state}"
    ((field, *values),) = told(only(tmp_path, f"  - {case.replace(expected, f'talk: {other}')}\n", missing))
    assert field.endswith("states.talk")
    assert values == [other, state]


@pytest.mark.parametrize(
    "texts",
    [
        "[总分 96.00]", "[Total 96.00]", "['宣讲：12']", "{talk: [60 × min]}", "{duty: ['宣讲：12', how (target reached)]}",
        "[离, below]",
    ],
)  # fmt: skip
def test_a_case_may_expect_texts_of_the_account_in_either_language(texts: str, tmp_path: Path) -> None:
    case = f"  - {{case: a, facts: {{absences: 0}}, expect: {{explanations: {texts}}}}}\n"
    found = only(tmp_path, case)
    lacking = {m.expected for m in found.mismatches}
    assert lacking == ({"离", "below"} if "离" in texts else set())


def test_a_text_of_another_criterion_is_not_in_the_account_of_this_one(tmp_path: Path) -> None:
    found = only(tmp_path, "  - {case: a, expect: {explanations: {visit: ['宣讲：12次']}}}\n")
    ((field, expected, actual),) = told(found)
    assert (field, expected) == ("explanations.visit", "宣讲：12次")
    account = found.mismatches[0].account
    assert account is not None
    assert actual in [line.strip() for line in account.lines("zh")]


@pytest.mark.parametrize(
    ("expect", "fix"),
    [
        ("criteria: {tolk: 60}", "talk"), ("states: {visits: scored}", "visit"), ("explanations: {tem: [检查组]}", "team"),
        ("adjustments: {honour: 1}", "honours"),
    ],
)  # fmt: skip
def test_a_name_the_ruleset_does_not_have_is_a_problem_with_the_one_meant(
    expect: str, fix: str, tmp_path: Path
) -> None:
    ((code, line, _, meant),) = wrong(only(tmp_path, f"  - {{case: a, expect: {{{expect}}}}}\n"))
    assert (code, line, meant) == ("CE421", 7, fix)


# ── one case laid on another ───────────────────────────────────────────────────────────────────────────────────

CHAIN = """\
  - {case: 三, based_on: 二, external: {team: {score: 50}}, expect: {total: "69.00", criteria: {talk: 30, visit: 20}}}
  - {case: 一, facts: {talks: 6}, expect: {total: "1.00"}}
  - {case: 二, based_on: 一, facts: {visits: 50%}, expect: {criteria: {talk: 30}, grade: 称职}}
"""


def test_a_case_may_be_laid_on_another_and_that_on_a_third_in_any_order(tmp_path: Path) -> None:
    third, first, second = outcomes(tmp_path, CHAIN)
    assert told(third) == [("total", "69", "50")]
    assert told(first) == [("total", "1", "78")]
    assert told(second) == []


def test_what_a_case_expects_is_not_taken_over(tmp_path: Path) -> None:
    cases = "  - {case: a, expect: {total: 1}}\n  - {case: b, based_on: a, note: 无, expect: {grade: 优秀}}\n"
    _, found = outcomes(tmp_path, cases)
    assert [field for field, *_ in told(found)] == ["grade"]


def test_a_case_clears_and_removes_what_the_case_below_it_has(tmp_path: Path) -> None:
    cases = """\
  - {case: a, facts: {talks: 6}, expect: {criteria: {talk: 30}}}
  - {case: b, based_on: a, facts: {talks: {remove: yes}}, expect: {states: {talk: zero, visit: scored}}}
  - {case: c, based_on: b, facts: {}, expect: {states: {talk: zero, visit: zero}}}
  - {case: d, based_on: c, facts: {talks: 12}, expect: {states: {talk: scored, visit: zero}}}
"""
    assert [told(found) for found in outcomes(tmp_path, cases)] == [[], [], [], []]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_circle_is_a_problem_at_the_link_that_closes_it(length: int, tmp_path: Path) -> None:
    cases = "".join(
        f"  - {{case: c{i}, based_on: c{(i + 1) % length}, expect: {{total: 1}}}}\n" for i in range(length)
    )
    found = outcomes(tmp_path, cases)
    assert [wrong(one) for one in found] == [
        [("CE301", 7 + (i + length - 1) % length, 26, None)] for i in range(length)
    ]
    (problem,) = found[0].problems
    assert problem.args["cycle"] == " → ".join(f"c{i % length}" for i in range(length + 1))


def test_an_unknown_case_is_a_problem_with_the_one_meant(tmp_path: Path) -> None:
    cases = "  - {case: 少讲一场, expect: {grade: none}}\n  - {case: b, based_on: 少讲一厂, expect: {total: 1}}\n"
    _, found = outcomes(tmp_path, cases)
    assert wrong(found) == [("CE421", 8, 25, "少讲一场")]


def test_two_cases_of_one_name_are_a_problem_at_the_second(tmp_path: Path) -> None:
    first, second = outcomes(tmp_path, "  - {case: a, expect: {rank: 1}}\n  - {case: a, expect: {rank: 1}}\n")
    assert first.passed
    assert wrong(second) == [("CE306", 8, 12, None)]


def test_what_all_cases_share_is_based_on_none(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "  - {case: a, expect: {rank: 1}}\n")
    path = folder / "small.case.yaml"
    path.write_text(path.read_text("utf-8").replace("base:\n", "base:\n  based_on: a\n"), "utf-8")
    done = ran("test", path)
    assert done.code == 1
    assert re.search(r"small\.case\.yaml:3:3: CE201", done.out)


# ── how a failure is told ──────────────────────────────────────────────────────────────────────────────────────

DEEP = """\
  - case: 深处
    facts: {talks: 11, awards: 5}
    expect:
      total: "93.00"
      grade: 优秀
      criteria: {duty: "94", team: "91", visit: "40", talk: "54"}
      adjustments: {honours: 5}
"""


def test_the_receipt_is_that_of_the_deepest_criterion_that_differs(tmp_path: Path) -> None:
    found = only(tmp_path, DEEP)
    assert [m.field for m in found.mismatches if m.account] == ["criteria.talk"]
    text = failure_text(found, "zh")
    assert "  - criteria.talk: 54\n  + criteria.talk: 55  (差 +1)\n    依据:\n      宣讲 55 / 60" in text
    assert "宣讲：11" in text
    assert text.count("依据") == 1


def test_without_criteria_the_receipt_is_of_the_adjustment_then_of_the_total(tmp_path: Path) -> None:
    found = only(tmp_path, re.sub(r"      criteria: .*\n", "", DEEP))
    assert [m.field for m in found.mismatches if m.account] == ["adjustments.honours"]
    found = only(tmp_path, re.sub(r"      (criteria|adjustments): .*\n", "", DEEP))
    text = failure_text(found, "en")
    assert "  - total: 93\n  + total: 96  (off by +3)\n    receipt:\n      Total 96" in text
    for part in ("履职 95 / 100", "检查组 90 / 100", "表彰 3"):
        assert part in text
    assert "宣讲 55" not in text


def test_of_several_cadres_the_first_that_differs_has_the_receipt(tmp_path: Path) -> None:
    case = """\
  - case: 几个人
    cohort: [{cadre: x}, {cadre: y, facts: {talks: 6}}, {cadre: z, facts: {talks: 3}}]
    expect_each: {x: {rank: 1}, z: {total: "0"}, y: {total: "1", criteria: {talk: 1}}}
"""
    found = only(tmp_path, case)
    assert [(m.field, m.account is not None) for m in found.mismatches] == [
        ("z.total", True), ("y.total", False), ("y.criteria.talk", False)
    ]  # fmt: skip


def test_the_difference_is_exact_and_has_its_sign(tmp_path: Path) -> None:
    case = (
        '  - {case: a, facts: {talks: 5, visits: 1/3}, expect: {criteria: {talk: 25, visit: "13.3"}, total: "100"}}\n'
    )
    found = only(tmp_path, case)
    differences = {m.field: m.difference for m in found.mismatches}
    assert differences == {"total": Fraction(-41), "criteria.visit": Fraction(1, 30)}
    text = failure_text(found, "en")
    assert "+ criteria.visit: ≈13.3333（40/3）  (off by +1/30)" in text
    assert "+ total: 59  (off by -41)" in text


def test_a_passed_case_has_no_receipt_and_nothing_to_tell(tmp_path: Path) -> None:
    found = only(tmp_path, "  - {case: a, expect: {rank: 1}}\n")
    assert found.passed
    assert headline(found, "en") == ""
    assert with_receipt(found) is found


def test_the_diff_has_colour_on_a_terminal_only(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, DEEP)
    seen = on_terminal("test", folder).out
    assert "\033[32m  - total: 93\033[0m" in seen
    assert "\033[31m  + total: 96" in seen
    assert "\033" not in on_terminal("test", folder, env={"NO_COLOR": "1"}).out
    assert "\033" not in spawned("test", folder).out


# ── the command ────────────────────────────────────────────────────────────────────────────────────────────────

MIXED = """\
  - {case: 好, expect: {rank: 1}}
  - {case: 坏 <&"', expect: {total: "95.00"}}
  - {case: 错, facts: {tails: 1}, expect: {rank: 1}}
"""


def several(folder: Path) -> Path:
    """Several files of cases: sound, failing, and one that cannot be read."""
    home = folder_with(folder, MIXED)
    write(
        home,
        {
            "a.case.yaml": BASE + "  - {case: 好, expect: {rank: 1}}\n",
            "z.case.yaml": "cases_for: smal.yaml\ncases: []\n",
        },
    )
    return home


def test_junit_has_a_suite_for_each_file_and_a_test_for_each_case(tmp_path: Path) -> None:
    done = ran("test", several(tmp_path), "--format", "junit")
    assert done.code == 1
    root = ElementTree.fromstring(done.out.encode())
    suites = {Path(suite.get("name", "")).name: suite for suite in root}
    assert list(suites) == ["a.case.yaml", "small.case.yaml", "z.case.yaml"]
    assert {k: v for k, v in root.attrib.items() if k != "name"} == {
        "tests": "5", "failures": "1", "errors": "2", "skipped": "0", "time": "0"
    }  # fmt: skip
    small = suites["small.case.yaml"]
    assert (small.get("tests"), small.get("failures"), small.get("errors")) == ("3", "1", "1")
    good, bad, odd = small.findall("testcase")
    assert [good.get("name"), len(good)] == ["好", 0]
    assert (bad.get("name"), bad.get("line")) == ("坏 <&\"'", "8")
    failure = bad.find("failure")
    assert failure is not None
    assert failure.get("type") == "mismatch"
    assert re.search(r"total.*95.*96", failure.get("message", ""))
    assert "  - total: 95\n  + total: 96" in (failure.text or "")
    error = odd.find("error")
    assert error is not None
    assert "CE421" in error.get("message", "")
    (broken,) = suites["z.case.yaml"]
    assert broken.find("error") is not None
    assert "CE112" in (broken.findtext("error") or "")


def test_junit_holds_no_character_xml_cannot(tmp_path: Path) -> None:
    text = "a\x00b\x1b[31m\ud800\ufffe\U0001f600é\t"
    source = Source(text, "x")
    odd = CaseOutcome(text, text, Span(source, 1, 1), (), Problems())
    made = junit_xml([Suite(text, (odd,), (), {"coverage": text})], "en")
    (suite,) = ElementTree.fromstring(made.encode())
    assert suite.get("name") == "a�b�[31m��\U0001f600é\t"


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_output_is_the_same_whatever_the_number_of_processes(form: str, tmp_path: Path) -> None:
    folder = several(tmp_path)
    told = [spawned("test", folder, "--coverage", "--format", form, "--jobs", n) for n in ("1", "2", "5")]
    assert told[0].code == 1
    assert told[0].out
    assert told[1:] == told[:1] * 2


def test_a_few_cases_are_run_in_one_process_and_many_in_several(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MIXED)
    few = [Task(Folder(folder), folder / "small.case.yaml")] * 4
    assert worthwhile_jobs(few, 8) == 1
    write(folder, {"large.case.yaml": "#" * MUCH})
    many = [*few, Task(Folder(folder), folder / "large.case.yaml")]
    assert worthwhile_jobs(many, 8) == 5
    assert worthwhile_jobs(many, 2) == 2


def test_several_files_have_a_line_each_and_a_file_named_twice_is_run_once(tmp_path: Path) -> None:
    folder = several(tmp_path)
    (folder / "z.case.yaml").unlink()
    done = ran("test", folder, folder / "small.yaml", folder / "a.case.yaml")
    *_, first, second, total = done.out.splitlines()
    assert re.search(r"a\.case\.yaml +.*\b1\D+0\D*$", first)
    assert re.search(r"small\.case\.yaml +.*\b1\D+2\D*$", second)
    assert re.search(r"^\D*2\D+2\D*$", total)


def coverage_of(done: int, total: int) -> Coverage:
    where = Span(Source("small.yaml"), 1, 1)
    return Coverage(tuple(Construct(where, Text("处", "thing"), n < done, ()) for n in range(total)))


@pytest.mark.parametrize(
    ("least", "code"),
    [("90", 0), ("90%", 0), ("89.999999999999999", 0), ("90.000000000000001", 1), ("100", 1), ("0", 0)],
)
def test_exactly_the_threshold_is_enough(least: str, code: int) -> None:
    share = Percent().convert(least, None, None)
    report = FileReport("small.case.yaml", coverage=coverage_of(9, 10))
    run = CaseRun(Wanted(covered=True, least=share), [report], Problems())
    assert run.code == code
    assert [(name, found) for _, name, found in run.below] == [("coverage", Fraction(9, 10))] * code


def test_every_file_has_to_reach_the_threshold_by_itself() -> None:
    reports = [FileReport("a", coverage=coverage_of(100, 100)), FileReport("b", coverage=coverage_of(1, 2))]
    run = CaseRun(Wanted(covered=True, least=Fraction(6, 10)), reports, Problems())
    assert [(r.file, name) for r, name, _ in run.below] == [("b", "coverage")]


def test_a_percentage_is_rounded_down_so_that_only_all_is_100() -> None:
    assert [percent_text(Fraction(n, 10_000)) for n in (10_000, 9_999, 9_990, 505, 0)] == [
        "100%", "99.9%", "99.9%", "5%", "0%"
    ]  # fmt: skip


def test_coverage_too_low_ends_with_1_and_says_so(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "  - {case: 好, expect: {rank: 1}}\n")
    for form in ("text", "json", "junit"):
        done = ran("test", folder, "--coverage", "--fail-under", "99", "--format", form)
        assert done.code == 1
        assert "coverage" in done.said or "覆盖" in done.said
        assert ran("test", folder, "--coverage", "--fail-under", "0", "--format", form).code == 0
    assert "below" in json.loads(ran("test", folder, "--coverage", "--fail-under", "99", "--format", "json").out)


def test_coverage_is_a_property_of_the_suite(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "  - {case: 好, expect: {rank: 1}}\n")
    root = ElementTree.fromstring(ran("test", folder, "--coverage", "--format", "junit").out.encode())
    (held,) = root.iter("property")
    assert held.get("name") == "coverage"
    assert re.fullmatch(r"\d+(\.\d)?%", held.get("value", ""))


SOUND = """\
  - {case: 满分, expect: {criteria: {talk: 60, visit: 40}, total: "96.00", gates: []}}
  - {case: 少讲, facts: {talks: 11}, expect: {criteria: {talk: 55}, adjustments: {honours: 0}}}
"""


def test_mutations_no_case_notices_are_listed_and_counted(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, SOUND)
    told = {jobs: spawned("test", folder, "--mutate", "--jobs", jobs) for jobs in ("1", "2")}
    assert told["1"] == told["2"]
    assert told["1"].code == 0
    assert re.search(r"small\.yaml:\d+:\d+: quotas\.best\.share$", told["1"].out, re.M)
    found = json.loads(ran("test", folder, "--mutate", "--jobs", "1", "--format", "json").out)["files"][0]["mutation"]
    score = Fraction(found["score"])
    assert score == Fraction(found["killed"], found["killed"] + found["survived"])
    assert 0 < score < 1
    assert f" {percent_text(score)}" in told["1"].out.splitlines()[-1]


def test_the_mutation_score_has_to_reach_the_threshold_too(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, SOUND)
    done = ran("test", folder, "--mutate", "--jobs", "1", "--coverage", "--fail-under", "99", "--format", "json")
    assert done.code == 1
    assert [below["what"] for below in json.loads(done.out)["below"]] == ["coverage", "mutation"]
    assert ran("test", folder, "--mutate", "--jobs", "1", "--fail-under", "1").code == 0


def test_mutations_are_not_tried_while_a_case_fails(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, SOUND + '  - {case: 坏, expect: {total: "95.00"}}\n')
    done = ran("test", folder, "--mutate", "--format", "json")
    assert done.code == 1
    told = json.loads(done.out)
    assert "mutation" not in told["files"][0]
    assert [failed["case"] for failed in told["failed"]] == ["坏"]
    assert re.search("没有试改动|no mutation was tried", ran("test", folder, "--mutate").out)


def test_boundaries_show_each_threshold_with_a_unit_either_side(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, SOUND)
    done = ran("test", folder, "--boundaries")
    assert done.code == 0
    assert re.search(r"89\.99 .*称职\n +90\.00 .*优秀\n +90\.01 .*优秀", done.out)
    (file,) = json.loads(ran("test", folder, "--boundaries", "--format", "json").out)["files"]
    shown = [trial["value"] for one in file["boundaries"]["thresholds"] for trial in one["trials"]]
    assert {"11", "12", "13"} <= {re.sub(r"\D", "", value) for value in shown}


def test_a_plugin_that_failed_weighs_more_than_a_case_that_did() -> None:
    failure = Text("插件 p 1 出错", "the plugin p 1 failed")
    bad = CaseOutcome("f", "坏", Span(Source("f"), 1, 1), (), Problems())
    assert CaseRun(Wanted(), [FileReport("f", (bad,), failures=(failure,))], Problems()).code == 3
    where = Span(Source("f"), 1, 1)
    broken = Problems()
    broken.add_failure(PluginFailure("p", "1", "hook", "reason"), where)
    assert CaseRun(Wanted(), [FileReport("f", problems=broken)], Problems()).code == 3
    assert CaseRun(Wanted(), [FileReport("f", problems=Problems())], broken).code == 3


@pytest.mark.parametrize(
    "options",
    [
        ["--fail-under", "90"], ["--boundaries", "--format", "junit"], ["--mutate", "-k", "好"], ["--jobs", "0"],
        ["--coverage", "--fail-under", "101"], ["--coverage", "--fail-under", "-1"], ["--coverage", "--fail-under", "most"],
        ["--format", "xml"],
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_wrong_usage(options: list[str], tmp_path: Path) -> None:
    done = ran("test", folder_with(tmp_path, MIXED), *options)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_wanted_refuses_in_both_languages() -> None:
    with pytest.raises(UsageError) as refused:
        Wanted(mutated=True, only="好")
    assert "-k" in refused.value.text.zh
    assert "-k" in refused.value.text.en


# ── pytest ─────────────────────────────────────────────────────────────────────────────────────────────────────


def by_pytest(folder: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(
        command, cwd=folder, env=environment({"LANG": "C.UTF-8"}), capture_output=True, timeout=120, check=False
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "spread"])
def test_pytest_runs_each_case_as_a_test_of_its_name(options: list[str], tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MIXED).parent
    code, said = by_pytest(folder, "rules", "-rA", *options)
    assert code == 1
    assert "2 failed" in said
    assert "1 passed" in said
    assert "PASSED rules/small.case.yaml::好" in said
    assert "FAILED rules/small.case.yaml::坏 <&\"' - total: expected 95, got 96" in said
    assert "FAILED rules/small.case.yaml::错 - CE421: " in said


def test_pytest_tells_a_failure_as_the_command_does_without_a_traceback(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MIXED).parent
    _, said = by_pytest(folder, "rules")
    failing = spawned("test", "rules", "-k", "坏", cwd=folder).out
    told = failing[: failing.index("\n\n")]
    assert "  + total: 96" in told
    assert told in said
    assert "Traceback" not in said
    assert ".py" not in said.split("FAILURES")[1]


def test_pytest_lists_and_chooses_cases(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MIXED).parent
    code, said = by_pytest(folder, "--collect-only", "-q", "rules")
    assert code == 0
    assert said.splitlines()[:3] == [f"rules/small.case.yaml::{name}" for name in ("好", "坏 <&\"'", "错")]
    code, said = by_pytest(folder, "-q", "rules", "-k", "好")
    assert code == 0
    assert "1 passed, 2 deselected" in said
    assert by_pytest(folder, "-q", "rules/small.case.yaml::好")[0] == 0


@pytest.mark.parametrize("spoilt", ["small.case.yaml", "small.yaml"])
def test_pytest_shows_a_file_that_cannot_be_read_as_problems_of_collecting_it(spoilt: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MIXED)
    path = folder / spoilt
    path.write_text(path.read_text("utf-8") + "odd: 1\n", "utf-8")
    code, said = by_pytest(folder.parent, "rules")
    assert code == 2
    assert "ERROR collecting rules/small.case.yaml" in said
    assert re.search(rf"^rules/{re.escape(spoilt)}:\d+:1: CE201: ", said, re.M)
    assert "Traceback" not in said


def test_pytest_without_cases_loads_nothing_of_the_package(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "test_one.py": "import sys\n\ndef test_one():\n    print(sorted(m for m in sys.modules if m.startswith('cadre_eval')))\n"
        },
    )
    code, said = by_pytest(tmp_path, "-q", "-s", "test_one.py")
    assert code == 0
    assert "['cadre_eval', 'cadre_eval.pytest_plugin']" in said


# ── what is documented ─────────────────────────────────────────────────────────────────────────────────────────


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_in(part)


def test_the_reference_names_every_key_of_the_json(tmp_path: Path) -> None:
    folder = several(tmp_path / "mixed")
    sound = folder_with(tmp_path / "sound", SOUND)
    options = ["--format", "json", "--coverage", "--boundaries", "--fail-under", "99", "--jobs", "1"]
    shown = [json.loads(ran("test", folder, *options).out), json.loads(ran("test", sound, *options, "--mutate").out)]
    page = (Path(__file__).parents[1] / "docs" / "reference" / "commands.md").read_text("utf-8")
    named = set(re.findall(r"`([\w-]+)`", page))
    found = set(keys_in(shown))
    assert {"receipt", "thresholds", "mutants", "constructs", "below"} <= found
    assert found - named == set()
