"""What is wrong with uses of these rules, seen from the whole ruleset: gates and adjustments there are not, an item whose
points two uses would take.
"""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.plugins.api import Objection, RulesetView, Text
from cadre_eval_joint_liability.excellence import Excellence
from cadre_eval_joint_liability.ladder import Ladder
from cadre_eval_joint_liability.points import Points
from cadre_eval_joint_liability.uses import own_uses


def objections(ruleset: RulesetView) -> Iterator[Objection]:
    """For one period."""
    taken: dict[tuple[str, str], str] = {}
    for use, checked in own_uses(ruleset):
        if isinstance(checked, Points):
            yield from _shared_item(use, checked, taken)
        elif isinstance(checked, Ladder):
            yield from _deduction(checked, ruleset)
        else:
            yield from _gates(checked, ruleset)


def _shared_item(use: str, p: Points, taken: dict[tuple[str, str], str]) -> Iterator[Objection]:
    """Each use stops where the item has no points left; two of them would not see one another."""
    first = taken.setdefault((p.unit, p.item), use)
    if first != use:
        zh = f"{first} 已经从“{p.item}”扣分；两条各扣各的会超过该项的分，请合成一条，在 each 里写几个事实"
        en = f"{first} takes points from '{p.item}' already; make it one use, with several facts in 'each'"
        yield Objection(p.at_item, Text(zh, en))


def _deduction(p: Ladder, ruleset: RulesetView) -> Iterator[Objection]:
    if p.deduct is None:
        return
    counts = ruleset.adjustments.get(p.deduct)
    if counts is None:
        known = "、".join(sorted(ruleset.adjustments)) or "—"
        reason = Text(
            f"没有加减分项目 {p.deduct}（有：{known}）", f"there is no adjustment {p.deduct} (known: {known})"
        )
        yield Objection(p.at_deduct, reason)
    elif counts == p.counted.fact:
        zh, en = "这一项数的就是同一个事实，不会漏登", "that item counts the very same fact: it cannot lack"
        yield Objection(p.at_deduct, Text(f"{p.deduct}：{zh}", f"{p.deduct}: {en}"))


def _gates(p: Excellence, ruleset: RulesetView) -> Iterator[Objection]:
    for gate in p.gates:
        if gate not in ruleset.gates:
            known = "、".join(sorted(ruleset.gates)) or "—"
            zh = f"考核期 {ruleset.period} 没有 {gate}（有：{known}）；只在别的考核期有的，用 periods 写明"
            en = f"period {ruleset.period} has no gate {gate} (known: {known}); say 'periods' if only others have it"
            yield Objection(p.at_gates, Text(zh, en))
