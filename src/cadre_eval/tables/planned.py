"""A run over a workspace of tables, with the earlier periods it combines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from cadre_eval.errors import Problems
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import PeriodPlan
from cadre_eval.tables.bulk import Bulk, Told
from cadre_eval.tables.opening import TableFolder, day_of, fingerprint, open_table_folder
from cadre_eval.tables.run import TableResult, TableRun, placed_blocks

Marks = dict[str, Any]
"""What tells one input from another."""


def planned(
    workspace: str | Path, period: str, out: Path, as_of: date | None = None, form: str = "parquet", jobs: int = 1,
    progress: Told = lambda _done, _of: None,
) -> Bulk:  # fmt: skip
    """Reads the rules, opens the tables, and assesses the earlier periods that have tables of their own.

    Raises:
        UsageError: it is no workspace of tables; there is no such period; ``as_of`` lies before it.
        RefusedInput: rules or tables cannot be used.
    """
    folder = open_table_folder(workspace)
    rules, plan, found = folder.period(period)
    day = day_of(found, as_of)
    sources = folder.tables(period)
    earlier, before = _earlier(folder, plan, found, day)
    marks = {"tables": fingerprint(sources), "earlier": before}
    district = folder.ruled.doc.district.id
    return Bulk(
        rules, plan, found, day, district, sources, out, form, jobs, progress, earlier, marks, Path(workspace)
    )


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
    problems = Problems()
    sources = folder.tables(period)
    earlier, before = _earlier(folder, plan, found, as_of)
    run = TableRun(rules, plan, found, as_of, folder.ruled.doc.district.id, sources, problems, earlier)
    opened = run.opened()
    problems.raise_if_any()
    assert opened is not None, "without a problem everything is read"
    scored = list({part.block.number: part for part in run.scored(opened)}.values())
    problems.raise_if_any()
    marks = {"ruleset": rules.digest, "tables": fingerprint(sources), "earlier": before}
    return placed_blocks(opened.kernel, opened.tallied.roster, scored), marks
