"""GoRules' zen-engine: one decision graph, an expression per criterion, evaluated for each cadre, in one batch.

Its numbers are decimals of 28 digits; ranks and grades are made outside, of the total that it rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import zen

from nation.data import SCALES, Data
from nation.rules import Leaf, by_kind, read_rules
from nation.scored import Scored, Scorer, standing

DISTRIBUTION = "zen-engine"
KEY = "nation"

Formula: TypeAlias = Callable[[Leaf], str]


def plain(name: str) -> str:
    """A name that expressions can hold; the dot of a sample stays: it is an object."""
    return name.replace("-", "_")


def criterion(leaf: Leaf) -> str:
    """The name of its points: some facts are called the same."""
    return plain(f"points_{leaf.id}")


def text(number: Fraction | None) -> str:
    """All numbers of the ruleset are short decimals."""
    return str(float(number or 0))


def target(leaf: Leaf) -> str:
    name, each = leaf.params["fact"], leaf.number("each_short")
    wanted = f"target_{name}" if leaf.params["target"] == "posting" else text(leaf.number("target"))
    if each is None:
        return f"{text(leaf.points)} * min([{name} / {wanted}, 1])"
    return f"max([{text(leaf.points)} - {text(each)} * max([{wanted} - {name}, 0]), 0])"


def per_occurrence(leaf: Leaf) -> str:
    each = leaf.each()
    start = text(leaf.points) if min(each.values()) < 0 else "0"
    found = " + ".join([start, *(f"({text(worth)}) * {name}" for name, worth in each.items())])
    return f"min([max([{found}, 0]), {text(leaf.points)}])"


def bands(leaf: Leaf) -> str:
    *steps, (_, lowest) = leaf.bands()
    return " : ".join([*(f"{leaf.params['fact']} >= {text(low)} ? {text(p)}" for low, p in steps), text(lowest)])


def ratio(leaf: Leaf) -> str:
    part, whole, points = leaf.params["part"], leaf.params["whole"], text(leaf.points)
    empty = points if leaf.params["when_whole_is_zero"] == "full" else "0"
    return f"{whole} > 0 ? {points} * min([{part} / {whole}, 1]) : {empty}"


def sampled(leaf: Leaf) -> str:
    name, each = leaf.params["fact"], leaf.number("each_failed")
    if each is None:
        return f"{text(leaf.points)} * {name}.passed / {name}.checked"
    return f"max([{text(leaf.points)} + ({text(each)}) * ({name}.checked - {name}.passed), 0])"


def graded(leaf: Leaf) -> str:
    *levels, (_, last) = leaf.numbers("levels").items()
    return " : ".join([*(f"{leaf.params['fact']} == '{word}' ? {text(p)}" for word, p in levels), text(last)])


def options(leaf: Leaf) -> str:
    return f"max([0, {', '.join(_chosen(leaf, 'options'))}])"


def checklist(leaf: Leaf) -> str:
    return " + ".join(_chosen(leaf, "items"))


def _chosen(leaf: Leaf, key: str) -> list[str]:
    return [f"('{word}' in {leaf.params['fact']} ? {text(p)} : 0)" for word, p in leaf.numbers(key).items()]


def review(leaf: Leaf) -> str:
    return " + ".join(f"{text(w / 100)} * {_mean(plain(name))}" for name, w in leaf.numbers("reviewers").items())


def _mean(name: str) -> str:
    trimmed = f"({name}.sum - {name}.highest - {name}.lowest) / ({name}.n - 2)"
    return f"({name}.n > 5 ? {trimmed} : {name}.sum / {name}.n)"


def survey(leaf: Leaf) -> str:
    values = leaf.numbers("options")
    classes = []
    for name, weight in leaf.numbers("voters").items():
        votes = [f"voters_{plain(name)}.option{n}" for n in range(len(values))]  # its names are ASCII
        worth = " + ".join(f"{text(value)} * {v}" for value, v in zip(values.values(), votes, strict=True))
        classes.append(f"{text(weight / 100)} * ({worth}) / ({' + '.join(votes)})")
    return " + ".join(classes)


KINDS: dict[str, Formula] = by_kind(
    target, per_occurrence, bands, ratio, sampled, graded, options, checklist, review, survey
)


def prepare(data: Data) -> Scorer:
    leaves = read_rules().leaves
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {KEY: _graph(leaves)}}})
    requests: list[Any] = [{"key": KEY, "context": context} for context in _contexts(data)]

    def scorer() -> Scored:
        results = [answer["data"]["result"] for answer in engine.evaluate_batch(requests)]
        points = [[result[criterion(leaf)] for result in results] for leaf in leaves]
        total = np.array([round(result["total"] * 100) for result in results])
        return standing(points, total, data.pool, data.category)

    return scorer


def _graph(leaves: tuple[Leaf, ...]) -> dict[str, Any]:
    lines = [(criterion(leaf), KINDS[leaf.kind](leaf)) for leaf in leaves]
    total = " + ".join(f"{text(leaf.factor)} * $.{criterion(leaf)}" for leaf in leaves)
    lines.append(("total", f"round({total}, 2)"))
    expressions = [{"id": key, "key": key, "value": value} for key, value in lines]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "score", "name": "score", "type": "expressionNode", "content": {"expressions": expressions}},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "first", "sourceId": "in", "targetId": "score"},
        {"id": "last", "sourceId": "score", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def _contexts(data: Data) -> list[dict[str, Any]]:
    """What the engine is asked about: words as words, decimals as numbers."""
    columns = _fact_columns(data) | {f"target_{name}": column.tolist() for name, column in data.targets.items()}
    for name, marks in data.reviews.items():
        columns[plain(name)] = _objects(marks.columns())
    for name, tally in data.tallies.items():
        columns[f"voters_{plain(name)}"] = _objects({f"option{n}": votes for n, votes in enumerate(tally.values())})
    return _objects(columns)


def _fact_columns(data: Data) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, fact in read_rules().facts.items():
        if fact.type == "sample":
            columns[name] = _objects({what: data.facts[f"{name}.{what}"] for what in ("checked", "passed")})
            continue
        values = data.facts[name].tolist()
        if fact.type == "choice":
            values = [fact.options[place] for place in values]
        elif fact.type == "choices":
            values = [[word for n, word in enumerate(fact.options) if bits >> n & 1] for bits in values]
        elif name in SCALES:
            values = [value / SCALES[name] for value in values]
        columns[name] = values
    return columns


def _objects(columns: Any) -> list[dict[str, Any]]:
    lists = [column if isinstance(column, list) else column.tolist() for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]
