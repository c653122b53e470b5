"""A piece of work goes from phase to phase as things happen to it (``NEXT``); what people call its state follows from the
phase and from the day it is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Literal, TypeAlias

from attrs import define, field, frozen

from cadre_eval.model.worklists import WorkCheck, WorkReport

DAY = timedelta(days=1)


class State(StrEnum):
    """How a piece of work stands, the most urgent first."""

    OVERDUE = "overdue"
    RETURNED = "returned"
    REPORTED = "reported"
    NOT_DISPATCHED = "not-dispatched"
    OPEN = "open"
    DONE_LATE = "done-late"
    DONE = "done"

    @property
    def is_done(self) -> bool:
        return self in {State.DONE, State.DONE_LATE}


Phase: TypeAlias = Literal["not-dispatched", "open", "reported", "returned", "done"]
What: TypeAlias = Literal["dispatched", "reported", "accepted", "returned", "due-passed"]

NEXT: Mapping[tuple[Phase, What], Phase] = {
    ("not-dispatched", "dispatched"): "open",
    ("not-dispatched", "reported"): "reported",
    ("open", "reported"): "reported",
    ("returned", "reported"): "reported",
    ("reported", "returned"): "returned",
    ("reported", "accepted"): "done",
    ("returned", "accepted"): "done",
}
"""What happens to a piece of work changes its phase so; anything else leaves it as it is. A report is superseded by a
later one: only its acceptance still counts.
"""


@frozen
class Step:
    """Something that happened to a piece of work, and how it stood then."""

    on: date
    what: What
    state: State
    by: str | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ()


@frozen
class Event:
    """Something that happened; ``rank`` orders what happened on one day, ``of`` is the day of the report it is about."""

    on: date
    rank: int
    what: What
    of: date | None = None
    by: str | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ()


def happened(
    due: date, dispatched: date | None, reports: Iterable[WorkReport], checks: Iterable[WorkCheck], as_of: date
) -> list[Event]:
    """What happened until a day, in its order. The due day has passed when the next begins; on one day the check of an
    earlier report comes before a new report, and that before its own check.
    """
    found = [Event(due + DAY, 0, "due-passed")] if due < as_of else []
    if dispatched is not None:
        found.append(Event(dispatched, 1, "dispatched"))
    for check in checks:
        what: What = "accepted" if check.accepted else "returned"
        found.append(Event(check.on, 2 if check.of < check.on else 4, what, check.of, check.by, check.reason))
    found += [Event(r.on, 3, "reported", r.on, r.cadre, None, r.evidence) for r in reports]
    return sorted(found, key=attrgetter("on", "rank"))


@define
class Work:
    """A piece of work as it goes from phase to phase."""

    due: date
    phase: Phase = "not-dispatched"
    report: date | None = None
    done: date | None = None
    state: State = State.NOT_DISPATCHED
    history: list[Step] = field(factory=list)

    def take(self, event: Event) -> None:
        if event.what == "reported":
            self.report = event.of
        if event.what == "accepted" and event.of is not None:
            self.done = min(self.done or event.of, event.of)
        if event.what != "returned" or event.of == self.report:  # a return of a superseded report changes nothing
            self.phase = NEXT.get((self.phase, event.what), self.phase)
        before, self.state = self.state, self._state(event.on)
        if event.what != "due-passed" or self.state is not before:
            self.history.append(Step(event.on, event.what, self.state, event.by, event.reason, event.evidence))

    def _state(self, on: date) -> State:
        """What people call the phase. A report made in time that waits for its check is not overdue; once returned, it is."""
        if self.phase == "done":
            return State.DONE if self.done is None or self.done <= self.due else State.DONE_LATE
        if self.phase == "not-dispatched":
            return State.NOT_DISPATCHED
        in_time = self.phase == "reported" and self.report is not None and self.report <= self.due
        return State(self.phase) if on <= self.due or in_time else State.OVERDUE
