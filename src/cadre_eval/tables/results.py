"""Results as Arrow tables: one row a cadre, and the points of every criterion, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pyarrow as pa

from cadre_eval.columns.drafts import FINAL, PENDING, STATE_NAMES
from cadre_eval.columns.integers import Array, largest
from cadre_eval.columns.ordering import distinct_rows
from cadre_eval.columns.program import Exact
from cadre_eval.errors import Text, UsageError
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.tables.kernel import Points, Scored
from cadre_eval.tables.roster import RosterTable
from cadre_eval.tables.run import TableResult
from cadre_eval.tables.scales import MOST_DIGITS, TEXT, Scales
from cadre_eval.tables.texts import exact_texts

MOST = 38
"""Digits of a decimal column where nothing limits the numbers."""


def decimals(whole: Array, scale: int, null: Array | None = None, digits: int = MOST_DIGITS) -> pa.Array:
    """Whole numbers of 10**-scale as decimals.

    Raises:
        UsageError: a number has more digits than any column.
    """
    words = np.empty((len(whole), 2), dtype=np.int64)
    if whole.dtype == object:
        if largest(whole) >= 10**digits:
            raise UsageError(Text(f"总分超过 {digits} 位数字", f"a total has more than {digits} digits"))
        words.view(np.uint64)[:, 0] = [int(x) % 2**64 for x in whole]
        words[:, 1] = [int(x) >> 64 for x in whole]
    else:
        words[:, 0] = whole
        words[:, 1] = words[:, 0] >> 63
    mask = None if null is None or not null.any() else pa.array(~null).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(digits, scale), len(whole), [mask, pa.py_buffer(words)])


def _digits(plan: PeriodPlan, places: int) -> int:
    """How many the totals of a period may have."""
    low, high = plan.reach.low, plan.reach.high
    limited = low is not None and high is not None and max(-low, high) * 10**places < 10**MOST_DIGITS
    return MOST_DIGITS if limited else MOST


def results_table(found: TableResult) -> pa.Table:
    """One row a cadre, sorted by pool, rank and cadre."""
    drafts, roster, rows = found.drafts, found.roster, found.rows
    rules = found.kernel.rules
    places = (found.kernel.plan.root.rounding or rules.rounding).places
    pools = roster.pools(rules.pools, rows)
    ranks = found.placed.ranks
    unranked = ranks == 0
    order = np.lexsort((np.arange(len(rows)), ranks, unranked, pools))
    taken = rows[order]
    final = drafts.state == FINAL
    grades, possible = _grades(found)
    digits = _digits(found.kernel.plan, places)
    low, high = _ends(found, places, digits)
    at = pa.array(taken)
    columns: dict[str, pa.Array] = {
        "cadre": roster.cadres.take(at),
        "posting": roster.postings.take(at),
        "pool": _pool_names(roster, rules.pools, taken),
        "state": pa.array(STATE_NAMES, pa.string()).take(pa.array(drafts.state[order])),
        "total": decimals(np.where(final, drafts.shown, 0)[order], places, ~final[order], digits),
        "low": low.take(pa.array(order)),
        "high": high.take(pa.array(order)),
        "grade": grades.take(pa.array(order)),
        "grades_possible": possible.take(pa.array(order)),
        "rank": pa.array(ranks[order].astype(np.int32), mask=unranked[order]),
    }
    return pa.table(columns)


def _pool_names(roster: RosterTable, keys: Sequence[str], rows: Array) -> pa.Array:
    """The keys of each pool, joined."""
    if not keys:
        return pa.array([""] * len(rows), pa.string())
    coded = roster.coded_by(keys)
    some, at = distinct_rows([own.codes[rows] for own in coded])
    names = ["/".join(own.at(row) for own in coded) for row in rows[some].tolist()]
    return pa.array(names, pa.string()).take(pa.array(at))


def _grades(found: TableResult) -> tuple[pa.Array, pa.Array]:
    """The grade where only one is possible and the result is final; all that are possible, best first."""
    drafts = found.drafts
    labels = [list(scale.labels) for scale in found.kernel.scales]
    some, codes = distinct_rows([drafts.grades, drafts.scale])
    pairs = zip(drafts.grades[some].tolist(), drafts.scale[some].tolist(), strict=True)
    lists = [[labels[s][i] for i in range(len(labels[s])) if g >> i & 1] if s >= 0 else [] for g, s in pairs]
    single = [own[0] if len(own) == 1 else None for own in lists]
    graded = np.where(drafts.state == FINAL, codes, len(lists))
    one = pa.array([*single, None], pa.string()).take(pa.array(graded))
    every = pa.array(["、".join(own) for own in lists], pa.string())
    return one, every.take(pa.array(codes))


def _ends(found: TableResult, places: int, digits: int) -> tuple[pa.Array, pa.Array]:
    """Between what the totals of pending results lie."""
    drafts = found.drafts
    every = {row: total for part in found.scored for row, (total, _) in part.open_totals.items()}
    kind = np.int64 if digits == MOST_DIGITS else object
    lows, highs = np.zeros(drafts.rows, dtype=kind), np.zeros(drafts.rows, dtype=kind)
    no_low, no_high = np.ones(drafts.rows, dtype=bool), np.ones(drafts.rows, dtype=bool)
    for at in np.flatnonzero(drafts.state == PENDING).tolist():
        low, high = _interval(every.get(int(found.rows[at]), Fraction(int(drafts.shown[at]), 10**places)))
        if low is not None:
            lows[at], no_low[at] = int(low * 10**places), False
        if high is not None:
            highs[at], no_high[at] = int(high * 10**places), False
    return decimals(lows, places, no_low, digits), decimals(highs, places, no_high, digits)


def _interval(total: Number) -> tuple[Fraction | None, Fraction | None]:
    return (total.low, total.high) if isinstance(total, Interval) else (total, total)


def points_table(roster: RosterTable, scored: Scored, scales: Scales) -> pa.Table:
    """The points of every criterion that has no parts, one row a scored posting, in the order of the roster."""
    order = np.argsort(scored.postings, kind="stable")
    in_order = bool((order == np.arange(len(order))).all())
    rows = pa.array(scored.postings[order])
    columns: dict[str, pa.Array] = {"cadre": roster.cadres.take(rows), "posting": roster.postings.take(rows)}
    for leaf, points in scored.points.items():
        column = _points(points, scales[leaf])
        columns[leaf] = column if in_order else column.take(pa.array(order))
    return pa.table(columns)


def _points(points: Points, scale: int) -> pa.Array:
    known = [score if isinstance(score, Fraction) else None for score in points.alone]
    if scale == TEXT:
        own = exact_texts(points.exact, points.there)
        alone = pa.array([None if x is None else number_text(x) for x in known], pa.string())
        return own if not known else pa.concat_arrays([own.dictionary_decode(), alone]).dictionary_encode()
    whole = np.array([0 if x is None else int(x * 10**scale) for x in known], dtype=np.int64)
    return pa.concat_arrays([
        _exact_decimals(points.exact, points.there, scale),
        decimals(whole, scale, np.array([x is None for x in known], dtype=bool)),
    ])  # fmt: skip


def _exact_decimals(exact: Exact, there: Array | None, scale: int) -> pa.Array:
    stepped = exact.stepped()
    assert stepped is not None, "a decimal column has no denominators of its own"
    step, array = stepped
    factor = step * 10**scale
    if factor.denominator != 1:
        array = array // factor.denominator if (array % factor.denominator == 0).all() else _refused(scale)
    return decimals(np.asarray(array * factor.numerator, dtype=np.int64), scale, None if there is None else ~there)


def _refused(scale: int) -> Array:
    raise AssertionError(f"points that are no multiples of 10**-{scale}")
