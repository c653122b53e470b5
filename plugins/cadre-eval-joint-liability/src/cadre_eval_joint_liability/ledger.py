"""The ledger kept beside the results: each measure when it was first proposed, and when it no longer followed.

Lines are only ever added. What stands is what was proposed last and not taken back since, so the same assessment recorded
again adds nothing, and one recorded after a correction shows what the correction changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from cadre_eval.plugins.api import AssessedPeriod, MeasureView, number_text

NAME = "joint-liability-ledger.jsonl"
PROPOSED, WITHDRAWN = "proposed", "withdrawn"
SAME = ("period", "rule", "target", "id", "name", "measure", "points", "cadres", "reason")
"""Two lines with these alike are about the same measure."""

Line: TypeAlias = Mapping[str, Any]


def take_back(assessment: AssessedPeriod, folder: str) -> None:
    """Notes which measures of the period no longer follow."""
    lines = _read(folder)
    proposed = [_key(_line(PROPOSED, measure, assessment)) for measure in assessment.measures]
    gone = [
        {**line, "event": WITHDRAWN, **_of(assessment)}
        for key, line in _standing(lines).items()
        if line["period"] == assessment.period and key not in proposed
    ]
    _add(folder, lines, gone)


def enter(measure: MeasureView, assessment: AssessedPeriod, folder: str) -> None:
    """Notes a measure, unless it stands in the ledger."""
    lines, line = _read(folder), _line(PROPOSED, measure, assessment)
    if _key(line) not in _standing(lines):
        _add(folder, lines, [line])


def _of(assessment: AssessedPeriod) -> Line:
    """By which assessment."""
    return {"as_of": assessment.as_of.isoformat(), "ruleset": assessment.ruleset, "digest": assessment.digest}


def _line(event: str, m: MeasureView, assessment: AssessedPeriod) -> Line:
    return {
        "event": event,
        "period": assessment.period,
        **_of(assessment),
        "rule": m.rule,
        "target": m.target,
        "id": m.id,
        "name": m.name,
        "measure": m.measure,
        "points": None if m.points is None else number_text(m.points),
        "cadres": list(m.cadres),
        "reason": m.reason,
    }


def _key(line: Line) -> str:
    return json.dumps([line[name] for name in SAME], ensure_ascii=False)


def _standing(lines: Sequence[Line]) -> Mapping[str, Line]:
    """What was proposed last and not taken back since."""
    last = {_key(line): line for line in lines}
    return {key: line for key, line in last.items() if line["event"] == PROPOSED}


def _read(folder: str) -> list[Line]:
    """The ledger's lines. Raises ValueError: somebody spoilt one."""
    path = Path(folder, NAME)
    text = path.read_text("utf-8") if path.exists() else ""
    return [_parsed(line, number) for number, line in enumerate(text.split("\n"), 1) if line]


def _parsed(text: str, number: int) -> Line:
    try:
        line = json.loads(text)
    except ValueError:
        line = None
    if not isinstance(line, dict) or not {"event", *SAME} <= line.keys():
        raise ValueError(f"line {number} of {NAME} is not a line of this ledger; nothing was added")
    return line


def _add(folder: str, lines: Sequence[Line], new: Sequence[Line]) -> None:
    """The whole file or nothing: written beside, then put in place."""
    if not new:
        return
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (*lines, *new))
    path = Path(folder, NAME)
    beside = path.with_name(f".{NAME}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
