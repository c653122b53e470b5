"""What is to be said of a draw that is impossible, of one that was not proven, of a result that is not as it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.model.draws import Draw, Drawn, Team
from cadre_eval.supervision.draw.breaches import breaches
from cadre_eval.supervision.draw.clash import Change, Clash
from cadre_eval.supervision.draw.drawing import Result
from cadre_eval.supervision.draw.rules import rule_place, rule_text, skill_name
from cadre_eval.supervision.draw.task import Task
from cadre_eval.supervision.draw.tickets import TICKETS

NOBODY, NOTHING = Text("没有人", "nobody"), Text("没有", "none")


def joined(texts: Sequence[Text]) -> Text:
    return Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))


def change_text(change: Change, task: Task) -> Text:
    """A change as it would be made, with what to write."""
    rule, draw = change.rule, task.draw
    if rule.kind == "most-apart":
        n = draw.most_apart + change.by
        return Text(
            f"每人检查次数最多相差 {n}（most_apart: {n}）", f"visits per inspector up to {n} apart (most_apart: {n})"
        )
    if rule.kind == "reciprocal" or rule.host is None:
        return Text(
            "互查由禁止改为尽量避免（reciprocal: avoid）",
            "reciprocal pairs avoided, no longer forbidden (reciprocal: avoid)",
        )
    name = task.hosts[rule.host].name
    if rule.skill is None:
        n = draw.needed(rule.host) - change.by
        key = f"cover_at: {{{rule.host}: {n}}}"
        return Text(
            f"{name}由 {n + change.by} 人改为 {n} 人（{key}）", f"{n} instead of {n + change.by} at {name} ({key})"
        )
    n, what = task.needed(rule.skill, rule.host) - change.by, skill_name(task, rule.skill)
    key = f"at_least_at: {{{rule.host}: {n}}}"
    return Text(
        f"{name}的检查组至少 {n} 名{what.zh}（{key}）", f"at least {n} {what.en} in the team of {name} ({key})"
    )


def object_to_clash(task: Task, clash: Clash, problems: Problems) -> None:
    """The draw is impossible: the rules that clash, each with its place, and the smallest relaxation."""
    places = [(rule_text(rule, task), place) for rule in clash.rules if (place := rule_place(rule, task)) is not None]
    problems.add(
        "CE752",
        _place(task.draw),
        also=places,
        count=str(len(task.inspectors)),
        clash=joined([rule_text(rule, task) for rule in clash.rules]),
        changes=joined([change_text(change, task) for change in clash.changes]),
    )


def object_to_effort(draw: Draw, problems: Problems) -> None:
    """The solver did not prove its answer."""
    problems.add("CE753", _place(draw), draw=draw.id)


def object_to_breaches(task: Task, written: Drawn, problems: Problems) -> None:
    """Each hard rule that a written result breaks."""
    spans = {team.host: team.span for team in written.teams}
    fallback = written.span or Span(Source("—"), 1, 1)
    for breach in breaches(task, {team.host: team.inspectors for team in written.teams}):
        problems.add("CE754", spans.get(breach.host or "") or fallback, rule=breach.what)


def object_to_differences(result: Result, written: Drawn, problems: Problems) -> None:
    """Everything in a written result that is not what the draw gives."""
    fallback = written.span or Span(Source("—"), 1, 1)
    for key, what, was, drawn in _differences(result, written):
        problems.add("CE755", written.places.get(key) or fallback, what=what, was=was, drawn=drawn)


def _differences(result: Result, written: Drawn) -> Iterator[tuple[str, Text, Text | str, Text | str]]:
    """Key, what it is, as written, as drawn."""
    task, draw = result.task, result.task.draw
    heads = (
        ("draw", Text("抽签", "the draw"), written.draw, draw.id),
        ("on", Text("日期", "the day"), written.on.isoformat(), draw.on.isoformat()),
        ("seed", Text("种子", "the seed"), written.seed, draw.seed or ""),
        ("digest", Text("输入的摘要", "the digest of the input"), written.digest, task.digest),
        ("tickets", Text("签号的算法", "how tickets are made"), written.tickets, TICKETS),
    )
    yield from ((key, what, was, now) for key, what, was, now in heads if was != now)
    teams = {team.host: team for team in written.teams}
    for host in sorted({*teams, *result.teams}):
        name = task.hosts[host].name if host in task.hosts else host
        team = teams.get(host, Team(host, ()))
        was, now = sorted(team.inspectors), list(result.teams.get(host, ()))
        if was != now:
            yield (
                f"teams/{host}",
                Text(f"{name}的检查组", f"the team of {name}"),
                _named(was, task),
                _named(now, task),
            )
        asked, due = sorted(team.households), list(result.households.get(host, ()))
        if asked != due:
            what = Text(f"{name}的抽查户", f"the households of {name}")
            yield f"teams/{host}", what, _numbers(asked), _numbers(due)


def _named(people: Sequence[str], task: Task) -> Text | str:
    names = [f"{task.inspectors[p].name} {p}" if p in task.inspectors else p for p in people]
    return Text("、".join(names), ", ".join(names)) if names else NOBODY


def _numbers(numbers: Sequence[int]) -> Text | str:
    return ", ".join(map(str, numbers)) if numbers else NOTHING


def _place(draw: Draw) -> Span:
    return draw.span or Span(Source("—"), 1, 1)
