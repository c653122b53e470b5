"""A run over a workspace of tables, with the earlier periods it combines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cadre_eval.errors import Problems
from cadre_eval.tables.bulk import Bulk, Told
from cadre_eval.tables.opening import TableFolder, day_of, fingerprint, open_table_folder
from cadre_eval.tables.run import TableResult, TableRun, placed_blocks


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
    before = {key: f"{found.year}-{key}" for key in plan.combine if key != plan.key}
    earlier = {key: assessed(folder, name, day) for key, name in before.items() if folder.has(name)}
    marks = {"tables": fingerprint(sources), "earlier": {
        key: fingerprint(folder.tables(name)) for key, name in before.items() if key in earlier
    }}  # fmt: skip
    district = folder.ruled.doc.district.id
    return Bulk(
        rules, plan, found, day, district, sources, out, form, jobs, progress, earlier, marks, Path(workspace)
    )


def assessed(folder: TableFolder, period: str, as_of: date) -> TableResult:
    """A period in memory, as known on a day."""
    rules, plan, found = folder.period(period)
    problems = Problems()
    sources = folder.tables(period)
    run = TableRun(rules, plan, found, as_of, folder.ruled.doc.district.id, sources, problems, {})
    opened = run.opened()
    problems.raise_if_any()
    assert opened is not None, "without a problem everything is read"
    scored = list(run.scored(opened))
    problems.raise_if_any()
    return placed_blocks(opened.kernel, opened.tallied.roster, scored)
