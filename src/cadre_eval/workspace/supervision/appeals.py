"""Files of publicity and appeals, read into records with every problem placed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeAlias

from attrs import frozen

from cadre_eval.errors import Span, Text
from cadre_eval.model.appeals import Appeal, Publicity, Review
from cadre_eval.model.periods import Period
from cadre_eval.model.records import Dossier
from cadre_eval.reading.structure import StrictReader
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.supervision.appeals_reviewer import People, objections
from cadre_eval.workspace.documents import RecordsDoc
from cadre_eval.workspace.dossiers import DossierReader
from cadre_eval.workspace.periods import named_period
from cadre_eval.workspace.record_files import posting_meant
from cadre_eval.workspace.supervision.appeal_documents import (
    AppealDoc,
    CorrectionsDoc,
    PublicityDoc,
    ReexaminationDoc,
)
from cadre_eval.workspace.supervision.reading import Reading

PUBLICATION = Text("公示起始日", "the publication")
LODGED = Text("提出日期", "the day it was lodged")
Rules: TypeAlias = "tuple[CompiledRuleset, PeriodPlan, Period]"
NOTHING = Dossier("")


def read_publicity(doc: PublicityDoc, reading: Reading) -> Iterator[Publicity]:
    """The publication with its appeals; without those that cannot be used."""
    at = doc.at
    reading.once("publicity", doc.publicity, at.value("publicity"))
    found = named_period(reading.rulesets, doc.publicity, at.value("publicity"), reading.problems)
    if found is not None:
        second = found[2].days.first + timedelta(days=1)
        reading.not_before(doc.from_, second, at.value("from"), Text("考核期的第二天", "the period's second day"))
    if not doc.assessed_by:
        expected = Text("参与考核的人", "those who made the assessment")
        reading.problems.add("CE202", at.value("assessed_by"), expected=expected)
    assessors = tuple(dict.fromkeys(str(n) for n in doc.assessed_by if reading.official(n, n.span)))
    reader = _Appeals(reading, doc, found, assessors, {})
    read = (reader.read(appeal) for appeal in doc.appeals)
    appeals = sorted((appeal for appeal in read if appeal is not None), key=lambda appeal: appeal.id)
    yield Publicity(doc.publicity, doc.from_, doc.where, assessors, tuple(appeals), at.span)


@frozen(eq=False)
class _Appeals:
    """Reads the appeals of one publication."""

    reading: Reading
    doc: PublicityDoc
    found: Rules | None
    assessors: tuple[str, ...]
    corrected: dict[tuple[Any, ...], Span]
    """Where each record was first corrected, by posting, record and day."""

    def read(self, appeal: AppealDoc) -> Appeal | None:
        at = appeal.at
        self.reading.once("appeal", appeal.id, at.value("id"))
        self.reading.not_before(appeal.lodged, self.doc.from_, at.value("lodged"), PUBLICATION)
        known = self.reading.cadre(appeal.cadre, at.value("cadre"))
        posting = self._posting(appeal) if known else None
        review = self._review(appeal.review, appeal, posting) if appeal.review is not None else None
        self._check_withdrawal(appeal)
        if posting is None:
            return None
        return Appeal(
            appeal.id, appeal.cadre, posting, self.doc.publicity, appeal.lodged, appeal.by, appeal.grounds,
            appeal.evidence, review, appeal.withdrawn, at.span,
        )  # fmt: skip

    def _check_withdrawal(self, appeal: AppealDoc) -> None:
        """Only what has not been decided can be withdrawn, and then nobody decides it."""
        if appeal.withdrawn is None:
            return
        at = appeal.at
        self.reading.not_before(appeal.withdrawn, appeal.lodged, at.value("withdrawn"), LODGED)
        if appeal.review is not None:
            also = [(Text("复核", "the re-examination"), at.key("review"))]
            self.reading.problems.add("CE785", at.key("withdrawn"), appeal=appeal.id, also=also)

    def _posting(self, appeal: AppealDoc) -> str | None:
        """The posting it is about, as for a dossier."""
        if self.found is None:
            return None
        period, roster, problems = self.found[2], self.reading.roster, self.reading.problems
        meant = posting_meant(appeal.cadre, appeal.posting, appeal.at, "cadre", period, roster, problems)
        return None if meant is None else meant.id

    def _review(self, review: ReexaminationDoc, appeal: AppealDoc, posting: str | None) -> Review:
        at = review.at
        self.reading.not_before(review.on, appeal.lodged, at.value("on"), LODGED)
        if self.reading.official(review.by, at.value("by")):
            self._check_reviewer(review, appeal)
        self._check_outcome(review)
        records = (
            self._corrections(review.corrections, review, posting) if review.corrections is not None else NOTHING
        )
        return Review(
            review.by, review.on, review.outcome, review.reason, review.evidence,
            records.facts, records.externals, records.reviews, records.surveys, records.evidence,
            review.corrections.elsewhere if review.corrections is not None else (), at.span,
        )  # fmt: skip

    def _check_reviewer(self, review: ReexaminationDoc, appeal: AppealDoc) -> None:
        roster = self.reading.roster
        people = People(roster.cadres, roster.officials)
        name = roster.officials[review.by].name
        for why in objections(review.by, appeal.cadre, appeal.by, self.assessors, review.on, people):
            self.reading.problems.add("CE781", review.at.value("by"), official=name, why=why)

    def _check_outcome(self, review: ReexaminationDoc) -> None:
        """An appeal is upheld by what it corrects."""
        doc = review.corrections
        corrects = doc is not None and any((doc.facts, doc.external, doc.reviews, doc.surveys, doc.elsewhere))
        if review.outcome == "upheld" and not corrects:
            needed = Text("须在 corrections 里写明更正了什么", "say under 'corrections' what is corrected")
            self.reading.problems.add("CE782", review.at.value("outcome"), outcome=review.outcome, needed=needed)
        if review.outcome == "dismissed" and corrects:
            needed = Text("不得有更正", "nothing may be corrected")
            self.reading.problems.add("CE782", review.at.key("corrections"), outcome=review.outcome, needed=needed)

    def _corrections(self, doc: CorrectionsDoc, review: ReexaminationDoc, posting: str | None) -> Dossier:
        """The corrected records that are sound."""
        if self.found is None:
            return NOTHING
        rules, plan, period = self.found
        self._check_once(doc, review, posting)
        written = RecordsDoc(
            at=doc.at, facts=self._recorded(doc, rules), external=doc.external, reviews=doc.reviews, surveys=doc.surveys,
            evidence=doc.evidence,
        )  # fmt: skip
        records = DossierReader(rules, plan, StrictReader(), self.reading.problems).read(written, period.id)
        self._check_dates(records, doc, review)
        return records

    def _check_once(self, doc: CorrectionsDoc, review: ReexaminationDoc, posting: str | None) -> None:
        """Two reviews of one day that correct the same record would leave open which of them holds."""
        sorts = {"facts": doc.facts, "external": doc.external, "reviews": doc.reviews, "surveys": doc.surveys}
        for sort, names in sorts.items():
            for name in names:
                span = doc.at.entry(sort, name)
                first = self.corrected.setdefault((posting, sort, name, review.on), span)
                if first is not span and posting is not None:
                    also = [(Text("另一项更正", "the other correction"), first)]
                    self.reading.problems.add("CE784", span, name=name, day=review.on.isoformat(), also=also)

    def _check_dates(self, records: Dossier, doc: CorrectionsDoc, review: ReexaminationDoc) -> None:
        """A review rests on what was there on its day."""
        days = [(doc.at.entry("facts", name), fact.known_on) for name, fact in records.facts.items()]
        days += [(doc.at.entry("external", name), score.issued_on) for name, score in records.externals.items()]
        days += [(doc.at.entry("reviews", name), record.held_on) for name, record in records.reviews.items()]
        days += [(doc.at.entry("surveys", name), record.held_on) for name, record in records.surveys.items()]
        for span, day in days:
            if day is not None:
                self.reading.not_before(review.on, day, span, Text("更正所写的日期", "the day the correction names"))

    def _recorded(self, doc: CorrectionsDoc, rules: CompiledRuleset) -> dict[str, Any]:
        """The facts staff record; one that follows from other records is a problem."""
        kept = {}
        for name, node in doc.facts.items():
            declared = rules.facts.get(name)
            if declared is not None and declared.from_ is not None:
                span = doc.at.entry("facts", name)
                self.reading.problems.add("CE783", span, fact=rules.fact_title(name))
                continue
            kept[name] = node
        return kept
