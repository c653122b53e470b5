"""Points off a unit's own assessment: exactly so many for each finding, until the item has none left."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cadre_eval_joint_liability.points import propose
from hypothesis import given
from hypothesis import strategies as st
from joint_liability_district import asked, cadre, compiled, params, posting

from cadre_eval.plugins.api import AssessedCadre, ProposedMeasure

USE = (
    "- {id: use, rule: points-from-units, unit: township, item: 党建考核, item_points: 1, fact: absences, each: -0.1}"
)
TOGETHER = USE.replace("each: -0.1", "each: -0.1, counted_with_others: together")
SEVERAL = (
    "- {id: use, rule: points-from-units, unit: township, item: 党建考核, item_points: 1, "
    "each: {absences: -0.1, late: -0.3}, counted_with_others: {absences: together}}"
)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return params(USE, tmp_path_factory.mktemp("once"))


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return params(TOGETHER, tmp_path_factory.mktemp("together"))


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return params(SEVERAL, tmp_path_factory.mktemp("several"))


def points(found: Sequence[ProposedMeasure]) -> Fraction:
    assert len(found) <= 1
    return Fraction(found[0].points or 0) if found else Fraction(0)


def test_three_findings_cost_three_tenths_exactly(once: Any) -> None:
    (measure,) = propose(once, asked(cadre("a", posting(absences=3))))
    assert measure.points == Fraction(-3, 10)
    assert (measure.measure.zh, measure.cadres, measure.evidence) == ("党建考核扣分", ("a",), ("e-3",))
    assert measure.reason.zh == "脱岗 3 次（干部a 3），每次 -0.1 分"


def test_no_finding_costs_nothing(once: Any) -> None:
    assert propose(once, asked(cadre("a", posting(absences=0)), cadre("b"))) == []


def test_all_cadres_and_all_their_postings_count(once: Any) -> None:
    (measure,) = propose(
        once, asked(cadre("b", posting(absences=1), posting(absences=2)), cadre("a", posting(absences=4)))
    )
    assert measure.points == Fraction(-7, 10)
    assert measure.reason.zh.startswith("脱岗 7 次（干部a 4、干部b 3）")


@pytest.mark.parametrize(("count", "taken"), [(9, "-0.9"), (10, "-1"), (11, "-1"), (1000, "-1")])
def test_the_item_is_used_up_and_no_more_is_taken(once: Any, count: int, taken: str) -> None:
    (measure,) = propose(once, asked(cadre("a", posting(absences=count))))
    assert measure.points == Fraction(taken)
    assert ("扣完为止" in measure.reason.zh) == (count > 10)


@pytest.mark.parametrize("state", ["missing", "pending"])
def test_what_is_not_known_is_told_and_not_taken(once: Any, state: str) -> None:
    street = asked(cadre("a", posting(absences=2)), cadre("b", posting(absences=state)))
    (measure,) = propose(once, street)
    assert (measure.points, measure.cadres) == (Fraction(-1, 5), ("a",))
    assert "干部b 的“脱岗”还没有定数" in measure.reason.zh
    assert "not settled" in measure.reason.en
    assert propose(once, asked(cadre("b", posting(absences=state)))) == []


@pytest.mark.parametrize("state", ["not-applicable", "excused"])
def test_what_does_not_apply_or_is_excused_has_nothing_to_wait_for(once: Any, state: str) -> None:
    street = asked(cadre("a", posting(absences=2)), cadre("b", posting(absences=state)))
    (measure,) = propose(once, street)
    assert measure.points == Fraction(-1, 5)
    assert "没有定数" not in measure.reason.zh


def test_what_was_found_together_counts_once(together: Any) -> None:
    street = asked(cadre("a", posting(absences=1, together=0)), cadre("b", posting(absences=1, together=1)))
    assert points(propose(together, street)) == Fraction(-1, 10)


def test_while_it_is_not_known_what_was_found_together_the_findings_are_open(together: Any) -> None:
    street = asked(cadre("a", posting(absences=2, together=1)), cadre("b", posting(absences=3, together="missing")))
    (measure,) = propose(together, street)
    assert measure.points == Fraction(-1, 10)
    assert "干部b" in measure.reason.zh
    (measure,) = propose(
        together, asked(cadre("a", posting(absences=2, together=1)), cadre("b", posting(absences=0)))
    )
    assert "干部b" not in measure.reason.zh


def test_more_found_together_than_found_at_all_counts_as_none(together: Any) -> None:
    street = asked(cadre("a", posting(absences=2, together=0)), cadre("b", posting(absences=1, together=2)))
    assert points(propose(together, street)) == Fraction(-1, 5)


def test_several_facts_share_the_points_of_one_item(several: Any) -> None:
    (measure,) = propose(several, asked(cadre("a", posting(absences=2, together=1, late=True))))
    assert measure.points == Fraction(-4, 10)
    (measure,) = propose(several, asked(*(cadre(name, posting(absences=0, late=True)) for name in "abcd")))
    assert measure.points == -1


COUNTS = st.one_of(st.integers(0, 8), st.sampled_from(["missing", "pending", "excused", "not-applicable"]))
POSTINGS = st.builds(lambda a, t, late: posting(absences=a, together=t, late=late), COUNTS, COUNTS, st.booleans())
STREETS = st.lists(st.lists(POSTINGS, max_size=3), max_size=6).map(
    lambda found: [cadre(f"c{number}", *postings) for number, postings in enumerate(found)]
)


@given(STREETS)
def test_never_more_than_the_item_has_and_never_a_gift(several: Any, street: list[AssessedCadre]) -> None:
    for measure in propose(several, asked(*street)):
        assert -1 <= Fraction(measure.points or 0) < 0
        assert set(measure.cadres) <= {cadre.id for cadre in street}


@given(STREETS, st.randoms(use_true_random=False))
def test_the_order_of_cadres_never_matters(several: Any, street: list[AssessedCadre], dice: Random) -> None:
    other = list(street)
    dice.shuffle(other)
    assert propose(several, asked(*street)) == propose(several, asked(*other))


@given(STREETS, POSTINGS)
def test_one_more_cadre_never_gives_points_back(several: Any, street: list[AssessedCadre], more: Any) -> None:
    with_more = asked(*street, cadre("z", more))
    assert points(propose(several, with_more)) <= points(propose(several, asked(*street)))


@pytest.mark.parametrize(
    ("before", "after", "caret", "said"),
    [
        ("each: -0.1", "each: 0.1", "0.1", "扣分写负数"),
        ("each: -0.1", "each: 0", "0", "扣分写负数"),
        ("each: -0.1", "each: -1.5", "-1.5", "这一项只有 1 分，一次就扣 1.5 分"),
        ("fact: absences, each: -0.1", "each: -0.1", "each", "写 fact 和 each"),
        ("each: -0.1", "each: {late: -0.1}", "each", "写 fact 和 each"),
        ("fact: absences, each: -0.1", "each: {}", "each", "写 fact 和 each"),
        ("fact: absences", "fact: abscences", "abscences", "abscences"),
        ("fact: absences", "fact: rate", "rate", "rate"),
        ("each: -0.1", "each: -0.1, counted_with_others: absences", "absences", "所数的事实本身"),
        ("each: -0.1", "each: -0.1, counted_with_others: nothing", "nothing", "nothing"),
        ("each: -0.1", "each: -0.1, counted_with_others: {late: together}", "late", "each 里没有 late"),
        ("item_points: 1", "item_points: 0", "0", "0"),
        ("unit: township", "unit: host", "host", "host"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(
    tmp_path: Path, before: str, after: str, caret: str, said: str
) -> None:
    assert before in USE
    rules, problems = compiled(USE.replace(before, after), tmp_path)
    assert rules is None
    spans = {problem.span for problem in problems}
    assert len(spans) == 1, problems
    (span,) = spans
    line = span.source.line(span.line)
    assert line[span.column - 1 :].startswith(caret)
    assert any(said in problem.message("zh") for problem in problems)
