"""Coverage of rules as people read it, beside the very lines of the ruleset, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from cadre_eval.cases.exercised.constructs import Construct, Coverage
from cadre_eval.errors import Lang, Source, Text
from cadre_eval.errors.render import printable
from cadre_eval.numbers.decimals import decimal_text, number_text
from cadre_eval.numbers.exact import round_fraction

_LONGEST_LINE = 160
_LACKING = Text("没有算例：", "no case: ")


def coverage_lines(coverage: Coverage, lang: Lang = "zh", all_lines: bool = False) -> list[str]:
    """The listing: of each file the lines that some construct no case exercised, or (``all_lines``) every line.

    A line is marked ``✗`` while something on it is not exercised, ``✓`` when everything is; below a ``✗`` stands
    what is lacking.
    """
    lines: list[str] = []
    for source, constructs in by_source(coverage):
        lines += ["" for _ in lines[:1]]
        lines.append(f"{source.name}  {share_text(Coverage(constructs), lang)}")
        lines += _file_lines(source, constructs, lang, all_lines)
    return lines


def share_text(coverage: Coverage, lang: Lang = "zh") -> str:
    """How many constructs are exercised; the percentage is cut, so that 100 % means all."""
    total = len(coverage.constructs)
    done = total - len(coverage.missing)
    percent = decimal_text(round_fraction(coverage.share * 100, 1, "down"), 1)
    return Text(f"检验了 {done}/{total} 处（{percent}%）", f"{done}/{total} exercised ({percent}%)").in_(lang)


def coverage_json(coverage: Coverage, lang: Lang = "zh") -> dict[str, Any]:
    """The same for programs: ``share`` is exact, as text."""
    return {
        "constructs": len(coverage.constructs),
        "exercised": len(coverage.constructs) - len(coverage.missing),
        "share": number_text(coverage.share),
        "files": [
            {"file": source.name, "constructs": [_construct_json(c, lang) for c in constructs]}
            for source, constructs in by_source(coverage)
        ],
    }


def _construct_json(construct: Construct, lang: Lang) -> dict[str, Any]:
    return {
        "line": construct.span.line,
        "column": construct.span.column,
        "what": construct.what.in_(lang),
        "exercised": construct.exercised,
        "cases": list(construct.by),
    }


def by_source(coverage: Coverage) -> Iterator[tuple[Source, tuple[Construct, ...]]]:
    """The constructs of each file."""
    for _, found in groupby(coverage.constructs, key=lambda construct: construct.span.source.name):
        constructs = tuple(found)
        yield constructs[0].span.source, constructs


def _file_lines(source: Source, constructs: Sequence[Construct], lang: Lang, all_lines: bool) -> Iterator[str]:
    by_line = _by_line(constructs)
    last = source.text.rstrip("\n").count("\n") + 1
    width = len(str(last))
    for number in range(1, last + 1):
        here = by_line.get(number, ())
        lacking = [construct for construct in here if not construct.exercised]
        if not lacking and not all_lines:
            continue
        mark = "✗" if lacking else "✓" if here else " "
        yield f"{mark} {number:>{width}} | {_cut(printable(source.line(number)))}".rstrip()
        yield from (f"  {' ' * width} | {_LACKING.in_(lang)}{printable(c.what.in_(lang))}" for c in lacking)


def _by_line(constructs: Sequence[Construct]) -> Mapping[int, list[Construct]]:
    found: dict[int, list[Construct]] = {}
    for construct in constructs:
        found.setdefault(construct.span.line, []).append(construct)
    return found


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …"
