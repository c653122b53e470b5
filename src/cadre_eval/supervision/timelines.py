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
        left = (line for line in self.lines.values() if line.now is not None and not line.handed_on)
        return asked.on in self.posting.days or any(line.now and line.away(line.now) for line in left)


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
    told = [PostingLines(p, found[p.id]) for p in known if p.id in found]
    for number in range(len(told) - 2, -1, -1):
        before, later = told[number], told[number + 1 :]
        lines = {name: _handed_on(line, [p.lines[name] for p in later]) for name, line in before.lines.items()}
        told[number] = evolve(before, lines=lines)
    return tuple(told)


def _handed_on(line: Line, later: Sequence[Line]) -> Line:
    """What a later posting took over directly is where the moves of that one have brought it since."""
    held = line.now
    for other in later if held is not None and line.away(held) else ():
        opening = other.stretches[0] if other.stretches else None
        if held is None or opening is None or opening.end is None or opening.unit != held.unit:
            continue
        if (held.first or line.posting.start) < opening.end and len(other.stretches) > 1:
            kept = (*line.stretches[:-1], evolve(held, end=opening.end))
            return evolve(line, stretches=(*kept, *other.stretches[1:]), handed_on=True)
    return line


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
