"""The supervision section, and where derived facts come from: everything they name is declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import fields

from cadre_eval.errors import Span, Text
from cadre_eval.reading.nodes import SeqNode
from cadre_eval.reading.settings import Place, is_setting, key_of
from cadre_eval.ruleset.compiling import Compiling
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.supervision import FactSourceDoc, SupervisionDoc

_BESIDE = {"question": "households"}
"""Keys that go with another."""
_TYPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "findings": {"": ("count",)},
    "worklist": {"": ("rate",)},
    "attendance": {"share-of-workdays": ("rate",), "": ("count",)},
    "rectified": {"": ("rate",)},
    "households": {"": ("sample",)},
    "measures": {"": ("count",)},
    "effect": {"": ("flag",)},
    "transfers": {"": ("count",)},
}
"""The types of fact each source gives; ``""`` for any word not named."""
SOURCES = tuple(_TYPES)


def check_supervision(compiling: Compiling) -> None:
    """Adds a problem for each name that is not declared, and each source that does not fit its fact."""
    rules = compiling.doc.supervision or SupervisionDoc()
    for kind in rules.findings.values():
        if kind.severity is not None:
            what = Text("严重程度（severities）", "severity (severities)")
            compiling.known(kind.severity, rules.severities, kind.at.value("severity"), what)
    _check_signers(rules, compiling)
    for name, fact in compiling.doc.facts.items():
        if fact.from_ is not None:
            _check_source(name, fact, fact.from_, rules, compiling)


def _check_signers(rules: SupervisionDoc, compiling: Compiling) -> None:
    """Those who may sign for more days come later; only the last may sign for any number."""
    before = 0
    for place_, signer in enumerate(rules.leave):
        last = place_ == len(rules.leave) - 1
        if signer.up_to is None and not last:
            allowed = Text("天数；只有最后一级可以不写", "a number of days; only the last may go without")
            compiling.problems.add("CE407", signer.at.span, key="up_to", allowed=allowed)
        elif signer.up_to is not None and signer.up_to <= before:
            limit = Text(f"大于 {before}", f"above {before}")
            compiling.problems.add("CE213", signer.at.value("up_to"), text=str(signer.up_to), limit=limit)
        before = max(before, signer.up_to or 0)


def _check_source(
    name: str, fact: FactDoc, source: FactSourceDoc, rules: SupervisionDoc, compiling: Compiling
) -> None:
    given = [key_of(a) for a in fields(FactSourceDoc) if is_setting(a) and getattr(source, a.name) is not None]
    main = [key for key in given if key not in _BESIDE]
    lonely = [key for key in given if key in _BESIDE and _BESIDE[key] not in given]
    if len(main) != 1 or lonely:
        needed = Text(f"恰好一个来源：{'、'.join(SOURCES)}", f"exactly one source: {', '.join(SOURCES)}")
        label = Text("写了这个来源", "this source is written")  # a layer above may have written another
        also = [(label, source.at.key(k)) for k in given]
        compiling.problems.add("CE406", fact.at.key("from"), needed=needed, also=also)
        return
    key = main[0]
    if key == "households" and source.question is None:
        compiling.problems.add("CE203", source.at.span, key="question")
    value = getattr(source, key)
    types = _TYPES[key].get(value if isinstance(value, str) else "", _TYPES[key].get("", ()))
    if fact.type not in types:
        compiling.problems.add("CE402", fact.at.value("type"), fact=name, type=fact.type, allowed="、".join(types))
    _check_names(key, source, rules, compiling)


def _check_names(key: str, source: FactSourceDoc, rules: SupervisionDoc, compiling: Compiling) -> None:
    if key == "findings":
        what = Text("督查问题的种类（supervision.findings）", "kind of finding (supervision.findings)")
        _each(source.at, key, source.findings or (), rules.findings, what, compiling)
    if key == "measures":
        what = Text("处理措施（supervision.measures）", "measure (supervision.measures)")
        _each(source.at, key, source.measures or (), rules.measures, what, compiling)
    if key == "effect" and source.effect is not None:
        effects = {effect.effect for measure in rules.measures.values() for effect in measure.effects}
        compiling.known(
            source.effect, sorted(effects), source.at.value(key), Text("措施的影响", "effect of a measure")
        )


def _each(
    at: Place, key: str, names: Iterable[str], known: Mapping[str, Any], what: Text, compiling: Compiling
) -> None:
    for name, span in zip(names, _spans(at, key), strict=True):
        compiling.known(name, known, span, what)
    if not list(names):
        expected = Text("至少一项", "at least one entry")
        compiling.problems.add("CE202", at.key(key), expected=expected)


def _spans(at: Place, key: str) -> list[Span]:
    node = at.node.values.get(key)
    return [item.span for item in node.items] if isinstance(node, SeqNode) else []
