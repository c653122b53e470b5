"""Report format ``ballot-report``: a sheet of how many ballots came in, counted and were void, and what they came to."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from cadre_eval.plugins.api import (
    AssessedCadre,
    AssessedPeriod,
    CriterionView,
    PostingView,
    ReportFormat,
    SurveyMethodParams,
    Text,
)
from cadre_eval_rate_bands.band_settings import BandsParams
from cadre_eval_rate_bands.floor import FloorParams
from cadre_eval_rate_bands.sheet import kept, mean
from cadre_eval_rate_bands.sheet_settings import SheetParams
from cadre_eval_rate_bands.showing import two_places
from cadre_eval_rate_bands.validity import counted

HEAD = ("指标", "代码", "姓名", "帮扶村/社区", "测评主体", "发出", "收回", "作废", "弃权", "有效", "平均分或所占比例")
HIDDEN = "***"
EVERYBODY = "全体"
Cells: TypeAlias = tuple[str, ...]
"""The cells of a row from 发出 on."""


def render(assessed: AssessedPeriod) -> str:
    """The sheet, with a byte order mark, so that Excel and WPS read the Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEAD)
    for criterion in assessed.rules.criteria:
        for cadre in assessed.cadres:
            for posting in cadre.postings:
                for who, cells in _classes(criterion, posting):
                    writer.writerow([*_head(criterion, cadre, posting), _title(who, assessed.rules.titles), *cells])
    return "\ufeff" + buffer.getvalue()


def _head(criterion: CriterionView, cadre: AssessedCadre, posting: PostingView) -> list[str]:
    return [_plain(cell) for cell in (criterion.title, cadre.id, cadre.name, posting.host_name)]


def _plain(cell: str) -> str:
    """A name that begins like a formula stays text in a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell


def _title(code: str, titles: Mapping[str, str]) -> str:
    return _plain(titles.get(code, code)) if code else EVERYBODY


def _classes(criterion: CriterionView, posting: PostingView) -> Iterator[tuple[str, Cells]]:
    """The cells of each class of voters or reviewers; nothing for criteria of other kinds."""
    p = criterion.params
    if isinstance(p, SheetParams):
        yield from _sheets(p, posting)
    elif isinstance(p, BandsParams | FloorParams):
        yield from _votes(p, p.rate_of, posting)


def _sheets(p: SheetParams, posting: PostingView) -> Iterator[tuple[str, Cells]]:
    review = posting.reviews.get(p.record or "")
    for reviewer in p.reviewers if review is not None else ():
        sheets = review.sheets.get(reviewer, ()) if review is not None else ()
        if not sheets:
            continue
        found = counted(p, sheets)
        issued = [sheet.issued for sheet, _ in sheets]
        handed = (_sum_text(issued), str(found.cast))
        if found.cast < p.suppress_below:
            yield reviewer, (*handed, *[HIDDEN] * 4)
            continue
        void, again = sum(found.void.values()), found.void_share > p.most_void
        value = two_places(mean(kept(p, found.marks))) if found.marks and not again else ""
        yield reviewer, (*handed, str(void), "", str(found.cast - void), value)


def _votes(p: SurveyMethodParams, rate_of: tuple[str, ...], posting: PostingView) -> Iterator[tuple[str, Cells]]:
    survey, question = posting.surveys.get(p.record or ""), p.question or ""
    if survey is None or survey.state != "present":
        return
    named = {"": list(survey.issued)} if p.voters == "pooled" else {voter: [voter] for voter in p.voters}
    for voter, members in named.items():
        issued = _sum_text([survey.issued.get(member) for member in members])
        if survey.counts is None or survey.ballots is None:
            yield voter, (issued, *[HIDDEN] * 5)
            continue
        ballots = [survey.ballots[m][question] for m in members if question in survey.ballots.get(m, {})]
        options = [survey.counts[m].get(question, {}) for m in members if m in survey.counts]
        cast, abstain = sum(b.cast for b in ballots), sum(b.abstain for b in ballots)
        invalid, valid = sum(b.invalid for b in ballots), sum(sum(o.values()) for o in options)
        in_all = valid + (p.abstain == "zero") * abstain + (p.invalid == "zero") * invalid
        hits = sum(o.get(word, 0) for o in options for word in rate_of)
        share = f"{two_places(Fraction(100 * hits, in_all))}%" if in_all else ""
        yield voter, (issued, str(cast), str(invalid), str(abstain), str(valid), share)


def _sum_text(numbers: list[int | None]) -> str:
    """The sum; empty if a number is lacking."""
    known = [number for number in numbers if number is not None]
    return str(sum(known)) if numbers and len(known) == len(numbers) else ""


BALLOT_REPORT = ReportFormat("ballot-report", Text("计票表（CSV）", "ballots counted, as CSV"), "csv", render)
