"""The ``transfers`` command."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cadre_eval.cli.arguments import EXISTING, Day, as_of_today, table_or_json
from cadre_eval.cli.language import REPORTS, say
from cadre_eval.cli.output import painter, terminal_width


@click.command(
    help=say(
        "四个划转：谁持有哪项关系、从哪天起、有什么问题；写上 CADRE 看一个人的经过。",
        "The four transfers: who holds which relation since when, and what is wrong; with CADRE, one cadre's timeline.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.argument("cadre", required=False)
@as_of_today
@click.option(
    "--known-on",
    type=Day(),
    help=say("按哪天所知（缺省同 --as-of）。", "As known on this day (default: that of --as-of)."),
)
@table_or_json
def transfers(workspace: Path, cadre: str | None, as_of: date, known_on: date | None, form: str) -> None:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.reports.transfers import transfers_table
    from cadre_eval.reports.transfers_json import transfers_json
    from cadre_eval.workspace.transfers_asked import transfers_asked

    report = transfers_asked(opened_workspace(workspace), cadre, as_of, known_on or as_of)
    if form == "json":
        click.echo(transfers_json(report, REPORTS), nl=False)
    else:
        click.echo(transfers_table(report, REPORTS, painter(sys.stdout), terminal_width(sys.stdout)), nl=False)
