"""Survey method ``excellent-rate-bands``: points by the band of the share of excellent votes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from cadre_eval.plugins.api import CheckContext, Range, Score, SurveyMethod, Text, Votes, number_text
from cadre_eval_rate_bands.band_settings import ANY, BandsParams
from cadre_eval_rate_bands.covering import check_bands
from cadre_eval_rate_bands.showing import joined, shown_range, shown_votes

PRIORITIES: Mapping[str, Text] = {
    "first": Text("按先写的一档", "the first written"),
    "highest": Text("就高", "the highest"),
    "lowest": Text("就低", "the lowest"),
}


def score(p: BandsParams, votes: Votes, points: Fraction) -> Score:
    """The points of the band of one class's votes."""
    if not votes.counted:
        return Score(0, Text("没有计入的票，得0分", "no ballot counts: 0 points"))
    rate, second = votes.share(*p.rate_of), votes.share(*p.second_rate_of)
    fits = p.fitting(rate, second)
    band = fits[0]
    shares = [shown_votes(votes, options) for options in (p.rate_of, p.second_rate_of) if options]
    conditions = [_condition(p.rate_of, band.rate), _condition(p.second_rate_of, band.second)]
    asked = joined(filter(None, conditions)) or "—"
    given = number_text(band.points)
    several = len({fit.points for fit in fits}) > 1 and p.priority is not None
    how = PRIORITIES[p.priority] if several and p.priority is not None else None
    zh, en = (f"（合乎几档，{how.zh}）", f" (of several bands {how.en})") if how is not None else ("", "")
    return Score(
        band.points,
        Text(
            f"{'，'.join(shares)}：合乎“{asked}”{zh}，得{given}分",
            f"{', '.join(shares)}: band '{asked}'{en}, {given} points",
        ),
    )


def _condition(options: tuple[str, ...], span: Range) -> str:
    return "" if span == ANY else f"{'+'.join(options)} {shown_range(span)}"


def prepare(p: BandsParams, ctx: CheckContext) -> BandsParams:
    """Holds the bands against every vote there can be."""
    check_bands(p, ctx)
    return p


EXCELLENT_RATE_BANDS = SurveyMethod(
    "excellent-rate-bands",
    Text("按优秀率分档", "bands of the excellent-rate"),
    BandsParams,
    score,
    prepare,
)
