"""What the plugin says to each hook; the rules themselves are in the modules beside this one."""

from __future__ import annotations

from cadre_eval.plugins.api import (
    AccountabilityRule,
    AssessedCadre,
    EvidenceRemark,
    Objection,
    ReviewMethod,
    ReviewRequest,
    RulesetView,
    hookimpl,
)
from cadre_eval_three_debriefs.keep_or_replace import review_requests
from cadre_eval_three_debriefs.method import THREE_DEBRIEFS
from cadre_eval_three_debriefs.minutes import missing_minutes
from cadre_eval_three_debriefs.rank_opinion import RANK_OPINION
from cadre_eval_three_debriefs.rank_remarks import opinion_remarks
from cadre_eval_three_debriefs.scheme import objections


@hookimpl
def cadre_eval_register_review_methods() -> list[ReviewMethod]:
    return [THREE_DEBRIEFS]


@hookimpl
def cadre_eval_register_accountability_rules() -> list[AccountabilityRule]:
    return [RANK_OPINION]


@hookimpl
def cadre_eval_check_ruleset(ruleset: RulesetView) -> list[Objection]:
    return objections(ruleset)


@hookimpl
def cadre_eval_check_evidence(cadre: AssessedCadre, ruleset: RulesetView) -> list[EvidenceRemark]:
    return [*missing_minutes(cadre, ruleset), *opinion_remarks(cadre, ruleset)]


@hookimpl
def cadre_eval_request_review(cadre: AssessedCadre, ruleset: RulesetView) -> list[ReviewRequest]:
    return review_requests(cadre, ruleset)
