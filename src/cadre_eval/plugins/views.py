"""What plugins see of rules and results: plain frozen records, made anew for every call, so that nothing a plugin does to
them reaches a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.dates import Days
from cadre_eval.model.records import Sheet
from cadre_eval.ruleset.accountability import Target

Counts: TypeAlias = "Mapping[str, Mapping[str, Mapping[str, int]]]"


@frozen
class FactView:
    """A recorded fact: its state (``present``, ``missing``, …), its value if present, evidence ids."""

    state: str
    value: Any
    evidence: tuple[str, ...]
    reason: str | None


@frozen
class ReviewView:
    """A review record: marks by class of reviewers and question (``""`` where it asks only one), and the ballot sheets of
    a class, with the column of the cadre.
    """

    state: str
    held_on: date | None
    evidence: tuple[str, ...]
    marks: Mapping[str, Mapping[str, tuple[Fraction | str, ...]]]
    sheets: Mapping[str, tuple[tuple[Sheet, int], ...]]


@frozen
class BallotsView:
    """The ballots of one voter class on one question: handed in, and of these the abstentions and the invalid."""

    cast: int
    abstain: int
    invalid: int


@frozen
class SurveyView:
    """A survey record: votes by voter class, question and option, and ballots by voter class and question; None where a
    class is too small to be shown. ``issued`` by voter class, None where it is not on record.
    """

    state: str
    held_on: date | None
    evidence: tuple[str, ...]
    counts: Counts | None
    ballots: Mapping[str, Mapping[str, BallotsView]] | None
    issued: Mapping[str, int | None]


@frozen
class EvidenceView:
    title: str
    source: str | None
    date: date | None


@frozen
class PostingView:
    """A posting of the period with what is on record of it."""

    id: str  # noqa: A003
    role: str
    host: str
    host_name: str
    township: str
    township_name: str
    sending_unit: str
    sending_unit_name: str
    days: int
    """Days served within the period."""
    facts: Mapping[str, FactView]
    reviews: Mapping[str, ReviewView]
    surveys: Mapping[str, SurveyView]
    evidence: Mapping[str, EvidenceView]


@frozen
class AssessedCadre:
    """A cadre's result. Scores are exact; None while they are open."""

    id: str  # noqa: A003
    name: str
    category: str
    pool: tuple[str, ...]
    state: str
    total: Fraction | None
    grade: str | None
    rank: int | None
    scores: Mapping[str, Fraction | None]
    """By criterion id, of the posting the cadre is ranked with."""
    gates: tuple[str, ...]
    """Ids of the gates that were triggered, in one of the postings shown here."""
    postings: tuple[PostingView, ...]
    """The longest first."""
    gates_open: tuple[str, ...] = ()
    """Ids of the gates of which it cannot be said yet."""
    gate_titles: Mapping[str, str] = field(factory=dict)
    """What people call the gates of both."""
    ranked: int | None = None
    """How many are ranked in the pool."""
    tied: int = 1
    """How many share the rank, the cadre among them."""
    unranked: int = 0
    """How many in the pool have no rank yet."""


@frozen
class AssessedPeriod:
    """A whole period's results."""

    ruleset: str
    digest: str
    period: str
    title: str
    as_of: date
    rules: RulesetView
    cadres: tuple[AssessedCadre, ...]
    measures: tuple[MeasureView, ...] = ()


@frozen
class MeasureView:
    """A measure as it was proposed; ``target`` says what ``id`` is of: a cadre, a sending unit, a township, a host."""

    rule: str
    target: Target
    id: str  # noqa: A003
    name: str
    measure: str
    reason: str
    points: Fraction | None
    cadres: tuple[str, ...]


@frozen
class FindingView:
    """A problem an inspection found, not withdrawn; ``cadre`` is None if it is about the host as a whole."""

    id: str  # noqa: A003
    kind: str
    title: str
    severity: str | None
    cadre: str | None
    host: str
    on: date
    known_on: date
    text: str
    evidence: tuple[str, ...]
    state: str
    """``open``, ``overdue``, ``rectified`` and so on, as known on the day of assessment."""


@frozen
class PastView:
    """A result of an earlier period that is on record; ``of`` is how many were ranked."""

    cadre: str
    period: str
    grade: str | None
    rank: int | None
    of: int | None


@frozen
class OnFile:
    """What supervision has on record of a cadre or unit: findings by day and id, earlier results by period."""

    findings: tuple[FindingView, ...] = ()
    history: tuple[PastView, ...] = ()


@frozen
class Answerable:
    """Whom a rule of accountability is asked about: a cadre or a unit, with the cadres it answers for. Their
    ``postings`` are those that concern it. ``findings`` are all that are known, those before the period too.
    """

    target: Target
    id: str  # noqa: A003
    name: str
    period: str
    cadres: tuple[AssessedCadre, ...]
    days: Days | None = None
    """The days of the period."""
    findings: tuple[FindingView, ...] = ()
    history: tuple[PastView, ...] = ()


@frozen
class DeclaredFact:
    title: str
    type: str  # noqa: A003
    unit: str | None
    options: tuple[str, ...]
    span: Span


@frozen
class CriterionView:
    """A node of the tree; a group has no ``kind``."""

    id: str  # noqa: A003
    title: str
    kind: str | None
    points: Fraction
    params: Any
    span: Span


@frozen
class AccountabilityView:
    id: str  # noqa: A003
    rule: str
    params: Any
    span: Span


@frozen
class RulesetView:
    """A compiled ruleset, as it stands in one period."""

    id: str  # noqa: A003
    title: str
    period: str
    facts: Mapping[str, DeclaredFact]
    criteria: tuple[CriterionView, ...]
    adjustments: Mapping[str, str] = field()
    """Fact counted, by id of the adjustment item."""
    gates: Mapping[str, Span]
    grades: Mapping[str, tuple[str, ...]]
    """Labels, best first, by category."""
    accountability: tuple[AccountabilityView, ...]
    span: Span
    pools: tuple[str, ...]
    """Keys that separate pools, such as ``township``."""
    days: int
    """Days from the first to the last of the period, in a year that is no leap year."""
    titles: Mapping[str, str]
    """What people call criteria, records, classes and questions, by code."""
