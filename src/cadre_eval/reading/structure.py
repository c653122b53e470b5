"""Nodes to typed records through a strict cattrs converter: nothing coerced, every problem placed.

cattrs chooses a hook by type; the hooks here never coerce, collect all problems of an object instead of
stopping at the first, and know where each value stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from cattrs import Converter

from cadre_eval.errors import Problem, Problems, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.reading.scalars import SCALARS, BadScalar, PlacedWord
from cadre_eval.reading.settings import Place, is_place, is_setting, key_of, setting_names

MOST_GUESSES = 50
"""Beyond so many unknown keys in one mapping nobody reads what may have been meant."""

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]


class Refused(Exception):
    """A node could not be read; carries every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("refused")
        self.problems = list(problems)


def refused(code: str, span: Span, fix: str | None = None, **args: str | Text) -> Refused:
    return Refused([Problem(code, span, args, fix)])


class StrictReader:
    """Reads nodes as records of a given type."""

    def __init__(self) -> None:
        self.converter = Converter(detailed_validation=False)
        self.scalars: set[Any] = set()
        for scalar_type, (parse, expected, _schema) in SCALARS.items():
            self.add_scalar(scalar_type, parse, expected)
        self._add_placed()
        factory = self.converter.register_structure_hook_factory
        factory(_is_mapping, self._mapping_hook)
        factory(_is_tuple, self._tuple_hook)
        factory(_is_union, self._union_hook)
        factory(_is_literal, self._literal_hook)
        factory(_is_record, self._record_hook)

    def add_scalar(self, scalar_type: Any, parse: Callable[[str], Any], expected: Text) -> None:
        def hook(node: Any, _type: Any) -> Any:
            if not isinstance(node, Scalar):
                raise refused("CE204", node.span, expected=expected)
            if node.is_empty:
                raise refused("CE202", node.span, expected=expected)
            try:
                return parse(node.text)
            except BadScalar as bad:
                raise refused(bad.code, node.span, bad.fix, **bad.args_) from None

        self.scalars.add(scalar_type)
        self.converter.register_structure_hook(scalar_type, hook)

    def _add_placed(self) -> None:
        """Words that keep their place, so that a problem found later can point at them."""
        plain = self.converter.get_structure_hook(PlacedWord)

        def hook(node: Any, placed: Any) -> Any:
            word = PlacedWord(plain(node, placed))
            word.span = node.span
            return word

        self.converter.register_structure_hook(PlacedWord, hook)

    def add_hook(self, record_type: Any, hook: Hook) -> None:
        self.converter.register_structure_hook(record_type, hook)

    def read(self, node: Node, record_type: type[T], problems: Problems) -> T | None:
        """The node as ``record_type``, or None with all reasons added to ``problems``."""
        try:
            return self.converter.structure(node, record_type)
        except Refused as refusal:
            problems.extend(refusal.problems)
            return None

    def read_what_can_be(self, node: Node, record_type: type[T], problems: Problems) -> T | None:
        """As ``read``; where keys are wrong or missing values do not fit, the record without them, so that what is
        sound can be checked further. None if something required is missing.
        """
        before = len(problems)
        found = self.read(node, record_type, problems)
        if found is not None or not isinstance(node, MapNode):
            return found
        known = setting_names(record_type)
        sound = frozenset(name for name in node.keys if name in known and self._fits(node, name, record_type))
        trial = Problems()
        rest = self.read(node.only(sound), record_type, trial)
        if rest is None or len(problems) == before:
            return None
        return attrs.evolve(rest, at=Place(node))  # type: ignore[misc]

    def _fits(self, node: MapNode, name: str, record_type: type) -> bool:
        hints = get_type_hints(record_type)
        attribute = next(a for a in attrs.fields(record_type) if is_setting(a) and key_of(a) == name)
        return self.read(node.values[name], hints[attribute.name], Problems()) is not None

    def _hook(self, of_type: Any) -> Hook:
        return self.converter.get_structure_hook(of_type)

    def _record_hook(self, record: Any) -> Hook:
        hints = get_type_hints(record)
        attributes = attrs.fields(record)
        hooks = {key_of(a): (a.name, hints[a.name]) for a in attributes if is_setting(a)}
        required = [key_of(a) for a in attributes if a.default is attrs.NOTHING and is_setting(a)]
        places = [a.name for a in attributes if is_place(a)]
        resolved: dict[str, tuple[str, Any, Hook]] = {}

        def hook(node: Any, _type: Any) -> Any:
            if not resolved:  # late, so that a record may contain itself
                resolved.update({k: (n, t, self._hook(t)) for k, (n, t) in hooks.items()})
            if not isinstance(node, MapNode):
                raise refused("CE204", node.span, expected=Text("若干“键: 值”", "a mapping of keys and values"))
            written = node.values
            complete = written.keys() <= resolved.keys() and all(key in written for key in required)
            problems = [] if complete else missing_and_unknown(node, resolved, required)
            values: dict[str, Any] = {name: Place(node) for name in places}
            for key, value in written.items():
                if key in resolved:
                    name, value_type, value_hook = resolved[key]
                    try:
                        values[name] = value_hook(value, value_type)
                    except Refused as refusal:
                        problems.extend(refusal.problems)
            if problems:
                raise Refused(problems)
            return record(**values)

        return hook

    def _mapping_hook(self, mapping: Any) -> Hook:
        key_type, value_type = get_args(mapping)
        key_hook, value_hook = self._hook(key_type), self._hook(value_type)

        def hook(node: Any, _type: Any) -> Any:
            if not isinstance(node, MapNode):
                raise refused("CE204", node.span, expected=Text("若干“键: 值”", "a mapping of keys and values"))
            problems: list[Problem] = []
            result = {}
            for key, value in node.items():
                try:
                    read_key = key_hook(key, key_type)
                    if read_key in result:
                        problems.append(Problem("CE106", key.span, {"key": key.text}))
                    result[read_key] = value_hook(value, value_type)
                except Refused as refusal:
                    problems.extend(refusal.problems)
            if problems:
                raise Refused(problems)
            return result

        return hook

    def _tuple_hook(self, sequence: Any) -> Hook:
        item_type = get_args(sequence)[0]
        item_hook = self._hook(item_type)

        def hook(node: Any, _type: Any) -> Any:
            if not isinstance(node, SeqNode):
                raise refused("CE204", node.span, expected=Text("列表（[…] 或逐行 - …）", "a list"))
            problems: list[Problem] = []
            result = []
            for item in node.items:
                try:
                    result.append(item_hook(item, item_type))
                except Refused as refusal:
                    problems.extend(refusal.problems)
            if problems:
                raise Refused(problems)
            return tuple(result)

        return hook

    def _union_hook(self, union: Any) -> Hook:
        """The alternatives that fit the node's shape are tried in order; the last one's objections are told."""
        options = [t for t in get_args(union) if t is not type(None)]
        last: list[tuple[Any, Hook]] = []
        fitting: dict[type, list[tuple[Any, Hook]]] = {}

        def hook(node: Any, _type: Any) -> Any:
            if not last:  # late, as above
                hooks = [(self._shape(t), t, self._hook(t)) for t in options]
                fitting.update(
                    {of: [(t, h) for shape, t, h in hooks if shape is of] for of in (Scalar, MapNode, SeqNode)}
                )
                last.append(hooks[-1][1:])
            *others, (option, option_hook) = fitting[type(node)] or last
            for other, other_hook in others:
                try:
                    return other_hook(node, other)
                except Refused:
                    continue
            return option_hook(node, option)

        return hook

    def _shape(self, t: Any) -> type:
        """The sort of node a type is written as."""
        if t in self.scalars:
            return Scalar
        if _is_mapping(t) or _is_record(t):
            return MapNode
        return SeqNode if _is_tuple(t) else Scalar

    def _literal_hook(self, literal: Any) -> Hook:
        allowed = get_args(literal)

        def hook(node: Any, _type: Any) -> Any:
            if not isinstance(node, Scalar):
                raise refused("CE204", node.span, expected=listed(allowed))
            if node.text not in allowed:
                fix = closest(node.text, allowed)
                raise refused("CE205", node.span, fix, text=node.text, allowed=listed(allowed))
            return node.text

        return hook


def missing_and_unknown(
    node: MapNode, known: Iterable[str], required: Iterable[str], allowed: Iterable[str] | None = None
) -> list[Problem]:
    """Keys the record does not have, with the one probably meant, and keys it lacks."""
    names = set(known) | set(allowed or ())
    absent = [name for name in required if name not in node.values]
    unknown = [key for key in node.keys.values() if key.text not in names]
    shown, free = listed(names, 40), names - set(node.keys)
    problems = []
    for count, key in enumerate(unknown):
        fix = closest(key.text, free) if count < MOST_GUESSES else None
        args: Mapping[str, str | Text] = {"key": key.text, "allowed": shown}
        problems.append(Problem("CE201", key.span, args, fix))
    misspelt = {problem.fix for problem in problems}
    problems.extend(Problem("CE203", node.span, {"key": name}) for name in absent if name not in misspelt)
    return problems


def _is_record(t: Any) -> bool:
    return isinstance(t, type) and attrs.has(t)


def _is_mapping(t: Any) -> bool:
    return get_origin(t) in {dict, Mapping}


def _is_tuple(t: Any) -> bool:
    return get_origin(t) is tuple


def _is_union(t: Any) -> bool:
    return get_origin(t) in {Union, UnionType}


def _is_literal(t: Any) -> bool:
    return get_origin(t) is Literal
