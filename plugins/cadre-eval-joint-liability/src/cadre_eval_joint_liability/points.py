"""``points-from-units``: so many points off a unit's own assessment for each finding, until the item has none left."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import evolve, field, frozen

from cadre_eval.plugins.api import (
    AccountabilityRule,
    Answerable,
    CheckContext,
    Id,
    Number,
    Place,
    Positive,
    ProposedMeasure,
    Span,
    Text,
    Word,
    number_text,
    place,
    setting,
)
from cadre_eval_joint_liability.counting import Counted, Tally, by_fact, declared
from cadre_eval_joint_liability.wording import counted, joined, waiting


@frozen
class Deducted:
    """What is counted, and the points each costs."""

    of: Counted
    each: Fraction


@frozen
class Points:
    """What the ruleset says, checked."""

    unit: Literal["township", "sending-unit"]
    item: str
    item_points: Fraction
    facts: tuple[Deducted, ...]
    at_item: Span = field(eq=False)


@frozen
class PointsParams:
    """What a ruleset says."""

    at: Place = place()
    unit: Literal["township", "sending-unit"] = setting("扣谁的分", "whose points")
    item: Word = setting("扣单位考核的哪一项", "the item of the unit's assessment")
    item_points: Positive = setting("这一项共几分；扣完为止", "all points of the item; no more are taken")
    fact: Id | None = setting(
        "数哪个事实；几个事实就在 each 里写", "the fact counted; several: in 'each'", default=None
    )
    each: Number | dict[Id, Number] = setting(
        "每次（人次）扣几分，写负数；可按事实分别写", "points for each, below 0; by fact where there are several"
    )
    counted_with_others: Id | dict[Id, Id] | None = setting(
        "其中已记在同伴名下、不再重复计的次数是哪个事实；可按事实分别写",
        "the fact that says how many of them are already counted under a colleague; by fact where there are several",
        default=None,
    )
    checked: Points | None = None
    """The same, checked, once the ruleset is compiled."""


def prepare(p: PointsParams, ctx: CheckContext) -> PointsParams:
    several = isinstance(p.each, dict)
    if several == (p.fact is not None) or p.each == {}:
        reason = Text("写 fact 和 each，或者 each: {事实: 分}", "write fact and each, or each: {fact: points}")
        ctx.object(p.at.key("each"), reason)
    each, others = by_fact(p.each, p.fact), by_fact(p.counted_with_others, p.fact)
    for fact, number in each.items():
        _check_points(number, p, ctx, p.at.value("each", fact))
    for fact, other in others.items():
        declared(ctx, other, p.at.value("counted_with_others", fact))
        if fact not in each:
            ctx.object(p.at.entry("counted_with_others", fact), _not_counted(fact))
        elif other == fact:
            ctx.object(p.at.value("counted_with_others", fact), ITSELF)
    facts = tuple(
        Deducted(declared(ctx, fact, p.at.entry("each", fact) if several else p.at.value("fact"), others.get(fact)), number)
        for fact, number in sorted(each.items())
        if fact
    )  # fmt: skip
    return evolve(p, checked=Points(p.unit, p.item, p.item_points, facts, p.at.value("item")))


ITSELF = Text("它就是所数的事实本身：一次也不会计", "that is the very fact that is counted: nothing would ever count")


def _not_counted(fact: str) -> Text:
    return Text(f"each 里没有 {fact}", f"'each' does not have {fact}")


def _check_points(number: Fraction, p: PointsParams, ctx: CheckContext, span: Span) -> None:
    if number >= 0:
        ctx.object(span, Text("扣分写负数，如 -0.1", "points taken are below 0, such as -0.1"))
    elif -number > p.item_points:
        whole, shown = number_text(p.item_points), number_text(-number)
        reason = Text(
            f"这一项只有 {whole} 分，一次就扣 {shown} 分", f"the item has {whole} points, one finding takes {shown}"
        )
        ctx.object(span, reason)


def propose(p: Points, answerable: Answerable) -> list[ProposedMeasure]:
    """Only what is certain is taken; what is open is told."""
    found = [(what, what.of.over(answerable.cadres)) for what in p.facts]
    due = sum((what.each * counts.certain for what, counts in found), Fraction(0))
    if not due:
        return []
    points = max(due, -p.item_points)
    costly = [(what, counts) for what, counts in found if counts.certain]
    lines = [_line(what, counts) for what, counts in costly]
    lines += [_used_up(due, p.item_points)] if points != due else [waiting(what.of, counts) for what, counts in found]
    cadres = tuple(sorted({share.cadre for _, counts in costly for share in counts.found}))
    evidence = tuple(sorted({name for _, counts in costly for name in counts.evidence}))
    measure = Text(f"{p.item}扣分", f"points off {p.item}")
    return [ProposedMeasure(measure, joined(*lines), points, cadres, evidence)]


def _line(what: Deducted, counts: Tally) -> Text:
    told, each = counted(what.of, counts), number_text(what.each)
    return Text(f"{told.zh}，每{what.of.unit} {each} 分", f"{told.en}, {each} each")


def _used_up(due: Fraction, whole: Fraction) -> Text:
    shown, left = number_text(-due), number_text(whole)
    return Text(f"应扣 {shown} 分，该项共 {left} 分，扣完为止", f"{shown} due, but the item has {left}: used up")


POINTS_FROM_UNITS = AccountabilityRule(
    "points-from-units",
    Text("从单位的考核中扣分，扣完为止", "points off a unit's own assessment, until they are used up"),
    PointsParams,
    lambda p: p.unit,
    lambda p, answerable: propose(p.checked, answerable),
    prepare,
)
