"""Thresholds of time: the least service, the days within which the relations move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cadre_eval.cases.edges.probes import Probe, Threshold, place_of
from cadre_eval.errors import Text
from cadre_eval.model.dates import Duration
from cadre_eval.model.periods import Period
from cadre_eval.reading.nodes import MapNode
from cadre_eval.ruleset.plan import PeriodPlan

DAY = timedelta(days=1)


def service_thresholds(plan: PeriodPlan, period: Period, root: MapNode) -> Iterator[Threshold]:
    """First days, and days of transfer, to try in the period."""
    eligibility, days = plan.eligibility, period.days
    if eligibility.minimum_service is not None:
        least = eligibility.minimum_service
        what = Text(f"最短驻村时间 {least.zh}", f"least service {least}")
        at = _latest_start(least, days.last)
        probes = tuple(_joined(day) for day in (at + DAY, at, at - DAY))
        written = ("eligibility", "minimum_service")
        span = place_of(root, *written, plan.key) or place_of(root, *written) or eligibility.rule.span
        yield Threshold(span, what, plan.key, probes)
    if eligibility.transfer_within is not None:
        limit = eligibility.transfer_within
        what = Text(f"划转时限 {limit.zh}", f"transfers within {limit}")
        at = limit.after(days.first)
        probes = tuple(_moved(days.first, day) for day in (at - DAY, at, at + DAY))
        span = place_of(root, "eligibility", "transfer_within") or eligibility.rule.span
        yield Threshold(span, what, plan.key, probes)


def _joined(day: date) -> Probe:
    return Probe(Text(f"{day} 到任", f"from {day}"), {"from": str(day)})


def _moved(first: date, day: date) -> Probe:
    return Probe(Text(f"{day} 划转", f"moved {day}"), {"from": str(first), "assessment_from": str(day)})


def _latest_start(least: Duration, last: date) -> date:
    """The last day on which a service may begin that is long enough on ``last``."""
    start = last
    while least.after(start) > last + DAY:
        start -= DAY
    return start
