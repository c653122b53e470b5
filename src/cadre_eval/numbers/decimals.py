"""How exact numbers and ranges are written out."""

from __future__ import annotations

from fractions import Fraction

from cadre_eval.numbers.ranges import Range


def range_text(span: Range, percent: bool = False) -> str:
    """The range as it would be written."""
    low, high = (None if end is None else number_text(end, percent) for end in (span.low, span.high))
    if low is None and high is None:
        return "any"
    if low is None:
        return f"{'<=' if span.high_closed else '<'} {high}"
    if high is None:
        return f"{'>=' if span.low_closed else '>'} {low}"
    if low == high:
        return f"= {low}"
    return f"{'[' if span.low_closed else '('}{low}, {high}{']' if span.high_closed else ')'}"


def number_text(number: Fraction, percent: bool = False) -> str:
    """The exact number: a finite decimal if there is one, else a quotient; a rate with ``%``."""
    if percent:
        return f"{number_text(number * 100)}%"
    if number.denominator == 1:
        return str(number.numerator)
    denominator, twos, fives = number.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    return decimal_text(number, places)


def decimal_text(number: Fraction, places: int) -> str:
    """The number, a multiple of 10**-places, with exactly that many decimals."""
    scaled = number * 10**places
    digits = str(abs(scaled.numerator // scaled.denominator)).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
