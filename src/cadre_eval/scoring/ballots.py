"""Inputs from people's judgements: marks of reviewers, ranks given by raters, votes by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Text
from cadre_eval.model.records import Count, FactState, ReviewRecord, Sheet, SurveyRecord
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.exact import exact_sum, in_order
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.kind import Bounds
from cadre_eval.scoring.inputs import ONE, UNSIGNED, ZERO
from cadre_eval.scoring.subject import Lack, Reading, Subject, Used

NO_VOTES = Count()
Absent: TypeAlias = Literal["block", "renormalise", "zero"]


@frozen
class Marks:
    """The marks one class of reviewers gave: numbers or words, sorted; and the ballot sheets (one ballot rates several
    people) they come from, with the column of the person.
    """

    values: tuple[Fraction | str, ...]
    sheets: tuple[tuple[Sheet, int], ...] = ()
    aside: Mapping[str, tuple[Fraction | str, ...]] = field(factory=dict, hash=False)
    """The class's marks on questions that do not count."""


@frozen
class Trim:
    """Drop this many highest and lowest marks when there are more than ``when_more_than``."""

    highest: int = 0
    lowest: int = 0
    when_more_than: int = 0


@frozen
class MarksOf:
    """Marks of one reviewer class on one question, as sums: ``n``, ``sum``, ``highest`` and ``lowest`` (the sums of
    the marks that trimming would drop), ``present``; each under ``class/question/``.
    """

    record: str
    reviewer: str
    question: str
    scale: Fraction
    words: Mapping[str, Fraction] | None
    trim: Trim
    minimum: int
    absent: Absent
    pooled = False
    may_exclude = False

    @property
    def prefix(self) -> str:
        return f"{self.reviewer}/{self.question}/"

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        names = ("n", "sum", "highest", "lowest")
        present: Bounds = (ZERO, ONE) if self.absent == "renormalise" else (ONE, ONE)
        return {**{self.prefix + name: UNSIGNED for name in names}, self.prefix + "present": present}

    def marks(self, record: ReviewRecord) -> list[Fraction]:
        """The class's marks as numbers, sorted: the order they were written in never matters."""
        found = record.marks.get(self.reviewer, {}).get(self.question, ())
        words = self.words or {}
        return in_order(words.get(m, ZERO) if isinstance(m, str) else m for m in found)

    def read(self, subject: Subject) -> Reading:
        record = subject.review(self.record)
        what = _what(subject, self.record, self.reviewer, self.question)
        if record.state is not FactState.PRESENT:
            return Reading(
                lacks=(Lack(record.state, subject.rules.name_of(self.record), record.reason, record.span),)
            )
        marks = self.marks(record)
        if not marks and self.absent == "block":
            return Reading(lacks=(Lack(FactState.MISSING, what, None, record.span, blocks=True),))
        if marks and len(marks) < self.minimum:
            reason = f"{len(marks)} < {self.minimum}"
            return Reading(lacks=(Lack(FactState.PENDING, what, reason, record.span, blocks=True),))
        present = ZERO if not marks and self.absent == "renormalise" else ONE
        shown = partial(_shown_marks, marks)
        return Reading(
            self._sums(marks, present), used=(Used(what, shown, record.place_of(self.reviewer), record.evidence),)
        )

    def _sums(self, marks: list[Fraction], present: Fraction) -> Mapping[str, Fraction]:
        high = marks[len(marks) - min(self.trim.highest, len(marks)) :]
        low = marks[: self.trim.lowest]
        numbers = {
            "n": Fraction(len(marks)),
            "sum": exact_sum(marks),
            "highest": exact_sum(high),
            "lowest": exact_sum(low),
            "present": present,
        }
        return {self.prefix + name: number for name, number in numbers.items()}


@frozen
class MarkList:
    """The marks of one reviewer class on one question as they were given, with its marks on the questions that do not
    count and the ballot sheets they come from: one value, ``marks``, and ``present``; each under ``class/question/``.
    """

    record: str
    reviewer: str
    question: str
    allowed: Sequence[str] | Fraction
    """The words a mark may be, or the highest number."""
    minimum: int
    absent: Absent
    aside: Mapping[str, Sequence[str]] = field(factory=dict)
    """Questions that do not count, with the words of each."""
    suppress_below: int = 0
    """Marks of a class that gave fewer are not shown."""
    pooled = False
    may_exclude = False

    @property
    def prefix(self) -> str:
        return f"{self.reviewer}/{self.question}/"

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.prefix + "marks": UNSIGNED, self.prefix + "present": (ZERO, ONE)}

    def read(self, subject: Subject) -> Reading:
        record = subject.review(self.record)
        what = _what(subject, self.record, self.reviewer, self.question)
        if record.state is not FactState.PRESENT:
            name = subject.rules.name_of(self.record)
            return Reading(lacks=(Lack(record.state, name, record.reason, record.span),))
        given = record.marks.get(self.reviewer, {})
        values = tuple(sorted(given.get(self.question, ()), key=_mark_order))
        if not values and self.absent == "block":
            return Reading(lacks=(Lack(FactState.MISSING, what, None, record.span, blocks=True),))
        if values and len(values) < self.minimum:
            reason = f"{len(values)} < {self.minimum}"
            return Reading(lacks=(Lack(FactState.PENDING, what, reason, record.span, blocks=True),))
        aside = {name: tuple(sorted(given.get(name, ()), key=_mark_order)) for name in self.aside}
        marks = Marks(values, record.sheets.get(self.reviewer, ()), aside)
        present = ZERO if not values and self.absent == "renormalise" else ONE
        hidden = 0 < len(values) < self.suppress_below
        used = Used(
            what, "***" if hidden else partial(_shown_marks, values), record.place_of(self.reviewer), record.evidence
        )
        return Reading({self.prefix + "marks": marks, self.prefix + "present": present}, used=(used,))


def _mark_order(mark: Fraction | str) -> tuple[bool, Fraction, str]:
    return (True, ZERO, mark) if isinstance(mark, str) else (False, mark, "")


def _shown_marks(marks: Sequence[Fraction | str]) -> str:
    """Numbers one by one; words by how often each was given."""
    words = [mark for mark in marks if isinstance(mark, str)]
    counted = [f"{word}{words.count(word)}" for word in dict.fromkeys(words)]
    return "、".join([*(number_text(m) for m in marks if isinstance(m, Fraction)), *counted]) or "—"


@frozen
class AnyMarks:
    """No number; says that the review is missing when no class gave a mark."""

    record: str
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {}

    def read(self, subject: Subject) -> Reading:
        record = subject.review(self.record)
        given = any(marks for by_question in record.marks.values() for marks in by_question.values())
        if record.state is not FactState.PRESENT or given:
            return Reading()
        return Reading(lacks=(Lack(FactState.MISSING, subject.rules.name_of(self.record), None, record.span),))


@frozen
class RanksOf:
    """Ranks given by raters: ``n`` and ``sum`` over all classes of a review record."""

    record: str
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {"n": (ONE, None), "sum": (ONE, None)}

    def read(self, subject: Subject) -> Reading:
        record = subject.review(self.record)
        what = subject.rules.name_of(self.record)
        by_class = [q for questions in record.marks.values() for q in questions.values()]
        ranks = in_order(m for marks in by_class for m in marks if isinstance(m, Fraction))
        if record.state is not FactState.PRESENT or not ranks:
            state = FactState.MISSING if record.state is FactState.PRESENT else record.state
            return Reading(lacks=(Lack(state, what, record.reason, record.span),))
        shown = partial(_shown_marks, ranks)
        numbers = {"n": Fraction(len(ranks)), "sum": exact_sum(ranks)}
        return Reading(numbers, used=(Used(what, shown, record.span, record.evidence),))


@frozen
class VotesOf:
    """Votes of one voter class (None: all classes pooled) on one question: a number for each option,
    ``abstain``, ``invalid``, ``present``, and ``smallest`` (ballots of the smallest class of the survey, which decides
    whether counts may be shown); each under ``class/question/``.
    """

    record: str
    voter_class: str | None
    question: str
    options: tuple[str, ...]
    count_abstain: bool
    count_invalid: bool
    absent: Absent
    suppress_below: int
    pooled = False
    may_exclude = False

    @property
    def prefix(self) -> str:
        return f"{self.voter_class or ''}/{self.question}/"

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        present: Bounds = (ZERO, ONE) if self.absent == "renormalise" else (ONE, ONE)
        names = (*self.options, "abstain", "invalid", "smallest")
        return {**{self.prefix + name: UNSIGNED for name in names}, self.prefix + "present": present}

    def counted(self, count: Count) -> int:
        """Ballots in the denominator."""
        valid = sum(count.options.values())
        return valid + self.count_abstain * count.abstain + self.count_invalid * count.invalid

    def lacking(self, subject: Subject, record: SurveyRecord, count: Count) -> tuple[Lack, ...]:
        """What the record lacks, or the class's votes in it."""
        if record.state is not FactState.PRESENT:
            return (Lack(record.state, subject.rules.name_of(self.record), record.reason, record.span),)
        if self.absent == "block" and not self.counted(count):
            what = _what(subject, self.record, self.voter_class or "", self.question)
            return (Lack(FactState.MISSING, what, None, record.span, blocks=True),)
        return ()

    def read(self, subject: Subject) -> Reading:
        record = subject.survey(self.record)
        count = class_count(record, self.voter_class, self.question)
        lacks = self.lacking(subject, record, count)
        if lacks:
            return Reading(lacks=lacks)
        what = _what(subject, self.record, self.voter_class or "", self.question)
        present = ZERO if self.absent == "renormalise" and not self.counted(count) else ONE
        numbers = {option: Fraction(count.options.get(option, 0)) for option in self.options}
        numbers |= {"abstain": Fraction(count.abstain), "invalid": Fraction(count.invalid), "present": present}
        smallest = smallest_class(record, self.question)
        numbers["smallest"] = Fraction(smallest)
        hidden = smallest < self.suppress_below
        shown = Used(
            what, "***" if hidden else partial(_shown_count, count, self.options), record.span, record.evidence
        )
        return Reading({self.prefix + name: n for name, n in numbers.items()}, used=(shown,))


@frozen
class Quorum:
    """No number; objects when too few ballots were cast, too few came back, or none counts at all."""

    record: str
    question: str
    ballots: int
    turnout: Fraction
    blocks: bool
    votes: tuple[VotesOf, ...]
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {}

    def read(self, subject: Subject) -> Reading:
        record = subject.survey(self.record)
        if record.state is not FactState.PRESENT:
            return Reading()
        what = subject.rules.name_of(self.record)
        counts = [(v, class_count(record, v.voter_class, self.question)) for v in self.votes]
        cast = sum(count.cast for _, count in counts)
        if not any(v.counted(count) for v, count in counts):
            return Reading(lacks=(Lack(FactState.MISSING, what, None, record.span, whole=True),))
        reason = self._shortfall(record, cast)
        if reason is None:
            return Reading()
        return Reading(lacks=(Lack(FactState.MISSING, what, reason, record.span, blocks=self.blocks, whole=True),))

    def _shortfall(self, record: SurveyRecord, cast: int) -> str | None:
        if cast < self.ballots:
            return f"{cast} < {self.ballots}"
        asked = {votes.voter_class for votes in self.votes}
        issued = [t.issued for t in record.tallies if t.voter_class in asked or None in asked]
        known = [n for n in issued if n is not None]
        if self.turnout and (len(known) < len(issued) or cast < self.turnout * sum(known)):
            return f"{cast}/{sum(known) if len(known) == len(issued) else '?'} < {number_text(self.turnout, percent=True)}"
        return None


def class_count(record: SurveyRecord, voter_class: str | None, question: str) -> Count:
    """All channels of a class (None: of all classes) added up."""
    counts = [
        t.questions.get(question, NO_VOTES)
        for t in record.tallies
        if voter_class is None or t.voter_class == voter_class
    ]
    return counts[0] if len(counts) == 1 else add_counts(counts)


def add_counts(counts: Iterable[Count]) -> Count:
    options: dict[str, int] = {}
    abstain = invalid = 0
    for count in counts:
        for option, n in count.options.items():
            options[option] = options.get(option, 0) + n
        abstain, invalid = abstain + count.abstain, invalid + count.invalid
    return Count(options, abstain, invalid)


def smallest_class(record: SurveyRecord, question: str) -> int:
    """Ballots of the smallest class that voted. If it is too small to be shown, no class is: the others and the
    score would give it away.
    """
    sizes: Counter[str] = Counter()
    for tally in record.tallies:
        sizes[tally.voter_class] += tally.questions.get(question, NO_VOTES).cast
    return min((size for size in sizes.values() if size), default=0)


def _shown_count(count: Count, options: tuple[str, ...]) -> Text:
    parts = [f"{option}{count.options.get(option, 0)}" for option in options]
    zh = [f"弃权{count.abstain}"] * bool(count.abstain) + [f"无效{count.invalid}"] * bool(count.invalid)
    en = [f"abstain {count.abstain}"] * bool(count.abstain) + [f"invalid {count.invalid}"] * bool(count.invalid)
    return Text(" ".join([*parts, *zh]), " ".join([*parts, *en]))


def _what(subject: Subject, record: str, of_class: str, question: str) -> str:
    names = [subject.rules.name_of(name) for name in (record, of_class, question) if name]
    return "·".join(names)
