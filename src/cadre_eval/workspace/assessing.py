"""The main job on a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.util import find_spec
from typing import TypeAlias

from cadre_eval.model.dates import Days
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Dossier
from cadre_eval.plugins.proposing import Files, with_proposals
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.assess import Settling, assess_period, one_by_one
from cadre_eval.scoring.eligibility import Entrant, by_length
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.supervision.answering import Filed, filed
from cadre_eval.supervision.appeals import appeals_in, corrected
from cadre_eval.supervision.facts import with_derived
from cadre_eval.supervision.scope import Scope
from cadre_eval.workspace.opening import Workspace, collector_paused
from cadre_eval.workspace.periods import day_of, find_period
from cadre_eval.workspace.record_files import Progress, no_progress

Kept: TypeAlias = dict[str, PeriodResult]
"""Results by period id, as of some day."""
MANY = 200
"""Fewer people are assessed in the time it takes to get ready for many."""


def assess(
    workspace: Workspace,
    period: str,
    as_of: date | None = None,
    progress: Progress = no_progress,
    kept: Kept | None = None,
) -> PeriodResult:
    """Assesses every cadre posted in the period.

    Args:
        period: year and key, such as ``2025-year-end``.
        as_of: the day of knowledge; the period's last day unless given. What became known later is pending.
        progress: told what is done, how many are done, and of how many.
        kept: results of this workspace as of another day. What has not changed since is taken from them; then they are
            replaced by those of this day.

    Raises:
        UsageError: there is no such period, or ``as_of`` lies before it.
    """
    rules, _, found = workspace.period(period)
    day = day_of(found, as_of)
    results = _assessed(workspace, period, day, progress, kept)
    return with_proposals(results, workspace.registry(rules), _files(workspace, rules, day))


def _assessed(workspace: Workspace, period: str, day: date, progress: Progress, kept: Kept | None) -> PeriodResult:
    """The results before anything is proposed."""
    rules, plan, found = workspace.period(period)
    before = [key for key in plan.combine if key != plan.key]
    in_force = [key for key in before if _begun(workspace, f"{found.year}-{key}", day)]
    earlier = {key: _earlier(workspace, f"{found.year}-{key}", day, kept) for key in in_force}
    entrants = entrants_of(workspace, found, rules, day)
    total = len(entrants)
    with collector_paused():
        results = assess_period(
            rules, plan, found, day, entrants, workspace.roster.own_units, earlier,
            lambda done: progress("assess", done, total), None if kept is None else kept.get(period),
            _settling(rules, plan, len(entrants)) if kept is None else one_by_one,
        )  # fmt: skip
        if kept is not None:
            kept[period] = results
        return results


def _earlier(workspace: Workspace, period: str, day: date, kept: Kept | None) -> PeriodResult:
    """The results of a period that another one combines. What rules would propose matters only where a plugin may fail:
    then those concerned are pending.
    """
    rules = workspace.period(period)[0]
    results = _assessed(workspace, period, day, no_progress, kept)
    registry = workspace.registry(rules)
    return with_proposals(results, registry, _files(workspace, rules, day)) if registry.loaded else results


def _settling(rules: CompiledRuleset, plan: PeriodPlan, people: int) -> Settling:
    """Many are scored together, where that can be done and what it takes is installed."""
    if people < MANY or find_spec("numpy") is None:
        return one_by_one
    from cadre_eval.columns.settling import settling

    return settling(rules, plan) or one_by_one


def _begun(workspace: Workspace, period: str, day: date) -> bool:
    """Whether rules are in force for the period, and it has begun by the day of knowledge."""
    found = find_period(workspace.rulesets, period)
    return found is not None and found[2].days.first <= day


def entrants_of(workspace: Workspace, period: Period, rules: CompiledRuleset, as_of: date) -> list[Entrant]:
    """Cadres with a posting in the period, as known, with the dossiers there are, the facts that follow from supervision,
    and what appeals have corrected.
    """
    roster = workspace.roster
    appeals = appeals_in(workspace.on_record, period.id)
    derives = any(fact.from_ is not None for fact in rules.facts.values())
    entrants = []
    for cadre_id in sorted(roster.by_cadre):
        known = [p for whole in roster.postings_of(cadre_id) if (p := whole.as_known(as_of)) is not None]
        postings = by_length(known, period.days)
        if postings:
            dossiers = [workspace.dossiers.get((p.id, period.id), Dossier(period.id)) for p in postings]
            if workspace.supervised or derives:
                scoped = [_scope(workspace, p, postings, period, rules, as_of) for p in postings]
                kept = workspace.supervised
                dossiers = [with_derived(d, rules, s, supervised=kept) for d, s in zip(dossiers, scoped, strict=True)]
                own = [[a for a in appeals if a.posting == p.id] for p in postings]
                dossiers = [corrected(d, a, rules, as_of) for d, a in zip(dossiers, own, strict=True)]
            entrants.append(Entrant(roster.cadres[cadre_id], tuple(zip(postings, dossiers, strict=True))))
    return entrants


def _files(workspace: Workspace, rules: CompiledRuleset, day: date) -> Files:
    """What supervision has on file of everybody, as known on the day; gathered once somebody asks."""

    @cache
    def gathered() -> Filed:
        roster = workspace.roster
        postings = {
            cadre: [known for whole in of if (known := whole.as_known(day)) is not None]
            for cadre, of in roster.by_cadre.items()
        }
        return filed(workspace.on_record, rules.supervision, postings, roster.hosts, day)

    return lambda target, key: gathered().on_file(target, key)


def _scope(
    workspace: Workspace,
    posting: Posting,
    postings: Sequence[Posting],
    period: Period,
    rules: CompiledRuleset,
    as_of: date,
) -> Scope:
    """The posting's share of the period; ``postings`` are all of the cadre's in it."""
    days = posting.days.overlap(period.days)
    assert days is not None, "an entrant's posting lies in the period"
    following = [p.start - timedelta(days=1) for p in postings if p.start > posting.start]
    answers = Days(days.first, min([period.days.last, *following]))
    return Scope(posting, days, as_of, workspace.on_record, rules.supervision, workspace.supervision_on, answers)
