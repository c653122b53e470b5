"""Columns of whole numbers from 0 on: how many votes, ballots, marks."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pyarrow as pa

from cadre_eval.columns.integers import Array
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.scalars import BadScalar, parse_whole
from cadre_eval.tables.cells import SHOWN, few
from cadre_eval.tables.numbers import is_text, look_up, whole

MOST_VOTES = 10**12
"""More people vote nowhere; sums of so many fit 64 bits."""


def counts_of(column: pa.Array, default: int, most: int, problems: Problems, at: Callable[[str, int], Span]) -> Array:
    """The numbers; ``default`` where there is none. What is no whole number up to ``most`` is a problem, ``at`` its place."""

    def read(text: str, row: int) -> int:
        try:
            number = parse_whole(text)
        except BadScalar as bad:
            problems.add_bad(bad.code, at(text, row), bad.fix, bad.args_)
            return default
        if number > most:
            limit = Text(f"在 0 到 {most} 之间", f"between 0 and {most}")
            problems.add("CE213", at(text, row), text=text, limit=limit)
            return default
        return number

    if pa.types.is_null(column.type):
        return np.full(len(column), default, dtype=np.int64)
    if is_text(column.type):
        codes, meaning = look_up(column, few(problems, read))
        return np.array([*(default if x is None else x for x in meaning), default], dtype=np.int64)[codes]
    number = whole(column)
    found = number.array // number.step.denominator
    bad = (found < 0) | (found > most) | (found * number.step.denominator != number.array)
    for row in np.flatnonzero(bad)[:SHOWN].tolist():
        read(number_text(Fraction(int(number.array[row])) * number.step), row)
    found = np.where(bad, 0, found).astype(np.int64)
    return found if number.null is None else np.where(number.null, default, found)
