"""Periods of assessment: mid-year, year-end, routine, end-of-term, irregular."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.model.dates import Days

PeriodKind: TypeAlias = Literal["mid-year", "year-end", "routine", "end-of-term", "irregular"]
PERIOD_KINDS: tuple[PeriodKind, ...] = ("mid-year", "year-end", "routine", "end-of-term", "irregular")


@frozen
class Period:
    """A period of one year: ``2025-year-end`` is key ``year-end`` in ``year`` 2025."""

    key: str
    year: int
    kind: PeriodKind
    days: Days
    title: str

    @property
    def id(self) -> str:
        return f"{self.year}-{self.key}"


def split_period_id(period_id: str) -> tuple[int, str] | None:
    """Year and key of ``2025-mid-year``, or None if it has not that form."""
    year, _, key = period_id.partition("-")
    if len(year) == 4 and year.isascii() and year.isdecimal() and int(year) > 1 and key:
        return int(year), key
    return None
