"""A posting (派驻) and its four transfers (四个划转)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from attrs import Factory, evolve, field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.dates import Days
from cadre_eval.model.people import Cadre, Host, SendingUnit
from cadre_eval.model.transfers import RELATIONS, Relation, Stretch, Transfer, as_known, stretches

__all__ = ["RELATIONS", "Posting", "Relation", "Transfer"]


@frozen
class Posting:
    """One cadre, one host, one term: 定村、定人、定标（targets）、定责（duties）.

    ``term_end`` is the agreed last day, ``ended`` the real one if the posting ended early. A relation without ``moves``
    never moved; one in ``not_applicable`` does not exist (the party relation of a non-member). ``known_on`` is the day the
    posting became known (None: agreed before anything here is asked), ``ended_known_on`` the day its early end did.
    """

    id: str
    cadre: Cadre
    host: Host
    role: str
    sending_unit: SendingUnit
    start: date
    term_end: date | None = None
    ended: date | None = None
    end_reason: str | None = None
    duties: tuple[str, ...] = ()
    targets: Mapping[str, Fraction | Mapping[str, Fraction]] = field(factory=dict, hash=False)
    moves: Mapping[Relation, tuple[Transfer, ...]] = field(factory=dict, hash=False)
    not_applicable: frozenset[Relation] = frozenset()
    span: Span | None = field(default=None, eq=False, repr=False)
    targets_span: Span | None = field(default=None, eq=False, repr=False)
    known_on: date | None = None
    ended_known_on: date | None = Factory(lambda self: self.ended, takes_self=True)

    def target(self, fact: str, period: str) -> Fraction | None:
        """The target agreed for a fact in a period (by its key), if there is one."""
        agreed = self.targets.get(fact)
        return agreed.get(period) if isinstance(agreed, Mapping) else agreed

    @property
    def days(self) -> Days:
        """From the first day to the real, else agreed, last day; open-ended without either."""
        return Days(self.start, self.ended or self.term_end or date.max - timedelta(days=1))

    @property
    def believed(self) -> Days:
        """Every day on which it was believed to last then: an end that came out later was not known until it did."""
        if self.ended is None or self.ended_known_on is None or self.ended_known_on <= self.ended:
            return self.days
        agreed = self.term_end or date.max - timedelta(days=1)
        return Days(self.start, max(self.ended, min(agreed, self.ended_known_on - timedelta(days=1))))

    @property
    def transfers(self) -> Mapping[Relation, Transfer]:
        """The first move of each relation that has moved, by what is believed last."""
        known = {relation: as_known(moves, None) for relation, moves in self.moves.items()}
        return {relation: moves[0] for relation, moves in known.items() if moves}

    def as_known(self, day: date) -> Posting | None:
        """The posting with what was known on a day, and nothing else; None if it was not known."""
        if self.known_on is not None and self.known_on > day:
            return None
        moves = {relation: kept for relation, of in self.moves.items() if (kept := as_known(of, day))}
        if self.ended_known_on is None or self.ended_known_on <= day:
            return self if moves == self.moves else evolve(self, moves=moves)
        return evolve(self, moves=moves, ended=None, end_reason=None, ended_known_on=None)

    def timeline(self, relation: Relation, known_on: date | None = None) -> tuple[Stretch, ...]:
        """Who holds a relation when, as known on a day (None: by what is believed last); empty if it does not apply."""
        if relation in self.not_applicable:
            return ()
        return stretches(as_known(self.moves.get(relation, ()), known_on), self.sending_unit.id)

    def held(self, relation: Relation, on: date, known_on: date | None = None) -> Stretch | None:
        """How a relation is held on a day: by a unit, or by nobody; None if it does not apply to this cadre."""
        return next((stretch for stretch in self.timeline(relation, known_on) if on in stretch), None)

    def holder(self, relation: Relation, on: date, known_on: date | None = None) -> str | None:
        """The unit that holds a relation on a day; None if nobody does, or it does not apply to this cadre."""
        found = self.held(relation, on, known_on)
        return None if found is None else found.unit

    def assessor(self, on: date, known_on: date | None = None) -> str | None:
        """The holder of the assessment relation assesses."""
        return self.holder("assessment", on, known_on)
