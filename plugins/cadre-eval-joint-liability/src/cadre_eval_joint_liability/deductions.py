"""Findings on record whose deduction is not: proposed, so that it does not depend on who did the sums."""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.plugins.api import AssessedCadre, PostingView, ProposedAdjustment, RulesetView, Text
from cadre_eval_joint_liability.counting import occurrences
from cadre_eval_joint_liability.ladder import Ladder
from cadre_eval_joint_liability.uses import own_uses


def lacking_deductions(cadre: AssessedCadre, ruleset: RulesetView) -> Iterator[ProposedAdjustment]:
    """One for each item that ladders name and that is on record less often than what was found."""
    wanted = {
        (p.deduct, p.counted.fact) for _, p in own_uses(ruleset) if isinstance(p, Ladder) and p.deduct is not None
    }
    for item, fact in sorted(wanted):
        for posting in cadre.postings:
            yield from _lacking(posting, item, fact, ruleset)


def _lacking(posting: PostingView, item: str, fact: str, ruleset: RulesetView) -> Iterator[ProposedAdjustment]:
    recorded_as = ruleset.adjustments[item]
    found, recorded = (occurrences(posting.facts.get(name)) for name in (fact, recorded_as))
    if not found or found <= (recorded or 0):
        return
    what, where = ruleset.facts[fact].title, ruleset.facts[recorded_as].title
    zh, en = (
        ("还没有登记", "is not on record") if recorded is None else (f"只登记了 {recorded} 次", f"is only {recorded}")
    )
    reason = Text(f"“{what}” {found} 次，“{where}”{zh}", f"'{what}' is {found}, '{where}' {en}")
    yield ProposedAdjustment(item, found, reason, posting.facts[fact].evidence)
