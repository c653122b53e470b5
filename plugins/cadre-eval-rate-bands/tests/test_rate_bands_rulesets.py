"""The shipped rulesets that need the plugin: with it and without."""

from __future__ import annotations

import pytest

from cadre_eval.cases.changed.mutation_run import mutate
from cadre_eval.cases.exercised.coverage import coverage
from cadre_eval.cases.running import open_case_file
from cadre_eval.errors import Problems
from cadre_eval.plugins import discovery
from cadre_eval.workspace.files import Folder, shipped_rulesets
from cadre_eval.workspace.rulesets import compiled_at

NAMES = ("ruian-2012", "yanling-2015", "online-ballot")
PUBLISHED = shipped_rulesets().root / "published"
MANY = 9
"""Of ten changes to a shipped ruleset its cases notice so many."""


@pytest.mark.parametrize("name", NAMES)
def test_every_case_passes_and_every_construct_is_exercised(name: str) -> None:
    problems = Problems()
    file = open_case_file(Folder(PUBLISHED), PUBLISHED / f"{name}.case.yaml", problems)
    assert file is not None, [problem.message("en") for problem in problems]
    outcomes = list(file.run(problems))
    assert [outcome.title for outcome in outcomes if not outcome.passed] == []
    assert [construct.what.zh for construct in coverage(file, outcomes).missing] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_cases_notice_most_changes_of_the_rules(name: str) -> None:
    problems = Problems()
    report = mutate(Folder(PUBLISHED), PUBLISHED / f"{name}.case.yaml", problems)
    assert report is not None
    assert len(report.mutants) > 20
    assert report.score * 10 >= MANY, [(m.mutation.path, m.mutation.after) for m in report.survivors]


@pytest.mark.parametrize("name", NAMES)
def test_without_the_plugin_the_line_that_names_it_is_the_problem(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = PUBLISHED / f"{name}.yaml"
    monkeypatch.setattr(discovery, "entry_points", lambda group: [])
    problems = Problems()
    assert compiled_at(Folder(PUBLISHED), path, problems) is None
    [problem] = problems
    assert problem.code == "CE501"
    assert 'plugins: ["cadre-eval-rate-bands' in path.read_text("utf-8").splitlines()[problem.span.line - 1]
