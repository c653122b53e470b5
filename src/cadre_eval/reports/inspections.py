"""Inspections as a table: the sentence for a report, figures by inspection, street and kind, the findings."""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.errors import Lang, Text
from cadre_eval.model.dates import Days
from cadre_eval.reports.inspections_findings import Grid, findings_table, told
from cadre_eval.reports.inspections_wording import (
    INSPECTION_STATES,
    KINDS,
    Names,
    findings_text,
    remarks,
    sentence,
)
from cadre_eval.reports.table import Paint
from cadre_eval.supervision.inspections import Account, Figures, Held, figures, grouped
from cadre_eval.supervision.sampling import sampling_text

FIGURES = (
    Text("问题", "Found"), Text("已整改", "Put right"), Text("整改中", "In hand"), Text("逾期", "Overdue"),
    Text("反复", "Again"),
)  # fmt: skip
VISITS = Text("走访", "Visits")


def inspections_table(account: Account, names: Names, lang: Lang, paint: Paint, width: int | None) -> str:
    """The account of a year."""
    heading = Text(f"驻村工作督查　{account.year}年", f"Inspections of {account.year}").in_(lang)
    as_of = Text(f"截至 {account.as_of.isoformat()}", f"as of {account.as_of.isoformat()}").in_(lang)
    blocks = [f"{paint(heading, 'title')}\n{as_of}", "\n".join(told(sentence(account, names).in_(lang), "", width))]
    if account.held:
        blocks.append(_block(_inspections(account, lang), Text("按督查", "By inspection"), lang, paint))
        unvisited = [line for held in account.held for line in _unvisited(held, names, lang, width)]
        blocks += ["\n".join(unvisited)] if unvisited else []
        departed = [line for held in account.held for line in _departures(held, names, lang, width)]
        blocks += ["\n".join(departed)] if departed else []
        blocks.append(_block(_townships(account, names, lang), Text("按街道（乡镇）", "By street"), lang, paint))
    if account.findings:
        blocks.append(_block(_kinds(account, lang), Text("按问题种类", "By kind"), lang, paint))
    findings = [*account.carried_over, *account.findings]
    blocks.append(findings_table(findings, account.as_of, names, lang, paint, width))
    blocks += ["\n".join(line for r in remarks(account) for line in told(r.in_(lang), "", width))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def inspection_table(account: Account, names: Names, lang: Lang, paint: Paint, width: int | None) -> str:
    """One inspection: its team, its visits, its findings."""
    held = account.held[0]
    inspection = held.inspection
    facts = [KINDS[inspection.kind], _days(inspection.days), INSPECTION_STATES[held.state]]
    line = " · ".join(f.in_(lang) for f in facts)
    if inspection.draw:
        line += Text(f" · 按抽签 {inspection.draw}", f" · drawn in {inspection.draw}").in_(lang)
    comma = "、" if lang == "zh" else ", "
    team = Text("督查组：", "Team: ").in_(lang) + comma.join(map(names.person, inspection.team))
    known = Text(f"截至 {account.as_of.isoformat()}", f"as of {account.as_of.isoformat()}").in_(lang)
    head = [
        paint(
            f"{inspection.title}（{inspection.id}）" if lang == "zh" else f"{inspection.title} ({inspection.id})",
            "title",
        )
    ]
    blocks = ["\n".join([*head, line, team, known])]
    if held.counts:
        blocks.append("\n".join(told(_told_of(held).in_(lang), "", width)))
    if held.visits:
        blocks.append("\n".join(_visits(held, names, lang, paint, width)))
    blocks.append("\n".join(_unvisited(held, names, lang, width)))
    blocks.append("\n".join(_departures(held, names, lang, width)))
    blocks.append(findings_table(held.findings, account.as_of, names, lang, paint, width))
    blocks.append("\n".join(line for r in remarks(account) for line in told(r.in_(lang), "", width)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _departures(held: Held, names: Names, lang: Lang, width: int | None) -> Iterator[str]:
    """Where the visits were not made by those drawn, and where that cannot be said."""
    inspection = held.inspection
    if inspection.draw is not None and held.drawn is None:
        text = Text(
            f"{inspection.title}：抽签 {inspection.draw} 的结果不在案，没有核对是不是抽定的人去的",
            f"{inspection.title}: the result of the draw {inspection.draw} is not on record; who was drawn is not checked",
        )
        yield from told(text.in_(lang), "", width)
    for visit, team in held.departures:
        drawn, came = ("、".join(map(names.person, people)) or "—" for people in (sorted(team), sorted(visit.by)))
        text = Text(
            f"{inspection.title}：{visit.on} {names.host(visit.host)} 抽定{drawn}，去的是{came}",
            f"{inspection.title}: {visit.on} {names.host(visit.host)}, drawn were {drawn}, those who went were {came}",
        )
        yield from told(text.in_(lang), "", width)


def _told_of(held: Held) -> Text:
    found, count = findings_text(figures(held.findings)), len(held.visits)
    return Text(f"走访{count}村次，{found.zh}。", f"{count} visit{'' if count == 1 else 's'}; {found.en}.")


def _block(grid: Grid, title: Text, lang: Lang, paint: Paint) -> str:
    return "\n".join([paint(title.in_(lang), "pool"), *grid.lines(paint)])


def _inspections(account: Account, lang: Lang) -> Grid:
    header = [
        Text("代码", "Id"),
        Text("名称", "Title"),
        Text("类型", "Kind"),
        Text("日期", "Days"),
        Text("状态", "State"),
        VISITS,
        *FIGURES,
    ]
    rows = []
    for held in account.held:
        inspection = held.inspection
        what = [
            KINDS[inspection.kind].in_(lang),
            _days(inspection.days).in_(lang),
            INSPECTION_STATES[held.state].in_(lang),
        ]
        numbers = [str(len(held.visits)), *_numbers(figures(held.findings))] if held.counts else [""] * 6
        rows.append([inspection.id, inspection.title, *what, *numbers])
    visits = str(sum(len(held.visits) for held in account.held))
    rows.append([Text("合计", "Total").in_(lang), "", "", "", "", visits, *_numbers(figures(account.findings))])
    return Grid([h.in_(lang) for h in header], rows, 5)


def _townships(account: Account, names: Names, lang: Lang) -> Grid:
    """Every street that has a host, those without a visit too."""
    streets = {host.township.id: host.township.name for host in names.hosts.values()}
    of_host = {host.id: host.township.id for host in names.hosts.values()}
    visits = [of_host[visit.host] for held in account.held for visit in held.visits]
    found = grouped(account.findings, lambda s: of_host[s.finding.host])
    header = [Text("街道（乡镇）", "Street"), VISITS, *FIGURES]
    rows = [
        [streets[street], str(visits.count(street)), *_numbers(figures(found.get(street, ())))]
        for street in sorted(streets)
    ]
    return Grid([h.in_(lang) for h in header], rows, 1)


def _kinds(account: Account, lang: Lang) -> Grid:
    """The most frequent first."""
    found = grouped(account.findings, lambda s: s.finding.kind)
    order = sorted(found, key=lambda kind: (-len(found[kind]), kind))
    rows = [[found[kind][-1].finding.title or kind, *_numbers(figures(found[kind]))] for kind in order]
    return Grid([h.in_(lang) for h in (Text("种类", "Kind"), *FIGURES)], rows, 1)


def _numbers(found: Figures) -> list[str]:
    return [str(n) for n in (found.found, found.rectified, found.in_hand, found.overdue, found.recurring)]


def _days(days: Days) -> Text:
    first, last = days.first.isoformat(), days.last.isoformat()
    return Text(first, first) if first == last else Text(f"{first} 至 {last}", f"{first} to {last}")


def _unvisited(held: Held, names: Names, lang: Lang, width: int | None) -> Iterator[str]:
    """The hosts it was to visit, and has not."""
    hosts = held.unvisited
    if hosts:
        listed = ("、" if lang == "zh" else ", ").join(map(names.host, hosts))
        what = Text("没有走访", "not visited") if held.state in {"held", "not-held"} else Text("待走访", "to visit")
        line = Text(f"{held.inspection.id} {what.zh}：{listed}", f"{held.inspection.id} {what.en}: {listed}").in_(
            lang
        )
        yield from told(line, "    ", width)


def _visits(held: Held, names: Names, lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    comma = "、" if lang == "zh" else ", "
    header = [
        Text("日期", "Day"),
        Text("社区/村", "Host"),
        Text("检查人", "Inspectors"),
        Text("在岗", "Present"),
        Text("不在岗", "Absent"),
    ]
    rows = [
        [
            v.on.isoformat(),
            names.host(v.host),
            *(comma.join(map(names.person, p)) or "—" for p in (v.by, v.present, v.absent)),
        ]
        for v in held.visits
    ]
    yield from Grid([h.in_(lang) for h in header], rows, len(header)).lines(paint)
    for visit in held.visits:
        for question, sample in sorted(visit.households.items()):
            shown, host, asked = sampling_text(sample), names.host(visit.host), names.titles.get(question, question)
            line = Text(f"{host}入户抽查“{asked}”：{shown.zh}", f"{host}, '{asked}': {shown.en}")
            yield from told(line.in_(lang), "    ", width)
