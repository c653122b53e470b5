"""Boundary cases made by the program: for every threshold, what the values just below, at and just above it give.

A value of a record is tried by assessing a made-up person: one of the case file with that one record replaced. A total or
a score cannot be entered; what it gives is looked up in the rules themselves, and the row says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from cadre_eval.cases.edges.boundary_points import thresholds
from cadre_eval.cases.edges.probes import Probe, Threshold
from cadre_eval.cases.inputs import OWN_KEYS, CaseInput, merge_nodes
from cadre_eval.cases.running import CaseFile
from cadre_eval.errors import Lang, Problems, Source, Span, Text, as_text
from cadre_eval.model.periods import Period, split_period_id
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.nodes import MapNode, SeqNode, scalar_at
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan, leaves
from cadre_eval.scoring.explain import exact_text
from cadre_eval.scoring.result import Result
from cadre_eval.workspace.periods import make_period

NONE = Text("—", "—")
_OWN = OWN_KEYS | {"cohort"}
"""What a case says that its input does not need."""


@frozen
class Trial:
    """One value and what it gives; ``said`` are the notes of the result that not all values of the threshold have."""

    value: Text
    score: str
    total: str
    grade: Text
    gates: tuple[str, ...] = ()
    said: tuple[Text, ...] = ()

    def said_in(self, lang: Lang) -> list[str]:
        return [text.in_(lang) for text in self.said]


@frozen
class Boundary:
    """A threshold and what happens around it; ``looked_up`` if nobody was assessed for it."""

    span: Span
    what: Text
    period: str
    criterion: str
    looked_up: bool
    trials: tuple[Trial, ...]
    said: tuple[Text, ...] = ()
    """The notes that every value has: that one person alone gets no place of a quota, say."""


@frozen
class Boundaries:
    """Every threshold of the ruleset of a case file, in the order of places."""

    file: str
    ruleset: str
    found: tuple[Boundary, ...]
    unseen: tuple[tuple[str, str], ...] = ()
    """Criteria whose own thresholds only their plugin knows: title and kind."""


def boundaries(file: CaseFile, problems: Problems) -> Boundaries:
    """Tries the thresholds of every period, each in the first period that has it. Problems with the cases are added."""
    bench = _Bench(file, problems)
    found: dict[object, Boundary] = {}
    for plan in bench.plans():
        period = bench.period(plan)
        for threshold in thresholds(file.rules, plan, period, file.merged.effective.root):
            values = tuple(probe.value for probe in threshold.probes)
            key = (threshold.span.sort_key, threshold.what, threshold.criterion, values)
            if key not in found:
                found[key] = bench.tried(threshold, period)
    in_order = sorted(found.values(), key=lambda boundary: boundary.span.sort_key)
    own = [leaf for plan in bench.plans() for leaf in leaves(plan.root) if leaf.kind.provider is not None]
    unseen = tuple(dict.fromkeys((leaf.title, leaf.kind.name) for leaf in own))
    return Boundaries(file.source.name, file.rules.id, tuple(in_order), unseen)


class _Bench:
    """Where values are tried: ``starts`` holds, for each period, the input of a person with a final result."""

    def __init__(self, file: CaseFile, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self.starts = dict(self._starts())

    @property
    def rules(self) -> CompiledRuleset:
        return self.file.rules

    def plans(self) -> list[PeriodPlan]:
        """The periods that have somebody to start from come first."""
        plans = list(self.rules.periods.values())
        order = list(self.starts)
        return sorted(plans, key=lambda plan: order.index(plan.key) if plan.key in order else len(order))

    def period(self, plan: PeriodPlan) -> Period:
        start = self.starts.get(plan.key) or next(iter(self.starts.values()), None)
        parts = None if start is None else _period_of(start)
        return make_period(plan, parts[0] if parts else 2025)

    def _starts(self) -> Iterator[tuple[str, MapNode]]:
        """The first input of each period with a final result."""
        taken = set()
        for node in self._people():
            parts = _period_of(node)
            if parts is None or parts[1] in taken:
                continue
            result, _ = self._assessed(node)
            if result is not None and result.state == "final":
                taken.add(parts[1])
                yield parts[1], node

    def _people(self) -> Iterator[MapNode]:
        """The shared input, then that of each case; of several people the first."""
        base = self.file.doc.base
        if isinstance(base, MapNode):
            yield base
        for case in self.file.cases(self.problems):
            own = case.node.only(frozenset(case.node.keys) - _OWN)
            cohort = case.node.values.get("cohort")
            first = cohort.items[0] if isinstance(cohort, SeqNode) and cohort.items else None
            if isinstance(first, MapNode):
                own = merge_nodes(own, first.only(frozenset(first.keys) - {"cadre"}))
            if "places" not in own.keys:
                yield own

    def tried(self, threshold: Threshold, period: Period) -> Boundary:
        looked_up = all(probe.change is None for probe in threshold.probes)
        trials = [self._trial(probe, threshold, period) for probe in threshold.probes]
        first = trials[0].said if trials else ()
        shared = tuple(text for text in first if all(text in trial.said for trial in trials))
        told = tuple(evolve(t, said=tuple(text for text in t.said if text not in shared)) for t in trials)
        what, criterion = threshold.what, threshold.criterion
        return Boundary(threshold.span, what, threshold.period, criterion, looked_up, told, shared)

    def _trial(self, probe: Probe, threshold: Threshold, period: Period) -> Trial:
        if probe.change is None:
            return self._looked_up(probe, threshold)
        start = self.starts.get(period.key) or next(iter(self.starts.values()), None)
        if start is None:
            return Trial(probe.value, "—", "—", NONE, said=(Text("没有可用的算例", "no case to start from"),))
        result, problems = self._assessed(_laid_on(start, {**probe.change, "period": period.id}))
        if result is None:
            said = tuple(Text(p.message("zh"), p.message("en")) for p in problems)
            return Trial(probe.value, "—", "—", Text("不能登记", "refused"), said=said)
        return _trial_of(probe.value, result, threshold.criterion)

    def _looked_up(self, probe: Probe, threshold: Threshold) -> Trial:
        grade, total = NONE, "—"
        scale = self.rules.periods[threshold.period].grades.get(threshold.category)
        if probe.total is not None:
            total = str(probe.value.zh)
            found = _label(scale.labels, scale.bands, probe.total) if scale is not None else None
            grade = as_text(found) if found is not None else NONE
        return Trial(probe.value, "—", total, grade, said=(probe.found,) if probe.found is not None else ())

    def _assessed(self, node: MapNode) -> tuple[Result | None, list[Any]]:
        """What the person gets, or what stands against the input."""
        span = node.span
        outcome = self.file.outcome(CaseInput("", span, _laid_on(node, {"case": "boundary"})))
        found = None if outcome.found is None else next(iter(outcome.found), None)
        return found, [p for p in outcome.problems if found is None]


def _label(labels: Sequence[str], bands: Sequence[object], total: Fraction) -> str | None:
    """The grade whose band holds the total; None where no total can be."""
    pairs = zip(labels, bands, strict=True)
    return next((label for label, band in pairs if isinstance(band, Range) and total in band), None)


def _period_of(node: MapNode) -> tuple[int, str] | None:
    return split_period_id(getattr(scalar_at(node, "period"), "text", ""))


def _laid_on(node: MapNode, change: Mapping[str, Any]) -> MapNode:
    """The input with plain values changed."""
    text = json.dumps(change, ensure_ascii=False)
    over = read_yaml(Source(node.source.name, text), Problems())
    return merge_nodes(node, over) if isinstance(over, MapNode) else node


def _trial_of(value: Text, result: Result, criterion: str) -> Trial:
    score = result.score_of(criterion) if criterion else None
    gates = tuple(dict.fromkeys(outcome.gate.title for outcome in result.gates if outcome.certain))
    said = tuple(Text(note.text("zh"), note.text("en")) for note in result.notes)
    return Trial(value, exact_text(score), result.total_text, _grade(result), gates, said)


def _grade(result: Result) -> Text:
    if result.state == "not-assessed":
        return Text("不参加考核", "not assessed")
    if result.grade is not None:
        return as_text(result.grade)
    possible = result.grades_possible
    waiting = Text(f"待定：{'或'.join(possible)}", f"open: {' or '.join(possible)}")
    return waiting if possible else Text("待定", "open") if result.state == "pending" else NONE
