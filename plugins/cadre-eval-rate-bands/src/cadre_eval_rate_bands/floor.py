"""Survey method ``satisfaction-floor``: the share of the satisfied, and nothing below a floor."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from cadre_eval.plugins.api import (
    CheckContext,
    Id,
    Open,
    Place,
    Score,
    SurveyMethod,
    SurveyMethodParams,
    Text,
    Unsigned,
    Votes,
    Whole,
    Word,
    number_text,
    place,
    setting,
)
from cadre_eval_rate_bands.option_words import check_options
from cadre_eval_rate_bands.showing import shown_share, shown_votes


@frozen
class InterviewsDoc:
    """Interviews that must follow a vote that was passed."""

    at: Place = place()
    fact: Id = setting("登记访谈人数的事实", "the fact that counts the people interviewed")
    at_least: Whole = setting("至少访谈几人", "least people")


@frozen
class FloorParams(SurveyMethodParams):
    """The share of some options times the points, and what a share below the floor means."""

    rate_of: tuple[Word, ...] = setting("算满意的选项", "options that count as satisfied")
    floor_rate: Unsigned = setting("满意率的底线", "least share")
    below_floor: Literal["zero", "vote-again"] = setting(
        "低于底线：不得分，或重新测评", "below it: no points, or vote again"
    )
    interviews: InterviewsDoc | None = setting(
        "达到底线的，还要访谈几人；不够的给出提示", "interviews that follow a vote that was passed", default=None
    )


def score(p: FloorParams, votes: Votes, points: Fraction) -> Score | Open:
    """The share of the points one class's votes come to."""
    if not votes.counted:
        return Score(0, Text("没有计入的票，得0分", "no ballot counts: 0 points"))
    rate = votes.share(*p.rate_of)
    shown, floor = shown_votes(votes, p.rate_of), shown_share(p.floor_rate)
    if rate >= p.floor_rate:
        return Score(points * rate, Text(f"{shown} × {number_text(points)}", f"{shown} × {number_text(points)}"))
    if p.below_floor == "vote-again":
        return Open(Text(f"满意率低于 {floor}，重新测评", f"share below {floor}: vote again"))
    return Score(0, Text(f"{shown}，低于 {floor}，不得分", f"{shown}, below {floor}: no points"))


def prepare(p: FloorParams, ctx: CheckContext) -> FloorParams:
    ctx.filled(p, "rate_of")
    check_options(p, "rate_of", p.rate_of, ctx)
    if p.floor_rate > 1:
        zh = "比例不会超过 100%；是不是漏写了百分号"
        ctx.object(p.at.value("floor_rate"), Text(zh, "a share is at most 100 %; is a percent sign missing?"))
    if p.interviews is not None:
        ctx.fact(p.interviews.fact, p.interviews.at.value("fact"), "count")
    return p


SATISFACTION_FLOOR = SurveyMethod(
    "satisfaction-floor",
    Text("满意率，低于底线不得分", "satisfaction, with a floor"),
    FloorParams,
    score,
    prepare,
)
