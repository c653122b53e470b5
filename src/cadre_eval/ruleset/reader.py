"""The strict reader for ruleset files: knows ranges, and reads a leaf's parameters as its kind's record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_type_hints

from attrs import evolve, fields

from cadre_eval.errors import PluginFailure, Problem, Problems, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.nodes import MapNode, Node, SeqNode, scalar_at
from cadre_eval.reading.settings import is_setting, key_of, setting_names
from cadre_eval.reading.structure import Refused, StrictReader, missing_and_unknown, refused
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.bands import parse_by_quota, parse_range
from cadre_eval.ruleset.document import AccountabilityDoc, ByQuota, CriterionDoc, RulesetDoc
from cadre_eval.ruleset.kind import CriterionKind

_GROUP_ONLY = frozenset({"parts", "weights"})
_LEAF_ONLY = frozenset({"kind"})


Own = CriterionKind | AccountabilityRule
"""What brings parameters of its own to a record of the ruleset."""


@lru_cache(maxsize=8)  # a reader keeps the plugins of its kinds alive
def ruleset_reader(
    of_kinds: tuple[CriterionKind, ...], of_rules: tuple[AccountabilityRule, ...] = ()
) -> StrictReader:
    """A reader for rulesets that may use these kinds and rules of accountability."""
    kinds = {kind.name: kind for kind in of_kinds}
    rules = {rule.name: rule for rule in of_rules}
    reader = StrictReader()
    reader.add_scalar(Range, parse_range, Text('范围，如 ">= 90"', 'a range, such as ">= 90"'))
    reader.add_scalar(ByQuota, parse_by_quota, Text("by quota", "by quota"))
    plain_hook = reader.converter.get_structure_hook(CriterionDoc)

    def criterion(node: Any, _type: Any) -> CriterionDoc:
        return _criterion(node, kinds, reader, plain_hook)

    reader.add_hook(CriterionDoc, criterion)
    plain_rule_hook = reader.converter.get_structure_hook(AccountabilityDoc)

    def accountability(node: Any, _type: Any) -> AccountabilityDoc:
        return _accountability(node, rules, reader, plain_rule_hook)

    reader.add_hook(AccountabilityDoc, accountability)
    return reader


def read_ruleset(
    node: Node,
    kinds: Mapping[str, CriterionKind],
    problems: Problems,
    rules: Mapping[str, AccountabilityRule] | None = None,
) -> RulesetDoc | None:
    """The merged tree as a record; None with all problems noted."""
    reader = ruleset_reader(tuple(kinds.values()), tuple((rules or {}).values()))
    if isinstance(node, MapNode):
        node = _with_defaults(node, kinds, reader, problems)
    return reader.read(node, RulesetDoc, problems)


def _criterion(node: Any, kinds: Mapping[str, CriterionKind], reader: StrictReader, plain_hook: Any) -> CriterionDoc:
    common = setting_names(CriterionDoc)
    kind_name = scalar_at(node, "kind") if isinstance(node, MapNode) else None
    if kind_name is None and isinstance(node, MapNode) and "kind" in node.keys:
        raise refused("CE204", node.values["kind"].span, expected=Text("一个词", "a word"))
    if not isinstance(node, MapNode) or kind_name is None:
        group: CriterionDoc = _group(node, common - _LEAF_ONLY, plain_hook)
        return group
    kind = kinds.get(kind_name.text)
    if kind is None:
        fix = closest(kind_name.text, kinds)
        args = {"kind": kind_name.text, "allowed": listed(kinds, 40)}
        raise Refused([Problem("CE416", kind_name.span, args, fix)])
    return _leaf(node, kind, common - _GROUP_ONLY, reader, plain_hook)


def _group(node: Any, common: frozenset[str], plain_hook: Any) -> CriterionDoc:
    doc: CriterionDoc
    if isinstance(node, MapNode) and "parts" not in node.keys:
        wrong = missing_and_unknown(node, common | {"kind"}, ["id"])
        raise Refused([Problem("CE417", node.span), *wrong])
    doc = plain_hook(node, CriterionDoc)
    return doc


def _leaf(
    node: MapNode, kind: CriterionKind, common: frozenset[str], reader: StrictReader, plain_hook: Any
) -> CriterionDoc:
    leaf: CriterionDoc = _with_params(node, kind, common, reader, CriterionDoc, plain_hook)
    return leaf


def _accountability(
    node: Any, rules: Mapping[str, AccountabilityRule], reader: StrictReader, plain_hook: Any
) -> AccountabilityDoc:
    name = scalar_at(node, "rule") if isinstance(node, MapNode) else None
    rule = rules.get(name.text) if name is not None else None
    doc: AccountabilityDoc
    if name is not None and rule is None:
        args: dict[str, str | Text] = {
            "name": name.text,
            "what": Text(
                "问责规则（内置的，或所列插件的）", "rule of accountability, built in or of a plugin that is named"
            ),
            "allowed": listed(rules) or "—",
        }
        raise Refused([Problem("CE421", name.span, args, closest(name.text, rules))])
    if rule is None:
        doc = plain_hook(node, AccountabilityDoc)
        return doc
    doc = _with_params(node, rule, setting_names(AccountabilityDoc), reader, AccountabilityDoc, plain_hook)
    return doc


def _with_params(
    node: MapNode, owner: Own, common: frozenset[str], reader: StrictReader, record: type, plain_hook: Any
) -> Any:
    """The record with the parameters its kind or rule brings, both read strictly."""
    own = setting_names(owner.params)
    problems = missing_and_unknown(node, common | own, [])
    params_hook = reader.converter.get_structure_hook(owner.params)
    params, reasons = _try(_guarded(params_hook, owner), node.only(own), owner.params, node)
    doc, more = _try(plain_hook, node.only(common - own), record, node)
    misspelt = {problem.fix for problem in problems}
    problems += [p for p in (*reasons, *more) if not _told_already(p, node, misspelt)]
    if problems:
        raise Refused(problems)
    return evolve(doc, params=params)


def _told_already(problem: Problem, node: MapNode, misspelt: set[str | None]) -> bool:
    """Whether a key is missing only because it is misspelt, which is told where it stands."""
    return problem.code == "CE203" and problem.span == node.span and problem.args["key"] in misspelt


def _guarded(hook: Any, owner: Own) -> Any:
    """Reading a plugin's record runs what it put there: validators, converters, defaults."""

    def read(part: MapNode, record: type) -> Any:
        def guarded() -> Any:
            try:
                return hook(part, record)
            except Refused as refusal:
                return refusal

        try:
            found = owner.guarded("params", guarded)
        except PluginFailure as failure:
            problems = Problems()
            problems.add_failure(failure, part.span)
            raise Refused(problems) from failure
        if isinstance(found, Refused):
            raise found
        return found

    return read if owner.guard is not None else hook


def _try(hook: Any, part: MapNode, record: type, whole: MapNode) -> tuple[Any, list[Problem]]:
    """The part of a leaf's mapping as ``record``, or what is wrong with it; the leaf's id stands for the whole."""
    part.line, part.column = whole.span.line, whole.span.column
    try:
        return hook(part, record), []
    except Refused as refusal:
        own = part.span
        return None, [
            evolve(p, span=whole.span) if p.code in {"CE203", "CE508"} and p.span == own else p
            for p in refusal.problems
        ]


def _with_defaults(
    root: MapNode, kinds: Mapping[str, CriterionKind], reader: StrictReader, problems: Problems
) -> MapNode:
    """The tree with ``defaults`` of a kind in every leaf of that kind that does not set the key itself."""
    defaults = root.values.get("defaults")
    if not isinstance(defaults, MapNode):
        return root
    for key, shared in defaults.items():
        kind = kinds.get(key.text)
        if kind is None:
            fix = closest(key.text, kinds)
            problems.add("CE416", key.span, fix=fix, kind=key.text, allowed=listed(kinds, 40))
        else:
            _check_defaults(shared, kind, reader, problems)
    return _filled(root, "criteria", defaults)


def _filled(node: MapNode, key: str, defaults: MapNode) -> MapNode:
    """A copy of the node whose criteria under ``key``, and those below them, have the defaults of their kinds."""
    here = node.values.get(key)
    if not isinstance(here, SeqNode):
        return node
    copy = node.only(frozenset(node.keys))
    filled = SeqNode(here.source, here.line, here.column)
    filled.items = [_criterion_with(item, defaults) for item in here.items]
    copy.values[key] = filled
    return copy


def _criterion_with(item: Node, defaults: MapNode) -> Node:
    if not isinstance(item, MapNode):
        return item
    copy = _filled(item.only(frozenset(item.keys)), "parts", defaults)
    name = scalar_at(item, "kind")
    shared = defaults.values.get(name.text) if name is not None else None
    for key, value in shared.items() if isinstance(shared, MapNode) else ():
        if key.text not in copy.keys:
            copy.put(key, value)
    return copy


def _check_defaults(shared: Node, kind: CriterionKind, reader: StrictReader, problems: Problems) -> None:
    """Each default is a parameter of the kind, whether a criterion uses it or not."""
    if not isinstance(shared, MapNode):
        problems.add("CE204", shared.span, expected=Text("若干“键: 值”", "a mapping of keys and values"))
        return
    hints = get_type_hints(kind.params)
    types = {key_of(a): hints[a.name] for a in fields(kind.params) if is_setting(a)}
    problems.extend(missing_and_unknown(shared, types, []))
    for key, value in shared.items():
        if key.text in types:
            reader.read(value, types[key.text], problems)
