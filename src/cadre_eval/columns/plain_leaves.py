"""Leaves whose formula is an ordinary function: run once for each distinct set of values, through the same door as ever."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from math import lcm

import numpy as np
from attrs import define, field

from cadre_eval.columns.batch import BLOCKED, PRESENT, Batch, Inputs, Numbers
from cadre_eval.columns.integers import Array, integers
from cadre_eval.errors import PluginFailure
from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import Interval
from cadre_eval.ruleset.formulas import leaf_score
from cadre_eval.ruleset.kind import StaysOpen
from cadre_eval.ruleset.plan import Leaf

MOST_SCALE = 10**9
MOST_REMEMBERED = 1_000_000


@define(eq=False)
class PlainLeaves:
    """Scores by set of values, kept from batch to batch."""

    scores: dict[Hashable, Fraction | None] = field(factory=dict)
    scales: dict[str, int] = field(factory=dict)

    def inputs(self, leaf: Leaf, batch: Batch) -> Inputs:
        """The leaf's scores as a column, ``points``. Sets without a score leave their rows open."""
        distinct = batch.distinct(leaf)
        present = np.ones(len(distinct.sets), dtype=bool)
        if distinct.lack is not None:
            present[:] = False
            present[np.unique(distinct.codes[distinct.lack == PRESENT])] = True
        found = [self._score(leaf, key, values) if needed else Fraction(0)
                 for key, values, needed in zip(distinct.keys, distinct.sets, present, strict=True)]  # fmt: skip
        known = [Fraction(0) if score is None else score for score in found]
        lack = distinct.lack
        if any(score is None for score in found):
            blocked = np.array([score is None for score in found])[distinct.codes]
            lack = np.where(blocked, BLOCKED, PRESENT if lack is None else lack).astype(np.uint8)
        return Inputs({"points": self._column(leaf, known, distinct.codes)}, lack)

    def _score(self, leaf: Leaf, key: Hashable, values: object) -> Fraction | None:
        if key not in self.scores:
            if len(self.scores) >= MOST_REMEMBERED:
                self.scores.clear()
            self.scores[key] = score_of(leaf, values)
        return self.scores[key]

    def _column(self, leaf: Leaf, scores: list[Fraction], codes: Array) -> Numbers:
        """One denominator for all, the same from batch to batch as far as it goes."""
        scale = lcm(self.scales.get(leaf.id, 1), *(score.denominator for score in scores))
        if scale <= MOST_SCALE:
            self.scales[leaf.id] = scale
            return Numbers(
                f"leaf/{leaf.id}/points", Fraction(1, scale), integers([int(s * scale) for s in scores])[codes]
            )
        tops, bottoms = [s.numerator for s in scores], [s.denominator for s in scores]
        return Numbers(f"leaf/{leaf.id}/points", Fraction(1), integers(tops)[codes], integers(bottoms)[codes])


def score_of(leaf: Leaf, values: object) -> Fraction | None:
    """The exact score of one set of values; None if the function gives none, or only bounds."""
    try:
        score = leaf_score(EXACT, leaf, values)  # type: ignore[arg-type]
    except (StaysOpen, PluginFailure):
        return None
    return None if isinstance(score, Interval) else score
