"""The contract between ``cadre_eval`` and its plugins: every hook, when it is called, what it may return.

A plugin is a module (or an object) with functions of these names, marked ``@hookimpl``. A function may take fewer
arguments than its hook gives. There are three sorts:

* ``register`` hooks are called once, while a ruleset is compiled, and return records. ``check_ruleset`` follows them.
* ``check_evidence``, ``propose_adjustments`` and ``request_review`` are called for each cadre when a period was assessed.
  They propose; nothing they return changes a number.
* ``recorded`` hooks are told what was written by ``assess --out``.

On failure (an exception, ``sys.exit``, a wrong value, printing, a change of what the whole process shares, more time than
allowed): while compiling, problem CE508 at the place that names the plugin, or at the rule that uses it; at run time, the
cadres of that very call become ``pending`` with the reason, and every other result stays as it is. Either way the plugin,
its version, the hook and the cadre are named, and the exit code is 3.

No implementation is called first or last, none ends the others, and wrappers are refused: each returns its own records, in
the order of the plugins' names.
"""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from cadre_eval.plugins.brought import Objection, PluginCommand, ReportFormat
from cadre_eval.plugins.views import AssessedCadre, AssessedPeriod, MeasureView, RulesetView
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.scoring.methods import ReviewMethod, SurveyMethod
from cadre_eval.scoring.proposals import EvidenceRemark, ProposedAdjustment, ReviewRequest

PROJECT = "cadre_eval"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def cadre_eval_register_criterion_kinds() -> Sequence[CriterionKind]:  # type: ignore[empty-body]
    """Kinds of criterion: what ``kind:`` may name. ``plain_kind`` makes one of an ordinary function.

    Two plugins that bring the same name are a problem that names both (CE502).
    """


@hookspec
def cadre_eval_register_survey_methods() -> Sequence[SurveyMethod]:  # type: ignore[empty-body]
    """Methods that make a score of one voter class's votes; each becomes a kind of its name."""


@hookspec
def cadre_eval_register_review_methods() -> Sequence[ReviewMethod]:  # type: ignore[empty-body]
    """Methods that make a score of one class of reviewers' marks; each becomes a kind of its name."""


@hookspec
def cadre_eval_register_accountability_rules() -> Sequence[AccountabilityRule]:  # type: ignore[empty-body]
    """Rules of accountability: what ``rule:`` under ``accountability`` may name. They propose measures for a cadre, a
    sending unit, a township or a host when a period was assessed.
    """


@hookspec
def cadre_eval_register_report_formats() -> Sequence[ReportFormat]:  # type: ignore[empty-body]
    """Formats for ``assess --format``; ``assess --out`` writes them beside the results."""


@hookspec
def cadre_eval_register_commands() -> Sequence[PluginCommand]:  # type: ignore[empty-body]
    """Commands for ``cadre-eval run WORKSPACE NAME``."""


@hookspec
def cadre_eval_check_ruleset(ruleset: RulesetView) -> Sequence[Objection]:  # type: ignore[empty-body]
    """Called for each period of a ruleset that compiled. What it returns are problems (CE509) at the places it names."""


@hookspec
def cadre_eval_check_evidence(cadre: AssessedCadre, ruleset: RulesetView) -> Sequence[EvidenceRemark]:  # type: ignore[empty-body]
    """Called for each cadre of an assessed period. Remarks on the evidence, shown with the result."""


@hookspec
def cadre_eval_propose_adjustments(cadre: AssessedCadre, ruleset: RulesetView) -> Sequence[ProposedAdjustment]:  # type: ignore[empty-body]
    """Called for each cadre of an assessed period. Adjustment items of the ruleset that ought to be recorded; an item the
    ruleset does not have is a failure. They count only once staff record the fact.
    """


@hookspec
def cadre_eval_request_review(cadre: AssessedCadre, ruleset: RulesetView) -> Sequence[ReviewRequest]:  # type: ignore[empty-body]
    """Called for each cadre of an assessed period. Who should look into the result before it is decided."""


@hookspec
def cadre_eval_assessment_recorded(assessment: AssessedPeriod, folder: str) -> None:
    """Told once ``assess --out`` has written everything into ``folder``, where it may keep files of its own. Returns
    nothing; a failure changes nothing that was written.
    """


@hookspec
def cadre_eval_measure_recorded(measure: MeasureView, assessment: AssessedPeriod, folder: str) -> None:
    """Told of each proposed measure that ``assess --out`` has written into ``folder``, after the assessment itself.
    Returns nothing.
    """
