"""One cadre's tree: leaves scored, groups combined, with what each node contributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from attrs import frozen

from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import INTERVAL, Interval, Number, hull, settled
from cadre_eval.numbers.ops import Ops
from cadre_eval.ruleset.formulas import group_score, held
from cadre_eval.ruleset.plan import Group, Leaf, Node, Part
from cadre_eval.scoring.states import LeafOutcome, ScoreState

MOST_LOOSE = 6


@frozen(eq=False)
class NodeScore:
    """The score of a node and of everything below it. ``share`` is what a full score here adds to its group."""

    node: Node
    state: ScoreState
    score: Number | None
    parts: tuple[NodeScore, ...] = ()
    outcome: LeafOutcome | None = None
    part: Part | None = None
    may_drop: bool = False

    def walk(self) -> Iterator[NodeScore]:
        """This node and all below, in order."""
        ahead = [self]
        while ahead:
            score = ahead.pop()
            yield score
            ahead.extend(reversed(score.parts))

    def find(self, node_id: str) -> NodeScore | None:
        return next((score for score in self.walk() if score.node.id == node_id), None)


def ops_for(*numbers: Number | None) -> Ops:
    """Exact ops if every number is exact, else interval ops."""
    return INTERVAL if Interval in map(type, numbers) else EXACT


def score_tree(node: Node, outcomes: Mapping[str, LeafOutcome], part: Part | None = None) -> NodeScore:
    """The tree's scores from its leaves'. Excluded parts leave their group, which is rescaled to those left."""
    if isinstance(node, Leaf):
        outcome = outcomes[node.id]
        return NodeScore(node, outcome.state, outcome.score, (), outcome, part, outcome.may_drop)
    parts = tuple([score_tree(p.node, outcomes, p) for p in node.parts])
    counted = [(p.part, p.score) for p in parts if p.part is not None and p.score is not None]
    if not counted:
        return NodeScore(node, ScoreState.EXCLUDED, None, parts, None, part)
    if any(p.may_drop and p.score is not None for p in parts):
        firm = [(p.part, p.score) for p in parts if p.part is not None and p.score is not None and not p.may_drop]
        return NodeScore(node, ScoreState.OPEN, _with_or_without(node, counted, firm), parts, None, part, not firm)
    score = settled(group_score(ops_for(*[s for _, s in counted]), node, counted))
    state = ScoreState.OPEN if isinstance(score, Interval) else ScoreState.SCORED
    return NodeScore(node, state, score, parts, None, part)


Counted: TypeAlias = "list[tuple[Part, Number]]"


def _with_or_without(group: Group, counted: Counted, firm: Counted) -> Interval:
    """The score while some parts may yet drop out: any of them may, so a few are tried in every way, and of many
    nothing is said but that the result lies between the best and the worst part.
    """
    loose = [entry for entry in counted if entry not in firm]
    if len(loose) <= MOST_LOOSE:
        ways = [[*firm, *some] for n in range(len(loose) + 1) for some in combinations(loose, n)]
        return hull(group_score(INTERVAL, group, way) for way in ways if way)
    ratios = hull(score * (1 / part.node.points) for part, score in counted)
    return hull([group_score(INTERVAL, group, counted), held(INTERVAL, ratios * group.points, group)])


def contribution(group: NodeScore, child: NodeScore) -> Number | None:
    """What a child adds to its group's score, before the group's own floor, ceiling and rounding."""
    if child.score is None or child.part is None or not isinstance(group.node, Group):
        return None
    weights = sum((p.part.weight for p in group.parts if p.part and p.score is not None), Fraction(0))
    return child.score * (group.node.points * child.part.weight / weights / child.node.points)
