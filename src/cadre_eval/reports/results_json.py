"""The JSON of an assessment. Scores are text: a binary float would round them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cadre_eval.errors import Lang, PluginFailure, as_text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.interval import Number
from cadre_eval.reports.wording import pool_text
from cadre_eval.scoring.proposals import EvidenceRemark, Measure, Proposal, ProposedAdjustment
from cadre_eval.scoring.result import GateOutcome, PeriodResult, PostingScore, Result


def results_document(found: PeriodResult, lang: Lang = "zh") -> dict[str, Any]:
    """The document ``assess --format json`` prints."""
    return {
        "ruleset": {"id": found.rules.id, "digest": found.rules.digest},
        "period": found.period.id,
        "as_of": found.as_of.isoformat(),
        "plugins": [{"name": p.name, "version": p.version, "digest": p.digest} for p in found.rules.plugins],
        "results": [_result(result, found, lang) for result in found],
        "measures": [_measure(measure, lang) for measure in found.measures],
        "failures": [_failure(failure) for failure in found.failures],
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
        "proposals": [_proposal(proposal, lang) for proposal in result.proposals],
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


def _proposal(proposal: Proposal, lang: Lang) -> dict[str, Any]:
    """What a plugin proposes: ``what`` says whether about the evidence, an adjustment or a review."""
    proposed = proposal.proposed
    shared = {
        "plugin": proposal.plugin,
        "reason": as_text(proposed.reason).in_(lang),
        "evidence": list(proposed.evidence),
    }
    if isinstance(proposed, EvidenceRemark):
        return {"what": "evidence", "record": as_text(proposed.record).in_(lang), **shared}
    if isinstance(proposed, ProposedAdjustment):
        return {"what": "adjustment", "item": proposed.item, "count": number_text(Fraction(proposed.count)), **shared}
    return {"what": "review", "by": as_text(proposed.by).in_(lang), **shared}


def _measure(measure: Measure, lang: Lang) -> dict[str, Any]:
    proposed = measure.proposed
    return {
        "proposal": measure.key,
        "rule": measure.use.id,
        "title": measure.use.title,
        "basis": measure.use.rule.basis,
        "place": measure.use.rule.span.short,
        "plugin": measure.plugin[0],
        "target": measure.target,
        "id": measure.id,
        "measure": as_text(proposed.measure).in_(lang),
        "measure_id": proposed.measure_id,
        "points": None if proposed.points is None else number_text(Fraction(proposed.points)),
        "reason": as_text(proposed.reason).in_(lang),
        "waits_for": None if proposed.waits_for is None else as_text(proposed.waits_for).in_(lang),
        "cadres": list(proposed.cadres),
        "evidence": list(proposed.evidence),
    }


def _failure(failure: PluginFailure) -> dict[str, Any]:
    return {
        "plugin": failure.plugin,
        "version": failure.version,
        "hook": failure.hook,
        "cadre": failure.cadre,
        "reason": failure.reason,
    }


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
