"""The example district's year of supervision: its figures, its ladder, its draws, its appeals; and the same results as
when staff recorded by hand what now follows from the records.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from running import EXAMPLE, ran

GENERATOR = EXAMPLE.parent / "generate_resettlement_district.py"
MID, END = "2025-mid-year", "2025-year-end"
DRAWS = [f"i-{number:02d}" for number in range(1, 11)] + ["x-01", "x-02"]

BEFORE = {
    MID: """
c-0001 94.93 优秀 2
c-0002 93.28 优秀 6
c-0003 95.16 优秀 1
c-0004 88.25 称职 —
c-0005 91.06 优秀 —
c-0006 87.88～89.48 — —
c-0007 93.70 优秀 5
c-0008 68.05～93.05 — —
c-0009 89.67 称职 —
c-0010 89.67 称职 —
c-0011 95.36 优秀 1
c-0012 94.07 优秀 2
c-0013 94.41 优秀 4
c-0014 92.98 优秀 —
c-0015 83.13 称职 —
c-0016 — — —
c-0017 93.89 合格 3
c-0018 93.04 优秀 4
c-0019 89.10 合格 —
c-0020 86.29 合格 —
c-0021 94.67 优秀 3
c-0022 87.70 合格 —
c-0023 66.65～91.65 — —
c-0024 67.76～92.76 — —
c-0025 — — —
""",
    END: """
c-0001 94.14 优秀 2
c-0002 93.30 称职 5
c-0003 94.95 优秀 1
c-0004 90.04 称职 10
c-0005 87.93 合格 9
c-0006 90.05 称职 9
c-0007 92.22 称职 7
c-0008 90.05 称职 8
c-0009 89.19 称职 11
c-0010 89.19 称职 11
c-0011 95.45 优秀 1
c-0012 94.42 优秀 2
c-0013 93.66 优秀 4
c-0014 — — —
c-0015 84.62 基本称职 13
c-0016 — — —
c-0017 92.29 合格 3
c-0018 91.89 合格 4
c-0019 88.21 合格 8
c-0020 88.95 合格 7
c-0021 93.86 不称职 3
c-0022 89.29 合格 6
c-0023 89.78 合格 5
c-0024 91.48 合格 1
c-0025 92.58 称职 6
c-0026 — — —
""",
}
"""Total (or its interval), grade and rank as they were when dossiers recorded absences, leave and perfunctory conduct."""


@cache
def told(*arguments: str) -> Any:
    """The JSON a command prints about the example."""
    command, *rest = arguments
    done = ran(command, EXAMPLE, *rest, "--format", "json")
    assert done.code == 0, done.said
    return json.loads(done.out)


def rows(period: str, *as_of: str) -> dict[str, list[str]]:
    found = {}
    for result in told("assess", "--period", period, *as_of)["results"]:
        total = result["total"] or "～".join(result["interval"] or ["—"])
        found[result["cadre"]] = [total, result["grade"] or "—", str(result["rank"] or "—")]
    return found


def written(period: str) -> dict[str, list[str]]:
    lines = (line.split() for line in BEFORE[period].split("\n") if line)
    return {cadre: shown for cadre, *shown in lines}


# ── the files ───────────────────────────────────────────────────────


def test_the_generator_gives_the_same_files_byte_for_byte() -> None:
    done = subprocess.run([sys.executable, str(GENERATOR), "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_the_example_has_no_problems() -> None:
    assert ran("check", EXAMPLE).code == 0


def test_dossiers_record_nothing_that_follows_from_supervision() -> None:
    derived = re.compile(r"^  (absences|leave_days|perfunctory|village_days|tasks_on_time|no_excellent):", re.M)
    files = sorted((EXAMPLE / "records").rglob("*.yaml"))
    assert len(files) >= 40
    assert [f.name for f in files if derived.search(f.read_text("utf-8"))] == []


# ── the same results ────────────────────────────────────────────────


@pytest.mark.parametrize("period", [MID, END])
def test_results_are_what_they_were_when_staff_recorded_these_facts(period: str) -> None:
    assert rows(period) == written(period)


@pytest.mark.parametrize(("cadre", "names"), [("c-0015", ["f-04-1", "f-08-1", "f-08-2"]), ("c-0022", ["m-07"])])
def test_the_explanation_names_what_caps_the_grade(cadre: str, names: list[str]) -> None:
    account = ran("explain", EXAMPLE, cadre, "--period", END).out
    assert [name for name in names if name not in account] == []


# ── the figures of the year ─────────────────────────────────────────


def test_ten_inspections_and_two_cross_inspections_were_held() -> None:
    year = told("inspections", "--as-of", "2025-12-31")
    held = [i for i in year["inspections"] if i["state"] == "held"]
    assert sorted(i["inspection"] for i in held) == sorted(DRAWS)
    assert [i["inspection"] for i in held if i["kind"] == "cross"] == ["x-01", "x-02"]


def findings(as_of: str) -> dict[str, str]:
    return {f["finding"]: f["state"] for f in told("inspections", "--as-of", as_of)["findings"]}


def test_what_was_found_and_what_became_of_it() -> None:
    states = findings("2025-12-31")
    figures = told("inspections", "--as-of", "2025-12-31")["figures"]
    assert (len(states), figures["found"], figures["recurring"]) == (11, 10, 3)
    assert {i: s for i, s in states.items() if s != "rectified"} == {
        "f-04-2": "withdrawn", "f-05-1": "rectified-late", "f-09-1": "overdue", "f-x2-1": "open",
    }  # fmt: skip


def test_what_was_known_at_midyear_is_less() -> None:
    assert set(findings("2025-06-30")) == {"f-03-1", "f-04-1", "f-04-2", "f-05-1", "f-05-2", "f-x1-1"}
    assert findings("2025-04-20")["f-04-2"] == "open", "not yet known to be unfounded"


# ── the draws ───────────────────────────────────────────────────────


@pytest.mark.parametrize("draw", ["i-01", "x-02"])
def test_a_draw_on_record_is_what_drawing_again_gives(draw: str) -> None:
    path = EXAMPLE / "supervision" / "draws" / f"{draw}.drawn.yaml"
    assert ran("draw", EXAMPLE, draw, "--verify", path).code == 0


@pytest.mark.parametrize("draw", DRAWS)
def test_those_who_went_are_those_who_were_drawn(draw: str) -> None:
    folder = EXAMPLE / "supervision"
    drawn = (folder / "draws" / f"{draw}.drawn.yaml").read_text("utf-8")
    teams = re.findall(r'^  "(h-\d\d)":.*\n    inspectors: \[([^\]]*)\]', drawn, re.M)
    went = re.findall(
        r"\{host: (h-\d\d), on: \S+, by: \[([^\]]*)\]", (folder / "inspections" / f"{draw}.yaml").read_text()
    )
    assert sorted((h, t.replace('"', "")) for h, t in teams) == sorted(went)


# ── accountability ──────────────────────────────────────────────────


def decided(as_of: str) -> list[dict[str, Any]]:
    matters = told("measures", "--as-of", as_of)["matters"]
    return [m for m in matters if m["decision"] is not None]


def test_the_recalled_cadre_went_up_the_ladder_step_by_step() -> None:
    own = sorted(
        (m["decision"]["on"], m["decision"]["measure"]) for m in decided("2025-12-31") if m["id"] == "c-0022"
    )
    assert [measure for _, measure in own] == ["talk", "admonition", "recall"]
    assert all(a < b for (a, _), (b, _) in pairwise(own))


def test_every_outcome_of_a_decision_is_there() -> None:
    outcomes = [m["decision"]["outcome"] for m in decided("2026-02-28")]
    assert {o: outcomes.count(o) for o in outcomes} == {"confirm": 9, "vary": 1, "refuse": 1}


def test_units_lose_a_tenth_of_a_point_for_each_finding_exactly() -> None:
    matters = told("measures", "--as-of", "2025-12-31")["matters"]
    points = {m["id"]: m["points"] for m in matters if m["rule"] == "unit-points"}
    assert points == {"u-04": "-0.3", "u-07": "-0.1", "u-09": "-0.3"}


# ── publicity and appeals ───────────────────────────────────────────


def test_the_appeal_that_succeeds_moves_two_people_and_nobody_else() -> None:
    before, after = rows(END), rows(END, "--as-of", "2026-02-28")
    assert {c: (before[c], after[c]) for c in before if before[c] != after[c]} == {
        "c-0002": (["93.30", "称职", "5"], ["93.75", "优秀", "4"]),
        "c-0013": (["93.66", "优秀", "4"], ["93.66", "称职", "5"]),
    }


def test_before_the_review_nothing_has_changed() -> None:
    assert rows(END, "--as-of", "2026-01-28") == rows(END)


def test_one_appeal_is_upheld_and_one_dismissed() -> None:
    text = json.dumps(told("appeals", "--as-of", "2026-02-28"), ensure_ascii=False)
    assert (text.count('"upheld"'), text.count('"dismissed"')) >= (1, 1)


# ── what was known when ─────────────────────────────────────────────


def test_a_relation_registered_late_was_missing_until_it_was_known() -> None:
    def statements(known_on: str) -> str:
        done = ran("transfers", EXAMPLE, "c-0011", "--as-of", "2025-01-15", "--known-on", known_on)
        assert done.code == 0
        return done.out

    assert "没有划转" in statements("2025-01-15")
    assert "2024-05-20" in statements("2025-02-28")
    assert "区融媒体中心" not in statements("2025-02-28").partition("考核关系")[2].partition("\n")[0]


@pytest.mark.parametrize("day", ["2025-06-30"])
@pytest.mark.parametrize("command", ["transfers", "worklist", "inspections", "signals", "measures", "appeals"])
def test_every_command_answers_on_any_day(command: str, day: str) -> None:
    done = ran(command, EXAMPLE, "--as-of", day)
    assert done.code == 0, done.said
    assert date.fromisoformat(day).isoformat() in done.out
