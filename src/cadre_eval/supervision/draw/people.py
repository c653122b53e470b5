"""What a draw has to know of each inspector: where they serve or served, who sent them, where their relatives are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from cadre_eval.model.people import Cadre, Host, Official
from cadre_eval.model.postings import Posting


@frozen(eq=False)
class People:
    """Everybody on the roster, by id."""

    cadres: Mapping[str, Cadre]
    officials: Mapping[str, Official]
    postings: Sequence[Posting]
    hosts: Mapping[str, Host]
    townships: Mapping[str, str]
    """Names of townships and streets."""

    def same(self, person: str) -> frozenset[str]:
        """All ids of one person: a cadre may be an official too."""
        cadre = person if person in self.cadres else self.officials[person].cadre
        return frozenset({person, *([cadre] if cadre else [])}) | {
            o.id for o in self.officials.values() if cadre is not None and o.cadre == cadre
        }

    def postings_of(self, ids: Iterable[str]) -> list[Posting]:
        wanted = set(ids)
        return sorted((p for p in self.postings if p.cadre.id in wanted), key=lambda p: (p.start, p.id))

    def relatives(self, ids: Iterable[str]) -> frozenset[str]:
        """All ids of all declared relatives."""
        found: set[str] = set()
        for person in ids:
            known = self.cadres.get(person) or self.officials.get(person)
            for other in known.relatives if known else ():
                found |= self.same(other)
        return frozenset(found)

    def sends(self, host: str, on: date) -> frozenset[str]:
        """The units whose cadres are posted at a host on a day."""
        return frozenset(p.sending_unit.id for p in self.postings if p.host.id == host and on in p.days)


@frozen
class Inspector:
    """One inspector on the day of the draw.

    ``township`` is the home street: that of the posting, else that of the office held. ``unit`` is the sending unit, else
    the unit of the office.
    """

    id: str  # noqa: A003
    name: str
    ids: frozenset[str]
    role: str | None
    host: str | None
    township: str | None
    unit: str | None
    townships: frozenset[str]
    """Every street they serve in on the day."""
    units: frozenset[str]
    """Every unit they belong to on the day."""
    former_hosts: frozenset[str]
    former_townships: frozenset[str]
    kin_hosts: frozenset[str]
    """Hosts where a declared relative serves on the day, or of a street where one holds an office."""


def inspector(person: str, people: People, on: date) -> Inspector:
    """What the roster says of an inspector on a day."""
    ids = people.same(person)
    postings = people.postings_of(ids)
    posting = next((p for p in postings if on in p.days), None)
    former = [p for p in postings if p.days.last < on]
    offices = _offices(ids, people, on)
    past = _past_offices(ids, people, on)
    streets = [*([posting.host.township.id] if posting else []), *_streets(offices, people)]
    units = [*([posting.sending_unit.id] if posting else []), *offices]
    known = people.cadres.get(person) or people.officials[person]
    return Inspector(
        person, known.name, ids, posting.role if posting else None, posting.host.id if posting else None,
        streets[0] if streets else None, units[0] if units else None, frozenset(streets), frozenset(units),
        frozenset({p.host.id for p in former} | {u for u in past if u in people.hosts}),
        frozenset({p.host.township.id for p in former} | set(_streets(past, people))),
        _served(people.relatives(ids), people, on),
    )  # fmt: skip


def _offices(ids: frozenset[str], people: People, on: date) -> list[str]:
    return sorted({u for i in ids if i in people.officials for u in people.officials[i].units(on)})


def _past_offices(ids: frozenset[str], people: People, on: date) -> list[str]:
    officials = [people.officials[i] for i in ids if i in people.officials]
    return sorted({office.unit for o in officials for office in o.offices if office.days.last < on})


def _streets(units: Iterable[str], people: People) -> list[str]:
    """The streets that units are, or lie in."""
    found = [people.hosts[u].township.id if u in people.hosts else u for u in units]
    return [u for u in found if u in people.townships]


def _served(persons: frozenset[str], people: People, on: date) -> frozenset[str]:
    """The hosts where any of these persons is posted on a day, or holds an office at the host or in its street."""
    posted = {p.host.id for p in people.postings_of(persons) if on in p.days}
    offices = set(_offices(persons, people, on))
    return frozenset(posted | {h.id for h in people.hosts.values() if offices & {h.id, h.township.id}})
