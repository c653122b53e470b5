"""Everything a plugin needs, in one place: ``from cadre_eval.plugins.api import hookimpl, plain_kind, Score``.

What is imported here stays; other modules of the package may change.
"""

from __future__ import annotations

from cadre_eval.errors import Span, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.model.dates import Days
from cadre_eval.model.records import Sample, Sheet
from cadre_eval.numbers.decimals import number_text, range_text
from cadre_eval.numbers.ops import Num, Ops, clamp, total, weighted_mean
from cadre_eval.numbers.ranges import Range
from cadre_eval.plugins.brought import Objection, PluginCommand, ReportFormat
from cadre_eval.plugins.hookspecs import hookimpl
from cadre_eval.plugins.views import (
    AccountabilityView,
    Answerable,
    AssessedCadre,
    AssessedPeriod,
    BallotsView,
    CriterionView,
    DeclaredFact,
    EvidenceView,
    FactView,
    FindingView,
    MeasureView,
    PastView,
    PostingView,
    ReviewView,
    RulesetView,
    SurveyView,
)
from cadre_eval.reading.scalars import Flag, Id, Limit, NoLimit, Number, Positive, Prose, Unsigned, Whole, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.accountability import AccountabilityRule
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Input, own_record
from cadre_eval.scoring.ballots import MarkList, Marks, MarksOf, Quorum, Trim, VotesOf
from cadre_eval.scoring.inputs import (
    ExternalOf,
    NumberOf,
    PoolBest,
    PoolRank,
    SampleOf,
    ServiceShare,
    TargetOf,
    ValueOf,
    WordOf,
    WordsOf,
)
from cadre_eval.scoring.methods import (
    ReviewMethod,
    ReviewMethodParams,
    SurveyMethod,
    SurveyMethodParams,
    Votes,
)
from cadre_eval.scoring.plain import Open, Score, plain_kind
from cadre_eval.scoring.proposals import EvidenceRemark, ProposedAdjustment, ProposedMeasure, ReviewRequest

__all__ = [
    "AccountabilityRule",
    "AccountabilityView",
    "Answerable",
    "AssessedCadre",
    "AssessedPeriod",
    "BallotsView",
    "CheckContext",
    "CriterionKind",
    "CriterionView",
    "Days",
    "DeclaredFact",
    "EvidenceRemark",
    "EvidenceView",
    "ExternalOf",
    "FactView",
    "FindingView",
    "Flag",
    "Id",
    "Input",
    "Limit",
    "MarkList",
    "Marks",
    "MarksOf",
    "MeasureView",
    "NoLimit",
    "Num",
    "Number",
    "NumberOf",
    "Objection",
    "Open",
    "Ops",
    "PastView",
    "Place",
    "PluginCommand",
    "PoolBest",
    "PoolRank",
    "Positive",
    "PostingView",
    "ProposedAdjustment",
    "ProposedMeasure",
    "Prose",
    "Quorum",
    "Range",
    "ReportFormat",
    "ReviewMethod",
    "ReviewMethodParams",
    "ReviewRequest",
    "ReviewView",
    "RulesetView",
    "Sample",
    "SampleOf",
    "Score",
    "ServiceShare",
    "Sheet",
    "Span",
    "SurveyMethod",
    "SurveyMethodParams",
    "SurveyView",
    "TargetOf",
    "Text",
    "Trim",
    "Unsigned",
    "ValueOf",
    "Votes",
    "VotesOf",
    "Whole",
    "Word",
    "WordOf",
    "WordsOf",
    "clamp",
    "hookimpl",
    "number_text",
    "own_record",
    "padded",
    "place",
    "plain_kind",
    "range_text",
    "setting",
    "text_width",
    "total",
    "weighted_mean",
]
