"""The pages of measurements say what was measured: they are made of what the command kept, by the same code."""

from __future__ import annotations

import json
import re
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
SCALE = ROOT / "docs" / "scale"
PAGES = ("benchmarks.md", "benchmarks.en.md", "planning.md", "planning.en.md", "peers.svg", "growth.svg")
sys.path.append(str(ROOT / "benchmarks"))

from nation import peer_columns, peer_exact  # noqa: E402
from nation.data import load  # noqa: E402
from nation.figures import Figure, figures_of  # noqa: E402
from nation.generate import Wanted, make_nation  # noqa: E402
from nation.pages import pages_of  # noqa: E402
from nation.peer_columns import LEFT_OUT, variant_text  # noqa: E402
from nation.peers import wrong  # noqa: E402
from nation.planning import straight  # noqa: E402

FOUND: dict[str, Any] = json.loads((SCALE / "benchmarks.json").read_text("utf-8"))
TO_REACH = (
    "int64", "OpenFisca", "from 10,000 cadres on at most 3 times (aim: 2)", "at 100,000 cadres at most 1 times, none wrong",
    "563,000 cadres in 3 s, 700 MB", "--jobs 1", "--jobs 2", "28 million at most 1.5 times", "28 million: 500 MB",
    "at most 1.5 times the bare fast parser and 1 s", "at most 25 % more", "24 cadres", "no slower than before",
)  # fmt: skip
"""What every figure that was asked for is told by."""


def test_the_pages_are_made_of_what_was_measured() -> None:
    made = pages_of(FOUND)
    assert set(made) == set(PAGES)
    for name, text in made.items():
        assert (SCALE / name).read_text("utf-8") == text, (
            f"{name}: `python benchmarks/nation/run.py --again` writes it; do not edit it by hand"
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_to_reach_is_there(lang: Any) -> None:
    page = (SCALE / ("benchmarks.md" if lang == "zh" else "benchmarks.en.md")).read_text("utf-8")
    for figure in figures_of(FOUND):
        for text in (figure.what, figure.goal, figure.measured):
            assert text.in_(lang) in page
    if lang == "en":
        assert [words for words in TO_REACH if words not in page] == []


def test_the_charts_are_pictures_for_light_and_dark_pages() -> None:
    for name in ("peers.svg", "growth.svg"):
        text = (SCALE / name).read_text("utf-8")
        assert ElementTree.fromstring(text).tag.endswith("svg")
        assert "prefers-color-scheme: dark" in text


def changed(of: str, by: float) -> dict[str, Any]:
    """What would have been measured if one thing took another time, at the sizes that are asked for."""
    found = deepcopy(FOUND)
    largest = max(found["sizes"], key=int)
    for size in (100_000, 563_000):
        found["sizes"].setdefault(str(size), deepcopy(found["sizes"][largest]))
    found["ballots"] = {"563000": deepcopy(found["ballots"][max(found["ballots"], key=int)])}
    places = {
        "columns": [taken["peers"]["peers"]["columns"] for taken in found["sizes"].values()],
        "plugin": [taken["peers"]["peers"]["columns:plugin"] for taken in found["sizes"].values()],
        "bulk": [bulk for taken in found["sizes"].values() for bulk in taken["bulk"].values()],
        "ballots": [found["ballots"]["563000"]["ways"]["columns"]],
        "dossiers": [found["dossiers"]["assess"]],
    }[of]
    for place in places:
        place["seconds"] = [by]
    return found


def told(figures: list[Figure], words: str) -> list[bool | None]:
    return [figure.reached for figure in figures if words in f"{figure.what.en} {figure.goal.en}"]


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ("columns", "int64"), ("columns", "OpenFisca"), ("plugin", "plugin"), ("bulk", "--jobs 1"), ("bulk", "--jobs 2"),
        ("ballots", "bincount"), ("dossiers", "dossiers"),
    ],
)  # fmt: skip
def test_a_figure_is_reached_or_not_by_what_was_measured(of: str, words: str) -> None:
    quick, slow = changed(of, 1e-7), changed(of, 1e7)
    for bulk in (bulk for taken in quick["sizes"].values() for bulk in taken["bulk"].values()):
        bulk["mb"] = bulk["mb_together"] = 1.0
    assert set(told(figures_of(quick), words)) == {True}
    assert set(told(figures_of(slow), words)) == {False}


def test_a_wrong_total_is_told() -> None:
    found = deepcopy(FOUND)
    size = max(found["sizes"], key=int)
    assert told(figures_of(found), "that are wrong") == [True]
    found["sizes"][size]["peers"]["peers"]["columns"]["wrong"]["totals"] = 1
    assert told(figures_of(found), "that are wrong") == [False]


def test_what_is_planned_lies_on_a_straight_line() -> None:
    line = straight({1000: 3.0, 2000: 4.0})
    assert (line.at(2000), line.at(10_000), line.reaches(14)) == (4.0, 12.0, 12_000)
    assert straight({1000: 3.0, 2000: 2.0}).at(4000) == 4.0


def test_the_variants_leave_out_what_the_peers_leave_out() -> None:
    whole, plain, plugin = (variant_text(variant) for variant in ("whole", "plain", "plugin"))
    sections = re.compile(r"^([a-z_]+):", re.M)
    assert [s for s in sections.findall(whole) if s not in LEFT_OUT] == sections.findall(plain)
    assert set(sections.findall(plugin)) == {*sections.findall(plain), "plugins"}
    assert plain.count("kind:") == plugin.count("kind:")


def test_the_package_scores_as_the_oracle_does(tmp_path: Path) -> None:
    make_nation(tmp_path, Wanted(400))
    data = load(tmp_path)
    right = peer_exact.score(data)
    for variant in ("plain", "plugin", "whole"):
        placed = None if variant == "whole" else 0
        found = wrong(peer_columns.prepare(data, variant)(), right)
        assert found == {"totals": 0, "ranks": placed, "grades": placed, "points": 0}, variant
