"""What the plugin brings, hook by hook."""

from __future__ import annotations

from collections.abc import Sequence

from cadre_eval.plugins.api import (
    AssessedCadre,
    EvidenceRemark,
    Objection,
    ReportFormat,
    ReviewMethod,
    RulesetView,
    SurveyMethod,
    hookimpl,
)
from cadre_eval_rate_bands.alike import judged_differently
from cadre_eval_rate_bands.bands import EXCELLENT_RATE_BANDS
from cadre_eval_rate_bands.floor import SATISFACTION_FLOOR
from cadre_eval_rate_bands.remarks import remarks
from cadre_eval_rate_bands.report import BALLOT_REPORT
from cadre_eval_rate_bands.sheet import BALLOT_SHEET


@hookimpl
def cadre_eval_register_survey_methods() -> Sequence[SurveyMethod]:
    return [EXCELLENT_RATE_BANDS, SATISFACTION_FLOOR]


@hookimpl
def cadre_eval_register_review_methods() -> Sequence[ReviewMethod]:
    return [BALLOT_SHEET]


@hookimpl
def cadre_eval_register_report_formats() -> Sequence[ReportFormat]:
    return [BALLOT_REPORT]


@hookimpl
def cadre_eval_check_ruleset(ruleset: RulesetView) -> Sequence[Objection]:
    """The same ballots must be judged by the same rules wherever they count."""
    return judged_differently(ruleset)


@hookimpl
def cadre_eval_check_evidence(cadre: AssessedCadre, ruleset: RulesetView) -> Sequence[EvidenceRemark]:
    """Interviews still to be held; ballots void or not handed in more often than the ruleset likes."""
    return remarks(cadre, ruleset)
