"""A workspace of tables: forty cadres with all that a run has to carry about, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from small_workspace import RULESET

MID, END = "2025-mid-year", "2025-year-end"
CONFIG = """\
workspace: small
district: {id: d-01, name: 清溪县}
ruleset: ruleset.yaml
tables: tables
"""
PERIODS: Mapping[str, str] = {MID: "tables/2025-mid-year", END: "tables"}
"""Where the tables stand that are each period's own."""
FACTS = "tables/2025-mid-year/facts"
COMPARING = RULESET.replace("kind: target, points: 10,", "kind: target, points: 10, policies: {missing: pool-mean},")
"""Who has no number gets the mean of the pool: nobody can be scored apart from the others."""
Rows = list[dict[str, Any]]


def roster(draw: random.Random, cadres: int) -> Rows:
    """Some came late, some moved to another host; one is not there yet."""
    rows: Rows = []
    for number in range(1, cadres + 1):
        first = date(2024, 5, 10) if number % 9 else date(2025, 5, 1)
        plain = {
            "posting": f"p-{number:03d}-1", "cadre": f"c-{number:03d}", "name": f"人{number % 20}",
            "category": draw.choice(["civil-servant", "institution"]), "role": draw.choice(["first-secretary", "team-member"]),
            "host": draw.choice(["h-01", "h-02", "h-03"]), "township": "t-01", "sending_unit": draw.choice(["u-01", "u-02"]),
            "from": first, "to": None, "ended": None,
        }  # fmt: skip
        if number % 7 == 0:
            rows.append({**plain, "ended": date(2025, 4, 30)})
            rows.append({**plain, "posting": f"p-{number:03d}-2", "host": "h-01", "from": date(2025, 5, 1)})
        else:
            rows.append(plain)
    rows.append({**rows[0], "posting": "p-900", "cadre": "c-900", "name": "许未到", "from": date(2026, 3, 1)})
    return rows


def transfers(people: Rows) -> Rows:
    return [
        {"posting": row["posting"], "relation": "assessment", "to": row["township"], "effective": row["from"] + timedelta(days=10)}
        for number, row in enumerate(people)
        if number % 11
    ]  # fmt: skip


def facts(people: Rows, draw: random.Random) -> Rows:
    return [
        {
            "posting": row["posting"],
            "talks": draw.choice([None, *range(5, 25)]), "talks.state": None,
            "visits": draw.choice(["98.5%", "99%", "0.913", "2/3"]), "standing": draw.choice(["好", "好", "一般", "差"]),
            "papers": draw.choice(["日记、清单", "台账", "、"]), "households.checked": 10,
            "households.passed": draw.randint(6, 10), "asked": draw.choice([0, 7, 8]), "solved": 0,
            "awards": draw.randint(0, 3), "absences": draw.choice([0, 0, 0, 0, 0, 1, 3]),
            "sanction": draw.choice(["否", "否", "否", "否", "是"]), "external.cross-team": draw.choice(["88", "91.25", "97.7"]),
        }
        for row in people
    ]  # fmt: skip


def reviews(people: Rows, draw: random.Random) -> Rows:
    return [
        {"posting": row["posting"], "class": name, "mark": draw.randint(80, 99), "count": draw.randint(1, 2)}
        for row in people
        for name in ("street", "host")
        for _ in range(draw.randint(2, 4))
        if row["posting"] != "p-005-1"
    ]


def tallies(people: Rows, draw: random.Random) -> Rows:
    return [
        {"posting": row["posting"], "class": name, "issued": 40, "满意": draw.randint(9, 20), "较满意": draw.randint(0, 9),
         "不满意": draw.randint(0, 1), "弃权": draw.randint(0, 2), "无效": 0}
        for row in people
        for name in ("residents", "host")
        if row["posting"] not in {"p-006-1", "p-013-1"}
    ]  # fmt: skip


POLLS: Rows = [{"posting": "p-006-1", "record": "satisfaction", "state": "pending"}]


def settled(rows: Rows) -> Rows:
    """A word on what is missing, and no more solved than asked."""
    for number, row in enumerate(rows):
        row["solved"] = min(row["asked"], 6)
        if row["talks"] is None and number % 2:
            row["talks.state"] = "excused"
    return rows


def table(rows: Rows) -> pa.Table:
    """Plain rows as a table: whole numbers, days and words. A column without a value holds words."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return pa.table({
        name: pa.array(values, None if any(value is not None for value in values) else pa.string())
        for name, values in columns.items()
    })  # fmt: skip


def district(cadres: int = 40) -> dict[str, pa.Table]:
    """Every table by the path below the workspace it has without a suffix."""
    draw = random.Random(7)
    people = roster(draw, cadres)
    found = {"tables/roster": table(people), "tables/transfers": table(transfers(people))}
    for period, folder in PERIODS.items():
        own = [row for row in people if period == END or row["from"] < date(2025, 7, 1)]
        found[f"{folder}/facts"] = table(settled(facts(people, draw)))
        found[f"{folder}/reviews"] = table(reviews(own, draw))
        found[f"{folder}/tallies"] = table(tallies(own, draw))
    found["tables/polls"] = table(POLLS)
    found["tables/2025-mid-year/polls"] = table([{**POLLS[0], "state": "not-applicable"}])
    return found


def write_folder(
    folder: Path, rules: str = RULESET, tables: Mapping[str, pa.Table] | None = None, suffix: str = ".parquet"
) -> Path:
    """A workspace with these tables: those of the district unless given."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cadre-eval.yaml").write_text(CONFIG, "utf-8")
    (folder / "ruleset.yaml").write_text(rules, "utf-8")
    for name, content in (district() if tables is None else tables).items():
        path = folder / f"{name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if suffix == ".csv":
            pa_csv.write_csv(content, path)
        else:
            pq.write_table(content, path, row_group_size=9)
    return folder


def write_spoilt(folder: Path) -> Path:
    """A workspace of the district with something wrong in two rows of the mid-year's facts, the 4th and the 41st."""
    tables = district()
    table = tables[FACTS]
    visits = table["visits"].to_pylist()
    visits[3], visits[40] = "nearly all", "140%"
    bad = table.set_column(table.schema.get_field_index("visits"), "visits", pa.array(visits))
    return write_folder(folder, tables={**tables, FACTS: bad})


def written(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files(folder)}


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
