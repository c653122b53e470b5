"""Holds an assessment by columns against the one by one: every number, state, grade, rank and place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from cadre_eval.columns.drafts import FINAL, NOT_ASSESSED, PENDING
from cadre_eval.columns.scorer import Scorer
from cadre_eval.columns.settling import settling
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.assess import assess_period
from cadre_eval.scoring.eligibility import Entrant
from cadre_eval.scoring.result import PeriodResult, Result
from gathered_columns import ByColumns, assess_by_columns

STATES = {"final": FINAL, "pending": PENDING, "not-assessed": NOT_ASSESSED}


def differences(found: ByColumns, wanted: PeriodResult) -> list[str]:
    """Where the columns and the one-by-one results disagree."""
    assert [e.cadre.id for e in found.entrants] == sorted(r.cadre.id for r in wanted)
    places = (wanted.plan.root.rounding or wanted.rules.rounding).places
    return [
        line
        for row, entrant in enumerate(found.entrants)
        for line in _differs(found, row, wanted[entrant.cadre.id], entrant.main.id, 10**places)
    ]


def _differs(found: ByColumns, row: int, want: Result, posting: str, unit: int) -> list[str]:
    drafts = found.placed.drafts
    pairs: list[tuple[str, Any, Any]] = [
        ("state", int(drafts.state[row]), STATES[want.state]),
        ("grades", int(drafts.grades[row]), sum(1 << grade for grade in want.grades)),
        ("rank", int(found.placed.ranks[row]), want.rank or 0),
    ]
    if want.state == "final" and isinstance(want.total, Fraction):
        pairs.append(("total", Fraction(int(drafts.shown[row]), unit), want.total))
    at = found.at.get(posting)
    if at is not None and found.rows is not None and want.main is not None:
        pairs += [("exact", found.rows.exact.at(at), want.exact)] if want.exact is not None else []
        for leaf, column in found.rows.leaves.items():
            node = want.main.tree.find(leaf)
            assert node is not None
            if node.score is not None:
                pairs.append((leaf, column.at(at), node.score))
    return [f"{want.cadre.id} {what}: columns {a!r}, one by one {b!r}" for what, a, b in pairs if a != b]


def agreeing(
    rules: CompiledRuleset,
    plan: PeriodPlan,
    period: Period,
    as_of: date,
    entrants: Sequence[Entrant],
    district: Collection[str],
    earlier: Mapping[str, PeriodResult],
    *more: Any,
) -> PeriodResult:
    """``assess_period``, having found that the columns agree with it, in numbers and in accounts."""
    wanted = assess_period(rules, plan, period, as_of, entrants, district, earlier, *more)
    way = settling(rules, plan)
    if way is not None:
        settled = assess_period(rules, plan, period, as_of, entrants, district, earlier, settling=way)
        assert [told(result) for result in settled] == [told(result) for result in wanted]
    found = assess_by_columns(Scorer(rules, plan), period, as_of, entrants, district, earlier)
    assert differences(found, wanted) == []
    AGREED.append((len(found.at), len(found.entrants)))
    return wanted


def told(result: Result) -> dict[str, Any]:
    """Everything a result says. What a settled one knows beforehand is what its scores come to."""
    said = {name: getattr(result, name) for name in SAID}
    for name, score in result.known.items():
        node = result.main.tree.find(name) if result.main else None
        assert node is not None
        assert node.score == score
    gates = [(outcome.gate.id, outcome.certain) for outcome in result.gates]
    earlier = [(part.period, part.weight, part.total, part.source) for part in result.earlier]
    notes = [(note.key, dict(note.args)) for note in result.notes]
    return {**said, "gates": gates, "earlier": earlier, "notes": notes, "account": result.explain()}


SAID = (
    "cadre", "pool", "state", "total", "exact", "grades", "best_allowed", "surely_allowed", "rank", "may_leave", "failures",
)  # fmt: skip
AGREED: list[tuple[int, int]] = []
"""How many were scored by columns, of how many, in each assessment compared."""
