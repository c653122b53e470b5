"""Everything a run holds of all postings at once: the roster, the votes counted, the marks, and what polls lack."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define, field

from cadre_eval.columns.batch import BLOCKED, MISSING, PRESENT
from cadre_eval.columns.graph import Array
from cadre_eval.model.dates import Days
from cadre_eval.scoring.ballots import MarksOf, Quorum, VotesOf
from cadre_eval.tables.marks import Figures, Marks, slots_of
from cadre_eval.tables.polls import HELD, Polls
from cadre_eval.tables.roster import RosterTable
from cadre_eval.tables.votes import Votes


def given(votes: Votes, marks: Marks, record: str) -> Array:
    """Which postings have any vote or mark of a record."""
    nobody = np.zeros(votes.rows, dtype=bool)
    return np.asarray(votes.seen.get(record, nobody) | marks.seen.get(record, nobody))


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

    def state(self, record: str) -> Array:
        """What each posting lacks of a review or survey: nothing, if anything was given; what is said of it comes first."""
        if ("state", record) not in self.kept:
            found = np.where(given(self.votes, self.marks, record), PRESENT, MISSING).astype(np.uint8)
            said = self.polls.states.get(record)
            if said is not None:
                found = np.where(said == HELD, PRESENT, np.where(said > 0, said, found)).astype(np.uint8)
            self.kept["state", record] = found
        state: Array = self.kept["state", record]
        return state

    def figures(self, source: MarksOf) -> Figures:
        key = ("figures", id(source))
        if key not in self.kept:
            self.kept[key] = self.marks.figures(source)
        figures: Figures = self.kept[key]
        return figures

    def ranks(self, record: str) -> tuple[Array, Array, Fraction]:
        """How many ranks were given in a review, and their sum, over all classes and questions."""
        if ("ranks", record) not in self.kept:
            count = np.zeros(self.roster.rows, dtype=np.int64)
            total = np.zeros(self.roster.rows, dtype=np.int64)
            values = [int(v) if isinstance(v, Fraction) else 0 for v in self.marks.values]
            table = np.array([*values, 0], dtype=np.int64)
            for slot in slots_of(self.marks, record):
                given = self.marks.of(slot)
                often = 1 if given.counts is None else given.counts
                np.add.at(count, given.rows, often)
                np.add.at(total, given.rows, table[given.codes] * often)
            self.kept["ranks", record] = (count, total)
        count, total = self.kept["ranks", record]
        return count, total, Fraction(1)

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
        lack = np.where(self.state(source.record) == PRESENT, lack, PRESENT).astype(np.uint8)
        return lack if lack.any() else None

    def _too_few_back(self, source: Quorum, cast: Array) -> Array:
        """Where a smaller share came back than asked, or nobody says how many were issued."""
        asked = {votes.voter_class for votes in source.votes}
        issued, unsaid = np.zeros(len(cast), dtype=np.int64), np.zeros(len(cast), dtype=np.int64)
        for (record, voters), numbers in self.votes.issued.items():
            if record == source.record and (voters in asked or None in asked):
                issued += numbers
        for (record, voters), numbers in self.votes.unsaid.items():
            if record == source.record and (voters in asked or None in asked):
                unsaid += numbers
        turnout = source.turnout
        return np.asarray((unsaid > 0) | (cast * turnout.denominator < turnout.numerator * issued))
