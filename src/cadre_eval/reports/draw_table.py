"""A draw as a table for a terminal: teams host by host, each inspector's visits, who goes where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.reports.draw_wording import role_text, soft_text, street_text
from cadre_eval.reports.table import GAP, NARROWEST_NOTES, wrapped
from cadre_eval.supervision.draw.counting import soft_count
from cadre_eval.supervision.draw.drawing import Result
from cadre_eval.supervision.draw.task import Task

Paint = Callable[[str, str], str]
INDENT = "  "


def draw_table(result: Result, lang: Lang, paint: Paint, width: int | None) -> str:
    """The table; ``width`` is that of the terminal, None writes each line in full."""
    blocks = [
        heading(result.task, lang, paint),
        "\n".join(_summary(result, lang)),
        "\n".join(_teams(result, lang, paint, width)),
        "\n".join(_inspectors(result, lang, paint)),
        "\n".join(_who_goes_where(result, lang, paint)),
    ]
    return "\n\n".join(blocks) + "\n"


def prepared_text(task: Task, lang: Lang, paint: Paint) -> str:
    """What is known before the seed: the draw is possible, and the digest to publish."""
    waiting = Text(
        f"这次抽签可行，等待种子。先公布上面的摘要，讲定种子怎么产生、怎么写，再公开摇号；摇出的号写进 {task.draw.id} 的 seed，重新运行。",
        f"The draw is possible and waits for its seed. Publish the digest above and how the seed will be written, draw it in"
        f" public, write it as 'seed' of {task.draw.id} and run this again.",
    )
    return f"{heading(task, lang, paint)}\n\n{waiting.in_(lang)}\n"


def heading(task: Task, lang: Lang, paint: Paint) -> str:
    """What was drawn, by which seed, from which input."""
    draw = task.draw
    title = Text(f"{draw.title}（{draw.id}）", f"{draw.title} ({draw.id})").in_(lang)
    seed = Text(f"种子：{draw.seed or '（未定）'}", f"seed: {draw.seed or '(not yet)'}")
    lines = (
        Text(f"以 {draw.on.isoformat()} 的派驻为准", f"postings of {draw.on.isoformat()}"),
        seed,
        Text(f"摘要：{task.digest}", f"digest: {task.digest}"),
    )
    return "\n".join([paint(title, "title"), *(line.in_(lang) for line in lines)])


def _summary(result: Result, lang: Lang) -> Iterator[str]:
    task, draw = result.task, result.task.draw
    loads, pairs = sorted(result.loads.values()), result.pairs
    ends = sorted({str(loads[0]), str(loads[-1])}) if loads else ["0"]
    yield Text(
        f"检查人员 {len(task.inspectors)} 名，社区（村）{len(task.hosts)} 个，共 {len(result.visits)} 人次，每人 {'～'.join(ends)} 次",
        f"{len(task.inspectors)} inspectors, {len(task.hosts)} hosts, {len(result.visits)} visits, {' to '.join(ends)} each",
    ).in_(lang)
    names = [f"{task.inspectors[a].name}—{task.inspectors[b].name}" for (a, _), (b, _) in pairs]
    if pairs:
        yield Text(
            f"互查 {len(pairs)} 对{'（避免不了）' if draw.reciprocal == 'avoid' else ''}：{'、'.join(names)}",
            f"{len(pairs)} reciprocal{' (not avoidable)' if draw.reciprocal == 'avoid' else ''}: {', '.join(names)}",
        ).in_(lang)
    else:
        yield Text("没有互查", "no two inspect each other's host").in_(lang)
    for k, rule in enumerate(draw.soft):
        yield soft_text(rule, soft_count(task, k, result.visits)).in_(lang)


def columns(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Rows as lines, each column as wide as its widest cell."""
    widths = [max(text_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [GAP.join(padded(c, w, right=k in right) for k, (c, w) in enumerate(zip(row, widths, strict=True))).rstrip()
            for row in rows]  # fmt: skip


def _teams(result: Result, lang: Lang, paint: Paint, width: int | None) -> Iterator[str]:
    """A heading for each host, its team, its households."""
    task = result.task
    people = {p: [person.name, p, role_text(person, lang), street_text(person.township, task, lang)]
              for p, person in task.inspectors.items()}  # fmt: skip
    lines = dict(zip(people, columns(list(people.values())), strict=True))
    yield paint(Text("检查组", "Teams").in_(lang), "pool")
    for host, team in result.teams.items():
        place = task.hosts[host]
        yield paint(Text(f"{place.name}（{host}，{place.township.name}）", f"{place.name} ({host}, {place.township.name})").in_(lang), "title")  # fmt: skip
        yield from (f"{INDENT}{lines[person]}" for person in team)
        if result.households[host]:
            yield from _households(result, host, lang, width)


def _households(result: Result, host: str, lang: Lang, width: int | None) -> Iterator[str]:
    numbers, every = result.households[host], result.task.draw.households[host]
    comma = "、" if lang == "zh" else ", "
    listed = comma.join(map(str, numbers))
    whole = len(numbers) == every
    text = Text(
        f"抽查{'全部' if whole else ''} {len(numbers)} 户（共 {every} 户）：{listed}",
        f"{'all ' if whole else ''}{len(numbers)} of {every} households: {listed}",
    ).in_(lang)
    parts = [text] if width is None else wrapped(text, max(NARROWEST_NOTES, width - len(INDENT)))
    yield from (f"{INDENT}{part}" for part in parts)


def _inspectors(result: Result, lang: Lang, paint: Paint) -> Iterator[str]:
    """Each inspector's visits."""
    task = result.task
    heads = (
        Text("姓名", "Name"),
        Text("代码", "Id"),
        Text("来自", "From"),
        Text("次数", "Visits"),
        Text("去处", "Hosts"),
    )
    rows = [[head.in_(lang) for head in heads]]
    for person in task.inspectors.values():
        hosts = [task.hosts[h].name for h, team in result.teams.items() if person.id in team]
        street = street_text(person.township, task, lang)
        visits = str(result.loads[person.id])
        rows.append([person.name, person.id, street, visits, ("、" if lang == "zh" else ", ").join(hosts) or "—"])
    lines = columns(rows, right=frozenset({3}))
    yield paint(Text("检查人员", "Inspectors").in_(lang), "pool")
    yield paint(lines[0], "header")
    yield from lines[1:]


def _who_goes_where(result: Result, lang: Lang, paint: Paint) -> Iterator[str]:
    """Hosts down, the inspectors' streets across: how many go. A street's own hosts are marked."""
    task = result.task
    streets = sorted({p.township or "" for p in task.inspectors.values()}, key=lambda t: (t == "", t))
    names = [street_text(t or None, task, lang) for t in streets]
    rows = [[Text("去＼来自", "to \\ from").in_(lang), *names]]
    for host, team in result.teams.items():
        own = task.hosts[host].township.id
        counts = [sum((task.inspectors[p].township or "") == t for p in team) for t in streets]
        cells = [str(n) if n else "×" if t == own else "·" for t, n in zip(streets, counts, strict=True)]
        rows.append([task.hosts[host].name, *cells])
    lines = columns(rows, right=frozenset(range(1, len(rows[0]))))
    yield paint(Text("谁去哪里（人数；× 本街道，回避）", "Who goes where (people; × own street)").in_(lang), "pool")
    yield paint(lines[0], "header")
    yield from lines[1:]
