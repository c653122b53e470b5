"""Quotas: how many of a pool may have a grade. Never exceeded; an open tie for the last place gives it to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.errors.text import Arg
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.interval import Truth, interval
from cadre_eval.ruleset.document import ByQuota
from cadre_eval.ruleset.plan import CompiledRuleset, GradeScale, PeriodPlan, Quota
from cadre_eval.scoring.conditions import FALSE, TRUE, Judge, either
from cadre_eval.scoring.pools import pool_of
from cadre_eval.scoring.ranking import Order, compared, few_names, final_total, open_ahead, order_pool
from cadre_eval.scoring.result import Note, Result, note

EVERYBODY = Text("全部", "all")
"""What the pool of a quota that separates nobody is called."""


def apply_quotas(results: Sequence[Result], plan: PeriodPlan, rules: CompiledRuleset) -> list[Result]:
    """The results with every quota applied, those of better grades first. Where several limit one grade that only
    quotas give, the first gives it and the others cut.
    """
    current = list(results)
    given: list[object] = []
    for quota in sorted(plan.quotas, key=lambda q: min(q.grade.values(), default=0)):
        first = quota.grade not in given
        given.append(quota.grade)
        grouped: dict[tuple[str, ...], list[Result]] = {}
        for result in current:
            grouped.setdefault(quota_pool(result, quota), []).append(result)
        current = [
            r for key in sorted(grouped) for r in _Allocation(quota, grouped[key], plan, rules, first).results()
        ]
    return current


def quota_pool(result: Result, quota: Quota) -> tuple[str, ...]:
    """The pool whose places a cadre competes for: that of the main posting, so nobody counts in two."""
    return pool_of(result.posting, quota.pool_by)


def barred_from(quota: Quota, result: Result, plan: PeriodPlan) -> Truth:
    """Whether a quota's own condition keeps the cadre from a place, in any posting of the period."""
    if quota.excluded is None:
        return FALSE
    judges = [Judge(subject, plan.root, result.score_of) for subject in result.subjects]
    return either([judge.judge(quota.excluded) for judge in judges]).truth


@frozen(eq=False)
class Claim:
    """A cadre's claim to the grade: certain or only possible; ``inside`` and ``outside`` are the grades at stake."""

    result: Result
    inside: int
    outside: int
    certain: bool


class _Allocation:
    """One quota on one of its pools."""

    def __init__(
        self, quota: Quota, pool: Sequence[Result], plan: PeriodPlan, rules: CompiledRuleset, first: bool
    ) -> None:
        self.first = first
        self.quota, self.plan, self.rules = quota, plan, rules
        self.pool = pool
        counted = [r for r in pool if quota.base == "posted" or r.state != "not-assessed"]
        self.base = len(counted)
        may_leave = sum(r.may_leave for r in counted) if quota.base == "assessed" else 0
        taken = sum(self._imposed(r) for r in pool)
        self.places = max(0, quota.places(self.base) - taken)
        self.sure_places = max(0, quota.places(self.base - may_leave) - taken)

    def _gives(self, scale: GradeScale, level: int) -> bool:
        """Whether the quota gives the grade, rather than cut those who have it."""
        return self.first and isinstance(scale.bands[level], ByQuota)

    def _imposed(self, result: Result) -> bool:
        """Whether a gate has given the grade already: it takes a place that only the quota could give."""
        level = self._level(result.scale)
        if level is None or result.scale is None or result.state == "not-assessed":
            return False
        return self._gives(result.scale, level) and level in result.grades

    def results(self) -> list[Result]:
        checked = [self._checked(result) for result in self.pool]
        claims = {c.result.cadre.id: c for r in checked if (c := self._claim(r)) is not None}
        rivals = [claim.result for claim in claims.values()]
        order = order_pool([c.result for c in claims.values() if c.certain], self.rules)
        unsure = tuple(c.result for c in claims.values() if not c.certain)
        return [self._decided(r, claims.get(r.cadre.id), order, unsure, len(rivals)) for r in checked]

    def _level(self, scale: GradeScale | None) -> int | None:
        return None if scale is None else scale.level(self.quota.grade)

    def _checked(self, result: Result) -> Result:
        """Those who may not take a place lose the grade before places are counted."""
        level = self._level(result.scale)
        if level is None or result.scale is None or result.state == "not-assessed":
            return result
        by_quota = self._gives(result.scale, level)
        barred = self._barred(result, result.scale.labels[level + 1])
        if barred is None:
            return result
        if by_quota:
            return evolve(result, best_allowed=max(result.best_allowed, level + 1), notes=(*result.notes, barred))
        if level not in result.grades:
            return result
        grades = result.grades - {level} | {level + 1}
        return evolve(result, grades=grades, notes=(*result.notes, barred))

    def _barred(self, result: Result, next_grade: str) -> Note | None:
        quota = self.quota
        total = compared(result, self.rules)
        if quota.minimum_score is not None and total is not None:
            high = interval(total).high
            if high is not None and high < quota.minimum_score:
                minimum = number_text(quota.minimum_score)
                return note("quota-minimum", id=quota.id, quota=quota.title, minimum=minimum, grade=next_grade)
        if barred_from(self.quota, result, self.plan) == TRUE:
            return note("quota-excluded", id=quota.id, quota=quota.title, grade=next_grade)
        return None

    def _claim(self, result: Result) -> Claim | None:
        level = self._level(result.scale)
        if level is None or result.scale is None or result.state == "not-assessed":
            return None
        by_quota = self._gives(result.scale, level)
        own = level + 1 if by_quota else level
        if own not in result.grades or (by_quota and result.best_allowed > level):
            return None
        known = final_total(result, self.rules) is not None and not result.may_leave
        certain = result.grades == {own} and known and self._sure(result)
        return Claim(result, level, level + 1, certain)

    def _sure(self, result: Result) -> bool:
        level = self._level(result.scale)
        by_quota = level is not None and result.scale is not None and self._gives(result.scale, level)
        if barred_from(self.quota, result, self.plan) != FALSE or (
            by_quota and level is not None and result.surely_allowed > level
        ):
            return False
        minimum = self.quota.minimum_score
        low = interval(compared(result, self.rules) or Fraction(0)).low
        return minimum is None or (low is not None and low >= minimum)

    def _decided(
        self, result: Result, claim: Claim | None, order: Order, unsure: tuple[Result, ...], rivals: int
    ) -> Result:
        if claim is None:
            return result
        others = result.grades - {claim.inside, claim.outside}
        if rivals <= self.sure_places and claim.certain:
            return self._with(result, others | {claim.inside}, "quota-in")
        if not claim.certain:
            return self._open_claim(result, claim, order, others, rivals)
        ahead, tied = order.position(claim.result)
        total = final_total(result, self.rules) or Fraction(0)
        _, possible = open_ahead(total, unsure, self.rules)
        if ahead >= self.places:
            key = "quota-cut" if self.places else "quota-none"
            return self._with(result, others | {claim.outside}, key, claim.outside, last=self._last_in(order))
        if ahead + tied + possible < self.sure_places:
            return self._with(result, others | {claim.inside}, "quota-in")
        both = others | {claim.inside, claim.outside}
        if tied and ahead + tied >= self.places and claim.result.cadre.id not in order.unsettled:
            group = next(g for g in order.groups if claim.result in g)
            names = few_names([r.cadre.name for r in group if r is not claim.result])
            return self._with(result, both, "quota-tie", others=names)
        return self._with(result, both, "quota-open")

    def _open_claim(self, result: Result, claim: Claim, order: Order, others: frozenset[int], rivals: int) -> Result:
        """A claim that is only possible: it may fail for its own reasons, or for want of places."""
        high = interval(compared(result, self.rules) or Fraction(0)).high
        sure = [r for group in order.groups for r in group]
        ahead = sum(high is not None and (final_total(r, self.rules) or Fraction(0)) > high for r in sure)
        if ahead >= self.places:
            return evolve(result, grades=others | {claim.outside})
        short = rivals > self.sure_places or not self._sure(result)
        outside = {claim.outside} if short else set()
        return evolve(result, grades=others | {claim.inside} | outside | (result.grades & {claim.outside}))

    def _with(
        self,
        result: Result,
        grades: frozenset[int],
        key: str,
        grade: int | None = None,
        others: str = "",
        last: str = "—",
    ) -> Result:
        pool = "、".join(self._pool_names(result))
        label = result.scale.labels[grade] if result.scale is not None and grade is not None else ""
        args: dict[str, Arg] = {
            "id": self.quota.id,
            "quota": self.quota.title,
            "pool": pool or EVERYBODY,
            "base": str(self.base),
            "places": str(self.places),
            "grade": label,
            "others": others,
            "last": last,
        }
        return evolve(result, grades=grades, notes=(*result.notes, note(key, **args)))

    def _last_in(self, order: Order) -> str:
        """The total of the last within the places."""
        inside = [r for group in order.groups for r in group][: self.places]
        return inside[-1].total_text if inside else "—"

    def _pool_names(self, result: Result) -> list[str]:
        return [pool_name(self.rules, result, key) for key in self.quota.pool_by]


def pool_name(rules: CompiledRuleset, result: Result, key: str) -> str:
    """What people call one part of a pool."""
    posting = result.posting
    names = {
        "category": rules.categories.get(result.cadre.category, result.cadre.category),
        "role": rules.name_of(posting.role),
        "township": posting.host.township.name,
        "host": posting.host.name,
        "sending-unit": posting.sending_unit.name,
    }
    return names[key]
