"""A graph with the columns wanted of it, run on batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from attrs import define, field, frozen

from cadre_eval.columns.batch import Numbers
from cadre_eval.columns.column import Column, as_column
from cadre_eval.columns.column_ops import parts_of
from cadre_eval.columns.graph import Cond, Graph, Node
from cadre_eval.columns.integers import ROOM, Array, full, largest, narrowest
from cadre_eval.columns.sums import Sum

Care: TypeAlias = Callable[[Node, Sequence[Array]], Array] | None
SLICE = 16_384
"""Rows computed at a time."""


@frozen(eq=False)
class Exact:
    """A column of exact rationals, computed: the form of a sum, and its columns."""

    shape: Sum
    arrays: tuple[Array, ...]
    rows: int

    @property
    def quotients(self) -> bool:
        """Whether rows have denominators of their own."""
        return bool(self.shape.quotients)

    def ratio(self, rows: Array | None = None) -> tuple[Array, Array]:
        """Numerators and denominators, in lowest terms, of some rows (all of them unless given)."""
        count = self.rows if rows is None else len(rows)
        if not self.arrays:
            const = self.shape.const
            kind = np.int64 if max(abs(const.numerator), const.denominator) < ROOM else object
            return np.full(count, const.numerator, kind), np.full(count, const.denominator, kind)
        return self.shape.exact(self.arrays, rows)

    def at(self, row: int) -> Fraction:
        """The number in one row."""
        top, bottom = self.ratio(np.array([row]))
        return Fraction(int(top[0]), int(bottom[0]))

    def taken(self, rows: Array) -> Exact:
        """The column of some rows only."""
        if len(rows) == self.rows and (rows == np.arange(self.rows)).all():
            return self
        return Exact(self.shape, tuple(array[rows] for array in self.arrays), len(rows))

    def slim(self) -> Exact:
        """The same column in as little memory as it needs."""
        return Exact(self.shape, tuple(narrowest(array) for array in self.arrays), self.rows)

    def stepped(self) -> tuple[Fraction, Array] | None:
        """A step and the whole multiples of it that the rows are; None if they have denominators of their own."""
        if self.quotients:
            return None
        if not self.arrays:
            return self.shape.const, np.ones(self.rows, dtype=np.int64)
        assert len(self.arrays) == 1, "a column without quotients is computed whole"
        if not self.shape.const:
            return self.shape.factors[0], full(self.arrays[0])
        scale = lcm(self.shape.const.denominator, self.shape.factors[0].denominator)
        factor, const = int(self.shape.factors[0] * scale), int(self.shape.const * scale)
        array: Any = full(self.arrays[0])
        if abs(const) + max(1, largest(array)) * abs(factor) >= ROOM:
            array = array.astype(object)
        return Fraction(1, scale), array * factor + const


@define(eq=False)
class Program:
    """What is to be computed of a graph: columns of numbers, and conditions, by name."""

    graph: Graph
    numbers: dict[str, Column] = field(factory=dict)
    truths: dict[str, Cond] = field(factory=dict)
    steps: list[tuple[Node, Care]] = field(factory=list)
    """The nodes that are needed, each with what it takes care of."""
    last_use: dict[int, list[int]] = field(factory=dict)
    keep: frozenset[int] = frozenset()
    forms: list[tuple[str, Sum, tuple[int, ...]]] = field(factory=list)
    """What each column wanted is made of: its form, and its nodes."""
    used: list[tuple[str, Node]] = field(factory=list)
    """The inputs that are looked at."""

    def number(self, name: str, column: Any) -> None:
        """Wants a column. One without quotients is computed whole: one array, by one step."""
        found = as_column(self.graph, column)
        if not found.quotients and len(found.terms) > 1:
            step, node = found.integer()
            assert isinstance(node, Node), "a sum of columns is no constant"
            found = Column(self.graph, Fraction(0), ((step, node),), (), found.low, found.high)
        self.numbers[name] = found

    def truth(self, name: str, cond: Cond) -> None:
        self.truths[name] = cond

    def finish(self) -> Program:
        """Settles which nodes are computed, in what order, and when each is let go."""
        wanted: list[Node] = [cond for cond in self.truths.values() if isinstance(cond, Node)]
        for name, column in self.numbers.items():
            shape, nodes = parts_of(column)
            self.forms.append((name, shape, tuple(node.index for node in nodes)))
            wanted += nodes
        self.keep = frozenset(node.index for node in wanted)
        needed: set[int] = set()
        ahead = list(wanted)
        while ahead:
            node = ahead.pop()
            if node.index not in needed:
                needed.add(node.index)
                ahead.extend(node.args)
        inputs = {node.index for node in self.graph.inputs.values()}
        self.used = [(key, node) for key, node in self.graph.inputs.items() if node.index in needed]
        self.steps = [
            (node, _care(node)) for node in self.graph.nodes if node.index in needed and node.index not in inputs
        ]
        last: dict[int, int] = {}
        for node, _ in self.steps:
            last.update(dict.fromkeys((a.index for a in node.args), node.index))
        for index, at in last.items():
            if index not in self.keep:
                self.last_use.setdefault(at, []).append(index)
        return self

    def serves(self, columns: Iterable[Numbers]) -> bool:
        """Whether every column lies within the bounds the program was made for."""
        for numbers in columns:
            node = self.graph.inputs.get(numbers.key)
            if node is not None and not _within(numbers.reach, node):
                return False
            if numbers.bottom is not None and node is not None:
                bottom = self.graph.inputs[f"{numbers.key}/bottom"]
                if len(numbers.bottom) and int(numbers.bottom.max()) > bottom.high:
                    return False
        return True

    def run(self, arrays: Mapping[str, Array], rows: int) -> tuple[dict[str, Exact], dict[str, Array | bool]]:
        """Everything wanted, for one batch that ``serves`` has been asked about."""
        values = {node.index: arrays[key] for key, node in self.used if node.index in self.keep}
        for first in range(0, rows, SLICE):
            self._slice(arrays, first, min(rows, first + SLICE), rows, values)
        if not rows:
            self._slice(arrays, 0, 0, 0, values)
        numbers = {name: Exact(shape, tuple([values[i] for i in own]), rows) for name, shape, own in self.forms}
        truths = {n: values[c.index] if isinstance(c, Node) else c for n, c in self.truths.items()}
        return numbers, truths

    def _slice(self, arrays: Mapping[str, Array], first: int, last: int, rows: int, kept: dict[int, Array]) -> None:
        """Some rows: few enough that everything between stays in fast memory. What is wanted is put where it belongs."""
        values = {node.index: _bits(arrays[key][first:last], node) for key, node in self.used}
        for node, care in self.steps:
            args = [values[a.index] for a in node.args]
            found = node.kernel(*args) if care is None else care(node, args)
            values[node.index] = found
            if node.index in self.keep:
                _put(kept, node.index, found, first, last, rows)
            for index in self.last_use.get(node.index, ()):
                del values[index]


def _within(found: tuple[int, int], node: Node) -> bool:
    return node.low <= found[0] and found[1] <= node.high


def _put(kept: dict[int, Array], index: int, found: Array, first: int, last: int, rows: int) -> None:
    if last - first == rows:
        kept[index] = found
        return
    if index not in kept:
        kept[index] = np.empty(rows, dtype=found.dtype)
    if kept[index].dtype != found.dtype:
        kept[index] = kept[index].astype(object)
    kept[index][first:last] = found


def _care(node: Node) -> Care:
    """What a node's kernel needs beside its arguments: numbers of another width."""
    if node.wide or any(a.wide for a in node.args):
        return _wide
    return None if node.narrow or node.truth and all(a.narrow or a.truth for a in node.args) else _broad


def _bits(array: Array, node: Node) -> Array:
    """A column whose values may be beyond 32 bits in other batches is taken with 64."""
    return array if node.narrow or array.dtype != np.int32 else array.astype(np.int64)


def _broad(node: Node, args: Sequence[Array]) -> Array:
    """A kernel whose result may need 64 bits."""
    found: Array = node.kernel(*(a.astype(np.int64) if a.dtype == np.int32 else a for a in args))
    return found


def _wide(node: Node, args: Sequence[Array]) -> Array:
    """A kernel on Python's own integers; back to 64 bits where the result is known to fit."""
    found: Any = node.kernel(*(a if a.dtype in (bool, object) else a.astype(object) for a in args))
    if node.wide:
        return np.asarray(found, dtype=object)
    return np.asarray(found, dtype=bool if node.truth else np.int64)
