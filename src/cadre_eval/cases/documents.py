"""What a ``*.case.yaml`` file may say."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from attrs import frozen

from cadre_eval.reading.scalars import Flag, Id, NoLimit, Number, PlacedWord, Positive, Prose, Whole, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.workspace.documents import BallotsDoc, RecordsDoc


@frozen
class RefusalDoc:
    """A problem at a place in the input."""

    here: Place = place()
    code: PlacedWord = setting("问题代码", "code of the problem")
    at: PlacedWord = setting("在输入的哪里，如 facts.visit_rate", "where in the input, such as facts.visit_rate")


@frozen
class ExpectDoc:
    """What is expected of one cadre's result, or that the input is refused; what is not named is not compared."""

    at: Place = place()
    total: Number | None = setting("总分", "total", default=None)
    interval: tuple[NoLimit | Number, ...] | None = setting("总分区间", "interval of the total", default=None)
    grade: Word | None = setting("等次；没有写 none", "grade, or 'none'", default=None)
    grades_possible: tuple[Word, ...] | None = setting("可能的等次", "grades possible", default=None)
    state: Literal["final", "pending", "not-assessed"] | None = setting("状态", "state", default=None)
    rank: NoLimit | Whole | None = setting("名次；未定写 none", "rank, or 'none'", default=None)
    criteria: dict[Id, Number] = setting("各指标得分", "scores by criterion", factory=dict)
    adjustments: dict[Id, Number] = setting("加减分（分组代码）", "points by adjustment group", factory=dict)
    gates: tuple[Id, ...] | None = setting("触发的（全部）", "gates triggered, all of them", default=None)
    notes: tuple[Word, ...] = setting("说明中应含的文字", "texts some note must contain", default=())
    proposals: tuple[Word, ...] = setting(
        "插件的提示中应含的文字", "texts some proposal of a plugin must contain", default=()
    )
    states: dict[Id, Literal["scored", "open", "zero", "excluded", "pool-mean"]] = setting(
        "各指标的状态", "states by criterion", factory=dict
    )
    explanations: tuple[PlacedWord, ...] | dict[Id, tuple[PlacedWord, ...]] = setting(
        "依据中应含的文字；可按指标写", "texts the account must contain, by criterion where wanted", default=()
    )
    problems: tuple[PlacedWord | RefusalDoc, ...] | None = setting(
        "这份输入应有的问题（全部）；写了就不比较结果",
        "problems the input must have, all of them; no result",
        default=None,
    )


@frozen
class CaseFindingDoc:
    """A problem an inspection found."""

    at: Place = place()
    id: Id | None = setting(
        "代码（缺省 f-1、f-2……；一例多人的，前面加上干部代码）",
        "id (default f-1, f-2, …; of several cadres with the cadre before it)",
        default=None,
    )  # noqa: A003
    kind: Id = setting("种类", "kind")
    on: date = setting("发现日期", "day it was found")
    known_on: date | None = setting("何日得知", "day it became known", default=None)
    severity: Id | None = setting("严重程度（缺省按种类）", "severity (default: that of its kind)", default=None)
    text: Word | None = setting("问题", "what was found", default=None)
    evidence: tuple[Word, ...] = setting("佐证", "evidence", default=())


@frozen
class CasePastDoc:
    """A result of an earlier period."""

    at: Place = place()
    period: Word = setting("考核期，如 2024-year-end", "the period, such as 2024-year-end")
    grade: Word | None = setting("等次", "grade", default=None)
    rank: Whole | None = setting("名次", "rank", default=None)
    of: Whole | None = setting("共几人排名", "how many were ranked", default=None)


@frozen
class PersonDoc(RecordsDoc):
    """A cadre made up for a case: a posting over the whole period with all relations transferred, unless said."""

    name: Word | None = setting("姓名", "name", default=None)
    category: Id | None = setting("人员类别", "category of person", default=None)
    role: Literal["first-secretary", "team-member"] = setting("职务", "role", default="team-member")
    township: Id = setting("乡镇/街道", "township", default="township")
    host: Id = setting("帮扶村/社区", "host", default="host")
    sending_unit: Id = setting("派出单位", "sending unit", default="unit")
    party_member: Flag = setting("是否党员", "Party member or not", default=True)
    from_: date | None = setting("到任日期", "first day", default=None)
    to: date | None = setting("离任日期", "last day", default=None)
    assessment_from: Literal["never"] | date | None = setting(
        "考核关系划转日期", "day the assessment relation moved", default=None
    )
    targets: dict[Id, Positive | dict[Id, Positive]] = setting("目标（定标）", "targets by fact", factory=dict)
    findings: tuple[CaseFindingDoc, ...] = setting(
        "督查发现的问题（供问责规则）", "findings, for accountability", default=()
    )
    history: tuple[CasePastDoc, ...] = setting(
        "往年的结果（供问责规则）", "earlier results, for accountability", default=()
    )


@frozen
class MemberDoc(PersonDoc):
    cadre: Id = setting("代码", "id")


@frozen
class ExpectMeasureDoc:
    """A measure that must be proposed; what is not named is not compared."""

    at: Place = place()
    rule: Id = setting("问责规则的代码（accountability 的 id）", "id of the use under accountability")
    of: Id = setting("对谁：干部或单位的代码", "whom it is for: id of a cadre or unit")
    measure: Word | None = setting("措施应含的文字", "text the measure contains", default=None)
    points: Number | None = setting("分数", "points", default=None)


@frozen
class PlacesDoc:
    """How many places a quota gives for pools of these sizes."""

    at: Place = place()
    quota: Id = setting("名额规则", "the quota")
    bases: dict[Id, Whole] = setting("各池人数", "people in each pool")


@frozen
class CaseDoc(PersonDoc):
    case: Word = setting("算例名称", "what the case claims")
    based_on: PlacedWord | None = setting(
        "在哪个算例上改（名称）", "the case whose input this one changes", default=None
    )
    period: Word | None = setting("考核期", "the period, such as 2025-year-end", default=None)
    as_of: date | None = setting("截至哪一天所知", "day of knowledge", default=None)
    cohort: tuple[Any, ...] | None = setting("同池多人", "several cadres", default=None)
    sheets: tuple[BallotsDoc, ...] = setting("多人选票", "ballot sheets", default=())
    expect: ExpectDoc | None = setting("期望结果", "expected result", default=None)
    expect_each: dict[Id, ExpectDoc] | None = setting("各人的期望结果", "expected results by cadre", default=None)
    places: PlacesDoc | None = setting("名额算例", "a case of a quota's places", default=None)
    expect_places: dict[Id, Whole] | None = setting("期望名额", "expected places by pool", default=None)
    expect_measures: tuple[ExpectMeasureDoc, ...] | None = setting(
        "期望的处理措施建议（全部）", "measures proposed, all of them", default=None
    )
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class CaseFileDoc:
    at: Place = place()
    cases_for: Word = setting("所检验的考核办法文件", "the ruleset file beside this one")
    base: Any = setting("各算例共用的输入", "input shared by all cases", default=None)
    cases: tuple[Any, ...] = setting("算例", "the cases")
    note: Prose | None = setting("说明", "note", default=None)
