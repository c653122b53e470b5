"""What would pass in silence and mean something else, or nothing."""

from __future__ import annotations

import functools
import re
import shutil
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

from cadre_eval.cases.running import run_case_file
from cadre_eval.errors import Problems, Source, Span
from cadre_eval.model.records import ReviewRecord, Sheet
from cadre_eval.plugins.api import hookimpl
from cadre_eval.plugins.loading import _hooks
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.making import make_workspace
from cadre_eval.workspace.opening import load_workspace
from running import ran

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


def test_problems_are_counted_not_only_named(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(RULES, encoding="utf-8")
    case = """\
cases_for: r.yaml
cases:
  - {case: 两个错，写了一个, period: 2025-year-end, facts: {tolks: 1, tulks: 2}, expect: {problems: [CE421]}}
  - {case: 一个错，写了两个, period: 2025-year-end, facts: {tolks: 1}, expect: {problems: [CE421, CE421]}}
  - {case: 写得正好, period: 2025-year-end, facts: {tolks: 1, tulks: 2},
     expect: {problems: [CE421, {code: CE421, at: facts.tolks}]}}
"""
    (tmp_path / "r.case.yaml").write_text(case, encoding="utf-8")
    outcomes = run_case_file(Folder(tmp_path), tmp_path / "r.case.yaml", Problems())
    assert [outcome.passed for outcome in outcomes] == [False, False, True]


PLUGIN = """\
from attrs import evolve, frozen
from cadre_eval.plugins.api import *

__version__ = "1.0"

@frozen
class Params:
    at: Place = place()
    fact: Id = setting("事实", "the fact")

def prepare(p, ctx):
    return p

@hookimpl
def cadre_eval_register_criterion_kinds():
    return [plain_kind("odd", Text("怪", "odd"), Params, lambda p: [INPUT], lambda p, x, points: Score(0, "0"), prepare)]
"""


def district(folder: Path, plugin: str, named: str = "odd-kind", ruleset: str = "") -> Path:
    """A workspace whose only criterion is of a plugin's kind."""
    make_workspace(folder)
    (folder / "plugins").mkdir()
    (folder / "plugins" / "odd_kind.py").write_text(plugin, encoding="utf-8")
    config = folder / "cadre-eval.yaml"
    text = config.read_text("utf-8").replace("plugins: []", f'plugins: ["{named}"]')
    config.write_text(re.sub("ruleset: .*", "ruleset: r.yaml", text), encoding="utf-8")
    rules = RULES.replace("points: 10, kind: target, fact: talks, target: 10", "points: 10, kind: odd, fact: talks")
    (folder / "r.yaml").write_text(rules + ruleset, encoding="utf-8")
    shutil.rmtree(folder / "records")
    (folder / "records").mkdir()
    roster = folder / "roster.yaml"
    lines = [line for line in roster.read_text("utf-8").splitlines() if "targets:" not in line]
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def codes(folder: Path) -> list[tuple[str, str]]:
    problems = Problems()
    load_workspace(folder, problems)
    return [(problem.code, problem.message("en")) for problem in problems]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('NumberOf("n", p.fact)', None),
        ('WordOf("n", p.fact, ("a",))', "WordOf cannot read 'talks', which is a count"),
        ("SampleOf(p.fact, 1)", "SampleOf cannot read 'talks', which is a count"),
        ('NumberOf("n", None)', "an input of the fact None, which is not declared"),
    ],
)
def test_an_input_that_cannot_read_its_fact_is_the_plugins_fault_before_anybody_is_assessed(
    source: str, said: str | None, tmp_path: Path
) -> None:
    found = codes(district(tmp_path / "w", PLUGIN.replace("INPUT", source)))
    assert [code for code, _ in found] == ([] if said is None else ["CE508"])
    assert said is None or said in found[0][1]


@pytest.mark.parametrize("place", ['line="x"', "line=10**9", "column=-5"])
def test_an_objection_to_a_place_that_is_nowhere_names_the_plugin(place: str, tmp_path: Path) -> None:
    objects = f'    ctx.object(evolve(p.at.span, {place}), Text("不", "no"))\n    return p\n'
    plugin = PLUGIN.replace("    return p\n", objects, 1).replace("INPUT", 'NumberOf("n", p.fact)')
    [(code, said)] = codes(district(tmp_path / "w", plugin))
    assert code == "CE508"
    assert "objected to a place that is in no file" in said


def test_a_plugin_cannot_change_what_facts_are_declared_to_be(tmp_path: Path) -> None:
    spoils = '    object.__setattr__(ctx.facts["talks"], "type", "rate")\n    return p\n'
    plugin = PLUGIN.replace("    return p\n", spoils, 1).replace("INPUT", 'NumberOf("n", p.fact)')
    assert codes(district(tmp_path / "w", plugin)) == []


@pytest.mark.parametrize("link", ["plugins/odd_kind.py", "plugins", "plugins.lock"])
def test_no_code_and_no_lock_from_outside_the_workspace_is_used(link: str, tmp_path: Path) -> None:
    folder = district(tmp_path / "w", PLUGIN.replace("INPUT", 'NumberOf("n", p.fact)'))
    assert codes(folder) == []
    outside = tmp_path / "outside"
    if (folder / link).exists():
        (folder / link).rename(outside)
    else:
        outside.write_text("# nothing is locked\n", encoding="utf-8")
    (folder / link).symlink_to(outside)
    assert "CE113" in {code for code, _ in codes(folder)}


def test_a_lock_that_leads_nowhere_locks(tmp_path: Path) -> None:
    folder = district(tmp_path / "w", PLUGIN.replace("INPUT", 'NumberOf("n", p.fact)'))
    (folder / "plugins.lock").symlink_to(tmp_path / "nowhere")
    assert {code for code, _ in codes(folder)} == {"CE114", "CE510"}


def test_the_list_of_plugins_holds_every_range_against_the_version(tmp_path: Path) -> None:
    plugin = PLUGIN.replace("INPUT", 'NumberOf("n", p.fact)')
    folder = district(tmp_path / "w", plugin, "odd-kind >=2", 'plugins: ["odd-kind >=1"]\n')
    assert {code for code, _ in codes(folder)} == {"CE503"}
    done = ran("plugins", folder)
    assert done.code == 1
    assert "CE503" in done.out


def test_marks_of_a_class_are_said_to_stand_on_its_own_sheet() -> None:
    sheets = {
        name: Sheet(("a",), ((Fraction(90),),), None, Span(Source(f"{name}.yaml"), 1, 1)) for name in ("x", "y")
    }
    record = ReviewRecord(span=Span(Source("dossier.yaml"), 3, 1), sheets={n: ((s, 0),) for n, s in sheets.items()})
    assert [record.place_of(name).source.name for name in ("x", "y", "z")] == ["x.yaml", "y.yaml", "dossier.yaml"]
