"""Conditions on columns: for each row, whether it can hold and whether it can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import define, evolve, frozen

from cadre_eval.columns.batch import EXCUSED, MISSING, NOT_APPLICABLE, PRESENT, Values
from cadre_eval.columns.integers import Array
from cadre_eval.ruleset.plan import (
    Combined,
    CompiledRuleset,
    Condition,
    FactCompare,
    FactWord,
    ScoreCompare,
    ShareCompare,
)


@frozen(eq=False)
class Truths:
    """The set of truths a condition may have in each row. Neither: it does not apply."""

    can: Array
    cannot: Array

    @property
    def true(self) -> Array:
        return self.can & ~self.cannot

    @property
    def open(self) -> Array:
        return self.can & self.cannot

    @property
    def applies(self) -> Array:
        return self.can | self.cannot


@define(eq=False)
class Judge:
    """Judges conditions for a batch whose scores are known."""

    rules: CompiledRuleset
    rows: int
    facts: Mapping[str, Values]
    truths: Mapping[str, Array | bool]
    shares: Mapping[int, Array]
    """Where the votes of a share are all there, by the number of its comparison."""
    numbers: Mapping[int, int]
    """The number of each comparison, by its identity."""
    ignore_missing: bool = False

    def ignoring(self, ignore_missing: bool) -> Judge:
        return evolve(self, ignore_missing=ignore_missing)

    def judge(self, condition: Condition) -> Truths:
        if isinstance(condition, Combined):
            return self._combined(condition)
        number = self.numbers[id(condition)]
        if isinstance(condition, ScoreCompare):
            there = self._column(self.truths.get(f"there/{number}", False))
            return self._settled(self._column(self.truths.get(f"holds/{number}", False)), there)
        if isinstance(condition, ShareCompare):
            return self._share(number)
        return self._fact(condition, number)

    def _column(self, truth: Array | bool) -> Array:
        return np.broadcast_to(np.asarray(truth, dtype=bool), (self.rows,))

    def _settled(self, holds: Array, there: Array) -> Truths:
        return Truths(there & holds, there & ~holds)

    def _share(self, number: int) -> Truths:
        """Votes that are not all there leave it open: a row's own scoring says what it is then."""
        there = self.shares[number]
        holds = self._column(self.truths.get(f"holds/{number}", False))
        return Truths(holds | ~there, ~holds | ~there)

    def _fact(self, condition: FactCompare | FactWord, number: int) -> Truths:
        values = self.facts[condition.fact]
        if isinstance(condition, FactCompare):
            holds = self._column(self.truths.get(f"holds/{number}", False))
        else:
            holds = self._word(condition, values)
        state = values.state
        if state is None:
            return Truths(holds, ~holds)
        nowhere = (state == NOT_APPLICABLE) | (state == EXCUSED)
        if self.ignore_missing:
            nowhere = nowhere | (state == MISSING)
        unknown = (state != PRESENT) & ~nowhere
        there = state == PRESENT
        return Truths((there & holds) | unknown, (there & ~holds) | unknown)

    def _word(self, condition: FactWord, values: Values) -> Array:
        if condition.fact not in self.rules.facts or (values.numbers is None and not values.words):
            return self._column(False)
        doc = self.rules.facts[condition.fact]
        if condition.includes or doc.type == "choices":
            word = values.words.get(str(condition.word))
            return self._column(False if word is None or word.array is None else word.array == 1)
        assert values.numbers is not None, "a choice or flag has a column of its own"
        if doc.type == "flag":
            wanted = int(bool(condition.word))
        else:
            wanted = doc.options.index(str(condition.word)) if condition.word in doc.options else -1
        return self._column(_equal(values, wanted))

    def _combined(self, condition: Combined) -> Truths:
        found = [self.judge(part) for part in condition.parts]
        if condition.how == "not":
            return Truths(found[0].cannot, found[0].can)
        if condition.how == "any":
            return either(found, all_must_apply=False)
        can = np.logical_and.reduce([t.can for t in found])
        cannot = np.logical_or.reduce([t.cannot for t in found])
        everywhere = np.logical_and.reduce([t.applies for t in found])
        fails = np.logical_or.reduce([t.cannot & ~t.can for t in found])
        return Truths(can & everywhere, np.asarray(np.where(everywhere, cannot, fails)))


def either(found: Sequence[Truths], all_must_apply: bool) -> Truths:
    """True if any is; those that do not apply say nothing, and if none applies nor does this."""
    can = np.logical_or.reduce([t.can for t in found])
    applies = np.logical_or.reduce([t.applies for t in found])
    cannot = np.logical_and.reduce([t.cannot | ~t.applies for t in found])
    return Truths(can, cannot & (applies | all_must_apply))


def _equal(values: Values, wanted: int) -> Any:
    numbers = values.numbers
    assert numbers is not None, "asked of a column that is there"
    if numbers.array is None:
        return numbers.step == Fraction(wanted)
    return numbers.array == wanted
