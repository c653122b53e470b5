"""Work lists (工作清单): what a district asks for, what was reported, what the street found when it checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

from cadre_eval.errors import Span


@frozen
class WorkItem:
    """One thing to do by ``due``, for each of ``cadres``."""

    id: str  # noqa: A003
    title: str
    due: date
    cadres: tuple[str, ...]
    wanted: str | None = None
    """The evidence asked for."""
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class WorkReport:
    """A cadre's report that an item is done."""

    item: str
    cadre: str
    on: date
    known_on: date
    evidence: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class WorkCheck:
    """The street's check of the latest report before it: accepted, or returned to be done again."""

    item: str
    cadre: str
    on: date
    known_on: date
    accepted: bool
    by: str
    """Id of the official."""
    reason: str | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Worklist:
    """A list issued by the district and dispatched by the streets (``dispatched``: day by township id)."""

    id: str  # noqa: A003
    title: str
    issued: date
    source: str | None
    items: tuple[WorkItem, ...]
    dispatched: Mapping[str, date] = field(factory=dict, hash=False)
    reports: tuple[WorkReport, ...] = ()
    checks: tuple[WorkCheck, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)
