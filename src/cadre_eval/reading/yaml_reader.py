"""Strict YAML: one document of mappings, sequences and text. Builds nodes from events, refusing the rest.

Refused: duplicate keys, tags, anchors, aliases, merge keys, directives, several documents, keys that are not
plain text, nesting deeper than ``MAX_DEPTH``, files larger than ``MAX_BYTES``. Guards act on the event
stream, before a bomb could unfold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.reading.yaml_events import NotYaml, Reader, events, fast_loader

MAX_BYTES = 16 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
MAX_DEPTH = 32
MAX_SCALAR = 20_000

_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]|(?<!^)\ufeff"
)


class _Stop(Exception):
    """The document cannot be read any further; the problem is already noted."""


def decode(name: str, raw: bytes, problems: Problems) -> Source | None:
    """Bytes of a file as a source with ``\\n`` line breaks, or None with a problem noted."""
    if len(raw) > MAX_BYTES:
        where = Span(Source(name), 1, 1)
        problems.add("CE101", where, size=str(len(raw)), limit=str(MAX_BYTES))
        return None
    try:
        text = raw.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raw = raw.removeprefix(BOM)
        before = raw[: error.start].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        shown = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        problems.add("CE102", Span(Source(name, shown), line, column), byte=f"0x{raw[error.start]:02X}")
        return None
    source = Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))
    odd = _ODD.search(source.text)
    if odd is None:
        return source
    problems.add("CE103", _place(source, odd.start()), character=f"U+{ord(odd.group()):04X}")
    return None


def _place(source: Source, index: int) -> Span:
    line = source.text.count("\n", 0, index) + 1
    return Span(source, line, index - source.text.rfind("\n", 0, index))


def read_yaml(source: Source, problems: Problems, reader: Reader | None = None) -> Node | None:
    """The document in ``source``, or None with problems noted.

    The fast reader is used where it is installed; a file it cannot read is read again by the one that words
    errors for people, so messages do not depend on what is installed.
    """
    tab = source.text.find("\t")
    if tab >= 0:  # YAML forbids some tabs and readers differ over the others
        problems.add("CE103", _place(source, tab), character="U+0009 (Tab)")
        return None
    if reader is None:
        reader = "fast" if fast_loader() is not None else "ruamel"
    if reader == "fast":
        trial = Problems()
        node = _Builder(source, trial).document("fast")
        if not trial:
            return node
    return _Builder(source, problems).document("ruamel")


_WIDE_COLON = re.compile(r"\s*(?:- +)?[\w-]+ *：")


class _Builder:
    """One pass over the events of one document; no recursion, so depth is bounded by our own rule."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems

    def document(self, reader: Reader) -> Node | None:
        before = len(self.problems)
        try:
            root = self._build(events(self.source.text, reader))
        except NotYaml as error:
            self._not_yaml(error)
            return None
        except _Stop:
            return None
        if root is None or (isinstance(root, Scalar) and root.is_empty):
            self.problems.add("CE105", Span(self.source, 1, 1))
            return None
        return root if len(self.problems) == before else None

    def _not_yaml(self, error: NotYaml) -> None:
        """Where a key ends in a full-width colon, the reader stumbles only later, and over something else."""
        lines = self.source.text.split("\n")
        for number in range(max(1, error.line - 2), min(error.line, len(lines)) + 1):
            slip = _WIDE_COLON.match(lines[number - 1])
            if slip:
                self.problems.add("CE115", Span(self.source, number, slip.end()), fix=": ", mark="：")
                return
        self.problems.add("CE104", Span(self.source, error.line, error.column), reason=error.reason)

    def _build(self, stream: Iterator[Any]) -> Node | None:
        root: Node | None = None
        open_nodes: list[MapNode | SeqNode] = []
        pending_keys: list[Scalar | None] = []
        documents = 0
        for event in stream:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                self._check_document(event, documents)
                continue
            if kind in {"MappingEndEvent", "SequenceEndEvent"}:
                open_nodes.pop()
                pending_keys.pop()
                continue
            if kind not in {"ScalarEvent", "MappingStartEvent", "SequenceStartEvent", "AliasEvent"}:
                continue
            node = self._node(event, kind, len(open_nodes))
            if not open_nodes:
                root = node if root is None else root
            else:
                self._attach(open_nodes[-1], pending_keys, node)
            if not isinstance(node, Scalar):
                open_nodes.append(node)
                pending_keys.append(None)
        return root

    def _attach(self, parent: MapNode | SeqNode, pending: list[Scalar | None], node: Node) -> None:
        if isinstance(parent, SeqNode):
            if isinstance(node, Scalar) and node.is_empty:
                node.line, node.column, node.length = parent.line, parent.column, 1
            parent.items.append(node)
            return
        key = pending[-1]
        if key is not None:
            if isinstance(node, Scalar) and node.is_empty:  # readers place nothing at different ends of it
                node.line, node.column, node.length = key.line, key.column, key.length
            parent.put(key, node)
            pending[-1] = None
            return
        pending[-1] = self._key(parent, node)

    def _key(self, parent: MapNode, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            self.problems.add("CE109", node.span)
            raise _Stop
        if node.is_empty:
            self.problems.add("CE109", node.span)
        if node.plain and node.text == "<<":
            self.problems.add("CE107", node.span, what=Text("合并键 <<", "a merge key <<"))
        first = parent.keys.get(node.text)
        if first is not None:
            label = Text("第一次写在这里", "first written here")
            self.problems.add("CE106", node.span, key=node.text, also=[(label, first.span)])
        return node

    def _node(self, event: Any, kind: str, depth: int) -> Node:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if kind == "AliasEvent" or event.anchor is not None:
            self._refuse(line, column, Text("锚点或别名（& 或 *）", "an anchor or alias (& or *)"))
        if event.tag is not None:
            self._refuse(line, column, Text("标签（!）", "a tag (!)"))
        if kind == "ScalarEvent":
            return self._scalar(event, line, column)
        if depth >= MAX_DEPTH:
            self.problems.add("CE108", Span(self.source, line, column), limit=str(MAX_DEPTH))
            raise _Stop
        node_type = MapNode if kind == "MappingStartEvent" else SeqNode
        return node_type(self.source, line, column)

    def _scalar(self, event: Any, line: int, column: int) -> Scalar:
        odd = _ODD.search(event.value) if event.style == '"' else None  # an escape may hide one
        if odd is not None:
            self.problems.add("CE103", Span(self.source, line, column), character=f"U+{ord(odd.group()):04X}")
            raise _Stop
        end = event.end_mark
        length = end.column - event.start_mark.column if end.line == event.start_mark.line else 1
        if len(event.value) > MAX_SCALAR:
            self.problems.add("CE110", Span(self.source, line, column), limit=str(MAX_SCALAR))
            raise _Stop
        return Scalar(event.value, self.source, line, column, max(1, length), not event.style)

    def _refuse(self, line: int, column: int, what: Text) -> None:
        self.problems.add("CE107", Span(self.source, line, column), what=what)
        raise _Stop

    def _check_document(self, event: Any, count: int) -> None:
        mark = event.start_mark
        if count > 1:
            self.problems.add("CE111", Span(self.source, mark.line + 1, mark.column + 1))
            raise _Stop
        if event.version is not None or event.tags:
            self._refuse(mark.line + 1, mark.column + 1, Text("指令（%）", "a directive (%)"))
