"""Holds an assessment of tables against the one of the same records, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cadre_eval.numbers.interval import Interval
from cadre_eval.ruleset.plan import leaves
from cadre_eval.scoring.result import PeriodResult, Result
from cadre_eval.tables.assess import Assessed


def differences(found: Assessed, wanted: PeriodResult) -> list[str]:
    """Where the tables and the one-by-one results disagree."""
    rows = {row["cadre"]: row for row in found.results.to_pylist()}
    assert list(rows) == [result.cadre.id for result in wanted], "everybody, in the same order"
    assert found.results.num_rows == len(rows)
    lines = [line for result in wanted for line in _of_result(rows[result.cadre.id], result)]
    points = {row["posting"]: row for row in found.scores.to_pylist()}
    assert found.scores.num_rows == len(points)
    scored = {score.subject.posting.id for result in wanted for score in result.scores}
    lines += [f"scored are {sorted(points)}, but {sorted(scored)} one by one"] if set(points) != scored else []
    return lines + [line for result in wanted for line in _of_points(points, result, wanted)]


def _of_result(row: Mapping[str, Any], want: Result) -> list[str]:
    interval = want.interval
    pairs: dict[str, tuple[Any, Any]] = {
        "posting": (row["posting"], want.posting.id),
        "pool": (row["pool"], "/".join(want.pool)),
        "state": (row["state"], want.state),
        "total": (exact(row["total"]), want.total if want.state == "final" else None),
        "low": (exact(row["low"]), None if interval is None else interval.low),
        "high": (exact(row["high"]), None if interval is None else interval.high),
        "grade": (row["grade"], want.grade),
        "grades": (row["grades_possible"] or "", "、".join(want.grades_possible)),
        "rank": (row["rank"], want.rank),
    }
    return [f"{want.cadre.id} {name}: tables {a!r}, one by one {b!r}" for name, (a, b) in pairs.items() if a != b]


def _of_points(points: Mapping[str, Mapping[str, Any]], want: Result, every: PeriodResult) -> list[str]:
    """Points of what is open are not in the table."""
    found = []
    for score in want.scores:
        row = points.get(score.subject.posting.id, {})
        for leaf in leaves(every.plan.root):
            node = score.tree.find(leaf.id)
            assert node is not None
            wanted = None if isinstance(node.score, Interval) else node.score
            given = exact(row.get(leaf.id))
            if given != wanted:
                found.append(f"{score.subject.posting.id} {leaf.id}: tables {given!r}, one by one {wanted!r}")
    return found


def exact(number: Decimal | str | None) -> Fraction | None:
    """A number of a table: a decimal, or a text such as ``250/3``."""
    return None if number is None else Fraction(number)
