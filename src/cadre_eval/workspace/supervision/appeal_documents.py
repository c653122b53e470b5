"""What a file of publicity and appeals may say, key by key."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from attrs import frozen

from cadre_eval.reading.scalars import Id, PlacedWord, Prose, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.workspace.documents import EvidenceDoc, ExternalDoc, ReviewDoc, SurveyDoc


@frozen
class CorrectionsDoc:
    """What the records of the cadre should have said, written as in a dossier."""

    at: Place = place()
    facts: dict[Id, Any] = setting("更正后的事实", "facts as corrected", factory=dict)
    external: dict[Id, ExternalDoc] = setting(
        "更正后的外部结果", "scores issued elsewhere, as corrected", factory=dict
    )
    reviews: dict[Id, ReviewDoc] = setting("更正后的评议，整份写", "reviews as corrected, each whole", factory=dict)
    surveys: dict[Id, SurveyDoc] = setting("更正后的测评，整份写", "surveys as corrected, each whole", factory=dict)
    evidence: dict[Id, EvidenceDoc] = setting("更正所依据的佐证目录", "the evidence these name", factory=dict)
    elsewhere: tuple[Word, ...] = setting(
        "在督查、考勤、清单等原记录里更正的，各写一句",
        "what was corrected in records of supervision, in words",
        default=(),
    )


@frozen
class ReexaminationDoc:
    """The re-examination of an appeal."""

    at: Place = place()
    by: Id = setting("复核人（经办人员的代码）", "who re-examined: id of an official")
    on: date = setting("复核结论的日期，更正从这一天起算数", "day of the outcome; corrections count from it")
    outcome: Literal["upheld", "dismissed"] = setting("支持或驳回", "upheld or dismissed")
    reason: Prose = setting("理由", "why")
    evidence: tuple[Word, ...] = setting("复核依据的材料", "what it rests on", default=())
    corrections: CorrectionsDoc | None = setting(
        "更正；支持的必须写", "what is corrected; needed if upheld", default=None
    )


@frozen
class AppealDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    cadre: Id = setting("对谁的结果", "whose result it is about")
    posting: Id | None = setting("派驻（一期两个派驻时必填）", "the posting, where there are two", default=None)
    lodged: date = setting("提出日期", "day it was lodged")
    by: Word = setting("谁提出的：本人，或姓名、代码", "who lodged it: a name, or an id")
    grounds: Prose = setting("理由", "the grounds")
    evidence: tuple[Word, ...] = setting("所附材料", "what came with it", default=())
    review: ReexaminationDoc | None = setting(
        "复核；没有的是还没有复核", "the re-examination, once there is one", default=None
    )
    withdrawn: date | None = setting("撤回日期", "day it was withdrawn", default=None)


@frozen
class PublicityDoc:
    """The publication of a period's results, and the appeals that came."""

    at: Place = place()
    publicity: Word = setting("公示哪一期的结果，如 2025-year-end", "the period whose results are public")
    from_: date = setting("公示起始日", "first day")
    where: Word | None = setting("公示地点", "where", default=None)
    assessed_by: tuple[PlacedWord, ...] = setting(
        "参与考核的人，都不能复核", "officials who made the assessment; none of them may re-examine"
    )
    appeals: tuple[AppealDoc, ...] = setting("申诉", "appeals", default=())
    note: Prose | None = setting("说明", "note", default=None)
