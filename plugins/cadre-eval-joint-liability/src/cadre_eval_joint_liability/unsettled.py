"""Counts that are not on record yet, or that contradict one another: told at the cadre, so that nobody thinks them 0."""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.plugins.api import AssessedCadre, EvidenceRemark, PostingView, RulesetView, Text
from cadre_eval_joint_liability.counting import Counted, certain_here, occurrences
from cadre_eval_joint_liability.ladder import Ladder
from cadre_eval_joint_liability.points import Points
from cadre_eval_joint_liability.uses import Checked, own_uses


def remarks(cadre: AssessedCadre, ruleset: RulesetView) -> Iterator[EvidenceRemark]:
    """One for each fact that some rule counts and that is not settled."""
    for (fact, with_others), uses in sorted(_counted(ruleset).items()):
        for posting in cadre.postings:
            yield from _remark(posting, fact, with_others, uses, ruleset)


def _counted(ruleset: RulesetView) -> dict[tuple[str, str], list[str]]:
    """The facts counted, with those that take from them (empty: none), and the uses that count them."""
    found: dict[tuple[str, str], list[str]] = {}
    for use, checked in own_uses(ruleset):
        for one in _facts(checked):
            found.setdefault((one.fact, one.with_others or ""), []).append(use)
    return found


def _facts(checked: Checked) -> list[Counted]:
    if isinstance(checked, Points):
        return [each.of for each in checked.facts]
    return [checked.counted] if isinstance(checked, Ladder) else []


def _remark(
    posting: PostingView, fact: str, with_others: str, uses: list[str], ruleset: RulesetView
) -> Iterator[EvidenceRemark]:
    certain, is_open = certain_here(posting, fact, with_others or None)
    count, elsewhere = (occurrences(posting.facts.get(name)) for name in (fact, with_others))
    about = fact if count is None else with_others
    view, title = posting.facts.get(about), ruleset.facts[about].title if about else ""
    if is_open:
        why = f"（{view.reason}）" if view is not None and view.reason else ""
        zh = f"“{title}”还没有定数{why}，{'、'.join(uses)} 未计入"
        yield EvidenceRemark(about, Text(zh, f"'{title}' is not settled; {', '.join(uses)} did not count it"))
    elif count is not None and elsewhere is not None and elsewhere > count:
        whole = ruleset.facts[fact].title
        zh = f"“{title}” {elsewhere} 次，多于“{whole}” {count} 次，请核对"
        en = f"'{title}' is {elsewhere}, more than '{whole}', {count}"
        yield EvidenceRemark(with_others, Text(zh, en), view.evidence if view is not None else ())
