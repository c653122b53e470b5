"""A draw as a task: everything that decides its result, and the digest of that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import combinations
from typing import Any, TypeAlias

from attrs import field, frozen

from cadre_eval.model.draws import Draw, SoftRule
from cadre_eval.model.people import Host
from cadre_eval.supervision.draw.bars import BARS, Bar, bars
from cadre_eval.supervision.draw.people import Inspector, People, inspector

Visit: TypeAlias = tuple[str, str]
"""An inspector and a host."""
Visits: TypeAlias = frozenset[Visit]


@frozen(eq=False, slots=False)
class Task:
    """Inspectors and hosts by id, in order; why a visit is barred; who has which skill; what is to be avoided.

    ``earlier`` has the visits that each soft rule does not want repeated.
    """

    draw: Draw
    inspectors: Mapping[str, Inspector]
    hosts: Mapping[str, Host]
    bars: Mapping[Visit, tuple[Bar, ...]]
    skilled: tuple[frozenset[str], ...]
    earlier: tuple[Visits, ...]
    townships: Mapping[str, str] = field(factory=dict)

    def needed(self, skill: int, host: str) -> int:
        """How many of a skill a host's team must have."""
        declared = self.draw.skills[skill]
        return declared.at_least_at.get(host, declared.at_least)

    @cached_property
    def reciprocal(self) -> tuple[tuple[Visit, Visit], ...]:
        """The two visits by which two inspectors would inspect each other's host."""
        placed = [p for p in self.inspectors.values() if p.host in self.hosts]
        return tuple(
            ((a.id, str(b.host)), (b.id, str(a.host))) for a, b in combinations(placed, 2) if a.host != b.host
        )

    def groups(self, rule: SoftRule) -> list[list[str]]:
        """The inspectors of one street, or of one unit: two of them in a team are to be avoided."""
        found: dict[str, list[str]] = {}
        for person in self.inspectors.values():
            key = person.township if rule.rule == "same-township-team" else person.unit
            if key is not None:
                found.setdefault(key, []).append(person.id)
        return [found[key] for key in sorted(found) if len(found[key]) > 1]

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """Everything that decides the result but the seed: ids, numbers and words of rules, all sorted."""
        draw = self.draw
        return {
            "draw": draw.id,
            "on": draw.on.isoformat(),
            "cover": {host: draw.needed(host) for host in self.hosts},
            "inspectors": {
                p.id: {"host": p.host, "township": p.township, "unit": p.unit} for p in self.inspectors.values()
            },
            "may_not": {f"{i} {h}": list(why) for (i, h), why in sorted(self.bars.items())},
            "skills": sorted(
                ([sorted(who), {h: self.needed(k, h) for h in self.hosts}] for k, who in enumerate(self.skilled)),
                key=_text,
            ),
            "most_apart": draw.most_apart,
            "reciprocal": draw.reciprocal,
            "soft": sorted(
                ([s.rule, s.weight, [f"{i} {h}" for i, h in sorted(self.earlier[k])]] for k, s in enumerate(draw.soft)),
                key=_text,
            ),
            "households": {host: draw.households[host] for host in self.hosts if host in draw.households},
            "sample": draw.sample,
        }  # fmt: skip

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical input as JSON, keys sorted, no spaces, in UTF-8."""
        return hashlib.sha256(_text(self.canonical).encode()).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def make_task(draw: Draw, people: People, earlier: Iterable[Visits]) -> Task:
    """The task of a draw; ``earlier`` has for each soft rule the visits that are not to be repeated."""
    inspectors = {person: inspector(person, people, draw.on) for person in sorted(draw.inspectors)}
    hosts = {host: people.hosts[host] for host in sorted(draw.hosts)}
    barred = {
        (person.id, host): why
        for person in inspectors.values()
        for host in hosts
        if (why := tuple(sorted(bars(person, host, draw, people), key=BARS.index)))
    }
    skilled = tuple(
        frozenset(p.id for p in inspectors.values() if (p.role == s.role if s.role else p.ids & set(s.people)))
        for s in draw.skills
    )
    named = {other: p.id for p in inspectors.values() for other in p.ids}
    before = tuple(frozenset((named[i], h) for i, h in visits if i in named and h in hosts) for visits in earlier)
    return Task(draw, inspectors, hosts, barred, skilled, before, people.townships)
