"""Bulk assessment from files: however it is run, stopped and taken up again, the same bytes; and the command around it."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.cli.bulk import Rate
from cadre_eval.columns.drafts import COLUMNS, Drafts, Link
from cadre_eval.columns.program import Exact
from cadre_eval.columns.sums import Sum
from cadre_eval.errors import RefusedInput, UsageError
from cadre_eval.numbers.interval import Interval
from cadre_eval.tables import bulk as tables_bulk
from cadre_eval.tables import explaining
from cadre_eval.tables import run as tables_run
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.assess import assess_table
from cadre_eval.tables.bulk import Bulk, Finished, run_bulk
from cadre_eval.tables.direct import DirectFacts
from cadre_eval.tables.explaining import explained
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.memory import is_short_of_memory
from cadre_eval.tables.opening import open_table_folder
from cadre_eval.tables.packing import packed, unpacked
from cadre_eval.tables.planned import planned
from running import Done, Screen, ran, spawned
from small_workspace import RULESET, loaded
from strategies import tries
from table_folder import COMPARING, CONFIG, END, FACTS, MID, district, write_folder, write_spoilt, written

EXAMPLE = Path(__file__).parents[1] / "examples" / "resettlement-district"
TABLES = district()


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four or five blocks."""
    monkeypatch.setattr(tables_run, "BLOCK", 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace nobody changes."""
    return write_folder(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def plain(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process writes of the mid-year, at one go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_run, "BLOCK", 10)
        return results(folder, tmp_path_factory.mktemp("plain"))


def results(workspace: Path, out: Path, period: str = MID, **how: Any) -> dict[str, bytes]:
    """Every file of a run."""
    run_bulk(planned(workspace, period, out, **how))
    return written(out)


def rows(out: Path) -> tuple[list[Any], list[Any]]:
    """The results and the points, whatever files they are in."""
    return pq.read_table(out / "results.parquet").to_pylist(), pq.read_table(out / "scores").to_pylist()


def shuffled(table: pa.Table) -> pa.Table:
    """The rows in another order."""
    return table.take(pa.array([*range(1, table.num_rows, 2), *range(0, table.num_rows, 2)]))


# ── processes, blocks and orders of rows ──────────────────────────────────


@pytest.mark.parametrize(("jobs", "block", "files"), [(2, 2, 24), (2, 10, 6), (3, 10, 6), (3, 1000, 2)])
def test_so_many_processes_write_the_same_bytes_as_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, block: int, files: int
) -> None:
    monkeypatch.setattr(tables_run, "BLOCK", block)
    alone = results(folder, tmp_path / "alone")
    assert results(folder, tmp_path / "several", jobs=jobs) == alone
    assert len(alone) == files


def test_blocks_of_any_size_make_the_same_results(
    folder: Path, tmp_path: Path, plain: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_run, "BLOCK", 3)
    found = results(folder, tmp_path / "three")
    assert found["results.parquet"] == plain["results.parquet"]
    monkeypatch.setattr(tables_run, "BLOCK", 1000)
    results(folder, tmp_path / "one")
    assert rows(tmp_path / "three") == rows(tmp_path / "one")


def apart(tables: dict[str, pa.Table], name: str) -> dict[str, pa.Table]:
    """A table in two files of a folder."""
    found = dict(tables)
    whole = found.pop(name)
    return {**found, f"{name}/a": whole.slice(0, 17), f"{name}/b": whole.slice(17)}


ORDERS: dict[str, Callable[[dict[str, pa.Table]], dict[str, pa.Table]]] = {
    "two files": lambda tables: apart(tables, FACTS),
    "facts shuffled": lambda tables: {**tables, FACTS: shuffled(tables[FACTS])},
    "the last row first": lambda tables: {**tables, FACTS: tables[FACTS].take([*range(1, 46), 0])},
    "two rows exchanged": lambda tables: {**tables, FACTS: tables[FACTS].take([*range(38), 39, 38, *range(40, 46)])},
    "the roster shuffled": lambda tables: {**tables, "tables/roster": shuffled(tables["tables/roster"])},
    "everything shuffled": lambda tables: {name: shuffled(table) for name, table in tables.items()},
    "nothing of some": lambda tables: {**tables, FACTS: tables[FACTS].slice(0, 45)},
    "ids of another type": lambda tables: {
        **tables, FACTS: tables[FACTS].set_column(0, "posting", tables[FACTS]["posting"].dictionary_encode())
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("order", "jobs"), [*((order, 1) for order in ORDERS), ("two files", 2), ("the last row first", 2)]
)
def test_rows_in_any_order_and_any_number_of_files_write_the_same_bytes(
    tmp_path: Path, plain: dict[str, bytes], order: str, jobs: int
) -> None:
    assert TABLES[FACTS].num_rows == 46
    workspace = write_folder(tmp_path / "tables", tables=ORDERS[order](TABLES))
    assert results(workspace, tmp_path / "out", jobs=jobs) == plain


@pytest.mark.parametrize("jobs", [1, 2])
def test_csv_says_the_same_as_parquet(tmp_path: Path, plain: dict[str, bytes], jobs: int) -> None:
    workspace = write_folder(tmp_path / "tables", suffix=".csv")
    found = results(workspace, tmp_path / "out", jobs=jobs)
    assert found["results.parquet"] == plain["results.parquet"]


def test_a_roster_of_nobody_makes_empty_results(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables", tables={name: table.slice(0, 0) for name, table in TABLES.items()})
    finished = run_bulk(planned(workspace, MID, tmp_path / "out"))
    assert rows(tmp_path / "out") == ([], [])
    assert finished.result.drafts.rows == 0


@pytest.mark.parametrize("jobs", [1, 3])
def test_scores_that_compare_with_the_pool_come_out_the_same(tmp_path: Path, jobs: int) -> None:
    workspace = write_folder(tmp_path / "tables", COMPARING)
    bulk = planned(workspace, MID, tmp_path / "out", jobs=jobs)
    finished = run_bulk(bulk)
    assert finished.result.kernel.compares
    sources = {name.split("/")[-1]: table for name, table in TABLES.items() if name.count("/") == 1}
    sources |= {name.split("/")[-1]: table for name, table in TABLES.items() if "mid-year" in name}
    found = assess_table(bulk.rules, MID, sources, "d-01")
    assert rows(tmp_path / "out") == (found.results.to_pylist(), found.scores.to_pylist())


def test_what_is_done_is_told_as_it_grows(folder: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        told: list[tuple[int, int]] = []
        results(folder, tmp_path / str(jobs), jobs=jobs, progress=lambda done, of, told=told: told.append((done, of)))  # type: ignore[misc]
        assert told[0] == (0, 46)
        assert told[-1] == (46, 46)
        assert told == sorted(told)
        assert len(told) == 6


# ── killed and started again ──────────────────────────────────────────────


class Stopped(Exception):
    """What an interrupted run is stopped by."""


def stop_after(rows: int) -> Callable[[int, int], None]:
    def told(done: int, _of: int) -> None:
        if done >= rows:
            raise Stopped

    return told


def interrupted(workspace: Path, out: Path, rows: int = 20, **how: Any) -> None:
    """Leaves what a run leaves that was stopped once so many rows were done."""
    with pytest.raises(Stopped):
        run_bulk(planned(workspace, MID, out, progress=stop_after(rows), **how))


def blocks(out: Path) -> list[Path]:
    return sorted(out.glob(".unfinished/block-*"))


def again(workspace: Path, out: Path, **how: Any) -> Finished:
    return run_bulk(planned(workspace, MID, out, **how))


def test_a_run_killed_at_any_point_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables", tables=district(8))
    script = Path(__file__).with_name("killed_runs.py")
    done = subprocess.run(
        [sys.executable, script, workspace, tmp_path], capture_output=True, text=True, timeout=120, check=True
    )
    deaths = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(deaths) > 25
    assert [death for death in deaths if not (death["whole"] and death["undone"] and death["same"])] == []
    assert {death["blocks"] for death in deaths} == {0, 1, 2}
    for death in deaths:
        assert death["went on"] == (0 if death["complete"] else death["blocks"]), death
    assert sum(death["swapping"] for death in deaths) >= 4


@pytest.mark.parametrize(("count", "of"), [(1, "1 block"), (2, "2 blocks")])
def test_the_command_says_that_it_went_on(
    folder: Path, tmp_path: Path, plain: dict[str, bytes], count: int, of: str
) -> None:
    interrupted(folder, tmp_path / "out")
    for block in blocks(tmp_path / "out")[count:]:
        block.unlink()
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    assert f"went on with a run that had done {of}\n" in done.out or f"接着上次的运行：{count} 块" in done.out
    assert written(tmp_path / "out") == plain


@pytest.mark.parametrize("rows", [0, 10, 30])
def test_an_interruption_says_what_is_kept(folder: Path, tmp_path: Path, plain: dict[str, bytes], rows: int) -> None:
    def told(_: Rate, done: int, _of: int) -> None:
        if done >= rows:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rate, "__call__", told)
        done = ran("bulk", folder, "--period", MID, "--out", tmp_path)
    count = len(blocks(tmp_path))
    assert (done.code, done.out, count > 0) == (130, "", rows > 0)
    en = f"{count} block{'s' * (count > 1)} done and kept" if count else "No block is kept yet"
    assert en in done.err or (f"做完的 {count} 块留着" if count else "还没有可留的块") in done.err
    assert again(folder, tmp_path).resumed == count
    assert written(tmp_path) == plain


def test_an_interrupted_explanation_has_nothing_to_keep(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(explaining, "explained", stopped)
    done = ran("bulk", folder, "--period", MID, "--explain", "c-001")
    assert done.code == 130
    assert done.err.strip() in {"interrupted", "已中断"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_goes_on_with_as_many_processes_as_you_like(
    folder: Path, tmp_path: Path, plain: dict[str, bytes], jobs: int
) -> None:
    interrupted(folder, tmp_path / "out", jobs=3 - jobs)
    before = len(blocks(tmp_path / "out"))
    told: list[int] = []
    finished = again(folder, tmp_path / "out", jobs=jobs, progress=lambda done, _: told.append(done))
    assert finished.resumed == before >= 2
    assert told[0] >= 20
    assert written(tmp_path / "out") == plain


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGE: dict[str, tuple[str, Callable[[Path], Any], int]] = {
    "a block cut short": ("block-00000", cut_short, 1),
    "a changed byte in a block": ("block-00001", change_a_byte, 1),
    "one block's content in another": ("block-00001", lambda p: p.write_bytes(p.with_name("block-00000").read_bytes()), 1),
    "points cut short": ("fresh/scores/part-00000.parquet", cut_short, 1),
    "points that are gone": ("fresh/scores/part-00001.parquet", Path.unlink, 1),
    "no word on the run": ("run.json", Path.unlink, 0),
    "rubbish for a word": ("run.json", lambda path: path.write_bytes(b"\x00[[[[{"), 0),
    "a part nobody wants": ("fresh/scores/part-00099.parquet", Path.touch, 2),
    "half a part": ("fresh/scores/.part-00003.parquet.4711", Path.touch, 2),
    "half a table of results": ("fresh/.results.parquet.4711", Path.touch, 2),
}  # fmt: skip


@pytest.fixture(scope="module")
def left_over(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run leaves that was stopped after two blocks."""
    out = tmp_path_factory.mktemp("left") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_run, "BLOCK", 10)
        interrupted(folder, out, rows=40)
    for block in blocks(out)[2:]:
        block.unlink()
    return out


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_not_as_it_was_left_is_not_trusted(
    folder: Path, tmp_path: Path, plain: dict[str, bytes], left_over: Path, damage: str
) -> None:
    name, spoil, kept = DAMAGE[damage]
    shutil.copytree(left_over, tmp_path / "out")
    spoil(tmp_path / "out" / ".unfinished" / name)
    assert again(folder, tmp_path / "out").resumed == kept
    assert written(tmp_path / "out") == plain


def test_what_another_run_left_is_not_gone_on_with(tmp_path: Path) -> None:
    """Other tables, other rules, another district, another day, another format, other blocks: nothing is taken over."""
    workspace = write_folder(tmp_path / "tables")
    out = tmp_path / "out"

    def leaves_nothing(change: Callable[[], Any], **how: Any) -> None:
        interrupted(workspace, out)
        change()
        assert again(workspace, out, **how).resumed == 0

    def rewrite(name: str, old: str, new: str) -> None:
        path = workspace / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    table = TABLES[FACTS]
    more = table.set_column(
        table.schema.get_field_index("awards"), "awards", pa.array([0] * table.num_rows, pa.int64())
    )
    leaves_nothing(lambda: pq.write_table(more, workspace / f"{FACTS}.parquet"))
    leaves_nothing(lambda: rewrite("ruleset.yaml", "cap: 3", "cap: 2"))
    leaves_nothing(lambda: rewrite("cadre-eval.yaml", "id: d-01", "id: d-02"))
    leaves_nothing(lambda: None, form="csv")
    day = planned(workspace, MID, out).period.days.first
    leaves_nothing(lambda: None, as_of=day)
    assert written(out) == results(workspace, tmp_path / "fresh", as_of=day)
    with pytest.MonkeyPatch.context() as patch:
        leaves_nothing(lambda: patch.setattr(tables_run, "BLOCK", 8))


def test_a_block_of_another_run_is_not_trusted_whatever_the_folder_says(folder: Path, tmp_path: Path) -> None:
    """Blocks are marked with their run: one that a process wrote too late, into the folder of the next, does not count."""
    interrupted(folder, tmp_path / "one")
    interrupted(folder, tmp_path / "two", as_of=planned(folder, MID, tmp_path).period.days.first)
    for path in blocks(tmp_path / "one"):
        (tmp_path / "two" / ".unfinished" / path.name).write_bytes(path.read_bytes())
        part = Path("fresh", "scores", path.name.replace("block", "part") + ".parquet")
        target = tmp_path / "two" / ".unfinished" / part
        target.write_bytes((tmp_path / "one" / ".unfinished" / part).read_bytes())
    day = planned(folder, MID, tmp_path).period.days.first
    assert run_bulk(planned(folder, MID, tmp_path / "two", as_of=day)).resumed == 0


def test_blocks_of_a_table_in_another_order_are_not_kept_before_it_is_read(tmp_path: Path) -> None:
    """The first blocks seem complete; a row further down belongs to them."""
    table = TABLES[FACTS]
    moved = table.take(pa.array([*range(1, 46), 0]))
    workspace = write_folder(tmp_path / "tables", tables={**TABLES, FACTS: moved})
    interrupted(workspace, tmp_path / "out", rows=10)
    assert blocks(tmp_path / "out") == []
    again(workspace, tmp_path / "out")
    assert rows(tmp_path / "out") == rows_of_plain(tmp_path)


def rows_of_plain(tmp_path: Path) -> tuple[list[Any], list[Any]]:
    results(write_folder(tmp_path / "plain"), tmp_path / "plain-out")
    return rows(tmp_path / "plain-out")


# ── processes that are killed ─────────────────────────────────────────────


def kills(monkeypatch: pytest.MonkeyPatch, block: int, once: Path | None) -> None:
    """The process that reads this block is killed: only the first time, where a file can say so."""
    real, run = DirectFacts.facts, os.getpid()

    def facts(self: DirectFacts, wanted: Block) -> Any:
        if wanted.number == block and (once is None or not once.exists()):
            assert os.getpid() != run, "this is for a process of the run, not the run itself"
            if once is not None:
                once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, wanted)

    monkeypatch.setattr(DirectFacts, "facts", facts)


@pytest.mark.parametrize("block", [0, 2, 4])
def test_a_process_that_is_killed_changes_nothing(
    folder: Path, tmp_path: Path, plain: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    kills(monkeypatch, block, tmp_path / "killed")
    assert results(folder, tmp_path / "out", jobs=2) == plain
    assert (tmp_path / "killed").exists()


def test_processes_that_are_killed_again_and_again_end_the_run_with_a_message(
    folder: Path, tmp_path: Path, plain: dict[str, bytes]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        kills(patch, 4, None)
        done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out", "--jobs", "2")
    assert done.code == 3
    assert "--jobs" in done.err
    assert is_clean(done)
    assert not (tmp_path / "out" / "results.parquet").exists()
    assert again(folder, tmp_path / "out").resumed >= 3
    assert written(tmp_path / "out") == plain


def test_the_processes_of_a_run_that_was_killed_end_too(folder: Path, tmp_path: Path) -> None:
    """The run is killed while its processes wait; the pipe they hold is closed once the last of them is gone."""
    script = """if True:
        import os, signal, sys
        from cadre_eval.tables import run
        from cadre_eval.tables.bulk import run_bulk
        from cadre_eval.tables.planned import planned
        run.BLOCK = 10
        def told(done, of):
            if done:
                os.kill(os.getpid(), signal.SIGKILL)
        run_bulk(planned(sys.argv[1], sys.argv[2], __import__("pathlib").Path(sys.argv[3]), jobs=2, progress=told))
    """
    ours, theirs = os.pipe()
    program = subprocess.Popen([sys.executable, "-c", script, folder, MID, tmp_path / "out"], pass_fds=[theirs])
    os.close(theirs)
    assert program.wait(60) == -signal.SIGKILL
    with os.fdopen(ours, "rb") as pipe:
        assert pipe.read() == b""


# ── the folder results are written to ─────────────────────────────────────


def test_results_of_an_earlier_run_are_replaced_as_a_whole_and_only_at_the_end(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_run, "BLOCK", 3)
        old = results(folder, out, END, form="csv")
    (out / "notes.txt").write_text("mine")
    seen = []

    def told(done: int, _of: int) -> None:
        seen.append({n: c for n, c in written(out).items() if not n.startswith(".unfinished/")})

    run_bulk(planned(folder, MID, out, progress=told))
    assert all(there == {**old, "notes.txt": b"mine"} for there in seen)
    assert len(seen) == 6
    assert sorted(written(out)) == [
        "notes.txt",
        "results.parquet",
        *(f"scores/part-0000{n}.parquet" for n in range(5)),
    ]


def test_results_that_are_not_the_commands_own_are_left_alone(folder: Path, tmp_path: Path) -> None:
    results(folder, tmp_path / "out")
    (tmp_path / "out" / "results.csv").write_text("made from the other by hand")
    results(folder, tmp_path / "out")
    assert (tmp_path / "out" / "results.csv").exists()


@pytest.mark.parametrize("name", ["2024.xlsx", "part-00000.parquet"])
def test_somebody_elses_scores_are_not_replaced(folder: Path, tmp_path: Path, name: str) -> None:
    mine = tmp_path / "scores" / name
    mine.parent.mkdir()
    mine.write_text("mine")
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path)
    assert done.code == 2
    assert name in done.err
    assert written(tmp_path) == {f"scores/{name}": b"mine"}


def test_two_runs_do_not_write_into_one_folder(folder: Path, tmp_path: Path, plain: dict[str, bytes]) -> None:
    refused: list[Done] = []

    def told(done: int, _of: int) -> None:
        if done == 20:
            refused.append(ran("bulk", folder, "--period", MID, "--out", tmp_path))
            refused.append(ran("bulk", folder, "--period", END, "--out", tmp_path))

    run_bulk(planned(folder, MID, tmp_path, progress=told))
    assert [done.code for done in refused] == [2, 2]
    assert written(tmp_path) == plain


@pytest.mark.parametrize("jobs", [1, 2])
def test_tables_that_are_refused_leave_the_folder_as_it_was(tmp_path: Path, jobs: int) -> None:
    workspace = write_spoilt(tmp_path / "tables")
    with pytest.raises(RefusedInput) as refused:
        run_bulk(planned(workspace, MID, tmp_path / "out", jobs=jobs))
    assert [problem.span.line for problem in refused.value.problems] == [4, 41]
    assert written(tmp_path / "out") == {}
    old = results(write_folder(tmp_path / "good"), tmp_path / "out")
    done = ran("bulk", workspace, "--period", MID, "--out", tmp_path / "out", "--jobs", str(jobs))
    assert done.code == 1
    assert "facts.parquet:4" in done.err
    assert "facts.parquet:41" in done.err
    assert written(tmp_path / "out") == old


def is_clean(done: Done) -> bool:
    return "Traceback" not in done.said and "please report" not in done.said and "请报告" not in done.said


@pytest.mark.parametrize(("place", "code"), [("a file", 2), ("below a file", 3)])
def test_a_folder_that_cannot_be_made_is_told(folder: Path, tmp_path: Path, place: str, code: int) -> None:
    (tmp_path / "file").write_text("x")
    out = tmp_path / "file" if place == "a file" else tmp_path / "file" / "out"
    done = ran("bulk", folder, "--period", MID, "--out", out)
    assert done.code == code
    assert str(tmp_path / "file") in done.err
    assert is_clean(done)
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_is_closed_is_told(folder: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out")
    tmp_path.chmod(0o700)
    assert done.code == 3
    assert is_clean(done)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("file", ["part-00003.parquet", "results.parquet"])
def test_a_full_disk_is_told_and_the_run_goes_on_once_there_is_room(
    folder: Path, tmp_path: Path, plain: dict[str, bytes], jobs: str, file: str
) -> None:
    old = results(folder, tmp_path, END)
    command = ["bulk", str(folder), "--period", MID, "--out", str(tmp_path), "--jobs", jobs]
    real = tables_bulk.write_table

    def full(table: pa.Table, path: Path, form: str) -> Path:
        if path.name + ".parquet" == file:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return real(table, path, form)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_bulk, "write_table", full)
        done = ran(*command)
    assert done.code == 3
    assert "No space left on device" in done.err
    assert is_clean(done)
    assert {name: content for name, content in written(tmp_path).items() if not name.startswith(".")} == old
    done = ran(*command)
    assert done.code == 0
    assert re.search("went on|接着上次", done.out)
    assert written(tmp_path) == plain


# ── formats ───────────────────────────────────────────────────────────────


def texts(path: Path) -> list[dict[str, str | None]]:
    """Every value of a table as exact text; nothing is None."""
    if path.suffix == ".csv":
        options = pa_csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
        names = path.read_text("utf-8-sig").split("\n", 1)[0].replace('"', "").split(",")
        options.column_types = dict.fromkeys(names, pa.string())
        return pa_csv.read_csv(path, convert_options=options).to_pylist()  # type: ignore[no-any-return]
    if path.suffix == ".jsonl":
        plain = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [{k: v if v is None else str(v) for k, v in row.items()} for row in plain]
    table = pq.read_table(path) if path.suffix == ".parquet" else pa_ipc.open_file(path).read_all()
    return [{k: None if v is None else format(v, "f") if hasattr(v, "scaleb") else str(v) for k, v in row.items()}
            for row in table.to_pylist()]  # fmt: skip


FINE = RULESET.replace("rounding: {places: 2", "rounding: {places: 8").replace(
    "points: 10, fact: visits", "points: 0.00000010, fact: visits"
)


@pytest.mark.parametrize("rules", [RULESET, FINE], ids=["two places", "eight places"])
def test_every_format_holds_the_same_values(tmp_path: Path, rules: str) -> None:
    rules = (
        rules.replace('{">= 98%": 10, "[90%, 98%)": 6', '{">= 98%": 0.00000010, "[90%, 98%)": 0')
        if rules is FINE
        else rules
    )
    workspace = write_folder(tmp_path / "tables", rules)
    found: dict[str, list[Any]] = {}
    for form in ("parquet", "arrow", "csv", "jsonl"):
        results(workspace, tmp_path / form, form=form)
        paths = sorted(path for path in (tmp_path / form).rglob("*") if path.is_file())
        assert len(paths) == 6
        found[form] = [texts(path) for path in paths]
    assert found["arrow"] == found["parquet"]
    assert found["jsonl"] == found["parquet"]
    assert found["csv"] == found["parquet"]
    numbers = {value for table in found["csv"] for row in table for value in row.values() if value is not None}
    assert not [value for value in numbers if re.fullmatch(r"-?[\d.]+[eE]-?\d+", value)]


def test_csv_opens_in_a_spreadsheet(folder: Path, tmp_path: Path) -> None:
    for content in results(folder, tmp_path, form="csv").values():
        assert content.startswith("\ufeff".encode())


# ── combined periods ──────────────────────────────────────────────────────


def test_the_year_end_takes_over_the_mid_year_of_its_folder(folder: Path, tmp_path: Path) -> None:
    finished = run_bulk(planned(folder, END, tmp_path / "end"))
    own = {
        period: {name.split("/")[-1]: table for name, table in TABLES.items() if name.count("/") == 1}
        for period in (MID, END)
    }
    own[MID] |= {name.split("/")[-1]: table for name, table in TABLES.items() if "mid-year" in name}
    rules = finished.result.kernel.rules
    day = finished.result.kernel.as_of
    mid = assess_table(rules, MID, own[MID], "d-01", day)
    end = assess_table(rules, END, own[END], "d-01", earlier={"mid-year": mid})
    assert rows(tmp_path / "end") == (end.results.to_pylist(), end.scores.to_pylist())
    assert end.results != assess_table(rules, END, own[END], "d-01").results


@pytest.mark.parametrize("order", ["facts shuffled", "the last row first", "two rows exchanged"])
def test_the_earlier_period_may_be_in_any_order_too(folder: Path, tmp_path: Path, order: str) -> None:
    workspace = write_folder(tmp_path / "tables", tables=ORDERS[order](TABLES))
    assert results(workspace, tmp_path / "out", END) == results(folder, tmp_path / "plain", END)


def test_other_tables_of_the_earlier_period_make_another_run(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables")
    before = planned(workspace, END, tmp_path).key
    pq.write_table(
        TABLES["tables/2025-mid-year/tallies"].slice(0, 30), workspace / "tables/2025-mid-year/tallies.parquet"
    )
    assert planned(workspace, END, tmp_path).key != before


# ── one cadre explained ───────────────────────────────────────────────────


def told(bulk: Bulk, cadre: str) -> list[Any]:
    found = explained(bulk, cadre)
    return [found.cadre.id, found.state, found.total, found.exact, found.rank, found.grade, found.grades_possible]


@pytest.mark.parametrize("order", [None, "the last row first"])
@pytest.mark.parametrize("rules", [RULESET, COMPARING], ids=["apart", "compared"])
def test_the_explanation_is_of_the_result(tmp_path: Path, rules: str, order: str | None) -> None:
    tables = TABLES if order is None else ORDERS[order](TABLES)
    workspace = write_folder(tmp_path / "tables", rules, tables)
    bulk = planned(workspace, MID, tmp_path / "out")
    run_bulk(bulk)
    found, _ = rows(tmp_path / "out")
    for row in [row for row in found if row["state"] != "not-assessed"][::11]:
        for most in (20_000, 0):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(explaining, "MOST_TOGETHER", most)
                cadre, state, total, _, rank, grade, _ = told(bulk, row["cadre"])
            assert (cadre, state, rank, grade) == (row["cadre"], row["state"], row["rank"], row["grade"])
            assert row["total"] is None or Fraction(row["total"]) == total


def test_a_cadre_is_found_by_id_or_by_a_name_nobody_shares(folder: Path) -> None:
    for wanted in ("c-020", "c-002"):
        done = ran("bulk", folder, "--period", MID, "--explain", wanted)
        assert (done.code, done.err) == (0, "")
        assert f"（{wanted}）" in done.out
    done = ran("bulk", folder, "--period", MID, "--explain", "人2")
    assert done.code == 2
    assert "c-002、c-022" in done.err


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("c_020", "c-020"),
        ("C-020", "c-020"),
        ("许未道", "许未到"),
        ("c-77777", None),
        ("c-900", None),
        ("许未到", None),
    ],
)
def test_a_cadre_who_is_not_there_is_told_with_the_one_meant(folder: Path, wanted: str, meant: str | None) -> None:
    """Somebody posted later is no slip of the pen."""
    done = ran("bulk", folder, "--period", MID, "--explain", wanted)
    assert done.code == 2
    assert wanted in done.err
    assert ("?" in done.err or "？" in done.err) == (meant is not None)
    assert meant is None or meant in done.err


# ── the command ───────────────────────────────────────────────────────────


WRONG: dict[str, list[str]] = {
    "nothing to do": ["--period", MID],
    "two things at once": ["--period", MID, "--out", "{out}", "--explain", "c-001"],
    "no period": ["--out", "{out}"],
    "a slip in the period": ["--period", "2025-mid-yaer", "--out", "{out}"],
    "a period without a year": ["--period", "mid-year", "--out", "{out}"],
    "a period before the rules": ["--period", "2020-mid-year", "--out", "{out}"],
    "a day before the period": ["--period", END, "--out", "{out}", "--as-of", "2024-12-31"],
    "no day": ["--period", MID, "--out", "{out}", "--as-of", "2025-02-30"],
    "an unknown format": ["--period", MID, "--out", "{out}", "--format", "xlsx"],
    "no processes": ["--period", MID, "--out", "{out}", "--jobs", "0"],
    "processes here and elsewhere": ["--period", MID, "--out", "{out}", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:9"],
    "too little memory to begin": ["--period", MID, "--out", "{out}", "--memory", "1"],
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_ends_with_2_and_writes_nothing(folder: Path, tmp_path: Path, case: str) -> None:
    done = ran("bulk", folder, *(word.format(out=tmp_path / "out") for word in WRONG[case]))
    assert done.code == 2
    assert done.err
    assert done.out == ""
    assert is_clean(done)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2025-mid-yaer", "2025-mid-year"),
        ("2026-year-ned", "2026-year-end"),
        ("midyear", "2025-mid-year"),
        ("2020-mid-year", "2020-mid-year"),
    ],
)
def test_the_period_meant_is_told(folder: Path, tmp_path: Path, period: str, said: str) -> None:
    done = ran("bulk", folder, "--period", period, "--out", tmp_path)
    assert said in done.err
    assert period != "2020-mid-year" or "?" not in done.err + done.err.replace("？", "?")


def test_a_workspace_of_dossiers_is_for_the_other_command(tmp_path: Path) -> None:
    done = ran("bulk", EXAMPLE, "--period", MID, "--out", tmp_path / "out")
    assert done.code == 2
    assert "cadre-eval assess" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "command", [["check"], ["assess", "--period", MID], ["worklist"]], ids=lambda words: words[0]
)
def test_a_workspace_of_tables_is_for_this_command(folder: Path, command: list[str]) -> None:
    done = ran(command[0], folder, *command[1:])
    assert done.code == 2
    assert "cadre-eval bulk" in done.err


def test_a_workspace_has_a_roster_and_records_where_it_has_no_tables(tmp_path: Path) -> None:
    (write_folder(tmp_path) / "cadre-eval.yaml").write_text(CONFIG.replace("tables: tables\n", ""), "utf-8")
    _, problems = loaded(tmp_path)
    assert {(problem.code, problem.args["key"]) for problem in problems} == {
        ("CE203", "roster"),
        ("CE203", "records"),
    }


def test_problems_in_tables_end_with_1(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables", tables={n: t for n, t in TABLES.items() if n != "tables/roster"})
    done = ran("bulk", workspace, "--period", MID, "--out", tmp_path / "out")
    assert done.code == 1
    assert "CE824" in done.err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_tables_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables", tables={})
    done = ran("bulk", workspace, "--period", MID, "--out", tmp_path / "out")
    assert done.code == 1
    assert "CE112" in done.err


def test_the_day_of_knowledge_is_kept_to(folder: Path, tmp_path: Path, plain: dict[str, bytes]) -> None:
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out", "--as-of", "2025-03-31")
    assert done.code == 0
    found = written(tmp_path / "out")
    assert found == results(folder, tmp_path / "same", as_of=date(2025, 3, 31))
    assert found["results.parquet"] != plain["results.parquet"]
    assert planned(folder, MID, tmp_path).as_of.isoformat() == "2025-06-30"


def test_too_little_memory_ends_with_a_message(folder: Path, tmp_path: Path) -> None:
    done = spawned("--lang", "en", "bulk", folder, "--period", MID, "--out", tmp_path / "out", "--memory", "64")
    assert (done.code, done.out) == (3, "")
    assert "stopped at the memory limit of 64 MiB" in done.err
    assert is_clean(done)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", [MemoryError, pa.ArrowMemoryError])
def test_memory_that_runs_out_is_no_fault_of_the_program(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def full(*_: object) -> None:
        raise kind("malloc of size 4711 failed")

    monkeypatch.setattr(tables_bulk, "points_table", full)
    for jobs in ("1", "2"):
        done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out", "--jobs", jobs)
        assert done.code == 3
        assert "memory" in done.err or "内存" in done.err
        assert is_clean(done)


@pytest.mark.parametrize(
    ("error", "short"),
    [
        (MemoryError(), True), (pa.ArrowMemoryError("x"), True), (OSError(errno.ENOMEM, "x"), True),
        (RuntimeError("can't start new thread"), True), (pa.ArrowException("Failed to launch worker thread"), True),
        (RuntimeError("x"), False), (OSError(errno.ENOSPC, "x"), False), (pa.ArrowInvalid("x"), False),
    ],
)  # fmt: skip
def test_failures_for_want_of_memory_are_told_from_others(error: Exception, short: bool) -> None:
    assert is_short_of_memory(error) == short


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def line(screen: io.StringIO) -> str:
    """What stands on the terminal at last."""
    return screen.getvalue().rsplit("\r", 1)[-1]


def test_the_progress_line_tells_rate_and_time_left() -> None:
    screen, clock = Screen(), Clock()
    rate = Rate(screen, clock)
    rate(0, 10_000)
    assert "0%" in line(screen)
    assert "0/10,000" in line(screen)
    assert "每秒" not in line(screen)
    assert "/s" not in line(screen)
    clock.now += 2
    rate(4_000, 10_000)
    assert "40%" in line(screen)
    assert "2,000" in line(screen)
    assert re.search("3 (s left|秒)", line(screen))
    rate.clear()
    assert line(screen) == "\033[K"
    rate.clear()
    assert screen.getvalue().count("\033[K") == 3


def test_what_an_earlier_run_had_done_says_nothing_of_the_rate() -> None:
    screen, clock = Screen(), Clock()
    rate = Rate(screen, clock)
    rate(9_000, 10_000)
    clock.now += 10
    rate(9_500, 10_000)
    assert "95%" in line(screen)
    assert re.search(r"(每秒 50 人|50/s).* 10 (s left|秒)", line(screen))


def test_off_a_terminal_there_is_no_progress_line(folder: Path, tmp_path: Path) -> None:
    stream = io.StringIO()
    rate = Rate(stream)
    rate(1, 2)
    rate.clear()
    assert stream.getvalue() == ""
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out", screen=True)
    assert "46/46" in done.err
    assert line(io.StringIO(done.err)) == "\033[K"


def test_the_progress_line_is_gone_before_anything_else_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_bulk, "results_table", lambda _: (_ for _ in ()).throw(OSError("away")))
        done = ran("bulk", folder, "--period", MID, "--out", tmp_path, screen=True)
    assert done.code == 3
    assert "\r\033[K" in done.err
    assert "\r" not in done.err.rsplit("\r\033[K", 1)[1]
    assert "away" in done.err.rsplit("\r\033[K", 1)[1]


# ── packed ────────────────────────────────────────────────────────────────


WHOLE = st.one_of(st.integers(-100, 100), st.integers(-(2**62), 2**62), st.integers(-(10**6000), 10**6000))
FRACTIONS = st.builds(Fraction, WHOLE, WHOLE.map(abs).filter(bool))
ENDS = st.one_of(st.none(), FRACTIONS)
NUMBERS = st.one_of(FRACTIONS, st.builds(Interval, ENDS, ENDS))


def column(draw: st.DrawFn, size: int) -> Any:
    """Whole numbers as narrow as they can be held, or wider."""
    values = draw(st.lists(WHOLE, min_size=size, max_size=size))
    if draw(st.booleans()):
        values = [value % 100 for value in values]
        return np.array(values, dtype=draw(st.sampled_from([np.int64, np.int32, np.int8, np.uint8])))
    found = np.empty(size, dtype=object)
    found[:] = values
    return found


def truths(draw: st.DrawFn, size: int) -> Any:
    return np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)


@st.composite
def exacts(draw: st.DrawFn, size: int) -> Exact:
    wholes, quotients = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    factors = [draw(FRACTIONS) for _ in range(wholes + quotients)]
    arrays = tuple(column(draw, size) for _ in range(wholes + 2 * quotients))
    return Exact(Sum(draw(FRACTIONS), tuple(factors[:wholes]), tuple(factors[wholes:])), arrays, size)


@st.composite
def scored(draw: st.DrawFn) -> Scored:
    """A block of anything its columns may hold."""
    size = draw(st.integers(0, 4))
    names = st.lists(st.sampled_from(["exact", "满意", "a/b", "0", "piece/x"]), unique=True, max_size=3)
    links = {
        name: Link(tuple(draw(st.lists(exacts(size), max_size=2))), column(draw, size), truths(draw, size), truths(draw, size))
        for name in draw(names)
    }  # fmt: skip
    places = st.integers(0, 10**6)
    drafts = Drafts(
        **{name: truths(draw, size) if name == "known" else column(draw, size) for name in COLUMNS},
        barred={name: column(draw, size) for name in draw(names)}, links=links,
        spans=draw(st.dictionaries(places, st.tuples(ENDS, ENDS), max_size=3)),
    )  # fmt: skip
    open_totals = draw(st.dictionaries(places, st.tuples(NUMBERS, NUMBERS), max_size=3))
    block = Block(draw(places), draw(places), draw(places))
    return Scored(block, column(draw, size), drafts, column(draw, size), {}, open_totals, draw(places))


def arrays_of(found: Scored) -> Iterator[tuple[str, Any]]:
    yield "rows", found.rows
    yield "postings", found.postings
    for name in COLUMNS:
        yield name, getattr(found.drafts, name)
    for name, truth in found.drafts.barred.items():
        yield f"barred {name}", truth
    for name, link in found.drafts.links.items():
        for part in ("at", "there", "open"):
            yield f"link {name} {part}", getattr(link, part)
        for number, piece in enumerate(link.pieces):
            for at, array in enumerate(piece.arrays):
                yield f"piece {name} {number} {at}", array


@given(scored())
@tries(30)
def test_a_block_is_the_same_after_its_way_through_bytes(block: Scored) -> None:
    found = unpacked(packed(block))
    assert (found.block, found.by_columns, found.open_totals) == (block.block, block.by_columns, block.open_totals)
    assert found.drafts.spans == block.drafts.spans
    assert [(n, a.dtype, a.tolist()) for n, a in arrays_of(found)] == [
        (n, a.dtype, a.tolist()) for n, a in arrays_of(block)
    ]
    pieces = [(piece.shape, piece.rows) for link in found.drafts.links.values() for piece in link.pieces]
    assert pieces == [(piece.shape, piece.rows) for link in block.drafts.links.values() for piece in link.pieces]
    assert packed(found) == packed(block)


def test_a_folder_of_tables_takes_no_unknown_period(folder: Path) -> None:
    with pytest.raises(UsageError):
        open_table_folder(folder).period("2025-nothing")


def test_results_do_not_lie_among_the_tables(folder: Path) -> None:
    for out in (folder / "tables", folder / "tables" / "new"):
        done = ran("bulk", folder, "--period", MID, "--out", out, "--lang", "en")
        assert done.code == 2
        assert "name another" in done.err
    assert not (folder / "tables" / "new").exists()


@pytest.mark.parametrize(
    ("was", "name", "code"),
    [
        ("facts.parquet", "facts.xlsx", "CE802"),
        ("facts.parquet", "facts.txt", "CE802"),
        ("facts.parquet", "fcts.xlsx", "CE825"),
        (MID, "2025-midyear", "CE825"),
        (MID, "archive", "CE825"),
    ],
)
def test_no_table_is_passed_over_for_a_slip(tmp_path: Path, was: str, name: str, code: str) -> None:
    home = write_folder(tmp_path) / "tables"
    place = home if was == MID else home / MID
    (place / was).rename(place / name)
    done = ran("bulk", tmp_path, "--period", MID, "--out", tmp_path / "out")
    assert done.code == 1
    assert code in done.err
    assert name in done.err


def test_a_misspelt_column_is_told_with_its_file(tmp_path: Path) -> None:
    table = TABLES[FACTS].rename_columns([name.replace("visits", "vists") for name in TABLES[FACTS].column_names])
    write_folder(tmp_path, tables={**TABLES, FACTS: table})
    done = ran("bulk", tmp_path, "--period", MID, "--out", tmp_path / "out")
    assert done.code == 1
    assert "2025-mid-year/facts" in done.err
    assert "vists" in done.err
