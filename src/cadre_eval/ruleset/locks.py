"""What a parent layer forbids its children to change."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, plain_value, scalar_at
from cadre_eval.reading.scalars import BadScalar, parse_number
from cadre_eval.ruleset.bands import parse_range
from cadre_eval.ruleset.layers import Layer
from cadre_eval.ruleset.merge import Merged, find_holder, merge_layers


def check_locks(layers: Sequence[Layer], merged: Merged, problems: Problems) -> None:
    """Every lock of every layer, held against the final tree."""
    for index, layer in enumerate(layers):
        locks = layer.node.values.get("locks")
        if not isinstance(locks, SeqNode) or not locks.items:
            continue
        own = [a for a in layers[: index + 1] if a is layer or a.source.name in layer.ancestors]
        here = merge_layers(own, Problems()).root
        for lock in locks.items:
            _check_lock(lock, here, merged, problems)


def _check_lock(lock: Node, here: MapNode, merged: Merged, problems: Problems) -> None:
    path, rule, towards = (scalar_at(lock, name) for name in ("path", "rule", "towards"))
    if path is None or rule is None:
        return  # the record's own reading reports what is missing
    locked = node_at(here, path.text)
    if locked is None:
        problems.add("CE307", path.span, path=path.text)
        return
    if rule.text == "tighten-only" and (towards is None or _number(locked) is None):
        problems.add("CE308", path.span, path=path.text)
        return
    now = node_at(merged.root, path.text)
    label = Text("上级在此锁定", "locked here")
    if now is None:
        gone = [merged.removals[step] for step in path.text.split(".") if step in merged.removals]
        problems.add("CE309", gone[0] if gone else merged.root.span, path=path.text, also=[(label, path.span)])
    elif plain_value(now) == plain_value(locked):
        return
    elif rule.text == "final":
        where = changed_span(locked, now)
        problems.add("CE309", where, path=path.text, also=[(label, path.span)])
    elif towards is not None:
        _check_tightened(locked, now, towards.text, path, problems)


def _check_tightened(locked: Node, now: Node, towards: str, path: Scalar, problems: Problems) -> None:
    before, after = _number(locked), _number(now)
    stricter = (
        before is not None and after is not None and (after >= before if towards == "higher" else after <= before)
    )
    if not stricter:
        direction = Text("更高", "higher") if towards == "higher" else Text("更低", "lower")
        label = Text("上级在此锁定", "locked here")
        problems.add("CE310", now.span, path=path.text, towards=direction, also=[(label, path.span)])


def changed_span(before: Node, after: Node) -> Span:
    """The first place where the two trees differ."""
    if isinstance(before, MapNode) and isinstance(after, MapNode):
        for key, value in after.items():
            old = before.values.get(key.text)
            if old is None:
                return key.span
            if plain_value(old) != plain_value(value):
                return changed_span(old, value)
    if isinstance(before, SeqNode) and isinstance(after, SeqNode):
        for old, new in zip(before.items, after.items, strict=False):
            if plain_value(old) != plain_value(new):
                return changed_span(old, new)
    return after.span


def _number(node: Node) -> Fraction | None:
    """The number of a scalar, or the one end of a range such as ``>= 90``."""
    if not isinstance(node, Scalar):
        return None
    try:
        return parse_number(node.text)
    except BadScalar:
        pass
    try:
        span = parse_range(node.text)
    except BadScalar:
        return None
    return span.low if span.low is not None else span.high


def node_at(root: MapNode, path: str) -> Node | None:
    """The value at ``criteria.duty.weight``: list items are named by id, criteria wherever they are in the tree."""
    node: Node = root
    for step in path.split("."):
        if isinstance(node, MapNode):
            if step not in node.values:
                return None
            node = node.values[step]
        elif isinstance(node, SeqNode):
            holder = find_holder(root if path.startswith("criteria.") else node, node, step)
            if holder is None:
                return None
            node = next(i for i in holder.items if (n := scalar_at(i, "id")) is not None and n.text == step)
        else:
            return None
    return node
