"""The four transfers of a posting on a day, as known on a day: who holds what since when, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from cadre_eval.errors import Text
from cadre_eval.model.postings import Posting
from cadre_eval.model.transfers import RELATIONS, Relation, Stretch, Transfer
from cadre_eval.ruleset.supervision import Level, RelationRuleDoc, TransferRulesDoc

State: TypeAlias = Literal["moved", "not-moved", "nobody", "not-applicable"]
Said: TypeAlias = Literal[
    "not-moved", "moved-late", "wrong-level", "no-proof", "past-term", "limit-unknown",
    "gap", "moved-back", "seconded-back", "double-holding",
]  # fmt: skip


@frozen
class Question:
    """What is asked: how things were on the day ``on``, by what was known on the day ``known_on``, held against ``rules``."""

    on: date
    known_on: date
    rules: TransferRulesDoc = field(factory=TransferRulesDoc)
    district: str = ""
    names: Mapping[str, str] = field(factory=dict, hash=False)
    """What units are called, by id."""

    def rule(self, relation: Relation) -> RelationRuleDoc | None:
        found: RelationRuleDoc | None = getattr(self.rules, relation)
        return found

    def name(self, unit: str | None) -> str:
        return "—" if unit is None else self.names.get(unit, unit)


@frozen
class Statement:
    """One thing that is to be said of a relation, with the days it was so, its proofs and the clause."""

    code: Said
    cadre: str
    posting: str
    relation: Relation
    text: Text
    first: date
    """The first day on which it was so."""
    last: date | None = None
    """The last day on which it was so; None if it still is on the day asked about."""
    limit: date | None = None
    evidence: tuple[str, ...] = ()
    basis: str | None = None

    @property
    def order(self) -> tuple[str, str, int, date, str, str]:
        return (self.cadre, self.posting, RELATIONS.index(self.relation), self.first, self.code, self.text.en)


@frozen(eq=False)
class Line:
    """One relation of one posting, as known: the stretches begun by the day asked about, and what is said of them."""

    posting: Posting
    """As known."""
    relation: Relation
    stretches: tuple[Stretch, ...]
    entries: tuple[Transfer, ...]
    """All entries known by then, those taken back too."""
    statements: tuple[Statement, ...] = ()
    handed_on: bool = False
    """Whether a later posting took it over directly: the last stretches are that one's."""

    @property
    def now(self) -> Stretch | None:
        """How the relation is held on the day asked about; None if it does not apply."""
        return self.stretches[-1] if self.stretches else None

    @property
    def state(self) -> State:
        if self.now is None:
            return "not-applicable"
        if self.now.unit is None:
            return "nobody"
        return "not-moved" if self.now.unit == self.posting.sending_unit.id else "moved"

    @property
    def since(self) -> date | None:
        """Since when it is held so, whatever was recorded in between: never before the posting."""
        if self.now is None:
            return None
        held = takewhile(lambda stretch: stretch.unit == self.stretches[-1].unit, reversed(self.stretches))
        return list(held)[-1].first or self.posting.start

    def away(self, stretch: Stretch) -> bool:
        """Whether the relation is then with a unit other than the one that sent the cadre."""
        return stretch.unit not in {None, self.posting.sending_unit.id}

    @property
    def arrived(self) -> Stretch | None:
        """When it first left the sending unit for another."""
        return next((s for s in self.stretches if s.first is not None and self.away(s)), None)

    @property
    def last(self) -> date | None:
        """The posting's last day, as known; None if there is no end."""
        return self.posting.ended or self.posting.term_end


def level_unit(posting: Posting, level: Level, district: str) -> str:
    """The unit of a level, seen from a posting."""
    units = {
        "host": posting.host.id,
        "township": posting.host.township.id,
        "district": district,
        "sending-unit": posting.sending_unit.id,
    }
    return units[level]


def line_of(posting: Posting, relation: Relation, asked: Question) -> Line | None:
    """One relation on the day asked about, without statements; None if the posting was not known."""
    known = posting.as_known(asked.known_on)
    if known is None:
        return None
    begun = [s for s in known.timeline(relation) if s.first is None or s.first <= asked.on]
    entries = [m for m in posting.moves.get(relation, ()) if m.known_on <= asked.known_on]
    told = tuple(_as_told(move, asked.known_on) for move in entries)
    return Line(known, relation, tuple(begun), told)


def _as_told(move: Transfer, day: date) -> Transfer:
    """An entry as it stood on a day, taken back or not."""
    believed = move.as_known(day)
    if believed is not None:
        return believed
    back = move.return_known_on
    return evolve(move, returned=move.returned if back is not None and back <= day else None)


def lines_of(postings: Sequence[Posting], asked: Question) -> Iterator[Line]:
    """Every relation of postings that were known, and begun on the day asked about."""
    for posting in postings:
        for relation in RELATIONS:
            line = line_of(posting, relation, asked)
            if line is not None and posting.start <= asked.on:
                yield line
