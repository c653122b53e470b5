"""The receipt of the first number that differs: where to look first when a case fails."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from cadre_eval.cases.expectations import Mismatch
from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.scoring.explain import Account, explain_adjustment, explain_result, explain_total
from cadre_eval.scoring.result import Result
from cadre_eval.scoring.tree import NodeScore


def with_receipt(outcome: CaseOutcome) -> CaseOutcome:
    """The outcome with the account of its first differing number under the mismatch of that number.

    A total differs because a part of it does: so of one cadre's criteria that differ the deepest comes first, then
    adjustments, then whatever the total decides.
    """
    found = outcome.found
    if found is None or any(mismatch.account for mismatch in outcome.mismatches):
        return outcome
    for cadre in dict.fromkeys(mismatch.cadre for mismatch in outcome.mismatches):
        if cadre not in found:
            continue
        own = [mismatch for mismatch in outcome.mismatches if mismatch.cadre == cadre]
        first = _first(found[cadre], own)
        if first is not None:
            told = evolve(first, account=_account(found[cadre], first))
            return evolve(outcome, mismatches=tuple(told if m is first else m for m in outcome.mismatches))
    return outcome


def _first(result: Result, mismatches: list[Mismatch]) -> Mismatch | None:
    by_criterion: dict[str, Mismatch] = {}
    for mismatch in mismatches:
        if mismatch.of == "criterion":
            by_criterion.setdefault(mismatch.name, mismatch)
    if result.main is not None:
        for node in _deepest_first(result.main.tree):
            if node.node.id in by_criterion:
                return by_criterion[node.node.id]
    rest = [m for m in mismatches if m.of == "adjustment"] + [m for m in mismatches if m.of == "total"]
    return rest[0] if rest else None


def _deepest_first(node: NodeScore) -> Iterator[NodeScore]:
    for part in node.parts:
        yield from _deepest_first(part)
    yield node


def _account(result: Result, mismatch: Mismatch) -> Account | None:
    if mismatch.of == "criterion":
        return explain_result(result, mismatch.name)
    if mismatch.of == "adjustment":
        return explain_adjustment(result, mismatch.name)
    return explain_total(result)
