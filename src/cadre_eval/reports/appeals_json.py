"""The JSON of publicity, appeals and what re-examinations changed."""

from __future__ import annotations

import json
from typing import Any

from cadre_eval.errors import Lang, as_text
from cadre_eval.model.appeals import Appeal
from cadre_eval.reports.appeals import AppealsReport
from cadre_eval.supervision.appeals_due import AppealStanding, Deadline
from cadre_eval.supervision.appeals_moved import Moved, Standing
from cadre_eval.workspace.reexamining import Change, Publication


def appeals_json(report: AppealsReport, lang: Lang) -> str:
    """The same records give the same bytes."""
    found = {
        "as_of": report.as_of.isoformat(),
        "publicity": [_publication(publication, report, lang) for publication in report.publications],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _publication(found: Publication, report: AppealsReport, lang: Lang) -> dict[str, Any]:
    standing = found.standing
    public = standing.publicity
    return {
        "period": public.period,
        "from": public.on.isoformat(),
        "where": public.where,
        "until": _last(standing.until),
        "days_left": None if standing.until is None else standing.until.left(report.as_of),
        "over": standing.over,
        "assessed_by": list(public.assessed_by),
        "appeals": [_appeal(each, report) for each in standing.appeals],
        "changes": [_change(change, lang) for change in found.reexamination.changes],
    }


def _last(deadline: Deadline | None) -> str | None:
    return None if deadline is None or deadline.last is None else deadline.last.isoformat()


def _appeal(each: AppealStanding, report: AppealsReport) -> dict[str, Any]:
    appeal, review, due = each.appeal, each.review, each.reexamine
    overdue = each.state == "overdue" and due is not None and due.last is not None
    withdrawn = appeal.withdrawn.isoformat() if each.state == "withdrawn" and appeal.withdrawn else None
    return {
        "id": appeal.id,
        "state": each.state,
        "cadre": appeal.cadre,
        "posting": appeal.posting,
        "lodged": appeal.lodged.isoformat(),
        "by": appeal.by,
        "grounds": appeal.grounds,
        "evidence": list(appeal.evidence),
        "lodge_by": _last(each.lodge),
        "lodged_in_time": each.lodged_in_time,
        "review_by": _last(due),
        "days_overdue": (report.as_of - due.last).days if overdue and due is not None and due.last else 0,
        "withdrawn": withdrawn,
        "review": None
        if review is None
        else {
            "by": review.by,
            "on": review.on.isoformat(),
            "outcome": review.outcome,
            "reason": review.reason,
            "evidence": list(review.evidence),
            "in_time": each.reviewed_in_time,
        },
    }


def _change(change: Change, lang: Lang) -> dict[str, Any]:
    return {
        "on": change.day.isoformat(),
        "compared_with": change.before.as_of.isoformat(),
        "appeals": [_upheld(change, appeal, lang) for appeal in change.appeals],
        "affected": [_moved(moved) for moved in change.moved],
    }


def _upheld(change: Change, appeal: Appeal, lang: Lang) -> dict[str, Any]:
    made = [
        {"what": as_text(c.what).in_(lang), "old": as_text(c.old).in_(lang), "new": as_text(c.new).in_(lang)}
        for c in change.corrections[appeal.id]
    ]
    elsewhere = list(appeal.review.elsewhere) if appeal.review is not None else []
    return {
        "id": appeal.id,
        "period": appeal.period,
        "cadre": appeal.cadre,
        "corrections": made,
        "elsewhere": elsewhere,
    }


def _moved(moved: Moved) -> dict[str, Any]:
    return {
        "cadre": moved.cadre.id,
        "why": moved.why,
        "before": _standing(moved.before),
        "after": _standing(moved.after),
    }


def _standing(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "state": standing.state,
        "total": standing.total,
        "grades": list(standing.grades),
        "rank": standing.rank,
        "places": [{"quota": quota, "place": place} for quota, place in standing.places],
        "gates": [{"gate": gate, "state": "triggered" if certain else "open"} for gate, certain in standing.gates],
    }
