"""The rules of accountability of one period."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from cadre_eval.errors import PluginFailure, Span, Text
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.compiling import Compiling, in_period, rule_of
from cadre_eval.ruleset.document import AccountabilityDoc
from cadre_eval.ruleset.kind import CheckContext
from cadre_eval.ruleset.plan import Accountability
from cadre_eval.ruleset.supervision import SupervisionDoc


def compile_accountability(
    compiling: Compiling, rules: Mapping[str, AccountabilityRule], period: str
) -> tuple[Accountability, ...]:
    """The uses of rules that count in the period; problems noted for the others."""
    _check_ids(compiling)
    found = []
    for doc in compiling.doc.accountability:
        compiling.periods(doc.periods, doc.at.key("periods"))
        if in_period(doc.periods, period):
            found.append(_use(doc, rules[doc.rule], compiling, period))
    return tuple(use for use in found if use is not None)


def _check_ids(compiling: Compiling) -> None:
    first: dict[str, Span] = {}
    for doc in compiling.doc.accountability:
        here = doc.at.value("id")
        if first.setdefault(doc.id, here) != here:
            label = Text("第一次用在这里", "first used here")
            compiling.problems.add("CE306", here, id=doc.id, also=[(label, first[doc.id])])


def _labels(compiling: Compiling, period: str) -> tuple[str, ...]:
    """The labels of the grades that count in the period."""
    own = compiling.doc.periods[period].grades
    given = compiling.doc.grades if own is None else own
    scales = given.values() if isinstance(given, dict) else ()
    return tuple(dict.fromkeys(label for scale in scales for label in scale))


def _use(doc: AccountabilityDoc, of: AccountabilityRule, compiling: Compiling, period: str) -> Accountability | None:
    before = len(compiling.problems)
    ctx = CheckContext(
        doc.id, period, Fraction(0), None, compiling.doc.facts, compiling.problems, of.provider,
        compiling.doc.supervision or SupervisionDoc(), tuple(gate.id for gate in compiling.doc.gates), _labels(compiling, period),
    )  # fmt: skip
    try:
        params = of.guarded(doc.id, lambda: of.prepare(doc.params, ctx))
        if len(compiling.problems) > before:
            return None
        target = of.guarded(doc.id, lambda: of.of(params))
    except PluginFailure as failure:
        compiling.problems.add_failure(failure, doc.at.span)
        return None
    return Accountability(doc.id, doc.title or of.title.zh, of, params, target, rule_of(doc))
