"""The distribution is found by its name, brings what it says, and scores the shipped rulesets; without it they say so."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest
from debriefed import PLUGIN, REVIEW, ROOT, refusals, results, ruleset

from cadre_eval.cli.main import run
from cadre_eval.plugins import discovery

SHIPPED = [ROOT / "rulesets" / "published" / name for name in ("tongxin-county.yaml", "mengcheng-2018.yaml")]
shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


def test_it_is_found_by_its_name() -> None:
    (point,) = (point for point in entry_points(group="cadre_eval") if point.name == PLUGIN)
    assert point.dist is not None
    assert (point.dist.name, point.dist.version) == (PLUGIN, "0.1.0")


def test_it_says_what_it_brings(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", str(SHIPPED[0])]) == 0
    said = capsys.readouterr().out
    for name in ("three-debriefs", "rank-opinion", "check_evidence", "check_ruleset", "request_review"):
        assert name in said


@shipped
def test_the_cases_of_a_shipped_ruleset_pass_and_use_every_rule(path: Path) -> None:
    assert run(["test", str(path), "--coverage", "--fail-under", "100"]) == 0


@shipped
def test_the_cases_of_a_shipped_ruleset_notice_nine_changes_in_ten(path: Path) -> None:
    assert run(["test", str(path), "--mutate", "--fail-under", "90"]) == 0


@shipped
def test_without_the_plugin_a_shipped_ruleset_names_what_it_lacks(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(discovery, "entry_points", lambda **_: ())
    line = path.read_text("utf-8").splitlines().index(f'plugins: ["{PLUGIN} >=0.1, <1"]') + 1
    assert run(["check", str(path)]) == 1
    printed = capsys.readouterr()
    said = printed.out + printed.err
    assert f"{path.name}:{line}:11: CE501: " in said
    assert PLUGIN in said
    assert "Traceback" not in said


def test_a_newer_version_than_the_ruleset_knows_is_refused(tmp_path: Path) -> None:
    ((code, marked, _),) = refusals(tmp_path, ruleset(top={"plugins": [f"{PLUGIN} <0.1"]}))
    assert (code, marked) == ("CE503", f'"{PLUGIN} <0.1"')


def test_remarks_requests_and_measures_reach_the_results(tmp_path: Path) -> None:
    villagers = {"conduct": {"满意": 30, "基本满意": 6}, "stay": {"留任": 20, "调整": 16}}
    review = {"classes": {**REVIEW["classes"], "villagers": villagers}}
    asked = {"review_when_replace_at_least": "40%", "review_by": "组织部"}
    order = {"id": "order", "rule": "rank-opinion", "fact": "place", "differs_by_more_than": 0, "ask": "书面说明"}
    top = {"facts": {"place": {"type": "count", "at_least": "1"}}, "accountability": [order]}
    found = results(
        tmp_path, ruleset(top={**top, "pools": {"by": ["township"]}}, **asked),
        {"reviews": {"debriefs": review}, "facts": {"place": 2}},
    )  # fmt: skip
    (result,) = found
    told = result.explain("zh")
    assert "请组织部复核" in told
    assert "附了0份佐证" in told
    assert "排序意见没有附乡镇的文件" in told
    assert "乡镇排第2名，按得分第1名" in told
    assert [measure.proposed.cadres for measure in found.measures] == [("c-1",)]
    assert (found.measures[0].target, found.measures[0].id) == ("township", "t")
    assert (result.state, result.total_text, found.failures) == ("final", "92.00", ())
