"""A column of exact rationals as formulas see it: a constant, whole columns by factors, and quotients kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import Any, TypeAlias

from attrs import evolve, frozen

from cadre_eval.columns.graph import Graph, Node

ZERO = Fraction(0)
Num: TypeAlias = "Column | Fraction | int"


@frozen(eq=False)
class Quotient:
    """``factor * top / bottom``; ``bottom`` is above 0 in every row."""

    factor: Fraction
    top: Node
    bottom: Node

    def bounds(self) -> tuple[Fraction, Fraction]:
        ends = [self.factor * Fraction(t, b) for t in (self.top.low, self.top.high)
                for b in (max(1, self.bottom.low), max(1, self.bottom.high))]  # fmt: skip
        return min(ends), max(ends)


@frozen(eq=False)
class Column:
    """``const + Σ factor * node + Σ quotients``, exactly, in every row. ``low`` and ``high`` hold every value."""

    graph: Graph
    const: Fraction
    terms: tuple[tuple[Fraction, Node], ...]
    quotients: tuple[Quotient, ...]
    low: Fraction
    high: Fraction

    def __add__(self, other: Num) -> Column:
        if not isinstance(other, Column):
            x = Fraction(other)
            return evolve(self, const=self.const + x, low=self.low + x, high=self.high + x)
        terms = _merged([*self.terms, *other.terms])
        quotients = _collected([*self.quotients, *other.quotients])
        const = self.const + other.const
        if not terms and not quotients:
            return Column(self.graph, const, (), (), const, const)
        return Column(self.graph, const, terms, quotients, self.low + other.low, self.high + other.high)

    __radd__ = __add__

    def __neg__(self) -> Column:
        return self * -1

    def __sub__(self, other: Num) -> Column:
        return self + -other

    def __rsub__(self, other: Num) -> Column:
        return -self + other

    def __mul__(self, other: Num) -> Column:
        if isinstance(other, Column):
            return _product(self, other)
        x = Fraction(other)
        low, high = sorted((self.low * x, self.high * x))
        terms = tuple((f * x, node) for f, node in self.terms) if x else ()
        quotients = tuple(evolve(q, factor=q.factor * x) for q in self.quotients) if x else ()
        return Column(self.graph, self.const * x, terms, quotients, low, high)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        raise TypeError("a column has no single truth: formulas compare through ops")

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError("a column has no single truth: formulas choose through ops")

    def within(self, low: Fraction, high: Fraction) -> Column:
        """The same column, known to lie between these too."""
        return evolve(self, low=max(self.low, low), high=min(self.high, high))

    @property
    def plain(self) -> Column:
        """The part without quotients."""
        return made(self.graph, self.const, self.terms, ())

    def integer(self, step: Fraction | None = None) -> tuple[Fraction, Node | int]:
        """A step and the column of whole numbers that the part without quotients is, by that step."""
        if step is None:
            step = common_step([self.const, *(f for f, _ in self.terms)])
        const = int(self.const / step)
        if not self.terms:
            return step, const
        return step, self.graph.linear([(int(f / step), node) for f, node in self.terms], const)


def made(
    graph: Graph, const: Fraction, terms: tuple[tuple[Fraction, Node], ...], quotients: tuple[Quotient, ...]
) -> Column:
    """A column of these parts, with the bounds that follow."""
    bounds = [sorted((f * node.low, f * node.high)) for f, node in terms] + [list(q.bounds()) for q in quotients]
    low = const + sum((b[0] for b in bounds), ZERO)
    return Column(graph, const, terms, quotients, low, const + sum((b[1] for b in bounds), ZERO))


def whole(graph: Graph, step: Fraction, node: Node | int) -> Column:
    """``step * node``."""
    if isinstance(node, int):
        return made(graph, step * node, (), ())
    return made(graph, ZERO, ((step, node),) if step else (), ())


def as_column(graph: Graph, x: Any) -> Column:
    return x if isinstance(x, Column) else made(graph, Fraction(x), (), ())


def common_step(numbers: Iterable[Fraction]) -> Fraction:
    """The greatest number that all of them are whole multiples of; 1 if all are 0."""
    found = [x for x in numbers if x]
    if not found:
        return Fraction(1)
    scale = lcm(*(x.denominator for x in found))
    return Fraction(gcd(*(int(x * scale) for x in found)), scale)


def _merged(terms: list[tuple[Fraction, Node]]) -> tuple[tuple[Fraction, Node], ...]:
    """Each node once."""
    found: dict[int, tuple[Fraction, Node]] = {}
    for factor, node in terms:
        before = found[node.index][0] if node.index in found else ZERO
        found[node.index] = (before + factor, node)
    return tuple(entry for entry in found.values() if entry[0])


def _collected(quotients: list[Quotient]) -> tuple[Quotient, ...]:
    """Each quotient once."""
    found: dict[tuple[int, int], Quotient] = {}
    for q in quotients:
        key = (q.top.index, q.bottom.index)
        found[key] = evolve(q, factor=q.factor + found[key].factor) if key in found else q
    return tuple(q for q in found.values() if q.factor)


def _product(a: Column, b: Column) -> Column:
    """Whole by whole, and every quotient by every part of the other."""
    graph = a.graph
    step_a, node_a = a.integer()
    step_b, node_b = b.integer()
    result = whole(graph, step_a, node_a) * (step_b * node_b) if isinstance(node_b, int) else (
        whole(graph, step_b, node_b) * (step_a * node_a) if isinstance(node_a, int)
        else whole(graph, step_a * step_b, graph.product(node_a, node_b))
    )  # fmt: skip
    quotients: list[Quotient] = []
    for own, step, node in ((a, step_b, node_b), (b, step_a, node_a)):
        for q in own.quotients:
            if isinstance(node, int):
                quotients += [evolve(q, factor=q.factor * step * node)] if node else []
            else:
                quotients.append(Quotient(q.factor * step, graph.product(q.top, node), q.bottom))
    for p in a.quotients:
        for q in b.quotients:
            quotients.append(
                Quotient(p.factor * q.factor, graph.product(p.top, q.top), graph.product(p.bottom, q.bottom))
            )
    product = made(graph, result.const, result.terms, tuple(quotients))
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return product.within(min(ends), max(ends))
