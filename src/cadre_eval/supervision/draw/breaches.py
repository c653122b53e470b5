"""Checks any teams against the hard rules, without a solver: what a draw gave, or what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.supervision.draw.bars import BAR_WORDS
from cadre_eval.supervision.draw.counting import loads, reciprocal_pairs
from cadre_eval.supervision.draw.rules import Rule, rule_text
from cadre_eval.supervision.draw.task import Task, Visits

Teams = Mapping[str, Sequence[str]]


@frozen
class Breach:
    """A hard rule that is broken, at a host or (None) by the draw as a whole; ``inspector`` if one person breaks it."""

    what: Text
    host: str | None = None
    inspector: str | None = None


def visits_of(teams: Teams) -> Visits:
    return frozenset((person, host) for host, team in teams.items() for person in team)


def breaches(task: Task, teams: Teams) -> list[Breach]:
    """Every hard rule that teams break. Everybody in them is an inspector of the draw, every host one of its hosts."""
    visits = visits_of(teams)
    found = [breach for host in task.hosts for breach in _at_host(task, host, sorted(set(teams.get(host, ()))))]
    load = loads(task, visits)
    if load and max(load.values()) - min(load.values()) > task.draw.most_apart:
        rule = rule_text(Rule("most-apart"), task)
        high, low = max(load.values()), min(load.values())
        found.append(Breach(Text(f"{rule.zh}，现为 {high} 和 {low}", f"{rule.en}, but {high} and {low}")))
    if task.draw.reciprocal == "forbid":
        for (a, _), (b, _) in reciprocal_pairs(task, visits):
            names = [task.inspectors[p].name for p in (a, b)]
            found.append(
                Breach(Text(f"不得互查：{'、'.join(names)}", f"inspect each other's host: {', '.join(names)}"))
            )
    return found


def _at_host(task: Task, host: str, team: Sequence[str]) -> Iterator[Breach]:
    wrong = len(team) != task.draw.needed(host)
    if wrong:
        rule = rule_text(Rule("cover", host), task)
        yield Breach(Text(f"{rule.zh}，现有 {len(team)} 人", f"{rule.en}, but has {len(team)}"), host)
    for person in team:
        for bar in task.bars.get((person, host), ()):
            name, words = task.inspectors[person].name, BAR_WORDS[bar]
            yield Breach(Text(f"{words.zh}：{name}", f"{words.en}: {name}"), host, person)
    for skill, people in enumerate(task.skilled):
        has = len(people & set(team))
        if has < task.needed(skill, host):
            rule = rule_text(Rule("skill", host, skill), task)
            yield Breach(Text(f"{rule.zh}，现有 {has} 名", f"{rule.en}, but has {has}"), host)
