"""What is on record of a cadre in a period: facts, reviews, surveys, scores from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve, field, frozen

from cadre_eval.errors import Span, Text, as_text


class FactState(StrEnum):
    """Missing is not zero is not "not applicable"; ordered as they win over one another."""

    PRESENT = "present"
    NOT_APPLICABLE = "not-applicable"
    EXCUSED = "excused"
    MISSING = "missing"
    PENDING = "pending"


@frozen
class Sample:
    """A random check: how many were checked, how many passed."""

    checked: int
    passed: int


FactValue: TypeAlias = "Fraction | bool | str | frozenset[str] | Sample"


@frozen
class Evidence:
    """A reference to a document (佐证); never its content."""

    id: str
    title: str
    source: str | None = None
    date: date | None = None


@frozen
class Fact:
    """One recorded fact. ``value`` is None unless the state is present."""

    state: FactState
    value: FactValue | None = None
    reason: str | Text | None = None
    evidence: tuple[str, ...] = ()
    known_on: date | None = None
    span: Span | None = field(default=None, eq=False, repr=False)
    detail: Text | None = None
    """What was counted, if the fact follows from other records."""


MISSING = Fact(FactState.MISSING)


@frozen
class Sheet:
    """Ballots that each rate several people: one row a ballot, one column a person; None where nothing was marked. No
    rater is known.
    """

    people: tuple[str, ...]
    ballots: tuple[tuple[Fraction | str | None, ...], ...]
    issued: int | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class ReviewRecord:
    """Marks of a debriefing review: class -> question -> marks (numbers or words); one question is ``""``. ``sheets``
    are the ballot sheets of a class that the person is on, with their column there; their marks are among ``marks``.
    """

    marks: Mapping[str, Mapping[str, tuple[Fraction | str, ...]]] = field(factory=dict)
    state: FactState = FactState.PRESENT
    reason: str | Text | None = None
    held_on: date | None = None
    evidence: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)
    sheets: Mapping[str, tuple[tuple[Sheet, int], ...]] = field(factory=dict)

    def place_of(self, reviewer: str) -> Span | None:
        """Where the marks of a class stand: on its ballot sheet, if it has one."""
        sheets = self.sheets.get(reviewer)
        return sheets[0][0].span if sheets else self.span

    def pending(self, reason: Text) -> ReviewRecord:
        """The record while its marks are not known."""
        return evolve(self, marks={}, sheets={}, state=FactState.PENDING, reason=reason)


@frozen
class Count:
    """Votes on one question: by option, abstentions, invalid ballots."""

    options: Mapping[str, int] = field(factory=dict)
    abstain: int = 0
    invalid: int = 0

    @property
    def cast(self) -> int:
        return sum(self.options.values()) + self.abstain + self.invalid


@frozen
class Tally:
    """Ballots of one voter class through one channel: question -> count; one question is ``""``. No voter is known."""

    voter_class: str
    questions: Mapping[str, Count]
    issued: int | None = None
    channel: str | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class SurveyRecord:
    tallies: tuple[Tally, ...] = ()
    state: FactState = FactState.PRESENT
    reason: str | Text | None = None
    held_on: date | None = None
    evidence: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)

    def pending(self, reason: Text) -> SurveyRecord:
        """The record while its votes are not known."""
        return evolve(self, tallies=(), state=FactState.PENDING, reason=reason)


@frozen
class ExternalScore:
    """A score somebody else issued, on the scale the ruleset names."""

    score: Fraction | None
    state: FactState = FactState.PRESENT
    reason: str | Text | None = None
    issuer: str | None = None
    issued_on: date | None = None
    evidence: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)
    detail: Text | None = None
    """How it came about, if somebody has corrected it."""

    def pending(self, reason: Text) -> ExternalScore:
        """The score while it is not known."""
        return evolve(self, score=None, state=FactState.PENDING, reason=reason)


@frozen
class EarlierTotal:
    """The total of an earlier period, from before this system."""

    total: Fraction
    evidence: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Correction:
    """A record that the re-examination of an appeal corrected: what it was, and what it is from ``on``."""

    appeal: str
    on: date
    what: str | Text
    old: str | Text
    new: str | Text

    @property
    def text(self) -> Text:
        what, old, new = (as_text(words) for words in (self.what, self.old, self.new))
        return Text(f"{what.zh} {old.zh} → {new.zh}", f"{what.en} {old.en} → {new.en}")


@frozen
class Dossier:
    """Everything recorded of one posting in one period."""

    period: str
    facts: Mapping[str, Fact] = field(factory=dict)
    reviews: Mapping[str, ReviewRecord] = field(factory=dict)
    surveys: Mapping[str, SurveyRecord] = field(factory=dict)
    externals: Mapping[str, ExternalScore] = field(factory=dict)
    earlier: Mapping[str, EarlierTotal] = field(factory=dict)
    evidence: Mapping[str, Evidence] = field(factory=dict)
    span: Span | None = field(default=None, eq=False, repr=False)
    corrections: tuple[Correction, ...] = ()
    """What appeals have changed in these records, in the order of the re-examinations."""
