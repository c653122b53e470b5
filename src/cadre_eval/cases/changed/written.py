"""Numbers and ranges as they are written: their last digit, and the next number up or down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve

from cadre_eval.numbers.decimals import number_text, range_text
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.scalars import parse_number
from cadre_eval.ruleset.bands import parse_range

_IN_RANGE = re.compile(r"[+-]?[0-9][0-9./]*%?")


def unit_of(text: str) -> Fraction:
    """One in the last digit of a number as written: 0.1 for ``97.5``, 1 % for ``98%``, 1/3 for ``2/3``."""
    if "/" in text:
        return Fraction(1, int(text.split("/")[1]))
    decimals = len(text.rstrip("%").partition(".")[2])
    return Fraction(1, 10 ** (decimals + 2 * text.endswith("%")))


def stepped(text: str, step: Fraction) -> str:
    """The number ``step`` further, written the same way."""
    return number_text(parse_number(text) + step, text.endswith("%"))


def edge_unit(text: str, edge: Fraction) -> Fraction:
    """One in the last digit of an end of a range as written."""
    return min(unit_of(number) for number in _IN_RANGE.findall(text) if parse_number(number) == edge)


def rewritten(text: str, changed: Range) -> str:
    """Another range, written the way this one is."""
    return range_text(changed, "%" in text)


def changed_ends(text: str) -> Iterator[Range]:
    """The range with one end open instead of closed (or the reverse), or one unit up or down."""
    written = parse_range(text)
    if written.low is not None:
        unit = edge_unit(text, written.low)
        yield evolve(written, low_closed=not written.low_closed)
        yield from (evolve(written, low=written.low + step) for step in (unit, -unit))
    if written.high is not None:
        unit = edge_unit(text, written.high)
        yield evolve(written, high_closed=not written.high_closed)
        yield from (evolve(written, high=written.high + step) for step in (unit, -unit))
