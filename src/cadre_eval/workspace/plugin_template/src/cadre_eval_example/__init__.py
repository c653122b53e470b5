"""插件提供什么，写在这里：每个挂接点一个函数。 What the plugin brings: one function for each hook."""

from __future__ import annotations

from cadre_eval.plugins.api import CriterionKind, hookimpl
from cadre_eval_example.kinds import STEPPED


@hookimpl
def cadre_eval_register_criterion_kinds() -> list[CriterionKind]:
    return [STEPPED]
