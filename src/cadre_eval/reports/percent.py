"""A share of one as people read it."""

from __future__ import annotations

from fractions import Fraction

from cadre_eval.numbers.decimals import decimal_text, number_text
from cadre_eval.numbers.exact import round_fraction


def percent_text(share: Fraction) -> str:
    """With one decimal at most, rounded down: only the whole is ``100%``."""
    tenths = round_fraction(share * 100, 1, "down")
    return f"{number_text(tenths) if tenths.denominator == 1 else decimal_text(tenths, 1)}%"
