"""Where publicity and appeals stand on a day: until when results are public, what was lodged late, what is overdue.

How long each may take is the ruleset's to say (``supervision: appeals:``). What it does not say is not checked, and None
stands in its place here.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.model.appeals import Appeal, Publicity, Review
from cadre_eval.model.dates import Days, Term, Workdays
from cadre_eval.ruleset.supervision import AppealRulesDoc
from cadre_eval.supervision.calendar import DAY, last_day, workdays

AppealState: TypeAlias = Literal["overdue", "under-review", "upheld", "dismissed", "withdrawn"]
STATES: tuple[AppealState, ...] = ("overdue", "under-review", "upheld", "dismissed", "withdrawn")
"""What matters most first."""


@frozen
class Deadline:
    """A time allowed, and its last day; ``last`` is None if the calendar does not reach so far."""

    term: Term
    last: date | None

    def left(self, as_of: date) -> int | None:
        """How many days there still are after ``as_of``: workdays if the time is in workdays. None once it is over, or
        if the calendar does not know.
        """
        if self.last is None or as_of > self.last:
            return None
        after = Days(as_of + DAY, self.last)
        return workdays(after) if isinstance(self.term, Workdays) else after.length

    def kept(self, day: date) -> bool | None:
        """Whether ``day`` is in time; None if the calendar does not know."""
        return None if self.last is None else day <= self.last


@frozen
class AppealStanding:
    """An appeal on a day. ``review`` is None until it has been re-examined."""

    appeal: Appeal
    state: AppealState
    lodge: Deadline | None
    reexamine: Deadline | None
    review: Review | None

    @property
    def lodged_in_time(self) -> bool | None:
        return None if self.lodge is None else self.lodge.kept(self.appeal.lodged)

    @property
    def reviewed_in_time(self) -> bool | None:
        """None while there is no review, or where no time is declared."""
        return None if self.review is None or self.reexamine is None else self.reexamine.kept(self.review.on)


@frozen
class PublicityStanding:
    """A publication on a day, with the appeals that had been lodged: what is overdue first."""

    publicity: Publicity
    until: Deadline | None
    over: bool | None
    """None where no time is declared, or the calendar does not know."""
    appeals: tuple[AppealStanding, ...]

    @property
    def beyond_calendar(self) -> bool:
        """Whether a time of an appeal is declared that the calendar cannot follow."""
        times = (time for appeal in self.appeals for time in (appeal.lodge, appeal.reexamine))
        return any(time is not None and time.last is None for time in times)


def publicity_on(publicity: Publicity, rules: AppealRulesDoc | None, as_of: date) -> PublicityStanding | None:
    """How a publication stands on a day; None if it lies after that day.

    Times run from the publication, and for the re-examination from the day the appeal was lodged.

    Raises:
        UsageError: a time is in workdays, and the calendar is not installed.
    """
    if publicity.on > as_of:
        return None
    until = _deadline(publicity.on, rules.publicity if rules else None)
    lodge = _deadline(publicity.on, rules.lodge_within if rules else None)
    standing = [
        _appeal_on(appeal, lodge, _deadline(appeal.lodged, rules.review_within if rules else None), as_of)
        for appeal in publicity.appeals
        if appeal.lodged <= as_of
    ]
    kept = until.kept(as_of) if until is not None else None
    return PublicityStanding(
        publicity, until, None if kept is None else not kept, tuple(sorted(standing, key=_order))
    )


def _deadline(start: date, term: Term | None) -> Deadline | None:
    return None if term is None else Deadline(term, last_day(start, term))


def _appeal_on(appeal: Appeal, lodge: Deadline | None, reexamine: Deadline | None, as_of: date) -> AppealStanding:
    review = appeal.review if appeal.review is not None and appeal.review.on <= as_of else None
    state: AppealState = "under-review"
    if review is not None:
        state = review.outcome
    elif appeal.withdrawn is not None and appeal.withdrawn <= as_of:
        state = "withdrawn"
    elif reexamine is not None and reexamine.kept(as_of) is False:
        state = "overdue"
    return AppealStanding(appeal, state, lodge, reexamine, review)


def _order(standing: AppealStanding) -> tuple[int, date, date, str]:
    """By state; open ones by when they are due, then all by when they were lodged."""
    decided = standing.state not in {"overdue", "under-review"}
    due = standing.reexamine.last if standing.reexamine is not None and not decided else None
    return (STATES.index(standing.state), due or date.max, standing.appeal.lodged, standing.appeal.id)
