"""What a criterion's score is when some of its facts are not present."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from cadre_eval.errors import PluginFailure, Text, as_text
from cadre_eval.model.records import FactState
from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import INTERVAL, Interval, Number, hull, settled
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.formulas import leaf_score
from cadre_eval.ruleset.kind import Naming, StaysOpen
from cadre_eval.ruleset.plan import Leaf, Policies
from cadre_eval.scoring.ballots import AnyMarks, Quorum, RanksOf
from cadre_eval.scoring.inputs import NonZero, merged
from cadre_eval.scoring.subject import Lack, Reading, Subject

FEW = 3
"""A criterion of so few numbers is scored once for all who have the same."""
MOST_KNOWN = 1000
"""So many scores of a criterion are kept."""


class ScoreState(StrEnum):
    """How a node's score came about."""

    SCORED = "scored"
    OPEN = "open"
    ZERO = "zero"
    EXCLUDED = "excluded"
    POOL_MEAN = "pool-mean"


_ORDER = (FactState.PENDING, FactState.MISSING, FactState.EXCUSED, FactState.NOT_APPLICABLE)


@frozen(eq=False)
class LeafOutcome:
    """A leaf's score for one cadre. ``score`` is None while excluded, or until the pool's mean is known."""

    leaf: Leaf
    state: ScoreState
    score: Number | None
    reading: Reading
    naming: Naming
    numbers: Mapping[str, Any] = field(factory=dict)
    may_drop: bool = False
    """True if the leaf is open and may yet turn out to be left out of its group."""
    failure: PluginFailure | None = None
    """Why a plugin's kind gave no score."""


def score_leaf(leaf: Leaf, subject: Subject) -> LeafOutcome:
    """Reads the leaf's inputs and scores it, following the declared policies. Where a plugin's kind fails, the score
    stays open, with the failure as its reason.
    """
    if leaf.pooled and subject.pool is not None:
        subject = evolve(subject, pool=subject.pool.under(leaf.policies))
    reading = Reading()
    try:
        reading = _read(leaf, subject)
        return _scored(leaf, subject, reading)
    except StaysOpen as open_:
        return _held_open(leaf, subject, reading, open_.reason, None)
    except PluginFailure as failure:
        own = failure.about(subject.posting.cadre.id, leaf.id)
        return _held_open(leaf, subject, reading, own.text, own)


def _read(leaf: Leaf, subject: Subject) -> Reading:
    """What the leaf's inputs read. Raises PluginFailure for inputs that a plugin's kind has made wrongly."""
    try:
        return merged(source.read(subject) for source in leaf.inputs)
    except Exception as error:
        if leaf.kind.provider is None:
            raise
        reason = f"its inputs cannot be read: {type(error).__name__}"
        raise PluginFailure(*leaf.kind.provider, f"kind {leaf.kind.name}", reason) from error


def _scored(leaf: Leaf, subject: Subject, reading: Reading) -> LeafOutcome:
    if not reading.lacks:
        return _computed(leaf, reading, subject.rules.name_of)
    state = _policy_state(reading, leaf.policies)
    if state is ScoreState.OPEN:
        return _open(leaf, reading, subject.rules.facts, subject.rules.name_of)
    return LeafOutcome(leaf, state, Fraction(0) if state is ScoreState.ZERO else None, reading, subject.rules.name_of)


def _held_open(
    leaf: Leaf, subject: Subject, reading: Reading, reason: Text, failure: PluginFailure | None
) -> LeafOutcome:
    """Anything the criterion can give is still possible, because its own formula gave nothing."""
    lack = Lack(FactState.PENDING, leaf.title, reason, leaf.rule.span, blocks=True)
    reading = evolve(reading, lacks=(*reading.lacks, lack))
    score = Interval(leaf.floor, leaf.ceiling)
    return LeafOutcome(
        leaf, ScoreState.OPEN, score, reading, subject.rules.name_of, may_drop=False, failure=failure
    )  # fmt: skip


def _computed(leaf: Leaf, reading: Reading, naming: Naming) -> LeafOutcome:
    """All numbers are there; those from a pool may still be intervals."""
    numbers = reading.numbers
    if len(numbers) <= FEW and leaf.kind.provider is None and {Fraction}.issuperset(map(type, numbers.values())):
        score = _known_score(leaf, numbers)
    else:
        exact = not any(isinstance(x, Interval) for x in numbers.values())
        score = settled(leaf_score(EXACT if exact else INTERVAL, leaf, numbers))
    state = ScoreState.OPEN if isinstance(score, Interval) else ScoreState.SCORED
    return LeafOutcome(leaf, state, score, reading, naming, numbers)


def _known_score(leaf: Leaf, numbers: Mapping[str, Fraction]) -> Number:
    """The score of a leaf for a few exact numbers: among thousands of cadres many have the same."""
    key = tuple(map(Fraction.as_integer_ratio, numbers.values()))
    score = leaf.known.get(key)
    if score is None:
        score = leaf_score(EXACT, leaf, numbers)
        if len(leaf.known) < MOST_KNOWN:
            leaf.known[key] = score
    return score


def _open(leaf: Leaf, reading: Reading, facts: Mapping[str, FactDoc], naming: Naming) -> LeafOutcome:
    """What is lacking may still take any value its declaration allows."""
    numbers: dict[str, Any] = {}
    for source in leaf.inputs:
        numbers.update({name: Interval(*bounds) for name, bounds in source.domain(facts).items()})
    if not any(lack.whole for lack in reading.lacks):
        numbers.update(reading.numbers)
    score: Number = leaf_score(INTERVAL, leaf, numbers)
    later = _later_states(leaf, reading)
    if ScoreState.ZERO in later:
        score = hull([score, Fraction(0)])
    if ScoreState.POOL_MEAN in later:
        score = hull([score, Interval(leaf.floor, leaf.ceiling)])
    return LeafOutcome(leaf, ScoreState.OPEN, score, reading, naming, numbers, ScoreState.EXCLUDED in later)


def _later_states(leaf: Leaf, reading: Reading) -> set[ScoreState]:
    """What policies may yet make of an open leaf: of what is lacking beside the pending, and of what may turn out to
    be lacking once the pending arrives (a whole of 0, too few ballots).
    """
    found = set()
    for lack in reading.lacks:
        if lack.state is not FactState.PENDING and not lack.blocks:
            found.add(ScoreState.EXCLUDED if lack.excludes else policy_state(lack.state, leaf.policies))
    for source in leaf.inputs:
        if isinstance(source, NonZero) and source.name not in reading.numbers:
            found.add(ScoreState.EXCLUDED)
        if isinstance(source, Quorum | AnyMarks | RanksOf):  # what arrives may be empty
            found.add(policy_state(FactState.MISSING, leaf.policies))
    return found


def _policy_state(reading: Reading, policies: Policies) -> ScoreState:
    """The strictest of what is lacking decides: pending, missing, excused, then not applicable."""
    lacks = reading.lacks
    if any(lack.blocks for lack in lacks):
        return ScoreState.OPEN
    worst = next(state for state in _ORDER if any(lack.state is state for lack in lacks))
    if all(lack.excludes for lack in lacks if lack.state is worst) and worst is FactState.NOT_APPLICABLE:
        return ScoreState.EXCLUDED
    return policy_state(worst, policies)


def policy_state(state: FactState, policies: Policies) -> ScoreState:
    """What the policies make of a state; undeclared is open, never a guess."""
    declared = {
        FactState.MISSING: policies.missing,
        FactState.NOT_APPLICABLE: policies.not_applicable,
        FactState.EXCUSED: policies.excused,
    }.get(state)
    return {
        "zero": ScoreState.ZERO,
        "exclude": ScoreState.EXCLUDED,
        "pool-mean": ScoreState.POOL_MEAN,
    }.get(declared or "block", ScoreState.OPEN)


def waiting_for(lacks: tuple[Lack, ...]) -> tuple[Lack, ...]:
    """Each thing once, pending before missing."""
    seen: dict[tuple[str, FactState], Lack] = {}
    for lack in sorted(lacks, key=lambda k: (_ORDER.index(k.state), as_text(k.what).zh)):
        seen.setdefault((as_text(lack.what).zh, lack.state), lack)
    return tuple(seen.values())
