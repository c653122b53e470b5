"""Proof that every vote there can be has a band, and only one unless the ruleset says which counts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from cadre_eval.plugins.api import CheckContext, Range, Text, number_text
from cadre_eval_rate_bands.band_settings import ANY, BandDoc, BandsParams
from cadre_eval_rate_bands.option_words import check_options
from cadre_eval_rate_bands.region import ONE, ZERO, Pair, pairs
from cadre_eval_rate_bands.showing import shown_share

SHARES = Range(ZERO, ONE)


def check_bands(p: BandsParams, ctx: CheckContext) -> None:
    """Adds an objection for each thing about the bands that cannot be meant."""
    ctx.filled(p, "rate_of", "bands")
    check_options(p, "rate_of", p.rate_of, ctx)
    check_options(p, "second_rate_of", p.second_rate_of, ctx)
    both = set(p.rate_of) & set(p.second_rate_of)
    if both:
        zh = f"“{'、'.join(sorted(both))}”在两个比例里都算了"
        ctx.object(p.at.value("second_rate_of"), Text(zh, f"counted in both rates: {', '.join(sorted(both))}"))
        return
    sound = [_check_band(p, band, ctx) for band in p.bands]
    if sound and all(sound):
        _check_cover(p, list(_possible(p)), ctx)


def _check_band(p: BandsParams, band: BandDoc, ctx: CheckContext) -> bool:
    """Whether the band by itself can be meant."""
    if ctx.ceiling is not None and band.points > ctx.ceiling:
        points, most = number_text(band.points), number_text(ctx.ceiling)
        zh = f"这一档得{points}分，指标至多{most}分，会被截去"
        ctx.object(band.at.value("points"), Text(zh, f"{points} points, but the criterion gives {most} at most"))
    for key, span in (("rate", band.rate), ("second", band.second)):
        ends = [end for end in (span.low, span.high) if end is not None]
        if any(end not in SHARES for end in ends):
            zh = "比例在 0% 到 100% 之间；是不是漏写了百分号"
            ctx.object(band.at.value(key), Text(zh, "a share lies within 0 % and 100 %; is a percent sign missing?"))
            return False
    if band.second != ANY and not p.second_rate_of:
        zh = "没有写 second_rate_of，不知道第二个比例算哪些选项"
        ctx.object(band.at.value("second"), Text(zh, "second_rate_of does not say whose share this is"))
        return False
    return True


def _possible(p: BandsParams) -> Iterator[Pair]:
    counted = set(p.rate_of) | set(p.second_rate_of)
    all_told = counted == set(p.options) and p.abstain == p.invalid == "exclude"
    rates, seconds = [band.rate for band in p.bands], [band.second for band in p.bands]
    yield from pairs(rates, seconds, has_second=bool(p.second_rate_of), all_told=all_told)


def _check_cover(p: BandsParams, possible: list[Pair], ctx: CheckContext) -> None:
    lacking = next((pair for pair in possible if not p.fitting(*pair)), None)
    if lacking is not None:
        zh, en = _pair_text(p, lacking)
        ctx.object(p.at.key("bands"), Text(f"{zh}时，没有一档合乎", f"no band fits {en}"))
    before = len(ctx.problems)
    for one, other in combinations(p.bands, 2):
        if p.priority is None or one.second == other.second:
            _check_pair(p, one, other, possible, ctx)
    if len(ctx.problems) > before:
        return  # which band counts where is not settled yet
    used = {id(p.fitting(*pair)[0]) for pair in possible if p.fitting(*pair)}
    for band in p.bands:
        if id(band) not in used:
            ctx.object(band.at.span, Text("这一档永远用不到", "this band can never count"))


def _check_pair(p: BandsParams, one: BandDoc, other: BandDoc, possible: list[Pair], ctx: CheckContext) -> None:
    """Two bands that give different points may not fit the same vote: a priority is for bands that the second rate sets
    apart, not for edges that overlap.
    """
    shared = next((pair for pair in possible if _fits(one, pair) and _fits(other, pair)), None)
    if shared is None or one.points == other.points:
        return
    points = number_text(one.points), number_text(other.points)
    zh, en = _pair_text(p, shared)
    zh, en = (
        f"{zh}时，既合乎{points[0]}分一档，又合乎{points[1]}分一档",
        f"{en}: both the band of {points[0]} and that of {points[1]} fit",
    )
    if one.second != other.second:
        zh, en = f"{zh}；用 priority 写明按哪一档", f"{en}; say with priority which counts"
    ctx.object(other.at.span, Text(zh, en))


def _fits(band: BandDoc, pair: tuple[Fraction, Fraction]) -> bool:
    return pair[0] in band.rate and pair[1] in band.second


def _pair_text(p: BandsParams, pair: Pair) -> tuple[str, str]:
    shown = [f"{'+'.join(p.rate_of)} {shown_share(pair[0])}"]
    if p.second_rate_of:
        shown.append(f"{'+'.join(p.second_rate_of)} {shown_share(pair[1])}")
    return "、".join(shown), ", ".join(shown)
