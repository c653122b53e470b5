"""Own scores of many postings at once, of those about whom nothing needs to be looked into one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from cadre_eval.columns.drafting import ladder_counts
from cadre_eval.columns.gathered import GatheredBatch
from cadre_eval.columns.integers import Array
from cadre_eval.columns.judging import Judge
from cadre_eval.columns.program import Exact
from cadre_eval.columns.scorer import Rows, Scorer
from cadre_eval.ruleset.plan import CompiledRuleset, Gate, PeriodPlan, leaves
from cadre_eval.scoring.assess import EarlierTotal, Settled, Settling
from cadre_eval.scoring.subject import Subject


def settling(rules: CompiledRuleset, plan: PeriodPlan) -> Settling | None:
    """What settles postings by this plan; None where scores are not each cadre's own affair: where they compare with the
    pool, or plugins compute them.
    """
    if any(leaf.pooled or leaf.policies.means or leaf.kind.provider is not None for leaf in leaves(plan.root)):
        return None
    scorer = Scorer(rules, plan)
    return lambda subjects, earlier: _settled(scorer, subjects, earlier) if subjects else {}


def _settled(scorer: Scorer, subjects: Sequence[Subject], earlier: EarlierTotal) -> Mapping[str, Settled]:
    rows = scorer.score(GatheredBatch(subjects, earlier))
    plain = np.flatnonzero(rows.there & ~rows.open & ~_concerned(scorer.plan, rows))
    own = _numbers(rows.own, plain)
    links = {name: _numbers(column, plain) for name, column in rows.links.items()}
    there = {name: rows.links_there[name][plain].tolist() for name in links}
    ids = [subjects[row].posting.id for row in plain.tolist()]
    return {
        key: Settled(own[at], {name: found[at] if there[name][at] else None for name, found in links.items()})
        for at, key in enumerate(ids)
    }


def _numbers(column: Exact, rows: Array) -> list[Fraction]:
    tops, bottoms = column.ratio(rows)
    return [Fraction(top, bottom) for top, bottom in zip(tops.tolist(), bottoms.tolist(), strict=True)]


def _concerned(plan: PeriodPlan, rows: Rows) -> Array:
    """Where an exclusion or a gate holds, or may hold."""
    found = np.zeros(rows.judge.rows, dtype=bool)
    for exclusion in plan.eligibility.exclusions:
        found |= rows.judge.ignoring(exclusion.ignore_missing).judge(exclusion.condition).can
    for gate in plan.gates:
        found |= _may_hold(gate, rows.judge.ignoring(gate.ignore_missing))
    return found


def _may_hold(gate: Gate, judge: Judge) -> Array:
    if gate.condition is not None:
        return judge.judge(gate.condition).can
    count, open_ = ladder_counts(judge.facts[gate.count or ""], judge.ignore_missing, judge.rows)
    return open_ | (count >= min(least for least, _ in gate.ladder))
