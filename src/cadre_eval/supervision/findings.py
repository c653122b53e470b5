"""Findings (问题) on a day, as known on a day: which there are, how each stands, whether it recurs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.model.dates import Days
from cadre_eval.model.inspections import Finding, Inspection, Recheck, Rectification, Withdrawal
from cadre_eval.model.postings import Posting
from cadre_eval.supervision.on_record import OnRecord

FindingState: TypeAlias = Literal[
    "overdue", "not-rectified", "open", "rectified-reported", "rectified-late", "rectified", "withdrawn"
]
"""Past its deadline without a report; returned by the re-check, to be done again; waiting to be put right; reported, waiting
for the re-check; put right late; put right; unfounded.
"""
STATES: tuple[FindingState, ...] = (
    "overdue", "not-rectified", "open", "rectified-reported", "rectified-late", "rectified", "withdrawn",
)  # fmt: skip
"""The most pressing first."""
SETTLED: frozenset[FindingState] = frozenset({"rectified-late", "rectified", "withdrawn"})


@frozen
class Standing:
    """How a finding stands.

    A re-check that was not content sends it back: a new round begins, with the new deadline if one was set. It is ``late``
    if the last report of any round came after the deadline of that round.
    """

    finding: Finding
    inspection: Inspection
    state: FindingState
    deadline: date | None
    """The one in force."""
    late: bool = False
    reported: date | None = None
    """The last report of the round; the day of the re-check if that found it right and no report is known."""
    recheck: Recheck | None = None
    """The last one."""
    withdrawal: Withdrawal | None = None
    recurs: Finding | None = None
    """The earlier finding that this one repeats."""


def findings_of(
    on_record: OnRecord,
    as_of: date,
    *,
    kinds: Collection[str] | None = None,
    postings: Collection[Posting] | None = None,
    hosts: Collection[str] | None = None,
    days: Days | None = None,
) -> tuple[Finding, ...]:
    """The findings known on a day and not known to be unfounded, by day and id.

    Args:
        kinds: of these kinds; of any unless given.
        postings: of cadres who on the day of the finding held one of these: those of one cadre, of a sending unit, of a
            township …
        hosts: also those of the whole of one of these hosts, of no cadre. With neither, of anybody.
        days: found on one of these days.
    """

    def asked_for(finding: Finding) -> bool:
        if kinds is not None and finding.kind not in kinds:
            return False
        if days is not None and finding.on not in days:
            return False
        if postings is None and hosts is None:
            return True
        if finding.cadre is None:
            return finding.host in (hosts or ())
        return any(p.cadre.id == finding.cadre and finding.on in p.days for p in postings or ())

    found = (f for _, f in _counting(on_record, as_of) if asked_for(f))
    return tuple(sorted(found, key=_order))


def standings(
    on_record: OnRecord, as_of: date, until: date | None = None, *, cadre: str | None = None
) -> tuple[Standing, ...]:
    """How every finding (or every one of this cadre) known on ``as_of`` stood at the end of ``until`` (the same day unless
    given), by day and id. An unfounded one was so from the beginning, whenever that came out.
    """
    end = as_of if until is None else min(as_of, until)
    earlier = _by_whom(f for _, f in _counting(on_record, as_of) if cadre is None or f.cadre == cadre)
    found = [
        _standing(inspection, finding, end, as_of, earlier)
        for inspection in on_record.inspections
        for finding in inspection.findings
        if (cadre is None or finding.cadre == cadre) and finding.known_on <= as_of and finding.on <= end
    ]
    return tuple(sorted(found, key=lambda s: _order(s.finding)))


def _order(finding: Finding) -> tuple[date, str]:
    return finding.on, finding.id


def _counting(on_record: OnRecord, as_of: date) -> Iterator[tuple[Inspection, Finding]]:
    """Findings known, and not known to be unfounded."""
    for inspection in on_record.inspections:
        unfounded = {w.finding for w in inspection.withdrawals if w.known_on <= as_of}
        for finding in inspection.findings:
            if finding.known_on <= as_of and finding.id not in unfounded:
                yield inspection, finding


def _whose(finding: Finding) -> tuple[str, str | None, str | None]:
    """Findings that are alike: of the same kind, and of the same cadre, or of the whole of the same host."""
    return finding.kind, finding.cadre, finding.host if finding.cadre is None else None


def _by_whom(findings: Iterable[Finding]) -> Mapping[tuple[str, str | None, str | None], list[Finding]]:
    found: dict[tuple[str, str | None, str | None], list[Finding]] = {}
    for finding in sorted(findings, key=_order):
        found.setdefault(_whose(finding), []).append(finding)
    return found


def _standing(
    inspection: Inspection,
    finding: Finding,
    end: date,
    as_of: date,
    earlier: Mapping[tuple[str, str | None, str | None], list[Finding]],
) -> Standing:
    unfounded = [w for w in inspection.withdrawals_of.get(finding.id, ()) if w.known_on <= as_of]
    if unfounded:
        first = min(unfounded, key=lambda w: w.on)
        return Standing(finding, inspection, "withdrawn", finding.deadline, withdrawal=first)

    def known(follow_up: Rectification | Recheck) -> bool:
        return follow_up.on <= end and follow_up.known_on <= as_of

    reports = [r.on for r in inspection.rectifications_of.get(finding.id, ()) if known(r)]
    rechecks = sorted(filter(known, inspection.rechecks_of.get(finding.id, ())), key=lambda r: (r.on, r.known_on))
    deadline, late, last = finding.deadline, False, None
    for recheck in rechecks:
        done = _last_report(reports, last, recheck.on) or recheck.on
        late, last = late or _passed(deadline, done), recheck
        if recheck.rectified:
            state: FindingState = "rectified-late" if late else "rectified"
            return Standing(finding, inspection, state, deadline, late, done, last, None, _repeats(finding, earlier))
        deadline = recheck.deadline or deadline
    reported = _last_report(reports, last, end)
    if reported is not None:
        state, late = "rectified-reported", late or _passed(deadline, reported)
    else:
        state = "overdue" if _passed(deadline, end) else "open" if last is None else "not-rectified"
    return Standing(finding, inspection, state, deadline, late, reported, last, None, _repeats(finding, earlier))


def _last_report(reports: Iterable[date], after: Recheck | None, until: date) -> date | None:
    """The last report of a round: after the re-check that sent it back, none after ``until``. One of the day of a re-check
    came before it.
    """
    return max((on for on in reports if (after is None or on > after.on) and on <= until), default=None)


def _repeats(finding: Finding, earlier: Mapping[tuple[str, str | None, str | None], list[Finding]]) -> Finding | None:
    """The last finding like it on an earlier day, within whose time it was found again."""
    before = [f for f in earlier.get(_whose(finding), ()) if f.on < finding.on]
    within = [f for f in before if f.recurs_until is not None and finding.on <= f.recurs_until]
    return max(within, key=_order, default=None)


def _passed(deadline: date | None, on: date) -> bool:
    return deadline is not None and on > deadline
