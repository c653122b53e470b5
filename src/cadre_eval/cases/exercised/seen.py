"""What a case shows of the rules: its results by criterion, and the conditions they were judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

import attrs
from attrs import frozen

from cadre_eval.cases.documents import PlacesDoc
from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.model.records import FactState
from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.ruleset.formulas import group_score, leaf_score, rounded
from cadre_eval.ruleset.plan import Group, Leaf, PeriodPlan
from cadre_eval.scoring.conditions import Judge
from cadre_eval.scoring.result import Note, PeriodResult, PostingScore, Result
from cadre_eval.scoring.states import LeafOutcome, ScoreState, policy_state
from cadre_eval.scoring.subject import Subject
from cadre_eval.scoring.tree import NodeScore

_ORDER = tuple(FactState)
"""States as they win over one another, the strongest last."""


@frozen(eq=False)
class LeafSeen:
    """A leaf's outcome for one posting."""

    node: NodeScore
    outcome: LeafOutcome
    subject: Subject

    @property
    def scored(self) -> bool:
        """Whether the leaf has a certain score, from numbers that are all certain."""
        open_numbers = any(isinstance(x, Interval) for x in self.outcome.numbers.values())
        return self.outcome.state is ScoreState.SCORED and not open_numbers

    @property
    def x(self) -> Mapping[str, Fraction]:
        return {name: x for name, x in self.outcome.numbers.items() if isinstance(x, Fraction)}

    def settled_by(self, state: FactState) -> bool:
        """Whether the policy for this state made the score what it is."""
        lacks = [lack for lack in self.outcome.reading.lacks if not lack.excludes]
        if not lacks or any(lack.blocks for lack in lacks):
            return False
        decides = max((lack.state for lack in lacks), key=_ORDER.index)
        return decides is state and self.outcome.state is policy_state(state, self.outcome.leaf.policies)


class Seen:
    """What one case led to: the results of a period, or the places of a quota."""

    def __init__(self, outcome: CaseOutcome) -> None:
        self.title = outcome.title
        self.found: PeriodResult | None = outcome.found
        self.places: PlacesDoc | None = outcome.places

    @property
    def plan(self) -> PeriodPlan | None:
        return None if self.found is None else self.found.plan

    def of_period(self, key: str) -> bool:
        return self.plan is not None and self.plan.key == key

    @property
    def results(self) -> tuple[Result, ...]:
        return () if self.found is None else self.found.results

    @property
    def assessed(self) -> list[Result]:
        """The results that were scored and graded, as far as what is known goes."""
        return [result for result in self.results if result.state != "not-assessed"]

    @cached_property
    def scores(self) -> list[PostingScore]:
        """Scores of those assessed, and of those whose every criterion was left out."""
        shown = [r for r in self.results if r.state != "not-assessed" or (r.total is None and r.exact is None)]
        return [score for result in shown for score in result.scores]

    @cached_property
    def nodes(self) -> Mapping[str, list[tuple[NodeScore, Subject]]]:
        """The scores of every criterion, by id."""
        found: dict[str, list[tuple[NodeScore, Subject]]] = {}
        for score in self.scores:
            for node in score.tree.walk():
                found.setdefault(node.node.id, []).append((node, score.subject))
        return found

    def leaves(self, leaf: str) -> Iterator[LeafSeen]:
        for node, subject in self.nodes.get(leaf, ()):
            if node.outcome is not None:
                yield LeafSeen(node, node.outcome, subject)

    def notes(self, *keys: str) -> list[tuple[Result, Note]]:
        return [(result, note) for result in self.results for note in result.notes if note.key in keys]

    def judges(self, result: Result, ignore_missing: bool = False) -> list[Judge]:
        """What judged the conditions of a result: one for each posting."""
        if self.found is None:
            return []
        plan, rules, total = self.found.plan, self.found.rules, result.total
        if total is None and isinstance(result.exact, Fraction):  # an exclusion hides the total it looked at
            total = rounded(EXACT, result.exact, plan.root.rounding or rules.rounding)

        def score_of(criterion: str) -> Number | None:
            return total if criterion == "total" else result.score_of(criterion)

        return [Judge(subject, plan.root, score_of, ignore_missing) for subject in result.subjects]


def unheld(node: NodeScore) -> Fraction | None:
    """The score of a node before its floor, ceiling and rounding; None unless it is certain."""
    if node.state is not ScoreState.SCORED or not isinstance(node.score, Fraction):
        return None
    if isinstance(node.node, Leaf):
        numbers = {} if node.outcome is None else node.outcome.numbers
        return _certain(leaf_score(EXACT, _loose(node.node), numbers)) if _all_certain(numbers) else None
    counted = [(part.part, part.score) for part in node.parts if part.part is not None and part.score is not None]
    return _certain(group_score(EXACT, _loose_group(node.node), counted))


def _loose(leaf: Leaf) -> Leaf:
    return attrs.evolve(leaf, floor=None, ceiling=None, rounding=None)


def _loose_group(group: Group) -> Group:
    return attrs.evolve(group, floor=None, ceiling=None, rounding=None)


def _all_certain(numbers: Mapping[str, Number]) -> bool:
    return not any(isinstance(x, Interval) for x in numbers.values())


def _certain(x: Number) -> Fraction | None:
    return x if isinstance(x, Fraction) else None
