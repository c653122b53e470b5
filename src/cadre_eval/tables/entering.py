"""Who is assessed, by column: the rules of ``scoring.eligibility`` where they are simple; the rest one by one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import numpy as np
from attrs import frozen

from cadre_eval.columns.integers import Array
from cadre_eval.columns.ordering import distinct_rows
from cadre_eval.model.dates import Duration
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import Eligibility
from cadre_eval.tables.roster import RosterTable


@frozen(eq=False)
class Entering:
    """By row of the roster: whether the posting touches the period, the number of its cadre, and whether columns settle that
    the cadre is assessed. Others must be looked into alone: they have several postings, moves that are not simple, or are
    not assessed at all.
    """

    touches: Array
    cadre: Array
    simple: Array


def entering(
    roster: RosterTable, period: Period, as_of: date, rules: Eligibility, district: Collection[str]
) -> Entering:
    """Sorts the postings of a roster. Rows stand in the order of their cadres."""
    served = roster.served(period.days)
    touches = served > 0
    cadre = roster.cadre_numbers
    several = np.bincount(cadre[touches], minlength=int(cadre.max(initial=-1)) + 1) > 1
    alone = touches & several[cadre] if len(cadre) else touches
    if rules.relation_required:
        alone = alone | (touches & ~_held(roster, period, as_of, district))
    if rules.minimum_service is not None:
        alone = alone | (touches & _short(roster, period, rules, rules.minimum_service))
    return Entering(touches, cadre, touches & ~alone)


def _held(roster: RosterTable, period: Period, as_of: date, district: Collection[str]) -> Array:
    """Where the district surely holds the assessment relation at the end: by one plain move well before it, or because the
    sending unit is its own and nothing moved.
    """
    units = roster.coded["sending_unit"]
    own = np.array([word in district for word in units.words], dtype=bool)
    found: Array = own[units.codes] if len(units.words) else np.zeros(roster.rows, dtype=bool)
    last = min(period.days.last, max(period.days.first, as_of)).toordinal()
    if roster.moves is None:
        return found
    moved, settled = roster.moves.held(roster.rows, np.minimum(roster.ends, last), as_of, district)
    return np.where(moved, settled, found)


def _short(roster: RosterTable, period: Period, rules: Eligibility, minimum: Duration) -> Array:
    """Where the service of the only posting is too short; each different stretch is looked at once."""
    last = period.days.last.toordinal()
    first = period.days.first.toordinal() if rules.service == "within-period" else 1
    ends = np.minimum(roster.ends, last)
    total = np.maximum(1, ends - np.maximum(roster.starts, first) + 1)
    some, at = distinct_rows([total, ends])
    pairs = zip(total[some].tolist(), ends[some].tolist(), strict=True)
    short = [_is_short(days, date.fromordinal(max(1, end)), minimum) for days, end in pairs]
    return np.array(short, dtype=bool)[at]


def _is_short(days: int, end: date, minimum: Duration) -> bool:
    if days >= end.toordinal():
        return False
    return minimum.after(end - timedelta(days=days - 1)).toordinal() > end.toordinal() + 1
