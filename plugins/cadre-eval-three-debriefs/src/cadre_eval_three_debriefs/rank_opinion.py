"""The township's rank opinion (排序意见) is evidence, not score: it is held against the order by score, and where the two
are far apart the township is asked what the ruleset says.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from cadre_eval.plugins.api import (
    AccountabilityRule,
    Answerable,
    AssessedCadre,
    CheckContext,
    FactView,
    Id,
    Place,
    PostingView,
    ProposedMeasure,
    Text,
    Whole,
    Word,
    place,
    setting,
)


@frozen
class RankOpinionParams:
    """Where the opinion is recorded, and how far it may be from the order by score."""

    at: Place = place()
    fact: Id = setting("登记乡镇排序意见（第几名）的事实", "the fact that holds the township's rank opinion")
    differs_by_more_than: Whole = setting(
        "与按得分的名次相差超过几名才提出", "how many places it may differ from the rank by score"
    )
    ask: Word = setting("请乡镇做什么", "what the township is asked to do then")


@frozen
class Places:
    """The place by score among the township's assessed cadres; ``worst`` is lower while others' totals are open."""

    best: int
    worst: int

    def far_from(self, opinion: int, places: int) -> bool:
        """Whether the opinion is surely more than so many places away."""
        return opinion < self.best - places or opinion > self.worst + places

    @property
    def shown(self) -> str:
        return str(self.best) if self.best == self.worst else f"{self.best}—{self.worst}"


def opinion_of(posting: PostingView, fact: str) -> tuple[int, FactView] | None:
    """The opinion on record, and the record."""
    found = posting.facts[fact]
    return (int(found.value), found) if found.state == "present" else None


def place_of(cadre: AssessedCadre, cadres: Sequence[AssessedCadre]) -> Places | None:
    """The cadre's place among these; None while its own total is open. Equal totals share the better place."""
    if cadre.total is None:
        return None
    others = [other for other in cadres if other.state != "not-assessed" and other.id != cadre.id]
    ahead = sum(other.total is not None and other.total > cadre.total for other in others)
    return Places(1 + ahead, 1 + ahead + sum(other.total is None for other in others))


def said(opinion: int, by_score: str) -> Text:
    """The two places side by side."""
    return Text(
        f"乡镇排第{opinion}名，按得分第{by_score}名", f"the township says place {opinion}, by score it is {by_score}"
    )


def propose(p: RankOpinionParams, township: Answerable) -> list[ProposedMeasure]:
    """One measure for the township, with every cadre whose two places are far apart."""
    apart: list[tuple[AssessedCadre, Text, FactView]] = []
    for cadre in township.cadres:
        opinion = next((o for o in (opinion_of(at, p.fact) for at in cadre.postings) if o is not None), None)
        by_score = place_of(cadre, township.cadres)
        if opinion is not None and by_score is not None and by_score.far_from(opinion[0], p.differs_by_more_than):
            apart.append((cadre, said(opinion[0], by_score.shown), opinion[1]))
    if not apart:
        return []
    reason = Text(
        "；".join(f"{cadre.name}：{text.zh}" for cadre, text, _ in apart),
        "; ".join(f"{cadre.name}: {text.en}" for cadre, text, _ in apart),
    )
    papers = tuple(dict.fromkeys(paper for _, _, record in apart for paper in record.evidence))
    return [ProposedMeasure(p.ask, reason, cadres=tuple(cadre.id for cadre, _, _ in apart), evidence=papers)]


def sound_fact(p: RankOpinionParams, ctx: CheckContext) -> RankOpinionParams:
    """The fact counts places, from 1."""
    doc = ctx.fact(p.fact, p.at.value("fact"), "count")
    if doc is not None and (doc.at_least is None or doc.at_least < 1):
        ctx.object(
            p.at.value("fact"),
            Text(
                f"名次从1起：给事实 {p.fact} 写上 at_least: 1",
                f"places begin at 1: write at_least: 1 for the fact {p.fact}",
            ),
        )
    return p


RANK_OPINION = AccountabilityRule(
    "rank-opinion", Text("乡镇排序意见", "the township's rank opinion"), RankOpinionParams, lambda _: "township", propose,
    sound_fact,
)  # fmt: skip
