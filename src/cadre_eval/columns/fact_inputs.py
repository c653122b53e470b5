"""How inputs read columns of facts, wherever the facts come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from attrs import evolve

from cadre_eval.columns.batch import BLOCKED, LEFT_OUT, MISSING, PRESENT, Inputs, Numbers, Values
from cadre_eval.columns.integers import Array
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.inputs import NonZero, NumberOf, SampleOf, WordOf, WordsOf

ONE = Fraction(1)


class Facts(Protocol):
    """Columns of facts, a row a posting."""

    @property
    def rows(self) -> int: ...

    @property
    def rules(self) -> CompiledRuleset: ...

    def fact(self, name: str) -> Values: ...


def worst(a: Array | None, b: Array | None) -> Array | None:
    """What is lacking of two inputs together."""
    if a is None or b is None:
        return b if a is None else a
    return np.maximum(a, b)


def with_lack(lack: Array | None, rows: Array, code: int) -> Array | None:
    """What is lacking, and ``code`` in those of some rows that lack nothing else."""
    if lack is not None:
        rows = rows & (lack == PRESENT)
    if not rows.any():
        return lack
    return np.where(rows, code, PRESENT if lack is None else lack).astype(np.uint8)


def _number(batch: Facts, source: NumberOf) -> Inputs:
    values = batch.fact(source.fact)
    zero = np.zeros(batch.rows, dtype=np.int64)
    numbers = values.numbers or Numbers(
        f"fact/{source.fact}", ONE, zero, bounds=fact_bounds(batch.rules.facts.get(source.fact))
    )
    lack = values.state
    if isinstance(source, NonZero) and numbers.array is not None:
        lack = with_lack(lack, numbers.array == 0, LEFT_OUT)
    return Inputs({source.name: numbers}, lack)


def _word(batch: Facts, source: WordOf) -> Inputs:
    """The place of a word among those the criterion names; one it does not name is as good as none."""
    values = batch.fact(source.fact)
    key = f"word/{source.fact}/{'/'.join(source.words)}"
    options = batch.rules.facts[source.fact].options
    if values.numbers is None or values.numbers.array is None:
        return Inputs({source.name: Numbers(key, ONE, np.zeros(batch.rows, dtype=np.int64))}, values.state)
    most = Fraction(len(source.words) - 1)
    if tuple(options) == tuple(source.words):
        return Inputs({source.name: evolve(values.numbers, bounds=(Fraction(0), most))}, values.state)
    table = np.array([source.words.index(o) if o in source.words else -1 for o in options], dtype=np.int64)
    places = table[values.numbers.array]
    lack = with_lack(values.state, places < 0, MISSING)
    return Inputs({source.name: Numbers(key, ONE, np.maximum(places, 0), bounds=(Fraction(0), most))}, lack)


def _words(batch: Facts, source: WordsOf) -> Inputs:
    values = batch.fact(source.fact)
    zero = np.zeros(batch.rows, dtype=np.int64)
    numbers = {w: values.words.get(w) or Numbers(f"fact/{source.fact}/{w}", ONE, zero) for w in source.words}
    return Inputs(numbers, values.state)


def _sample(batch: Facts, source: SampleOf) -> Inputs:
    values = batch.fact(source.fact)
    zero = np.zeros(batch.rows, dtype=np.int64)
    numbers = {p: values.words.get(p) or Numbers(f"fact/{source.fact}.{p}", ONE, zero) for p in ("checked", "passed")}
    checked = numbers["checked"].array
    lack = values.state if checked is None else with_lack(values.state, checked < source.minimum, BLOCKED)
    return Inputs(numbers, lack)


FACT_READERS: Mapping[type, Callable[[Any, Any], Inputs]] = {
    NumberOf: _number,
    NonZero: _number,
    WordOf: _word,
    WordsOf: _words,
    SampleOf: _sample,
}
