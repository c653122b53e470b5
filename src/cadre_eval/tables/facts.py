"""The facts table to columns: every value as its declaration takes it, or a problem at its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from cadre_eval.columns.batch import LACKING, MISSING, PENDING, PRESENT, Numbers, Values, anywhere
from cadre_eval.columns.integers import Array, narrowed
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.model.records import FactState
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.nodes import Scalar
from cadre_eval.reading.scalars import parse_date, parse_number
from cadre_eval.reading.structure import StrictReader
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.kind import Bounds, fact_bounds
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.tables.cells import SHOWN, Places, cell, cells_of, few, parsed
from cadre_eval.tables.columns_of import STATES, fact_columns
from cadre_eval.tables.kinds import is_text
from cadre_eval.tables.numbers import Whole, look_up, looked_up, nulls, taken, whole
from cadre_eval.tables.roles import WORD, check_columns
from cadre_eval.workspace.facts import FactReader
from cadre_eval.workspace.shapes import shapes_of

ZERO = Fraction(0)
EPOCH = date(1970, 1, 1).toordinal()
UNREAD = 1
"""The day a date that cannot be read stands for until it is refused."""
HELD = 255
"""Said to be there, as a state: a review was held even if nobody gave a mark."""
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
        return self._changed(len(rows), lambda values: _moved(values, rows))

    def cut(self, first: int, last: int) -> FactRows:
        """Some rows after one another."""
        return self._changed(last - first, lambda values: values.taken(slice(first, last)))

    def _changed(self, rows: int, change: Callable[[Values], Values]) -> FactRows:
        groups = [{k: change(v) for k, v in g.items()} for g in (self.facts, self.externals, self.earlier)]
        return FactRows(rows, *groups)


class FactsReader:
    """Reads the facts table of one period."""

    def __init__(self, rules: CompiledRuleset, plan: PeriodPlan, as_of: date, problems: Problems) -> None:
        self.rules, self.plan, self.as_of, self.problems = rules, plan, as_of, problems
        self.known = fact_columns(rules, plan)
        self.reader = FactReader(StrictReader(), problems)
        self.scales = shapes_of(plan).externals

    def check(self, columns: Mapping[str, pa.DataType], file: str) -> bool:
        """Whether every column is one that the rules know, of a type that can be read."""
        allowed = {"posting": WORD} | {name: column.role for name, column in self.known.items()}
        return check_columns(columns, allowed, ("posting",), file, self.problems)

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
            found = nothing(len(next(iter(parts.values()))))
        elif doc.type == "choices":
            found = self._choices(name, doc, column)
        elif doc.type == "choice":
            found = self._words(name, doc, column)
        else:
            found = self._numbers(name, name, column, doc)
        return self._with_state(name, found, parts)

    def _numbers(self, key: str, name: str, column: pa.Array, doc: FactDoc) -> Values:
        if is_text(column.type):
            codes, meaning = look_up(column, few(self.problems, partial(self._parsed, name, doc)))
            number = taken([Fraction(x) if isinstance(x, Fraction | bool) else ZERO for x in meaning], codes)
        else:
            number = whole(column)
            self._check(name, number, fact_bounds(doc), doc)
            if doc.type == "count" and number.step != 1:
                number = evolve(number, array=number.array // number.step.denominator, step=Fraction(1))
        return Values(number.numbers(f"fact/{key}", fact_bounds(doc)), _missing(number.null))

    def _parsed(self, name: str, doc: FactDoc, text: str, row: int) -> Any:
        """A text as the declaration takes it; a problem at the first row that has it."""
        place = self._at(name, row, text)
        node = Scalar(text, place.source, place.line, place.column, place.length)
        fact = self.reader.read(node, doc)
        return None if fact is None else fact.value

    def _at(self, name: str, row: int, text: str) -> Span:
        return cell(self.file, self.first_row + row, name, text)

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
            value = Fraction(int(array[row])) * step
            if doc is not None:
                self._parsed(name, doc, number_text(value), row)
            else:
                self._refuse(name, row, value, bounds)

    def _refuse(self, name: str, row: int, value: Fraction, bounds: Bounds) -> None:
        text, ends = number_text(value), ["∞" if end is None else number_text(end) for end in bounds]
        limit = Text(f"在 {ends[0]} 到 {ends[1]} 之间", f"between {ends[0]} and {ends[1]}")
        self.problems.add("CE213", self._at(name, row, text), text=text, limit=limit)

    def _words(self, name: str, doc: FactDoc, column: pa.Array) -> Values:
        codes, meaning = look_up(column, few(self.problems, partial(self._parsed, name, doc)))
        places = [Fraction(doc.options.index(word)) if word is not None else ZERO for word in meaning]
        number = taken(places, codes)
        return Values(number.numbers(f"fact/{name}"), _missing(number.null))

    def _choices(self, name: str, doc: FactDoc, column: pa.Array) -> Values:
        if is_text(column.type):
            codes, meaning = look_up(column, few(self.problems, partial(self._set, name, doc)))
            null: Array | None = codes < 0
            chosen = {w: np.array([*(m is not None and w in m for m in meaning), False], dtype=np.int64)[codes]
                      for w in doc.options}  # fmt: skip
        else:
            null = nulls(column)
            chosen = self._listed(name, doc, column)
        words = {
            w: Numbers(
                f"fact/{name}/{w}", Fraction(1), narrowed(array, (0, 1)), bounds=(ZERO, Fraction(1)), found=(0, 1)
            )
            for w, array in chosen.items()
        }
        return Values(None, _missing(null), words)

    def _listed(self, name: str, doc: FactDoc, column: pa.Array) -> dict[str, Array]:
        """Lists of words, flattened once."""
        rows = np.repeat(np.arange(len(column)), pc.list_value_length(column).fill_null(0).to_numpy())
        flat = pc.list_flatten(column)
        flat = flat.cast(pa.string()) if pa.types.is_null(flat.type) else flat
        codes, meaning = look_up(
            flat, few(self.problems, lambda text, at: self._option(name, doc, text, int(rows[at])))
        )
        for row in rows[np.flatnonzero(codes < 0)[:SHOWN]].tolist():
            self.problems.add("CE202", self._at(name, row, ""), expected=Text("选项", "an option"))
        found = {}
        for word in doc.options:
            has = np.array([*(m == word for m in meaning), False])[codes]
            counts = np.bincount(rows[has], minlength=len(column)).astype(np.int64)
            for row in np.flatnonzero(counts > 1)[:SHOWN].tolist():
                self.problems.add("CE306", self._at(name, row, word), id=word)
            found[word] = counts
        return found

    def _option(self, name: str, doc: FactDoc, word: str, row: int) -> str | None:
        known = self.problems.known(word, doc.options, self._at(name, row, word), Text("选项", "option"))
        return word if known else None

    def _set(self, name: str, doc: FactDoc, text: str, row: int) -> frozenset[str] | None:
        """Words joined by a mark; a word that holds such a mark itself can only stand alone."""
        words = [text] if text in doc.options else _split(text)
        sound = [self._option(name, doc, word, row) is not None for word in words]
        if len(set(words)) < len(words):
            self.problems.add("CE306", self._at(name, row, text), id=next(w for w in words if words.count(w) > 1))
        return frozenset(words) if all(sound) else None

    def _sample(self, name: str, parts: Mapping[str, pa.Array]) -> Values:
        """Both of its numbers, or neither."""
        rows = len(next(iter(parts.values())))
        found, lacks = {}, []
        for part in ("checked", "passed"):
            column = parts.get(part)
            if column is None or pa.types.is_null(column.type):
                found[part] = Numbers(f"fact/{name}.{part}", Fraction(1), np.zeros(rows, dtype=np.int64))
                lacks.append(np.ones(rows, dtype=bool))
                continue
            values = self._numbers(f"{name}.{part}", f"{name}.{part}", column, FactDoc(type="count"))
            assert values.numbers is not None, "a column that is there"
            found[part] = values.numbers
            lacks.append(np.zeros(rows, dtype=bool) if values.state is None else values.state == MISSING)
        for part, own, other in (("checked", lacks[0], lacks[1]), ("passed", lacks[1], lacks[0])):
            for row in np.flatnonzero(own & ~other)[:SHOWN].tolist():
                self.problems.add(
                    "CE202", self._at(f"{name}.{part}", row, ""), expected=Text("整数", "a whole number")
                )
        self._check_sample(name, found, lacks[0] | lacks[1])
        return self._with_state(name, Values(None, _missing(lacks[0]), found), parts)

    def _check_sample(self, name: str, found: Mapping[str, Numbers], lacks: Array) -> None:
        checked, passed = found["checked"].array, found["passed"].array
        assert checked is not None, "a column of counts"
        assert passed is not None, "a column of counts"
        for row in np.flatnonzero((passed > checked) & ~lacks)[:SHOWN].tolist():
            text, most = str(passed[row]), str(checked[row])
            limit = Text(f"不大于 {most}", f"at most {most}")
            self.problems.add("CE213", self._at(f"{name}.passed", row, text), text=text, limit=limit)

    def _external(self, name: str, parts: Mapping[str, pa.Array]) -> Values:
        column = parts.get("value")
        title = f"external.{name}"
        if column is None or pa.types.is_null(column.type):
            return self._with_state(title, nothing(len(next(iter(parts.values())))), parts)
        number = self._exact(title, column, (ZERO, self.scales[name]))
        return self._with_state(title, Values(number.numbers(f"external/{name}"), _missing(number.null)), parts)

    def _earlier(self, name: str, column: pa.Array) -> Values:
        """A total from before: 0 or more, and one that can be reached."""
        reach = self.rules.periods[name].reach
        number = self._exact(f"earlier.{name}", column, (max(ZERO, reach.low or ZERO), reach.high))
        return Values(number.numbers(f"earlier/{name}"), _missing(number.null))

    def _exact(self, name: str, column: pa.Array, bounds: Bounds) -> Whole:
        """A column of plain numbers."""
        if pa.types.is_null(column.type):
            return Whole(np.zeros(len(column), dtype=np.int64), Fraction(1), np.ones(len(column), dtype=bool))
        if is_text(column.type):
            codes, meaning = look_up(column, few(self.problems, partial(self._number, name, bounds)))
            return taken([ZERO if x is None else x for x in meaning], codes)
        number = whole(column)
        self._check(name, number, bounds, None)
        return number

    def _number(self, name: str, bounds: Bounds, text: str, row: int) -> Fraction | None:
        number = parsed(parse_number, text, self._at(name, row, text), self.problems)
        low, high = bounds
        if number is not None and ((low is not None and number < low) or (high is not None and number > high)):
            self._refuse(name, row, number, bounds)
        return number

    def _with_state(self, name: str, found: Values, parts: Mapping[str, pa.Array]) -> Values:
        """What is said of a fact beside its value: why it is not there, and since when it is known."""
        state = found.state
        if "state" in parts and not pa.types.is_null(parts["state"].type):
            said = state_numbers(parts["state"], self.problems, self._cells(f"{name}.state"))
            old = np.zeros(len(said), dtype=np.uint8) if state is None else state
            clash = (said > 0) & ((old == PRESENT) != (said == HELD))
            for row in np.flatnonzero(clash)[:SHOWN].tolist():
                self.problems.add("CE605", self._at(f"{name}.state", row, str(parts["state"][row].as_py())))
            state = np.where((said > 0) & (said != HELD), said, old).astype(np.uint8)
        if "known_on" in parts and not pa.types.is_null(parts["known_on"].type):
            days = day_numbers(parts["known_on"], self.problems, self._cells(f"{name}.known_on"))
            old = np.zeros(len(days), dtype=np.uint8) if state is None else state
            state = np.where((days > self.as_of.toordinal()) & (old == PRESENT), PENDING, old).astype(np.uint8)
        return evolve(found, state=anywhere(state))

    def _cells(self, name: str) -> Places:
        return cells_of(self.file, self.first_row, name)


def state_numbers(column: pa.Array, problems: Problems, at: Places) -> Array:
    """States as the numbers of a batch; 0 where none is given, ``HELD`` for one that says the record is there."""

    def read(text: str, row: int) -> int:
        if text == "present":
            return HELD
        sound = problems.known(text, STATES, at(text, row), Text("状态", "state"))
        return LACKING[FactState(text)] if sound else 0

    return looked_up(column, few(problems, read), kind=np.uint8)


def day_numbers(column: pa.Array, problems: Problems, at: Places) -> Array:
    """Dates as ordinals; 0 where there is none."""
    if pa.types.is_null(column.type):
        return np.zeros(len(column), dtype=np.int64)
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        days = pc.cast(pc.cast(column, pa.date32(), safe=False), pa.int32()).fill_null(-EPOCH)
        found = np.asarray(days.to_numpy(zero_copy_only=False).astype(np.int64) + EPOCH)
        beyond = (found < 0) | (found > date.max.toordinal())
        for row in np.flatnonzero(beyond)[:SHOWN].tolist():
            text = str(column[row].cast(pa.string()))
            problems.add("CE208", at(text, row), text=text)
        return np.where(beyond, UNREAD, found)

    def read(text: str, row: int) -> int:
        day = parsed(parse_date, text, at(text, row), problems)
        return UNREAD if day is None else day.toordinal()

    return looked_up(column, few(problems, read))


def day_at(ordinal: Any) -> date | None:
    """The day of an ordinal; None for 0."""
    return date.fromordinal(int(ordinal)) if ordinal else None


def _split(text: str) -> list[str]:
    for joint in JOINTS:
        text = text.replace(joint, "\n")
    return [word for part in text.split("\n") if (word := part.strip())]


def nothing(rows: int) -> Values:
    """A column with no value at all."""
    return Values(None, np.full(rows, MISSING, dtype=np.uint8))


def _missing(null: Array | None) -> Array | None:
    if null is None or not null.any():
        return None
    return np.where(null, MISSING, PRESENT).astype(np.uint8)


def _moved(values: Values, rows: Array) -> Values:
    """A fact's column in another order; nothing on record where the row is -1."""
    found, absent = values.taken(rows), rows < 0
    if not absent.any():
        return found
    state = np.where(absent, MISSING, PRESENT if found.state is None else found.state)
    return evolve(found, state=state.astype(np.uint8))
