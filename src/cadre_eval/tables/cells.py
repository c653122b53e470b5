"""Where a cell stands: the row of its file, and an excerpt that names its column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from attrs import field, frozen

from cadre_eval.errors import Problems, Source, Span
from cadre_eval.reading.scalars import BadScalar

T = TypeVar("T")
Places: TypeAlias = Callable[[str, int], Span]
"""The place of a cell, by its text and row."""

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


def cells_of(file: str, first_row: int, column: str) -> Places:
    """Where the cells of a column stand; ``first_row`` is that of the row counted as 0."""
    return lambda text, row: cell(file, first_row + row, column, text)


def parsed(parse: Callable[[str], T], text: str, place: Span, problems: Problems) -> T | None:
    """What a cell's text says; None with a problem noted at its place."""
    try:
        return parse(text)
    except BadScalar as bad:
        problems.add_bad(bad.code, place, bad.fix, bad.args_)
        return None


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
