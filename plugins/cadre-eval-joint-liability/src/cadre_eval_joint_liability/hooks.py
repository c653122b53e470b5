"""What this plugin tells ``cadre-eval``, hook by hook."""

from __future__ import annotations

from cadre_eval.plugins.api import (
    AccountabilityRule,
    AssessedCadre,
    AssessedPeriod,
    CriterionKind,
    EvidenceRemark,
    MeasureView,
    Objection,
    PluginCommand,
    ProposedAdjustment,
    ReportFormat,
    RulesetView,
    hookimpl,
)
from cadre_eval_joint_liability.deductions import lacking_deductions
from cadre_eval_joint_liability.excellence import UNIT_NOT_EXCELLENT
from cadre_eval_joint_liability.ladder import COUNT_LADDER
from cadre_eval_joint_liability.ledger import enter, take_back
from cadre_eval_joint_liability.objections import objections
from cadre_eval_joint_liability.points import POINTS_FROM_UNITS
from cadre_eval_joint_liability.rectification import RECTIFICATION
from cadre_eval_joint_liability.sheet import UNIT_LEDGER
from cadre_eval_joint_liability.units import UNITS
from cadre_eval_joint_liability.unsettled import remarks


@hookimpl
def cadre_eval_register_criterion_kinds() -> list[CriterionKind]:
    return [RECTIFICATION]


@hookimpl
def cadre_eval_register_accountability_rules() -> list[AccountabilityRule]:
    return [POINTS_FROM_UNITS, COUNT_LADDER, UNIT_NOT_EXCELLENT]


@hookimpl
def cadre_eval_register_report_formats() -> list[ReportFormat]:
    return [UNIT_LEDGER]


@hookimpl
def cadre_eval_register_commands() -> list[PluginCommand]:
    return [UNITS]


@hookimpl
def cadre_eval_check_ruleset(ruleset: RulesetView) -> list[Objection]:
    return list(objections(ruleset))


@hookimpl
def cadre_eval_check_evidence(cadre: AssessedCadre, ruleset: RulesetView) -> list[EvidenceRemark]:
    return list(remarks(cadre, ruleset))


@hookimpl
def cadre_eval_propose_adjustments(cadre: AssessedCadre, ruleset: RulesetView) -> list[ProposedAdjustment]:
    return list(lacking_deductions(cadre, ruleset))


@hookimpl
def cadre_eval_assessment_recorded(assessment: AssessedPeriod, folder: str) -> None:
    take_back(assessment, folder)


@hookimpl
def cadre_eval_measure_recorded(measure: MeasureView, assessment: AssessedPeriod, folder: str) -> None:
    enter(measure, assessment, folder)
