"""Every proposed measure of a workspace with its decision, as known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import define, field

from cadre_eval.errors import PluginFailure, Problems, Text, as_text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.decisions import Decision
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.scoring.proposals import Measure
from cadre_eval.supervision.measures import Matter, in_order, matter
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.periods import find_period


def matters(workspace: Workspace, as_of: date, failures: list[PluginFailure] | None = None) -> list[Matter]:
    """All matters of accountability as known on ``as_of``, the most pressing first.

    Args:
        failures: what plugins failed to do is added here; without it, the first is raised.

    Raises:
        RefusedInput: a decision is on a proposal that did not exist then, or does not agree with it.
        PluginFailure: a plugin failed, and nobody asked for the failures.
    """
    found = _Matters(workspace, as_of)
    result = found.found()
    if failures is not None:
        failures += [found.failures[name] for name in sorted(found.failures)]
    elif found.failures:
        raise next(iter(found.failures.values()))
    return result


def check_decisions(workspace: Workspace, problems: Problems) -> None:
    """Adds what is wrong with decisions when held against the proposals they are on."""
    known = [decision.known_on for decision in workspace.on_record.decisions]
    if known:
        found = _Matters(workspace, max(known), problems=Problems())
        found.check()
        problems.extend(found.problems)


@define(eq=False)
class _Matters:
    workspace: Workspace
    as_of: date
    problems: Problems = field(factory=Problems)
    failures: dict[str, PluginFailure] = field(factory=dict)
    seen: dict[tuple[date, str], Mapping[str, Measure]] = field(factory=dict)
    """What was proposed in a period, as known on a day."""

    def found(self) -> list[Matter]:
        proposed, rules = self._proposed(self.as_of), self.workspace.supervision_on
        matters = [
            matter(then, decision, rules, self.as_of, now=proposed.get(decision.proposal))
            for decision, then in self.check()
        ]
        self.problems.raise_if_any()
        decided = {decision.proposal for decision in self._decisions() if decision.stands(self.as_of)}
        matters += [matter(m, None, rules, self.as_of) for key, m in proposed.items() if key not in decided]
        return in_order(matters)

    def check(self) -> list[tuple[Decision, Measure]]:
        """The decisions with what they are on, as it was proposed then; problems are noted for those that do not agree."""
        found = []
        for decision in self._decisions():
            then = self._then(decision)
            if then is not None:
                self._check(decision, then)
                found.append((decision, then))
        return found

    def _decisions(self) -> list[Decision]:
        return [d for d in self.workspace.on_record.decisions if d.known_on <= self.as_of]

    def _then(self, decision: Decision) -> Measure | None:
        """The proposal as it was known on the day of the decision; a problem is noted if there was none."""
        measure = self._looked_up(decision)
        if measure is not None or self.failures:
            return measure
        proposed = self._proposed(decision.on)
        later = self._proposed(self.as_of).get(decision.proposal)
        if later is not None and later.on is not None and decision.on < later.on:
            what = Text("建议提出的日期", "the day of the proposal")
            day, first = decision.on.isoformat(), later.on.isoformat()
            self.problems.add("CE702", decision.place("on"), day=day, what=what, first=first)
            return None
        fix, known = closest(decision.proposal, proposed), listed(sorted(proposed), 40) or "—"
        day = decision.on.isoformat()
        place = decision.place("proposal")
        self.problems.add("CE794", place, fix=fix, proposal=decision.proposal, day=day, known=known)
        return None

    def _check(self, decision: Decision, measure: Measure) -> None:
        """Confirmed or refused is what was proposed, varied is something else."""
        same = decision.measure == measure.proposed.measure_id
        if same == (decision.outcome == "vary"):
            written = decision.measure or Text("没有写", "none")
            proposed = measure.proposed.measure_id or as_text(measure.proposed.measure)
            self.problems.add(
                "CE795", decision.place("measure"), outcome=decision.outcome, measure=written, proposed=proposed
            )

    def _proposed(self, day: date) -> Mapping[str, Measure]:
        """The proposals known on a day, by key. What periods overlap in is proposed once."""
        found: dict[str, Measure] = {}
        for period in periods_begun(self.workspace, day):
            for key, measure in self._of_period(period, day).items():
                found.setdefault(key, measure)
        return dict(sorted(found.items()))

    def _of_period(self, period: Period, day: date) -> Mapping[str, Measure]:
        if (day, period.id) not in self.seen:
            assessed = assess(self.workspace, period.id, day)
            self.failures |= {str(failure): failure for failure in assessed.failures}
            stands = [measure for measure in assessed.measures if _stands(measure, period, day)]
            self.seen[day, period.id] = {measure.key: measure for measure in reversed(stands)}
        return self.seen[day, period.id]

    def _looked_up(self, decision: Decision) -> Measure | None:
        """The proposal, looked for only in periods that use its rule, the earliest to end first: assessing takes long."""
        rule, basis = decision.proposal.split("/")[0], decision.proposal.rpartition("/")[2]
        begun = list(periods_begun(self.workspace, decision.on))
        named = [period for period in begun if period.id == basis] or begun
        for period in named:
            uses = self.workspace.period(period.id)[1].accountability
            if any(use.id == rule for use in uses):
                measure = self._of_period(period, decision.on).get(decision.proposal)
                if measure is not None:
                    return measure
        return None


def _stands(measure: Measure, period: Period, day: date) -> bool:
    """While a period lasts, only what findings bring can be told."""
    return period.days.last <= day or measure.proposed.follows_from is not None


def periods_begun(workspace: Workspace, day: date) -> Iterator[Period]:
    """The periods that anything is on record of, begun by a day, the earliest to end first."""
    years = {day.year, *_years(workspace)}
    found = {}
    for rules in workspace.rulesets:
        for key, plan in rules.periods.items():
            for year in {first + more for first in years for more in range(plan.years)}:
                period = find_period(workspace.rulesets, f"{year:04d}-{key}")
                if period is not None and period[2].days.first <= day and _on_record(workspace, period[2]):
                    found[period[2].id] = period[2]
    yield from sorted(found.values(), key=lambda p: (p.days.last, p.id))


def _years(workspace: Workspace) -> Iterable[int]:
    parts = [split_period_id(period) for period in workspace.period_ids()]
    inspected = [day.year for i in workspace.on_record.inspections for day in (i.days.first, i.days.last)]
    return [*(year for year, _ in filter(None, parts)), *inspected]


def _on_record(workspace: Workspace, period: Period) -> bool:
    dossiers = period.id in workspace.period_ids()
    return dossiers or any(i.days.overlap(period.days) for i in workspace.on_record.inspections)
