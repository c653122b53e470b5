"""The readers of table files beside the bare parsers they stand on: the same facts in every format.

python benchmarks/nation/readers.py FOLDER [--runs 5] [--rows 100000]

A reader makes sure of what a parser takes as it comes: cells as they are written, rows with their lines, columns that go
together. ``checked`` is the whole way to the kernel's columns: every value as its fact is declared. Prints seconds as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc
import pyarrow.parquet as pq

from cadre_eval.errors import Problems
from cadre_eval.tables.assess import plan_of
from cadre_eval.tables.facts import FactsReader
from cadre_eval.tables.files import TableFiles
from cadre_eval.tables.writing import write_table
from nation.peer_columns import PERIOD, compiled
from nation.turns import rotated

MOST = 100_000


def bare_arrow(path: Path) -> None:
    with path.open("rb") as file:
        pa_ipc.open_file(file).read_all()


def bare_json_lines(path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        for line in file:
            json.loads(line)


BARE: Mapping[str, Callable[[Path], Any]] = {
    "parquet": pq.read_table,
    "arrow": bare_arrow,
    "csv": pa_csv.read_csv,
    "jsonl": bare_json_lines,
}


def reader(path: Path) -> None:
    for _ in TableFiles([path]).chunks():
        pass


class Checked:
    """Reads facts to the columns that are scored."""

    def __init__(self) -> None:
        self.rules = compiled("plain")
        self.plan, self.period = plan_of(self.rules, PERIOD)

    def __call__(self, path: Path) -> None:
        problems = Problems()
        facts = FactsReader(self.rules, self.plan, self.period.days.last, problems)
        table = TableFiles([path])
        facts.check(table.columns, path.name)
        for chunk in table.chunks():
            facts.read(chunk.batch, chunk.file, chunk.first_row)
        problems.raise_if_any()


def made(folder: Path, rows: int) -> dict[str, Path]:
    """The first facts of a folder in every format."""
    table = pq.read_table(folder / "facts.parquet").slice(0, rows)
    place = folder / "readers"
    place.mkdir(exist_ok=True)
    return {form: write_table(table, place / "facts", form) for form in BARE}


def measure(folder: Path, runs: int, rows: int) -> dict[str, Any]:
    files, checked = made(folder, rows), Checked()
    ways: dict[tuple[str, str], Callable[[], Any]] = {}
    for form, path in files.items():
        ways |= {(form, "bare"): partial(BARE[form], path), (form, "reader"): partial(reader, path)}
        ways[form, "checked"] = partial(checked, path)
    seconds: dict[str, dict[str, list[float]]] = {form: {"bare": [], "reader": [], "checked": []} for form in files}
    for turn in range(runs + 1):
        for form, way in rotated(list(ways), turn):
            start = time.perf_counter()
            ways[form, way]()
            if turn:  # the first warms up
                seconds[form][way].append(round(time.perf_counter() - start, 5))
    sizes = {form: {"bytes": path.stat().st_size} for form, path in files.items()}
    return {"rows": pq.read_metadata(files["parquet"]).num_rows, "formats": {f: sizes[f] | seconds[f] for f in files}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="made by generate.py")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--rows", type=int, default=MOST, help=f"how many facts, at most (default: {MOST})")
    chosen = parser.parse_args()
    print(json.dumps(measure(chosen.folder, chosen.runs, chosen.rows), indent=2))


if __name__ == "__main__":
    main()
