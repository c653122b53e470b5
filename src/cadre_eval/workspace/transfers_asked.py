"""The transfers of a workspace on a day, as known on a day."""

from __future__ import annotations

from datetime import date

from cadre_eval.ruleset.supervision import TransferRulesDoc
from cadre_eval.supervision.timeline import Question
from cadre_eval.supervision.timelines import Transfers, everybody, transfers_of
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.periods import FIRST, LAST


def transfers_asked(workspace: Workspace, cadre: str | None, on: date, known_on: date) -> Transfers:
    """Who held which relation on a day, as known on a day, held against the rules in force on the day asked about. Of one
    cadre (by id or name) every posting that had begun; of all, those that last, or left something behind.

    Raises:
        UsageError: there is no such cadre, several have the name, or a limit is in workdays and the calendar of workdays is
            not installed.
    """
    roster = workspace.roster
    rules = workspace.supervision_on(on).transfers or TransferRulesDoc()
    asked = Question(on, known_on, rules, roster.district.id, roster.unit_names)
    in_force = [r.id for r in workspace.rulesets if (r.effective_from or FIRST) <= on <= (r.effective_until or LAST)]
    ruleset = in_force[0] if in_force else None
    if cadre is None:
        return Transfers(workspace.title, asked, everybody(roster.by_cadre, asked), ruleset)
    one = roster.cadres[roster.cadre_named(cadre)]
    found = transfers_of(roster.postings_of(one.id), asked)
    return Transfers(f"{one.name} {one.id}", asked, found, ruleset, one=True)
