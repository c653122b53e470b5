"""A case that failed, as a diff with the receipt of the first number that differs, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cadre_eval.cases.expectations import Mismatch
from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.errors import Lang, Text
from cadre_eval.errors.render import Paint, excerpt, plain, printable, problem_json, problem_text
from cadre_eval.numbers.decimals import number_text

_OFF_BY = Text("差", "off by")
_RECEIPT = Text("依据", "receipt")
_BESIDES = Text("没有预料到的", "not expected")


def failure_text(outcome: CaseOutcome, lang: Lang, paint: Paint = plain) -> str:
    """The case with everything that differs, and what is wrong with its input."""
    lines = [paint(printable(f"{outcome.span}: {outcome.title}"), "head"), *difference_lines(outcome, lang, paint)]
    lines += [problem_text(problem, lang, paint) for problem in outcome.problems]
    return "\n".join(lines)


def difference_lines(outcome: CaseOutcome, lang: Lang, paint: Paint = plain) -> Iterator[str]:
    """Each value that differs under the line that expects it: ``-`` what was expected, ``+`` what was got."""
    for mismatch in outcome.mismatches:
        yield from excerpt(mismatch.span)
        yield paint(printable(f"  - {mismatch.field}: {mismatch.expected}"), "expected")
        yield paint(printable(f"  + {mismatch.field}: {mismatch.actual}{_off_by(mismatch, lang)}"), "got")
        if mismatch.account is not None:
            yield paint(f"    {_RECEIPT.in_(lang)}:", "cure")
            yield from (f"    {printable(line)}" for line in mismatch.account.lines(lang, 1))
        if mismatch.problems:
            yield paint(f"    {_BESIDES.in_(lang)}:", "cure")
            for problem in mismatch.problems:
                yield from (f"    {line}" for line in problem_text(problem, lang, paint).splitlines())


def _off_by(mismatch: Mismatch, lang: Lang) -> str:
    difference = difference_of(mismatch)
    return "" if difference is None else f"  ({_OFF_BY.in_(lang)} {difference})"


def difference_of(mismatch: Mismatch) -> str | None:
    """What was got less what was expected, exactly and with its sign; None of what is no number."""
    difference = mismatch.difference
    return None if difference is None else f"{'+' if difference > 0 else ''}{number_text(difference)}"


def headline(outcome: CaseOutcome, lang: Lang) -> str:
    """In one line, what was expected and what was got, or what is wrong."""
    for mismatch in outcome.mismatches:
        field, expected, actual = mismatch.field, mismatch.expected, mismatch.actual
        return Text(
            f"{field}：应为 {expected}，实得 {actual}", f"{field}: expected {expected}, got {actual}"
        ).in_(lang)  # fmt: skip
    return next((f"{problem.code}: {problem.message(lang)}" for problem in outcome.problems), "")


def failure_json(outcome: CaseOutcome, lang: Lang) -> dict[str, Any]:
    """The same for programs."""
    return {
        "file": outcome.file,
        "line": outcome.span.line,
        "case": outcome.title,
        "mismatches": [_mismatch_json(mismatch, lang) for mismatch in outcome.mismatches],
        "problems": [problem_json(problem, lang) for problem in outcome.problems],
    }


def _mismatch_json(mismatch: Mismatch, lang: Lang) -> dict[str, Any]:
    account = mismatch.account
    return {
        "field": mismatch.field,
        "expected": mismatch.expected,
        "actual": mismatch.actual,
        "difference": difference_of(mismatch),
        "line": mismatch.span.line,
        "receipt": None if account is None else list(account.lines(lang)),
        "unexpected": [problem_json(problem, lang) for problem in mismatch.problems],
    }
