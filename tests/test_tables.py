"""Tables in, tables out: what comes of a workspace's records as tables is what comes of them one by one."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import assume, event, given

from build import compiled, dossier, people, person, refusals, roster_of, ruleset, scores_fact, workspace_of
from build import given as takes
from cadre_eval.cases import running
from cadre_eval.cases.running import run_case_file
from cadre_eval.errors import Problems, RefusedInput, UsageError
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan, leaves
from cadre_eval.scoring.assess import assess_period
from cadre_eval.scoring.eligibility import Entrant
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.tables import run as tables_run
from cadre_eval.tables.assess import Assessed, assess_table
from cadre_eval.tables.exporting import tables_of, tables_of_entrants
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.opening import Workspace, open_workspace
from strategies import World, tries, worlds
from table_worlds import Tangled, huge_worlds, tangled
from tables_agree import differences

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "resettlement-district"
CASES = sorted((ROOT / "rulesets").rglob("*.case.yaml"))
Tables = Mapping[str, pa.Table]


def by_tables(workspace: Workspace, period: str, day: date, tables: Tables | None = None) -> Assessed:
    """A period from tables, with the mid-year it may combine."""
    rules, plan, found = workspace.period(period)
    district = workspace.roster.district.id
    before = {
        key: assess_table(rules, name, tables_of(workspace, name, day), district, day)
        for key in plan.combine
        if key != plan.key and (name := f"{found.year}-{key}")
    }
    given = tables_of(workspace, period, day) if tables is None else tables
    return assess_table(rules, period, given, district, day, before)


def opened(world: World, day: date | None = None) -> tuple[Workspace, PeriodResult, date]:
    """A world as a workspace, with its results one by one."""
    assume(not refusals(world.rules))
    try:
        workspace = workspace_of(compiled(world.rules), roster_of(world.roster), world.dossiers)
        wanted = assess(workspace, world.period, day)
    except RefusedInput:
        assume(False)
    for result in wanted:
        event(result.state)
    return workspace, wanted, wanted.as_of


def check(world: World, day: date | None = None) -> None:
    workspace, wanted, as_of = opened(world, day)
    assert differences(by_tables(workspace, world.period, as_of), wanted) == []


@given(worlds())
@tries(32)
def test_random_worlds_come_out_the_same_from_tables(world: World) -> None:
    check(world)


@given(worlds(pending=True))
@tries(32)
def test_with_something_pending_they_come_out_the_same_from_tables(world: World) -> None:
    check(world)


@given(tangled())
@tries(32)
def test_several_postings_moves_and_late_knowledge_come_out_the_same_from_tables(found: Tangled) -> None:
    check(found.world, found.as_of)


@given(huge_worlds())
@tries(32)
def test_numbers_of_any_size_come_out_the_same_from_tables(world: World) -> None:
    check(world)


@pytest.mark.parametrize("carry", ["rounded", "exact"])
@pytest.mark.parametrize("absent", ["zero", "renormalise", "block"])
def test_an_earlier_period_that_left_everything_out_enters_as_none(carry: str, absent: str) -> None:
    rules = ruleset(
        takes("k"), facts={"k": scores_fact(), "more": {"type": "count"}}, policies={"excused": "exclude"},
        adjustments={"ceiling": "none", "floor": "0", "groups": [{"id": "plus", "direction": "bonus", "counting": "cumulative", "cap": "none", "items": [
            {"id": "more", "fact": "more", "each": "1", "cap": "none", "policies": {"missing": "zero"}}]}]},
        periods={"mid-year": {"from": "01-01", "to": "06-30"}, "year-end": {
            "from": "01-01", "to": "12-31", "combine": {"mid-year": "40", "year-end": "60"}, "carry": carry, "absent": absent}},
    )  # fmt: skip
    dossiers = [
        dossier(1, "2025-mid-year", facts={"k": {"state": "excused"}, "more": "3"}), dossier(1, facts={"k": "90"}),
        dossier(2, "2025-mid-year", facts={"k": "70"}), dossier(2, facts={"k": "80"}),
        dossier(3, facts={"k": "60"}, earlier={"mid-year": {"total": "50"}}),
    ]  # fmt: skip
    workspace = workspace_of(compiled(rules), roster_of(people(person(1), person(2), person(3))), dossiers)
    wanted = assess(workspace, "2025-year-end")
    assert differences(by_tables(workspace, "2025-year-end", wanted.as_of), wanted) == []


# ── neither order nor pieces matter ───────────────────────────────────────


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    """Blocks of so many rows."""
    before = tables_run.BLOCK
    tables_run.BLOCK = size
    try:
        yield
    finally:
        tables_run.BLOCK = before


def in_pieces(table: pa.Table, rows: int) -> pa.Table:
    parts = [table.slice(first, rows) for first in range(0, table.num_rows, rows)]
    return pa.concat_tables(parts) if parts else table


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    rows = list(range(table.num_rows))
    random.Random(seed).shuffle(rows)
    return table.take(pa.array(rows, pa.int64()))


@given(tangled(pending=True))
@tries(16)
def test_order_chunks_and_blocks_never_matter(found: Tangled) -> None:
    workspace, wanted, day = opened(found.world, found.as_of)
    period = found.world.period
    tables = tables_of(workspace, period, day)
    whole = by_tables(workspace, period, day, tables)
    assert differences(whole, wanted) == []
    for size, rows in ((1, 2), (2, 1), (3, 2)):
        in_order = {name: in_pieces(table, rows) for name, table in tables.items()}
        in_disorder = {name: in_pieces(shuffled(table, size), rows) for name, table in tables.items()}
        for varied in (in_order, in_disorder):
            with blocks_of(size):
                again = by_tables(workspace, period, day, varied)
            assert again.results.equals(whole.results)
            assert again.scores.equals(whole.scores)


# ── the example district and the shipped rulesets ─────────────────────────


@pytest.fixture(scope="module")
def example() -> Workspace:
    return open_workspace(EXAMPLE)


@pytest.mark.parametrize("period", ["2025-mid-year", "2025-year-end"])
def test_the_example_district_comes_out_the_same_from_tables(example: Workspace, period: str) -> None:
    wanted = assess(example, period)
    found = by_tables(example, period, wanted.as_of)
    assert differences(found, wanted) == []
    assert sum(result.state == "final" for result in wanted) >= 15


def agreeing(
    rules: CompiledRuleset,
    plan: PeriodPlan,
    period: Period,
    as_of: date,
    entrants: Sequence[Entrant],
    district: Collection[str],
    earlier: Mapping[str, PeriodResult],
) -> PeriodResult:
    """``assess_period``, having found that tables agree with it."""
    wanted = assess_period(rules, plan, period, as_of, entrants, district, earlier)
    sheets = [r.sheets for e in entrants for _, dossier in e.postings for r in dossier.reviews.values() if r.sheets]
    if sheets and any(leaf.kind.provider is not None for leaf in leaves(plan.root)):
        SKIPPED.append(rules.id)
        return wanted
    (name,) = district
    tables = tables_of_entrants(rules, plan, period, as_of, entrants, name)
    assert differences(assess_table(rules, period.id, tables, name, as_of), wanted) == []
    AGREED.append(rules.id)
    return wanted


AGREED: list[str] = []
SKIPPED: list[str] = []
"""Rulesets whose cases hold ballot sheets for a plugin to look at: tables cannot say which marks one rater gave."""


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name.removesuffix(".case.yaml"))
def test_every_shipped_case_comes_out_the_same_from_tables(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "assess_period", agreeing)
    AGREED.clear()
    SKIPPED.clear()
    problems = Problems()
    assert list(run_case_file(Folder(path.parent), path, problems))
    assert not problems
    assert AGREED
    assert set(SKIPPED) <= {"online-ballot"}


@pytest.mark.parametrize("table", [[], {}, None, "roster"], ids=lambda x: type(x).__name__)
def test_what_is_no_table_is_told(table: object) -> None:
    with pytest.raises(UsageError, match=r"roster must be a pyarrow\.Table"):
        assess_table(
            compiled(ruleset(takes("s"), facts={"s": scores_fact()})), "2025-year-end", {"roster": table}, "d-01"
        )  # type: ignore[dict-item]
