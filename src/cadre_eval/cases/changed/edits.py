"""Changes to a tree of nodes that can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import evolve, frozen

from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode


@frozen(eq=False)
class Edit:
    """What a node is to hold instead, by the name of the field: ``text``, ``items``, or ``keys`` with ``values``."""

    node: Node
    content: Mapping[str, Any]

    def made(self) -> Edit:
        """Puts it there; returns the edit that puts back what was there."""
        before = {name: getattr(self.node, name) for name in self.content}
        for name, value in self.content.items():
            setattr(self.node, name, value)
        return Edit(self.node, before)


@contextmanager
def applied(edits: Sequence[Edit]) -> Iterator[None]:
    """The tree with the edits inside the block, as it was after it."""
    undo = [edit.made() for edit in edits]
    try:
        yield
    finally:
        for edit in reversed(undo):
            edit.made()


def retold(scalar: Scalar, text: str) -> Edit:
    """Another text in the same place."""
    return Edit(scalar, {"text": text})


def without_item(node: SeqNode, index: int) -> Edit:
    return Edit(node, {"items": [item for i, item in enumerate(node.items) if i != index]})


def swapped(node: SeqNode, index: int) -> Edit:
    """The item and the next one change places."""
    items = list(node.items)
    items[index], items[index + 1] = items[index + 1], items[index]
    return Edit(node, {"items": items})


def _pairs(node: MapNode, pairs: Sequence[tuple[Scalar, Node]]) -> Edit:
    keys = {key.text: key for key, _ in pairs}
    return Edit(node, {"keys": keys, "values": {key.text: value for key, value in pairs}})


def rekeyed(node: MapNode, names: Mapping[str, str]) -> Edit:
    """Keys renamed; an entry that already has the new name makes way."""
    kept = [(key, value) for key, value in node.items() if key.text in names or key.text not in names.values()]
    return _pairs(node, [(evolve(key, text=names.get(key.text, key.text)), value) for key, value in kept])


def without_key(node: MapNode, name: str) -> Edit:
    return _pairs(node, [(key, value) for key, value in node.items() if key.text != name])


def replaced(node: MapNode, other: MapNode) -> Edit:
    """The mapping holds what another one holds."""
    return _pairs(node, list(other.items()))
