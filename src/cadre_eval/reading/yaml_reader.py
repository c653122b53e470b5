"""Strict YAML: one document of mappings, sequences and text. Builds nodes from events, refusing the rest.

Refused: duplicate keys, tags, anchors, aliases, merge keys, directives, several documents, keys that are not
plain text, nesting deeper than ``MAX_DEPTH``, files larger than ``MAX_BYTES``. Guards act on the event
stream, before a bomb could unfold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.reading.yaml_events import NotYaml, Reader, events, fast_loader

MAX_BYTES = 16 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
MAX_DEPTH = 32
MAX_SCALAR = 20_000

_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


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
    odd = _odd(source.text)
    if odd is None:
        return source
    problems.add("CE103", _place(source, odd.start()), character=f"U+{ord(odd.group()):04X}")
    return None


def _odd(text: str) -> re.Match[str] | None:
    """The first character that no text may have; a mark of byte order may begin it."""
    return _ODD.search(text, text.startswith("\ufeff"))


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


_COLLECTIONS = frozenset({"MappingStartEvent", "SequenceStartEvent"})
_ENDS = frozenset({"MappingEndEvent", "SequenceEndEvent"})
_NO_KEYS = frozenset({"", "<<"})
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
        parent: MapNode | SeqNode | None = None
        key: Scalar | None = None
        around: list[tuple[MapNode | SeqNode | None, Scalar | None]] = []
        documents = 0
        for event in stream:
            kind = type(event).__name__
            node: Node
            if kind == "ScalarEvent":
                node = self._scalar(event)
            elif kind in _COLLECTIONS:
                node = self._collection(event, kind, len(around))
            elif kind in _ENDS:
                parent, key = around.pop()
                continue
            else:
                documents += kind == "DocumentStartEvent"
                self._check_other(event, kind, documents)
                continue
            if parent is None:
                root = root or node
            else:
                key = self._attach(parent, key, node)
            if not isinstance(node, Scalar):
                around.append((parent, key))
                parent, key = node, None
        return root

    def _attach(self, parent: MapNode | SeqNode, key: Scalar | None, node: Node) -> Scalar | None:
        """Puts a node where it belongs; returns the key that waits for its value."""
        if key is None and isinstance(parent, MapNode):
            return self._key(parent, node)
        if isinstance(node, Scalar) and node.is_empty:
            before = key or parent  # readers place nothing at different ends of it
            node.line, node.column, node.length = before.line, before.column, key.length if key else 1
        if isinstance(parent, SeqNode):
            parent.items.append(node)
        elif key is not None:
            parent.put(key, node)
        return None

    def _key(self, parent: MapNode, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            self.problems.add("CE109", node.span)
            raise _Stop
        text = node.text
        if node.plain and text in _NO_KEYS:
            if text:
                self.problems.add("CE107", node.span, what=Text("合并键 <<", "a merge key <<"))
            else:
                self.problems.add("CE109", node.span)
        first = parent.keys.get(text)
        if first is not None:
            label = Text("第一次写在这里", "first written here")
            self.problems.add("CE106", node.span, key=text, also=[(label, first.span)])
        return node

    def _collection(self, event: Any, kind: str, depth: int) -> MapNode | SeqNode:
        if event.anchor is not None or event.tag is not None:
            self._marked(event)
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if depth >= MAX_DEPTH:
            self.problems.add("CE108", Span(self.source, line, column), limit=str(MAX_DEPTH))
            raise _Stop
        node_type = MapNode if kind == "MappingStartEvent" else SeqNode
        return node_type(self.source, line, column)

    def _scalar(self, event: Any) -> Scalar:
        if event.anchor is not None or event.tag is not None:
            self._marked(event)
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        text, style = event.value, event.style
        if style == '"':  # an escape may hide one
            odd = _odd(text)
            if odd is not None:
                character = f"U+{ord(odd.group()):04X}"
                self.problems.add("CE103", Span(self.source, line, column), character=character)
                raise _Stop
        if len(text) > MAX_SCALAR:
            self.problems.add("CE110", Span(self.source, line, column), limit=str(MAX_SCALAR))
            raise _Stop
        end = event.end_mark
        length = end.column + 1 - column if end.line + 1 == line else 1
        return Scalar(text, self.source, line, column, length or 1, not style)

    def _marked(self, event: Any) -> NoReturn:
        """Refuses a node that has an anchor or a tag, or is an alias."""
        mark = event.start_mark
        what = Text("锚点或别名（& 或 *）", "an anchor or alias (& or *)")
        if event.anchor is None:
            what = Text("标签（!）", "a tag (!)")
        self._refuse(mark.line + 1, mark.column + 1, what)

    def _refuse(self, line: int, column: int, what: Text) -> NoReturn:
        self.problems.add("CE107", Span(self.source, line, column), what=what)
        raise _Stop

    def _check_other(self, event: Any, kind: str, documents: int) -> None:
        """Whatever else is there: an alias is no node; a file is one document, without directives."""
        mark = event.start_mark
        if kind == "AliasEvent":
            self._marked(event)
        if kind != "DocumentStartEvent":
            return
        if documents > 1:
            self.problems.add("CE111", Span(self.source, mark.line + 1, mark.column + 1))
            raise _Stop
        if event.version is not None or event.tags:
            self._refuse(mark.line + 1, mark.column + 1, Text("指令（%）", "a directive (%)"))
