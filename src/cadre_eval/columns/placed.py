"""Everybody of a plan ranked and graded, once the last draft is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from cadre_eval.columns.drafting import scales_of
from cadre_eval.columns.drafts import Drafts
from cadre_eval.columns.integers import Array
from cadre_eval.columns.placing import ranks
from cadre_eval.columns.quotas import apply_quotas
from cadre_eval.columns.scorer import Scorer


@frozen(eq=False)
class Placed:
    """Drafts, their quotas applied, with ranks (0: none, or not certain)."""

    drafts: Drafts
    ranks: Array


def placed(scorer: Scorer, drafts: Drafts, pools_of: Callable[[Sequence[str]], Array]) -> Placed:
    """Everybody ranked and graded; ``pools_of`` numbers the pools that some keys separate, row by row."""
    chain = scorer.rules.ties[:-1]
    found = ranks(drafts, pools_of(scorer.rules.pools), chain)
    apply_quotas(drafts, scorer.plan, scales_of(scorer), chain, pools_of)
    return Placed(drafts, found)
