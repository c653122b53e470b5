"""The merged ruleset as YAML, each value with the place it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cadre_eval.errors import Span
from cadre_eval.errors.width import text_width
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.ruleset.compile import Effective

WIDEST = 88
DEFAULTS = {"rounding": "{places: 2, mode: half-up}", "compare": "rounded", "ties": "[open]"}
"""What holds where a ruleset says nothing; shown as comments, so that it can be seen."""

Line: TypeAlias = tuple[str, Span | None]
_PLAIN = re.compile(r"[\w(（“《〈【][^:#,\[\]{}&*!|>'\"%@`\n\t]*")
_RESERVED = {"", "~", "null", "Null", "NULL", "<<"}


def effective_text(effective: Effective) -> str:
    """YAML that reads back as the same ruleset; each value's origin is a comment: number of the layer, line."""
    names = [layer.source.name for layer in effective.layers]
    head = [f"# [{number}] {name}" for number, name in enumerate(names, 1)]
    numbers = {name: str(number) for number, name in enumerate(names, 1)}
    lines = list(_map(effective.root, 0))
    column = min(WIDEST, max(text_width(text) for text, _ in lines) + 2)
    head += [
        f"# {name}: {default}  # default" for name, default in DEFAULTS.items() if name not in effective.root.keys
    ]
    return "\n".join([*head, *(_with_origin(text, origin, numbers, column) for text, origin in lines)]) + "\n"


def _with_origin(text: str, origin: Span | None, numbers: Mapping[str, str], column: int) -> str:
    if origin is None:
        return text
    return text + " " * max(2, column - text_width(text)) + f"# [{numbers[origin.source.name]}]:{origin.line}"


def _map(node: MapNode, depth: int) -> Iterator[Line]:
    for key, value in node.items():
        head = "  " * depth + scalar_text(key) + ":"
        yield from _entry(head, value, depth, key.span)


def _entry(head: str, value: Node, depth: int, origin: Span) -> Iterator[Line]:
    if isinstance(value, Scalar):
        yield f"{head} {scalar_text(value)}", value.span
    elif isinstance(value, MapNode):
        if not value.keys:
            yield f"{head} {{}}", origin
            return
        yield head, None
        yield from _map(value, depth + 1)
    elif all(isinstance(item, Scalar) for item in value.items):
        inner = ", ".join(scalar_text(item) for item in value.items if isinstance(item, Scalar))
        yield f"{head} [{inner}]", origin
    else:
        yield head, None
        yield from _items(value, depth + 1)


def _items(node: SeqNode, depth: int) -> Iterator[Line]:
    for item in node.items:
        pad = "  " * depth
        if isinstance(item, Scalar):
            yield f"{pad}- {scalar_text(item)}", item.span
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
