"""CSV files: every cell is text exactly as written, an empty one is null.

Rows without quotes are split by Arrow, many at once; wherever anything is out of the ordinary, Python's reader takes the
rows one by one and knows their places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

from cadre_eval.errors import Problems
from cadre_eval.tables.csv_records import Records
from cadre_eval.tables.faults import columns_sound
from cadre_eval.tables.kinds import TEXT, batch_of
from cadre_eval.tables.parts import Part, Rows, Shape, Unit
from cadre_eval.tables.text_lines import AT_ONCE, MARK, MAX_ROW, Lines, encoding_of, lines_of

ENCODINGS = ("utf-8", "gb18030")


def inspect(path: Path, name: str, problems: Problems) -> Shape | None:
    """The columns of a file, which is read through once; None with problems noted.

    Raises:
        one of ``FAILURES``: the file cannot be unpacked, or read at all.
    """
    encoding = encoding_of(path, name, ENCODINGS, problems)
    if encoding is None:
        return None
    before = len(problems)
    with lines_of(path, encoding) as lines:
        table = _Table(lines, name, problems)
        count = sum(rows.batch.num_rows for rows in table.rows(()))
    if len(problems) > before:
        return None
    schema = pa.schema([(column, TEXT) for column in table.names])
    return Shape(schema, (Unit(0, count, 1),), encoding)


def read(parts: Sequence[Part], columns: Sequence[str], rows: int) -> Iterator[Rows]:
    """The rows of a file, a few thousand at a time, whatever ``rows`` says.

    Raises:
        RefusedInput: the file was changed since it was opened, and is not sound any more.
    """
    for part in parts:
        problems = Problems()
        with lines_of(part.path, part.encoding) as lines:
            yield from _Table(lines, part.file, problems).rows(columns)
        problems.raise_if_any()


class _Table:
    """The header and the rows below it. There are no ``names``, but problems noted, if the header is not sound."""

    def __init__(self, lines: Lines, name: str, problems: Problems) -> None:
        self._lines = lines
        self._records = Records(lines, name, problems)
        self._rows = 0
        before = len(problems)
        names = [cell.strip() for cell in self._records.take() or []]
        sound_header = len(problems) == before and columns_sound(names, self._records.cell_place, problems)
        self.names = names if sound_header else []
        self._records.width = len(names)

    def rows(self, columns: Sequence[str]) -> Iterator[Rows]:
        """The rows, with those of the columns the file has. One that is not sound is left out, with a problem noted."""
        wanted = [column for column in columns if column in self.names]
        while self.names and not self._records.done and (block := self._lines.block()):
            plain = _split(block, self.names, wanted) if _is_plain(block) else None
            if plain is None:
                yield from self._one_by_one(wanted)
            else:
                first = self._lines.number
                self._lines.taken(plain.num_rows)
                yield self._placed(plain, range(first, self._lines.number))

    def _one_by_one(self, wanted: list[str]) -> Iterator[Rows]:
        """The rows that begin in the lines in hand."""
        found: list[list[str]] = []
        lines: list[int] = []
        while not self._records.done and not self._lines.at_block_end:
            cells = self._records.take()
            if cells is not None:
                found.append(cells)
                lines.append(self._records.start)
            if cells is None or len(found) == AT_ONCE:
                yield from self._gathered(found, lines, wanted)
                found, lines = [], []
            if cells is None:
                self._rows += 1
        yield from self._gathered(found, lines, wanted)

    def _gathered(self, found: list[list[str]], lines: list[int], wanted: list[str]) -> Iterator[Rows]:
        if found:
            places = [self.names.index(column) for column in wanted]
            arrays = [pa.array([cells[place] or None for cells in found], TEXT) for place in places]
            yield self._placed(batch_of(arrays, wanted, len(found)), lines)

    def _placed(self, batch: pa.RecordBatch, lines: Sequence[int]) -> Rows:
        first = self._rows + 1
        self._rows += batch.num_rows
        return Rows(batch, first, lines)


def _is_plain(block: str) -> bool:
    """Whether every line break of a block ends a row, and no row is too long."""
    if '"' in block or block.count("\r") != block.count("\r\n") or block.startswith(MARK):
        return False
    step = MAX_ROW // 2
    return all(block.find("\n", at, at + step) >= 0 for at in range(0, len(block) - step, step))


def _split(block: str, names: Sequence[str], wanted: list[str]) -> pa.RecordBatch | None:
    """The rows of a plain block; None where a line is blank or has another number of cells."""
    content = block.encode()
    keys = {name: str(place) for place, name in enumerate(names)}
    asked = [keys[name] for name in wanted] or ["0"]
    try:
        table = read_csv(
            pa.py_buffer(content),
            ReadOptions(use_threads=False, block_size=len(content) + 1, column_names=list(keys.values())),
            ParseOptions(quote_char=False),
            ConvertOptions(
                check_utf8=False, include_columns=asked, column_types=dict.fromkeys(asked, TEXT),
                null_values=[""], strings_can_be_null=True,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None
    if table.num_rows != block.count("\n") + (not block.endswith("\n")):
        return None
    arrays = [column.combine_chunks() for column in table.columns]
    return batch_of(arrays[: len(wanted)], wanted, table.num_rows)
