"""What every review and every survey declares, whatever method makes scores of it: who is asked, what too few and none
at all mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.scalars import Id, Positive, Unsigned, Whole
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.kind import CheckContext
from cadre_eval.scoring.inputs import ONE, ZERO

HUNDRED = Fraction(100)


@frozen
class MarksMinimumDoc:
    at: Place = place()
    marks: Whole = setting("每类至少几份评分", "least marks of each class", default=0)


@frozen
class BallotsMinimumDoc:
    at: Place = place()
    ballots: Whole = setting("至少收回几票", "least ballots cast", default=0)
    turnout: Unsigned = setting("回收率不低于", "least share of the ballots issued", default=ZERO)


@frozen
class PollParams:
    """What reviews and surveys have in common."""

    at: Place = place()
    question: Id | None = setting("只取这一题", "only this question", default=None)
    absent_class: Literal["block", "renormalise", "zero"] | None = setting(
        "某类缺席时", "when a class is absent", default=None
    )
    record: Id | None = setting(
        "档案中的名称（缺省为指标代码）", "name in the dossier (default: the criterion's id)", default=None
    )
    weights: Literal["percent", "relative"] = setting(
        "权重合计100或按比例", "weights sum to 100, or are relative", default="percent"
    )


@frozen
class ReviewPollParams(PollParams):
    """What every review declares."""

    reviewers: dict[Id, Positive] = setting("评议主体及权重", "classes of reviewers and their weights")
    minimum: MarksMinimumDoc | None = setting("最少份数", "least marks", default=None)


@frozen
class SurveyPollParams(PollParams):
    """What every survey declares."""

    voters: Literal["pooled"] | dict[Id, Positive] = setting(
        "测评主体及权重；pooled 为合并计票", "voter classes and weights; 'pooled': all together"
    )
    abstain: Literal["exclude", "zero"] = setting("弃权票：不计入，或计0分", "abstentions: left out, or 0")
    invalid: Literal["exclude", "zero"] = setting("无效票：不计入，或计0分", "invalid ballots: left out, or 0")
    minimum: BallotsMinimumDoc | None = setting("最少票数", "least ballots", default=None)
    below_minimum: Literal["block", "missing"] | None = setting("票数不足时", "when there are too few", default=None)
    suppress_below: Whole = setting(
        "某类少于几票时不显示票数", "counts are hidden if a class has fewer ballots", default=5
    )


def classes(p: SurveyPollParams) -> Mapping[str | None, Fraction]:
    """Voter classes with weights; None is everybody together."""
    return {None: ONE} if p.voters == "pooled" else dict(p.voters.items())


def check_poll(p: PollParams, of: Mapping[str, Fraction], key: str, ctx: CheckContext) -> None:
    """The classes under ``key`` have sound weights, and it is said what happens when one of several is absent."""
    ctx.filled(p, key)
    if len(of) > 1 and p.absent_class is None:
        ctx.problems.add("CE407", p.at.key(key), key="absent_class", allowed="block, renormalise, zero")
    check_weights(list(of.values()), p.weights, p.at, key, ctx)


def check_ballots(p: SurveyPollParams, ctx: CheckContext) -> None:
    """The voter classes, and what a survey with too few ballots means."""
    check_poll(p, {} if p.voters == "pooled" else {**p.voters}, "voters", ctx)
    if p.minimum is not None and p.below_minimum is None:
        ctx.problems.add("CE407", p.at.key("minimum"), key="below_minimum", allowed="block, missing")
    if p.minimum is not None and p.minimum.turnout > ONE:
        fix = f"{number_text(p.minimum.turnout)}%"
        limit = Text("不大于 100%", "at most 100%")
        ctx.problems.add(
            "CE213", p.minimum.at.value("turnout"), fix=fix, text=number_text(p.minimum.turnout), limit=limit
        )


def check_weights(weights: Sequence[Fraction], rule: str, at: Place, key: str, ctx: CheckContext) -> None:
    """Weights sum to 100 (or 100 %), unless they are declared relative."""
    reached = sum(weights, ZERO)
    if weights and rule == "percent" and reached not in {HUNDRED, ONE}:
        ctx.problems.add("CE413", at.key(key), sum=number_text(reached))


def check_option_words(options: Iterable[str], at: Place, ctx: CheckContext) -> None:
    """An option may not have the name under which abstentions and invalid ballots are counted."""
    for word in options:
        if word in {"弃权", "无效"}:
            ctx.problems.add("CE415", at.entry("options", word), word=word)
