"""Methods for surveys and reviews: a plugin says what one class's votes or marks are worth; who is asked, weights of
classes, absent classes, too few ballots and secrecy are the same for every method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from cadre_eval.errors import Text, as_text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.ops import Num, Ops
from cadre_eval.reading.scalars import Id, Word
from cadre_eval.reading.settings import setting
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Input, Naming, StaysOpen, own_record
from cadre_eval.scoring.ballots import AnyMarks, MarkList, Marks, Quorum, VotesOf
from cadre_eval.scoring.inputs import ZERO
from cadre_eval.scoring.plain import ANYTHING, Open, Score, all_known, sound_score, unchanged
from cadre_eval.scoring.polls import (
    ReviewPollParams,
    SurveyPollParams,
    check_ballots,
    check_option_words,
    check_poll,
    classes,
)


@frozen
class SurveyMethodParams(SurveyPollParams):
    """What a survey with a method of its own declares; the method's record adds to it."""

    options: tuple[Word, ...] = setting("选项", "options")


@frozen
class ReviewMethodParams(ReviewPollParams):
    """What a review with a method of its own declares; the method's record adds to it."""

    aside: dict[Id, tuple[Word, ...]] = setting(
        "只登记、不计分的题目及其选项", "questions on record that do not count, with their words", factory=dict
    )


@frozen
class Votes:
    """The votes of one voter class on one question."""

    options: Mapping[str, int] = field(hash=False)
    abstain: int
    invalid: int
    counted: int
    """Ballots in the denominator, as the ruleset declares for abstentions and invalid ballots."""

    def share(self, *options: str) -> Fraction:
        """The share of these options among the ballots that count; 0 if none does."""
        chosen = sum(self.options.get(option, 0) for option in options)
        return Fraction(chosen, self.counted) if self.counted else ZERO


@frozen(eq=False)
class SurveyMethod:
    """A way to make a score of one voter class's votes.

    Attributes:
        name: the word after ``kind:``.
        title: what it is, in one line.
        params: attrs record, a subclass of ``SurveyMethodParams``.
        score: ``(params, votes, points) -> Score | Open`` for one class; points of 0 to ``points``.
        prepare: checks the parameters while compiling, and returns them.
    """

    name: str
    title: Text
    params: type
    score: Callable[[Any, Votes, Fraction], Score | Open]
    prepare: Callable[[Any, CheckContext], Any] = unchanged


@frozen(eq=False)
class ReviewMethod:
    """A way to make a score of one class of reviewers' marks.

    Attributes:
        name: the word after ``kind:``.
        title: what it is, in one line.
        params: attrs record, a subclass of ``ReviewMethodParams``.
        score: ``(params, reviewer, marks, points) -> Score | Open`` for one class of reviewers; points of 0 to ``points``.
        marks: ``(params, reviewer) -> words or scale``: the words a mark of the class may be, or the highest number.
        prepare: checks the parameters while compiling, and returns them.
        secret: ``(params, reviewer) -> least``: marks of a class that gave fewer than this are not shown with the score; 0
            unless the class votes in secret. The method's own reasons must not tell them either.
    """

    name: str
    title: Text
    params: type
    score: Callable[[Any, str, Marks, Fraction], Score | Open]
    marks: Callable[[Any, str], Sequence[str] | Fraction]
    prepare: Callable[[Any, CheckContext], Any] = unchanged
    secret: Callable[[Any, str], int] = lambda _params, _reviewer: 0


ClassScore = tuple[str, Fraction, "Score | Open"]


def survey_kind(method: SurveyMethod) -> CriterionKind:
    """The kind of criterion a survey method makes."""

    def votes_of(p: SurveyMethodParams) -> list[VotesOf]:
        zero = (p.abstain == "zero", p.invalid == "zero")
        return [
            VotesOf(p.record or "", voter, p.question or "", p.options, *zero, p.absent_class or "block", p.suppress_below)
            for voter in classes(p)
        ]  # fmt: skip

    def inputs(p: SurveyMethodParams) -> Sequence[Input]:
        votes = tuple(votes_of(p))
        ballots, turnout = (p.minimum.ballots, p.minimum.turnout) if p.minimum else (0, ZERO)
        return [
            Quorum(p.record or "", p.question or "", ballots, turnout, p.below_minimum == "block", votes),
            *votes,
        ]

    def scored(p: SurveyMethodParams, x: Mapping[str, Any], points: Fraction) -> list[ClassScore]:
        found: list[ClassScore] = []
        for votes, weight in zip(votes_of(p), classes(p).values(), strict=True):
            if x[votes.prefix + "present"]:
                given = method.score(p, _votes(p, votes, x), points)
                found.append((votes.voter_class or "", weight, sound_score(given)))
        return found

    def prepare(p: SurveyMethodParams, ctx: CheckContext) -> SurveyMethodParams:
        check_ballots(p, ctx)
        ctx.filled(p, "options")
        check_option_words(p.options, p.at, ctx)
        checked: SurveyMethodParams = method.prepare(own_record(p, ctx), ctx)
        return checked

    def hidden(p: SurveyMethodParams, x: Mapping[str, Any]) -> bool:
        return any(x[votes.prefix + "smallest"] < votes.suppress_below for votes in votes_of(p))

    return _poll_kind(method, inputs, scored, prepare, hidden)


def _votes(p: SurveyMethodParams, votes: VotesOf, x: Mapping[str, Any]) -> Votes:
    counts = {option: int(x[votes.prefix + option]) for option in p.options}
    abstain, invalid = int(x[votes.prefix + "abstain"]), int(x[votes.prefix + "invalid"])
    counted = sum(counts.values()) + votes.count_abstain * abstain + votes.count_invalid * invalid
    return Votes(counts, abstain, invalid, counted)


def review_kind(method: ReviewMethod) -> CriterionKind:
    """The kind of criterion a review method makes."""

    def lists(p: ReviewMethodParams) -> list[MarkList]:
        least = p.minimum.marks if p.minimum else 0
        return [
            MarkList(
                p.record or "", name, p.question or "", _allowed(method.marks(p, name)), least,
                p.absent_class or "block", {**p.aside}, _least(method.secret(p, name)),
            )
            for name in p.reviewers
        ]  # fmt: skip

    def inputs(p: ReviewMethodParams) -> Sequence[Input]:
        return [AnyMarks(p.record or ""), *lists(p)]

    def scored(p: ReviewMethodParams, x: Mapping[str, Any], points: Fraction) -> list[ClassScore]:
        found: list[ClassScore] = []
        for source in lists(p):
            marks: Marks = x[source.prefix + "marks"]
            if x[source.prefix + "present"]:
                given = sound_score(method.score(p, source.reviewer, marks, points))
                found.append((source.reviewer, p.reviewers[source.reviewer], given))
        return found

    def prepare(p: ReviewMethodParams, ctx: CheckContext) -> ReviewMethodParams:
        check_poll(p, p.reviewers, "reviewers", ctx)
        checked: ReviewMethodParams = method.prepare(own_record(p, ctx), ctx)
        return checked

    return _poll_kind(method, inputs, scored, prepare, lambda p, x: False)


def _allowed(found: Any) -> tuple[str, ...] | Fraction:
    """What a method's ``marks`` returned. Raises TypeError."""
    if type(found) in {tuple, list} and all(isinstance(word, str) for word in found):
        return tuple(found)
    if type(found) in {int, Fraction}:
        return Fraction(found)
    raise TypeError("marks must be words or the highest number")


def _least(found: Any) -> int:
    """What a method's ``secret`` returned. Raises TypeError."""
    if type(found) is not int:
        raise TypeError(f"secret must be a whole number, not {type(found).__name__}")
    return int(found)


def _poll_kind(
    method: SurveyMethod | ReviewMethod,
    inputs: Callable[[Any], Sequence[Input]],
    scored: Callable[[Any, Mapping[str, Any], Fraction], list[ClassScore]],
    prepare: Callable[[Any, CheckContext], Any],
    hidden: Callable[[Any, Mapping[str, Any]], bool],
) -> CriterionKind:
    """The weighted mean of the classes' scores."""

    def formula(ops: Ops, p: Any, x: Mapping[str, Num], points: Fraction) -> Num:
        if not all_known(ops, x):
            return ANYTHING
        total = weights = ZERO
        for _, weight, found in scored(p, x, points):
            if isinstance(found, Open):
                raise StaysOpen(as_text(found.reason))
            total, weights = total + weight * Fraction(found.points), weights + weight
        return total / weights if weights else ZERO

    def account(p: Any, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
        if not all_known(EXACT, x) or hidden(p, x):
            return method.title
        parts = [_class_text(found, name) for found in scored(p, x, points)]
        return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))

    return CriterionKind(method.name, method.title, method.params, inputs, formula, account, prepare)


def _class_text(scored: ClassScore, name: Naming) -> Text:
    code, weight, found = scored
    reason = as_text(found.reason)
    who = name(code) if code else ""
    share = f" × {number_text(weight)}" if code else ""
    return Text(f"{who} {reason.zh}{share}".strip(), f"{who} {reason.en}{share}".strip())
