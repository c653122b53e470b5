"""Many villagers want the cadre replaced: somebody should look into it. The answers change no score."""

from __future__ import annotations

from fractions import Fraction

from cadre_eval.plugins.api import (
    AssessedCadre,
    PostingView,
    ReviewRequest,
    RulesetView,
    Text,
    number_text,
)
from cadre_eval_three_debriefs.declared import VILLAGERS, ThreeDebriefsParams, record_of, reviewed


def review_requests(cadre: AssessedCadre, ruleset: RulesetView) -> list[ReviewRequest]:
    """One for each posting whose villagers reached the declared share."""
    found = []
    for criterion, declared, posting in reviewed(cadre, ruleset):
        least, by = declared.review_when_replace_at_least, declared.review_by
        review = posting.reviews[record_of(criterion, declared)]
        answers = review.marks.get(VILLAGERS, {}).get(declared.keep_or_replace or "", ())
        replacing = sum(answer in declared.replace for answer in answers)
        if least is not None and by is not None and answers and Fraction(replacing, len(answers)) >= least:
            reason = _reason(declared, least, replacing, len(answers))
            found.append(ReviewRequest(by, _at(posting, reason, cadre), review.evidence))
    return found


def _reason(declared: ThreeDebriefsParams, least: Fraction, replacing: int, answers: int) -> Text:
    """The counts only if as many as the threshold of secrecy answered either way: a handful could be told by name."""
    words = "、".join(declared.replace)
    share = number_text(least)
    zh = f"村民对去留的回答中，主张“{words}”的达到了 {share}"
    en = f"of the villagers' answers on whether the cadre stays, {share} or more say {words}"
    if min(replacing, answers - replacing) < declared.suppress_below:
        return Text(f"{zh}（人数不显示）", f"{en} (counts are not shown)")
    return Text(f"{zh}（{replacing}/{answers}）", f"{en} ({replacing}/{answers})")


def _at(posting: PostingView, reason: Text, cadre: AssessedCadre) -> Text:
    """Where a cadre had two postings, which village it was."""
    if len(cadre.postings) == 1:
        return reason
    return Text(f"{posting.host_name}：{reason.zh}", f"{posting.host_name}: {reason.en}")
