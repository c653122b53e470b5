"""Household visits scored by an ordinary function: what one such kind costs among 35 criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from cadre_eval.plugins.api import (
    CriterionKind,
    Id,
    Input,
    NumberOf,
    Place,
    Score,
    Text,
    Whole,
    hookimpl,
    place,
    plain_kind,
    setting,
)

__version__ = "1.0"


@frozen
class Visits:
    at: Place = place()
    fact: Id = setting("事实", "the fact")
    target: Whole = setting("目标", "the target")


def inputs(params: Visits) -> Sequence[Input]:
    return [NumberOf("visits", params.fact)]


def visits(params: Visits, values: Mapping[str, Fraction], points: Fraction) -> Score:
    if values["visits"] >= params.target:
        return Score(points, Text("达标", "reached"))
    return Score(points * values["visits"] / params.target, Text("未达标", "not reached"))


@hookimpl
def cadre_eval_register_criterion_kinds() -> Sequence[CriterionKind]:
    return [plain_kind("visits-by-hand", Text("入户走访", "household visits"), Visits, inputs, visits)]
