"""The different sets of values an ordinary function is asked for, found on columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from cadre_eval.columns.batch import Distinct, Inputs, Numbers
from cadre_eval.columns.integers import Array
from cadre_eval.columns.ordering import distinct, tuples
from cadre_eval.model.records import Sample
from cadre_eval.ruleset.kind import Input
from cadre_eval.scoring.inputs import ValueOf

if TYPE_CHECKING:
    from cadre_eval.tables.batch import TableBatch


@frozen(eq=False)
class Component:
    """One value of the sets: a whole number for each row, and what a number stands for."""

    name: str
    array: Array
    value: Callable[[int], Any]
    key: Callable[[int], Hashable]


def component_of(batch: TableBatch, source: Input, read: Inputs | None) -> list[Component] | None:
    """The values of one input; None if columns do not hold them."""
    if isinstance(source, ValueOf):
        return _recorded(batch, source)
    if read is None:
        return None
    return [_numeric(name, numbers, batch.rows) for name, numbers in read.numbers.items()]


def _numeric(name: str, numbers: Numbers, rows: int) -> Component:
    step = numbers.step
    array = np.ones(rows, dtype=np.int64) if numbers.array is None else numbers.array
    if numbers.bottom is not None:
        pairs, codes = np.unique(np.stack([array, numbers.bottom]), axis=1, return_inverse=True)
        ratios = [step * Fraction(int(t), int(b)) for t, b in pairs.T]
        return Component(name, codes.ravel(), lambda code: ratios[code], lambda code: ratios[code])
    return Component(name, array, lambda number: step * number, lambda number: step * number)


def _recorded(batch: TableBatch, source: ValueOf) -> list[Component] | None:
    """A fact as it is recorded: a number, a truth, a word, a set of words, a sample."""
    doc, values = batch.rules.facts[source.fact], batch.fact(source.fact)
    if doc.type in {"choices", "sample"}:
        names = doc.options if doc.type == "choices" else ("checked", "passed")
        arrays = [_array(values.words.get(name), batch.rows) for name in names]
        table, codes = np.unique(np.stack(arrays), axis=1, return_inverse=True)
        columns = [tuple(int(x) for x in column) for column in table.T]
        made = [_whole_value(doc.type, names, column) for column in columns]
        return [Component(source.name, codes.ravel(), lambda code: made[code], lambda code: columns[code])]
    if values.numbers is not None and values.numbers.bottom is not None:
        return [_numeric(source.name, values.numbers, batch.rows)]
    array = _array(values.numbers, batch.rows)
    step = Fraction(1) if values.numbers is None else values.numbers.step

    def value(number: int) -> Any:
        if doc.type == "flag":
            return bool(number)
        return doc.options[number] if doc.type == "choice" else step * number

    return [Component(source.name, array, value, lambda number: step * number)]


def _whole_value(kind: str, names: Sequence[str], numbers: Sequence[int]) -> Any:
    if kind == "sample":
        return Sample(*numbers)
    return frozenset(name for name, number in zip(names, numbers, strict=True) if number)


def _array(numbers: Numbers | None, rows: int) -> Array:
    return np.zeros(rows, dtype=np.int64) if numbers is None or numbers.array is None else numbers.array


def distinct_of(leaf: str, components: Sequence[Component], rows: int, lack: Array | None) -> Distinct:
    """The sets that occur, and which each row has."""
    if not components:
        return Distinct(np.zeros(rows, dtype=np.int64), [{}], [(leaf,)], lack)
    every = tuples([component.array for component in components])
    used, codes = distinct(every.code)
    sets, keys = [], []
    for each in used.tolist():
        numbers = every.numbers(each)
        sets.append({c.name: c.value(n) for c, n in zip(components, numbers, strict=True)})
        keys.append((leaf, *((c.name, c.key(n)) for c, n in zip(components, numbers, strict=True))))
    return Distinct(codes, sets, keys, lack)
