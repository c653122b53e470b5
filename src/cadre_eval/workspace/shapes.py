"""What a period's rules expect of a dossier: which records, classes, questions, options, scales."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import TypeAlias

from attrs import define, field

from cadre_eval.ruleset.plan import PeriodPlan, leaves
from cadre_eval.scoring.ballots import MarkList, MarksOf, RanksOf, VotesOf
from cadre_eval.scoring.inputs import ExternalOf

Allowed: TypeAlias = "Collection[str] | Fraction | None"
"""What a mark may be: one of these words, a number up to this, or (None) a rank."""


@define
class ReviewShape:
    """A review record: what a mark may be, by class of reviewers and question; with ``any_class`` it holds ranks given by
    anybody.
    """

    marks: dict[str, dict[str, Allowed]] = field(factory=dict)
    any_class: bool = False

    def allowed(self, reviewer: str, question: str) -> Allowed:
        return self.marks.get(reviewer, {}).get(question)


@define
class SurveyShape:
    """A survey record: voter classes (empty with ``any_class``), questions, options."""

    classes: set[str] = field(factory=set)
    any_class: bool = False
    questions: set[str] = field(factory=set)
    options: tuple[str, ...] = ()


@define
class Shapes:
    reviews: dict[str, ReviewShape] = field(factory=dict)
    surveys: dict[str, SurveyShape] = field(factory=dict)
    externals: dict[str, Fraction] = field(factory=dict)


def shapes_of(plan: PeriodPlan) -> Shapes:
    """The shapes of all records the period's criteria read."""
    shapes = Shapes()
    for leaf in leaves(plan.root):
        for source in leaf.inputs:
            if isinstance(source, MarksOf):
                allowed = source.scale if source.words is None else tuple(source.words)
                _of_class(shapes, source)[source.question] = allowed
            elif isinstance(source, MarkList):
                _of_class(shapes, source).update({source.question: source.allowed, **source.aside})
            elif isinstance(source, RanksOf):
                shapes.reviews.setdefault(source.record, ReviewShape()).any_class = True
            elif isinstance(source, VotesOf):
                survey = shapes.surveys.setdefault(source.record, SurveyShape())
                survey.any_class = survey.any_class or source.voter_class is None
                survey.classes |= {source.voter_class} if source.voter_class is not None else set()
                survey.questions.add(source.question)
                survey.options = source.options
            elif isinstance(source, ExternalOf):
                shapes.externals[source.record] = source.scale
    return shapes


def _of_class(shapes: Shapes, source: MarksOf | MarkList) -> dict[str, Allowed]:
    review = shapes.reviews.setdefault(source.record, ReviewShape())
    return review.marks.setdefault(source.reviewer, {})
