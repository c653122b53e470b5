"""Mutations of lists and ladders: an item out, neighbours swapped, a rung moved, points moved between parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import attrs

from cadre_eval.cases.changed.edits import rekeyed, swapped, without_item, without_key
from cadre_eval.cases.changed.mutated_numbers import moved, number_changes
from cadre_eval.cases.changed.mutating import Change, Target
from cadre_eval.cases.changed.tokens import Token
from cadre_eval.errors import Text
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, plain_value, scalar_at
from cadre_eval.reading.scalars import Whole
from cadre_eval.ruleset.document import ConditionDoc, CriterionDoc, EffectDoc, QuotaDoc, RulesetDoc

DROPPED = Text("去掉一项", "item taken out")
SWAPPED = Text("相邻两项对调", "neighbours swapped")
EVERYWHERE = Text("改为各考核期都适用", "applied in every period")
RUNG_MOVED = Text("次数差一", "count one off")


def parts(token: Token, target: Target) -> Iterator[Change]:
    """Weights and points of the parts of a group: moved between neighbours that count in the same periods."""
    sequence = token.of(tuple)
    if not isinstance(token.node, SeqNode) or sequence is None or get_args(sequence)[0] is not CriterionDoc:
        return
    weighted = any(scalar_at(item, "weight") is not None for item in token.node.items)
    total = token.holder.values.get("total") if isinstance(token.holder, MapNode) else None
    weights = scalar_at(token.holder if token.key == "parts" or total is None else total, "weights")
    relative = weighted and weights is not None and weights.text == "relative"
    for siblings in _together(token.node):
        shared = _named(siblings, "weight" if weighted else "points")
        if len(shared) > 1 and not relative:
            yield from moved(shared)
        elif len(shared) > 1 or not weighted:  # one weight alone is everything, whatever it is
            yield from _each(shared)
        yield from _each(_named(siblings, "points") if weighted else {})


def _named(siblings: list[Node], key: str) -> dict[str, Scalar]:
    """The numbers under ``key``, by their paths."""
    found = {
        f"criteria.{getattr(scalar_at(item, 'id'), 'text', '')}.{key}": scalar_at(item, key) for item in siblings
    }
    return {path: scalar for path, scalar in found.items() if scalar is not None}


def _each(written: Mapping[str, Scalar]) -> Iterator[Change]:
    for path, scalar in written.items():
        yield from number_changes(scalar, path)


def _together(node: SeqNode) -> list[list[Node]]:
    """The parts by the periods they count in."""
    found: dict[str, list[Node]] = {}
    for item in node.items:
        periods = item.values.get("periods") if isinstance(item, MapNode) else None
        found.setdefault("" if periods is None else repr(plain_value(periods)), []).append(item)
    return list(found.values())


def lists(token: Token, target: Target) -> Iterator[Change]:
    """One item less; in a chain of tie-breaks also two neighbours swapped."""
    sequence = token.of(tuple)
    if not isinstance(token.node, SeqNode) or sequence is None or not token.own:
        return
    if token.record in {EffectDoc, QuotaDoc} and token.of(tuple) is not None and len(token.options) > 1:
        return  # grades, which are labels
    item_type = get_args(sequence)[0]
    if token.key == "periods" and isinstance(token.holder, MapNode):
        yield from _periods(token, token.node, target)
    elif token.record is RulesetDoc and token.key == "ties":
        yield from _ties(token.node)
    elif not _is_record(item_type) or item_type is not CriterionDoc:
        least = 2 if item_type is ConditionDoc or not _is_record(item_type) and not token.key.endswith("by") else 1
        if len(token.node.items) >= least:
            yield from (_dropped(token.node, index) for index in range(len(token.node.items)))


def _is_record(t: Any) -> bool:
    return isinstance(t, type) and attrs.has(t)


def _dropped(node: SeqNode, index: int) -> Change:
    item = node.items[index]
    return Change(item.span, DROPPED, _short(item), "—", (without_item(node, index),))


def _short(node: Node) -> str:
    """An item by its id, or as it is written, cut."""
    if isinstance(node, Scalar):
        return node.text
    name = scalar_at(node, "id")
    return name.text if name is not None else _flow(plain_value(node))


def _flow(plain: object) -> str:
    """Plain values in one line, as YAML may write them."""
    if isinstance(plain, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in plain.items()) + "}"
    return "[" + ", ".join(map(_flow, plain)) + "]" if isinstance(plain, list) else str(plain)


def _periods(token: Token, node: SeqNode, target: Target) -> Iterator[Change]:
    if not target.several_periods or not isinstance(token.holder, MapNode):
        return
    if len(node.items) > 1:
        yield from (_dropped(node, index) for index in range(len(node.items)))
    if len(node.items) < len(target.rules.periods):
        yield Change(node.span, EVERYWHERE, _short(node), "—", (without_key(token.holder, token.key),))


def _ties(node: SeqNode) -> Iterator[Change]:
    """The chain without its end, ``open``."""
    names = [item for item in node.items if isinstance(item, Scalar)]
    for index in range(len(names) - 1):
        yield _dropped(node, index)
        if index + 2 < len(names):
            texts = names[index].text, names[index + 1].text
            before, after = " > ".join(texts), " > ".join(reversed(texts))
            yield Change(names[index].span, SWAPPED, before, after, (swapped(node, index),))


def ladders(token: Token, target: Target) -> Iterator[Change]:
    """A count of a ladder one up or down; a rung in the way is taken out."""
    mapping = token.of(dict, Mapping)
    if not isinstance(token.node, MapNode) or mapping is None or get_args(mapping)[0] is not Whole:
        return
    for name, key in list(token.node.keys.items()):
        count = int(name)
        if str(count + 1) in token.node.keys:
            edit = without_key(token.node, name)
        else:
            edit = rekeyed(token.node, {name: str(count + 1)})
        yield Change(key.span, RUNG_MOVED, name, str(count + 1), (edit,))
        if count:
            down = rekeyed(token.node, {name: str(count - 1)})
            yield Change(key.span, RUNG_MOVED, name, str(count - 1), (down,))
