"""From a posting's tree to the cadre's total: adjustments, several postings, earlier periods, the last rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from cadre_eval.model.records import FactState
from cadre_eval.numbers.exact import Rounded
from cadre_eval.numbers.interval import Interval, Number, interval, settled
from cadre_eval.ruleset.formulas import adjusted, adjustment_group, rounded
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import AdjustmentItem, Adjustments, CompiledRuleset, PeriodPlan
from cadre_eval.scoring.inputs import used_fact
from cadre_eval.scoring.result import EarlierPart, GroupAdjustment, ItemScore, Note, PostingScore, Result, note
from cadre_eval.scoring.states import ScoreState, policy_state
from cadre_eval.scoring.subject import Lack, Subject
from cadre_eval.scoring.tree import NodeScore, ops_for

ZERO = Fraction(0)


def posting_score(subject: Subject, days: int, tree: NodeScore, rules: Adjustments) -> PostingScore:
    """The posting's own score: its tree with bonuses and deductions."""
    groups = []
    for group in rules.groups:
        items = tuple(_item_score(subject, item) for item in group.items)
        points = adjustment_group(ops_for(*(i.points for i in items)), group, [i.points for i in items])
        groups.append(GroupAdjustment(group, settled(points), items))
    own = None
    if tree.score is not None:
        amounts = [g.points for g in groups]
        own = settled(adjusted(ops_for(tree.score, *amounts), tree.score, rules, amounts))
    signed = tuple(
        GroupAdjustment(g.group, g.points if g.group.direction == "bonus" else -g.points, g.items) for g in groups
    )
    return PostingScore(subject, days, tree, signed, own)


def _item_score(subject: Subject, item: AdjustmentItem) -> ItemScore:
    fact, doc = subject.fact(item.fact), subject.rules.facts[item.fact]
    title = subject.rules.fact_title(item.fact)
    if fact.state is FactState.PRESENT and isinstance(fact.value, Fraction | bool):
        return ItemScore(item, item.each * Fraction(fact.value), (used_fact(title, fact, doc),))
    lack = Lack(fact.state, title, fact.reason, fact.span)
    if fact.state in {FactState.NOT_APPLICABLE, FactState.EXCUSED}:
        return ItemScore(item, ZERO, (), (lack,))
    if policy_state(fact.state, item.policies) in {ScoreState.ZERO, ScoreState.EXCLUDED}:
        return ItemScore(item, ZERO, (), (lack,))
    return ItemScore(item, Interval(*fact_bounds(doc)) * item.each, (), (lack,))


@frozen(eq=False)
class Total:
    """A cadre's total, exact and rounded, with what it was combined from."""

    exact: Number | None
    shown: Number | None
    earlier: tuple[EarlierPart, ...]
    notes: tuple[Note, ...]


def cadre_own(scores: Sequence[PostingScore], rule: str, plan: PeriodPlan) -> Number | None:
    """The period's own score over all postings: the longest, weighted by days, or (undeclared) open."""
    known = [(s.own, s.days) for s in scores if s.own is not None]
    if len(scores) == 1 or rule == "longest":
        return scores[0].own
    if rule == "by-days" and known:
        days = sum(d for _, d in known)
        total: Number = ZERO
        for own, d in known:
            total = interval(own) * Fraction(d, days) + total
        return settled(total)
    return plan.reach if known else None


def combined_total(
    own: Number | None,
    plan: PeriodPlan,
    rules: CompiledRuleset,
    subject: Subject,
    earlier: Mapping[str, Result | None],
    fixed: Mapping[str, Number | None] | None = None,
) -> Total:
    """The own score with earlier periods' totals, rounded. ``fixed`` gives those totals instead of looking them up."""
    parts, notes = _earlier_parts(own, plan, subject, earlier)
    if fixed is not None:
        parts = [p if p.source == "own" else evolve(p, total=fixed[p.period]) for p in parts]
    rounding = plan.root.rounding or rules.rounding
    exact = own
    if plan.combine and own is not None:
        counted = [p for p in parts if p.total is not None]
        weights = sum((p.weight for p in counted), ZERO)
        total: Number = ZERO
        for part in counted:
            total = interval(part.total if part.total is not None else ZERO) * (part.weight / weights) + total
        exact = settled(total)
    shown = None if exact is None else _shown(settled(rounded(ops_for(exact), exact, rounding)), rounding.places)
    return Total(exact, shown, tuple(parts), tuple(notes))


def _shown(total: Number, places: int) -> Number:
    """The rounded total, which prints with its decimals."""
    if isinstance(total, Interval):
        low, high = (None if end is None else Rounded(end, places) for end in (total.low, total.high))
        return Interval(low, high)
    return Rounded(total, places)


def _earlier_parts(
    own: Number | None, plan: PeriodPlan, subject: Subject, earlier: Mapping[str, Result | None]
) -> tuple[list[EarlierPart], list[Note]]:
    parts, notes = [], []
    for key, weight in plan.combine.items():
        if key == plan.key:
            parts.append(EarlierPart(key, plan.title, weight, own, "own"))
            continue
        part = earlier_part(key, weight, plan, subject, earlier.get(key))
        parts.append(part)
        if part.source == "absent":
            notes.append(note(f"no-earlier-{plan.absent}", period=part.title))
    return parts, notes


def earlier_part(
    key: str, weight: Fraction, plan: PeriodPlan, subject: Subject, result: Result | None
) -> EarlierPart:
    """A total recorded in the dossier was published before this system and stands; else the one assessed here."""
    title = subject.rules.periods[key].title
    recorded = subject.dossier.earlier.get(key)
    if recorded is not None:
        return EarlierPart(key, title, weight, recorded.total, "recorded")
    if result is not None and result.state != "not-assessed" and result.exact is not None:
        total = result.total if plan.carry == "rounded" else result.exact
        return EarlierPart(key, title, weight, total, "assessed")
    absent: Mapping[str | None, Number | None] = {"zero": ZERO, "renormalise": None}
    total = absent.get(plan.absent, subject.rules.periods[key].reach)
    return EarlierPart(key, title, weight, total, "absent")
