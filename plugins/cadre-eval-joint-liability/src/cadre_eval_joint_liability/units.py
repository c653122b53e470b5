"""The command ``units``: who answers for what, at a glance; with units named, why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cadre_eval.plugins.api import AssessedPeriod, PluginCommand, Text, number_text, padded, text_width
from cadre_eval_joint_liability.roll import Unit, units
from cadre_eval_joint_liability.wording import TARGETS

HEAD = ("单位", "类别", "处理措施", "分数")
NOTHING = "—"


def run(assessed: AssessedPeriod, arguments: tuple[str, ...]) -> str:
    """All units, or those named by id or name, these with reasons."""
    known = units(assessed)
    wanted = [unit for unit in known if not arguments or {unit.id, unit.name} & set(arguments)]
    unknown = [word for word in arguments if not any(word in {unit.id, unit.name} for unit in known)]
    lines = [f"{assessed.period} {assessed.title}，截至 {assessed.as_of.isoformat()}"]
    lines += _table(wanted) if wanted else []
    if arguments:
        lines += [line for unit in wanted for line in _reasons(unit)]
    listed = "、".join(unit.id for unit in known)
    lines += [f"没有单位 {word}；有：{listed}" for word in unknown]
    return "\n".join(lines) + "\n"


def _table(shown: Sequence[Unit]) -> Iterator[str]:
    rows = [HEAD, *(row for unit in shown for row in _rows(unit))]
    widths = [max(text_width(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        *cells, points = (
            padded(cell, width, right=column == len(HEAD) - 1)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([*cells, points]).rstrip()


def _rows(unit: Unit) -> Iterator[tuple[str, str, str, str]]:
    head = unit.name, TARGETS[unit.target].zh
    for measure in unit.measures:
        yield *head, measure.measure, NOTHING if measure.points is None else number_text(measure.points)
        head = "", ""
    if not unit.measures:
        yield *head, NOTHING, NOTHING


def _reasons(unit: Unit) -> Iterator[str]:
    for measure in unit.measures:
        yield f"{unit.name}：{measure.measure}——{measure.reason}〔{measure.rule}〕"


UNITS = PluginCommand("units", Text("各单位的处理措施和扣分", "measures and points by unit"), run)
