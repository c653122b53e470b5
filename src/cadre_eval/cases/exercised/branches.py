"""What cases are to show of each built-in kind of criterion, in one table: every branch of its parameters.

A kind that is not in the table is a plugin's. Nothing is known of its branches, so its cases must show two different
scores; of a survey or a review also what all of them declare (see ``branches_polls``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import compress
from typing import TypeAlias

from cadre_eval.cases.exercised.branch import Asked, Branch, met, scored
from cadre_eval.cases.exercised.branches_polls import poll, review
from cadre_eval.cases.exercised.seen import LeafSeen
from cadre_eval.model.records import Sample
from cadre_eval.numbers.decimals import range_text
from cadre_eval.numbers.ranges import Range
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.scoring.inputs import NumberOf, WordsOf
from cadre_eval.scoring.kinds.amounts import aim

Holds: TypeAlias = Callable[[Mapping[str, Fraction]], bool]


def _equals(name: str, number: int) -> Holds:
    return lambda x: x[name] == number


def _differs(name: str, number: int) -> Holds:
    return lambda x: x[name] != number


def _in_band(band: Range) -> Holds:
    return lambda x: x["value"] in band


def _target(asked: Asked) -> Iterator[Branch]:
    where, when = asked.value("target"), asked.when("target")

    def reached(seen: LeafSeen) -> bool:
        return bool(seen.x["actual"] >= aim(seen.outcome.leaf.params, seen.x))

    yield met(where, f"{when}达到目标", f"{when}target reached", lambda s: s.scored and reached(s))
    yield met(where, f"{when}未达到目标", f"{when}target not reached", lambda s: s.scored and not reached(s))
    if asked.params.prorate:
        where = asked.value("prorate")
        yield scored(where, "不在岗满全期，目标已折算", "target shrunk by the days served", lambda x: x["share"] < 1)


def _ratio(asked: Asked) -> Iterator[Branch]:
    where, full_at = asked.value("full_at", "fact", "part"), asked.params.full_at

    def rate(x: Mapping[str, Fraction]) -> Fraction | None:
        """None where the whole is 0."""
        if "rate" in x:
            return x["rate"]
        return x["part"] / x["whole"] if x["whole"] else None

    def full(x: Mapping[str, Fraction]) -> bool | None:
        found = rate(x)
        return None if found is None else found >= full_at

    yield scored(where, "达到满分的比率", "rate high enough for all points", lambda x: full(x) is True)
    yield scored(where, "未达到满分的比率", "rate too low for all points", lambda x: full(x) is False)
    if asked.params.when_whole_is_zero is not None:
        yield met(asked.value("when_whole_is_zero"), "分母为0", "the whole is 0", _whole_is_zero)


def _whole_is_zero(seen: LeafSeen) -> bool:
    excluded = any(lack.excludes for lack in seen.outcome.reading.lacks) and seen.outcome.score is None
    return excluded or (seen.scored and seen.x.get("whole") == 0)


def _bands(asked: Asked) -> Iterator[Branch]:
    p, doc = asked.params, asked.rules.facts.get(asked.params.fact)
    possible = Range(*fact_bounds(doc))
    rate = doc is not None and doc.type == "rate"
    for written, band in zip(p.at.node.values["bands"].keys, p.bands, strict=True):
        if not band.meet(possible).is_empty:
            shown = range_text(band, rate)
            where = p.at.entry("bands", written)
            yield scored(where, f"落在 {shown} 档", f"in the band {shown}", _in_band(band))


def _sampled(asked: Asked) -> Iterator[Branch]:
    where, p = asked.value("each_failed", "fact"), asked.params
    yield scored(where, "抽查全部合格", "all checked passed", lambda x: x["passed"] >= x["checked"])
    yield scored(where, "抽查有不合格", "some checked failed", lambda x: x["passed"] < x["checked"])
    if p.minimum > 1 and p.at.has("minimum"):

        def too_few(seen: LeafSeen) -> bool:
            fact = seen.subject.fact(seen.outcome.leaf.params.fact)
            return isinstance(fact.value, Sample) and fact.value.checked < p.minimum and not seen.scored

        yield met(asked.value("minimum"), "抽查数不足", "too few checked", too_few)


def _per_occurrence(asked: Asked) -> Iterator[Branch]:
    p = asked.params
    facts = [source.name for source in asked.leaf.inputs if isinstance(source, NumberOf)]
    for name in facts:
        where = p.at.entry("each", name) if isinstance(p.each, dict) else p.at.value("each")
        title = asked.rules.fact_title(name) if len(facts) > 1 else ""
        zh, en = (f"{title}：", f"{title}: ") if title else ("", "")
        yield scored(where, f"{zh}没有发生", f"{en}none occurred", _equals(name, 0))
        yield scored(where, f"{zh}有发生", f"{en}some occurred", _differs(name, 0))


def _all_or_nothing(asked: Asked) -> Iterator[Branch]:
    p = asked.params
    limits = list(compress(("at_least", "at_most"), (p.at_least is not None, p.at_most is not None)))
    words = [word for source in asked.leaf.inputs if isinstance(source, WordsOf) for word in source.words]

    def there(x: Mapping[str, Fraction]) -> bool:
        """Of an enumeration or a flag: whether all of it is there."""
        return all(x[word] == 1 for word in words) if words else x["value"] == 1

    def within(x: Mapping[str, Fraction]) -> bool:
        return (p.at_least is None or x["value"] >= p.at_least) and (p.at_most is None or x["value"] <= p.at_most)

    good = within if limits else there
    where, when = asked.value(*limits, "options", "fact"), asked.when(*limits)
    yield scored(where, f"{when}齐备，得分", f"{when}all in place", good)
    if not limits:
        yield scored(where, "不齐备，不得分", "not all in place", lambda x: not there(x))
    if p.at_least is not None:
        where, when = asked.value("at_least"), asked.when("at_least")
        yield scored(where, f"{when}少于下限", f"{when}below the least", lambda x: x["value"] < p.at_least)
    if p.at_most is not None:
        where, when = asked.value("at_most"), asked.when("at_most")
        yield scored(where, f"{when}多于上限", f"{when}above the most", lambda x: x["value"] > p.at_most)


def _checklist(asked: Asked) -> Iterator[Branch]:
    p = asked.params
    for word in p.items:
        where = p.at.entry("items", word) if p.at.has("items") else p.at.value("fact")
        yield scored(where, f"有“{word}”", f"'{word}' in place", _equals(word, 1))
        yield scored(where, f"缺“{word}”", f"'{word}' lacking", _equals(word, 0))


def _options(asked: Asked) -> Iterator[Branch]:
    p = asked.params
    for word in p.options:
        where = p.at.entry("options", word)
        yield scored(where, f"选了“{word}”", f"'{word}' chosen", _equals(word, 1))
    if len(p.options) > 1:
        where = asked.value("counting")
        yield scored(where, "同时选了几项", "several chosen at once", lambda x: sum(x[w] for w in p.options) > 1)


def _graded(asked: Asked) -> Iterator[Branch]:
    p = asked.params
    for index, word in enumerate(p.levels):
        where = p.at.entry("levels", word)
        yield scored(where, f"评为“{word}”", f"graded '{word}'", _equals("index", index))


def _rank(asked: Asked) -> Iterator[Branch]:
    where = asked.value("each_lower")

    def mean(x: Mapping[str, Fraction]) -> Fraction:
        return x["sum"] / x.get("n", Fraction(1))

    yield scored(where, "名列第一", "first", lambda x: mean(x) == 1)
    yield scored(where, "名次靠后", "lower than first", lambda x: mean(x) > 1)


def _best_of_pool(asked: Asked) -> Iterator[Branch]:
    where = asked.value("fact")
    yield scored(where, "本人最好", "the best of the pool", lambda x: x["own"] == x["best"] != 0)
    yield scored(where, "不及最好", "less than the best", lambda x: x["own"] < x["best"])
    zero = asked.value("when_best_is_zero")
    yield scored(zero, "最好值为0", "the best is 0", lambda x: x["best"] == 0)


def _none(asked: Asked) -> Iterator[Branch]:
    """Scores that somebody else gave have no branches here."""
    return iter(())


BRANCHES: Mapping[str, Callable[[Asked], Iterator[Branch]]] = {
    "all-or-nothing": _all_or_nothing,
    "bands": _bands,
    "best-of-pool": _best_of_pool,
    "checklist": _checklist,
    "external": _none,
    "given": _none,
    "graded": _graded,
    "options": _options,
    "per-occurrence": _per_occurrence,
    "rank": _rank,
    "ratio": _ratio,
    "review": review,
    "sampled": _sampled,
    "survey": poll,
    "target": _target,
}


def known_kind(name: str) -> bool:
    """Whether the branches of the kind are known."""
    return name in BRANCHES


def branches(asked: Asked) -> Iterator[Branch]:
    """The branches of a leaf; of a plugin's survey or review those that all of them have."""
    yield from BRANCHES.get(asked.leaf.kind.name, poll)(asked)
