"""A bad plugin is named with its version, hook and cadre, and everybody else's result stays as it is, bit by bit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bad_plugins import (
    COMMANDS,
    FORMATS,
    FORMULAS,
    HARMLESS,
    HOOKS,
    LOADING,
    MISSHAPEN,
    OBSERVERS,
    READING,
    REGISTERING,
    RULES,
    Fault,
)
from cadre_eval.errors import Problem, Problems
from cadre_eval.workspace.opening import load_workspace
from plugin_workspace import (
    EVERYBODY,
    GOOD,
    ITS_CADRES,
    LEAVES,
    PERIOD,
    PLUGIN,
    POOLS,
    UNLUCKY,
    UNLUCKY_UNIT,
    VERSION,
    make,
    opened,
    places,
    process_unchanged,
    spoilt,
    write_plugin,
)
from running import Done, ran, spawned

Entry = Mapping[str, Any]
OTHERS = tuple(cadre for cadre in EVERYBODY if cadre not in UNLUCKY)


def flat(tables: Mapping[str, Iterable[Fault]]) -> list[Any]:
    """Every fault with the key of its table, named by its claim."""
    return [pytest.param(key, fault, id=fault.claim) for key, faults in tables.items() for fault in faults]


def each(faults: Iterable[Fault]) -> Any:
    return pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.claim) for fault in faults])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace; each test puts its plugin there."""
    return make(tmp_path_factory.mktemp("workspace"))


def spoil(folder: Path, fault: Fault) -> None:
    write_plugin(folder, spoilt(fault.where, fault.code))


def assessed(folder: Path, *more: str | Path) -> Done:
    """The command, which must leave the process as it was."""
    with process_unchanged():
        return ran("assess", folder, "--period", PERIOD, *more)


def document(done: Done) -> dict[str, Any]:
    """What it printed, which must be JSON and nothing else."""
    found: dict[str, Any] = json.loads(done.out)
    return found


def entries(found: Entry) -> dict[str, str]:
    """The bytes of each cadre's result."""
    return {entry["cadre"]: json.dumps(entry, ensure_ascii=False) for entry in found["results"]}


@cache
def _expected(leaf: str | None) -> str:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as home:
        done = assessed(make(Path(home), dossiers=opened(leaf) if leaf else None), "--format", "json")
    assert done.code == 0, done.err
    return done.out


def expected(leaf: str | None = None) -> dict[str, Any]:
    """The results with the good plugin: of what is on record, or while what ``leaf`` rests on is not known of the unlucky."""
    found: dict[str, Any] = json.loads(_expected(leaf))
    return found


def said_of(fault: Fault, reason: str) -> bool:
    return any(part in reason for part in fault.said.split("|"))


def check_failures(found: Entry, done: Done, fault: Fault, hook: str, whom: Iterable[str]) -> None:
    """Just these failures, each naming plugin, version, hook, whom it is about, and why; on stderr too."""
    failures = [(f["plugin"], f["version"], f["hook"], f["cadre"]) for f in found["failures"]]
    assert failures == [(PLUGIN, VERSION, hook, cadre) for cadre in whom]
    for failure in found["failures"]:
        assert said_of(fault, failure["reason"]), failure["reason"]
        assert len(failure["reason"]) < 300
        line = next(line for line in done.err.splitlines() if failure["cadre"] in line)
        assert all(part in line for part in (PLUGIN, VERSION, hook, failure["reason"]))


def check_pending(entry: Entry, fault: Fault) -> None:
    assert entry["state"] == "pending"
    assert entry["total"] is None
    assert entry["grade"] is None
    assert any(said_of(fault, note) and f"{PLUGIN} {VERSION}" in note for note in entry["notes"]), entry["notes"]


# ── what is wrong before anybody is assessed ───────────────────────────────────


def problems_of(folder: Path) -> list[Problem]:
    problems = Problems()
    with process_unchanged():
        load_workspace(folder, problems)
    return list(problems)


def check_refused(folder: Path, fault: Fault, hook: str, place: str) -> None:
    """One problem, that of the plugin, under ``place``; and the command says the same, prints nothing, and exits with 3."""
    spoil(folder, fault)
    found = problems_of(folder)
    assert {problem.code for problem in found} == {"CE508"}, [problem.message("en") for problem in found]
    for problem in found:
        assert (problem.args["plugin"], problem.args["version"], problem.args["hook"]) == (PLUGIN, VERSION, hook)
        assert said_of(fault, str(problem.args["reason"])), problem.args["reason"]
        assert place in "".join(problem.span.source.text.splitlines()[problem.span.line - 1 :][:2])
    done = assessed(folder, "--format", "json")
    assert (done.code, done.out) == (3, "")
    assert "CE508" in done.err
    assert all(part in done.err for part in (PLUGIN, VERSION, hook))


@each(LOADING)
def test_a_plugin_that_fails_while_it_is_loaded_is_named(fault: Fault, folder: Path) -> None:
    check_refused(folder, fault, "load", "fickle >=1, <2")


@pytest.mark.parametrize(("hook", "fault"), flat(REGISTERING))
def test_a_plugin_that_brings_nonsense_is_named(hook: str, fault: Fault, folder: Path) -> None:
    check_refused(folder, fault, hook, "fickle >=1, <2")


USES = {"kind fickle, params": "visit", "kind steep": "talk", "accountability rule watch, params": "reminder"}
"""The criterion, or the use of a rule, whose parameters are read."""


@pytest.mark.parametrize(("where", "fault"), flat(READING))
def test_a_plugin_that_fails_on_the_rules_is_named_where_they_use_it(where: str, fault: Fault, folder: Path) -> None:
    check_refused(folder, fault, where, f'"id": "{USES.get(where, where.split()[-1])}"')


@pytest.mark.parametrize(("end", "code", "hook"), [row[1:] for row in MISSHAPEN], ids=[row[0] for row in MISSHAPEN])
def test_a_hook_of_the_wrong_shape_is_named(end: str, code: str, hook: str, folder: Path) -> None:
    write_plugin(folder, spoilt("end", end))
    found = problems_of(folder)
    assert [problem.code for problem in found] == [code]
    shown = found[0].message("en")
    assert all(part in shown for part in (PLUGIN, VERSION, hook))
    done = assessed(folder)
    assert (done.code, done.out) == (1, "")
    assert all(part in done.err for part in (code, PLUGIN, VERSION, hook))


# ── what goes wrong for some cadres ────────────────────────────────────────────


@pytest.mark.parametrize(("leaf", "fault"), flat(FORMULAS))
def test_a_formula_that_fails_leaves_its_cadres_pending_and_others_alone(
    leaf: str, fault: Fault, folder: Path
) -> None:
    spoil(folder, fault)
    done = assessed(folder, "--format", "json")
    found, waiting, good = document(done), expected(leaf), expected()
    assert done.code == 3
    check_failures(found, done, fault, f"{LEAVES[leaf]}, {leaf}", UNLUCKY)
    mine, while_open, with_good = entries(found), entries(waiting), entries(good)
    assert [entry["cadre"] for entry in found["results"]] == [entry["cadre"] for entry in waiting["results"]]
    for cadre in OTHERS:
        assert mine[cadre] == while_open[cadre]
    for cadre in POOLS["b"]:
        assert mine[cadre] == with_good[cadre]
    assert found["measures"] == good["measures"]
    for cadre in UNLUCKY:
        entry, open_ = (next(e for e in of["results"] if e["cadre"] == cadre) for of in (found, waiting))
        check_pending(entry, fault)
        assert {**entry, "notes": []} == {**open_, "notes": []}


@pytest.mark.parametrize(("hook", "fault"), flat(HOOKS))
def test_a_hook_that_fails_leaves_its_cadres_pending_and_all_numbers_alone(
    hook: str, fault: Fault, folder: Path
) -> None:
    spoil(folder, fault)
    done = assessed(folder, "--format", "json")
    found, good = document(done), expected()
    assert done.code == 3
    check_failures(found, done, fault, hook, UNLUCKY)
    mine, with_good = entries(found), entries(good)
    for cadre in OTHERS:
        assert mine[cadre] == with_good[cadre]
    assert found["measures"] == good["measures"]
    for entry, before in zip(found["results"], good["results"], strict=True):
        assert entry["criteria"] == before["criteria"]
        if entry["cadre"] in UNLUCKY:
            check_pending(entry, fault)
            assert entry["interval"] == [before["total"], before["total"]]
            assert len(entry["proposals"]) == len(before["proposals"]) - 1


@each(RULES)
def test_a_rule_of_accountability_that_fails_leaves_the_unit_s_cadres_pending(fault: Fault, folder: Path) -> None:
    spoil(folder, fault)
    done = assessed(folder, "--format", "json")
    found, good = document(done), expected()
    assert done.code == 3
    check_failures(found, done, fault, "accountability rule watch, reminder", [UNLUCKY_UNIT])
    mine, with_good = entries(found), entries(good)
    for cadre in EVERYBODY:
        if cadre not in ITS_CADRES:
            assert mine[cadre] == with_good[cadre]
    for entry in found["results"]:
        if entry["cadre"] in ITS_CADRES:
            check_pending(entry, fault)
    assert found["measures"] == [measure for measure in good["measures"] if measure["id"] != UNLUCKY_UNIT]


# ── what goes wrong after everybody is assessed ────────────────────────────────


@each(FORMATS)
def test_a_format_that_fails_is_named_and_prints_nothing(fault: Fault, folder: Path) -> None:
    spoil(folder, fault)
    done = assessed(folder, "--format", "lines")
    assert (done.code, done.out) == (3, "")
    assert all(part in done.err for part in (PLUGIN, VERSION, "report format lines"))
    assert said_of(fault, done.err)


@each(COMMANDS)
def test_a_command_that_fails_is_named_and_prints_nothing(fault: Fault, folder: Path) -> None:
    spoil(folder, fault)
    with process_unchanged():
        done = ran("run", folder, "count", "--period", PERIOD)
    assert (done.code, done.out) == (3, "")
    assert all(part in done.err for part in (PLUGIN, VERSION, "command count"))
    assert said_of(fault, done.err)


def written(folder: Path) -> dict[str, bytes]:
    """Every file of the results, with the digests that differ from plugin to plugin made one."""
    report = json.loads((folder / f"{PERIOD}.json").read_bytes())
    digests = [report["ruleset"]["digest"], *(plugin["digest"] for plugin in report["plugins"])]
    named = [name.encode() for digest in digests for name in (digest, digest[:12])]
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        for name in named:
            raw = raw.replace(name, b"digest")
        found[path.relative_to(folder).as_posix()] = raw
    return found


@pytest.mark.parametrize(("hook", "fault"), flat(OBSERVERS))
def test_an_observer_that_fails_is_named_and_every_file_is_whole(
    hook: str, fault: Fault, folder: Path, tmp_path: Path
) -> None:
    write_plugin(folder, GOOD)
    good = assessed(folder, "--out", tmp_path / "good")
    assert good.code == 0, good.err
    spoil(folder, fault)
    done = assessed(folder, "--format", "json", "--out", tmp_path / "bad")
    assert done.code == 3
    assert entries(document(done)) == entries(expected())
    lines = [line for line in done.err.splitlines() if PLUGIN in line]
    assert len(lines) == 1
    assert all(part in lines[0] for part in (PLUGIN, VERSION, hook))
    assert said_of(fault, lines[0])
    assert written(tmp_path / "bad") == written(tmp_path / "good")


def test_a_format_that_fails_is_left_out_of_what_is_written(folder: Path, tmp_path: Path) -> None:
    write_plugin(folder, GOOD)
    good = assessed(folder, "--out", tmp_path / "good")
    assert good.code == 0, good.err
    write_plugin(folder, spoilt("render", "raise ValueError('no lines')"))
    done = assessed(folder, "--out", tmp_path / "bad")
    assert done.code == 3
    assert "report format lines" in done.err
    expected_files = written(tmp_path / "good")
    assert expected_files.pop(f"{PERIOD}.lines.txt").startswith(b"c-01 ")
    assert written(tmp_path / "bad") == expected_files


# ── what looks bad and is not ──────────────────────────────────────────────────


@pytest.mark.parametrize("code", [row[1] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_what_the_core_can_hold_is_no_failure(code: str, folder: Path) -> None:
    write_plugin(folder, spoilt("formula", code))
    done = assessed(folder, "--format", "json")
    assert (done.code, document(done)["failures"]) == (0, [])
    for entry in document(done)["results"]:
        score = {c["id"]: c["score"] for c in entry["criteria"]}["visit"]
        assert entry["state"] == "final"
        assert 0 <= int(score) <= 40


@pytest.mark.parametrize("criterion", ["talk", None])
def test_an_account_that_fails_is_named_and_changes_no_number(
    criterion: str | None, folder: Path, tmp_path: Path
) -> None:
    write_plugin(folder, spoilt("account", "return None"))
    done = assessed(folder, "--format", "json")
    assert (done.code, entries(document(done))) == (0, entries(expected()))
    asked = [criterion] if criterion else []
    explained = ran("explain", folder, "c-01", *asked, "--period", PERIOD)
    recorded = assessed(folder, "--out", tmp_path / "out")
    for said in (explained, recorded):
        assert said.code == 3
        assert all(part in said.err for part in (PLUGIN, VERSION, "kind steep, talk", "c-01", "not NoneType"))
    assert "not NoneType" in explained.out
    assert "not NoneType" in (tmp_path / "out" / PERIOD / "c-01.txt").read_text(encoding="utf-8")


# ── what takes too long ────────────────────────────────────────────────────────

FOREVER = "while True:\n    pass"
ASLEEP = "time.sleep(30)"
STUBBORN = """
while True:
    try:
        time.sleep(0.01)
    except BaseException:
        pass
"""


@pytest.mark.parametrize("code", [FOREVER, ASLEEP], ids=["computes for ever", "sleeps"])
def test_a_formula_that_takes_too_long_leaves_its_cadres_pending_and_others_alone(code: str, tmp_path: Path) -> None:
    folder = make(tmp_path, spoilt("formula", code), plugin_seconds="1")
    fault = Fault("", "formula", code, "took longer than 1 seconds")
    done = assessed(folder, "--format", "json")
    found, while_open = document(done), entries(expected("visit"))
    assert done.code == 3
    check_failures(found, done, fault, "kind fickle, visit", UNLUCKY)
    assert {cadre: entries(found)[cadre] for cadre in OTHERS} == {cadre: while_open[cadre] for cadre in OTHERS}


@pytest.mark.parametrize(
    ("where", "hook"), [("load", "load"), ("prepare", "kind fickle, visit")], ids=["load", "prepare"]
)
def test_a_plugin_that_takes_too_long_before_anybody_is_assessed_is_named(
    where: str, hook: str, tmp_path: Path
) -> None:
    done = assessed(make(tmp_path, spoilt(where, FOREVER), plugin_seconds="1"))
    assert (done.code, done.out) == (3, "")
    assert all(part in done.err for part in ("CE508", PLUGIN, VERSION, hook, "took longer than 1 seconds"))


def test_a_plugin_that_cannot_be_stopped_is_left_behind_and_the_command_ends(tmp_path: Path) -> None:
    """In a process of its own, which the plugin keeps busy to its end."""
    folder = make(tmp_path, spoilt("evidence", f"print('begun')\n{STUBBORN}\n"), plugin_seconds="1")
    done = spawned("assess", folder, "--period", PERIOD, "--format", "json")
    found, good = document(done), entries(expected())
    assert done.code == 3
    assert {(f["hook"], f["cadre"], f["reason"]) for f in found["failures"]} == {
        ("cadre_eval_check_evidence", cadre, "took longer than 1 seconds") for cadre in UNLUCKY
    }
    assert {cadre: entries(found)[cadre] for cadre in OTHERS} == {cadre: good[cadre] for cadre in OTHERS}


def test_a_plugin_that_often_takes_too_long_is_not_called_any_more(tmp_path: Path) -> None:
    code = spoilt("review", "").replace(
        'return [ReviewRequest("组织部"', 'time.sleep(30)\n    return [ReviewRequest("组织部"'
    )
    done = assessed(make(tmp_path, code, plugin_seconds="1"), "--format", "json")
    reasons = {failure["cadre"]: failure["reason"] for failure in document(done)["failures"]}
    assert done.code == 3
    assert sorted(reasons) == sorted(EVERYBODY)
    assert list(reasons.values()).count("took longer than 1 seconds") == 3
    assert list(reasons.values()).count("not called any more after 3 calls that took too long") == 4


# ── in a process of its own ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("load", "sys.exit(0)"),
        ("formula", "sys.stdout.close(); sys.stderr.close()"),
        ("evidence", "os.environ.clear(); os.chdir('/'); sys.exit(0)"),
        ("review", "print('{'); sys.stdout.flush()"),
    ],
)  # fmt: skip
def test_the_command_itself_ends_with_3_and_prints_json_or_nothing(where: str, code: str, tmp_path: Path) -> None:
    done = spawned("assess", make(tmp_path, spoilt(where, code)), "--period", PERIOD, "--format", "json")
    assert done.code == 3
    assert f"{PLUGIN} {VERSION}" in done.err
    assert "Traceback" not in done.err
    assert (done.out == "") if where == "load" else len(document(done)["results"]) == len(EVERYBODY)


# ── the tables themselves ──────────────────────────────────────────────────────

TABLES = [
    LOADING, RULES, FORMATS, COMMANDS,
    *(faults for table in (REGISTERING, READING, FORMULAS, HOOKS, OBSERVERS) for faults in table.values()),
]  # fmt: skip
ALL = [fault for table in TABLES for fault in table]


def test_every_place_has_a_fault() -> None:
    assert {fault.where for fault in ALL} == places() - {"account"}


def test_no_two_faults_of_a_place_are_the_same() -> None:
    assert len({(fault.where, fault.code) for fault in ALL}) == len({fault.claim for fault in ALL}) == len(ALL)


def test_there_are_more_than_sixty_ways_to_misbehave() -> None:
    assert len({fault.code for fault in ALL}) + len(MISSHAPEN) > 200
