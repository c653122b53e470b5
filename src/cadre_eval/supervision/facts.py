"""Facts that follow from the records of supervision, with the records they follow from as evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import evolve

from cadre_eval.model.records import MISSING, Dossier, Fact
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.ruleset.supervision import FactSourceDoc
from cadre_eval.supervision.attendance_facts import attendance_fact
from cadre_eval.supervision.inspections_facts import findings_fact, households_fact, rectified_fact
from cadre_eval.supervision.measures import effect_fact, measures_fact
from cadre_eval.supervision.scope import Scope
from cadre_eval.supervision.timeline_facts import transfers_fact
from cadre_eval.supervision.worklists_rates import worklist_fact

SOURCES: Mapping[str, Callable[[FactSourceDoc, Scope], Fact]] = {
    "findings": findings_fact,
    "rectified": rectified_fact,
    "households": households_fact,
    "worklist": worklist_fact,
    "measures": measures_fact,
    "effect": effect_fact,
    "attendance": attendance_fact,
    "transfers": transfers_fact,
}
"""What derives a fact, by the key of its source. Each gives a fact that is present, missing, pending or not applicable, whose
``detail`` says in one line what was counted, and whose ``evidence`` names the records.
"""


def derived(source: FactSourceDoc, scope: Scope) -> Fact:
    """The fact; missing if nothing is on record that it could follow from."""
    for key, derive in SOURCES.items():
        if getattr(source, key) is not None:
            return derive(source, scope)
    return MISSING


def with_derived(dossier: Dossier, rules: CompiledRuleset, scope: Scope, *, supervised: bool = True) -> Dossier:
    """The dossier with every fact that the rules derive from supervision; where no records of it are kept, with those that
    follow from the roster alone.
    """
    sources = {name: doc.from_ for name, doc in rules.facts.items() if doc.from_ is not None}
    kept = {name: source for name, source in sources.items() if supervised or source.transfers is not None}
    found = {name: derived(source, scope) for name, source in kept.items()}
    return evolve(dossier, facts={**dossier.facts, **found}) if found else dossier
