"""What re-examinations changed in a period's results: old and new side by side, for everybody affected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby

from attrs import frozen

from cadre_eval.model.appeals import Appeal
from cadre_eval.model.periods import Period
from cadre_eval.model.records import Correction, Dossier
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.supervision.appeals import appeals_in, corrected, upheld
from cadre_eval.supervision.appeals_due import PublicityStanding, publicity_on
from cadre_eval.supervision.appeals_moved import Moved, moved
from cadre_eval.workspace.assessing import Kept, assess
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.record_files import Progress, no_progress

DAY = timedelta(days=1)


@frozen(eq=False)
class Change:
    """What the re-examinations of one day changed: the results as of the day before, and as of that day."""

    day: date
    appeals: tuple[Appeal, ...]
    """Those upheld on that day, of this period or of one that enters its total."""
    before: PeriodResult
    after: PeriodResult
    moved: tuple[Moved, ...]
    """Those corrected first, then everybody whose total, grade, gates, rank or place within a quota changed."""
    corrections: Mapping[str, tuple[Correction, ...]]
    """What each of these appeals corrected, by its id."""


@frozen(eq=False)
class Reexamination:
    """Every change of a period's results that upheld appeals brought by ``as_of``, in the order of days."""

    period: Period
    as_of: date
    changes: tuple[Change, ...]


def reexamined(workspace: Workspace, period: str, as_of: date, progress: Progress = no_progress) -> Reexamination:
    """Compares the results before and after each day on which an appeal was upheld. Only those whose records changed are
    scored anew; ranks and quotas are worked out for all.

    Raises:
        UsageError: there is no such period.
    """
    _, _, found = workspace.period(period)
    results = _Results(workspace, period, progress, {}, {})
    changes = []
    for day, appeals in groupby(_counting(workspace, period, as_of), key=_reviewed):
        own = tuple(appeals)
        before, after = results.on(day - DAY), results.on(day)
        everybody = moved(before, after, {appeal.cadre for appeal in own})
        made = {appeal.id: _made(workspace, appeal, day) for appeal in own}
        changes.append(Change(day, own, before, after, everybody, made))
    return Reexamination(found, as_of, tuple(changes))


def _counting(workspace: Workspace, period: str, as_of: date) -> Iterator[Appeal]:
    """The upheld appeals that may have changed the period's results, by day: those against them, and, once the period is
    over, those against the earlier results that enter its totals.
    """
    _, plan, found = workspace.period(period)
    appeals = [(appeal, found.days.first) for appeal in appeals_in(workspace.on_record, period)]
    for key in sorted(set(plan.combine) - {plan.key}):
        appeals += [(a, found.days.last + DAY) for a in appeals_in(workspace.on_record, f"{found.year}-{key}")]
    counting = [a for a, first in appeals if a.review is not None and a.review.on >= first]
    return (appeal for appeal, _ in upheld(counting, as_of))


def _made(workspace: Workspace, appeal: Appeal, day: date) -> tuple[Correction, ...]:
    """What an appeal upheld on a day corrected."""
    rules, _, period = workspace.period(appeal.period)
    dossier = workspace.dossiers.get((appeal.posting, period.id), Dossier(period.id))
    same = [a for a in appeals_in(workspace.on_record, period.id) if a.posting == appeal.posting]
    return tuple(c for c in corrected(dossier, same, rules, day).corrections if c.appeal == appeal.id)


def _reviewed(appeal: Appeal) -> date:
    assert appeal.review is not None, "only upheld appeals are grouped by their day"
    return appeal.review.on


@frozen(eq=False)
class _Results:
    """The results of a period as of one day after the other, each made from the last."""

    workspace: Workspace
    period: str
    progress: Progress
    kept: Kept
    known: dict[date, PeriodResult]

    def on(self, day: date) -> PeriodResult:
        if day not in self.known:
            self.known[day] = assess(self.workspace, self.period, day, self.progress, self.kept)
        return self.known[day]


@frozen(eq=False)
class Publication:
    """What was made public of a period, the appeals that came, and what re-examinations changed."""

    period: Period
    rules: CompiledRuleset
    standing: PublicityStanding
    reexamination: Reexamination


def publications(
    workspace: Workspace, as_of: date, period: str | None = None, progress: Progress = no_progress
) -> list[Publication]:
    """Everything published by a day, in the order of publication; of one period, if it is named.

    Raises:
        UsageError: there is no such period; or a time is in workdays, and the calendar is not installed.
    """
    if period is not None:
        workspace.period(period)
    found = []
    for public in workspace.on_record.publicity:
        rules, _, named = workspace.period(public.period)
        standing = publicity_on(public, rules.supervision.appeals, as_of)
        if standing is not None and period in {None, public.period}:
            changes = reexamined(workspace, public.period, as_of, progress)
            found.append(Publication(named, rules, standing, changes))
    return sorted(found, key=lambda p: (p.standing.publicity.on, p.period.id))
