"""Inspections (督查) and cross-inspections (交叉检查): visits, findings, rectification and its re-check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Literal, TypeAlias, TypeVar

from attrs import Factory, field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.dates import Days
from cadre_eval.model.records import Sample

InspectionKind: TypeAlias = Literal["district", "cross"]


@frozen
class Visit:
    """A visit to a host: who inspected, who was there, who was not, households asked by question."""

    host: str
    on: date
    by: tuple[str, ...]
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    households: Mapping[str, Sample] = field(factory=dict, hash=False)
    known_on: date = Factory(lambda self: self.on, takes_self=True)
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Finding:
    """A problem found (问题): a ``kind`` the ruleset names, of a cadre or (``cadre`` None) of the host as a whole."""

    id: str  # noqa: A003
    kind: str
    severity: str | None
    host: str
    cadre: str | None
    on: date
    known_on: date
    text: str
    evidence: tuple[str, ...]
    deadline: date | None = None
    """The last day to put it right; None if nobody set one."""
    title: str = ""
    """What the rules call its kind."""
    recurs_until: date | None = None
    """A finding of the same kind up to this day is a recurrence of this one; None if the rules do not say."""
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Rectification:
    """A report that a finding was put right."""

    finding: str
    on: date
    known_on: date
    evidence: tuple[str, ...] = ()
    text: str | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Recheck:
    """A re-check: put right, or not (with a new deadline, if one was set)."""

    finding: str
    on: date
    known_on: date
    rectified: bool
    by: str
    reason: str | None = None
    deadline: date | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Withdrawal:
    """A finding that proved unfounded: once that is known, it counts no more."""

    finding: str
    on: date
    by: str
    reason: str
    known_on: date = Factory(lambda self: self.on, takes_self=True)
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(slots=False)
class Inspection:
    """An inspection, or the plan of one. ``hosts`` are those it was to visit; its findings, and what followed them,
    stand with it.
    """

    id: str  # noqa: A003
    title: str
    kind: InspectionKind
    days: Days
    team: tuple[str, ...] = ()
    draw: str | None = None
    visits: tuple[Visit, ...] = ()
    findings: tuple[Finding, ...] = ()
    rectifications: tuple[Rectification, ...] = ()
    rechecks: tuple[Recheck, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    hosts: tuple[str, ...] = ()
    planned_on: date = Factory(lambda self: self.days.first, takes_self=True)
    """When it became known that it would be held: its first day unless said."""
    span: Span | None = field(default=None, eq=False, repr=False)

    @cached_property
    def rectifications_of(self) -> Mapping[str, tuple[Rectification, ...]]:
        return _by_finding(self.rectifications)

    @cached_property
    def rechecks_of(self) -> Mapping[str, tuple[Recheck, ...]]:
        return _by_finding(self.rechecks)

    @cached_property
    def withdrawals_of(self) -> Mapping[str, tuple[Withdrawal, ...]]:
        return _by_finding(self.withdrawals)


F = TypeVar("F", Rectification, Recheck, Withdrawal)


def _by_finding(records: Iterable[F]) -> Mapping[str, tuple[F, ...]]:
    found: dict[str, list[F]] = {}
    for record in records:
        found.setdefault(record.finding, []).append(record)
    return {name: tuple(group) for name, group in found.items()}
