"""Days by month: all cadres at a glance, and one cadre by mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.model.attendance import MARK_NAMES, MARKS, Mark
from cadre_eval.reports.table import GAP, Paint
from cadre_eval.supervision.signals.found import CadreSignals, MonthRow

LEGEND = Text(
    "* 不足规定的天数；- 考勤簿没有这个月，合计也没有算；· 没有；空格：不在派驻期内、考勤簿开始以前，或当月没有过完",
    "* fewer days than the rules ask for; - not in the book, nor in the totals; · none; blank: not posted, before the book begins, or not over yet",
)
_CELL = 2
_MONTHS = range(1, 13)


def overview(cadres: Sequence[CadreSignals], lang: Lang, paint: Paint, width: int | None) -> Iterator[list[str]]:
    """Days in the village by month, and the totals of the other marks; a table for each year. Where the terminal is narrow,
    months stand closer.
    """
    for year in _years(row for cadre in cadres for row in cadre.months):
        shown = [(cadre, rows) for cadre in cadres if (rows := _of_year(cadre.months, year))]
        names = max(text_width(cadre.name) for cadre, _ in shown)
        ids = max(text_width(cadre.cadre) for cadre, _ in shown)
        title = Text(f"{year} 年各月在村天数", f"Days in the village, {year}").in_(lang)
        blank = " " * (names + len(GAP) + ids)
        fits = width is None or text_width(blank + _head(" ") + GAP + _totals_head(GAP, lang)) <= width
        gap, sep = (" ", GAP) if fits else ("", " ")
        lead = "" if fits else " "
        head = f"{blank}{lead}{_head(gap)}{sep}{_totals_head(sep, lang)}"
        lines = [paint(title, "pool"), paint(head, "header")]
        for cadre, rows in shown:
            label = f"{padded(cadre.name, names)}{GAP}{padded(cadre.cadre, ids)}{lead}"
            lines.append(f"{label}{_cells(rows, 'village', paint, gap)}{sep}{_totals(rows, sep, lang)}".rstrip())
        yield lines


def detail(months: Sequence[MonthRow], lang: Lang, paint: Paint) -> Iterator[str]:
    """One cadre's months by mark; marks that never occur are left out."""
    label = max(text_width(name.in_(lang)) for name in MARK_NAMES.values())
    for year in _years(months):
        rows = _of_year(months, year)
        total = Text("合计", "total").in_(lang)
        head = padded(Text(f"{year} 年", f"{year}").in_(lang), label)
        yield f"  {paint(head + _head() + GAP + total, 'header')}"
        for mark in MARKS:
            sum_ = _sum(rows, mark)
            if sum_ or mark == "village":
                name = padded(MARK_NAMES[mark].in_(lang), label)
                count = padded(str(sum_), text_width(total), right=True)
                yield f"  {name}{_cells(rows, mark, paint)}{GAP}{count}"


def _years(months: Iterable[MonthRow]) -> list[int]:
    return sorted({row.month.year for row in months})


def _of_year(months: Iterable[MonthRow], year: int) -> Mapping[int, MonthRow]:
    return {row.month.month: row for row in months if row.month.year == year}


def _head(gap: str = " ") -> str:
    return "".join(f"{gap}{padded(str(month), _CELL, right=True)} " for month in _MONTHS)


def _cells(rows: Mapping[int, MonthRow], mark: Mark, paint: Paint, gap: str = " ") -> str:
    return "".join(gap + _cell(rows.get(month), mark, paint) for month in _MONTHS)


def _cell(row: MonthRow | None, mark: Mark, paint: Paint) -> str:
    if row is None:
        return " " * (_CELL + 1)
    if row.counts is None:
        return f"{padded('-', _CELL, right=True)} "
    count = row.counts[mark]
    text = padded(str(count) if count or mark == "village" else "·", _CELL, right=True)
    return paint(f"{text}*", "pending") if row.short and mark == "village" else f"{text} "


def _totals_head(sep: str, lang: Lang) -> str:
    return sep.join(MARK_NAMES[mark].in_(lang) for mark in MARKS)


def _totals(rows: Mapping[int, MonthRow], sep: str, lang: Lang) -> str:
    widths = {mark: text_width(MARK_NAMES[mark].in_(lang)) for mark in MARKS}
    return sep.join(padded(str(_sum(rows, mark)), widths[mark], right=True) for mark in MARKS)


def _sum(rows: Mapping[int, MonthRow], mark: Mark) -> int:
    return sum(row.counts[mark] for row in rows.values() if row.counts is not None)
