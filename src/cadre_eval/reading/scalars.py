"""How each type of scalar is written. Every parser is total: it returns a value or raises ``BadScalar``.

Id: a code of letters of any script, digits, ``-`` and ``_``, at most 64. Word: one line of text, at most 500 characters.
Prose: free text. Number: exact, as ``90``, ``0.30``, ``-2``, ``30%``, ``2/3``. Positive: above 0. Unsigned: 0 or more.
Whole: 0, 1, 2 … Flag: yes or no.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NewType, TypeAlias

from attrs import frozen

from cadre_eval.errors import Span, Text
from cadre_eval.model.dates import Duration, Workdays, YearDay
from cadre_eval.reading.versions import Requirement, requirement_of

if TYPE_CHECKING:
    # To the type checker a scalar is its value; to the reader each name is a type of its own.
    Id: TypeAlias = str
    Word: TypeAlias = str
    Prose: TypeAlias = str
    Number: TypeAlias = Fraction
    Positive: TypeAlias = Fraction
    Unsigned: TypeAlias = Fraction
    Whole: TypeAlias = int
    Flag: TypeAlias = bool
else:
    Id = NewType("Id", str)
    Word = NewType("Word", str)
    Prose = NewType("Prose", str)
    Number = NewType("Number", Fraction)
    Positive = NewType("Positive", Fraction)
    Unsigned = NewType("Unsigned", Fraction)
    Whole = NewType("Whole", int)
    Flag = NewType("Flag", bool)


class NoLimit(Enum):
    """The word ``none`` where a limit may be written."""

    NONE = "none"


Limit: TypeAlias = NoLimit | Number


@frozen
class Step:
    """A number of points, or a percentage of all points (``relative``)."""

    number: Fraction
    relative: bool

    def of(self, points: Fraction) -> Fraction:
        return points * self.number if self.relative else self.number


class PlacedWord(str):
    """A word that knows where it was written."""

    __slots__ = ("span",)
    span: Span


class BadScalar(Exception):
    """The text is not of the type; carries the problem code, its arguments and the text meant, if clear."""

    def __init__(self, code: str, fix: str | None = None, **args: str | Text) -> None:
        super().__init__(code)
        self.code, self.fix, self.args_ = code, fix, args


_ID = re.compile(r"[^\W_][\w\-]{0,63}")
_NUMBER = re.compile(r"([+-]?)([0-9]{1,18})(?:\.([0-9]{1,18}))?(%?)")
_QUOTIENT = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_DURATION = re.compile(r"([0-9]{1,4})\s*(days?|months?|years?|天|个月|年)")
_WORKDAYS = re.compile(r"([0-9]{1,4})\s*(?:workdays?|个工作日)")
_UNITS = {"d": "days", "m": "months", "y": "years", "天": "days", "个": "months", "年": "years"}
REMEMBERED = 10_000
"""How many readings of each sort are kept: records say the same few numbers, days and codes over and over."""
_FLAGS = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}


def _narrow(text: str) -> str:
    """Full-width digits and marks as their ASCII twins, spaces gone: what was probably meant."""
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace(",", "").replace("。", ".")


def _meant(text: str, parse: Callable[[str], Any]) -> str | None:
    """A spelling that would be read, if tidying the text gives one."""
    for guess in (_narrow(text), re.sub(r"(分|票|人|户|次|场|件|个|天|元)$", "", _narrow(text))):
        if guess != text and guess:
            try:
                parse(guess)
            except BadScalar:
                continue
            return guess
    return None


@lru_cache(REMEMBERED)
def parse_number(text: str) -> Fraction:
    match = _NUMBER.fullmatch(text)
    if match:
        sign, whole, decimals, percent = match.groups()
        value = Fraction(int(whole + (decimals or "")), 10 ** (len(decimals or "") + (2 if percent else 0)))
        return -value if sign == "-" else value
    quotient = _QUOTIENT.fullmatch(text)
    if quotient and int(quotient[2]):
        return Fraction(int(quotient[1]), int(quotient[2]))
    raise BadScalar("CE206", fix=_meant_number(text), text=text)


def _meant_number(text: str) -> str | None:
    if _narrow(text) == text and not text.endswith(tuple("分票人户次场件个天元")):
        return None
    return _meant(text, parse_number)


def parse_positive(text: str) -> Fraction:
    value = parse_number(text)
    if value <= 0:
        raise BadScalar("CE213", text=text, limit=Text("大于 0", "above 0"))
    return value


def parse_unsigned(text: str) -> Fraction:
    value = parse_number(text)
    if value < 0:
        raise BadScalar("CE213", text=text, limit=Text("不小于 0", "0 or more"))
    return value


@lru_cache(REMEMBERED)
def parse_whole(text: str) -> int:
    value = parse_number(text)
    if "." in text or "%" in text or "/" in text or value.denominator != 1 or value < 0:
        raise BadScalar("CE207", text=text)
    return value.numerator


def parse_flag(text: str) -> bool:
    if text not in _FLAGS:
        raise BadScalar("CE210", fix=text.lower() if text.lower() in _FLAGS else None, text=text)
    return _FLAGS[text]


@lru_cache(REMEMBERED)
def parse_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise BadScalar("CE211", text=text)
    return text


def parse_word(text: str) -> str:
    if not text.strip() or len(text) > 500 or "\n" in text or "\r" in text or "\t" in text:
        raise BadScalar("CE214", limit="500")
    return text


def parse_prose(text: str) -> str:
    if not text.strip():
        raise BadScalar("CE214", limit="20000")
    return text


@lru_cache(REMEMBERED)
def parse_date(text: str) -> date:
    match = _DATE.fullmatch(text)
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
    except ValueError:
        pass
    loose = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    guess = f"{int(loose[1]):04d}-{int(loose[2]):02d}-{int(loose[3]):02d}" if loose else None
    try:
        fix = guess if guess and guess != text and date.fromisoformat(guess) else None
    except ValueError:
        fix = None
    raise BadScalar("CE208", fix=fix, text=text)


def parse_year_day(text: str) -> YearDay:
    match = _YEAR_DAY.fullmatch(text)
    try:
        if match:
            day = YearDay(int(match[1]), int(match[2]))
            day.in_year(2023)
            return day
    except ValueError:
        pass
    raise BadScalar("CE215", text=text)


def parse_duration(text: str) -> Duration:
    match = _DURATION.fullmatch(text)
    if not match:
        raise BadScalar("CE209", text=text)
    unit = _UNITS[match[2][0]]
    return Duration(int(match[1]), unit)


def parse_workdays(text: str) -> Workdays:
    match = _WORKDAYS.fullmatch(text)
    if not match:
        raise BadScalar("CE209", text=text)
    return Workdays(int(match[1]))


def parse_step(text: str) -> Step:
    return Step(parse_positive(text), text.endswith("%"))


def parse_requirement(text: str) -> Requirement:
    found = requirement_of(text)
    if found is None:
        raise BadScalar("CE504", text=text)
    return found


def parse_no_limit(text: str) -> NoLimit:
    if text != "none":
        raise BadScalar("CE206", text=text)
    return NoLimit.NONE


SCALARS: dict[Any, tuple[Callable[[str], Any], Text, dict[str, Any]]] = {
    Id: (parse_id, Text("代码", "id"), {"type": ["string", "integer"]}),
    Word: (parse_word, Text("文字", "text"), {"type": ["string", "number", "boolean"]}),
    PlacedWord: (parse_word, Text("文字", "text"), {"type": ["string", "number", "boolean"]}),
    Prose: (parse_prose, Text("文字", "text"), {"type": ["string", "number"]}),
    Number: (parse_number, Text("数", "number"), {"type": ["number", "string"]}),
    Positive: (parse_positive, Text("大于0的数", "number above 0"), {"type": ["number", "string"]}),
    Unsigned: (parse_unsigned, Text("不小于0的数", "number ≥ 0"), {"type": ["number", "string"]}),
    Whole: (parse_whole, Text("整数", "whole number"), {"type": "integer", "minimum": 0}),
    Flag: (parse_flag, Text("是/否", "flag"), {"enum": [True, False, "yes", "no", "是", "否"]}),
    date: (parse_date, Text("日期", "date"), {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
    YearDay: (parse_year_day, Text("月-日", "day of year"), {"type": "string", "pattern": r"^\d{2}-\d{2}$"}),
    Duration: (parse_duration, Text("时长", "duration"), {"type": "string"}),
    Workdays: (parse_workdays, Text("若干个工作日", "workdays"), {"type": "string"}),
    Step: (parse_step, Text("分数或百分比", "points or percentage"), {"type": ["number", "string"]}),
    Requirement: (
        parse_requirement,
        Text("插件名称，可写版本范围", "a plugin, maybe with a version range"),
        {"type": "string"},
    ),
    NoLimit: (parse_no_limit, Text("none（不限）", "none"), {"const": "none"}),
}
"""Each scalar type: its parser, its name, its JSON Schema."""
