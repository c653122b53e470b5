"""Polars: an expression per criterion on doubles, all of them in one query; its own rounding, ranking and grading."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import polars as pl

from nation.data import SCALES, Data
from nation.rules import Leaf, by_kind, read_rules
from nation.scored import Scored, Scorer, hundredths

DISTRIBUTION = "polars"

Expr: TypeAlias = "pl.Expr"


def target(leaf: Leaf) -> Expr:
    actual, each = pl.col(leaf.params["fact"]), leaf.number("each_short")
    if leaf.params["target"] == "posting":
        rate = actual / pl.col(f"target.{leaf.params['fact']}")
        return float(leaf.points) * rate.clip(upper_bound=1)
    wanted = float(leaf.number("target") or 0)
    if each is None:
        return float(leaf.points) * (actual / wanted).clip(upper_bound=1)
    return (float(leaf.points) - float(each) * (wanted - actual).clip(lower_bound=0)).clip(lower_bound=0)


def per_occurrence(leaf: Leaf) -> Expr:
    each = leaf.each()
    start = float(leaf.points) if min(each.values()) < 0 else 0.0
    found = sum((float(worth) * pl.col(name) for name, worth in each.items()), pl.lit(start))
    return found.clip(0, float(leaf.points))


def bands(leaf: Leaf) -> Expr:
    name = leaf.params["fact"]
    *steps, (_, lowest) = leaf.bands()
    result = pl.lit(float(lowest))
    for low, points in reversed(steps):
        reached = pl.col(name) / SCALES[name] >= float(low or 0)
        result = pl.when(reached).then(float(points)).otherwise(result)
    return result


def ratio(leaf: Leaf) -> Expr:
    part, whole = pl.col(leaf.params["part"]), pl.col(leaf.params["whole"])
    empty = float(leaf.params["when_whole_is_zero"] == "full")
    return float(leaf.points) * pl.when(whole > 0).then(part / whole).otherwise(empty).clip(upper_bound=1)


def sampled(leaf: Leaf) -> Expr:
    checked, passed = (pl.col(f"{leaf.params['fact']}.{name}") for name in ("checked", "passed"))
    each = leaf.number("each_failed")
    if each is None:
        return float(leaf.points) * (passed / checked)
    return (float(leaf.points) + float(each) * (checked - passed)).clip(lower_bound=0)


def graded(leaf: Leaf) -> Expr:
    result = pl.lit(0.0)
    for place, points in enumerate(leaf.numbers("levels").values()):
        result = pl.when(pl.col(leaf.params["fact"]) == place).then(float(points)).otherwise(result)
    return result


def options(leaf: Leaf) -> Expr:
    return pl.max_horizontal(_chosen(leaf, "options"))


def checklist(leaf: Leaf) -> Expr:
    return pl.sum_horizontal(_chosen(leaf, "items"))


def _chosen(leaf: Leaf, key: str) -> list[Expr]:
    bits = pl.col(leaf.params["fact"])
    return [float(points) * ((bits & (1 << place)) != 0) for place, points in enumerate(leaf.numbers(key).values())]


def review(leaf: Leaf) -> Expr:
    means = [float(weight / 100) * _mean(name) for name, weight in leaf.numbers("reviewers").items()]
    return pl.sum_horizontal(means)


def _mean(name: str) -> Expr:
    n, total, highest, lowest = (pl.col(f"{name}.{what}") for what in ("n", "sum", "highest", "lowest"))
    return pl.when(n > 5).then((total - highest - lowest) / (n - 2)).otherwise(total / n)


def survey(leaf: Leaf) -> Expr:
    values = leaf.numbers("options")
    classes = []
    for name, weight in leaf.numbers("voters").items():
        worth = pl.sum_horizontal([float(value) * pl.col(f"{name}.{option}") for option, value in values.items()])
        valid = pl.sum_horizontal([pl.col(f"{name}.{option}") for option in values])
        classes.append(float(weight / 100) * (worth / valid))
    return pl.sum_horizontal(classes)


KINDS: dict[str, Callable[[Leaf], Expr]] = by_kind(
    target, per_occurrence, bands, ratio, sampled, graded, options, checklist, review, survey
)


def grade() -> Expr:
    total, result = pl.col("total"), pl.lit(0)
    for category, bounds in enumerate(read_rules().bounds()):
        level = sum(((total < bound / 100).cast(pl.Int64) for bound in bounds), pl.lit(0))
        result = pl.when(pl.col("category") == category).then(level).otherwise(result)
    return result


def prepare(data: Data) -> Scorer:
    leaves = read_rules().leaves
    frame = pl.DataFrame({"pool": data.pool, "category": data.category, **data.columns()})
    points = [KINDS[leaf.kind](leaf).alias(leaf.id) for leaf in leaves]
    total = pl.sum_horizontal([float(leaf.factor) * pl.col(leaf.id) for leaf in leaves])
    rank = pl.col("total").rank("min", descending=True).over("pool")
    query = (
        frame.lazy()
        .select("pool", "category", *points)
        .with_columns(total=total.round(2, mode="half_away_from_zero"))
        .with_columns(rank=rank, grade=grade())
    )

    def scorer() -> Scored:
        done = query.collect()
        columns = [done[leaf.id].to_numpy() for leaf in leaves]
        return Scored(
            columns, hundredths(done["total"].to_numpy()), done["rank"].to_numpy(), done["grade"].to_numpy()
        )

    return scorer
