"""A rule compiled once to a closure over fractions, called for each cadre: exact, and as slow as Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor
from typing import TypeAlias

import numpy as np

from nation.data import SCALES, Data
from nation.rules import Leaf, by_kind, read_rules
from nation.scored import Scored, Scorer, standing

DISTRIBUTION = None
ZERO, ONE = Fraction(0), Fraction(1)

Row: TypeAlias = Mapping[str, int]
Closure: TypeAlias = Callable[[Row], Fraction]


def target(leaf: Leaf) -> Closure:
    name, points, each = leaf.params["fact"], leaf.points, leaf.number("each_short")
    if leaf.params["target"] == "posting":
        agreed = f"target.{name}"
        return lambda row: points * min(Fraction(row[name], row[agreed]), ONE)
    wanted = leaf.number("target") or ZERO
    if each is None:
        return lambda row: points * min(row[name] / wanted, ONE)
    return lambda row: max(points - each * max(wanted - row[name], ZERO), ZERO)


def per_occurrence(leaf: Leaf) -> Closure:
    each, points = leaf.each(), leaf.points
    start = points if min(each.values()) < 0 else ZERO
    return lambda row: min(max(sum((w * row[n] for n, w in each.items()), start), ZERO), points)


def bands(leaf: Leaf) -> Closure:
    name, (*steps, (_, lowest)) = leaf.params["fact"], leaf.bands()
    scaled = [((low or ZERO) * SCALES[name], points) for low, points in steps]
    return lambda row: next((points for low, points in scaled if row[name] >= low), lowest)


def ratio(leaf: Leaf) -> Closure:
    part, whole, points = leaf.params["part"], leaf.params["whole"], leaf.points
    empty = points if leaf.params["when_whole_is_zero"] == "full" else ZERO
    return lambda row: points * min(Fraction(row[part], row[whole]), ONE) if row[whole] else empty


def sampled(leaf: Leaf) -> Closure:
    checked, passed, points = f"{leaf.params['fact']}.checked", f"{leaf.params['fact']}.passed", leaf.points
    each = leaf.number("each_failed")
    if each is None:
        return lambda row: points * Fraction(row[passed], row[checked])
    return lambda row: max(points + each * (row[checked] - row[passed]), ZERO)


def graded(leaf: Leaf) -> Closure:
    name, levels = leaf.params["fact"], list(leaf.numbers("levels").values())
    return lambda row: levels[row[name]]


def options(leaf: Leaf) -> Closure:
    name, worth = leaf.params["fact"], list(enumerate(leaf.numbers("options").values()))
    return lambda row: max((points for place, points in worth if row[name] >> place & 1), default=ZERO)


def checklist(leaf: Leaf) -> Closure:
    name, worth = leaf.params["fact"], list(enumerate(leaf.numbers("items").values()))
    return lambda row: sum((points for place, points in worth if row[name] >> place & 1), ZERO)


def review(leaf: Leaf) -> Closure:
    weights = [(name, weight / 100) for name, weight in leaf.numbers("reviewers").items()]
    return lambda row: sum((weight * _mean(row, name) for name, weight in weights), ZERO)


def _mean(row: Row, name: str) -> Fraction:
    n, total = row[f"{name}.n"], row[f"{name}.sum"]
    return Fraction(total - row[f"{name}.highest"] - row[f"{name}.lowest"], n - 2) if n > 5 else Fraction(total, n)


def survey(leaf: Leaf) -> Closure:
    weights = [(name, weight / 100) for name, weight in leaf.numbers("voters").items()]
    values = leaf.numbers("options")
    return lambda row: sum((weight * _class(row, name, values) for name, weight in weights), ZERO)


def _class(row: Row, name: str, values: Mapping[str, Fraction]) -> Fraction:
    votes = {option: row[f"{name}.{option}"] for option in values}
    return sum((value * votes[option] for option, value in values.items()), ZERO) / sum(votes.values())


KINDS: dict[str, Callable[[Leaf], Closure]] = by_kind(
    target, per_occurrence, bands, ratio, sampled, graded, options, checklist, review, survey
)


def prepare(data: Data) -> Scorer:
    compiled = [(KINDS[leaf.kind](leaf), leaf.factor) for leaf in read_rules().leaves]
    rows = data.rows()

    def scorer() -> Scored:
        points = [[closure(row) for closure, _ in compiled] for row in rows]
        factors = [factor for _, factor in compiled]
        exact = [sum((p * f for p, f in zip(mine, factors, strict=True)), ZERO) for mine in points]
        total = np.array([floor(x * 100 + Fraction(1, 2)) for x in exact])
        return standing(list(zip(*points, strict=True)), total, data.pool, data.category)

    return scorer
