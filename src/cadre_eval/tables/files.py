"""Tables in files: Parquet, Arrow IPC, CSV and JSON lines, read in bounded memory and in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from attrs import frozen

from cadre_eval.errors import Problem, Problems, RefusedInput, Span
from cadre_eval.tables import arrow_files, csv_files, json_lines, parquet_files
from cadre_eval.tables.faults import MAX_COLUMNS, at_file, sound
from cadre_eval.tables.finding import Finder, Found
from cadre_eval.tables.kinds import conformed, kind_name, united
from cadre_eval.tables.parts import Chunk, Part, Rows, Shape, Stamp

__all__ = ["Chunk", "Part", "TableFiles", "open_tables", "read_part"]

CHUNK = 65_536
"""Rows read at once, unless told otherwise."""
MOST = 1 << 20
"""Rows read at once, whatever a file says of itself."""
TEXTS = {"csv", "json-lines"}


class Inspect(Protocol):
    def __call__(self, path: Path, name: str, problems: Problems, /) -> Shape | None: ...


class Read(Protocol):
    def __call__(self, parts: Sequence[Part], columns: Sequence[str], rows: int, /) -> Iterator[Rows]: ...


@frozen
class Format:
    """How files of a kind are opened and read."""

    title: str
    inspect: Inspect
    read: Read


FORMATS = {
    "parquet": Format("Parquet", parquet_files.inspect, parquet_files.read),
    "arrow": Format("Arrow IPC", arrow_files.inspect, arrow_files.read),
    "arrow-stream": Format("Arrow IPC (stream)", arrow_files.inspect_stream, arrow_files.read_stream),
    "csv": Format("CSV", csv_files.inspect, csv_files.read),
    "json-lines": Format("JSON lines", json_lines.inspect, json_lines.read),
}


class TableFiles:
    """One table in one or more files. A path is a file, or a folder of files; ``shown`` gives the name people see.

    CSV and JSON lines are read through once here, so that what is wrong with them is known at once; Parquet and Arrow
    IPC tell what they hold without being read.

    Raises:
        RefusedInput: there are no files, they are not sound, or do not go together. What concerns a path as a whole has
            its place at ``where``, the rest in the files.
    """

    def __init__(
        self, paths: Sequence[Path], shown: Callable[[Path], str] = str, *, where: Span | None = None
    ) -> None:
        problems = Problems()
        opened = [_opened(found, problems) for found in Finder(shown, where, problems).all_of(paths)]
        files = [file for file in opened if file is not None]
        self._schema = _union(files, problems)
        problems.raise_if_any()
        self._files = [_parts(file, self._schema) for file in files]
        self.name = ", ".join(shown(path) for path in paths)
        """What is said of the table as a whole is said of this."""

    @property
    def columns(self) -> Mapping[str, pa.DataType]:
        """All columns of all files, those of the first file first. What a file lacks of them is null."""
        return {field.name: field.type for field in self._schema}

    @property
    def rows(self) -> int | None:
        """How many rows there are, if the files say so: Parquet and Arrow IPC do, text and streams do not."""
        parts = self.parts()
        counts = [part.rows for part in parts if part.rows is not None and part.kind not in TEXTS]
        return sum(counts) if len(counts) == len(parts) else None

    def parts(self) -> list[Part]:
        """What can be read apart, in the order of ``chunks``: together all rows, each once."""
        return [part for parts in self._files for part in parts]

    def chunks(self, columns: Sequence[str] | None = None, rows: int = CHUNK) -> Iterator[Chunk]:
        """The rows, file after file, at most so many at a time, with only these columns (all, if None) in this order.

        Raises:
            KeyError: no file has such a column.
            RefusedInput: a file is damaged, or was changed since it was opened.
        """
        wanted = _wanted(columns, self._schema)
        for parts in self._files:
            if parts:
                yield from _chunks(parts, wanted, rows)


def open_tables(
    paths: Sequence[Path], problems: Problems, where: Span, shown: Callable[[Path], str] = str
) -> TableFiles | None:
    """The table in these files; None with problems noted, at ``where`` for what concerns a path as a whole."""
    try:
        return TableFiles(paths, shown, where=where)
    except RefusedInput as refused:
        problems.extend(refused.problems)
        return None


def read_part(part: Part, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one part, with only these columns (all, if None); nothing else of its file is kept in memory.

    Raises:
        KeyError: no file has such a column.
        RefusedInput: the file is damaged, or was changed since it was opened.
    """
    wanted = _wanted(columns, part.schema)
    most = CHUNK if part.kind in TEXTS else min(max(CHUNK, part.rows or 0), MOST)
    batches = [chunk.batch for chunk in _chunks([part], wanted, most)]
    schema = pa.schema([(name, part.schema.field(name).type) for name in wanted])
    return pa.Table.from_batches(batches, schema)


def _wanted(columns: Sequence[str] | None, schema: pa.Schema) -> list[str]:
    if columns is None:
        return list(schema.names)
    for name in columns:
        if name not in schema.names:
            raise KeyError(name)
    return list(columns)


@frozen
class _File:
    """A file that was opened."""

    found: Found
    stamp: Stamp
    shape: Shape


def _opened(found: Found, problems: Problems) -> _File | None:
    form = FORMATS[found.kind]
    try:
        with sound(found.name, form.title):
            stamp = Stamp.of(found.path)
            shape = form.inspect(found.path, found.name, problems)
    except RefusedInput as refused:
        problems.extend(refused.problems)
        return None
    return None if shape is None else _File(found, stamp, shape)


def _parts(file: _File, schema: pa.Schema) -> list[Part]:
    path, name, kind = file.found.path, file.found.name, file.found.kind
    return [
        Part(path, name, kind, unit.index, unit.rows, unit.first_row, schema, file.stamp, file.shape.encoding)
        for unit in file.shape.units
    ]


def _union(files: Sequence[_File], problems: Problems) -> pa.Schema:
    """The columns of all files, each of a type that holds those of the files; types that do not go together are problems."""
    kinds: dict[str, pa.DataType] = {}
    first: dict[str, str] = {}
    for file in files:
        for field in file.shape.schema:
            name, here = field.name, field.type
            there = kinds.setdefault(name, here)
            both = united(there, here)
            if both is None:
                args = {"column": name, "here": kind_name(here), "other": first[name], "there": kind_name(there)}
                problems.add_bad("CE814", at_file(file.found.name), None, args)
            kinds[name] = both or there
            first.setdefault(name, file.found.name)
    if len(kinds) > MAX_COLUMNS:
        problems.add("CE807", at_file(files[-1].found.name), limit=str(MAX_COLUMNS))
    return pa.schema(kinds.items())


def _chunks(parts: Sequence[Part], wanted: list[str], rows: int) -> Iterator[Chunk]:
    """The rows of some parts of one file."""
    file, schema, form = parts[0].file, parts[0].schema, FORMATS[parts[0].kind]
    with sound(file, form.title):
        if Stamp.of(parts[0].path) != parts[0].stamp:
            raise RefusedInput([Problem("CE815", at_file(file))])
        for found in form.read(parts, wanted, rows):
            batch = conformed(found.batch, wanted, schema)
            for start in range(0, batch.num_rows, rows):
                lines = None if found.lines is None else found.lines[start : start + rows]
                yield Chunk(
                    batch.slice(start, rows), file, found.first_row + start, lines[0] if lines else None, lines
                )
