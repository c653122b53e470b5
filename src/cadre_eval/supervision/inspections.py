"""Inspections on a day, as known on a day: which were held, what they found, and the figures of a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal, TypeAlias, TypeVar

from attrs import frozen

from cadre_eval.model.dates import Days
from cadre_eval.model.inspections import Inspection, Visit
from cadre_eval.supervision.findings import SETTLED, Standing, standings
from cadre_eval.supervision.on_record import OnRecord

InspectionState: TypeAlias = Literal["planned", "under-way", "held", "not-held"]
"""Its days lie ahead; this is one of them; over; over, with nothing on record."""
K = TypeVar("K")


@frozen
class Figures:
    """How findings stand, in numbers: ``found`` is ``rectified`` + ``in_hand`` + ``overdue``."""

    found: int = 0
    rectified: int = 0
    late: int = 0
    """Of those put right, how many late."""
    in_hand: int = 0
    """To be put right, returned, or waiting for the re-check."""
    overdue: int = 0
    recurring: int = 0
    no_deadline: int = 0
    """Neither settled nor with a deadline: these are never overdue."""
    withdrawn: int = 0
    """Unfounded; not among those found."""


@frozen
class Held:
    """An inspection as known on a day."""

    inspection: Inspection
    state: InspectionState
    visits: tuple[Visit, ...]
    findings: tuple[Standing, ...]
    drawn: Mapping[str, tuple[str, ...]] | None = None
    """Who was drawn for each host; None if the result of its draw is not on record."""

    @property
    def departures(self) -> tuple[tuple[Visit, tuple[str, ...]], ...]:
        """Visits by others than those drawn, with those who were."""
        teams = self.drawn or {}
        return tuple((v, teams[v.host]) for v in self.visits if v.host in teams and set(v.by) != set(teams[v.host]))

    @property
    def counts(self) -> bool:
        """Whether it took place, as far as is on record."""
        return bool(self.visits or self.findings)

    @property
    def unvisited(self) -> tuple[str, ...]:
        """Hosts it was to visit, and has not."""
        visited = {visit.host for visit in self.visits}
        return tuple(host for host in self.inspection.hosts if host not in visited)


@frozen
class Account:
    """The inspections that began in a year, or one of them, as known on a day."""

    as_of: date
    year: int
    held: tuple[Held, ...]
    carried_over: tuple[Standing, ...]
    """Findings of inspections of earlier years that are not settled."""

    @property
    def findings(self) -> tuple[Standing, ...]:
        return tuple(standing for held in self.held for standing in held.findings)

    def times(self, kind: str) -> int:
        """How many of a kind took place."""
        return sum(held.counts for held in self.held if held.inspection.kind == kind)


def account(on_record: OnRecord, as_of: date, year: int) -> Account:
    """The inspections known on a day that begin in a year."""
    every = held_on(on_record, as_of)
    carried = [s for h in every if h.inspection.days.first.year < year for s in h.findings if s.state not in SETTLED]
    return Account(as_of, year, tuple(h for h in every if h.inspection.days.first.year == year), tuple(carried))


def account_of(on_record: OnRecord, as_of: date, name: str) -> Account | None:
    """One inspection; None if none of this id is known on the day."""
    found = tuple(held for held in held_on(on_record, as_of) if held.inspection.id == name)
    return Account(as_of, found[0].inspection.days.first.year, found, ()) if found else None


def held_on(on_record: OnRecord, as_of: date) -> tuple[Held, ...]:
    """Every inspection known on a day, by its first day and id."""
    by_inspection = grouped(standings(on_record, as_of), lambda s: s.inspection.id)
    drawn = {d.draw: {team.host: team.inspectors for team in d.teams} for d in on_record.drawn if d.on <= as_of}
    found = []
    for inspection in on_record.inspections:
        if inspection.planned_on <= as_of:
            visits = tuple(v for v in inspection.visits if v.known_on <= as_of)
            findings = tuple(by_inspection.get(inspection.id, ()))
            state = _state(inspection, as_of, bool(visits or findings))
            found.append(Held(inspection, state, visits, findings, drawn.get(inspection.draw or "")))
    return tuple(found)


def _state(inspection: Inspection, as_of: date, recorded: bool) -> InspectionState:
    if as_of < inspection.days.first:
        return "planned"
    if as_of <= inspection.days.last:
        return "under-way"
    return "held" if recorded else "not-held"


def took_place(on_record: OnRecord, days: Days, until: date, as_of: date) -> tuple[Inspection, ...]:
    """The inspections with a visit or a finding on one of these days, none after ``until``, as known on ``as_of``."""

    def seen(inspection: Inspection) -> bool:
        visits = [v.on for v in inspection.visits if v.known_on <= as_of]
        findings = [f.on for f in inspection.findings if f.known_on <= as_of]
        return any(on in days and on <= until for on in (*visits, *findings))

    return tuple(inspection for inspection in on_record.inspections if seen(inspection))


def figures(findings: Iterable[Standing]) -> Figures:
    """The findings in numbers."""
    every = list(findings)
    found = [s for s in every if s.state != "withdrawn"]
    states = [s.state for s in found]
    rectified, overdue = sum(state in SETTLED for state in states), states.count("overdue")
    return Figures(
        len(found), rectified, states.count("rectified-late"), len(found) - rectified - overdue, overdue,
        sum(s.recurs is not None for s in found),
        sum(s.deadline is None and s.state not in SETTLED for s in found), len(every) - len(found),
    )  # fmt: skip


def grouped(findings: Iterable[Standing], key: Callable[[Standing], K]) -> Mapping[K, list[Standing]]:
    """The findings by whatever ``key`` says of them."""
    found: dict[K, list[Standing]] = {}
    for standing in findings:
        found.setdefault(key(standing), []).append(standing)
    return found
