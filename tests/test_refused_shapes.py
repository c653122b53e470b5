"""Shapes that would pass in silence and mean nothing: a hook nobody can call, a person twice in a cohort."""

from __future__ import annotations

import functools
from pathlib import Path
from types import SimpleNamespace

from cadre_eval.cases.running import run_case_file
from cadre_eval.errors import Problems
from cadre_eval.plugins.api import hookimpl
from cadre_eval.plugins.loading import _hooks
from cadre_eval.workspace.files import Folder

RULES = """\
ruleset: r
facts: {talks: {type: count}}
periods: {year-end: {from: 01-01, to: 12-31}}
criteria: [{id: talk, points: 10, kind: target, fact: talks, target: 10}]
grades: none
"""
CASES = """\
cases_for: r.yaml
cases:
  - case: 同一个人写了两次
    period: 2025-year-end
    cohort: [{cadre: a, facts: {talks: 1}}, {cadre: a, facts: {talks: 9}}]
    expect_each: {a: {total: 9}}
"""


def test_a_hook_that_is_no_ordinary_function_is_refused() -> None:
    plain = hookimpl(lambda cadre: [])
    cached = hookimpl(functools.lru_cache(lambda cadre: []))
    troubles = [_hooks(SimpleNamespace(cadre_eval_check_evidence=function))[0][3] for function in (plain, cached)]
    assert [trouble is None for trouble in troubles] == [True, False]


def test_a_person_twice_in_a_cohort_is_a_problem_at_the_second(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "r.case.yaml").write_text(CASES, encoding="utf-8")
    [outcome] = run_case_file(Folder(tmp_path), tmp_path / "r.case.yaml", Problems())
    assert [(problem.code, problem.span.line) for problem in outcome.problems] == [("CE306", 5)]
