"""What cases are to show of reviews and surveys, read from the records: every method of scoring them declares it."""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.cases.exercised.branch import Asked, Branch, met
from cadre_eval.cases.exercised.seen import LeafSeen
from cadre_eval.errors import Span
from cadre_eval.model.records import Count, FactState
from cadre_eval.reading.nodes import MapNode, Scalar, SeqNode
from cadre_eval.scoring.ballots import class_count, smallest_class
from cadre_eval.scoring.polls import PollParams, ReviewPollParams, SurveyPollParams, classes


def poll(asked: Asked) -> Iterator[Branch]:
    """What any review or survey declares, a plugin's too; nothing for other kinds."""
    if isinstance(asked.params, ReviewPollParams):
        yield from _reviewers(asked, asked.params)
    elif isinstance(asked.params, SurveyPollParams):
        yield from _voters(asked, asked.params)


def review(asked: Asked) -> Iterator[Branch]:
    """A debriefing review: also its trimming."""
    p = asked.params
    yield from poll(asked)
    if p.trim is None:
        return
    limit = p.trim.when_more_than

    def dropped(seen: LeafSeen) -> bool:
        return seen.scored and any(len(marks) > limit for marks in _marks(asked, seen))

    def kept(seen: LeafSeen) -> bool:
        return seen.scored and any(len(marks) <= limit for marks in _marks(asked, seen))

    yield met(p.at.key("trim"), "人数够多，去掉了最高最低", "extremes dropped", dropped)
    yield met(p.at.key("trim"), "人数不多，没有去", "too few marks to drop extremes", kept)


def _option_spans(p: PollParams) -> Iterator[tuple[str, Span]]:
    """The options as written: a mapping of words, or a list of them."""
    written = p.at.node.values.get("options")
    if isinstance(written, MapNode):
        yield from ((key.text, key.span) for key in written.keys.values())
    elif isinstance(written, SeqNode):
        yield from ((item.text, item.span) for item in written.items if isinstance(item, Scalar))


def _questions(p: PollParams) -> list[str]:
    return list(getattr(p, "questions", None) or [p.question or ""])


def _record(asked: Asked) -> str:
    return asked.params.record or asked.leaf.id


def _asked_questions(asked: Asked, answered: str) -> Iterator[Branch]:
    """Each question that counts was answered; ``answered`` says how to look."""
    p = asked.params
    for question in getattr(p, "questions", None) or {}:
        name = asked.rules.name_of(question)

        def given(seen: LeafSeen, question: str = question) -> bool:
            if answered == "marks":
                return seen.scored and any(_marks(asked, seen, question=question))
            return seen.scored and any(count.cast for count in _counts(asked, seen, question=question))

        yield met(p.at.entry("questions", question), f"“{name}”一题有人作答", f"'{name}' answered", given)


# ── reviews ─────────────────────────────────────────────────────────


def _marks(asked: Asked, seen: LeafSeen, reviewer: str = "", question: str = "") -> list[tuple[object, ...]]:
    """The marks of each class on each question, or of one; none for a class that gave none."""
    record = seen.subject.review(_record(asked))
    if record.state is not FactState.PRESENT:
        return []
    reviewers = [reviewer] if reviewer else list(asked.params.reviewers)
    questions = [question] if question else _questions(asked.params)
    found = [record.marks.get(r, {}).get(q, ()) for q in questions for r in reviewers]
    return [marks for marks in found if marks]


def _reviewers(asked: Asked, p: ReviewPollParams) -> Iterator[Branch]:
    for reviewer in p.reviewers:
        name = asked.rules.name_of(reviewer)

        def given(seen: LeafSeen, reviewer: str = reviewer) -> bool:
            return seen.scored and bool(_marks(asked, seen, reviewer))

        yield met(p.at.entry("reviewers", reviewer), f"{name}有评分", f"{name} gave marks", given)
    yield from _asked_questions(asked, "marks")
    for word, where in _option_spans(p):

        def marked(seen: LeafSeen, word: str = word) -> bool:
            return seen.scored and any(word in marks for marks in _marks(asked, seen))

        yield met(where, f"有人评“{word}”", f"somebody marked '{word}'", marked)
    everything = len(p.reviewers) * len(_questions(p))
    if p.at.has("absent_class") and everything > 1:
        where = asked.value("absent_class")
        yield met(where, "某类缺席", "a class absent", lambda s: 0 < len(_marks(asked, s)) < everything)
    least = p.minimum.marks if p.minimum is not None else 0
    if p.minimum is not None and least > 1:
        where = p.minimum.at.value("marks")
        yield met(
            where, "某类份数不足", "too few marks of a class", lambda s: any(len(m) < least for m in _marks(asked, s))
        )


# ── surveys ─────────────────────────────────────────────────────────


def _counts(asked: Asked, seen: LeafSeen, voter: str = "", question: str = "") -> list[Count]:
    """The count of each class on each question, or of one; none for a class that cast no ballot."""
    record = seen.subject.survey(_record(asked))
    if record.state is not FactState.PRESENT:
        return []
    voters = [voter] if voter else list(classes(asked.params))
    questions = [question] if question else _questions(asked.params)
    found = [class_count(record, v, q) for q in questions for v in voters]
    return [count for count in found if count.cast]


def _voters(asked: Asked, p: SurveyPollParams) -> Iterator[Branch]:
    for voter in [] if p.voters == "pooled" else p.voters:
        name = asked.rules.name_of(voter)

        def voted(seen: LeafSeen, voter: str = voter) -> bool:
            return seen.scored and bool(_counts(asked, seen, voter))

        yield met(p.at.entry("voters", voter), f"{name}有投票", f"{name} voted", voted)
    yield from _asked_questions(asked, "votes")
    for option, where in _option_spans(p):

        def chosen(seen: LeafSeen, option: str = option) -> bool:
            return seen.scored and any(count.options.get(option, 0) for count in _counts(asked, seen))

        yield met(where, f"有“{option}”票", f"some voted '{option}'", chosen)
    where = asked.value("abstain")
    yield met(where, "有弃权票", "an abstention", lambda s: s.scored and any(c.abstain for c in _counts(asked, s)))
    where = asked.value("invalid")
    yield met(
        where, "有无效票", "an invalid ballot", lambda s: s.scored and any(c.invalid for c in _counts(asked, s))
    )
    everything = len(classes(p)) * len(_questions(p))
    if p.at.has("absent_class") and everything > 1:

        def absent(seen: LeafSeen) -> bool:
            counted = [c for c in _counts(asked, seen) if _in_denominator(p, c)]
            return 0 < len(counted) < everything

        yield met(asked.value("absent_class"), "某类缺席", "a class absent", absent)
    if p.at.has("suppress_below") and p.suppress_below > 1:
        where = asked.value("suppress_below")
        yield met(where, "某类票太少，不显示票数", "counts hidden: too few of a class", lambda s: _hidden(asked, s))
    yield from _quorum(asked, p)


def _in_denominator(p: SurveyPollParams, count: Count) -> int:
    zero = (p.abstain == "zero") * count.abstain + (p.invalid == "zero") * count.invalid
    return sum(count.options.values()) + zero


def _hidden(asked: Asked, seen: LeafSeen) -> bool:
    record = seen.subject.survey(_record(asked))
    smallest = [smallest_class(record, question) for question in _questions(asked.params)]
    return seen.scored and any(0 < size < asked.params.suppress_below for size in smallest)


def _quorum(asked: Asked, p: SurveyPollParams) -> Iterator[Branch]:
    """Enough ballots and too few; enough of them back and too few; and what follows when it is too few."""
    if p.minimum is None:
        return
    least, turnout = p.minimum.ballots, p.minimum.turnout

    def cast(seen: LeafSeen) -> list[int]:
        by_question = [_counts(asked, seen, question=question) for question in _questions(p)]
        return [sum(count.cast for count in counts) for counts in by_question if counts]

    def few(seen: LeafSeen) -> bool:
        return any(ballots < least for ballots in cast(seen))

    def short(seen: LeafSeen) -> bool:
        """Whether the survey was refused for its ballots: too few cast, or too few come back."""
        return any(lack.whole and lack.reason is not None for lack in seen.outcome.reading.lacks)

    if least > 1:
        where = p.minimum.at.value("ballots")
        yield met(where, "票数够", "enough ballots", lambda s: s.scored and bool(cast(s)))
        yield met(where, "票数不足", "too few ballots", few)
    if turnout > 0:
        where = p.minimum.at.value("turnout")
        yield met(where, "回收率够", "enough ballots came back", lambda s: s.scored and bool(cast(s)))
        yield met(where, "回收率不足", "too few ballots came back", lambda s: short(s) and not few(s))
    if least > 1 or turnout > 0:
        yield met(asked.value("below_minimum"), "票数不足的处理", "what too few ballots mean", short)
