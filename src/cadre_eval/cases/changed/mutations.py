"""Mutations: one token of a ruleset changed, to see whether any case notices.

What a token may change to follows from the type it is read as, so settings of plugins' kinds are changed too. Left out is
what changes no result: names, texts, places in other documents, what facts may be entered, outer ends of bands
(the checker holds that bands cover what is reachable).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType

from attrs import field, frozen

from cadre_eval.cases.changed.edits import Edit, applied
from cadre_eval.cases.changed.mutated_bands import bands, ranges
from cadre_eval.cases.changed.mutated_conditions import conditions, effects, labels
from cadre_eval.cases.changed.mutated_lists import ladders, lists, parts
from cadre_eval.cases.changed.mutated_numbers import durations, entries, flags, literals, numbers, year_days
from cadre_eval.cases.changed.mutating import Change, Target
from cadre_eval.cases.changed.tokens import Token, tokens
from cadre_eval.errors import Span, Text
from cadre_eval.reading.nodes import MapNode
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.ruleset.plan import CompiledRuleset

OPERATORS: Sequence[Callable[[Token, Target], Iterator[Change]]] = (
    numbers, durations, year_days, flags, literals, ranges, bands, entries, parts, lists, ladders, conditions, effects, labels,
)  # fmt: skip
NO_RULES: Mapping[str, AccountabilityRule] = MappingProxyType({})


@frozen(eq=False)
class Mutation:
    """One change of a ruleset: where, what sort, the text before and after."""

    span: Span
    path: str
    what: Text
    before: str
    after: str
    edits: tuple[Edit, ...] = field(repr=False)

    def applied(self) -> AbstractContextManager[None]:
        """The tree is changed inside the block and as it was after it."""
        return applied(self.edits)


def mutations(
    root: MapNode,
    kinds: Mapping[str, CriterionKind],
    rules: CompiledRuleset,
    of_accountability: Mapping[str, AccountabilityRule] = NO_RULES,
) -> list[Mutation]:
    """Every mutation of a merged tree that compiles to ``rules``, in the order of places."""
    target = Target(rules)
    found = [
        Mutation(change.span, change.path or token.path, change.what, change.before, change.after, change.edits)
        for token in tokens(root, kinds, of_accountability)
        for operator in OPERATORS
        for change in operator(token, target)
    ]
    return sorted(found, key=lambda m: m.span.sort_key)
