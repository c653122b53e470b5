"""Arithmetic on columns of integers, written down once and run on every batch.

A node is a column still to be computed; it knows the bounds of its integers, so that whether 64 bits are enough is
settled before anything runs. Where they are not, Python's own integers are used: slower, and exact all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from attrs import define, field

from cadre_eval.columns.integers import NARROW, ROOM, Array, integers, narrowed

Cond: TypeAlias = "Node | bool"
"""A comparison's outcome: a column of truths, or one that holds for every row."""

MOST_LOOKED_UP = 4096
"""A column with at most so many possible values is mapped by a table."""


@define(eq=False, slots=True)
class Node:
    """A column of integers (or truths, 0 and 1) between ``low`` and ``high``; ``wide`` if it needs Python's integers."""

    index: int
    kernel: Callable[..., Any]
    args: tuple[Node, ...]
    low: int
    high: int
    wide: bool = False
    truth: bool = False
    narrow: bool = False
    """Whether 32 bits are enough for it and for all that goes into it."""

    @property
    def most(self) -> int:
        """The greatest magnitude."""
        return max(abs(self.low), abs(self.high))


@define(eq=False)
class Graph:
    """Nodes in the order they are computed; equal ones are made once."""

    nodes: list[Node] = field(factory=list)
    made: dict[Any, Node] = field(factory=dict)
    inputs: dict[str, Node] = field(factory=dict)

    def _node(
        self, key: Any, kernel: Callable[..., Any], args: Sequence[Node], low: int, high: int, most: int = 0,
        truth: bool = False,
    ) -> Node:  # fmt: skip
        found = self.made.get(key)
        if found is None:
            reach = max(most, abs(low), abs(high))
            narrow = reach < NARROW and all(arg.narrow or arg.truth for arg in args)
            found = Node(len(self.nodes), kernel, tuple(args), low, high, reach >= ROOM, truth, narrow)
            self.nodes.append(found)
            self.made[key] = found
        return found

    def input(self, key: str, low: int, high: int, truth: bool = False) -> Node:
        """A column the batch brings, whose values were found to lie between the bounds."""
        node = self._node(("input", key), _same, (), low, high, truth=truth)
        self.inputs[key] = node
        return node

    def linear(self, terms: Sequence[tuple[int, Node]], const: int = 0) -> Node:
        """The sum of whole multiples of columns, and a whole number."""
        if len(terms) == 1 and terms[0][0] == 1 and const == 0:
            return terms[0][1]
        ends = [sorted((k * node.low, k * node.high)) for k, node in terms]
        low, high = const + sum(e[0] for e in ends), const + sum(e[1] for e in ends)
        most = abs(const) + sum(abs(k) * max(1, node.most) for k, node in terms)  # factors of zeros must fit too
        factors = tuple(k for k, _ in terms)
        key = ("linear", factors, tuple(node.index for _, node in terms), const)
        return self._node(key, _linear(factors, const), [node for _, node in terms], low, high, most)

    def product(self, a: Node, b: Node) -> Node:
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        key = ("product", *sorted((a.index, b.index)))
        return self._node(key, np.multiply, (a, b), min(ends), max(ends))

    def least(self, a: Node, b: Node | int) -> Node:
        """The smaller of two columns, or of a column and a number."""
        low, high = (b, b) if isinstance(b, int) else (b.low, b.high)
        return self._pair("least", np.minimum, a, b, min(a.low, low), min(a.high, high))

    def greatest(self, a: Node, b: Node | int) -> Node:
        low, high = (b, b) if isinstance(b, int) else (b.low, b.high)
        return self._pair("greatest", np.maximum, a, b, max(a.low, low), max(a.high, high))

    def _pair(self, name: str, ufunc: Any, a: Node, b: Node | int, low: int, high: int, truth: bool = False) -> Node:
        if isinstance(b, int):
            return self._node((name, a.index, "const", b), lambda x: ufunc(x, b), (a,), low, high, abs(b), truth)
        return self._node((name, a.index, b.index), ufunc, (a, b), low, high, 0, truth)

    def at_least(self, a: Node, number: int) -> Cond:
        """Where the column is at least the number."""
        if a.low >= number or a.high < number:
            return a.low >= number
        return self._pair("at least", np.greater_equal, a, number, 0, 1, truth=True)

    def select(self, cond: Node, a: Node | int, b: Node | int) -> Node:
        """One or the other, row by row."""
        ends = [(x, x) if isinstance(x, int) else (x.low, x.high) for x in (a, b)]
        low, high = min(e[0] for e in ends), max(e[1] for e in ends)
        nodes = [x for x in (a, b) if isinstance(x, Node)]
        key = ("select", cond.index, *(x if isinstance(x, int) else ("node", x.index) for x in (a, b)))
        return self._node(key, _select(a, b), (cond, *nodes), low, high)

    def masked(self, a: Node, cond: Cond) -> Node | None:
        """The column where the condition holds, else 0; None if it never holds."""
        if isinstance(cond, bool):
            return a if cond else None
        return self._node(("masked", a.index, cond.index), _masked, (a, cond), min(a.low, 0), max(a.high, 0))

    def both(self, a: Cond, b: Cond) -> Cond:
        if isinstance(a, bool):
            return b if a else False
        if isinstance(b, bool):
            return a if b else False
        return self._node(("both", *sorted((a.index, b.index))), np.logical_and, (a, b), 0, 1, truth=True)

    def negate(self, a: Cond) -> Cond:
        if isinstance(a, bool):
            return not a
        return self._node(("not", a.index), np.logical_not, (a,), 0, 1, truth=True)

    def count(self, conds: Sequence[Cond]) -> Node | int:
        """How many of the conditions hold."""
        sure = sum(c is True for c in conds)
        nodes = [c for c in conds if isinstance(c, Node)]
        if not nodes:
            return sure
        key = ("count", sure, tuple(c.index for c in nodes))
        return self._node(key, _count(sure), nodes, sure, sure + len(nodes))

    def lookup(self, a: Node, values: Sequence[int]) -> Node:
        """``values[a - a.low]``: as many values as the column may have."""
        table = tuple(values)
        key = ("lookup", a.index, table)
        return self._node(key, _lookup(narrowed(integers(table)), a.low), (a,), min(table), max(table))

    def position(self, a: Node, edges: Sequence[int]) -> Node | int:
        """How many of the edges, in ascending order, the column has reached."""
        if a.high - a.low < MOST_LOOKED_UP:
            return self.lookup(a, [sum(x >= edge for edge in edges) for x in range(a.low, a.high + 1)])
        return self.count([self.at_least(a, edge) for edge in edges])

    def divided(self, a: Node, numerator: int, denominator: int, mode: str) -> Node:
        """``a * numerator / denominator`` rounded to a whole number."""
        ends = [round_ratio(x * numerator, denominator, mode) for x in (a.low, a.high)]
        most = 2 * (max(1, a.most) * abs(numerator)) + abs(denominator)
        key = ("divided", a.index, numerator, denominator, mode)
        return self._node(key, _divided(numerator, denominator, mode, a.low >= 0), (a,), min(ends), max(ends), most)

    def custom(
        self, key: Any, kernel: Callable[..., Any], args: Sequence[Node], low: int, high: int, truth: bool
    ) -> Node:
        """A column that a function of others gives."""
        return self._node(key, kernel, args, low, high, truth=truth)


def round_ratio(top: int, bottom: int, mode: str) -> int:
    """``top / bottom`` as a whole number; ``bottom`` is above 0."""
    whole, rest = divmod(abs(top), bottom)
    up = {"half-up": 2 * rest >= bottom, "half-even": 2 * rest + whole % 2 > bottom, "up": rest > 0, "down": False}
    return (whole + up[mode]) * (1 if top >= 0 else -1)


def rounded_array(top: Array, bottom: Any, mode: str, unsigned: bool) -> Array:
    """``round_ratio`` on columns."""
    size = top if unsigned else np.abs(top)
    whole = size // bottom
    if mode != "down":
        rest = size - whole * bottom
        up = {
            "half-up": lambda: 2 * rest >= bottom,
            "half-even": lambda: 2 * rest + whole % 2 > bottom,
            "up": lambda: rest > 0,
        }[mode]()
        whole = whole + up
    return np.asarray(whole if unsigned else np.where(top < 0, -whole, whole))


def _same(x: Array) -> Array:
    return x


def _linear(factors: Sequence[int], const: int) -> Callable[..., Any]:
    def kernel(*arrays: Array) -> Array:
        first = factors[0]
        out = arrays[0] + const if first == 1 else arrays[0] * first
        if const and first != 1:
            out += const
        part = None
        for factor, array in zip(factors[1:], arrays[1:], strict=True):
            if factor == 1:
                out += array
            elif factor == -1:
                out -= array
            else:
                part = np.multiply(
                    array, factor, out=part if part is not None and part.dtype == array.dtype else None
                )
                out += part
        return out

    return kernel


def _lookup(array: Array, low: int) -> Callable[..., Any]:
    def kernel(x: Array) -> Array:
        at = x - low if low else x
        return array.take(at if at.dtype != object else at.astype(np.int64))

    return kernel


def _select(a: Node | int, b: Node | int) -> Callable[..., Any]:
    if isinstance(a, int) and isinstance(b, int):
        return _chosen(a, b)
    if isinstance(a, int):
        return lambda cond, y: np.where(cond, a, y)
    if isinstance(b, int):
        return lambda cond, x: np.where(cond, x, b)
    return np.where


def _chosen(a: int, b: int) -> Callable[..., Any]:
    """One of two numbers. Where the condition holds everywhere, as it mostly does, that is known at a glance."""
    if max(abs(a), abs(b)) >= NARROW:
        return lambda cond: np.where(cond, a, b)
    pair = np.array([b, a], dtype=np.int32)
    return lambda cond: pair.take(cond.view(np.int8), mode="clip")


def _masked(x: Array, cond: Array) -> Array:
    return x if cond.all() else x * cond


def _count(sure: int) -> Callable[..., Any]:
    def kernel(*conds: Array) -> Array:
        out = conds[0].astype(np.int64)
        for cond in conds[1:]:
            out += cond
        return out + sure if sure else out

    return kernel


def _divided(numerator: int, denominator: int, mode: str, unsigned: bool) -> Callable[..., Any]:
    return lambda x: rounded_array(x if numerator == 1 else x * numerator, denominator, mode, unsigned)
