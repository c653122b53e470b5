"""Whether any ballot can keep all limits at once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from cadre_eval_rate_bands.pieces import Piece, pieces
from cadre_eval_rate_bands.sheet_settings import LimitDoc, SheetParams

Bound: TypeAlias = tuple[int, int, int]
"""(i, j, n): up to place ``j`` of the line there are at most ``n`` people more than up to place ``i``."""


def can_be_valid(p: SheetParams, people: int | None = None) -> bool:
    """Whether some ballot keeps all limits: one that rates so many people, or (None) as many as it likes.

    Cut where limits begin and end, the line of marks has places 0, 1, 2 …; with the people counted up to each place, every
    limit is a bound on the difference of two counts. Such bounds can be kept just if no chain of them leads back to its
    start with a sum below 0 (Bellman and Ford).
    """
    line = pieces([limit.marks for limit in p.limits], Fraction(0), p.scale)
    bounds = [*_order(len(line)), *_total(p, people, len(line))]
    for limit in p.limits:
        covered = covered_by(limit, line)
        if covered:
            bounds += _bounds(limit, covered[0], covered[-1] + 1)
        elif limit.at_least:
            return False
    return not _contradictory(bounds, len(line) + 1)


def covered_by(limit: LimitDoc, line: list[Piece]) -> list[int]:
    """The pieces of the line that lie in the limit's range: neighbours, or none."""
    return [index for index, piece in enumerate(line) if piece.middle in limit.marks]


def _order(places: int) -> Iterator[Bound]:
    """Counts never fall."""
    return ((place + 1, place, 0) for place in range(places))


def _total(p: SheetParams, people: int | None, last: int) -> Iterator[Bound]:
    """Somebody is rated: everybody, if a ballot that leaves somebody out is void."""
    if people is not None:
        yield 0, last, people
    yield last, 0, -(people if people is not None and p.unmarked == "void" else 1)


def _bounds(limit: LimitDoc, start: int, end: int) -> Iterator[Bound]:
    yield end, start, -limit.at_least
    if limit.at_most is not None:
        yield start, end, limit.at_most


def _contradictory(bounds: list[Bound], places: int) -> bool:
    counts = [0] * places
    for _ in range(places + 1):
        changed = False
        for i, j, most in bounds:
            if counts[i] + most < counts[j]:
                counts[j], changed = counts[i] + most, True
        if not changed:
            return False
    return True
