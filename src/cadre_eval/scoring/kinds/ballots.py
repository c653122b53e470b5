"""Kinds that score people's judgements: debriefing review (述职评议) and satisfaction survey (满意度测评)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.ops import Num, Ops, clamp, total, weighted_mean
from cadre_eval.reading.scalars import Id, Number, Positive, Whole, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Input, Naming, own_record
from cadre_eval.scoring.ballots import AnyMarks, MarksOf, Quorum, Trim, VotesOf
from cadre_eval.scoring.inputs import ONE, ZERO, shown_number
from cadre_eval.scoring.polls import (
    HUNDRED,
    ReviewPollParams,
    SurveyPollParams,
    check_ballots,
    check_option_words,
    check_poll,
    check_weights,
    classes,
)


@frozen
class TrimDoc:
    at: Place = place()
    highest: Whole = setting("去掉几个最高", "drop this many highest", default=0)
    lowest: Whole = setting("去掉几个最低", "drop this many lowest", default=0)
    when_more_than: Whole = setting("人数多于几个时才去", "only with more marks than this")


@frozen
class ReviewParams(ReviewPollParams):
    """Debriefing review: weighted mean of the means of classes of reviewers."""

    scale: Positive = setting("评分满分", "scale of the marks", default=HUNDRED)
    options: dict[Word, Number] | None = setting(
        "用词评分时各词的分", "points of words, if marks are words", default=None
    )
    trim: TrimDoc | None = setting("去掉最高最低", "drop extremes", default=None)
    questions: dict[Id, Positive] | None = setting("各题权重", "questions and their weights", default=None)


def asked(p: ReviewParams | SurveyParams) -> Mapping[str, Fraction]:
    """Questions that count, with weights; one nameless question if the record asks only one."""
    if p.questions is not None:
        return p.questions
    return {p.question or "": ONE}


def _marks(p: ReviewParams, reviewer: str, question: str) -> MarksOf:
    trim = Trim(p.trim.highest, p.trim.lowest, p.trim.when_more_than) if p.trim else Trim()
    minimum = p.minimum.marks if p.minimum else 0
    absent = p.absent_class or "block"
    words: Mapping[str, Fraction] | None = p.options
    return MarksOf(p.record or "", reviewer, question, p.scale, words, trim, minimum, absent)


def _review_inputs(p: ReviewParams) -> Sequence[Input]:
    marks: list[Input] = [_marks(p, r, q) for q in asked(p) for r in p.reviewers]
    return [AnyMarks(p.record or ""), *marks]


def _trimmed_mean(ops: Ops, marks: MarksOf, x: Mapping[str, Num]) -> Num:
    n, all_of_it = x[marks.prefix + "n"], x[marks.prefix + "sum"]
    trim, extremes = marks.trim, x[marks.prefix + "highest"] + x[marks.prefix + "lowest"]
    many = ops.less(Fraction(trim.when_more_than), n)
    kept_sum = ops.where(many, all_of_it - extremes, all_of_it)
    kept = ops.maximum(ops.where(many, n - (trim.highest + trim.lowest), n), ZERO)
    top = max(marks.words.values()) if marks.words else marks.scale
    low = min(marks.words.values(), default=ZERO) if marks.words else ZERO
    return clamp(ops, ops.divide(kept_sum, kept, ZERO), min(low, ZERO), top)


def _review(ops: Ops, p: ReviewParams, x: Mapping[str, Num], points: Fraction) -> Num:
    scores = []
    for question in asked(p):
        marks = [_marks(p, r, question) for r in p.reviewers]
        means = [_trimmed_mean(ops, m, x) for m in marks]
        weights = [w * x[m.prefix + "present"] for w, m in zip(p.reviewers.values(), marks, strict=True)]
        scores.append(weighted_mean(ops, means, weights, ZERO))
    return weighted_mean(ops, scores, list(asked(p).values()), ZERO) * (points / p.scale)


def _review_account(p: ReviewParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    terms = []
    for question in asked(p):
        for reviewer, weight in p.reviewers.items():
            marks = _marks(p, reviewer, question)
            n, whole = x[marks.prefix + "n"], x[marks.prefix + "sum"]
            who = f"{name(reviewer)}·{name(question)}" if question else name(reviewer)
            trimmed = isinstance(n, Fraction) and n > marks.trim.when_more_than and p.trim is not None
            cut = f" − {shown_number(x[marks.prefix + 'highest'] + x[marks.prefix + 'lowest'])}" if trimmed else ""
            kept = n - (marks.trim.highest + marks.trim.lowest) if trimmed else n
            terms.append(f"{who} ({shown_number(whole)}{cut}) ÷ {shown_number(kept)} × {number_text(weight)}")
    text = "；".join(terms)
    return Text(text, text)


def _prepare_review(p: ReviewParams, ctx: CheckContext) -> ReviewParams:
    check_poll(p, p.reviewers, "reviewers", ctx)
    _check_questions(p, ctx)
    if p.options:
        _check_top(p, p.options, ctx)
    if p.trim and p.trim.when_more_than < p.trim.highest + p.trim.lowest:
        ctx.problems.add("CE412", p.trim.at.value("when_more_than"), least=str(p.trim.highest + p.trim.lowest))
    return own_record(p, ctx)


def _check_questions(p: ReviewParams | SurveyParams, ctx: CheckContext) -> None:
    ctx.filled(p, "options", "questions")
    if p.question is not None and p.questions is not None:
        ctx.problems.add(
            "CE406",
            p.at.key("question"),
            needed=Text("question 或 questions 之一", "question or questions, not both"),
        )
    check_weights(list((p.questions or {}).values()), p.weights, p.at, "questions", ctx)


def _check_top(p: ReviewParams | SurveyParams, options: Mapping[str, Fraction], ctx: CheckContext) -> None:
    """The best answer everywhere gives all points."""
    top = max(options.values(), default=ZERO)
    if top != p.scale:
        ctx.problems.add("CE414", p.at.key("options"), top=number_text(top), scale=number_text(p.scale))


REVIEW = CriterionKind(
    "review",
    Text("述职评议", "debriefing review"),
    ReviewParams,
    _review_inputs,
    _review,
    _review_account,
    _prepare_review,
)


@frozen
class SurveyParams(SurveyPollParams):
    """Satisfaction survey: weighted mean of the scores of voter classes."""

    options: dict[Word, Number] = setting("选项及分值", "options and their points")
    scale: Positive = setting("选项分值的满分", "scale of the options", default=HUNDRED)
    questions: dict[Id, Positive] | None = setting("各题权重", "questions and their weights", default=None)


def _votes(p: SurveyParams, voter: str | None, question: str) -> VotesOf:
    zero = (p.abstain == "zero", p.invalid == "zero")
    return VotesOf(
        p.record or "", voter, question, tuple(p.options), *zero, p.absent_class or "block", p.suppress_below
    )


def _survey_inputs(p: SurveyParams) -> Sequence[Input]:
    inputs: list[Input] = []
    least = p.minimum.ballots if p.minimum else 0
    turnout = p.minimum.turnout if p.minimum else ZERO
    for question in asked(p):
        votes = tuple(_votes(p, voter, question) for voter in classes(p))
        inputs.append(Quorum(p.record or "", question, least, turnout, p.below_minimum == "block", votes))
        inputs.extend(votes)
    return inputs


def _counted(p: SurveyParams, votes: VotesOf, x: Mapping[str, Num]) -> Num:
    """Ballots in the denominator."""
    prefix = votes.prefix
    also = ["abstain"] * votes.count_abstain + ["invalid"] * votes.count_invalid
    return total([x[prefix + name] for name in (*p.options, *also)])


def _class_score(ops: Ops, p: SurveyParams, votes: VotesOf, x: Mapping[str, Num]) -> Num:
    scored = total([value * x[votes.prefix + option] for option, value in p.options.items()])
    values = [*p.options.values(), ZERO]
    return clamp(ops, ops.divide(scored, _counted(p, votes, x), ZERO), min(values), max(values))


def _survey(ops: Ops, p: SurveyParams, x: Mapping[str, Num], points: Fraction) -> Num:
    scores = []
    for question in asked(p):
        votes = [_votes(p, voter, question) for voter in classes(p)]
        means = [_class_score(ops, p, v, x) for v in votes]
        weights = [w * x[v.prefix + "present"] for w, v in zip(classes(p).values(), votes, strict=True)]
        scores.append(weighted_mean(ops, means, weights, ZERO))
    return weighted_mean(ops, scores, list(asked(p).values()), ZERO) * (points / p.scale)


def _survey_account(p: SurveyParams, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
    """The arithmetic by class; only the rule of it where a class is too small to be shown, or something is open."""
    votes = [_votes(p, voter, question) for question in asked(p) for voter in classes(p)]
    if any(_hidden(v, x) for v in votes):
        return _survey_rule(p, name)
    terms = []
    for vote in votes:
        if not x[vote.prefix + "present"]:
            continue
        weight = classes(p)[vote.voter_class]
        counted = [option for option in p.options if x[vote.prefix + option]]
        parts = " + ".join(f"{shown_number(x[vote.prefix + o])}×{number_text(p.options[o])}" for o in counted)
        who = "·".join(name(n) for n in (vote.voter_class, vote.question) if n)
        share = f" × {number_text(weight)}" if vote.voter_class is not None else ""
        terms.append(f"{who} ({parts or '0'}) ÷ {shown_number(_counted(p, vote, x))}{share}".strip())
    text = "；".join(terms)
    return Text(text, "; ".join(terms))


def _hidden(votes: VotesOf, x: Mapping[str, Num]) -> bool:
    """Whether the counts are open, or of so few ballots that they are not shown."""
    cast = total([x[votes.prefix + n] for n in (*votes.options, "abstain", "invalid")])
    smallest = x[votes.prefix + "smallest"]
    return not isinstance(cast, Fraction) or not isinstance(smallest, Fraction) or smallest < votes.suppress_below


def _survey_rule(p: SurveyParams, name: Naming) -> Text:
    values = "、".join(f"{option} {number_text(value)}" for option, value in p.options.items())
    weights = "，".join(f"{name(voter)} {number_text(weight)}" for voter, weight in classes(p).items() if voter)
    rules = {"exclude": Text("不计入", "left out"), "zero": Text("计0分", "count as 0")}
    return Text(
        f"{values}；弃权{rules[p.abstain].zh}，无效{rules[p.invalid].zh}" + (f"；权重 {weights}" if weights else ""),
        f"{values}; abstentions {rules[p.abstain].en}, invalid {rules[p.invalid].en}"
        + (f"; weights {weights}" if weights else ""),
    )


def _prepare_survey(p: SurveyParams, ctx: CheckContext) -> SurveyParams:
    check_ballots(p, ctx)
    _check_questions(p, ctx)
    _check_top(p, p.options, ctx)
    check_option_words(p.options, p.at, ctx)
    return own_record(p, ctx)


SURVEY = CriterionKind(
    "survey",
    Text("满意度测评", "satisfaction survey"),
    SurveyParams,
    _survey_inputs,
    _survey,
    _survey_account,
    _prepare_survey,
)
