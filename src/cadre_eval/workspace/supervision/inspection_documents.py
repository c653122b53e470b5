"""What the file of an inspection may say, key by key."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import frozen

from cadre_eval.reading.scalars import Id, PlacedWord, Prose, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.workspace.documents import SampleDoc


@frozen
class VisitDoc:
    """One visit to a host."""

    at: Place = place()
    host: Id = setting("走访的村/社区", "the host")
    on: date = setting("日期", "the day")
    by: tuple[PlacedWord, ...] = setting("谁去的（组员）", "who went, of the team")
    present: tuple[PlacedWord, ...] = setting("在岗的驻村干部", "cadres who were there", default=())
    absent: tuple[PlacedWord, ...] = setting("不在岗的驻村干部", "cadres who were not", default=())
    households: dict[Id, SampleDoc] = setting(
        "入户抽查：题目、抽查户数、合格户数", "households asked, by question", factory=dict
    )
    known_on: date | None = setting("何日得知（缺省为当天）", "day it became known (default: that day)", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class FindingDoc:
    """A problem found."""

    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    kind: Id = setting("问题种类（办法里的）", "its kind, one of the ruleset's")
    severity: Id | None = setting("严重程度（缺省按种类）", "how grave (default: that of the kind)", default=None)
    host: Id = setting("在哪个村/社区", "the host")
    cadre: Id | None = setting(
        "是谁的问题；不写：整个村/社区的", "whose; not written: the host's as a whole", default=None
    )
    on: date = setting("发现日期", "day it was found")
    text: Prose = setting("情况", "what was found")
    evidence: tuple[Word, ...] = setting("佐证", "evidence", default=())
    deadline: date | None = setting(
        "整改期限（缺省按种类）", "last day to put it right (default: that of the kind)", default=None
    )
    known_on: date | None = setting("何日得知（缺省为当天）", "day it became known (default: that day)", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class RectificationDoc:
    """A report that a finding was put right."""

    at: Place = place()
    finding: Id = setting("哪个问题", "the finding")
    on: date = setting("报告日期", "day of the report")
    evidence: tuple[Word, ...] = setting("佐证", "evidence", default=())
    text: Prose | None = setting("怎样改的", "what was done", default=None)
    known_on: date | None = setting("何日得知（缺省为当天）", "day it became known (default: that day)", default=None)


@frozen
class RecheckDoc:
    """What a re-check of a finding came to."""

    at: Place = place()
    finding: Id = setting("哪个问题", "the finding")
    on: date = setting("复查日期", "day of the re-check")
    by: Id = setting("谁复查", "who")
    result: Literal["rectified", "not-rectified"] = setting("已整改、未改到位", "put right, or not")
    reason: Prose | None = setting("未改到位的理由（必写）", "why not (needed if not)", default=None)
    deadline: date | None = setting(
        "新的期限；不写，原期限照算", "a new deadline; without one the old one stands", default=None
    )
    known_on: date | None = setting("何日得知（缺省为当天）", "day it became known (default: that day)", default=None)


@frozen
class WithdrawalDoc:
    """A finding that proved unfounded."""

    at: Place = place()
    finding: Id = setting("哪个问题", "the finding")
    on: date = setting("撤销日期", "the day")
    by: Id = setting("谁撤销", "who")
    reason: Prose = setting("理由", "why")
    known_on: date | None = setting("何日得知（缺省为当天）", "day it became known (default: that day)", default=None)


@frozen
class InspectionDoc:
    """One inspection or cross-inspection, planned or held."""

    at: Place = place()
    inspection: Id = setting("督查代码", "id of the inspection")
    title: Word = setting("名称", "title")
    kind: Literal["district", "cross"] = setting(
        "督查，或交叉检查", "inspection by the district, or cross-inspection"
    )
    from_: date = setting("第一天", "first day")
    to: date = setting("最后一天", "last day")
    planned_on: date | None = setting(
        "何日定的计划；还没有走访也没有问题的必写",
        "day it was planned; needed before there is a visit or a finding",
        default=None,
    )
    team: tuple[PlacedWord, ...] = setting(
        "督查组：经办人员，或到别处检查的驻村干部", "officials, or cadres who inspect elsewhere"
    )
    draw: Id | None = setting("按哪次抽签", "the draw it follows", default=None)
    hosts: tuple[PlacedWord, ...] = setting("计划走访的村/社区", "hosts it is to visit", default=())
    visits: tuple[VisitDoc, ...] = setting("走访", "visits", default=())
    findings: tuple[FindingDoc, ...] = setting("发现的问题", "findings", default=())
    rectifications: tuple[RectificationDoc, ...] = setting("整改报告", "reports that they were put right", default=())
    rechecks: tuple[RecheckDoc, ...] = setting("复查", "re-checks", default=())
    withdrawn: tuple[WithdrawalDoc, ...] = setting("撤销的问题", "findings that proved unfounded", default=())
    note: Prose | None = setting("说明", "note", default=None)
