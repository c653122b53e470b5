"""The built-in kinds and rules of accountability, as a plugin."""

from __future__ import annotations

from collections.abc import Sequence

from cadre_eval.plugins.hookspecs import hookimpl
from cadre_eval.plugins.rules import BUILTIN_RULES
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.scoring.kinds import BUILTIN_KINDS


@hookimpl
def cadre_eval_register_criterion_kinds() -> Sequence[CriterionKind]:
    return BUILTIN_KINDS


@hookimpl
def cadre_eval_register_accountability_rules() -> Sequence[AccountabilityRule]:
    return BUILTIN_RULES
