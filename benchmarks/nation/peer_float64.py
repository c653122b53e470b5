"""What is quickly written: numpy doubles, rounded with ``np.round``. Fast, and wrong here and there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nation.data import SCALES, AnyArray, Data
from nation.rules import Leaf, by_kind, read_rules
from nation.scored import Scored, Scorer, hundredths, standing

DISTRIBUTION = "numpy"

Formula = Callable[[Leaf, Data], Any]


def target(leaf: Leaf, data: Data) -> Any:
    actual, each = data.facts[leaf.params["fact"]], leaf.number("each_short")
    if leaf.params["target"] == "posting":
        return float(leaf.points) * np.minimum(actual / data.targets[leaf.params["fact"]], 1)
    wanted = float(leaf.number("target") or 0)
    if each is None:
        return float(leaf.points) * np.minimum(actual / wanted, 1)
    return np.maximum(float(leaf.points) - float(each) * np.maximum(wanted - actual, 0), 0)


def per_occurrence(leaf: Leaf, data: Data) -> Any:
    each = leaf.each()
    points = float(leaf.points) if min(each.values()) < 0 else 0.0
    found = sum((float(worth) * data.facts[name] for name, worth in each.items()), np.full(len(data), points))
    return np.clip(found, 0, float(leaf.points))


def bands(leaf: Leaf, data: Data) -> Any:
    name = leaf.params["fact"]
    value = data.facts[name] / SCALES[name]
    *steps, (_, lowest) = leaf.bands()
    reached = [value >= float(low or 0) for low, _ in steps]
    return np.select(reached, [float(points) for _, points in steps], float(lowest))


def ratio(leaf: Leaf, data: Data) -> Any:
    part, whole = data.facts[leaf.params["part"]], data.facts[leaf.params["whole"]]
    empty = float(leaf.params["when_whole_is_zero"] == "full")
    rate = np.where(whole > 0, part / np.maximum(whole, 1), empty)
    return float(leaf.points) * np.minimum(rate, 1)


def sampled(leaf: Leaf, data: Data) -> Any:
    checked, passed = (data.facts[f"{leaf.params['fact']}.{name}"] for name in ("checked", "passed"))
    each = leaf.number("each_failed")
    if each is None:
        return float(leaf.points) * (passed / checked)
    return np.maximum(float(leaf.points) + float(each) * (checked - passed), 0)


def graded(leaf: Leaf, data: Data) -> Any:
    return np.array([float(points) for points in leaf.numbers("levels").values()])[data.facts[leaf.params["fact"]]]


def options(leaf: Leaf, data: Data) -> Any:
    return np.max(_chosen(leaf, data, "options"), axis=0)


def checklist(leaf: Leaf, data: Data) -> Any:
    return np.sum(_chosen(leaf, data, "items"), axis=0)


def _chosen(leaf: Leaf, data: Data, key: str) -> list[AnyArray]:
    bits = data.facts[leaf.params["fact"]]
    return [float(points) * ((bits >> place) & 1) for place, points in enumerate(leaf.numbers(key).values())]


def review(leaf: Leaf, data: Data) -> Any:
    result = np.zeros(len(data))
    for name, weight in leaf.numbers("reviewers").items():
        marks = data.reviews[name]
        trimmed = (marks.sum - marks.highest - marks.lowest) / np.maximum(marks.n - 2, 1)
        result += float(weight / 100) * np.where(marks.n > 5, trimmed, marks.sum / marks.n)
    return result


def survey(leaf: Leaf, data: Data) -> Any:
    values = leaf.numbers("options")
    result = np.zeros(len(data))
    for name, weight in leaf.numbers("voters").items():
        tally = data.tallies[name]
        worth = sum(float(value) * tally[option] for option, value in values.items())
        result += float(weight / 100) * (worth / sum(tally.values()))
    return result


KINDS: dict[str, Formula] = by_kind(
    target, per_occurrence, bands, ratio, sampled, graded, options, checklist, review, survey
)


def prepare(data: Data) -> Scorer:
    leaves = read_rules().leaves

    def scorer() -> Scored:
        points = [KINDS[leaf.kind](leaf, data) for leaf in leaves]
        total = np.zeros(len(data))
        for leaf, column in zip(leaves, points, strict=True):
            total += float(leaf.factor) * column
        return standing(points, hundredths(np.round(total, 2)), data.pool, data.category)

    return scorer
