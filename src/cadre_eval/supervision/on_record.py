"""Everything a district keeps on record of its supervision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from cadre_eval.model.appeals import Publicity
from cadre_eval.model.attendance import BookMonth, DayReport, LeaveSlip
from cadre_eval.model.decisions import Decision, PastResult
from cadre_eval.model.draws import Draw, Drawn
from cadre_eval.model.inspections import Inspection
from cadre_eval.model.worklists import Worklist


@frozen(eq=False)
class OnRecord:
    """The records of supervision, each sort sorted by what identifies it; the order of files never matters."""

    worklists: tuple[Worklist, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    book: tuple[BookMonth, ...] = ()
    slips: tuple[LeaveSlip, ...] = ()
    day_reports: tuple[DayReport, ...] = ()
    decisions: tuple[Decision, ...] = ()
    history: tuple[PastResult, ...] = ()
    publicity: tuple[Publicity, ...] = ()
    draws: tuple[Draw, ...] = ()
    drawn: tuple[Drawn, ...] = ()


_KEPT: Mapping[type, tuple[str, Callable[[Any], tuple[Any, ...]]]] = {
    Worklist: ("worklists", lambda r: (r.id,)),
    Inspection: ("inspections", lambda r: (r.days.first, r.id)),
    BookMonth: ("book", lambda r: (r.year, r.month, r.cadre)),
    LeaveSlip: ("slips", lambda r: (r.days.first, r.id)),
    DayReport: ("day_reports", lambda r: (r.on, r.cadre, r.at, r.text)),
    Decision: ("decisions", lambda r: (r.on, r.id)),
    PastResult: ("history", lambda r: (r.period, r.cadre)),
    Publicity: ("publicity", lambda r: (r.period,)),
    Draw: ("draws", lambda r: (r.id,)),
    Drawn: ("drawn", lambda r: (r.draw,)),
}
"""Where each sort is kept, and what it is sorted by."""


def on_record(records: Iterable[Any]) -> OnRecord:
    """The records, of any sort and in any order, put where they belong."""
    found: dict[str, list[Any]] = {name: [] for name, _ in _KEPT.values()}
    for record in records:
        found[_KEPT[type(record)][0]].append(record)
    return OnRecord(**{name: tuple(sorted(found[name], key=order)) for name, order in _KEPT.values()})
