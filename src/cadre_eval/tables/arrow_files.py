"""Arrow IPC: files, record batch by record batch, and streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow.ipc import IpcReadOptions, RecordBatchFileReader, RecordBatchStreamReader, open_file, open_stream

from cadre_eval.errors import Problems
from cadre_eval.tables.faults import at_file, columns_sound
from cadre_eval.tables.parts import Part, Rows, Shape, Unit, units_of


def inspect(path: Path, name: str, problems: Problems) -> Shape | None:
    """The columns and record batches of a file; None with problems noted.

    Raises:
        one of ``FAILURES``: the file is damaged, or cannot be read at all.
    """
    with _file(path) as file:
        schema = file.schema
    if not columns_sound(schema.names, lambda _: at_file(name), problems):
        return None
    with _file(path, [0]) as file:  # to know how many rows, one column is enough
        counts = [file.get_batch(index).num_rows for index in range(file.num_record_batches)]
    return Shape(schema, units_of(counts))


def read(parts: Sequence[Part], columns: Sequence[str], rows: int) -> Iterator[Rows]:
    """The rows of some record batches of one file, with those of the columns it has.

    Raises:
        one of ``FAILURES``: the file is damaged, or cannot be read at all.
    """
    path = parts[0].path
    with _file(path) as file:
        names = file.schema.names
    wanted = [column for column in columns if column in names]
    with _file(path, [names.index(column) for column in wanted] or [0]) as file:
        for part in parts:
            yield from _sliced(file.get_batch(part.index), wanted, part.first_row, rows)


def inspect_stream(path: Path, name: str, problems: Problems) -> Shape | None:
    """The columns of a stream; how many rows it has is not known before it is read. None with problems noted.

    Raises:
        one of ``FAILURES``: the file is damaged, or cannot be read at all.
    """
    with _stream(path) as stream:
        schema = stream.schema
    return (
        Shape(schema, (Unit(0, None, 1),)) if columns_sound(schema.names, lambda _: at_file(name), problems) else None
    )


def read_stream(parts: Sequence[Part], columns: Sequence[str], rows: int) -> Iterator[Rows]:
    """The rows of a stream, with those of the columns it has.

    Raises:
        one of ``FAILURES``: the file is damaged, or cannot be read at all.
    """
    for part in parts:
        first = part.first_row
        with _stream(part.path) as stream:
            wanted = [column for column in columns if column in stream.schema.names]
            for batch in stream:
                yield from _sliced(batch, wanted, first, rows)
                first += batch.num_rows


def _sliced(batch: pa.RecordBatch, wanted: list[str], first: int, rows: int) -> Iterator[Rows]:
    found = batch.select(wanted)
    found.validate(full=True)
    for start in range(0, found.num_rows, rows):
        yield Rows(found.slice(start, rows), first + start)


@contextmanager
def _file(path: Path, places: Sequence[int] = ()) -> Iterator[RecordBatchFileReader]:
    """A file of which only the columns at these places are read; all, if there are none."""
    with (
        pa.OSFile(str(path)) as source,
        open_file(source, options=IpcReadOptions(included_fields=list(places))) as file,
    ):
        yield file


@contextmanager
def _stream(path: Path) -> Iterator[RecordBatchStreamReader]:
    with pa.OSFile(str(path)) as source, open_stream(source) as stream:
        yield stream
