"""Words for a draw: people, streets, rules."""

from __future__ import annotations

from cadre_eval.errors import Lang, Text
from cadre_eval.model.draws import SoftRule
from cadre_eval.reports.wording import ROLES
from cadre_eval.supervision.draw.people import Inspector
from cadre_eval.supervision.draw.task import Task

NO_STREET = Text("不属街道", "of no street")
SOFT_WORDS = {
    "same-host-before": Text("不重复以前的去处", "no visit repeated"),
    "same-township-team": Text("同组不同街道", "no two of one street in a team"),
    "same-unit-team": Text("同组不同派出单位", "no two of one sending unit in a team"),
}


def role_text(person: Inspector, lang: Lang) -> str:
    """The role; an official has none."""
    if person.role is None:
        return Text("检查人员", "Official").in_(lang)
    return ROLES[person.role].in_(lang) if person.role in ROLES else person.role


def street_text(township: str | None, task: Task, lang: Lang) -> str:
    return NO_STREET.in_(lang) if township is None else task.townships.get(township, township)


def soft_text(rule: SoftRule, count: int) -> Text:
    """A soft rule and how often it was not kept."""
    words = SOFT_WORDS[rule.rule]
    named = f"（{'、'.join(rule.earlier)}）" if rule.earlier else ""
    zh = f"未做到 {count} 处，计 {count * rule.weight}" if count else "全部做到"
    en = f"{count} not kept, weighing {count * rule.weight}" if count else "kept everywhere"
    brackets = f" ({', '.join(rule.earlier)})" if rule.earlier else ""
    return Text(f"{words.zh}{named}：{zh}", f"{words.en}{brackets}: {en}")
