"""What cases are to show of who is assessed at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cadre_eval.cases.exercised.points import Point, point
from cadre_eval.cases.exercised.points_conditions import condition_points, ignoring_mattered
from cadre_eval.cases.exercised.seen import Seen
from cadre_eval.ruleset.document import EligibilityDoc, ExclusionDoc, RulesetDoc
from cadre_eval.ruleset.plan import CompiledRuleset, Exclusion, PeriodPlan
from cadre_eval.scoring.conditions import TRUE, Judge, either
from cadre_eval.scoring.eligibility import holder_in_period
from cadre_eval.scoring.result import Result


def eligibility_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    """Who is not assessed, and why. What two postings in one period come to is left out: a case has one."""
    if doc.eligibility is None:
        return
    own = doc.eligibility
    yield from _relation_points(own)
    if own.transfer_within is not None:
        where = own.at.value("transfer_within")
        yield point(where, "", "划转超过时限", "a late transfer", lambda seen: bool(seen.notes("late-transfer")))
    docs = {exclusion.id: exclusion for exclusion in own.exclusions}
    for plan in rules.periods.values():
        if plan.eligibility.minimum_service is not None:
            where = own.at.value("minimum_service", plan.key)
            yield point(where, plan.title, "驻村时间不足", "service too short", _too_short(plan.key))
        for exclusion in plan.eligibility.exclusions:
            yield from _exclusion_points(docs[exclusion.id], exclusion, plan, rules)


def _too_short(key: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.of_period(key) and bool(seen.notes("short-service"))


def _relation_points(doc: EligibilityDoc) -> Iterator[Point]:
    if not doc.at.has("assessment_relation"):
        return
    where = doc.at.value("assessment_relation")
    if doc.assessment_relation == "required":
        yield point(
            where,
            "",
            "考核关系不在本区，不考核",
            "refused for want of the relation",
            lambda seen: bool(seen.notes("no-relation")),
        )
    else:
        yield point(where, "", "考核关系不在本区，仍考核", "assessed without the relation", _elsewhere)


def _elsewhere(seen: Seen) -> bool:
    """Whether somebody was assessed whose assessment relation stayed with the sending unit."""
    if seen.found is None:
        return False
    days = seen.found.period.days
    return any(holder_in_period(r.posting, days) in {r.posting.sending_unit.id, None} for r in seen.assessed)


def _exclusion_points(doc: ExclusionDoc, own: Exclusion, plan: PeriodPlan, rules: CompiledRuleset) -> Iterator[Point]:
    def judged(seen: Seen) -> list[Result]:
        return [r for r in seen.results if r.exact is not None] if seen.of_period(plan.key) else []

    def judges(seen: Seen) -> list[Judge]:
        return [judge for result in judged(seen) for judge in seen.judges(result, own.ignore_missing)]

    def triggered(seen: Seen) -> bool:
        return any(r.state == "not-assessed" and _first(seen, r) == own.id for r in judged(seen))

    yield point(doc.at.value("id"), own.title, "有这种情形", "triggered", triggered)
    yield from condition_points(own.title, own.condition, judges, rules)
    if doc.at.has("missing"):
        where = doc.at.value("missing")
        if own.ignore_missing:

            def ignored(seen: Seen) -> bool:
                return any(
                    ignoring_mattered(own.condition, seen.judges(r), seen.judges(r, ignore_missing=True))
                    for r in judged(seen)
                )

            yield point(where, own.title, "缺事实，视为没有", "a missing fact ignored", ignored)
        else:

            def left_open(seen: Seen) -> bool:
                return any(r.may_leave and True in _truth(seen, r, own) for r in judged(seen))

            yield point(where, own.title, "缺事实，待定", "a missing fact leaves it open", left_open)


def _first(seen: Seen, result: Result) -> str | None:
    """The exclusion that decided: the first that holds."""
    exclusions = seen.plan.eligibility.exclusions if seen.plan is not None else ()
    return next((e.id for e in exclusions if _truth(seen, result, e) == TRUE), None)


def _truth(seen: Seen, result: Result, exclusion: Exclusion) -> frozenset[bool]:
    judges = seen.judges(result, exclusion.ignore_missing)
    return either([judge.judge(exclusion.condition) for judge in judges]).truth
