"""Roster files to people, units and postings, with every reference checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from cadre_eval.errors import Problems, Source, Span, Text, UsageError
from cadre_eval.errors.suggest import closest
from cadre_eval.model.people import Cadre, District, Host, Official, SendingUnit, Township
from cadre_eval.model.postings import Posting
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.workspace.documents import PostingDoc, RosterDoc
from cadre_eval.workspace.officials import read_officials, relatives_of
from cadre_eval.workspace.transfers import ends_known, read_transfers


@frozen(eq=False, slots=False)
class Roster:
    """Everybody and every unit, by id."""

    district: District
    townships: Mapping[str, Township] = field(factory=dict)
    hosts: Mapping[str, Host] = field(factory=dict)
    sending_units: Mapping[str, SendingUnit] = field(factory=dict)
    cadres: Mapping[str, Cadre] = field(factory=dict)
    postings: Mapping[str, Posting] = field(factory=dict)
    officials: Mapping[str, Official] = field(factory=dict)
    spans: Mapping[str, Span] = field(factory=dict)
    """Where each cadre stands."""
    known: bool = True
    """False while the roster could not be read: nothing can be said of who is on it."""

    @cached_property
    def every_unit(self) -> frozenset[str]:
        return self.own_units | frozenset(self.sending_units)

    @cached_property
    def unit_names(self) -> Mapping[str, str]:
        """What each unit is called, by id."""
        units: list[District | Township | Host | SendingUnit] = [
            self.district,
            *self.townships.values(),
            *self.hosts.values(),
            *self.sending_units.values(),
        ]
        return {unit.id: unit.name for unit in units}

    @cached_property
    def by_cadre(self) -> Mapping[str, list[Posting]]:
        """The postings of each cadre."""
        found: dict[str, list[Posting]] = {}
        for posting in self.postings.values():
            found.setdefault(posting.cadre.id, []).append(posting)
        return found

    @cached_property
    def own_units(self) -> frozenset[str]:
        """Units that belong to the district: their holding the assessment relation makes it the assessor."""
        return frozenset({self.district.id, *self.townships, *self.hosts})

    def postings_of(self, cadre: str) -> list[Posting]:
        return self.by_cadre.get(cadre, [])

    def cadre_named(self, name: str) -> str:
        """The id of the cadre with this id, or with this name.

        Raises:
            UsageError: there is none, or several have the name.
        """
        found = [name] if name in self.cadres else sorted(c.id for c in self.cadres.values() if c.name == name)
        if len(found) == 1:
            return found[0]
        count, ids = len(found), "、".join(found)
        if found:
            zh, en = f"有 {count} 人叫{name}，请用代码：{ids}", f"{count} cadres are called {name}; use the id: {ids}"
            raise UsageError(Text(zh, en))
        names = {cadre.name: cadre.id for cadre in self.cadres.values()}
        near = closest(name, [*self.cadres, *names])
        meant = ("", "") if near is None else (f"；是不是 {near}？", f"; did you mean {near}?")
        raise UsageError(Text(f"名册上没有 {name}{meant[0]}", f"{name} is not on the roster{meant[1]}"))


def read_roster(
    sources: Iterable[Source], district: District, reader: StrictReader, problems: Problems
) -> Roster | None:
    """All roster files as one roster, with problems for wrong references; None if a file could not be read, since
    then what refers to it cannot be judged.
    """
    before = len(problems)
    docs = []
    for source in sources:
        node = read_yaml(source, problems)
        doc = None if node is None else reader.read(node, RosterDoc, problems)
        if doc is not None:
            docs.append(doc)
    return _Builder(district, problems).build(docs) if len(problems) == before else None


class _Builder:
    def __init__(self, district: District, problems: Problems) -> None:
        self.district = district
        self.problems = problems
        self.seen: dict[tuple[str, str], Span] = {}

    def build(self, docs: list[RosterDoc]) -> Roster:
        townships = {d.id: Township(d.id, d.name, d.kind) for r in docs for d in self._unique("unit", r.townships)}
        hosts: dict[str, Host] = {}
        for doc in (d for r in docs for d in self._unique("unit", r.hosts)):
            if self.problems.known(doc.township, townships, doc.at.value("township"), Text("乡镇/街道", "township")):
                hosts[doc.id] = Host(doc.id, doc.name, townships[doc.township], doc.kind)
        units = {d.id: SendingUnit(d.id, d.name) for r in docs for d in self._unique("unit", r.sending_units)}
        cadre_docs = [d for r in docs for d in self._unique("cadre", r.cadres)]
        official_docs = [d for r in docs for d in self._unique("cadre", r.officials)]
        kin = relatives_of(cadre_docs, official_docs, self.problems)
        cadres = {d.id: Cadre(d.id, d.name, d.category, d.party_member, kin[d.id]) for d in cadre_docs}
        spans = {d.id: d.at.value("id") for d in cadre_docs} | {
            f"{d.id}/category": d.at.value("category") for d in cadre_docs
        }
        roster = Roster(self.district, townships, hosts, units, cadres, {}, {}, spans)
        officials = read_officials(official_docs, roster.every_unit, cadres, kin, self.problems)
        posting_docs = [d for r in docs for d in self._unique("posting", r.postings)]
        postings = {d.id: p for d in posting_docs if (p := self._posting(d, roster)) is not None}
        return evolve(roster, postings=self._in_succession(postings), officials=officials)

    def _unique(self, what: str, docs: Iterable[Any]) -> list[Any]:
        kept = []
        for doc in docs:
            span = doc.at.value("id")
            first = self.seen.get((what, doc.id))
            if first is not None or (what == "unit" and doc.id == self.district.id):
                label = Text("第一次用在这里", "first used here")
                self.problems.add("CE306", span, id=doc.id, also=[(label, first)] if first else [])
                continue
            self.seen[(what, doc.id)] = span
            kept.append(doc)
        return kept

    def _posting(self, doc: PostingDoc, roster: Roster) -> Posting | None:
        at = doc.at
        known = [
            self.problems.known(doc.cadre, roster.cadres, at.value("cadre"), Text("驻村干部", "cadre")),
            self.problems.known(doc.host, roster.hosts, at.value("host"), Text("帮扶村/社区", "host")),
            self.problems.known(
                doc.sending_unit, roster.sending_units, at.value("sending_unit"), Text("派出单位", "sending unit")
            ),
        ]
        self._check_dates(doc)
        if not all(known):
            return None
        cadre = roster.cadres[doc.cadre]
        moves, absent = read_transfers(doc, cadre, roster.every_unit, self.problems)
        ended = doc.ended
        return Posting(
            doc.id, cadre, roster.hosts[doc.host], doc.role, roster.sending_units[doc.sending_unit], doc.from_, doc.to,
            ended.on if ended else None, ended.reason if ended else None, doc.duties, doc.targets,
            moves, absent, at.value("id"), at.key("targets"), doc.known_on,
            (ended.known_on or ended.on) if ended else None,
        )  # fmt: skip

    def _check_dates(self, doc: PostingDoc) -> None:
        if doc.to is not None and doc.to < doc.from_:
            self.problems.add("CE431", doc.at.value("to"))
        if doc.ended is None:
            return
        if doc.ended.on < doc.from_ or (doc.to is not None and doc.ended.on > doc.to):
            self.problems.add("CE601", doc.ended.at.value("on"), first=str(doc.from_), last=str(doc.to or "…"))

    def _in_succession(self, postings: Mapping[str, Posting]) -> dict[str, Posting]:
        """The postings of each cadre follow one another."""
        by_cadre: dict[str, list[Posting]] = {}
        for posting in sorted(postings.values(), key=lambda p: (p.start, p.id)):
            by_cadre.setdefault(posting.cadre.id, []).append(posting)
        for own in by_cadre.values():
            self._check_overlaps(own)
        found = {posting.id: posting for own in by_cadre.values() for posting in ends_known(own)}
        return {name: found[name] for name in postings}

    def _check_overlaps(self, own: Sequence[Posting]) -> None:
        for before, after in zip(own, own[1:], strict=False):
            if before.days.overlap(after.days) is not None and before.span and after.span:
                label = Text("另一个派驻", "the other posting")
                last = before.days.last.isoformat() if before.days.last < date(9999, 1, 1) else "…"
                self.problems.add("CE604", after.span, cadre=after.cadre.name, last=last, also=[(label, before.span)])
