"""The ``draw`` command: its files, its picture, what it verifies and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cadre_eval.errors import Problem
from draw_workspace import DRAW, HOSTS, made, objections, written_result
from running import ran
from small_workspace import loaded, shown

pytest.importorskip("ortools")
SVG = "{http://www.w3.org/2000/svg}"


def refused(folder: Path, old: str, new: str, **more: str) -> list[Problem]:
    """The problems of reading a changed draw."""
    assert DRAW.count(old) == 1
    return loaded(made(folder, DRAW.replace(old, new), **more))[1]


def codes(problems: list[Problem]) -> list[tuple[str, int, int]]:
    return [(p.code, p.span.line, p.span.column) for p in problems]


def drawn_json(folder: Path, draw: str = DRAW, **more: str) -> dict[str, object]:
    done = ran("draw", made(folder, draw, **more), "cross-1", "--format", "json")
    assert done.code == 0, done.said
    found: dict[str, object] = json.loads(done.out)
    return found


# ── results ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_titles_comments_and_order_change_nothing_else_and_anything_else_changes_the_digest(tmp_path: Path) -> None:
    base = drawn_json(tmp_path / "a")
    same = DRAW.replace("title: 第一次交叉检查抽签", "title: 又一个名称   # 说明")
    same = same.replace("inspectors: all", "inspectors: [c-6, c-2, c-4, c-1, c-5, c-3]")
    same = same.replace("hosts: all", "hosts: [h-03, h-01, h-02]")
    again = drawn_json(tmp_path / "b", same)
    assert {**again, "title": base["title"]} == base
    other = drawn_json(tmp_path / "c", DRAW.replace("most_apart: 1", "most_apart: 2"))
    assert other["digest"] != base["digest"]
    reseeded = drawn_json(tmp_path / "d", DRAW.replace("5830217", "5830218"))
    assert reseeded["digest"] == base["digest"]
    assert reseeded["ticket_sum"] != base["ticket_sum"]


def test_what_is_written_verifies_and_is_the_same_bytes_again(tmp_path: Path) -> None:
    folder, one, two = made(tmp_path / "w"), tmp_path / "one.yaml", tmp_path / "two.yaml"
    assert ran("draw", folder, "cross-1", "--out", one).code == 0
    assert ran("draw", folder, "cross-1", "--verify", one).code == 0
    assert ran("draw", folder, "cross-1", "--out", two).code == 0
    assert one.read_bytes() == two.read_bytes()


def test_a_changed_result_is_told_place_by_place_with_the_rule_it_breaks(tmp_path: Path) -> None:
    sound = written_result(tmp_path / "sound")
    team = re.search(r'"h-01":.*\n    inspectors: \["(c-\d)", "(c-\d)"\]', sound)
    assert team is not None
    spoilt = sound.replace(f'["{team[1]}", "{team[2]}"]', f'["c-1", "{team[2]}"]', 1)
    spoilt = re.sub(r"(households: \[)\d+, ", r"\1", spoilt, count=1)
    found = objections(tmp_path / "w", written=spoilt)
    assert {(p.code, p.span.line) for p in found} >= {("CE754", 10), ("CE755", 10)}
    said = shown(found)
    assert "own street: 林知远" in said
    assert "the team of 安和社区 is not what drawing again gives" in said
    assert "the households of 安和社区" in said
    assert {p.span.source.name for p in found} == {"result.yaml"}


def test_a_result_with_strangers_or_other_hosts_is_refused(tmp_path: Path) -> None:
    sound = written_result(tmp_path / "sound")
    draw = DRAW.replace("inspectors: all", "inspectors: [c-1, c-2, c-3, c-4, c-5, o-1]").replace(
        "hosts: all", "hosts: [h-01, h-02]"
    )
    draw = draw.replace(", h-03: 12", "")
    said = shown(objections(tmp_path / "w", draw, sound))
    assert "c-6 does not take part" in said
    assert "h-03 is not inspected" in said


def test_an_earlier_result_on_record_is_not_repeated(tmp_path: Path) -> None:
    first = written_result(tmp_path / "first")
    soft = "soft: [{rule: same-host-before, weight: 3, with: [cross-0]}]\n"
    found = drawn_json(tmp_path / "w", DRAW + soft, before=first.replace('drawn: "cross-1"', "drawn: cross-0"))
    assert found["soft"] == [{"rule": "same-host-before", "weight": 3, "with": ["cross-0"], "count": 0, "penalty": 0}]
    before = re.findall(r'"(h-\d+)":.*\n    inspectors: \["(c-\d)", "(c-\d)"\]', first)
    visits = found["visits"]
    assert isinstance(visits, dict)
    assert not any(host in visits[person] for host, *team in before for person in team)


def left_early(folder: Path, known_on: str) -> None:
    """The last cadre left before the draw, which came out on a day; another came, registered after the draw."""
    path = folder / "roster.yaml"
    ended = f"from: 2024-05-10, ended: {{on: 2025-06-05, known_on: {known_on}}}}}\nofficials"
    came = "host: h-01, role: team-member, sending_unit: u-01, from: 2025-06-01, known_on: 2025-06-20"
    late = f"  - {{id: c-7, name: 苏映寒, category: civil-servant, party_member: yes}}\npostings:\n  - {{id: p-7, cadre: c-7, {came}}}\n"
    text = path.read_text("utf-8").replace("from: 2024-05-10}\nofficials", ended).replace("postings:\n", late)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("inspectors", ["all", "[c-1, c-2, c-3, c-4, c-5, c-6]"])
def test_what_comes_out_after_the_day_makes_no_other_draw(tmp_path: Path, inspectors: str) -> None:
    draw = DRAW.replace("inspectors: all", f"inspectors: {inspectors}")
    folder, result = made(tmp_path / "w", draw), tmp_path / "result.yaml"
    result.write_text(written_result(tmp_path / "sound"), "utf-8")
    left_early(folder, "2025-07-15")
    done = ran("draw", folder, "cross-1", "--verify", result)
    assert done.code == 0, done.said


def test_an_end_known_on_the_day_counts(tmp_path: Path) -> None:
    folder = made(tmp_path, DRAW.replace("inspectors: all", "inspectors: [c-1, c-6]"))
    left_early(folder, "2025-06-10")
    assert codes(loaded(folder)[1]) == [("CE701", 5, 19)]


CHECKED = """\
inspection: check-1
title: 检查
kind: district
from: 2025-01-01
to: 2025-12-31
team: [c-1, c-2]
visits:
  - {host: h-01, on: 2025-03-04, by: [c-2]}
"""


def test_only_what_was_visited_before_the_draw_is_not_repeated(tmp_path: Path) -> None:
    draw = DRAW + "soft: [{rule: same-host-before, weight: 3, with: [check-1]}]\n"
    base = drawn_json(tmp_path / "a", draw, check=CHECKED)
    later = "  - {host: h-02, on: 2025-06-10, by: [c-1]}\n  - {host: h-03, on: 2025-03-05, known_on: 2025-06-11, by: [c-1]}\n"
    assert drawn_json(tmp_path / "b", draw, check=CHECKED + later) == base
    earlier = "  - {host: h-02, on: 2025-06-09, by: [c-1]}\n"
    assert drawn_json(tmp_path / "c", draw, check=CHECKED + earlier)["digest"] != base["digest"]


def test_a_draw_does_not_avoid_its_own_result(tmp_path: Path) -> None:
    own = "soft: [{rule: same-host-before, weight: 3, with: [cross-1]}]\n"
    done = ran("draw", made(tmp_path, DRAW + own, result=written_result(tmp_path / "sound")), "cross-1")
    assert done.code == 1
    assert "supervision/draw.yaml:14:51: CE421" in done.err


def test_without_a_seed_the_digest_comes_first_and_nothing_is_drawn(tmp_path: Path) -> None:
    folder = made(tmp_path / "w", DRAW.replace("seed: 公开摇号 5830217\n", ""))
    waiting = json.loads(ran("draw", folder, "cross-1", "--format", "json").out)
    assert (waiting["state"], waiting["seed"]) == ("waiting", None)
    assert waiting["digest"] == drawn_json(tmp_path / "seeded")["digest"]
    assert "hosts" not in waiting
    assert ran("draw", folder, "cross-1", "--out", tmp_path / "out.yaml").code == 2
    assert not (tmp_path / "out.yaml").exists()


def test_households_are_distinct_numbers_of_the_register(tmp_path: Path) -> None:
    hosts = drawn_json(tmp_path)["hosts"]
    assert isinstance(hosts, list)
    for host in hosts:
        asked = host["households"]
        assert len(set(asked)) == len(asked) == min(5, host["registered"])
        assert set(asked) <= set(range(1, host["registered"] + 1))


def test_the_table_names_everybody_and_every_host(tmp_path: Path) -> None:
    out = ran("draw", made(tmp_path), "cross-1").out
    for name in HOSTS.values():
        assert name in out
    assert "抽查全部 4 户（共 4 户）：1、2、3、4" in out


def test_the_picture_has_a_line_for_each_visit_that_ends_within_it(tmp_path: Path) -> None:
    folder, path = made(tmp_path / "w"), tmp_path / "map.svg"
    assert ran("draw", folder, "cross-1", "--map", path).code == 0
    root = ElementTree.fromstring(path.read_text("utf-8"))
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    lines = [line for line in root.iter(f"{SVG}path") if line.get("class") == "visit"]
    assert len(lines) == 6
    ends = set()
    for line in lines:
        numbers = [int(n) for n in re.findall(r"\d+", line.attrib["d"])]
        assert all(0 <= x <= width for x in numbers[::2])
        assert all(0 <= y <= height for y in numbers[1::2])
        ends.add(numbers[-1])
    assert len(ends) == 6, "no two lines arrive at one place"
    boxes = [
        tuple(int(b.attrib[k]) for k in ("x", "y", "height")) for b in root.iter(f"{SVG}rect") if "rx" in b.attrib
    ]
    for x in {box[0] for box in boxes}:
        column = sorted(box[1:] for box in boxes if box[0] == x)
        assert all(a + tall <= b for (a, tall), (b, _) in zip(column, column[1:], strict=False))


@pytest.mark.parametrize(("letters", "cover"), [(9, 2), (15, 2), (15, 1), (40, 2), (40, 1)])
def test_a_long_name_is_set_smaller_and_ends_within_its_street(tmp_path: Path, letters: int, cover: int) -> None:
    name, draw = "安" * letters, DRAW.replace("cover: 2", f"cover: {cover}")
    folder, path = made(tmp_path / "w", draw), tmp_path / "map.svg"
    roster = (folder / "roster.yaml").read_text("utf-8")
    (folder / "roster.yaml").write_text(roster.replace(HOSTS["h-01"], name), "utf-8")
    assert ran("draw", folder, "cross-1", "--map", path).code == 0
    written = next(t for t in ElementTree.fromstring(path.read_text("utf-8")).iter(f"{SVG}text") if t.text == name)
    size = int(re.findall(r"\d+", written.get("style", "14"))[0])
    assert 9 <= size <= 14
    room = 178 if cover == 2 else 120
    assert int(written.get("textLength", letters * size)) <= room


# ── what is refused ────────────────────────────────────────────────────────────────────────────────────────────────


def test_too_few_inspectors_is_a_placed_problem_and_nothing_is_written(tmp_path: Path) -> None:
    folder = made(tmp_path / "w", DRAW.replace("inspectors: all", "inspectors: [c-1, c-2]"))
    done = ran("draw", folder, "cross-1", "--out", tmp_path / "out.yaml", "--map", tmp_path / "map.svg")
    assert done.code == 1
    assert "supervision/draw.yaml:1:7: CE752" in done.err
    assert not list(tmp_path.glob("*.*"))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("inspectors: all", "inspectors: [c-1, c-9]", "CE421"),
        ("inspectors: all", "inspectors: [c-1, c-1]", "CE306"),
        ("inspectors: all", "inspectors: all\nwithout: [c-7]", "CE421"),
        ("hosts: all", "hosts: []", "CE202"),
        ("inspectors: all", "inspectors: []", "CE202"),
        ("hosts: all", "hosts: [h-01, h-02, h-03, h-04]", "CE421"),
        ("cover: 2", "cover: 0", "CE213"),
        ("cover: 2", "cover: 2\ncover_at: {h-09: 1}", "CE421"),
        ("cover: 2", "cover: two", "CE206"),
        ("most_apart: 1\n", "", "CE203"),
        ("former: township", "former: village", "CE205"),
        ("reciprocal: avoid", "reciprocal: never", "CE205"),
        ("on: 2025-06-10", "on: 2025-06-31", "CE208"),
        ("sample: 5", "sample: 0", "CE213"),
        ("h-03: 12", "h-03: 12000000", "CE213"),
        (", h-03: 12", "", "CE203"),
        ("at_least: 1", "at_least: 1, people: [c-1]", "CE751"),
        ("sample: 5", "sample: 5\nsoft: [{rule: same-host-before, weight: 1}]", "CE203"),
        ("sample: 5", "sample: 5\nsoft: [{rule: same-unit-team, weight: 0}]", "CE213"),
        ("sample: 5", "sample: 5\nsoft: [{rule: same-unit-team, weight: 1, with: [x]}]", "CE201"),
    ],
)
def test_bad_input_is_placed(tmp_path: Path, old: str, new: str, code: str) -> None:
    found = refused(tmp_path, old, new)
    assert [p.code for p in found] == [code], shown(found)
    assert found[0].span.source.name == "supervision/draw.yaml"


def test_a_cadre_who_is_not_posted_that_day_cannot_inspect(tmp_path: Path) -> None:
    assert codes(refused(tmp_path, "on: 2025-06-10", "on: 2024-01-10")) == [("CE202", 5, 13)]
    draw = DRAW.replace("on: 2025-06-10", "on: 2024-01-10").replace("inspectors: all", "inspectors: [c-1]")
    assert codes(loaded(made(tmp_path / "w", draw))[1]) == [("CE701", 5, 14)]


def test_the_same_draw_twice_is_refused(tmp_path: Path) -> None:
    assert [c for c, *_ in codes(loaded(made(tmp_path, copy=DRAW))[1])] == ["CE306"]


def test_an_earlier_draw_that_is_not_on_record_is_named_where_it_stands(tmp_path: Path) -> None:
    folder = made(tmp_path, DRAW + "soft: [{rule: same-host-before, weight: 3, with: [cross-9]}]\n")
    done = ran("draw", folder, "cross-1")
    assert done.code == 1
    assert "supervision/draw.yaml:14:51: CE421" in done.err


def test_wrong_usage(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    one = tmp_path / "one"
    assert ran("draw", folder, "cross-1", "--out", one, "--map", one).code == 2
    assert not one.exists()
    assert "cross-1" in ran("draw", folder, "cross-2").err
    assert ran("draw", folder, "cross-2").code == 2
    assert ran("draw", folder, "cross-1", "--verify", tmp_path / "none.yaml").code == 2
    assert ran("draw", folder, "cross-1", "--out", folder).code == 2


def test_a_result_that_is_no_result_is_refused(tmp_path: Path) -> None:
    assert [p.code for p in objections(tmp_path / "a", written="drawn: [\n")] == ["CE104"]
    assert {p.code for p in objections(tmp_path / "b", written="drawn: cross-1\n")} == {"CE203"}


def test_a_result_is_not_overwritten_by_another(tmp_path: Path) -> None:
    folder, out = made(tmp_path / "w"), tmp_path / "result.yaml"
    assert ran("draw", folder, "cross-1", "--out", out).code == 0
    before = out.read_bytes()
    assert ran("draw", folder, "cross-1", "--out", out).code == 0, "the same result may be written again"
    made(folder, DRAW.replace("5830217", "5830218"))
    done = ran("draw", folder, "cross-1", "--out", out)
    assert done.code == 2
    assert "不覆盖" in done.said or "not overwritten" in done.said
    assert out.read_bytes() == before
