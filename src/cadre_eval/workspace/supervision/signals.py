"""The signals of a workspace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cadre_eval.errors import Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.postings import Posting
from cadre_eval.supervision.attendance import first_month
from cadre_eval.supervision.signals.found import Signals, find_signals
from cadre_eval.supervision.signals.looking import District
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.roster import Roster
from cadre_eval.workspace.supervised import require_supervision


def signals_of(workspace: Workspace, cadre: str | None, since: date | None, as_of: date) -> Signals:
    """What is found of everybody who was posted, or of one cadre (by id or name), as known on ``as_of``; what ended before
    ``since`` is left out.

    Raises:
        UsageError: the workspace keeps no records of supervision, there is no such cadre, ``since`` lies after ``as_of``,
            or the calendar of workdays is not installed.
    """
    require_supervision(workspace)
    if since is not None and since > as_of:
        raise UsageError(
            Text(
                f"起始日期 {since} 晚于截至日 {as_of}", f"the first day {since} is after the day of knowledge {as_of}"
            )
        )
    roster, on_record = workspace.roster, workspace.on_record
    wanted = sorted(roster.by_cadre) if cadre is None else [_named(cadre, roster)]
    begins = first_month(on_record, as_of)
    district = District(
        roster.district.id, roster.unit_names, roster.officials, on_record, workspace.supervision_on, as_of, begins,
        since or date.min,
    )  # fmt: skip
    posted = [(name, _known(roster.postings_of(name), since, as_of)) for name in wanted]
    return find_signals(district, [(n, roster.cadres[n].name, p) for n, p in posted if p], since)


def _known(postings: Iterable[Posting], since: date | None, as_of: date) -> tuple[Posting, ...]:
    """The postings with a day that is looked at, by what was known."""
    known = [found for posting in postings if (found := posting.as_known(as_of)) is not None]
    touching = [p for p in known if p.start <= as_of and (since is None or p.days.last >= since)]
    return tuple(sorted(touching, key=lambda p: (p.start, p.id)))


def _named(name: str, roster: Roster) -> str:
    """The id of the cadre with this id or name."""
    if name in roster.cadres:
        return name
    found = sorted(cadre.id for cadre in roster.cadres.values() if cadre.name == name)
    if len(found) == 1:
        return found[0]
    if found:
        ids = "、".join(found)
        raise UsageError(
            Text(
                f"有 {len(found)} 人叫{name}，请用代码：{ids}",
                f"{len(found)} cadres are called {name}; use the id: {ids}",
            )
        )
    near = closest(name, roster.cadres)
    meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
    shown = listed(roster.cadres)
    raise UsageError(
        Text(f"没有驻村干部 {name}{meant[0]}（有：{shown}）", f"there is no cadre {name}{meant[1]} (known: {shown})")
    )
