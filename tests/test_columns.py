"""The same formulas on columns: bit for bit what they give for one cadre."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, event, given

from build import assessed, assessed_folder, dossier, people, person, refusals, ruleset, scores_fact
from build import given as given_scores
from cadre_eval.cases import running
from cadre_eval.cases.running import run_case_file
from cadre_eval.errors import Problems, RefusedInput
from cadre_eval.reports.results_json import results_json
from cadre_eval.scoring.assess import assess_period
from cadre_eval.workspace import assessing
from cadre_eval.workspace.files import Folder
from columns_agree import AGREED, agreeing
from strategies import KINDS, World, tries, worlds

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "resettlement-district"
CASES = sorted((ROOT / "rulesets").rglob("*.case.yaml"))


@pytest.fixture(autouse=True)
def compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every assessment in these tests is made by columns too."""
    monkeypatch.setattr(assessing, "assess_period", agreeing)
    monkeypatch.setattr(running, "assess_period", agreeing)
    AGREED.clear()


def check(world: World) -> None:
    assume(not refusals(world.rules))
    try:
        assessed(world.rules, world.roster, world.dossiers, world.period)
    except RefusedInput:
        assume(False)
    by_column, everybody = AGREED[-1]
    event("all by columns" if by_column == everybody else "some one by one" if by_column else "all one by one")


@given(worlds())
@tries(70)
def test_random_rulesets_and_records_come_out_the_same_by_columns(world: World) -> None:
    check(world)


@given(worlds(pending=True))
@tries(40)
def test_with_something_pending_they_come_out_the_same(world: World) -> None:
    check(world)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_alone_comes_out_the_same_by_columns(kind: str) -> None:
    @given(worlds(kinds=(kind,), combine=False))
    @tries(15)
    def run(world: World) -> None:
        check(world)

    run()


@pytest.mark.parametrize("period", ["2025-mid-year", "2025-year-end"])
def test_the_example_district_comes_out_the_same_by_columns(period: str) -> None:
    assessed_folder(EXAMPLE, period)
    assert sum(by_column for by_column, _ in AGREED) >= 10


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name.removesuffix(".case.yaml"))
def test_every_shipped_scheme_comes_out_the_same_by_columns(path: Path) -> None:
    problems = Problems()
    outcomes = list(run_case_file(Folder(path.parent), path, problems))
    assert not problems
    assert outcomes
    assert all(not outcome.mismatches for outcome in outcomes)
    assert sum(by_column for by_column, _ in AGREED) >= 1


def test_where_many_are_assessed_the_settled_ones_are_scored_by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessing, "assess_period", assess_period)
    rules = ruleset(given_scores("s"), facts={"s": scores_fact()}, ties=["s", "open"], policies={"missing": "block"})
    records = [dossier(n, facts={"s": str(60 + n)}) for n in range(1, 9)]
    posted = people(*(person(n) for n in range(1, 11)))
    few = assessed(rules, posted, records)
    monkeypatch.setattr(assessing, "MANY", 10)
    many = assessed(rules, posted, records)
    assert [len(result.known) for result in many] == [1] * 8 + [0] * 2
    assert not any(result.known for result in few)
    assert results_json(many, "zh") == results_json(few, "zh")
