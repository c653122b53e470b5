"""The ``signals`` command."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cadre_eval.cli.arguments import EXISTING, Day, as_of_today, table_or_json
from cadre_eval.cli.language import REPORTS, say


@click.command(
    help=say(
        "考勤核对：考勤簿、请假条、日志、督查对不上的地方和不足的天数，附上记录；写上 CADRE 只看一人。",
        "Attendance signals: where book, leave slips, work reports and inspections disagree, and days that fall short, with "
        "the records; or of one CADRE.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.argument("cadre", required=False)
@click.option(
    "--from",
    "since",
    type=Day(),
    help=say("从哪天起（缺省：有记录起）。", "Leave out what ended before this day (default: nothing)."),
)
@as_of_today
@table_or_json
def signals(workspace: Path, cadre: str | None, since: date | None, as_of: date, form: str) -> None:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.cli.output import Progress, painter, terminal_width
    from cadre_eval.reports.signals import signals_table
    from cadre_eval.reports.signals_json import signals_json
    from cadre_eval.workspace.supervision.signals import signals_of

    progress = Progress()
    opened = opened_workspace(workspace, progress)
    progress.clear()
    found = signals_of(opened, cadre, since, as_of)
    if form == "json":
        click.echo(signals_json(found, REPORTS), nl=False)
        return
    width = terminal_width(sys.stdout)
    click.echo(signals_table(found, opened.title, REPORTS, painter(sys.stdout), width), nl=False)
