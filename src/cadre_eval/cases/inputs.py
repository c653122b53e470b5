"""The input of each case: laid on what all cases of the file share, and on another case where it says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from cadre_eval.cases.documents import CaseDoc, CaseFileDoc
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import listed
from cadre_eval.reading.nodes import MapNode, Node, Scalar, scalar_at
from cadre_eval.reading.settings import setting_names
from cadre_eval.ruleset.merge import is_removal

TITLE, BASED_ON = "case", "based_on"
EXPECTATIONS = frozenset(name for name in setting_names(CaseDoc) if name.startswith("expect"))
OWN_KEYS = EXPECTATIONS | {TITLE, BASED_ON, "note"}
"""What a case says of itself: a case laid on it takes the rest."""


@frozen(eq=False)
class CaseInput:
    """A case with all that it is laid on; ``problems`` are those of finding that."""

    title: str
    span: Span
    node: MapNode
    problems: Problems = field(factory=Problems)


def case_inputs(doc: CaseFileDoc, problems: Problems) -> Iterator[CaseInput]:
    """The cases in the order of the file."""
    base = doc.base if isinstance(doc.base, MapNode) else None
    if base is not None and BASED_ON in base.keys:
        allowed = listed(setting_names(CaseDoc) - OWN_KEYS, 40)
        problems.add("CE201", base.keys[BASED_ON].span, key=BASED_ON, allowed=allowed)
        base = base.only(frozenset(base.keys) - {BASED_ON})
    named: dict[str, MapNode] = {}
    for case in doc.cases:
        if isinstance(case, MapNode):
            named.setdefault(_title(case), case)
    for case in doc.cases:
        if not isinstance(case, MapNode):
            problems.add("CE204", case.span, expected=Text("若干“键: 值”", "a mapping of keys and values"))
            continue
        found = Problems()
        _check_title(case, named, found)
        node = base
        for below in _chain(case, named, found):
            own = below if below is case else below.only(frozenset(below.keys) - OWN_KEYS)
            node = own if node is None else merge_nodes(node, own)
        yield CaseInput(_title(case) or "?", case.span, node or case, found)


def _title(case: MapNode) -> str:
    name = scalar_at(case, TITLE)
    return "" if name is None else name.text


def _check_title(case: MapNode, named: dict[str, MapNode], problems: Problems) -> None:
    first, name = named[_title(case)], scalar_at(case, TITLE)
    if first is not case and name is not None and name.text:
        label = Text("第一次写在这里", "first written here")
        problems.add("CE306", name.span, id=name.text, also=[(label, first.values[TITLE].span)])


def _chain(case: MapNode, named: dict[str, MapNode], problems: Problems) -> Sequence[MapNode]:
    """The case and those it is based on, the farthest first; the case alone if one of them cannot be found."""
    chain = [case]
    while (link := _link(chain[-1])) is not None:
        below = named.get(link.text)
        if below is None:
            problems.known(link.text, [title for title in named if title], link.span, Text("算例", "case"))
            return [case]
        if any(below is one for one in chain):
            cycle = " → ".join([*(_title(one) for one in chain), link.text])
            problems.add("CE301", link.span, cycle=cycle)
            return [case]
        chain.append(below)
    return chain[::-1]


def _link(case: MapNode) -> Scalar | None:
    """The name of the case this one is based on; an empty one is the reader's to refuse."""
    name = scalar_at(case, BASED_ON)
    return None if name is None or name.is_empty else name


def merge_nodes(base: MapNode, over: MapNode, depth: int = 2) -> MapNode:
    """``over`` laid on ``base``: facts, surveys and other records one by one, each record whole. ``{}`` clears, and ``{remove: yes}`` one record."""
    merged = MapNode(over.source, over.line, over.column)
    for key, value in over.items():
        if not is_removal(value):
            merged.put(key, value)
    for key, value in base.items():
        mine: Node | None = merged.values.get(key.text)
        if key.text in over.keys and mine is None:
            continue
        if mine is None:
            merged.put(key, value)
        elif depth > 1 and isinstance(mine, MapNode) and isinstance(value, MapNode) and mine.keys:
            merged.values[key.text] = merge_nodes(value, mine, depth - 1)
    return merged
