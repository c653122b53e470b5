"""Pools: who is compared with whom, and the figures of a pool that enter a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from cadre_eval.model.postings import Posting
from cadre_eval.model.records import FactState
from cadre_eval.numbers.interval import INTERVAL, Interval, Number, interval, settled
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import Policies
from cadre_eval.scoring.states import LeafOutcome, ScoreState, policy_state
from cadre_eval.scoring.subject import Lack, Subject


def pool_of(posting: Posting, keys: Sequence[str]) -> tuple[str, ...]:
    """The pool a posting belongs to: the values of the keys that separate pools."""
    values = {
        "category": posting.cadre.category,
        "role": posting.role,
        "township": posting.host.township.id,
        "host": posting.host.id,
        "sending-unit": posting.sending_unit.id,
    }
    return tuple(values[key] for key in keys)


@frozen(eq=False)
class Pool:
    """The subjects of one pool. A member whose fact is pending may still have any value."""

    members: tuple[Subject, ...]
    policies: Policies = Policies()

    def under(self, policies: Policies) -> Pool:
        return evolve(self, policies=policies)

    def _value(self, member: Subject, name: str) -> tuple[Number | None, Lack | None]:
        fact = member.fact(name)
        if fact.state is FactState.PRESENT and isinstance(fact.value, Fraction):
            return fact.value, None
        state = policy_state(fact.state, self.policies)
        if state is not ScoreState.OPEN:
            return None, None  # the policy settles the score of that member; it has no value to compare with
        what = f"{member.posting.cadre.name}·{member.rules.fact_title(name)}"
        return Interval(*fact_bounds(member.rules.facts.get(name))), Lack(fact.state, what, fact.reason, fact.span)

    def _values(self, name: str) -> list[tuple[Subject, Number, Lack | None]]:
        found = [(member, *self._value(member, name)) for member in self.members]
        return [(member, value, lack) for member, value, lack in found if value is not None]

    def best(self, fact: str, higher: bool) -> tuple[Number, tuple[Lack, ...]]:
        """The best value in the pool, with what it still waits for; 0 if nobody has one."""
        values = self._values(fact)
        if not values:
            return Fraction(0), ()
        best: Number = values[0][1]
        for _, value, _ in values[1:]:
            best = INTERVAL.maximum(best, value) if higher else INTERVAL.minimum(best, value)
        best = settled(best)
        lacks = tuple(lack for _, _, lack in values if lack is not None)
        return best, () if isinstance(best, Fraction) else _pending(lacks)

    def rank(self, subject: Subject, fact: str, higher: bool) -> tuple[Number, tuple[Lack, ...]]:
        """1 + how many are better than the subject; equal values share a rank."""
        own, _ = self._value(subject, fact)
        others = [entry for entry in self._values(fact) if entry[0].posting.id != subject.posting.id]
        sure = possible = 1
        for _, value, _ in others:
            if own is None:
                continue
            truth = INTERVAL.less(own, value) if higher else INTERVAL.less(value, own)
            sure += truth == frozenset([True])
            possible += True in truth
        lacks = tuple(lack for _, _, lack in others if lack is not None)
        if sure == possible:
            return Fraction(sure), ()
        return Interval(Fraction(sure), Fraction(possible)), _pending(lacks)


def _pending(lacks: tuple[Lack, ...]) -> tuple[Lack, ...]:
    """Others' gaps leave this score open, whatever its own policies."""
    return tuple(evolve(lack, state=FactState.PENDING) for lack in lacks)


def pools_by(subjects: Sequence[Subject], keys: Sequence[str]) -> Mapping[tuple[str, ...], Pool]:
    grouped: dict[tuple[str, ...], list[Subject]] = {}
    for subject in subjects:
        grouped.setdefault(pool_of(subject.posting, keys), []).append(subject)
    return {key: Pool(tuple(sorted(members, key=lambda s: s.posting.id))) for key, members in grouped.items()}


def pool_mean(outcomes: Sequence[LeafOutcome]) -> tuple[Number | None, int]:
    """The mean of the scores the pool has for a leaf (None if there is none), and of how many people."""
    scores = [o.score for o in outcomes if o.state in {ScoreState.SCORED, ScoreState.OPEN} and o.score is not None]
    if not scores:
        return None, 0
    total: Number = Fraction(0)
    for score in scores:
        total = interval(score) + total
    return settled(total * Fraction(1, len(scores))), len(scores)
