"""The generated tables as a workspace of the command ``cadre-eval bulk``, and whether what it writes is right."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from nation import peer_int64
from nation.data import load, row_of
from nation.peer_columns import DISTRICT, PERIOD, TABLES
from nation.rules import RULESET
from nation.turns import Whole, command

CONFIG = f"""\
workspace: nation
title: 基准测试
district: {{id: {DISTRICT}, name: 全国}}
ruleset: ruleset.yaml
tables: tables
"""


def make_workspace(folder: Path) -> Path:
    """A workspace inside the folder with its tables, but for single ballots: the votes are counted in another table."""
    workspace = folder / "workspace"
    tables = workspace / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    (workspace / "cadre-eval.yaml").write_text(CONFIG, encoding="utf-8")
    shutil.copyfile(RULESET, workspace / RULESET.name)
    for name in TABLES:
        linked(folder / f"{name}.parquet", tables / f"{name}.parquet")
    return workspace


def linked(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where there are no links."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def out_of(workspace: Path, jobs: int) -> Path:
    """Where the command writes."""
    return workspace / f"out-{jobs}"


def bulk(workspace: Path, jobs: int) -> Whole:
    out = out_of(workspace, jobs)
    return Whole(command("bulk", workspace, "--period", PERIOD, "--out", out, "--jobs", str(jobs)), out)


def wrong_totals(folder: Path, out: Path) -> int:
    """How many totals of the results are not those of the integer kernel."""
    table = pq.read_table(out / "results.parquet", columns=["posting", "total"])
    roster = pq.read_table(folder / "roster.parquet", columns=["posting"])["posting"]
    right = peer_int64.score(load(folder)).total
    written = np.array([int(total * 100) for total in table["total"].to_pylist()], dtype=np.int64)
    given = np.full(len(right), -1, dtype=np.int64)
    given[row_of(table["posting"], roster)] = written
    return int(np.count_nonzero(given != right))


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*.*"))
