"""How shares, ranges and means are written in reasons."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from cadre_eval.plugins.api import Range, Votes, number_text, range_text

MOST_DIGITS = 10_000


def _is_short(number: Fraction) -> bool:
    """Whether a few decimals write it exactly."""
    return MOST_DIGITS % number.denominator == 0


def shown_number(number: Fraction) -> str:
    """The number: exact if a few decimals do, else to two places with a sign that says so."""
    return number_text(number) if _is_short(number) else f"≈{two_places(number)}"


def shown_share(share: Fraction) -> str:
    """A share in percent; a limit such as 1/3 as the quotient it is."""
    return number_text(share, percent=True) if _is_short(share * 100) else number_text(share)


def shown_rate(rate: Fraction) -> str:
    """What a vote came to, in percent."""
    return f"{shown_number(rate * 100)}%"


def shown_range(span: Range) -> str:
    ends = [end for end in (span.low, span.high) if end is not None]
    return range_text(span, percent=all(_is_short(end * 100) for end in ends))


def two_places(number: Fraction) -> str:
    """To two places, half up (四舍五入); the number is 0 or more."""
    hundredths = (number * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def joined(words: Iterable[str]) -> str:
    return "、".join(words)


def shown_votes(votes: Votes, options: tuple[str, ...]) -> str:
    """How many of the ballots that count chose one of these options."""
    chosen = sum(votes.options.get(option, 0) for option in options)
    return f"{'+'.join(options)} {chosen}/{votes.counted}（{shown_rate(votes.share(*options))}）"
