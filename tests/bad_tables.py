"""Table files that get a problem of their own: for every code of them one, and the place it gets it at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from cadre_eval.errors import Problem, Problems, RefusedInput, Source, Span
from cadre_eval.tables.bulk import run_bulk
from cadre_eval.tables.faults import MAX_COLUMNS
from cadre_eval.tables.files import TableFiles, open_tables
from cadre_eval.tables.planned import planned
from cadre_eval.tables.text_lines import MAX_ROW

NAMED = Span(Source("tables.yaml"), 3, 9)
"""Where the files are named."""
TOO_LONG = "a,b\n1,2\n1," + "长" * MAX_ROW + "\n"


def problems_in(folder: Path, files: Mapping[str, str | bytes], named: str = "") -> list[Problem]:
    """What is wrong with these files; ``named`` is the file or folder that is named, the folder itself if left out."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    problems = Problems()
    tables = open_tables([folder / named], problems, NAMED, lambda path: path.relative_to(folder).as_posix())
    assert (tables is None) == bool(problems)
    return list(problems)


def arrow(**columns: list[object]) -> bytes:
    """An Arrow IPC file of these columns."""
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def wrong(named: str = "", **files: str | bytes) -> Callable[[Path], list[Problem]]:
    """These files (``a_csv`` is ``a.csv``), to be read."""
    return lambda folder: problems_in(
        folder, {name.replace("_", "."): content for name, content in files.items()}, named
    )


def changed(folder: Path) -> list[Problem]:
    """A file that is written again before it is read."""
    path = folder / "facts.csv"
    path.write_text("posting,talks\np-1,3\n", "utf-8")
    tables = TableFiles([path], lambda path: path.name)
    path.write_text("posting,talks\np-1,30\n", "utf-8")
    try:
        list(tables.chunks())
    except RefusedInput as refused:
        return refused.problems
    return []


SOUND = {
    "cadre-eval.yaml": "workspace: w\ndistrict: {id: d, name: 某区}\nruleset: rules.yaml\ntables: tables\n",
    "rules.yaml": """\
ruleset: small
facts: {talks: {title: 宣讲场次, type: count}}
policies: {missing: zero, not_applicable: exclude, excused: exclude}
periods: {mid-year: {from: 01-01, to: 06-30}}
criteria: [{id: talks, kind: target, points: 100, fact: talks, target: 4}]
grades: none
eligibility: {assessment_relation: not-required}
""",
    "tables/roster.csv": "cadre,category,role,host,township,sending_unit,from\nc-1,x,team-member,h,t,u,2024-05-10\n",
}


def assessed(**files: str | bytes | None) -> Callable[[Path], list[Problem]]:
    """These tables (``facts_csv`` is ``facts.csv``) beside a sound roster, assessed; one that is None is not there."""

    def problems(folder: Path) -> list[Problem]:
        own = {f"tables/{name.replace('_', '.')}": content for name, content in files.items()}
        for name, content in (SOUND | own).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            run_bulk(planned(folder, "2025-mid-year", folder / "out"))
        except RefusedInput as refused:
            return list(refused.problems)
        return []

    return problems


BAD_TABLES: dict[str, tuple[Callable[[Path], list[Problem]], tuple[int, int]]] = {
    "CE801": (wrong(notes_txt="宣传"), (3, 9)),
    "CE802": (wrong(named="roster.xlsx", roster_xlsx=b"PK"), (3, 9)),
    "CE803": (wrong(facts_parquet=b"PAR1 and no more"), (1, 1)),
    "CE804": (wrong(facts_csv="posting, talks ,talks\n"), (1, 17)),
    "CE805": (wrong(facts_jsonl="{}\n"), (1, 1)),
    "CE806": (wrong(facts_csv="posting,talks,\np-1,3,\n"), (1, 15)),
    "CE807": (wrong(facts_csv=",".join(f"c{i:05}" for i in range(MAX_COLUMNS + 1))), (1, MAX_COLUMNS * 7 + 1)),
    "CE808": (wrong(facts_csv=TOO_LONG), (3, 1)),
    "CE809": (wrong(facts_csv="posting,note\np-1,宣传".encode("gb18030") + b"\xff\n"), (2, 7)),
    "CE810": (wrong(facts_csv="posting,talks\np-1,3\np-2,3,5\n"), (3, 7)),
    "CE811": (wrong(facts_csv='posting,note\np-1,"走访"了\n'), (2, 9)),
    "CE812": (wrong(facts_jsonl='{"posting": "p-1"}\n{"posting": "p-2", "talks": 3\n'), (2, 30)),
    "CE813": (wrong(facts_jsonl='{"posting": "p-1", "talks": {"mid-year": 3}}\n'), (1, 20)),
    "CE814": (wrong(a_csv="posting,talks\np-1,3\n", b_arrow=arrow(posting=["p-2"], talks=[True])), (1, 1)),
    "CE815": (changed, (1, 1)),
    "CE821": (assessed(facts_arrow=arrow(posting=["c-1"], talks=[3.0])), (1, 1)),
    "CE822": (assessed(facts_arrow=arrow(posting=["c-1"], talks=[True])), (1, 1)),
    "CE823": (assessed(facts_csv="posting,talks\nc-1,3\nc-2,4\n"), (2, 10)),
    "CE824": (assessed(roster_csv=None), (4, 9)),
    "CE825": (assessed(fact_csv="posting,talks\nc-1,3\n"), (1, 1)),
    "CE826": (assessed(roster_jsonl='{"cadre": "c-1"}\n'), (1, 1)),
}
