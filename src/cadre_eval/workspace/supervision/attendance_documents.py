"""What the files of attendance may say: a month of the book, leave slips, work reports."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cadre_eval.reading.scalars import Id, PlacedWord, Prose, Word
from cadre_eval.reading.settings import Place, place, setting


@frozen
class BookRowDoc:
    """One cadre's month: days by mark, as ``3-7, 10``."""

    at: Place = place()
    village: PlacedWord | None = setting("在村的日子", "days in the village", default=None)
    trip: PlacedWord | None = setting("出差（报备）的日子", "days on reported trips", default=None)
    leave: PlacedWord | None = setting("请假的日子", "days on leave", default=None)
    unit: PlacedWord | None = setting("在派出单位的日子", "days at the sending unit", default=None)


@frozen
class BookDoc:
    at: Place = place()
    attendance: PlacedWord = setting("考勤簿的月份，如 2025-03", "the month of the book, such as 2025-03")
    known_on: date | None = setting(
        "何日得知（不写：当月最后一天）", "day it became known (else: its last day)", default=None
    )
    cadres: dict[Id, BookRowDoc] = setting("各驻村干部的日子", "days by cadre")
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class SlipDoc:
    at: Place = place()
    id: Id = setting("代码", "id")  # noqa: A003
    cadre: Id = setting("驻村干部", "the cadre")
    from_: date = setting("假期第一天", "first day of leave")
    to: date = setting("假期最后一天", "last day of leave")
    kind: Word = setting("假别，如 事假", "kind of leave")
    signed_by: Id = setting("批假的人（经办人员）", "the official who signed")
    signed_on: date = setting("批假日期", "day of signing")
    known_on: date | None = setting(
        "何日得知（不写：批假日期）", "day it became known (else: the day of signing)", default=None
    )
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class SlipsDoc:
    at: Place = place()
    leave: PlacedWord = setting("请假条的年份，如 2025", "the year of the slips, such as 2025")
    slips: tuple[SlipDoc, ...] = setting("请假条", "leave slips")
    note: Prose | None = setting("说明", "note", default=None)


@frozen
class DayReportDoc:
    at: Place = place()
    cadre: Id = setting("驻村干部", "the cadre")
    on: date = setting("日期", "the day")
    at_: Id = setting("在哪个单位或社区", "at which unit or host")
    text: Word = setting("做了什么", "what was done")
    evidence: tuple[Word, ...] = setting("佐证", "evidence", default=())
    known_on: date | None = setting(
        "何日得知（不写：当天）", "day it became known (else: the day itself)", default=None
    )


@frozen
class DayReportsDoc:
    at: Place = place()
    day_reports: PlacedWord = setting("日志的月份，如 2025-03", "the month of the reports, such as 2025-03")
    reports: tuple[DayReportDoc, ...] = setting("日志", "work reports")
    note: Prose | None = setting("说明", "note", default=None)
