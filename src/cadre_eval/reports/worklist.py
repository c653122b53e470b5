"""What is open of the work lists, and how much was done in time, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.reports.percent import percent_text
from cadre_eval.reports.table import GAP, INDENT, NARROWEST_NOTES, Paint, wrapped
from cadre_eval.reports.worklist_groups import By, Group, WorklistReport, grouped
from cadre_eval.supervision.worklists import Standing
from cadre_eval.supervision.worklists_states import State

STATES: Mapping[State, Text] = {
    State.OVERDUE: Text("逾期", "Overdue"),
    State.RETURNED: Text("退回", "Returned"),
    State.REPORTED: Text("待核查", "To check"),
    State.NOT_DISPATCHED: Text("未派单", "Not dispatched"),
    State.OPEN: Text("在办", "Open"),
    State.DONE_LATE: Text("逾期办结", "Done late"),
    State.DONE: Text("按时办结", "Done"),
}
GROUPS: Mapping[By, Text] = {
    "township": Text("乡镇/街道", "Township"),
    "host": Text("社区/村", "Host"),
    "cadre": Text("驻村干部", "Cadre"),
}
STYLES = {State.OVERDUE: "head", State.RETURNED: "pending"}


def worklist_table(report: WorklistReport, lang: Lang, paint: Paint, width: int | None) -> str:
    """The table; ``width`` is that of the terminal, None writes each line in full."""
    groups = grouped(report.work, report.by)
    blocks = ["\n".join(_heading(report, lang, paint))]
    blocks += ["\n".join(_open(g, report, lang, paint, width)) for g in groups if g.open]
    if report.work:
        if not any(group.open for group in groups):
            blocks.append(Text("没有未办结的事项。", "Nothing is open.").in_(lang))
        blocks.append("\n".join(_summary(groups, report, lang, paint)))
    return "\n\n".join(blocks) + "\n"


def _heading(report: WorklistReport, lang: Lang, paint: Paint) -> Iterator[str]:
    day = report.as_of.isoformat()
    yield paint(Text(f"工作清单　截至 {day}", f"Work lists, as of {day}").in_(lang), "title")
    open_lists = {s.worklist.id for s in report.work if not s.state.is_done}
    shown = [w for w in report.worklists if w.id in open_lists or len(report.worklists) == 1]
    for each in shown:
        source = (f"，依据{each.source}", f", after {each.source}") if each.source else ("", "")
        items, issued = len(each.items), each.issued.isoformat()
        zh = f"{each.title}（{each.id}）：{issued} 下发，{items} 项{source[0]}"
        en = f"{each.title} ({each.id}): issued {issued}, items: {items}{source[1]}"
        yield Text(zh, en).in_(lang)
    finished = len(report.worklists) - len(shown)
    if finished:
        zh = f"{'另有 ' if shown else ''}{finished} 份清单已全部办结"
        yield Text(zh, f"Finished lists: {finished}").in_(lang)
    if not report.worklists:
        yield Text("到这一天没有下发过清单。", "No list was issued by then.").in_(lang)


def _open(group: Group, report: WorklistReport, lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    count = Text(f"{len(group.open)} 项未办结", f"{len(group.open)} open").in_(lang)
    title = Text(f"{group.name}（{group.id}）　{count}", f"{group.name} ({group.id}): {count}")
    yield paint(title.in_(lang), "pool")
    columns: list[tuple[Text, Callable[[Standing], str]]] = [
        (Text("状态", "State"), lambda s: state_text(s).in_(lang)),
        (Text("期限", "Due"), lambda s: s.item.due.isoformat()),
    ]
    if report.by != "cadre":
        columns.append((Text("姓名", "Name"), lambda s: f"{s.posting.cadre.name} {s.cadre}"))
    if report.by != "host":
        columns.append((GROUPS["host"], lambda s: s.posting.host.name))
    rows = [[cell(each) for _, cell in columns] for each in group.open]
    heads = [head.in_(lang) for head, _ in columns]
    widths = [max(map(text_width, cells)) for cells in zip(heads, *rows, strict=True)]
    fixed = sum(widths) + len(GAP) * len(widths)
    beside = width is None or width - fixed >= NARROWEST_NOTES
    indent = fixed if beside else INDENT
    yield paint(_line([*heads, Text("事项", "Item").in_(lang)] if beside else heads, widths), "header")
    for each, row in zip(group.open, rows, strict=True):
        text = _about(each, report.officials).in_(lang)
        lines = [text] if width is None else list(wrapped(text, max(NARROWEST_NOTES, width - indent)))
        yield paint(_line([*row, *lines[:1]] if beside else row, widths), STYLES.get(each.state, ""))
        for more in lines[1:] if beside else lines:
            yield " " * indent + more


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells in their columns; what comes after the last column is as long as it is."""
    sized = [padded(cell, width) for cell, width in zip(cells, widths, strict=False)]
    return GAP.join([*sized, *cells[len(widths) :]]).rstrip()


def state_text(standing: Standing) -> Text:
    """The state, with the days if it is overdue."""
    name = STATES[standing.state]
    if standing.state is not State.OVERDUE:
        return name
    days = standing.days_late
    return Text(f"逾期 {days} 天", f"Overdue {days} {'day' if days == 1 else 'days'}")


def _about(standing: Standing, officials: Mapping[str, str]) -> Text:
    """The item, and what happened to it last or what it waits for."""
    title, said = standing.item.title, _last(standing, officials)
    zh, en = (f"：{said.zh}", f": {said.en}") if said.zh else ("", "")
    return Text(f"{title}{zh}　[{standing.id}]", f"{title}{en}  [{standing.id}]")


def _last(standing: Standing, officials: Mapping[str, str]) -> Text:
    back = standing.last_return
    if back is not None:
        who, why = officials.get(back.by, back.by), back.reason or "—"
        return Text(f"{back.on} {who}退回：{why}", f"returned {back.on} by {who}: {why}")
    if standing.waits:
        on = standing.reports[-1].on
        late = on > standing.item.due
        return Text(f"{on} 报送{'，待核查' if late else ''}", f"reported {on}{', to be checked' if late else ''}")
    if standing.state is State.NOT_DISPATCHED:
        street, days = standing.posting.host.township.name, standing.days_late
        past = (f"，已过期限 {days} 天", f", {days} days past due") if days else ("", "")
        return Text(f"{street}还没有派单{past[0]}", f"not dispatched by {street} yet{past[1]}")
    wanted = standing.item.wanted
    return Text(f"应附{wanted}", f"evidence wanted: {wanted}") if wanted else Text("", "")


_COUNTED = (State.OVERDUE, State.RETURNED, State.REPORTED, State.NOT_DISPATCHED, State.OPEN)


def _summary(groups: Sequence[Group], report: WorklistReport, lang: Lang, paint: Paint) -> Iterator[str]:
    yield paint(Text("汇总", "Summary").in_(lang), "pool")
    heads = [GROUPS[report.by], Text("项次", "Items"), Text("办结", "Done")]
    heads += [STATES[s] for s in _COUNTED] + [Text("按时率", "In time"), Text("一次通过率", "At once")]
    every = [*groups, Group("", Text("合计", "All").in_(lang), report.work)] if len(groups) > 1 else groups
    rows = [[head.in_(lang) for head in heads], *([*_counts(group)] for group in every)]
    widths = [max(map(text_width, column)) for column in zip(*rows, strict=True)]
    for index, row in enumerate(rows):
        cells = [padded(cell, w, right=n > 0) for n, (cell, w) in enumerate(zip(row, widths, strict=True))]
        line = GAP.join(cells).rstrip()
        yield line if index else paint(line, "header")


def _counts(group: Group) -> Iterator[str]:
    yield f"{group.name} {group.id}".rstrip()
    yield str(len(group.work))
    yield str(len(group.work) - len(group.open))
    for state in _COUNTED:
        yield str(group.count(state))
    in_time, first = group.on_time, group.at_once
    for rate, part, whole in (
        (in_time.rate, in_time.done, in_time.counted),
        (first.rate, first.accepted, first.checked),
    ):
        yield "—" if rate is None else f"{percent_text(rate)} {part}/{whole}"
