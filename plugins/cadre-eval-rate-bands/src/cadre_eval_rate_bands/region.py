"""Every pair of rates a vote can come to: one example of each sort that bands can tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from cadre_eval.plugins.api import Range
from cadre_eval_rate_bands.pieces import Piece, pieces

ZERO, ONE = Fraction(0), Fraction(1)
Pair: TypeAlias = tuple[Fraction, Fraction]


def pairs(rates: Sequence[Range], seconds: Sequence[Range], *, has_second: bool, all_told: bool) -> Iterator[Pair]:
    """Pairs (rate, second rate), such that whatever holds for every pair a vote can come to holds for one of these.

    Args:
        rates, seconds: the ranges that bands ask for.
        has_second: False if no second rate is counted; it is 0 then.
        all_told: True if every ballot counts for one rate or the other; they sum to 1 then, and never to more anyway.
    """
    line = pieces(seconds, ZERO, ONE) if has_second else [Piece(ZERO, ZERO)]
    for a in pieces(rates, ZERO, ONE):
        for b in line:
            found = _on_the_line(a, b) if all_told else _below_the_line(a, b)
            if found is not None:
                yield found


def _below_the_line(a: Piece, b: Piece) -> Pair | None:
    """A pair out of both pieces whose sum is at most 1."""
    if a.is_point and b.is_point:
        return (a.low, b.low) if a.low + b.low <= 1 else None
    if a.low + b.low >= 1:
        return None
    rate = a.low if a.is_point else (a.low + min(a.high, 1 - b.low)) / 2
    second = b.low if b.is_point else (b.low + min(b.high, 1 - rate)) / 2
    return rate, second


def _on_the_line(a: Piece, b: Piece) -> Pair | None:
    """A pair out of both pieces whose sum is 1."""
    low, high = max(a.low, 1 - b.high), min(a.high, 1 - b.low)
    if a.is_point or b.is_point:
        rate = a.low if a.is_point else 1 - b.low
        inside = _holds(a, rate) and _holds(b, 1 - rate)
        return (rate, 1 - rate) if inside else None
    rate = (low + high) / 2
    return (rate, 1 - rate) if low < high else None


def _holds(piece: Piece, number: Fraction) -> bool:
    return number == piece.low if piece.is_point else piece.low < number < piece.high
