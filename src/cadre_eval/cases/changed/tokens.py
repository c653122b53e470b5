"""Every value of a merged ruleset as it is written, with the type it is read as."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, scalar_at
from cadre_eval.reading.scalars import SCALARS, BadScalar
from cadre_eval.reading.settings import is_setting, key_of, setting_names
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.bands import parse_by_quota, parse_range
from cadre_eval.ruleset.document import (
    AccountabilityDoc,
    ByQuota,
    CriterionDoc,
    EligibilityDoc,
    PeriodDoc,
    RulesetDoc,
)
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.scoring.polls import SurveyPollParams

PARSERS = {**{name: parse for name, (parse, _, _) in SCALARS.items()}, Range: parse_range, ByQuota: parse_by_quota}
SILENT: Mapping[type, frozenset[str]] = {
    RulesetDoc: frozenset({"plugins", "extends", "facts", "locks", "supervision"}),
    PeriodDoc: frozenset({"kind", "carry"}),
    EligibilityDoc: frozenset({"several_postings"}),
    SurveyPollParams: frozenset({"suppress_below"}),
}
"""Settings that change no result of a ruleset by itself: what may be entered, what layers may change, what is shown. And
those that no case can show: it has one posting and one period.
"""


@frozen(eq=False)
class Token:
    """A value as written: a scalar, a list or a mapping.

    Attributes:
        options: the types it may be read as; more than one where the declaration allows several.
        holder: the mapping or list it stands in.
        records: the records it lies in, from the ruleset down; the last is the one it is a setting of, if it is.
        key: the setting it is, or belongs to.
        own: True if it is the setting itself, not an entry of a mapping or an item of a list.
    """

    node: Node
    options: tuple[Any, ...]
    holder: MapNode | SeqNode
    records: tuple[type, ...]
    key: str
    own: bool
    path: str

    @property
    def record(self) -> type:
        return self.records[-1]

    @property
    def read_as(self) -> Any:
        """The type a scalar is read as: the first that takes its text."""
        text = self.node.text if isinstance(self.node, Scalar) else ""
        return next((t for t in self.options if _takes(t, text)), None)

    def of(self, *shapes: Any) -> Any:
        """The option that is one of these (``dict``, ``tuple``, a record), or None."""
        return next((t for t in self.options if (get_origin(t) or t) in shapes), None)


def _takes(t: Any, text: str) -> bool:
    if get_origin(t) is Literal:
        return text in get_args(t)
    if t not in PARSERS:
        return False
    try:
        PARSERS[t](text)
    except BadScalar:
        return False
    return True


def options_of(t: Any) -> tuple[Any, ...]:
    """The alternatives of a type, None left out."""
    if get_origin(t) in {Union, UnionType}:
        return tuple(option for arg in get_args(t) for option in options_of(arg) if option is not NoneType)
    return (t,)


def tokens(
    root: MapNode, kinds: Mapping[str, CriterionKind], rules: Mapping[str, AccountabilityRule]
) -> Iterator[Token]:
    """Every value that may change a result, each once however often it is shared, in the order of the reference."""
    seen: set[int] = set()
    for token in _Walk(kinds, rules).record(root, (RulesetDoc,), ""):
        if id(token.node) not in seen:
            seen.add(id(token.node))
            yield token


@cache
def _settings(record: type) -> Mapping[str, Any]:
    """The types of a record's settings by key, those left out that change nothing."""
    hints = get_type_hints(record)
    silent = frozenset(name for parent in record.__mro__ for name in SILENT.get(parent, ()))
    return {key_of(a): hints[a.name] for a in attrs.fields(record) if is_setting(a) and key_of(a) not in silent}


class _Walk:
    def __init__(self, kinds: Mapping[str, CriterionKind], rules: Mapping[str, AccountabilityRule]) -> None:
        self.kinds, self.rules = kinds, rules

    def record(
        self, node: MapNode, records: tuple[type, ...], path: str, names: Collection[str] | None = None
    ) -> Iterator[Token]:
        """The settings of a record (those of ``names``, if given) and what is below them."""
        for name, t in _settings(records[-1]).items():
            if name not in node.values or (names is not None and name not in names):
                continue
            here = f"{path}.{name}" if path else name
            if records[-1] is RulesetDoc and name == "defaults":
                yield from self._defaults(node.values[name], records, node, here)
            else:
                yield from self._value(Token(node.values[name], options_of(t), node, records, name, True, here))
        owner = self._owner(node, records[-1])
        if owner is not None:
            own = setting_names(owner.params) - setting_names(records[-1])
            yield from self.record(node, (*records, owner.params), path, own)

    def _owner(self, node: MapNode, record: type) -> CriterionKind | AccountabilityRule | None:
        """What brings more settings to the record."""
        if record is CriterionDoc:
            return self.kinds.get(getattr(scalar_at(node, "kind"), "text", ""))
        return self.rules.get(getattr(scalar_at(node, "rule"), "text", "")) if record is AccountabilityDoc else None

    def _defaults(self, node: Node, records: tuple[type, ...], root: MapNode, path: str) -> Iterator[Token]:
        """Shared parameters, those of them that some criterion takes over."""
        leaves = list(_leaves(root.values.get("criteria")))
        for key, shared in node.items() if isinstance(node, MapNode) else ():
            kind = self.kinds.get(key.text)
            if kind is not None and isinstance(shared, MapNode):
                own = [leaf for leaf in leaves if getattr(scalar_at(leaf, "kind"), "text", "") == key.text]
                taken = {name for name in shared.keys if any(name not in leaf.keys for leaf in own)}
                yield from self.record(shared, (*records, kind.params), f"{path}.{key.text}", taken)

    def _value(self, token: Token) -> Iterator[Token]:
        yield token
        node, records, key = token.node, token.records, token.key
        if isinstance(node, MapNode):
            mapping = token.of(dict, Mapping)
            record = next((t for t in token.options if isinstance(t, type) and attrs.has(t)), None)
            if record is not None:
                yield from self.record(node, (*records, record), token.path)
            elif mapping is not None:
                below = options_of(get_args(mapping)[1])
                for name, value in node.items():
                    path = f"{token.path}.{name.text}"
                    yield from self._value(Token(value, below, node, records, key, False, path))
        elif isinstance(node, SeqNode) and token.of(tuple) is not None:
            below = options_of(get_args(token.of(tuple))[0])
            for number, item in enumerate(node.items, 1):
                path = _item_path(token.path, item, number, below)
                yield from self._value(Token(item, below, node, records, key, False, path))


def _item_path(path: str, item: Node, number: int, options: tuple[Any, ...]) -> str:
    """Items are known by their id; criteria by it alone, wherever they stand in the tree."""
    name = scalar_at(item, "id")
    if name is not None:
        return f"criteria.{name.text}" if CriterionDoc in options else f"{path}.{name.text}"
    return f"{path}.{number}"


def _leaves(node: Node | None) -> Iterator[MapNode]:
    """Every criterion below, groups too."""
    for item in node.items if isinstance(node, SeqNode) else ():
        if isinstance(item, MapNode):
            yield item
            yield from _leaves(item.values.get("parts"))
