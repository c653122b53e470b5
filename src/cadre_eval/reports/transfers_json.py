"""The four transfers as JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from cadre_eval.errors import Lang
from cadre_eval.model.transfers import Stretch, Transfer
from cadre_eval.supervision.timeline import Line, Question, Statement
from cadre_eval.supervision.timelines import PostingLines, Transfers, undeclared


def transfers_json(report: Transfers, lang: Lang) -> str:
    """The same bytes for the same roster, rules and days."""
    return json.dumps(transfers_document(report, lang), ensure_ascii=False, indent=2) + "\n"


def transfers_document(report: Transfers, lang: Lang) -> dict[str, Any]:
    states = [line.state for line in report.lines]
    return {
        "as_of": report.asked.on.isoformat(),
        "known_on": report.asked.known_on.isoformat(),
        "ruleset": report.ruleset,
        "no_limit": list(undeclared(report.asked)),
        "statements": [_statement(s, lang) for s in sorted(report.statements, key=lambda s: s.order)],
        "postings": [_posting(lines, report) for lines in report.postings],
        "summary": {
            "postings": len(report.postings),
            "relations": len(states),
            "moved": states.count("moved"),
            "not_moved": states.count("not-moved"),
            "nobody": states.count("nobody"),
            "not_applicable": states.count("not-applicable"),
            "statements": len(report.statements),
        },
    }


def _statement(statement: Statement, lang: Lang) -> dict[str, Any]:
    return {
        "code": statement.code,
        "cadre": statement.cadre,
        "posting": statement.posting,
        "relation": statement.relation,
        "first": statement.first.isoformat(),
        "last": _day(statement.last),
        "limit": _day(statement.limit),
        "text": statement.text.in_(lang),
        "evidence": list(statement.evidence),
        "basis": statement.basis,
    }


def _posting(lines: PostingLines, report: Transfers) -> dict[str, Any]:
    posting = lines.posting
    return {
        "cadre": posting.cadre.id,
        "name": posting.cadre.name,
        "posting": posting.id,
        "host": posting.host.id,
        "township": posting.host.township.id,
        "sending_unit": posting.sending_unit.id,
        "from": posting.start.isoformat(),
        "to": _day(posting.ended or posting.term_end),
        "relations": {relation: _line(line, report) for relation, line in lines.lines.items()},
    }


def _line(line: Line, report: Transfers) -> dict[str, Any]:
    holder = None if line.now is None else line.now.unit
    found: dict[str, Any] = {
        "state": line.state,
        "holder": holder,
        "holder_name": None if holder is None else report.asked.name(holder),
        "since": _day(line.since),
        "problems": [statement.code for statement in line.statements],
    }
    if report.one:
        found["timeline"] = [_stretch(stretch, line, report.asked) for stretch in line.stretches]
        found["entries"] = [_entry(move) for move in line.entries]
    return found


def _stretch(stretch: Stretch, line: Line, asked: Question) -> dict[str, Any]:
    return {
        "holder": stretch.unit,
        "first": _day(stretch.first or line.posting.start),
        "last": None if asked.on in stretch else stretch.until(asked.on).isoformat(),
        "returned": stretch.back,
    }


def _entry(move: Transfer) -> dict[str, Any]:
    taken = move.withdrawn
    return {
        "from": move.origin,
        "to": move.receiver,
        "released": move.released.isoformat(),
        "effective": move.effective.isoformat(),
        "returned": _day(move.returned),
        "known_on": move.known_on.isoformat(),
        "evidence": move.evidence,
        "withdrawn": None if taken is None else {"on": taken.on.isoformat(), "reason": taken.reason},
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
