"""Publicity (公示) of results, appeals (申诉) and their re-examination (复核)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.records import Evidence, ExternalScore, Fact, ReviewRecord, SurveyRecord

AppealOutcome: TypeAlias = Literal["upheld", "dismissed"]


@frozen
class Review:
    """The re-examination of an appeal by ``by``, an official; what it corrects in the record, if it is upheld."""

    by: str
    on: date
    outcome: AppealOutcome
    reason: str
    evidence: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(factory=dict, hash=False)
    externals: Mapping[str, ExternalScore] = field(factory=dict, hash=False)
    reviews: Mapping[str, ReviewRecord] = field(factory=dict, hash=False)
    surveys: Mapping[str, SurveyRecord] = field(factory=dict, hash=False)
    catalogue: Mapping[str, Evidence] = field(factory=dict, hash=False)
    """The evidence that the corrected records name."""
    elsewhere: tuple[str, ...] = ()
    """What was corrected in the records of supervision themselves, in words."""
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Appeal:
    """An objection to a result: lodged by ``by`` (a cadre, or anybody's name) about the result of ``cadre``. From
    ``withdrawn`` on it no longer stands; then there is no review.
    """

    id: str  # noqa: A003
    cadre: str
    posting: str
    period: str
    lodged: date
    by: str
    grounds: str
    evidence: tuple[str, ...] = ()
    review: Review | None = None
    withdrawn: date | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Publicity:
    """The publication of a period's results: from when, where, who had assessed them, and the appeals that came."""

    period: str
    on: date
    where: str | None = None
    assessed_by: tuple[str, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)
