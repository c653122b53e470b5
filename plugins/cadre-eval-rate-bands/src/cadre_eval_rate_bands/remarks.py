"""Remarks on the evidence behind a vote: they change no number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cadre_eval.plugins.api import AssessedCadre, CriterionView, EvidenceRemark, PostingView, RulesetView, Text
from cadre_eval_rate_bands.floor import FloorParams
from cadre_eval_rate_bands.sheet_settings import SheetParams
from cadre_eval_rate_bands.showing import shown_share
from cadre_eval_rate_bands.validity import Sheets, counted


def remarks(cadre: AssessedCadre, ruleset: RulesetView) -> Sequence[EvidenceRemark]:
    """What staff should look into before a result is decided."""
    if cadre.state == "not-assessed":
        return []
    found: list[EvidenceRemark] = []
    for criterion in ruleset.criteria:
        if isinstance(criterion.params, FloorParams):
            found += _interviews(criterion, criterion.params, cadre)
        elif isinstance(criterion.params, SheetParams):
            for posting in cadre.postings:
                found += _ballots(criterion.params, posting)
    return found


def _interviews(criterion: CriterionView, p: FloorParams, cadre: AssessedCadre) -> Iterator[EvidenceRemark]:
    """Interviews follow a vote that was passed: a score above 0 says that it was."""
    score = cadre.scores.get(criterion.id)
    if p.interviews is None or not score or not cadre.postings:
        return
    posting, least = cadre.postings[0], p.interviews.at_least
    fact = posting.facts[p.interviews.fact]
    if fact.state == "present" and fact.value < least:
        zh, en = f"访谈 {fact.value} 人，至少要 {least} 人", f"{fact.value} people interviewed, {least} are needed"
        yield EvidenceRemark(p.interviews.fact, Text(zh, en), fact.evidence)
    elif fact.state == "missing":
        zh, en = f"没有登记访谈，至少要 {least} 人", f"no interviews on record, {least} are needed"
        yield EvidenceRemark(p.interviews.fact, Text(zh, en))


def _ballots(p: SheetParams, posting: PostingView) -> Iterator[EvidenceRemark]:
    review = posting.reviews.get(p.record or "")
    if p.remarks is None or review is None:
        return
    for reviewer in p.reviewers:
        sheets = review.sheets.get(reviewer, ())
        if sheets:
            for reason in (_void(p, sheets), _turnout(p, sheets)):
                if reason is not None:
                    yield EvidenceRemark(p.record or "", reason, review.evidence)


def _void(p: SheetParams, sheets: Sheets) -> Text | None:
    """Void ballots that are many, but not so many that the vote is repeated."""
    limit = p.remarks.void_over if p.remarks is not None else None
    found = counted(p, sheets)
    if limit is None or not limit < found.void_share <= p.most_void:
        return None
    if found.cast < p.suppress_below:
        return Text("作废票较多，请查看选票", "many ballots are void: look at them")
    void, shown = sum(found.void.values()), shown_share(limit)
    zh = f"{void}/{found.cast} 张作废，超过 {shown}，请查看选票"
    return Text(zh, f"{void}/{found.cast} ballots are void, more than {shown}: look at them")


def _turnout(p: SheetParams, sheets: Sheets) -> Text | None:
    limit = p.remarks.turnout_below if p.remarks is not None else None
    if limit is None:
        return None
    cast, issued = sum(len(sheet.ballots) for sheet, _ in sheets), [sheet.issued for sheet, _ in sheets]
    known = [number for number in issued if number is not None]
    if len(known) < len(issued):
        return Text("没有登记发出多少票，收回率无从核对", "how many ballots were issued is not on record")
    if cast >= limit * sum(known):
        return None
    shown = shown_share(limit)
    zh = f"发出 {sum(known)} 票，收回 {cast} 票，收回率不到 {shown}"
    return Text(zh, f"{sum(known)} ballots issued, {cast} returned: less than {shown}")
