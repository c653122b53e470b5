"""Where a cell stands: the row of its file, and an excerpt that names its column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import field, frozen

from cadre_eval.errors import Problems, Source, Span

T = TypeVar("T")

SHOWN = 5
"""So many bad cells of a column are told; the rest would say the same."""


@frozen
class RowSource(Source):
    """A table file of which only the rows with something wrong are kept, as ``column: value``."""

    rows: Mapping[int, str] = field(factory=dict, repr=False, eq=False)

    def line(self, number: int) -> str:
        return self.rows.get(number, "")

    def has_line(self, number: int) -> bool:
        return number > 0


def cell(file: str, row: int, column: str, text: str) -> Span:
    """The place of a cell; its row counts from 1, the header not counted."""
    before = f"{column}: "
    return Span(RowSource(file, rows={row: before + text}), row, len(before) + 1, max(1, len(text)))


def few(problems: Problems, read: Callable[[str, int], T]) -> Callable[[str, int], T | None]:
    """``read``, until it has told so many bad cells of a column; whatever comes after them is not looked at."""
    told = 0

    def reading(text: str, row: int) -> T | None:
        nonlocal told
        if told >= SHOWN:
            return None
        before = len(problems)
        found = read(text, row)
        told += len(problems) > before
        return found

    return reading


def header(file: str, column: str) -> Span:
    """The place of a column as a whole."""
    return Span(RowSource(file, rows={1: column}), 1, 1, max(1, len(column)))
