"""Signals as a table: days by month at a glance, then each cadre's statements with their evidence beneath."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from cadre_eval.errors import Lang, Text
from cadre_eval.reports.signals_months import LEGEND, detail, overview
from cadre_eval.reports.table import NARROWEST_NOTES, Paint, wrapped
from cadre_eval.supervision.signals.found import CadreSignals, Signals
from cadre_eval.supervision.signals.signal import CHECKS, TITLES, Signal, Unmade, Witness

SHOWN = 6
"""Of what a check was not made for, so many are named; the JSON names all."""


def signals_table(found: Signals, title: str, lang: Lang, paint: Paint, width: int | None) -> str:
    """The table; ``width`` is that of the terminal (long lines are wrapped to it), None leaves lines as they are."""
    blocks = ["\n".join(_heading(found, title, lang, paint))]
    alone = len(found.cadres) == 1
    if not alone:
        blocks += ["\n".join(lines) for lines in overview(found.cadres, lang, paint, width)]
    for cadre in found.cadres:
        if cadre.signals or alone:
            blocks.append("\n".join(_cadre(cadre, lang, paint, width)))
    if any(cadre.months for cadre in found.cadres):
        blocks.append("\n".join(_told(LEGEND.in_(lang), 0, width)))
    if found.unmade:
        blocks.append("\n".join(_not_checked(found.unmade, lang, paint, width)))
    return "\n\n".join([*blocks, "\n".join(_told(_closing(found).in_(lang), 0, width))]) + "\n"


def _heading(found: Signals, title: str, lang: Lang, paint: Paint) -> Iterator[str]:
    yield paint(Text(f"考勤核对　{title}", f"Attendance signals, {title}").in_(lang), "title")
    since = Text(f"{found.since} 起，", f"from {found.since}, ") if found.since else Text("", "")
    yield Text(
        f"{since.zh}截至 {found.as_of}；工作日按 {found.calendar}",
        f"{since.en}as of {found.as_of}; workdays by {found.calendar}",
    ).in_(lang)


def _cadre(cadre: CadreSignals, lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    hosts = list(dict.fromkeys(posting.host.name for posting in cadre.postings))
    count = len(cadre.signals)
    head = Text(
        f"{cadre.name}（{cadre.cadre}，{'、'.join(hosts)}）　{count} 条线索",
        f"{cadre.name} ({cadre.cadre}, {', '.join(hosts)}): {count} signal{'' if count == 1 else 's'}",
    )
    yield paint(head.in_(lang), "pool")
    yield from detail(cadre.months, lang, paint)
    for sort, signals in groupby(cadre.signals, key=lambda s: s.sort):
        yield f"  {paint(TITLES[sort].in_(lang), 'title')}"
        for signal in signals:
            yield from _signal(signal, lang, width)


def _signal(signal: Signal, lang: Lang, width: int | None) -> Iterator[str]:
    first, *rest = _told(signal.statement.in_(lang), 4, width)
    yield f"  · {first.strip()}"
    yield from rest
    for what, witnesses in groupby(signal.witnesses, key=lambda w: w.what):
        says = ("；" if lang == "zh" else "; ").join(_says(w, lang) for w in witnesses)
        yield from _told(Text(f"{what.zh}：{says}", f"{what.en}: {says}").in_(lang), 6, width)
    if signal.rule is not None:
        basis = Text(f"{signal.basis}，", f"{signal.basis}, ") if signal.basis else Text("", "")
        place = signal.rule.short
        yield from _told(Text(f"规定：{basis.zh}{place}", f"rule: {basis.en}{place}").in_(lang), 6, width)


def _says(witness: Witness, lang: Lang) -> str:
    """What a record says, its evidence and its place."""
    papers, place = witness.evidence, witness.span.short if witness.span is not None else None
    zh = "，".join([*([f"佐证 {'、'.join(papers)}"] if papers else []), *([place] if place else [])])
    en = ", ".join([*([f"evidence {', '.join(papers)}"] if papers else []), *([place] if place else [])])
    says = witness.says
    return Text(f"{says.zh}（{zh}）" if zh else says.zh, f"{says.en} ({en})" if en else says.en).in_(lang)


def _not_checked(unmade: Iterable[Unmade], lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    yield paint(Text("没有核对的", "Not checked").in_(lang), "pool")
    for one in unmade:
        title, reason, about = CHECKS[one.check], one.reason, _about(one)
        line = Text(f"{title.zh}：{reason.zh}{about.zh}", f"{title.en}: {reason.en}{about.en}")
        first, *rest = _told(line.in_(lang), 4, width)
        yield first[2:]
        yield from rest


def _about(one: Unmade) -> Text:
    names, more = one.about[:SHOWN], len(one.about) - SHOWN
    if not names:
        return Text("", "")
    zh, en = (f" 等 {len(one.about)} 项", f" and {more} more") if more > 0 else ("", "")
    return Text(f"——{'、'.join(names)}{zh}", f": {', '.join(names)}{en}")


def _closing(found: Signals) -> Text:
    signals = sum(len(cadre.signals) for cadre in found.cadres)
    concerned = sum(bool(cadre.signals) for cadre in found.cadres)
    return Text(
        f"共 {len(found.cadres)} 人，{concerned} 人有线索，共 {signals} 条。线索只是把记录对在一起，不是结论：是否属实、怎样处理，由有权的人核实决定。",
        f"{len(found.cadres)} cadre{'' if len(found.cadres) == 1 else 's'}, {concerned} with signals, {signals} in all. A signal sets records side by side, it is no verdict: "
        "those entitled look into it and decide.",
    )


def _told(text: str, indent: int, width: int | None) -> list[str]:
    """The text in lines, each indented."""
    lines = [text] if width is None else list(wrapped(text, max(NARROWEST_NOTES, width - indent)))
    return [" " * indent + line for line in lines]
