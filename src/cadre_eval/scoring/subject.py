"""One posting in one period, as its inputs see it on the day of assessment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol, TypeVar

from attrs import evolve, field, frozen

from cadre_eval.errors import Span, Text
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import (
    MISSING,
    Dossier,
    ExternalScore,
    Fact,
    FactState,
    ReviewRecord,
    SurveyRecord,
)
from cadre_eval.numbers.interval import Number
from cadre_eval.ruleset.plan import CompiledRuleset, Policies

R = TypeVar("R", ReviewRecord, SurveyRecord, ExternalScore)


@frozen
class Lack:
    """Something an input wanted and did not find as a present value.

    ``blocks``: the ruleset says that just this leaves the score open, whatever the criterion's policies;
    ``excludes``: it says that just this takes the criterion out;
    ``whole``: the numbers that are there may not be used either (a survey without its quorum).
    """

    state: FactState
    what: str | Text
    reason: str | Text | None = None
    span: Span | None = field(default=None, eq=False)
    blocks: bool = False
    excludes: bool = False
    whole: bool = False


@frozen(eq=False)
class Used:
    """A record an input used: what it is, its value in words (or what puts it into words), where it is written, its
    evidence.
    """

    what: str | Text
    told: str | Text | Callable[[], str | Text]
    span: Span | None = None
    evidence: tuple[str, ...] = ()

    @property
    def shown(self) -> str | Text:
        """The value as an account shows it: put into words only once somebody asks."""
        return self.told() if callable(self.told) else self.told


@frozen
class Reading:
    """What an input found: values by name (numbers, but for inputs only plain functions read), what was lacking, what was
    used.
    """

    numbers: Mapping[str, Any] = field(factory=dict)
    lacks: tuple[Lack, ...] = ()
    used: tuple[Used, ...] = ()


class PoolView(Protocol):
    """The other cadres of the pool, for inputs that compare with them."""

    def under(self, policies: Policies) -> PoolView:
        """The pool as seen under these policies for members without the fact."""
        ...

    def best(self, fact: str, higher: bool) -> tuple[Number, tuple[Lack, ...]]: ...

    def rank(self, subject: Subject, fact: str, higher: bool) -> tuple[Number, tuple[Lack, ...]]: ...


@frozen(eq=False)
class Subject:
    """Everything known, on ``as_of``, of one posting in one period."""

    posting: Posting
    period: Period
    as_of: date
    dossier: Dossier
    rules: CompiledRuleset
    pool: PoolView | None = None

    def fact(self, name: str) -> Fact:
        """The fact as known on ``as_of``: what became known later is pending."""
        fact = self.dossier.facts.get(name, MISSING)
        if fact.state is FactState.PRESENT and fact.known_on is not None and fact.known_on > self.as_of:
            return evolve(fact, state=FactState.PENDING, value=None, reason=_later(fact.known_on))
        return fact

    def review(self, name: str) -> ReviewRecord:
        found = self.dossier.reviews.get(name, ReviewRecord(state=FactState.MISSING))
        return _as_known(found, found.held_on, self.as_of)

    def survey(self, name: str) -> SurveyRecord:
        found = self.dossier.surveys.get(name, SurveyRecord(state=FactState.MISSING))
        return _as_known(found, found.held_on, self.as_of)

    def external(self, name: str) -> ExternalScore:
        found = self.dossier.externals.get(name, ExternalScore(None, state=FactState.MISSING))
        return _as_known(found, found.issued_on, self.as_of)


def _as_known(record: R, day: date | None, as_of: date) -> R:
    """The record on the day of assessment: what came about later is pending, and nobody sees what it holds."""
    if record.state is not FactState.PRESENT or day is None or day <= as_of:
        return record
    return record.pending(_later(day))


def _later(day: date) -> Text:
    return Text(f"{day.isoformat()} 才有", f"not known before {day.isoformat()}")
