"""Scores batches of postings by one plan. Rows that anything leaves open are told, for their own scoring."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from attrs import frozen

from cadre_eval.columns.batch import (
    EXCUSED,
    MISSING,
    NOT_APPLICABLE,
    PENDING,
    PRESENT,
    Batch,
    Inputs,
    Numbers,
    Values,
)
from cadre_eval.columns.integers import Array, fitted
from cadre_eval.columns.judging import Judge
from cadre_eval.columns.plain_leaves import PlainLeaves, score_of
from cadre_eval.columns.program import Exact, Program
from cadre_eval.columns.tracing import Given, NoExpression, Tracer, comparisons
from cadre_eval.model.records import FactState
from cadre_eval.numbers.ops import total
from cadre_eval.ruleset.plan import (
    CompiledRuleset,
    FactCompare,
    FactWord,
    Leaf,
    PeriodPlan,
    Policies,
    ShareCompare,
    leaves,
)
from cadre_eval.scoring.ballots import MarkList, Quorum, VotesOf
from cadre_eval.scoring.inputs import ValueOf
from cadre_eval.scoring.states import ScoreState, policy_state

COMPARED = 8
"""Rows of a plugin's column that are held against a call of its formula."""
SCORED, ZERO, EXCLUDED, POOL_MEAN, OPEN = range(5)
"""A leaf's state in a row."""
_STATES = {
    ScoreState.ZERO: ZERO,
    ScoreState.EXCLUDED: EXCLUDED,
    ScoreState.POOL_MEAN: POOL_MEAN,
    ScoreState.OPEN: OPEN,
}


def state_table(policies: Policies) -> Array:
    """What becomes of a row's score, by the number of what it lacks."""
    by_lack = {NOT_APPLICABLE: FactState.NOT_APPLICABLE, EXCUSED: FactState.EXCUSED, MISSING: FactState.MISSING}
    table = [SCORED, EXCLUDED, 0, 0, 0, OPEN, OPEN]
    for lack, state in by_lack.items():
        table[lack] = _STATES[policy_state(state, policies)]
    return np.array(table, dtype=np.uint8)


@frozen(eq=False)
class Rows:
    """What a batch came to. Rows that are ``open`` hold nothing that may be used."""

    open: Array
    there: Array
    """Where anything of the tree counts."""
    shown: Array
    """The rounded total, in units of its last place."""
    exact: Exact
    own: Exact
    """The total before earlier periods are combined in."""
    leaves: Mapping[str, Exact]
    states: Mapping[str, Array]
    """The state of a leaf in each row, where it is not scored in all of them."""
    links: Mapping[str, Exact]
    links_there: Mapping[str, Array]
    grades: Mapping[str, Array]
    judge: Judge


class Scorer:
    """One plan, ready for batches; programs are kept from batch to batch."""

    def __init__(self, rules: CompiledRuleset, plan: PeriodPlan) -> None:
        self.rules, self.plan = rules, plan
        self.plain = PlainLeaves()
        self.expressions = {leaf.id for leaf in leaves(plan.root) if is_expression(leaf)}
        self.zero: frozenset[str] = frozenset()
        self.excluded: frozenset[str] = frozenset()
        self.absent: frozenset[str] = frozenset()
        self.programs: dict[Hashable, Program] = {}
        carried = any(period.carry == "exact" for period in rules.periods.values())
        self.links = tuple(dict.fromkeys([*rules.ties[:-1], *(["exact"] if carried else [])]))
        """The scores drafts keep: what the tie-break chain compares, and what a later period may take over."""
        self.leaves: tuple[Leaf, ...] = tuple(leaves(plan.root))
        self.tables = {leaf.id: state_table(leaf.policies) for leaf in self.leaves}
        self.comparisons = comparisons(plan)
        self.numbers = {id(c): number for number, c in enumerate(self.comparisons)}
        self.items = [item for group in plan.adjustments.groups for item in group.items]
        asked = [c.fact for c in self.comparisons if isinstance(c, FactCompare | FactWord)]
        counts = [gate.count for gate in plan.gates if gate.count is not None]
        self.facts = tuple(dict.fromkeys([*asked, *counts, *(item.fact for item in self.items)]))

    def score(self, batch: Batch) -> Rows:
        """Scores a batch. A plugin's formula that turns out to be no expression is called as an ordinary function."""
        while True:
            try:
                return self._score(batch)
            except NoExpression as no:
                self.expressions.discard(no.leaf)

    def _score(self, batch: Batch) -> Rows:
        inputs = {leaf.id: self._inputs(leaf, batch) for leaf in self.leaves}
        facts = {name: batch.fact(name) for name in self.facts}
        earlier = {key: batch.earlier(key) for key in self.plan.combine if key != self.plan.key}
        shares = {n: self._share(c, batch) for n, c in enumerate(self.comparisons) if isinstance(c, ShareCompare)}
        states = {leaf.id: self.tables[leaf.id][lack] for leaf in self.leaves
                  if (lack := inputs[leaf.id].lack) is not None}  # fmt: skip
        unsure = self._open(batch.rows, states, facts, earlier)
        self._learn(states, earlier)
        given = Given(inputs, facts, earlier, {}, self.zero, self.excluded, self.absent)
        arrays = self._arrays(given, states, batch.rows)
        program, arrays = self._program(given, arrays, {n: share for n, (share, _) in shares.items()})
        numbers, truths = program.run(arrays, batch.rows)
        for leaf in (leaf for leaf in self.leaves if leaf.id in self.expressions):
            self._compare(leaf, inputs[leaf.id], numbers[f"leaf/{leaf.id}"])
        there = {n: found for n, (_, found) in shares.items()}
        judge = Judge(self.rules, batch.rows, facts, truths, there, self.numbers)
        return Rows(
            unsure,
            np.broadcast_to(np.asarray(truths["there"], dtype=bool), (batch.rows,)),
            whole_numbers(numbers["shown"]),
            numbers["exact"],
            numbers.get("own", numbers["exact"]),
            {leaf.id: numbers[f"leaf/{leaf.id}"] for leaf in self.leaves},
            states,
            {name[5:]: found for name, found in numbers.items() if name.startswith("link/")},
            {name[5:]: np.broadcast_to(np.asarray(found, dtype=bool), (batch.rows,))
             for name, found in truths.items() if name.startswith("link/")},
            {name[6:]: whole_numbers(found) for name, found in numbers.items() if name.startswith("grade/")},
            judge,
        )  # fmt: skip

    def _inputs(self, leaf: Leaf, batch: Batch) -> Inputs:
        native = leaf.kind.provider is None or leaf.id in self.expressions
        return batch.inputs(leaf) if native else self.plain.inputs(leaf, batch)

    def _compare(self, leaf: Leaf, inputs: Inputs, scores: Exact) -> None:
        """Holds the column of a plugin's formula against a few calls of it. Raises NoExpression."""
        sound = np.arange(scores.rows) if inputs.lack is None else np.flatnonzero(inputs.lack == PRESENT)
        for row in sound[:: max(1, len(sound) // COMPARED)][:COMPARED].tolist():
            values = {name: numbers.at(row) for name, numbers in inputs.numbers.items()}
            if score_of(leaf, values) != scores.at(row):
                raise NoExpression(leaf.id)

    def _open(
        self, rows: int, states: Mapping[str, Array], facts: Mapping[str, Values], earlier: Mapping[str, Values]
    ) -> Array:
        """Rows whose result the columns do not settle: something is pending, blocked, or the pool's mean."""
        found = np.zeros(rows, dtype=bool)
        for leaf_state in states.values():
            found |= leaf_state >= POOL_MEAN
        for item in self.items:
            state = facts[item.fact].state
            if state is not None:
                settled = policy_state(FactState.MISSING, item.policies) in {ScoreState.ZERO, ScoreState.EXCLUDED}
                found |= (state >= PENDING) | ((state == MISSING) & (not settled))
        for values in earlier.values():
            if values.state is not None:
                found |= values.state > MISSING
                if self.plan.absent not in {"renormalise", "zero"}:
                    found |= values.state == MISSING
        return found

    def _learn(self, states: Mapping[str, Array], earlier: Mapping[str, Values]) -> None:
        """Which leaves ever score 0 or drop out for want of something; programs provide for all of them from then on."""
        self.zero |= {name for name, state in states.items() if (state == ZERO).any()}
        self.excluded |= {name for name, state in states.items() if (state == EXCLUDED).any()}
        if self.plan.absent == "renormalise":
            self.absent |= {key for key, values in earlier.items() if values.state is not None}

    def _arrays(self, given: Given, states: Mapping[str, Array], rows: int) -> dict[str, Array]:
        """The masks a program is run with; the numbers are added where they are read."""
        nowhere = np.zeros(rows, dtype=bool)
        arrays: dict[str, Array] = {}
        for name, code, of in (("zero", ZERO, given.zero), ("excluded", EXCLUDED, given.excluded)):
            for leaf in of:
                arrays[f"{name}/{leaf}"] = states[leaf] == code if leaf in states else nowhere
        for fact, values in given.facts.items():
            if values.state is not None:
                arrays[f"there/{fact}"] = values.state == PRESENT
        for key in given.absent:
            state = given.earlier[key].state
            arrays[f"with/{key}"] = ~nowhere if state is None else state == PRESENT
        return arrays

    def _program(
        self, given: Given, arrays: dict[str, Array], shares: Mapping[int, Inputs]
    ) -> tuple[Program, dict[str, Array]]:
        """The program for batches of this shape: an earlier one if it serves."""
        columns = _columns(given, shares)
        for numbers in columns:
            arrays[numbers.key] = fitted(numbers.array)
            if numbers.bottom is not None:
                arrays[f"{numbers.key}/bottom"] = fitted(numbers.bottom)
        states = tuple(sorted(name for name, values in given.facts.items() if values.state is not None))
        shape = (
            given.zero,
            given.excluded,
            given.absent,
            states,
            tuple((n.key, n.step, n.bottom is None) for n in columns),
        )
        known = self.programs.get(shape)
        if known is None or not known.serves(columns):
            known = self._trace(given, shares)
            self.programs[shape] = known
        return known, arrays

    def _trace(self, given: Given, shares: Mapping[int, Inputs]) -> Program:
        tracer = Tracer(self.rules, self.plan, self.expressions)
        found = {}
        for number, read in shares.items():
            condition = self.comparisons[number]
            assert isinstance(condition, ShareCompare), "shares are numbered as comparisons"
            found[number] = self._hits(condition, {name: tracer.column(n) for name, n in read.numbers.items()})
        return tracer.program(Given(
            given.inputs, given.facts, given.earlier, found, given.zero, given.excluded, given.absent
        ))  # fmt: skip

    def _share(self, condition: ShareCompare, batch: Batch) -> tuple[Inputs, Array]:
        """The votes of a survey, and the rows where they are all there."""
        leaf = next((leaf for leaf in self.leaves if leaf.id == condition.criterion), None)
        there = np.ones(batch.rows, dtype=bool)
        numbers: dict[str, Numbers] = {}
        for source in () if leaf is None else leaf.inputs:
            if isinstance(source, VotesOf | Quorum):
                read = batch.source(source)
                numbers.update(read.numbers)
                if read.lack is not None:
                    there &= read.lack == PRESENT
        return Inputs(numbers), there

    def _hits(self, condition: ShareCompare, x: Mapping[str, Any]) -> tuple[Any, Any]:
        """Votes for the options of a share, and all that count."""
        leaf = next(leaf for leaf in self.leaves if leaf.id == condition.criterion)
        hits, counted = [], []
        for votes in (source for source in leaf.inputs if isinstance(source, VotesOf)):
            also = ["abstain"] * votes.count_abstain + ["invalid"] * votes.count_invalid
            hits += [x[votes.prefix + option] for option in votes.options if option in condition.options]
            counted += [x[votes.prefix + name] for name in (*votes.options, *also)]
        return total(hits), total(counted)


def is_expression(leaf: Leaf) -> bool:
    """Whether a plugin offers the leaf's formula for columns, and all it asks for are numbers."""
    offered = leaf.kind.provider is not None and leaf.kind.on_columns
    return offered and not any(isinstance(source, ValueOf | MarkList) for source in leaf.inputs)


def whole_numbers(found: Exact) -> Array:
    """A column of whole numbers as an array."""
    stepped = found.stepped()
    assert stepped is not None, "rounded numbers have one denominator"
    step, array = stepped
    scaled = array * int(step) if step.denominator == 1 else array // step.denominator * step.numerator
    return np.asarray(scaled)


def _columns(given: Given, shares: Mapping[int, Inputs]) -> list[Any]:
    """Every column of numbers, each once."""
    every = [n for inputs in (*given.inputs.values(), *shares.values()) for n in inputs.numbers.values()]
    for values in (*given.facts.values(), *given.earlier.values()):
        every += [] if values.numbers is None else [values.numbers]
    return list({n.key: n for n in every if n.array is not None}.values())
