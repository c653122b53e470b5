"""What plugins see of rules and results: plain frozen records, made anew for every call, so that nothing a plugin does to
them reaches a result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs
from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Dossier, SurveyRecord
from cadre_eval.numbers.interval import Number
from cadre_eval.reading.nodes import MapNode
from cadre_eval.reading.settings import Place
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf, PeriodPlan, leaves, nodes
from cadre_eval.scoring.ballots import VotesOf, smallest_class
from cadre_eval.scoring.eligibility import served
from cadre_eval.scoring.result import PeriodResult, Result
from cadre_eval.scoring.subject import Subject

SUPPRESS_BELOW = 5
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
    """A review record: marks by class of reviewers and question (``""`` where it asks only one)."""

    state: str
    held_on: date | None
    evidence: tuple[str, ...]
    marks: Mapping[str, Mapping[str, tuple[Fraction | str, ...]]]


@frozen
class SurveyView:
    """A survey record: votes by voter class, question and option; None where a class is too small to be shown."""

    state: str
    held_on: date | None
    evidence: tuple[str, ...]
    counts: Counts | None


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
    """Ids of the gates that were triggered."""
    postings: tuple[PostingView, ...]
    """The longest first."""


@frozen
class AssessedPeriod:
    """A whole period's results."""

    ruleset: str
    digest: str
    period: str
    title: str
    as_of: date
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
class Answerable:
    """Whom a rule of accountability is asked about: a cadre or a unit, with the cadres it answers for. Their
    ``postings`` are those that concern it.
    """

    target: Target
    id: str  # noqa: A003
    name: str
    period: str
    cadres: tuple[AssessedCadre, ...]


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


def frozen_map(items: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A copy nobody can change."""
    return MappingProxyType(dict(items))


def fresh(value: Any) -> Any:
    """A copy of parameters down to their last record; places lose what is written there, but know where they are."""
    if isinstance(value, Place):
        span = value.span
        return Place(MapNode(span.source, span.line, span.column))
    if attrs.has(type(value)) and not isinstance(value, type):
        copied = {a.name: fresh(getattr(value, a.name)) for a in attrs.fields(type(value))}
        made = object.__new__(type(value))
        for name, part in copied.items():
            object.__setattr__(made, name, part)
        return made
    if type(value) is dict:
        return {key: fresh(part) for key, part in value.items()}
    if type(value) is tuple:
        return tuple(fresh(part) for part in value)
    return value


def view_of_ruleset(rules: CompiledRuleset, plan: PeriodPlan) -> RulesetView:
    facts = {
        name: DeclaredFact(rules.fact_title(name), doc.type, doc.unit, tuple(doc.options), doc.at.span)
        for name, doc in rules.facts.items()
    }
    criteria = tuple(
        CriterionView(
            node.id, node.title, node.kind.name if isinstance(node, Leaf) else None, node.points,
            fresh(node.params) if isinstance(node, Leaf) else None, node.rule.span,
        )
        for node in nodes(plan.root)
    )  # fmt: skip
    items = {item.id: item.fact for group in plan.adjustments.groups for item in group.items}
    uses = tuple(AccountabilityView(u.id, u.of.name, fresh(u.params), u.rule.span) for u in plan.accountability)
    return RulesetView(
        rules.id, rules.title, plan.key, frozen_map(facts), criteria, frozen_map(items),
        frozen_map({gate.id: gate.rule.span for gate in plan.gates}),
        frozen_map({name: scale.labels for name, scale in plan.grades.items()}), uses, rules.rule.span,
    )  # fmt: skip


def view_of_cadre(result: Result, plan: PeriodPlan) -> AssessedCadre:
    tree = result.main.tree.walk() if result.main else ()
    scores = {node.node.id: _exact(node.score) for node in tree if node.node.id != "total"}
    final = result.state == "final"
    return AssessedCadre(
        result.cadre.id, result.cadre.name, result.cadre.category, result.pool, result.state,
        _exact(result.total) if final else None, result.grade, result.rank, frozen_map(scores),
        tuple(sorted({outcome.gate.id for outcome in result.gates if outcome.certain})),
        tuple(view_of_posting(subject, plan) for subject in result.subjects),
    )  # fmt: skip


def view_of_period(found: PeriodResult) -> AssessedPeriod:
    cadres = tuple(view_of_cadre(result, found.plan) for result in found)
    measures = tuple(view_of_measure(measure) for measure in found.measures)
    return AssessedPeriod(
        found.rules.id, found.rules.digest, found.period.id, found.period.title, found.as_of, cadres, measures
    )  # fmt: skip


def view_of_measure(measure: Any) -> MeasureView:
    proposed = measure.proposed
    return MeasureView(
        measure.use.id, measure.target, measure.id, measure.name, proposed.measure.zh, proposed.reason.zh,
        proposed.points, proposed.cadres,
    )  # fmt: skip


def _exact(number: Number | None) -> Fraction | None:
    return Fraction(number) if isinstance(number, Fraction) else None


def view_of_posting(subject: Subject, plan: PeriodPlan) -> PostingView:
    """What is known of the posting on the day of assessment."""
    posting: Posting = subject.posting
    dossier: Dossier = subject.dossier
    facts = {}
    for name in subject.rules.facts:
        fact = subject.fact(name)
        reason = fact.reason if isinstance(fact.reason, str) else fact.reason.zh if fact.reason else None
        facts[name] = FactView(fact.state.value, fact.value, fact.evidence, reason)
    reviews = {}
    for name in dossier.reviews:
        review = subject.review(name)
        marks = {of: frozen_map(questions) for of, questions in review.marks.items()}
        reviews[name] = ReviewView(review.state.value, review.held_on, review.evidence, frozen_map(marks))
    surveys = {}
    for name in dossier.surveys:
        survey = subject.survey(name)
        counts = _counts(survey, _suppressed_below(name, plan))
        surveys[name] = SurveyView(survey.state.value, survey.held_on, survey.evidence, counts)
    evidence = {key: EvidenceView(e.title, e.source, e.date) for key, e in dossier.evidence.items()}
    return PostingView(
        posting.id, posting.role, posting.host.id, posting.host.name, posting.host.township.id,
        posting.host.township.name, posting.sending_unit.id, posting.sending_unit.name,
        served(posting, subject.period.days), frozen_map(facts), frozen_map(reviews), frozen_map(surveys),
        frozen_map(evidence),
    )  # fmt: skip


def _suppressed_below(record: str, plan: PeriodPlan) -> int:
    """The strictest threshold of those who read the survey."""
    sources: Iterable[Any] = (source for leaf in leaves(plan.root) for source in leaf.inputs)
    limits = [s.suppress_below for s in sources if isinstance(s, VotesOf) and s.record == record]
    return max(limits, default=SUPPRESS_BELOW)


def _counts(survey: SurveyRecord, suppress_below: int) -> Counts | None:
    questions = sorted({question for tally in survey.tallies for question in tally.questions})
    if any(smallest_class(survey, question) < suppress_below for question in questions):
        return None
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for tally in survey.tallies:
        for question, count in tally.questions.items():
            own = counts.setdefault(tally.voter_class, {}).setdefault(question, {})
            for option, number in count.options.items():
                own[option] = own.get(option, 0) + number
    return frozen_map({of: frozen_map({q: frozen_map(c) for q, c in by.items()}) for of, by in counts.items()})
