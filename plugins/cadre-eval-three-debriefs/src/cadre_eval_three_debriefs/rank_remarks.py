"""Remarks on a cadre's rank opinion: no paper behind it, or far from the rank by score."""

from __future__ import annotations

from cadre_eval.plugins.api import AssessedCadre, EvidenceRemark, PostingView, RulesetView, Text
from cadre_eval_three_debriefs.rank_opinion import Places, RankOpinionParams, opinion_of, said

WITHIN_A_TOWNSHIP = ("township",)


def opinion_remarks(cadre: AssessedCadre, ruleset: RulesetView) -> list[EvidenceRemark]:
    """Those of every rank opinion the ruleset has."""
    found = []
    for use in ruleset.accountability:
        if isinstance(use.params, RankOpinionParams):
            for posting in cadre.postings:
                found += _about(posting, use.params, _rank(cadre, posting, ruleset))
    return found


def _rank(cadre: AssessedCadre, posting: PostingView, ruleset: RulesetView) -> int | None:
    """The rank, if it is one among all cadres of the posting's township: only then are the two of the same people."""
    within = ruleset.pools == WITHIN_A_TOWNSHIP and cadre.pool == (posting.township,)
    return cadre.rank if within else None


def _about(posting: PostingView, declared: RankOpinionParams, rank: int | None) -> list[EvidenceRemark]:
    opinion = opinion_of(posting, declared.fact)
    if opinion is None:
        return []
    place, record = opinion
    found = []
    if not record.evidence:
        found.append(
            EvidenceRemark(declared.fact, Text("排序意见没有附乡镇的文件", "no paper of the township is named"))
        )
    if rank is not None and Places(rank, rank).far_from(place, declared.differs_by_more_than):
        found.append(EvidenceRemark(declared.fact, said(place, str(rank)), record.evidence))
    return found
