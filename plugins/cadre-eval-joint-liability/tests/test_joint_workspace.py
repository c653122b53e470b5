"""The plugin in a district: what it shows, what it writes, what it says where it is lacking."""

from __future__ import annotations

import csv
import json
import re
from fractions import Fraction
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from cadre_eval_joint_liability.excellence import UNIT_NOT_EXCELLENT
from cadre_eval_joint_liability.ladder import COUNT_LADDER
from cadre_eval_joint_liability.points import POINTS_FROM_UNITS
from joint_liability_district import FENCE, HOME, PERIOD, PLUGIN, README, changed, ran, workspace

from cadre_eval import assess, open_workspace
from cadre_eval.errors import Problems
from cadre_eval.plugins import discovery
from cadre_eval.plugins.api import AccountabilityRule
from cadre_eval.reading.settings import setting_names
from cadre_eval.scoring.proposals import proposal_text
from cadre_eval.workspace.files import Folder, shipped_rulesets
from cadre_eval.workspace.rulesets import compiled_at

LEDGER = "joint-liability-ledger.jsonl"
PUBLISHED = ("baihe-2017", "guangxi-county")


def measures(folder: Path) -> dict[tuple[str, str], Any]:
    found = assess(open_workspace(folder), PERIOD)
    return {(measure.use.id, measure.id): measure.proposed for measure in found.measures}


def proposals(folder: Path, cadre: str) -> list[str]:
    found = assess(open_workspace(folder), PERIOD)
    return [proposal_text(proposal).zh for proposal in found[cadre].proposals]


# ── proposals ──


def test_each_unit_answers_for_its_own_cadres_only(tmp_path: Path) -> None:
    found = measures(workspace(tmp_path))
    assert found["sending-unit", "u-01"].cadres == ("c-01",)
    assert ("sending-unit", "u-02") not in found
    assert found["street-points", "t-01"].points == Fraction("-0.9")


def test_measures_change_no_score_and_no_grade(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    with_rules = assess(open_workspace(folder), PERIOD)
    changed(folder, "rulesets/perfunctory-conduct.yaml", "accountability:\n", "x: |\n")
    text = (folder / "rulesets/perfunctory-conduct.yaml").read_text("utf-8")
    head, tail = text.split("x: |\n")
    (folder / "rulesets/perfunctory-conduct.yaml").write_text(head + tail[tail.index("\ngrades:") :], "utf-8")
    without = assess(open_workspace(folder), PERIOD)
    assert with_rules.measures
    assert without.measures == ()
    assert [(r.total, r.grade, r.rank) for r in with_rules] == [(r.total, r.grade, r.rank) for r in without]


def test_a_deduction_that_lacks_is_proposed_until_it_is_recorded_as_often(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (text,) = proposals(folder, "c-01")
    assert "perfunctory-conduct × 2" in text
    assert "只登记了 1 次，佐证 督查通报4号、交叉检查2号" in text
    changed(folder, "records/c-01.yaml", "perfunctory_deducted: 1", "perfunctory_deducted: 2")
    assert proposals(folder, "c-01") == []


def test_a_count_that_is_not_settled_or_contradicts_itself_is_told_at_the_cadre(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (text,) = proposals(folder, "c-02")
    assert "佐证（overdue）：“到期没有整改的问题”还没有定数（整改期未满），street-points 未计入" in text
    changed(folder, "records/c-02.yaml", "perfunctory_together: 1", "perfunctory_together: 4")
    assert any("4 次，多于" in text and "请核对" in text for text in proposals(folder, "c-02"))
    changed(folder, "records/c-02.yaml", "perfunctory_together: 4, ", "")
    assert any(text.startswith("佐证（perfunctory_together）") for text in proposals(folder, "c-02"))
    changed(folder, "records/c-02.yaml", "perfunctory: 1, ", "perfunctory: {state: not-applicable}, ")
    assert len(proposals(folder, "c-02")) == 1


TWO_POSTINGS = """
  - {id: p-03, cadre: c-02, host: h-02, role: team-member, sending_unit: u-01, from: 2025-07-01,
     transfers: {assessment: {to: t-02, effective: 2025-07-01}}}
"""


def test_only_the_unit_of_the_posting_that_triggered_the_gate_may_not_be_excellent(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    changed(folder, "roster.yaml", "townships: [", "townships: [{id: t-02, name: 桑田街道, kind: street}, ")
    changed(
        folder, "roster.yaml", "hosts: [", "hosts: [{id: h-02, name: 桑园社区, township: t-02, kind: community}, "
    )
    changed(folder, "roster.yaml", "u-02, from: 2024-03-01,", "u-02, from: 2024-03-01, to: 2025-06-30,")
    with (folder / "roster.yaml").open("a", encoding="utf-8") as roster:
        roster.write(TWO_POSTINGS.lstrip("\n"))
    changed(folder, "records/c-02.yaml", "period:", "posting: p-02\nperiod:")
    other = (folder / "records/c-02.yaml").read_text("utf-8").replace("posting: p-02", "posting: p-03")
    (folder / "records/c-03.yaml").write_text(other.replace("perfunctory: 1,", "perfunctory: 2,"), "utf-8")
    found = measures(folder)
    assert found["street-not-excellent", "t-01"].cadres == ("c-01",)
    assert found["street-not-excellent", "t-02"].cadres == ("c-02",)
    changed(folder, "records/c-01.yaml", "value: 2", "value: 1")
    found = measures(folder)
    assert ("street-not-excellent", "t-01") not in found
    assert ("street-not-excellent", "t-02") in found


# ── the report and the command ──


def test_the_report_has_a_row_for_each_measure_of_a_unit(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    done = ran("assess", folder, "--period", PERIOD, "--format", "unit-ledger")
    rows = list(csv.reader(done.out.splitlines()))
    assert rows[0] == ["类别", "代码", "单位", "规则", "处理措施", "分数", "涉及干部", "理由"]
    assert [row[:6] for row in rows[1:]] == [
        ["乡镇/街道", "t-01", "柳桥街道", "street", "约谈分管负责人", ""],
        ["乡镇/街道", "t-01", "柳桥街道", "street-points", "驻村工作扣分", "-0.9"],
        ["乡镇/街道", "t-01", "柳桥街道", "street-not-excellent", "不得评为先进", ""],
        ["派出单位", "u-01", "区水务局", "sending-unit", "约谈分管负责人", ""],
    ]
    assert all(row[6] == "乔远" and row[7] for row in rows[1:])


def test_the_written_report_opens_in_a_spreadsheet_and_holds_no_formula(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    changed(folder, "roster.yaml", "柳桥街道", '"=柳桥街道"')
    assert ran("assess", folder, "--period", PERIOD, "--out", tmp_path / "out").code == 0
    raw = (tmp_path / "out" / f"{PERIOD}.unit-ledger.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert ",'=柳桥街道,".encode() in raw
    assert b",=" not in raw


def test_the_command_shows_all_units_or_why_those_named(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    done = ran("run", folder, "units", "--period", PERIOD)
    assert (done.code, done.err) == (0, "")
    assert [line.split() for line in done.out.splitlines()[-2:]] == [
        ["区水务局", "派出单位", "约谈分管负责人", "—"], ["区档案馆", "派出单位", "—", "—"],
    ]  # fmt: skip
    assert "〔" not in done.out
    named = ran("run", folder, "units", "--period", PERIOD, "u-01", "区档案馆", "u-09").out
    assert "柳桥街道" not in named
    assert (
        "区水务局：约谈分管负责人——督查和交叉检查发现的作风漂浮问题 2 次（乔远 2）；达到 2 次〔sending-unit〕"
        in named
    )
    assert named.splitlines()[-1] == "没有单位 u-09；有：t-01、u-01、u-02"


# ── the ledger ──


def recorded(folder: Path, out: Path) -> list[dict[str, Any]]:
    done = ran("assess", folder, "--period", PERIOD, "--out", out)
    assert done.code == 0, done.err
    path = out / LEDGER
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_the_ledger_has_every_measure_and_the_same_results_add_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    lines = recorded(folder, tmp_path / "out")
    assert {(line["rule"], line["id"]) for line in lines} == set(measures(folder))
    assert {line["event"] for line in lines} == {"proposed"}
    assert {line["points"] for line in lines} == {None, "-0.9"}
    before = (tmp_path / "out" / LEDGER).read_bytes()
    assert recorded(folder, tmp_path / "out") == lines
    assert (tmp_path / "out" / LEDGER).read_bytes() == before
    assert not list((tmp_path / "out").glob(".*"))


def test_a_correction_takes_back_what_no_longer_follows_and_keeps_the_rest(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    first = recorded(folder, tmp_path / "out")
    changed(folder, "records/c-01.yaml", "value: 2", "value: 1")
    second = recorded(folder, tmp_path / "out")
    assert second[: len(first)] == first
    added = [(line["event"], line["rule"], line["measure"], line["points"]) for line in second[len(first) :]]
    assert added == [
        ("withdrawn", "cadre", "诫勉", None),
        ("withdrawn", "sending-unit", "约谈分管负责人", None),
        ("withdrawn", "street", "约谈分管负责人", None),
        ("withdrawn", "street-points", "驻村工作扣分", "-0.9"),
        ("withdrawn", "street-not-excellent", "不得评为先进", None),
        ("proposed", "cadre", "约谈", None),
        ("proposed", "street-points", "驻村工作扣分", "-0.7"),
    ]
    changed(folder, "records/c-01.yaml", "value: 1", "value: 2")
    third = recorded(folder, tmp_path / "out")
    again = [(line["rule"], line["measure"]) for line in third[len(second) :] if line["event"] == "proposed"]
    assert again == [(line["rule"], line["measure"]) for line in first if line["id"] != "c-02"]
    assert recorded(folder, tmp_path / "out") == third


def test_without_measures_no_ledger_is_begun(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    changed(folder, "records/c-01.yaml", "{value: 2, evidence: [督查通报4号, 交叉检查2号]}", "0")
    changed(folder, "records/c-01.yaml", "overdue: 1", "overdue: 0")
    changed(folder, "records/c-02.yaml", "perfunctory: 1, perfunctory_together: 1", "perfunctory: 0")
    assert recorded(folder, tmp_path / "out") == []
    assert not (tmp_path / "out" / LEDGER).exists()


def test_a_spoilt_ledger_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    recorded(folder, tmp_path / "out")
    path = tmp_path / "out" / LEDGER
    path.write_text(path.read_text("utf-8") + "手记一笔\n", "utf-8")
    before = path.read_bytes()
    done = ran("assess", folder, "--period", PERIOD, "--out", tmp_path / "out")
    assert done.code == 3
    assert PLUGIN in done.err
    assert f"line 7 of {LEDGER}" in done.err
    assert path.read_bytes() == before


# ── the rulesets ──


@pytest.mark.parametrize("path", [HOME / "rulesets" / "perfunctory-conduct.yaml", *(shipped_rulesets().root / "published" / f"{name}.yaml" for name in PUBLISHED)], ids=lambda p: p.stem)  # fmt: skip
def test_the_cases_of_each_ruleset_hold_every_rule_and_every_number(path: Path) -> None:
    done = ran("test", path, "--coverage", "--mutate", "--jobs", "1", "--format", "json")
    assert done.code == 0, done.out
    (file,) = json.loads(done.out)["files"]
    constructs = [construct for covered in file["coverage"]["files"] for construct in covered["constructs"]]
    assert sum("处理措施" in construct["what"] for construct in constructs) >= 4
    assert file["coverage"]["share"] == "1"
    assert Fraction(file["mutation"]["score"]) >= Fraction(9, 10)
    assert any(mutant["path"].startswith("accountability.") for mutant in file["mutation"]["mutants"])


@pytest.mark.parametrize("name", PUBLISHED)
def test_without_the_plugin_a_ruleset_that_needs_it_is_a_located_problem(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    others = [point for point in entry_points(group="cadre_eval") if point.name != PLUGIN]
    monkeypatch.setattr(discovery, "entry_points", lambda group: others)
    root = shipped_rulesets().root / "published"
    problems = Problems()
    assert compiled_at(Folder(root), root / f"{name}.yaml", problems) is None
    (problem,) = problems
    assert problem.code == "CE501"
    assert problem.span.source.line(problem.span.line).startswith("plugins:")
    assert PLUGIN in problem.message("zh")


# ── the README ──


def test_what_the_readme_shows_is_what_happens(tmp_path: Path) -> None:
    folder, shown = workspace(tmp_path), 0
    for language, block in FENCE.findall(README):
        if language != "console":
            continue
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, wanted = step.partition("\n")
            assert_shown(wanted, printed(command.split(), folder), command)
            shown += 1
    assert shown >= 4


def printed(words: list[str], folder: Path) -> str:
    if words[0] == "cat":
        return (folder / words[1]).read_text("utf-8")
    assert words[0] == "cadre-eval"
    done = ran(*words[1:], cwd=folder)
    assert done.code == 0, done.err
    return done.out


def assert_shown(wanted: str, found: str, command: str) -> None:
    """What is shown is what was printed, but for ``…``."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else r"[ ]*".join([re.escape(line).replace("…", ".*?"), r"\n"])
        for line in wanted.strip("\n").splitlines()
    )
    assert re.fullmatch(pattern, found), f"{command}\n{found}"


@pytest.mark.parametrize("rule", [POINTS_FROM_UNITS, COUNT_LADDER, UNIT_NOT_EXCELLENT], ids=lambda rule: rule.name)
def test_the_readme_names_every_parameter_in_both_languages(rule: AccountabilityRule) -> None:
    keys = setting_names(rule.params)
    chinese, english = README.split("## In English")
    assert [key for key in keys for text in (chinese, english) if f"`{key}`" not in text] == []
    assert f"`{rule.name}`" in chinese
    assert f"`{rule.name}`" in english
