"""Counts of findings: how many there certainly are, whose they are, and whose cannot be told yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from cadre_eval.plugins.api import AssessedCadre, CheckContext, FactView, PostingView, Span

COUNTED = ("count", "flag")
"""Types of facts that can be counted."""
NONE_CAN_BE = frozenset({"not-applicable", "excused"})
"""States in which there is nothing to count, and nothing to wait for."""


@frozen
class Share:
    """A cadre's part: the findings that certainly count, and whether there may be more."""

    cadre: str
    name: str
    certain: int
    open: bool  # noqa: A003


@frozen
class Tally:
    """The findings of one fact over some cadres and all their postings that were asked about; by id of the cadre."""

    shares: tuple[Share, ...]
    evidence: tuple[str, ...] = ()

    @property
    def certain(self) -> int:
        return sum(share.certain for share in self.shares)

    @property
    def found(self) -> tuple[Share, ...]:
        return tuple(share for share in self.shares if share.certain)

    @property
    def open(self) -> tuple[Share, ...]:  # noqa: A003
        return tuple(share for share in self.shares if share.open)


def occurrences(fact: FactView | None) -> int | None:
    """How often it occurred; None while that is not known. What does not apply, or is excused, did not occur."""
    if fact is None or fact.state != "present":
        return 0 if fact is not None and fact.state in NONE_CAN_BE else None
    value = fact.value
    return int(value) if isinstance(value, bool | Fraction | int) else None


def certain_here(posting: PostingView, fact: str, with_others: str | None) -> tuple[int, bool]:
    """What certainly counts of one posting, and whether there may be more. What was counted with others counts once."""
    count = occurrences(posting.facts.get(fact))
    if not count:
        return 0, count is None
    if with_others is None:
        return count, False
    elsewhere = occurrences(posting.facts.get(with_others))
    return (0, True) if elsewhere is None else (max(0, count - elsewhere), False)


def tally(cadres: Iterable[AssessedCadre], fact: str, with_others: str | None = None) -> Tally:
    """The findings over all these cadres, in whatever order they come."""
    shares, evidence = [], set()
    for cadre in sorted(cadres, key=lambda cadre: cadre.id):
        each = [certain_here(posting, fact, with_others) for posting in cadre.postings]
        shares.append(Share(cadre.id, cadre.name, sum(n for n, _ in each), any(more for _, more in each)))
        for posting, (certain, _) in zip(cadre.postings, each, strict=True):
            evidence |= set(posting.facts[fact].evidence) if certain else set()
    return Tally(tuple(shares), tuple(sorted(evidence)))


@frozen
class Counted:
    """A fact that a rule counts: what people call it and its unit; ``with_others`` is the fact that says how many of them
    are counted under a colleague already.
    """

    fact: str
    title: str
    unit: str
    with_others: str | None = None

    def over(self, cadres: Iterable[AssessedCadre]) -> Tally:
        return tally(cadres, self.fact, self.with_others)


def declared(ctx: CheckContext, fact: str, span: Span, with_others: str | None = None) -> Counted:
    """The fact as the ruleset declares it; a problem is noted if it cannot be counted."""
    doc: Any = ctx.fact(fact, span, *COUNTED)
    return Counted(fact, getattr(doc, "title", None) or fact, getattr(doc, "unit", None) or "次", with_others)


def by_fact(value: Any, fact: str | None) -> Mapping[str, Any]:
    """A setting that may be written once, for the only fact, or by facts."""
    if value is None:
        return {}
    return dict(value) if isinstance(value, dict) else {fact or "": value}
