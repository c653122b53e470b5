"""The same ballots, counted in two places of a ruleset, must be judged by the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from cadre_eval.plugins.api import CriterionView, Objection, RulesetView, Text
from cadre_eval_rate_bands.sheet_settings import SheetParams

RULES = ("scale", "limits", "all_equal", "unmarked", "blank", "most_void")
"""What makes a ballot, or a whole vote, valid."""


def judged_differently(ruleset: RulesetView) -> Sequence[Objection]:
    """An objection for each criterion that takes a ballot for valid which another one, of the same record, does not."""
    reviews = [criterion for criterion in ruleset.criteria if hasattr(criterion.params, "reviewers")]
    found = []
    for one, other in combinations(reviews, 2):
        sheet, second = (one, other) if isinstance(one.params, SheetParams) else (other, one)
        if not isinstance(sheet.params, SheetParams) or not _same_ballots(sheet, second):
            continue
        if not isinstance(second.params, SheetParams):
            zh = f"和“{sheet.title}”用的是同一批选票，这里却连作废票也计入"
            en = f"uses the same ballots as '{sheet.title}', void ones too"
            found.append(Objection(second.span, Text(zh, en)))
        elif differing := _differing(sheet.params, second.params):
            zh = f"和“{sheet.title}”用的是同一批选票，有效票的规则却不同：{'、'.join(differing)}"
            en = f"uses the same ballots as '{sheet.title}' under other rules: {', '.join(differing)}"
            found.append(Objection(second.span, Text(zh, en)))
    return found


def _same_ballots(one: CriterionView, other: CriterionView) -> bool:
    shared = set(one.params.reviewers) & set(other.params.reviewers)
    return one.params.record == other.params.record and bool(shared)


def _differing(one: SheetParams, other: SheetParams) -> list[str]:
    return [key for key in RULES if getattr(one, key) != getattr(other, key)]
