"""Quotas, gates and conditions in the corners where they were once wrong."""

from __future__ import annotations

from typing import Any

import pytest

from build import assessed, dossier, given, people, person, refusals, ruleset, scores_fact
from cadre_eval.scoring.explain import explanation
from cadre_eval.scoring.result import PeriodResult

GRADES = {"any": {"优": ">= 90", "良": "[60, 90)", "差": "< 60"}}
BY_QUOTA = {"any": {"优": "by quota", "良": ">= 60", "差": "< 60"}}
FACTS: dict[str, Any] = {"s": scores_fact(), "c": {"type": "count"}, "f": {"type": "flag"}}


def quota(name: str, grade: str, share: str, **more: Any) -> dict[str, Any]:
    plain = {"id": name, "grade": [grade], "share": share, "round": "floor", "base": "assessed", "pool_by": []}
    return plain | more


def contest(totals: list[int], quotas: list[Any], grades: Any, **more: Any) -> PeriodResult:
    rules = ruleset(given("s"), facts=FACTS, grades=grades, quotas=quotas, **more)
    persons = [person(n, category="a" if n <= len(totals) // 2 else "b") for n in range(1, len(totals) + 1)]
    records = [dossier(n, facts={"s": str(total), "c": "0"}) for n, total in enumerate(totals, 1)]
    return assessed(rules, people(*persons), records)


def count(result: PeriodResult, grade: str) -> int:
    return sum(r.grade == grade for r in result)


@pytest.mark.parametrize("turned", [False, True])
def test_two_quotas_of_one_grade_both_hold(turned: bool) -> None:
    quotas = [quota("a", "优", "50%", pool_by=["category"]), quota("b", "优", "25%")]
    categories = {"a": "甲", "b": "乙"}
    result = contest(
        [99, 98, 97, 96, 95, 94, 93, 92], quotas[::-1] if turned else quotas, BY_QUOTA, categories=categories
    )
    assert count(result, "优") == 2


@pytest.mark.parametrize("turned", [False, True])
def test_quotas_of_several_grades_hold_in_whatever_order_they_are_listed(turned: bool) -> None:
    quotas = [quota("b", "良", "25%"), quota("a", "优", "25%")]
    result = contest([99, 98, 97, 96, 85, 84, 83, 82], quotas[::-1] if turned else quotas, GRADES)
    assert (count(result, "优"), count(result, "良"), count(result, "差")) == (2, 2, 4)


@pytest.mark.parametrize(("score", "grade"), [("95", "良"), ("10", "差")])
def test_a_cap_means_the_same_in_whatever_order_grades_are_listed(score: str, grade: str) -> None:
    turned = {"any": dict(reversed(GRADES["any"].items()))}
    gates = [{"id": "g", "when": {"fact": "c", "at_least": "1"}, "effect": {"cap_grade": ["良"]}}]
    rules = ruleset(given("s"), facts=FACTS, grades=turned, gates=gates)
    result = assessed(rules, people(person(1)), [dossier(1, facts={"s": score, "c": "1"})])
    assert result["c-01"].grade == grade


@pytest.mark.parametrize("entry", [{"state": "not-applicable"}, {"state": "excused"}, "yes"])
def test_a_fact_that_does_not_apply_triggers_neither_a_condition_nor_its_opposite(entry: Any) -> None:
    gates = [{"id": "g", "when": {"not": {"fact": "f", "is": "yes"}}, "effect": {"cap_grade": ["差"]}}]
    rules = ruleset(given("s"), facts=FACTS, grades=GRADES, gates=gates)
    result = assessed(rules, people(person(1)), [dossier(1, facts={"s": "95", "f": entry})])
    assert (result["c-01"].grade, result["c-01"].gates) == ("优", ())


def test_all_of_several_cannot_hold_where_one_does_not_apply() -> None:
    parts = [{"fact": "f", "is": "yes"}, {"fact": "c", "at_least": "1"}]
    gates = [{"id": "g", "when": {"all": parts}, "effect": {"cap_grade": ["差"]}}]
    rules = ruleset(given("s"), facts=FACTS, grades=GRADES, gates=gates)
    for entry, grade in (({"state": "not-applicable"}, "优"), ("yes", "差")):
        result = assessed(rules, people(person(1)), [dossier(1, facts={"s": "95", "c": "1", "f": entry})])
        assert result["c-01"].grade == grade


def test_the_opposite_of_a_condition_that_is_false_is_triggered() -> None:
    gates = [{"id": "g", "when": {"not": {"fact": "f", "is": "yes"}}, "effect": {"cap_grade": ["差"]}}]
    rules = ruleset(given("s"), facts=FACTS, grades=GRADES, gates=gates)
    result = assessed(rules, people(person(1)), [dossier(1, facts={"s": "95", "f": "no"})])
    assert result["c-01"].grade == "差"


def test_a_survey_without_its_quorum_dismisses_nobody() -> None:
    survey = {
        "id": "v", "points": "100", "kind": "survey", "voters": "pooled", "options": {"好": "100", "差": "0"},
        "abstain": "exclude", "invalid": "exclude", "minimum": {"ballots": "20"}, "below_minimum": "block",
    }  # fmt: skip
    gates = [
        {"id": "g", "when": {"survey": "v", "share_of": ["好"], "below": "50%"}, "effect": {"cap_grade": ["差"]}}
    ]
    one_ballot = {"v": {"classes": {"x": {"tally": {"差": "1"}}}}}
    result = assessed(
        ruleset(survey, grades=GRADES, gates=gates), people(person(1)), [dossier(1, surveys=one_ballot)]
    )
    assert [outcome.certain for outcome in result["c-01"].gates] == [False]
    assert result["c-01"].grades_possible == ("优", "良", "差")


def two_postings(**more: Any) -> PeriodResult:
    """A cadre whose second, shorter posting, elsewhere, has an offence on record."""
    rules = ruleset(given("s"), facts=FACTS, eligibility={"several_postings": "longest"}, **more)
    first = person(1, ended={"on": "2025-08-31", "reason": "调整"})
    second = person(1, id="p-09", host="h-02", sending_unit="u-02", **{"from": "2025-09-01"})
    records = [
        dossier(1, posting="p-01", facts={"s": "90", "c": "0"}),
        dossier(1, posting="p-09", facts={"s": "80", "c": "1"}),
    ]
    return assessed(rules, people(first, second), records)


def test_an_offence_in_the_shorter_posting_bars_from_a_place() -> None:
    barred = quota("q", "优", "100%", excluded={"fact": "c", "at_least": "1"})
    assert two_postings(grades=BY_QUOTA, quotas=[barred])["c-01"].grade == "良"


def test_the_units_told_are_those_of_the_posting_with_the_offence() -> None:
    gate = {
        "id": "g", "when": {"fact": "c", "at_least": "1"}, "effect": {"note": "x"},
        "also": {"township": "通报", "sending-unit": "通报"},
    }  # fmt: skip
    said = "".join(
        note.text("zh") for note in two_postings(grades=GRADES, gates=[gate])["c-01"].notes if note.key == "gate-also"
    )
    assert "街道2" in said
    assert "单位2" in said
    assert "街道1" not in said


def test_the_highest_of_negative_options_is_negative() -> None:
    leaf = {
        "id": "o", "points": "10", "kind": "options", "fact": "w", "options": {"甲": "-3", "乙": "-1"},
        "counting": "highest", "floor": "none",
    }  # fmt: skip
    rules = ruleset(leaf, facts={"w": {"type": "choices", "options": ["甲", "乙"]}}, total={"floor": "none"})
    for chosen, total in ((["甲", "乙"], -1), (["甲"], -3), ([], 0)):
        assert assessed(rules, people(person(1)), [dossier(1, facts={"w": chosen})])["c-01"].total == total


def test_a_share_of_the_best_needs_numbers_that_are_not_negative() -> None:
    leaf = {"id": "b", "points": "10", "kind": "best-of-pool", "fact": "n", "when_best_is_zero": "zero"}
    assert refusals(ruleset(leaf, facts={"n": {"type": "number"}})) == ["CE437"]
    assert refusals(ruleset(leaf, facts={"n": {"type": "number", "at_least": "0"}})) == []


@pytest.mark.parametrize("gate", [{"below": "98"}, {"at_least": "98"}, {"above": "100%"}])
def test_a_rate_held_against_more_than_all_is_a_slip(gate: dict[str, str]) -> None:
    gates = [{"id": "g", "when": {"fact": "r", **gate}, "effect": {"note": "x"}}]
    assert "CE438" in refusals(ruleset(given("s"), facts=FACTS | {"r": {"type": "rate"}}, gates=gates))


def test_advice_counts_every_criterion_a_record_feeds() -> None:
    rules = ruleset(
        given("s", weight="1") | {"id": "x"}, given("s", weight="1") | {"id": "y"},
        facts=FACTS, grades=GRADES, total={"weights": "relative"},
    )  # fmt: skip
    result = assessed(rules, people(person(1)), [dossier(1, facts={"s": "5"})])
    assert "60" in explanation(result["c-01"], "en").split("any one of these")[1].splitlines()[1]


def test_no_advice_is_given_where_a_gate_stands_in_the_way() -> None:
    gates = [{"id": "g", "when": {"fact": "c", "at_least": "1"}, "effect": {"cap_grade": ["良"]}}]
    rules = ruleset(given("s"), facts=FACTS, grades=GRADES, gates=gates)
    result = assessed(rules, people(person(1)), [dossier(1, facts={"s": "80", "c": "1"})])
    assert "below" not in explanation(result["c-01"], "en")


def test_a_forgotten_percent_sign_is_refused_where_the_full_rate_is_written() -> None:
    rules = {
        "ruleset": "r", "grades": "none", "facts": {"visits": {"type": "rate"}},
        "periods": {"year-end": {"from": "01-01", "to": "12-31"}},
    }  # fmt: skip
    for full_at, codes in (("98", ["CE213"]), ("98%", [])):
        leaf = {"id": "v", "points": "10", "kind": "ratio", "fact": "visits", "full_at": full_at}
        assert refusals({**rules, "criteria": [leaf]}) == codes
