"""Facts that follow from the records of supervision, with the records they follow from as evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import evolve

from cadre_eval.model.records import MISSING, Dossier, Fact
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.ruleset.supervision import FactSourceDoc
from cadre_eval.supervision.scope import Scope

SOURCES: Mapping[str, Callable[[FactSourceDoc, Scope], Fact]] = {}
"""What derives a fact, by the key of its source. Each gives a fact that is present, missing or not applicable, whose
``detail`` says in one line what was counted, and whose ``evidence`` names the records.
"""


def derived(source: FactSourceDoc, scope: Scope) -> Fact:
    """The fact; missing if nothing is on record that it could follow from."""
    for key, derive in SOURCES.items():
        if getattr(source, key) is not None:
            return derive(source, scope)
    return MISSING


def with_derived(dossier: Dossier, rules: CompiledRuleset, scope: Scope) -> Dossier:
    """The dossier with every fact that the rules derive from supervision."""
    found = {name: derived(doc.from_, scope) for name, doc in rules.facts.items() if doc.from_ is not None}
    return evolve(dossier, facts={**dossier.facts, **found}) if found else dossier
