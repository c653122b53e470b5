"""Findings as a table, the most pressing first, and the grid such tables are set in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from attrs import frozen

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.reports.inspections_wording import STATES, Names, finding_notes
from cadre_eval.reports.table import GAP, NARROWEST_NOTES, Paint, wrapped
from cadre_eval.supervision.findings import STATES as PRESSING
from cadre_eval.supervision.findings import Standing

STYLES = {"overdue": "got", "not-rectified": "pending", "withdrawn": "not-assessed"}


@frozen
class Grid:
    """Rows below a header; the columns from ``right`` on are numbers."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: int

    def lines(self, paint: Paint) -> Iterator[str]:
        cells = [self.header, *self.rows]
        widths = [max(text_width(row[i]) for row in cells) for i in range(len(self.header))]
        for index, row in enumerate(cells):
            line = GAP.join(padded(cell, widths[i], right=i >= self.right) for i, cell in enumerate(row))
            yield line.rstrip() if index else paint(line, "header")


def findings_table(
    found: Iterable[Standing], as_of: date, names: Names, lang: Lang, paint: Paint, width: int | None
) -> str:
    """The most pressing first, each with its notes beside it, or below it where the terminal is narrow; empty if there is
    none.
    """
    standings = sorted(found, key=_urgency)
    if not standings:
        return ""
    titles = [Text("状态", "State"), Text("代码", "Id"), Text("发现", "Found"), Text("社区/村", "Host"), Text("干部", "Cadre"),
              Text("问题", "Problem"), Text("期限", "Deadline")]  # fmt: skip
    grid = Grid([t.in_(lang) for t in titles], [_cells(s, names, lang) for s in standings], len(titles))
    head, *rows = grid.lines(lambda text, _style: text)
    rest = max(map(text_width, (head, *rows))) + len(GAP)
    beside = width is None or width - rest >= NARROWEST_NOTES
    lines = [paint(Text("问题（最急的在前）", "Findings, the most pressing first").in_(lang), "pool")]
    lines.append(paint(f"{padded(head, rest)}{Text('情况', 'Notes').in_(lang)}" if beside else head, "header"))
    for standing, row in zip(standings, rows, strict=True):
        notes = ("；" if lang == "zh" else "; ").join(n.in_(lang) for n in finding_notes(standing, as_of, names))
        notes_lines = list(told(notes, " " * (rest if beside else 6), width))
        first = f"{padded(row, rest)}{notes_lines.pop(0).lstrip()}" if beside else row
        lines += [paint(first, STYLES.get(standing.state, standing.state)), *notes_lines]
    return "\n".join(lines)


def _urgency(standing: Standing) -> tuple[int, bool, str, str]:
    """By state, then by deadline."""
    deadline = standing.deadline
    return PRESSING.index(standing.state), deadline is None, str(deadline), standing.finding.id


def _cells(standing: Standing, names: Names, lang: Lang) -> list[str]:
    finding = standing.finding
    return [
        STATES[standing.state].in_(lang), finding.id, finding.on.isoformat(), names.host(finding.host),
        names.whose(finding).in_(lang), finding.title or finding.kind,
        standing.deadline.isoformat() if standing.deadline else "—",
    ]  # fmt: skip


def told(text: str, indent: str, width: int | None) -> Iterator[str]:
    """The text, in lines if there is a terminal."""
    lines = [text] if width is None else wrapped(text, max(NARROWEST_NOTES, width - len(indent)))
    return (indent + line for line in lines)
