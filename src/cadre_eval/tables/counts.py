"""Columns of whole numbers from 0 on: how many votes, ballots, marks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa

from cadre_eval.columns.integers import Array
from cadre_eval.errors import Problems, Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.scalars import parse_whole
from cadre_eval.tables.cells import SHOWN, Places, few, parsed
from cadre_eval.tables.kinds import is_text
from cadre_eval.tables.numbers import looked_up, whole

MOST_VOTES = 10**12
"""More people vote nowhere; sums of so many fit 64 bits."""


def counts_of(column: pa.Array, default: int, most: int, problems: Problems, at: Places) -> Array:
    """The numbers; ``default`` where there is none. What is no whole number up to ``most`` is a problem, ``at`` its place."""

    def read(text: str, row: int) -> int | None:
        number = parsed(parse_whole, text, at(text, row), problems)
        if number is not None and number > most:
            limit = Text(f"在 0 到 {most} 之间", f"between 0 and {most}")
            problems.add("CE213", at(text, row), text=text, limit=limit)
            return None
        return number

    if pa.types.is_null(column.type):
        return np.full(len(column), default, dtype=np.int64)
    if is_text(column.type):
        return looked_up(column, few(problems, read), default)
    number = whole(column)
    found = number.array // number.step.denominator
    bad = (found < 0) | (found > most) | (found * number.step.denominator != number.array)
    for row in np.flatnonzero(bad)[:SHOWN].tolist():
        read(number_text(Fraction(int(number.array[row])) * number.step), row)
    found = np.where(bad, 0, found).astype(np.int64)
    return found if number.null is None else np.where(number.null, default, found)
