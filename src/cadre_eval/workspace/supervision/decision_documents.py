"""Files of decisions, and of results of earlier years."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import frozen

from cadre_eval.reading.scalars import Id, PlacedWord, Prose, Unsigned, Whole, Word
from cadre_eval.reading.settings import Place, place, setting


@frozen
class RevocationDoc:
    """A decision taken back."""

    at: Place = place()
    on: date = setting("撤销日期", "day it was taken back")
    by: Id = setting("由谁撤销（officials 中的一人）", "who took it back: one of the officials")
    reason: Prose = setting("理由", "the reason")


@frozen
class DecisionDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    proposal: PlacedWord = setting(
        "决定的是哪条建议：规则/对谁/由何而来", "the proposal it decides: rule/whom/what it follows from"
    )
    on: date = setting("决定日期", "day of the decision")
    known_on: date | None = setting("何日登记", "day it became known", default=None)
    outcome: Literal["confirm", "vary", "refuse"] = setting("同意、变更、不采纳", "confirmed, varied or refused")
    measure: Id | None = setting(
        "措施：同意、不采纳的写所建议的，变更的写决定的；所建议的不是 supervision.measures 里的（如扣分），同意、不采纳的不写",
        "the measure: that proposed, or what it was varied to; not written to confirm or refuse what is none of them, such as points",
        default=None,
    )
    by: Id = setting("由谁决定（officials 中的一人）", "who decided: one of the officials")
    reason: Prose = setting("理由", "the reason")
    evidence: tuple[Word, ...] = setting("佐证", "evidence", default=())
    carried_out: date | None = setting("执行日期", "day it was carried out", default=None)
    revoked: RevocationDoc | None = setting(
        "撤销：从那天起当作没有决定过", "taken back: from that day as if it had not been made", default=None
    )


@frozen
class DecisionsDoc:
    """A file of decisions."""

    at: Place = place()
    decisions: Word = setting("标题，如 2025", "any label, such as 2025")
    decided: tuple[DecisionDoc, ...] = setting("决定", "the decisions")


@frozen
class PastResultDoc:
    at: Place = place()
    cadre: Id = setting("驻村干部", "the cadre")
    grade: Word | None = setting("等次", "grade", default=None)
    rank: Whole | None = setting("名次", "rank", default=None)
    of: Whole | None = setting("共几人排名", "how many were ranked", default=None)
    total: Unsigned | None = setting("总分", "total", default=None)


@frozen
class HistoryDoc:
    """A file of results of an earlier period."""

    at: Place = place()
    history: Word = setting("考核期，如 2024-year-end", "the period, such as 2024-year-end")
    results: tuple[PastResultDoc, ...] = setting("各人的结果", "the results")
