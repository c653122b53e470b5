"""What a file of a work list may say, key by key."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import frozen

from cadre_eval.reading.scalars import Id, PlacedWord, Prose, Word
from cadre_eval.reading.settings import Place, place, setting


@frozen
class ForDoc:
    """Whom an item is for: every condition written must hold."""

    at: Place = place()
    role: Literal["first-secretary", "team-member"] | None = setting("职务", "role", default=None)
    townships: tuple[PlacedWord, ...] | None = setting(
        "这些乡镇/街道的", "those in these townships or streets", default=None
    )
    hosts: tuple[PlacedWord, ...] | None = setting("这些帮扶村/社区的", "those in these hosts", default=None)
    cadres: tuple[PlacedWord, ...] | None = setting("这些驻村干部", "these cadres", default=None)


@frozen
class WorkItemDoc:
    at: Place = place()
    id: Id = setting("代码，本清单内唯一", "id, unique in the list")  # noqa: A003
    title: Word = setting("事项", "what is to be done")
    due: date = setting("完成期限", "the day it is due")
    for_: Literal["everyone", "first-secretaries", "team-members"] | ForDoc = setting("由谁做", "whom it is for")
    evidence: Word | None = setting("要求的佐证", "the evidence asked for", default=None)
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class WorkReportDoc:
    at: Place = place()
    item: Id = setting("事项代码", "id of the item")
    cadre: Id = setting("驻村干部", "the cadre")
    on: date = setting("报送日期", "day of the report")
    known_on: date | None = setting(
        "何日得知（缺省为报送日期）", "day it became known (default: its day)", default=None
    )
    evidence: tuple[Word, ...] = setting("佐证", "evidence", default=())
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class WorkCheckDoc:
    at: Place = place()
    item: Id = setting("事项代码", "id of the item")
    cadre: Id = setting("驻村干部", "the cadre")
    of: date | None = setting(
        "核查哪天的报送（缺省为核查时最近一次）", "day of the report checked (default: the latest then)", default=None
    )
    on: date = setting("核查日期", "day of the check")
    known_on: date | None = setting(
        "何日得知（缺省为核查日期）", "day it became known (default: its day)", default=None
    )
    by: Id = setting("核查人（经办人员）", "the official who checked")
    result: Literal["accepted", "returned"] = setting("通过或退回", "accepted or returned")
    reason: Prose | None = setting("退回的原因（退回时必填）", "why it was returned (then required)", default=None)


@frozen
class WorklistDoc:
    """A work list, with its dispatch, reports and checks."""

    at: Place = place()
    worklist: Id = setting("清单代码", "id of the list")
    title: Word = setting("名称", "title")
    source: Word | None = setting("依据的工作提示等", "the prompt it follows from", default=None)
    issued: date = setting("下发日期", "the day it is issued")
    items: tuple[WorkItemDoc, ...] = setting("事项", "items")
    dispatched: dict[Id, date] = setting(
        "各乡镇/街道派单的日期", "the day each township or street dispatched it", factory=dict
    )
    reports: tuple[WorkReportDoc, ...] = setting("报送", "reports", default=())
    checks: tuple[WorkCheckDoc, ...] = setting("核查", "checks", default=())
    note: Prose | None = setting("说明", "note", default=None)
