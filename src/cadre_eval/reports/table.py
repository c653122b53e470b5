"""Results as a table for a terminal, aligned by the width of Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from cadre_eval.errors import Lang, Text, message_text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.numbers.interval import interval
from cadre_eval.reports.results_json import pools
from cadre_eval.reports.wording import COLUMNS, OR, ROLES, STATES, pool_title
from cadre_eval.scoring.proposals import MEASURES_TITLE, measure_text, proposal_text
from cadre_eval.scoring.result import Note, PeriodResult, Result

Paint = Callable[[str, str], str]
GAP = "  "
RIGHT = {"rank", "total"}
NARROWEST_NOTES = 24
INDENT = 6
_PIECES = re.compile(r"[!-~]+[，。；：、）”》]*|.[，。；：、）”》]*")
LONG = frozenset({"quota-in", "gate-also", "gate-open"})
"""Notes that the accounts, the sheet and the JSON give, but a table has no room for."""
BRIEF = {
    "quota-cut": Text(
        "{quota}之外（{places} 个，末位 {last}）", "beyond the {places} places of {quota} (the last at {last})"
    ),
    "quota-none": Text("没有{quota}", "no place of {quota}"),
}
KEYS = ("rank", "name", "cadre", "host", "role", "total", "grade", "notes")


def results_table(found: PeriodResult, lang: Lang, paint: Paint, width: int | None) -> str:
    """The table; ``width`` is that of the terminal (notes are wrapped to it), None writes each note in full."""
    blocks = [_heading(found, lang, paint)]
    cells = {r.cadre.id: _cells(r, lang) for r in found}
    widths = _widths(list(cells.values()), lang)
    for members in pools(found).values():
        blocks.append("\n".join(_pool(members, cells, widths, found, lang, paint, width)))
    blocks += ["\n".join(_proposed(title, lines, lang, paint, width)) for title, lines in _proposals(found) if lines]
    blocks.append(_closing(found, lang))
    return "\n\n".join(blocks) + "\n"


def _heading(found: PeriodResult, lang: Lang, paint: Paint) -> str:
    first, last = found.period.days.first.isoformat(), found.period.days.last.isoformat()
    title = (
        f"{found.rules.title}　{found.period.title}" if lang == "zh" else f"{found.rules.title}, {found.period.title}"
    )
    line = Text(
        f"{found.period.id}（{first} 至 {last}），截至 {found.as_of.isoformat()}",
        f"{found.period.id} ({first} to {last}), as of {found.as_of.isoformat()}",
    )
    return f"{paint(title, 'title')}\n{line.in_(lang)}"


def _cells(result: Result, lang: Lang) -> dict[str, str]:
    possible = result.grades_possible
    grade = OR.in_(lang).join(possible) if len(possible) < 3 else f"{possible[0]}～{possible[-1]}"
    if result.state == "not-assessed":
        grade = STATES["not-assessed"].in_(lang)
    return {
        "rank": str(result.rank) if result.rank else "",
        "name": result.cadre.name,
        "cadre": result.cadre.id,
        "host": result.posting.host.name,
        "role": ROLES[result.posting.role].in_(lang) if result.posting.role in ROLES else result.posting.role,
        "total": result.total_text,
        "grade": grade or "—",
        "notes": ("；" if lang == "zh" else "; ").join(brief(n, lang) for n in result.notes if n.key not in LONG),
    }


def brief(note: Note, lang: Lang) -> str:
    """A note as short as a table wants it."""
    return message_text(BRIEF[note.key], note.args, lang) if note.key in BRIEF else note.text(lang)


def _widths(rows: Sequence[dict[str, str]], lang: Lang) -> dict[str, int]:
    return {
        key: max([text_width(COLUMNS[key].in_(lang)), *(text_width(row[key]) for row in rows)])
        for key in KEYS
        if key != "notes"
    }


def _pool(
    members: Sequence[Result],
    cells: dict[str, dict[str, str]],
    widths: dict[str, int],
    found: PeriodResult,
    lang: Lang,
    paint: Paint,
    width: int | None,
) -> Iterator[str]:
    count = Text(f"（{len(members)} 人）", f" ({len(members)} cadres)").in_(lang)
    yield paint(f"{pool_title(members[0], found.rules).in_(lang)}{count}", "pool")
    header = GAP.join(padded(COLUMNS[k].in_(lang), widths[k], right=k in RIGHT) for k in widths)
    fixed = text_width(header) + len(GAP)
    beside = width is None or width - fixed >= NARROWEST_NOTES
    yield paint(f"{header}{GAP}{COLUMNS['notes'].in_(lang)}" if beside else header, "header")
    for result in sorted(members, key=_place):
        row = cells[result.cadre.id]
        line = GAP.join(padded(row[k], widths[k], right=k in RIGHT) for k in widths)
        for index, text in enumerate(_row(line, row["notes"], fixed if beside else INDENT, beside, width)):
            yield text if index else paint(text, result.state)


def _place(result: Result) -> tuple[bool, Fraction, int, str]:
    """Best first, those without a certain rank among the others by the least they have; those not assessed last."""
    low = interval(result.total).low if result.total is not None else None
    return (result.total is None, -(low or Fraction(0)), result.rank or 0, result.cadre.id)


def _row(line: str, notes: str, indent: int, beside: bool, width: int | None) -> Iterator[str]:
    """A row with its notes in the last column, or below it where the terminal is narrow."""
    lines = [notes] if width is None else list(wrapped(notes, max(NARROWEST_NOTES, width - indent)))
    if beside:
        yield f"{line}{GAP}{lines[0] if lines else ''}".rstrip()
        lines = lines[1:]
    else:
        yield line.rstrip()
    for more in lines:
        yield " " * indent + more if more else ""


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most ``width`` columns: Chinese breaks anywhere, a word or date nowhere, and no line
    begins with a mark that closes.
    """
    line, used = "", 0
    for piece in _PIECES.findall(text):
        size = text_width(piece)
        if used + size > width and line:
            yield line.rstrip()
            line, used = "", 0
        if line or piece.strip():
            line, used = line + piece, used + size
    if line:
        yield line.rstrip()


def _proposals(found: PeriodResult) -> Iterator[tuple[Text, list[Text]]]:
    """What is proposed, for a named person to decide."""
    about = [
        Text(f"{r.cadre.name}（{r.cadre.id}）：{text.zh}", f"{r.cadre.name} ({r.cadre.id}): {text.en}")
        for r in sorted(found, key=lambda r: r.cadre.id)
        for text in map(proposal_text, r.proposals)
    ]
    yield Text("插件的提示（不改变分数）", "Remarks of plugins (they change no score)"), about
    yield (
        MEASURES_TITLE,
        [measure_text(measure) for measure in found.measures],
    )


def _proposed(title: Text, lines: Sequence[Text], lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    yield paint(title.in_(lang), "pool")
    for line in lines:
        text = line.in_(lang)
        parts = [text] if width is None else list(wrapped(text, max(NARROWEST_NOTES, width - 4)))
        for index, part in enumerate(parts):
            yield f"{'    ' if index else '  '}{part}"


def _closing(found: PeriodResult, lang: Lang) -> str:
    counts = {state: sum(r.state == state for r in found) for state in STATES}
    zh = "，".join(f"{STATES[s].zh} {n} 人" for s, n in counts.items())
    en = ", ".join(f"{n} {STATES[s].en}" for s, n in counts.items())
    return Text(f"共 {len(found)} 人：{zh}", f"{len(found)} cadres: {en}").in_(lang)
