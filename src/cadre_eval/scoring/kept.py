"""Scores of an earlier assessment that still hold: nothing they were made of has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from attrs import frozen

from cadre_eval.model.periods import Period
from cadre_eval.model.records import ExternalScore, Fact, ReviewRecord, SurveyRecord
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.scoring.states import LeafOutcome
from cadre_eval.scoring.subject import Subject

Record: TypeAlias = Fact | ReviewRecord | SurveyRecord | ExternalScore
R = TypeVar("R", Fact, ReviewRecord, SurveyRecord, ExternalScore)


@frozen(eq=False)
class Kept:
    """The leaves' scores of an earlier assessment, by posting and leaf."""

    subjects: Mapping[str, Subject]
    outcomes: Mapping[str, Mapping[str, LeafOutcome]]

    def outcomes_of(self, subject: Subject) -> Mapping[str, LeafOutcome]:
        """Those of the posting that scoring it anew would give again, by leaf; none if any of its records changed."""
        before = self.subjects.get(subject.posting.id)
        if before is None or not reads_same(before, subject):
            return {}
        return self.outcomes[subject.posting.id]


NOTHING_KEPT = Kept({}, {})


def kept_of(found: PeriodResult | None, rules: CompiledRuleset, period: Period) -> Kept:
    """What may be kept of an earlier assessment: nothing if it is of other rules or of another period."""
    if found is None or found.rules is not rules or found.period != period:
        return NOTHING_KEPT
    scores = [score for result in found for score in result.scores]
    outcomes = {
        score.subject.posting.id: {
            node.outcome.leaf.id: node.outcome
            for node in score.tree.walk()
            if node.outcome is not None and stands_alone(node.outcome.leaf)
        }
        for score in scores
    }
    return Kept({score.subject.posting.id: score.subject for score in scores}, outcomes)


def stands_alone(leaf: Leaf) -> bool:
    """Whether a leaf's score follows from the cadre's own records only: not from the pool's figures or its mean. What a
    plugin's inputs look at is not known, so those are always scored anew.
    """
    return leaf.kind.provider is None and not leaf.pooled and not leaf.policies.means


def reads_same(before: Subject, after: Subject) -> bool:
    """Whether every record of a posting reads the same on both days of knowledge, with its place and its evidence."""
    own = before.posting == after.posting and before.posting.span == after.posting.span
    if not own or before.rules is not after.rules:
        return False
    old, new = before.dossier, after.dossier
    return (
        _same(old.facts, new.facts, before.fact, after.fact)
        and _same(old.reviews, new.reviews, before.review, after.review)
        and _same(old.surveys, new.surveys, before.survey, after.survey)
        and _same(old.externals, new.externals, before.external, after.external)
    )


def _same(old: Mapping[str, R], new: Mapping[str, R], before: Callable[[str], R], after: Callable[[str], R]) -> bool:
    if old.keys() != new.keys():
        return False
    return all(_unchanged(old[name], new[name]) and before(name).state is after(name).state for name in new)


def _unchanged(old: Record, new: Record) -> bool:
    """The same record, or (where it was derived again) one that receipts cannot tell from it."""
    return old is new or (old == new and old.span == new.span)
