"""Measures that grow with the count, and deductions that should have been recorded."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from cadre_eval_joint_liability.ladder import propose
from hypothesis import given
from hypothesis import strategies as st
from joint_liability_district import asked, cadre, compiled, params, posting

USE = "- {id: use, rule: count-ladder, of: township, fact: absences, ladder: {3: 召回, 1: 约谈, 2: 诫勉}}"
TOGETHER = USE.replace("fact: absences", "fact: absences, counted_with_others: together")


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return params(USE, tmp_path_factory.mktemp("ladder"))


@pytest.mark.parametrize(
    ("count", "measure"), [(0, None), (1, "约谈"), (2, "诫勉"), (3, "召回"), (4, "召回"), (99, "召回")]
)
def test_the_highest_step_that_is_reached_is_proposed_alone(ladder: Any, count: int, measure: str | None) -> None:
    found = propose(ladder, asked(cadre("a", posting(absences=count))))
    assert [m.measure for m in found] == ([measure] if measure else [])
    assert all(m.points is None for m in found)


def test_a_unit_answers_for_all_its_cadres_together(ladder: Any) -> None:
    (measure,) = propose(ladder, asked(cadre("b", posting(absences=1)), cadre("a", posting(absences=1)), cadre("c", posting(absences=0))))  # fmt: skip
    assert (measure.measure, measure.cadres) == ("诫勉", ("a", "b"))
    assert measure.reason.zh == "脱岗 2 次（干部a 1、干部b 1）；达到 2 次"


def test_of_a_cadre_the_name_is_not_repeated(tmp_path: Path) -> None:
    own = params(USE.replace("township", "cadre"), tmp_path)
    (measure,) = propose(own, asked(cadre("a", posting(absences=2))))
    assert measure.reason.zh == "脱岗 2 次；达到 2 次"


def test_what_is_open_is_told_unless_the_last_step_is_reached(ladder: Any) -> None:
    waiting = cadre("b", posting(absences="pending"))
    (measure,) = propose(ladder, asked(cadre("a", posting(absences=2)), waiting))
    assert (measure.measure, "干部b" in measure.reason.zh) == ("诫勉", True)
    (measure,) = propose(ladder, asked(cadre("a", posting(absences=3)), waiting))
    assert (measure.measure, "干部b" in measure.reason.zh) == ("召回", False)
    assert propose(ladder, asked(waiting)) == []


def test_what_was_found_together_is_one_finding_of_the_unit(tmp_path: Path) -> None:
    once = params(TOGETHER, tmp_path)
    (measure,) = propose(once, asked(cadre("a", posting(absences=1, together=0)), cadre("b", posting(absences=1, together=1))))  # fmt: skip
    assert (measure.measure, measure.cadres) == ("约谈", ("a",))


@given(st.lists(st.one_of(st.integers(0, 3), st.just("missing")), max_size=6), st.randoms(use_true_random=False))
def test_neither_order_nor_names_of_cadres_matter(ladder: Any, counts: list[int | str], dice: Random) -> None:
    street = [cadre(f"c{n}", posting(absences=count)) for n, count in enumerate(counts)]
    other = list(street)
    dice.shuffle(other)
    found = propose(ladder, asked(*street))
    assert found == propose(ladder, asked(*other))
    total = sum(count for count in counts if isinstance(count, int))
    assert [m.measure for m in found] == [["约谈", "诫勉", "召回"][min(total, 3) - 1]][: min(total, 1)]


@pytest.mark.parametrize(
    ("before", "after", "caret", "said"),
    [
        ("{3: 召回, 1: 约谈, 2: 诫勉}", "{0: 约谈}", "0", "从 1 写起"),
        ("{3: 召回, 1: 约谈, 2: 诫勉}", "{}", "ladder", "至少一项"),
        ("3: 召回", "3: 约谈主要负责人", "约谈主要负责人", "次数更多，反而比“诫勉”轻"),
        ("fact: absences", "fact: rate", "rate", "rate"),
        ("fact: absences", "fact: absences, counted_with_others: absences", "absences", "所数的事实本身"),
        ("of: township, fact: absences", "of: cadre, fact: absences, counted_with_others: together", "together", "每一次都算"),
        ("fact: absences", "fact: absences, deduct: nothing", "nothing", "没有加减分项目 nothing（有：absent、own）"),
        ("fact: absences", "fact: absences, deduct: own", "own", "同一个事实"),
        ("of: township", "of: bureau", "bureau", "bureau"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_where_it_stands(
    tmp_path: Path, before: str, after: str, caret: str, said: str
) -> None:
    rules, problems = compiled(USE.replace(before, after), tmp_path)
    assert rules is None
    spans = {problem.span for problem in problems}
    assert len(spans) == 1, problems
    (span,) = spans
    assert span.source.line(span.line)[span.column - 1 :].startswith(caret)
    assert any(said in problem.message("zh") for problem in problems)


@pytest.mark.parametrize(
    "ladder", ["{1: 扣发奖金, 2: 约谈}", "{1: 诫勉, 2: 扣发奖金, 3: 诫勉}", "{1: 约谈, 3: 约谈}"]
)
def test_words_nobody_can_weigh_and_measures_as_grave_as_before_are_accepted(tmp_path: Path, ladder: str) -> None:
    rules, problems = compiled(USE.replace("{3: 召回, 1: 约谈, 2: 诫勉}", ladder), tmp_path)
    assert (rules is not None, problems) == (True, [])


def test_a_flag_counts_as_once(tmp_path: Path) -> None:
    late = params(USE.replace("fact: absences", "fact: late"), tmp_path)
    (measure,) = propose(late, asked(cadre("a", posting(late=True)), cadre("b", posting(late=False))))
    assert (measure.measure, measure.cadres) == ("约谈", ("a",))
