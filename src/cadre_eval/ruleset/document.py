"""What a ruleset file may say, key by key. The reference and the JSON Schema are held to these records."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from attrs import frozen

from cadre_eval.model.dates import Duration, YearDay
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.scalars import (
    Id,
    Limit,
    NoLimit,
    Number,
    Positive,
    Prose,
    Unsigned,
    Whole,
    Word,
)
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.reading.versions import Requirement
from cadre_eval.ruleset.supervision import FactSourceDoc, SupervisionDoc

Mode: TypeAlias = Literal["half-up", "half-even", "up", "down"]
Policy: TypeAlias = Literal["block", "zero", "exclude", "pool-mean"]
FactType: TypeAlias = Literal["count", "number", "rate", "flag", "choice", "choices", "sample"]
PoolKey: TypeAlias = Literal["category", "role", "township", "host", "sending-unit"]
Labels: TypeAlias = Word | tuple[Word, ...]


@frozen
class RoundingDoc:
    at: Place = place()
    places: Whole = setting("保留几位小数（0—12）", "decimal places, 0 to 12", default=2)
    mode: Mode = setting("进位方式：half-up 即四舍五入", "how: half-up is 四舍五入", default="half-up")


@frozen
class TotalDoc:
    at: Place = place()
    out_of: Positive | None = setting("总分满分", "the scale of the total", default=None)
    floor: Limit = setting("总分下限", "lowest total of the tree", default=Fraction(0))
    ceiling: Limit | None = setting("总分上限", "highest total of the tree; its scale unless given", default=None)
    weights: Literal["percent", "relative"] = setting(
        "权重合计100（percent）或按比例（relative）", "weights sum to 100, or are relative", default="percent"
    )


@frozen
class FactDoc:
    at: Place = place()
    type: FactType = setting("类型", "type")  # noqa: A003
    title: Word | None = setting("名称", "title", default=None)
    unit: Word | None = setting("单位", "unit", default=None)
    at_least: Number | None = setting("不小于", "lowest value", default=None)
    at_most: Number | None = setting("不大于", "highest value", default=None)
    options: tuple[Word, ...] = setting("可选的词", "the words allowed", default=())
    from_: FactSourceDoc | None = setting(
        "由督查、清单、考勤等记录得出，不另登记",
        "derived from records of supervision, not recorded itself",
        default=None,
    )
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class PoliciesDoc:
    at: Place = place()
    missing: Policy | None = setting("缺记录时", "when missing", default=None)
    not_applicable: Policy | None = setting("不适用时", "when not applicable", default=None)
    excused: Policy | None = setting("免予时", "when excused", default=None)


@frozen
class PeriodDoc:
    at: Place = place()
    title: Word | None = setting("名称", "title", default=None)
    kind: Literal["mid-year", "year-end", "routine", "end-of-term", "irregular"] | None = setting(
        "考核类型", "kind of period; the key itself if it is one", default=None
    )
    from_: YearDay = setting("起始月日", "first day of year")
    to: YearDay = setting("截止月日", "last day of year")
    years: Whole = setting("跨几个自然年", "calendar years it reaches over", default=1)
    combine: dict[Id, Positive] | None = setting(
        "与前期成绩的权重", "weights of earlier totals and this one", default=None
    )
    carry: Literal["rounded", "exact"] | None = setting(
        "前期总分按修约值或精确值计入", "how an earlier total enters", default=None
    )
    absent: Literal["block", "renormalise", "zero"] | None = setting(
        "没有前期成绩时", "when there is no earlier total", default=None
    )
    grades: NoLimit | dict[Id, dict[Word, ByQuota | Range]] | None = setting(
        "本期等次", "grades of this period", default=None
    )


class ByQuota:
    """The words ``by quota``: a grade only a quota gives."""

    def __repr__(self) -> str:
        return "by quota"


BY_QUOTA = ByQuota()


@frozen
class CriterionDoc:
    """One node of the criteria tree; a leaf's own parameters are in ``params``, read by its kind's record."""

    at: Place = place()
    id: Id = setting("代码，全树唯一", "id, unique in the tree")  # noqa: A003
    title: Word | None = setting("名称", "title", default=None)
    weight: Positive | None = setting("在本组的权重", "weight in its group", default=None)
    points: Positive | None = setting("满分", "points: its scale", default=None)
    basis: Prose | None = setting("依据条款", "the clause it rests on", default=None)
    rounding: RoundingDoc | None = setting("本项修约", "rounding of this node", default=None)
    floor: Limit = setting("本项下限（缺省0）", "lowest score (default 0)", default=Fraction(0))
    ceiling: Limit | None = setting("本项上限（缺省为满分）", "highest score (default its points)", default=None)
    periods: tuple[Id, ...] | None = setting("只在这些考核期计入", "only in these periods", default=None)
    policies: PoliciesDoc | None = setting("缺失等情形的处理", "policies of this criterion", default=None)
    dimension: Id | None = setting("所属“一宣六帮”方面", "the dimension it belongs to", default=None)
    note: Prose | None = setting("说明", "note", default=None)
    weights: Literal["percent", "relative"] = setting(
        "各部分权重合计100或按比例", "weights of its parts", default="percent"
    )
    parts: tuple[CriterionDoc, ...] | None = setting("下级指标", "the parts of a group", default=None)
    kind: Word | None = setting("计分方法", "the kind of a leaf", default=None)
    params: Any = None


@frozen
class AdjustmentItemDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    title: Word | None = setting("名称", "title", default=None)
    fact: Id = setting("依据的事实", "the fact it counts")
    each: Positive = setting("每个计几分（正数）", "points for each one (positive)", default=Fraction(1))
    cap: Limit = setting("本项上限", "cap of the item", default=NoLimit.NONE)
    policies: PoliciesDoc | None = setting("缺失等情形的处理", "policies", default=None)
    basis: Prose | None = setting("依据条款", "basis", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class AdjustmentGroupDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    title: Word | None = setting("名称", "title", default=None)
    direction: Literal["bonus", "deduction"] = setting("加分或扣分", "bonus or deduction")
    counting: Literal["cumulative", "highest"] = setting("累计或取最高", "add up, or the highest only")
    cap: Limit = setting("本组上限", "cap of the group", default=NoLimit.NONE)
    items: tuple[AdjustmentItemDoc, ...] = setting("各项", "items")
    periods: tuple[Id, ...] | None = setting("只在这些考核期", "only in these periods", default=None)
    basis: Prose | None = setting("依据条款", "basis", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class CapDoc:
    at: Place = place()
    bonus: Limit = setting("加分总上限", "cap of all bonuses", default=NoLimit.NONE)
    deduction: Limit = setting("扣分总上限", "cap of all deductions", default=NoLimit.NONE)


@frozen
class AdjustmentsDoc:
    at: Place = place()
    ceiling: Limit = setting("加减分后总分上限", "highest total after adjustments")
    floor: Limit = setting("加减分后总分下限", "lowest total after adjustments")
    groups: tuple[AdjustmentGroupDoc, ...] = setting("加减分组", "groups")
    cap: CapDoc | None = setting("加分、扣分总上限", "caps over all groups", default=None)


@frozen
class ConditionDoc:
    """One condition: a comparison, or several combined."""

    at: Place = place()
    fact: Id | None = setting("事实", "a fact", default=None)
    criterion: Id | None = setting("指标得分（total 为总分）", "the score of a criterion, or total", default=None)
    survey: Id | None = setting("测评（指标代码）", "a survey criterion", default=None)
    share_of: tuple[Word, ...] | None = setting("这些选项所占比例", "share of these options", default=None)
    below: Number | None = setting("低于", "below", default=None)
    at_most: Number | None = setting("不高于", "at most", default=None)
    above: Number | None = setting("高于", "above", default=None)
    at_least: Number | None = setting("不低于", "at least", default=None)
    equals: Number | None = setting("等于", "equals", default=None)
    is_: Word | None = setting("是（词或是/否）", "is this word, or yes/no", default=None)
    includes: Word | None = setting("包含", "includes this word", default=None)
    any: tuple[ConditionDoc, ...] | None = setting("任一成立", "any of these", default=None)  # noqa: A003
    all: tuple[ConditionDoc, ...] | None = setting("全部成立", "all of these", default=None)  # noqa: A003
    not_: ConditionDoc | None = setting("不成立", "not this", default=None)


@frozen
class EffectDoc:
    at: Place = place()
    cap_grade: Labels | None = setting("等次不高于", "no better than this grade", default=None)
    force_grade: Labels | None = setting("直接定为", "exactly this grade", default=None)
    refer: Word | None = setting("移交", "refer to", default=None)
    note: Word | None = setting("提示", "note", default=None)


@frozen
class GateDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    title: Word | None = setting("名称", "title", default=None)
    when: ConditionDoc | None = setting("条件", "condition", default=None)
    effect: EffectDoc | None = setting("后果", "effect", default=None)
    count: Id | None = setting("按次数递进的事实", "the fact a ladder counts", default=None)
    ladder: dict[Whole, EffectDoc] | None = setting("达到几次的后果", "effects by count", default=None)
    also: dict[Literal["sending-unit", "township", "host"], Word] = setting(
        "对单位的连带后果", "consequences for units", factory=dict
    )
    missing: Literal["open", "ignore"] = setting(
        "缺事实时：open 待定，ignore 视为未触发", "a missing fact: open, or ignore", default="open"
    )
    periods: tuple[Id, ...] | None = setting("只在这些考核期", "only in these periods", default=None)
    basis: Prose | None = setting("依据条款", "basis", default=None)
    source: Prose | None = setting("出处", "source", default=None)


@frozen
class PoolsDoc:
    at: Place = place()
    by: tuple[PoolKey, ...] = setting("按什么分池排名", "keys that separate pools")


@frozen
class QuotaDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    title: Word | None = setting("名称", "title", default=None)
    grade: Labels = setting("限额的等次", "the grade it limits")
    share: Unsigned = setting("比例", "share of the base")
    round: Literal["floor", "half-up", "ceil"] = setting("名额取整", "how places are rounded")  # noqa: A003
    base: Literal["assessed", "posted"] = setting("基数：参加考核的，或在册的", "who counts")
    pool_by: tuple[PoolKey, ...] = setting("名额按什么分开算", "pools with places of their own")
    minimum_score: Number | None = setting("最低分", "lowest total that may have the grade", default=None)
    at_least: Whole = setting("至少几个名额", "at least this many places", default=0)
    excluded: ConditionDoc | None = setting("不得占用名额的情形", "who may not have the grade", default=None)
    periods: tuple[Id, ...] | None = setting("只在这些考核期", "only in these periods", default=None)
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class ExclusionDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    title: Word = setting("名称", "title")
    when: ConditionDoc = setting("条件", "condition")
    label: Word = setting("记为", "what is recorded instead of a grade")
    missing: Literal["open", "ignore"] = setting("缺事实时", "a missing fact: open, or ignore", default="open")
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class EligibilityDoc:
    at: Place = place()
    minimum_service: Duration | dict[Id, Duration] | None = setting("最短驻村时间", "least service", default=None)
    service: Literal["within-period", "since-start"] | None = setting(
        "驻村时间怎么算", "how service is counted", default=None
    )
    otherwise: Word | None = setting("时间不足记为", "recorded when service is too short", default=None)
    assessment_relation: Literal["required", "not-required"] = setting(
        "考核关系是否须已划转", "must the assessment relation have been transferred", default="required"
    )
    transfer_within: Duration | None = setting("划转时限", "transfers later than this are noted", default=None)
    several_postings: Literal["longest", "by-days", "block"] = setting(
        "一期内两个派驻", "two postings in one period", default="block"
    )
    exclusions: tuple[ExclusionDoc, ...] = setting("不参加考核或不定等次的情形", "who is not graded", default=())


@frozen
class AccountabilityDoc:
    """One use of a rule of accountability; the rule's own parameters are in ``params``, read by its record."""

    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    title: Word | None = setting("名称", "title", default=None)
    rule: Word = setting("问责规则", "the rule of accountability")
    periods: tuple[Id, ...] | None = setting("只在这些考核期", "only in these periods", default=None)
    basis: Prose | None = setting("依据条款", "basis", default=None)
    note: Prose | None = setting("说明", "note", default=None)
    params: Any = None


@frozen
class LockDoc:
    at: Place = place()
    path: Word = setting("锁定的位置", "what is locked, such as criteria.duty.weight")
    rule: Literal["final", "tighten-only"] = setting("不得改，或只许更严", "may not change, or only get stricter")
    towards: Literal["higher", "lower"] | None = setting("更严是更高还是更低", "which way is stricter", default=None)
    basis: Prose | None = setting("依据条款", "basis", default=None)


@frozen
class RulesetDoc:
    """The merged ruleset."""

    at: Place = place()
    ruleset: Id = setting("考核办法代码", "the ruleset's id")
    title: Word | None = setting("名称", "title", default=None)
    source: Prose | None = setting("出处", "where the rule was published", default=None)
    note: Prose | None = setting("说明", "note", default=None)
    extends: Word | tuple[Word, ...] | None = setting("上级办法", "the layers it builds on", default=None)
    effective_from: date | None = setting("施行日期", "first day it may be used", default=None)
    effective_until: date | None = setting("失效日期", "last day it may be used", default=None)
    plugins: tuple[Requirement, ...] = setting(
        "所需插件，可写版本范围", "plugins it needs, maybe with a version range", default=()
    )
    rounding: RoundingDoc | None = setting("总分修约", "rounding of the total", default=None)
    compare: Literal["rounded", "exact"] = setting(
        "以修约值或精确值对照等次", "which total meets thresholds", default="rounded"
    )
    total: TotalDoc | None = setting("总分", "the root of the tree", default=None)
    categories: dict[Id, Word] = setting("人员类别", "categories of person", factory=dict)
    titles: dict[Id, Word] = setting("测评主体、评议主体、题目的名称", "names of classes and questions", factory=dict)
    facts: dict[Id, FactDoc] = setting("事实", "facts staff record", factory=dict)
    policies: PoliciesDoc | None = setting("缺失、不适用、免予的处理", "policies", default=None)
    defaults: dict[Word, Any] = setting("各计分方法的公用参数", "parameters shared by a kind", factory=dict)
    periods: dict[Id, PeriodDoc] = setting("考核期", "periods")
    criteria: tuple[CriterionDoc, ...] = setting("指标", "the criteria tree")
    adjustments: AdjustmentsDoc | None = setting("加分与扣分", "bonuses and deductions", default=None)
    gates: tuple[GateDoc, ...] = setting("一票否优、一票否决等", "gates", default=())
    grades: NoLimit | dict[Id, dict[Word, ByQuota | Range]] = setting(
        "等次；只计分、不评等次的写 none", "grade bands by category; 'none' where only scores are given"
    )
    pools: PoolsDoc | None = setting("排名范围", "who is ranked against whom", default=None)
    ties: tuple[Id, ...] = setting("并列处理，以 open 结尾", "tie-break chain, ending with open", default=("open",))
    quotas: tuple[QuotaDoc, ...] = setting("名额", "quotas", default=())
    eligibility: EligibilityDoc | None = setting("参加考核的条件", "who is assessed", default=None)
    accountability: tuple[AccountabilityDoc, ...] = setting(
        "问责：处理措施的建议", "accountability: which measures are proposed", default=()
    )
    supervision: SupervisionDoc | None = setting("监督：划转、督查、考勤、措施、申诉", "supervision", default=None)
    locks: tuple[LockDoc, ...] = setting("下级不得改动之处", "what a child layer may not change", default=())
