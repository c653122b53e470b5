"""One cadre's result with its receipts, among everybody's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from attrs import evolve

from cadre_eval.columns.integers import Array
from cadre_eval.errors import Text, UsageError
from cadre_eval.errors.suggest import closest
from cadre_eval.scoring.assess import assess_period
from cadre_eval.scoring.result import Result
from cadre_eval.tables.aligned import Block, joined_facts
from cadre_eval.tables.bulk import Bulk, opened_run
from cadre_eval.tables.facts import FactRows
from cadre_eval.tables.run import Opened, TableResult

MOST_TOGETHER = 20_000
"""Up to so many cadres, everybody the result depends on is scored one by one, so that ranks and places have their notes."""
MOST_NAMES = 10_000
"""So many are looked through for the one that was meant."""


def explained(bulk: Bulk, cadre: str) -> Result:
    """The result of a cadre, by id or name, as one-by-one scoring gives it, among all the others.

    Raises:
        UsageError: there is no such cadre in the period.
        RefusedInput: something in the tables cannot be used.
    """
    run, opened = opened_run(bulk)
    wanted = _rows_of(opened, cadre)
    rivals = _rivals(opened, wanted)
    blocks = {block.number: rows for block, rows in run.facts(opened)}
    run.problems.raise_if_any()
    facts = joined_facts([blocks[number] for number in sorted(blocks)])
    if len(rivals) <= MOST_TOGETHER or opened.kernel.compares:
        return _among(opened, facts, rivals, int(wanted[0]))
    scored = [opened.score(block, blocks[block.number]) for block in opened.blocks]
    return _placed_alone(opened, facts, wanted, opened.placed(scored))


def _rows_of(opened: Opened, cadre: str) -> Array:
    """The rows of a cadre's postings in the period."""
    roster = opened.tallied.roster
    ids, names = roster.cadres.to_pylist(), roster.names.to_pylist()
    found = {c for c, name in zip(ids, names, strict=True) if cadre in (c, name)}
    if len(found) > 1 and cadre not in found:
        listed = "、".join(sorted(found)[:20])
        raise UsageError(
            Text(
                f"有 {len(found)} 人叫{cadre}，请用代码：{listed}",
                f"{len(found)} cadres are called {cadre}; use the id: {listed}",
            )
        )
    if cadre in found:
        found = {cadre}
    rows = np.array([row for row, c in enumerate(ids) if c in found and opened.entering.touches[row]], dtype=np.int64)
    if not len(rows):
        known = {*ids[:MOST_NAMES], *(name for name in names[:MOST_NAMES] if name)}
        near = None if cadre in (*ids, *names) else closest(cadre, known)
        meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
        raise UsageError(Text(f"本期没有驻村干部 {cadre}{meant[0]}", f"no cadre {cadre} in the period{meant[1]}"))
    return rows


def _rivals(opened: Opened, wanted: Array) -> Array:
    """Rows of everybody who is ranked with the cadre, or competes for the same places."""
    kernel, roster = opened.kernel, opened.tallied.roster
    rows = np.flatnonzero(opened.entering.touches)
    found = np.zeros(roster.rows, dtype=bool)
    for keys in {kernel.rules.pools, *(quota.pool_by for quota in kernel.plan.quotas)}:
        pools = roster.pools(keys, np.arange(roster.rows))
        found |= np.isin(pools, pools[wanted])
    return rows[found[rows]]


def _among(opened: Opened, facts: FactRows, rivals: Array, wanted: int) -> Result:
    """Everybody concerned, one by one; only pools that are whole are looked at."""
    kernel = opened.kernel
    whole = Block(0, 0, facts.rows)
    batch = opened.batch(whole, facts)
    entrants = kernel.entrants(batch, opened.entering, whole, rivals)
    earlier = {key: results({e.cadre.id for e in entrants}) for key, results in kernel.earlier.items()}
    found = assess_period(kernel.rules, kernel.plan, kernel.period, kernel.as_of, entrants, kernel.district, earlier)  # type: ignore[arg-type]
    return found[opened.tallied.roster.cadres[wanted].as_py()]


def _placed_alone(opened: Opened, facts: FactRows, wanted: Array, result: TableResult) -> Result:
    """The cadre alone, with the rank and grade that columns gave among all."""
    kernel = opened.kernel
    whole = Block(0, 0, facts.rows)
    batch = opened.batch(whole, facts)
    (found,) = kernel.alone(batch, opened.entering, whole, wanted[:1])
    cadre = opened.tallied.roster.cadres[int(wanted[0])].as_py()
    at = result.roster.cadres.take(pa.array(result.rows)).to_pylist().index(cadre)
    rank, bits = int(result.placed.ranks[at]), int(result.drafts.grades[at])
    grades = frozenset(i for i in range(bits.bit_length()) if bits >> i & 1)
    return evolve(found, rank=rank or None, grades=grades)
