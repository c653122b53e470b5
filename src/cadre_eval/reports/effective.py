"""The merged ruleset as YAML, each value with the place it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cadre_eval.errors.width import text_width
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.ruleset.compile import Effective

COLUMN = 60
_PLAIN = re.compile(r"[\w(（“《〈【][^:#,\[\]{}&*!|>'\"%@`\n]*")
_RESERVED = {"", "~", "null", "Null", "NULL", "<<"}


def effective_text(effective: Effective) -> str:
    """YAML that reads back as the same ruleset, with origins as comments."""
    return "\n".join(_with_origin(text, origin) for text, origin in _map(effective.root, 0)) + "\n"


def _with_origin(text: str, origin: str) -> str:
    if not origin:
        return text
    return text + " " * max(2, COLUMN - text_width(text)) + f"# {origin}"


def _origin(node: Scalar) -> str:
    return node.span.short


def _map(node: MapNode, depth: int) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        head = "  " * depth + scalar_text(key) + ":"
        yield from _entry(head, value, depth, _origin(key))


def _entry(head: str, value: Node, depth: int, origin: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Scalar):
        yield f"{head} {scalar_text(value)}", _origin(value)
    elif isinstance(value, MapNode):
        if not value.keys:
            yield f"{head} {{}}", origin
            return
        yield head, ""
        yield from _map(value, depth + 1)
    elif all(isinstance(item, Scalar) for item in value.items):
        inner = ", ".join(scalar_text(item) for item in value.items if isinstance(item, Scalar))
        yield f"{head} [{inner}]", origin
    else:
        yield head, ""
        yield from _items(value, depth + 1)


def _items(node: SeqNode, depth: int) -> Iterator[tuple[str, str]]:
    for item in node.items:
        pad = "  " * depth
        if isinstance(item, Scalar):
            yield f"{pad}- {scalar_text(item)}", _origin(item)
            continue
        lines = list(_map(item, depth + 1)) if isinstance(item, MapNode) else list(_items(item, depth + 1))
        for index, (text, origin) in enumerate(lines):
            yield (f"{pad}- {text[len(pad) + 2 :]}" if index == 0 else text), origin


def scalar_text(node: Scalar) -> str:
    """The scalar as YAML: plain where that is safe, else in double quotes."""
    text = node.text
    if node.plain and "\n" not in text:
        return text
    if _PLAIN.fullmatch(text) and text == text.strip() and text not in _RESERVED:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
