"""``bottom-rank``: the last so many of the pool, maybe several years running, bring a measure for the cadre."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.plugins.rules.declared import Declared, declared_measure
from cadre_eval.plugins.rules.grade_measure import check_running
from cadre_eval.plugins.rules.running import years_before
from cadre_eval.plugins.views import Answerable, AssessedCadre
from cadre_eval.reading.scalars import Id, Whole
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CheckContext
from cadre_eval.scoring.proposals import ProposedMeasure


@frozen
class BottomRankParams:
    at: Place = place()
    last: Whole = setting("排名最后几名", "the last so many of the pool")
    running: Whole = setting("连续几年（缺省1）", "so many years running", default=1)
    measure: Id = setting("什么措施", "the measure")
    checked: Declared | None = None
    """The measure, once the ruleset is compiled."""


def prepare(p: BottomRankParams, ctx: CheckContext) -> BottomRankParams:
    if p.last < 1:
        ctx.problems.add("CE213", p.at.value("last"), text=str(p.last), limit=Text("不小于 1", "1 or more"))
    check_running(p, ctx)
    return evolve(p, checked=declared_measure(p.measure, p.at.value("measure"), ctx))


def propose(p: Any, answerable: Answerable) -> list[ProposedMeasure]:
    return [measure for cadre in answerable.cadres if (measure := _of(p, cadre, answerable)) is not None]


def _of(p: Any, cadre: AssessedCadre, answerable: Answerable) -> ProposedMeasure | None:
    """A measure, one that waits (for a tie to be broken, others' results, or an earlier one), or none."""
    if cadre.rank is None or not cadre.ranked:
        return None
    first = cadre.ranked - p.last + 1
    """The best rank that is among the last of those who have one."""
    if cadre.rank + cadre.tied - 1 < first:
        return None
    waits = None
    if cadre.rank < first + cadre.unranked:
        waits = Text(f"还有 {cadre.unranked} 人没有名次", f"{cadre.unranked} have no rank yet")
    if cadre.rank < first:
        waits = Text(f"{cadre.tied} 人并列，由人定先后", f"{cadre.tied} share the rank; people decide")
    of = cadre.ranked + cadre.unranked
    told = [(f"第 {cadre.rank} 名（共 {of} 名）", f"rank {cadre.rank} of {of}")]
    for period, past in years_before(answerable, cadre.id, p.running - 1):
        if past is None or past.rank is None or past.of is None:
            waits = waits or Text(f"没有 {period} 的名次", f"the rank of {period} is not on record")
            continue
        if past.rank < past.of - p.last + 1:
            return None
        told.append((f"{period} 第 {past.rank} 名（共 {past.of} 名）", f"{period} rank {past.rank} of {past.of}"))
    measure: Declared = p.checked
    reason = Text("、".join(zh for zh, _ in told), ", ".join(en for _, en in told))
    return ProposedMeasure(measure.title, reason, None, (cadre.id,), (), measure.id, waits_for=waits)


BOTTOM_RANK = AccountabilityRule(
    "bottom-rank",
    Text("排名最后、连续几年排名最后的措施", "a measure for the last of the pool, or for years running"),
    BottomRankParams,
    lambda p: "cadre",
    propose,
    prepare,
)
