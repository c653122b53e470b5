"""What a ruleset declares of the three debriefs: the source gives the words of the villagers' ballot, and no number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from cadre_eval.plugins.api import (
    AssessedCadre,
    CriterionView,
    Id,
    Positive,
    PostingView,
    ReviewMethodParams,
    RulesetView,
    Unsigned,
    Whole,
    Word,
    setting,
)

NAME = "three-debriefs"
VILLAGERS, TOWNSHIP, SENDING_UNIT = "villagers", "township", "sending-unit"
BEFORE = (VILLAGERS, TOWNSHIP, SENDING_UNIT)
"""Whom the cadre debriefs: the classes of reviewers every such criterion has."""


@frozen
class ThreeDebriefsParams(ReviewMethodParams):
    """Three debriefs, one score each, weighted by ``reviewers``."""

    options: dict[Word, Unsigned] = setting("村民的选项及分值", "the villagers' options and their points")
    comments: dict[Word, Unsigned] = setting(
        "乡镇、派出单位的评语及分值", "comments of the township and the sending unit, and their points"
    )
    scale: Positive = setting("选项、评语分值的满分", "scale of options and comments", default=Fraction(100))
    keep_or_replace: Id | None = setting(
        "去留题：aside 里的题目", "the keep-or-replace question, one of aside", default=None
    )
    replace: tuple[Word, ...] = setting("去留题中主张调整的选项", "its words for replacing the cadre", default=())
    review_when_replace_at_least: Positive | None = setting(
        "主张调整的占多大比例就请人复核", "the share for replacing at which a review is asked for", default=None
    )
    review_by: Word | None = setting("由谁复核", "who reviews then", default=None)
    suppress_below: Whole = setting(
        "村民少于几份时不显示各选项份数", "fewer answers of villagers than this are not shown", default=5
    )
    minutes: Whole = setting(
        "三次述职的记录至少附几份佐证", "documents the record of three debriefs names at least", default=3
    )

    def worth(self, reviewer: str) -> Mapping[str, Fraction]:
        """The points of the words a class may use."""
        return self.options if reviewer == VILLAGERS else self.comments


Use = tuple[CriterionView, ThreeDebriefsParams]


def uses(ruleset: RulesetView) -> Iterator[Use]:
    """The criteria of the period that are scored by three debriefs."""
    for criterion in ruleset.criteria:
        if isinstance(criterion.params, ThreeDebriefsParams):
            yield criterion, criterion.params


def reviewed(
    cadre: AssessedCadre, ruleset: RulesetView
) -> Iterator[tuple[CriterionView, ThreeDebriefsParams, PostingView]]:
    """Each such criterion with each posting whose review is on record and known."""
    for criterion, declared in uses(ruleset):
        for posting in cadre.postings:
            review = posting.reviews.get(record_of(criterion, declared))
            if review is not None and review.state == "present":
                yield criterion, declared, posting


def record_of(criterion: CriterionView, declared: ThreeDebriefsParams) -> str:
    """The name of the review in the dossier."""
    return declared.record or criterion.id
