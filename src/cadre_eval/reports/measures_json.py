"""Matters of accountability as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from cadre_eval.errors import Lang, as_text
from cadre_eval.model.decisions import Decision
from cadre_eval.numbers.decimals import number_text
from cadre_eval.scoring.proposals import Measure
from cadre_eval.supervision.measures import Matter


def measures_json(workspace: str, matters: Sequence[Matter], as_of: date, lang: Lang) -> str:
    """The matters as JSON."""
    found = {"workspace": workspace, "as_of": as_of.isoformat(), "matters": [_matter(m, lang) for m in matters]}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _matter(matter: Matter, lang: Lang) -> dict[str, Any]:
    measure, decision = matter.measure, matter.decision
    return {
        "proposal": measure.key,
        "state": matter.state,
        "rule": measure.use.id,
        "basis": measure.use.rule.basis,
        "place": measure.use.rule.span.short,
        "target": measure.target,
        "id": measure.id,
        "name": measure.name,
        **_proposed(measure, lang),
        "on": _day(measure.on),
        "decided_by": matter.decider,
        "decide_by": _day(matter.decide_by),
        "carry_out_by": _day(matter.carry_out_by),
        "unreached": None if matter.unreached is None else str(matter.unreached),
        "decision": None if decision is None else _decision(decision),
        "effects": [
            {"effect": e.effect, "title": e.title, "from": e.days.first.isoformat(), "to": e.days.last.isoformat()}
            for e in matter.effects
        ],
        "proposed_now": None if matter.now is None else _proposed(matter.now, lang),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "on": decision.on.isoformat(),
        "known_on": decision.known_on.isoformat(),
        "outcome": decision.outcome,
        "measure": decision.measure,
        "by": decision.by,
        "reason": decision.reason,
        "evidence": list(decision.evidence),
        "carried_out": _day(decision.carried_out),
        "revoked": None if decision.revoked is None else decision.revoked.on.isoformat(),
    }


def _proposed(measure: Measure, lang: Lang) -> dict[str, Any]:
    """What is proposed, and why."""
    proposed = measure.proposed
    return {
        "measure": as_text(proposed.measure).in_(lang),
        "measure_id": proposed.measure_id,
        "points": None if proposed.points is None else number_text(Fraction(proposed.points)),
        "reason": as_text(proposed.reason).in_(lang),
        "waits_for": None if proposed.waits_for is None else as_text(proposed.waits_for).in_(lang),
        "evidence": list(proposed.evidence),
        "cadres": list(proposed.cadres),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
