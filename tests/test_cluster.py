"""A run spread over machines: the same bytes as on one, whoever scores the blocks and whatever is lost on the way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dask.distributed import Client, LocalCluster

from cadre_eval.errors import (
    PluginFailure,
    Problem,
    Problems,
    RefusedInput,
    RunFailed,
    Source,
    Span,
    Text,
    UsageError,
)
from cadre_eval.tables import cluster as tables_cluster
from cadre_eval.tables import run as tables_run
from cadre_eval.tables import tasks as tables_tasks
from cadre_eval.tables.bulk import run_bulk
from cadre_eval.tables.cluster import Spread, run_on_dask, spread
from cadre_eval.tables.planned import planned
from cadre_eval.tables.tasks import DONE, TASKS, score_table, score_task, score_tasks
from running import ran
from table_folder import COMPARING, END, FACTS, MID, district, write_folder, write_spoilt, written

TABLES = district()


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five blocks."""
    monkeypatch.setattr(tables_run, "BLOCK", 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace nobody changes."""
    return write_folder(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def plain(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """What one process writes, by period."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_run, "BLOCK", 10)
        for period in (MID, END):
            out = tmp_path_factory.mktemp("plain")
            run_bulk(planned(folder, period, out))
            found[period] = written(out)
    return found


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two workers of one thread each, as far apart as processes are."""
    with LocalCluster(
        processes=True, n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1",
        local_directory=str(tmp_path_factory.mktemp("dask")), silence_logs=50,
    ) as cluster:  # fmt: skip
        yield cluster


@pytest.fixture
def client(machines: LocalCluster) -> Iterator[Client]:
    with Client(machines, set_as_default=False) as found:
        found.wait_for_workers(2, timeout=30)
        yield found


def kill_a_worker(client: Client) -> None:
    os.kill(client.run(os.getpid).popitem()[1], signal.SIGKILL)


# ── dask ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("period", [MID, END])
def test_a_cluster_writes_the_same_bytes_as_one_process(
    folder: Path, tmp_path: Path, plain: dict[str, Any], client: Client, period: str
) -> None:
    told: list[int] = []
    finished = run_on_dask(planned(folder, period, tmp_path, progress=lambda done, _: told.append(done)), client)
    assert written(tmp_path) == plain[period]
    assert finished.resumed == 0
    assert told == sorted(told)
    assert (told[0], told[-1], len(told)) == (0, 46, 6)


@pytest.mark.parametrize("block", [4, 1000])
def test_so_does_it_with_blocks_of_any_size(
    folder: Path, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(tables_run, "BLOCK", block)
    run_bulk(planned(folder, END, tmp_path / "alone"))
    run_on_dask(planned(folder, END, tmp_path / "cluster"), client)
    assert written(tmp_path / "cluster") == written(tmp_path / "alone")


def test_a_worker_that_is_killed_half_way_changes_nothing(
    folder: Path, tmp_path: Path, plain: dict[str, Any], client: Client
) -> None:
    killed = []

    def told(done: int, _of: int) -> None:
        if done and not killed:
            killed.append(done)
            kill_a_worker(client)

    run_on_dask(planned(folder, MID, tmp_path, progress=told), client)
    assert killed
    assert written(tmp_path) == plain[MID]


def test_workers_that_are_lost_again_and_again_end_the_run_with_a_message(
    folder: Path, tmp_path: Path, plain: dict[str, Any], machines: LocalCluster, client: Client
) -> None:
    """What was done till then is kept."""
    scheduler, killed = machines.scheduler, []
    before = scheduler.allowed_failures

    def told(done: int, _of: int) -> None:
        if done and not killed:
            killed.extend(client.run(os.getpid).values())
            for process in killed:
                os.kill(process, signal.SIGKILL)

    scheduler.allowed_failures = 0
    try:
        with pytest.raises(RunFailed, match="lost again and again"):
            run_on_dask(planned(folder, MID, tmp_path, progress=told), client)
    finally:
        scheduler.allowed_failures = before
    assert not (tmp_path / "results.parquet").exists()
    assert run_bulk(planned(folder, MID, tmp_path)).resumed >= 1
    assert written(tmp_path) == plain[MID]


def test_a_connection_that_is_lost_ends_the_run_with_a_message(folder: Path, tmp_path: Path, client: Client) -> None:
    """As far as the run can see: its futures are cancelled."""

    def told(done: int, _of: int) -> None:
        if done:
            for future in list(client.futures.values()):
                future.cancel()

    with pytest.raises(RunFailed, match="connection"):
        run_on_dask(planned(folder, MID, tmp_path, progress=told), client)


def test_the_command_takes_the_address_of_a_scheduler(
    folder: Path, tmp_path: Path, plain: dict[str, Any], machines: LocalCluster
) -> None:
    command = [
        "bulk",
        str(folder),
        "--period",
        MID,
        "--out",
        str(tmp_path),
        "--scheduler",
        machines.scheduler_address,
    ]
    done = ran(*command)
    assert (done.code, done.err) == (0, "")
    assert written(tmp_path) == plain[MID]


def test_a_run_begun_on_one_machine_goes_on_on_a_cluster_and_the_other_way_round(
    folder: Path, tmp_path: Path, plain: dict[str, Any], client: Client
) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, _of: int) -> None:
        if done >= 20:
            raise Stopped

    with pytest.raises(Stopped):
        run_bulk(planned(folder, MID, tmp_path / "one", progress=stop))
    finished = run_on_dask(planned(folder, MID, tmp_path / "one"), client)
    assert finished.resumed >= 2
    with pytest.raises(Stopped):
        run_on_dask(planned(folder, MID, tmp_path / "two", progress=stop), client)
    assert run_bulk(planned(folder, MID, tmp_path / "two")).resumed >= 2
    assert written(tmp_path / "one") == written(tmp_path / "two") == plain[MID]


def test_a_workspace_is_found_from_wherever_the_workers_are(
    folder: Path, tmp_path: Path, plain: dict[str, Any], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    run_on_dask(planned(folder.name, MID, tmp_path), client)
    assert written(tmp_path) == plain[MID]


def test_a_cluster_tells_all_problems_at_once_as_one_process_does(tmp_path: Path, client: Client) -> None:
    workspace = write_spoilt(tmp_path / "tables")
    found = []
    for run in (run_bulk, lambda bulk: run_on_dask(bulk, client)):
        with pytest.raises(RefusedInput) as refused:
            run(planned(workspace, MID, tmp_path / "out"))
        found.append([(p.code, p.span.line, p.span.column, p.message("zh")) for p in refused.value.problems])
        assert written(tmp_path / "out") == {}
    assert found[0] == found[1]
    assert [line for _, line, _, _ in found[0]] == [4, 41]


def test_machines_without_the_program_are_told(
    folder: Path, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_cluster, "PROGRAM", "cadre-eval-of-another-name")
    with pytest.raises(UsageError, match="not installed on the cluster"):
        run_on_dask(planned(folder, MID, tmp_path / "out"), client)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "quic://127.0.0.1:1", ""])
def test_a_scheduler_that_is_not_there_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(tables_cluster, "PATIENCE", "300ms")
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out", "--scheduler", address)
    assert done.code == 2
    assert address in done.err
    assert "Traceback" not in done.said
    assert not (tmp_path / "out").exists()


def test_without_dask_the_command_says_how_to_install_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    done = ran("bulk", folder, "--period", MID, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 2
    assert "pip install 'cadre-eval[cluster]'" in done.err


# ── the kernel that Spark and Ray call ────────────────────────────────────


def shuffled(rows: list[Any]) -> list[Any]:
    found = list(rows)
    random.Random(3).shuffle(found)
    assert found != rows
    return found


def by_table(tasks: pa.Table) -> list[Any]:
    return score_table(tasks).to_pylist()  # type: ignore[no-any-return]


def by_batches(tasks: pa.Table) -> list[Any]:
    """A few tasks a batch, as Spark hands them out."""
    found = list(score_tasks(iter(tasks.to_batches(max_chunksize=2))))
    assert all(batch.schema == DONE for batch in found)
    return [row for batch in found for row in batch.to_pylist()]


def one_by_one(tasks: pa.Table) -> list[Any]:
    """Each task a table of its own, as Ray may."""
    return [row for n in range(tasks.num_rows) for row in score_table(tasks.slice(n, 1)).to_pylist()]


@pytest.mark.parametrize("period", [MID, END])
@pytest.mark.parametrize("score", [by_table, by_batches, one_by_one])
def test_scored_blocks_come_back_in_any_order_to_the_same_bytes(
    folder: Path, tmp_path: Path, plain: dict[str, Any], score: Callable[[pa.Table], list[Any]], period: str
) -> None:
    run = spread(planned(folder, period, tmp_path))
    tasks = run.table()
    assert tasks.schema == TASKS
    assert tasks.num_rows == 5
    run.take_all(shuffled(score(tasks)))
    finished = run.finish()
    assert written(tmp_path) == plain[period]
    assert {path.relative_to(tmp_path).as_posix() for path in finished.files} == set(plain[period])


def test_a_table_of_no_tasks_comes_back_empty() -> None:
    assert score_table(TASKS.empty_table()) == DONE.empty_table()


def spread_out(folder: Path, out: Path) -> tuple[Spread, list[Any]]:
    run = spread(planned(folder, MID, out))
    return run, by_table(run.table())


def test_a_block_that_comes_twice_counts_once(folder: Path, tmp_path: Path, plain: dict[str, Any]) -> None:
    told: list[int] = []
    run, done = spread_out(folder, tmp_path)
    run.bulk = planned(folder, MID, tmp_path, progress=lambda rows, _: told.append(rows))
    run.take_all([*done, *done])
    run.finish()
    assert len(told) == 5
    assert written(tmp_path) == plain[MID]


def test_a_run_is_not_finished_before_all_blocks_are_back(folder: Path, tmp_path: Path) -> None:
    run, done = spread_out(folder, tmp_path)
    run.take_all(done[:3])
    with pytest.raises(UsageError, match="2 blocks are not scored yet"):
        run.finish()
    assert [block.number for block in run.left] == [3, 4]
    run.close()
    assert spread(planned(folder, MID, tmp_path)).resumed == 3


def test_a_block_of_another_run_is_not_taken_in(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, done = spread_out(folder, tmp_path / "a")
    with pytest.raises(UsageError, match="none of this run's"):
        run.take(3, done[2]["drafts"], done[2]["points"])
    monkeypatch.setattr(tables_run, "BLOCK", 7)
    other, _ = spread_out(folder, tmp_path / "b")
    with pytest.raises(UsageError, match="none of this run's"):
        other.take_all(done)


def test_while_a_run_is_spread_no_other_writes_into_its_folder(folder: Path, tmp_path: Path) -> None:
    run, _ = spread_out(folder, tmp_path)
    with pytest.raises(UsageError, match="another run"):
        run_bulk(planned(folder, MID, tmp_path))
    run.close()
    run_bulk(planned(folder, MID, tmp_path))


def test_tasks_carry_their_own_share_only(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The roster, the votes and the marks of a block, not those of everybody."""
    monkeypatch.setattr(tables_run, "BLOCK", 1)
    small = spread(planned(folder, MID, tmp_path / "a"))
    monkeypatch.setattr(tables_run, "BLOCK", 1000)
    whole = spread(planned(folder, MID, tmp_path / "b"))
    names = [f"c-{number:03d}".encode() for number in range(1, 41)]
    for raw in small.table()["task"].to_pylist():
        assert sum(name in raw for name in names) <= 1
    (raw,) = whole.table()["task"].to_pylist()
    assert all(name in raw for name in names)


def test_scores_that_compare_with_the_pool_cannot_be_spread(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables", COMPARING)
    with pytest.raises(UsageError, match="compare with the pool"):
        spread(planned(workspace, MID, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def fewer(workspace: Path) -> None:
    pq.write_table(TABLES[FACTS].slice(1), workspace / f"{FACTS}.parquet")


@pytest.mark.parametrize("change", [lambda ws: (ws / f"{FACTS}.parquet").unlink(), fewer], ids=["none", "one less"])
def test_facts_that_are_not_row_by_row_as_the_roster_cannot_be_spread(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    workspace = write_folder(tmp_path / "tables")
    change(workspace)
    if not (workspace / f"{FACTS}.parquet").exists():
        (workspace / "tables" / "facts.parquet").unlink()
    with pytest.raises(UsageError, match="row by row as the roster"):
        spread(planned(workspace, MID, tmp_path / "out"))


def test_facts_in_another_order_are_told_as_such(tmp_path: Path) -> None:
    table = TABLES[FACTS]
    workspace = write_folder(tmp_path / "tables", tables={**TABLES, FACTS: table.take([1, 0, *range(2, 46)])})
    with pytest.raises(UsageError, match="sort the facts as the roster"):
        spread_out(workspace, tmp_path / "out")


# ── machines that are not alike ───────────────────────────────────────────


def tasks_of(workspace: Path, out: Path) -> list[bytes]:
    run = spread(planned(workspace, MID, out))
    run.close()
    return [raw for _, raw in run.tasks()]


def test_a_machine_with_other_rules_refuses(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables")
    task, *_ = tasks_of(workspace, tmp_path / "out")
    rules = workspace / "ruleset.yaml"
    rules.write_text(rules.read_text("utf-8").replace("cap: 3", "cap: 2"), "utf-8")
    tables_tasks._rules.cache_clear()
    with pytest.raises(UsageError, match="not those the tasks were made with"):
        score_task(task)


def test_a_machine_with_another_version_refuses(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, *_ = tasks_of(folder, tmp_path)
    monkeypatch.setattr(tables_tasks, "MADE_BY", b"cadre-eval 99.0")
    with pytest.raises(UsageError, match=r"made by cadre-eval 0\.\S+; installed here is cadre-eval 99\.0"):
        score_task(task)


def test_a_machine_that_does_not_see_the_workspace_refuses(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables")
    task, *_ = tasks_of(workspace, tmp_path / "out")
    shutil.rmtree(workspace)
    tables_tasks._rules.cache_clear()
    with pytest.raises(UsageError, match="is not a workspace"):
        score_task(task)


def test_facts_that_were_changed_meanwhile_are_refused(tmp_path: Path) -> None:
    workspace = write_folder(tmp_path / "tables")
    task, *_ = tasks_of(workspace, tmp_path / "out")
    pq.write_table(TABLES[FACTS].slice(0, 45), workspace / f"{FACTS}.parquet")
    with pytest.raises(RefusedInput, match="CE815"):
        score_task(task)


PROBLEM = Problem("CE203", Span(Source("a.yaml", "x: 1"), 1, 1), {"key": "k"})


@pytest.mark.parametrize(
    "error",
    [UsageError(Text("甲", "a")), RunFailed(Text("乙", "b")), RefusedInput(Problems([PROBLEM])), PluginFailure("p", "1", "h", "r", "c")],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_an_error_is_the_same_on_the_machine_it_is_sent_to(error: Exception, client: Client) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as found:
        client.submit(fail, pure=False).result()
    assert str(found.value) == str(error)
    assert getattr(found.value, "text", None) == getattr(error, "text", None)
    assert getattr(found.value, "problems", None) == getattr(error, "problems", None)
