"""Making the views: from rules and results to the records that plugins see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import attrs

from cadre_eval.model.dates import Days
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Dossier, ReviewRecord, Sheet, SurveyRecord
from cadre_eval.numbers.interval import Number
from cadre_eval.plugins.views import (
    AccountabilityView,
    AssessedCadre,
    AssessedPeriod,
    BallotsView,
    Counts,
    CriterionView,
    DeclaredFact,
    EvidenceView,
    FactView,
    MeasureView,
    PostingView,
    ReviewView,
    RulesetView,
    SurveyView,
)
from cadre_eval.reading.nodes import MapNode
from cadre_eval.reading.settings import Place
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf, PeriodPlan, leaves, nodes
from cadre_eval.scoring.ballots import VotesOf, class_count, smallest_class
from cadre_eval.scoring.eligibility import served
from cadre_eval.scoring.result import PeriodResult, Result
from cadre_eval.scoring.subject import Subject

SUPPRESS_BELOW = 5
COMMON_YEAR = 2023


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
    if type(value) in {tuple, list, set}:
        return type(value)(fresh(part) for part in value)
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
        frozen_map({name: scale.labels for name, scale in plan.grades.items()}), uses, rules.rule.span, rules.pools,
        _common_days(plan), frozen_map(rules.titles),
    )  # fmt: skip


def _common_days(plan: PeriodPlan) -> int:
    return Days(plan.first.in_year(COMMON_YEAR - plan.years + 1), plan.last.in_year(COMMON_YEAR)).length


def view_of_cadre(result: Result, plan: PeriodPlan) -> AssessedCadre:
    tree = result.main.tree.walk() if result.main else ()
    scores = {node.node.id: _exact(node.score) for node in tree if node.node.id != "total"}
    final = result.state == "final"
    gates, gates_open = _gates(result)
    return AssessedCadre(
        result.cadre.id, result.cadre.name, result.cadre.category, result.pool, result.state,
        _exact(result.total) if final else None, result.grade, result.rank, frozen_map(scores),
        gates, tuple(view_of_posting(subject, plan) for subject in result.subjects), gates_open,
        frozen_map({outcome.gate.id: outcome.gate.title for outcome in result.gates if outcome.gate.id in {*gates, *gates_open}}),
    )  # fmt: skip


def _gates(result: Result) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The gates that the result's postings triggered, and those that they may yet."""
    shown = {subject.posting.id for subject in result.subjects}

    def here(subjects: Iterable[Subject]) -> bool:
        return any(subject.posting.id in shown for subject in subjects)

    sure = {outcome.gate.id for outcome in result.gates if outcome.certain and here(outcome.surely)}
    possible = {outcome.gate.id for outcome in result.gates if here(outcome.subjects)}
    return tuple(sorted(sure)), tuple(sorted(possible - sure))


def view_of_period(found: PeriodResult) -> AssessedPeriod:
    cadres = tuple(view_of_cadre(result, found.plan) for result in found)
    measures = tuple(view_of_measure(measure) for measure in found.measures)
    return AssessedPeriod(
        found.rules.id, found.rules.digest, found.period.id, found.period.title, found.as_of,
        view_of_ruleset(found.rules, found.plan), cadres, measures,
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
        reviews[name] = ReviewView(
            review.state.value, review.held_on, review.evidence, frozen_map(marks), _sheets(review)
        )  # fmt: skip
    surveys = {}
    for name in dossier.surveys:
        survey = subject.survey(name)
        hidden = _is_hidden(survey, _suppressed_below(name, plan))
        counts, ballots = (None, None) if hidden else (_counts(survey), _ballots(survey))
        surveys[name] = SurveyView(
            survey.state.value, survey.held_on, survey.evidence, counts, ballots, _issued(survey)
        )  # fmt: skip
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


def _is_hidden(survey: SurveyRecord, suppress_below: int) -> bool:
    return any(smallest_class(survey, question) < suppress_below for question in _questions(survey))


def _questions(survey: SurveyRecord) -> list[str]:
    return sorted({question for tally in survey.tallies for question in tally.questions})


def _counts(survey: SurveyRecord) -> Counts:
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for tally in survey.tallies:
        for question, count in tally.questions.items():
            own = counts.setdefault(tally.voter_class, {}).setdefault(question, {})
            for option, number in count.options.items():
                own[option] = own.get(option, 0) + number
    return frozen_map({of: frozen_map({q: frozen_map(c) for q, c in by.items()}) for of, by in counts.items()})


def _ballots(survey: SurveyRecord) -> Mapping[str, Mapping[str, BallotsView]]:
    found = {}
    for voter_class in sorted({tally.voter_class for tally in survey.tallies}):
        counts = {question: class_count(survey, voter_class, question) for question in _questions(survey)}
        shown = {question: BallotsView(c.cast, c.abstain, c.invalid) for question, c in counts.items()}
        found[voter_class] = frozen_map(shown)
    return frozen_map(found)


def _issued(survey: SurveyRecord) -> Mapping[str, int | None]:
    """None if it is lacking of one channel."""
    found: dict[str, int | None] = {}
    for tally in survey.tallies:
        before = found.get(tally.voter_class, 0)
        known = before is not None and tally.issued is not None
        found[tally.voter_class] = before + tally.issued if known else None  # type: ignore[operator]
    return frozen_map(found)


def _sheets(review: ReviewRecord) -> Mapping[str, tuple[tuple[Sheet, int], ...]]:
    """The sheets anew, without their places."""
    return frozen_map({
        of: tuple((Sheet(s.people, s.ballots, s.issued), column) for s, column in sheets)
        for of, sheets in review.sheets.items()
    })  # fmt: skip
