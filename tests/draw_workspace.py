"""A workspace with a draw that is possible: three streets, three hosts, six cadres, one official."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadre_eval.errors import Problem, Problems, RefusedInput, Source
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.supervision.draw import solving
from cadre_eval.supervision.draw.objections import object_to_breaches
from cadre_eval.workspace.drawing import draw_lots, task_named, verify
from cadre_eval.workspace.opening import open_workspace
from cadre_eval.workspace.supervision.draw_documents import DrawnDoc
from cadre_eval.workspace.supervision.draws import drawn_of
from cadre_eval.workspace.supervision.reading import Reading
from small_workspace import CONFIG, LAYER, RULESET, write

STREETS = {"t-01": "云桥街道", "t-02": "松岚街道", "t-03": "映溪街道"}
HOSTS = {"h-01": "安和社区", "h-02": "新禾社区", "h-03": "映山社区"}
NAMES = ("林知远", "沈砚秋", "周慕白", "秦牧川", "贺云岫", "陆明霁")
DRAW = """\
draw: cross-1
title: 第一次交叉检查抽签
on: 2025-06-10
seed: 公开摇号 5830217
inspectors: all
hosts: all
cover: 2
skills: [{role: first-secretary, at_least: 1}]
most_apart: 1
reciprocal: avoid
former: township
households: {h-01: 30, h-02: 4, h-03: 12}
sample: 5
"""


def roster() -> str:
    lines = ["roster: all"]
    lines.append(f"townships: [{', '.join(f'{{id: {t}, name: {n}, kind: street}}' for t, n in STREETS.items())}]")
    hosts = ", ".join(f"{{id: {h}, name: {n}, township: t-0{h[-1]}, kind: community}}" for h, n in HOSTS.items())
    lines.append(f"hosts: [{hosts}]")
    lines.append(f"sending_units: [{', '.join(f'{{id: u-0{k}, name: 单位{k}}}' for k in range(1, 7))}]")
    lines.append("cadres:")
    lines += [
        f"  - {{id: c-{k}, name: {n}, category: civil-servant, party_member: yes}}" for k, n in enumerate(NAMES, 1)
    ]
    lines.append("postings:")
    for k in range(1, 7):
        role = "first-secretary" if k < 4 else "team-member"
        place = f"host: h-0{(k - 1) % 3 + 1}, role: {role}, sending_unit: u-0{k}, from: 2024-05-10"
        lines.append(f"  - {{id: p-{k}, cadre: c-{k}, {place}}}")
    lines.append("officials: [{id: o-1, name: 方知秋, offices: [{unit: u-01, title: 科长, from: 2024-01-01}]}]")
    return "\n".join(lines) + "\n"


def made(folder: Path, draw: str = DRAW, **more: str) -> Path:
    """The workspace, with this draw and more files in the supervision folder."""
    extra = {f"supervision/{name}.yaml": text for name, text in more.items()}
    return write(folder, {
        "cadre-eval.yaml": CONFIG.replace("roster: roster", "roster: roster.yaml") + "supervision: supervision\n",
        "ruleset.yaml": LAYER, "small.yaml": RULESET, "roster.yaml": roster(),
        "records/none.yaml.txt": "", "supervision/draw.yaml": draw, **extra,
    })  # fmt: skip


def objections(folder: Path, draw: str = DRAW, written: str | None = None) -> list[Problem]:
    """The problems of drawing, or of a result written under ``result.yaml``."""
    workspace = open_workspace(made(folder, draw))
    try:
        result = draw_lots(task_named(workspace, "cross-1"))
        if written is not None:
            (folder / "result.yaml").write_text(written, "utf-8")
            verify(workspace, result, folder / "result.yaml")
    except RefusedInput as refusal:
        return refusal.problems
    return []


def written_result(folder: Path) -> str:
    """The draw's result as ``--out`` writes it."""
    from cadre_eval.reports.draw_file import draw_file

    return draw_file(draw_lots(task_named(open_workspace(made(folder)), "cross-1")), "cadre-eval 0")


def impossible(folder: Path) -> list[Problem]:
    return objections(folder, DRAW.replace("cover: 2", "cover: 5"))


def unproven(folder: Path) -> list[Problem]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "EFFORT", 0)
        return objections(folder)


def another_day(folder: Path) -> list[Problem]:
    """A result changed in one place."""
    sound = written_result(folder / "sound")
    return objections(folder / "held", written=sound.replace("on: 2025-06-10", "on: 2025-06-11"))


def own_street(folder: Path) -> list[Problem]:
    """The rules that a result breaks; that it is not what is drawn either is left aside."""
    workspace, problems = open_workspace(made(folder)), Problems()
    text = "drawn: cross-1\non: 2025-06-10\nseed: x\ndigest: x\ntickets: x\nprogram: x\nteams:\n"
    text += "  h-01: {inspectors: [c-2, c-4]}\n  h-02: {inspectors: [c-1, c-6]}\n  h-03: {inspectors: [c-3, c-5]}\n"
    text = text.replace("[c-3, c-5]", "[c-2, c-5]")
    node = read_yaml(Source("result.yaml", text), problems)
    assert node is not None
    doc = StrictReader().read(node, DrawnDoc, problems)
    assert doc is not None
    written = drawn_of(doc, Reading(workspace.roster, workspace.rulesets, problems))
    assert written is not None
    object_to_breaches(task_named(workspace, "cross-1"), written, problems)
    return list(problems)
