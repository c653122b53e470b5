"""``count-ladder``: the more findings, the graver the measure, for a cadre or for a unit with all its cadres together."""

from __future__ import annotations

from typing import Literal

from attrs import evolve, field, frozen

from cadre_eval.plugins.api import (
    AccountabilityRule,
    Answerable,
    CheckContext,
    Id,
    Place,
    ProposedMeasure,
    Span,
    Text,
    Whole,
    Word,
    place,
    setting,
)
from cadre_eval_joint_liability.counting import Counted, declared
from cadre_eval_joint_liability.points import ITSELF
from cadre_eval_joint_liability.wording import counted, joined, waiting

GRAVITY = ("提醒", "约谈", "诫勉", "召回")
"""Measures everybody knows, the lightest first; others are not compared."""


@frozen
class Ladder:
    """What the ruleset says, checked: steps from the lowest count up."""

    of: Literal["cadre", "sending-unit", "township", "host"]
    counted: Counted
    steps: tuple[tuple[int, str], ...]
    deduct: str | None
    at_deduct: Span = field(eq=False)


@frozen
class LadderParams:
    """What a ruleset says."""

    at: Place = place()
    of: Literal["cadre", "sending-unit", "township", "host"] = setting("对谁", "for whom")
    fact: Id = setting("数哪个事实", "the fact counted")
    ladder: dict[Whole, Word] = setting("达到几次，什么措施", "measure by count")
    counted_with_others: Id | None = setting(
        "其中已记在同伴名下、不再重复计的次数是哪个事实；只对单位有意义",
        "the fact that says how many of them are already counted under a colleague; only for units",
        default=None,
    )
    deduct: Id | None = setting(
        "这样的问题应登记哪个加减分项目；登记不足就提示",
        "the adjustment that should be recorded as often",
        default=None,
    )
    checked: Ladder | None = None
    """The same, checked, once the ruleset is compiled."""


def prepare(p: LadderParams, ctx: CheckContext) -> LadderParams:
    what = declared(ctx, p.fact, p.at.value("fact"), p.counted_with_others)
    ctx.filled(p, "ladder")
    if 0 in p.ladder:
        reason = Text("没有发生就没有措施：从 1 写起", "where nothing was found there is no measure: begin with 1")
        ctx.object(p.at.entry("ladder", "0"), reason)
    steps = tuple(sorted(p.ladder.items()))
    _check_gravity(steps, p, ctx)
    if p.counted_with_others is not None:
        span = p.at.value("counted_with_others")
        declared(ctx, p.counted_with_others, span)
        if p.counted_with_others == p.fact:
            ctx.object(span, ITSELF)
        elif p.of == "cadre":
            reason = Text("对干部本人，每一次都算", "for the cadre each finding counts, whoever else was found")
            ctx.object(span, reason)
    return evolve(p, checked=Ladder(p.of, what, steps, p.deduct, p.at.value("deduct")))


def _gravity(measure: str) -> int | None:
    """Where the gravest known word of the measure stands; None if there is none."""
    return max((rank for rank, word in enumerate(GRAVITY) if word in measure), default=None)


def _check_gravity(steps: tuple[tuple[int, str], ...], p: LadderParams, ctx: CheckContext) -> None:
    gravest = -1
    for count, measure in steps:
        gravity = _gravity(measure)
        if gravity is None:
            continue
        if gravity < gravest:
            before = GRAVITY[gravest]
            reason = Text(f"次数更多，反而比“{before}”轻", f"more findings, and yet lighter than '{before}'")
            ctx.object(p.at.value("ladder", str(count)), reason)
        gravest = max(gravest, gravity)


def propose(p: Ladder, answerable: Answerable) -> list[ProposedMeasure]:
    """The step that is certainly reached; findings that are open may lead on to the next."""
    found = p.counted.over(answerable.cadres)
    reached = [step for step in p.steps if step[0] <= found.certain]
    if not reached:
        return []
    count, measure = reached[-1]
    step = Text(f"达到 {count} {p.counted.unit}", f"{count} reached")
    last = len(reached) == len(p.steps)
    told = counted(p.counted, found, named=p.of != "cadre")
    reason = joined(told, step, *([] if last else [waiting(p.counted, found)]))
    cadres = tuple(share.cadre for share in found.found)
    return [ProposedMeasure(measure, reason, None, cadres, found.evidence)]


COUNT_LADDER = AccountabilityRule(
    "count-ladder",
    Text("按次数加重的处理措施", "measures that grow with the count"),
    LadderParams,
    lambda p: p.of,
    lambda p, answerable: propose(p.checked, answerable),
    prepare,
)
