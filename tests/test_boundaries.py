"""Boundary cases made by the program, worked here by hand: a value below, at and above each threshold."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from cadre_eval.cases.edges.boundaries import Boundaries, Boundary, Trial, boundaries
from cadre_eval.cases.edges.boundary_report import boundary_json, boundary_lines
from cadre_eval.cases.running import case_files, open_case_file
from cadre_eval.errors import Problems
from cadre_eval.errors.width import text_width
from cadre_eval.workspace.files import Folder, shipped_rulesets

RULES = """
    ruleset: small
    categories: {official: 公务员}
    facts:
      talks: {title: 宣讲, type: count, unit: 场}
      rate: {title: 走访率, type: rate}
      income: {title: 收入, type: number}
      absences: {title: 脱岗, type: count, unit: 次}
      sampled: {title: 抽查, type: sample}
      leave: {title: 请假, type: count, at_most: 30}
      early: {title: 提前, type: number}
    periods:
      mid-year: {from: 01-01, to: 06-30}
      year-end: {from: 01-01, to: 12-31}
    criteria:
      - {id: talks, title: 宣讲, weight: 20, points: 10, kind: target, fact: talks, target: {mid-year: 4, year-end: 8}}
      - {id: income, title: 收入, weight: 20, points: 10, kind: bands, fact: income, bands: {">= 7.5": 10, "< 7.5": 5}}
      - {id: checks, title: 抽查, weight: 10, points: 10, kind: sampled, fact: sampled, minimum: 5}
      - id: vote
        title: 测评
        weight: 30
        kind: survey
        voters: {people: 70, leaders: 30}
        options: {满意: 100, 不满意: 0}
        abstain: exclude
        invalid: exclude
        absent_class: block
        minimum: {ballots: 20}
        below_minimum: block
      - id: review
        title: 评议
        weight: 20
        kind: review
        reviewers: {panel: 100}
        trim: {highest: 1, lowest: 1, when_more_than: 5}
        minimum: {marks: 3}
    gates:
      - {id: visits, title: 走访不够, when: {any: [{fact: rate, below: 98%}, {not: {fact: rate, above: 2/3}}]}, effect: {cap_grade: [称职]}}
      - {id: happy, title: 不满意, when: {survey: vote, share_of: [满意], below: 60%}, effect: {force_grade: [不称职]}}
      - {id: low, title: 得分低, when: {criterion: talks, at_most: 2.5}, effect: {note: 请核实}}
      - id: absence
        title: 脱岗
        count: absences
        ladder: {1: {cap_grade: [称职]}, 2: {force_grade: [不称职]}}
      - {id: odd, title: 提前, when: {fact: early, at_least: 1}, effect: {note: 提前}, missing: ignore, periods: [year-end]}
    grades: {any: {优秀: ">= 90", 称职: "[60, 90)", 不称职: "< 60"}}
    quotas:
      - {id: best, title: 名额, grade: [优秀], share: 100%, round: floor, base: assessed, pool_by: [], minimum_score: 92}
    eligibility:
      minimum_service: 2 months
      service: within-period
      otherwise: 不定等次
      transfer_within: 10 days
      exclusions: [{id: long, title: 久假, when: {fact: leave, at_least: 30}, label: 不参加}]
"""
# Talks 4 of 4: 20. Income 8: 20. Checks 4 of 5: 8. The vote is all for: 30. The panel means 80: 16. Together 94.
CASES = """
    cases_for: small.yaml
    base:
      facts: {talks: 4, rate: 99%, income: 8, sampled: {checked: 5, passed: 4}, absences: 0, leave: 0}
      surveys: {vote: {classes: {people: {tally: {满意: 30}}, leaders: {tally: {满意: 10}}}}}
      reviews: {review: {classes: {panel: [70, 80, 90]}}}
    cases:
      - {case: 一人, period: 2025-mid-year, expect: {total: "94.00", grade: 优秀}}
"""


def tried(folder: Path, rules: str = RULES, cases: str = CASES) -> Boundaries:
    (folder / "small.yaml").write_text(dedent(rules), encoding="utf-8")
    (folder / "small.case.yaml").write_text(dedent(cases), encoding="utf-8")
    problems = Problems()
    file = open_case_file(Folder(folder), (folder / "small.case.yaml").resolve(), problems)
    assert file is not None, [(p.code, str(p.span)) for p in problems]
    found = boundaries(file, problems)
    assert not problems
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Boundaries:
    return tried(tmp_path_factory.mktemp("small"))


def threshold(found: Boundaries, what: str, period: str = "mid-year") -> Boundary:
    matching = [b for b in found.found if b.what.zh == what and b.period == period]
    assert len(matching) == 1, [(b.what.zh, b.period) for b in found.found]
    return matching[0]


def rows(boundary: Boundary) -> list[tuple[str, ...]]:
    """Value, score, total, grade, gates of each trial."""
    return [(t.value.zh, t.score, t.total, t.grade.zh, "、".join(t.gates)) for t in boundary.trials]


def test_a_gate_below_98_percent(found: Boundaries) -> None:
    assert rows(threshold(found, "走访不够：走访率低于98%")) == [
        ("97.9%", "—", "94.00", "称职", "走访不够"),
        ("98%", "—", "94.00", "优秀", ""),
        ("98.1%", "—", "94.00", "优秀", ""),
    ]


def test_a_share_that_is_no_decimal_is_met_exactly(found: Boundaries) -> None:
    at_two_thirds = threshold(found, "走访不够：走访率高于2/3 (≈66.67%)")
    assert [t.value.zh for t in at_two_thirds.trials] == [
        "1997/3000 (≈66.57%)",
        "2/3 (≈66.67%)",
        "2003/3000 (≈66.77%)",
    ]
    assert [t.gates for t in at_two_thirds.trials] == [("走访不够",)] * 3


def test_the_edge_of_a_band(found: Boundaries) -> None:
    # 5 of 10 points at weight 20 are 10 instead of 20
    assert rows(threshold(found, "收入：收入 >= 7.5")) == [
        ("7.4", "5", "84.00", "称职", ""),
        ("7.5", "10", "94.00", "优秀", ""),
        ("7.6", "10", "94.00", "优秀", ""),
    ]


def test_a_target_in_each_period(found: Boundaries) -> None:
    # 3 of 4 talks are 7.5 points: 15 of the weight of 20; 7 of 8 are 8.75: 17.5
    mid_year = rows(threshold(found, "宣讲：宣讲目标4"))
    assert mid_year == [
        ("3场", "7.5", "89.00", "称职", ""),
        ("4场", "10", "94.00", "优秀", ""),
        ("5场", "10", "94.00", "优秀", ""),
    ]
    year_end = rows(threshold(found, "宣讲：宣讲目标8", "year-end"))
    assert year_end[:2] == [("7场", "8.75", "91.50", "称职", ""), ("8场", "10", "94.00", "优秀", "")]


def test_a_grade_edge_is_looked_up_in_steps_of_the_rounding(found: Boundaries) -> None:
    edge = threshold(found, "各类人员：优秀 >= 90")
    assert edge.looked_up
    assert rows(edge) == [
        ("89.99", "—", "89.99", "称职", ""),
        ("90.00", "—", "90.00", "优秀", ""),
        ("90.01", "—", "90.01", "优秀", ""),
    ]
    assert not threshold(found, "走访不够：走访率低于98%").looked_up


def test_each_rung_of_a_ladder_at_its_own_line(found: Boundaries) -> None:
    first, second = threshold(found, "脱岗：脱岗不低于1"), threshold(found, "脱岗：脱岗不低于2")
    assert [(t.value.zh, t.grade.zh) for t in first.trials] == [("0次", "优秀"), ("1次", "称职"), ("2次", "不称职")]
    assert [(t.value.zh, t.grade.zh) for t in second.trials] == [
        ("1次", "称职"),
        ("2次", "不称职"),
        ("3次", "不称职"),
    ]
    line = next(n for n, text in enumerate(dedent(RULES).splitlines(), 1) if "ladder:" in text)
    assert (first.span.line, second.span.line) == (line, line)
    assert first.span.column < second.span.column


def test_the_least_ballots(found: Boundaries) -> None:
    least = threshold(found, "测评：至少20票")
    # 64 without the vote, 94 with all of it
    assert rows(least)[0][:4] == ("19", "0 ～ 100", "64.00 ～ 94.00", "待定：优秀或称职或不称职")
    assert rows(least)[1:] == [("20", "100", "94.00", "优秀", ""), ("21", "100", "94.00", "优秀", "")]


def test_the_share_of_votes(found: Boundaries) -> None:
    share = rows(threshold(found, "不满意：测评·满意低于60%"))
    assert share == [
        ("59.9%", "59.9", "81.97", "不称职", "不满意"),
        ("60%", "60", "82.00", "称职", ""),
        ("60.1%", "60.1", "82.03", "称职", ""),
    ]


def test_least_marks_and_dropped_extremes(found: Boundaries) -> None:
    least = threshold(found, "评议：每类至少3份")
    assert [(t.value.zh, t.total) for t in least.trials] == [
        ("2 份", "78.00 ～ 98.00"),
        ("3 份", "98.00"),
        ("4 份", "98.00"),
    ]
    dropped = threshold(found, "评议：多于5份才去掉高低分")
    # one 0 and the rest 100: 300÷4, 400÷5, and 6 marks without the 0 and one 100
    assert [(t.value.zh, t.score) for t in dropped.trials] == [
        ("4 份（0，其余 100）", "75"),
        ("5 份（0，其余 100）", "80"),
        ("6 份（0，其余 100）", "100"),
    ]


def test_the_least_size_of_a_sample(found: Boundaries) -> None:
    least = threshold(found, "抽查：抽查至少抽查5个")
    assert [(t.value.zh, t.score) for t in least.trials] == [("4/4", "0 ～ 10"), ("5/5", "10"), ("6/6", "10")]


def test_a_score_cannot_be_entered_and_is_held_against_the_number(found: Boundaries) -> None:
    score = threshold(found, "得分低：宣讲不高于2.5")
    assert score.looked_up
    said = [(t.value.zh, [text.en for text in t.said]) for t in score.trials]
    assert said == [("2.49", ["holds"]), ("2.50", ["holds"]), ("2.51", ["does not hold"])]
    minimum = threshold(found, "名额：总分不低于92")
    assert [(t.total, t.grade.zh, t.said[0].zh) for t in minimum.trials] == [
        ("91.99", "优秀", "不成立"),
        ("92.00", "优秀", "成立"),
        ("92.01", "优秀", "成立"),
    ]


def test_first_days_around_the_least_service(found: Boundaries) -> None:
    service = threshold(found, "最短驻村时间 2个月")
    # from 1 May to 30 June are two months to the day
    assert [(t.value.en, t.total, t.grade.en) for t in service.trials] == [
        ("from 2025-05-02", "—", "not assessed"),
        ("from 2025-05-01", "94.00", "优秀"),
        ("from 2025-04-30", "94.00", "优秀"),
    ]
    moved = threshold(found, "划转时限 10天")
    assert [(t.value.en, len(t.said)) for t in moved.trials] == [
        ("moved 2025-01-10", 0),
        ("moved 2025-01-11", 0),
        ("moved 2025-01-12", 1),
    ]


def test_what_may_not_be_entered_says_so(found: Boundaries) -> None:
    leave = threshold(found, "久假：请假不低于30")
    assert [t.grade.en for t in leave.trials] == ["优秀", "not assessed", "refused"]
    assert "30" in leave.trials[2].said[0].en


def test_a_threshold_of_one_period_is_tried_in_it(found: Boundaries) -> None:
    odd = threshold(found, "提前：提前不低于1", "year-end")
    assert [t.gates for t in odd.trials] == [(), ("提前",), ("提前",)]


def test_thresholds_come_in_the_order_of_places_each_once(found: Boundaries) -> None:
    places = [b.span.sort_key for b in found.found]
    assert places == sorted(places)
    keys = [(b.span.sort_key, b.what.zh, b.period) for b in found.found]
    assert len(keys) == len(set(keys))


def test_notes_that_every_value_has_are_said_once() -> None:
    folder = shipped_rulesets()
    path = folder.root / "baseline" / "one-publicity-six-assistances.case.yaml"
    file = open_case_file(folder, path, Problems())
    assert file is not None
    found = boundaries(file, Problems())
    target = threshold(found, "政策宣讲：政策宣讲场次目标12", "year-end")
    assert [text.en for text in target.said] == ["优秀名额: no place for 1 in 公务员, so 称职"]
    assert [t.said for t in target.trials] == [(), (), ()]


def test_every_shipped_ruleset_has_its_boundaries_worked_out() -> None:
    folder, problems = shipped_rulesets(), Problems()
    for path in case_files(folder, folder.root, problems):
        file = open_case_file(folder, path, problems)
        assert file is not None
        for boundary in boundaries(file, problems).found:
            assert len(boundary.trials) >= 2, boundary
            assert boundary.looked_up or any(t.total != "—" for t in boundary.trials), (path, boundary)
    assert not problems


def test_without_anybody_to_start_from_nothing_is_made_up(tmp_path: Path) -> None:
    cases = """
        cases_for: small.yaml
        cases: [{case: 名额, places: {quota: best, bases: {any: 4}}, expect_places: {any: 4}}]
        """
    found = tried(tmp_path, cases=cases)
    gate = threshold(found, "走访不够：走访率低于98%")
    assert {(t.total, t.said) for t in gate.trials} == {("—", ())}
    assert [text.en for text in gate.said] == ["no case to start from"]
    assert rows(threshold(found, "各类人员：优秀 >= 90"))[1][3] == "优秀"


def test_the_first_of_several_people_is_tried_alone(tmp_path: Path) -> None:
    cases = dedent(CASES).split("cases:\n")[0] + dedent("""
        cases:
          - case: 两人
            period: 2025-year-end
            cohort: [{cadre: 甲, facts: {talks: 8}}, {cadre: 乙, facts: {talks: 4}}]
            expect_each: {甲: {total: "94.00"}, 乙: {total: "84.00"}}
        """)
    found = tried(tmp_path, cases=cases)
    assert [t.total for t in threshold(found, "宣讲：宣讲目标8", "year-end").trials] == ["91.50", "94.00", "94.00"]


# ── what people see ─────────────────────────────────────────────────


def test_the_table_lines_up_whatever_its_letters(found: Boundaries) -> None:
    lines = boundary_lines(found, "zh")
    at = next(i for i, line in enumerate(lines) if "走访率低于98%" in line)
    assert lines[at].endswith(": 走访不够：走访率低于98%  [mid-year]")
    assert lines[at + 1 : at + 5] == [
        "  取值   总分   等次  触发      说明",
        "  97.9%  94.00  称职  走访不够  走访不够：等次不高于称职",
        "  98%    94.00  优秀  —         名额：全部 1 人，名额 1 个，在名额之内",
        "  98.1%  94.00  优秀  —         名额：全部 1 人，名额 1 个，在名额之内",
    ]
    starts = {text_width(line.partition("优秀")[0]) for line in lines[at + 3 : at + 5]}
    assert starts == {text_width("  98.1%  94.00  ")}
    grade = next(line for line in lines if "优秀 >= 90" in line)
    assert grade.endswith("[mid-year]（直接对照规定，没有算人）")
    assert lines[0] == f"small：{len(found.found)} 个界限"


def test_programs_get_the_same(found: Boundaries) -> None:
    document = boundary_json(found, "en")
    assert document["ruleset"] == "small"
    assert len(document["thresholds"]) == len(found.found)
    gate = next(t for t in document["thresholds"] if t["what"] == "走访不够: 走访率 below 98%")
    line = next(n for n, text in enumerate(dedent(RULES).splitlines(), 1) if "走访不够" in text)
    assert (gate["file"], gate["line"], gate["period"], gate["criterion"]) == ("small.yaml", line, "mid-year", None)
    assert gate["trials"][0] == {
        "value": "97.9%",
        "score": None,
        "total": "94.00",
        "grade": "称职",
        "gates": ["走访不够"],
        "notes": ["走访不够: no better than 称职"],
    }


def test_a_trial_is_plain_data(found: Boundaries) -> None:
    assert all(isinstance(t, Trial) for b in found.found for t in b.trials)
    assert len({hash(t) for b in found.found for t in b.trials}) > 10


def test_a_criterion_of_a_plugin_is_named_as_not_looked_at() -> None:
    folder, problems = Folder(Path(__file__).parents[1] / "rulesets"), Problems()
    file = open_case_file(folder, folder.root / "published" / "ruian-2012.case.yaml", problems)
    assert file is not None
    found = boundaries(file, problems)
    assert found.unseen == (("民主测评", "excellent-rate-bands"),)
    assert "没有查：民主测评" in boundary_lines(found)[-1]
    assert boundary_json(found)["unseen"] == [{"criterion": "民主测评", "kind": "excellent-rate-bands"}]
