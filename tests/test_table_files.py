"""Files of tables: whatever the format, the same rows; whatever is wrong with them, problems with a place."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import random
import re
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from bad_tables import BAD_TABLES, NAMED, arrow, problems_in
from cadre_eval.errors import Problem, Problems, RefusedInput
from cadre_eval.errors.render import problem_json, problem_text
from cadre_eval.tables import csv_files, json_lines, text_lines
from cadre_eval.tables.faults import MAX_PROBLEMS
from cadre_eval.tables.files import Chunk, TableFiles, open_tables, read_part
from cadre_eval.tables.finding import SUFFIXES
from strategies import tries

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "problems.md"
Cells = dict[str, list[str | None]]


# ── the same table in every format ─────────────────────────────────────────────────────────────────────────────────


@frozen
class Written:
    """A text file of a table, and the line each of its rows begins on."""

    content: bytes
    lines: list[int]


def csv_cell(cell: str | None, always: bool) -> str:
    if cell is None:
        return '""' if always else ""
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if always or re.search('[",\r\n]', cell) else cell


def csv_text(cells: Cells, end: str, always: bool, blank: int) -> tuple[str, list[int]]:
    """Every ``blank`` rows a blank line."""
    text = ",".join(csv_cell(f" {name} ", always) for name in cells) + end
    lines = []
    for number, row in enumerate(zip(*cells.values(), strict=True), 1):
        lines.append(text.count("\n") + 1)
        text += ",".join(csv_cell(cell, always or len(cells) == 1) for cell in row) + end
        text += end if blank and number % blank == 0 else ""
    return text, lines


def as_csv(cells: Cells, encoding: str, end: str = "\n", always: bool = False, blank: int = 0) -> Written:
    text, lines = csv_text(cells, end, always, blank)
    return Written(text.encode(encoding), lines)


def as_json_lines(cells: Cells, blank: int) -> Written:
    text, lines = "", []
    for number, row in enumerate(zip(*cells.values(), strict=True), 1):
        lines.append(text.count("\n") + 1)
        text += json.dumps(dict(zip(cells, row, strict=True)), ensure_ascii=number % 2 == 0) + "\n"
        text += "\r\n" if blank and number % blank == 0 else ""
    return Written(text.encode(), lines)


def as_arrow(table: pa.Table, rows: int, new: Callable[..., Any] = pa.ipc.new_file) -> bytes:
    sink = pa.BufferOutputStream()
    with new(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return bytes(sink.getvalue().to_pybytes())


def as_parquet(table: pa.Table, rows: int) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=rows)
    return bytes(sink.getvalue().to_pybytes())


TEXTS = st.text(st.sampled_from("aB1,.\"'\n\r 宣传帮扶\t;|\\{}\ufeff\x00\x85\u2028𬀩"), min_size=1, max_size=6)
NUMBERS = st.sampled_from(["90.50", "-0", "1e5", "98%", "2/3", "0123", "true", "null", "NaN"])


@st.composite
def tables(draw: st.DrawFn) -> Cells:
    """Some named columns of as many rows."""
    names = ["干部", *draw(st.lists(st.sampled_from(["a", 'say "b"', "c,d", "host", "host.name"]), unique=True))]
    rows = draw(st.integers(1, 7))
    cells = st.lists(st.one_of(st.none(), TEXTS, NUMBERS), min_size=rows, max_size=rows)
    return {name: draw(cells) for name in names}


def read(path: Path, rows: int = 65_536, columns: Sequence[str] | None = None) -> list[Chunk]:
    found = list(TableFiles([path]).chunks(columns, rows))
    assert all(0 < chunk.batch.num_rows <= rows for chunk in found)
    return found


def joined(chunks: Sequence[Chunk]) -> Cells:
    return pa.Table.from_batches([chunk.batch for chunk in chunks]).to_pydict()


def placed(chunks: Sequence[Chunk]) -> list[int]:
    """The line each row begins on, once rows and lines of the chunks are found to agree."""
    lines: list[int] = []
    for chunk in chunks:
        assert chunk.first_row == len(lines) + 1
        assert chunk.lines is not None
        assert chunk.first_line == chunk.lines[0]
        assert len(chunk.lines) == chunk.batch.num_rows
        lines.extend(chunk.lines)
    return lines


@given(tables(), st.integers(1, 8), st.integers(0, 3), st.sampled_from([7, 40, 1 << 22]))
@tries(40)
def test_every_format_gives_the_same_rows_in_chunks_of_any_size(
    tmp_path_factory: pytest.TempPathFactory, cells: Cells, rows: int, blank: int, block: int
) -> None:
    folder = tmp_path_factory.mktemp("same")
    table = pa.table({name: pa.array(column, pa.string()) for name, column in cells.items()})
    binary = {
        "a.parquet": as_parquet(table, rows), "b.arrow": as_arrow(table, rows), "c.feather": as_arrow(table, rows),
        "d.arrows": as_arrow(table, rows, pa.ipc.new_stream),
    }  # fmt: skip
    text = {
        "e.csv": as_csv(cells, "utf-8", blank=blank), "f.csv": as_csv(cells, "utf-8-sig", "\r\n"),
        "g.csv": as_csv(cells, "gb18030", "\r\n", blank=blank), "h.csv": as_csv(cells, "utf-8", always=True, blank=blank),
        "i.jsonl": as_json_lines(cells, blank), "j.ndjson": as_json_lines(cells, 0),
    }  # fmt: skip
    packed = as_csv(cells, "utf-8", blank=blank)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_lines, "BLOCK", block)
        patch.setattr(csv_files, "AT_ONCE", 2)
        patch.setattr(json_lines, "AT_ONCE", 3)
        for name, content in binary.items():
            (folder / name).write_bytes(content)
            chunks = read(folder / name, rows)
            assert joined(chunks) == cells, name
            assert {(c.first_line, c.lines) for c in chunks} == {(None, None)}
        for name, written in [*text.items(), ("k.csv.gz", Written(gzip.compress(packed.content), packed.lines))]:
            (folder / name).write_bytes(written.content)
            chunks = read(folder / name, rows)
            assert joined(chunks) == cells, name
            assert placed(chunks) == written.lines, name
        together(folder, rows)


def together(folder: Path, rows: int) -> None:
    """Parts and chunks of all the files have the same rows at the same places, and each just once."""
    files = TableFiles([folder])
    by_chunk = [
        (c.file, c.first_row + i, row) for c in files.chunks(rows=rows) for i, row in enumerate(c.batch.to_pylist())
    ]
    by_part = []
    for part in pickle.loads(pickle.dumps(files.parts())):
        table = read_part(part)
        assert part.rows in (None, table.num_rows)
        by_part += [(part.file, part.first_row + i, row) for i, row in enumerate(table.to_pylist())]
    assert by_part == by_chunk
    assert len({(file, row) for file, row, _ in by_chunk}) == len(by_chunk)


# ── what is read as what ───────────────────────────────────────────────────────────────────────────────────────────


def opened(folder: Path, files: Mapping[str, str | bytes]) -> TableFiles:
    assert [problem_text(problem, "en") for problem in problems_in(folder, files)] == []
    return TableFiles([folder])


def rows_of(files: TableFiles, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    return [row for chunk in files.chunks(columns) for row in chunk.batch.to_pylist()]


def test_values_of_json_lines_are_text_as_written(tmp_path: Path) -> None:
    long = "9" * 5000
    lines = f'{{"a": 90.50, "b": true, "c": null}}\n\n{{"a": -0, "b": "是", "d": [1.0, false, "甲", null]}}\n{{"a": {long}}}'
    files = opened(tmp_path, {"a.jsonl": lines})
    assert files.columns == {"a": pa.string(), "b": pa.string(), "c": pa.string(), "d": pa.list_(pa.string())}
    assert rows_of(files, ["d", "a", "b"]) == [
        {"d": None, "a": "90.50", "b": "true"},
        {"d": ["1.0", "false", "甲", None], "a": "-0", "b": "是"},
        {"d": None, "a": long, "b": None},
    ]


TYPED = pa.table(
    {
        "id": ["甲", "乙", None],
        "score": pa.array([Decimal("90.50"), None, Decimal("-1.00")], pa.decimal128(7, 2)),
        "count": pa.array([3, None, 5], pa.int16()),
        "flag": [True, False, None],
        "day": [date(2025, 6, 30), None, date(2025, 1, 1)],
        "choices": [["甲", "乙"], [], None],
        "rate": [0.5, None, 1.0],
        "role": pa.array(["x", None, "x"]).dictionary_encode(),
    }
)


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.arrows"])
def test_types_of_binary_formats_stay_as_they_are(tmp_path: Path, name: str) -> None:
    new = pa.ipc.new_stream if name.endswith("s") else pa.ipc.new_file
    content = as_parquet(TYPED, 2) if name == "t.parquet" else as_arrow(TYPED, 2, new)
    files = opened(tmp_path, {name: content})
    text = pa.dictionary(pa.int32(), pa.string()) if name == "t.parquet" else pa.string()
    assert files.columns == {f.name: text if f.name == "id" else f.type for f in TYPED.schema}
    assert rows_of(files) == TYPED.to_pylist()
    assert all(chunk.batch.schema.types == list(files.columns.values()) for chunk in files.chunks())


def test_parquet_gives_text_as_dictionaries(tmp_path: Path) -> None:
    kinds = [pa.string(), pa.large_string(), pa.string_view()]
    table = pa.table({str(kind): pa.array(["x", "y", None], kind) for kind in kinds})
    files = opened(tmp_path, {"a.parquet": as_parquet(table, 3)})
    assert set(files.columns.values()) == {pa.dictionary(pa.int32(), pa.string())}
    assert rows_of(files) == table.to_pylist()


def test_rows_are_known_of_binary_formats_only(tmp_path: Path) -> None:
    content = as_parquet(TYPED, 2)
    files = opened(tmp_path, {"a.parquet": content, "b/c.parquet": content, "d.arrow": as_arrow(TYPED, 1)})
    assert files.rows == 9
    assert [(part.file[-9:], part.index, part.rows, part.first_row) for part in files.parts()] == [
        ("a.parquet", 0, 2, 1), ("a.parquet", 1, 1, 3), ("c.parquet", 0, 2, 1), ("c.parquet", 1, 1, 3),
        *((f"{tmp_path.name[-1]}/d.arrow", i, 1, i + 1) for i in range(3)),
    ]  # fmt: skip
    (tmp_path / "e.csv").write_text("id\nx\n", "utf-8")
    assert TableFiles([tmp_path]).rows is None
    assert TableFiles([tmp_path]).parts()[-1].rows == 1


def test_only_the_columns_asked_for_are_given_in_that_order(tmp_path: Path) -> None:
    table = pa.table({"host": ["a", "b"], "host.name": ["x", "y"], "n": [1, 2]})
    text = "host,host.name,n\na,x,1\nb,y,2\n"
    lines = "".join(json.dumps(row) + "\n" for row in table.to_pylist())
    names = {"a.parquet": as_parquet(table, 1), "b.arrow": as_arrow(table, 1), "c.csv": text, "d.jsonl": lines,
             "e.arrows": as_arrow(table, 1, pa.ipc.new_stream)}  # fmt: skip
    for name, content in names.items():
        files = opened(tmp_path / name[0], {name: content})
        for columns in (["n", "host"], ["host"], ["host.name"]):
            found = list(files.chunks(columns))
            assert {tuple(chunk.batch.schema.names) for chunk in found} == {tuple(columns)}
            assert [{k: str(v) for k, v in row.items()} for row in rows_of(files, columns)] == [
                {k: str(row[k]) for k in columns} for row in table.to_pylist()
            ]
        assert sum(chunk.batch.num_rows for chunk in files.chunks([])) == 2
        assert [read_part(part, ["n"]).column_names for part in files.parts()] == [["n"]] * len(files.parts())
        with pytest.raises(KeyError):
            next(files.chunks(["none"]))
        with pytest.raises(KeyError):
            read_part(files.parts()[0], ["none"])


def test_files_together_have_the_columns_of_all_and_nulls_where_one_lacks_them(tmp_path: Path) -> None:
    first = pa.table({"n": pa.array([1], pa.int8()), "t": ["甲"], "e": pa.nulls(1), "l": [["x"]]})
    second = pa.table({"t": pa.array(["乙"]).dictionary_encode(), "n": pa.array([2**40]), "e": [date(2025, 1, 1)]})
    files = opened(tmp_path, {"a.arrow": as_arrow(first, 1), "b.arrow": as_arrow(second, 1)})
    assert files.columns == {"n": pa.int64(), "t": pa.string(), "e": pa.date32(), "l": pa.list_(pa.string())}
    assert rows_of(files) == [
        {"n": 1, "t": "甲", "e": None, "l": ["x"]},
        {"n": 2**40, "t": "乙", "e": date(2025, 1, 1), "l": None},
    ]
    files = opened(
        tmp_path / "c", {"a.arrow": as_arrow(first, 1), "b.csv": "n,t\n0123,丙\n", "c.jsonl": '{"l": [2.50]}'}
    )
    assert files.columns["n"] == files.columns["t"] == pa.string()
    assert rows_of(files, ["n", "l"]) == [
        {"n": "1", "l": ["x"]},
        {"n": "0123", "l": None},
        {"n": None, "l": ["2.50"]},
    ]


WHOLE = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]


@pytest.mark.parametrize("b", WHOLE, ids=str)
@pytest.mark.parametrize("a", WHOLE, ids=str)
def test_whole_numbers_of_different_width_lose_nothing(tmp_path: Path, a: pa.DataType, b: pa.DataType) -> None:
    def ends(kind: pa.DataType) -> list[int]:
        bits = kind.bit_width
        return [0, 2**bits - 1] if str(kind).startswith("u") else [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1]

    content = {f"{n}.arrow": as_arrow(pa.table({"n": pa.array(ends(k), k)}), 2) for n, k in enumerate((a, b))}
    assert [int(row["n"]) for row in rows_of(opened(tmp_path, content))] == ends(a) + ends(b)


@pytest.mark.parametrize("other", [[0.5], [True], [date(2025, 1, 1)], [["x"]], [Decimal("1.5")]], ids=str)
def test_other_types_do_not_go_together(tmp_path: Path, other: list[object]) -> None:
    (problem,) = problems_in(tmp_path, {"a.csv": "n\n1\n", "b.arrow": arrow(n=other)})
    assert (problem.code, str(problem.span)) == ("CE814", "b.arrow:1:1")
    assert problem.message("en").startswith("the column 'n' holds ")
    assert problem.message("en").endswith(" here, but text in a.csv")


# ── which files are read ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_is_read_by_name_without_what_is_hidden(tmp_path: Path) -> None:
    names = ["b.csv", "a/z.CSV", "a.b/y.csv", ".hidden.csv", ".git/x.csv", "readme.md", "c.txt"]
    files = opened(tmp_path, {name: f"file\n{name}\n" for name in names})
    assert [row["file"] for row in rows_of(files)] == ["a.b/y.csv", "a/z.CSV", "b.csv"]
    twice = TableFiles([tmp_path / "b.csv", tmp_path, tmp_path / "a" / ".." / "b.csv"], lambda path: path.name)
    assert [chunk.file for chunk in twice.chunks()] == ["b.csv", "y.csv", "z.CSV"]


def only(problems: list[Problem]) -> tuple[str, str]:
    (problem,) = problems
    return problem.code, str(problem.span)


def test_what_is_no_file_is_a_problem(tmp_path: Path) -> None:
    assert only(problems_in(tmp_path, {"a.csv": "a\n"}, named="b.csv")) == ("CE112", "tables.yaml:3:9")
    assert only(problems_in(tmp_path, {"a.csv": "a\n"}, named="b" * 300 + ".csv")) == (
        "CE114",
        "b" * 300 + ".csv:1:1",
    )
    assert only(problems_in(tmp_path, {"x/n.parquet/part-0.parquet": as_parquet(TYPED, 2)}, "x")) == (
        "CE114",
        "x/n.parquet:1:1",
    )
    assert only(problems_in(tmp_path, {}, "x/n.parquet")) == ("CE114", "x/n.parquet:1:1")
    os.mkfifo(tmp_path / "x" / "pipe.csv")
    assert only(problems_in(tmp_path, {}, "x/pipe.csv")) == ("CE114", "x/pipe.csv:1:1")
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "loop.csv").symlink_to("loop.csv")
    assert only(problems_in(tmp_path, {}, "y")) == ("CE114", "y/loop.csv:1:1")
    with pytest.raises(RefusedInput) as refused:
        TableFiles([tmp_path / "none"], lambda path: path.name)
    assert only(refused.value.problems) == ("CE112", "none:1:1")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_of_no_bytes_is_a_problem(tmp_path: Path, suffix: str) -> None:
    assert only(problems_in(tmp_path, {f"a{suffix}": b""})) == ("CE105", f"a{suffix}:1:1")


# ── what is wrong with them ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", BAD_TABLES)
def test_every_bad_table_gets_its_problem_in_both_languages(code: str, tmp_path: Path) -> None:
    make, (line, column) = BAD_TABLES[code]
    (problem,) = make(tmp_path)
    assert (problem.code, problem.span.line, problem.span.column) == (code, line, column)
    for lang in ("zh", "en"):
        assert len(problem_text(problem, lang)) < 1000
        assert problem_json(problem, lang)["line"] == line


def test_the_documented_examples_get_their_problems(tmp_path: Path) -> None:
    pieces = re.split(r"^## (CE\d+)$", DOCUMENT.read_text("utf-8"), flags=re.M)[1:]
    shown = 0
    for code, text in zip(pieces[::2], pieces[1::2], strict=True):
        for name, content in re.findall(r"^```(?:csv|json)\n# (\S+)\n(.*?)^```$", text, flags=re.M | re.S):
            assert {p.code for p in problems_in(tmp_path / code, {name: content})} == {code}
            shown += 1
    assert shown >= 7


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a,b\n1,2,3\n1\n1,2\n", [("CE810", 2, 5), ("CE810", 3, 1)]),
        ('a,b\n"x\ny","2"\n1,"p\nq",3\n', [("CE810", 5, 4)]),
        ('a,b\n1,2\n\n\n3,"never\n4,5\n', [("CE811", 5, 3)]),
        ('a,b\n1,2\n3,"x\n4,y"z\n', [("CE811", 4, 5)]),
        ("a,b\r\n1,2\r3\r\n4,5,6\r\n", [("CE811", 2, 4), ("CE810", 3, 5)]),
        ("a,b\n1,2\n" + '"' + "x,\n" * 60_000, [("CE811", 3, 1)]),
        ('"a', [("CE811", 1, 1)]),
        ("\n\n", [("CE805", 3, 1)]),
        ("\ufeff", [("CE805", 1, 1)]),
        ("a,a,\n", [("CE804", 1, 3), ("CE806", 1, 5)]),
        ("x" * 10_000_000, [("CE808", 1, 1)]),
        ("a\n" * 100_000 + "x" * 10_000_000, [("CE808", 100_001, 1)]),
    ],
)  # fmt: skip
def test_a_csv_file_is_told_where_it_is_wrong(
    tmp_path: Path, content: str, found: list[tuple[str, int, int]]
) -> None:
    problems = problems_in(tmp_path, {"a.csv": content})
    assert [(p.code, p.span.line, p.span.column) for p in problems] == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("[1]", ("CE812", 1)), ("3", ("CE812", 1)), ('"x"', ("CE812", 1)), ("{'a': 1}", ("CE812", 2)),
        ('{"a": 1} {}', ("CE812", 10)), ('{"a": NaN}', ("CE812", 7)), ('{"a": -Infinity}', ("CE812", 7)),
        ('{"a": "\\ud800"}', ("CE812", 8)), ('{"\\uDC00": 1}', ("CE812", 3)), ('{"a": ' + "[" * 50_000, ("CE812", 1)),
        ('{"a": 1, "b": 2, "a": 3}', ("CE106", 18)), ('{"a": {}}', ("CE813", 2)), ('{"a": [[1]]}', ("CE813", 2)),
        ('{"b": 0, "a": [{}]}', ("CE813", 10)), ('{"a": ["x"]}', ("CE814", 2)), ('{"": 1}', ("CE806", 1)),
        ('{"a": "\x01"}', ("CE812", 8)),
    ],
)  # fmt: skip
def test_a_line_that_is_no_record_is_told_where_it_is_wrong(
    tmp_path: Path, line: str, found: tuple[str, int]
) -> None:
    (problem,) = problems_in(tmp_path, {"a.jsonl": f'{{"a": "x"}}\n\n{line}\n'})
    assert (problem.code, problem.span.column) == found
    assert problem.span.line == (1 if found[0] == "CE806" else 3)


def test_at_most_so_many_problems_of_a_file_are_told(tmp_path: Path) -> None:
    problems = problems_in(tmp_path, {"a.csv": "a,b\n" + "1\n" * 1000, "b.jsonl": "x\n" * 1000, "c.csv": "a,a\n"})
    assert [p.span.source.name for p in problems] == ["a.csv"] * MAX_PROBLEMS + ["b.jsonl"] * MAX_PROBLEMS + ["c.csv"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("名称\n".encode("gb18030") + b"x\xff\n", ("CE809", 2, 2)),
        ("宣传驻村干部考核办法\n".encode() + b"x\xff\n", ("CE809", 2, 2)),  # by now it cannot be GB18030
        ("\ufeff名\n".encode() + "名".encode("gb18030"), ("CE809", 2, 1)),  # it says it is UTF-8
        (b"\xff\xfea\x00", ("CE809", 1, 1)),
    ],
)
def test_an_encoding_is_never_guessed_against_the_evidence(
    tmp_path: Path, content: bytes, found: tuple[str, int, int]
) -> None:
    (problem,) = problems_in(tmp_path, {"a.csv": content})
    assert (problem.code, problem.span.line, problem.span.column) == found
    (problem,) = problems_in(tmp_path / "lines", {"a.jsonl": b'{"a": "\xff'})
    assert (problem.code, problem.span.line, problem.span.column) == ("CE102", 1, 8)


def outcome(tables: TableFiles) -> list[Problem]:
    """The problems of reading all rows, if there are any."""
    try:
        rows_of(tables)
    except RefusedInput as refused:
        return refused.problems
    return []


def refused_by(path: Path) -> list[Problem]:
    """The problems of a file that are found when it is opened, or else when it is read."""
    problems = Problems()
    tables = open_tables([path], problems, NAMED, lambda path: path.name)
    if tables is None:
        return list(problems)
    with pytest.raises(RefusedInput) as refused:
        rows_of(tables)
    with pytest.raises(RefusedInput):
        [read_part(part) for part in tables.parts()]
    return refused.value.problems


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.csv.gz"])
def test_a_file_cut_off_anywhere_is_damaged(tmp_path: Path, name: str) -> None:
    table = pa.table({"id": [f"p-{n:04}" for n in range(200)]})
    packed = gzip.compress(as_csv(table.to_pydict(), "utf-8").content)
    whole = {"a.parquet": as_parquet(table, 50), "a.arrow": as_arrow(table, 50), "a.csv.gz": packed}[name]
    for length in sorted({*range(1, len(whole), len(whole) // 40), len(whole) - 1}):
        (tmp_path / name).write_bytes(whole[:length])
        assert only(refused_by(tmp_path / name)) == ("CE803", f"{name}:1:1"), length


def test_a_stream_cut_off_inside_a_batch_is_damaged(tmp_path: Path) -> None:
    table = pa.table({"id": [f"p-{n:04}" for n in range(200)]})
    whole = as_arrow(table, 200, pa.ipc.new_stream)
    for length in range(1, len(whole) - 8, len(whole) // 40):
        (tmp_path / "a.arrows").write_bytes(whole[:length])
        problems = Problems()
        tables = open_tables([tmp_path / "a.arrows"], problems, NAMED)
        found = list(problems) if tables is None else outcome(tables)
        assert [p.code for p in found] == ["CE803"] or (tables is not None and rows_of(tables) == [])


def test_what_is_damaged_inside_is_found_when_it_is_read(tmp_path: Path) -> None:
    odd = pa.array([b"\xff"], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 1, odd.buffers())
    (tmp_path / "a.arrow").write_bytes(as_arrow(pa.table({"id": text}), 1))
    assert only(refused_by(tmp_path / "a.arrow")) == ("CE803", "a.arrow:1:1")
    (tmp_path / "b.parquet").write_bytes(as_parquet(pa.table({"id": text}), 1))
    assert only(refused_by(tmp_path / "b.parquet")) == ("CE803", "b.parquet:1:1")


def test_a_file_that_changes_after_it_was_opened_is_no_traceback(tmp_path: Path) -> None:
    was = {
        "a.csv": b"a\n1\n",
        "b.jsonl": b'{"a": 1}',
        "c.parquet": as_parquet(TYPED, 2),
        "d.arrow": as_arrow(TYPED, 2),
    }
    for name, content in was.items():
        path = tmp_path / name
        for now in (b"", b"\xff", b'a\n1,2\n"', b'{"a": {}}\n{"b'):
            path.write_bytes(content)
            files = TableFiles([path], lambda path: path.name)
            path.write_bytes(now)
            assert only(outcome(files)) == ("CE815", f"{name}:1:1")
        path.unlink()
        assert [p.code for p in outcome(files)] == ["CE114"]


# ── whatever stands in them ────────────────────────────────────────────────────────────────────────────────────────


def survives(path: Path) -> None:
    """Rows or problems, nothing else."""
    problems = Problems()
    tables = open_tables([path], problems, NAMED, lambda path: path.name)
    assert (tables is None) == bool(problems)
    for problem in problems:
        assert problem.span.line > 0
        assert problem.span.column > 0
        assert problem_text(problem, "zh") != problem_text(problem, "en")
    if tables is not None and not outcome(tables):
        together(path, 3)


@given(st.sampled_from(sorted(SUFFIXES)), st.binary(min_size=1, max_size=200))
@tries(100)
def test_random_bytes_are_rows_or_problems(tmp_path_factory: pytest.TempPathFactory, suffix: str, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / f"random{suffix}"
    path.write_bytes(raw)
    survives(path)


def seeds() -> dict[str, bytes]:
    text = 'a,b,"c"\r\n1,"x\n""y",\r\n宣传,二,三\r\n' * 2
    return {
        "a.parquet": as_parquet(TYPED, 2), "a.arrow": as_arrow(TYPED, 2), "a.arrows": as_arrow(TYPED, 2, pa.ipc.new_stream),
        "a.csv": text.encode("gb18030"), "b.csv": text.encode(), "a.csv.gz": gzip.compress(text.encode()),
        "a.jsonl": '{"a": 1.50, "b": "宣\\u4f20", "c": ["x", 1, true]}\n{"d": null}\n'.encode(),
    }  # fmt: skip


@pytest.mark.parametrize("name", seeds())
def test_a_few_bytes_changed_are_rows_or_problems(tmp_path: Path, name: str) -> None:
    whole, rng = seeds()[name], random.Random(name)
    for _ in range(60):
        raw = bytearray(whole)
        for _ in range(rng.randrange(1, 4)):
            raw[rng.randrange(len(raw))] = rng.choice((0, 10, 13, 34, 44, 127, 255, rng.randrange(256)))
        (tmp_path / name).write_bytes(raw)
        survives(tmp_path / name)


# ── memory ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_file_is_never_whole_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "BLOCK", 1 << 13)
    rows = [f"p-{n:06},{n},走访" for n in range(9_000)]
    (tmp_path / "a.csv").write_text("posting,n,note\n" + "\n".join(rows), "gb18030")
    (tmp_path / "b.csv").write_text(
        "posting,n,note\n" + "\n".join(f'"{row.replace(",", chr(34) + "," + chr(34))}"' for row in rows)
    )
    (tmp_path / "c.jsonl").write_text(
        "\n".join(json.dumps(dict(zip("abc", row.split(","), strict=True))) for row in rows)
    )
    for path in sorted(tmp_path.iterdir()):
        tracemalloc.start()
        count = 0
        for chunk in TableFiles([path]).chunks(rows=100):
            count += chunk.batch.num_rows
            assert chunk.batch.nbytes < 10_000
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == 9_000
        assert peak < path.stat().st_size / 2 + 400_000, path.name


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_a_binary_file_is_never_whole_in_memory(tmp_path: Path, name: str) -> None:
    table = pa.table({"id": [f"p-{n:06}" for n in range(200_000)], "n": range(200_000)})
    (tmp_path / name).write_bytes(as_parquet(table, 5_000) if name == "a.parquet" else as_arrow(table, 5_000))
    before, held = pa.total_allocated_bytes(), []
    for chunk in TableFiles([tmp_path]).chunks(rows=1000):
        held.append(pa.total_allocated_bytes() - before)
        del chunk
    assert len(held) == 200
    assert max(held) < 2 * held[0] < table.nbytes  # what the first row group takes, and not more with every other
