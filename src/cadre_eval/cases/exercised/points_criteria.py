"""What cases are to show of the criteria: every leaf scored, every branch taken, every limit, rounding and policy met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import evolve, frozen

from cadre_eval.cases.exercised.branch import Asked, Branch
from cadre_eval.cases.exercised.branches import branches, known_kind
from cadre_eval.cases.exercised.points import Point, point
from cadre_eval.cases.exercised.seen import Seen, unheld
from cadre_eval.errors import Span, Text
from cadre_eval.model.records import FactState
from cadre_eval.numbers.exact import EXACT
from cadre_eval.reading.settings import Place
from cadre_eval.ruleset.document import CriterionDoc, PoliciesDoc, RulesetDoc
from cadre_eval.ruleset.formulas import held, reach
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf, Node, PeriodPlan, leaves, nodes

POLICY_STATES: Mapping[str, tuple[FactState, Text]] = {
    "missing": (FactState.MISSING, Text("缺记录，按此处理", "applied where a record is missing")),
    "not_applicable": (FactState.NOT_APPLICABLE, Text("不适用，按此处理", "applied where something does not apply")),
    "excused": (FactState.EXCUSED, Text("免予，按此处理", "applied where somebody is excused")),
}
"""The policies a ruleset may write, with the state each is for and how that is said."""


def criteria_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    docs = {criterion.id: criterion for criterion in _all_criteria(doc.criteria)}
    for plan in rules.periods.values():
        for node in nodes(plan.root):
            if node.id in docs:
                yield from _node_points(docs[node.id], node, plan, rules)
        yield from _total_points(doc, plan, rules)
        yield from _general_policies(doc, docs, plan)


def _all_criteria(docs: Iterable[CriterionDoc]) -> Iterator[CriterionDoc]:
    for doc in docs:
        yield doc
        yield from _all_criteria(doc.parts or ())


def _node_points(doc: CriterionDoc, node: Node, plan: PeriodPlan, rules: CompiledRuleset) -> Iterator[Point]:
    if isinstance(node, Leaf):
        yield from _leaf_points(doc, node, plan, rules)
    yield from limit_points(doc.at, node, plan.key, rules)
    if doc.rounding is not None:
        yield _rounding_point(doc.at.key("rounding"), node, plan.key)


# ── leaves ──────────────────────────────────────────────────────────


def _leaf_points(doc: CriterionDoc, leaf: Leaf, plan: PeriodPlan, rules: CompiledRuleset) -> Iterator[Point]:
    def scores(seen: Seen) -> frozenset[object]:
        found = seen.leaves(leaf.id) if seen.of_period(plan.key) else ()
        return frozenset(one.outcome.score for one in found if one.scored)

    where = doc.at.value("id")
    yield Point(where, leaf.title, Text("得出分数", "scored"), scores)
    if not known_kind(leaf.kind.name):
        yield Point(where, leaf.title, Text("得出两种不同的分数", "two different scores"), scores, needed=2)
    for branch in branches(Asked(leaf, plan.key, rules)):
        yield _branch_point(branch, leaf, plan.key)
    for name, (state, what) in POLICY_STATES.items():
        if doc.policies is not None and getattr(doc.policies, name) is not None:
            yield _policy_point(doc.policies.at.value(name), leaf.title, what, state, frozenset([leaf.id]), plan.key)


def _branch_point(branch: Branch, leaf: Leaf, period: str) -> Point:
    def taken(seen: Seen) -> bool:
        return seen.of_period(period) and any(branch.taken(one) for one in seen.leaves(leaf.id))

    return point(branch.span, leaf.title, branch.what.zh, branch.what.en, taken)


# ── policies ────────────────────────────────────────────────────────


def _general_policies(doc: RulesetDoc, docs: Mapping[str, CriterionDoc], plan: PeriodPlan) -> Iterator[Point]:
    """The ruleset's policies, each for all leaves that have none of their own for the state."""
    if doc.policies is None:
        return
    for name, (state, what) in POLICY_STATES.items():
        here = frozenset(leaf.id for leaf in leaves(plan.root) if not _has(docs[leaf.id].policies, name))
        if here and _has(doc.policies, name):
            yield _policy_point(doc.policies.at.value(name), "", what, state, here, plan.key)


def _has(policies: PoliciesDoc | None, name: str) -> bool:
    return policies is not None and getattr(policies, name) is not None


def _policy_point(span: Span, owner: str, what: Text, state: FactState, of: frozenset[str], period: str) -> Point:
    def applied(seen: Seen) -> bool:
        return seen.of_period(period) and any(one.settled_by(state) for leaf in of for one in seen.leaves(leaf))

    return point(span, owner, what.zh, what.en, applied)


# ── limits and roundings ────────────────────────────────────────────


@frozen
class _Raw:
    """The scores of a node before it was held, with what became of them."""

    before: Fraction
    after: Fraction


def _raw(seen: Seen, node: str, period: str) -> Iterator[_Raw]:
    for found, _ in seen.nodes.get(node, ()) if seen.of_period(period) else ():
        before = unheld(found)
        if before is not None and isinstance(found.score, Fraction):
            yield _Raw(before, found.score)


def limit_points(at: Place, node: Node, period: str, rules: CompiledRuleset) -> Iterator[Point]:
    """Floor and ceiling as written; one that no score can reach holds nothing, and is not asked for."""
    possible = reach(evolve(node, floor=None, ceiling=None, rounding=None), rules.facts)
    low = node.floor if node.floor is not None else Fraction(0)
    if at.has("floor") and (possible.low is None or possible.low < low):
        texts = ("低于下限，按下限计", "held at the floor") if node.floor is not None else ("得负分", "below 0")
        yield point(
            at.value("floor"),
            node.title,
            *texts,
            lambda seen: any(r.before < low for r in _raw(seen, node.id, period)),
        )
    high = node.ceiling if node.ceiling is not None else node.points
    if at.has("ceiling") and (possible.high is None or possible.high > high):
        zh, en = (
            ("超过上限，按上限计", "held at the ceiling")
            if node.ceiling is not None
            else ("超过满分", "above its points")
        )
        yield point(
            at.value("ceiling"),
            node.title,
            zh,
            en,
            lambda seen: any(r.before > high for r in _raw(seen, node.id, period)),
        )


def _rounding_point(span: Span, node: Node, period: str) -> Point:
    loose = evolve(node, rounding=None)

    def changed(seen: Seen) -> bool:
        return any(held(EXACT, r.before, loose) != r.after for r in _raw(seen, node.id, period))

    return point(span, node.title, "修约改变了分数", "the rounding changed a score", changed)


def _total_points(doc: RulesetDoc, plan: PeriodPlan, rules: CompiledRuleset) -> Iterator[Point]:
    """The limits of the whole tree, and the rounding of the total."""
    if doc.total is not None:
        yield from limit_points(doc.total.at, plan.root, plan.key, rules)
    if doc.rounding is not None:

        def changed(seen: Seen) -> bool:
            totals = [r for r in seen.assessed if isinstance(r.exact, Fraction) and seen.of_period(plan.key)]
            return any(result.exact != result.total for result in totals)

        yield point(doc.at.key("rounding"), "", "修约改变了总分", "the rounding changed a total", changed)
