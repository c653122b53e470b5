"""A batch gathered from records, one by one: what the inputs of the rules read for each posting, as columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import Any

import numpy as np
from attrs import define, evolve, field

from cadre_eval.columns.batch import (
    BLOCKED,
    LACKING,
    MISSING,
    PRESENT,
    Distinct,
    Inputs,
    Numbers,
    Values,
    anywhere,
    lacking,
)
from cadre_eval.columns.fact_inputs import FACT_READERS, worst
from cadre_eval.columns.integers import Array, integers
from cadre_eval.model.records import Fact, Sample
from cadre_eval.numbers.interval import Interval
from cadre_eval.ruleset.kind import Input
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf
from cadre_eval.scoring.inputs import merged
from cadre_eval.scoring.subject import Reading, Subject

ZERO, ONE = Fraction(0), Fraction(1)
MOST_SCALE = 2**31
"""Beyond this denominator a column's rows keep denominators of their own."""


def numbers_of(key: str, values: Sequence[Fraction]) -> Numbers:
    """Exact numbers as a column."""
    tops, step, bottoms = scaled(values)
    return Numbers(key, step, integers(tops), None if bottoms is None else integers(bottoms))


def scaled(values: Sequence[Fraction]) -> tuple[list[int], Fraction, list[int] | None]:
    """Whole numbers and the step they count; where that grows too small, with denominators of their own."""
    scale = 1
    for denominator in {value.denominator for value in values}:
        scale = lcm(scale, denominator)
        if scale >= MOST_SCALE:
            return [value.numerator for value in values], ONE, [value.denominator for value in values]
    return [value.numerator * (scale // value.denominator) for value in values], Fraction(1, scale), None


def _state(codes: Iterable[int]) -> Array | None:
    return anywhere(np.fromiter(codes, dtype=np.uint8))


@define(eq=False)
class GatheredBatch:
    """Postings as subjects; ``totals`` gives the total of an earlier period, None where there is none, an Interval where
    it is open. ``rules`` are those of the subjects, unless there may be none.
    """

    subjects: Sequence[Subject]
    totals: Callable[[str, Subject], Fraction | Interval | None] = lambda _key, _subject: None
    facts: dict[str, Values] = field(factory=dict)
    sources: dict[int, Inputs] = field(factory=dict)
    rules: CompiledRuleset = field(kw_only=True)

    @rules.default
    def _rules_of_subjects(self) -> CompiledRuleset:
        return self.subjects[0].rules

    @property
    def rows(self) -> int:
        return len(self.subjects)

    def inputs(self, leaf: Leaf) -> Inputs:
        """Everything is read once for all leaves that ask for it."""
        if leaf.pooled:
            return self._columns(f"leaf/{leaf.id}", leaf.inputs, self._readings(leaf))
        every = [self.source(source) for source in leaf.inputs]
        numbers = {name: column for read in every for name, column in read.numbers.items()}
        return Inputs(numbers, reduce(worst, (read.lack for read in every), None))

    def source(self, source: Input) -> Inputs:
        if id(source) not in self.sources:
            self.sources[id(source)] = self._source(source)
        return self.sources[id(source)]

    def _source(self, source: Input) -> Inputs:
        reader = FACT_READERS.get(type(source))
        if reader is not None:
            return reader(self, source)
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
        names = dict.fromkeys(name for source in sources for name in source.domain(self.rules.facts))
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
        if name not in self.facts:
            self.facts[name] = self._fact(name)
        return self.facts[name]

    def _fact(self, name: str) -> Values:
        facts = [subject.fact(name) for subject in self.subjects]
        state = _state(LACKING[fact.state] for fact in facts)
        doc = self.rules.facts.get(name)
        if doc is not None and doc.type == "choices":
            words = {
                word: numbers_of(f"fact/{name}/{word}", [_has(fact, word) for fact in facts]) for word in doc.options
            }
            return Values(None, state, words)
        if doc is not None and doc.type == "sample":
            samples = [fact.value if isinstance(fact.value, Sample) else Sample(0, 0) for fact in facts]
            parts = {part: integers([getattr(s, part) for s in samples]) for part in ("checked", "passed")}
            return Values(None, state, {part: Numbers(f"fact/{name}.{part}", ONE, parts[part]) for part in parts})
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
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str) and value in options:
        return Fraction(options.index(value))
    return ZERO
