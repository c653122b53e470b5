"""Signals as JSON."""

from __future__ import annotations

import json
from typing import Any

from cadre_eval.errors import Lang
from cadre_eval.model.attendance import MARKS
from cadre_eval.supervision.signals.found import CadreSignals, MonthRow, Signals
from cadre_eval.supervision.signals.signal import CHECKS, TITLES, Signal, Unmade, Witness


def signals_json(found: Signals, lang: Lang) -> str:
    """The same bytes for the same records, rules and day of knowledge."""
    return json.dumps(signals_document(found, lang), ensure_ascii=False, indent=2) + "\n"


def signals_document(found: Signals, lang: Lang) -> dict[str, Any]:
    signals = sum(len(cadre.signals) for cadre in found.cadres)
    concerned = sum(bool(cadre.signals) for cadre in found.cadres)
    return {
        "since": found.since.isoformat() if found.since else None,
        "as_of": found.as_of.isoformat(),
        "calendar": found.calendar,
        "cadres": [_cadre(cadre, lang) for cadre in found.cadres],
        "not_checked": [_unmade(one, lang) for one in found.unmade],
        "summary": {"cadres": len(found.cadres), "with_signals": concerned, "signals": signals},
    }


def _cadre(cadre: CadreSignals, lang: Lang) -> dict[str, Any]:
    return {
        "cadre": cadre.cadre,
        "name": cadre.name,
        "postings": [posting.id for posting in cadre.postings],
        "months": [_month(row) for row in cadre.months],
        "signals": [_signal(signal, lang) for signal in cadre.signals],
    }


def _month(row: MonthRow) -> dict[str, Any]:
    counts: dict[str, int | None] = {mark: None if row.counts is None else row.counts[mark] for mark in MARKS}
    return {"month": str(row.month), **counts, "short": row.short}


def _signal(signal: Signal, lang: Lang) -> dict[str, Any]:
    return {
        "sort": signal.sort,
        "title": TITLES[signal.sort].in_(lang),
        "first": signal.span.first.isoformat(),
        "last": signal.span.last.isoformat(),
        "days": [day.isoformat() for day in signal.days],
        "statement": signal.statement.in_(lang),
        "basis": signal.basis,
        "rule": signal.rule.short if signal.rule is not None else None,
        "records": [_witness(witness, lang) for witness in signal.witnesses],
    }


def _witness(witness: Witness, lang: Lang) -> dict[str, Any]:
    return {
        "what": witness.what.in_(lang),
        "says": witness.says.in_(lang),
        "place": witness.span.short if witness.span is not None else None,
        "evidence": list(witness.evidence),
    }


def _unmade(one: Unmade, lang: Lang) -> dict[str, Any]:
    return {
        "check": one.check,
        "title": CHECKS[one.check].in_(lang),
        "reason": one.reason.in_(lang),
        "about": list(one.about),
    }
