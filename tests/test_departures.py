"""An inspection is held against its draw, and a workspace without records of supervision says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadre_eval.workspace.opening import open_workspace
from running import ran
from supervised import CONFIG, RULES, dossiers, inspection, supervised

DRAWN = """\
drawn: x-1
on: 2025-06-02
seed: 公开摇号 1
digest: "0000000000000000000000000000000000000000000000000000000000000000"
tickets: sha256/40
program: cadre-eval
teams:
  h-3: {inspectors: [c-1, c-3]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cross = inspection(
        1, "2025-06-10", {"id": "f-1", "cadre": "c-4", "kind": "diary"}, kind="cross", draw="x-1", team=["c-1", "c-2"],
        visits=[{"host": "h-3", "on": "2025-06-10", "by": ["c-1", "c-2"]}],
    )  # fmt: skip
    return supervised(tmp_path, dossiers({"c-1": 90}), cross)


def test_a_visit_by_others_than_those_drawn_is_said(folder: Path) -> None:
    asked = ("inspections", folder, "i-1", "--as-of", "2025-06-30")
    assert "抽签 x-1 的结果不在案" in ran(*asked).out
    (folder / "supervision" / "x-1.drawn.yaml").write_text(DRAWN, "utf-8")
    assert ran("check", folder).code == 0, ran("check", folder).said
    assert "新禾社区 抽定林知远、秦牧川，去的是林知远、沈砚秋" in ran(*asked).out
    assert "抽定" in ran("inspections", folder, "--as-of", "2025-06-30").out
    (folder / "supervision" / "x-1.drawn.yaml").write_text(DRAWN.replace("c-3", "c-2"), "utf-8")
    assert "抽定" not in ran(*asked).out


@pytest.mark.parametrize("command", ["appeals", "worklist", "inspections", "signals", "draw"])
def test_without_records_of_supervision_a_command_says_so(folder: Path, command: str) -> None:
    plain = RULES.replace(", from: {findings: [absent]}", "").replace(", from: {measures: [recall]}", "")
    (folder / "rules.yaml").write_text(plain.replace(", from: {effect: no-excellent}", ""), "utf-8")
    (folder / "cadre-eval.yaml").write_text(CONFIG.replace("supervision: supervision\n", ""), "utf-8")
    assert not open_workspace(folder).supervised
    done = ran(command, folder, *(["x-1"] if command == "draw" else []))
    assert done.code == 2
    assert "supervision:" in done.said


def test_facts_that_follow_from_records_need_a_folder_of_them(folder: Path) -> None:
    (folder / "cadre-eval.yaml").write_text(CONFIG.replace("supervision: supervision\n", ""), "utf-8")
    done = ran("check", folder)
    assert done.code == 1
    assert "CE708" in done.said
