"""The ``inspections`` command: inspections, what they found, and what became of it."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadre_eval.cli.arguments import EXISTING, as_of_today, table_or_json
from cadre_eval.cli.language import REPORTS, say
from cadre_eval.errors import Text, UsageError
from cadre_eval.errors.suggest import closest, listed

if TYPE_CHECKING:
    from cadre_eval.supervision.inspections import Account
    from cadre_eval.workspace.opening import Workspace


@click.command(
    help=say(
        "督查和交叉检查：次数、问题、整改、逾期、反复；写上 INSPECTION 就只看这一次。",
        "Inspections and cross-inspections: how many, what they found, what was put right, what is overdue; or one INSPECTION.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.argument("inspection", required=False)
@as_of_today
@click.option(
    "--year",
    type=click.IntRange(1, 9998),
    help=say("哪一年（缺省为截至日那年）。", "The year (default: that of the day of knowledge)."),
)
@table_or_json
def inspections(workspace: Path, inspection: str | None, as_of: date, year: int | None, form: str) -> None:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.cli.output import Progress, painter, terminal_width
    from cadre_eval.reports.inspections import inspection_table, inspections_table
    from cadre_eval.reports.inspections_json import inspections_json
    from cadre_eval.reports.inspections_wording import Names

    if inspection is not None and year is not None:
        raise UsageError(Text("写了 INSPECTION 就不用 --year", "--year does not go with INSPECTION"))
    progress = Progress()
    opened = opened_workspace(workspace, progress)
    progress.clear()
    found = _account(opened, inspection, as_of, year)
    roster = opened.roster
    people = {cadre.id: cadre.name for cadre in roster.cadres.values()}
    people |= {official.id: official.name for official in roster.officials.values()}
    severities = {k: v for rules in opened.rulesets for k, v in rules.supervision.severities.items()}
    titles = {k: v for rules in opened.rulesets for k, v in rules.titles.items()}
    names = Names(roster.district.name, roster.hosts, people, severities, titles)
    if form == "json":
        click.echo(inspections_json(found, names, REPORTS), nl=False)
        return
    table = inspections_table if inspection is None else inspection_table
    click.echo(table(found, names, REPORTS, painter(sys.stdout), terminal_width(sys.stdout)), nl=False)


def _account(workspace: Workspace, name: str | None, as_of: date, year: int | None) -> Account:
    """The year, or the one inspection.

    Raises:
        UsageError: the workspace keeps no records of supervision, or no such inspection is known on the day.
    """
    from cadre_eval.supervision.inspections import account, account_of, held_on
    from cadre_eval.workspace.supervised import require_supervision

    require_supervision(workspace)
    if name is None:
        return account(workspace.on_record, as_of, year or as_of.year)
    found = account_of(workspace.on_record, as_of, name)
    if found is None:
        known = [held.inspection.id for held in held_on(workspace.on_record, as_of)]
        near = closest(name, known)
        meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
        shown = listed(known, 40) or "—"
        raise UsageError(
            Text(
                f"到 {as_of.isoformat()} 没有督查 {name}{meant[0]}（有：{shown}）",
                f"no inspection {name} is known on {as_of.isoformat()}{meant[1]} (known: {shown})",
            )
        )
    return found
