"""The facts table to columns: every value as its declaration takes it, or a problem at its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from cadre_eval.columns.batch import LACKING, MISSING, PENDING, PRESENT, Numbers, Values
from cadre_eval.columns.graph import Array
from cadre_eval.errors import Problems, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.records import FactState
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.nodes import Scalar
from cadre_eval.reading.scalars import BadScalar, parse_number, parse_unsigned
from cadre_eval.reading.structure import StrictReader
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.kind import Bounds, fact_bounds
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.tables.cells import SHOWN, cell, header
from cadre_eval.tables.columns_of import STATES, fact_columns
from cadre_eval.tables.numbers import Whole, is_number, is_text, look_up, nulls, slim, taken, whole
from cadre_eval.workspace.facts import FactReader
from cadre_eval.workspace.shapes import shapes_of

ZERO = Fraction(0)
JOINTS = "、;；|,，"
"""What may stand between the words of a set written as one text."""


@frozen(eq=False)
class FactRows:
    """Some rows of the facts table."""

    rows: int
    facts: Mapping[str, Values] = field(factory=dict)
    externals: Mapping[str, Values] = field(factory=dict)
    earlier: Mapping[str, Values] = field(factory=dict)

    def taken(self, rows: Array) -> FactRows:
        """The rows in another order; -1 for one of which nothing is on record."""
        groups = [{k: moved(v, rows) for k, v in g.items()} for g in (self.facts, self.externals, self.earlier)]
        return FactRows(len(rows), *groups)


class FactsReader:
    """Reads the facts table of one period."""

    def __init__(self, rules: CompiledRuleset, plan: PeriodPlan, as_of: date, problems: Problems) -> None:
        self.rules, self.plan, self.as_of, self.problems = rules, plan, as_of, problems
        self.known = fact_columns(rules, plan)
        self.reader = FactReader(StrictReader(), problems)
        self.scales = shapes_of(plan).externals

    def check(self, columns: Mapping[str, pa.DataType], file: str) -> bool:
        """Whether every column is one that the rules know, of a type that can be read."""
        before = len(self.problems)
        allowed = [*self.known, "posting"]
        for name, kind in columns.items():
            if name not in allowed:
                fix, shown = closest(name, allowed), listed(allowed, 40)
                self.problems.add("CE201", header(file, name), fix=fix, key=name, allowed=shown)
            elif pa.types.is_floating(kind):
                self.problems.add("CE821", header(file, name), column=name, type=str(kind))
        if "posting" not in columns:
            self.problems.add("CE203", header(file, "posting"), key="posting")
        return len(self.problems) == before

    def read(self, batch: pa.RecordBatch, file: str, first_row: int) -> FactRows:
        """A batch of rows; problems are noted for cells that cannot be read."""
        self.file, self.first_row = file, first_row
        by_group: dict[str, dict[str, dict[str, pa.Array]]] = {"fact": {}, "external": {}, "earlier": {}}
        for name in batch.schema.names:
            column = self.known.get(name)
            if column is not None:
                by_group[column.of].setdefault(column.name, {})[column.part] = batch.column(name)
        facts = {n: self._fact(n, self.rules.facts[n], parts) for n, parts in by_group["fact"].items()}
        externals = {n: self._external(n, parts) for n, parts in by_group["external"].items()}
        earlier = {n: self._earlier(n, parts["value"]) for n, parts in by_group["earlier"].items()}
        return FactRows(batch.num_rows, facts, externals, earlier)

    def _fact(self, name: str, doc: FactDoc, parts: Mapping[str, pa.Array]) -> Values:
        if doc.type == "sample":
            return self._sample(name, parts)
        column = parts.get("value")
        if column is None or pa.types.is_null(column.type):
            rows = len(next(iter(parts.values())))
            found = Values(None, np.full(rows, MISSING, dtype=np.uint8))
        elif doc.type == "choices":
            found = self._choices(name, doc, column)
        elif doc.type == "choice":
            found = self._words(name, doc, column)
        else:
            found = self._numbers(name, name, column, doc)
        return self._with_state(name, found, parts)

    def _numbers(self, key: str, name: str, column: pa.Array, doc: FactDoc) -> Values:
        if is_text(column.type):
            codes, meaning = look_up(column, lambda text, row: self._parsed(name, text, row, doc))
            number = taken([Fraction(x) if isinstance(x, Fraction | bool) else ZERO for x in meaning], codes)
        elif is_number(column.type):
            number = whole(column)
            self._check(name, number, fact_bounds(doc), doc)
        else:
            self.problems.add("CE822", header(self.file, name), column=name, type=str(column.type), expected=doc.type)
            return Values(None, np.full(len(column), MISSING, dtype=np.uint8))
        array = number.array
        found = (int(array.min()), int(array.max())) if len(array) else (0, 0)
        if number.null is not None:  # rows without a value hold 0
            found = (min(found[0], 0), max(found[1], 0))
        numbers = Numbers(f"fact/{key}", number.step, slim(array, found), bounds=fact_bounds(doc), found=found)
        return Values(numbers, _missing(number.null))

    def _parsed(self, name: str, text: str, row: int, doc: FactDoc) -> Any:
        """A text as the declaration takes it; a problem at the first row that has it."""
        place = cell(self.file, self.first_row + row, name, text)
        node = Scalar(text, place.source, place.line, place.column, place.length)
        fact = self.reader.read(node, doc)
        return None if fact is None else fact.value

    def _check(self, name: str, number: Whole, bounds: Bounds, doc: FactDoc | None) -> None:
        """Numbers must lie where the declaration says; counts must be whole."""
        array, step = number.array, number.step
        if not len(array):
            return
        bad = np.zeros(len(array), dtype=bool)
        low, high = bounds
        if low is not None and int(array.min()) < low / step:
            bad |= array < ceil(low / step)
        if high is not None and int(array.max()) > high / step:
            bad |= array > floor(high / step)
        if doc is not None and doc.type == "count" and step.denominator != 1:
            bad |= array % step.denominator != 0
        if number.null is not None:
            bad &= ~number.null
        for row in np.flatnonzero(bad)[:SHOWN].tolist():
            self._refuse(name, row, Fraction(int(array[row])) * step, bounds, doc)

    def _refuse(self, name: str, row: int, value: Fraction, bounds: Bounds, doc: FactDoc | None) -> None:
        text = number_text(value)
        if doc is not None:
            self._parsed(name, text, row, doc)
            return
        ends = ["∞" if end is None else number_text(end) for end in bounds]
        limit = Text(f"在 {ends[0]} 到 {ends[1]} 之间", f"between {ends[0]} and {ends[1]}")
        self.problems.add("CE213", cell(self.file, self.first_row + row, name, text), text=text, limit=limit)

    def _words(self, name: str, doc: FactDoc, column: pa.Array) -> Values:
        column = column if is_text(column.type) else pc.cast(column, pa.string())
        codes, meaning = look_up(column, lambda text, row: self._parsed(name, text, row, doc))
        places = [Fraction(doc.options.index(word)) if word is not None else ZERO for word in meaning]
        number = taken(places, codes)
        found = (0, max(0, len(doc.options) - 1))
        return Values(
            Numbers(f"fact/{name}", Fraction(1), slim(number.array, found), found=found), _missing(number.null)
        )

    def _choices(self, name: str, doc: FactDoc, column: pa.Array) -> Values:
        if is_text(column.type):
            codes, meaning = look_up(column, lambda text, row: self._set(name, _split(text), row, doc))
            null = codes < 0
            chosen = {w: np.array([*(m is not None and w in m for m in meaning), False], dtype=np.int64)[codes]
                      for w in doc.options}  # fmt: skip
        else:
            null = nulls(column) if nulls(column) is not None else np.zeros(len(column), dtype=bool)
            chosen = self._listed(name, doc, column)
        words = {
            w: Numbers(f"fact/{name}/{w}", Fraction(1), slim(array, (0, 1)), bounds=(ZERO, Fraction(1)), found=(0, 1))
            for w, array in chosen.items()
        }
        return Values(None, _missing(null), words)

    def _listed(self, name: str, doc: FactDoc, column: pa.Array) -> dict[str, Array]:
        """Lists of words, flattened once."""
        if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
            self.problems.add("CE822", header(self.file, name), column=name, type=str(column.type), expected=doc.type)
            return {word: np.zeros(len(column), dtype=np.int64) for word in doc.options}
        rows = pc.list_parent_indices(column).to_numpy()
        flat = pc.list_flatten(column)
        codes, meaning = look_up(flat, lambda text, at: self._set(name, [text], int(rows[at]), doc))
        found = {}
        for word in doc.options:
            has = np.array([*(m is not None and word in m for m in meaning), False])[codes]
            found[word] = np.bincount(rows[has], minlength=len(column)).astype(np.int64)
            for row in np.flatnonzero(found[word] > 1)[:SHOWN].tolist():
                self.problems.add("CE306", cell(self.file, self.first_row + row, name, word), id=word)
        return found

    def _set(self, name: str, words: Sequence[str], row: int, doc: FactDoc) -> frozenset[str] | None:
        place = cell(self.file, self.first_row + row, name, "、".join(words))
        sound = [self.problems.known(word, doc.options, place, Text("选项", "option")) for word in words]
        if len(set(words)) < len(words):
            self.problems.add("CE306", place, id=next(w for w in words if words.count(w) > 1))
        return frozenset(words) if all(sound) else None

    def _sample(self, name: str, parts: Mapping[str, pa.Array]) -> Values:
        rows = len(next(iter(parts.values())))
        count = FactDoc(type="count")
        found = {}
        state = np.zeros(rows, dtype=np.uint8)
        for part in ("checked", "passed"):
            column = parts.get(part)
            if column is None or pa.types.is_null(column.type):
                state[:] = MISSING
                found[part] = Numbers(f"fact/{name}.{part}", Fraction(1), np.zeros(rows, dtype=np.int64))
                continue
            values = self._numbers(f"{name}.{part}", f"{name}.{part}", column, count)
            if values.numbers is not None:
                found[part] = values.numbers
            if values.state is not None:
                state = np.maximum(state, values.state)
        if len(found) == 2:
            self._check_sample(name, found, state)
        return self._with_state(name, Values(None, state if state.any() else None, found), parts)

    def _check_sample(self, name: str, found: Mapping[str, Numbers], state: Array) -> None:
        checked, passed = found["checked"].array, found["passed"].array
        bad = (passed > checked) & (state == PRESENT)  # type: ignore[operator]
        for row in np.flatnonzero(bad)[:SHOWN].tolist():
            text, most = str(passed[row]), str(checked[row])  # type: ignore[index]
            limit = Text(f"不大于 {most}", f"at most {most}")
            self.problems.add(
                "CE213", cell(self.file, self.first_row + row, f"{name}.passed", text), text=text, limit=limit
            )

    def _external(self, name: str, parts: Mapping[str, pa.Array]) -> Values:
        column = parts.get("value")
        bounds: Bounds = (ZERO, self.scales[name])
        if column is None or pa.types.is_null(column.type):
            rows = len(next(iter(parts.values())))
            return self._with_state(f"external.{name}", Values(None, np.full(rows, MISSING, dtype=np.uint8)), parts)
        number = self._exact(f"external.{name}", column, bounds, parse_number)
        found = Values(Numbers(f"external/{name}", number.step, number.array), _missing(number.null))
        return self._with_state(f"external.{name}", found, parts)

    def _earlier(self, name: str, column: pa.Array) -> Values:
        reach = self.rules.periods[name].reach
        number = self._exact(f"earlier.{name}", column, (reach.low, reach.high), parse_unsigned)
        return Values(Numbers(f"earlier/{name}", number.step, number.array), _missing(number.null))

    def _exact(self, name: str, column: pa.Array, bounds: Bounds, parse: Callable[[str], Fraction]) -> Whole:
        """A column of plain numbers."""
        if is_text(column.type):

            def read(text: str, row: int) -> Fraction | None:
                try:
                    return parse(text)
                except BadScalar as bad:
                    self.problems.add_bad(
                        bad.code, cell(self.file, self.first_row + row, name, text), bad.fix, bad.args_
                    )
                    return None

            codes, meaning = look_up(column, read)
            number = taken([ZERO if x is None else x for x in meaning], codes)
            self._check(name, number, bounds, None)
            return number
        if not is_number(column.type):
            self.problems.add("CE822", header(self.file, name), column=name, type=str(column.type), expected="number")
            return Whole(np.zeros(len(column), dtype=np.int64), Fraction(1), np.ones(len(column), dtype=bool))
        number = whole(column)
        self._check(name, number, bounds, None)
        return number

    def _with_state(self, name: str, found: Values, parts: Mapping[str, pa.Array]) -> Values:
        """What is said of a fact beside its value: why it is not there, and since when it is known."""
        state = found.state
        if "state" in parts and not pa.types.is_null(parts["state"].type):
            said = self._states(name, parts["state"])
            rows = len(said)
            old = np.zeros(rows, dtype=np.uint8) if state is None else state
            clash = (said > 0) & (old == PRESENT)
            for row in np.flatnonzero(clash)[:SHOWN].tolist():
                self.problems.add("CE605", cell(self.file, self.first_row + row, f"{name}.state", "…"))
            state = np.where(said > 0, said, old).astype(np.uint8)
        if "known_on" in parts and not pa.types.is_null(parts["known_on"].type):
            later = self._later(f"{name}.known_on", parts["known_on"])
            old = np.zeros(len(later), dtype=np.uint8) if state is None else state
            state = np.where(later & (old == PRESENT), PENDING, old).astype(np.uint8)
        return evolve(found, state=state if state is not None and state.any() else None)

    def _states(self, name: str, column: pa.Array) -> Array:
        def read(text: str, row: int) -> int:
            place = cell(self.file, self.first_row + row, f"{name}.state", text)
            if text == "present" or not self.problems.known(text, STATES, place, Text("状态", "state")):
                return PRESENT
            return LACKING[FactState(text)]

        codes, meaning = look_up(pc.cast(column, pa.string()) if not is_text(column.type) else column, read)
        return np.array([*(x or 0 for x in meaning), 0], dtype=np.uint8)[codes]

    def _later(self, name: str, column: pa.Array) -> Array:
        days = day_numbers(column, self.file, self.first_row, name, self.problems)
        return days > self.as_of.toordinal()


def day_numbers(column: pa.Array, file: str, first_row: int, name: str, problems: Problems) -> Array:
    """Dates as ordinals; 0 where there is none."""
    from cadre_eval.reading.scalars import parse_date

    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        days = pc.cast(pc.cast(column, pa.date32()), pa.int32()).fill_null(-719163).to_numpy(zero_copy_only=False)
        return np.asarray(days.astype(np.int64) + date(1970, 1, 1).toordinal())
    if pa.types.is_null(column.type):
        return np.zeros(len(column), dtype=np.int64)

    def read(text: str, row: int) -> int:
        try:
            return parse_date(text).toordinal()
        except BadScalar as bad:
            problems.add_bad(bad.code, cell(file, first_row + row, name, text), bad.fix, bad.args_)
            return 0

    codes, meaning = look_up(column if is_text(column.type) else pc.cast(column, pa.string()), read)
    return np.array([*(x or 0 for x in meaning), 0], dtype=np.int64)[codes]


def _split(text: str) -> list[str]:
    for joint in JOINTS:
        text = text.replace(joint, "\n")
    return [word for part in text.split("\n") if (word := part.strip())]


def _missing(null: Array | None) -> Array | None:
    if null is None or not null.any():
        return None
    return np.where(null, MISSING, PRESENT).astype(np.uint8)


def moved(values: Values, rows: Array) -> Values:
    """A fact's column in another order; nothing on record where the row is -1."""
    absent = rows < 0
    state = values.state
    if state is not None or absent.any():
        old = np.zeros(1, dtype=np.uint8) if state is None else state
        state = np.where(absent, MISSING, old[rows] if state is not None else PRESENT).astype(np.uint8)

    def own(numbers: Numbers | None) -> Numbers | None:
        return None if numbers is None or numbers.array is None else evolve(numbers, array=numbers.array[rows])

    words = {word: found for word, numbers in values.words.items() if (found := own(numbers)) is not None}
    return Values(own(values.numbers), state, words)
