"""What a workspace's files may say, key by key: configuration, roster, dossier, case."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeAlias

from attrs import frozen

from cadre_eval.reading.scalars import Flag, Id, Number, PlacedWord, Positive, Prose, Unsigned, Whole, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.reading.versions import Requirement

Day: TypeAlias = date
RecordState: TypeAlias = Literal["present", "missing", "pending", "not-applicable", "excused"]


@frozen
class DistrictDoc:
    at: Place = place()
    id: Id = setting("区县代码", "id of the district")  # noqa: A003
    name: Word = setting("区县名称", "name of the district")


@frozen
class WorkspaceDoc:
    """``cadre-eval.yaml``: what belongs to the workspace."""

    at: Place = place()
    workspace: Id = setting("工作区代码", "id of the workspace")
    title: Word | None = setting("名称", "title", default=None)
    district: DistrictDoc = setting("组织考核的区县", "the district that assesses")
    ruleset: Word | tuple[Word, ...] = setting(
        "考核办法文件，可列多个版本", "the ruleset file, or several dated versions"
    )
    roster: Word | None = setting("名册文件或文件夹", "roster file or folder", default=None)
    records: Word | None = setting("档案文件夹", "folder of dossiers", default=None)
    tables: Word | None = setting(
        "表格文件夹，代替名册和档案", "folder of tables, in place of roster and records", default=None
    )
    supervision: Word | None = setting("监督记录文件夹", "folder of supervision records", default=None)
    plugins: tuple[Requirement, ...] = setting(
        "插件，可写版本范围", "plugins to load, maybe with a version range", default=()
    )
    blocked_plugins: tuple[Word, ...] = setting("禁止使用的插件", "plugins that may not be used", default=())
    plugin_seconds: Whole = setting(
        "插件每次调用最多几秒（1—3600）", "seconds one call of a plugin may take, 1 to 3600", default=10
    )
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class TownshipDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    name: Word = setting("名称", "name")
    kind: Literal["street", "township"] = setting("街道或乡镇", "street or township")


@frozen
class HostDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    name: Word = setting("名称", "name")
    township: Id = setting("所在乡镇/街道", "its township or street")
    kind: Literal["community", "village"] = setting("社区或村", "community or village")


@frozen
class SendingUnitDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    name: Word = setting("名称", "name")


@frozen
class CadreDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    name: Word = setting("姓名", "name")
    category: Id = setting("人员类别", "category of person")
    party_member: Flag = setting("是否党员", "Party member or not")
    relatives: tuple[PlacedWord, ...] = setting(
        "申报的亲属（干部或经办人员的代码）", "declared relatives: ids of cadres and officials", default=()
    )


@frozen
class OfficeDoc:
    at: Place = place()
    unit: Id = setting("单位", "the unit")
    title: Word = setting("职务", "office")
    from_: date = setting("任职日期", "first day")
    to: date | None = setting("免职日期", "last day", default=None)


@frozen
class OfficialDoc:
    """Somebody who inspects, checks, signs or decides."""

    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    name: Word = setting("姓名", "name")
    offices: tuple[OfficeDoc, ...] = setting("任职", "offices held")
    cadre: Id | None = setting("本人是驻村干部的，写代码", "id, if a resident cadre too", default=None)
    relatives: tuple[PlacedWord, ...] = setting(
        "申报的亲属（干部或经办人员的代码）", "declared relatives: ids of cadres and officials", default=()
    )


@frozen
class WithdrawnDoc:
    at: Place = place()
    on: date = setting("哪天起不再采信", "from which day it is no longer believed")
    reason: Word = setting("原因", "why")


@frozen
class TransferDoc:
    """One move of a relation."""

    at: Place = place()
    from_: Id | None = setting(
        "划出单位（缺省为当时的持有单位，第一次是派出单位）",
        "holder before (default: whoever held it, at first the sending unit)",
        default=None,
    )
    to: Id = setting("划入单位", "holder after")
    effective: date = setting("生效日期", "day it takes effect")
    released: date | None = setting(
        "原单位移出日期（缺省为生效日期）", "day the old holder let go (default: effective)", default=None
    )
    returned: date | None = setting("转回日期", "day it goes back", default=None)
    known_on: date | None = setting(
        "何日得知（缺省为生效日期）", "day it became known (default: effective)", default=None
    )
    evidence: Word | None = setting("凭据", "proof", default=None)
    withdrawn: WithdrawnDoc | None = setting("撤销（登记有误）", "taken back, since it was wrong", default=None)


@frozen
class TransfersDoc:
    at: Place = place()
    party: Literal["not-applicable"] | TransferDoc | tuple[TransferDoc, ...] | None = setting(
        "党组织关系", "party relation", default=None
    )
    salary: TransferDoc | tuple[TransferDoc, ...] | None = setting("工资关系", "salary relation", default=None)
    management: TransferDoc | tuple[TransferDoc, ...] | None = setting(
        "管理关系", "management relation", default=None
    )
    assessment: TransferDoc | tuple[TransferDoc, ...] | None = setting(
        "考核关系", "assessment relation", default=None
    )


@frozen
class EndedDoc:
    at: Place = place()
    on: date = setting("离任日期", "last day")
    reason: Word | None = setting("原因", "reason", default=None)
    known_on: date | None = setting("何日得知（缺省为离任日期）", "day it became known (default: on)", default=None)


@frozen
class PostingDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    cadre: Id = setting("驻村干部", "the cadre")
    host: Id = setting("帮扶村/社区", "the host")
    role: Literal["first-secretary", "team-member"] = setting("职务", "role")
    sending_unit: Id = setting("派出单位", "the sending unit")
    from_: date = setting("到任日期", "first day")
    to: date | None = setting("任期届满日期", "agreed last day", default=None)
    ended: EndedDoc | None = setting("提前离任", "ended early", default=None)
    duties: tuple[Word, ...] = setting("职责（定责）", "duties", default=())
    targets: dict[Id, Positive | dict[Id, Positive]] = setting(
        "目标（定标），可分考核期", "targets by fact, maybe by period", factory=dict
    )
    transfers: TransfersDoc | None = setting("四个划转", "the four transfers", default=None)
    known_on: date | None = setting(
        "何日得知（缺省为一直知道）", "day it became known (default: always)", default=None
    )
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class RosterDoc:
    at: Place = place()
    roster: Word = setting("名册标题", "any label")
    townships: tuple[TownshipDoc, ...] = setting("乡镇/街道", "townships and streets", default=())
    hosts: tuple[HostDoc, ...] = setting("帮扶村/社区", "hosts", default=())
    sending_units: tuple[SendingUnitDoc, ...] = setting("派出单位", "sending units", default=())
    cadres: tuple[CadreDoc, ...] = setting("驻村干部", "cadres", default=())
    postings: tuple[PostingDoc, ...] = setting("派驻", "postings", default=())
    officials: tuple[OfficialDoc, ...] = setting("经办、检查、决定人员", "officials", default=())


@frozen
class FactEntryDoc:
    """A fact with more than its value."""

    at: Place = place()
    value: Any = setting("值", "value", default=None)
    state: RecordState | None = setting("状态", "state", default=None)
    reason: Prose | None = setting("原因", "reason", default=None)
    evidence: tuple[Id, ...] = setting("佐证", "evidence", default=())
    known_on: date | None = setting("何日得知", "day it became known", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class SampleDoc:
    at: Place = place()
    checked: Whole = setting("抽查数", "how many were checked")
    passed: Whole = setting("合格数", "how many passed")


@frozen
class ReviewDoc:
    at: Place = place()
    held_on: date | None = setting("评议日期", "day it was held", default=None)
    state: RecordState | None = setting("状态", "state", default=None)
    reason: Prose | None = setting("原因", "reason", default=None)
    evidence: tuple[Id, ...] = setting("佐证", "evidence", default=())
    classes: dict[Id, tuple[PlacedWord, ...] | dict[Id, tuple[PlacedWord, ...] | dict[Word, Whole]]] = setting(
        "各评议主体的评分", "marks by class of reviewer, maybe by question; words may be counted", factory=dict
    )


@frozen
class CountDoc:
    """Votes on one question."""

    at: Place = place()
    tally: dict[Word, Whole] | None = setting("各选项票数", "votes by option", default=None)
    abstain: Whole = setting("弃权", "abstentions", default=0)
    invalid: Whole = setting("无效", "invalid ballots", default=0)


@frozen
class ClassVotesDoc:
    """Votes of one class through one channel."""

    at: Place = place()
    issued: Whole | None = setting("发出票数", "ballots issued", default=None)
    channel: Word | None = setting("渠道", "channel", default=None)
    tally: dict[Word, Whole] | None = setting("各选项票数", "votes by option", default=None)
    abstain: Whole = setting("弃权", "abstentions", default=0)
    invalid: Whole = setting("无效", "invalid ballots", default=0)
    ballots: tuple[PlacedWord | dict[Id, PlacedWord], ...] | None = setting(
        "逐张选票（不记名）", "single ballots, nameless", default=None
    )
    questions: dict[Id, CountDoc] | None = setting("各题票数", "counts by question", default=None)


@frozen
class SurveyDoc:
    at: Place = place()
    held_on: date | None = setting("测评日期", "day it was held", default=None)
    state: RecordState | None = setting("状态", "state", default=None)
    reason: Prose | None = setting("原因", "reason", default=None)
    evidence: tuple[Id, ...] = setting("佐证", "evidence", default=())
    classes: dict[Id, ClassVotesDoc | tuple[ClassVotesDoc, ...]] = setting(
        "各测评主体的票", "votes by class", factory=dict
    )


@frozen
class ExternalDoc:
    at: Place = place()
    score: Number | None = setting("得分", "score", default=None)
    state: RecordState | None = setting("状态", "state", default=None)
    reason: Prose | None = setting("原因", "reason", default=None)
    issuer: Word | None = setting("出具单位", "issuer", default=None)
    issued_on: date | None = setting("出具日期", "day it was issued", default=None)
    evidence: tuple[Id, ...] = setting("佐证", "evidence", default=())


@frozen
class EarlierDoc:
    at: Place = place()
    total: Unsigned = setting("总分", "total")
    evidence: tuple[Id, ...] = setting("佐证", "evidence", default=())


@frozen
class EvidenceDoc:
    at: Place = place()
    title: Word = setting("名称", "title")
    source: Word | None = setting("来源", "source", default=None)
    date: Day | None = setting("日期", "date", default=None)


@frozen
class RecordsDoc:
    """The part of a dossier, or of a case, that holds records."""

    at: Place = place()
    facts: dict[Id, Any] = setting("事实", "facts", factory=dict)
    reviews: dict[Id, ReviewDoc] = setting("述职评议", "reviews", factory=dict)
    surveys: dict[Id, SurveyDoc] = setting("满意度测评", "surveys", factory=dict)
    external: dict[Id, ExternalDoc] = setting("外部结果", "scores issued elsewhere", factory=dict)
    earlier: dict[Id, EarlierDoc] = setting("前期成绩", "totals of earlier periods", factory=dict)
    evidence: dict[Id, EvidenceDoc] = setting("佐证目录", "evidence", factory=dict)


@frozen
class BallotsDoc:
    """Ballots that each rate several people (多人选票): one row a ballot, one column a person."""

    at: Place = place()
    sheet: Id = setting("评议在档案中的名称", "name of the review in the dossiers")
    reviewers: Id = setting("评议主体", "the class of reviewers")
    people: tuple[PlacedWord, ...] = setting("被评的人，每人一列", "those rated, a column each")
    ballots: tuple[tuple[PlacedWord, ...], ...] = setting(
        "选票，每票一行；没有评的写 -", "the ballots, a row each; '-' where nothing was marked"
    )
    issued: Whole | None = setting("发出票数", "ballots issued", default=None)
    held_on: date | None = setting("评议日期", "day it was held", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class SheetDoc(BallotsDoc):
    """A file with a ballot sheet."""

    period: Word = setting("考核期，如 2025-year-end", "the period, such as 2025-year-end")


@frozen
class DossierDoc(RecordsDoc):
    dossier: Id = setting("驻村干部", "the cadre")
    period: Word = setting("考核期，如 2025-mid-year", "the period, such as 2025-mid-year")
    posting: Id | None = setting("派驻（一期两个派驻时必填）", "the posting, where there are two", default=None)
    note: Prose | None = setting("说明", "note", default=None)
