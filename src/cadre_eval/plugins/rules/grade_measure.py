"""``grade-measure``: a low grade, or one several years running, brings a measure for the cadre."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.plugins.rules.declared import Declared, declared_measure
from cadre_eval.plugins.rules.running import years_before
from cadre_eval.plugins.views import Answerable, AssessedCadre
from cadre_eval.reading.scalars import Id, Whole, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CheckContext
from cadre_eval.scoring.proposals import ProposedMeasure

MOST_YEARS = 10


@frozen
class GradeMeasureParams:
    at: Place = place()
    grades: tuple[Word, ...] = setting("评为其中任一等次", "any of these grades")
    running: Whole = setting("连续几年（缺省1）", "so many years running", default=1)
    measure: Id = setting("什么措施", "the measure")
    checked: Declared | None = None
    """The measure, once the ruleset is compiled."""


def prepare(p: GradeMeasureParams, ctx: CheckContext) -> GradeMeasureParams:
    ctx.filled(p, "grades")
    spans = [node.span for node in getattr(p.at.node.values.get("grades"), "items", ())]
    for grade, span in zip(p.grades, spans, strict=False):
        ctx.known(grade, ctx.labels, span, Text("等次", "grade"))
    check_running(p, ctx)
    return evolve(p, checked=declared_measure(p.measure, p.at.value("measure"), ctx))


def check_running(p: Any, ctx: CheckContext) -> None:
    if not 1 <= p.running <= MOST_YEARS:
        limit = Text(f"在 1 到 {MOST_YEARS} 之间", f"1 to {MOST_YEARS}")
        ctx.problems.add("CE213", p.at.value("running"), text=str(p.running), limit=limit)


def propose(p: Any, answerable: Answerable) -> list[ProposedMeasure]:
    return [measure for cadre in answerable.cadres if (measure := _of(p, cadre, answerable)) is not None]


def _of(p: Any, cadre: AssessedCadre, answerable: Answerable) -> ProposedMeasure | None:
    """A measure, one that waits for an earlier result, or none."""
    if cadre.grade not in p.grades:
        return None
    told, waits = [f"{answerable.period} {cadre.grade}"], None
    for period, past in years_before(answerable, cadre.id, p.running - 1):
        if past is None or past.grade is None:
            waits = waits or Text(f"没有 {period} 的等次", f"the grade of {period} is not on record")
            continue
        if past.grade not in p.grades:
            return None
        told.append(f"{period} {past.grade}")
    measure: Declared = p.checked
    reason = Text("、".join(told), ", ".join(told))
    return ProposedMeasure(measure.title, reason, None, (cadre.id,), (), measure.id, waits_for=waits)


GRADE_MEASURE = AccountabilityRule(
    "grade-measure",
    Text("等次低、连续几年等次低的措施", "a measure for a low grade, or for one years running"),
    GradeMeasureParams,
    lambda p: "cadre",
    propose,
    prepare,
)
