"""JSON Schemas of the documents people write: ruleset, workspace, roster, dossier, case.

A ruleset without ``extends`` is held to be whole. With ``extends`` it is a layer: it may leave out what its parents say,
change a thing by its ``id`` alone, and take one out. Both are described, and ``extends`` decides which applies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs

from cadre_eval.cases.documents import CaseDoc, CaseFileDoc, ExpectDoc, MemberDoc, PlacesDoc
from cadre_eval.errors import Text
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.scalars import Id, Word
from cadre_eval.reading.schema import NUMBER_PATTERN, REMOVE, Describer, Schema, closed, document, scalar_schema
from cadre_eval.reading.settings import setting_names
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.document import AccountabilityDoc, ByQuota, CriterionDoc, LockDoc, RulesetDoc
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.workspace.documents import (
    DossierDoc,
    FactEntryDoc,
    RecordsDoc,
    RosterDoc,
    SampleDoc,
    SheetDoc,
    WorkspaceDoc,
)
from cadre_eval.workspace.supervision.appeal_documents import CorrectionsDoc, PublicityDoc
from cadre_eval.workspace.supervision.attendance_documents import BookDoc, DayReportsDoc, SlipsDoc
from cadre_eval.workspace.supervision.decision_documents import DecisionsDoc, HistoryDoc
from cadre_eval.workspace.supervision.draw_documents import DrawDoc, DrawnDoc
from cadre_eval.workspace.supervision.inspection_documents import InspectionDoc
from cadre_eval.workspace.supervision.worklist_documents import WorklistDoc

Kinds = Mapping[str, CriterionKind]
Rules = Mapping[str, AccountabilityRule]

SCHEMAS: Mapping[str, Text] = {
    "ruleset": Text("考核办法", "ruleset"),
    "workspace": Text("工作区配置", "workspace"),
    "roster": Text("名册", "roster"),
    "dossier": Text("档案", "dossier"),
    "sheet": Text("多人选票", "ballot sheet"),
    "case": Text("算例", "cases of a ruleset"),
    "inspection": Text("督查", "inspection"),
    "worklist": Text("工作清单", "work list"),
    "attendance": Text("考勤簿", "attendance book"),
    "draw": Text("抽签", "draw"),
    "drawn": Text("抽签结果", "result of a draw"),
    "leave": Text("请假条", "leave slips"),
    "day_reports": Text("工作日志", "work reports"),
    "decisions": Text("决定", "decisions"),
    "history": Text("往年结果", "earlier results"),
    "publicity": Text("公示与申诉", "publicity and appeals"),
}
"""The documents that have a schema, with what they are."""
_PLAIN: Mapping[str, type] = {
    "workspace": WorkspaceDoc,
    "roster": RosterDoc,
    "dossier": DossierDoc,
    "sheet": SheetDoc,
    "inspection": InspectionDoc,
    "worklist": WorklistDoc,
    "attendance": BookDoc,
    "draw": DrawDoc,
    "drawn": DrawnDoc,
    "leave": SlipsDoc,
    "day_reports": DayReportsDoc,
    "decisions": DecisionsDoc,
    "history": HistoryDoc,
    "publicity": PublicityDoc,
}
"""Those whose schema follows from their record alone."""
_WITH_FACTS = frozenset({DossierDoc, PublicityDoc})

_RANGE = (
    rf"^\s*(any|(>=|<=|>|<|=|≥|≤)\s*{NUMBER_PATTERN}|[\[(]\s*{NUMBER_PATTERN}\s*[,，]\s*{NUMBER_PATTERN}\s*[\])])\s*$"
)
_RANGE_WORDS = Text('范围，如 ">= 90"', 'a range, such as ">= 90"')
_VALUE: Any = Word | tuple[Word, ...] | SampleDoc
_IN_GROUP_ONLY = frozenset({"parts", "weights"})
_ITEM_REMOVAL = closed(
    {"id": {"description": "要去掉的代码 / id of what is taken out"}, "remove": REMOVE}, ["id", "remove"]
)
_LAID_ON_BASE = frozenset({None, CaseDoc, MemberDoc, ExpectDoc, PlacesDoc})


def schema_of(name: str, kinds: Kinds, rules: Rules | None = None) -> Schema:
    """The schema of the documents called ``name`` in ``SCHEMAS``, for rulesets that may use these kinds and rules of
    accountability.
    """
    makers: Mapping[str, Callable[[dict[str, Schema]], Schema]] = {
        "ruleset": lambda definitions: _ruleset(definitions, kinds, rules or {}),
        "case": _cases,
        **{key: partial(_body, record) for key, record in _PLAIN.items()},
    }
    definitions: dict[str, Schema] = {}
    return document(name, SCHEMAS[name], makers[name](definitions), definitions)


def _body(record: type, definitions: dict[str, Schema]) -> Schema:
    describer = Describer(definitions)
    return (_with_facts(describer) if record in _WITH_FACTS else describer).body(record)


def all_schemas(kinds: Kinds, rules: Rules | None = None) -> dict[str, Schema]:
    """Every schema by name."""
    return {name: schema_of(name, kinds, rules) for name in SCHEMAS}


def schema_text(schema: Schema) -> str:
    """The schema as a file: the same bytes for the same kinds."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _with_facts(describer: Describer) -> Describer:
    """A fact is a value, or an entry that holds one; what it may be is known from the ruleset only."""
    describer.instead[FactEntryDoc, "value"] = describer.of(_VALUE)
    for record in (RecordsDoc, CorrectionsDoc):
        describer.instead[record, "facts"] = describer.of(dict[Id, _VALUE | FactEntryDoc])
    return describer


def _cases(definitions: dict[str, Schema]) -> Schema:
    """A case is laid on ``base``, which may be any part of one, and may take out what the base has."""
    describer = Describer(definitions)
    describer.removable = lambda holder: holder in _LAID_ON_BASE
    _with_facts(describer)
    describer.required = lambda record, key: record is not PlacesDoc
    describer.instead[CaseDoc, "cohort"] = describer.of(tuple[MemberDoc, ...])
    describer.instead[CaseFileDoc, "cases"] = describer.of(tuple[CaseDoc, ...])
    definitions["Base"] = {key: value for key, value in describer.body(CaseDoc).items() if key != "required"}
    describer.instead[CaseFileDoc, "base"] = {"$ref": "#/definitions/Base"}
    return describer.body(CaseFileDoc)


def _ruleset(definitions: dict[str, Schema], kinds: Kinds, rules: Rules) -> Schema:
    whole, layer = _Rules(definitions, kinds, rules), _Layer(definitions, kinds, rules)
    layer_ref, whole_ref = layer.ref(RulesetDoc), whole.ref(RulesetDoc)
    return {"type": "object", "if": {"required": ["extends"]}, "then": layer_ref, "else": whole_ref}


class _Rules(Describer):
    """Describes a whole ruleset."""

    def __init__(self, definitions: dict[str, Schema], kinds: Kinds, rules: Rules, suffix: str = "") -> None:
        super().__init__(definitions, suffix)
        self.rules = {name: rules[name] for name in sorted(rules)}
        self.kinds = {name: kinds[name] for name in sorted(kinds)}
        self.scalars[Range] = scalar_schema({"type": "string", "pattern": _RANGE}, _RANGE_WORDS)
        self.scalars[ByQuota] = {"const": "by quota"}
        self.instead[CriterionDoc, "kind"] = {"enum": list(self.kinds)}
        self.special[CriterionDoc] = self.criterion
        self.special[RulesetDoc] = self.ruleset
        self.special[AccountabilityDoc] = self.accountability
        own = [setting_names(kind.params) for kind in self.kinds.values()]
        self.own_keys = frozenset().union(*own)

    def ruleset(self) -> Schema:
        """The ruleset. What a kind requires may stand in each leaf or in ``defaults``, so that is asked from here."""
        self.instead[RulesetDoc, "defaults"] = self.defaults()
        body = self.body(RulesetDoc)
        needed = [self._needs(name, key) for name, kind in self.kinds.items() for key in self.demanded(kind.params)]
        return {**body, "allOf": needed} if needed else body

    def defaults(self) -> Schema:
        """Any of a leaf's keys, by kind."""
        self.ref(CriterionDoc)
        keys = {"$ref": f"#/definitions/{self._common_name}"}
        return closed({name: {"type": "object", "allOf": [self._leaf_ref(name), keys]} for name in self.kinds})

    def criterion(self) -> Schema:
        """A node of the tree: a leaf has the keys of its kind, a group has parts. What all of them have stands apart."""
        keys = self.properties(CriterionDoc)
        common = {key: value for key, value in keys.items() if key not in self.own_keys | _IN_GROUP_ONLY}
        special = {key: value for key, value in keys.items() if key not in common}
        self.definitions[self._common_name] = {"properties": common}
        for kind in self.kinds.values():
            self.definitions[self._leaf_name(kind.name)] = self._leaf(kind, common, special)
        no_kind = {"if": {"not": {"required": ["kind"]}}, "then": self.without_kind(common, special)}
        leaves = [{"if": _is_kind(name), "then": self._leaf_ref(name)} for name in self.kinds]
        shared = {"$ref": f"#/definitions/{self._common_name}"}
        return {"type": "object", "required": ["id"], "allOf": [shared, no_kind, *leaves]}

    def accountability(self) -> Schema:
        """A use of a rule of accountability, with the keys of its rule."""
        common = self.properties(AccountabilityDoc)
        choices = [
            {"if": _is("rule", name), "then": closed({**_known(common), **self.properties(rule.params)}, self.demanded(rule.params))}
            for name, rule in self.rules.items()
        ]  # fmt: skip
        shared = {"type": "object", "properties": common, "required": self.demanded(AccountabilityDoc)}
        return {**shared, "allOf": choices} if choices else shared

    def without_kind(self, common: Mapping[str, Schema], special: Mapping[str, Schema]) -> Schema:
        """A group."""
        return closed({**_known(common, {"kind"}), **special}, ["parts"])

    @property
    def _common_name(self) -> str:
        return f"CriterionKeys{self.suffix}"

    def _leaf_name(self, kind: str) -> str:
        return f"kind-{kind}{self.suffix}"

    def _leaf_ref(self, kind: str) -> Schema:
        return {"$ref": f"#/definitions/{self._leaf_name(kind)}"}

    def _leaf(self, kind: CriterionKind, common: Mapping[str, Schema], special: Mapping[str, Schema]) -> Schema:
        of_tree = {key: value for key, value in special.items() if key not in _IN_GROUP_ONLY}
        own = self.properties(kind.params)
        return {"title": f"{kind.title.zh} / {kind.title.en}", **closed({**_known(common), **of_tree, **own})}

    def _needs(self, kind: str, key: str) -> Schema:
        """Every leaf of the kind has the key, unless ``defaults`` has it."""
        here = {"$ref": f"#/definitions/needs-{kind}-{key}"}
        parts = {"properties": {"parts": {"items": here}}}
        self.definitions[f"needs-{kind}-{key}"] = {**parts, "if": _is_kind(kind), "then": {"required": [key]}}
        not_shared = {"properties": {"defaults": {"properties": {kind: {"not": {"required": [key]}}}}}}
        return {"if": not_shared, "then": {"properties": {"criteria": {"items": here}}}}


class _Layer(_Rules):
    """Describes a layer: only ids are required, and ``remove: yes`` takes out a value, or an item of a list by its id."""

    def __init__(self, definitions: dict[str, Schema], kinds: Kinds, rules: Rules) -> None:
        super().__init__(definitions, kinds, rules, "InLayer")
        self.required = lambda record, key: (
            key == "id" or record is LockDoc or (record, key) == (RulesetDoc, "ruleset")
        )
        self.removable = lambda holder: True

    def item(self, t: Any) -> Schema:
        schema = super().item(t)
        if not (isinstance(t, type) and attrs.has(t) and "id" in setting_names(t)):
            return schema
        self.definitions["ItemRemoval"] = _ITEM_REMOVAL
        return {"if": {"required": ["remove"]}, "then": {"$ref": "#/definitions/ItemRemoval"}, "else": schema}

    def without_kind(self, common: Mapping[str, Schema], special: Mapping[str, Schema]) -> Schema:
        """A change to a group, or to a leaf whose kind only its parent tells."""
        choices: dict[str, list[Schema]] = {key: [value] for key, value in special.items()}
        for kind in self.kinds.values():
            for key, value in self.properties(kind.params).items():
                known = choices.setdefault(key, [])
                known += [value] if value not in known else []
        own = {key: found[0] if len(found) == 1 else {"anyOf": found} for key, found in sorted(choices.items())}
        return closed({**_known(common, {"kind"}), **own})


def _is(key: str, name: str) -> Schema:
    return {"properties": {key: {"const": name}}, "required": [key]}


def _is_kind(name: str) -> Schema:
    return _is("kind", name)


def _known(common: Mapping[str, Schema], without: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """Keys that are described elsewhere, allowed here."""
    return {key: True for key in common if key not in without}
