"""Results before anybody is placed: one row a cadre, with what ranks and quotas ask about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import define, evolve, field, frozen

from cadre_eval.columns.integers import Array, full, narrowed, narrowest
from cadre_eval.columns.program import Exact
from cadre_eval.scoring.result import State

FINAL, PENDING, NOT_ASSESSED = range(3)
STATE_NAMES: tuple[State, ...] = ("final", "pending", "not-assessed")
CAN, CANNOT = 1, 2
"""Bits of a truth: whether it can hold, whether it can fail."""


@frozen(eq=False)
class Link:
    """The scores a link of the tie-break chain compares, row by row: ``at`` says where among the rows of the pieces. Where
    one is not there, it decides nothing; where one is open, the tie stays open.
    """

    pieces: tuple[Exact, ...]
    at: Array
    there: Array
    open: Array

    def ratio(self, rows: Array) -> tuple[Array, Array]:
        """Numerators and denominators of the scores of some rows."""
        places = self.at[rows]
        tops, bottoms = np.zeros(len(rows), dtype=np.int64), np.ones(len(rows), dtype=np.int64)
        first = 0
        for piece in self.pieces:
            own = np.flatnonzero((places >= first) & (places < first + piece.rows))
            if len(own):
                top, bottom = piece.ratio(places[own] - first)
                if tops.dtype != object and (top.dtype == object or bottom.dtype == object):
                    tops, bottoms = tops.astype(object), bottoms.astype(object)
                tops[own], bottoms[own] = top, bottom
            first += piece.rows
        return tops, bottoms

    def slim(self) -> Link:
        """The same in little memory."""
        return evolve(self, at=narrowed(self.at))

    def taken(self, rows: Array) -> Link:
        return Link(self.pieces, self.at[rows], self.there[rows], self.open[rows])


def linked(parts: Sequence[Link]) -> Link:
    """One after another."""
    sizes = [sum(piece.rows for piece in part.pieces) for part in parts]
    firsts = np.cumsum([0, *sizes])
    return Link(
        tuple(piece for part in parts for piece in part.pieces),
        np.concatenate([part.at + first for part, first in zip(parts, firsts, strict=False)]),
        np.concatenate([part.there for part in parts]),
        np.concatenate([part.open for part in parts]),
    )


@define(eq=False)
class Drafts:
    """``shown`` is the rounded total in units of its last place; ``tops`` and ``bottoms`` the compared total, in lowest
    terms. Both hold only where ``known``; where not, ``low`` and ``high`` say between what it lies (None: without end).
    ``grades`` has a bit for each grade still possible.
    """

    state: Array
    known: Array
    shown: Array
    tops: Array
    bottoms: Array
    scale: Array
    grades: Array
    best_allowed: Array
    surely_allowed: Array
    may_leave: Array
    barred: Mapping[str, Array]
    links: Mapping[str, Link]
    spans: dict[int, tuple[Fraction | None, Fraction | None]] = field(factory=dict)
    """Ends of compared totals that are not known, by row."""

    @property
    def rows(self) -> int:
        return len(self.state)

    def slim(self) -> Drafts:
        """The same in little memory, to be kept until they are joined."""
        columns: dict[str, Any] = {name: narrowest(getattr(self, name)) for name in COLUMNS}
        return evolve(self, **columns, links={name: link.slim() for name, link in self.links.items()})

    def taken(self, rows: Array) -> Drafts:
        """The drafts of some rows, in their order."""
        if len(rows) == self.rows and (rows == np.arange(self.rows)).all():
            return self
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in COLUMNS}
        place = {int(row): at for at, row in enumerate(rows)} if self.spans else {}
        spans = {place[row]: span for row, span in self.spans.items() if row in place}
        barred = {quota: truth[rows] for quota, truth in self.barred.items()}
        links = {name: link.taken(rows) for name, link in self.links.items()}
        return Drafts(**columns, barred=barred, links=links, spans=spans)


COLUMNS = (
    "state", "known", "shown", "tops", "bottoms", "scale", "grades", "best_allowed", "surely_allowed", "may_leave",
)  # fmt: skip


def joined(parts: Sequence[Drafts]) -> Drafts:
    """Drafts of one plan after another."""
    offsets = np.cumsum([0, *(part.rows for part in parts)])
    spans = {row + int(o): span for part, o in zip(parts, offsets, strict=False) for row, span in part.spans.items()}
    columns: dict[str, Any] = {
        name: full(np.concatenate([getattr(part, name) for part in parts])) for name in COLUMNS
    }
    barred = {quota: np.concatenate([part.barred[quota] for part in parts]) for quota in parts[0].barred}
    links = {name: linked([part.links[name] for part in parts]) for name in parts[0].links}
    return Drafts(**columns, barred=barred, links=links, spans=spans)
