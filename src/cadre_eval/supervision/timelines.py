"""The transfers of everybody on a day, as known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from cadre_eval.model.postings import Posting
from cadre_eval.model.transfers import RELATIONS, Relation
from cadre_eval.supervision.timeline import Line, Question, Statement, lines_of
from cadre_eval.supervision.timeline_breaches import breach_statements
from cadre_eval.supervision.timeline_limits import limit_statements


@frozen(eq=False)
class PostingLines:
    """The four relations of one posting."""

    posting: Posting
    """As known."""
    lines: Mapping[Relation, Line]

    @property
    def statements(self) -> tuple[Statement, ...]:
        found = [statement for line in self.lines.values() for statement in line.statements]
        return tuple(sorted(found, key=lambda s: s.order))

    def lasting(self, asked: Question) -> bool:
        """Whether it lasts on the day asked about, or some relation has not gone back since."""
        return asked.on in self.posting.days or any(line.now and line.away(line.now) for line in self.lines.values())


@frozen(eq=False)
class Transfers:
    """What was asked of whom, and how it was."""

    title: str
    asked: Question
    postings: tuple[PostingLines, ...]
    ruleset: str | None = None
    """The ruleset in force on the day asked about; None if there is none."""
    one: bool = False
    """Whether it is about one cadre."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        found = [statement for posting in self.postings for statement in posting.statements]
        return tuple(sorted(found, key=lambda s: s.order))

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for posting in self.postings for line in posting.lines.values())


def transfers_of(postings: Sequence[Posting], asked: Question) -> tuple[PostingLines, ...]:
    """The postings of one cadre that were known, and begun on the day asked about, by their first days."""
    ordered = sorted(postings, key=lambda p: (p.start, p.id))
    known = [p for whole in ordered if (p := whole.as_known(asked.known_on)) is not None]
    found: dict[str, dict[Relation, Line]] = {}
    for line in lines_of(ordered, asked):
        others = [p for p in known if p.id != line.posting.id]
        found.setdefault(line.posting.id, {})[line.relation] = with_statements(line, others, asked)
    return tuple(PostingLines(p, found[p.id]) for p in known if p.id in found)


def with_statements(line: Line, others: Sequence[Posting], asked: Question) -> Line:
    """The line with all that is to be said of it."""
    said = [*limit_statements(line, others, asked), *breach_statements(line, others, asked)]
    return evolve(line, statements=tuple(sorted(said, key=lambda s: s.order)))


def everybody(by_cadre: Mapping[str, Sequence[Posting]], asked: Question) -> tuple[PostingLines, ...]:
    """All postings that last on the day asked about, or left something behind; by cadre and first day."""
    return tuple(
        lines for cadre in sorted(by_cadre) for lines in transfers_of(by_cadre[cadre], asked) if lines.lasting(asked)
    )


def undeclared(asked: Question) -> tuple[Relation, ...]:
    """Relations that are to move, or may, without a time limit: of their lateness nothing can be said."""
    rules = {relation: asked.rule(relation) for relation in RELATIONS}
    return tuple(
        r for r, rule in rules.items() if rule is None or (rule.within is None and rule.to != "sending-unit")
    )
