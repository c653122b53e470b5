"""Layers merged into one tree, node by node: every value keeps the place it was written at.

Mappings merge key by key, lists of things with an ``id`` by id, everything else is replaced. Two layers of which
neither builds on the other may not disagree unless a later layer decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import closest
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, plain_value, scalar_at
from cadre_eval.ruleset.layers import Layer

Path = tuple[str, ...]
MAX_PATH = 64
"""Layers could nest each other's groups without end; so deep no rule goes."""

_YES = frozenset({"yes", "true", "是"})
_ADDED_UP = {("locks",), ("plugins",)}
"""Lists of the whole ruleset to which every layer adds."""
_OWN_KEYS = frozenset({"ruleset", "title", "source", "note", "extends", "effective_from", "effective_until", "locks"})
"""Keys that say something of one layer; its child does not inherit a quarrel over them."""


class Merged:
    """The merged tree, and where things were taken out."""

    def __init__(self, root: MapNode, removals: dict[str, Span]) -> None:
        self.root = root
        self.removals = removals


def merge_layers(layers: Sequence[Layer], problems: Problems) -> Merged:
    """The effective tree of ``layers`` (parents first)."""
    last = layers[-1].node
    merger = _Merger(MapNode(last.source, last.line, last.column), problems)
    for layer in layers:
        merger.add(layer)
    merger.report_conflicts()
    return Merged(merger.root, merger.removals)


class _Merger:
    def __init__(self, root: MapNode, problems: Problems) -> None:
        self.root = root
        self.problems = problems
        self.removals: dict[str, Span] = {}
        self.conflicts: dict[Path, tuple[Span, Span]] = {}
        self.layer: Layer

    def add(self, layer: Layer) -> None:
        self.layer = layer
        for name in _OWN_KEYS - {"locks"}:  # a lock of a parent goes on being shown
            self.root.keys.pop(name, None)
            self.root.values.pop(name, None)
        self._merge_map(self.root, layer.node, ())

    def report_conflicts(self) -> None:
        for path, (first, second) in self.conflicts.items():
            label = Text("另一处写法", "the other value")
            self.problems.add("CE303", second, path=".".join(path), also=[(label, first)])

    def _merge_map(self, into: MapNode, new: MapNode, path: Path) -> None:
        for key, value in new.items():
            old = into.values.get(key.text)
            if is_removal(value):
                self._remove_key(into, key)
                continue
            merged = self._merged(old, value, (*path, key.text))
            into.put(key, merged)

    def _remove_key(self, into: MapNode, key: Scalar) -> None:
        if key.text not in into.keys:
            self.problems.add("CE304", key.span, fix=closest(key.text, into.keys), id=key.text)
            return
        del into.keys[key.text], into.values[key.text]
        self.removals[key.text] = key.span

    def _merged(self, old: Node | None, new: Node, path: Path) -> Node:
        if old is None:
            return self._fresh(new, path)
        if isinstance(old, MapNode) and isinstance(new, MapNode):
            self._merge_map(old, new, path)
            return old
        if isinstance(new, SeqNode) and isinstance(old, SeqNode) and (_by_id(new) or path in _ADDED_UP):
            return self._merged_list(old, new, path)
        self._note_conflict(old, new, path)
        return self._fresh(new, path)

    def _note_conflict(self, old: Node, new: Node, path: Path) -> None:
        self.conflicts = {p: v for p, v in self.conflicts.items() if p[: len(path)] != path}
        unrelated = old.source.name not in self.layer.ancestors and old.source != self.layer.source
        if unrelated and plain_value(old) != plain_value(new) and path[0] not in _OWN_KEYS:
            self.conflicts[path] = (old.span, new.span)

    def _fresh(self, new: Node, path: Path) -> Node:
        """A copy that later layers may change; ``remove`` has nothing to take out here."""
        if isinstance(new, MapNode):
            copy = MapNode(new.source, new.line, new.column)
            self._merge_map(copy, new, path)
            return copy
        if isinstance(new, SeqNode):
            copy_of = SeqNode(new.source, new.line, new.column)
            if _by_id(new):
                return self._merged_list(copy_of, new, path)
            copy_of.items = list(new.items)
            return copy_of
        return new

    def _merged_list(self, old: SeqNode, new: SeqNode, path: Path) -> SeqNode:
        seen: dict[str, Scalar] = {}
        for item in new.items:
            name = scalar_at(item, "id")
            if not isinstance(item, MapNode) or name is None:
                old.items.append(item)
                continue
            if name.text in seen:
                label = Text("第一次写在这里", "first written here")
                self.problems.add("CE306", name.span, id=name.text, also=[(label, seen[name.text].span)])
                continue
            seen[name.text] = name
            self._merge_item(old, item, name, (*path, name.text))
        return old

    def _merge_item(self, old: SeqNode, item: MapNode, name: Scalar, path: Path) -> None:
        holder = find_holder(self.root if path[0] == "criteria" else old, old, name.text)
        if "remove" in item.keys:
            self._remove(holder, item, name, old)
        elif holder is None:
            fresh = self._fresh(item, path)
            old.items.append(fresh)
        else:
            index = _index(holder, name.text)
            holder.items[index] = self._merged(holder.items[index], item, path)

    def _remove(self, holder: SeqNode | None, item: MapNode, name: Scalar, siblings: SeqNode) -> None:
        flag = scalar_at(item, "remove")
        if flag is None or flag.text not in _YES or len(item.keys) != 2:
            self.problems.add("CE305", item.keys["remove"].span)
            return
        if holder is None:
            known = [found.text for found in all_ids(self.root)] + [n.text for n in all_ids(siblings)]
            self.problems.add("CE304", name.span, fix=closest(name.text, known), id=name.text)
            return
        del holder.items[_index(holder, name.text)]
        self.removals[name.text] = name.span


def is_removal(value: Node) -> bool:
    """``{remove: yes}`` in place of a value takes the key out."""
    flag = scalar_at(value, "remove")
    return flag is not None and flag.text in _YES and isinstance(value, MapNode) and len(value.keys) == 1


def _by_id(node: SeqNode) -> bool:
    return any(scalar_at(item, "id") is not None for item in node.items)


def _index(holder: SeqNode, wanted: str) -> int:
    return next(i for i, item in enumerate(holder.items) if (n := scalar_at(item, "id")) and n.text == wanted)


def find_holder(root: MapNode | SeqNode, siblings: SeqNode, wanted: str) -> SeqNode | None:
    """The list that has the item ``wanted``: these siblings, or (criteria) any list of parts in the tree."""
    if any((n := scalar_at(item, "id")) and n.text == wanted for item in siblings.items):
        return siblings
    criteria = root.values.get("criteria") if isinstance(root, MapNode) else None
    ahead = [criteria] if isinstance(criteria, SeqNode) else []
    while ahead:
        here = ahead.pop()
        for item in here.items:
            name = scalar_at(item, "id")
            if name is not None and name.text == wanted:
                return here
            parts = item.values.get("parts") if isinstance(item, MapNode) else None
            if isinstance(parts, SeqNode):
                ahead.append(parts)
    return None


def all_ids(node: Node) -> list[Scalar]:
    """Every ``id`` in the tree below."""
    found: list[Scalar] = []
    ahead: list[Node] = [node]
    while ahead:
        here = ahead.pop()
        children = here.items if isinstance(here, SeqNode) else []
        if isinstance(here, MapNode):
            children = list(here.values.values())
            name = scalar_at(here, "id")
            found += [name] if name is not None else []
        ahead += children
    return found
