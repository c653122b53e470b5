"""Draws (抽签): what was declared before the draw, and what a draw gave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Span

Reciprocal: TypeAlias = Literal["avoid", "forbid", "allow"]
SoftKind: TypeAlias = Literal["same-host-before", "same-township-team", "same-unit-team"]


@frozen
class Skill:
    """What each team must have: so many of its members with this role, or out of ``people``."""

    at_least: int
    role: str | None = None
    people: tuple[str, ...] = ()
    title: str | None = None
    at_least_at: Mapping[str, int] = field(factory=dict, hash=False)
    """By host, where it is another number."""


@frozen
class SoftRule:
    """What is to be avoided where it can be; the larger the weight the more."""

    rule: SoftKind
    weight: int
    earlier: tuple[str, ...] = ()
    """Results of draws, or inspections, whose visits are not to be repeated."""


@frozen
class Draw:
    """A draw as declared: who inspects, where, how many to a team, under which rules.

    ``seed`` is None until the public number is known. ``places`` is where each key stands.
    """

    id: str  # noqa: A003
    title: str
    on: date
    inspectors: tuple[str, ...]
    hosts: tuple[str, ...]
    cover: int
    most_apart: int
    reciprocal: Reciprocal
    former: Literal["host", "township"]
    seed: str | None = None
    cover_at: Mapping[str, int] = field(factory=dict, hash=False)
    skills: tuple[Skill, ...] = ()
    soft: tuple[SoftRule, ...] = ()
    households: Mapping[str, int] = field(factory=dict, hash=False)
    sample: int | None = None
    span: Span | None = field(default=None, eq=False, repr=False)
    places: Mapping[str, Span] = field(factory=dict, eq=False, repr=False)

    def needed(self, host: str) -> int:
        """How many inspectors a host needs."""
        return self.cover_at.get(host, self.cover)


@frozen
class Team:
    """Who visits a host, and the numbers of the households they ask."""

    host: str
    inspectors: tuple[str, ...]
    households: tuple[int, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Drawn:
    """The result of a draw, as it was written down."""

    draw: str
    on: date
    seed: str
    digest: str
    tickets: str
    program: str
    teams: tuple[Team, ...]
    span: Span | None = field(default=None, eq=False, repr=False)
    places: Mapping[str, Span] = field(factory=dict, eq=False, repr=False)
