"""The semantics that never bend, each as properties of the engine on random rulesets and records."""

from __future__ import annotations

import copy
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, event
from hypothesis import given as for_all
from hypothesis import strategies as st

from build import (
    assessed,
    assessed_folder,
    compiled,
    dossier,
    everything,
    given,
    people,
    person,
    refusals,
    ruleset,
    scores_fact,
    text,
    told,
    write_workspace,
)
from cadre_eval.errors import RefusedInput, Text
from cadre_eval.numbers.exact import round_fraction
from cadre_eval.numbers.interval import Interval, Number, interval
from cadre_eval.scoring.result import PeriodResult, Result
from cadre_eval.scoring.states import ScoreState
from cadre_eval.scoring.tree import contribution
from strategies import KINDS, MODES, World, completions, partitions, tries, worlds

ROOT = Path(__file__).parents[1]
ONE_PERSON = people(person(1))


def run(world: World) -> PeriodResult:
    """The results; worlds whose rules cannot be used (a grade out of reach, an impossible earlier total) are skipped."""
    assume(not refusals(world.rules))
    impossible: set[str] = set()
    try:
        return assessed(world.rules, world.roster, world.dossiers, world.period)
    except RefusedInput as refused:
        impossible = {problem.code for problem in refused.problems}
    assert impossible == {"CE213"}
    assume(False)
    raise AssertionError


def one(rules: Mapping[str, Any], **records: Any) -> Result:
    """The result of one cadre with these records."""
    return assessed(rules, ONE_PERSON, [dossier(1, **records)])["c-01"]


def notes(result: Result) -> str:
    return "\n".join(note.text("en") for note in result.notes)


# ── 1. exact ────────────────────────────────────────────────────────


@for_all(st.integers(-(10**9), 10**9), st.integers(0, 6), st.integers(0, 4), st.sampled_from(MODES))
def test_rounding_agrees_with_decimal_arithmetic(digits: int, decimals: int, places: int, mode: str) -> None:
    modes = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "up": ROUND_UP, "down": ROUND_DOWN}
    with localcontext() as context:
        context.prec = 60
        expected = Decimal(digits).scaleb(-decimals).quantize(Decimal(1).scaleb(-places), rounding=modes[mode])
    assert round_fraction(Fraction(digits, 10**decimals), places, mode) == Fraction(expected)


@for_all(st.fractions(-1000, 1000), st.integers(0, 3), st.sampled_from(MODES))
def test_a_rounded_number_is_a_multiple_of_the_last_place_next_to_the_number(
    x: Fraction, places: int, mode: str
) -> None:
    unit = Fraction(1, 10**places)
    found = round_fraction(x, places, mode)
    assert found % unit == 0
    assert abs(found - x) < unit
    assert round_fraction(-x, places, mode) == -found


@pytest.mark.parametrize(
    ("score", "total"),
    [
        ("89.994", "89.99"),
        ("89.995", "90"),
        ("2.675", "2.68"),
        ("1.005", "1.01"),
        ("0.125", "0.13"),
        ("8.345", "8.35"),
    ],
)
def test_halves_that_binary_floats_lose_go_up(score: str, total: str) -> None:
    rules = ruleset(given("s"), facts={"s": scores_fact()})
    assert one(rules, facts={"s": score}).total == Fraction(total)


@for_all(worlds(pending=True))
def test_no_binary_float_is_anywhere_in_rules_or_results(world: World) -> None:
    result = run(world)
    assert [found for found in everything(result) if isinstance(found, float | complex | Decimal)] == []


def test_a_rounding_at_a_node_is_used_further_on_and_only_there() -> None:
    rough = given("a", 10, rounding={"places": "0", "mode": "half-up"})
    rules = ruleset(rough, given("b", 10), facts={"a": scores_fact(10), "b": scores_fact(10)})
    result = one(rules, facts={"a": "4.5", "b": "4.5"})
    assert (result.score_of("a"), result.score_of("b"), result.total) == (5, Fraction("4.5"), Fraction("9.5"))


@pytest.mark.parametrize(("compare", "grade"), [("rounded", "优秀"), ("exact", "称职")])
def test_thresholds_compare_the_total_the_ruleset_names(compare: str, grade: str) -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact()}, compare=compare, grades={"any": {"优秀": ">= 90", "称职": "< 90"}}
    )
    assert one(rules, facts={"s": "89.996"}).grade == grade


# ── 2. missing is not zero is not "not applicable" ──────────────────

TWO = (given("a", 50), given("b", 50))
TWO_FACTS = {"a": scores_fact(50), "b": scores_fact(50)}


@pytest.mark.parametrize("state", ["missing", "not-applicable", "excused"])
@pytest.mark.parametrize(("policy", "total"), [("zero", "40"), ("exclude", "80"), ("pool-mean", "65")])
def test_a_policy_does_what_it_says_for_its_state_and_no_other(state: str, policy: str, total: str) -> None:
    policies = {state.replace("-", "_"): policy}
    rules = ruleset(*TWO, facts=TWO_FACTS, policies=policies)
    mine = dossier(1, facts={"a": "40", "b": {"state": state}})
    other = dossier(2, facts={"a": "30", "b": "25"})
    result = assessed(rules, people(person(1), person(2)), [mine, other])
    assert result["c-01"].total == Fraction(total)
    others = {"missing", "not-applicable", "excused"} - {state}
    for another in others:
        mine["facts"]["b"] = {"state": another}
        assert assessed(rules, people(person(1), person(2)), [mine, other])["c-01"].state == "pending"


@pytest.mark.parametrize("entry", [None, {"state": "missing"}, {"state": "pending"}])
def test_without_a_policy_or_while_pending_the_total_is_an_interval(entry: Any) -> None:
    facts = {"a": "40"} | ({} if entry is None else {"b": entry})
    result = one(ruleset(*TWO, facts=TWO_FACTS), facts=facts)
    assert (result.state, result.grade, result.rank) == ("pending", None, None)
    assert result.interval == Interval(Fraction(40), Fraction(90))
    assert "b" in notes(result)


def test_a_pending_fact_is_an_interval_even_where_a_missing_one_is_zero() -> None:
    rules = ruleset(*TWO, facts=TWO_FACTS, policies={"missing": "zero", "not_applicable": "zero", "excused": "zero"})
    assert one(rules, facts={"a": "40", "b": {"state": "pending"}}).interval == Interval(Fraction(40), Fraction(90))


def test_what_became_known_after_the_day_of_assessment_is_pending_on_that_day() -> None:
    rules = ruleset(*TWO, facts=TWO_FACTS)
    later = dossier(1, facts={"a": "40", "b": {"value": "10", "known_on": "2025-12-20"}})
    assert assessed(rules, ONE_PERSON, [later], as_of=date(2025, 12, 19))["c-01"].state == "pending"
    assert assessed(rules, ONE_PERSON, [later], as_of=date(2025, 12, 20))["c-01"].total == 50


def test_excluded_parts_rescale_their_own_group_only() -> None:
    group = {"id": "g", "parts": [given("a", 30), given("b", 20)]}
    facts = {"a": scores_fact(30), "b": scores_fact(20), "c": scores_fact(50)}
    rules = ruleset(group, given("c", 50), facts=facts, policies={"not_applicable": "exclude"})
    result = one(rules, facts={"a": "15", "b": {"state": "not-applicable"}, "c": "50"})
    assert (result.score_of("g"), result.score_of("b"), result.total) == (25, None, 75)


def test_when_every_criterion_is_excluded_there_is_no_total_and_no_grade() -> None:
    rules = ruleset(given("s"), facts={"s": scores_fact()}, policies={"excused": "exclude"})
    result = one(rules | {"grades": {"any": {"A": ">= 50", "B": "< 50"}}}, facts={"s": {"state": "excused"}})
    assert (result.state, result.total, result.grade, result.rank) == ("not-assessed", None, None, None)


def holds_number(bounds: Number, found: Number | None) -> bool:
    return isinstance(found, Fraction) and found in interval(bounds)


def check_encloses(before: Result, after: Result) -> None:
    """Whatever the pending result said is still true once everything is known."""
    if before.state == "not-assessed":
        assert after.state == "not-assessed"
        return
    if after.state == "not-assessed":
        assert before.state == "pending", "a settled result became none"
        return
    assert before.total is not None
    assert after.total is not None
    if isinstance(after.total, Fraction):
        assert holds_number(before.total, after.total), (before.total, after.total)
        if isinstance(after.exact, Fraction):
            assert before.exact is None or holds_number(before.exact, after.exact)
    if before.grade is not None:
        assert after.grade == before.grade
    assert set(after.grades_possible) <= set(before.grades_possible), (before.grades_possible, after.grades_possible)
    assert before.rank in {None, after.rank} or after.state == "pending", (before.rank, after.rank)
    for mine, later in zip(before.scores, after.scores, strict=True):
        for node, done in zip(mine.tree.walk(), later.tree.walk(), strict=True):
            if node.score is not None and isinstance(done.score, Fraction):
                assert done.score in interval(node.score), (node.node.id, node.score, done.score)


@st.composite
def completed(draw: st.DrawFn, **more: Any) -> tuple[World, World]:
    world = draw(worlds(pending=True, **more))
    return world, draw(completions(world))


@for_all(completed())
@tries(100)
def test_the_interval_and_the_possible_grades_enclose_every_completion(pair: tuple[World, World]) -> None:
    before, after = run(pair[0]), run(pair[1])
    event(f"pending before: {any(r.state == 'pending' for r in before)}")
    for result in before:
        check_encloses(result, after[result.cadre.id])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_encloses_its_completions(kind: str) -> None:
    @for_all(completed(kinds=(kind,), combine=False, most=3))
    @tries(20)
    def each(pair: tuple[World, World]) -> None:
        before, after = run(pair[0]), run(pair[1])
        for result in before:
            check_encloses(result, after[result.cadre.id])

    each()


MAY_DROP_OUT = {
    "another fact of the leaf is missing, which excludes it": (
        {"id": "k", "points": "10", "kind": "per-occurrence", "each": {"a": "-1", "b": "-1"}},
        "0", {"facts": {"a": {"state": "pending"}}}, {"facts": {"a": "0"}},
    ),
    "the whole may be found to be 0": (
        {"id": "k", "points": "10", "kind": "ratio", "part": "a", "whole": "b", "when_whole_is_zero": "exclude", "ceiling": "5"},
        "10", {"facts": {"a": "0", "b": {"state": "pending"}}}, {"facts": {"a": "0", "b": "0"}},
    ),
    "nobody may give a mark": (
        {"id": "k", "points": "10", "kind": "review", "reviewers": {"x": "50", "y": "50"}, "absent_class": "renormalise", "ceiling": "5"},
        "10", {"reviews": {"k": {"state": "pending"}}}, {"reviews": {"k": {"classes": {"x": [], "y": []}}}},
    ),
    "too few ballots may be cast": (
        {"id": "k", "points": "10", "kind": "survey", "voters": {"x": "100"}, "options": {"好": "100", "差": "0"}, "abstain": "zero",
         "invalid": "zero", "minimum": {"ballots": "9"}, "below_minimum": "missing", "ceiling": "5"},
        "10", {"surveys": {"k": {"state": "pending"}}}, {"surveys": {"k": {"classes": {"x": {"tally": {"好": "3"}}}}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MAY_DROP_OUT)
@pytest.mark.parametrize("policy", ["exclude", "zero"])
def test_the_interval_encloses_that_a_criterion_may_yet_drop_out(name: str, policy: str) -> None:
    leaf, other, pending, known = MAY_DROP_OUT[name]
    facts = {"a": {"type": "count", "at_most": "2"}, "b": {"type": "count", "at_most": "2"}, "c": scores_fact(10)}
    rules = ruleset(leaf, given("c", 10), facts=facts, policies={"missing": policy})
    before, after = (one(rules, **{**r, "facts": r.get("facts", {}) | {"c": other}}) for r in (pending, known))
    assert (before.state, after.state) == ("pending", "final")
    check_encloses(before, after)


def test_a_rank_is_not_certain_while_the_tie_break_is_open() -> None:
    rules = ruleset(*TWO, facts=TWO_FACTS, total={"ceiling": "50"}, ties=["b", "open"])
    roster, mine = people(person(1), person(2)), dossier(2, facts={"a": "50", "b": "5"})
    before = assessed(rules, roster, [dossier(1, facts={"a": "50", "b": {"state": "pending"}}), mine])
    after = assessed(rules, roster, [dossier(1, facts={"a": "50", "b": "9"}), mine])
    assert {r.cadre.id: r.rank for r in after} == {"c-01": 1, "c-02": 2}
    for result in before:
        check_encloses(result, after[result.cadre.id])


def test_a_rank_is_not_certain_while_an_exact_total_is_open_behind_its_rounding() -> None:
    facts = {"a": scores_fact(50), "b": {"type": "number", "at_least": "0", "at_most": "0.4"}}
    rules = ruleset(*TWO, facts=facts, compare="exact", rounding={"places": "0", "mode": "half-up"})
    for other, possible in (("30", {2, None}), ("40", {None}), ("41", {1})):
        records = [
            dossier(1, facts={"a": "40", "b": {"state": "pending"}}),
            dossier(2, facts={"a": other, "b": "0.1"}),
        ]
        assert assessed(rules, people(person(1), person(2)), records)["c-02"].rank in possible


def test_an_interval_is_not_wider_than_the_facts_allow() -> None:
    rules = ruleset(
        {"id": "s", "points": "100", "kind": "per-occurrence", "fact": "n", "each": "-10"},
        facts={"n": {"type": "count", "at_most": "3"}},
        grades={"any": {"优秀": ">= 90", "称职": "[70, 90)"}},
    )
    result = one(rules, facts={"n": {"state": "pending"}})
    assert result.interval == Interval(Fraction(70), Fraction(100))
    assert result.grades_possible == ("优秀", "称职")


# ── 3. nobody is graded by omission ─────────────────────────────────


@st.composite
def scales(draw: st.DrawFn) -> dict[str, Any]:
    """A ruleset whose bands cover everything it can reach."""
    out_of = draw(st.sampled_from([10, 60, 100]))
    ranges = draw(partitions(1, out_of - 1, 4))[::-1]
    rules = ruleset(
        given("s", out_of), facts={"s": scores_fact(out_of)},
        grades={"any": {f"G{n}": band for n, band in enumerate(ranges)}},
        compare=draw(st.sampled_from(["rounded", "exact"])),
        rounding={"places": draw(st.sampled_from(["0", "1", "2"])), "mode": draw(st.sampled_from(MODES))},
    )  # fmt: skip
    return rules | ({"total": {"ceiling": text(Fraction(out_of * 997, 1000))}} if draw(st.booleans()) else {})


@for_all(scales(), st.data())
def test_every_reachable_total_has_exactly_one_grade(rules: dict[str, Any], data: st.DataObject) -> None:
    assume(not refusals(rules))
    top = int(rules["criteria"][0]["points"])
    for thousandths in data.draw(st.lists(st.integers(0, top * 1000), min_size=3, max_size=6)):
        result = one(rules, facts={"s": text(Fraction(thousandths, 1000))})
        met = result.total if rules["compare"] == "rounded" else result.exact
        bands = compiled(rules).periods["year-end"].grades["any"].bands
        assert sum(met in band for band in bands) == 1  # type: ignore[operator]
        assert result.grade == result.scale.labels[[met in band for band in bands].index(True)]  # type: ignore[operator, union-attr]


@for_all(scales(), st.sampled_from(["gap", "overlap"]), st.data())
def test_a_gap_or_overlap_is_refused_with_a_witness_that_has_no_grade_or_two(
    rules: dict[str, Any], fault: str, data: st.DataObject
) -> None:
    assume(not refusals(rules))
    sound = compiled(rules).periods["year-end"]
    bands = rules["grades"]["any"]
    moved = data.draw(st.sampled_from(sorted(bands)))
    bands[moved] = data.draw(st.sampled_from(["= 1", "[0, 1]"] if fault == "gap" else ["any", ">= 0"]))
    try:
        compiled(rules)
    except RefusedInput as refused:
        found = [p for p in refused.problems if p.code in {"CE425", "CE426"}]
    else:
        found = []
    plan_bands = [bands[label] for label in bands]
    step = Fraction(1, 10 ** int(rules["rounding"]["places"])) if rules["compare"] == "rounded" else None
    for problem in found:
        witness = Fraction(str(problem.args["score"]))
        holding = sum(_inside(witness, band) for band in plan_bands)
        assert holding == 0 if problem.code == "CE425" else holding > 1
        assert witness in sound.reach
        assert step is None or witness % step == 0
    if not found:
        top = int(rules["criteria"][0]["points"])
        for n in range(top + 1):
            if Fraction(n) in sound.reach:
                assert sum(_inside(Fraction(n), band) for band in plan_bands) == 1


def _inside(value: Fraction, band: str) -> bool:
    import oracle

    return oracle.inside(value, band)


REACH = [
    # A part may drop out by itself (nothing to measure it by), and the group is rescaled to a part that passes its scale.
    (
        ruleset(
            {"id": "a", "weight": "50", "kind": "ratio", "part": "p", "whole": "w", "when_whole_is_zero": "exclude"},
            given("s", 100, weight="50", ceiling="none"),
            facts={"s": scores_fact(150), "p": {"type": "count"}, "w": {"type": "count"}},
            total={"ceiling": "none"}, grades={"any": {"A": "[80, 125]", "B": "< 80"}},
        ),
        {"s": "150", "p": "0", "w": "0"},
    ),
    # The exact total lies above the highest rounded one.
    (
        ruleset(
            given("s"), facts={"s": scores_fact()}, total={"ceiling": "99.994"}, compare="exact",
            grades={"any": {"A": "[80, 99.99]", "B": "< 80"}},
        ),
        {"s": "100"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "facts"), REACH, ids=["a part that drops out by itself", "exact beyond rounded"])
def test_bands_that_miss_a_total_that_can_happen_are_refused(rules: dict[str, Any], facts: dict[str, str]) -> None:
    if refusals(rules) == []:
        assert one(rules, facts=facts).grade is not None
    else:
        assert refusals(rules) == ["CE425"]


@for_all(worlds())
@tries(70)
def test_the_total_stays_within_the_reach_the_bands_were_checked_against(world: World) -> None:
    result = run(world)
    for found in result:
        if isinstance(found.total, Fraction):
            assert found.total in result.plan.reach
            assert found.state == "not-assessed" or found.scale is None or found.grades


# ── 4. order never matters ──────────────────────────────────────────


def shuffled(plain: Any, order: random.Random, *, rows: bool = True) -> Any:
    """The same data with keys, and rows that carry an id, in another order."""
    if isinstance(plain, dict):
        items = [(key, shuffled(value, order, rows=rows)) for key, value in plain.items()]
        order.shuffle(items)
        return dict(items)
    if isinstance(plain, list):
        found = [shuffled(item, order, rows=rows) for item in plain]
        if rows and any(isinstance(item, dict) for item in found):
            order.shuffle(found)
        return found
    return plain


@for_all(worlds(pending=True), st.integers(0, 2**16))
def test_the_order_of_rows_and_keys_in_rosters_and_dossiers_changes_nothing(world: World, seed: int) -> None:
    order = random.Random(seed)
    first = run(world)
    again = run(evolve(world, roster=shuffled(world.roster, order), dossiers=shuffled(world.dossiers, order)))
    assert told(again) == told(first)


@for_all(worlds(pending=True), st.integers(0, 2**16))
def test_the_order_of_marks_and_ballots_changes_nothing(world: World, seed: int) -> None:
    order = random.Random(seed)
    dossiers = copy.deepcopy(world.dossiers)
    for records in dossiers:
        for part in ("reviews", "surveys"):
            for lists in _lists(records[part]):
                order.shuffle(lists)
    assert told(run(evolve(world, dossiers=dossiers))) == told(run(world))


def _lists(plain: Any) -> list[list[Any]]:
    if isinstance(plain, list):
        return [plain, *(found for item in plain for found in _lists(item))]
    return [found for value in plain.values() for found in _lists(value)] if isinstance(plain, dict) else []


@for_all(worlds(), st.integers(0, 2**16))
def test_the_order_of_keys_in_a_ruleset_changes_no_number(world: World, seed: int) -> None:
    order = random.Random(seed)
    kept = {key: world.rules[key] for key in ("grades", "criteria") if key in world.rules}  # grades: best first
    rules = shuffled({k: v for k, v in world.rules.items() if k not in kept}, order, rows=False) | kept
    rules["criteria"] = [_keys_shuffled(part, order) for part in world.rules["criteria"]]
    numbers = [
        [(r.cadre.id, r.total, r.grades_possible, r.rank) for r in run(w)]
        for w in (world, evolve(world, rules=rules))
    ]
    assert numbers[0] == numbers[1]


def _keys_shuffled(part: dict[str, Any], order: random.Random) -> dict[str, Any]:
    changed = {key: shuffled(value, order, rows=False) if key != "parts" else value for key, value in part.items()}
    if "parts" in part:
        changed["parts"] = [_keys_shuffled(child, order) for child in part["parts"]]
    items = list(changed.items())
    order.shuffle(items)
    return dict(items)


def _district(count: int = 6) -> World:
    """A small district of everything, the same every time."""
    rules = ruleset(
        {"id": "s", "weight": "60", "kind": "survey", "voters": {"x": "50", "y": "50"}, "options": {"好": "100", "差": "0"},
         "abstain": "exclude", "invalid": "zero", "absent_class": "block"},
        {"id": "k", "weight": "40", "kind": "checklist", "fact": "k"},
        facts={"k": {"type": "choices", "options": ["甲", "乙", "丙"]}},
        grades={"any": {"优秀": ">= 80", "称职": "< 80"}}, ties=["s", "open"],
        quotas=[{"id": "q", "grade": ["优秀"], "share": "1/3", "round": "floor", "base": "assessed", "pool_by": []}],
    )  # fmt: skip
    records = []
    for n in range(1, count + 1):
        tally = {"tally": {"好": str(n % 4 + 3), "差": "1"}, "abstain": "1"}
        survey = {"classes": {"x": tally, "y": tally}} if n != 3 else {"state": "pending"}
        records.append(dossier(n, facts={"k": ["丙", "甲"][: n % 3]}, surveys={"s": survey}))
    return World(rules, people(*(person(n) for n in range(1, count + 1))), records)


def test_how_records_are_split_into_files_and_named_changes_nothing(tmp_path: Path) -> None:
    world = _district()
    units = {key: value for key, value in world.roster.items() if key not in {"cadres", "postings"}}
    whole = {"all.yaml": world.roster}
    split = {"z.yaml": units} | {
        f"{n}/{9 - n}.yaml": {"roster": "x", "cadres": [cadre], "postings": [posting]}
        for n, (cadre, posting) in enumerate(zip(world.roster["cadres"], world.roster["postings"], strict=True))
    }
    flat = {f"{n}.yaml": records for n, records in enumerate(world.dossiers)}
    deep = {f"x{9 - n}/y/{9 - n}.yml": records for n, records in enumerate(world.dossiers)}
    write_workspace(tmp_path / "a", world.rules, whole, flat)
    write_workspace(tmp_path / "b", world.rules, split, deep)
    found = [told(assessed_folder(tmp_path / name, world.period)) for name in ("a", "b")]
    assert found[0] == found[1]
    assert len(found[0]) == 6


def test_the_hash_seed_of_python_changes_nothing(tmp_path: Path) -> None:
    world = _district()
    write_workspace(
        tmp_path, world.rules, {"r.yaml": world.roster}, {f"{n}.yaml": d for n, d in enumerate(world.dossiers)}
    )
    script = "import sys; from build import *; print(told(assessed_folder(Path(sys.argv[1]), '2025-year-end')))"
    outputs = set()
    for seed in ("1", "2"):
        path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], env=environment, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert b"c-06" in outputs.pop()


# ── 5. every number has a receipt ───────────────────────────────────


@for_all(worlds(pending=True))
def test_every_scored_leaf_names_its_rule_and_the_records_it_used(world: World) -> None:
    result = run(world)
    for found in result:
        for score in found.scores:
            for node in score.tree.walk():
                line = node.node.rule.span.source.line(node.node.rule.span.line)
                if node.node.id != "total":
                    assert f'"{node.node.id}"' in line
                if node.outcome is not None and node.outcome.state is ScoreState.SCORED:
                    assert node.outcome.reading.used
                    for used in node.outcome.reading.used:
                        assert used.what
                        assert used.shown


@for_all(worlds())
def test_what_the_parts_contribute_adds_up_to_the_group(world: World) -> None:
    for found in run(world):
        for score in found.scores:
            for node in score.tree.walk():
                added = [contribution(node, part) for part in node.parts if part.score is not None]
                if not added or node.score is None:
                    continue
                total = sum((interval(x) for x in added if x is not None), interval(0))
                held = [end for end in (node.node.floor, node.node.ceiling) if end is not None]
                if node.node.rounding is None and node.score not in held:
                    assert interval(node.score) == total or isinstance(node.score, Interval)


def test_the_share_of_a_part_that_dropped_out_goes_to_the_others() -> None:
    facts = {"a": scores_fact(30), "b": scores_fact(20), "c": scores_fact(50)}
    rules = ruleset(given("a", 30), given("b", 20), given("c", 50), facts=facts, policies={"excused": "exclude"})
    tree = one(rules, facts={"a": "15", "b": {"state": "excused"}, "c": "40"}).scores[0].tree
    assert [contribution(tree, part) for part in tree.parts] == [Fraction(150, 8), None, 50]
    assert tree.score == Fraction(550, 8)


def test_the_basis_and_evidence_named_in_the_files_come_out_with_the_number() -> None:
    rules = ruleset(given("s", basis="第七条"), facts={"s": scores_fact()})
    result = one(rules, facts={"s": {"value": "80", "evidence": ["e-1"]}}, evidence={"e-1": {"title": "台账"}})
    (leaf,) = [node for node in result.scores[0].tree.walk() if node.outcome is not None]
    (used,) = leaf.outcome.reading.used  # type: ignore[union-attr]
    assert leaf.node.rule.basis == "第七条"
    assert used.evidence == ("e-1",)
    assert used.span is not None
    assert "80" in used.span.source.line(used.span.line)


# ── 8. ties and quotas ──────────────────────────────────────────────


@st.composite
def contests(draw: st.DrawFn, pending: bool = False) -> World:
    """Many cadres with few different scores, a chain, a quota: ties everywhere."""
    score = st.integers(0, 3).map(lambda n: str(80 + n))
    count = draw(st.integers(1, 8))
    by_quota = draw(st.booleans())
    grades = {
        "优秀": "by quota" if by_quota else ">= 82",
        "称职": ">= 60" if by_quota else "[60, 82)",
        "不称职": "< 60",
    }
    quota = {
        "id": "q", "grade": ["优秀"], "share": draw(st.sampled_from(["20%", "1/3", "50%", "100%"])),
        "round": draw(st.sampled_from(["floor", "half-up", "ceil"])), "base": draw(st.sampled_from(["assessed", "posted"])),
        "pool_by": draw(st.sampled_from([[], ["category"]])),
    }  # fmt: skip
    if draw(st.integers(0, 2)) == 0:
        quota["excluded"] = {"fact": "no", "is": "yes"}
    if draw(st.integers(0, 3)) == 0:
        quota["minimum_score"] = "81"
    rules = ruleset(
        given("s", weight="100"), {"id": "t", "weight": "1", "kind": "given", "points": "100", "fact": "t", "ceiling": "none"},
        facts={"s": scores_fact(), "t": scores_fact(), "no": {"type": "flag"}, "cap": {"type": "flag"}, "out": {"type": "flag"}},
        total={"weights": "relative"}, rounding={"places": "0", "mode": "half-up"},
        grades={"any": grades}, categories={"a": "甲", "b": "乙"}, quotas=[quota],
        ties=draw(st.sampled_from([["open"], ["t", "open"], ["t", "s", "open"]])), pools={"by": quota["pool_by"]},
        gates=[{"id": "g", "when": {"fact": "cap", "is": "yes"}, "effect": {"cap_grade": ["称职"]}}],
        eligibility={"exclusions": [{"id": "x", "title": "立案", "when": {"fact": "out", "is": "yes"}, "label": "不定等次"}]},
    )  # fmt: skip
    flag = st.sampled_from(["no", "no", "no", "yes"])
    waiting: st.SearchStrategy[Any] = st.just({"state": "pending"})
    may_wait = (lambda s: st.one_of(s, s, s, waiting)) if pending else (lambda s: s)
    records = [
        dossier(
            n,
            facts={
                "s": draw(may_wait(score)),
                "t": draw(score),
                "no": draw(may_wait(flag)),
                "cap": draw(may_wait(flag)),
                "out": draw(may_wait(flag)),
            },
        )  # fmt: skip
        for n in range(1, count + 1)
    ]
    persons = [person(n, category=draw(st.sampled_from("ab"))) for n in range(1, count + 1)]
    return World(rules, people(*persons), records)


def _by_quota_pool(result: PeriodResult) -> dict[tuple[str, ...], list[Result]]:
    keys = result.plan.quotas[0].pool_by
    pools: dict[tuple[str, ...], list[Result]] = {}
    for found in result:
        pools.setdefault((found.cadre.category,) if keys else (), []).append(found)
    return pools


def _room(rules: Mapping[str, Any], base: int) -> int:
    quota = rules["quotas"][0]
    share = quota["share"]
    exact = Fraction(share[:-1]) / 100 * base if share.endswith("%") else Fraction(share) * base
    extra = {"floor": 0, "half-up": exact % 1 >= Fraction(1, 2), "ceil": exact % 1 > 0}[quota["round"]]
    return min(base, exact.numerator // exact.denominator + extra)


@for_all(contests())
@tries(70)
def test_a_quota_is_used_up_and_never_exceeded_and_an_open_tie_is_listed(world: World) -> None:
    result = run(world)
    for members in _by_quota_pool(result).values():
        counted = [r for r in members if world.rules["quotas"][0]["base"] == "posted" or r.state != "not-assessed"]
        room = _room(world.rules, len(counted))
        sure = [r for r in members if r.grades_possible == ("优秀",)]
        tied = [r for r in members if len(r.grades_possible) > 1]
        assert len(sure) <= room
        event(f"tied: {len(tied)}")
        if tied:
            assert len(sure) < room < len(sure) + len(tied)
            assert len({(r.total, r.rank) for r in tied}) == 1
            for r in tied:
                assert all(other.cadre.name in notes_zh(r) for other in tied if other is not r)
                assert r.grade is None
        elif world.rules["grades"]["any"]["优秀"] != "by quota":
            qualified = [r for r in members if _qualifies(world, r)]
            assert len(sure) == min(room, len(qualified))


def _qualifies(world: World, result: Result) -> bool:
    records = next(d for d in world.dossiers if d["dossier"] == result.cadre.id)["facts"]
    quota = world.rules["quotas"][0]
    barred = "excluded" in quota and records["no"] == "yes"
    total = interval(result.total if result.total is not None else Fraction(0)).low or Fraction(0)
    enough = total >= max(82, int(quota.get("minimum_score", 0)))
    return result.state != "not-assessed" and enough and not barred and records["cap"] == "no"


def notes_zh(result: Result) -> str:
    return "\n".join(note.text("zh") for note in result.notes)


@for_all(contests())
def test_equal_ranks_are_exactly_the_ties_the_chain_leaves_open(world: World) -> None:
    result = run(world)
    chain = world.rules["ties"][:-1]
    ranked = [r for r in result if r.rank is not None]
    for a in ranked:
        for b in ranked:
            if a.pool == b.pool:
                keys = [(r.total, *(r.score_of(link) for link in chain)) for r in (a, b)]
                assert (a.rank < b.rank) == (keys[0] > keys[1])  # type: ignore[operator]
                assert (a.rank == b.rank) == (keys[0] == keys[1])
    for a in ranked:
        assert a.rank == 1 + sum(b.rank < a.rank for b in ranked if b.pool == a.pool)  # type: ignore[operator]


@for_all(contests(pending=True), st.data())
@tries(100)
def test_what_a_contest_says_while_people_are_pending_stays_true_when_they_are_not(
    world: World, data: st.DataObject
) -> None:
    complete = copy.deepcopy(world.dossiers)
    for records in complete:
        for name, value in records["facts"].items():
            if isinstance(value, dict):
                found = (
                    st.integers(0, 3).map(lambda n: str(80 + n))
                    if name in {"s", "t"}
                    else st.sampled_from(["yes", "no"])
                )
                records["facts"][name] = data.draw(found)
    before, after = run(world), run(evolve(world, dossiers=complete))
    for result in before:
        check_encloses(result, after[result.cadre.id])
    for members in _by_quota_pool(before).values():
        counted = [r for r in members if world.rules["quotas"][0]["base"] == "posted" or r.state != "not-assessed"]
        assert sum(r.grades_possible == ("优秀",) for r in members) <= _room(world.rules, len(counted))


def _three(first: str, **more: Any) -> list[dict[str, Any]]:
    return [
        dossier(n, facts={"s": score} | (more if n == 1 else {"out": "no"}))
        for n, score in ((1, first), (2, "90"), (3, "80"))
    ]


def test_who_is_not_assessed_takes_nobodys_rank_and_no_place() -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact(), "out": {"type": "flag"}}, grades={"any": {"A": ">= 80", "B": "< 80"}},
        eligibility={"exclusions": [{"id": "x", "title": "立案", "when": {"fact": "out", "is": "yes"}, "label": "不定"}]},
        quotas=[{"id": "q", "grade": ["A"], "share": "1/2", "round": "floor", "base": "assessed", "pool_by": []}],
    )  # fmt: skip
    roster = people(person(1), person(2), person(3))
    result = assessed(rules, roster, _three("95", out="yes"))
    found = {r.cadre.id: (r.state, r.rank, r.grade) for r in result}
    assert found == {"c-01": ("not-assessed", None, None), "c-02": ("final", 1, "A"), "c-03": ("final", 2, "B")}


def test_who_may_yet_be_excluded_leaves_ranks_and_places_open() -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact(), "out": {"type": "flag"}}, grades={"any": {"A": ">= 80", "B": "< 80"}},
        eligibility={"exclusions": [{"id": "x", "title": "立案", "when": {"fact": "out", "is": "yes"}, "label": "不定"}]},
        quotas=[{"id": "q", "grade": ["A"], "share": "1/3", "round": "floor", "base": "assessed", "pool_by": []}],
    )  # fmt: skip
    result = assessed(rules, people(person(1), person(2), person(3)), _three("75", out={"state": "pending"}))
    # With the first excluded two are left, and a third of two is no place at all.
    assert result["c-02"].grades_possible == ("A", "B")
    result = assessed(rules, people(person(1), person(2), person(3)), _three("95", out={"state": "pending"}))
    assert result["c-02"].rank is None


def test_who_may_yet_be_barred_from_a_place_has_it_only_possibly() -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact(), "no": {"type": "flag"}}, grades={"any": {"A": ">= 80", "B": "< 80"}},
        quotas=[{"id": "q", "grade": ["A"], "share": "50%", "round": "floor", "base": "assessed", "pool_by": [],
                 "excluded": {"fact": "no", "is": "yes"}}],
    )  # fmt: skip
    mine = dossier(1, facts={"s": "95", "no": {"state": "pending"}})
    result = assessed(rules, people(person(1), person(2)), [mine, dossier(2, facts={"s": "90", "no": "no"})])
    assert result["c-01"].grades_possible == ("A", "B")
    assert result["c-02"].grades_possible == ("A", "B")


def test_who_may_yet_be_capped_has_a_place_only_possibly() -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact(), "cap": {"type": "flag"}},
        grades={"any": {"A": "by quota", "B": ">= 60", "C": "< 60"}},
        gates=[{"id": "g", "when": {"fact": "cap", "is": "yes"}, "effect": {"cap_grade": ["B"]}}],
        quotas=[{"id": "q", "grade": ["A"], "share": "100%", "round": "floor", "base": "assessed", "pool_by": []}],
    )  # fmt: skip
    result = one(rules, facts={"s": "80", "cap": {"state": "pending"}})
    assert (result.grade, result.grades_possible) == (None, ("A", "B"))


def test_a_grade_forced_by_a_gate_takes_a_place_of_its_quota() -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact(), "hero": {"type": "flag"}},
        grades={"any": {"A": "by quota", "B": ">= 60", "C": "< 60"}},
        gates=[{"id": "g", "when": {"fact": "hero", "is": "yes"}, "effect": {"force_grade": ["A"]}}],
        quotas=[{"id": "q", "grade": ["A"], "share": "50%", "round": "floor", "base": "assessed", "pool_by": []}],
    )  # fmt: skip
    records = [dossier(1, facts={"s": "70", "hero": "yes"}), dossier(2, facts={"s": "90", "hero": "no"})]
    result = assessed(rules, people(person(1), person(2)), records)
    assert sum(r.grade == "A" for r in result) <= 1


def test_a_quota_of_one_pool_says_so_in_the_language_asked_for() -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact()}, grades={"any": {"A": ">= 80", "B": "< 80"}},
        quotas=[{"id": "q", "grade": ["A"], "share": "2/3", "round": "floor", "base": "assessed", "pool_by": []}],
    )  # fmt: skip
    records = [dossier(n, facts={"s": score}) for n, score in ((1, "95"), (2, "90"), (3, "85"))]
    result = assessed(rules, people(person(1), person(2), person(3)), records)
    assert "全部 3 人，名额 2 个（末位 90.00 分）" in result["c-03"].explain("zh")
    assert "2 places for 3 in all (the last at 90.00); beyond the places, so B" in result["c-03"].explain("en")
    assert "全部" not in "".join(r.explain("en") for r in result)


# ── 9. ballots and marks ────────────────────────────────────────────


def survey(**more: Any) -> dict[str, Any]:
    leaf = {
        "id": "v", "points": "100", "kind": "survey", "voters": {"x": "60", "y": "40"}, "abstain": "exclude",
        "invalid": "exclude", "absent_class": "block", "options": {"满意": "100", "一般": "60", "差": "0"},
    }  # fmt: skip
    return ruleset(leaf | more, titles={"x": "居民", "y": "两委"})


def votes(good: int, fair: int = 0, bad: int = 0, **more: Any) -> dict[str, Any]:
    return {"tally": {"满意": str(good), "一般": str(fair), "差": str(bad)}} | more


def voted(rules: Mapping[str, Any], **classes: Any) -> Result:
    return one(rules, surveys={"v": {"classes": classes}})


@pytest.mark.parametrize(
    ("abstain", "invalid", "score"),
    [
        ("exclude", "exclude", "86"),
        ("zero", "exclude", "78.8"),
        ("exclude", "zero", "71.6"),
        ("zero", "zero", "66.2"),
    ],
)
def test_abstentions_and_invalid_ballots_follow_their_own_rule(abstain: str, invalid: str, score: str) -> None:
    # x: 6 satisfied, 3 fair of 9 valid, 3 abstain, 6 invalid; y: 9 of 9 satisfied.
    result = voted(survey(abstain=abstain, invalid=invalid), x=votes(6, 3, abstain="3", invalid="6"), y=votes(9))
    counted = 9 + 3 * (abstain == "zero") + 6 * (invalid == "zero")
    assert result.exact == Fraction(60, 100) * Fraction(780, counted) + 40
    assert score  # the parametrisation reads as a table
    assert result.exact == Fraction(780 * 60, counted * 100) + 40


@pytest.mark.parametrize(("absent", "score"), [("renormalise", 100), ("zero", 60)])
def test_an_absent_class_follows_its_rule(absent: str, score: int) -> None:
    assert voted(survey(absent_class=absent), x=votes(9), y=votes(0)).total == score
    assert voted(survey(absent_class=absent), x=votes(9)).total == score


def test_an_absent_class_blocks_where_the_rule_says_so_whatever_the_policies() -> None:
    rules = survey() | {"policies": {"missing": "zero"}}
    assert voted(rules, x=votes(9), y=votes(0, abstain="7")).state == "pending"


def test_several_classes_need_a_rule_for_an_absent_one() -> None:
    leaf = survey()["criteria"][0]
    del leaf["absent_class"]
    assert refusals(ruleset(leaf, {"id": "e", "points": "1", "kind": "external"})) == ["CE407"]


@pytest.mark.parametrize(("rule", "state"), [("block", "pending"), ("missing", "final")])
def test_too_few_ballots_block_or_count_as_missing(rule: str, state: str) -> None:
    rules = survey(minimum={"ballots": "10"}, below_minimum=rule) | {"policies": {"missing": "zero"}}
    assert voted(rules, x=votes(5), y=votes(5)).total == 100
    few = voted(rules, x=votes(5), y=votes(4))
    assert (few.state, few.total if few.state == "final" else 0) == (state, 0)


def test_a_turnout_counts_the_ballots_of_the_classes_the_criterion_asks() -> None:
    first = survey(voters={"x": "100"}, record="v", minimum={"turnout": "50%"}, below_minimum="block")["criteria"][0]
    second = survey(voters={"y": "100"}, record="v")["criteria"][0] | {"id": "w"}
    rules = ruleset(first, second)
    result = voted(rules, x=votes(8, issued="10"), y=votes(2, issued="40"))
    assert (result.state, result.score_of("v")) == ("final", 100)


def test_the_same_votes_as_tally_ballots_or_channels_score_the_same() -> None:
    ballots = ["满意"] * 3 + ["差"] * 2 + ["弃权", "无效"]
    tally = votes(3, 0, 2, abstain="1", invalid="1")
    split = [votes(1, 0, 2, channel="paper"), votes(2, abstain="1", invalid="1", channel="online")]
    found = {voted(survey(abstain="zero"), x=form, y=votes(4)).exact for form in ({"ballots": ballots}, tally, split)}
    assert found == {Fraction(60, 100) * Fraction(300, 6) + 40}


def review(**more: Any) -> dict[str, Any]:
    return ruleset({"id": "m", "points": "100", "kind": "review", "reviewers": {"x": "100"}} | more)


def marked(rules: Mapping[str, Any], *marks: str) -> Result:
    return one(rules, reviews={"m": {"classes": {"x": list(marks)}}})


@for_all(
    st.lists(st.integers(0, 100), min_size=1, max_size=8), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)
)
def test_trimming_drops_that_many_highest_and_lowest_when_there_are_more_than_the_rule_says(
    marks: list[int], highest: int, lowest: int, more: int
) -> None:
    limit = highest + lowest + more
    rules = review(trim={"highest": str(highest), "lowest": str(lowest), "when_more_than": str(limit)})
    kept = sorted(marks)[lowest : len(marks) - highest] if len(marks) > limit else marks
    assert marked(rules, *map(str, marks)).exact == Fraction(sum(kept), len(kept))


def test_fewer_marks_than_the_minimum_leave_the_review_open() -> None:
    assert marked(review(minimum={"marks": "3"}), "90", "90").state == "pending"
    assert marked(review(minimum={"marks": "3"}), "90", "90", "90").total == 90


def test_a_flag_that_is_no_gets_no_points() -> None:
    rules = ruleset({"id": "k", "points": "5", "kind": "all-or-nothing", "fact": "f"}, facts={"f": {"type": "flag"}})
    assert [one(rules, facts={"f": word}).total for word in ("yes", "no")] == [5, 0]


def test_a_missing_fact_is_never_first_where_low_numbers_are_good() -> None:
    leaf = {"id": "k", "points": "10", "kind": "rank", "fact": "n", "better": "lower", "each_lower": "1"}
    rules = ruleset(leaf, facts={"n": {"type": "count"}}, policies={"missing": "zero"})
    result = assessed(rules, people(person(1), person(2)), [dossier(1, facts={"n": "3"}), dossier(2)])
    assert (result["c-01"].total, result["c-02"].total) == (10, 0)


# ── 10. survey secrecy ──────────────────────────────────────────────


@for_all(st.integers(0, 12), st.integers(1, 12), st.integers(1, 12))
def test_counts_are_hidden_everywhere_if_one_class_is_small(good: int, fair: int, other: int) -> None:
    result = voted(survey(suppress_below="5"), x=votes(good, fair), y=votes(other))
    shown = [
        used.shown
        for node in result.scores[0].tree.walk()
        if node.outcome is not None
        for used in node.outcome.reading.used
    ]
    hidden = min(good + fair, other) < 5
    assert len(shown) == 2
    assert all(tells_a_number(found) != hidden for found in shown)


def tells_a_number(shown: str | Text) -> bool:
    texts = [shown.zh, shown.en] if isinstance(shown, Text) else [shown]
    return any(character.isdigit() for found in texts for character in found)


@pytest.mark.parametrize(("ballots", "hidden"), [(4, True), (5, False)])
def test_a_gate_on_a_share_of_the_ballots_does_not_tell_the_share_of_a_small_class(
    ballots: int, hidden: bool
) -> None:
    gate = {"id": "g", "when": {"survey": "v", "share_of": ["满意"], "below": "99%"}, "effect": {"note": "提示"}}
    result = voted(survey() | {"gates": [gate]}, x=votes(ballots - 1, 1), y=votes(9))
    (outcome,) = result.gates
    (used,) = outcome.finding.used
    assert tells_a_number(used.shown) != hidden


# ── monotone, and free of scale ─────────────────────────────────────

GROWING = ("target", "ratio", "per-occurrence", "given", "sampled", "checklist", "options", "external")


@for_all(worlds(kinds=GROWING, own_policies=False, combine=False, most=1), st.data())
@tries(70)
def test_a_better_fact_never_lowers_the_total(world: World, data: st.DataObject) -> None:
    rules = {**world.rules, "policies": {"missing": "zero", "not_applicable": "zero", "excused": "zero"}}
    rules = {key: value for key, value in rules.items() if key not in {"gates", "quotas", "grades"}} | {
        "grades": "none"
    }
    better = copy.deepcopy(world.dossiers)
    changed = False
    for leaf in _flat(rules["criteria"]):
        leaf.pop("when_whole_is_zero", None)
        if "whole" in leaf:
            leaf["when_whole_is_zero"] = "zero"
        for name, value in list(better[0]["facts"].items()):
            improved = _improved(leaf, name, value, rules["facts"][name], data)
            if improved is not None:
                better[0]["facts"][name], changed = improved, True
        entry = better[0]["external"].get(leaf["id"])
        if entry and "score" in entry:
            entry["score"], changed = leaf.get("scale", "100"), True
    assume(changed)
    before, after = (run(evolve(world, rules=rules, dossiers=d))["c-01"] for d in (world.dossiers, better))
    assume(isinstance(before.exact, Fraction) and isinstance(after.exact, Fraction))  # a sample of none stays open
    assert before.exact <= after.exact  # type: ignore[operator]


def _flat(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [leaf for part in parts for leaf in (_flat(part["parts"]) if "parts" in part else [part])]


def _improved(leaf: Mapping[str, Any], name: str, value: Any, doc: Mapping[str, Any], data: st.DataObject) -> Any:
    """A better value of the leaf's fact, or None if it is not the leaf's or cannot get better."""
    each = leaf.get("each")
    if isinstance(each, dict) and name not in each:
        return None
    if not isinstance(each, dict) and name not in {leaf.get("fact"), leaf.get("part")}:
        return None
    if isinstance(value, dict):
        return {"checked": value["checked"], "passed": value["checked"]} if "checked" in value else None
    if doc["type"] == "choices":
        return list(doc["options"])
    if leaf["kind"] == "per-occurrence" and next(
        iter(each.values()) if isinstance(each, dict) else iter([each])
    ).startswith("-"):
        return str(data.draw(st.integers(0, int(value))))
    if doc["type"] == "rate":
        return "100%"
    top = Fraction(doc.get("at_most", 100))
    return (
        text(max(Fraction(value), top))
        if doc["type"] == "number"
        else str(min(top, int(value) + data.draw(st.integers(0, 5))))
    )


@for_all(worlds(pending=True, combine=False), st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_relative_weights_times_a_constant_change_nothing(world: World, factor: Fraction) -> None:
    rules = copy.deepcopy(world.rules)
    rules["total"] = {**rules.get("total", {}), "weights": "relative"}
    scaled = copy.deepcopy(rules)
    changed = [
        _scale_weights(scaled, factor),
        *(_scale_weights(part, factor) for part in scaled["criteria"] if "parts" in part),
    ]
    for part in rules["criteria"]:
        if "parts" in part:
            part["weights"] = "relative"
    assume(any(changed))
    found = [[(r.cadre.id, r.total, r.exact, r.rank) for r in run(evolve(world, rules=r))] for r in (rules, scaled)]
    assert found[0] == found[1]


def _scale_weights(group: dict[str, Any], factor: Fraction) -> bool:
    parts = group.get("parts") or group["criteria"]
    if "parts" in group:
        group["weights"] = "relative"
    for part in parts:
        if "weight" in part:
            exact = Fraction(part["weight"]) * factor
            part["weight"] = f"{exact.numerator}/{exact.denominator}"
    return any("weight" in part for part in parts)


# ── eligibility: postings, service, relation ────────────────────────

ELIGIBLE = {
    "minimum_service": "6 months",
    "service": "within-period",
    "otherwise": "不定等次",
    "transfer_within": "30 days",
}


def _served(posting: Mapping[str, Any], as_of: date | None = None, **eligibility: Any) -> Result:
    rules = ruleset(given("s"), facts={"s": scores_fact()}, eligibility=ELIGIBLE | eligibility)
    return assessed(rules, people(person(1, **posting)), [dossier(1, facts={"s": "80"})], as_of=as_of)["c-01"]


@pytest.mark.parametrize(
    ("posting", "state"),
    [
        ({"from": "2025-07-01"}, "final"),
        ({"from": "2025-07-02"}, "not-assessed"),
        ({"from": "2024-01-01", "ended": {"on": "2025-06-30"}}, "final"),
        ({"from": "2024-01-01", "ended": {"on": "2025-06-29"}}, "not-assessed"),
        ({"from": "2025-02-01", "to": "2025-07-31"}, "final"),
        ({"from": "2025-02-01", "to": "2025-07-30"}, "not-assessed"),
        ({"from": "2025-03-31", "to": "2025-09-30"}, "final"),
    ],
)
def test_minimum_service_is_counted_by_the_calendar_both_ends_included(posting: dict[str, Any], state: str) -> None:
    result = _served(posting)
    assert result.state == state
    assert ("不定等次" in notes(result)) == (state == "not-assessed")


def test_service_since_the_start_counts_the_years_before() -> None:
    posting = {"from": "2024-09-01", "to": "2025-03-31"}
    assert _served(posting).state == "not-assessed"
    assert _served(posting, service="since-start").state == "final"


def test_service_still_to_come_within_the_period_counts_on_an_early_day() -> None:
    assert _served({"from": "2025-07-01"}, date(2025, 8, 1)).state == "final"
    assert _served({"from": "2025-07-01", "to": "2025-12-30"}, date(2025, 8, 1)).state == "not-assessed"


@pytest.mark.parametrize(
    ("assessment", "state"),
    [
        (None, "not-assessed"),
        ({"to": "t-01", "effective": "2025-12-31"}, "final"),
        ({"to": "h-01", "effective": "2025-03-01"}, "final"),
        ({"to": "u-02", "effective": "2025-03-01"}, "not-assessed"),
        ({"to": "t-01", "effective": "2025-03-01", "returned": "2025-12-31"}, "not-assessed"),
        ({"to": "t-01", "effective": "2025-03-01", "returned": "2026-01-01"}, "final"),
    ],
)
def test_who_holds_the_assessment_relation_at_the_end_assesses(assessment: Any, state: str) -> None:
    transfers = {} if assessment is None else {"assessment": assessment}
    posting = {"from": "2025-01-01", "transfers": transfers}
    assert _served(posting).state == state
    assert _served(posting, assessment_relation="not-required").state == "final"


def test_a_relation_returned_on_the_day_of_leaving_was_held_to_the_end() -> None:
    transfers = {"assessment": {"to": "t-01", "effective": "2025-01-05", "returned": "2025-09-30"}}
    assert _served({"from": "2025-01-01", "ended": {"on": "2025-09-30"}, "transfers": transfers}).state == "final"
    assert (
        _served({"from": "2025-01-01", "ended": {"on": "2025-10-01"}, "transfers": transfers}).state == "not-assessed"
    )


@pytest.mark.parametrize(("day", "late"), [("2025-01-31", False), ("2025-02-01", True)])
def test_a_transfer_later_than_the_limit_is_noted(day: str, late: bool) -> None:
    transfers = {
        "assessment": {"to": "t-01", "effective": "2025-01-01"}, "salary": {"to": "t-01", "effective": day},
    }  # fmt: skip
    result = _served({"from": "2025-01-01", "transfers": transfers})
    assert ("salary" in notes(result)) == late


def test_who_joined_or_left_in_the_period_is_noted() -> None:
    assert "joined on 2025-02-03" in notes(_served({"from": "2025-02-03"}))
    left = _served({"from": "2024-01-01", "ended": {"on": "2025-11-30", "reason": "轮换"}})
    assert "left on 2025-11-30" in notes(left)


FIRST_HALF = {"from": "2024-01-01", "ended": {"on": "2025-03-14", "reason": "轮换"}}  # 73 days of 2025
SECOND = {
    "id": "p-91",
    "from": "2025-03-15",
    "host": "h-02",
    "transfers": {"assessment": {"to": "t-02", "effective": "2025-03-15"}},
}


def rotated(
    rule: str | None, *, as_of: date | None = None, facts: Mapping[str, Any] | None = None, **more: Any
) -> Result:
    """A cadre who moved: 73 days with 50 points, then 292 with 90."""
    extra = {} if rule is None else {"eligibility": {"several_postings": rule} | more.pop("eligibility", {})}
    rules = ruleset(given("s"), facts={"s": scores_fact(), "bad": {"type": "flag"}}, **extra, **more)
    roster = people(person(1, **FIRST_HALF), person(1, **SECOND))
    records = [
        dossier(1, posting="p-01", facts={"s": "50", "bad": "no"} | (facts or {})),
        dossier(1, posting="p-91", facts={"s": "90", "bad": "no"}),
    ]
    return assessed(rules, roster, records, as_of=as_of)["c-01"]


def test_the_longest_posting_alone_counts_where_the_rule_says_so() -> None:
    result = rotated("longest")
    assert (result.total, result.posting.id) == (90, "p-91")
    assert "292" in notes(result)


def test_two_postings_are_weighted_by_days_where_the_rule_says_so() -> None:
    result = rotated("by-days")
    assert (result.exact, result.state) == (Fraction(50 * 73 + 90 * 292, 365), "final")


@pytest.mark.parametrize("rule", ["block", None])
def test_two_postings_without_a_rule_leave_the_result_open(rule: str | None) -> None:
    assert rotated(rule).state == "pending"


@pytest.mark.parametrize("rule", ["longest", "by-days"])
def test_a_veto_in_the_shorter_posting_counts(rule: str) -> None:
    more = {
        "grades": {"any": {"A": ">= 60", "B": "< 60"}},
        "gates": [{"id": "g", "when": {"fact": "bad", "is": "yes"}, "effect": {"cap_grade": ["B"]}}],
    }
    assert rotated(rule, **more).grade == "A"
    assert rotated(rule, facts={"bad": "yes"}, **more).grade == "B"


def test_a_cadre_with_two_postings_takes_one_place_and_one_rank() -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact()}, eligibility={"several_postings": "by-days"},
        grades={"any": {"A": ">= 60", "B": "< 60"}}, pools={"by": ["host"]},
        quotas=[{"id": "q", "grade": ["A"], "share": "50%", "round": "floor", "base": "assessed", "pool_by": []}],
    )  # fmt: skip
    roster = people(person(1, **FIRST_HALF), person(1, **SECOND), person(2))
    records = [dossier(1, posting=p, facts={"s": "90"}) for p in ("p-01", "p-91")] + [dossier(2, facts={"s": "80"})]
    result = assessed(rules, roster, records)
    assert {r.cadre.id: (r.pool, r.rank, r.grade) for r in result} == {
        "c-01": (("h-02",), 1, "A"),
        "c-02": (("h-01",), 1, "B"),
    }


@pytest.mark.parametrize("rule", ["longest", "by-days", "block"])
def test_a_day_of_assessment_before_any_service_is_no_crash(rule: str) -> None:
    rules = ruleset(
        given("s"), facts={"s": scores_fact()},
        eligibility={"several_postings": rule, "assessment_relation": "not-required"},
    )  # fmt: skip
    roster = people(person(1, **FIRST_HALF | {"from": "2025-02-02"}), person(1, **SECOND))
    records = [dossier(1, posting=p, facts={"s": "90"}) for p in ("p-01", "p-91")]
    assert assessed(rules, roster, records, as_of=date(2025, 1, 15))["c-01"].state in {"final", "pending"}


# ── earlier periods ─────────────────────────────────────────────────


def _year(carry: str, absent: str, mid: str | None, end: str = "80", recorded: str | None = None) -> Result:
    periods = {
        "mid-year": {"from": "01-01", "to": "06-30"},
        "year-end": {"from": "01-01", "to": "12-31", "combine": {"mid-year": "30", "year-end": "70"}, "carry": carry, "absent": absent},
    }  # fmt: skip
    rules = ruleset(
        given("s"), facts={"s": scores_fact()}, periods=periods, eligibility={"assessment_relation": "required"}
    )
    posting = {"from": "2024-01-01"} if mid is not None else {"from": "2025-07-01"}
    last = dossier(1, facts={"s": end})
    if recorded is not None:
        last["earlier"] = {"mid-year": {"total": recorded}}
    records = [last] if mid is None else [last, dossier(1, "2025-mid-year", facts={"s": mid})]
    return assessed(rules, people(person(1, **posting)), records)["c-01"]


@pytest.mark.parametrize(("carry", "exact"), [("rounded", "83.003"), ("exact", "83.0015")])
def test_an_earlier_total_enters_as_published_or_exactly(carry: str, exact: str) -> None:
    assert _year(carry, "block", "90.005").exact == Fraction(exact)


@pytest.mark.parametrize(("absent", "total"), [("renormalise", "80"), ("zero", "56")])
def test_an_absent_earlier_total_follows_its_rule(absent: str, total: str) -> None:
    assert _year("rounded", absent, None).total == Fraction(total)


def test_an_absent_earlier_total_may_block() -> None:
    assert _year("rounded", "block", None).interval == Interval(Fraction(56), Fraction(86))


def test_an_earlier_total_on_record_stands_against_a_later_assessment() -> None:
    assert _year("rounded", "block", "90", recorded="40").exact == Fraction(40 * 3 + 80 * 7, 10)
