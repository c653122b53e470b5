"""Transfers (划转): the moves of one relation as a timeline, as true on a day and as known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, TypeAlias

from attrs import Factory, evolve, field, frozen

from cadre_eval.errors import Span

Relation: TypeAlias = Literal["party", "salary", "management", "assessment"]
RELATIONS: tuple[Relation, ...] = ("party", "salary", "management", "assessment")


@frozen
class Withdrawn:
    """From ``on`` an entry is no longer believed: it was wrong, it did not end."""

    on: date
    reason: str


@frozen
class Transfer:
    """One move of a relation: ``receiver`` holds it from ``effective`` on.

    ``origin`` is the holder before, if the entry names it; None means whoever held it. ``released`` is the day the old
    holder let go (earlier than ``effective``: nobody holds it in between), ``returned`` the day it went back to the old
    holder, ``known_on`` the day the entry became known.
    """

    relation: Relation
    origin: str | None
    receiver: str
    effective: date
    returned: date | None = None
    evidence: str | None = None
    known_on: date = Factory(lambda self: self.effective, takes_self=True)
    released: date = Factory(lambda self: self.effective, takes_self=True)
    withdrawn: Withdrawn | None = None
    span: Span | None = field(default=None, eq=False, repr=False)

    @property
    def order(self) -> tuple[date, date, date, str, str, date, str, date, str]:
        """By the day it takes effect, and in all else that can tell two entries apart."""
        gone = self.withdrawn or Withdrawn(date.max, "")
        return (
            self.effective, self.released, self.known_on, self.receiver, self.origin or "",
            self.returned or date.max, self.evidence or "", gone.on, gone.reason,
        )  # fmt: skip

    @property
    def return_known_on(self) -> date | None:
        """A return becomes known on the day itself, and not before the move."""
        return None if self.returned is None else max(self.returned, self.known_on)

    def as_known(self, day: date | None) -> Transfer | None:
        """The move as believed on a day (None: today's last word); None if nobody believed it then."""
        if day is None:
            return self if self.withdrawn is None else None
        if self.known_on > day or (self.withdrawn is not None and self.withdrawn.on <= day):
            return None
        back = self.return_known_on
        returned = self.returned if back is not None and back <= day else None
        if self.withdrawn is None and returned == self.returned:
            return self
        return evolve(self, returned=returned, withdrawn=None)


@frozen
class Stretch:
    """Days on which one unit holds a relation, or (``unit`` None) nobody does: from ``first`` (None: since before
    anything is on record) until the day before ``end`` (None: no end on record).
    """

    unit: str | None
    first: date | None = None
    end: date | None = None
    move: Transfer | None = None
    """The move that brought it here; None before the first."""
    back: bool = False
    """True if it is here because the move was undone (``returned``)."""

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)

    def until(self, day: date) -> date:
        """The last of its days that is not after ``day``."""
        return day if self.end is None else min(day, date.fromordinal(max(1, self.end.toordinal() - 1)))


def as_known(moves: Iterable[Transfer], day: date | None) -> tuple[Transfer, ...]:
    """The moves believed on a day, by the day they take effect; the order they are written in never matters."""
    known = [move for entry in moves if (move := entry.as_known(day)) is not None]
    return tuple(sorted(known, key=lambda move: move.order))


def stretches(moves: Sequence[Transfer], home: str) -> tuple[Stretch, ...]:
    """Who holds the relation when, without a gap and without a day twice.

    Args:
        moves: as believed on one day, in the order of their days.
        home: the holder before the first move, unless that names another.
    """
    found = [Stretch((moves[0].origin if moves else None) or home)]
    for number, move in enumerate(moves):
        before = found[-1].unit
        if move.released < move.effective:
            found.append(Stretch(None, move.released, move=move))
        found.append(Stretch(move.receiver, move.effective, move=move))
        following = moves[number + 1].released if number + 1 < len(moves) else None
        if move.returned is not None and (following is None or move.returned <= following):
            found.append(Stretch(move.origin or before, move.returned, move=move, back=True))
    ends = [stretch.first for stretch in found[1:]]
    spans = [Stretch(s.unit, s.first, end, s.move, s.back) for s, end in zip(found, [*ends, None], strict=True)]
    return tuple(s for s in spans if s.first is None or s.end is None or s.first < s.end)


def seconded(timeline: Sequence[Stretch], sending_unit: str) -> tuple[Stretch, ...]:
    """Where a further move, not the undoing of one, brought the relation to the sending unit again."""
    away = False
    found = []
    for stretch in timeline:
        if away and stretch.unit == sending_unit and not stretch.back:
            found.append(stretch)
        away = away or stretch.unit not in {None, sending_unit}
    return tuple(found)
