"""The criteria tree of one period."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve, fields

from cadre_eval.errors import PluginFailure, Span, Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.ruleset.compiling import HUNDRED, Compiling, bound, in_period, policies_of, rule_of
from cadre_eval.ruleset.document import CriterionDoc
from cadre_eval.ruleset.formulas import reach
from cadre_eval.ruleset.kind import CheckContext, Input
from cadre_eval.ruleset.plan import Group, Leaf, Node, Part, Rounding

ZERO = Fraction(0)
DEFAULT_ROUNDING = Rounding(2, "half-up")


def index_criteria(parts: Sequence[CriterionDoc], compiling: Compiling) -> dict[str, CriterionDoc]:
    """Every criterion by id; an id used twice is a problem."""
    found: dict[str, CriterionDoc] = {}
    ahead = list(reversed(parts))
    while ahead:
        doc = ahead.pop()
        first = found.get(doc.id)
        if first is not None or doc.id == "total":
            where = first.at.value("id") if first else doc.at.value("id")
            label = Text("第一次用在这里（total 专指总分）", "first used here ('total' is the whole)")
            compiling.problems.add("CE306", doc.at.value("id"), id=doc.id, also=[(label, where)])
        found[doc.id] = doc
        ahead.extend(reversed(doc.parts or ()))
    return found


class TreeCompiler:
    """Compiles the tree as it stands in one period."""

    def __init__(self, compiling: Compiling, period: str) -> None:
        self.compiling = compiling
        self.period = period
        self.problems = compiling.problems

    def root(self) -> Group | None:
        doc = self.compiling.doc
        total = doc.total
        rounding = self.compiling.rounding(doc.rounding) or DEFAULT_ROUNDING
        parts, weighted = self._parts(doc.criteria, total.weights if total else "percent")
        declared = total.out_of if total else None
        where = total.at.value("out_of") if total else doc.at.span
        points = self._scale(parts, weighted, declared, where, self._count(doc.criteria))
        if not parts or points is None:
            if not self._count(doc.criteria):
                self.problems.add("CE418", doc.at.key("criteria"), id="total", period=self.period)
            return None
        floor = bound(total.floor) if total else ZERO
        ceiling = bound(total.ceiling, points) if total else points
        return Group(
            "total", doc.title or doc.ruleset, points, weighted, parts, floor, ceiling, rounding, rule_of(doc)
        )

    def _node(self, doc: CriterionDoc) -> Node | None:
        self.compiling.periods(doc.periods, doc.at.key("periods"))
        if not in_period(doc.periods, self.period):
            return None
        return self._leaf(doc) if doc.parts is None else self._group(doc)

    def _leaf(self, doc: CriterionDoc) -> Leaf | None:
        compiling = self.compiling
        kind = compiling.kinds[doc.kind or ""]
        points = doc.points or HUNDRED
        before = len(self.problems)
        ceiling = bound(doc.ceiling, points)
        low = bound(doc.floor)
        if low is not None and ceiling is not None and low > ceiling:
            self.problems.add("CE431", doc.at.key("floor"))
        ctx = CheckContext(doc.id, self.period, points, ceiling, compiling.doc.facts, self.problems, kind.provider)
        try:
            params = kind.guarded(doc.id, lambda: self._of_period(doc.params))
            if params is None:
                return None
            prepared = kind.guarded(doc.id, lambda: kind.prepare(params, ctx))
            if len(self.problems) > before:
                return None
            inputs = kind.guarded(doc.id, lambda: self._inputs(kind.inputs(prepared)))
            leaf = Leaf(
                doc.id, doc.title or doc.id, points, kind, prepared, inputs,
                bound(doc.floor), ceiling, compiling.rounding(doc.rounding),
                policies_of(doc.policies, compiling.doc.policies), rule_of(doc), doc.dimension,
            )  # fmt: skip
            reach(leaf, compiling.doc.facts)  # a formula that fails does so here, where its place is known
        except PluginFailure as failure:
            self.problems.add_failure(failure, doc.at.span)
            return None
        return leaf

    def _inputs(self, declared: Sequence[Input]) -> tuple[Input, ...]:
        """The inputs, once each has said what bounds its numbers have. Raises LookupError."""
        facts = self.compiling.doc.facts
        for source in declared:
            source.domain(facts)
            if not hasattr(source, "fact"):
                continue
            doc = facts.get(source.fact)
            if doc is None:
                raise LookupError(f"an input of the fact {source.fact!r}, which is not declared")
            if doc.type not in getattr(source, "takes", (doc.type,)):
                raise LookupError(f"{type(source).__name__} cannot read {source.fact!r}, which is a {doc.type}")
        return tuple(declared)

    def _of_period(self, params: Any) -> Any:
        """Parameters written by period, as they are in this one."""
        changes = {}
        for attribute in fields(type(params)):
            value = getattr(params, attribute.name)
            if not attribute.metadata.get("by_period") or not isinstance(value, dict):
                continue
            for name in value:
                self.compiling.periods((name,), params.at.entry(attribute.name, name))
            if self.period not in value:
                self.problems.add("CE422", params.at.key(attribute.name), key=attribute.name, period=self.period)
                return None
            changes[attribute.name] = value[self.period]
        return evolve(params, **changes)

    def _group(self, doc: CriterionDoc) -> Group | None:
        parts, weighted = self._parts(doc.parts or (), doc.weights)
        points = self._scale(parts, weighted, doc.points, doc.at.value("points"), self._count(doc.parts or ()))
        if not parts:
            if not doc.parts:
                self.problems.add("CE418", doc.at.key("parts"), id=doc.id, period=self.period)
            return None
        if points is None:
            return None
        return Group(
            doc.id, doc.title or doc.id, points, weighted, parts, bound(doc.floor), bound(doc.ceiling, points),
            self.compiling.rounding(doc.rounding), rule_of(doc), doc.dimension,
        )  # fmt: skip

    def _parts(self, docs: Sequence[CriterionDoc], rule: str) -> tuple[tuple[Part, ...], bool]:
        here = [doc for doc in docs if in_period(doc.periods, self.period)]
        with_weight = [doc for doc in here if doc.weight is not None]
        weighted = bool(with_weight)
        if weighted and len(with_weight) < len(here):
            without = next(doc for doc in here if doc.weight is None)
            self.problems.add("CE419", without.at.value("id"), id=without.id)
        if weighted:
            weights = [doc.weight for doc in with_weight if doc.weight is not None]
            self.compiling.weights(weights, rule, with_weight[0].at.value("weight"))
        for doc in here:
            if not weighted and doc.points is None and (doc.parts is None or _weighted_inside(doc)):
                self.problems.add("CE423", doc.at.value("id"), id=doc.id)
        parts = []
        for doc in docs:
            node = self._node(doc)
            if node is not None:
                parts.append(Part(node, doc.weight if weighted and doc.weight is not None else node.points))
        return tuple(parts), weighted

    def _count(self, docs: Sequence[CriterionDoc]) -> int:
        return sum(in_period(doc.periods, self.period) for doc in docs)

    def _scale(
        self, parts: Sequence[Part], weighted: bool, declared: Fraction | None, where: Span, count: int
    ) -> Fraction | None:
        """The group's points. With a part that did not compile the sum is not held against those declared."""
        if weighted:
            return declared or HUNDRED
        reached = sum((part.node.points for part in parts), ZERO)
        if declared is not None and len(parts) == count and parts and declared != reached:
            self.problems.add("CE420", where, sum=number_text(reached), points=number_text(declared))
            return None
        return reached or declared


def _weighted_inside(doc: CriterionDoc) -> bool:
    return any(part.weight is not None for part in doc.parts or ())
