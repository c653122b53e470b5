"""Who is assessed in a period: postings, service, the assessment relation, late transfers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.model.dates import Days, Duration
from cadre_eval.model.people import Cadre
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import RELATIONS, Posting, Relation
from cadre_eval.model.records import Dossier
from cadre_eval.model.transfers import Stretch, seconded
from cadre_eval.ruleset.plan import Eligibility
from cadre_eval.scoring.result import Note, note

RELATION_NAMES = {
    "party": Text("党组织关系", "the party relation"),
    "salary": Text("工资关系", "the salary relation"),
    "management": Text("管理关系", "the management relation"),
    "assessment": Text("考核关系", "the assessment relation"),
}
Held: TypeAlias = Mapping[Relation, tuple[Stretch, ...]]
"""Who holds each relation when, as known on a day."""


@frozen(eq=False)
class Entrant:
    """A cadre with the postings that touch the period, longest first, each with its dossier."""

    cadre: Cadre
    postings: tuple[tuple[Posting, Dossier], ...]

    @property
    def main(self) -> Posting:
        return self.postings[0][0]


def served(posting: Posting, days: Days) -> int:
    """Days of the posting within ``days``."""
    shared = posting.days.overlap(days)
    return shared.length if shared else 0


def by_length(postings: Sequence[Posting], days: Days) -> list[Posting]:
    """Those that touch ``days``, longest first; equals by the later start, then id."""
    touching = [p for p in postings if served(p, days)]
    return sorted(touching, key=lambda p: (-served(p, days), -p.start.toordinal(), p.id))


def reasons_not_assessed(
    entrant: Entrant, period: Period, as_of: date, rules: Eligibility, district: Collection[str]
) -> list[Note]:
    """Why the cadre is not assessed by this district in the period; empty if nothing stands against it."""
    notes = []
    last = min(period.days.last, max(period.days.first, as_of))
    days = Days(period.days.first, last)
    if rules.relation_required:
        held = [holder_in_period(posting, days, as_of) for posting, _ in entrant.postings]
        if not any(holder in district for holder in held):
            unit = entrant.main.sending_unit
            if held[0] is None and served(entrant.main, days):
                notes.append(note("no-holder"))
            else:
                notes.append(note("no-relation", holder=unit.name if held[0] == unit.id else held[0] or "—"))
            own: Held = {"assessment": entrant.main.timeline("assessment", as_of)}
            notes += _seconded(entrant.main, days, as_of, own)
    if rules.minimum_service is not None:
        # Service still to come within the period counts: on an early day nobody has served long.
        total = _service_days(entrant, period.days, rules)
        end = min(period.days.last, max(p.days.last for p, _ in entrant.postings))
        first = end - timedelta(days=total - 1)
        if rules.minimum_service.after(first).toordinal() > end.toordinal() + 1:
            notes.append(_short_service(total, rules.minimum_service, rules.otherwise or ""))
    return notes


def holder_in_period(posting: Posting, days: Days, known_on: date | None = None) -> str | None:
    """Who holds the assessment relation on the posting's last day in the period, as known on a day (None: by what is
    believed last); None if nobody does. A relation that went back on the very day a posting ended was held to its end.
    """
    shared = posting.days.overlap(days)
    held = None if shared is None else posting.held("assessment", shared.last, known_on)
    if shared is None or held is None:
        return None
    if posting.ended == shared.last == held.first and (held.back or held.unit == posting.sending_unit.id):
        return posting.assessor(shared.last - timedelta(days=1), known_on)
    return held.unit


def _seconded(posting: Posting, days: Days, as_of: date, held: Held) -> list[Note]:
    """Moves back to the sending unit within the term: called back is not transferred, whoever recorded it so."""
    last = min(days.last, as_of, posting.days.last - timedelta(days=1))
    return [
        note("seconded-back", relation=RELATION_NAMES[relation], day=stretch.first.isoformat())
        for relation, timeline in held.items()
        for stretch in seconded(timeline, posting.sending_unit.id)
        if stretch.first is not None and days.first <= stretch.first <= last
    ]


def _service_days(entrant: Entrant, days: Days, rules: Eligibility) -> int:
    span = days if rules.service == "within-period" else Days(date.min, days.last)
    return max(1, sum(served(posting, span) for posting, _ in entrant.postings))


def _short_service(days: int, minimum: Duration, label: str) -> Note:
    return note("short-service", days=str(days), minimum=minimum.zh, minimum_en=str(minimum), label=label)


def remarks(entrant: Entrant, period: Period, as_of: date, rules: Eligibility) -> list[Note]:
    """What people should know of the posting: joined, left, transferred late, called back."""
    notes = []
    posting = entrant.main
    if period.days.first < posting.start <= period.days.last:
        notes.append(note("joined", day=posting.start.isoformat()))
    stays = any(other.start > posting.start for other, _ in entrant.postings)
    if posting.ended is not None and posting.ended in period.days and not stays:
        notes.append(note("left", day=posting.ended.isoformat(), reason=posting.end_reason or "—"))
    held = {relation: posting.timeline(relation, as_of) for relation in RELATIONS}
    if rules.transfer_within is not None:
        notes += _late(posting, held, rules.transfer_within)
    return notes + _seconded(posting, period.days, as_of, held)


def _late(posting: Posting, held: Held, limit: Duration) -> list[Note]:
    """Relations whose first move, as known, took effect after the limit."""
    notes = []
    last = limit.after(posting.start)
    for relation, timeline in held.items():
        moved = next((s.move for s in timeline if s.move is not None), None)
        if moved is not None and moved.effective > last:
            notes.append(
                note(
                    "late-transfer",
                    relation=RELATION_NAMES[relation],
                    day=moved.effective.isoformat(),
                    limit=limit.zh,
                    limit_en=str(limit),
                )
            )
    return notes
