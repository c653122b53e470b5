"""A percentage as an argument: ``90``, ``90%``, ``99.5``, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import click

from cadre_eval.cli.language import say
from cadre_eval.reading.scalars import BadScalar, parse_number

if TYPE_CHECKING:
    _PercentType = click.ParamType[Fraction]
else:
    _PercentType = click.ParamType  # generic only in newer versions of click


class Percent(_PercentType):
    """From 0 to 100, as a share of one."""

    name = "percent"

    def convert(self, value: str | Fraction, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        if isinstance(value, Fraction):
            return value
        try:
            share = parse_number(value) / (1 if value.endswith("%") else 100)
        except BadScalar:
            share = Fraction(-1)
        if not 0 <= share <= 1:
            said = (
                f"“{value}”不是 0 到 100 的百分数，写成 90 或 99.5",
                f"'{value}' is no percentage such as 90 or 99.5",
            )
            self.fail(say(*said), param, ctx)
        return share
