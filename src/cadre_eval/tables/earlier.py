"""Totals of an earlier period as a later one takes them over: by column, and as light results for cadres scored alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

import numpy as np
import pyarrow as pa
from attrs import frozen

from cadre_eval.columns.batch import BLOCKED, MISSING, PRESENT, Numbers, Values
from cadre_eval.columns.drafts import NOT_ASSESSED, STATE_NAMES, Drafts
from cadre_eval.columns.integers import Array
from cadre_eval.model.people import Cadre
from cadre_eval.model.postings import Posting
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.scoring.result import Result


@frozen(eq=False)
class EarlierTotals:
    """What an earlier period came to, one row a cadre. ``exact`` is there if the rules carry exact totals."""

    cadres: pa.Array
    state: Array
    known: Array
    shown: Array
    places: int
    exact: tuple[Array, Array] | None
    open_totals: Mapping[int, tuple[Number, Number]]
    """Totals that are open, rounded and exact, by row."""

    def values(self, key: str, cadres: pa.Array, plan: PeriodPlan) -> Values:
        """The totals as they enter, for each of some postings, by their cadres; 0 where there is none."""
        before = {cadre: i for i, cadre in enumerate(self.cadres.to_pylist())}
        at = np.array([before.get(cadre, -1) for cadre in cadres.to_pylist()], dtype=np.int64)
        known = self.known & (self.state != NOT_ASSESSED)
        state = np.where(self.state == NOT_ASSESSED, MISSING, np.where(known, PRESENT, BLOCKED))
        state = np.append(state, MISSING)[at].astype(np.uint8)
        name = f"earlier/{key}"
        if plan.carry == "rounded" or self.exact is None:
            shown = np.append(self.shown, 0)[at]
            return Values(Numbers(name, Fraction(1, 10**self.places), np.where(state == PRESENT, shown, 0)), state)
        still = np.zeros(len(self.state) + 1, dtype=bool)
        still[[row for row, (_, exact) in self.open_totals.items() if isinstance(exact, Interval)]] = True
        state = np.where(still[at] & (state == PRESENT), BLOCKED, state).astype(np.uint8)
        tops, bottoms = np.append(self.exact[0], 0)[at], np.append(self.exact[1], 1)[at]
        return Values(Numbers(name, Fraction(1), np.where(state == PRESENT, tops, 0), bottoms), state)

    def results(self, cadres: Collection[str]) -> list[Result]:
        """Results with no more than scoring a later period asks of them."""
        return [self._result(at, cadre) for at, cadre in enumerate(self.cadres.to_pylist()) if cadre in cadres]

    def _result(self, at: int, cadre: str) -> Result:
        rounded = Fraction(int(self.shown[at]), 10**self.places)
        exact = rounded if self.exact is None else Fraction(int(self.exact[0][at]), int(self.exact[1][at]))
        total, exactly = self.open_totals.get(at, (rounded, exact))
        nowhere: Posting = None  # type: ignore[assignment]  # nobody asks where an earlier total came about
        return Result(
            Cadre(cadre, cadre, ""), nowhere, (), STATE_NAMES[int(self.state[at])], None, total=total, exact=exactly
        )

    def of(self, cadres: Collection[str]) -> EarlierTotals:
        """Those of some cadres only."""
        kept = np.array([cadre in cadres for cadre in self.cadres.to_pylist()], dtype=bool)
        rows = np.flatnonzero(kept)
        place = {int(row): i for i, row in enumerate(rows)}
        exact = None if self.exact is None else (self.exact[0][rows], self.exact[1][rows])
        open_totals = {place[row]: totals for row, totals in self.open_totals.items() if row in place}
        return EarlierTotals(
            self.cadres.take(pa.array(rows)), self.state[rows], self.known[rows], self.shown[rows], self.places, exact, open_totals
        )  # fmt: skip


def earlier_totals(
    drafts: Drafts, cadres: pa.Array, places: int, open_totals: Mapping[int, tuple[Number, Number]]
) -> EarlierTotals:
    """What a period's drafts, one row a cadre, hand on."""
    link = drafts.links.get("exact")
    exact = None if link is None else link.ratio(np.arange(drafts.rows))
    return EarlierTotals(cadres, drafts.state, drafts.known, drafts.shown, places, exact, open_totals)
