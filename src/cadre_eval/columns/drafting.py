"""Scored rows to drafts: exclusions, gates and grade bands, where nothing is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from cadre_eval.columns.batch import EXCUSED, MISSING, NOT_APPLICABLE, PRESENT, Values
from cadre_eval.columns.drafts import CAN, CANNOT, FINAL, NOT_ASSESSED, Drafts, Link
from cadre_eval.columns.integers import Array, narrowed
from cadre_eval.columns.judging import Judge, Truths
from cadre_eval.columns.program import Exact
from cadre_eval.columns.scorer import Rows, Scorer
from cadre_eval.columns.sums import Sum
from cadre_eval.ruleset.plan import Effect, Gate, GradeScale


def scales_of(scorer: Scorer) -> list[GradeScale]:
    """The grade scales of the plan, in one order."""
    return list(scorer.plan.grades.values())


def drafted(scorer: Scorer, rows: Rows, scale: Array) -> tuple[Drafts, Array]:
    """The drafts of a batch, and which rows must be scored one by one. ``scale`` is each row's grade scale, by its place
    among ``scales_of``; -1 for none.
    """
    open_ = rows.open.copy()
    excluded = ~rows.there
    for exclusion in scorer.plan.eligibility.exclusions:
        truths = rows.judge.ignoring(exclusion.ignore_missing).judge(exclusion.condition)
        open_ |= truths.open & ~excluded
        excluded = excluded | truths.true
    limits = _Limits(scales_of(scorer), scale, len(scale))
    for gate in scorer.plan.gates:
        open_ |= _apply(gate, rows.judge.ignoring(gate.ignore_missing), limits) & ~excluded
    grades = _grades(scorer, rows, scale, limits)
    graded = (scale >= 0) & ~excluded
    known = ~excluded
    rounded = scorer.rules.compare == "rounded"
    places = (scorer.plan.root.rounding or scorer.rules.rounding).places
    unit = np.full(len(scale), 10**places, dtype=np.int32 if places < 9 else np.int64)
    shown = narrowed(rows.shown)
    tops, bottoms = (shown, unit) if rounded else rows.exact.ratio()
    drafts = Drafts(
        np.where(excluded, NOT_ASSESSED, FINAL).astype(np.uint8),
        known,
        shown,
        tops,
        bottoms,
        narrowed(scale),
        narrowed(np.where(graded, np.left_shift(1, grades), 0)),
        best := narrowed(np.where(graded, limits.best, 0)),
        best,
        np.zeros(len(scale), dtype=bool),
        {quota.id: _barred(rows.judge, quota.excluded) for quota in scorer.plan.quotas},
        {name: _link(scorer, rows, name) for name in scorer.links},
    )
    return drafts, open_


class _Limits:
    """The worst cap and the worst grade imposed, in each row; -1 where none is."""

    def __init__(self, scales: Sequence[GradeScale], scale: Array, rows: int) -> None:
        self.scales, self.scale = scales, scale
        self.cap, self.forced = np.zeros(rows, dtype=np.int64), np.full(rows, -1, dtype=np.int64)

    def add(self, effect: Effect, where: Array) -> None:
        if effect.cap_grade:
            self.cap = np.where(where, np.maximum(self.cap, self._levels(effect.cap_grade)), self.cap)
        if effect.force_grade:
            self.forced = np.where(where, np.maximum(self.forced, self._levels(effect.force_grade)), self.forced)

    def _levels(self, grades: Mapping[str, int]) -> Array:
        levels = [scale.level(grades) for scale in self.scales]
        return np.array([*(-1 if level is None else level for level in levels), -1])[self.scale]

    @property
    def best(self) -> Array:
        """The best grade a quota could still give."""
        return np.maximum(self.cap, self.forced)

    def of(self, by_score: Array) -> Array:
        return np.maximum(self.cap, np.where(self.forced >= 0, self.forced, by_score))


def _apply(gate: Gate, judge: Judge, limits: _Limits) -> Array:
    """Adds what a gate does where it is triggered; returns where that is open."""
    if gate.condition is not None:
        truths: Truths = judge.judge(gate.condition)
        limits.add(gate.effect, truths.true)
        return truths.open
    values = judge.facts[gate.count or ""]
    count, open_ = ladder_counts(values, judge.ignore_missing, judge.rows)
    steps = sorted(gate.ladder, key=lambda step: step[0])
    for (least, effect), after in zip(steps, [*(s[0] for s in steps[1:]), None], strict=True):
        reached = count >= least
        limits.add(effect, reached if after is None else reached & (count < after))
    return open_


def ladder_counts(values: Values, ignore_missing: bool, rows: int) -> tuple[Array, Array]:
    """What a ladder counts, and where that is not known. What does not apply counts nothing."""
    numbers = values.numbers
    nothing = np.zeros(rows, dtype=bool)
    if numbers is None:
        return np.zeros(rows, dtype=np.int64), nothing
    array = np.ones(rows, dtype=np.int64) if numbers.array is None else numbers.array
    count = array * numbers.step.numerator // numbers.step.denominator
    state = values.state
    if state is None:
        return count, nothing
    settled = (state == PRESENT) | (state == NOT_APPLICABLE) | (state == EXCUSED)
    if ignore_missing:
        settled |= state == MISSING
    return np.where(state == PRESENT, count, 0), ~settled


def _grades(scorer: Scorer, rows: Rows, scale: Array, limits: _Limits) -> Array:
    by_score = np.zeros(len(scale), dtype=np.int64)
    for number, category in enumerate(scorer.plan.grades):
        by_score = np.where(scale == number, rows.grades[category], by_score)
    return limits.of(by_score)


def _barred(judge: Judge, condition: object) -> Array:
    if condition is None:
        return np.full(judge.rows, CANNOT, dtype=np.uint8)
    truths = judge.judge(condition)  # type: ignore[arg-type]
    return np.where(truths.open, CAN | CANNOT, np.where(truths.true, CAN, CANNOT)).astype(np.uint8)


def _link(scorer: Scorer, rows: Rows, name: str) -> Link:
    """The scores one link of the tie-break chain compares."""
    count = len(rows.shown)
    at, never = np.arange(count, dtype=np.int32), np.zeros(count, dtype=bool)
    if name == "exact":
        return Link((rows.exact.slim(),), at, ~never, never)
    if name == "total":
        unit = Fraction(1, 10 ** (scorer.plan.root.rounding or scorer.rules.rounding).places)
        return Link((Exact(Sum(Fraction(0), (unit,)), (rows.shown,), count),), at, ~never, never)
    found = rows.links.get(name)
    if found is None:
        return Link((Exact(Sum(Fraction(0), ()), (), count),), at, never, never)
    return Link((found.slim(),), at, rows.links_there[name], never)
