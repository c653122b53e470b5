"""One block of postings scored: columns in, drafts and points out. The same for one process, many, and clusters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TypeAlias

import numpy as np
from attrs import evolve, frozen

from cadre_eval.columns.batch import Values
from cadre_eval.columns.drafting import drafted, scales_of
from cadre_eval.columns.drafts import Drafts, joined
from cadre_eval.columns.integers import Array, narrowed
from cadre_eval.columns.one_by_one import drafts_of
from cadre_eval.columns.program import Exact
from cadre_eval.columns.scorer import EXCLUDED, Scorer
from cadre_eval.model.periods import Period
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.assess import score_entrants
from cadre_eval.scoring.eligibility import Entrant, by_length
from cadre_eval.scoring.result import Result
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.batch import NO_POOLS, Pooled, TableBatch
from cadre_eval.tables.entering import Entering
from cadre_eval.tables.facts import FactRows
from cadre_eval.tables.records import Records
from cadre_eval.tables.tallied import Tallied

Earlier: TypeAlias = Callable[[Collection[str]], Sequence[Result]]
"""The results of some cadres in an earlier period."""
NO_EARLIER: Mapping[str, Earlier] = {}


@frozen(eq=False)
class Points:
    """The scores of one leaf: of rows scored by columns, where it counts; and of rows scored one by one."""

    exact: Exact
    there: Array | None
    alone: Sequence[Number | None]


@frozen(eq=False)
class Scored:
    """What a block came to. ``rows`` are the roster rows of the drafts; ``postings`` those of the points, first the ones by
    columns, then the ones scored alone.
    """

    block: Block
    rows: Array
    drafts: Drafts
    postings: Array
    points: Mapping[str, Points]
    open_totals: Mapping[int, tuple[Number, Number]]
    """Totals that are open, rounded and exact, by roster row."""
    by_columns: int

    def slim(self) -> Scored:
        """What is kept of a block once its points are written."""
        return evolve(
            self, rows=narrowed(self.rows), drafts=self.drafts.slim(), postings=narrowed(self.postings), points={}
        )


class Kernel:
    """Scores blocks of one period by one plan."""

    def __init__(
        self, rules: CompiledRuleset, plan: PeriodPlan, period: Period, as_of: date, district: Collection[str],
        earlier: Mapping[str, Earlier] = NO_EARLIER,
    ) -> None:  # fmt: skip
        self.rules, self.plan, self.period, self.as_of = rules, plan, period, as_of
        self.district, self.earlier = district, earlier
        self.scorer = Scorer(rules, plan)
        scales = scales_of(self.scorer)
        self.scale = {category: scales.index(found) for category in rules.categories or {}
                      if (found := plan.scale(category)) is not None}  # fmt: skip
        self.any_scale = next((i for i, scale in enumerate(scales) if scale.category == "any"), -1)
        self.scales = scales

    @property
    def compares(self) -> bool:
        """Whether scores depend on the others of the pool, so that nobody can be scored apart from it."""
        return any(leaf.pooled or leaf.policies.means for leaf in self.scorer.leaves)

    def batch(
        self, block: Block, tallied: Tallied, facts: FactRows, totals: Mapping[str, Values],
        pooled: Pooled = NO_POOLS,
    ) -> TableBatch:  # fmt: skip
        return TableBatch(self.rules, self.period, self.as_of, tallied, facts, block.first, totals, pooled)

    def scale_of(self, tallied: Tallied, own: slice) -> Array:
        """The grade scale of each row, by its number."""
        coded = tallied.roster.coded["category"]
        table = [self.scale.get(word, self.any_scale) for word in coded.words]
        return np.array([*table, -1], dtype=np.int64)[coded.codes[own]]

    def score(self, batch: TableBatch, entering: Entering, block: Block) -> Scored:
        """Scores a block whose rows depend on nobody else."""
        drafts, open_, points = self.by_columns(batch)
        own = slice(block.first, block.last)
        kept = entering.simple[own] & ~open_
        alone = np.flatnonzero(entering.touches[own] & ~kept)
        results = self.alone(batch, entering, block, alone)
        return self.gathered(batch, block, drafts, np.flatnonzero(kept), points, results)

    def by_columns(self, batch: TableBatch) -> tuple[Drafts, Array, Mapping[str, tuple[Exact, Array | None]]]:
        """Everybody's drafts and points, and who is left open."""
        rows = self.scorer.score(batch)
        drafts, open_ = drafted(self.scorer, rows, self.scale_of(batch.tallied, batch.own))
        points = {}
        for leaf, exact in rows.leaves.items():
            state = rows.states.get(leaf)
            points[leaf] = (exact, None if state is None or not (state == EXCLUDED).any() else state != EXCLUDED)
        return drafts, open_, points

    def entrants(self, batch: TableBatch, entering: Entering, block: Block, rows: Array) -> list[Entrant]:
        """The cadres of some rows of a block, with all their postings."""
        records = Records(batch)
        by_cadre: dict[int, list[int]] = {}
        wanted = set(entering.cadre[rows + block.first].tolist())
        if not wanted:
            return []
        own = slice(block.first, block.last)
        for row in np.flatnonzero(entering.touches[own] & np.isin(entering.cadre[own], list(wanted))).tolist():
            by_cadre.setdefault(int(entering.cadre[block.first + row]), []).append(row)
        found = []
        for own_rows in by_cadre.values():
            dossiers = {}
            postings = []
            for row in own_rows:
                posting = batch.tallied.roster.posting(batch.first + row)
                postings.append(posting)
                dossiers[posting.id] = records.dossier(row)
            ordered = by_length(postings, self.period.days)
            found.append(Entrant(postings[0].cadre, tuple((p, dossiers[p.id]) for p in ordered)))
        return found

    def alone(self, batch: TableBatch, entering: Entering, block: Block, rows: Array) -> list[Result]:
        entrants = self.entrants(batch, entering, block, rows)
        if not entrants:
            return []
        cadres = {entrant.cadre.id for entrant in entrants}
        earlier = {key: results(cadres) for key, results in self.earlier.items()}
        return score_entrants(self.rules, self.plan, self.period, self.as_of, entrants, self.district, earlier)

    def gathered(
        self, batch: TableBatch, block: Block, drafts: Drafts, kept: Array,
        points: Mapping[str, tuple[Exact, Array | None]], results: Sequence[Result],
    ) -> Scored:  # fmt: skip
        """Rows by columns and results one by one as one."""
        at = {batch.tallied.roster.posting(block.first + int(r)).id: block.first + int(r)
              for r in self._rows_of(batch, block, results)}  # fmt: skip
        scored = [score for result in results for score in result.scores]
        parts = [drafts.taken(kept), drafts_of(results, self.scorer, self.scales)]
        own = {
            leaf: Points(exact.taken(kept), None if there is None else there[kept],
                         [score.tree.find(leaf).score for score in scored])  # type: ignore[union-attr]
            for leaf, (exact, there) in points.items()
        }  # fmt: skip
        alone = [at[result.posting.id] for result in results]
        open_totals = {row: (r.total, r.exact) for row, r in zip(alone, results, strict=True)
                       if _is_open(r) and r.total is not None and r.exact is not None}  # fmt: skip
        return Scored(
            block,
            np.concatenate([kept + block.first, np.array(alone, dtype=np.int64)]),
            joined(parts),
            np.concatenate(
                [kept + block.first, np.array([at[s.subject.posting.id] for s in scored], dtype=np.int64)]
            ),
            own,
            open_totals,
            len(kept),
        )

    def _rows_of(self, batch: TableBatch, block: Block, results: Sequence[Result]) -> Array:
        """The rows of a block that some results are about."""
        roster = batch.tallied.roster
        wanted = {p.id for r in results for p in (r.posting, *(s.subject.posting for s in r.scores))}
        if not wanted:
            return np.zeros(0, dtype=np.int64)
        known = [row for row in roster.known if block.first <= row < block.last and roster.known[row].id in wanted]
        return np.array(known, dtype=np.int64) - block.first


def _is_open(result: Result) -> bool:
    """Whether its exact total is: a rounded one, and a grade, may be settled all the same."""
    return result.state == "pending" or isinstance(result.exact, Interval)
