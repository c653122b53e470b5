"""The four transfers of one cadre, day by day: holders, proof, when it became known, what was corrected."""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.model.transfers import RELATIONS, Stretch, Transfer
from cadre_eval.reports.table import GAP, NARROWEST_NOTES, Paint, wrapped
from cadre_eval.reports.transfers_wording import (
    RELATIONS_SHORT,
    STYLES,
    days_asked,
    mark_of,
    statement_text,
    undeclared_text,
)
from cadre_eval.reports.wording import ROLES
from cadre_eval.supervision.timeline import Line, Question
from cadre_eval.supervision.timelines import PostingLines, Transfers


def one_cadre(report: Transfers, lang: Lang, paint: Paint, width: int | None) -> str:
    """Every posting of the cadre that had begun, as known."""
    head = Text(f"{report.title}　四个划转", f"{report.title}: the four transfers").in_(lang)
    blocks = [f"{paint(head, 'title')}\n{days_asked(report.asked).in_(lang)}"]
    note = undeclared_text(report)
    if note is not None:
        blocks[0] += f"\n{note.in_(lang)}"
    for lines in report.postings:
        blocks.append(paint(_posting(lines, lang), "pool"))
        for relation in RELATIONS:
            blocks.append("\n".join(_line(lines.lines[relation], report.asked, lang, paint, width)))
    if not report.postings:
        blocks.append(Text("到这一天还没有派驻。", "Not posted by this day.").in_(lang))
    return "\n\n".join(blocks) + "\n"


def _posting(lines: PostingLines, lang: Lang) -> str:
    posting = lines.posting
    last = posting.ended or posting.term_end
    role = ROLES[posting.role] if posting.role in ROLES else Text(posting.role, posting.role)
    ends = Text("起", "on") if last is None else Text(f"至 {last}", f"to {last}")
    zh = f"派驻 {posting.id}：{posting.host.name}　{role.zh}　{posting.start} {ends.zh}　派出单位：{posting.sending_unit.name}"
    en = f"Posting {posting.id}: {posting.host.name}, {role.en}, {posting.start} {ends.en}, sent by {posting.sending_unit.name}"
    return Text(zh, en).in_(lang)


def _line(line: Line, asked: Question, lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    mark = mark_of(line)
    title = f"{mark} {RELATIONS_SHORT[line.relation].in_(lang)}"
    if line.now is None:
        yield paint(
            f"{title}{GAP}{Text('不适用（不是党员）', 'not applicable (no Party member)').in_(lang)}", STYLES[mark]
        )
        return
    yield paint(title, STYLES.get(mark, ""))
    rows = [_row(stretch, line, asked, lang) for stretch in line.stretches if _lasted(stretch, line)]
    size = max(text_width(holder) for _, holder, _ in rows)
    for days, holder, about in rows:
        yield f"    {days}{GAP}{padded(holder, size)}{GAP}{about}".rstrip()
    yield from _beside(line, asked, lang)
    for statement in line.statements:
        text = statement_text(statement, lang)
        parts = [text] if width is None else list(wrapped(text, max(NARROWEST_NOTES, width - 6)))
        for index, part in enumerate(parts):
            yield paint(f"    {'  ' if index else '! '}{part}", "head")


def _lasted(stretch: Stretch, line: Line) -> bool:
    """What was before the posting began is left out."""
    return stretch.end is None or stretch.end > line.posting.start


def _row(stretch: Stretch, line: Line, asked: Question, lang: Lang) -> tuple[str, str, str]:
    """Days, holder, and what is on record of the move."""
    first = stretch.first or line.posting.start
    last = " " * 10 if asked.on in stretch else stretch.until(asked.on).isoformat()
    dash = Text("起" if asked.on in stretch else "至", "on" if asked.on in stretch else "to").in_(lang)
    holder = Text("没有单位", "nobody").in_(lang) if stretch.unit is None else asked.name(stretch.unit)
    if stretch.unit == line.posting.sending_unit.id:
        holder += Text("（派出单位）", " (sending unit)").in_(lang)
    return f"{first} {dash} {last}", holder, "" if stretch.move is None else _about(stretch, stretch.move, lang)


def _about(stretch: Stretch, move: Transfer, lang: Lang) -> str:
    """Proof of a move, and when it became known if that was another day."""
    if stretch.back:
        return Text("转回", "returned").in_(lang)
    if stretch.unit is None:
        return ""
    said: list[Text] = []
    if move.evidence is not None:
        said.append(Text(f"凭据：{move.evidence}", f"proof: {move.evidence}"))
    if move.known_on != move.effective:
        said.append(Text(f"{move.known_on} 得知", f"known on {move.known_on}"))
    return ("，" if lang == "zh" else ", ").join(text.in_(lang) for text in said)


def _beside(line: Line, asked: Question, lang: Lang) -> Iterator[str]:
    """Entries that are not part of the timeline: still to come, or taken back."""
    for move in line.entries:
        unit = asked.name(move.receiver)
        known = Text(f"{move.known_on} 得知", f"known on {move.known_on}")
        if move.withdrawn is not None:
            on, why = move.withdrawn.on, move.withdrawn.reason
            zh = f"更正：{move.effective} 划到{unit}（{known.zh}），{on} 撤销：{why}"
            en = f"corrected: to {unit} on {move.effective} ({known.en}), taken back on {on}: {why}"
            yield f"    × {Text(zh, en).in_(lang)}"
        elif move.effective > asked.on:
            zh, en = f"将于 {move.effective} 划到{unit}（{known.zh}）", f"to {unit} on {move.effective} ({known.en})"
            yield f"    → {Text(zh, en).in_(lang)}"
