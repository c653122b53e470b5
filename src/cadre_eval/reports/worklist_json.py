"""The JSON of ``worklist``: every piece of work with its history, done or not."""

from __future__ import annotations

import json
from typing import Any

from cadre_eval.model.worklists import Worklist
from cadre_eval.reports.results_json import exact
from cadre_eval.reports.worklist_groups import Group, WorklistReport, grouped
from cadre_eval.supervision.worklists import Standing
from cadre_eval.supervision.worklists_states import State, Step


def worklist_json(report: WorklistReport) -> str:
    """The same records give the same bytes."""
    found = {
        "as_of": report.as_of.isoformat(),
        "by": report.by,
        "worklists": [_list(worklist, report) for worklist in report.worklists],
        "items": [_item(standing) for standing in report.work],
        "summary": [_group(group) for group in grouped(report.work, report.by)],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _list(worklist: Worklist, report: WorklistReport) -> dict[str, Any]:
    dispatched = {t: d.isoformat() for t, d in sorted(worklist.dispatched.items()) if d <= report.as_of}
    return {
        "id": worklist.id,
        "title": worklist.title,
        "source": worklist.source,
        "issued": worklist.issued.isoformat(),
        "dispatched": dispatched,
    }


def _item(standing: Standing) -> dict[str, Any]:
    posting, item = standing.posting, standing.item
    return {
        "worklist": standing.worklist.id,
        "item": item.id,
        "title": item.title,
        "evidence_wanted": item.wanted,
        "due": item.due.isoformat(),
        "cadre": standing.cadre,
        "posting": posting.id,
        "host": posting.host.id,
        "township": posting.host.township.id,
        "state": standing.state.value,
        "days_late": standing.days_late,
        "waits_for_check": standing.waits,
        "done": None if standing.done is None else standing.done.isoformat(),
        "history": [_step(step) for step in standing.history],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "on": step.on.isoformat(),
        "what": step.what,
        "state": step.state.value,
        "by": step.by,
        "reason": step.reason,
        "evidence": list(step.evidence),
    }


def _group(group: Group) -> dict[str, Any]:
    in_time, first = group.on_time, group.at_once
    return {
        "id": group.id,
        "name": group.name,
        "items": len(group.work),
        "states": {state.value: group.count(state) for state in State},
        "on_time": {
            "rate": exact(in_time.rate),
            "done": in_time.done,
            "counted": in_time.counted,
            "waiting": len(in_time.waiting),
            "not_dispatched": len(in_time.not_dispatched),
        },
        "accepted_at_once": {"rate": exact(first.rate), "accepted": first.accepted, "checked": first.checked},
    }
