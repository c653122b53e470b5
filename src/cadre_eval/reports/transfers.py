"""The four transfers of everybody as a matrix for a terminal: problems first, then who holds what, by street."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.model.transfers import RELATIONS
from cadre_eval.reports.table import GAP, NARROWEST_NOTES, Paint, wrapped
from cadre_eval.reports.transfers_one import one_cadre
from cadre_eval.reports.transfers_wording import (
    LEGEND,
    RELATIONS_SHORT,
    STYLES,
    counted,
    days_asked,
    mark_of,
    statement_text,
    undeclared_text,
)
from cadre_eval.reports.wording import COLUMNS
from cadre_eval.supervision.timeline import Line, Question
from cadre_eval.supervision.timelines import PostingLines, Transfers

Cell = tuple[str, str, str]
"""A mark, a holder and a day."""


def transfers_table(report: Transfers, lang: Lang, paint: Paint, width: int | None) -> str:
    """The table; ``width`` is that of the terminal, None writes each row on one line."""
    if report.one:
        return one_cadre(report, lang, paint, width)
    head = Text(f"{report.title}　四个划转", f"{report.title}: the four transfers").in_(lang)
    blocks = [f"{paint(head, 'title')}\n{days_asked(report.asked).in_(lang)}"]
    note = undeclared_text(report)
    if note is not None:
        blocks[0] += f"\n{note.in_(lang)}"
    if report.statements:
        blocks.append("\n".join(_problems(report, lang, paint, width)))
    sizes = _sizes(report, lang)
    wide = _width(sizes)
    stacked = width is not None and wide > width
    for street, members in _streets(report):
        blocks.append("\n".join(_street(street, members, report.asked, sizes, stacked, lang, paint)))
    if report.postings:
        blocks.append(f"{LEGEND.in_(lang)}\n{counted(report).in_(lang)}")
    else:
        blocks.append(Text("这一天没有派驻中的干部。", "Nobody was posted on this day.").in_(lang))
    return "\n\n".join(blocks) + "\n"


def _problems(report: Transfers, lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    """What is to be said, by cadre."""
    count = len(report.statements)
    yield paint(Text(f"问题（{count} 处）", f"Problems ({count})").in_(lang), "pool")
    names = {p.posting.cadre.id: p.posting.cadre.name for p in report.postings}
    shown = sorted(report.statements, key=lambda s: s.order)
    who = [f"{names[s.cadre]} {s.cadre}" for s in shown]
    what = [RELATIONS_SHORT[s.relation].in_(lang) for s in shown]
    first, second = max(map(text_width, who)), max(map(text_width, what))
    indent = 2 + first + second + 2 * len(GAP)
    before = ""
    for statement, name, relation in zip(shown, who, what, strict=True):
        text = statement_text(statement, lang)
        parts = [text] if width is None else list(wrapped(text, max(NARROWEST_NOTES, width - indent)))
        label = "" if name == before else name
        yield f"  {padded(label, first)}{GAP}{padded(relation, second)}{GAP}{parts[0]}"
        for part in parts[1:]:
            yield " " * indent + part
        before = name


def _streets(report: Transfers) -> list[tuple[str, list[PostingLines]]]:
    """The postings by township or street, in the order of their ids."""
    grouped: dict[str, list[PostingLines]] = {}
    for lines in report.postings:
        grouped.setdefault(lines.posting.host.township.id, []).append(lines)
    return [(key, grouped[key]) for key in sorted(grouped)]


def _cell(line: Line, asked: Question, lang: Lang) -> Cell:
    """A relation at a glance."""
    if line.now is None or line.since is None:
        return (mark_of(line), "", "")
    nobody = Text("没有单位", "nobody").in_(lang)
    return (mark_of(line), nobody if line.now.unit is None else asked.name(line.now.unit), line.since.isoformat())


def _host(lines: PostingLines, asked: Question, lang: Lang) -> str:
    name, last = lines.posting.host.name, lines.posting.days.last
    if asked.on in lines.posting.days:
        return name
    return Text(f"{name}（{last} 止）", f"{name} (to {last})").in_(lang)


def _sizes(report: Transfers, lang: Lang) -> dict[str, int]:
    """The width of each column, the same in every street."""
    rows = report.postings
    sizes = {
        "name": max([text_width(COLUMNS["name"].in_(lang)), *(text_width(r.posting.cadre.name) for r in rows)]),
        "cadre": max([text_width(COLUMNS["cadre"].in_(lang)), *(text_width(r.posting.cadre.id) for r in rows)]),
        "host": max(
            [text_width(COLUMNS["host"].in_(lang)), *(text_width(_host(r, report.asked, lang)) for r in rows)]
        ),
    }
    for relation in RELATIONS:
        holders = [text_width(_cell(r.lines[relation], report.asked, lang)[1]) for r in rows]
        sizes[relation] = max([text_width(RELATIONS_SHORT[relation].in_(lang)) - 2, *holders])
    return sizes


def _width(sizes: dict[str, int]) -> int:
    """How wide a row on one line is: each cell with its mark and day."""
    columns = sum(sizes.values()) + len(RELATIONS) * (2 + 1 + 10)
    return columns + len(GAP) * (len(sizes) - 1)


def _street(
    street: str,
    members: Sequence[PostingLines],
    asked: Question,
    sizes: dict[str, int],
    stacked: bool,
    lang: Lang,
    paint: Paint,
) -> Iterator[str]:
    count = Text(f"（{len(members)} 个派驻）", f" ({len(members)} postings)").in_(lang)
    yield paint(f"{asked.name(street)}{count}", "pool")
    yield paint(_header(sizes, stacked, lang), "header")
    for lines in sorted(members, key=lambda m: (m.posting.cadre.id, m.posting.start, m.posting.id)):
        posting = lines.posting
        cells = [_cell(lines.lines[relation], asked, lang) for relation in RELATIONS]
        widths = [sizes[relation] for relation in RELATIONS]
        if not stacked:
            head = [padded(posting.cadre.name, sizes["name"]), padded(posting.cadre.id, sizes["cadre"])]
            head.append(padded(_host(lines, asked, lang), sizes["host"]))
            painted = [
                _painted(_wide(cell, width), cell[0], paint) for cell, width in zip(cells, widths, strict=True)
            ]
            yield GAP.join([*head, *painted]).rstrip()
            continue
        first = max(sizes["name"], sizes["cadre"])
        upper = [
            _painted(f"{m} {padded(u, max(w, 10))}", m, paint) for (m, u, _), w in zip(cells, widths, strict=True)
        ]
        lower = [f"  {padded(d, max(w, 10))}" for (_, _, d), w in zip(cells, widths, strict=True)]
        yield GAP.join([padded(posting.cadre.name, first), *upper]).rstrip()
        yield GAP.join([padded(posting.cadre.id, first), *lower]).rstrip()


def _header(sizes: dict[str, int], stacked: bool, lang: Lang) -> str:
    names = [RELATIONS_SHORT[relation].in_(lang) for relation in RELATIONS]
    if stacked:
        first = padded(COLUMNS["name"].in_(lang), max(sizes["name"], sizes["cadre"]))
        widths = [max(sizes[relation], 10) + 2 for relation in RELATIONS]
        return GAP.join([first, *(padded(n, w) for n, w in zip(names, widths, strict=True))]).rstrip()
    head = [padded(COLUMNS[key].in_(lang), sizes[key]) for key in ("name", "cadre", "host")]
    widths = [sizes[relation] + 13 for relation in RELATIONS]
    return GAP.join([*head, *(padded(n, w) for n, w in zip(names, widths, strict=True))]).rstrip()


def _wide(cell: Cell, width: int) -> str:
    """The day comes first, so that days stand below one another whatever the names are."""
    mark, unit, day = cell
    return f"{mark} {day:10} {padded(unit, width)}"


def _painted(cell: str, mark: str, paint: Paint) -> str:
    return paint(cell, STYLES[mark]) if mark in STYLES else cell
