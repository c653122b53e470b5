"""Parameters, votes and sheets for tests; rulesets compiled from a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from cadre_eval_rate_bands.band_settings import ANY, BandDoc, BandsParams
from cadre_eval_rate_bands.floor import FloorParams
from cadre_eval_rate_bands.sheet_settings import LimitDoc, SheetParams, TrimDoc

from cadre_eval.errors import Problems, Source
from cadre_eval.numbers.ranges import Range
from cadre_eval.plugins.api import Place, Sheet, Votes
from cadre_eval.reading.nodes import MapNode
from cadre_eval.ruleset.bands import parse_range
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.rulesets import compiled_at

OPTIONS = ("优秀", "称职", "基本称职", "不称职")
AT = Place(MapNode(Source("tests", ""), 1, 1))
PUBLISHED = [
    (">= 90%", "any", 200),
    ("[80%, 90%)", "any", 190),
    ("[70%, 80%)", "any", 180),
    ("[60%, 70%)", "any", 170),
    ("< 60%", "< 1/3", 160),
    ("any", ">= 1/3", 130),
]
"""The bands of the published rule: rate, second rate, points."""


def span(text: str) -> Range:
    return ANY if text == "any" else parse_range(text)


def band(rate: Range, second: Range, points: int) -> BandDoc:
    return BandDoc(at=AT, rate=rate, second=second, points=Fraction(points))


def bands_params(bands: Iterable[BandDoc], **more: Any) -> BandsParams:
    given = {"second_rate_of": ("基本称职", "不称职"), "abstain": "exclude", "invalid": "exclude", **more}
    return BandsParams(at=AT, voters="pooled", options=OPTIONS, rate_of=("优秀",), bands=tuple(bands), **given)


def published(priority: str | None = "highest") -> BandsParams:
    return bands_params([band(span(r), span(s), points) for r, s, points in PUBLISHED], priority=priority)


def floor_params(**more: Any) -> FloorParams:
    given = {"floor_rate": Fraction(1, 2), "below_floor": "zero", "abstain": "exclude", "invalid": "exclude", **more}
    return FloorParams(at=AT, voters="pooled", options=OPTIONS, rate_of=("优秀", "称职"), **given)


def votes(*counts: int) -> Votes:
    """Votes for the four options."""
    return Votes(dict(zip(OPTIONS, counts, strict=True)), 0, 0, sum(counts))


def limit(marks: str, at_least: int = 0, at_most: int | None = None) -> LimitDoc:
    return LimitDoc(at=AT, marks=parse_range(marks), at_least=at_least, at_most=at_most)


def sheet_params(*limits: LimitDoc, **more: Any) -> SheetParams:
    """The published rule with other limits, or none; ``more`` replaces settings."""
    given = {
        "scale": Fraction(100), "all_equal": "void", "unmarked": "valid", "blank": "void", "most_void": Fraction(1, 3),
        "trim": TrimDoc(at=AT, highest=1, lowest=1, when_more_than=5), **more,
    }  # fmt: skip
    return SheetParams(at=AT, reviewers={"raters": Fraction(100)}, record="score", limits=limits, **given)


PUBLISHED_LIMITS = (limit(">= 90", at_most=3), limit("< 70", at_least=2))


def sheet(*ballots: Sequence[int | Fraction | None], issued: int | None = None) -> Sheet:
    rows = tuple(tuple(None if m is None else Fraction(m) for m in ballot) for ballot in ballots)
    people = tuple(f"p{column}" for column in range(len(rows[0]) if rows else 0))
    return Sheet(people, rows, issued)


def compiled(folder: Path, text: str) -> tuple[CompiledRuleset | None, Problems]:
    path, problems = folder / "rules.yaml", Problems()
    path.write_text(text, "utf-8")
    return compiled_at(Folder(folder), path, problems), problems


def said(problems: Problems) -> list[tuple[str, int, str]]:
    """Code, line and wording of each problem."""
    return [(problem.code, problem.span.line, problem.message("zh")) for problem in problems]
