"""Inputs of formulas: each knows the bounds of its numbers, and reads them for one cadre."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import partial

from attrs import frozen

from cadre_eval.errors import Text, as_text
from cadre_eval.model.records import Fact, FactState, Sample
from cadre_eval.numbers.decimals import decimal_text, number_text
from cadre_eval.numbers.interval import Number
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.kind import Bounds, fact_bounds
from cadre_eval.scoring.subject import Lack, Reading, Subject, Used

ZERO, ONE = Fraction(0), Fraction(1)
UNSIGNED: Bounds = (ZERO, None)
NUMERIC = ("count", "number", "rate")
"""Types of fact; ``takes`` of an input says which it can read."""


def shown_fact(fact: Fact, doc: FactDoc | None) -> str | Text:
    """The value with its unit, as people would say it."""
    value, unit = fact.value, (doc.unit or "") if doc else ""
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, Fraction):
        return _rate_text(value) if doc is not None and doc.type == "rate" else number_text(value) + unit
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or "—"
    if isinstance(value, Sample):
        return f"{value.passed}/{value.checked}"
    return str(value)


def _rate_text(rate: Fraction) -> str:
    """As a percentage; one that does not come to an end is given to two places, with the quotient it is."""
    percent = number_text(rate * 100)
    if "/" not in percent:
        return f"{percent}%"
    return f"≈{decimal_text(Fraction(round(rate * 10_000), 100), 2)}%（{number_text(rate)}）"


def _lacking(subject: Subject, name: str, fact: Fact) -> Reading:
    lack = Lack(fact.state, subject.rules.fact_title(name), fact.reason, fact.span)
    return Reading(lacks=(lack,))


def _used(subject: Subject, name: str, fact: Fact) -> tuple[Used, ...]:
    return (used_fact(subject.rules.fact_title(name), fact, subject.rules.facts.get(name)),)


def used_fact(title: str, fact: Fact, doc: FactDoc | None) -> Used:
    """A fact that was used, under its title."""
    return Used(title, partial(told_fact, fact, doc), fact.span, fact.evidence)


def told_fact(fact: Fact, doc: FactDoc | None) -> str | Text:
    """The value with its unit, and what was counted if it follows from other records."""
    return _detailed(shown_fact(fact, doc), fact.detail)


def _detailed(shown: str | Text, detail: Text | None) -> str | Text:
    """A value with how it came about, if there is something to say."""
    plain = as_text(shown)
    return shown if detail is None else Text(f"{plain.zh}（{detail.zh}）", f"{plain.en} ({detail.en})")


@frozen
class NumberOf:
    """The number of a count, number, rate or flag (yes is 1) fact, under ``name``."""

    name: str
    fact: str
    takes = ("count", "number", "rate", "flag")
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: fact_bounds(facts.get(self.fact))}

    def read(self, subject: Subject) -> Reading:
        fact = subject.fact(self.fact)
        if fact.state is not FactState.PRESENT or not isinstance(fact.value, Fraction | bool):
            return _lacking(subject, self.fact, fact)
        number = Fraction(fact.value) if isinstance(fact.value, bool) else fact.value
        return Reading({self.name: number}, used=_used(subject, self.fact, fact))


@frozen
class ValueOf:
    """A fact as it is recorded, under ``name``: a Fraction, a bool, a word, a set of words, a Sample. For plain
    functions; other formulas take numbers.
    """

    name: str
    fact: str
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: fact_bounds(facts.get(self.fact))}

    def read(self, subject: Subject) -> Reading:
        fact = subject.fact(self.fact)
        if fact.state is not FactState.PRESENT:
            return _lacking(subject, self.fact, fact)
        return Reading({self.name: fact.value}, used=_used(subject, self.fact, fact))


@frozen
class NonZero(NumberOf):
    """A count that takes the criterion out when it is 0: nothing to measure it by."""

    may_exclude = True

    def read(self, subject: Subject) -> Reading:
        reading = NumberOf.read(self, subject)
        if reading.numbers.get(self.name) == 0:
            lack = Lack(FactState.NOT_APPLICABLE, subject.rules.fact_title(self.fact), "= 0", excludes=True)
            return Reading(lacks=(lack,), used=reading.used)
        return reading


@frozen
class TargetOf:
    """The target agreed in the posting (定标) for a fact, under ``name``."""

    name: str
    fact: str
    takes = NUMERIC
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: UNSIGNED}

    def read(self, subject: Subject) -> Reading:
        """A fact that does not apply, or is excused, needs no target."""
        target = subject.posting.target(self.fact, subject.period.key)
        title = subject.rules.fact_title(self.fact)
        what = Text(f"{title}·定标", f"{title}: target agreed")
        span = subject.posting.targets_span or subject.posting.span
        if target is not None:
            return Reading({self.name: target}, used=(Used(what, number_text(target), span),))
        if subject.fact(self.fact).state in {FactState.NOT_APPLICABLE, FactState.EXCUSED}:
            return Reading()
        return Reading(lacks=(Lack(FactState.MISSING, what, None, span),))


@frozen
class ServiceShare:
    """The share of the period's days the posting lasted, under ``name``."""

    name: str
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: (ZERO, ONE)}

    def read(self, subject: Subject) -> Reading:
        days = subject.period.days
        shared = subject.posting.days.overlap(days)
        served = shared.length if shared is not None else 0
        used = Used(Text("在岗天数", "days served"), f"{served}/{days.length}", subject.posting.span)
        return Reading({self.name: Fraction(served, days.length)}, used=(used,))


@frozen
class WordOf:
    """The index in ``words`` of the word a choice fact has, under ``name``."""

    name: str
    fact: str
    words: tuple[str, ...]
    takes = ("choice",)
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: (ZERO, Fraction(len(self.words) - 1))}

    def read(self, subject: Subject) -> Reading:
        fact = subject.fact(self.fact)
        if fact.state is not FactState.PRESENT or fact.value not in self.words:
            return _lacking(subject, self.fact, fact)
        index = self.words.index(str(fact.value))
        return Reading({self.name: Fraction(index)}, used=_used(subject, self.fact, fact))


@frozen
class WordsOf:
    """1 or 0 for each of ``words``, under the word: whether a choices fact has it."""

    fact: str
    words: tuple[str, ...]
    takes = ("choices",)
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return dict.fromkeys(self.words, (ZERO, ONE))

    def read(self, subject: Subject) -> Reading:
        fact = subject.fact(self.fact)
        if fact.state is not FactState.PRESENT or not isinstance(fact.value, frozenset):
            return _lacking(subject, self.fact, fact)
        chosen = fact.value
        numbers = {word: ONE if word in chosen else ZERO for word in self.words}
        return Reading(numbers, used=_used(subject, self.fact, fact))


@frozen
class SampleOf:
    """``checked`` and ``passed`` of a sample fact; fewer than ``minimum`` checked blocks."""

    fact: str
    minimum: int = 1
    takes = ("sample",)
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {"checked": (ONE, None), "passed": UNSIGNED}

    def read(self, subject: Subject) -> Reading:
        fact = subject.fact(self.fact)
        if fact.state is not FactState.PRESENT or not isinstance(fact.value, Sample):
            return _lacking(subject, self.fact, fact)
        sample = fact.value
        if sample.checked < self.minimum:
            what = subject.rules.fact_title(self.fact)
            reason = f"{sample.checked} < {self.minimum}"
            return Reading(lacks=(Lack(FactState.PENDING, what, reason, fact.span, blocks=True),))
        numbers = {"checked": Fraction(sample.checked), "passed": Fraction(sample.passed)}
        return Reading(numbers, used=_used(subject, self.fact, fact))


@frozen
class ExternalOf:
    """A score issued elsewhere, under ``name``; on 0..``scale``."""

    name: str
    record: str
    scale: Fraction
    pooled = False
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: (ZERO, self.scale)}

    def read(self, subject: Subject) -> Reading:
        found = subject.external(self.record)
        what = found.issuer or subject.rules.name_of(self.record)
        if found.state is not FactState.PRESENT or found.score is None:
            return Reading(lacks=(Lack(found.state, what, found.reason, found.span),))
        used = Used(what, _detailed(number_text(found.score), found.detail), found.span, found.evidence)
        return Reading({self.name: found.score}, used=(used,))


@frozen
class PoolBest:
    """The best value of a fact in the pool, under ``name``."""

    name: str
    fact: str
    takes = NUMERIC
    pooled = True
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: fact_bounds(facts.get(self.fact))}

    def read(self, subject: Subject) -> Reading:
        if subject.pool is None:
            return Reading()
        best, lacks = subject.pool.best(self.fact, higher=True)
        title = subject.rules.fact_title(self.fact)
        what = Text(f"{title}·最好", f"{title}: best")
        return Reading({self.name: best}, lacks, (Used(what, shown_number(best)),))


@frozen
class PoolRank:
    """The rank of the cadre's fact in the pool (1 is best; equal values share a rank), under ``name``."""

    name: str
    fact: str
    higher: bool
    takes = NUMERIC
    pooled = True
    may_exclude = False

    def domain(self, facts: Mapping[str, FactDoc]) -> Mapping[str, Bounds]:
        return {self.name: (ONE, None)}

    def read(self, subject: Subject) -> Reading:
        if subject.pool is None:
            return Reading()
        fact = subject.fact(self.fact)
        if fact.state is not FactState.PRESENT:
            return _lacking(subject, self.fact, fact)
        rank, lacks = subject.pool.rank(subject, self.fact, self.higher)
        title = subject.rules.fact_title(self.fact)
        what = Text(f"{title}·名次", f"{title}: rank")
        used = (*_used(subject, self.fact, fact), Used(what, shown_number(rank)))
        return Reading({self.name: rank}, lacks, used)


def shown_number(x: object) -> str:
    """A number or interval as a receipt shows it."""
    if isinstance(x, Fraction):
        return shown_fraction(x)
    low, high = getattr(x, "low", None), getattr(x, "high", None)
    ends = ["…" if end is None else shown_fraction(end) for end in (low, high)]
    return f"[{ends[0]}, {ends[1]}]"


def shown_fraction(x: Fraction) -> str:
    """Exact where a short decimal exists, else the quotient."""
    return number_text(x)


def merged(readings: Iterable[Reading]) -> Reading:
    """Several readings as one."""
    found = tuple(readings)
    if len(found) == 1:
        return found[0]
    numbers: dict[str, Number] = {}
    lacks: list[Lack] = []
    used: list[Used] = []
    for reading in found:
        numbers.update(reading.numbers)
        lacks.extend(reading.lacks)
        used.extend(reading.used)
    return Reading(numbers, tuple(lacks), tuple(used))
