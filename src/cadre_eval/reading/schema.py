"""Settings records to JSON Schema (draft-07), for editors and other programs.

A schema warns early; the strict reader decides. So a schema accepts whatever the reader accepts, in both forms an
editor may hold a scalar in: the text as written, or the number, true or false that YAML itself makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from types import UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import attrs

from cadre_eval.errors import Text
from cadre_eval.model.dates import Duration, Workdays, YearDay
from cadre_eval.reading.scalars import SCALARS, Flag, Id, Number, Positive, Prose, Step, Unsigned, Whole, Word
from cadre_eval.reading.settings import is_setting, key_of
from cadre_eval.reading.versions import REQUIREMENT_PATTERN, Requirement

Schema: TypeAlias = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"

# Patterns mean the same to ECMAScript and to Python; so no ``\w``, and letters of all scripts are "not a mark".
_MARKS = (
    r"\s\u0000-\u002c\u002e\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf"
    r"\u2000-\u206f\u3000-\u3004\u3008-\u3020\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_DECIMAL = r"[0-9]{1,18}(\.[0-9]{1,18})?%?"
_QUOTIENT = r"[0-9]{1,9}/0*[1-9][0-9]*"
NUMBER_PATTERN = f"([+-]?{_DECIMAL}|{_QUOTIENT})"
_UNSIGNED = rf"(\+?{_DECIMAL}|-0+(\.0+)?%?|{_QUOTIENT})"
_ABOVE_ZERO: Schema = {"exclusiveMinimum": 0, "pattern": rf"^(?=[^/]*[1-9])(\+?{_DECIMAL}|{_QUOTIENT})$"}
_FORMS: Mapping[Any, Schema] = {
    Id: {"minimum": 0, "pattern": f"^[^{_MARKS}_\\u002d][^{_MARKS}]{{0,63}}$"},
    Word: {"maxLength": 500, "pattern": r"^[^\n]*\S[^\n]*$"},
    Prose: {"type": ["string", "number", "boolean"], "pattern": r"\S"},
    Number: {"pattern": f"^{NUMBER_PATTERN}$"},
    Positive: _ABOVE_ZERO,
    Step: _ABOVE_ZERO,
    Unsigned: {"minimum": 0, "pattern": f"^{_UNSIGNED}$"},
    Whole: {"type": ["integer", "string"], "pattern": r"^(\+?[0-9]{1,18}|-0+)$"},
    Flag: {"enum": [True, False, "yes", "no", "true", "false", "是", "否"]},
    date: {"pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"},
    YearDay: {"pattern": r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"},
    Requirement: {"pattern": REQUIREMENT_PATTERN},
    Duration: {"pattern": r"^[0-9]{1,4}\s*(days?|months?|years?|天|个月|年)$"},
    Workdays: {"pattern": r"^[0-9]{1,4}\s*(workdays?|个工作日)$"},
}
"""How each scalar looks as text, on top of the types that ``SCALARS`` gives."""

REMOVE: Schema = {"description": "去掉 / take it out", "enum": [True, "yes", "true", "是"]}


def both(text: Text) -> str:
    """The text in both languages."""
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"


def scalar_schema(scalar: Schema, expected: Text) -> Schema:
    """The schema of a scalar; an editor that shows ``patternErrorMessage`` says what is expected, not the pattern."""
    return {**scalar, "patternErrorMessage": f"应为 / expected: {both(expected)}"} if "pattern" in scalar else scalar


def described(schema: Schema, doc: Text) -> Schema:
    """The schema with its meaning; draft-07 ignores what stands beside ``$ref``, so a reference is wrapped."""
    inner = {"allOf": [schema]} if "$ref" in schema else schema
    return {"description": both(doc), **inner}


def closed(properties: Mapping[str, Any], required: list[str] | None = None) -> Schema:
    """An object of these keys and no others."""
    needed: Schema = {"required": required} if required else {}
    return {"type": "object", "properties": dict(properties), **needed, "additionalProperties": False}


def document(name: str, title: Text, body: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A whole schema. Its id is a name, not an address: nothing needs to be fetched."""
    head = {"$schema": DRAFT, "$id": f"urn:cadre-eval:schema:{name}", "title": both(title)}
    return deepcopy({**head, **body, "definitions": {key: definitions[key] for key in sorted(definitions)}})


class Describer:
    """Describes types, and collects a definition for each record it meets, so that a record may contain itself.

    ``required`` says whether a key without a default must be written, ``removable`` whether ``{remove: yes}`` may stand for
    a value of a record (None: of a mapping). ``instead`` holds schemas of keys whose type says less than is known;
    ``special`` holds functions that give a record's whole definition.
    """

    def __init__(self, definitions: dict[str, Schema], suffix: str = "") -> None:
        self.definitions = definitions
        self.suffix = suffix
        self.scalars = {t: scalar_schema({**s, **_FORMS.get(t, {})}, e) for t, (_, e, s) in SCALARS.items()}
        self.required: Callable[[type, str], bool] = lambda record, key: True
        self.removable: Callable[[type | None], bool] = lambda holder: False
        self.instead: dict[tuple[type, str], Schema] = {}
        self.special: dict[type, Callable[[], Schema]] = {}
        self._names: dict[type, str] = {}

    def of(self, t: Any) -> Schema:
        """The schema of a value of type ``t``."""
        origin, args = get_origin(t), get_args(t)
        if t is Any:
            return {}
        if t in self.scalars:
            return self._scalar(t)
        if origin is Literal:
            return {"enum": list(args)}
        if origin in {Union, UnionType}:
            return self._any_of([option for option in args if option is not type(None)])
        if origin is tuple:
            return {"type": "array", "items": self.item(args[0])}
        if origin in {dict, Mapping}:
            return self._mapping(*args)
        if isinstance(t, type) and attrs.has(t):
            return self.ref(t)
        raise TypeError(f"no JSON Schema for {t!r}")

    def item(self, t: Any) -> Schema:
        """The schema of an item of a list."""
        return self.of(t)

    def ref(self, record: type) -> Schema:
        """A reference to the record's definition, which is made if it is not there yet."""
        if record not in self._names:
            name = self._names[record] = self._free_name(record)
            self.definitions[name] = {}
            self.definitions[name] = self.special.get(record, lambda: self.body(record))()
        return {"$ref": f"#/definitions/{self._names[record]}"}

    def body(self, record: type) -> Schema:
        """The definition of a record."""
        return closed(self.properties(record), self.demanded(record))

    def properties(self, record: type) -> dict[str, Schema]:
        """The record's settings by key, each with its meaning."""
        hints = get_type_hints(record)
        found = {}
        for attribute in attrs.fields(record):
            if is_setting(attribute):
                key = key_of(attribute)
                given = next((self.instead[c, key] for c in record.__mro__ if (c, key) in self.instead), None)
                schema = self.of(hints[attribute.name]) if given is None else given
                found[key] = described(self._value(schema, record), attribute.metadata["doc"])
        return found

    def demanded(self, record: type) -> list[str]:
        """The keys that must be written."""
        bare = [key_of(a) for a in attrs.fields(record) if is_setting(a) and a.default is attrs.NOTHING]
        return [key for key in bare if self.required(record, key)]

    def _value(self, schema: Schema, holder: type | None) -> Schema:
        if not self.removable(holder):
            return schema
        self.definitions["Removal"] = closed({"remove": REMOVE}, ["remove"])
        options = schema["anyOf"] if list(schema) == ["anyOf"] else [schema]
        return {"anyOf": [*options, {"$ref": "#/definitions/Removal"}]}

    def _scalar(self, t: Any) -> Schema:
        """A short scalar stands where it is used, one with a pattern has a definition."""
        if "pattern" not in self.scalars[t]:
            return self.scalars[t]
        name = t.__name__.lower()
        self.definitions[name] = self.scalars[t]
        return {"$ref": f"#/definitions/{name}"}

    def _any_of(self, options: list[Any]) -> Schema:
        return self.of(options[0]) if len(options) == 1 else {"anyOf": [self.of(option) for option in options]}

    def _mapping(self, key_type: Any, value_type: Any) -> Schema:
        value = self._value(self.of(value_type), None)
        if get_origin(key_type) is Literal:
            return closed(dict.fromkeys(get_args(key_type), value))
        return {"type": "object", "propertyNames": self.of(key_type), "additionalProperties": value}

    def _free_name(self, record: type) -> str:
        """The record's name; records of different plugins may share one, and then get a number."""
        name = wanted = record.__name__.removesuffix("Doc") + self.suffix
        number = 1
        while name in self.definitions:
            number += 1
            name = f"{wanted}-{number}"
        return name
