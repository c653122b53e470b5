"""Tables to files: Parquet, Arrow, CSV or JSON lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc
import pyarrow.parquet as pq

from cadre_eval.tables.kinds import written_out

SUFFIXES: Mapping[str, str] = {"parquet": ".parquet", "arrow": ".arrow", "csv": ".csv", "jsonl": ".jsonl"}
CODES = ("cadre", "posting")
BOM = "\ufeff".encode()
PLAIN_PLACES = 6
"""With more decimal places than these, numbers near 0 would be written as 1E-7."""


def write_table(table: pa.Table, path: Path, form: str) -> Path:
    """Writes a table; the path gets the suffix of the format. The file is there whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    target = path.with_name(path.name + SUFFIXES[form])
    with written_whole(target) as trial:
        _WRITERS[form](table, trial)
    return target


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Where to write what will stand at a path: there whole or not at all. Hidden while it is written, and named by the
    process, so that what a killed one leaves is known by its name.
    """
    trial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield trial
        os.replace(trial, path)
    except BaseException:
        with suppress(OSError):
            trial.unlink()
        raise


def _parquet(table: pa.Table, path: Path) -> None:
    # Decimals as whole numbers: eight bytes each, and every reader knows them. Hardly any code comes twice: a dictionary
    # of them would only be in the way. Dictionaries of text are written as they are; without Arrow's own schema beside
    # Parquet's, whoever reads them gets text. Who is in a part is of use to a reader, the range of every score hardly.
    often = [name for name in table.column_names if name not in CODES]
    pq.write_table(
        table, path, compression="zstd", compression_level=1, store_decimal_as_integer=True, use_dictionary=often,
        write_statistics=[name for name in table.column_names if name in CODES],
        store_schema=False,
    )  # fmt: skip


def _arrow(table: pa.Table, path: Path) -> None:
    plain = written_out(table)
    with pa_ipc.new_file(path, plain.schema) as writer:
        writer.write_table(plain)


def _csv(table: pa.Table, path: Path) -> None:
    """With the mark that spreadsheets take UTF-8 by; lists joined."""
    with path.open("wb") as file:
        file.write(BOM)
        pa_csv.write_csv(_plain(table), file, pa_csv.WriteOptions(quoting_style="needed"))


def _plain(table: pa.Table) -> pa.Table:
    """Every column as text or number: lists joined by 、, dictionaries written out."""
    table, columns = written_out(table), {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_list(column.type):
            column = pa.array([None if x is None else "、".join(x) for x in column.to_pylist()], pa.string())
        elif pa.types.is_decimal(column.type) and column.type.scale > PLAIN_PLACES:
            column = pa.array([None if x is None else f"{x:f}" for x in column.to_pylist()], pa.string())
        columns[name] = column
    return pa.table(columns)


def _json_lines(table: pa.Table, path: Path) -> None:
    """Numbers with decimals as text, as in all our JSON: a reader that takes them for floats would round them."""
    decimal = {name for name in table.column_names if pa.types.is_decimal(table.schema.field(name).type)}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for batch in table.to_batches(max_chunksize=10_000):
            for row in batch.to_pylist():
                plain = {k: f"{v:f}" if k in decimal and v is not None else v for k, v in row.items()}
                file.write(json.dumps(plain, ensure_ascii=False) + "\n")


_WRITERS = {"parquet": _parquet, "arrow": _arrow, "csv": _csv, "jsonl": _json_lines}
