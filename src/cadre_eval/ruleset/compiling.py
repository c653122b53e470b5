"""What the parts of the compiler share: the record being compiled, its problems, lookups with did-you-mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.scalars import NoLimit
from cadre_eval.ruleset.document import CriterionDoc, PoliciesDoc, RoundingDoc, RulesetDoc
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.ruleset.plan import Policies, Rounding, Rule

HUNDRED = Fraction(100)
MAX_PLACES = 12


@frozen
class Compiling:
    """One ruleset on its way to a plan."""

    doc: RulesetDoc
    kinds: Mapping[str, CriterionKind]
    problems: Problems
    criteria: Mapping[str, CriterionDoc] = field(factory=dict)

    def fact(self, name: str, span: Span, *types: str) -> bool:
        """Whether the fact is declared (and of one of the types); a problem is noted if not."""
        doc = self.doc.facts.get(name)
        if doc is None:
            fix = closest(name, self.doc.facts)
            self.problems.add("CE401", span, fix=fix, fact=name, allowed=listed(self.doc.facts))
        elif types and doc.type not in types:
            self.problems.add("CE402", span, fact=name, type=doc.type, allowed=listed(types))
        else:
            return True
        return False

    def known(self, name: str, allowed: Collection[str], span: Span, what: Text) -> bool:
        """Whether ``name`` is one of ``allowed``; a problem is noted if not."""
        return self.problems.known(name, allowed, span, what)

    def periods(self, names: tuple[Any, ...] | None, span: Span) -> None:
        for name in names or ():
            self.known(name, self.doc.periods, span, Text("考核期", "period"))

    def weights(self, weights: Sequence[Fraction], rule: str, span: Span) -> None:
        """Weights sum to 100 (or 100 %), unless they are declared relative."""
        reached = sum(weights, Fraction(0))
        if weights and rule == "percent" and reached not in {HUNDRED, Fraction(1)}:
            self.problems.add("CE413", span, sum=number_text(reached))

    def rounding(self, doc: RoundingDoc | None) -> Rounding | None:
        if doc is None:
            return None
        if doc.places > MAX_PLACES:
            limit = Text(f"在 0 到 {MAX_PLACES} 之间", f"0 to {MAX_PLACES}")
            self.problems.add("CE213", doc.at.value("places"), text=str(doc.places), limit=limit)
        return Rounding(min(doc.places, MAX_PLACES), doc.mode)


def bound(limit: Any, default: Fraction | None = None) -> Fraction | None:
    """A limit as an end: ``none`` is None, not written is ``default``."""
    if limit is None:
        return default
    return None if isinstance(limit, NoLimit) else limit


def rule_of(doc: Any) -> Rule:
    """Where the record stands, and the clause it names."""
    basis = getattr(doc, "basis", None)
    return Rule(doc.at.span, basis)


def policies_of(own: PoliciesDoc | None, general: PoliciesDoc | None) -> Policies:
    """A criterion's own policies, then the ruleset's, then none declared."""

    def chosen(name: str) -> Any:
        mine = getattr(own, name) if own else None
        return mine or (getattr(general, name) if general else None)

    return Policies(chosen("missing"), chosen("not_applicable"), chosen("excused"))


def in_period(names: tuple[Any, ...] | None, period: str) -> bool:
    return names is None or period in names
