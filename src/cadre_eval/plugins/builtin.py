"""The built-in kinds, as a plugin."""

from __future__ import annotations

from collections.abc import Sequence

from cadre_eval.plugins.hookspecs import hookimpl
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.scoring.kinds import BUILTIN_KINDS


@hookimpl
def cadre_eval_register_criterion_kinds() -> Sequence[CriterionKind]:
    return BUILTIN_KINDS
