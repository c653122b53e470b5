"""What a derived fact may look at: one posting's share of a period, as known on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from attrs import frozen

from cadre_eval.model.dates import Days
from cadre_eval.model.postings import Posting
from cadre_eval.ruleset.supervision import SupervisionDoc
from cadre_eval.supervision.on_record import OnRecord


@frozen(eq=False)
class Scope:
    """One posting within one period. What became known after ``as_of`` does not exist yet."""

    posting: Posting
    days: Days
    """The days of the period on which the posting lasted."""
    as_of: date
    on_record: OnRecord
    rules: SupervisionDoc
    """The rules of the period."""
    others: Callable[[date], SupervisionDoc] | None = None
    """The rules of other days, where they may differ."""
    answers: Days | None = None
    """The days on which what is decided about the cadre counts here; those of the posting unless given. A decision may come
    after the posting ended: it counts until the next one begins, or the period ends.
    """

    def rules_on(self, day: date) -> SupervisionDoc:
        """The supervision rules in force on a day: what was decided then keeps what it brings."""
        return self.rules if self.others is None else self.others(day)

    @property
    def cadre(self) -> str:
        return self.posting.cadre.id

    @property
    def decided_in(self) -> Days:
        return self.answers or self.days

    @property
    def until(self) -> date:
        """The last day that can be looked at."""
        return min(self.days.last, self.as_of)
