"""Which rules are in force in a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import evolve

from cadre_eval.errors import Problems, Span, Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.dates import Days
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.ruleset.supervision import SupervisionDoc

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def make_period(plan: PeriodPlan, year: int) -> Period:
    """The period of a plan in a year."""
    days = Days(plan.first.in_year(year - plan.years + 1), plan.last.in_year(year))
    return Period(plan.key, year, plan.kind, days, plan.title)


def named_period(
    rulesets: Sequence[CompiledRuleset], period_id: str, span: Span, problems: Problems
) -> tuple[CompiledRuleset, PeriodPlan, Period] | None:
    """The rules in force at the end of a period that a file names; a problem is noted if there are none."""
    found = find_period(rulesets, period_id)
    if found is not None:
        return found
    parts = split_period_id(period_id)
    if parts is not None and any(parts[1] in rules.periods for rules in rulesets):
        problems.add("CE611", span, period=period_id)
    else:
        no_such_period(rulesets, period_id, span, problems)
    return None


def no_such_period(rulesets: Sequence[CompiledRuleset], period_id: str, span: Span, problems: Problems) -> None:
    """Adds the problem that no ruleset has such a period, with the one probably meant."""
    keys = sorted({key for rules in rulesets for key in rules.periods})
    parts = split_period_id(period_id)
    near = closest(parts[1] if parts else period_id, keys)
    fix = f"{parts[0]}-{near}" if parts and near else None
    allowed = listed(f"2025-{key}" for key in keys)
    problems.add("CE607", span, fix=fix, period=period_id, allowed=allowed)


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


def day_of(period: Period, as_of: date | None) -> date:
    """The day of knowledge: the period's last unless given. Raises UsageError for one before the period."""
    day = as_of or period.days.last
    if day < period.days.first:
        first = period.days.first.isoformat()
        raise UsageError(
            Text(f"截至日期早于考核期（{first} 起）", f"the day of knowledge is before the period ({first})")
        )
    return day


def supervision_on(rulesets: Sequence[CompiledRuleset], day: date) -> SupervisionDoc:
    """The supervision rules in force on a day; empty ones if there are none."""
    for rules in rulesets:
        if (rules.effective_from or FIRST) <= day <= (rules.effective_until or LAST):
            return rules.supervision if len(rulesets) == 1 else _with_earlier_measures(rules, rulesets)
    return SupervisionDoc()


def _with_earlier_measures(rules: CompiledRuleset, rulesets: Sequence[CompiledRuleset]) -> SupervisionDoc:
    """A measure that earlier rules declare can still be decided: what arose under them may come to a decision later."""
    begun = sorted((r.effective_from or FIRST, r.id, r) for r in rulesets if r is not rules)
    measures = {
        name: m
        for from_, _, r in begun
        if from_ < (rules.effective_from or FIRST)
        for name, m in r.supervision.measures.items()
    }
    return evolve(rules.supervision, measures={**measures, **rules.supervision.measures})
