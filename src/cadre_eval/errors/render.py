"""Problems as a compiler shows them, or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from unicodedata import category

from cadre_eval.errors.problem import Problem
from cadre_eval.errors.span import Span
from cadre_eval.errors.text import Lang, Text
from cadre_eval.errors.width import text_width

_LABELS = {
    "problem": Text("问题", "problem"),
    "fix": Text("改为", "write"),
    "cure": Text("办法", "help"),
    "also": Text("参见", "see"),
}
_LONGEST_EXCERPT = 160

Paint = Callable[[str, str], str]


def plain(text: str, _style: str) -> str:
    return text


def printable(text: str) -> str:
    """The text with whatever a terminal might obey shown as a mark; a tab is one space."""
    return "".join(
        " " if char == "\t" else "�" if category(char) in {"Cc", "Cf", "Cs"} and char not in "\u200c\u200d" else char
        for char in text
    )


def excerpt(span: Span) -> list[str]:
    """The line of the span and a caret under its very characters, whatever their width.

    A tab is shown as one space, so that the caret stays right; a very long line is cut around the span.
    """
    line = printable(span.source.line(span.line))
    start, length = span.column - 1, max(1, min(span.length, len(line) - span.column + 1))
    if len(line) > _LONGEST_EXCERPT:
        cut = max(0, start - 40)
        line = ("…" if cut else "") + line[cut : cut + _LONGEST_EXCERPT] + "…"
        start = start - cut + (1 if cut else 0)
        length = min(length, max(1, len(line) - start))
    number = str(span.line)
    caret = " " * text_width(line[:start]) + "^" * max(1, text_width(line[start : start + length]))
    return [f"  {number} | {line}".rstrip(), f"  {' ' * len(number)} | {caret}"]


def problem_text(problem: Problem, lang: Lang, paint: Paint = plain) -> str:
    """One problem: place, code, message, excerpt with caret, fix, cure."""
    head = printable(f"{problem.span}: {problem.code}: {problem.message(lang)}")
    lines = [paint(head, "head"), *excerpt(problem.span)]
    for label, span in problem.also:
        lines.append(printable(f"  {_LABELS['also'].in_(lang)} {span}: {label.in_(lang)}"))
        lines.extend(excerpt(span))
    if problem.fix is not None:
        lines.append(paint(printable(f"  = {_LABELS['fix'].in_(lang)}: {problem.fix}"), "fix"))
    lines.append(paint(f"  = {_LABELS['cure'].in_(lang)}: {problem.cure(lang)}", "cure"))
    return "\n".join(lines)


def problems_text(problems: Iterable[Problem], lang: Lang, paint: Paint = plain) -> str:
    return "\n\n".join(problem_text(problem, lang, paint) for problem in problems)


def problem_json(problem: Problem, lang: Lang) -> dict[str, Any]:
    """One problem for programs: editors, CI, other systems."""
    span = problem.span
    return {
        "code": problem.code,
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "length": span.length,
        "message": problem.message(lang),
        "fix": problem.fix,
        "help": problem.cure(lang),
        "see": [{"place": str(place), "what": what.in_(lang)} for what, place in problem.also],
    }
