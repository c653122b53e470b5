"""The plan of a period written down as a program on columns, by the formulas that score one cadre."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any, TypeAlias

from attrs import frozen

from cadre_eval.columns.batch import Inputs, Numbers, Values
from cadre_eval.columns.column import Column, Quotient, as_column, made, whole
from cadre_eval.columns.column_ops import ColumnOps
from cadre_eval.columns.graph import Cond, Graph
from cadre_eval.columns.integers import largest
from cadre_eval.columns.program import Program
from cadre_eval.numbers.ops import total, weighted_mean
from cadre_eval.numbers.ranges import Range
from cadre_eval.ruleset.formulas import adjusted, adjustment_group, held, leaf_score, rounded
from cadre_eval.ruleset.plan import (
    Combined,
    CompiledRuleset,
    Condition,
    FactCompare,
    FactWord,
    Group,
    Leaf,
    Node,
    Part,
    PeriodPlan,
    ScoreCompare,
    ShareCompare,
)

ZERO = Fraction(0)
Primitive: TypeAlias = FactCompare | FactWord | ScoreCompare | ShareCompare


def comparisons(plan: PeriodPlan) -> list[Primitive]:
    """Every comparison that a gate, an exclusion or a quota of the plan makes, in one order."""
    conditions = [gate.condition for gate in plan.gates]
    conditions += [exclusion.condition for exclusion in plan.eligibility.exclusions]
    conditions += [quota.excluded for quota in plan.quotas]
    return [primitive for condition in conditions if condition is not None for primitive in _primitives(condition)]


def _primitives(condition: Condition) -> Iterator[Primitive]:
    if isinstance(condition, Combined):
        for part in condition.parts:
            yield from _primitives(part)
    else:
        yield condition


def _bounds(numbers: Numbers) -> tuple[int, int]:
    """Bounds of whole numbers with room for the batches to come: what is declared, if the column keeps to it."""
    found = numbers.reach
    low = -_room(-found[0]) if found[0] < 0 else 0
    high = _room(found[1]) if found[1] > 0 else 0
    least, most_ = numbers.bounds if numbers.bottom is None else (None, None)
    if least is not None and found[0] >= least / numbers.step:
        low = max(low, ceil(least / numbers.step))
    if most_ is not None and found[1] <= most_ / numbers.step:
        high = min(high, floor(most_ / numbers.step))
    return min(low, found[0]), max(high, found[1])


def _room(number: int) -> int:
    """A bound with room to spare, so that few batches ask for a program of their own."""
    return max(63, (1 << (number.bit_length() + 1)) - 1)


@frozen(eq=False)
class Given:
    """What is known of the batches a program is made for: their columns, and which leaves lack something."""

    inputs: Mapping[str, Inputs]
    """By leaf; those of plain leaves hold ``points`` only: their scores, computed already."""
    facts: Mapping[str, Values]
    earlier: Mapping[str, Values]
    shares: Mapping[int, tuple[Column, Column]]
    zero: frozenset[str]
    """Leaves that score 0 in some rows, for want of something."""
    excluded: frozenset[str]
    """Leaves that do not count in some rows."""
    absent: frozenset[str]
    """Earlier periods that some rows have no total of."""


@frozen(eq=False)
class Scored:
    """A node's score, and where it counts."""

    score: Any
    there: Cond = True


class NoExpression(Exception):
    """The formula of a plugin's leaf does not run on columns."""

    def __init__(self, leaf: str) -> None:
        super().__init__(leaf)
        self.leaf = leaf


class Tracer:
    """Writes one program. ``expressions`` are the leaves of plugins whose formulas run on columns."""

    def __init__(self, rules: CompiledRuleset, plan: PeriodPlan, expressions: Collection[str] = frozenset()) -> None:
        self.rules, self.plan, self.expressions = rules, plan, expressions
        self.graph = Graph()
        self.ops = ColumnOps(self.graph)
        self.known: dict[str, Any] = {}

    def column(self, numbers: Numbers) -> Any:
        """The batch's column as formulas see it."""
        if numbers.array is None:
            return numbers.step
        if numbers.key not in self.known:
            top = self.graph.input(numbers.key, *_bounds(numbers))
            if numbers.bottom is None:
                self.known[numbers.key] = whole(self.graph, numbers.step, top)
            else:
                bottom = self.graph.input(f"{numbers.key}/bottom", 1, _room(largest(numbers.bottom)))
                quotient = Quotient(numbers.step, top, bottom)
                self.known[numbers.key] = made(self.graph, ZERO, (), (quotient,))
        return self.known[numbers.key]

    def mask(self, key: str) -> Cond:
        """A column of truths the batch brings."""
        return self.graph.input(key, 0, 1, truth=True)

    def leaf(self, leaf: Leaf, given: Given) -> Scored:
        inputs = given.inputs[leaf.id]
        numbers = {name: self.column(n) for name, n in inputs.numbers.items()}
        score = self._score(leaf, numbers)
        if leaf.id in given.zero:
            score = self.ops.where(self.mask(f"zero/{leaf.id}"), ZERO, score)
        there = self.graph.negate(self.mask(f"excluded/{leaf.id}")) if leaf.id in given.excluded else True
        return Scored(score, there)

    def _score(self, leaf: Leaf, numbers: Mapping[str, Any]) -> Any:
        if leaf.kind.provider is None:
            return leaf_score(self.ops, leaf, numbers)
        if leaf.id not in self.expressions:
            return numbers["points"]
        try:
            return leaf_score(self.ops, leaf, numbers)
        except Exception as error:  # it is the plugin's: whatever it does, it is no expression
            raise NoExpression(leaf.id) from error

    def tree(self, node: Node, given: Given, found: dict[str, Scored]) -> Scored:
        """The scores of a node and all below, by id."""
        if isinstance(node, Leaf):
            scored = self.leaf(node, given)
        else:
            scored = self._group(node, [(p, self.tree(p.node, given, found)) for p in node.parts])
        found[node.id] = scored
        return scored

    def _group(self, group: Group, parts: list[tuple[Part, Scored]]) -> Scored:
        """``group_score`` where some parts do not count in some rows."""
        conds = [scored.there for _, scored in parts]
        weights = [self.ops.where(scored.there, part.weight, ZERO) for part, scored in parts]
        shares = [
            self.ops.where(scored.there, scored.score * (part.weight / part.node.points), ZERO)
            for part, scored in parts
        ]
        score = self.ops.divide(total(shares) * group.points, total(weights), ZERO)
        none = [self.graph.negate(cond) for cond in conds]
        nobody: Cond = True
        for cond in none:
            nobody = self.graph.both(nobody, cond)
        return Scored(held(self.ops, score, group), self.graph.negate(nobody))

    def own(self, tree: Any, given: Given) -> Any:
        """The posting's score with its bonuses and deductions."""
        rules = self.plan.adjustments
        groups = [
            adjustment_group(self.ops, group, [item.each * self._counted(item.fact, given) for item in group.items])
            for group in rules.groups
        ]
        return adjusted(self.ops, tree, rules, groups)

    def _counted(self, fact: str, given: Given) -> Any:
        """A fact an adjustment counts; nothing where it is not there."""
        values = given.facts[fact]
        if values.numbers is None:
            return ZERO
        number = self.column(values.numbers)
        return number if values.state is None else self.ops.where(self.mask(f"there/{fact}"), number, ZERO)

    def combined(self, own: Any, given: Given) -> Any:
        """The own score with the totals of earlier periods, by weight."""
        if not self.plan.combine:
            return own
        totals: list[Any] = []
        weights: list[Any] = []
        for key, weight in self.plan.combine.items():
            values = given.earlier.get(key)
            if key == self.plan.key:
                totals, weights = [*totals, own], [*weights, weight]
            elif values is not None and values.numbers is not None:
                there: Cond = self.mask(f"with/{key}") if key in given.absent else True
                totals.append(self.ops.where(there, self.column(values.numbers), ZERO))
                weights.append(self.ops.where(there, weight, ZERO))
        return weighted_mean(self.ops, totals, weights, ZERO)

    def program(self, given: Given) -> Program:
        """Everything a batch of postings is asked for."""
        program = Program(self.graph)
        found: dict[str, Scored] = {}
        root = self.tree(self.plan.root, given, found)
        for node_id, scored in found.items():
            if node_id in given.inputs:
                program.number(f"leaf/{node_id}", scored.score)
        own = self.own(root.score, given)
        exact = self.combined(own, given)
        rounding = self.plan.root.rounding or self.rules.rounding
        shown = rounded(self.ops, exact, rounding)
        program.truth("there", root.there)
        program.number("shown", as_column(self.graph, shown) * 10**rounding.places)
        program.number("exact", exact)
        if self.plan.combine:
            program.number("own", own)
        compared = shown if self.rules.compare == "rounded" else exact
        for category, scale in self.plan.grades.items():
            bands = {band: Fraction(i) for i, band in enumerate(scale.bands) if isinstance(band, Range)}
            program.number(f"grade/{category}", self.ops.band(compared, list(bands), list(bands.values())))
        self._links(program, found)
        self._comparisons(program, given, found, shown)
        return program.finish()

    def _links(self, program: Program, found: Mapping[str, Scored]) -> None:
        """The scores the tie-break chain compares."""
        for link in self.rules.ties[:-1]:
            if link in found and link != "total":
                program.number(f"link/{link}", found[link].score)
                program.truth(f"link/{link}", found[link].there)

    def _comparisons(self, program: Program, given: Given, found: Mapping[str, Scored], shown: Any) -> None:
        """Every comparison the conditions make, with where the score it looks at is there."""
        for number, condition in enumerate(comparisons(self.plan)):
            if isinstance(condition, FactCompare):
                numbers = given.facts[condition.fact].numbers
                if numbers is not None:
                    program.truth(f"holds/{number}", self.compare(self.column(numbers), condition))
            elif isinstance(condition, ScoreCompare):
                scored = Scored(shown) if condition.criterion == "total" else found.get(condition.criterion)
                if scored is not None:
                    program.truth(f"holds/{number}", self.compare(scored.score, condition))
                    program.truth(f"there/{number}", scored.there)
            elif isinstance(condition, ShareCompare) and number in given.shares:
                hits, counted = given.shares[number]
                program.truth(f"holds/{number}", self.compare(hits - condition.number * counted, condition, ZERO))

    def compare(
        self, x: Any, condition: FactCompare | ScoreCompare | ShareCompare, to: Fraction | None = None
    ) -> Cond:
        """The comparison of a condition, on columns."""
        ops, number = self.ops, condition.number if to is None else to
        return {
            "below": lambda: ops.less(x, number),
            "at_most": lambda: ops.at_most(x, number),
            "above": lambda: ops.less(number, x),
            "at_least": lambda: ops.at_most(number, x),
            "equals": lambda: ops.both(ops.at_most(x, number), ops.at_most(number, x)),
        }[condition.sign]()
