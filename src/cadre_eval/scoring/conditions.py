"""Conditions, each true, false or still open: the set of truths it may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial

from attrs import evolve, frozen

from cadre_eval.model.records import Count, FactState
from cadre_eval.numbers.decimals import decimal_text
from cadre_eval.numbers.exact import round_fraction
from cadre_eval.numbers.interval import INTERVAL, Interval, Number, Truth
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import (
    Combined,
    Comparison,
    Condition,
    FactCompare,
    FactWord,
    ScoreCompare,
    ShareCompare,
)
from cadre_eval.ruleset.plan import Group as GroupNode
from cadre_eval.scoring.ballots import Quorum, VotesOf, class_count, smallest_class
from cadre_eval.scoring.inputs import shown_number, used_fact
from cadre_eval.scoring.subject import Lack, Subject, Used

TRUE: Truth = frozenset([True])
FALSE: Truth = frozenset([False])
OPEN: Truth = frozenset([True, False])
NOWHERE: Truth = frozenset()
"""Neither true nor false: the fact does not apply, the criterion does not count. ``not`` does not make it true."""

_COMPARE: Mapping[Comparison, Callable[[Number, Number], Truth]] = {
    "below": INTERVAL.less,
    "at_most": INTERVAL.at_most,
    "above": lambda x, n: INTERVAL.less(n, x),
    "at_least": lambda x, n: INTERVAL.at_most(n, x),
    "equals": lambda x, n: INTERVAL.both(INTERVAL.at_most(x, n), INTERVAL.at_most(n, x)),
}


@frozen
class Finding:
    """The truths a condition may have, with the records it looked at and what it lacked."""

    truth: Truth
    used: tuple[Used, ...] = ()
    lacks: tuple[Lack, ...] = ()


@frozen(eq=False)
class Judge:
    """Judges conditions for one subject whose scores are known: ``score_of`` tells each by criterion id, and ``total``."""

    subject: Subject
    root: GroupNode
    score_of: Callable[[str], Number | None]
    ignore_missing: bool = False

    def ignoring(self, missing: bool) -> Judge:
        """The judge as a rule wants it, to which a missing fact says nothing (or leaves it open)."""
        return self if missing == self.ignore_missing else evolve(self, ignore_missing=missing)

    def judge(self, condition: Condition) -> Finding:
        if isinstance(condition, Combined):
            return self._combined(condition)
        if isinstance(condition, ScoreCompare):
            score = self.score_of(condition.criterion)
            truth = NOWHERE if score is None else _COMPARE[condition.sign](score, condition.number)
            name = self.subject.rules.name_of(condition.criterion)
            return Finding(truth, () if score is None else (Used(name, partial(shown_number, score)),))
        if isinstance(condition, ShareCompare):
            return self._share(condition)
        return self._fact(condition)

    def _fact(self, condition: FactCompare | FactWord) -> Finding:
        fact = self.subject.fact(condition.fact)
        title = self.subject.rules.fact_title(condition.fact)
        doc = self.subject.rules.facts[condition.fact]
        if fact.state in {FactState.NOT_APPLICABLE, FactState.EXCUSED}:
            return Finding(NOWHERE)
        if fact.state is not FactState.PRESENT:
            if fact.state is FactState.MISSING and self.ignore_missing:
                return Finding(NOWHERE)
            truth = OPEN
            if isinstance(condition, FactCompare):
                truth = _COMPARE[condition.sign](Interval(*fact_bounds(doc)), condition.number)
            return Finding(truth, (), (Lack(fact.state, title, fact.reason, fact.span),))
        used = (used_fact(title, fact, doc),)
        if isinstance(condition, FactWord):
            value = fact.value
            true = condition.word in value if isinstance(value, frozenset) else value == condition.word
            return Finding(frozenset([true]), used)
        number = fact.value if isinstance(fact.value, Fraction) else Fraction(0)
        return Finding(_COMPARE[condition.sign](number, condition.number), used)

    def _share(self, condition: ShareCompare) -> Finding:
        """Options / counted ballots, all classes and questions together, under the criterion's own policies."""
        leaf = self.root.by_id.get(condition.criterion)
        votes = [i for i in getattr(leaf, "inputs", ()) if isinstance(i, VotesOf)]
        records = [self.subject.survey(source.record) for source in votes]
        counts = [class_count(r, v.voter_class, v.question) for v, r in zip(votes, records, strict=True)]
        lacking = [v.lacking(self.subject, r, c) for v, r, c in zip(votes, records, counts, strict=True)]
        quorums = [i.read(self.subject).lacks for i in getattr(leaf, "inputs", ()) if isinstance(i, Quorum)]
        lacks = tuple(lack for found in (*lacking, *quorums) for lack in found)
        if lacks or not votes:
            only_missing = all(lack.state is FactState.MISSING for lack in lacks)
            return Finding(NOWHERE if (only_missing and self.ignore_missing) or not votes else OPEN, (), lacks)
        hits = counted = 0
        for source, count in zip(votes, counts, strict=True):
            given = {option: count.options.get(option, 0) for option in source.options}
            hits += sum(number for option, number in given.items() if option in condition.options)
            counted += source.counted(Count(given, count.abstain, count.invalid))
        if not counted:
            return Finding(OPEN, (), ())
        share = Fraction(hits, counted)
        hidden = any(smallest_class(records[0], v.question) < v.suppress_below for v in votes)
        used = Used(self.subject.rules.name_of(condition.criterion), "***" if hidden else partial(_percent, share))
        return Finding(_COMPARE[condition.sign](share, condition.number), (used,))

    def _combined(self, condition: Combined) -> Finding:
        found = [self.judge(part) for part in condition.parts]
        if condition.how == "not":
            return Finding(INTERVAL.negate(found[0].truth), found[0].used, found[0].lacks)
        applies = [finding for finding in found if finding.truth]
        truth = NOWHERE if not applies else TRUE if condition.how == "all" else FALSE
        if condition.how == "all" and len(applies) < len(found):  # all of them cannot hold where one does not apply
            return Finding(FALSE if any(f.truth == FALSE for f in applies) else NOWHERE)
        for finding in applies:
            truth = INTERVAL.both(truth, finding.truth) if condition.how == "all" else _either(truth, finding.truth)
        deciding = [f for f in found if condition.how == "all" or True in f.truth] or found
        used = tuple(u for f in deciding for u in f.used)
        lacks = tuple(k for f in found for k in f.lacks) if len(truth) > 1 else ()
        return Finding(truth, used, lacks)


def either(findings: Sequence[Finding]) -> Finding:
    """True if any is: what is looked into in several postings."""
    truth = FALSE
    for finding in findings:
        truth = _either(truth, finding.truth) if finding.truth else truth
    deciding = [f for f in findings if True in f.truth] or findings
    lacks = tuple(k for f in findings for k in f.lacks) if len(truth) > 1 else ()
    return Finding(truth, tuple(u for f in deciding for u in f.used), lacks)


def _either(a: Truth, b: Truth) -> Truth:
    return frozenset(x or y for x in a for y in b)


def _percent(share: Fraction) -> str:
    return f"{decimal_text(round_fraction(share * 100, 2, 'half-up'), 2)}%"
