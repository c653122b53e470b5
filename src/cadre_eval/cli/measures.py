"""The ``measures`` command."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cadre_eval.cli.arguments import EXISTING, as_of_today, table_or_json
from cadre_eval.cli.language import REPORTS, say
from cadre_eval.cli.output import Progress, painter, show_failures, terminal_width


@click.command(
    help=say(
        "问责：提出的措施建议、作出的决定、逾期的事项。",
        "Accountability: measures proposed, decisions made, what is overdue.",
    )
)
@click.argument("workspace", type=EXISTING)
@as_of_today
@table_or_json
def measures(workspace: Path, as_of: date, form: str) -> int:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.errors import PluginFailure
    from cadre_eval.reports.measures import measures_table
    from cadre_eval.reports.measures_json import measures_json
    from cadre_eval.workspace.deciding import matters

    progress = Progress()
    opened = opened_workspace(workspace, progress)
    progress.clear()
    failures: list[PluginFailure] = []
    found = matters(opened, as_of, failures)
    if form == "json":
        click.echo(measures_json(opened.id, found, as_of, REPORTS), nl=False)
        return show_failures(failures)
    names = {official.id: official.name for official in opened.roster.officials.values()}
    width = terminal_width(sys.stdout)
    click.echo(measures_table(opened.title, found, names, as_of, REPORTS, painter(sys.stdout), width), nl=False)
    return show_failures(failures)
