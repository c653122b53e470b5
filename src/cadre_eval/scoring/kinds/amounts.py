"""Kinds that score an amount: target, ratio, bands, sampled, given, external."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.numbers.decimals import number_text, range_text
from cadre_eval.numbers.ops import Num, Ops, clamp
from cadre_eval.numbers.ranges import Range, gaps, overlaps
from cadre_eval.reading.scalars import Id, Number, Positive, Whole
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Input, Naming, fact_bounds, own_record
from cadre_eval.scoring.inputs import (
    NUMERIC,
    ONE,
    ZERO,
    ExternalOf,
    NonZero,
    NumberOf,
    SampleOf,
    ServiceShare,
    TargetOf,
    shown_number,
)


@frozen
class TargetParams:
    """Points in proportion to a target reached, or points lost for each one short of it."""

    at: Place = place()
    fact: Id = setting("完成数", "the fact: how many were done")
    target: Literal["posting"] | Number | dict[Id, Number] = setting(
        "目标数，可分考核期；posting 指按定标",
        "the target, maybe by period; 'posting': as agreed in the posting",
        by_period=True,
    )
    prorate: Literal["by-days"] | None = setting(
        "by-days：目标按在岗天数占考核期的比例折算",
        "'by-days': the target shrinks with the days served",
        default=None,
    )
    each_short: Positive | None = setting(
        "每少一个扣几分；不写则按比例", "points off for each one short; else in proportion", default=None
    )


def _target_inputs(p: TargetParams) -> Sequence[Input]:
    actual = NumberOf("actual", p.fact)
    inputs: list[Input] = [actual, TargetOf("target", p.fact)] if p.target == "posting" else [actual]
    return [*inputs, ServiceShare("share")] if p.prorate else inputs


def aim(p: TargetParams, x: Mapping[str, Num]) -> Num:
    """The target that counts: the rule's or the posting's, for the days served if it is prorated."""
    target = x["target"] if p.target == "posting" else p.target
    return target * x["share"] if p.prorate else target


def _target(ops: Ops, p: TargetParams, x: Mapping[str, Num], points: Fraction) -> Num:
    target = aim(p, x)
    if p.each_short is not None:
        return points - p.each_short * ops.maximum(target - x["actual"], ZERO)
    return points * clamp(ops, ops.divide(x["actual"], target, ONE), ZERO, ONE)


def _target_account(p: TargetParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    target = shown_number(aim(p, x))
    actual = shown_number(x["actual"])
    if p.each_short is not None:
        formula = f"{number_text(points)} − {number_text(p.each_short)} × max({target} − {actual}, 0)"
    else:
        formula = f"{number_text(points)} × min({actual} ÷ {target}, 1)"
    return Text(formula, formula)


def _prepare_target(p: TargetParams, ctx: CheckContext) -> TargetParams:
    ctx.fact(p.fact, p.at.value("fact"), *NUMERIC)
    if isinstance(p.target, Fraction) and p.target <= 0:
        ctx.problems.add("CE403", p.at.value("target", ctx.period), criterion=ctx.criterion)
    return p


TARGET = CriterionKind(
    "target",
    Text("达到目标", "target reached"),
    TargetParams,
    _target_inputs,
    _target,
    _target_account,
    _prepare_target,
)


@frozen
class RatioParams:
    """Points in proportion to a rate, or to a part of a whole."""

    at: Place = place()
    fact: Id | None = setting("比率", "a rate fact", default=None)
    part: Id | None = setting("分子", "the part (a count)", default=None)
    whole: Id | None = setting("分母", "the whole (a count)", default=None)
    when_whole_is_zero: Literal["full", "zero", "exclude"] | None = setting(
        "分母为0时", "when the whole is 0", default=None
    )
    full_at: Positive = setting("达到多少得满分", "the rate that gives all points", default=ONE)


def _ratio_inputs(p: RatioParams) -> Sequence[Input]:
    if p.fact is not None:
        return [NumberOf("rate", p.fact)]
    if p.when_whole_is_zero == "exclude":
        return [NumberOf("part", p.part or ""), NonZero("whole", p.whole or "")]
    return [NumberOf("part", p.part or ""), NumberOf("whole", p.whole or "")]


def _ratio(ops: Ops, p: RatioParams, x: Mapping[str, Num], points: Fraction) -> Num:
    if p.fact is not None:
        rate = x["rate"]
    else:
        when_zero = ZERO if p.when_whole_is_zero == "zero" else p.full_at
        rate = ops.divide(x["part"], x["whole"], when_zero)
    return points * clamp(ops, rate * (1 / p.full_at), ZERO, ONE)


def _ratio_account(p: RatioParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    if p.fact is not None:
        rate = shown_number(x["rate"])
    else:
        if x["whole"] == 0:
            got = number_text(ZERO if p.when_whole_is_zero == "zero" else points)
            return Text(f"分母为 0，按规定得 {got}", f"the whole is 0, so {got} by the rule")
        rate = f"{shown_number(x['part'])} ÷ {shown_number(x['whole'])}"
    full = "" if p.full_at == 1 else f" ÷ {number_text(p.full_at)}"
    formula = f"{number_text(points)} × min({rate}{full}, 1)"
    return Text(formula, formula)


def _prepare_ratio(p: RatioParams, ctx: CheckContext) -> RatioParams:
    pair = p.part is not None and p.whole is not None
    if (p.fact is not None) == pair or (p.fact is not None and (p.part or p.whole or p.when_whole_is_zero)):
        ctx.problems.add(
            "CE406",
            p.at.span,
            needed=Text(
                "fact，或者 part、whole 和 when_whole_is_zero", "fact, or part, whole and when_whole_is_zero"
            ),
        )
        return p
    if p.fact is not None:
        doc = ctx.fact(p.fact, p.at.value("fact"), "rate", "number")
        if doc is not None and doc.type == "rate" and p.full_at > ONE:
            shown, limit = number_text(p.full_at), Text("不大于 100%", "at most 100%")
            fix = f"{shown}%" if p.full_at <= 100 else None
            ctx.problems.add("CE213", p.at.value("full_at"), fix=fix, text=shown, limit=limit)
        return p
    ctx.fact(p.part or "", p.at.value("part"), "count", "number")
    ctx.fact(p.whole or "", p.at.value("whole"), "count", "number")
    if p.when_whole_is_zero is None:
        ctx.problems.add("CE407", p.at.key("whole"), key="when_whole_is_zero", allowed="full, zero, exclude")
    return p


RATIO = CriterionKind(
    "ratio", Text("按比率", "ratio"), RatioParams, _ratio_inputs, _ratio, _ratio_account, _prepare_ratio
)


@frozen
class BandsParams:
    """Points of the band the number falls in."""

    at: Place = place()
    fact: Id = setting("数值", "a number")
    bands: dict[Range, Number] = setting("各档：范围与得分", "ranges and their points")


def _bands(ops: Ops, p: BandsParams, x: Mapping[str, Num], points: Fraction) -> Num:
    return ops.band(x["value"], list(p.bands), list(p.bands.values()))


def _bands_account(p: BandsParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    value = x["value"]
    band = next((r for r in p.bands if isinstance(value, Fraction) and value in r), None)
    shown = shown_number(value)
    if band is None:
        return Text(f"{shown} 所在档", f"band of {shown}")
    return Text(f"{shown} 属 {range_text(band)} 档", f"{shown} is in the band {range_text(band)}")


def check_cover(ranges: list[Range], within: Range, where: Place, key: str, ctx: CheckContext, percent: bool) -> None:
    """Bands must cover every possible value once; a gap or overlap is shown with a witness."""
    for gap in gaps(ranges, within):
        witness = gap.witness()
        if witness is not None:
            ctx.problems.add("CE408", where.key(key), value=number_text(witness, percent))
    spans = [where.entry(key, name) for name in _written(where, key)]
    for i, j, shared in overlaps(ranges):
        witness = shared.meet(within).witness()
        if witness is not None:
            label = Text("另一档", "the other band")
            ctx.problems.add("CE409", spans[j], value=number_text(witness, percent), also=[(label, spans[i])])


def _written(where: Place, key: str) -> list[str]:
    node = where.node.values[key]
    return list(getattr(node, "keys", {}))


def _prepare_bands(p: BandsParams, ctx: CheckContext) -> BandsParams:
    doc = ctx.fact(p.fact, p.at.value("fact"), *NUMERIC)
    if doc is None:
        return p
    written = dict(zip(_written(p.at, "bands"), p.bands.values(), strict=True))
    ctx.within_points(written, p.at, "bands")
    low, high = fact_bounds(doc)
    check_cover(list(p.bands), Range(low, high), p.at, "bands", ctx, doc.type == "rate")
    return p


BANDS = CriterionKind(
    "bands",
    Text("分档", "bands"),
    BandsParams,
    lambda p: [NumberOf("value", p.fact)],
    _bands,
    _bands_account,
    _prepare_bands,
)


@frozen
class SampledParams:
    """A random check: share passed, or points off for each failure."""

    at: Place = place()
    fact: Id = setting("抽查结果", "a sample fact")
    each_failed: Number | None = setting(
        "每个不合格扣几分（负数）；不写则按合格率",
        "points for each failure (negative); else by share passed",
        default=None,
    )
    minimum: Whole = setting("至少抽查几个，不足则待定", "least number checked; fewer leave it open", default=1)


def _sampled(ops: Ops, p: SampledParams, x: Mapping[str, Num], points: Fraction) -> Num:
    if p.each_failed is not None:
        return points + p.each_failed * ops.maximum(x["checked"] - x["passed"], ZERO)
    return points * clamp(ops, ops.divide(x["passed"], x["checked"], ZERO), ZERO, ONE)


def _sampled_account(p: SampledParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    checked, passed = shown_number(x["checked"]), shown_number(x["passed"])
    if p.each_failed is not None:
        formula = f"{number_text(points)} + ({number_text(p.each_failed)}) × ({checked} − {passed})"
    else:
        formula = f"{number_text(points)} × {passed} ÷ {checked}"
    return Text(formula, formula)


def _prepare_sampled(p: SampledParams, ctx: CheckContext) -> SampledParams:
    ctx.fact(p.fact, p.at.value("fact"), "sample")
    if p.each_failed is not None and p.each_failed >= 0:
        ctx.problems.add(
            "CE213", p.at.value("each_failed"), text=number_text(p.each_failed), limit=Text("小于 0", "below 0")
        )
    return p


SAMPLED = CriterionKind(
    "sampled",
    Text("抽查", "sampled"),
    SampledParams,
    lambda p: [SampleOf(p.fact, p.minimum)],
    _sampled,
    _sampled_account,
    _prepare_sampled,
)


@frozen
class GivenParams:
    """A score somebody gives directly."""

    at: Place = place()
    fact: Id = setting("所给的分", "the number given")
    scale: Positive | None = setting(
        "所给分的满分；不写则同本项满分", "scale of the number given; else the criterion's points", default=None
    )


def _on_scale(value: Num, scale: Fraction | None, points: Fraction) -> Num:
    return value if scale is None else value * (points / scale)


def _scaled_account(value: Num, scale: Fraction | None, points: Fraction) -> Text:
    shown = shown_number(value)
    formula = shown if scale is None or scale == points else f"{shown} × {number_text(points)} ÷ {number_text(scale)}"
    return Text(formula, formula)


def _prepare_given(p: GivenParams, ctx: CheckContext) -> GivenParams:
    ctx.fact(p.fact, p.at.value("fact"), *NUMERIC)
    return p


GIVEN = CriterionKind(
    "given",
    Text("直接给分", "given"),
    GivenParams,
    lambda p: [NumberOf("value", p.fact)],
    lambda ops, p, x, points: _on_scale(x["value"], p.scale, points),
    lambda p, x, points, name: _scaled_account(x["value"], p.scale, points),
    _prepare_given,
)


@frozen
class ExternalParams:
    """A score issued elsewhere, with its issuer and evidence in the dossier."""

    at: Place = place()
    record: Id | None = setting(
        "档案中的名称（缺省为指标代码）", "name in the dossier (default: the criterion's id)", default=None
    )
    scale: Positive = setting("原分满分", "scale of the score", default=Fraction(100))


EXTERNAL = CriterionKind(
    "external",
    Text("外部结果", "external"),
    ExternalParams,
    lambda p: [ExternalOf("value", p.record or "", p.scale)],
    lambda ops, p, x, points: _on_scale(x["value"], p.scale, points),
    lambda p, x, points, name: _scaled_account(x["value"], p.scale, points),
    own_record,
)
