"""A run over a workspace of tables, with the earlier periods it combines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from cadre_eval.errors import Problems, Text, UsageError
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.tables.bulk import Bulk, Told
from cadre_eval.tables.opening import TableFolder, fingerprint, open_table_folder
from cadre_eval.tables.run import TableResult, TableRun
from cadre_eval.workspace.periods import day_of

Marks = dict[str, Any]
"""What tells one input from another."""


def planned(
    workspace: str | Path, period: str, out: Path | None, as_of: date | None = None, form: str = "parquet", jobs: int = 1,
    progress: Told = lambda _done, _of: None,
) -> Bulk:  # fmt: skip
    """Reads the rules, opens the tables, and assesses the earlier periods that have tables of their own. ``out`` is where the
    results go, if they are to be written at all.

    Raises:
        UsageError: it is no workspace of tables; there is no such period; ``as_of`` lies before it; results cannot be
            written to ``out``.
        RefusedInput: rules or tables cannot be used.
    """
    folder = open_table_folder(workspace)
    target = Path() if out is None else _writable(folder, out)
    rules, plan, found = folder.period(period)
    day = day_of(found, as_of)
    sources = folder.tables(period)
    earlier, before = _earlier(folder, plan, found, day)
    marks = {"tables": fingerprint(sources), "earlier": before}
    district = folder.ruled.doc.district.id
    return Bulk(
        rules, plan, found, day, district, sources, target, form, jobs, progress, earlier, marks, Path(workspace)
    )


def _writable(folder: TableFolder, out: Path) -> Path:
    """The folder for the results. Raises UsageError where they would lie among the tables they come from, or none can be."""
    if out.resolve().is_relative_to(folder.root.resolve()):
        shown = folder.shown(folder.root)
        zh, en = (
            f"结果不能写进表格文件夹 {shown}：换一个文件夹",
            f"results cannot be written into the folder of the tables, {shown}: name another",
        )
        raise UsageError(Text(zh, en))
    if out.exists() and not out.is_dir():
        raise UsageError(Text(f"{out} 不是文件夹", f"{out} is not a folder"))
    return out


def _earlier(
    folder: TableFolder, plan: PeriodPlan, period: Period, as_of: date
) -> tuple[dict[str, TableResult], dict[str, Marks]]:
    """The periods that one combines, where they have tables of their own and have begun; and what they are made of."""
    results, marks = {}, {}
    for key in plan.combine:
        name = f"{period.year}-{key}"
        if key != plan.key and folder.has(name) and folder.period(name)[2].days.first <= as_of:
            results[key], marks[key] = _assessed(folder, name, as_of)
    return results, marks


def _assessed(folder: TableFolder, period: str, as_of: date) -> tuple[TableResult, Marks]:
    """A period in memory, as known on a day."""
    rules, plan, found = folder.period(period)
    sources = folder.tables(period)
    earlier, before = _earlier(folder, plan, found, as_of)
    _, result = TableRun(
        rules, plan, found, as_of, folder.ruled.doc.district.id, sources, Problems(), earlier
    ).assessed()
    return result, {"ruleset": rules.digest, "tables": fingerprint(sources), "earlier": before}
