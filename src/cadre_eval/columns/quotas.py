"""Quotas on columns: never exceeded; an open tie for the last place gives it to nobody."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from cadre_eval.columns.drafts import CAN, CANNOT, NOT_ASSESSED, Drafts
from cadre_eval.columns.integers import Array
from cadre_eval.columns.ordering import distinct, distinct_rows
from cadre_eval.columns.placing import open_ahead, positions, spans_of
from cadre_eval.ruleset.document import ByQuota
from cadre_eval.ruleset.plan import GradeScale, PeriodPlan, Quota


def apply_quotas(
    drafts: Drafts,
    plan: PeriodPlan,
    scales: Sequence[GradeScale],
    chain: Sequence[str],
    pools_of: Callable[[Sequence[str]], Array],
) -> None:
    """Every quota applied to the grades of the drafts, those of better grades first; ``pools_of`` numbers the pools that
    some keys separate. Where several limit one grade that only quotas give, the first gives it and the others cut.
    """
    given: list[object] = []
    for quota in sorted(plan.quotas, key=lambda q: min(q.grade.values(), default=0)):
        first = quota.grade not in given
        given.append(quota.grade)
        _Allocation(quota, drafts, scales, chain, pools_of(quota.pool_by), first).apply()


class _Allocation:
    """One quota on all its pools at once."""

    def __init__(
        self,
        quota: Quota,
        drafts: Drafts,
        scales: Sequence[GradeScale],
        chain: Sequence[str],
        pools: Array,
        first: bool,
    ) -> None:
        self.quota, self.drafts, self.chain, self.pools = quota, drafts, chain, pools
        levels = [scale.level(quota.grade) for scale in scales]
        gives = [first and level is not None and isinstance(scale.bands[level], ByQuota)
                 for scale, level in zip(scales, levels, strict=True)]  # fmt: skip
        self.level = np.array([*(-1 if level is None else level for level in levels), -1])[drafts.scale]
        self.gives = np.array([*gives, False])[drafts.scale]
        self.concerned = (self.level >= 0) & (drafts.state != NOT_ASSESSED)
        self.inside = np.left_shift(1, np.maximum(self.level, 0))
        self.outside = self.inside << 1
        self.truth = drafts.barred[quota.id]

    def apply(self) -> None:
        places, sure_places = self._places()
        self._check()
        claims, certain = self._claims()
        rivals = np.bincount(self.pools[claims], minlength=len(places))
        self._decide(claims, certain, rivals, places, sure_places)

    def _places(self) -> tuple[Array, Array]:
        """By pool: how many places there are, and how many there surely will be."""
        drafts, quota = self.drafts, self.quota
        count = int(self.pools.max(initial=-1)) + 1
        counted = np.ones(drafts.rows, dtype=bool) if quota.base == "posted" else drafts.state != NOT_ASSESSED
        base = np.bincount(self.pools[counted], minlength=count)
        leaving = np.bincount(self.pools[counted & drafts.may_leave & (quota.base == "assessed")], minlength=count)
        imposed = self.concerned & self.gives & ((drafts.grades & self.inside) != 0)
        taken = np.bincount(self.pools[imposed], minlength=count)
        return np.maximum(0, self._of(base) - taken), np.maximum(0, self._of(base - leaving) - taken)

    def _of(self, base: Array) -> Array:
        sizes, at = distinct(base)
        return np.array([self.quota.places(int(size)) for size in sizes], dtype=np.int64)[at]

    def _check(self) -> None:
        """Those who may not take a place lose the grade before places are counted."""
        drafts = self.drafts
        barred = self.concerned & ((self.truth == CAN) | self._surely_below())
        limited = barred & self.gives
        drafts.best_allowed = np.where(limited, np.maximum(drafts.best_allowed, self.level + 1), drafts.best_allowed)
        cut = barred & ~self.gives & ((drafts.grades & self.inside) != 0)
        drafts.grades = np.where(cut, (drafts.grades & ~self.inside) | self.outside, drafts.grades)

    def _surely_below(self) -> Array:
        return self._against(lambda low, high, least: high is not None and high < least)

    def _reaches(self) -> Array:
        return self._against(lambda low, high, least: low is not None and low >= least)

    def _against(self, test: Callable[[Fraction | None, Fraction | None, Fraction], bool]) -> Array:
        """Where the compared total passes a test against the quota's lowest score; true everywhere for ``_reaches`` if it
        has none.
        """
        drafts, least = self.drafts, self.quota.minimum_score
        if least is None:
            return np.full(drafts.rows, test(Fraction(0), None, Fraction(0)))
        found = np.zeros(drafts.rows, dtype=bool)
        rows = np.flatnonzero(drafts.known)
        tops, bottoms = drafts.tops[rows], drafts.bottoms[rows]
        some, at = distinct_rows([tops, bottoms])
        totals = [Fraction(int(tops[row]), int(bottoms[row])) for row in some]
        found[rows] = np.array([test(x, x, least) for x in totals], dtype=bool)[at]
        for row, (low, high) in drafts.spans.items():
            found[row] = test(low, high, least)
        return found

    def _claims(self) -> tuple[Array, Array]:
        """Rows that claim the grade, and which of them do so for certain."""
        drafts = self.drafts
        own = np.where(self.gives, self.outside, self.inside)
        claims = self.concerned & ((drafts.grades & own) != 0)
        claims &= ~(self.gives & (drafts.best_allowed > self.level))
        self.sure = (self.truth == CANNOT) & ~(self.gives & (drafts.surely_allowed > self.level)) & self._reaches()
        certain = claims & (drafts.grades == own) & drafts.known & ~drafts.may_leave & self.sure
        return np.flatnonzero(claims), certain

    def _decide(self, claims: Array, certain: Array, rivals: Array, places: Array, sure_places: Array) -> None:
        drafts = self.drafts
        grades = drafts.grades.copy()
        open_ = claims[~certain[claims]]
        firm = claims[certain[claims]]
        grades[firm] = self._firm(firm, open_, rivals, places, sure_places)
        if len(open_):
            grades[open_] = self._open(open_, firm, rivals, places, sure_places)
        drafts.grades = grades

    def _others(self, rows: Array) -> Array:
        return np.asarray(self.drafts.grades[rows] & ~(self.inside[rows] | self.outside[rows]))

    def _firm(self, rows: Array, open_: Array, rivals: Array, places: Array, sure_places: Array) -> Array:
        drafts, pool = self.drafts, self.pools[rows]
        place = positions(self.pools, drafts, rows, self.chain)
        spans = spans_of(drafts, self.pools, open_)
        _, possible = open_ahead(spans, pool, drafts.tops[rows], drafts.bottoms[rows])
        enough = rivals[pool] <= sure_places[pool]
        beyond = ~enough & (place.ahead >= places[pool])
        within = enough | (~beyond & (place.ahead + place.tied + possible < sure_places[pool]))
        either = self.inside[rows] | self.outside[rows]
        given = np.where(within, self.inside[rows], np.where(beyond, self.outside[rows], either))
        return np.asarray(self._others(rows) | given)

    def _open(self, rows: Array, firm: Array, rivals: Array, places: Array, sure_places: Array) -> Array:
        """Claims that are only possible: they may fail for their own reasons, or for want of places."""
        drafts, pool = self.drafts, self.pools[rows]
        inside, outside = self.inside[rows], self.outside[rows]
        ahead = self._ahead(rows, firm)
        short = (rivals[pool] > sure_places[pool]) | ~self.sure[rows]
        kept = self._others(rows) | inside | np.where(short, outside, 0) | (drafts.grades[rows] & outside)
        return np.asarray(np.where(ahead >= places[pool], self._others(rows) | outside, kept))

    def _ahead(self, rows: Array, firm: Array) -> Array:
        """How many certain claims of its pool are ahead of each open one, whatever it turns out to be."""
        drafts = self.drafts
        spans = spans_of(drafts, self.pools, rows)
        totals: dict[int, list[Fraction]] = {pool: [] for pool in self.pools[rows].tolist()}
        for row in firm[np.isin(self.pools[firm], self.pools[rows])]:
            totals[int(self.pools[row])].append(Fraction(int(drafts.tops[row]), int(drafts.bottoms[row])))
        in_order = {pool: sorted(own) for pool, own in totals.items()}
        found = []
        for pool, high in zip(self.pools[rows].tolist(), spans.high, strict=True):
            found.append(0 if high is None else len(in_order[pool]) - bisect_right(in_order[pool], high))
        return np.array(found, dtype=np.int64)
