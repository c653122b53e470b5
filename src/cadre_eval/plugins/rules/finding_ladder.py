"""``finding-ladder``: the first finding brings this, the second that, the third something graver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.model.dates import Days, Duration
from cadre_eval.plugins.rules.declared import Declared, Wanted, declared_measure, wanted_findings
from cadre_eval.plugins.views import Answerable, FindingView
from cadre_eval.reading.scalars import Id, Whole
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.accountability import AccountabilityRule, Target
from cadre_eval.ruleset.kind import CheckContext
from cadre_eval.scoring.proposals import ProposedMeasure


@frozen
class Ladder:
    """The parameters, checked: measures by number, lowest first."""

    wanted: Wanted
    steps: Mapping[int, Declared]


@frozen
class FindingLadderParams:
    at: Place = place()
    of: Target = setting("对谁", "for whom", default="cadre")
    findings: tuple[Id, ...] = setting("数哪些种类的督查问题", "kinds of findings counted")
    severity: Id | None = setting("只数这样严重或更严重的", "only those so severe, or more", default=None)
    within: Literal["period", "year"] | Duration = setting(
        "在多长时间内累计：period 本考核期，year 当年，或“12个月”",
        "over which time they add up: the period, the calendar year, or such as '12 months'",
    )
    steps: dict[Whole, Id] = setting("第几次，什么措施", "measure by number")
    beyond: Literal["repeat", "stop"] = setting(
        "超过最后一级：repeat 仍按最后一级，stop 不再建议", "after the last step: it again, or nothing"
    )
    checked: Ladder | None = None
    """The same, checked, once the ruleset is compiled."""


def prepare(p: FindingLadderParams, ctx: CheckContext) -> FindingLadderParams:
    ctx.filled(p, "steps")
    for number in p.steps:
        if number == 0:
            limit = Text("从 1 写起", "1 or more")
            ctx.problems.add("CE213", p.at.entry("steps", str(number)), text="0", limit=limit)
    steps = {n: declared_measure(p.steps[n], p.at.value("steps", str(n)), ctx, p.of) for n in sorted(p.steps)}
    return evolve(p, checked=Ladder(wanted_findings(p.findings, p.severity, p.at, ctx), steps))


def propose(p: Any, answerable: Answerable) -> list[ProposedMeasure]:
    """One proposal for each finding of the period that reaches a step."""
    own = p.checked.wanted.among(answerable.findings)
    found = []
    for place_, finding in enumerate(own):
        if answerable.days is not None and finding.on not in answerable.days:
            continue
        counted = [f for f in own[: place_ + 1] if _counts(f.on, finding.on, p.within, answerable.days)]
        measure = _step(p, len(counted))
        if measure is not None:
            found.append(_proposed(measure, finding, counted))
    return found


def _counts(day: date, last: date, within: Any, period: Days | None) -> bool:
    """Whether a finding of ``day`` adds to one of ``last``."""
    if within == "period":
        return period is None or day in period
    if within == "year":
        return day.year == last.year
    return bool(last <= within.last_from(day))


def _step(p: Any, number: int) -> Declared | None:
    steps: Mapping[int, Declared] = p.checked.steps
    last = max(steps, default=0)
    return steps.get(last if number > last and p.beyond == "repeat" else number)


def _proposed(measure: Declared, finding: FindingView, counted: Sequence[FindingView]) -> ProposedMeasure:
    before = [f.id for f in counted[:-1]]
    number = len(counted)
    zh, en = (f"，此前 {'、'.join(before)}", f", before it {', '.join(before)}") if before else ("", "")
    reason = Text(
        f"第 {number} 次：{finding.on} {finding.title}（{finding.id}：{finding.text}）{zh}",
        f"number {number}: {finding.on} {finding.title} ({finding.id}: {finding.text}){en}",
    )
    evidence = tuple(dict.fromkeys(name for f in counted for name in (f.id, *f.evidence)))
    cadres = () if finding.cadre is None else (finding.cadre,)
    return ProposedMeasure(
        measure.title, reason, None, cadres, evidence, measure.id, finding.id, finding.known_on
    )  # fmt: skip


FINDING_LADDER = AccountabilityRule(
    "finding-ladder",
    Text("按督查问题的次数递进的措施", "measures that grow with the number of findings"),
    FindingLadderParams,
    lambda p: p.of,
    propose,
    prepare,
)
