"""The ``supervision`` section of a ruleset: what a district holds its transfers, visits, attendance, measures and appeals
against. What is not declared is not checked.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.model.dates import Duration, Workdays
from cadre_eval.reading.scalars import Flag, Id, Positive, Prose, Whole, Word
from cadre_eval.reading.settings import Place, place, setting

Level: TypeAlias = Literal["host", "township", "district", "sending-unit"]
"""A unit, seen from a posting."""
Holder: TypeAlias = Literal["district", "party", "salary", "management", "assessment"]
"""Who may decide or sign: the district, or whoever holds this relation of the cadre on that day."""


@frozen
class RelationRuleDoc:
    """What is asked of one relation's transfer."""

    at: Place = place()
    to: Level | None = setting("应划到哪一级", "where it must go", default=None)
    within: Workdays | Duration | None = setting("到任后多久内划转", "time allowed from the first day", default=None)
    return_within: Workdays | Duration | None = setting(
        "任期结束后多久内转回", "time allowed for its return after the last day", default=None
    )
    proof: Literal["required", "not-required"] = setting(
        "是否须有凭据", "must there be proof", default="not-required"
    )
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class TransferRulesDoc:
    at: Place = place()
    party: RelationRuleDoc | None = setting("党组织关系", "party relation", default=None)
    salary: RelationRuleDoc | None = setting("工资关系", "salary relation", default=None)
    management: RelationRuleDoc | None = setting("管理关系", "management relation", default=None)
    assessment: RelationRuleDoc | None = setting("考核关系", "assessment relation", default=None)


@frozen
class FindingKindDoc:
    """A kind of problem that inspections find."""

    at: Place = place()
    title: Word = setting("名称", "title")
    severity: Id | None = setting("缺省的严重程度", "its severity unless said", default=None)
    rectify_within: Workdays | Duration | None = setting(
        "整改时限（发现之日起）", "time allowed to put it right", default=None
    )
    recurs_within: Workdays | Duration | None = setting(
        "多久之内又发现算反复", "found again within this time it recurs", default=None
    )
    absence: Flag = setting("是不是查到人不在岗", "does it mean that the cadre was not there", default=False)
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class SignerDoc:
    """Who may sign leave of up to so many days."""

    at: Place = place()
    up_to: Whole | None = setting("几天以内（不写：不限）", "up to so many days (not written: any)", default=None)
    by: Holder = setting("由谁批", "who signs")
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class AttendanceRulesDoc:
    at: Place = place()
    days_a_month: Whole | None = setting("每月至少在村几天", "days a month", default=None)
    days_a_year: Whole | None = setting("每年至少在村几天", "days a year", default=None)
    share_of_workdays: Positive | None = setting("至少占工作日的几成", "share of the workdays", default=None)
    trips_count: Flag | None = setting(
        "报备的出差是否算在村", "do reported trips count as in the village", default=None
    )
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class MeasureEffectDoc:
    """What a measure brings, for how long from the day of the decision."""

    at: Place = place()
    effect: Id = setting("影响的代码", "id of the effect, which facts may ask for")
    title: Word | None = setting("名称", "title", default=None)
    for_: Literal["this-year"] | Duration = setting("多久；this-year 到年底", "how long; this-year: to its end")


@frozen
class MeasureDoc:
    """A measure (处理措施) the district may take."""

    at: Place = place()
    title: Word = setting("名称", "title")
    decided_by: Holder = setting("由谁决定", "who decides")
    decide_within: Workdays | Duration | None = setting(
        "多久内作出决定", "time allowed for the decision", default=None
    )
    carry_out_within: Workdays | Duration | None = setting(
        "决定后多久内执行", "time allowed to carry it out", default=None
    )
    effects: tuple[MeasureEffectDoc, ...] = setting("影响", "what it brings", default=())
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class AppealRulesDoc:
    at: Place = place()
    publicity: Workdays | Duration | None = setting("公示多久", "how long results are public", default=None)
    lodge_within: Workdays | Duration | None = setting("公示后多久内可以申诉", "time to appeal", default=None)
    review_within: Workdays | Duration | None = setting("收到后多久内复核", "time to re-examine", default=None)
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class SupervisionDoc:
    at: Place = place()
    transfers: TransferRulesDoc | None = setting("四个划转的要求", "what is asked of transfers", default=None)
    findings: dict[Id, FindingKindDoc] = setting("督查问题的种类", "kinds of findings", factory=dict)
    severities: dict[Id, Word] = setting("严重程度，由轻到重", "severities, the mildest first", factory=dict)
    leave: tuple[SignerDoc, ...] = setting("准假权限", "who may sign leave", default=())
    attendance: AttendanceRulesDoc | None = setting("在村天数", "days in the village", default=None)
    measures: dict[Id, MeasureDoc] = setting("处理措施", "measures", factory=dict)
    appeals: AppealRulesDoc | None = setting("公示与申诉", "publicity and appeals", default=None)


@frozen
class FactSourceDoc:
    """Where a fact comes from, if staff do not record it: exactly one of these."""

    at: Place = place()
    findings: tuple[Id, ...] | None = setting(
        "这些种类的督查问题数", "number of findings of these kinds", default=None
    )
    worklist: Literal["on-time", "accepted-at-once"] | None = setting(
        "工作清单的按时率、一次通过率", "rate of items done on time, or accepted at the first check", default=None
    )
    attendance: Literal["village-days", "leave-days", "share-of-workdays"] | None = setting(
        "在村天数、请假天数、占工作日的比例", "days in the village, on leave, share of the workdays", default=None
    )
    rectified: Literal["rate", "on-time"] | None = setting(
        "整改率、按时整改率", "rate of findings put right, or put right in time", default=None
    )
    households: Literal["district", "cross"] | None = setting(
        "督查或交叉检查入户抽查", "households sampled by inspections or cross-inspections", default=None
    )
    question: Id | None = setting("入户抽查的题目", "the question households were asked", default=None)
    measures: tuple[Id, ...] | None = setting(
        "本期决定的这些处理措施数", "measures decided in the period", default=None
    )
    effect: Id | None = setting("期末是否在这一影响期内", "is this effect in force at the period's end", default=None)
    transfers: Literal["late", "not-moved", "moved-back"] | None = setting(
        "迟划、未划、提前转回的关系数", "relations moved late, never, or back early", default=None
    )
