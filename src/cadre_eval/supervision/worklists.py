"""How each item of a work list stands with each cadre on a day, as known on that day: what became known later has not
happened yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from operator import attrgetter

from attrs import evolve, frozen

from cadre_eval.model.postings import Posting
from cadre_eval.model.worklists import WorkCheck, WorkItem, Worklist, WorkReport
from cadre_eval.supervision.worklists_states import State, Step, Work, happened

URGENCY = {state: place for place, state in enumerate(State)}


@frozen(slots=False)
class Standing:
    """How an item of a list stands with one posted cadre on the day ``as_of``."""

    worklist: Worklist
    item: WorkItem
    posting: Posting
    as_of: date
    state: State
    dispatched: date | None
    """The day the street dispatched the list."""
    reports: tuple[WorkReport, ...]
    checks: tuple[WorkCheck, ...]
    done: date | None
    """The day of the report that was accepted."""
    history: tuple[Step, ...]

    @property
    def id(self) -> str:  # noqa: A003
        return f"{self.worklist.id}/{self.item.id}"

    @property
    def cadre(self) -> str:
        return self.posting.cadre.id

    @property
    def days_late(self) -> int:
        """Days from the due day to the report that was accepted, or else to the day asked for; 0 if none."""
        return max(0, ((self.done or self.as_of) - self.item.due).days)

    @property
    def waits(self) -> bool:
        """Whether the last report has not been checked, and none was accepted before."""
        return self.done is None and bool(self.reports) and self.reports[-1].on not in {c.of for c in self.checks}

    @cached_property
    def last_return(self) -> WorkCheck | None:
        """The check that returned the last report, if it was returned."""
        last = self.reports[-1].on if self.reports and self.done is None else None
        return next((c for c in self.checks if c.of == last and not c.accepted), None)

    @property
    def order(self) -> tuple[int, date, str, str, str]:
        """The most urgent first, then what was due first."""
        return (URGENCY[self.state], self.item.due, self.worklist.id, self.item.id, self.cadre)


def standings(worklists: Iterable[Worklist], as_of: date, cadre: str | None = None) -> list[Standing]:
    """Every item of every list issued by then with every cadre answerable for it (or with this one), the most urgent first."""
    return sorted(_standings(worklists, as_of, cadre), key=attrgetter("order"))


def _standings(worklists: Iterable[Worklist], as_of: date, cadre: str | None) -> Iterator[Standing]:
    """Answerable is whoever is posted on the day the item is due: who left before is not, who came after its issue is."""
    for worklist in worklists:
        for item in worklist.items if worklist.issued <= as_of else ():
            postings = item.postings if cadre is None else item.by_cadre.get(cadre, ())
            for posting in postings:
                known = as_known(posting, as_of)
                if known is not None and item.due in known.days:
                    yield _standing(worklist, item, known, as_of)


def as_known(posting: Posting, as_of: date) -> Posting | None:
    """The posting as known on a day: that it begins, or ends early, is known from that day on, or later if it says so. None
    before it begins.
    """
    known = posting.as_known(as_of)
    if known is None or known.start > as_of:
        return None
    return evolve(known, ended=None) if known.ended is not None and known.ended > as_of else known


def _standing(worklist: Worklist, item: WorkItem, posting: Posting, as_of: date) -> Standing:
    key = (item.id, posting.cadre.id)
    reports = tuple(r for r in worklist.reports_of.get(key, ()) if r.known_on <= as_of)
    checks = tuple(c for c in worklist.checks_of.get(key, ()) if c.known_on <= as_of)
    dispatched = worklist.dispatched.get(posting.host.township.id)
    if dispatched is not None and dispatched > as_of:
        dispatched = None
    work = Work(item.due)
    for event in happened(item.due, dispatched, reports, checks, as_of):
        work.take(event)
    history = tuple(work.history)
    return Standing(worklist, item, posting, as_of, work.state, dispatched, reports, checks, work.done, history)
