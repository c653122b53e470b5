"""What makes it the scheme: three hearers, every half-year, villagers asked whether the cadre stays."""

from __future__ import annotations

from cadre_eval.plugins.api import Objection, RulesetView, Text
from cadre_eval_three_debriefs.declared import BEFORE, Use, uses

SHORTEST, LONGEST = 150, 214
"""Days of a half-year: five to seven months, since some districts close the books before its last day."""


def objections(ruleset: RulesetView) -> list[Objection]:
    """Everything in the period's criteria that is not the scheme, at the criterion."""
    return [
        Objection(use[0].span, reason)
        for use in uses(ruleset)
        for reason in (*_classes(use), *_half_year(ruleset), *_keep_or_replace(use))
    ]


def _classes(use: Use) -> list[Text]:
    asked = use[1].reviewers
    missing = [name for name in BEFORE if name not in asked]
    others = [name for name in asked if name not in BEFORE]
    found = []
    if missing:
        names = "、".join(missing)
        found.append(
            Text(
                f"三次述职缺 {names}：reviewers 里三类都要有",
                f"debriefs are missing: {names}; reviewers names all three",
            )
        )
    if others:
        names = "、".join(others)
        found.append(
            Text(
                f"{names} 不是述职对象：三次述职只向 {'、'.join(BEFORE)}",
                f"no debrief is held before {names}: the three are {', '.join(BEFORE)}",
            )
        )
    return found


def _half_year(ruleset: RulesetView) -> list[Text]:
    if SHORTEST <= ruleset.days <= LONGEST:
        return []
    return [
        Text(
            f"三次述职是每半年的：考核期 {ruleset.period} 有 {ruleset.days} 天，用 periods 限定在半年的考核期",
            f"the debriefs are held every half-year: the period {ruleset.period} has {ruleset.days} days; "
            "name half-yearly periods under periods",
        )
    ]


def _keep_or_replace(use: Use) -> list[Text]:
    if use[1].keep_or_replace is not None:
        return []
    return [
        Text(
            "没有去留题：村民除了评价，还要答留任还是调整（aside 和 keep_or_replace）",
            "villagers are not asked whether the cadre stays: see aside and keep_or_replace",
        )
    ]
