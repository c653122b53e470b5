"""Compares what was proposed with what a case expects: measures, and remarks of plugins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from cadre_eval.cases.documents import CaseDoc, ExpectDoc, ExpectMeasureDoc
from cadre_eval.cases.expectations import Mismatch
from cadre_eval.errors import Problems, Text, as_text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.scoring.proposals import Measure, proposal_text
from cadre_eval.scoring.result import PeriodResult, Result


def compare_measures(
    doc: CaseDoc, expected: Sequence[ExpectMeasureDoc], found: PeriodResult, problems: Problems
) -> Iterator[Mismatch]:
    """Each expected measure must be there, and no other; a rule that is not used in the period is a problem."""
    uses, what = (
        [use.id for use in found.plan.accountability],
        Text("问责规则的代码", "use of a rule of accountability"),
    )
    before = len(problems)
    for wanted in expected:
        problems.known(wanted.rule, uses, wanted.at.value("rule"), what)
    if len(problems) > before:
        return
    left = list(found.measures)
    for wanted in expected:
        match = next((measure for measure in left if _is_meant(wanted, measure)), None)
        if match is None:
            near = [m for m in left if (m.use.id, m.id) == (wanted.rule, wanted.of)] or left
            actual = "；".join(shown_measure(measure) for measure in near) or "none"
            yield Mismatch("measures", _shown(wanted), actual, wanted.at.span)
        else:
            left.remove(match)
    for measure in left:
        yield Mismatch("measures", "none", shown_measure(measure), doc.at.key("expect_measures"))


def _is_meant(wanted: ExpectMeasureDoc, measure: Measure) -> bool:
    proposed = measure.proposed
    return (
        (measure.use.id, measure.id) == (wanted.rule, wanted.of)
        and (wanted.measure is None or wanted.measure in as_text(proposed.measure).zh)
        and (wanted.points is None or wanted.points == proposed.points)
    )


def _shown(wanted: ExpectMeasureDoc) -> str:
    points = "" if wanted.points is None else f" {number_text(wanted.points)}"
    return f"{wanted.rule} {wanted.of}: {wanted.measure or '…'}{points}"


def shown_measure(measure: Measure) -> str:
    """A measure as an expectation would name it."""
    points = measure.proposed.points
    shown = "" if points is None else f" {number_text(Fraction(points))}"
    return f"{measure.use.id} {measure.id}: {as_text(measure.proposed.measure).zh}{shown}"


def compare_proposals(expect: ExpectDoc, result: Result, prefix: str) -> Iterator[Mismatch]:
    """Each expected text is in some proposal about the cadre."""
    texts = [proposal_text(proposal) for proposal in result.proposals]
    for wanted in expect.proposals:
        if not any(wanted in text.zh or wanted in text.en for text in texts):
            said = " | ".join(text.zh for text in texts) or "none"
            yield Mismatch(f"{prefix}proposals", wanted, said, expect.at.key("proposals"), result.cadre.id)
