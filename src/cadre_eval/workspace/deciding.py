"""Every proposed measure of a workspace with its decision, as known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import define, field

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.decisions import Decision
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.scoring.proposals import Measure
from cadre_eval.supervision.measures import Matter, in_order, matter
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.periods import find_period


def matters(workspace: Workspace, as_of: date) -> list[Matter]:
    """All matters of accountability as known on ``as_of``, the most pressing first.

    Raises:
        RefusedInput: a decision is on a proposal that did not exist then, or does not agree with it.
    """
    return _Matters(workspace, as_of).found()


@define(eq=False)
class _Matters:
    workspace: Workspace
    as_of: date
    problems: Problems = field(factory=Problems)
    on_day: dict[date, Mapping[str, Measure]] = field(factory=dict)

    def found(self) -> list[Matter]:
        proposed = self._proposed(self.as_of)
        rules = self.workspace.supervision_on
        matters = []
        known = [d for d in self.workspace.on_record.decisions if d.known_on <= self.as_of]
        decisions = {d.proposal: d for d in known}
        for decision in known:
            measure = proposed.get(decision.proposal)
            then = measure or self._then(decision)
            if then is not None:
                self._check(decision, then)
                lapsed = measure is None
                matters.append(matter(then, decision, rules, self.as_of, lapsed=lapsed))
        self.problems.raise_if_any()
        matters += [matter(m, None, rules, self.as_of) for key, m in proposed.items() if key not in decisions]
        return in_order(matters)

    def _then(self, decision: Decision) -> Measure | None:
        """The proposal as it was known on the day of the decision; a problem is noted if there was none."""
        proposed = self._proposed(decision.on)
        measure = proposed.get(decision.proposal)
        if measure is None and decision.span is not None:
            fix = closest(decision.proposal, proposed)
            known = listed(sorted(proposed), 40) or "—"
            self.problems.add(
                "CE794", decision.span, fix=fix, proposal=decision.proposal, day=decision.on.isoformat(), known=known
            )
        return measure

    def _check(self, decision: Decision, measure: Measure) -> None:
        """A decision comes after the proposal; confirmed is what was proposed, varied is something else."""
        span: Span | None = decision.span
        if span is None:
            return
        if measure.on is not None and decision.on < measure.on:
            what = Text("建议提出的日期", "the day of the proposal")
            self.problems.add("CE702", span, day=decision.on.isoformat(), what=what, first=measure.on.isoformat())
        same = decision.measure == measure.proposed.measure_id
        if measure.proposed.measure_id is not None and same == (decision.outcome == "vary"):
            proposed = measure.proposed.measure_id
            self.problems.add(
                "CE795", span, outcome=decision.outcome, measure=decision.measure or "", proposed=proposed
            )

    def _proposed(self, day: date) -> Mapping[str, Measure]:
        """The proposals known on a day, by key. What periods overlap in is proposed once."""
        if day not in self.on_day:
            found: dict[str, Measure] = {}
            for period in periods_begun(self.workspace, day):
                for measure in assess(self.workspace, period.id, day).measures:
                    if _stands(measure, period, day):
                        found.setdefault(measure.key, measure)
            self.on_day[day] = dict(sorted(found.items()))
        return self.on_day[day]


def _stands(measure: Measure, period: Period, day: date) -> bool:
    """While a period lasts, only what findings bring can be told."""
    return period.days.last <= day or measure.proposed.follows_from is not None


def periods_begun(workspace: Workspace, day: date) -> Iterator[Period]:
    """The periods that anything is on record of, begun by a day, the earliest to end first."""
    years = {day.year, *_years(workspace)}
    found = {}
    for rules in workspace.rulesets:
        for key in rules.periods:
            for year in years:
                period = find_period(workspace.rulesets, f"{year:04d}-{key}")
                if period is not None and period[2].days.first <= day and _on_record(workspace, period[2]):
                    found[period[2].id] = period[2]
    yield from sorted(found.values(), key=lambda p: (p.days.last, p.id))


def _years(workspace: Workspace) -> Iterable[int]:
    parts = [split_period_id(period) for period in workspace.period_ids()]
    inspected = [i.days.first.year for i in workspace.on_record.inspections]
    return [*(year for year, _ in filter(None, parts)), *inspected]


def _on_record(workspace: Workspace, period: Period) -> bool:
    dossiers = period.id in workspace.period_ids()
    return dossiers or any(i.days.overlap(period.days) for i in workspace.on_record.inspections)
