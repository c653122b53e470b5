"""The uses of this plugin's rules in a ruleset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from cadre_eval.plugins.api import RulesetView
from cadre_eval_joint_liability.excellence import Excellence
from cadre_eval_joint_liability.ladder import Ladder
from cadre_eval_joint_liability.points import Points

Checked: TypeAlias = Points | Ladder | Excellence


def own_uses(ruleset: RulesetView) -> Iterator[tuple[str, Checked]]:
    """Id and what it says, in the order of the ruleset; those of other plugins left out."""
    for use in ruleset.accountability:
        checked = getattr(use.params, "checked", None)
        if isinstance(checked, Points | Ladder | Excellence):
            yield use.id, checked
