"""Everything a run holds of all postings at once: the roster, the votes counted, the marks, and what polls lack."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define, field

from cadre_eval.columns.batch import BLOCKED, MISSING, PENDING, PRESENT, anywhere
from cadre_eval.columns.integers import ROOM, Array, integers, largest
from cadre_eval.model.dates import Days
from cadre_eval.scoring.ballots import MarksOf, Quorum, VotesOf
from cadre_eval.tables.facts import HELD
from cadre_eval.tables.marks import Figures, Marks
from cadre_eval.tables.polls import LATE, Polls
from cadre_eval.tables.roster import RosterTable
from cadre_eval.tables.votes import Votes


@define(eq=False, slots=False)
class Tallied:
    """Columns over the whole roster."""

    roster: RosterTable
    days: Days
    votes: Votes
    marks: Marks
    polls: Polls
    kept: dict[Any, Any] = field(factory=dict)

    @cached_property
    def served(self) -> Array:
        """Days of each posting in the period."""
        return self.roster.served(self.days)

    def review_state(self, record: str) -> Array:
        """What each posting lacks of a review."""
        return self._state("review", record, self.marks.seen)

    def survey_state(self, record: str) -> Array:
        """What each posting lacks of a survey."""
        return self._state("survey", record, self.votes.seen)

    def _state(self, kind: str, record: str, seen: Mapping[str, Array]) -> Array:
        """Nothing, if anything was given or it is said that it was held; else what is said of it."""
        if ("state", kind, record) not in self.kept:
            given = seen.get(record, np.zeros(self.roster.rows, dtype=bool))
            said = self.polls.states.get(record, np.zeros(self.roster.rows, dtype=np.uint8))
            there = np.where(given | (said == HELD), PRESENT, np.where(said > 0, said, MISSING))
            self.kept["state", kind, record] = np.where(said == LATE, PENDING, there).astype(np.uint8)
        state: Array = self.kept["state", kind, record]
        return state

    def figures(self, source: MarksOf) -> Figures | None:
        """None where columns cannot hold them."""
        key = ("figures", id(source))
        if key not in self.kept:
            self.kept[key] = self.marks.figures(source, self.roster.rows)
        figures: Figures | None = self.kept[key]
        return figures

    def ranks(self, record: str) -> tuple[Array, Array, Fraction]:
        """How many ranks were given in a review, and their sum, over all classes and questions."""
        if ("ranks", record) not in self.kept:
            values = [int(v) if isinstance(v, Fraction) else 0 for v in self.marks.values]
            table = integers([*values, 0])
            every = [self.marks.given[slot] for slot in self.marks.slots(record)]
            if largest(table) * sum(given.often for given in every) >= ROOM:
                table = table.astype(object)
            count = np.zeros(self.roster.rows, dtype=np.int64)
            total = np.zeros(self.roster.rows, dtype=table.dtype)
            for given in every:
                count += given.count
                total += given.total(table[given.codes])
            self.kept["ranks", record] = (count, total)
        count, total = self.kept["ranks", record]
        return count, total, Fraction(1)

    def unmarked(self, record: str) -> Array:
        """Where a review was held, but nobody gave a mark."""
        if ("unmarked", record) not in self.kept:
            found = self.review_state(record) == PRESENT
            for slot in self.marks.slots(record):
                found &= self.marks.given[slot].count == 0
            self.kept["unmarked", record] = found
        unmarked: Array = self.kept["unmarked", record]
        return unmarked

    def counts(self, source: VotesOf) -> Array:
        """Votes of one class (or all together) on one question: options, abstentions, invalid ones."""
        key = ("votes", source.record, source.voter_class, source.question)
        if key not in self.kept:
            asked = self.votes.classes(source.record, source.question)
            own = asked if source.voter_class is None else [source.voter_class] if source.voter_class in asked else []
            every = [self.votes.counts[source.record, name, source.question] for name in own]
            width = len(self.votes.options[source.record]) + 2
            self.kept[key] = (
                every[0] if len(every) == 1 else sum(every, np.zeros((width, self.roster.rows), dtype=np.int64))
            )
        counts: Array = self.kept[key]
        return counts

    def quorum(self, source: Quorum) -> Array | None:
        """Where too few ballots were cast or came back, or none counts."""
        counts = [self.counts(votes) for votes in source.votes]
        cast = sum((c.sum(axis=0) for c in counts), np.zeros(self.roster.rows, dtype=np.int64))
        counted = np.zeros(len(cast), dtype=bool)
        for votes, c in zip(source.votes, counts, strict=True):
            weights = [1] * len(votes.options) + [int(votes.count_abstain), int(votes.count_invalid)]
            counted |= sum(c[i] for i, weight in enumerate(weights) if weight) > 0
        short = cast < source.ballots
        if source.turnout:
            short |= self._too_few_back(source, cast)
        lack = np.where(~counted, MISSING, np.where(short, BLOCKED if source.blocks else MISSING, PRESENT)).astype(
            np.uint8
        )
        return anywhere(np.where(self.survey_state(source.record) == PRESENT, lack, PRESENT).astype(np.uint8))

    def issued(self, record: str, voters: str | None) -> tuple[Array, Array]:
        """Ballots issued to a class (None: to all), and how many rows do not say."""
        key = ("issued", record, voters)
        if key not in self.kept:
            self.kept[key] = self.votes.issued_to(record, voters)
        issued, unsaid = self.kept[key]
        return issued, unsaid

    def _too_few_back(self, source: Quorum, cast: Array) -> Array:
        """Where a smaller share came back than asked, or nobody says how many were issued."""
        asked = {votes.voter_class for votes in source.votes}
        every = [self.issued(source.record, own) for own in ([None] if None in asked else sorted(asked, key=str))]
        nobody: Array = np.zeros(len(cast), dtype=np.int64)
        issued, unsaid = (sum((own[part] for own in every), nobody) for part in (0, 1))
        turnout = source.turnout
        if max(largest(cast), largest(issued)) * turnout.denominator >= ROOM:
            cast, issued = cast.astype(object), issued.astype(object)
        return np.asarray((unsaid > 0) | (cast * turnout.denominator < turnout.numerator * issued), dtype=bool)
