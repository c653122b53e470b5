"""Where a cadre was: the attendance book (考勤), leave slips (请假条), work reports (工作日志)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.dates import Days

Mark: TypeAlias = Literal["village", "trip", "leave", "unit"]
"""In the village, on a business trip (reported), on leave, working at the sending unit."""
MARKS: tuple[Mark, ...] = ("village", "trip", "leave", "unit")


@frozen
class BookMonth:
    """One cadre's month in the book: days by mark; a day has one mark at most. Days not written have none."""

    cadre: str
    year: int
    month: int
    days: Mapping[Mark, frozenset[date]] = field(factory=dict, hash=False)
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class LeaveSlip:
    """Leave granted: by whom and when it was signed. ``signed_by`` is an official."""

    id: str  # noqa: A003
    cadre: str
    days: Days
    kind: str
    signed_by: str
    signed_on: date
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class DayReport:
    """What a cadre reported of a day's work, and at which unit it was done."""

    cadre: str
    on: date
    at: str
    text: str
    evidence: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)
