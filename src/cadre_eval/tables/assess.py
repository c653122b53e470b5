"""Arrow tables in, Arrow tables out: what a governance system calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
from attrs import frozen

from cadre_eval.errors import Problems, Span, Text, UsageError
from cadre_eval.errors import Source as TextSource
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.periods import Period
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.tables.aligned import Source
from cadre_eval.tables.cells import header
from cadre_eval.tables.columns_of import TABLES
from cadre_eval.tables.faults import columns_sound
from cadre_eval.tables.kinds import written_out
from cadre_eval.tables.results import points_table, results_table
from cadre_eval.tables.run import MemoryTable, TableResult, TableRun
from cadre_eval.workspace.periods import day_of, find_period, no_such_period


@frozen(eq=False)
class Assessed:
    """The tables of an assessment: ``results`` has one row a cadre, ``scores`` one a scored posting."""

    results: pa.Table
    scores: pa.Table
    found: TableResult


def assess_table(
    rules: CompiledRuleset,
    period: str,
    tables: Mapping[str, pa.Table | Source],
    district: str,
    as_of: date | None = None,
    earlier: Mapping[str, Assessed] | None = None,
) -> Assessed:
    """Assesses a period from tables.

    Args:
        period: year and key, such as ``2025-year-end``.
        tables: by name: ``roster`` and any of ``transfers``, ``facts``, ``reviews``, ``tallies``, ``ballots``, ``polls``; see
            the reference of tables for their columns.
        district: id of the assessing district; holding the assessment relation makes it, its townships and hosts the assessor.
        as_of: the day of knowledge; the period's last day unless given.
        earlier: what this function gave for the periods this one combines, by their keys.

    Raises:
        UsageError: there is no such period or table, or ``as_of`` lies before the period.
        RefusedInput: something in the tables cannot be used; carries every problem.
        PluginFailure: a plugin of the rules raised while its code was read.
    """
    problems = Problems()
    plan, found = plan_of(rules, period)
    _check_names(tables)
    sources = {name: _source(t, name, problems) for name, t in tables.items()}
    problems.raise_if_any()
    before = {key: assessed.found for key, assessed in (earlier or {}).items()}
    day = day_of(found, as_of)
    opened, result = TableRun(rules, plan, found, day, district, sources, problems, before).assessed()
    points = pa.concat_tables(points_table(result.roster, part, opened.scales) for part in result.scored)
    return Assessed(written_out(results_table(result)), written_out(points), result)


def _source(table: pa.Table | Source, name: str, problems: Problems) -> Source:
    if not isinstance(table, pa.Table):
        if not callable(getattr(table, "chunks", None)):
            kind = type(table).__name__
            raise UsageError(
                Text(
                    f"表 {name} 要用 pyarrow.Table，不是 {kind}",
                    f"the table {name} must be a pyarrow.Table, not a {kind}",
                )
            )
        return table
    names = table.column_names
    columns_sound(names, lambda at: header(name, names[at] if at < len(names) else ""), problems)
    return MemoryTable(table, name)


def plan_of(rules: CompiledRuleset, period: str) -> tuple[PeriodPlan, Period]:
    """The plan and the days of a period. Raises UsageError."""
    found = find_period([rules], period)
    if found is None:
        problems = Problems()
        no_such_period([rules], period, Span(TextSource("period"), 1, 1), problems)
        problem = next(iter(problems))
        raise UsageError(Text(problem.message("zh"), problem.message("en")))
    return found[1], found[2]


def _check_names(tables: Mapping[str, object]) -> None:
    for name in tables:
        if name not in TABLES:
            near = closest(name, TABLES)
            meant = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
            allowed = listed(TABLES)
            raise UsageError(
                Text(
                    f"没有 {name} 这种表{meant[0]}（可用：{allowed}）",
                    f"there is no table {name}{meant[1]} (known: {allowed})",
                )
            )
    if "roster" not in tables:
        raise UsageError(Text("缺名册表 roster", "the table roster is needed"))
