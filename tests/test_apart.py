"""Many files, read by several processes."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cadre_eval import Problems, assess, load_workspace, open_workspace
from cadre_eval.errors.render import problem_json
from cadre_eval.reports.results_json import results_json
from cadre_eval.workspace import apart
from cadre_eval.workspace.apart import in_order
from running import ran

EXAMPLE = Path(__file__).parents[1] / "examples" / "resettlement-district"
FILES = [Path(f"{n:03}.yaml") for n in range(100)]
ME = os.getpid()

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files are worth a process, and the test runner's own threads do not count."""
    monkeypatch.setattr(apart, "FEW", 4)
    monkeypatch.setattr(apart.threading, "active_count", lambda: 1)


@pytest.mark.parametrize("jobs", [1, 2, 3, 7])
def test_files_come_in_their_order_each_once(jobs: int) -> None:
    assert list(in_order(FILES, lambda file: file.name, jobs)) == [(file, file.name) for file in FILES]


def test_every_process_reads_its_share() -> None:
    readers = [process for _, process in in_order(FILES, lambda _: os.getpid(), 3)]
    assert [readers.count(process) for process in dict.fromkeys(readers)] == [44, 28, 28]


@pytest.mark.parametrize(
    ("jobs", "files", "threads"), [(1, FILES, 1), (2, FILES[:7], 1), (2, FILES, 2)], ids=["one job", "few", "threads"]
)
def test_this_process_reads_alone(
    jobs: int, files: list[Path], threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart.threading, "active_count", lambda: threads)
    assert {process for _, process in in_order(files, lambda _: os.getpid(), jobs)} == {os.getpid()}


def killed(file: Path) -> Any:
    """In another process: ended from outside."""
    if os.getpid() != ME and file == FILES[80]:
        os.kill(os.getpid(), signal.SIGKILL)
    return file.name


def unable(file: Path) -> Any:
    """In another process: gives what cannot be handed over."""
    return file.name if os.getpid() == ME else lambda: file


def failing(file: Path) -> Any:
    """In another process: fails."""
    if os.getpid() != ME:
        raise ValueError(file)
    return file.name


@pytest.mark.parametrize("read", [killed, unable, failing])
def test_what_another_process_could_not_read_is_nothing(read: Callable[[Path], Any], capfd: Any) -> None:
    found = list(in_order(FILES, read, 2))
    assert found == [(file, file.name if number < 58 else None) for number, file in enumerate(FILES)]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("place", ["TemporaryFile", "get_context"])
def test_where_no_process_is_to_be_had_this_one_reads_all(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> object:
        raise OSError(place)

    monkeypatch.setattr(apart, place, refused)
    assert list(in_order(FILES, lambda file: (file.name, os.getpid()), 3)) == [(f, (f.name, ME)) for f in FILES]


def left_half_way(_: Path) -> Any:
    """In another process: ends as if all were well."""
    return None if os.getpid() == ME else os._exit(0)


def test_what_is_handed_over_in_part_is_nothing() -> None:
    assert list(in_order(FILES, left_half_way, 2)) == [(file, None) for file in FILES]


def test_no_process_is_had_for_a_few_files() -> None:
    readers = [process for _, process in in_order(FILES[:12], lambda _: os.getpid(), 64)]
    assert len(set(readers)) == 3


@pytest.mark.parametrize("period", ["2025-mid-year", "2025-year-end"])
def test_a_workspace_read_by_several_gives_the_same_results(period: str) -> None:
    alone, several = (assess(open_workspace(EXAMPLE, jobs=jobs), period) for jobs in (1, 3))
    assert results_json(several, "zh") == results_json(alone, "zh")


def test_problems_are_the_same_whoever_reads(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    records = sorted((tmp_path / "records").rglob("c-*.yaml"))
    for number, file in enumerate(records[::5]):
        text = file.read_text("utf-8")
        spoilt = [
            text.replace("dossier:", "dosier:"),
            text + "facts: 3\n",
            "[",
            text.replace("period: ", "period: x"),
        ]
        file.write_text(spoilt[number % 4], "utf-8")
    shutil.copyfile(records[1], records[1].with_name("z-copy.yaml"))
    told = []
    for jobs in (1, 2):
        problems = Problems()
        load_workspace(tmp_path, problems, jobs=jobs)
        told.append([problem_json(problem, "zh") for problem in problems])
    assert told[0] == told[1]
    assert len(told[0]) > 5
    assert "CE610" in {problem["code"] for problem in told[0]}


@pytest.mark.parametrize("command", [["check"], ["assess", "--period", "2025-mid-year"], ["worklist"], ["measures"]])
def test_commands_have_all_cores(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    helper = apart._Helper

    def counted(*given: Any) -> object:
        started.append(given)
        return helper(*given)

    monkeypatch.setattr(apart, "_Helper", counted)
    monkeypatch.setattr(apart.os, "sched_getaffinity", lambda _: {0, 1, 2})
    assert ran(command[0], EXAMPLE, *command[1:]).code == 0
    assert len(started) == 2
