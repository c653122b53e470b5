"""A period assessed by columns from the records themselves: what the columns are held against one by one with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction

import numpy as np
from attrs import evolve, frozen

from cadre_eval.columns.drafting import drafted, scales_of
from cadre_eval.columns.drafts import Drafts, joined
from cadre_eval.columns.gathered import GatheredBatch
from cadre_eval.columns.integers import Array
from cadre_eval.columns.one_by_one import drafts_of
from cadre_eval.columns.placed import Placed, placed
from cadre_eval.columns.scorer import POOL_MEAN, Rows, Scorer
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import Posting
from cadre_eval.numbers.interval import Interval
from cadre_eval.scoring.assess import score_entrants
from cadre_eval.scoring.eligibility import Entrant, reasons_not_assessed
from cadre_eval.scoring.pools import Pool, pool_of, pools_by
from cadre_eval.scoring.result import PeriodResult, Result
from cadre_eval.scoring.subject import Subject
from cadre_eval.scoring.totals import combined_total


def pool_numbers(postings: Sequence[Posting]) -> Callable[[Sequence[str]], Array]:
    """Numbers the pools of postings, in the order of their keys."""

    def numbered(keys: Sequence[str]) -> Array:
        own = [pool_of(posting, keys) for posting in postings]
        number = {key: i for i, key in enumerate(sorted(set(own)))}
        return np.array([number[key] for key in own], dtype=np.int64)

    return numbered


@frozen(eq=False)
class ByColumns:
    """What an assessment by columns gives: cadres in order of their ids, the drafts placed, the scored rows."""

    entrants: Sequence[Entrant]
    placed: Placed
    rows: Rows | None
    at: Mapping[str, int]
    """Where a posting's leaves stand in ``rows``; postings scored one by one are not there."""
    alone: Mapping[str, Result]
    """Results of those scored one by one, by cadre: everything but their places."""


class _Run:
    def __init__(
        self,
        scorer: Scorer,
        period: Period,
        as_of: date,
        district: Collection[str],
        earlier: Mapping[str, PeriodResult],
    ) -> None:
        self.scorer, self.rules, self.plan = scorer, scorer.rules, scorer.plan
        self.period, self.as_of, self.district, self.earlier = period, as_of, district, earlier
        self.totals = {key: {r.cadre.id: r for r in found} for key, found in earlier.items()}

    def earlier_total(self, key: str, subject: Subject) -> Fraction | Interval | None:
        """The total of an earlier period as it enters; None if there is none."""
        mine = {k: found.get(subject.posting.cadre.id) for k, found in self.totals.items()}
        part = next(
            p for p in combined_total(Fraction(0), self.plan, self.rules, subject, mine).earlier if p.period == key
        )
        total = part.total
        return None if part.source == "absent" else total

    def alone(self, entrants: Sequence[Entrant]) -> list[Result]:
        return score_entrants(self.rules, self.plan, self.period, self.as_of, entrants, self.district, self.earlier)


def assess_by_columns(
    scorer: Scorer,
    period: Period,
    as_of: date,
    entrants: Sequence[Entrant],
    district: Collection[str],
    earlier: Mapping[str, PeriodResult],
) -> ByColumns:
    """As ``assess_period``, by columns. Cadres that anything leaves open, or who had several postings, are scored one by
    one; where rules compare with the pool, with their whole pool.
    """
    run = _Run(scorer, period, as_of, district, earlier)
    ordered = sorted(entrants, key=lambda e: e.cadre.id)
    assessed = [e for e in ordered if not reasons_not_assessed(e, period, as_of, scorer.plan.eligibility, district)]
    single = [e for e in assessed if len(e.postings) == 1]
    subjects = _subjects(run, assessed, single)
    rows = scorer.score(GatheredBatch(subjects, run.earlier_total)) if subjects else None
    scale = np.array([_scale_number(scorer, e) for e in single], dtype=np.int64)
    parts: list[Drafts] = []
    by_column: list[Entrant] = []
    if rows is not None:
        drafts, open_ = drafted(scorer, rows, scale)
        if any(leaf.pooled for leaf in scorer.leaves) or _pool_means(scorer, rows):
            open_ = _whole_pools(
                open_, [e.main for e in single], [e.main for e in assessed if len(e.postings) > 1], run
            )
        parts.append(drafts.taken(np.flatnonzero(~open_)))
        by_column = [e for e, is_open in zip(single, open_, strict=True) if not is_open]
    done = {e.cadre.id for e in by_column}
    results = {r.cadre.id: r for r in run.alone([e for e in ordered if e.cadre.id not in done])}
    others = [e for e in ordered if e.cadre.id not in done]
    parts.append(drafts_of([results[e.cadre.id] for e in others], scorer, scales_of(scorer)))
    everybody = [*by_column, *others]
    order = sorted(range(len(everybody)), key=lambda i: everybody[i].cadre.id)
    drafts = joined(parts).taken(np.array(order, dtype=np.int64))
    found = placed(scorer, drafts, pool_numbers([e.main for e in ordered]))
    at = {subject.posting.id: row for row, subject in enumerate(subjects)}
    kept = {e.main.id: at[e.main.id] for e in by_column}
    return ByColumns(ordered, found, rows, kept, results)


def _subjects(run: _Run, assessed: Sequence[Entrant], single: Sequence[Entrant]) -> list[Subject]:
    """Each with the pool it is compared with, if the rules compare at all."""
    everyone = [Subject(e.main, run.period, run.as_of, e.postings[0][1], run.rules) for e in assessed]
    pools = pools_by(everyone, run.rules.pools)
    wanted = {e.main.id for e in single}
    return [
        evolve(subject, pool=pools.get(pool_of(subject.posting, run.rules.pools), Pool(())))
        for subject in everyone
        if subject.posting.id in wanted
    ]


def _scale_number(scorer: Scorer, entrant: Entrant) -> int:
    scale = scorer.plan.scale(entrant.cadre.category)
    return -1 if scale is None else next(i for i, own in enumerate(scales_of(scorer)) if own is scale)


def _pool_means(scorer: Scorer, rows: Rows) -> bool:
    return any((state == POOL_MEAN).any() for state in rows.states.values())


def _whole_pools(open_: Array, postings: Sequence[Posting], several: Sequence[Posting], run: _Run) -> Array:
    """Open rows, and everybody in their pools."""
    touched = {pool_of(p, run.rules.pools) for p, is_open in zip(postings, open_, strict=True) if is_open}
    touched |= {pool_of(p, run.rules.pools) for p in several}
    return np.array([pool_of(p, run.rules.pools) in touched for p in postings], dtype=bool)
