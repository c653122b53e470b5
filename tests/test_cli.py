"""The command: exit codes, what is printed where, in which language; what is written, and when nothing is."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator

from cadre_eval import Problems, __version__, assess, open_workspace
from cadre_eval.cli.commands import cadre_eval as command
from cadre_eval.errors.catalogue import CATALOGUE
from cadre_eval.workspace.files import Folder, shipped_rulesets
from cadre_eval.workspace.rulesets import effective_at, shipped_names
from running import COMMAND, EXAMPLE, Done, environment, on_terminal, ran, spawned
from small_workspace import CADRES, DOSSIER, FIRST_DOSSIER, LAYER, SMALL, write

MID, END = "2025-mid-year", "2025-year-end"
ESCAPE = "\x1b"
CHINESE = re.compile("[\u4e00-\u9fff]")
JSON_PROBLEM = {"code", "file", "line", "column", "length", "message", "fix", "help", "see"}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A sound workspace of two cadres."""
    return write(tmp_path / "small", SMALL)


def with_files(folder: Path, files: Mapping[str, str]) -> Path:
    """The small workspace with these files in the place of its own."""
    return write(folder / "changed", {**SMALL, **files})


BAD_DATE = "records/2025-mid-year/bad.yaml"


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """A workspace with two problems, in two files."""
    dossier = DOSSIER.replace("talks: 7", "talkz: 7")
    return with_files(tmp_path, {FIRST_DOSSIER: dossier, BAD_DATE: "dossier: c-2\nperiod: 2025-year-ned\n"})


def is_plain(done: Done) -> bool:
    """No traceback, no colour."""
    return "Traceback" not in done.said and ESCAPE not in done.said


# ── exit codes ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["-h"],
        ["check", "--help"],
        ["check", EXAMPLE],
        ["assess", EXAMPLE, "--period", MID],
        ["assess", EXAMPLE, "--period", END, "--explain"],
        ["explain", EXAMPLE, "c-0004", "--period", END],
        ["effective", EXAMPLE / "rulesets" / "resettlement-district-2025.yaml"],
        ["plugins"],
        ["schema"],
        ["completion", "bash"],
    ],
    ids=lambda arguments: " ".join(Path(a).name for a in arguments),
)
def test_what_can_be_done_ends_with_0_and_says_nothing_on_stderr(arguments: list[str | Path]) -> None:
    done = ran(*arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out
    assert is_plain(done)


WRONG: list[list[str]] = [
    [],
    ["asess", "{ws}"],
    ["--colour"],
    ["assess"],
    ["assess", "{ws}"],
    ["assess", "{ws}", "--period"],
    ["assess", "{ws}", "--period", "2025-mid-yaer"],
    ["assess", "{ws}", "--period", "mid-year"],
    ["assess", "{ws}", "--period", ""],
    ["assess", "{ws}", "--period", "0000-mid-year"],
    ["assess", "{ws}", "--period", MID, "--as-of", "2025-02-30"],
    ["assess", "{ws}", "--period", MID, "--as-of", "soon"],
    ["assess", "{ws}", "--period", MID, "--format", "xml"],
    ["assess", "{ws}", "--period", MID, "--formt", "json"],
    ["assess", "{ws}", "extra", "--period", MID],
    ["assess", "{ws}/nowhere", "--period", MID],
    ["assess", "{ws}/records", "--period", MID],
    ["explain", "{ws}", "--period", MID],
    ["explain", "{ws}", "c-1"],
    ["explain", "{ws}", "c-9", "--period", MID],
    ["explain", "{ws}", "c-1", "nothing", "--period", MID],
    ["check", "{ws}/nowhere"],
    ["check", "{ws}", "{ws}/nowhere"],
    ["check", "{ws}/records/2025-mid-year/nowhere.yaml"],
    ["check", "{ws}", "--format", "yaml"],
    ["test"],
    ["test", "{ws}"],
    ["test", "{ws}/nowhere"],
    ["effective"],
    ["effective", "{ws}/nowhere.yaml"],
    ["init"],
    ["init", "{ws}"],
    ["schema", "rulset"],
    ["completion"],
    ["completion", "tcsh"],
    ["--lang", "fr", "check", "{ws}"],
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_ends_with_2_and_says_why_on_stderr_only(arguments: list[str], small: Path) -> None:
    before = sorted(small.rglob("*"))
    done = ran(*(a.format(ws=small) for a in arguments))
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()
    assert is_plain(done)
    assert sorted(small.rglob("*")) == before


@pytest.mark.parametrize("name", ["check", "assess", "explain", "effective"])
def test_problems_end_with_1_and_each_is_placed(name: str, spoilt: Path) -> None:
    arguments: dict[str, list[str | Path]] = {
        "check": ["check", spoilt],
        "assess": ["assess", spoilt, "--period", MID],
        "explain": ["explain", spoilt, "c-1", "--period", MID],
        "effective": ["effective", write(spoilt, {"bad.yaml": "ruleset: x\nextends: ./nowhere.yaml\n"}) / "bad.yaml"],
    }
    done = ran(*arguments[name])
    assert done.code == 1
    assert is_plain(done)
    places = (
        ["bad.yaml:2:10: CE112"] if name == "effective" else [f"{FIRST_DOSSIER}:5:3: CE", f"{BAD_DATE}:2:9: CE607"]
    )
    shown = done.out if name == "check" else done.err
    assert [p for p in places if p not in shown] == []
    assert (done.err if name == "check" else done.out) == ""


def test_a_sound_workspace_and_a_spoilt_one_are_both_reported(small: Path, spoilt: Path) -> None:
    done = ran("check", small, spoilt)
    assert done.code == 1
    assert "CE607" in done.out


def test_a_problem_in_the_roster_does_not_hide_those_of_the_dossiers(spoilt: Path) -> None:
    write(spoilt, {"roster/more.yaml": "rooster: x\n"})
    done = ran("check", spoilt)
    assert done.code == 1
    assert "roster/more.yaml:1:1: CE201" in done.out
    assert f"{FIRST_DOSSIER}:5:3: CE" in done.out
    assert f"{BAD_DATE}:2:9: CE607" in done.out


def test_check_without_a_path_looks_at_the_folder_one_is_in(
    small: Path, spoilt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    assert ran("check").code == 0
    monkeypatch.chdir(spoilt)
    assert ran("check").code == 1


# ── a plugin or the program fails ────────────────────────────────

HOOK = "from cadre_eval.plugins.hookspecs import hookimpl\n@hookimpl\ndef cadre_eval_register_criterion_kinds():\n"
BAD_FORMULA = """\
from attrs import evolve
from cadre_eval.plugins.hookspecs import hookimpl
from cadre_eval.scoring.kinds import BUILTIN_KINDS

def broken(ops, params, numbers, points):
    raise LookupError("no such village")

@hookimpl
def cadre_eval_register_criterion_kinds():
    external = next(kind for kind in BUILTIN_KINDS if kind.name == "external")
    return [evolve(external, name="broken-formula", formula=broken)]
"""
GOOD = BAD_FORMULA.replace('raise LookupError("no such village")', "return numbers['sum'] * 0")
FAILING = {
    "load": "raise OSError('no disk')\n",
    "syntax": "def\n",
    "hook": f"{HOOK}    raise ValueError('no kinds')\n",
    "late": f"{HOOK}    yield 1 / 0\n",
    "wrong": f"{HOOK}    return ['kind']\n",
    "none": f"{HOOK}    return None\n",
}


def with_plugin(folder: Path, name: str, source: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small workspace, and a distribution beside it with a plugin that the workspace names."""
    module = f"cadre_eval_fake_{name}"
    site = write(folder / f"site-{name}", {f"{module}.py": source})
    write(site / f"{module}-1.2.3.dist-info", {
        "METADATA": f"Metadata-Version: 2.1\nName: cadre-eval-{name}\nVersion: 1.2.3\n",
        "entry_points.txt": f"[cadre_eval]\n{name} = {module}\n",
    })  # fmt: skip
    monkeypatch.syspath_prepend(site)
    config = SMALL["cadre-eval.yaml"].replace("plugins: []", f"plugins: [{name}]")
    return with_files(folder, {"cadre-eval.yaml": config})


@pytest.mark.parametrize("name", FAILING)
@pytest.mark.parametrize("job", ["check", "assess"])
def test_a_failing_plugin_ends_with_3_and_is_named(
    name: str, job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_plugin(tmp_path, name, FAILING[name], monkeypatch)
    done = ran(*(["check", folder] if job == "check" else ["assess", folder, "--period", MID]))
    shown, silent = (done.out, done.err) if job == "check" else (done.err, done.out)
    assert (done.code, silent) == (3, "")
    assert re.search(rf"cadre-eval.yaml:7:\d+: CE508: the plugin {name} 1\.2\.3 failed \(", shown)
    assert is_plain(done)


def test_a_plugin_whose_formula_fails_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = with_plugin(tmp_path, "formula", BAD_FORMULA, monkeypatch)
    write(folder, {"ruleset.yaml": LAYER + "criteria: [{id: cross, kind: broken-formula}]\n"})
    done = ran("assess", folder, "--period", MID)
    assert (done.code, done.out) == (3, "")
    assert is_plain(done)
    assert "no such village" in done.err
    assert "plugin formula 1.2.3" in done.err


def test_a_plugin_that_works_is_named_in_the_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = with_plugin(tmp_path, "works", GOOD, monkeypatch)
    done = ran("assess", folder, "--period", MID, "--format", "json")
    assert done.code == 0, done.err
    [plugin] = json.loads(done.out)["plugins"]
    assert (plugin["name"], plugin["version"]) == ("works", "1.2.3")
    assert re.fullmatch("[0-9a-f]{64}", plugin["digest"])
    assert re.search(r"works +1\.2\.3", ran("plugins").out)


def test_a_plugin_that_is_not_installed_is_a_problem_at_its_name(tmp_path: Path) -> None:
    config = SMALL["cadre-eval.yaml"].replace("plugins: []", "plugins: [nowhere]")
    done = ran("check", with_files(tmp_path, {"cadre-eval.yaml": config}))
    assert done.code == 1
    assert re.search(r"cadre-eval\.yaml:7:\d+: CE501", done.out)


def test_a_fault_of_the_program_ends_with_3_without_a_traceback(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("nobody")

    monkeypatch.setattr("cadre_eval.workspace.assessing.assess_period", fault)
    monkeypatch.delenv("CADRE_EVAL_DEBUG", raising=False)
    done = ran("assess", small, "--period", MID, "--out", small / "out")
    assert (done.code, done.out) == (3, "")
    assert "ZeroDivisionError: nobody" in done.err
    assert is_plain(done)
    assert not (small / "out").exists()
    monkeypatch.setenv("CADRE_EVAL_DEBUG", "1")
    assert "Traceback" in ran("assess", small, "--period", MID).err


def test_an_interruption_is_not_a_traceback(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cadre_eval.workspace.assessing.assess_period", interrupt)
    done = ran("assess", small, "--period", MID)
    assert (done.code, done.out) == (130, "")
    assert is_plain(done)


# ── writing ──────────────────────────────────────────────────────


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_out_holds_the_json_a_sheet_and_an_account_of_each(small: Path, tmp_path: Path) -> None:
    done = ran("assess", small, "--period", MID, "--format", "json", "--out", tmp_path / "new" / "out")
    assert done.code == 0
    written = files_in(tmp_path / "new" / "out")
    assert set(written) == {f"{MID}.json", f"{MID}.csv", f"{MID}/c-1.txt", f"{MID}/c-2.txt"}
    assert written[f"{MID}.json"].decode() == done.out
    account = ran("explain", small, "c-1", "--period", MID).out
    assert written[f"{MID}/c-1.txt"].decode() == account


def test_nothing_is_written_when_there_are_problems(spoilt: Path, tmp_path: Path) -> None:
    assert ran("assess", spoilt, "--period", MID, "--out", tmp_path / "out").code == 1
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_when_the_period_is_unknown(small: Path, tmp_path: Path) -> None:
    assert ran("assess", small, "--period", "2025-mid-yaer", "--out", tmp_path / "out").code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=type)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_half_one(
    step: str, failure: BaseException, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write(tmp_path / "out", {f"{MID}.json": "old", f"{MID}/c-1.txt": "old"})

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(os, step, fail)
    done = ran("assess", small, "--period", MID, "--out", old)
    assert done.code == (130 if isinstance(failure, KeyboardInterrupt) else 3)
    assert is_plain(done)
    assert files_in(old) == {f"{MID}.json": b"old", f"{MID}/c-1.txt": b"old"}


def test_an_interruption_does_not_claim_more_than_is_true(small: Path, tmp_path: Path) -> None:
    source = """\
import os
real, calls = os.replace, []
def replace(a, b):
    calls.append(b)
    if len(calls) > 1:
        raise KeyboardInterrupt
    real(a, b)
os.replace = replace
"""
    site = write(tmp_path / "site", {"sitecustomize.py": source})
    env = {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    done = spawned("assess", small, "--lang", "zh", "--period", MID, "--out", tmp_path / "out", env=env)
    assert done.code == 130
    assert len(files_in(tmp_path / "out")) == 1
    assert "没有写入" not in done.err


def test_a_run_killed_while_writing_leaves_only_whole_files(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert ran("assess", small, "--period", MID, "--out", out).code == 0
    whole = files_in(out)
    site = write(tmp_path / "site", {"sitecustomize.py": "import os, time\nos.fsync = lambda _: time.sleep(60)\n"})
    process = subprocess.Popen(
        [*COMMAND, "assess", str(small), "--period", MID, "--out", str(out)],
        env=environment({"PYTHONPATH": str(site)}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 30
    while len(files_in(out)) == len(whole) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    after = files_in(out)
    assert len(after) > len(whole), "it was killed while it wrote"
    assert {name: raw for name, raw in after.items() if not Path(name).name.startswith(".")} == whole


@pytest.mark.parametrize("place", ["small.yaml", "small.yaml/below"])
def test_a_folder_that_cannot_be_made_is_told_plainly(place: str, small: Path) -> None:
    before = files_in(small)
    done = ran("assess", small, "--period", MID, "--out", small / place)
    assert done.code in {2, 3}
    assert done.out == ""
    assert "small.yaml" in done.err
    assert "Errno" not in done.err
    assert is_plain(done)
    assert files_in(small) == before


def test_results_about_people_are_as_private_as_the_user_asks(small: Path, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        assert ran("assess", small, "--period", MID, "--out", tmp_path / "out").code == 0
    finally:
        os.umask(before)
    modes = {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert modes == dict.fromkeys(modes, 0o600)


def test_a_sheet_opens_as_text_whatever_a_name_begins_with(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "-2+3", "@SUM(A1)", "=HYPERLINK('x')", "-2+3+cmd|' /C calc'!A0"]
    for number, name in enumerate(names):
        folder = with_files(tmp_path / str(number), {"roster/cadres.yaml": CADRES.replace("林知远", f'"{name}"')})
        assert ran("assess", folder, "--period", MID, "--out", folder / "out").code == 0
        raw = (folder / "out" / f"{MID}.csv").read_bytes()
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        shown = rows[0]["姓名"]
        assert name in shown
        assert shown[0] not in "=+-@\t\r", name


def test_the_sheet_is_read_by_spreadsheets(small: Path, tmp_path: Path) -> None:
    assert ran("assess", small, "--period", MID, "--out", tmp_path).code == 0
    raw = (tmp_path / f"{MID}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 3
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    results = list(assess(open_workspace(small), MID))
    assert [(r["代码"], r["姓名"]) for r in rows] == [(r.cadre.id, r.cadre.name) for r in results]
    assert [r["总分"] for r in rows] == [r.total_text for r in results]


# ── check ────────────────────────────────────────────────────────


def test_check_prints_json_with_every_place(spoilt: Path) -> None:
    text, told = ran("check", spoilt), ran("check", spoilt, "--format", "json")
    assert (told.code, told.err) == (1, "")
    problems = json.loads(told.out)
    assert {p["file"] for p in problems} == {FIRST_DOSSIER, BAD_DATE}
    for p in problems:
        assert set(p) == JSON_PROBLEM
        assert p["code"] in CATALOGUE
        lines = (spoilt / p["file"]).read_text("utf-8").split("\n")
        assert 1 <= p["column"] <= len(lines[p["line"] - 1]) + 1
        assert p["length"] >= 1
        assert f"{p['file']}:{p['line']}:{p['column']}: {p['code']}: " in text.out
    wrong = next(p for p in problems if p["file"] == FIRST_DOSSIER)
    line = (spoilt / FIRST_DOSSIER).read_text("utf-8").split("\n")[wrong["line"] - 1]
    assert line[wrong["column"] - 1 :][: wrong["length"]] == "talkz"
    assert wrong["fix"] == "talks"


def test_check_prints_an_empty_list_as_json_when_all_is_sound(small: Path) -> None:
    done = ran("check", small, EXAMPLE, "--format", "json")
    assert (done.code, json.loads(done.out)) == (0, [])


def test_check_takes_a_ruleset_a_folder_of_them_and_a_workspace(small: Path) -> None:
    for path in (small / "ruleset.yaml", EXAMPLE / "rulesets", small):
        assert ran("check", path).code == 0, path
    write(small, {"ruleset.yaml": LAYER + "tie: [open]\n"})
    done = ran("check", small / "ruleset.yaml")
    assert done.code == 1
    assert "ruleset.yaml:3:1: CE201" in done.out


def test_problems_come_in_the_order_of_their_places_and_once(spoilt: Path) -> None:
    places = [(p["file"], p["line"], p["column"]) for p in json.loads(ran("check", spoilt, "--format", "json").out)]
    assert places == sorted(places)
    again = json.loads(ran("check", spoilt, spoilt, "--format", "json").out)
    assert len(again) == len(places)


# ── explain ──────────────────────────────────────────────────────


def test_a_cadre_is_explained_by_id_and_by_name_alike(small: Path) -> None:
    by_id, by_name = (ran("explain", small, who, "--period", MID) for who in ("c-1", "林知远"))
    assert by_id.code == by_name.code == 0
    assert by_id.out == by_name.out
    assert "林知远" in by_id.out
    assert f"{FIRST_DOSSIER}:5" in by_id.out


def test_one_criterion_is_explained_alone(small: Path) -> None:
    whole, part = (
        ran("explain", small, "c-1", "--period", MID).out,
        ran("explain", small, "c-1", "talk", "--period", MID),
    )
    assert part.code == 0
    assert part.out.startswith("宣讲")
    assert len(part.out) < len(whole) / 3
    assert "满意度测评" not in part.out
    for line in part.out.strip().split("\n"):
        assert line.strip() in whole


@pytest.mark.parametrize(
    ("who", "criterion", "meant"),
    [("c-01", None, "c-1"), ("C-1", None, "c-1"), ("林知运", None, "林知远"), ("c-1", "dutty", "duty")],
)
def test_whom_or_what_one_may_have_meant_is_named(who: str, criterion: str | None, meant: str, small: Path) -> None:
    done = ran("explain", small, who, *([criterion] if criterion else []), "--period", MID)
    assert (done.code, done.out) == (2, "")
    assert meant in done.err


def test_somebody_with_another_number_is_not_whom_one_meant(small: Path) -> None:
    done = ran("explain", small, "c-3", "--period", MID)
    assert (done.code, done.out) == (2, "")
    assert "c-2" not in done.err


def test_two_cadres_of_one_name_are_told_apart_by_id(tmp_path: Path) -> None:
    folder = with_files(tmp_path, {"roster/cadres.yaml": CADRES.replace("沈砚秋", "林知远")})
    done = ran("explain", folder, "林知远", "--period", MID)
    assert (done.code, done.out) == (2, "")
    assert "c-1" in done.err
    assert "c-2" in done.err
    assert ran("explain", folder, "c-2", "--period", MID).code == 0


# ── periods ──────────────────────────────────────────────────────


def test_without_a_period_those_on_record_are_named(small: Path) -> None:
    done = ran("assess", small)
    assert done.code == 2
    assert MID in done.err
    assert END in done.err
    assert "--period" in done.err


@pytest.mark.parametrize("wrong", ["2025-mid-yaer", "2025-midyear", "2025-mid_year"])
def test_an_unknown_period_gets_the_one_meant(wrong: str, small: Path) -> None:
    assert MID in ran("assess", small, "--period", wrong).err


def test_the_day_of_knowledge_may_be_given(small: Path) -> None:
    def states(*more: str) -> list[str]:
        done = ran("assess", small, "--period", MID, "--format", "json", *more)
        return [r["state"] for r in json.loads(done.out)["results"]]

    assert states() == states("--as-of", "2025-06-30") == ["final", "pending"]
    assert states("--as-of", "2025-06-25") == ["pending", "pending"]


# ── init, effective, test, schema, completion ────────────────────


def test_a_new_workspace_passes_check_assess_and_test(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "mine"
    done = ran("init", folder)
    assert (done.code, done.err) == (0, "")
    made = [p for p in folder.rglob("*") if p.is_file()]
    assert all(p.as_posix() in done.out for p in made)
    assert ran("check", folder).code == 0
    assert ran("test", folder).code == 0
    follow = re.findall(r"cadre-eval (assess .+)", done.out)
    assert len(follow) == 1
    assert ran(*follow[0].split()).code == 0
    for period in open_workspace(folder).period_ids():
        results = json.loads(ran("assess", folder, "--period", period, "--format", "json").out)["results"]
        assert "final" in {r["state"] for r in results}
    for ruleset in (folder / "rulesets").glob("*[0-9].yaml"):
        assert ran("effective", ruleset).code == 0


def test_a_new_workspace_may_be_made_in_an_empty_folder(tmp_path: Path) -> None:
    assert ran("init", tmp_path).code == 0
    assert (tmp_path / "cadre-eval.yaml").is_file()


@pytest.mark.parametrize("occupant", ["notes.txt", ".git/config"])
def test_a_new_workspace_is_not_made_over_anything(occupant: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "old", {occupant: "mine"})
    for path in (folder, folder / occupant):
        assert ran("init", path).code == 2
    assert files_in(folder) == {occupant: b"mine"}


def merged(path: Path, folder: Folder) -> tuple[str, list[str]]:
    """The digest of a ruleset, and the text of each layer."""
    problems = Problems()
    effective = effective_at(folder, path, problems)
    assert effective is not None, list(problems)
    return effective.digest(), [layer.source.text for layer in effective.layers]


RULESETS = [
    *(shipped_rulesets().root / f"{name}.yaml" for name in shipped_names()),
    *(EXAMPLE / "rulesets").glob("*.yaml"),
]


@pytest.mark.parametrize("path", RULESETS, ids=lambda p: p.stem)
def test_the_merged_ruleset_reads_back_the_same(path: Path, tmp_path: Path) -> None:
    done = ran("effective", path)
    assert done.code == 0
    again = write(tmp_path, {"merged.yaml": done.out}) / "merged.yaml"
    digest, _ = merged(path, Folder(path.parent))
    assert merged(again, Folder(tmp_path))[0] == digest
    assert ran("check", again).code == 0


def test_every_value_of_the_merged_ruleset_has_its_place() -> None:
    path = EXAMPLE / "rulesets" / "resettlement-district-2025.yaml"
    text = ran("effective", path).out
    names = re.findall(r"^# \[(\d+)\] (.+)$", text, re.M)
    assert len(names) == 2
    _, layers = merged(path, Folder(path.parent))
    lines = {number: layer.split("\n") for (number, _), layer in zip(names, layers, strict=True)}
    placed = re.findall(r"^ *(?:- )?([\w.<>=\[\]()%, \"-]+?): ([^\[{].*?) +# \[(\d+)\]:(\d+)$", text, re.M)
    assert len(placed) > 200
    assert {number for _, _, number, _ in placed} == set(lines)
    for _key, value, number, line in placed:
        assert value.strip('"') in lines[number][int(line) - 1], (value, number, line)
    values = [line for line in text.split("\n") if not line.startswith("#") and not re.fullmatch(r" *(- )?.+:", line)]
    assert [line for line in values if line and "# [" not in line] == []


ODD_TEXTS = [
    "a # b", "x: y", "- x", "'quoted'", '"quoted"', "null", "~", "yes", "0123", "1e3", "[a, b]", "{a: b}", "a\\b", "tab\there",
    "*alias", "&anchor", "!tag", "%directive", "@at", "`tick`", "| pipe", "> fold", "?", ":", "，。“”", "𬀩", "é", "a\u3000b",
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD_TEXTS)
def test_any_text_survives_the_merged_ruleset(odd: str, tmp_path: Path) -> None:
    layer = LAYER + f"title: {json.dumps(odd, ensure_ascii=False)}\n"
    folder = with_files(tmp_path, {"ruleset.yaml": layer})
    done = ran("effective", folder / "ruleset.yaml")
    assert done.code == 0
    write(folder, {"merged.yaml": done.out})
    home = Folder(folder)
    assert merged(home.root / "merged.yaml", home)[0] == merged(home.root / "ruleset.yaml", home)[0]


def test_a_text_of_several_lines_survives_the_merged_ruleset(tmp_path: Path) -> None:
    folder = with_files(tmp_path, {"ruleset.yaml": LAYER + "note: |\n  one  \n\n    two # three\n  four: five\n"})
    write(folder, {"merged.yaml": ran("effective", folder / "ruleset.yaml").out})
    home = Folder(folder)
    assert merged(home.root / "merged.yaml", home)[0] == merged(home.root / "ruleset.yaml", home)[0]


CASES = """\
cases_for: small.yaml
base: {period: 2025-mid-year, facts: {talks: 7}}
cases:
  - case: 宣讲够数
    expect: {criteria: {talk: 10}}
  - case: 宣讲不够
    facts: {talks: 3}
    expect:
      criteria: {talk: "6.00"}
      grade: 优秀
"""


def test_a_case_that_fails_shows_field_expected_actual_and_place(small: Path) -> None:
    write(small, {"small.case.yaml": CASES})
    done = ran("test", small)
    assert done.code == 1
    assert re.search(r"small\.case\.yaml:6:\d+: 宣讲不够", done.out)
    assert re.search(r"^  - criteria\.talk: 6\n  \+ criteria\.talk: 5 .*-1\)$", done.out, re.M)
    assert re.search(r"^  - grade: 优秀\n  \+ grade: none$", done.out, re.M)
    excerpt = re.search(r"^ +9 \| (.*)\n +\| ( *\^+)$", done.out, re.M)
    assert excerpt
    assert excerpt[1][excerpt[2].index("^") : len(excerpt[2])] in {'"6.00"', "talk"}
    assert "宣讲够数" not in done.out


def test_cases_are_told_as_json_too(small: Path) -> None:
    write(small, {"small.case.yaml": CASES})
    done = ran("test", small, "--format", "json")
    told = json.loads(done.out)
    assert (done.code, told["passed"], told["problems"]) == (1, 1, [])
    (failed,) = told["failed"]
    assert (failed["case"], failed["line"]) == ("宣讲不够", 6)
    assert failed["file"].endswith("small.case.yaml")
    grade, talk = failed["mismatches"]
    said = {"expected": "优秀", "actual": "none", "difference": None, "line": 10, "receipt": None, "unexpected": []}
    assert grade == {"field": "grade", **said}
    receipt = talk.pop("receipt")
    assert talk == {
        "field": "criteria.talk",
        "expected": "6",
        "actual": "5",
        "difference": "-1",
        "line": 9,
        "unexpected": [],
    }
    assert any("small.case.yaml:7" in line for line in receipt)


def test_cases_may_be_chosen_by_name(small: Path) -> None:
    write(small, {"small.case.yaml": CASES})
    for name, code, passed in (("够数", 0, 1), ("不够", 1, 0)):
        done = ran("test", small, "-k", name, "--format", "json")
        assert (done.code, json.loads(done.out)["passed"]) == (code, passed)


def test_a_name_that_chooses_no_case_is_wrong_usage(small: Path) -> None:
    write(small, {"small.case.yaml": CASES})
    assert ran("test", small, "-k", "没有这一条").code == 2


def test_cases_are_found_by_their_ruleset_their_file_and_their_folder(small: Path) -> None:
    write(small, {"small.case.yaml": CASES})
    for path in (small, small / "small.yaml", small / "small.case.yaml"):
        assert json.loads(ran("test", path, "--format", "json").out)["passed"] == 1


def test_a_case_that_cannot_run_is_a_problem_with_its_place(small: Path) -> None:
    write(small, {"small.case.yaml": CASES.replace("talks: 3", "talkz: 3")})
    done = ran("test", small)
    assert done.code == 1
    assert re.search(r"small\.case\.yaml:7:13: CE\d+", done.out)


@pytest.mark.parametrize("name", ["ruleset", "workspace", "roster", "dossier", "case"])
def test_a_schema_is_printed_as_valid_json(name: str) -> None:
    done = ran("schema", name)
    assert done.code == 0
    found = json.loads(done.out)
    Draft7Validator.check_schema(found)
    assert json.loads(ran("schema").out)[name] == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_calls_the_command(shell: str) -> None:
    done = ran("completion", shell)
    assert done.code == 0
    assert f"_CADRE_EVAL_COMPLETE={shell}_complete" in done.out
    program = shutil.which(shell)
    if program:
        assert subprocess.run([program, "-n", "/dev/stdin"], input=done.out.encode(), check=False).returncode == 0


def test_completion_offers_commands_and_options() -> None:
    def offered(words: str) -> list[str]:
        env = {"_CADRE_EVAL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        runner = CliRunner().invoke(command, prog_name="cadre-eval", env=env)
        return [line.partition(",")[2] for line in runner.stdout.splitlines()]

    assert offered("cadre-eval a") == ["appeals", "assess"]
    assert "--period" in offered("cadre-eval assess --p")
    assert set(offered("cadre-eval assess --format ")) == {"table", "json"}


def test_the_version_is_that_of_the_package() -> None:
    assert ran("--version").out == f"cadre-eval {__version__}\n"


@pytest.mark.parametrize("name", command.commands)
def test_every_command_says_what_each_of_its_options_does(name: str) -> None:
    done = ran(name, "--help")
    assert done.code == 0
    for parameter in command.commands[name].params:
        if parameter.param_type_name == "option":
            shown = re.search(rf"{re.escape(parameter.opts[0])}\b[^\n]*(\n {{10,}}[^\n]*)?", done.out)
            assert shown, parameter.name
            assert getattr(parameter, "help", None), parameter.name


# ── the table ────────────────────────────────────────────────────


def display_width(text: str) -> int:
    """Columns of a terminal: two for wide characters, none for marks that join the one before."""
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in {"Mn", "Me", "Cf"}
        else 2 if unicodedata.east_asian_width(c) in {"W", "F"}
        else 1
        for c in text
    )  # fmt: skip


def cut(line: str, start: int, end: int) -> str:
    """What stands in these display columns; an edge through a wide character is a failure."""
    kept, at = "", 0
    for char in line:
        width = display_width(char)
        if start <= at < end:
            assert at + width <= end, f"column {end} cuts {char!r} in {line!r}"
            kept += char
        else:
            assert not (at < start < at + width), f"column {start} cuts {char!r} in {line!r}"
        at += width
    return kept


def columns_of(header: str) -> tuple[int, int, int, int, int]:
    """Where name, id, host, role and notes begin, by the header."""
    starts = [display_width(header[: header.index(word)]) for word in ("姓名", "代码", "社区/村", "职务", "说明")]
    return starts[0], starts[1], starts[2], starts[3], starts[4]


def rows_of(table: str) -> Iterator[tuple[str, str]]:
    """Each row with the header it stands under."""
    header = ""
    for line in table.split("\n"):
        if line.startswith("名次"):
            header = line
        elif re.search(r" c-\S+ ", line) and header:
            yield header, line


@pytest.mark.parametrize("period", [MID, END])
def test_every_cell_stands_in_its_column_by_display_width(period: str) -> None:
    table = ran("assess", EXAMPLE, "--period", period).out
    results = {r.cadre.id: r for r in assess(open_workspace(EXAMPLE), period)}
    rows = list(rows_of(table))
    assert len(rows) == len(results)
    layouts = {columns_of(header) for header, _ in rows}
    assert len(layouts) == 1, "all pools share one layout"
    name, code, host, role, notes = layouts.pop()
    ends = set()
    for header, line in rows:
        result = results[cut(line, code, host).strip()]
        assert cut(line, name, code) == result.cadre.name + " " * (code - name - display_width(result.cadre.name))
        assert cut(line, host, role).rstrip() == result.posting.host.name
        assert cut(line, 0, name).strip() == str(result.rank or "")
        middle = cut(line, role, notes)
        total = middle.index(result.total_text, 2)
        ends.add(display_width(middle[:total] + result.total_text))
        possible = result.grades_possible
        grades = "或".join(possible) if len(possible) < 3 else f"{possible[0]}～{possible[-1]}"
        assert middle[total + len(result.total_text) :].strip() == (grades or "不考核")
        assert display_width(header[: header.index("总分") + 2]) == role + max(ends)
    assert len(ends) == 1, "totals end in one column"


@pytest.mark.parametrize("odd", ["Jose\u0301 Li", "ﾊﾝｶｸ", "ＡＢ", "𬀩𬀩", "e\u200dx", "·", "가나다"])
def test_names_of_any_width_keep_the_columns(odd: str, tmp_path: Path) -> None:
    folder = with_files(tmp_path, {"roster/cadres.yaml": CADRES.replace("林知远", f'"{odd}"')})
    rows = list(rows_of(ran("assess", folder, "--period", MID).out))
    assert len(rows) == 2
    for header, line in rows:
        name, code, host, *_ = columns_of(header)
        assert cut(line, code, host).strip() in {"c-1", "c-2"}
        assert cut(line, name, code).strip() in {odd, "沈砚秋"}


def test_in_a_pipe_each_cadre_is_one_line_however_long_the_notes() -> None:
    table = ran("assess", EXAMPLE, "--period", END).out
    assert max(map(display_width, table.split("\n"))) > 160
    assert len(list(rows_of(table))) == 26


def test_the_accounts_follow_the_table_when_asked_for(small: Path) -> None:
    plain, more = (ran("assess", small, "--period", MID, *flags).out for flags in ([], ["--explain"]))
    assert more.startswith(plain)
    for cadre in ("c-1", "c-2"):
        assert ran("explain", small, cadre, "--period", MID).out in more


# ── on a terminal ────────────────────────────────────────────────


@pytest.mark.parametrize("columns", [80, 100, 140])
def test_notes_are_wrapped_to_the_terminal_under_their_column(columns: int) -> None:
    shown = on_terminal("assess", EXAMPLE, "--period", END, columns=columns, env={"NO_COLOR": "1"}).out
    lines = shown.split("\n")
    assert [line for line in lines if display_width(line) > columns and "c-00" in line] == []
    header = next(line for line in lines if line.startswith("名次"))
    if "说明" in header:
        start = columns_of(header)[4]
        more = [line for line in lines if line.startswith(" " * start)]
        assert more, "some notes take several lines"
        assert all(not line[start:].startswith(" ") for line in more)
    flat = re.sub(r"\s", "", shown)
    for result in assess(open_workspace(EXAMPLE), END):
        for note in result.notes:
            if note.key in {"joined", "left", "gate-cap", "no-relation"}:
                assert re.sub(r"\s", "", note.text("zh")) in flat


def test_a_terminal_gets_colour_and_no_color_takes_it_away(spoilt: Path) -> None:
    coloured = on_terminal("check", spoilt)
    assert coloured.code == 1
    assert f"{ESCAPE}[" in coloured.out
    plain = on_terminal("check", spoilt, env={"NO_COLOR": "1"})
    assert plain.code == 1
    assert ESCAPE not in plain.out
    assert re.sub(ESCAPE + r"\[[\d;]*m", "", coloured.out) == plain.out


def test_the_table_has_colour_on_a_terminal_unless_it_is_dumb(small: Path) -> None:
    assert ESCAPE in on_terminal("assess", small, "--period", MID).out
    assert ESCAPE not in on_terminal("assess", small, "--period", MID, env={"TERM": "dumb"}).out


def test_pipes_get_no_colour_and_no_progress(many: Path, spoilt: Path) -> None:
    for arguments in (["assess", many, "--period", MID], ["check", many], ["check", spoilt]):
        done = spawned(*arguments, env={"TERM": "xterm-256color"})
        assert ESCAPE not in done.said
        assert "\r" not in done.said
        assert "█" not in done.said
        assert done.err == ""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of 200 cadres."""
    return crowded(tmp_path_factory.mktemp("many"), 200)


def crowded(folder: Path, count: int) -> Path:
    ids = range(1, count + 1)
    cadres = "".join(f"  - {{id: c-{n}, name: 林{n}, category: institution, party_member: no}}\n" for n in ids)
    postings = "".join(
        f"  - {{id: p-{n}, cadre: c-{n}, host: h-01, role: team-member, sending_unit: u-01, from: 2024-05-10,"
        " transfers: {assessment: {to: t-01, effective: 2024-05-20}}}\n"
        for n in ids
    )
    kept = {name: text for name, text in SMALL.items() if not name.startswith(("records/", "roster/"))}
    roster = {"roster/a.yaml": f"roster: a\ncadres:\n{cadres}postings:\n{postings}"}
    records = {f"records/{n}.yaml": f"dossier: c-{n}\nperiod: {MID}\nfacts: {{talks: 3}}\n" for n in ids}
    return write(folder, {**kept, "roster/units.yaml": SMALL["roster/units.yaml"], **roster, **records})


def test_long_work_shows_its_progress_on_a_terminal_and_cleans_up(many: Path) -> None:
    shown = on_terminal("assess", many, "--period", MID, env={"CADRE_EVAL_LANG": "en"}).out
    for what in ("reading dossiers", "scoring"):
        assert re.search(rf"\r{what} [█░]+ +\d+% \d+/200", shown), what
    steps = [int(n) for n in re.findall(r"reading dossiers [█░]+ +(\d+)%", shown)]
    assert steps == sorted(steps)
    assert steps[-1] == 100
    last = shown.rindex("█")
    assert f"\r{ESCAPE}[K" in shown[last:]
    assert shown.index("\x1b[1m") > last


def test_short_work_shows_no_progress(tmp_path: Path) -> None:
    assert "█" not in on_terminal("assess", crowded(tmp_path, 199), "--period", MID).out


def test_progress_goes_to_stderr_so_that_json_on_a_terminal_stays_json(many: Path) -> None:
    shown = on_terminal("assess", many, "--period", MID, "--format", "json").out
    last = shown.rindex(f"{ESCAPE}[K") + 3
    assert len(json.loads(shown[last:])["results"]) == 200


def test_a_reader_that_goes_away_is_no_error(many: Path) -> None:
    arguments = ["assess", str(many), "--period", MID, "--explain"]
    with subprocess.Popen(
        [*COMMAND, *arguments], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(20)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) in {0, 128 + signal.SIGPIPE}


HOSTILE = {
    "escape": "\\e[31m",
    "bell": "\\a",
    "return": "\\r",
    "C1": "\\x9b31m",
    "delete": "\\x7f",
    "backspace": "\\b",
    "tab": "\\t",
    "override": "\\u202e",
}
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("name", HOSTILE)
def test_control_characters_of_a_name_do_not_reach_the_terminal(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    roster = CADRES.replace("林知远", f'"林{HOSTILE[name]}远"')
    folder = with_files(tmp_path, {"roster/cadres.yaml": roster})
    jobs = (["assess", folder, "--period", MID], ["explain", folder, "c-1", "--period", MID], ["check", folder])
    for arguments in jobs:
        done = ran(*arguments, screen=True)
        assert done.said
        assert CONTROL.search(done.said) is None, arguments[0]


def test_control_characters_in_a_wrong_value_do_not_reach_the_terminal(tmp_path: Path) -> None:
    dossier = DOSSIER.replace("talks: 7", 'talks: "\\e[2J7"')
    shown = on_terminal("check", with_files(tmp_path, {FIRST_DOSSIER: dossier}), env={"NO_COLOR": "1"})
    assert shown.code == 1
    assert CONTROL.search(shown.out) is None


def test_a_name_that_looks_like_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    for odd in ("[bold]林[/bold]", "{cadre}", "%s%(x)d", "<b>林</b>", "$(reboot)"):
        folder = with_files(tmp_path, {"roster/cadres.yaml": CADRES.replace("林知远", f'"{odd}"')})
        for arguments in (
            ["assess", folder, "--period", MID, "--explain"],
            ["explain", folder, "c-1", "--period", MID],
        ):
            done = ran(*arguments)
            assert done.code == 0, odd
            assert odd in done.out


# ── language ─────────────────────────────────────────────────────

ZH, EN = "没有问题", "no problems"


@pytest.mark.parametrize(
    ("before", "after", "env", "said"),
    [
        (["--lang", "zh"], [], {}, ZH),
        ([], ["--lang", "zh"], {}, ZH),
        ([], ["--lang=en"], {"CADRE_EVAL_LANG": "zh", "LC_ALL": "zh_CN.UTF-8"}, EN),
        ([], [], {"CADRE_EVAL_LANG": "zh"}, ZH),
        ([], [], {"CADRE_EVAL_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, EN),
        ([], [], {"LC_ALL": "zh_CN.UTF-8"}, ZH),
        ([], [], {"LC_ALL": "", "LANGUAGE": "zh_CN:en", "LANG": "en_GB.UTF-8"}, ZH),
        ([], [], {"LC_ALL": "de_DE.UTF-8"}, EN),
    ],
)
def test_the_language_is_that_of_the_option_the_variable_then_the_locale(
    before: list[str], after: list[str], env: dict[str, str], said: str, small: Path
) -> None:
    done = spawned(*before, "check", small, *after, env=env)
    assert done.code == 0
    assert said in done.out


def test_reports_are_chinese_whatever_the_locale_and_english_if_asked_for(small: Path) -> None:
    arguments = ["assess", small, "--period", MID, "--explain"]
    chinese, english = spawned(*arguments, env={"LC_ALL": "C"}), spawned(*arguments, "--lang", "en")
    assert "名次" in chinese.out
    assert "Rank" in english.out
    assert "First secretary" in english.out
    own = set(CHINESE.findall("".join(SMALL.values())))
    assert set(CHINESE.findall(english.out)) <= own, "nothing but the workspace's own words is Chinese"


def test_problems_and_wrong_usage_speak_both_languages(spoilt: Path) -> None:
    for lang, words in (("zh", ("没有", "办法", "共 ")), ("en", ("there is no fact", "help: ", " problems"))):
        done = spawned("check", spoilt, "--lang", lang)
        assert done.code == 1
        assert [w for w in words if w not in done.out] == []
    for lang, word in (("zh", "不是工作区"), ("en", "is not a workspace")):
        assert word in spawned("assess", spoilt / "records", "--lang", lang, "--period", MID).err


def test_help_is_in_the_language_asked_for() -> None:
    assert CHINESE.search(spawned("--lang", "en", "assess", "--help").out) is None
    shown = spawned("assess", "--help", "--lang", "zh").out
    assert len(CHINESE.findall(shown)) > 40


def test_chinese_is_printed_even_where_the_locale_is_plain_c(small: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    for arguments in (["assess", small, "--period", MID], ["assess", small / "x", "--period", MID, "--lang", "zh"]):
        done = spawned(*arguments, env=env)
        assert done.code == (0 if len(arguments) == 4 else 2)
        assert CHINESE.search(done.said)
        assert "?" not in done.out


def test_the_installed_command_runs() -> None:
    program = Path(sys.executable).with_name("cadre-eval")
    if not program.exists():
        pytest.skip("the package is not installed beside this Python")
    done = subprocess.run([program, "--version"], capture_output=True, check=True)
    assert done.stdout.decode() == f"cadre-eval {__version__}\n"
