"""A batch gathered from records, one by one: what the inputs of the rules read for each posting, as columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from attrs import define, evolve

from cadre_eval.columns.batch import BLOCKED, LACKING, MISSING, PRESENT, Distinct, Inputs, Numbers, Values, lacking
from cadre_eval.columns.integers import Array, integers
from cadre_eval.model.records import Fact
from cadre_eval.numbers.interval import Interval
from cadre_eval.ruleset.kind import Input
from cadre_eval.ruleset.plan import Leaf
from cadre_eval.scoring.inputs import merged
from cadre_eval.scoring.subject import Reading, Subject

ZERO = Fraction(0)
MOST_SCALE = 2**31
"""Beyond this denominator a column's rows keep denominators of their own."""


def numbers_of(key: str, values: Sequence[Fraction]) -> Numbers:
    """Exact numbers as a column."""
    scale = lcm(*(value.denominator for value in values)) if values else 1
    if scale < MOST_SCALE:
        tops = [value.numerator * (scale // value.denominator) for value in values]
        return Numbers(key, Fraction(1, scale), integers(tops))
    tops, bottoms = [v.numerator for v in values], [v.denominator for v in values]
    return Numbers(key, Fraction(1), integers(tops), integers(bottoms))


def _state(codes: Iterable[int]) -> Array | None:
    array = np.fromiter(codes, dtype=np.uint8)
    return array if array.any() else None


@define(eq=False)
class GatheredBatch:
    """Postings as subjects; ``totals`` gives the total of an earlier period, None where there is none, an Interval where
    it is open.
    """

    subjects: Sequence[Subject]
    totals: Callable[[str, Subject], Fraction | Interval | None] = lambda _key, _subject: None

    @property
    def rows(self) -> int:
        return len(self.subjects)

    def inputs(self, leaf: Leaf) -> Inputs:
        return self._columns(f"leaf/{leaf.id}", leaf.inputs, self._readings(leaf))

    def source(self, source: Input) -> Inputs:
        return self._columns(f"source/{id(source)}", [source], [source.read(subject) for subject in self.subjects])

    def _readings(self, leaf: Leaf) -> list[Reading]:
        found = []
        for subject in self.subjects:
            seen = subject
            if leaf.pooled and subject.pool is not None:
                seen = evolve(subject, pool=subject.pool.under(leaf.policies))
            found.append(merged(source.read(seen) for source in leaf.inputs))
        return found

    def _columns(self, key: str, sources: Sequence[Input], readings: Sequence[Reading]) -> Inputs:
        facts = self.subjects[0].rules.facts if self.subjects else {}
        names = dict.fromkeys(name for source in sources for name in source.domain(facts))
        columns = {
            name: numbers_of(f"{key}/{name}", [_known(reading.numbers.get(name)) for reading in readings])
            for name in names
        }
        return Inputs(columns, _state(_code(reading) for reading in readings))

    def distinct(self, leaf: Leaf) -> Distinct:
        readings = self._readings(leaf)
        codes: list[int] = []
        sets: list[Mapping[str, Any]] = []
        keys: list[Hashable] = []
        seen: dict[Hashable, int] = {}
        for reading in readings:
            key: Hashable = (leaf.id, *((name, _hashable(value)) for name, value in sorted(reading.numbers.items())))
            if key not in seen:
                seen[key] = len(sets)
                sets.append(reading.numbers)
                keys.append(key)
            codes.append(seen[key])
        return Distinct(np.array(codes, dtype=np.int64), sets, keys, _state(_code(r) for r in readings))

    def fact(self, name: str) -> Values:
        facts = [subject.fact(name) for subject in self.subjects]
        state = _state(LACKING[fact.state] for fact in facts)
        docs = self.subjects[0].rules.facts if self.subjects else {}
        doc = docs.get(name)
        if doc is not None and doc.type == "choices":
            words = {
                word: numbers_of(f"fact/{name}/{word}", [_has(fact, word) for fact in facts]) for word in doc.options
            }
            return Values(None, state, words)
        options = doc.options if doc is not None else ()
        return Values(numbers_of(f"fact/{name}", [_number(fact, options) for fact in facts]), state)

    def earlier(self, period: str) -> Values:
        found = [self.totals(period, subject) for subject in self.subjects]
        codes = [MISSING if x is None else BLOCKED if isinstance(x, Interval) else PRESENT for x in found]
        numbers = numbers_of(f"earlier/{period}", [x if isinstance(x, Fraction) else ZERO for x in found])
        return Values(numbers, _state(codes))


def _known(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else ZERO


def _code(reading: Reading) -> int:
    """What a row lacks; numbers of which only bounds are known leave it open."""
    if any(isinstance(value, Interval) for value in reading.numbers.values()):
        return BLOCKED
    return lacking(reading.lacks)


def _hashable(value: Any) -> Hashable:
    if isinstance(value, Hashable):
        try:
            hash(value)
        except TypeError:
            return repr(value)
        return value
    return repr(value)


def _has(fact: Fact, word: str) -> Fraction:
    return Fraction(isinstance(fact.value, frozenset) and word in fact.value)


def _number(fact: Fact, options: Sequence[str]) -> Fraction:
    """A number or a flag itself, a choice by its place among the options."""
    value = fact.value
    if isinstance(value, bool | Fraction):
        return Fraction(value)
    if isinstance(value, str) and value in options:
        return Fraction(options.index(value))
    return ZERO
