"""The thresholds of a compiled ruleset, each with the values just below it, at it and just above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import fields

from cadre_eval.cases.changed.written import unit_of
from cadre_eval.cases.edges.boundary_polls import poll_thresholds, share_probes
from cadre_eval.cases.edges.boundary_service import service_thresholds
from cadre_eval.cases.edges.probes import (
    FOUND,
    NUMERIC,
    Probe,
    Threshold,
    around,
    compared,
    fact_probe,
    fact_probes,
    fact_unit,
    limit_text,
    of_rule,
    place_of,
    rate_text,
)
from cadre_eval.errors import Span, Text, as_text
from cadre_eval.model.periods import Period
from cadre_eval.numbers.decimals import decimal_text, number_text, range_text
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.nodes import MapNode
from cadre_eval.reading.settings import key_of
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.plan import (
    Combined,
    CompiledRuleset,
    Condition,
    FactCompare,
    Gate,
    GradeScale,
    Leaf,
    PeriodPlan,
    ScoreCompare,
    ShareCompare,
    leaves,
)
from cadre_eval.scoring.inputs import SampleOf

EVERYBODY = Text("各类人员", "everybody")
LIMITS: Mapping[str, Text] = {
    "target": Text("目标", "target"),
    "at_least": Text("不少于", "at least"),
    "at_most": Text("不多于", "at most"),
    "full_at": Text("得满分须达到", "all points at"),
}
"""Parameters of kinds, built in or not, that a fact is held against."""


def thresholds(rules: CompiledRuleset, plan: PeriodPlan, period: Period, root: MapNode) -> Iterator[Threshold]:
    """Every threshold of a plan, with values to try in the period; ``root`` is the tree the rules are written in."""
    points = _Points(rules, plan, root)
    for leaf in leaves(plan.root):
        yield from points.of_leaf(leaf)
        yield from poll_thresholds(plan, leaf)
    for gate in plan.gates:
        yield from points.of_gate(gate)
    for scale in plan.grades.values():
        yield from points.of_scale(scale)
    for quota in plan.quotas:
        if quota.excluded is not None:
            yield from points.of_condition(quota.excluded, quota.title)
        if quota.minimum_score is not None:
            yield points.score(quota.rule.span, quota.title, "total", "at_least", quota.minimum_score)
    for exclusion in plan.eligibility.exclusions:
        yield from points.of_condition(exclusion.condition, exclusion.title)
    yield from service_thresholds(plan, period, root)


class _Points:
    def __init__(self, rules: CompiledRuleset, plan: PeriodPlan, root: MapNode) -> None:
        self.rules, self.plan, self.root = rules, plan, root
        self.places = (plan.root.rounding or rules.rounding).places

    def threshold(
        self, span: Span, what: Text, probes: tuple[Probe, ...], criterion: str = "", category: str = ""
    ) -> Threshold:
        return Threshold(span, what, self.plan.key, probes, criterion, category)

    def of_leaf(self, leaf: Leaf) -> Iterator[Threshold]:
        """Limits a fact is held against, edges of bands, the least size of a sample."""
        params = leaf.params
        fact = getattr(params, "fact", None)
        doc = self.rules.facts.get(fact) if isinstance(fact, str) else None
        if doc is not None and doc.type in NUMERIC and isinstance(fact, str):
            title = self.rules.fact_title(fact)
            for name, word in LIMITS.items():
                number = getattr(params, name, None)
                if isinstance(number, Fraction) and params.at.has(name):
                    shown = limit_text(number, doc)
                    limit = Text(f"{title}{word.zh}{shown}", f"{title} {word.en} {shown}")
                    what = of_rule(leaf.title, limit)
                    span = params.at.value(name, self.plan.key)
                    yield self.threshold(span, what, fact_probes(fact, doc, number), leaf.id)
            for attribute in fields(type(params)):
                bands = getattr(params, attribute.name)
                if isinstance(bands, dict) and any(isinstance(band, Range) for band in bands):
                    span = params.at.key(key_of(attribute))
                    yield from self._edges(leaf, fact, doc, [b for b in bands if isinstance(b, Range)], span)
        for source in leaf.inputs:
            if isinstance(source, SampleOf) and source.minimum > 1:
                yield self._sample(leaf, source)

    def _edges(self, leaf: Leaf, fact: str, doc: FactDoc, bands: list[Range], span: Span) -> Iterator[Threshold]:
        """Each end that a band begins at, with its neighbours."""
        ends = sorted({end for band in bands for end in (band.low, band.high) if end is not None})
        unit = fact_unit(doc, *ends)
        title, percent = self.rules.fact_title(fact), doc.type == "rate"
        for end in ends:
            band = next((b for b in bands if b.low == end), None) or next(b for b in bands if b.high == end)
            what = of_rule(
                leaf.title, Text(f"{title} {range_text(band, percent)}", f"{title} {range_text(band, percent)}")
            )
            probes = tuple(fact_probe(fact, doc, value) for value in around(end, unit))
            yield self.threshold(span, what, probes, leaf.id)

    def _sample(self, leaf: Leaf, source: SampleOf) -> Threshold:
        title = self.rules.fact_title(source.fact)
        what = of_rule(
            leaf.title, Text(f"{title}至少抽查{source.minimum}个", f"{title}: at least {source.minimum} checked")
        )
        probes = tuple(
            Probe(as_text(f"{n}/{n}"), {"facts": {source.fact: {"checked": str(n), "passed": str(n)}}})
            for n in range(source.minimum - 1, source.minimum + 2)
        )
        span = leaf.params.at.value("minimum") if hasattr(leaf.params, "at") else leaf.rule.span
        return self.threshold(span, what, probes, leaf.id)

    def of_gate(self, gate: Gate) -> Iterator[Threshold]:
        if gate.condition is not None:
            yield from self.of_condition(gate.condition, gate.title)
        if gate.count is None:
            return
        doc, title = self.rules.facts[gate.count], self.rules.fact_title(gate.count)
        for count, _ in gate.ladder:
            what = of_rule(gate.title, compared(as_text(title), "at_least", str(count)))
            span = place_of(self.root, "gates", gate.id, "ladder", str(count)) or gate.rule.span
            yield self.threshold(span, what, fact_probes(gate.count, doc, Fraction(count)))

    def of_condition(self, condition: Condition, title: str) -> Iterator[Threshold]:
        """Every comparison with a number, however it is combined."""
        if isinstance(condition, Combined):
            for part in condition.parts:
                yield from self.of_condition(part, title)
        elif isinstance(condition, FactCompare):
            doc = self.rules.facts[condition.fact]
            number = limit_text(condition.number, doc)
            what = of_rule(title, compared(as_text(self.rules.fact_title(condition.fact)), condition.sign, number))
            yield self.threshold(condition.span, what, fact_probes(condition.fact, doc, condition.number))
        elif isinstance(condition, ShareCompare):
            probes = share_probes(self.plan, condition)
            share = f"{self.rules.name_of(condition.criterion)}·{'、'.join(sorted(condition.options))}"
            what = of_rule(title, compared(as_text(share), condition.sign, rate_text(condition.number)))
            if probes:
                yield self.threshold(condition.span, what, probes, condition.criterion)
        elif isinstance(condition, ScoreCompare):
            yield self.score(condition.span, title, condition.criterion, condition.sign, condition.number)

    def score(self, span: Span, title: str, criterion: str, sign: Any, number: Fraction) -> Threshold:
        """A comparison with a score: found by comparing, as a score cannot be entered."""
        name = Text("总分", "total") if criterion == "total" else as_text(self.rules.name_of(criterion))
        what = of_rule(title, compared(name, sign, number_text(number)))
        probes = []
        for value in around(number, min(unit_of(number_text(number)), Fraction(1, 10**self.places))):
            truth = _holds(value, sign, number)
            total = value if criterion == "total" else None
            probes.append(Probe(as_text(_score_text(value, self.places)), None, total, FOUND[truth]))
        category = next(iter(self.plan.grades), "") if criterion == "total" else ""
        return self.threshold(span, what, tuple(probes), "", category)

    def of_scale(self, scale: GradeScale) -> Iterator[Threshold]:
        """The edges of grade bands, looked up on the scale itself."""
        bands = {
            label: band for label, band in zip(scale.labels, scale.bands, strict=True) if isinstance(band, Range)
        }
        for label, band in bands.items():
            if band.low is None:
                continue
            name = as_text(self.rules.categories.get(scale.category, scale.category))
            name = EVERYBODY if scale.category == "any" else name
            what = Text(f"{name.zh}：{label} {range_text(band)}", f"{name.en}: {label} {range_text(band)}")
            probes = tuple(
                Probe(as_text(_score_text(value, self.places)), None, value)
                for value in around(band.low, Fraction(1, 10**self.places))
            )
            yield self.threshold(scale.span, what, probes, "", scale.category)


def _holds(value: Fraction, sign: str, number: Fraction) -> bool:
    met: Mapping[str, bool] = {
        "below": value < number,
        "at_most": value <= number,
        "above": value > number,
        "at_least": value >= number,
        "equals": value == number,
    }
    return met[sign]


def _score_text(value: Fraction, places: int) -> str:
    return decimal_text(value, places) if (value * 10**places).denominator == 1 else number_text(value)
