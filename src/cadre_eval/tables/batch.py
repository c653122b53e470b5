"""A batch of postings on table columns: what each input of the rules reads, for all rows at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from attrs import define, evolve, field

from cadre_eval.columns.batch import (
    BLOCKED,
    EXCUSED,
    MISSING,
    NOT_APPLICABLE,
    PRESENT,
    Distinct,
    Inputs,
    Numbers,
    Values,
    anywhere,
)
from cadre_eval.columns.fact_inputs import FACT_READERS, with_lack, worst
from cadre_eval.columns.gathered import GatheredBatch
from cadre_eval.columns.integers import Array, narrowed
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.kind import Input
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf
from cadre_eval.scoring.ballots import AnyMarks, MarksOf, Quorum, RanksOf, VotesOf
from cadre_eval.scoring.inputs import (
    ExternalOf,
    PoolBest,
    PoolRank,
    ServiceShare,
    TargetOf,
    ValueOf,
)
from cadre_eval.tables.aligned import joined_numbers
from cadre_eval.tables.distinct import Component, component_of, distinct_of
from cadre_eval.tables.facts import FactRows, nothing
from cadre_eval.tables.marks import Figures
from cadre_eval.tables.tallied import Tallied

ONE = Fraction(1)
Pooled = Mapping[tuple[str, str], tuple[Numbers, Array | None]]
"""Figures of the pool: by leaf and name, for every row of the roster, with what is lacking."""
NO_POOLS: Pooled = {}


@define(eq=False)
class TableBatch:
    """Rows ``first`` to ``first + rows`` of the roster."""

    rules: CompiledRuleset
    period: Period
    as_of: date
    tallied: Tallied
    facts: FactRows
    first: int
    totals: Mapping[str, Values] = field(factory=dict)
    """Totals of earlier periods by roster row, where they were assessed."""
    pooled: Pooled = field(factory=dict)
    kept: dict[Hashable, Any] = field(factory=dict)

    @property
    def rows(self) -> int:
        return self.facts.rows

    @property
    def own(self) -> slice:
        return slice(self.first, self.first + self.rows)

    def fact(self, name: str) -> Values:
        return self.facts.facts.get(name) or nothing(self.rows)

    def earlier(self, period: str) -> Values:
        """A total recorded in the facts table stands; else the one assessed here."""
        recorded = self.facts.earlier.get(period)
        assessed = self.totals.get(period)
        if assessed is None:
            return recorded or nothing(self.rows)
        own = assessed.taken(self.own)
        return own if recorded is None else _first_of(recorded, own, f"earlier/{period}")

    def inputs(self, leaf: Leaf) -> Inputs:
        numbers: dict[str, Numbers] = {}
        lack: Array | None = None
        for source in leaf.inputs:
            read = self._read(leaf, source)
            numbers.update(read.numbers)
            lack = worst(lack, read.lack)
        return Inputs(numbers, lack)

    def _read(self, leaf: Leaf, source: Input) -> Inputs:
        if isinstance(source, PoolBest | PoolRank):
            found, lack = self.pooled[leaf.id, source.name]
            return Inputs({source.name: found}, lack).taken(self.own)
        return self.source(source)

    def source(self, source: Input) -> Inputs:
        reader = _READERS.get(type(source))
        if reader is None:
            return self.gathered().source(source)
        return reader(self, source)

    def gathered(self) -> GatheredBatch:
        """Every row as records, for inputs that columns do not hold."""
        if "gathered" not in self.kept:
            from cadre_eval.tables.records import Records

            records = Records(self)
            subjects = [records.subject(row) for row in range(self.rows)]
            self.kept["gathered"] = GatheredBatch(subjects, rules=self.rules)
        gathered: GatheredBatch = self.kept["gathered"]
        return gathered

    def distinct(self, leaf: Leaf) -> Distinct:
        components: list[Component] = []
        for source in leaf.inputs:
            found = component_of(self, source, self._read(leaf, source) if type(source) in _READERS else None)
            if found is None:
                return self.gathered().distinct(leaf)
            components += found
        lack: Array | None = None
        for source in leaf.inputs:
            lack = worst(lack, self._lack(leaf, source))
        return distinct_of(leaf.id, components, self.rows, lack)

    def _lack(self, leaf: Leaf, source: Input) -> Array | None:
        if isinstance(source, ValueOf):
            return self.fact(source.fact).state
        return self._read(leaf, source).lack


def _first_of(recorded: Values, assessed: Values, key: str) -> Values:
    """The one, and where it is missing the other."""
    if recorded.state is None or assessed.numbers is None:
        return recorded
    use = recorded.state == MISSING
    mine, theirs = recorded.numbers, assessed.numbers
    assert mine is not None, "a column that is recorded at all"
    both = joined_numbers([mine, theirs], [len(use), len(use)])
    assert both is not None, "joined of two columns"
    numbers = evolve(both.taken(np.where(use, len(use), 0) + np.arange(len(use))), key=key)
    state = np.where(use, PRESENT if assessed.state is None else assessed.state, PRESENT).astype(np.uint8)
    return Values(numbers, anywhere(state))


def _target(batch: TableBatch, source: TargetOf) -> Inputs:
    """A fact that does not apply, or is excused, needs no target."""
    values = batch.tallied.roster.targets.get(source.fact)
    key = f"target/{source.fact}"
    if values is None or values.numbers is None or values.numbers.array is None:
        numbers = Numbers(key, ONE, np.zeros(batch.rows, dtype=np.int64))
        absent = np.ones(batch.rows, dtype=bool)
    else:
        numbers = evolve(values.numbers.taken(batch.own), key=key)
        absent = np.zeros(batch.rows, dtype=bool) if values.state is None else values.state[batch.own] > 0
    state = batch.fact(source.fact).state
    if state is not None:
        absent &= (state != NOT_APPLICABLE) & (state != EXCUSED)
    return Inputs({source.name: numbers}, anywhere(np.where(absent, MISSING, PRESENT).astype(np.uint8)))


def _share(batch: TableBatch, source: ServiceShare) -> Inputs:
    served = batch.tallied.served[batch.own]
    length = batch.period.days.length
    return Inputs({source.name: Numbers("share", Fraction(1, length), served, bounds=(Fraction(0), ONE))})


def _external(batch: TableBatch, source: ExternalOf) -> Inputs:
    values = batch.facts.externals.get(source.record)
    if values is None or values.numbers is None:
        zero = np.zeros(batch.rows, dtype=np.int64)
        state = values.state if values is not None else np.full(batch.rows, MISSING, dtype=np.uint8)
        return Inputs({source.name: Numbers(f"external/{source.record}", ONE, zero)}, state)
    return Inputs({source.name: values.numbers}, values.state)


def _marks(batch: TableBatch, source: MarksOf) -> Inputs:
    figures = batch.tallied.figures(source)
    if figures is None:
        return batch.gathered().source(source)
    return _own(batch, ("marks", id(source)), partial(_all_marks, batch.tallied, source, figures))


def _all_marks(tallied: Tallied, source: MarksOf, figures: Figures) -> Inputs:
    """Of the whole roster."""
    count = figures.count
    few = (count == 0) if source.absent == "block" else np.zeros(len(count), dtype=bool)
    few |= (count > 0) & (count < source.minimum)
    key = f"marks/{id(source)}/"
    present: Numbers = Numbers(key + "present", ONE)
    if source.absent == "renormalise" and (count == 0).any():
        present = Numbers(key + "present", ONE, (count > 0).astype(np.int64))
    numbers = {
        "n": Numbers(key + "n", ONE, count),
        "sum": Numbers(key + "sum", figures.step, figures.total),
        "highest": Numbers(key + "highest", figures.step, figures.highest),
        "lowest": Numbers(key + "lowest", figures.step, figures.lowest),
        "present": present,
    }
    lack = with_lack(tallied.review_state(source.record), few, BLOCKED)
    return Inputs({source.prefix + name: found for name, found in numbers.items()}, lack)


def _own(batch: TableBatch, key: Hashable, whole: Callable[[], Inputs]) -> Inputs:
    """The batch's share of inputs that are made once for the whole roster."""
    kept = batch.tallied.kept
    if ("inputs", key) not in kept:
        made = whole()
        kept["inputs", key] = Inputs({n: _slim(x) for n, x in made.numbers.items()}, made.lack)
    found: Inputs = kept["inputs", key]
    return found.taken(batch.own)


def _any_marks(batch: TableBatch, source: AnyMarks) -> Inputs:
    """A review without any mark is missing as a whole."""
    own = batch.tallied.unmarked(source.record)[batch.own]
    return Inputs({}, anywhere(np.where(own, MISSING, PRESENT).astype(np.uint8)))


def _ranks(batch: TableBatch, source: RanksOf) -> Inputs:
    count, total, step = batch.tallied.ranks(source.record)
    key, own = f"ranks/{source.record}/", batch.own
    state = batch.tallied.review_state(source.record)[own]
    lack = np.where(state > PRESENT, state, np.where(count[own] == 0, MISSING, PRESENT)).astype(np.uint8)
    return Inputs(
        {"n": Numbers(key + "n", ONE, count[own]), "sum": Numbers(key + "sum", step, total[own])}, anywhere(lack)
    )


def _slim(numbers: Numbers) -> Numbers:
    array = numbers.array
    return numbers if array is None else evolve(numbers, array=narrowed(array, numbers.reach), found=numbers.reach)


def _votes(batch: TableBatch, source: VotesOf) -> Inputs:
    return _own(batch, ("votes", id(source)), lambda: _all_votes(batch.tallied, source))


def _all_votes(tallied: Tallied, source: VotesOf) -> Inputs:
    """Of the whole roster."""
    counts = tallied.counts(source)
    counted = counts[: len(source.options)].sum(axis=0)
    if source.count_abstain:
        counted += counts[-2]
    if source.count_invalid:
        counted += counts[-1]
    nobody = counted == 0
    blocked = nobody if source.absent == "block" else np.zeros(len(counted), dtype=bool)
    key = f"votes/{source.record}/{source.prefix}"
    numbers = {
        name: Numbers(key + name, ONE, counts[i]) for i, name in enumerate((*source.options, "abstain", "invalid"))
    }
    numbers["present"] = Numbers(key + "present/" + source.absent, ONE)
    if source.absent == "renormalise" and nobody.any():
        numbers["present"] = evolve(numbers["present"], array=(~nobody).astype(np.int64))
    lack = with_lack(tallied.survey_state(source.record), blocked, BLOCKED)
    return Inputs({source.prefix + name: found for name, found in numbers.items()}, lack)


def _quorum(batch: TableBatch, source: Quorum) -> Inputs:
    return _own(batch, ("quorum", id(source)), lambda: Inputs({}, batch.tallied.quorum(source)))


_READERS: Mapping[type, Callable[[TableBatch, Any], Inputs]] = {
    **FACT_READERS,
    TargetOf: _target,
    ServiceShare: _share,
    ExternalOf: _external,
    MarksOf: _marks,
    AnyMarks: _any_marks,
    RanksOf: _ranks,
    VotesOf: _votes,
    Quorum: _quorum,
}
"""How each input reads columns; one that is not here reads records."""
