"""What upheld appeals change in the records, from the day of their re-examination on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import evolve

from cadre_eval.errors import Text, as_text
from cadre_eval.model.appeals import Appeal, Review
from cadre_eval.model.records import (
    MISSING,
    Correction,
    Dossier,
    Evidence,
    ExternalScore,
    Fact,
    FactState,
    ReviewRecord,
    SurveyRecord,
)
from cadre_eval.numbers.decimals import number_text
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.inputs import shown_fact
from cadre_eval.supervision.on_record import OnRecord

STATES: Mapping[FactState, Text] = {
    FactState.NOT_APPLICABLE: Text("不适用", "not applicable"),
    FactState.EXCUSED: Text("免予", "excused"),
    FactState.MISSING: Text("没有记录", "no record"),
    FactState.PENDING: Text("待定", "pending"),
}
"""What a record that is not present says in the place of a value."""
MARKS = (Text("原登记的评分", "the marks on record"), Text("复核后的评分", "the marks as re-examined"))
VOTES = (Text("原登记的票数", "the votes on record"), Text("复核后的票数", "the votes as re-examined"))
"""Old and new, in words: the numbers of a small class are shown nowhere."""


def appeals_in(on_record: OnRecord, period: str) -> tuple[Appeal, ...]:
    """Every appeal against the results of a period, by id."""
    found = [appeal for public in on_record.publicity if public.period == period for appeal in public.appeals]
    return tuple(sorted(found, key=lambda appeal: appeal.id))


def upheld(appeals: Iterable[Appeal], as_of: date) -> list[tuple[Appeal, Review]]:
    """The appeals that had been upheld by a day, with their reviews, in the order in which they took effect."""
    decided = [(a, a.review) for a in appeals if a.review is not None and a.review.on <= as_of]
    return sorted(((a, r) for a, r in decided if r.outcome == "upheld"), key=lambda found: (found[1].on, found[0].id))


def corrected(dossier: Dossier, appeals: Iterable[Appeal], rules: CompiledRuleset, as_of: date) -> Dossier:
    """The records of a posting as they stand on a day, once its upheld appeals are counted.

    Args:
        appeals: those about this posting in this period, in any order.
        as_of: re-examinations after this day have not happened yet.
    """
    for appeal, review in upheld(appeals, as_of):
        dossier = _with(dossier, appeal, review, rules)
    return dossier


def _with(dossier: Dossier, appeal: Appeal, review: Review, rules: CompiledRuleset) -> Dossier:
    facts, externals = dict(dossier.facts), dict(dossier.externals)
    made = []
    for name in sorted(review.facts):
        before, after = facts.get(name, MISSING), review.facts[name]
        old = (
            _shown_fact(before, name, rules) if _known(before, before.known_on, review) else STATES[FactState.PENDING]
        )
        new = _shown_fact(after, name, rules)
        made.append(Correction(appeal.id, review.on, rules.fact_title(name), old, new))
        facts[name] = evolve(
            after, known_on=review.on, evidence=_evidence(after, appeal, review), detail=_detail(made[-1])
        )
    for name in sorted(review.externals):
        score, given = externals.get(name, ExternalScore(None, FactState.MISSING)), review.externals[name]
        what = given.issuer or score.issuer or rules.name_of(name)
        old = _shown_score(score) if _known(score, score.issued_on, review) else STATES[FactState.PENDING]
        made.append(Correction(appeal.id, review.on, what, old, _shown_score(given)))
        externals[name] = evolve(
            given, issuer=what, evidence=_evidence(given, appeal, review), detail=_detail(made[-1])
        )
    reviews, surveys = dict(dossier.reviews), dict(dossier.surveys)
    for name in sorted(review.reviews):
        made.append(Correction(appeal.id, review.on, rules.name_of(name), *MARKS))
        reviews[name] = evolve(review.reviews[name], evidence=_evidence(review.reviews[name], appeal, review))
    for name in sorted(review.surveys):
        made.append(Correction(appeal.id, review.on, rules.name_of(name), *VOTES))
        surveys[name] = evolve(review.surveys[name], evidence=_evidence(review.surveys[name], appeal, review))
    return evolve(
        dossier,
        facts=facts,
        externals=externals,
        reviews=reviews,
        surveys=surveys,
        evidence={**dossier.evidence, **_catalogue(appeal, review)},
        span=dossier.span or review.span,
        corrections=(*dossier.corrections, *made),
    )


def _known(record: Fact | ExternalScore, day: date | None, review: Review) -> bool:
    """Whether those who re-examined could see the record: what came later was pending then."""
    return record.state is not FactState.PRESENT or day is None or day <= review.on


def _shown_fact(fact: Fact, name: str, rules: CompiledRuleset) -> str | Text:
    if fact.state is not FactState.PRESENT:
        return STATES[fact.state]
    return shown_fact(fact, rules.facts.get(name))


def _shown_score(score: ExternalScore) -> str | Text:
    return STATES[score.state] if score.score is None else number_text(score.score)


def _detail(made: Correction) -> Text:
    """What the receipt of a corrected record says beside its value."""
    old, new, day = as_text(made.old), as_text(made.new), made.on.isoformat()
    return Text(
        f"{made.appeal} 复核更正，{day}：{old.zh} → {new.zh}",
        f"corrected on the re-examination of {made.appeal}, {day}: {old.en} → {new.en}",
    )


def _evidence(
    record: Fact | ExternalScore | ReviewRecord | SurveyRecord, appeal: Appeal, review: Review
) -> tuple[str, ...]:
    """What the record itself names, then what the review rests on."""
    return (*(_named(appeal, name) for name in record.evidence), *review.evidence)


def _catalogue(appeal: Appeal, review: Review) -> dict[str, Evidence]:
    names = {name: _named(appeal, name) for name in review.catalogue}
    return {names[name]: evolve(review.catalogue[name], id=names[name]) for name in review.catalogue}


def _named(appeal: Appeal, name: str) -> str:
    """Evidence of an appeal is told from the dossier's own, which may have the same id."""
    return f"{appeal.id}/{name}"
