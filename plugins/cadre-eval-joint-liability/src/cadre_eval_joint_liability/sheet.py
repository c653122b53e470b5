"""The report ``unit-ledger``: the measures proposed for units as a table for Excel and WPS."""

from __future__ import annotations

import csv
import io

from cadre_eval.plugins.api import AssessedPeriod, ReportFormat, Text, number_text
from cadre_eval_joint_liability.roll import units
from cadre_eval_joint_liability.wording import TARGETS

HEAD = ("类别", "代码", "单位", "规则", "处理措施", "分数", "涉及干部", "理由")


def render(assessed: AssessedPeriod) -> str:
    """One row for each measure; points are exact."""
    names = {cadre.id: cadre.name for cadre in assessed.cadres}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEAD)
    for unit in units(assessed):
        for m in unit.measures:
            points = "" if m.points is None else number_text(m.points)
            about = "、".join(names.get(cadre, cadre) for cadre in m.cadres)
            cells = [_safe(cell) for cell in (unit.id, unit.name, m.rule, m.measure)]
            writer.writerow([TARGETS[unit.target].zh, *cells, points, _safe(about), _safe(m.reason)])
    return buffer.getvalue()


def _safe(cell: str) -> str:
    """A name that begins like a formula stays text in a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


UNIT_LEDGER = ReportFormat("unit-ledger", Text("单位问责台账", "measures by unit"), "csv", render)
