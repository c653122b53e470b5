"""A unit may not have the best grade where a gate was triggered for one of its cadres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from cadre_eval_joint_liability.excellence import propose
from joint_liability_district import PLUGIN, asked, cadre, compiled, params

USE = "- {id: use, rule: unit-not-excellent, unit: township, periods: [year-end], gates: [rate, year]}"


@pytest.fixture(scope="module")
def excellence(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return params(USE, tmp_path_factory.mktemp("excellence"))


def test_one_triggered_gate_of_one_cadre_is_enough(excellence: Any) -> None:
    (measure,) = propose(excellence, asked(cadre("b", gates=("other", "rate")), cadre("a")))
    assert (measure.measure.zh, measure.points, measure.cadres) == ("不得评为优秀", None, ("b",))
    assert measure.reason.zh == "其干部 干部b（rate）"


def test_several_cadres_and_gates_are_one_measure_whatever_their_order(excellence: Any) -> None:
    street = [cadre("a", gates=("rate", "year")), cadre("b", gates=("year",)), cadre("c", gates=("other",))]
    (measure,) = propose(excellence, asked(*street))
    assert measure.cadres == ("a", "b")
    assert measure.reason.zh == "其干部 干部a（rate，year）、干部b（year）"
    assert propose(excellence, asked(*reversed(street))) == [measure]


def test_other_gates_and_open_ones_lead_to_nothing(excellence: Any) -> None:
    assert propose(excellence, asked(cadre("a", gates=("other",)), cadre("b", waits=("rate",)))) == []


def test_whose_gate_is_still_open_is_told(excellence: Any) -> None:
    (measure,) = propose(excellence, asked(cadre("a", gates=("rate",)), cadre("b", waits=("year",))))
    assert measure.cadres == ("a",)
    assert measure.reason.zh.endswith("干部b 还没有定")


def test_gates_are_called_by_their_titles(tmp_path: Path) -> None:
    late = params(USE.replace("[rate, year]", "[rate]"), tmp_path)
    named = evolve(cadre("a", gates=("rate",)), gate_titles={"rate": "走访率不足"})
    assert propose(late, asked(named))[0].reason.zh == "其干部 干部a（走访率不足）"


def test_the_grade_is_what_the_ruleset_calls_it(tmp_path: Path) -> None:
    best = params(USE.replace("gates:", "grade: 先进, gates:"), tmp_path)
    assert propose(best, asked(cadre("a", gates=("rate",))))[0].measure.zh == "不得评为先进"


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (USE.replace("[rate, year]", "[rate, yaer]"), "没有 yaer（有：rate、year）"),
        (USE.replace("periods: [year-end], ", ""), "考核期 mid-year 没有 year"),
        (USE.replace("[rate, year]", "[]"), "至少一项"),
    ],
)
def test_a_gate_there_is_not_is_refused_where_it_is_named(tmp_path: Path, use: str, said: str) -> None:
    rules, problems = compiled(use, tmp_path)
    assert rules is None
    (problem,) = problems
    assert problem.span.source.line(problem.span.line)[problem.span.column - 1 :].startswith("gates:")
    assert said in problem.message("zh")
    assert problem.code == "CE202" or PLUGIN in problem.message("zh")


def test_two_uses_that_take_from_one_item_are_refused_at_the_second(tmp_path: Path) -> None:
    one = "- {id: one, rule: points-from-units, unit: township, item: 党建, item_points: 1, fact: absences, each: -0.1}\n"
    two = one.replace("id: one", "id: two").replace("absences", "late")
    rules, problems = compiled(one + two, tmp_path)
    assert rules is None
    assert {(problem.code, problem.span.line) for problem in problems} == {("CE509", problems[0].span.line)}
    assert "id: two" in problems[0].span.source.line(problems[0].span.line)
    assert "one 已经从“党建”扣分" in problems[0].message("zh")
    for apart in (two.replace("党建", "维稳"), two.replace("township", "sending-unit")):
        assert compiled(one + apart, tmp_path)[1] == []
    halves = one.replace("rule:", "periods: [mid-year], rule:") + two.replace("rule:", "periods: [year-end], rule:")
    assert compiled(halves, tmp_path)[1] == []
