"""Decisions on proposed measures (处理决定), and results of earlier years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Source, Span

Outcome: TypeAlias = Literal["confirm", "vary", "refuse"]


@frozen
class Revocation:
    """A decision taken back (撤销): from ``on`` it is as if it had not been made."""

    on: date
    by: str
    reason: str


@frozen
class Decision:
    """A named person's decision on a proposal: confirmed, varied (to ``measure``) or refused, with the reason.

    ``proposal`` is the key of the proposed measure; ``measure`` the id of the measure that was decided (if refused, of that
    proposed), None where what was proposed is none of those declared, such as points off a unit. ``cadre`` is set if the
    proposal is for a cadre.
    """

    id: str  # noqa: A003
    proposal: str
    on: date
    known_on: date
    outcome: Outcome
    by: str
    reason: str
    measure: str | None = None
    evidence: tuple[str, ...] = ()
    carried_out: date | None = None
    cadre: str | None = None
    revoked: Revocation | None = None
    span: Span | None = field(default=None, eq=False, repr=False)
    places: Mapping[str, Span] = field(factory=dict, eq=False, repr=False)
    """Where ``proposal``, ``on`` and ``measure`` are written."""

    def stands(self, as_of: date) -> bool:
        """Whether it has not been taken back by a day."""
        return self.revoked is None or self.revoked.on > as_of

    def place(self, key: str) -> Span:
        return self.places.get(key) or self.span or Span(Source("decisions"), 1, 1)


@frozen
class PastResult:
    """A result of an earlier period, from before this system or from its archive."""

    cadre: str
    period: str
    grade: str | None
    rank: int | None = None
    of: int | None = None
    """How many were ranked."""
    total: Fraction | None = None
    span: Span | None = field(default=None, eq=False, repr=False)
