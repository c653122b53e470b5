"""``finding-points``: each finding takes points off an item of a unit's own assessment, until it has none left."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.plugins.rules.declared import Wanted, wanted_findings
from cadre_eval.plugins.views import Answerable
from cadre_eval.reading.scalars import Id, Number, Positive, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CheckContext
from cadre_eval.scoring.proposals import ProposedMeasure


@frozen
class FindingPointsParams:
    at: Place = place()
    of: Literal["sending-unit", "township", "host"] = setting("扣哪个单位的分", "whose points")
    findings: tuple[Id, ...] = setting("数哪些种类的督查问题", "kinds of findings counted")
    severity: Id | None = setting("只数这样严重或更严重的", "only those so severe, or more", default=None)
    item: Word = setting("扣单位考核的哪一项", "the item of the unit's assessment")
    per: Literal["finding", "visit"] = setting(
        "finding 每个问题（人次）算一次，visit 同一天在同一社区/村发现的算一次",
        "each finding counts, or those of one day at one host count once",
    )
    each: Number = setting("每次扣几分，写负数", "points for each, below 0")
    item_points: Positive = setting("这一项共几分；扣完为止", "all points of the item; no more are taken")
    checked: Wanted | None = None
    """The findings that count, once the ruleset is compiled."""


def prepare(p: FindingPointsParams, ctx: CheckContext) -> FindingPointsParams:
    if not -p.item_points <= p.each < 0:
        shown = number_text(-p.item_points)
        limit = Text(f"在 {shown} 和 0 之间", f"between {shown} and 0")
        ctx.problems.add("CE213", p.at.value("each"), text=number_text(p.each), limit=limit)
    return evolve(p, checked=wanted_findings(p.findings, p.severity, p.at, ctx))


def propose(p: Any, answerable: Answerable) -> list[ProposedMeasure]:
    days = answerable.days
    found = [f for f in p.checked.among(answerable.findings) if days is None or f.on in days]
    if not found:
        return []
    count = len(found) if p.per == "finding" else len({(f.on, f.host) for f in found})
    due: Fraction = p.each * count
    points = max(due, -p.item_points)
    each = number_text(p.each)
    zh, en = (
        f"督查发现 {count} 次，每次 {each} 分",
        f"found {'once' if count == 1 else f'{count} times'}, {each} each",
    )
    if points != due:
        left = number_text(p.item_points)
        zh, en = f"{zh}；该项共 {left} 分，扣完为止", f"{en}; the item has {left}: used up"
    measure = Text(f"{p.item}扣分", f"points off {p.item}")
    cadres = tuple(sorted({f.cadre for f in found if f.cadre is not None}))
    evidence = tuple(f.id for f in found)
    return [ProposedMeasure(measure, Text(zh, en), points, cadres, evidence, on=max(f.known_on for f in found))]


FINDING_POINTS = AccountabilityRule(
    "finding-points",
    Text("督查问题扣单位的考核分，扣完为止", "findings take points off a unit's own assessment"),
    FindingPointsParams,
    lambda p: p.of,
    propose,
    prepare,
)
