"""Months, years and lists of days as files write them, each problem placed at the very token."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.model.attendance import Month, day_list
from cadre_eval.model.dates import Days
from cadre_eval.reading.scalars import PlacedWord

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"[0-9]{4}")
_DAYS = re.compile(r"([1-9]|[12][0-9]|3[01])(?:-([1-9]|[12][0-9]|3[01]))?")
A_MONTH = Text("月份，应写成 2025-03", "a month such as 2025-03")
A_YEAR = Text("年份，应写成 2025", "a year such as 2025")
DAYS = Text("当月的日子，应写成 3-7, 10", "days of the month such as 3-7, 10")


def read_month(word: PlacedWord, problems: Problems) -> Month | None:
    """The month that a word names."""
    match = _MONTH.fullmatch(word)
    if match and int(match[1]):
        return Month(int(match[1]), int(match[2]))
    loose = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", unicodedata.normalize("NFKC", word))
    fix = f"{loose[1]}-{int(loose[2]):02d}" if loose and 1 <= int(loose[2]) <= 12 else None
    problems.add("CE771", word.span, fix=fix, text=str(word), what=A_MONTH)
    return None


def read_year(word: PlacedWord, problems: Problems) -> Days | None:
    """The days of the year that a word names."""
    if _YEAR.fullmatch(word) and int(word):
        return Days(date(int(word), 1, 1), date(int(word), 12, 31))
    loose = re.fullmatch(r"(\d{4})年?", unicodedata.normalize("NFKC", word))
    problems.add("CE771", word.span, fix=loose[1] if loose else None, text=str(word), what=A_YEAR)
    return None


def read_days(word: PlacedWord, month: Month, problems: Problems) -> dict[date, Span]:
    """The days that ``3-7, 10`` names, each with its place; a day named twice, or that the month does not have, is a
    problem.
    """
    found: dict[date, Span] = {}
    last = month.days.last.day
    for text, span in _tokens(word):
        match = _DAYS.fullmatch(text)
        if match is None:
            problems.add("CE771", span, fix=_meant(text), text=text, what=DAYS)
            continue
        first, end = int(match[1]), int(match[2] or match[1])
        if end < first:
            problems.add("CE431", span)
        elif end > last:
            problems.add("CE772", span, month=str(month), day=str(max(first, last + 1)), last=str(last))
        for day in (date(month.year, month.month, number) for number in range(first, min(end, last) + 1)):
            if day in found:
                problems.add("CE773", span, day=day.isoformat(), also=[(FIRST, found[day])])
            else:
                found[day] = span
    return found


FIRST = Text("已经写在这里", "it stands here already")


def _tokens(word: PlacedWord) -> Iterator[tuple[str, Span]]:
    """The parts between commas; where the text stands otherwise than written (an escape, a folded line), all of it is
    their place.
    """
    whole = word.span
    begins = whole.source.line(whole.line).find(word, whole.column - 1)
    at = 0
    for part in word.split(","):
        text = part.strip()
        offset = at + part.index(text)
        at += len(part) + 1
        if begins < 0:
            yield text, whole
        else:
            yield text, Span(whole.source, whole.line, begins + offset + 1, max(1, len(text)))


def _meant(text: str) -> str | None:
    """How a list was probably meant: full-width marks, Chinese dashes and commas, the character for day."""
    plain = re.sub(r"[~–—至到]", "-", unicodedata.normalize("NFKC", text))
    parts = re.split(r"[,、;\s]+", re.sub(r"\s*-\s*", "-", plain.replace("日", "").replace("号", "")).strip())
    matches = [re.fullmatch(r"0?(\d{1,2})(?:-0?(\d{1,2}))?", part) for part in parts if part]
    numbers = [n for m in matches if m for n in range(int(m[1]), int(m[2] or m[1]) + 1)]
    sound = all(matches) and numbers and min(numbers) >= 1 and max(numbers) <= 31
    return day_list(numbers) if sound else None
