"""What is read from table files: chunks of rows, and parts of files that can be read apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from attrs import field, frozen


@frozen(eq=False)
class Chunk:
    """Some rows that follow one another in a file, and where they stand in it."""

    batch: pa.RecordBatch
    """Only the columns asked for."""
    file: str
    """As people see it."""
    first_row: int
    """Counted from 1; a header does not count."""
    first_line: int | None
    """The line the first row begins on; None for binary formats."""
    lines: Sequence[int] | None = field(default=None, repr=False)
    """The line each row begins on: rows may hold line breaks, and blank lines may stand between them."""


@frozen
class Stamp:
    """By what a change of a file shows."""

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """
        Raises:
            OSError: there is no such file any more.
        """
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns)


@frozen
class Part:
    """What can be read apart from the rest: a row group, a record batch, or a whole file."""

    path: Path
    file: str
    """As people see it."""
    kind: str
    index: int
    """Which row group or record batch of the file, from 0."""
    rows: int | None
    first_row: int
    schema: pa.Schema = field(repr=False)
    """The columns of all the files: what the file lacks of them is null."""
    stamp: Stamp
    """Of the file when it was opened: it must not change before it is read."""
    encoding: str = "utf-8"


@frozen(eq=False)
class Rows:
    """Rows as a format gives them: columns of the file, in any order and of its own types."""

    batch: pa.RecordBatch
    first_row: int
    lines: Sequence[int] | None = None


@frozen
class Unit:
    """A part of a file, by itself."""

    index: int
    rows: int | None
    first_row: int


@frozen
class Shape:
    """What a file holds, found when it is opened."""

    schema: pa.Schema
    units: tuple[Unit, ...]
    encoding: str = "utf-8"


def units_of(counts: Sequence[int]) -> tuple[Unit, ...]:
    """Parts of so many rows each, one after the other."""
    found, first = [], 1
    for index, rows in enumerate(counts):
        found.append(Unit(index, rows, first))
        first += rows
    return tuple(found)
