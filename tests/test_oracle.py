"""The engine against an independent second implementation: exactly the same numbers, grades, ranks and places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, event, given

import oracle
import oracle_plugins
from build import DISTRICT, assessed, assessed_folder, refusals
from cadre_eval.cases.running import CaseFile, open_case_file
from cadre_eval.errors import Problems, RefusedInput
from cadre_eval.scoring.result import PeriodResult, Result
from cadre_eval.workspace.files import Folder
from oracle_supervision import with_supervision
from strategies import KINDS, World, tries, worlds

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "rulesets"
oracle.FORMULAS.update(oracle_plugins.FORMULAS)
EXAMPLE = ROOT / "examples" / "resettlement-district"
UNREACHABLE = {"CE428"}
"""The only objection a random ruleset may meet: a grade that nobody can reach."""


def difference(found: PeriodResult, wanted: Mapping[str, oracle.Outcome]) -> list[str]:
    """Where the engine and the oracle disagree."""
    assert sorted(r.cadre.id for r in found) == sorted(wanted)
    return [line for result in found for line in _differs(result, wanted[result.cadre.id])]


def _differs(got: Result, want: oracle.Outcome) -> list[str]:
    pairs: list[tuple[str, Any, Any]] = []
    if want.state == "pending":
        # What is open for the oracle may be settled by a limit for the engine, never the other way round.
        return [] if got.state in {"pending", "final"} else [f"{want.cadre}: {got.state} but pending"]
    if not want.open_grade:
        pairs.append(("state", got.state, want.state))
    if want.state == "final":
        pairs += [("total", got.total, want.total), ("exact", got.exact, want.exact)]
        pairs += [(f"criterion {name}", got.score_of(name), score) for name, score in want.criteria.items()]
        if got.main is not None and want.adjustments:
            pairs.append(("adjustments", {a.group.id: a.points for a in got.main.adjustments}, want.adjustments))
        if want.rank != "open":
            pairs.append(("rank", got.rank, want.rank))
        if not want.open_grade:
            pairs.append(("gates", sorted({g.gate.id for g in got.gates if g.certain}), sorted(set(want.gates))))
            pairs.append(("grades", got.grades_possible, want.possible))
            pairs.append(("grade", got.grade, want.grade))
    return [f"{want.cadre} {what}: engine {a!r}, oracle {b!r}" for what, a, b in pairs if a != b]


def check(world: World) -> None:
    codes = refusals(world.rules)
    assert set(codes) <= UNREACHABLE, codes
    assume(not codes)
    impossible = set()
    try:
        found = assessed(world.rules, world.roster, world.dossiers, world.period)
    except RefusedInput as refused:
        impossible = {problem.code for problem in refused.problems}
    assert impossible <= {"CE213"}  # an earlier total out of reach
    assume(not impossible)
    wanted = oracle.assess(world.rules, [world.roster], world.dossiers, DISTRICT["id"], world.period)
    for outcome in wanted.values():
        event(outcome.state)
    assert difference(found, wanted) == []


@given(worlds())
@tries(100)
def test_random_rulesets_and_records_come_out_exactly_as_in_the_oracle(world: World) -> None:
    check(world)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_alone_comes_out_exactly_as_in_the_oracle(kind: str) -> None:
    @given(worlds(kinds=(kind,), combine=False))
    @tries(25)
    def run(world: World) -> None:
        check(world)

    run()


@pytest.mark.parametrize("period", ["2025-mid-year", "2025-year-end"])
def test_the_example_district_comes_out_exactly_as_in_the_oracle(period: str) -> None:
    rules = oracle.merged(EXAMPLE / "rulesets" / "resettlement-district-2025.yaml", SHIPPED)
    rosters = [oracle.plain(path) for path in sorted((EXAMPLE / "roster").glob("*.yaml"))]
    dossiers = [oracle.plain(path) for path in sorted((EXAMPLE / "records").rglob("*.yaml"))]
    dossiers = with_supervision(EXAMPLE / "supervision", rules, rosters, dossiers)
    district = oracle.plain(EXAMPLE / "cadre-eval.yaml")["district"]["id"]
    wanted = oracle.assess(rules, rosters, dossiers, district, period)
    assert sum(o.state == "final" for o in wanted.values()) >= 15
    assert difference(assessed_folder(EXAMPLE, period), wanted) == []


# ── the cases beside the shipped rulesets ───────────────────────────


def _kinds(node: Mapping[str, Any]) -> set[str]:
    parts = node.get("criteria") or node.get("parts") or []
    return {node["kind"]} if "kind" in node else {kind for part in parts for kind in _kinds(part)}


def _scored_by_the_core(path: Path) -> bool:
    """A plugin holds the kinds it brings to an oracle of its own."""
    return _kinds(oracle.merged(path.parent / oracle.plain(path)["cases_for"], SHIPPED)) <= set(KINDS)


def _cases(path: Path) -> dict[str, Mapping[str, Any]]:
    return {case["case"]: case for case in oracle.plain(path)["cases"]}


@cache
def _file(path: Path) -> CaseFile:
    problems = Problems()
    file = open_case_file(Folder(path.parent), path, problems)
    assert file is not None, list(problems)
    return file


def _engine(path: Path, title: str) -> PeriodResult:
    """What the case runner assesses, plugins and all."""
    file = _file(path)
    case = next(case for case in file.cases(Problems()) if case.title == title)
    found = file.outcome(case).found
    assert found is not None
    return found


def _is_assessed(case: Mapping[str, Any]) -> bool:
    """Not one whose input is refused, or that only asks for places or measures."""
    expects = case.get("expect_each") or ({"": case["expect"]} if "expect" in case else {})
    return bool(expects) and not any("problems" in expect for expect in expects.values())


CASES = [
    pytest.param(path, case, id=f"{path.parent.name}/{path.name.removesuffix('.case.yaml')}: {case['case']}")
    for path in sorted(SHIPPED.rglob("*.case.yaml"))
    for case in _cases(path).values()
    if _is_assessed(case)
]
RECORDS = ("facts", "reviews", "surveys", "external", "earlier", "evidence")


def _layers(path: Path, case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a case is laid on, the base of the file first; expectations are not taken over."""
    found = [case]
    while "based_on" in found[0]:
        found.insert(0, _cases(path)[found[0]["based_on"]])
    taken = [{k: v for k, v in layer.items() if not k.startswith("expect")} for layer in found[:-1]]
    return [oracle.plain(path).get("base", {}), *taken, case]


def _world(path: Path, case: Mapping[str, Any]) -> tuple[dict[str, Any], World]:
    """The cadres of a case with the postings the reference promises: the whole period, all transferred."""
    rules = oracle.merged(path.parent / oracle.plain(path)["cases_for"], SHIPPED)
    layers = _layers(path, case)
    case = {key: value for layer in layers for key, value in layer.items()}
    members = case.get("cohort") or [{"cadre": "case"}]
    cadres, postings, dossiers, hosts = [], [], [], {}
    for member in members:
        all_of_it = {**case, **member}
        for part in RECORDS:
            all_of_it[part] = _laid([layer.get(part) for layer in (*layers, member)])
        period, name = all_of_it["period"], member["cadre"]
        first, last = oracle.period_days(rules, period[5:], int(period[:4]))
        category = all_of_it.get("category") or next(iter(rules.get("categories", {"any": ""})))
        host = all_of_it.get("host", "host")
        hosts[host] = {"id": host, "name": host, "township": all_of_it.get("township", "town"), "kind": "village"}
        since = all_of_it.get("assessment_from", all_of_it.get("from", first.isoformat()))
        transfers = {} if since == "never" else {"assessment": {"to": host, "effective": since}}
        posting = {
            "id": f"p-{name}", "cadre": name, "host": host, "role": all_of_it.get("role", "first-secretary"),
            "sending_unit": "unit", "from": all_of_it.get("from", first.isoformat()), "transfers": transfers,
            "to": all_of_it.get("to", last.isoformat()), "targets": all_of_it.get("targets", {}),
        }  # fmt: skip
        cadres.append({"id": name, "name": name, "category": category, "party_member": "yes"})
        postings.append(posting)
        records = {part: all_of_it[part] for part in RECORDS} | {"sheets": case.get("sheets", [])}
        dossiers.append({"dossier": name, "period": period, **records})
    towns = sorted({host["township"] for host in hosts.values()})
    roster = {
        "roster": "r", "hosts": list(hosts.values()), "cadres": cadres, "postings": postings,
        "townships": [{"id": town, "name": town, "kind": "township"} for town in towns],
        "sending_units": [{"id": "unit", "name": "unit"}],
    }  # fmt: skip
    return rules, World(rules, roster, dossiers, dossiers[0]["period"])


@pytest.mark.parametrize(("path", "case"), CASES)
def test_a_shipped_case_is_the_same_for_the_engine_the_oracle_and_its_author(
    path: Path, case: Mapping[str, Any]
) -> None:
    rules, world = _world(path, case)
    as_of = next((layer["as_of"] for layer in reversed(_layers(path, case)) if "as_of" in layer), None)
    day = date.fromisoformat(as_of) if as_of else None
    found = _engine(path, case["case"])
    wanted = oracle.assess(rules, [world.roster], world.dossiers, DISTRICT["id"], world.period, day, alone=True)
    assert difference(found, wanted) == []
    expected = case.get("expect_each") or {"case": case["expect"]}
    for name, expect in expected.items():
        assert _expected(wanted[name], expect, rules) == []


def _laid(layers: list[Mapping[str, Any] | None]) -> dict[str, Any]:
    """Each record whole, the last layer's; ``{}`` clears all, ``{remove: yes}`` one."""
    records: dict[str, Any] = {}
    for layer in layers:
        if layer is not None:
            records = {**records, **layer} if layer else {}
            records = {name: record for name, record in records.items() if record != {"remove": "yes"}}
    return records


def _expected(out: oracle.Outcome, expect: Mapping[str, Any], rules: Mapping[str, Any]) -> list[str]:
    """What the author of the case wrote, against the oracle."""
    if out.state != "final" or out.open_grade:
        settled = {"grade", "rank"} & {key for key, value in expect.items() if value != "none"}
        settled |= {"total"} & set(expect) if out.state != "final" else set()
        return [f"{out.state}, but the author knows {sorted(settled)}"] if settled else []
    shown = {name: score for name, score in out.criteria.items() if name in expect.get("criteria", {})}
    pairs: list[tuple[str, Any, Any]] = [
        (f"criterion {name}", oracle.rounded(score, {}), Fraction(expect["criteria"][name]))
        for name, score in shown.items()
        if score is not None
    ]
    if "total" in expect:
        pairs.append(("total", out.total, Fraction(expect["total"])))
    found = {"grade": out.grade or "none", "gates": sorted(out.gates), "grades_possible": list(out.possible)}
    pairs += [(key, value, expect[key]) for key, value in found.items() if key in expect]
    if "rank" in expect:
        pairs.append(("rank", out.rank, int(expect["rank"])))
    return [f"{what}: oracle {a!r}, author {b!r}" for what, a, b in pairs if a != b]
