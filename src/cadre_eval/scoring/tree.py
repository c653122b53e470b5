"""One cadre's tree: leaves scored, groups combined, with what each node contributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import INTERVAL, Interval, Number, settled
from cadre_eval.numbers.ops import Ops
from cadre_eval.ruleset.formulas import group_score
from cadre_eval.ruleset.plan import Group, Leaf, Node, Part
from cadre_eval.scoring.states import LeafOutcome, ScoreState


@frozen(eq=False)
class NodeScore:
    """The score of a node and of everything below it. ``share`` is what a full score here adds to its group."""

    node: Node
    state: ScoreState
    score: Number | None
    parts: tuple[NodeScore, ...] = ()
    outcome: LeafOutcome | None = None
    part: Part | None = None

    def walk(self) -> Iterator[NodeScore]:
        """This node and all below, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def find(self, node_id: str) -> NodeScore | None:
        return next((score for score in self.walk() if score.node.id == node_id), None)


def ops_for(*numbers: Number | None) -> Ops:
    """Exact ops if every number is exact, else interval ops."""
    return INTERVAL if any(isinstance(x, Interval) for x in numbers) else EXACT


def score_tree(node: Node, outcomes: Mapping[str, LeafOutcome], part: Part | None = None) -> NodeScore:
    """The tree's scores from its leaves'. Excluded parts leave their group, which is rescaled to those left."""
    if isinstance(node, Leaf):
        outcome = outcomes[node.id]
        return NodeScore(node, outcome.state, outcome.score, (), outcome, part)
    parts = tuple(score_tree(p.node, outcomes, p) for p in node.parts)
    counted = [(p.part, p.score) for p in parts if p.part is not None and p.score is not None]
    if not counted:
        return NodeScore(node, ScoreState.EXCLUDED, None, parts, None, part)
    score = settled(group_score(ops_for(*(s for _, s in counted)), node, counted))
    state = ScoreState.OPEN if isinstance(score, Interval) else ScoreState.SCORED
    return NodeScore(node, state, score, parts, None, part)


def contribution(group: NodeScore, child: NodeScore) -> Number | None:
    """What a child adds to its group's score, before the group's own floor, ceiling and rounding."""
    if child.score is None or child.part is None or not isinstance(group.node, Group):
        return None
    weights = sum((p.part.weight for p in group.parts if p.part and p.score is not None), Fraction(0))
    return child.score * (group.node.points * child.part.weight / weights / child.node.points)
