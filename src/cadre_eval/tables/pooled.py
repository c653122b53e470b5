"""Figures of pools that enter scores: the best value, and ranks by a fact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cadre_eval.columns.batch import BLOCKED, PRESENT, Numbers, Values, anywhere
from cadre_eval.columns.integers import Array
from cadre_eval.columns.ordering import codes_of, distinct
from cadre_eval.columns.scorer import OPEN, state_table
from cadre_eval.ruleset.plan import Leaf, Policies
from cadre_eval.scoring.inputs import PoolBest, PoolRank


def figure(
    leaf: Leaf, source: PoolBest | PoolRank, values: Values, pools: Array, members: Array
) -> tuple[Numbers, Array | None]:
    """For every row of the roster: the best value of its pool, or the rank of its own value; and what is lacking.

    ``members`` are the rows that are compared. Where one of a pool has no value and no policy settles it, the whole pool
    is left to be scored one by one.
    """
    numbers = values.numbers or Numbers("", Fraction(1))
    array = np.zeros(len(pools), dtype=np.int64) if numbers.array is None else numbers.array
    compared = _comparable(array, numbers.bottom)
    state = np.zeros(len(pools), dtype=np.uint8) if values.state is None else values.state
    count = int(pools.max(initial=-1)) + 1
    open_pools = np.bincount(pools[members & _unsettled(state, leaf.policies)], minlength=count) > 0
    own = members & (state == PRESENT)
    key = f"pool/{leaf.id}/{source.name}"
    if isinstance(source, PoolBest):
        rows = _best(compared, pools, own, count)[pools]
        there = rows >= 0
        bottom = None if numbers.bottom is None else np.where(there, numbers.bottom[rows], 1)
        found = Numbers(key, numbers.step, np.where(there, array[rows], 0), bottom)
        lack = np.where(open_pools[pools], BLOCKED, PRESENT)
    else:
        found = Numbers(key, Fraction(1), _rank(compared, pools, own, source.higher))
        lack = np.where(open_pools[pools], BLOCKED, state)
    return found, anywhere(lack.astype(np.uint8))


def _comparable(tops: Array, bottoms: Array | None) -> Array:
    """Numbers of 64 bits in the same order."""
    if bottoms is not None:
        return codes_of(tops, bottoms)
    return distinct(tops)[1] if tops.dtype == object else tops


def _unsettled(state: Array, policies: Policies) -> Array:
    """Rows without a value that no policy settles: they may still have any."""
    return np.asarray((state_table(policies)[state] == OPEN) & (state != PRESENT))


def _best(compared: Array, pools: Array, own: Array, count: int) -> Array:
    """The row of the highest value in each pool; -1 if nobody has one."""
    highest = np.full(count, np.iinfo(np.int64).min, dtype=np.int64)
    np.maximum.at(highest, pools[own], compared[own])
    rows = np.flatnonzero(own & (compared == highest[pools]))
    found = np.full(count, -1, dtype=np.int64)
    found[pools[rows]] = rows
    return found


def _rank(array: Array, pools: Array, own: Array, higher: bool) -> Array:
    """1 and how many of the pool are better; equal values share a rank."""
    rows = np.flatnonzero(own)
    found = np.ones(len(array), dtype=np.int64)
    if not len(rows):
        return found
    key = -array[rows] if higher else array[rows]
    order = np.lexsort((key, pools[rows]))
    pool, value = pools[rows][order], key[order]
    new_pool = np.concatenate([[True], pool[1:] != pool[:-1]])
    new = new_pool | np.concatenate([[True], value[1:] != value[:-1]])
    at = np.arange(len(order))
    first_of_pool = np.maximum.accumulate(np.where(new_pool, at, 0))
    first_of_value = np.maximum.accumulate(np.where(new, at, 0))
    found[rows[order]] = first_of_value - first_of_pool + 1
    return found
