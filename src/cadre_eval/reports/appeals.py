"""Publicity, appeals and what re-examinations changed, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from attrs import frozen

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.reports.appeals_changes import changes_lines
from cadre_eval.reports.appeals_wording import (
    BEYOND,
    STATES,
    indented,
    late_text,
    official_text,
    public_text,
    unchecked_text,
)
from cadre_eval.reports.table import GAP, Paint
from cadre_eval.supervision.appeals_due import STATES as ORDER
from cadre_eval.supervision.appeals_due import AppealStanding, AppealState
from cadre_eval.workspace.reexamining import Publication

COLUMNS = (
    Text("状态", "State"),
    Text("编号", "Id"),
    Text("干部", "Cadre"),
    Text("提出", "Lodged"),
    Text("复核期限", "Due"),
    Text("复核", "Re-examined"),
)
STYLES: Mapping[AppealState, str] = {"overdue": "head", "under-review": "pending"}
BELOW = 4


@frozen(eq=False)
class AppealsReport:
    """What the report is of; ``names`` are those of cadres and officials, by id."""

    title: str
    as_of: date
    publications: Sequence[Publication]
    names: Mapping[str, str]


def appeals_table(report: AppealsReport, lang: Lang, paint: Paint, width: int | None) -> str:
    """The table; ``width`` is that of the terminal, None writes each line in full."""
    blocks = ["\n".join(_heading(report, lang, paint))]
    for publication in report.publications:
        blocks.append("\n".join(_publication(publication, report, lang, paint, width)))
        if publication.standing.appeals:
            blocks.append("\n".join(_appeals(publication, report, lang, paint, width)))
        blocks += [
            "\n".join(changes_lines(change, publication.period, report.names, lang, paint, width))
            for change in publication.reexamination.changes
        ]
    return "\n\n".join(blocks) + "\n"


def _heading(report: AppealsReport, lang: Lang, paint: Paint) -> Iterator[str]:
    yield paint(Text(f"{report.title}　公示与申诉", f"{report.title}: publicity and appeals").in_(lang), "title")
    day = report.as_of.isoformat()
    yield Text(f"截至 {day}", f"As of {day}").in_(lang)
    if not report.publications:
        yield Text("到这一天没有公示过结果。", "No results were made public by then.").in_(lang)


def _publication(
    found: Publication, report: AppealsReport, lang: Lang, paint: Paint, width: int | None
) -> Iterator[str]:
    public = found.standing.publicity
    title = f"{found.period.title}　{found.period.id}" if lang == "zh" else f"{found.period.title}, {found.period.id}"
    yield paint(title, "pool")
    where = Text(f"　{public.where}", f"; {public.where}") if public.where else Text("", "")
    until = public_text(found.standing, report.as_of)
    assessors = [official_text(name, report.names) for name in public.assessed_by]
    lines = [
        Text(f"公示：{until.zh}{where.zh}", f"Public: {until.en}{where.en}"),
        Text(
            f"考核：{'、'.join(a.zh for a in assessors)}（不参加复核）",
            f"Assessed by: {', '.join(a.en for a in assessors)} (not to re-examine)",
        ),
        _counted(found.standing.appeals),
    ]
    unchecked = unchecked_text(found.rules.supervision.appeals)
    lines += [unchecked] if unchecked is not None else []
    lines += [BEYOND] if found.standing.beyond_calendar else []
    for line in lines:
        yield from indented(line.in_(lang), 2, width)


def _counted(appeals: Sequence[AppealStanding]) -> Text:
    counts = {state: sum(a.state == state for a in appeals) for state in ORDER}
    shown = [(STATES[state], n) for state, n in counts.items() if n]
    zh, en = "，".join(f"{s.zh} {n}" for s, n in shown), ", ".join(f"{s.en.lower()} {n}" for s, n in shown)
    if not appeals:
        return Text("申诉：没有", "Appeals: none")
    return Text(f"申诉：{len(appeals)} 件（{zh}）", f"Appeals: {len(appeals)} ({en})")


def _appeals(found: Publication, report: AppealsReport, lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    rows = [[cell.in_(lang) for cell in _cells(each, report)] for each in found.standing.appeals]
    heads = [head.in_(lang) for head in COLUMNS]
    widths = [max(map(text_width, column)) for column in zip(heads, *rows, strict=True)]
    yield paint(_line(heads, widths), "header")
    for each, row in zip(found.standing.appeals, rows, strict=True):
        style = STYLES.get(each.state)
        line = _line(row, widths)
        yield paint(line, style) if style else line
        for said in _said(each):
            yield from indented(said.in_(lang), BELOW, width)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(padded(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cells(each: AppealStanding, report: AppealsReport) -> Iterator[Text]:
    """One row, in the order of the columns."""
    appeal, review, due = each.appeal, each.review, each.reexamine
    state = STATES[each.state]
    if each.state == "overdue" and due is not None and due.last is not None:
        days = (report.as_of - due.last).days
        state = Text(f"{state.zh} {days} 天", f"{state.en} {days} {'day' if days == 1 else 'days'}")
    yield state
    yield Text(appeal.id, appeal.id)
    name = f"{report.names.get(appeal.cadre, appeal.cadre)} {appeal.cadre}"
    yield Text(name, name)
    yield late_text(appeal.lodged, each.lodged_in_time)
    last = "—" if due is None or due.last is None else due.last.isoformat()
    yield Text(last, last)
    if review is None:
        gone = appeal.withdrawn.isoformat() if each.state == "withdrawn" and appeal.withdrawn else ""
        yield Text(f"{gone} 撤回", f"{gone} withdrawn") if gone else Text("—", "—")
        return
    day, who = late_text(review.on, each.reviewed_in_time), official_text(review.by, report.names)
    yield Text(f"{day.zh} {who.zh}", f"{day.en} {who.en}")


def _said(each: AppealStanding) -> Iterator[Text]:
    """What was objected, and what the re-examination found."""
    appeal, review = each.appeal, each.review
    zh, en = _with_evidence(appeal.grounds, appeal.evidence)
    yield Text(f"{appeal.by}提出：{zh}", f"Lodged by {appeal.by}: {en}")
    if review is not None:
        zh, en = _with_evidence(review.reason, review.evidence)
        yield Text(f"复核：{zh}", f"Found: {en}")


def _with_evidence(said: str, evidence: Sequence[str]) -> tuple[str, str]:
    if not evidence:
        return said, said
    return f"{said}（{'、'.join(evidence)}）", f"{said} ({', '.join(evidence)})"
