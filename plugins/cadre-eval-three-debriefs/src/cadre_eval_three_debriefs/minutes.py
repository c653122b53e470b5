"""Every debrief leaves its minutes: a record that names too few documents gets a remark."""

from __future__ import annotations

from cadre_eval.plugins.api import AssessedCadre, EvidenceRemark, RulesetView, Text
from cadre_eval_three_debriefs.declared import BEFORE, record_of, reviewed


def missing_minutes(cadre: AssessedCadre, ruleset: RulesetView) -> list[EvidenceRemark]:
    """One for each record with fewer documents than asked for; of debriefs not held yet no minutes are asked."""
    found = []
    for criterion, declared, posting in reviewed(cadre, ruleset):
        record = record_of(criterion, declared)
        review = posting.reviews[record]
        held = sum(any(review.marks.get(name, {}).values()) for name in BEFORE)
        named, wanted = len(set(review.evidence)), min(declared.minutes, held)
        if named < wanted:
            reason = Text(
                f"已述职{held}次，附了{named}份佐证，应有{wanted}份述职记录",
                f"{held} debriefs held, {named} documents named; minutes wanted: {wanted}",
            )
            found.append(EvidenceRemark(record, reason, review.evidence))
    return found
