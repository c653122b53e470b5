"""Work lists (工作清单): what a district asks for, what was reported, what the street found when it checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import TypeVar

from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.dates import Days
from cadre_eval.model.postings import Posting


@frozen(slots=False)
class WorkItem:
    """One thing to do by ``due``. ``postings`` are those it is for that last for any part of the time from its issue to
    ``due``; who is answerable for it in the end is whoever is posted on the day it is due.
    """

    id: str  # noqa: A003
    title: str
    due: date
    postings: tuple[Posting, ...]
    wanted: str | None = None
    """The evidence asked for."""
    span: Span | None = field(default=None, eq=False, repr=False)

    @cached_property
    def by_cadre(self) -> Mapping[str, tuple[Posting, ...]]:
        return _grouped(self.postings, lambda posting: posting.cadre.id)


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
    """A check of the report made on the day ``of``: accepted, or returned to be done again."""

    item: str
    cadre: str
    of: date
    on: date
    known_on: date
    accepted: bool
    by: str
    """Id of the official."""
    reason: str | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(slots=False)
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

    @property
    def days(self) -> Days:
        """From its issue to the day the last of its items is due."""
        return Days(self.issued, max([self.issued, *(item.due for item in self.items)]))

    @cached_property
    def reports_of(self) -> Mapping[tuple[str, str], tuple[WorkReport, ...]]:
        """By item and cadre, the earliest first."""
        return _grouped(sorted(self.reports, key=attrgetter("on")), attrgetter("item", "cadre"))

    @cached_property
    def checks_of(self) -> Mapping[tuple[str, str], tuple[WorkCheck, ...]]:
        """By item and cadre, the earliest first."""
        return _grouped(sorted(self.checks, key=attrgetter("on", "of")), attrgetter("item", "cadre"))


K = TypeVar("K")
V = TypeVar("V")


def _grouped(records: Iterable[V], key: Callable[[V], K]) -> Mapping[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for record in records:
        found.setdefault(key(record), []).append(record)
    return {name: tuple(group) for name, group in found.items()}
