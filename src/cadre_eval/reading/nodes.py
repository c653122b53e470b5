"""A YAML document as a tree of nodes: exact text and place, no types yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import define, field

from cadre_eval.errors import Source, Span


@define(eq=False, slots=True)
class Scalar:
    """Text as it was written; ``plain`` means without quotes."""

    text: str
    source: Source = field(repr=False)
    line: int
    column: int
    length: int
    plain: bool = True

    @property
    def span(self) -> Span:
        return Span(self.source, self.line, self.column, self.length)

    @property
    def is_empty(self) -> bool:
        return not self.text and self.plain


@define(eq=False, slots=True)
class MapNode:
    """A mapping; ``keys`` holds the key as written, for its place."""

    source: Source = field(repr=False)
    line: int
    column: int
    keys: dict[str, Scalar] = field(factory=dict)
    values: dict[str, Node] = field(factory=dict)

    @property
    def span(self) -> Span:
        """The first key stands for the whole mapping."""
        for key in self.keys.values():
            return key.span
        return Span(self.source, self.line, self.column, 1)

    def put(self, key: Scalar, value: Node) -> None:
        self.keys[key.text] = key
        self.values[key.text] = value

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        return zip(self.keys.values(), self.values.values(), strict=True)

    def only(self, names: frozenset[str]) -> MapNode:
        """The part of the mapping under these keys, places kept."""
        part = MapNode(self.source, self.line, self.column)
        for key, value in self.items():
            if key.text in names:
                part.put(key, value)
        return part


@define(eq=False, slots=True)
class SeqNode:
    source: Source = field(repr=False)
    line: int
    column: int
    items: list[Node] = field(factory=list)

    @property
    def span(self) -> Span:
        return Span(self.source, self.line, self.column, 1)


Node: TypeAlias = Scalar | MapNode | SeqNode


def scalar_at(node: Node, key: str) -> Scalar | None:
    """The scalar under ``key``, if ``node`` is a mapping and has one there."""
    value = node.values.get(key) if isinstance(node, MapNode) else None
    return value if isinstance(value, Scalar) else None


def depth_of(root: Node) -> int:
    """How deep the tree is nested; layers can make it deeper than any one file may be."""
    deepest, ahead = 0, [(root, 1)]
    while ahead:
        node, depth = ahead.pop()
        deepest = max(deepest, depth)
        if not isinstance(node, Scalar):
            children = node.items if isinstance(node, SeqNode) else list(node.values.values())
            ahead.extend((child, depth + 1) for child in children)
    return deepest


def plain_value(node: Node) -> object:
    """The tree as dicts, lists and text: what a digest or a comparison needs."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, SeqNode):
        return [plain_value(item) for item in node.items]
    return {name: plain_value(value) for name, value in node.values.items()}
