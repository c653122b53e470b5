"""Ranks on columns: by the compared total, then the tie-break chain; what it leaves open stays open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from attrs import frozen

from cadre_eval.columns.drafts import NOT_ASSESSED, Drafts, Link
from cadre_eval.columns.integers import ROOM, Array, full
from cadre_eval.columns.ordering import codes_of, distinct


@frozen(eq=False)
class Positions:
    """For each of some rows: how many of its pool are ahead, how many are tied with it, and whether the tie waits for a
    score the chain asks for.
    """

    ahead: Array
    tied: Array
    unsettled: Array


def positions(pools: Array, drafts: Drafts, rows: Array, chain: Sequence[str]) -> Positions:
    """The order of rows whose totals are known, within their pools (by row of the drafts)."""
    pool = pools[rows]
    code = codes_of(drafts.tops[rows], drafts.bottoms[rows])
    group = _dense(pool, -code)
    unsettled = np.zeros(len(rows), dtype=bool)
    for name in chain:
        group, unsettled = _refined(group, unsettled, drafts.links[name], rows)
    sizes = np.bincount(group) if len(group) else np.zeros(0, dtype=np.int64)
    before = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    return Positions(before[group] - _first_of_pool(pool), sizes[group] - 1, unsettled)


def _dense(first: Array, second: Array) -> Array:
    """A number for each different combination, in their order; the first key counts most."""
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    low = int(second.min())
    size = int(second.max()) - low + 1
    if max(abs(int(first.min())), abs(int(first.max()))) * size >= ROOM:
        first, second, low = distinct(first)[1], distinct(second)[1], 0
        size = int(second.max()) + 1
    return distinct(full(first) * size + (second - low))[1]


def _refined(group: Array, unsettled: Array, link: Link, rows: Array) -> tuple[Array, Array]:
    """One link of the chain on every tied group."""
    sizes = np.bincount(group)
    tied = np.flatnonzero(sizes[group] > 1)
    if not len(tied):
        return group, unsettled
    own, at = group[tied], rows[tied]
    waits = np.bincount(own[link.open[at] | unsettled[tied]], minlength=len(sizes)) > 0
    absent = np.bincount(own[~link.there[at]], minlength=len(sizes)) > 0
    unsettled = unsettled.copy()
    unsettled[tied] |= waits[own]
    told = tied[~(waits | absent)[own]]
    finer = np.zeros(len(group), dtype=np.int64)
    finer[told] = -codes_of(*link.ratio(rows[told]))
    return _dense(group, finer), unsettled


def _first_of_pool(pool: Array) -> Array:
    """For each row, how many rows stand in the pools before its own."""
    sizes = np.bincount(pool) if len(pool) else np.zeros(0, dtype=np.int64)
    return np.asarray(np.concatenate([[0], np.cumsum(sizes)])[:-1][pool])


@frozen(eq=False)
class Spans:
    """Totals that are not known: between what they lie, and whether the cadre may yet leave the pool."""

    pool: Array
    low: Sequence[Fraction | None]
    high: Sequence[Fraction | None]
    may_leave: Array


def spans_of(drafts: Drafts, pools: Array, rows: Array) -> Spans:
    """Of rows whose total is open, or counts as open."""
    ends = [drafts.spans[int(row)] if int(row) in drafts.spans else _exactly(drafts, int(row)) for row in rows]
    return Spans(pools[rows], [low for low, _ in ends], [high for _, high in ends], drafts.may_leave[rows])


def _exactly(drafts: Drafts, row: int) -> tuple[Fraction, Fraction]:
    total = Fraction(int(drafts.tops[row]), int(drafts.bottoms[row]))
    return total, total


def open_ahead(spans: Spans, pools: Array, tops: Array, bottoms: Array) -> tuple[Array, Array]:
    """For each known total of a pool: how many open ones are surely ahead, and how many possibly (equal ones too)."""
    sure = np.zeros(len(pools), dtype=np.int64)
    possible = np.zeros(len(pools), dtype=np.int64)
    if not len(spans.pool):
        return sure, possible
    members = _members(pools)
    open_members = _members(spans.pool)
    for pool, waiting in open_members.items():
        rows = members.get(pool)
        if rows is not None:
            totals = [Fraction(int(t), int(b)) for t, b in zip(tops[rows], bottoms[rows], strict=True)]
            sure[rows], possible[rows] = _counted(spans, waiting, totals)
    return sure, possible


def _members(pools: Array) -> Mapping[int, Array]:
    order = np.argsort(pools, kind="stable")
    edges = np.flatnonzero(np.diff(pools[order])) + 1
    return {int(pools[part[0]]): part for part in np.split(order, edges) if len(part)}


def _counted(spans: Spans, waiting: Array, totals: Sequence[Fraction]) -> tuple[list[int], list[int]]:
    """Counts over the sorted ends, so that a large pool costs little more than a small one."""
    lows = sorted(low for i in waiting if (low := spans.low[i]) is not None and not spans.may_leave[i])
    highs = sorted(high for i in waiting if (high := spans.high[i]) is not None)
    endless = len(waiting) - len(highs)
    sure = [len(lows) - bisect_right(lows, total) for total in totals]
    return sure, [endless + len(highs) - bisect_left(highs, total) for total in totals]


def ranks(drafts: Drafts, pools: Array, chain: Sequence[str]) -> Array:
    """Ranks within pools, 1 for the best; 0 where there is none, or it is not certain."""
    assessed = drafts.state != NOT_ASSESSED
    rows = np.flatnonzero(drafts.known & assessed)
    place = positions(pools, drafts, rows, chain)
    waiting = np.array(sorted(row for row in drafts.spans if assessed[row]), dtype=np.int64)
    sure, possible = open_ahead(
        spans_of(drafts, pools, waiting), pools[rows], drafts.tops[rows], drafts.bottoms[rows]
    )
    possible = possible + np.where(place.unsettled, place.tied, 0)
    found = np.zeros(drafts.rows, dtype=np.int64)
    found[rows] = np.where(sure == possible, 1 + place.ahead + sure, 0)
    return found
