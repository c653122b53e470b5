"""Arguments that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cadre_eval.cli.language import say
from cadre_eval.reading.scalars import BadScalar, parse_date

if TYPE_CHECKING:
    _DateType = click.ParamType[date]
else:
    _DateType = click.ParamType  # generic only in newer versions of click

EXISTING = click.Path(path_type=Path)
C = TypeVar("C", bound=Callable[..., Any])


class Day(_DateType):
    """A date as an argument."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_date(value)
        except BadScalar:
            self.fail(
                say(f"“{value}”不是日期，写成 2025-06-30", f"'{value}' is not a date such as 2025-06-30"), param, ctx
            )


def as_of_today(command: C) -> C:
    """``--as-of``, today unless given: the one place where the clock is read."""
    return click.option(
        "--as-of",
        type=Day(),
        default=lambda: date.today(),  # noqa: DTZ011 a district's day is that of its own clock
        show_default="today",
        help=say("截至哪天所知（缺省为今天）。", "Day of knowledge (default: today)."),
    )(command)


def as_of_period_end(command: C) -> C:
    """``--as-of``, the last day of the period unless given."""
    return click.option(
        "--as-of",
        type=Day(),
        help=say("截至哪天所知（缺省为期末）。", "Day of knowledge (default: the period's last day)."),
    )(command)


def table_or_json(command: C) -> C:
    """``--format table|json``."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json"]),
        default="table",
        help=say("输出格式。", "Output format."),
    )(command)
