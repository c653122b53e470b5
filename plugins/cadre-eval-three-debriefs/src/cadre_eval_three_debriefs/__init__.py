"""Three debriefs (三次述职) before the villagers' assembly, the township and the sending unit; rank opinions as evidence."""

from cadre_eval_three_debriefs.hooks import (
    cadre_eval_check_evidence,
    cadre_eval_check_ruleset,
    cadre_eval_register_accountability_rules,
    cadre_eval_register_review_methods,
    cadre_eval_request_review,
)

__all__ = [
    "cadre_eval_check_evidence",
    "cadre_eval_check_ruleset",
    "cadre_eval_register_accountability_rules",
    "cadre_eval_register_review_methods",
    "cadre_eval_request_review",
]
