"""Records of what a user may write: one attrs field for one key, with its meaning in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs
from attrs import field

from cadre_eval.errors import Source, Span, Text
from cadre_eval.reading.nodes import MapNode

T = TypeVar("T")
_NO = attrs.NOTHING


class Place:
    """Where a record and each of its keys stand; never part of equality."""

    __slots__ = ("node",)

    def __init__(self, node: MapNode) -> None:
        self.node = node

    @property
    def span(self) -> Span:
        return self.node.span

    def key(self, name: str) -> Span:
        """The key itself, or the record if the key is not written."""
        key = self.node.keys.get(name)
        return self.span if key is None else key.span

    def value(self, name: str, entry: str = "") -> Span:
        """The value under the key, or of one ``entry`` below it; a longer value by its key; else the record."""
        value = self.node.values.get(name)
        if isinstance(value, MapNode) and entry in value.keys:
            return value.values[entry].span
        if value is None:
            return self.span
        return self.node.keys[name].span if isinstance(value, MapNode) else value.span

    def has(self, name: str) -> bool:
        return name in self.node.keys

    def entry(self, name: str, *path: str) -> Span:
        """The key reached by following ``path`` below the key ``name``."""
        node: Any = self.node
        span = self.span
        for step in (name, *path):
            if not isinstance(node, MapNode) or step not in node.keys:
                return span
            span, node = node.keys[step].span, node.values[step]
        return span


def setting(
    zh: str,
    en: str,
    *,
    default: Any = _NO,
    factory: Callable[[], Any] | None = None,
    by_period: bool = False,
) -> Any:
    """A key of a record: its meaning and its default (none: the key is required).

    ``by_period``: the value may be a mapping from period to value; compiling puts the period's value there.
    """
    metadata = {"doc": Text(zh, en), "by_period": by_period}
    if factory is not None:
        return field(factory=factory, metadata=metadata, kw_only=True)
    return field(default=default, metadata=metadata, kw_only=True)


def place() -> Any:
    """The field that receives the record's place; a record made without a file, as in a test, stands nowhere."""
    return field(factory=_nowhere, eq=False, repr=False, hash=False, kw_only=True, metadata={"place": True})


def _nowhere() -> Place:
    return Place(MapNode(Source("—"), 1, 1))


def key_of(attribute: Any) -> str:
    """How a field is written in YAML."""
    name: str = attribute.name
    return name.rstrip("_")


def is_place(attribute: Any) -> bool:
    return bool(attribute.metadata.get("place"))


def is_setting(attribute: Any) -> bool:
    return "doc" in attribute.metadata


def setting_names(record: type) -> frozenset[str]:
    """The keys a record may have."""
    return frozenset(key_of(a) for a in attrs.fields(record) if is_setting(a))
