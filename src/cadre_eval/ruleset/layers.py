"""The layers of a ruleset: what ``extends`` names, each once, parents before children."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from attrs import frozen

from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.reading.yaml_reader import read_yaml

Finder: TypeAlias = Callable[[str, Source, Span, Problems], "Source | None"]
"""Resolves a name written in ``extends``: name, asking file, place, problems -> the file, or None."""

MAX_LAYERS = 32


@frozen(eq=False)
class Layer:
    """One file of a ruleset, and the names of all files it builds on."""

    source: Source
    node: MapNode
    ancestors: frozenset[str]


def load_layers(source: Source, find: Finder, problems: Problems) -> list[Layer]:
    """All layers of the ruleset in ``source``, parents first, itself last; problems with any of them are added."""
    return _Loader(find, problems).load(source)


class _Loader:
    def __init__(self, find: Finder, problems: Problems) -> None:
        self.find = find
        self.problems = problems
        self.done: dict[str, Layer | None] = {}
        self.order: list[Layer] = []

    def load(self, source: Source) -> list[Layer]:
        self._visit(source, ())
        return self.order

    def _visit(self, source: Source, path: tuple[str, ...]) -> Layer | None:
        if source.name in self.done:
            return self.done[source.name]
        node = read_yaml(source, self.problems)
        layer = None
        if isinstance(node, MapNode):
            ancestors = self._visit_parents(node, source, (*path, source.name))
            layer = Layer(source, node, ancestors)
            self.order.append(layer)
        elif node is not None:
            expected = Text("若干“键: 值”", "a mapping of keys and values")
            self.problems.add("CE204", node.span, expected=expected)
        self.done[source.name] = layer
        return layer

    def _check_names(self, node: MapNode) -> None:
        """``extends`` is not read with the merged tree, so its form is checked here."""
        value = node.values.get("extends")
        for item in value.items if isinstance(value, SeqNode) else [value] if value is not None else []:
            if not _is_name(item):
                self.problems.add("CE204", item.span, expected=Text("办法的名称", "the name of a ruleset"))

    def _visit_parents(self, node: MapNode, source: Source, path: tuple[str, ...]) -> frozenset[str]:
        ancestors: set[str] = set()
        self._check_names(node)
        for name in extended_names(node):
            parent = self.find(name.text, source, name.span, self.problems)
            if parent is None:
                continue
            if parent.name in path:
                self.problems.add(
                    "CE301", name.span, cycle=" → ".join([*path[path.index(parent.name) :], parent.name])
                )
            elif len(path) >= MAX_LAYERS:
                self.problems.add("CE302", name.span, limit=str(MAX_LAYERS))
            else:
                layer = self._visit(parent, path)
                ancestors |= {parent.name} | (layer.ancestors if layer else frozenset())
        return frozenset(ancestors)


def _is_name(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.is_empty


def extended_names(node: MapNode) -> list[Scalar]:
    """The names under ``extends``, one or a list."""
    value: Node | None = node.values.get("extends")
    items = value.items if isinstance(value, SeqNode) else [value]
    return [item for item in items if isinstance(item, Scalar) and _is_name(item)]
