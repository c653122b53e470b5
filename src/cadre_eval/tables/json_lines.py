"""JSON lines: one record a line, every scalar text exactly as written, ``true`` and ``false`` too; lists are lists of text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from cadre_eval.errors import Problems, Text
from cadre_eval.tables.faults import MAX_COLUMNS, MAX_PROBLEMS, TooLong, at_file, columns_sound, in_line
from cadre_eval.tables.kinds import LIST, TEXT, batch_of, holds_lists, kind_name
from cadre_eval.tables.parts import Part, Rows, Shape, Unit
from cadre_eval.tables.text_lines import AT_ONCE, MAX_ROW, Lines, encoding_of, lines_of

NOT_A_RECORD = Text("应是一对花括号里的键和值", "keys and values in braces are needed")
HALF = Text("\\ud800 至 \\udfff 要成对", "\\ud800 to \\udfff must come in pairs")
TOO_DEEP = Text("嵌套太深", "it is nested too deep")
NESTED = Text("另一条记录", "another record")
NESTED_LIST = Text("列表或记录的列表", "a list of lists or records")

Record = dict[str, Any]


class _BadLine(Exception):
    """A line that is not a record."""

    def __init__(self, code: str, column: int, **words: str | Text) -> None:
        super().__init__(code)
        self.code, self.column, self.words = code, column, words


class _Twice(Exception):
    """A key that is written twice."""


class _Constant(Exception):
    """A word Python's reader knows, and JSON does not."""


def _record(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in record if names.count(name) > 1))
    return record


def _constant(word: str) -> NoReturn:
    raise _Constant(word)


_DECODER = JSONDecoder(object_pairs_hook=_record, parse_float=str, parse_int=str, parse_constant=_constant)


def inspect(path: Path, name: str, problems: Problems) -> Shape | None:
    """The columns of a file, which is read through once: any line may have a key more. None with problems noted.

    Raises:
        one of ``FAILURES``: the file cannot be read at all.
    """
    if encoding_of(path, name, ("utf-8",), problems) is None:
        return None
    found = Problems()
    survey = _Survey(name, found)
    with lines_of(path, "utf-8") as lines:
        for number, line, record in _records(lines, name, found):
            survey.take(number, line, record)
            if len(survey.columns) > MAX_COLUMNS:
                break
    if not found:
        columns_sound(list(survey.columns), lambda _: at_file(name), found)
    problems.extend(found)
    schema = pa.schema([] if found else survey.columns.items())
    return None if found else Shape(schema, (Unit(0, survey.rows, 1),))


def read(parts: Sequence[Part], columns: Sequence[str], rows: int) -> Iterator[Rows]:
    """The rows of a file, a few thousand at a time at most.

    Raises:
        RefusedInput: the file was changed since it was opened, and is not sound any more.
    """
    for part in parts:
        kinds = {name: LIST if holds_lists(part.schema.field(name).type) else TEXT for name in columns}
        problems = Problems()
        with lines_of(part.path, "utf-8") as lines:
            records = _records(lines, part.file, problems)
            first = 1
            while found := list(islice(records, min(rows, AT_ONCE))):
                numbers = [number for number, _, _ in found]
                yield Rows(_batch([record for _, _, record in found], kinds), first, numbers)
                first += len(found)
        problems.raise_if_any()


def _batch(records: list[Record], kinds: dict[str, pa.DataType]) -> pa.RecordBatch:
    arrays = []
    for name, kind in kinds.items():
        values = [record.get(name) for record in records]
        cells = [value if value is None or value.__class__ is str else _cell(value) for value in values]
        arrays.append(pa.array(cells, kind))
    return batch_of(arrays, list(kinds), len(records))


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return [_cell(part) for part in value] if isinstance(value, list) else value


def _records(lines: Lines, name: str, problems: Problems) -> Iterator[tuple[int, str, Record]]:
    """Every record with the number and text of its line. Lines that are none are problems; after too many of them
    nothing more is read.
    """
    try:
        while (text := lines.line()) is not None and len(problems) < MAX_PROBLEMS:
            line = text.rstrip("\r\n")
            if line.strip():
                try:
                    record = _parsed(line)
                except _BadLine as bad:
                    problems.add_bad(bad.code, in_line(name, lines.number - 1, bad.column, line), None, bad.words)
                else:
                    yield lines.number - 1, line, record
    except TooLong as error:
        problems.add("CE808", in_line(name, error.line, 1, ""), limit=str(MAX_ROW))


def _parsed(line: str) -> Record:
    try:
        record = _DECODER.decode(line)
        if "\\u" in line:
            json.dumps(record, ensure_ascii=False).encode()
    except JSONDecodeError as error:
        raise _BadLine("CE812", error.colno, reason=error.msg) from error
    except _Twice as twice:
        raise _BadLine("CE106", _column(line, str(twice), last=True), key=str(twice)) from twice
    except _Constant as constant:
        raise _BadLine("CE812", line.find(str(constant)) + 1, reason=str(constant)) from constant
    except UnicodeEncodeError as error:
        raise _BadLine("CE812", line.lower().find("\\ud") + 1, reason=HALF) from error
    except RecursionError as error:
        raise _BadLine("CE812", 1, reason=TOO_DEEP) from error
    if not isinstance(record, dict):
        raise _BadLine("CE812", 1, reason=NOT_A_RECORD)
    return record


def _column(line: str, key: str, last: bool = False) -> int:
    """Where a key stands in its line; 1 if it is written in another way."""
    written = json.dumps(key, ensure_ascii=False)
    return max(0, line.rfind(written) if last else line.find(written)) + 1


class _Survey:
    """Which columns the records of a file have, and of what type."""

    def __init__(self, name: str, problems: Problems) -> None:
        self.name, self.problems = name, problems
        self.columns: dict[str, pa.DataType] = {}
        self.rows = 0
        self._since: dict[str, int] = {}

    def take(self, number: int, line: str, record: Record) -> None:
        self.rows += 1
        for key, value in record.items():
            if value is None:
                self.columns.setdefault(key, TEXT)
            elif isinstance(value, dict):
                self._refuse(number, line, key, NESTED)
            elif isinstance(value, list) and any(isinstance(part, list | dict) for part in value):
                self._refuse(number, line, key, NESTED_LIST)
            else:
                self._typed(number, line, key, LIST if isinstance(value, list) else TEXT)

    def _typed(self, number: int, line: str, key: str, kind: pa.DataType) -> None:
        if key not in self._since:
            self.columns[key], self._since[key] = kind, number
        elif self.columns[key] is not kind:
            where = in_line(self.name, number, _column(line, key), line, len(key) + 2)
            there, other = kind_name(self.columns[key]), f"{self.name}:{self._since[key]}"
            self.problems.add("CE814", where, column=key, here=kind_name(kind), other=other, there=there)

    def _refuse(self, number: int, line: str, key: str, what: Text) -> None:
        self.problems.add(
            "CE813", in_line(self.name, number, _column(line, key), line, len(key) + 2), key=key, what=what
        )
