"""Results of cadres scored one by one as rows among those scored by columns."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from cadre_eval.columns.drafts import CAN, CANNOT, FINAL, NOT_ASSESSED, PENDING, Drafts, Link
from cadre_eval.columns.integers import integers
from cadre_eval.columns.program import Exact
from cadre_eval.columns.scorer import Scorer
from cadre_eval.columns.sums import Sum
from cadre_eval.numbers.interval import Interval, Number, interval
from cadre_eval.ruleset.plan import GradeScale
from cadre_eval.scoring.quotas import barred_from
from cadre_eval.scoring.ranking import compared, final_total, tie_score
from cadre_eval.scoring.result import Result

_STATES = {"final": FINAL, "pending": PENDING, "not-assessed": NOT_ASSESSED}


def drafts_of(results: Sequence[Result], scorer: Scorer, scales: Sequence[GradeScale]) -> Drafts:
    """One row for each result, in their order; their places are not given yet."""
    rules, plan = scorer.rules, scorer.plan
    totals = [final_total(result, rules) for result in results]
    places = (plan.root.rounding or rules.rounding).places
    shown = [int(r.total * 10**places) if isinstance(r.total, Fraction) else 0 for r in results]
    numbers = [Fraction(0) if total is None else total for total in totals]
    unit = 10**places if rules.compare == "rounded" else None
    spans = {}
    for row, (result, total) in enumerate(zip(results, totals, strict=True)):
        met = compared(result, rules)
        if total is None and met is not None and result.state != "not-assessed":
            spans[row] = (interval(met).low, interval(met).high)
    index = {id(scale): number for number, scale in enumerate(scales)}
    return Drafts(
        np.array([_STATES[r.state] for r in results], dtype=np.uint8),
        np.array([total is not None for total in totals], dtype=bool),
        integers(shown),
        integers([x.numerator if unit is None else int(x * unit) for x in numbers]),
        integers([x.denominator if unit is None else unit for x in numbers]),
        np.array([-1 if r.scale is None else index[id(r.scale)] for r in results], dtype=np.int64),
        integers([sum(1 << grade for grade in r.grades) for r in results]),
        integers([r.best_allowed for r in results]),
        integers([r.surely_allowed for r in results]),
        np.array([r.may_leave for r in results], dtype=bool),
        {q.id: np.array([truth_bits(barred_from(q, r, plan)) for r in results], dtype=np.uint8) for q in plan.quotas},
        {name: _link([tie_score(r, name) for r in results]) for name in scorer.links},
        spans,
    )  # fmt: skip


def truth_bits(truth: frozenset[bool]) -> int:
    return CAN * (True in truth) + CANNOT * (False in truth)


def _link(scores: Sequence[Number | None]) -> Link:
    known = [score if isinstance(score, Fraction) else Fraction(0) for score in scores]
    arrays = (integers([x.numerator for x in known]), integers([x.denominator for x in known]))
    return Link(
        (Exact(Sum(Fraction(0), (), (Fraction(1),)), arrays, len(known)),),
        np.arange(len(known)),
        np.array([isinstance(score, Fraction) for score in scores], dtype=bool),
        np.array([isinstance(score, Interval) for score in scores], dtype=bool),
    )
