"""Kind ``rectification``: points for findings that were put right, and none where the same fault came back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from cadre_eval.plugins.api import (
    CheckContext,
    Id,
    Input,
    NumberOf,
    Open,
    Place,
    Score,
    Text,
    Unsigned,
    number_text,
    place,
    plain_kind,
    setting,
)


@frozen
class RectificationParams:
    """Findings of inspections and cross-inspections, and what became of them."""

    at: Place = place()
    found: Id = setting("查出的问题数", "the fact: how many were found")
    rectified: Id = setting("其中已整改的", "the fact: how many of them were put right")
    overdue: Id = setting("其中到期没有整改的", "the fact: how many are overdue")
    each_overdue: Unsigned = setting("每个到期没有整改的再扣几分", "points off for each that is overdue")
    recurred: Id = setting(
        "同样问题再次发生的次数", "the fact: how often a fault came back; once, and there are no points"
    )


def inputs(p: RectificationParams) -> list[Input]:
    names = {"found": p.found, "rectified": p.rectified, "overdue": p.overdue, "recurred": p.recurred}
    return [NumberOf(name, fact) for name, fact in names.items()]


def score(p: RectificationParams, x: Mapping[str, Any], points: Fraction) -> Score | Open:
    """Counts that contradict one another are left open: nobody is marked by a slip of the pen."""
    found, rectified, overdue, recurred = (x[name] for name in ("found", "rectified", "overdue", "recurred"))
    if rectified + overdue > found:
        zh = f"已整改 {rectified}、到期没有整改 {overdue}，多于查出的 {found}，请核对"
        return Open(Text(zh, f"{rectified} put right and {overdue} overdue are more than the {found} found"))
    if recurred:
        return Score(
            0, Text(f"同样问题再次发生 {recurred} 次，不得分", f"a fault came back {recurred} times: no points")
        )
    if not found:
        return Score(points, Text("没有查出问题，得满分", "nothing was found: all points"))
    worth, off = number_text(points), number_text(p.each_overdue)
    reason = f"{worth} × {rectified} ÷ {found} − {off} × {overdue}"
    return Score(points * rectified / found - p.each_overdue * overdue, Text(reason, reason))


def prepare(p: RectificationParams, ctx: CheckContext) -> RectificationParams:
    for key in ("found", "rectified", "overdue", "recurred"):
        ctx.fact(getattr(p, key), p.at.value(key), "count")
    return p


RECTIFICATION = plain_kind(
    "rectification", Text("整改", "rectification"), RectificationParams, inputs, score, prepare
)
