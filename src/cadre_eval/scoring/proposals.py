"""What plugins propose once a period is assessed. A proposal changes no number: a named person decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from cadre_eval.errors import Text, as_text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.plan import Accountability
from cadre_eval.ruleset.supervision import MeasureDoc


@frozen
class EvidenceRemark:
    """Something staff should look at in the evidence: ``record`` is the fact, review or survey it is about."""

    record: str
    reason: Text | str
    evidence: tuple[str, ...] = ()


@frozen
class ProposedAdjustment:
    """An item of the ruleset's adjustments that should have been recorded, and how often it applies."""

    item: str
    count: Fraction | int | Decimal
    reason: Text | str
    evidence: tuple[str, ...] = ()


@frozen
class ReviewRequest:
    """Somebody (``by``: a body or an office) should look into this result before it is decided."""

    by: Text | str
    reason: Text | str
    evidence: tuple[str, ...] = ()


@frozen
class ProposedMeasure:
    """A measure (处理措施) for a cadre or a unit; ``points`` is what a unit loses or gains in its own assessment."""

    measure: Text | str
    reason: Text | str
    points: Fraction | int | Decimal | None = None
    cadres: tuple[str, ...] = ()
    """The cadres it follows from."""
    evidence: tuple[str, ...] = ()
    measure_id: str | None = None
    """One of the ruleset's ``supervision.measures``; its decision, deadline and effects follow from there."""
    follows_from: str | None = None
    """Id of what it follows from, such as a finding; the period unless given. Tells proposals of one rule apart."""
    on: date | None = None
    """The day it arose, not after the day of assessment; the period's last unless given."""
    waits_for: Text | str | None = None
    """Set if it cannot be said yet whether the measure is due: what is not known."""


Proposed: TypeAlias = EvidenceRemark | ProposedAdjustment | ReviewRequest


@frozen
class Proposal:
    """What a plugin proposes about one cadre."""

    plugin: str
    version: str
    proposed: Proposed


@frozen(eq=False)
class Measure:
    """A proposed measure, with the rule it follows from and whom it is for."""

    use: Accountability
    target: Target
    id: str  # noqa: A003
    name: str
    proposed: ProposedMeasure
    period: str = ""
    on: date | None = None
    """The day it arose."""
    declared: MeasureDoc | None = None
    """The measure, as the rules of the period declare it."""

    @property
    def key(self) -> str:
        """Names the proposal for good: rule, whom it is for, what it follows from."""
        return f"{self.use.id}/{self.id}/{self.proposed.follows_from or self.period}"

    @property
    def plugin(self) -> tuple[str, str]:
        return self.use.of.provider or ("built-in", "")


MEASURES_TITLE = Text(
    "处理措施建议（由有权的人决定；决定、执行情况见 cadre-eval measures）",
    "Proposed measures (named people decide; what was decided: cadre-eval measures)",
)
"""What stands above measures wherever results are shown."""


def proposal_text(proposal: Proposal) -> Text:
    """A proposal in one line."""
    proposed = proposal.proposed
    reason = as_text(proposed.reason)
    if isinstance(proposed, EvidenceRemark):
        zh, en = f"佐证（{proposed.record}）：{reason.zh}", f"evidence ({proposed.record}): {reason.en}"
    elif isinstance(proposed, ProposedAdjustment):
        count = number_text(Fraction(proposed.count))
        zh = f"建议登记加减分 {proposed.item} × {count}：{reason.zh}"
        en = f"adjustment {proposed.item} × {count} should be recorded: {reason.en}"
    else:
        by = as_text(proposed.by)
        zh, en = f"请{by.zh}复核：{reason.zh}", f"{by.en} should review it: {reason.en}"
    return _from(Text(zh, en), proposed.evidence, as_text(proposal.plugin))


def measure_text(measure: Measure) -> Text:
    """A measure in one line: for whom, what, why, by which rule."""
    proposed = measure.proposed
    what, reason = as_text(proposed.measure), as_text(proposed.reason)
    points = "" if proposed.points is None else f" {number_text(Fraction(proposed.points))}"
    waits = as_text(proposed.waits_for) if proposed.waits_for is not None else Text("", "")
    waiting = (f"（待查明：{waits.zh}）", f" (waiting: {waits.en})") if proposed.waits_for is not None else ("", "")
    zh = f"{measure.name}：{what.zh}{points}{waiting[0]}——{reason.zh}"
    en = f"{measure.name}: {what.en}{points}{waiting[1]}; {reason.en}"
    rule, plugin = measure.use.rule.shown, measure.use.of.provider
    where = (rule, rule) if plugin is None else (f"{rule}，{plugin[0]}", f"{rule}, {plugin[0]}")
    return _from(Text(zh, en), proposed.evidence, Text(*where))


def _from(text: Text, evidence: tuple[str, ...], source: Text) -> Text:
    zh, en = (f"，佐证 {'、'.join(evidence)}", f", evidence {', '.join(evidence)}") if evidence else ("", "")
    return Text(f"{text.zh}{zh}〔{source.zh}〕", f"{text.en}{en} [{source.en}]")
