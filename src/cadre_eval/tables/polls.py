"""What is said of a review or survey as a whole: why there is none, or since when it is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
from attrs import define, field

from cadre_eval.columns.batch import LACKING
from cadre_eval.columns.integers import Array
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.model.records import FactState
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.tables.cells import SHOWN, cell, cells_of
from cadre_eval.tables.columns_of import POLLS, STATES
from cadre_eval.tables.facts import HELD, day_numbers, state_numbers
from cadre_eval.tables.index import Index
from cadre_eval.tables.marks import Marks
from cadre_eval.tables.roles import check_columns
from cadre_eval.tables.slots import SlotReader
from cadre_eval.tables.votes import Votes
from cadre_eval.workspace.shapes import shapes_of

WHAT = Text("评议或测评", "review or survey")
WORDS = {LACKING[FactState(word)]: word for word in STATES}
LATE = 254
"""Held after the day of knowledge: pending, whatever was given."""


@define(eq=False)
class Polls:
    """By record: what is said of it for each posting, as the numbers of a batch; 0 where nothing is, or ``HELD``, ``LATE``."""

    states: dict[str, Array] = field(factory=dict)


class PollsReader:
    """Reads the table of polls, after the votes and marks."""

    def __init__(
        self, plan: PeriodPlan, index: Index, as_of: date, votes: Votes, marks: Marks, problems: Problems
    ) -> None:
        shapes = shapes_of(plan)
        self.records = {record: [seen for own, seen in ((shapes.reviews, marks.seen), (shapes.surveys, votes.seen)) if record in own]
                        for record in (*shapes.reviews, *shapes.surveys)}  # fmt: skip
        self.rows, self.as_of, self.problems = votes.rows, as_of, problems
        self.slots = SlotReader(index, {}, {}, WHAT, problems)
        self.polls = Polls()
        self.named: dict[str, Array] = {}

    def check(self, columns: Mapping[str, pa.DataType], file: str) -> bool:
        return check_columns(columns, POLLS, ("posting", "record"), file, self.problems)

    def read(self, batch: pa.RecordBatch, file: str, first_row: int) -> None:
        self.file, self.first_row = file, first_row
        codes, rows = self.slots.rows(batch, file, first_row)
        record = self.slots.words(batch, "record", self.records, WHAT, file, first_row)
        if self.problems:
            return
        said = self._states(batch)
        state = said
        if "held_on" in batch.schema.names:
            days = day_numbers(batch.column("held_on"), self.problems, cells_of(file, first_row, "held_on"))
            state = np.where((days > self.as_of.toordinal()) & ((said == 0) | (said == HELD)), LATE, said)
        for code in np.unique(record.codes).tolist():
            own = np.flatnonzero(record.codes == code)
            self._keep(record.texts[code], rows[codes[own]], own, state[own], said[own])

    def _keep(self, record: str, rows: Array, own: Array, state: Array, said: Array) -> None:
        """What is said of one record: once of each posting, and nothing that what was given speaks against."""
        named = self.named.setdefault(record, np.zeros(self.rows, dtype=bool))
        _, firsts = np.unique(rows, return_index=True)
        again = named[rows]
        again[np.setdiff1d(np.arange(len(rows)), firsts)] = True
        for at in np.flatnonzero(again)[:SHOWN].tolist():
            self.problems.add("CE306", self._at("record", int(own[at]), record), id=record)
        named[rows] = True
        against = (said > 0) & (said != HELD) & self._given(record)[rows]
        for at in np.flatnonzero(against)[:SHOWN].tolist():
            self.problems.add("CE605", self._at("state", int(own[at]), WORDS[int(said[at])]))
        self.polls.states.setdefault(record, np.zeros(self.rows, dtype=np.uint8))[rows] = state

    def _given(self, record: str) -> Array:
        """Which postings have everything of a record. What is said of a review and a survey of one name is said of the one
        that has nothing.
        """
        nobody = np.zeros(self.rows, dtype=bool)
        return np.asarray(np.logical_and.reduce([seen.get(record, nobody) for seen in self.records[record]]))

    def _states(self, batch: pa.RecordBatch) -> Array:
        if "state" not in batch.schema.names or pa.types.is_null(batch.column("state").type):
            return np.zeros(batch.num_rows, dtype=np.uint8)
        return state_numbers(batch.column("state"), self.problems, cells_of(self.file, self.first_row, "state"))

    def _at(self, name: str, row: int, text: str) -> Span:
        return cell(self.file, self.first_row + row, name, text)
