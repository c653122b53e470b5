"""Figures of pools that enter scores: the best value, and ranks by a fact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from cadre_eval.columns.batch import BLOCKED, PRESENT, Numbers, Values
from cadre_eval.columns.graph import Array
from cadre_eval.columns.scorer import OPEN, state_table
from cadre_eval.ruleset.plan import Leaf, Policies
from cadre_eval.scoring.inputs import PoolBest, PoolRank


def pooled_facts(leaves: Sequence[Leaf]) -> tuple[str, ...]:
    """The facts that pools are compared by."""
    sources = [source for leaf in leaves for source in leaf.inputs if isinstance(source, PoolBest | PoolRank)]
    return tuple(dict.fromkeys(source.fact for source in sources))


def figure(
    leaf: Leaf, source: PoolBest | PoolRank, values: Values, pools: Array, members: Array
) -> tuple[Numbers, Array | None]:
    """For every row of the roster: the best value of its pool, or the rank of its own value; and what is lacking.

    ``members`` are the rows that are compared. Where one of a pool has no value and no policy settles it, the whole pool
    is left to be scored one by one.
    """
    rows = len(pools)
    numbers = values.numbers
    array = np.zeros(rows, dtype=np.int64) if numbers is None or numbers.array is None else numbers.array
    step = Fraction(1) if numbers is None else numbers.step
    state = np.zeros(rows, dtype=np.uint8) if values.state is None else values.state
    count = int(pools.max(initial=-1)) + 1
    open_pools = np.bincount(pools[members & _unsettled(state, leaf.policies)], minlength=count) > 0
    own = members & (state == PRESENT)
    key = f"pool/{leaf.id}/{source.name}"
    if isinstance(source, PoolBest):
        found = _best(array, pools, own, count)[pools] if rows else array
        lack = np.where(open_pools[pools], BLOCKED, PRESENT)
    else:
        found, step = _rank(array, pools, own, source.higher), Fraction(1)
        lack = np.where(open_pools[pools], BLOCKED, state)
    codes = lack.astype(np.uint8)
    return Numbers(key, step, found), codes if codes.any() else None


def _unsettled(state: Array, policies: Policies) -> Array:
    """Rows without a value that no policy settles: they may still have any."""
    return np.asarray((state_table(policies)[state] == OPEN) & (state != PRESENT))


def _best(array: Array, pools: Array, own: Array, count: int) -> Array:
    """The highest value of each pool; 0 if nobody has one."""
    least = int(array.min(initial=0))
    found = np.full(count, least, dtype=array.dtype)
    np.maximum.at(found, pools[own], array[own])
    return np.where(np.bincount(pools[own], minlength=count) > 0, found, 0)


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
