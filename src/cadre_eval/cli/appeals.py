"""The ``appeals`` command: publicity, appeals, deadlines, and what re-examinations changed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cadre_eval.cli.arguments import EXISTING, as_of_today, table_or_json
from cadre_eval.cli.language import REPORTS, say


@click.command(
    help=say(
        "公示与申诉：公示还有几天，申诉到了哪一步、有没有逾期，复核改变了谁的结果。",
        "Publicity and appeals: days left, where appeals stand, what is overdue, whose results re-examinations changed.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.option(
    "--period",
    help=say("只看这一考核期，如 2025-year-end。", "Of this period only, such as 2025-year-end."),
)
@as_of_today
@table_or_json
def appeals(workspace: Path, period: str | None, as_of: date, form: str) -> int:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.cli.output import Progress, painter, show_failures, terminal_width
    from cadre_eval.reports.appeals import AppealsReport, appeals_table
    from cadre_eval.reports.appeals_json import appeals_json
    from cadre_eval.workspace.reexamining import publications
    from cadre_eval.workspace.supervised import require_supervision

    progress = Progress()
    opened = opened_workspace(workspace, progress)
    progress.clear()
    require_supervision(opened)
    found = publications(opened, as_of, period, progress)
    progress.clear()
    roster = opened.roster
    names = {person.id: person.name for people in (roster.cadres, roster.officials) for person in people.values()}
    report = AppealsReport(opened.title, as_of, found, names)
    if form == "json":
        click.echo(appeals_json(report, REPORTS), nl=False)
    else:
        click.echo(appeals_table(report, REPORTS, painter(sys.stdout), terminal_width(sys.stdout)), nl=False)
    changes = [change for publication in found for change in publication.reexamination.changes]
    failures = [failure for change in changes for failure in change.after.failures]
    return show_failures(dict.fromkeys(failures))
