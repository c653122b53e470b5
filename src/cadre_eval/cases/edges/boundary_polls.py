"""Thresholds of surveys and reviews: least ballots, turnout, least marks, when extremes are dropped, shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from cadre_eval.cases.edges.probes import THOUSANDTH, Probe, Threshold, around, of_rule, rate_text
from cadre_eval.errors import Span, Text, as_text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.ruleset.plan import Leaf, PeriodPlan, ShareCompare, nodes
from cadre_eval.scoring.ballots import MarkList, MarksOf, Quorum, VotesOf
from cadre_eval.workspace.shapes import Allowed, ReviewShape, SurveyShape, shapes_of

ANYBODY = "all"
"""The one class of ballots where the rules ask for none."""


def poll_thresholds(plan: PeriodPlan, leaf: Leaf) -> Iterator[Threshold]:
    """Those of the leaf's survey or review, each once however many questions and classes it has."""
    quorum = next((source for source in leaf.inputs if isinstance(source, Quorum)), None)
    marks = next((source for source in leaf.inputs if isinstance(source, MarksOf | MarkList)), None)
    shapes = shapes_of(plan)
    if quorum is not None:
        shape = shapes.surveys[quorum.record]
        if quorum.ballots:
            what = of_rule(leaf.title, Text(f"至少{quorum.ballots}票", f"at least {quorum.ballots} ballots"))
            probes = tuple(_cast(quorum.record, shape, n, None) for n in _near(quorum.ballots))
            yield Threshold(_nested(leaf, "minimum", "ballots"), what, plan.key, probes, leaf.id)
        if quorum.turnout:
            share = rate_text(quorum.turnout)
            what = of_rule(leaf.title, Text(f"回收率不低于{share}", f"turnout at least {share}"))
            yield Threshold(_nested(leaf, "minimum", "turnout"), what, plan.key, _turnouts(quorum, shape), leaf.id)
    if marks is not None:
        yield from _marks_thresholds(plan, leaf, marks, shapes.reviews[marks.record])


def _near(number: int) -> range:
    return range(max(0, number - 1), number + 2)


def _nested(leaf: Leaf, key: str, below: str) -> Span:
    return leaf.params.at.value(key, below) if hasattr(leaf.params, "at") else leaf.rule.span


def _classes(shape: SurveyShape) -> list[str]:
    return sorted(shape.classes) or [ANYBODY]


def _survey(record: str, shape: SurveyShape, by_class: Mapping[str, tuple[int, Mapping[str, int]]]) -> dict[str, Any]:
    """A survey in which each class was given so many ballots and cast these, on every question alike."""
    classes = {}
    for name, (issued, votes) in by_class.items():
        tally = {"tally": {option: str(n) for option, n in votes.items()}}
        told = {"questions": dict.fromkeys(sorted(shape.questions), tally)} if shape.questions - {""} else tally
        classes[name] = {"issued": str(issued), **told}
    return {"surveys": {record: {"classes": classes}}}


def _cast(record: str, shape: SurveyShape, ballots: int, issued: int | None) -> Probe:
    """So many ballots in all, shared out evenly among the classes, all for the first option."""
    names = _classes(shape)
    whole, rest = divmod(ballots, len(names))
    cast = {name: whole + (i < rest) for i, name in enumerate(names)}
    given, extra = divmod(issued or 0, len(names))
    votes = {name: (max(n, given + (i < extra)), {shape.options[0]: n}) for i, (name, n) in enumerate(cast.items())}
    shown = str(ballots) if issued is None else f"{ballots}/{issued}"
    return Probe(as_text(shown), _survey(record, shape, votes))


def _turnouts(quorum: Quorum, shape: SurveyShape) -> tuple[Probe, ...]:
    """Of a thousand ballots (or as many as the share needs), one fewer, just enough, one more."""
    issued = lcm(1000, quorum.turnout.denominator)
    enough = int(quorum.turnout * issued)
    return tuple(_cast(quorum.record, shape, n, issued) for n in _near(enough) if n <= issued)


def _marks_thresholds(
    plan: PeriodPlan, leaf: Leaf, marks: MarksOf | MarkList, shape: ReviewShape
) -> Iterator[Threshold]:
    if marks.minimum:
        what = of_rule(
            leaf.title, Text(f"每类至少{marks.minimum}份", f"at least {marks.minimum} marks of each class")
        )
        probes = tuple(_given(marks, shape, n, lowest=False) for n in _near(marks.minimum))
        yield Threshold(_nested(leaf, "minimum", "marks"), what, plan.key, probes, leaf.id)
    if isinstance(marks, MarksOf) and (marks.trim.highest or marks.trim.lowest):
        n = marks.trim.when_more_than
        what = of_rule(leaf.title, Text(f"多于{n}份才去掉高低分", f"extremes dropped from more than {n} marks"))
        probes = tuple(_given(marks, shape, count, lowest=True) for count in _near(n))
        yield Threshold(_nested(leaf, "trim", "when_more_than"), what, plan.key, probes, leaf.id)


def _given(marks: MarksOf | MarkList, shape: ReviewShape, count: int, *, lowest: bool) -> Probe:
    """So many marks from each class, all the best; or one of them the worst, to see whether it is dropped."""
    best, worst = _extremes(shape.allowed(marks.reviewer, marks.question), marks)
    classes: dict[str, Any] = {}
    for reviewer, questions in shape.marks.items():
        by_question = {}
        for question, allowed in questions.items():
            high, low = _extremes(allowed, marks)
            by_question[question] = [low if lowest and i == 0 else high for i in range(count)]
        classes[reviewer] = by_question.get("", by_question)
    zh, en = f"{count} 份（{worst}，其余 {best}）", f"{count} ({worst}, the rest {best})"
    shown = Text(zh, en) if lowest and count else Text(f"{count} 份", str(count))
    return Probe(shown, {"reviews": {marks.record: {"classes": classes}}})


def _extremes(allowed: Allowed, marks: MarksOf | MarkList) -> tuple[str, str]:
    """The best and the worst mark, as written; words without values are taken to be listed best first."""
    if isinstance(allowed, Fraction) or allowed is None:
        return number_text(allowed if allowed is not None else Fraction(1)), "0"
    values = marks.words if isinstance(marks, MarksOf) and marks.words else {}
    ordered = sorted(allowed, key=lambda word: -values.get(word, Fraction(0))) if values else list(allowed)
    return ordered[0], ordered[-1]


def share_probes(plan: PeriodPlan, condition: ShareCompare) -> tuple[Probe, ...]:
    """Every class votes so that the options have the share; none if there is nothing else to vote for."""
    leaf = next((node for node in nodes(plan.root) if node.id == condition.criterion), None)
    sources: Sequence[Any] = getattr(leaf, "inputs", ())
    votes = next((source for source in sources if isinstance(source, VotesOf)), None)
    if votes is None:
        return ()
    shape = shapes_of(plan).surveys[votes.record]
    hit = next(option for option in shape.options if option in condition.options)
    other = next((option for option in reversed(shape.options) if option not in condition.options), None)
    if other is None:
        return ()
    ballots = lcm(1000, condition.number.denominator)
    probes = []
    for share in around(condition.number, THOUSANDTH):
        if 0 <= share <= 1:
            tally = {hit: int(share * ballots), other: ballots - int(share * ballots)}
            change = _survey(votes.record, shape, dict.fromkeys(_classes(shape), (ballots, tally)))
            probes.append(Probe(as_text(rate_text(share)), change))
    return tuple(probes)
