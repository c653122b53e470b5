"""Which rules are in force in a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cadre_eval.model.dates import Days
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def make_period(plan: PeriodPlan, year: int) -> Period:
    """The period of a plan in a year."""
    days = Days(plan.first.in_year(year - plan.years + 1), plan.last.in_year(year))
    return Period(plan.key, year, plan.kind, days, plan.title)


def find_period(
    rulesets: Sequence[CompiledRuleset], period_id: str
) -> tuple[CompiledRuleset, PeriodPlan, Period] | None:
    """The rules in force at the end of the period, or None."""
    parts = split_period_id(period_id)
    if parts is None:
        return None
    year, key = parts
    for rules in rulesets:
        plan = rules.periods.get(key)
        if plan is None or year - plan.years < 0:
            continue
        period = make_period(plan, year)
        if (rules.effective_from or FIRST) <= period.days.last <= (rules.effective_until or LAST):
            return rules, plan, period
    return None
