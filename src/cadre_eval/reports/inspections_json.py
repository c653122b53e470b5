"""Inspections for programs."""

from __future__ import annotations

import json
from typing import Any

import attrs

from cadre_eval.errors import Lang
from cadre_eval.model.inspections import Visit
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reports.inspections_wording import Names, finding_notes, sentence
from cadre_eval.supervision.findings import Standing
from cadre_eval.supervision.inspections import Account, Held, figures, grouped
from cadre_eval.supervision.sampling import wilson


def inspections_json(account: Account, names: Names, lang: Lang) -> str:
    """The same bytes for the same records and day."""
    return json.dumps(inspections_document(account, names, lang), ensure_ascii=False, indent=2) + "\n"


def inspections_document(account: Account, names: Names, lang: Lang) -> dict[str, Any]:
    """Everything the table shows, and the visits."""
    townships = grouped(account.findings, lambda s: names.hosts[s.finding.host].township.id)
    kinds = grouped(account.findings, lambda s: s.finding.kind)
    return {
        "as_of": account.as_of.isoformat(),
        "year": account.year,
        "sentence": sentence(account, names).in_(lang),
        "held": {kind: account.times(kind) for kind in ("district", "cross")},
        "figures": attrs.asdict(figures(account.findings)),
        "inspections": [_inspection(held) for held in account.held],
        "townships": {name: attrs.asdict(figures(townships[name])) for name in sorted(townships)},
        "kinds": {name: attrs.asdict(figures(kinds[name])) for name in sorted(kinds)},
        "findings": [_finding(s, False, account, names, lang) for s in account.findings]
        + [_finding(s, True, account, names, lang) for s in account.carried_over],
    }


def _inspection(held: Held) -> dict[str, Any]:
    inspection = held.inspection
    return {
        "inspection": inspection.id,
        "title": inspection.title,
        "kind": inspection.kind,
        "from": inspection.days.first.isoformat(),
        "to": inspection.days.last.isoformat(),
        "state": held.state,
        "team": list(inspection.team),
        "draw": inspection.draw,
        "visits": [_visit(visit) for visit in held.visits],
        "unvisited": list(held.unvisited),
        "departures": [
            {"host": v.host, "on": v.on.isoformat(), "drawn": sorted(team)} for v, team in held.departures
        ],
        "figures": attrs.asdict(figures(held.findings)),
    }


def _visit(visit: Visit) -> dict[str, Any]:
    households = {}
    for question, sample in sorted(visit.households.items()):
        interval = [number_text(end) for end in wilson(sample)]
        households[question] = {"checked": sample.checked, "passed": sample.passed, "interval": interval}
    return {
        "host": visit.host,
        "on": visit.on.isoformat(),
        "by": list(visit.by),
        "present": list(visit.present),
        "absent": list(visit.absent),
        "households": households,
    }


def _finding(standing: Standing, carried_over: bool, account: Account, names: Names, lang: Lang) -> dict[str, Any]:
    finding = standing.finding
    return {
        "finding": finding.id,
        "inspection": standing.inspection.id,
        "carried_over": carried_over,
        "kind": finding.kind,
        "severity": finding.severity,
        "host": finding.host,
        "cadre": finding.cadre,
        "on": finding.on.isoformat(),
        "text": finding.text,
        "evidence": list(finding.evidence),
        "state": standing.state,
        "deadline": standing.deadline.isoformat() if standing.deadline else None,
        "late": standing.late,
        "recurs": standing.recurs.id if standing.recurs else None,
        "notes": [note.in_(lang) for note in finding_notes(standing, account.as_of, names)],
    }
