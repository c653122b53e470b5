"""What a period's rules expect of a dossier: which records, classes, questions, options, scales."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import define, field

from cadre_eval.ruleset.plan import PeriodPlan, leaves
from cadre_eval.scoring.ballots import MarksOf, RanksOf, VotesOf
from cadre_eval.scoring.inputs import ExternalOf


@define
class ReviewShape:
    """A review record: questions by class (None: any class, one question), and what a mark may be."""

    questions: dict[str, set[str]] = field(factory=dict)
    any_class: bool = False
    scale: Fraction | None = None
    words: Mapping[str, Fraction] | None = None


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
                review = shapes.reviews.setdefault(source.record, ReviewShape())
                review.questions.setdefault(source.reviewer, set()).add(source.question)
                review.scale, review.words = source.scale, source.words
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
