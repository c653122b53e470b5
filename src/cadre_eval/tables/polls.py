"""What is said of a review or survey as a whole: why there is none, or since when it is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
from attrs import define, field

from cadre_eval.columns.batch import LACKING, PENDING, PRESENT
from cadre_eval.columns.graph import Array
from cadre_eval.errors import Problems, Text
from cadre_eval.model.records import FactState
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.tables.cells import cell
from cadre_eval.tables.columns_of import POLLS, STATES
from cadre_eval.tables.facts import day_numbers
from cadre_eval.tables.index import Index
from cadre_eval.tables.numbers import is_text, look_up
from cadre_eval.tables.slots import SlotReader, check_columns
from cadre_eval.workspace.shapes import shapes_of


@define(eq=False)
class Polls:
    """By record: what each posting lacks of it, as the numbers of a batch."""

    states: dict[str, Array] = field(factory=dict)


class PollsReader:
    """Reads the table of polls."""

    def __init__(self, plan: PeriodPlan, index: Index, rows: int, as_of: date, problems: Problems) -> None:
        shapes = shapes_of(plan)
        self.records = [*shapes.reviews, *shapes.surveys]
        self.rows, self.as_of, self.problems = rows, as_of, problems
        self.slots = SlotReader(index, {}, False, Text("评议或测评", "review or survey"), problems)
        self.polls = Polls()

    def check(self, columns: Mapping[str, pa.DataType], file: str) -> bool:
        return check_columns(columns, POLLS, ("posting", "record"), file, self.problems)

    def read(self, batch: pa.RecordBatch, file: str, first_row: int) -> None:
        codes, rows = self.slots.rows(batch, file, first_row)
        record = self.slots.column(batch, "record", "")
        for code in np.unique(record.codes).tolist():
            name = record.texts[code]
            place = cell(file, first_row + int(np.argmax(record.codes == code)), "record", name)
            self.problems.known(name, self.records, place, Text("评议或测评", "review or survey"))
        if self.problems:
            return
        state = self._states(batch, file, first_row)
        if "held_on" in batch.schema.names:
            days = day_numbers(batch.column("held_on"), file, first_row, "held_on", self.problems)
            state = np.where((days > self.as_of.toordinal()) & (state == PRESENT), PENDING, state)
        for code in np.unique(record.codes).tolist():
            own = record.codes == code
            stored = self.polls.states.setdefault(record.texts[code], np.zeros(self.rows, dtype=np.uint8))
            stored[rows[codes[own]]] = state[own]

    def _states(self, batch: pa.RecordBatch, file: str, first_row: int) -> Array:
        if "state" not in batch.schema.names or pa.types.is_null(batch.column("state").type):
            return np.zeros(batch.num_rows, dtype=np.uint8)

        def read(text: str, row: int) -> int:
            place = cell(file, first_row + row, "state", text)
            if text == "present" or not self.problems.known(text, STATES, place, Text("状态", "state")):
                return PRESENT
            return LACKING[FactState(text)]

        column = batch.column("state")
        codes, meaning = look_up(column if is_text(column.type) else column.cast(pa.string()), read)
        return np.array([*(x or 0 for x in meaning), 0], dtype=np.uint8)[codes]
