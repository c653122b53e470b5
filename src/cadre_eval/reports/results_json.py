"""The JSON of an assessment. Scores are text: a binary float would round them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cadre_eval.errors import Lang
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.interval import Number
from cadre_eval.reports.wording import pool_text
from cadre_eval.scoring.result import GateOutcome, PeriodResult, PostingScore, Result


def results_document(found: PeriodResult, lang: Lang = "zh") -> dict[str, Any]:
    """The document ``assess --format json`` prints."""
    return {
        "ruleset": {"id": found.rules.id, "digest": found.rules.digest},
        "period": found.period.id,
        "as_of": found.as_of.isoformat(),
        "plugins": [{"name": name, "version": version} for name, version in found.rules.plugins],
        "results": [_result(result, found, lang) for result in found],
        "summary": summary(found),
    }


def results_json(found: PeriodResult, lang: Lang = "zh") -> str:
    """The same input gives the same bytes, wherever and whenever."""
    return json.dumps(results_document(found, lang), ensure_ascii=False, indent=2) + "\n"


def exact(x: Number | None) -> str | None:
    """A number as exact text: a finite decimal, or a quotient such as ``1352/15``; None while it is open."""
    return number_text(x) if isinstance(x, Fraction) else None


def _result(result: Result, found: PeriodResult, lang: Lang) -> dict[str, Any]:
    final = result.state == "final" and isinstance(result.total, Fraction)
    return {
        "cadre": result.cadre.id,
        "posting": result.posting.id,
        "pool": pool_text(result, found.rules),
        "state": result.state,
        "total": str(result.total) if final else None,
        "interval": _interval(result),
        "grade": result.grade,
        "grades_possible": list(result.grades_possible),
        "rank": result.rank,
        "criteria": _criteria(result.main),
        "adjustments": [
            {"id": group.group.id, "points": exact(group.points)}
            for group in (result.main.adjustments if result.main else ())
        ],
        "gates": [_gate(outcome) for outcome in result.gates],
        "notes": [note.text(lang) for note in result.notes],
    }


def _interval(result: Result) -> list[str | None] | None:
    if result.interval is None:
        return None
    ends = (result.interval.low, result.interval.high)
    return [None if end is None else str(end) for end in ends]


def _criteria(main: PostingScore | None) -> list[dict[str, Any]]:
    if main is None:
        return []
    return [
        {
            "id": node.node.id,
            "score": exact(node.score),
            "out_of": number_text(node.node.points),
            "state": node.state.value,
        }
        for node in main.tree.walk()
        if node.node.id != "total"
    ]


def _gate(outcome: GateOutcome) -> dict[str, Any]:
    return {"id": outcome.gate.id, "state": "triggered" if outcome.certain else "open"}


def summary(found: PeriodResult) -> dict[str, Any]:
    """Counts over everybody, and the figures of each pool."""
    states = [result.state for result in found]
    grades: dict[str, int] = {}
    for result in found:
        if result.grade is not None:
            grades[result.grade] = grades.get(result.grade, 0) + 1
    return {
        "cadres": len(states),
        "final": states.count("final"),
        "pending": states.count("pending"),
        "not_assessed": states.count("not-assessed"),
        "grades": dict(sorted(grades.items())),
        "pools": [_pool(name, members) for name, members in pools(found).items()],
    }


def pools(found: PeriodResult) -> Mapping[str, Sequence[Result]]:
    """The results by pool, in the order of the report."""
    grouped: dict[str, list[Result]] = {}
    for result in found:
        grouped.setdefault(pool_text(result, found.rules), []).append(result)
    return grouped


def _pool(name: str, members: Sequence[Result]) -> dict[str, Any]:
    totals = [r.total for r in members if r.state == "final" and isinstance(r.total, Fraction)]
    return {
        "pool": name,
        "cadres": len(members),
        "final": len(totals),
        "best": str(max(totals)) if totals else None,
        "mean": exact(sum(totals, Fraction(0)) / len(totals)) if totals else None,
    }
