"""Compares a result with what a case expects, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from attrs import frozen

from cadre_eval.cases.documents import CaseDoc, ExpectDoc
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.exact import round_fraction
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.reading.scalars import NoLimit
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.explain import exact_text
from cadre_eval.scoring.result import Result


@frozen(eq=False)
class Mismatch:
    """A value that is not what the case expects; ``field`` is such as ``total`` or ``criteria.duty``."""

    field: str
    expected: str
    actual: str
    span: Span
    because: str = ""


def shown(value: Any) -> str:
    """A value as a case would write it."""
    if value is None:
        return "none"
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, Interval):
        ends = ["none" if e is None else number_text(e) for e in (value.low, value.high)]
        return f"[{', '.join(ends)}]"
    if isinstance(value, tuple | list | frozenset | set):
        return f"[{', '.join(str(v) for v in value)}]"
    return str(value)


def compare(expect: ExpectDoc, result: Result, rules: CompiledRuleset, cadre: str) -> Iterator[Mismatch]:
    """Everything the expectation names and the result does not have."""
    prefix = f"{cadre}." if cadre else ""

    def differs(field: str, expected: Any, actual: Any, span: Span) -> Iterator[Mismatch]:
        if expected != actual:
            yield Mismatch(prefix + field, shown(expected), shown(actual), span)

    at = expect.at
    if expect.total is not None:
        yield from differs("total", expect.total, result.total, at.value("total"))
    if expect.interval is not None:
        ends = [None if isinstance(e, NoLimit) else e for e in expect.interval]
        wanted = Interval(*ends) if len(ends) == 2 else None
        yield from differs("interval", wanted, result.interval, at.key("interval"))
    if expect.grade is not None:
        actual = result.grade or "none"
        if actual != expect.grade:
            why = "；".join(note.text("zh") for note in result.notes)
            yield Mismatch(f"{prefix}grade", expect.grade, actual, at.value("grade"), why)
    if expect.grades_possible is not None:
        yield from differs(
            "grades_possible", expect.grades_possible, result.grades_possible, at.key("grades_possible")
        )
    if expect.state is not None:
        yield from differs("state", expect.state, result.state, at.value("state"))
    if expect.rank is not None:
        wanted_rank = None if isinstance(expect.rank, NoLimit) else expect.rank
        yield from differs("rank", wanted_rank, result.rank, at.value("rank"))
    yield from _scores(expect, result, prefix)
    yield from _gates_and_notes(expect, result, prefix)


def _scores(expect: ExpectDoc, result: Result, prefix: str) -> Iterator[Mismatch]:
    for name, wanted in expect.criteria.items():
        actual = result.score_of(name)
        if not _same_score(wanted, actual):
            span = expect.at.entry("criteria", name)
            yield Mismatch(f"{prefix}criteria.{name}", shown(wanted), shown(actual), span)
    points = {g.group.id: g.points for g in result.main.adjustments} if result.main else {}
    for name, wanted in expect.adjustments.items():
        if points.get(name) != wanted:
            span = expect.at.entry("adjustments", name)
            yield Mismatch(f"{prefix}adjustments.{name}", shown(wanted), shown(points.get(name)), span)


def _same_score(wanted: Fraction, actual: Number | None) -> bool:
    """Equal exactly, or as the two decimals people see."""
    return isinstance(actual, Fraction) and wanted in {actual, round_fraction(actual, 2, "half-up")}


def _gates_and_notes(expect: ExpectDoc, result: Result, prefix: str) -> Iterator[Mismatch]:
    if expect.gates is not None:
        actual = sorted({outcome.gate.id for outcome in result.gates if outcome.certain})
        if sorted(expect.gates) != actual:
            yield Mismatch(f"{prefix}gates", shown(sorted(expect.gates)), shown(actual), expect.at.key("gates"))
    texts = [note.text(lang) for note in result.notes for lang in ("zh", "en")]
    for wanted in expect.notes:
        if not any(wanted in text for text in texts):
            said = " | ".join(note.text("zh") for note in result.notes) or "—"
            yield Mismatch(f"{prefix}notes", wanted, said, expect.at.key("notes"))


def compare_places(doc: CaseDoc, rules: CompiledRuleset, problems: Problems) -> Iterator[Mismatch]:
    """The places a quota gives to pools of given sizes."""
    if doc.places is None:
        return
    quotas = {quota.id: quota for plan in rules.periods.values() for quota in plan.quotas}
    where = doc.places.at.value("quota")
    if not _known(doc.places.quota, quotas, where, problems):
        return
    quota = quotas[doc.places.quota]
    for pool, expected in (doc.expect_places or {}).items():
        if pool not in doc.places.bases:
            problems.add("CE203", doc.places.at.key("bases"), key=pool)
            continue
        actual = quota.places(doc.places.bases[pool])
        if actual != expected:
            yield Mismatch(f"places.{pool}", str(expected), str(actual), doc.at.entry("expect_places", pool))


def _known(name: str, known: Iterable[str], span: Span, problems: Problems) -> bool:
    options = list(known)
    if name not in options:
        what = Text("名额规则", "quota")
        problems.add("CE421", span, fix=closest(name, options), name=name, what=what, allowed=listed(options) or "—")
    return name in options
