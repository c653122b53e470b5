"""Kinds that compare a cadre with others: rank, best-of-pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.ops import Num, Ops
from cadre_eval.reading.scalars import Id, Step
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Input, Naming, fact_bounds, own_record
from cadre_eval.scoring.ballots import RanksOf
from cadre_eval.scoring.inputs import ONE, ZERO, NumberOf, PoolBest, PoolRank, shown_number

_NUMERIC = ("count", "number", "rate")


@frozen
class RankParams:
    """All points for the first, less for each rank down; ranks from raters, or from a fact in the pool."""

    at: Place = place()
    record: Id | None = setting("评议记录（名次）", "a review record of ranks", default=None)
    fact: Id | None = setting("按此事实在池内排名", "a fact to rank the pool by", default=None)
    better: Literal["higher", "lower"] | None = setting("高者为先或低者为先", "which values come first", default=None)
    each_lower: Step = setting(
        "每降一名减几分（或满分的百分比）", "points off for each rank down, or a percentage of all points"
    )


def _rank_inputs(p: RankParams) -> Sequence[Input]:
    if p.fact is not None:
        return [PoolRank("sum", p.fact, p.better != "lower")]
    return [RanksOf(p.record or "")]


def _rank(ops: Ops, p: RankParams, x: Mapping[str, Num], points: Fraction) -> Num:
    mean = x["sum"] if p.fact is not None else ops.divide(x["sum"], x["n"], ONE)
    return points - p.each_lower.of(points) * (mean - 1)


def _rank_account(p: RankParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    mean = shown_number(x["sum"]) if p.fact is not None else f"{shown_number(x['sum'])} ÷ {shown_number(x['n'])}"
    formula = f"{number_text(points)} − {number_text(p.each_lower.of(points))} × ({mean} − 1)"
    return Text(formula, formula)


def _prepare_rank(p: RankParams, ctx: CheckContext) -> RankParams:
    if (p.fact is not None and p.record is not None) or (p.fact is None) != (p.better is None):
        ctx.problems.add("CE406", p.at.span, needed=Text("record，或者 fact 和 better", "record, or fact and better"))
    if p.fact is not None:
        ctx.fact(p.fact, p.at.value("fact"), *_NUMERIC)
        return p
    return own_record(p, ctx)


RANK = CriterionKind("rank", Text("按名次", "rank"), RankParams, _rank_inputs, _rank, _rank_account, _prepare_rank)


@frozen
class BestOfPoolParams:
    """Points in proportion to the best value in the pool."""

    at: Place = place()
    fact: Id = setting("数值", "a number")
    when_best_is_zero: Literal["full", "zero"] = setting("最好值为0时", "when the best is 0")


def _best(ops: Ops, p: BestOfPoolParams, x: Mapping[str, Num], points: Fraction) -> Num:
    when_zero = ONE if p.when_best_is_zero == "full" else ZERO
    return points * ops.divide(x["own"], x["best"], when_zero)


def _best_account(p: BestOfPoolParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    formula = f"{number_text(points)} × {shown_number(x['own'])} ÷ {shown_number(x['best'])}"
    return Text(formula, formula)


def _prepare_best(p: BestOfPoolParams, ctx: CheckContext) -> BestOfPoolParams:
    doc = ctx.fact(p.fact, p.at.value("fact"), *_NUMERIC)
    low = fact_bounds(doc)[0] if doc is not None else ZERO
    if low is None or low < 0:
        ctx.problems.add("CE437", p.at.value("fact"), fact=p.fact)
    return p


BEST_OF_POOL = CriterionKind(
    "best-of-pool",
    Text("比池内最好", "best of pool"),
    BestOfPoolParams,
    lambda p: [NumberOf("own", p.fact), PoolBest("best", p.fact)],
    _best,
    _best_account,
    _prepare_best,
)
