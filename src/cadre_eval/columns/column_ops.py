"""Ops on columns of exact rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from attrs import evolve, frozen

from cadre_eval.columns.column import ZERO, Column, Quotient, as_column, common_step, made, whole
from cadre_eval.columns.graph import Cond, Graph, Node
from cadre_eval.columns.sums import Sum
from cadre_eval.numbers.ranges import Range


@frozen(eq=False)
class ColumnOps:
    """Every operation on columns; a plain Fraction is a column of that number."""

    graph: Graph

    def minimum(self, a: Any, b: Any) -> Any:
        x, y = as_column(self.graph, a), as_column(self.graph, b)
        if x.high <= y.low:
            return a
        if y.high <= x.low:
            return b
        found = self.where(self.at_most(x, y), x, y) if x.quotients or y.quotients else self._extreme(x, y, False)
        return as_column(self.graph, found).within(min(x.low, y.low), min(x.high, y.high))

    def maximum(self, a: Any, b: Any) -> Any:
        x, y = as_column(self.graph, a), as_column(self.graph, b)
        if x.low >= y.high:
            return a
        if y.low >= x.high:
            return b
        found = self.where(self.at_most(y, x), x, y) if x.quotients or y.quotients else self._extreme(x, y, True)
        return as_column(self.graph, found).within(max(x.low, y.low), max(x.high, y.high))

    def _extreme(self, x: Column, y: Column, greatest: bool) -> Column:
        step, p, q = self._over_one(x, y)
        if isinstance(p, int):
            p, q = q, p
        assert isinstance(p, Node), "two constants have been told apart by their bounds"
        return whole(self.graph, step, self.graph.greatest(p, q) if greatest else self.graph.least(p, q))

    def _over_one(self, x: Column, y: Column) -> tuple[Fraction, Node | int, Node | int]:
        """The parts without quotients, by one step."""
        step = common_step([x.const, y.const, *(f for f, _ in (*x.terms, *y.terms))])
        return step, x.integer(step)[1], y.integer(step)[1]

    def divide(self, a: Any, b: Any, when_zero: Fraction) -> Any:
        if not isinstance(b, Column):
            return a * (1 / Fraction(b)) if b else when_zero
        if b.low == b.high:
            return as_column(self.graph, a) * (1 / b.low) if b.low else when_zero
        x = as_column(self.graph, a)
        if b.quotients:
            top, bottom = self._one_quotient(b)
            return self.divide(x * whole(self.graph, Fraction(1), bottom), top, when_zero)
        step, node = b.integer()
        assert isinstance(node, Node), "a constant has been divided by already"
        return self._divided(x * (1 / step), node, when_zero)

    def _divided(self, x: Column, by: Node, when_zero: Fraction) -> Column:
        graph = self.graph
        if by.low < 0:
            sign = graph.select(self._truth(graph.at_least(by, 0)), 1, -1)
            x, by = x * whole(graph, Fraction(1), sign), graph.product(by, sign)
        there = graph.at_least(by, 1)
        bottom = by if there is True else graph.greatest(by, 1)
        step, top = x.plain.integer()
        parts = [(step, top, bottom)] + [(q.factor, q.top, graph.product(q.bottom, bottom)) for q in x.quotients]
        quotients = []
        for factor, own, under in parts:
            node = own if isinstance(own, Node) else (self._constant(own, there) if own else None)
            kept = None if node is None else graph.masked(node, there)
            if kept is not None:
                quotients.append(Quotient(factor, kept, under))
        zero = self.where(there, ZERO, when_zero) if when_zero else ZERO
        rest = as_column(graph, zero)
        found = made(graph, rest.const, rest.terms, tuple(quotients))
        return _within_ratio(found, x, by, when_zero) if there is True or by.low == 0 else found

    def _constant(self, number: int, there: Cond) -> Node:
        """A column of one number, wherever a condition can be told."""
        if isinstance(there, bool):
            anything = next(iter(self.graph.inputs.values()))
            return self.graph.linear([(0, anything)], number)
        return self.graph.select(there, number, 0)

    def _truth(self, cond: Cond) -> Node:
        assert isinstance(cond, Node), "its bounds leave it open"
        return cond

    def _one_quotient(self, x: Column) -> tuple[Column, Node]:
        """The column as one quotient: a numerator, and a denominator above 0."""
        bottom = x.quotients[0].bottom
        for q in x.quotients[1:]:
            bottom = self.graph.product(bottom, q.bottom) if q.bottom is not bottom else bottom
        top = x.plain * whole(self.graph, Fraction(1), bottom)
        for i, q in enumerate(x.quotients):
            rest = whole(self.graph, q.factor, q.top)
            used = {q.bottom.index}
            for j, other in enumerate(x.quotients):
                if j != i and other.bottom.index not in used:
                    rest, used = rest * whole(self.graph, Fraction(1), other.bottom), {*used, other.bottom.index}
            top = top + rest
        return top, bottom

    def less(self, a: Any, b: Any) -> Cond:
        return self._not_negative(_num(b) - _num(a), strictly=True)

    def at_most(self, a: Any, b: Any) -> Cond:
        return self._not_negative(_num(b) - _num(a), strictly=False)

    def _not_negative(self, x: Any, strictly: bool) -> Cond:
        if not isinstance(x, Column):
            return bool(x > 0 if strictly else x >= 0)
        if x.low > 0 or (x.low == 0 and not strictly):
            return True
        if x.high < 0 or (x.high == 0 and strictly):
            return False
        if x.quotients:
            crossed = self._crossed(x) if len(x.quotients) == 1 else None
            return self._sign(x, strictly) if crossed is None else self.graph.at_least(crossed, 1 if strictly else 0)
        if len(x.terms) == 1:
            (factor, only), const = x.terms[0], x.const
            edge = -const / factor
            if factor > 0:
                return self.graph.at_least(only, floor(edge) + 1 if strictly else ceil(edge))
            return self.graph.negate(self.graph.at_least(only, ceil(edge) if strictly else floor(edge) + 1))
        _, node = x.integer()
        assert isinstance(node, Node), "a constant's sign follows from its bounds"
        return self.graph.at_least(node, 1 if strictly else 0)

    def _crossed(self, x: Column) -> Node | None:
        """A whole number with the sign of a sum with one quotient: over its denominator; None if it needs wide numbers."""
        quotient = x.quotients[0]
        step, node = x.plain.integer()
        unit = common_step([step, quotient.factor])
        over = int(step / unit)
        if isinstance(node, int):
            terms = [(over * node, quotient.bottom)] if node else []
        else:
            terms = [(over, self.graph.product(node, quotient.bottom))]
        found = self.graph.linear([*terms, (int(quotient.factor / unit), quotient.top)])
        return None if found.wide or any(arg.wide for arg in found.args) else found

    def _gathered(self, x: Column) -> Column:
        """All parts without denominators of their own as one, if 64 bits are enough for it."""
        step, node = x.plain.integer()
        if isinstance(node, int) or node.wide:
            return x
        return evolve(x, const=ZERO, terms=((step, node),))

    def _sign(self, x: Column, strictly: bool) -> Cond:
        shape, nodes = parts_of(self._gathered(x))
        key = ("sign", shape, tuple(node.index for node in nodes), strictly)
        return self.graph.custom(key, lambda *arrays: shape.not_negative(arrays, strictly), nodes, 0, 1, truth=True)

    def both(self, a: Cond, b: Cond) -> Cond:
        return self.graph.both(a, b)

    def negate(self, a: Cond) -> Cond:
        return self.graph.negate(a)

    def where(self, condition: Cond, then: Any, otherwise: Any) -> Any:
        if isinstance(condition, bool):
            return then if condition else otherwise
        x, y = as_column(self.graph, then), as_column(self.graph, otherwise)
        step, p, q = self._over_one(x, y)
        same = isinstance(p, int) and p == q or p is q
        base = whole(self.graph, step, p if same else self.graph.select(condition, p, q))
        quotients = []
        for own, cond in ((x, condition), (y, self.graph.negate(condition))):
            for quotient in own.quotients:
                kept = self.graph.masked(quotient.top, cond)
                quotients += [] if kept is None else [evolve(quotient, top=kept)]
        found = made(self.graph, base.const, base.terms, tuple(quotients))
        return found.within(min(x.low, y.low), max(x.high, y.high))

    def band(self, x: Any, ranges: Sequence[Range], values: Sequence[Fraction]) -> Any:
        column = as_column(self.graph, x)
        bands = sorted(zip(ranges, values, strict=True), key=lambda b: (b[0].low is not None, b[0].low or ZERO))
        if column.quotients:
            conds = [self.at_most(b.low, column) if b.low_closed else self.less(b.low, column) for b, _ in bands[1:]]
            place = self.graph.count(conds)
        else:
            step, node = column.integer()
            edges = [_edge(b, step) for b, _ in bands[1:]]
            place = sum(node >= e for e in edges) if isinstance(node, int) else self.graph.position(node, edges)
        return self.table(whole(self.graph, Fraction(1), place), [value for _, value in bands])

    def table(self, index: Any, values: Sequence[Fraction]) -> Any:
        _, node = as_column(self.graph, index).integer(Fraction(1))
        if isinstance(node, int):
            return values[node]
        # A row without the fact has no index; what stands there is never used.
        node = self.graph.greatest(node, 0) if node.low < 0 else node
        node = self.graph.least(node, len(values) - 1) if node.high >= len(values) else node
        kept = values[node.low : node.high + 1]
        step = common_step(kept)
        return whole(self.graph, step, self.graph.lookup(node, [int(value / step) for value in kept]))

    def rounded(self, x: Any, places: int, mode: str) -> Any:
        column = as_column(self.graph, x)
        scale = 10**places
        if column.quotients:
            return whole(self.graph, Fraction(1, scale), self._rounded(column, scale, mode))
        step, node = column.integer()
        factor = step * scale
        if factor.denominator == 1:
            return x
        if isinstance(node, int):
            from cadre_eval.numbers.exact import round_fraction

            return round_fraction(column.const, places, mode)
        found = self.graph.divided(node, factor.numerator, factor.denominator, mode)
        return whole(self.graph, Fraction(1, scale), found)

    def _rounded(self, column: Column, scale: int, mode: str) -> Node:
        shape, nodes = parts_of(self._gathered(column))
        key = ("rounded", shape, tuple(node.index for node in nodes), scale, mode)
        low, high = floor(column.low * scale), ceil(column.high * scale)
        return self.graph.custom(
            key, lambda *arrays: shape.rounded(arrays, scale, mode), nodes, low, high, truth=False
        )


def parts_of(x: Column) -> tuple[Sum, list[Node]]:
    """The form of the column, and the nodes its numbers come from."""
    shape = Sum(x.const, tuple(f for f, _ in x.terms), tuple(q.factor for q in x.quotients))
    nodes = [node for _, node in x.terms]
    return shape, [*nodes, *(q.top for q in x.quotients), *(q.bottom for q in x.quotients)]


def _num(x: Any) -> Any:
    return x if isinstance(x, Column) else Fraction(x)


def _edge(band: Range, step: Fraction) -> int:
    """The first whole multiple of the step that has reached the band."""
    assert band.low is not None, "only the first band reaches down without end"
    edge = band.low / step
    return ceil(edge) if band.low_closed else floor(edge) + 1


def _within_ratio(found: Column, x: Column, by: Node, when_zero: Fraction) -> Column:
    """A ratio lies between those of the ends; by a whole number of 1 or more, never outside the numerator's own."""
    ends = [min(x.low, ZERO, when_zero), max(x.high, ZERO, when_zero)]
    return found.within(*ends)
