"""The ``assess`` command: showing results in any format, and recording them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from cadre_eval.cli.language import REPORTS, say
from cadre_eval.cli.output import painter, show_failures, terminal_width
from cadre_eval.errors import PluginFailure, Text, UsageError
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.plugins.proposing import rendered, tell
from cadre_eval.plugins.registry import Registry
from cadre_eval.reports.exports import proposed_text, write_results
from cadre_eval.reports.results_json import results_json
from cadre_eval.reports.table import results_table
from cadre_eval.scoring.explain import account_text, explain_result
from cadre_eval.scoring.result import PeriodResult, Result


def show_results(found: PeriodResult, registry: Registry, form: str) -> Callable[[], None]:
    """Prints the results in a format when called.

    Raises:
        UsageError: there is no such format.
        PluginFailure: a plugin could not make its format.
    """
    if form == "json":
        return partial(click.echo, results_json(found, REPORTS), nl=False)
    if form == "table":
        width = terminal_width(sys.stdout)
        return partial(click.echo, results_table(found, REPORTS, painter(sys.stdout), width), nl=False)
    known = ["table", "json", *registry.formats]
    if form not in known:
        near = closest(form, known)
        meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
        raise UsageError(
            Text(
                f"没有格式 {form}{meant[0]}（可用：{listed(known)}）",
                f"there is no format {form}{meant[1]} (known: {listed(known)})",
            )
        )
    return partial(click.echo, rendered(found, registry, form), nl=False)


def explain_to_screen(found: PeriodResult, result: Result, criterion: str | None = None) -> list[PluginFailure]:
    """Prints the account of a result with the measures proposed, or of one criterion; returns what plugins failed to
    explain.

    Raises:
        KeyError: there is no such criterion.
    """
    account = explain_result(result, criterion)
    click.echo(account_text(account, REPORTS))
    if criterion is None:
        click.echo(proposed_text(found, result, REPORTS), nl=False)
    return [failure.about(result.cadre.id) for failure in account.failures]


def record(found: PeriodResult, registry: Registry, out: Path) -> int:
    """Writes the results with every format of the plugins, then tells the plugins; the exit code. A format that fails is
    left out, and named.
    """
    extra, failures = {}, []
    for name, (_, form) in registry.formats.items():
        try:
            extra[f"{name}.{form.suffix}"] = rendered(found, registry, name)
        except PluginFailure as failure:
            failures.append(failure)
    written, unexplained = write_results(found, out, REPORTS, extra)
    click.echo(say(f"已写入 {len(written)} 个文件：{out}", f"{len(written)} files written to {out}"), err=True)
    return show_failures([*failures, *unexplained, *tell(found, registry, str(out.resolve()))])
