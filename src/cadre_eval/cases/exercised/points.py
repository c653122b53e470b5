"""Points (考点) of a ruleset: what its cases are to show, each at the place of the rule."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable

from attrs import frozen

from cadre_eval.cases.exercised.seen import Seen
from cadre_eval.errors import Span, Text


@frozen(eq=False)
class Point:
    """Something a case may show of a rule.

    Attributes:
        owner: what people call the rule.
        what: what a case shows, as an event.
        shows: what a case shows of it; nothing, if the case does not come to it.
        needed: how many different things all cases together must show.
    """

    span: Span
    owner: str
    what: Text
    shows: Callable[[Seen], Collection[Hashable]]
    needed: int = 1


def point(span: Span, owner: str, zh: str, en: str, holds: Callable[[Seen], bool]) -> Point:
    """A point that a case shows or does not show."""
    return Point(span, owner, Text(zh, en), lambda seen: (True,) if holds(seen) else ())
