"""The transfers of a posting, read and checked: at every moment, by what was known on any day, one holder at most."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from attrs import evolve, field, frozen

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.model.people import Cadre
from cadre_eval.model.postings import Posting
from cadre_eval.model.transfers import RELATIONS, Relation, Transfer, Withdrawn, stretches
from cadre_eval.scoring.eligibility import RELATION_NAMES
from cadre_eval.workspace.documents import PostingDoc, TransferDoc

Moves = Mapping[Relation, tuple[Transfer, ...]]


@frozen(eq=False)
class _Entry:
    """A move with the words it was read from."""

    move: Transfer
    doc: TransferDoc

    def as_known(self, day: date) -> _Entry | None:
        move = self.move.as_known(day)
        return None if move is None else evolve(self, move=move)


def read_transfers(
    doc: PostingDoc, cadre: Cadre, units: Collection[str], problems: Problems
) -> tuple[Moves, frozenset[Relation]]:
    """The moves of each relation, and the relations the cadre does not have."""
    found: dict[Relation, tuple[Transfer, ...]] = {}
    absent: frozenset[Relation] = frozenset() if cadre.party_member else frozenset({"party"})
    for relation in RELATIONS if doc.transfers else ():
        written = getattr(doc.transfers, relation)
        if written is None or doc.transfers is None:
            continue
        if relation == "party" and (written == "not-applicable") == cadre.party_member:
            problems.add("CE602", doc.transfers.at.key("party"), cadre=cadre.name)
        docs = written if isinstance(written, tuple) else () if written == "not-applicable" else (written,)
        reading = _Timeline(relation, doc, units, problems)
        moves = reading.read(docs)
        if moves:
            found[relation] = moves
    return found, absent


@frozen(eq=False)
class _Timeline:
    """One relation of one posting."""

    relation: Relation
    posting: PostingDoc
    units: Collection[str]
    problems: Problems
    told: set[tuple[str, Span]] = field(factory=set)

    def read(self, docs: Sequence[TransferDoc]) -> tuple[Transfer, ...]:
        entries = [_Entry(self._move(doc), doc) for doc in docs]
        before = len(self.problems)
        for entry in entries:
            self._check_entry(entry)
        if len(self.problems) == before:
            for day in sorted({day for entry in entries for day in _turns(entry.move)}):
                known = [kept for entry in entries if (kept := entry.as_known(day)) is not None]
                self._check_known(sorted(known, key=lambda entry: entry.move.order))
        return tuple(sorted((entry.move for entry in entries), key=lambda move: move.order))

    def _move(self, doc: TransferDoc) -> Transfer:
        withdrawn = None if doc.withdrawn is None else Withdrawn(doc.withdrawn.on, doc.withdrawn.reason)
        return Transfer(
            self.relation, doc.from_, doc.to, doc.effective, doc.returned, doc.evidence,
            doc.known_on or doc.effective, doc.released or doc.effective, withdrawn, doc.at.span,
        )  # fmt: skip

    def _check_entry(self, entry: _Entry) -> None:
        move, at, problems = entry.move, entry.doc.at, self.problems
        for name, key in ((move.origin, "from"), (move.receiver, "to")):
            if name is not None:
                problems.known(name, self.units, at.value(key), Text("单位", "unit"))
        self._check_term(entry)
        if move.returned is not None and move.returned <= move.effective:
            problems.add("CE431", at.value("returned"))
        if move.withdrawn is not None and entry.doc.withdrawn is not None and move.withdrawn.on < move.known_on:
            span, what = entry.doc.withdrawn.at.value("on"), Text("得知这次划转的日期", "the transfer was known")
            problems.add("CE702", span, day=str(move.withdrawn.on), what=what, first=str(move.known_on))

    def _check_term(self, entry: _Entry) -> None:
        """A relation moves within the posting; it may go back to the sending unit after that."""
        move, first, last = entry.move, self.posting.from_, self.posting.to
        ended = self.posting.ended
        if ended is not None:
            known = max(move.known_on, ended.known_on or ended.on)
            if move.withdrawn is None or move.withdrawn.on > known:
                last = ended.on
        after = last is not None and move.effective > last and move.receiver != self.posting.sending_unit
        if move.effective < first or after:
            self.problems.add("CE603", entry.doc.at.value("effective"), first=str(first), last=str(last or "…"))

    def _check_known(self, entries: Sequence[_Entry]) -> None:
        """Everything that was believed on one day agrees."""
        for pair in zip(entries, entries[1:], strict=False):
            if pair[0].move.effective == pair[1].move.effective:
                first, second = sorted(pair, key=lambda entry: entry.doc.at.span.sort_key)
                self._tell("CE704", second, "effective", first, relation=self._name, day=str(second.move.effective))
                return
        for number, entry in enumerate(entries):
            self._check_release(entry, entries[number - 1] if number else None)
            if number:
                self._check_origin(entry, entries[:number])

    def _check_release(self, entry: _Entry, before: _Entry | None) -> None:
        """The old holder lets go while it holds the relation, and before the new one takes it."""
        move = entry.move
        first = self.posting.from_
        if before is not None:
            back = before.move.returned
            if back is not None and back > move.effective:
                a, b = before.move.receiver, move.receiver
                day = str(move.effective)
                self._tell(
                    "CE705", entry, "effective", before, relation=self._name, day=day, a=a, b=b, back=str(back)
                )
                return
            first = back or date.fromordinal(before.move.effective.toordinal() + 1)
        if not first <= move.released <= move.effective:
            self._tell("CE706", entry, "released", before, first=str(first), last=str(move.effective))

    def _check_origin(self, entry: _Entry, earlier: Sequence[_Entry]) -> None:
        named = entry.move.origin
        held = stretches([e.move for e in earlier], self.posting.sending_unit)
        holder = next(s.unit for s in reversed(held) if s.first is None or s.first <= entry.move.released)
        if named is not None and named != holder:
            day = str(entry.move.released)
            self._tell("CE707", entry, "from", earlier[-1], day=day, holder=holder or "—", name=named)

    @property
    def _name(self) -> Text:
        return RELATION_NAMES[self.relation]

    def _tell(self, code: str, entry: _Entry, key: str, other: _Entry | None, **args: str | Text) -> None:
        """Adds a problem once, whatever the days on which it was so."""
        span = entry.doc.at.value(key)
        if (code, span) not in self.told:
            self.told.add((code, span))
            label = Text("另一次划转", "the other move")
            also = [] if other is None else [(label, other.doc.at.value("effective"))]
            self.problems.add(code, span, fix=None, also=also, **args)


def _turns(move: Transfer) -> Iterator[date]:
    """The days on which something about a move became known."""
    yield move.known_on
    if move.return_known_on is not None:
        yield move.return_known_on
    if move.withdrawn is not None:
        yield move.withdrawn.on


def ends_known(postings: Sequence[Posting]) -> Iterator[Posting]:
    """The postings of one cadre, by their first days: who knows of the next one knows that the one before is over."""
    for number, posting in enumerate(postings):
        following = postings[number + 1] if number + 1 < len(postings) else None
        if following is None or posting.ended_known_on is None:
            yield posting
        else:
            yield evolve(posting, ended_known_on=min(posting.ended_known_on, following.known_on or date.min))
