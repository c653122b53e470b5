"""Inspections (督查) and cross-inspections (交叉检查): visits, findings, rectification and its re-check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

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
    """A finding that proved unfounded: from ``on`` it counts no more."""

    finding: str
    on: date
    by: str
    reason: str
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Inspection:
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
    span: Span | None = field(default=None, eq=False, repr=False)
