"""The hard rules of a draw, one by one, so that it can be said which of them clash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.errors import Span, Text
from cadre_eval.supervision.draw.bars import BAR_WORDS, BARS, Bar
from cadre_eval.supervision.draw.task import Task

RuleKind: TypeAlias = Bar | Literal["cover", "skill", "most-apart", "reciprocal"]


@frozen
class Rule:
    """One rule: at one host, or (``host`` None) of the draw as a whole. ``skill`` is the index of a skill."""

    kind: RuleKind
    host: str | None = None
    skill: int | None = None


def rules_of(task: Task) -> tuple[Rule, ...]:
    """Every hard rule, those first that explain most."""
    return tuple(_rules(task))


def _rules(task: Task) -> Iterator[Rule]:
    for host in task.hosts:
        yield Rule("cover", host)
    for bar in BARS:
        for host in task.hosts:
            if any(h == host and bar in why for (_, h), why in task.bars.items()):
                yield Rule(bar, host)
    for skill in range(len(task.skilled)):
        for host in task.hosts:
            yield Rule("skill", host, skill)
    if task.draw.reciprocal == "forbid":
        yield Rule("reciprocal")
    yield Rule("most-apart")


def skill_name(task: Task, skill: int) -> Text:
    """A skill as people call it."""
    declared = task.draw.skills[skill]
    roles = {"first-secretary": Text("第一书记", "first secretary"), "team-member": Text("工作队员", "team member")}
    if declared.title is not None:
        return Text(declared.title, declared.title)
    return roles[declared.role] if declared.role in roles else Text("指定人员", "named people")


def rule_text(rule: Rule, task: Task) -> Text:
    """A rule as it stands in this draw."""
    if rule.kind == "most-apart":
        n = task.draw.most_apart
        return Text(f"每人检查次数最多相差 {n}", f"visits per inspector at most {n} apart")
    if rule.kind == "reciprocal" or rule.host is None:
        return Text("不得互查", "no two inspect each other's host")
    host = task.hosts[rule.host].name
    if rule.kind == "cover":
        n = task.draw.needed(rule.host)
        return Text(f"{host}要 {n} 人", f"{host} needs {n}")
    if rule.kind == "skill":
        skill = rule.skill or 0
        n, what = task.needed(skill, rule.host), skill_name(task, skill)
        return Text(f"{host}的检查组至少有 {n} 名{what.zh}", f"{host}'s team has at least {n} {what.en}")
    return _bar_text(rule.kind, rule.host, host, task)


def _bar_text(bar: Bar, host: str, name: str, task: Task) -> Text:
    """A bar with the people it keeps away from a host."""
    kept = [person.name for person in task.inspectors.values() if bar in task.bars.get((person.id, host), ())]
    shown, more = kept[:6], len(kept) > 6
    zh = f"{'、'.join(shown)}{f'等 {len(kept)} 人' if more else ''}"
    en = f"{', '.join(shown)}{f' and {len(kept) - 6} more' if more else ''}"
    words = BAR_WORDS[bar]
    return Text(f"{words.zh}（{name}：{zh}）", f"{words.en} ({name}: {en})")


def rule_place(rule: Rule, task: Task) -> Span | None:
    """Where the draw's file declares the rule; None for what always holds."""
    draw, host = task.draw, rule.host or ""
    keys = {
        "cover": [f"cover_at/{host}", "cover"],
        "skill": [f"skills/{rule.skill}/{host}", f"skills/{rule.skill}"],
        "most-apart": ["most_apart"],
        "reciprocal": ["reciprocal"],
        "former-posting": ["former"],
    }
    return next((draw.places[key] for key in keys.get(rule.kind, ()) if key in draw.places), None)
