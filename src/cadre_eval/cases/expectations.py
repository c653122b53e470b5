"""Compares a result with what a case expects, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from attrs import frozen

from cadre_eval.cases.documents import CaseDoc, ExpectDoc
from cadre_eval.errors import Problem, Problems, Span, Text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.exact import round_fraction
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.reading.scalars import NoLimit
from cadre_eval.ruleset.plan import CompiledRuleset, nodes
from cadre_eval.scoring.explain import Account, exact_text, explain_result
from cadre_eval.scoring.result import Result

Sort: TypeAlias = Literal["criterion", "adjustment", "total", ""]


@frozen(eq=False)
class Mismatch:
    """A value that is not what the case expects; ``field`` is such as ``total`` or ``criteria.duty``.

    Attributes:
        cadre: whose result it is; "" if nobody's.
        of: what sort of account tells more of it, and ``name`` whose.
        difference: what was got less what was expected, of numbers.
        account: why the number is what it is.
        problems: what was found wrong that was not expected.
    """

    field: str
    expected: str
    actual: str
    span: Span
    cadre: str = ""
    of: Sort = ""
    name: str = ""
    difference: Fraction | None = None
    account: Account | None = None
    problems: tuple[Problem, ...] = ()


def shown(value: Any) -> str:
    """A value as a case would write it."""
    if value is None:
        return "none"
    if isinstance(value, Fraction):
        text = exact_text(value)
        return f"{text}（{number_text(value)}）" if text.startswith("≈") and not text.endswith("）") else text
    if isinstance(value, Interval):
        ends = ["none" if e is None else number_text(e) for e in (value.low, value.high)]
        return f"[{', '.join(ends)}]"
    if isinstance(value, tuple | list | frozenset | set):
        return f"[{', '.join(str(v) for v in value)}]"
    return str(value)


@frozen(eq=False)
class _Comparison:
    """One cadre's result beside what is expected of it."""

    expect: ExpectDoc
    result: Result
    rules: CompiledRuleset
    problems: Problems
    prefix: str = ""

    def all(self) -> Iterator[Mismatch]:
        yield from self.total_and_grade()
        yield from self.scores()
        yield from self.states()
        yield from self.gates_and_notes()
        yield from self.explanations()

    def mismatch(self, field: str, expected: Any, actual: Any, span: Span, of: Sort = "", name: str = "") -> Mismatch:
        numbers = isinstance(expected, Fraction) and isinstance(actual, Fraction)
        return Mismatch(
            self.prefix + field, shown(expected), shown(actual), span, self.result.cadre.id, of, name,
            actual - expected if numbers else None,
        )  # fmt: skip

    def total_and_grade(self) -> Iterator[Mismatch]:
        expect, result, at = self.expect, self.result, self.expect.at
        if expect.total is not None and expect.total != result.total:
            yield self.mismatch("total", expect.total, result.total, at.value("total"), "total")
        if expect.interval is not None:
            ends = [None if isinstance(e, NoLimit) else e for e in expect.interval]
            wanted = Interval(*ends) if len(ends) == 2 else None
            if wanted != result.interval:
                yield self.mismatch("interval", wanted, result.interval, at.key("interval"), "total")
        words: dict[str, tuple[Any, Any]] = {
            "grade": (expect.grade, result.grade or "none"),
            "grades_possible": (expect.grades_possible, result.grades_possible),
            "state": (expect.state, result.state),
            "rank": (expect.rank, "none" if result.rank is None else result.rank),
        }
        for field, (wanted_word, actual) in words.items():
            wanted_word = "none" if isinstance(wanted_word, NoLimit) else wanted_word
            if wanted_word is not None and wanted_word != actual:
                yield self.mismatch(field, wanted_word, actual, at.value(field), "total")

    def scores(self) -> Iterator[Mismatch]:
        for name, wanted in self.expect.criteria.items():
            span = self.expect.at.entry("criteria", name)
            if name != "total" and not self.is_criterion(name, span):
                continue
            actual = self.result.score_of(name)
            if not _same_score(wanted, actual):
                yield self.mismatch(f"criteria.{name}", wanted, actual, span, "criterion", name)
        points = {g.group.id: g.points for g in self.result.main.adjustments} if self.result.main else {}
        groups = {g.id for plan in self.rules.periods.values() for g in plan.adjustments.groups}
        for name, wanted in self.expect.adjustments.items():
            span = self.expect.at.entry("adjustments", name)
            if not self.problems.known(name, groups, span, Text("加减分", "adjustment group")):
                continue
            if points.get(name) != wanted:
                yield self.mismatch(f"adjustments.{name}", wanted, points.get(name), span, "adjustment", name)

    def states(self) -> Iterator[Mismatch]:
        for name, wanted in self.expect.states.items():
            span = self.expect.at.entry("states", name)
            if not self.is_criterion(name, span):
                continue
            node = self.result.main.tree.find(name) if self.result.main else None
            actual = "none" if node is None else node.state.value
            if actual != wanted:
                yield self.mismatch(f"states.{name}", wanted, actual, span, "criterion", name)

    def gates_and_notes(self) -> Iterator[Mismatch]:
        expect, result = self.expect, self.result
        if expect.gates is not None:
            actual = sorted({outcome.gate.id for outcome in result.gates if outcome.certain})
            if sorted(expect.gates) != actual:
                yield self.mismatch("gates", sorted(expect.gates), actual, expect.at.key("gates"), "total")
        texts = [note.text(lang) for note in result.notes for lang in ("zh", "en")]
        for wanted in expect.notes:
            if not any(wanted in text for text in texts):
                said = " | ".join(note.text("zh") for note in result.notes) or "—"
                yield self.mismatch("notes", wanted, said, expect.at.key("notes"))

    def explanations(self) -> Iterator[Mismatch]:
        """Each text must stand in the account, in Chinese or in English; the line most like it is what was got."""
        asked = self.expect.explanations
        for name, texts in asked.items() if isinstance(asked, dict) else [("", asked)]:
            if name and not self.is_criterion(name, self.expect.at.entry("explanations", name)):
                continue
            account = self.account(name) if texts else None  # an account costs more than the result
            told = ["\n".join(account.lines(lang)) for lang in ("zh", "en")] if account else []
            for text in texts:
                if not any(text in one for one in told):
                    lines = [line.strip() for one in told for line in one.splitlines()]
                    nearest = get_close_matches(text, lines, n=1, cutoff=0)
                    field = f"explanations.{name}" if name else "explanations"
                    of: Sort = "criterion" if name else "total"
                    yield self.mismatch(field, text, nearest[0] if nearest else "—", text.span, of, name)

    def account(self, criterion: str) -> Account | None:
        """The account of the cadre, or of a criterion; None if the cadre is not assessed by it."""
        if not criterion:
            return explain_result(self.result)
        found = self.result.main.tree.find(criterion) if self.result.main else None
        return None if found is None else explain_result(self.result, criterion)

    def is_criterion(self, name: str, span: Span) -> bool:
        ids = {node.id for plan in self.rules.periods.values() for node in nodes(plan.root)}
        return self.problems.known(name, ids, span, Text("指标", "criterion"))


def compare(
    expect: ExpectDoc, result: Result, rules: CompiledRuleset, prefix: str, problems: Problems
) -> Iterator[Mismatch]:
    """Everything the expectation names and the result does not have; ``prefix`` is put before the fields."""
    return _Comparison(expect, result, rules, problems, prefix).all()


def _same_score(wanted: Fraction, actual: Number | None) -> bool:
    """Equal exactly, or as the two decimals people see."""
    return isinstance(actual, Fraction) and wanted in {actual, round_fraction(actual, 2, "half-up")}


def compare_places(doc: CaseDoc, rules: CompiledRuleset, problems: Problems) -> Iterator[Mismatch]:
    """The places a quota gives to pools of given sizes."""
    if doc.places is None:
        return
    quotas = {quota.id: quota for plan in rules.periods.values() for quota in plan.quotas}
    where = doc.places.at.value("quota")
    if not problems.known(doc.places.quota, quotas, where, Text("名额规则", "quota")):
        return
    quota = quotas[doc.places.quota]
    for pool, expected in (doc.expect_places or {}).items():
        if pool not in doc.places.bases:
            problems.add("CE203", doc.places.at.key("bases"), key=pool)
            continue
        actual = quota.places(doc.places.bases[pool])
        if actual != expected:
            span = doc.at.entry("expect_places", pool)
            difference = Fraction(actual - expected)
            yield Mismatch(f"places.{pool}", str(expected), str(actual), span, difference=difference)
