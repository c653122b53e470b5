"""Mutations as people read them, beside the very token of the ruleset, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from cadre_eval.cases.changed.mutation_run import Mutant, MutationReport
from cadre_eval.errors import Lang, Text
from cadre_eval.errors.render import excerpt, printable
from cadre_eval.numbers.decimals import decimal_text, number_text
from cadre_eval.numbers.exact import round_fraction


def mutation_lines(report: MutationReport, lang: Lang = "zh") -> list[str]:
    """The count, then every change that no case noticed: the line, a caret under the token, what it was changed to."""
    lines = [f"{report.ruleset}  {summary_text(report, lang)}"]
    for _, found in groupby(report.survivors, key=lambda m: (m.mutation.span.sort_key, m.mutation.path)):
        lines += ["", *_token_lines(tuple(found), lang)]
    return lines


def _token_lines(survivors: Sequence[Mutant], lang: Lang) -> Iterator[str]:
    """All that was tried of one token and not noticed."""
    first = survivors[0].mutation
    yield printable(f"{first.span}: {first.path}")
    yield from excerpt(first.span)
    for mutant in survivors:
        mutation = mutant.mutation
        yield printable(f"  = {mutation.what.in_(lang)}: {mutation.before} → {mutation.after}")


def summary_text(report: MutationReport, lang: Lang = "zh") -> str:
    """How many changes were tried and noticed; the percentage is cut, so that 100 % means all."""
    killed, survived, refused = (report.count(outcome) for outcome in ("killed", "survived", "refused"))
    tried, percent = killed + survived, decimal_text(round_fraction(report.score * 100, 1, "down"), 1)
    return Text(
        f"试改 {tried} 处，察觉 {killed}（{percent}%），未察觉 {survived}；另有 {refused} 处加载时就被拒绝",
        f"{tried} changes tried, {killed} noticed ({percent}%), {survived} not; {refused} more were refused at load",
    ).in_(lang)


def mutation_json(report: MutationReport, lang: Lang = "zh") -> dict[str, Any]:
    """The same for programs, with every change that was tried: ``score`` is exact, as text."""
    return {
        "ruleset": report.ruleset,
        "cases": report.cases,
        "killed": report.count("killed"),
        "survived": report.count("survived"),
        "refused": report.count("refused"),
        "score": number_text(report.score),
        "mutants": [_mutant_json(mutant, lang) for mutant in report.mutants],
    }


def _mutant_json(mutant: Mutant, lang: Lang) -> dict[str, Any]:
    mutation = mutant.mutation
    return {
        "file": mutation.span.source.name,
        "line": mutation.span.line,
        "column": mutation.span.column,
        "path": mutation.path,
        "what": mutation.what.in_(lang),
        "before": mutation.before,
        "after": mutation.after,
        "outcome": mutant.outcome,
        "case": mutant.case or None,
    }
