"""前几次每次多计分，以后每次少计；出了不该有的事，以后的不计。

The first ones count more, later ones less; where something happened that should not have, the later ones do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from cadre_eval.plugins.api import (
    CheckContext,
    Id,
    NumberOf,
    Place,
    Score,
    Text,
    Unsigned,
    Whole,
    number_text,
    place,
    plain_kind,
    setting,
)


@frozen
class SteppedParams:
    """YAML 里的键：类型、说明。 The keys in YAML: type, meaning."""

    at: Place = place()
    fact: Id = setting("数哪项事实", "the fact that is counted")
    first: Whole = setting("前几次", "how many count in full")
    each: Unsigned = setting("前几次每次的分", "points for each of the first")
    later: Unsigned = setting("以后每次的分", "points for each later one")
    unless: Id = setting("这项事实不为零的，以后的不计", "a fact that keeps the later ones from counting")


def prepare(p: SteppedParams, ctx: CheckContext) -> SteppedParams:
    """检查参数：办法一读就查，位置现成。 Checks the parameters as the ruleset is read; the places are known."""
    ctx.fact(p.fact, p.at.value("fact"), "count")
    ctx.fact(p.unless, p.at.value("unless"), "count")
    if p.later > p.each:
        ctx.object(
            p.at.value("later"), Text("以后的不能比前几次的分高", "later ones must not count more than the first")
        )
    return p


def inputs(p: SteppedParams) -> list[NumberOf]:
    """要用哪些数据，各叫什么。 What it needs to know, by name."""
    return [NumberOf("times", p.fact), NumberOf("stopped", p.unless)]


def score(p: SteppedParams, values: Mapping[str, Fraction], points: Fraction) -> Score:
    """普通函数：可以用 if，数都是精确的。 An ordinary function: it may use if; all numbers are exact."""
    first = min(values["times"], Fraction(p.first))
    later = values["times"] - first
    gained, reason = first * p.each, f"{first} × {number_text(p.each)}"
    if later and values["stopped"]:
        return Score(
            gained, Text(f"{reason}，以后的 {later} 次不计", f"{reason}, the {later} later ones do not count")
        )
    return Score(gained + later * p.later, f"{reason} + {later} × {number_text(p.later)}")


STEPPED = plain_kind(
    "example-kind", Text("前几次多计，以后少计", "the first count more"), SteppedParams, inputs, score, prepare
)
