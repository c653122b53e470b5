"""The ``worklist`` command."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadre_eval.cli.arguments import EXISTING, as_of_today, table_or_json
from cadre_eval.cli.language import REPORTS, say
from cadre_eval.cli.output import painter, terminal_width
from cadre_eval.errors import Text, UsageError
from cadre_eval.errors.suggest import closest, listed

if TYPE_CHECKING:
    from cadre_eval.reports.worklist_groups import By


@click.command(
    help=say(
        "工作清单：哪些没办结、逾期几天，按时率、一次通过率；写上 LIST 只看这份清单。",
        "Work lists: what is open, how late, and the rates; with LIST, of that list only.",
    )
)
@click.argument("workspace", type=EXISTING)
@click.argument("name", metavar="LIST", required=False)
@as_of_today
@click.option(
    "--by",
    type=click.Choice(["township", "host", "cadre"]),
    default="township",
    help=say("按街道（乡镇）、社区（村）或干部分列。", "Group by township, host or cadre."),
)
@table_or_json
def worklist(workspace: Path, name: str | None, as_of: date, by: By, form: str) -> None:
    from cadre_eval.cli.opening import opened_workspace
    from cadre_eval.reports.worklist import worklist_table
    from cadre_eval.reports.worklist_groups import WorklistReport
    from cadre_eval.reports.worklist_json import worklist_json
    from cadre_eval.supervision.worklists import standings
    from cadre_eval.workspace.supervised import require_supervision

    opened = opened_workspace(workspace)
    require_supervision(opened)
    lists = {each.id: each for each in opened.on_record.worklists}
    if name is not None and name not in lists:
        raise _no_such_list(name, list(lists))
    chosen = tuple(each for each in lists.values() if name in {None, each.id} and each.issued <= as_of)
    officials = {official.id: official.name for official in opened.roster.officials.values()}
    report = WorklistReport(chosen, tuple(standings(chosen, as_of)), as_of, by, officials)
    if form == "json":
        click.echo(worklist_json(report), nl=False)
    else:
        click.echo(worklist_table(report, REPORTS, painter(sys.stdout), terminal_width(sys.stdout)), nl=False)


def _no_such_list(name: str, known: list[str]) -> UsageError:
    near = closest(name, known)
    meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
    shown = listed(known) or "—"
    return UsageError(
        Text(f"没有清单 {name}{meant[0]}（有：{shown}）", f"there is no list {name}{meant[1]} (known: {shown})")
    )
