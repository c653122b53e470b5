"""Parquet files, row group by row group. Text comes as dictionaries: a value that is often there is kept once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from cadre_eval.errors import Problems
from cadre_eval.tables.faults import at_file, columns_sound
from cadre_eval.tables.kinds import is_text
from cadre_eval.tables.parts import Part, Rows, Shape, units_of

MOST_BYTES = 8
"""So many bytes a row are more than a dictionary would leave."""
FEW = 4096
"""In so small a table it does not matter."""


def inspect(path: Path, name: str, problems: Problems) -> Shape | None:
    """The columns and row groups of a file; None with problems noted.

    Raises:
        one of ``FAILURES``: the file is damaged, or cannot be read at all.
    """
    with _opened(path) as file:
        schema, about = file.schema_arrow, file.metadata
        counts = [about.row_group(index).num_rows for index in range(about.num_row_groups)]
    return Shape(schema, units_of(counts)) if columns_sound(schema.names, lambda _: at_file(name), problems) else None


def read(parts: Sequence[Part], columns: Sequence[str], rows: int) -> Iterator[Rows]:
    """The rows of some row groups of one file, with those of the columns it has.

    Raises:
        one of ``FAILURES``: the file is damaged, or cannot be read at all.
    """
    with _opened(parts[0].path) as file:
        wanted = [column for column in columns if column in file.schema_arrow.names]
        for part in parts:
            first = part.first_row
            for batch in file.iter_batches(batch_size=rows, row_groups=[part.index], columns=wanted):
                found = batch.select(wanted)  # a name may be the beginning of another: host, host.name
                found.validate(full=True)
                yield Rows(found, first)
                first += found.num_rows
            if first != part.first_row + (part.rows or 0):
                raise pa.ArrowInvalid(f"row group {part.index} does not hold the {part.rows} rows it should")


def _opened(path: Path) -> ParquetFile:
    with ParquetFile(path) as plain:
        texts = [field.name for field in plain.schema_arrow if is_text(field.type) and not _unique(plain, field.name)]
    return ParquetFile(path, read_dictionary=texts, page_checksum_verification=True)


def _unique(file: ParquetFile, name: str) -> bool:
    """Whether a column of text seems to hold hardly any value twice: then a dictionary would only be in the way. What comes
    often takes a few bits a row.
    """
    about = file.metadata
    if not about.num_row_groups:
        return False
    group = about.row_group(0)
    found = [group.column(i) for i in range(group.num_columns) if group.column(i).path_in_schema == name]
    return bool(found) and found[0].total_uncompressed_size > MOST_BYTES * max(FEW, found[0].num_values)
