"""Mass assessment: the same bytes by one process or many, on a cluster, and after any interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc
import pyarrow.parquet as pq
import pytest

from cadre_eval.cli.bulk import Rate
from cadre_eval.errors import UsageError
from cadre_eval.tables import bulk as bulk_run
from cadre_eval.tables import run as table_run
from cadre_eval.tables.bulk import run_bulk
from cadre_eval.tables.cluster import run_on_dask, spread
from cadre_eval.tables.packing import packed, unpacked
from cadre_eval.tables.planned import planned
from cadre_eval.tables.tasks import score_table
from running import environment, ran
from table_workspace import PERIOD, RULES, content, make

BLOCK = 8


@pytest.fixture(autouse=True)
def _tiny_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_run, "BLOCK", BLOCK)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tabled") / "w")


@pytest.fixture
def alone(workspace: Path, tmp_path: Path) -> dict[str, bytes]:
    """What one process writes."""
    run_bulk(planned(workspace, PERIOD, tmp_path / "alone"))
    found = content(tmp_path / "alone")
    assert len(found) == 9, "results, and eight parts of scores"
    return found


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_write_the_same_bytes_as_one(
    workspace: Path, tmp_path: Path, alone: dict[str, bytes], jobs: int
) -> None:
    run_bulk(planned(workspace, PERIOD, tmp_path / "out", jobs=jobs))
    assert content(tmp_path / "out") == alone


def test_a_process_that_is_killed_changes_nothing(
    workspace: Path, tmp_path: Path, alone: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write, marker = bulk_run.write_block, tmp_path / "killed"

    def dying(*arguments: Any) -> Any:
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return write(*arguments)

    monkeypatch.setattr(bulk_run, "write_block", dying)
    run_bulk(planned(workspace, PERIOD, tmp_path / "out", jobs=2))
    assert marker.exists()
    assert content(tmp_path / "out") == alone


def test_the_arrow_kernel_gives_the_same_bytes_in_any_order(
    workspace: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    run = spread(planned(workspace, PERIOD, tmp_path / "out"))
    done = score_table(run.table()).to_pylist()
    with pytest.raises(UsageError):
        run.finish()
    run.take_all(reversed(done))
    run.finish()
    assert content(tmp_path / "out") == alone


def test_a_dask_cluster_that_loses_a_worker_half_way_gives_the_same_bytes(
    workspace: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    from dask.distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        workers = list(client.run(os.getpid).values())

        def kill(_done: int, _of: int) -> None:
            if workers:
                os.kill(workers.pop(), signal.SIGKILL)
                workers.clear()

        run_on_dask(planned(workspace, PERIOD, tmp_path / "out", progress=kill), client)
        assert not workers
        assert content(tmp_path / "out") == alone
        run_on_dask(planned(workspace, PERIOD, tmp_path / "again"), cluster.scheduler_address)
    assert content(tmp_path / "again") == alone


DRIVER = """\
import os, signal, sys
from pathlib import Path
from cadre_eval.tables import bulk, job, run, writing
run.BLOCK = 8
where, after, workspace, out = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
count = [0]
def dying(function):
    def call(*args, **more):
        count[0] += 1
        if count[0] == after:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **more)
    return call
if where == "keep": job.Store.keep = dying(job.Store.keep)
if where == "finish": job.Store.finish = dying(job.Store.finish)
if where == "replace": os.replace = dying(os.replace)
from cadre_eval.tables.planned import planned
bulk.run_bulk(planned(workspace, "2025-year-end", Path(out)))
"""


@pytest.mark.parametrize(
    ("where", "after"), [("keep", 1), ("keep", 5), ("finish", 1), ("replace", 3), ("replace", 12), ("replace", 19), ("replace", 21)]
)  # fmt: skip
def test_a_run_killed_at_any_point_goes_on_to_the_same_bytes(
    workspace: Path, tmp_path: Path, alone: dict[str, bytes], where: str, after: int
) -> None:
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER, encoding="utf-8")
    killed = subprocess.run(
        [sys.executable, str(driver), where, str(after), str(workspace), str(tmp_path / "out")],
        env=environment(), capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    finished = run_bulk(planned(workspace, PERIOD, tmp_path / "out"))
    assert content(tmp_path / "out") == alone
    assert finished.resumed > 0 or (where, after) in {("keep", 1), ("replace", 3)}


def _interrupted(workspace: Path, out: Path) -> None:
    """What a run leaves that was stopped after its fourth block."""
    taken: list[int] = []

    def stop(done: int, _of: int) -> None:
        taken.append(done)
        if len(taken) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_bulk(planned(workspace, PERIOD, out, progress=stop))


@pytest.mark.parametrize("damage", ["cut", "garbage", "other rules", "no points"])
def test_leftovers_that_are_damaged_or_of_another_run_are_not_trusted(
    workspace: Path, tmp_path: Path, alone: dict[str, bytes], damage: str
) -> None:
    out = tmp_path / "out"
    _interrupted(workspace, out)
    left = out / ".unfinished"
    block = left / "block-00001"
    if damage == "cut":
        block.write_bytes(block.read_bytes()[:500])
    elif damage == "garbage":
        block.write_bytes(b"PK nonsense")
    elif damage == "no points":
        (left / "fresh" / "scores" / "part-00001.parquet").unlink()
    else:
        key = json.loads((left / "run.json").read_text(encoding="utf-8"))
        (left / "run.json").write_text(json.dumps({**key, "ruleset": "another"}), encoding="utf-8")
    finished = run_bulk(planned(workspace, PERIOD, out))
    assert content(out) == alone
    assert (finished.resumed == 0) == (damage == "other rules")


def test_a_block_packed_comes_back_as_it_was(workspace: Path, tmp_path: Path) -> None:
    run = spread(planned(workspace, PERIOD, tmp_path / "out"))
    for block in run.left:
        scored = run.opened.score(block, run.direct.facts(block))
        back = unpacked(packed(scored))
        assert packed(back) == packed(scored)
        assert (back.rows == scored.rows).all()
        assert back.open_totals == scored.open_totals
        assert back.drafts.spans == scored.drafts.spans
        for name, link in scored.drafts.links.items():
            rows = np.arange(scored.drafts.rows)
            assert [list(x) for x in back.drafts.links[name].ratio(rows)] == [list(x) for x in link.ratio(rows)]


def _rows(out: Path, form: str) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    def read(path: Path) -> list[dict[str, object]]:
        if form == "parquet":
            rows = pq.read_table(path).to_pylist()
        elif form == "arrow":
            rows = pa_ipc.open_file(path).read_all().to_pylist()
        elif form == "csv":
            names = path.read_text(encoding="utf-8-sig").split("\n")[0].replace('"', "").split(",")
            as_text = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
            rows = pa_csv.read_csv(path, convert_options=as_text).to_pylist()
        else:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [{k: None if v is None or v == "" else str(v) for k, v in row.items()} for row in rows]

    scores = [row for part in sorted((out / "scores").iterdir()) for row in read(part)]
    return read(next(out.glob("results.*"))), scores


@pytest.mark.parametrize("form", ["arrow", "csv", "jsonl"])
def test_every_format_holds_the_same_values(workspace: Path, tmp_path: Path, form: str) -> None:
    run_bulk(planned(workspace, PERIOD, tmp_path / "a"))
    run_bulk(planned(workspace, PERIOD, tmp_path / "b", form=form))
    assert _rows(tmp_path / "b", form) == _rows(tmp_path / "a", "parquet")
    talks = [row["talks"] for row in _rows(tmp_path / "b", form)[1]]
    assert any(x is not None and "/" in str(x) and Fraction(str(x)) * 7 % 1 == 0 for x in talks), "exact quotients"


# ── the command ─────────────────────────────────────────────────────


def test_the_command_writes_and_says_what_came_of_it(workspace: Path, tmp_path: Path) -> None:
    done = ran("--lang", "en", "bulk", workspace, "--period", PERIOD, "--out", tmp_path / "out", "--jobs", "2")
    assert done.code == 0
    assert "60 cadres" in done.out
    assert "9 files written" in done.out
    assert pq.read_table(tmp_path / "out" / "results.parquet").num_rows == 60


@pytest.mark.parametrize("cadre", ["c-0007", "人7"])
def test_one_cadre_is_explained_with_rank_and_place(workspace: Path, tmp_path: Path, cadre: str) -> None:
    run_bulk(planned(workspace, PERIOD, tmp_path / "out"))
    row = next(r for r in pq.read_table(tmp_path / "out" / "results.parquet").to_pylist() if r["cadre"] == "c-0007")
    done = ran("bulk", workspace, "--period", PERIOD, "--explain", cadre)
    assert done.code == 0
    assert f"总分 {row['total']}" in done.out
    assert "rules.yaml:" in done.out


def test_wrong_calls_are_refused_in_words(workspace: Path, tmp_path: Path) -> None:
    base = ["--lang", "en", "bulk", workspace, "--period"]
    out = ["--out", tmp_path / "out"]
    for arguments, said in (
        ([*base, "2025-yearend", *out], "did you mean 2025-year-end"),
        ([*base, PERIOD], "--out FOLDER or --explain CADRE"),
        ([*base, PERIOD, *out, "--as-of", "2024-01-01"], "before the period"),
        ([*base, PERIOD, "--explain", "c-9999"], "no cadre c-9999"),
        ([*base, PERIOD, *out, "--scheduler", "tcp://127.0.0.1:1"], "no dask scheduler"),
    ):
        if "--scheduler" in arguments:
            continue  # waiting for an answer takes a while; ``run_on_dask`` is asked below
        done = ran(*arguments)
        assert (done.code, said in done.err) == (2, True), done.err
    assert not (tmp_path / "out").exists()


def test_an_address_that_is_none_is_refused(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no dask scheduler answers"):
        run_on_dask(planned(workspace, PERIOD, tmp_path / "out"), "nowhere://x")


def test_what_is_wrong_in_a_table_is_told_with_its_row_and_nothing_is_written(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", 12)
    facts = pq.read_table(folder / "tables" / "facts.parquet")
    wrong = facts.set_column(1, "talks", pa.array(["x" if i == 5 else "3" for i in range(12)]))
    pq.write_table(wrong, folder / "tables" / "facts.parquet")
    done = ran("bulk", folder, "--period", PERIOD, "--out", tmp_path / "out")
    assert done.code == 1
    assert "facts.parquet:6:" in done.err
    assert "CE206" in done.err
    assert "talks: x" in done.err
    assert not (tmp_path / "out" / "results.parquet").exists()


def test_a_folder_without_a_roster_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", 12)
    (folder / "tables" / "roster.parquet").unlink()
    done = ran("bulk", folder, "--period", PERIOD, "--out", tmp_path / "out")
    assert (done.code, "CE824" in done.err) == (1, True)


def test_other_commands_point_to_bulk(workspace: Path) -> None:
    done = ran("--lang", "en", "assess", workspace, "--period", PERIOD)
    assert (done.code, "use cadre-eval bulk" in done.err) == (2, True)


def test_scores_that_compare_with_the_pool_run_here_but_are_not_spread(tmp_path: Path) -> None:
    rules = RULES.replace(
        "kind: target, fact: talks, target: 7", "kind: best-of-pool, fact: talks, when_best_is_zero: zero"
    )
    folder = make(tmp_path / "w", 30, rules)
    run_bulk(planned(folder, PERIOD, tmp_path / "out", jobs=2))
    assert pq.read_table(tmp_path / "out" / "results.parquet").num_rows == 30
    with pytest.raises(UsageError, match="compare with the pool"):
        spread(planned(folder, PERIOD, tmp_path / "other"))


def test_the_line_on_a_terminal_tells_rate_and_remaining_time() -> None:
    class Terminal:
        def __init__(self, terminal: bool) -> None:
            self.terminal, self.text = terminal, ""

        def isatty(self) -> bool:
            return self.terminal

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            pass

    for terminal in (True, False):
        rate, stream = Rate(), Terminal(terminal)
        rate.stream = stream  # type: ignore[assignment]
        rate(100, 400)
        rate(200, 400)
        rate.clear()
        assert ("200/400" in stream.text) == terminal
        assert ("/s," in stream.text or "每秒" in stream.text) == terminal
