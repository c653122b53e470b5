"""Accountability: rules propose, people with authority decide, and what they decide counts from that day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import refusals
from cadre_eval.errors import RefusedInput
from cadre_eval.ruleset.accountability import Target
from cadre_eval.supervision.answering import filed
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.deciding import matters
from cadre_eval.workspace.opening import open_workspace
from running import ran
from supervised import ROSTER, RULES, decision, decisions, dossiers, inspection, supervised

END = date(2026, 1, 31)
ALL = {"c-1": 95, "c-2": 90, "c-3": 80, "c-4": 70}


def keys(folder: Path, day: date = END) -> dict[str, str]:
    """How each matter stands, by the key of its proposal."""
    return {m.measure.key: m.state for m in matters(open_workspace(folder), day)}


def proposed(folder: Path, rule: str) -> dict[str, tuple[str, Fraction | None, bool]]:
    """What a rule proposes at year-end: measure, points and whether it waits, by whom it is for and what it follows from."""
    found = assess(open_workspace(folder), "2025-year-end").measures
    return {
        m.key.removeprefix(f"{rule}/"): (m.proposed.measure.zh, m.proposed.points, m.proposed.waits_for is not None)
        for m in found
        if m.use.id == rule
    }


def codes(folder: Path, day: date = END) -> list[str]:
    with pytest.raises(RefusedInput) as refused:
        matters(open_workspace(folder), day)
    return [problem.code for problem in refused.value.problems]


# ── rules ────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_finding_brings_a_talk_the_second_an_admonition_the_third_recall(tmp_path: Path) -> None:
    days = ["2025-02-03", "2025-04-07", "2025-09-01", "2025-10-13"]
    found = [inspection(n, day, {"id": f"f-{n}", "cadre": "c-3"}) for n, day in enumerate(days, 1)]
    folder = supervised(tmp_path, dossiers(ALL), *found)
    assert {key: measure for key, (measure, _, _) in proposed(folder, "absence").items()} == {
        "c-3/f-1": "提醒谈话", "c-3/f-2": "诫勉", "c-3/f-3": "召回撤换", "c-3/f-4": "召回撤换",
    }  # fmt: skip
    stopped = supervised(
        tmp_path / "stop", dossiers(ALL), *found, rules=RULES.replace("beyond: repeat", "beyond: stop", 1)
    )
    assert set(proposed(stopped, "absence")) == {"c-3/f-1", "c-3/f-2", "c-3/f-3"}


def test_a_unit_answers_for_all_its_cadres_together(tmp_path: Path) -> None:
    folder = supervised(
        tmp_path, dossiers(ALL),
        inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-1"}, {"id": "f-2", "cadre": "c-2"}),
        inspection(2, "2025-04-07", {"id": "f-3", "cadre": "c-3"}),
    )  # fmt: skip
    assert set(proposed(folder, "unit")) == {"u-1/f-2"}


def test_what_a_unit_has_on_file_is_of_its_own_cadres_only(tmp_path: Path) -> None:
    past = history(*({"cadre": cadre, "grade": "合格"} for cadre in ALL))
    workspace = open_workspace(supervised(tmp_path, past, inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-3"})))
    roster = workspace.roster
    file = filed(workspace.on_record, workspace.supervision_on(END), roster.by_cadre, roster.hosts, END)
    targets: dict[tuple[Target, str], tuple[str, ...]] = {
        ("sending-unit", "u-1"): ("c-1", "c-2"), ("sending-unit", "u-2"): ("c-3", "c-4"),
        ("township", "t-2"): ("c-4",), ("host", "h-1"): ("c-1", "c-2"), ("cadre", "c-3"): ("c-3",),
    }  # fmt: skip
    for (target, key), cadres in targets.items():
        assert tuple(p.cadre for p in file.on_file(target, key).history) == cadres
    seen = {key for target, key in targets if file.on_file(target, key).findings}
    assert seen == {"u-2", "c-3"}


def test_three_findings_at_a_tenth_of_a_point_are_three_tenths_exactly_until_the_item_is_used_up(
    tmp_path: Path,
) -> None:
    three = [{"id": f"f-{n}", "cadre": "c-1"} for n in (1, 2)] + [{"id": "f-3", "cadre": "c-3"}]
    days = ["2025-02-03", "2025-04-07", "2025-09-01"]
    folder = supervised(
        tmp_path,
        dossiers(ALL),
        *(inspection(n, day, f) for n, (day, f) in enumerate(zip(days, three, strict=True), 1)),
    )
    assert proposed(folder, "street-points")["t-1/2025-year-end"][1] == Fraction(-3, 10)
    assert proposed(folder, "unit-points")["u-1/2025-year-end"][1] == Fraction(-2, 10)
    more = inspection(4, "2025-10-13", {"id": "f-4", "cadre": "c-2"}, {"id": "f-5", "cadre": "c-1"})
    folder = supervised(tmp_path, more)
    assert proposed(folder, "unit-points")["u-1/2025-year-end"][1] == Fraction(-1, 4)
    assert proposed(folder, "street-points")["t-1/2025-year-end"][1] == Fraction(-4, 10), "one visit counts once"


def test_a_gate_brings_a_measure_for_the_cadre_and_the_unit_and_waits_while_it_is_open(tmp_path: Path) -> None:
    folder = supervised(tmp_path, dossiers({"c-1": 10, "c-2": 90, "c-4": 70}))
    assert proposed(folder, "veto") == {
        "c-1/2025-year-end": ("诫勉", None, False), "c-3/2025-year-end": ("诫勉", None, True),
    }  # fmt: skip
    assert proposed(folder, "veto-unit") == {
        "u-1/2025-year-end": ("通报单位", None, False), "u-2/2025-year-end": ("通报单位", None, True),
    }  # fmt: skip


def history(*results: Mapping[str, object]) -> dict[str, str]:
    return {"supervision/history.yaml": json.dumps({"history": "2024-year-end", "results": list(results)})}


def test_two_years_running_needs_both_years_and_waits_for_one_that_is_not_on_record(tmp_path: Path) -> None:
    talks = {"c-1": 95, "c-2": 50, "c-3": 40, "c-4": 30}
    folder = supervised(
        tmp_path, dossiers(talks),
        history({"cadre": "c-2", "grade": "不合格"}, {"cadre": "c-3", "grade": "合格"}),
    )  # fmt: skip
    assert proposed(folder, "low") == {
        "c-2/2025-year-end": ("召回撤换", None, False), "c-4/2025-year-end": ("召回撤换", None, True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("talks", "past", "found"),
    [
        ({"c-1": 95, "c-2": 90, "c-3": 80, "c-4": 70}, {"rank": 4, "of": 4}, {"c-4": False}),
        ({"c-1": 95, "c-2": 90, "c-3": 80, "c-4": 70}, {"rank": 3, "of": 4}, {}),
        ({"c-1": 95, "c-2": 90, "c-3": 80, "c-4": 70}, None, {"c-4": True}),
        ({"c-1": 95, "c-2": 90, "c-3": 70, "c-4": 70}, {"rank": 4, "of": 4}, {"c-3": True, "c-4": True}),
    ],
    ids=["last twice", "not last before", "not on record", "tied for the last place"],
)
def test_the_last_two_years_running(
    tmp_path: Path, talks: dict[str, int], past: dict[str, int] | None, found: dict[str, bool]
) -> None:
    files = [history({"cadre": "c-4", **past}, {"cadre": "c-3", "rank": 4, "of": 4})] if past else []
    folder = supervised(tmp_path, dossiers(talks), *files)
    assert {key.split("/")[0]: waits for key, (_, _, waits) in proposed(folder, "last").items()} == found


def by_hand(days: list[date], within: str) -> list[int | None]:
    """The step of each finding, counted in the plainest way."""
    found: list[int | None] = []
    for place, day in enumerate(days):
        if within == "year":
            number = sum(other.year == day.year for other in days[: place + 1])
        elif within == "period":
            number = sum(other.year == 2025 for other in days[: place + 1])
        else:
            number = sum(day - other < timedelta(days=60) for other in days[: place + 1])
        found.append(min(number, 3) if day.year == 2025 else None)
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.dates(date(2024, 6, 1), date(2025, 12, 31)), min_size=1, max_size=7).map(sorted),
    st.sampled_from(["year", "period", "60 days"]),
)
def test_a_ladder_never_skips_a_step(days: list[date], within: str) -> None:
    rules = RULES.replace("within: year", f"within: {within}", 1)
    found = [inspection(n, day.isoformat(), {"id": f"f-{n}", "cadre": "c-3"}) for n, day in enumerate(days, 1)]
    with TemporaryDirectory() as home:
        taken = proposed(supervised(Path(home), dossiers(ALL), *found, rules=rules), "absence")
    titles = {1: "提醒谈话", 2: "诫勉", 3: "召回撤换"}
    wanted = {f"c-3/f-{n}": titles[step] for n, step in enumerate(by_hand(days, within), 1) if step is not None}
    assert {key: measure for key, (measure, _, _) in taken.items()} == wanted
    in_order = [step for step in by_hand(days, within) if step is not None]
    if within != "60 days" and not any(day.year < 2025 for day in days):
        assert in_order == sorted(in_order)
        assert set(in_order) == set(range(1, max(in_order, default=0) + 1))


# ── decisions ────────────────────────────────────────────────────────────────────────────────────

FOUND = inspection(
    1, "2025-02-03", {"id": "f-1", "cadre": "c-1"}, {"id": "f-2", "cadre": "c-2"}, {"id": "f-3", "cadre": "c-4"}
)
SECOND = inspection(2, "2025-04-07", {"id": "f-4", "cadre": "c-1"}, {"id": "f-5", "cadre": "c-2"})


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-3"), None),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-1"), "CE791"),
        (decision("d-1", "absence/c-1/f-1", "2025-03-01", "talk", "o-1"), None),
        (decision("d-1", "absence/c-1/f-1", "2025-03-01", "talk", "o-3"), "CE791"),
        (decision("d-1", "absence/c-1/f-1", "2025-09-01", "talk", "o-1"), "CE791"),
        (decision("d-1", "absence/c-4/f-3", "2025-03-01", "talk", "o-1"), "CE791"),
        (decision("d-1", "absence/c-1/f-4", "2025-04-10", "admonition", "o-2"), None),
        (decision("d-1", "absence/c-1/f-4", "2025-04-10", "admonition", "o-1"), "CE791"),
        (decision("d-1", "absence/c-1/f-4", "2025-04-10", "admonition", "o-4"), "CE792"),
        (decision("d-1", "absence/c-2/f-2", "2025-02-10", "talk", "o-5"), "CE792"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-01", "talk", "o-3"), "CE702"),
        (decision("d-1", "absence/c-1", "2025-02-10", "talk", "o-3"), "CE790"),
        (decision("d-1", "absense/c-1/f-1", "2025-02-10", "talk", "o-3"), "CE421"),
        (decision("d-1", "absence/c-9/f-1", "2025-02-10", "talk", "o-3"), "CE421"),
        (decision("d-1", "absence/c-1/f-2", "2025-02-10", "talk", "o-3"), "CE794"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talks", "o-3"), "CE421"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-9"), "CE421"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "admonition", "o-2"), "CE795"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-3", outcome="vary"), "CE795"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "admonition", "o-2", outcome="vary"), None),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-3", outcome="refuse", carried_out="2025-02-11"), "CE793"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-3", carried_out="2025-02-09"), "CE702"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-3", known_on="2025-02-09"), "CE702"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-30", "talk", "o-3"), "CE208"),
        (decision("d-1", "absence/c-1/f-1", "2025-02-10", "talk", "o-3", outcome="agree"), "CE205"),
    ],
    ids=str,
)  # fmt: skip
def test_only_somebody_with_authority_on_that_day_decides_and_never_on_their_own_case(
    tmp_path: Path, entry: dict[str, str], code: str | None
) -> None:
    folder = supervised(tmp_path, dossiers(ALL), FOUND, SECOND, decisions(entry))
    if code is None:
        assert keys(folder)[entry["proposal"]] in {"confirmed", "not-carried-out", "varied"}
        return
    done = ran("measures", folder, "--as-of", "2026-01-31")
    assert (done.code, done.out) == (1, "")
    assert code in done.err
    assert "Traceback" not in done.err
    assert "supervision/decisions.yaml:" in done.err


def test_a_unit_does_not_decide_about_itself(tmp_path: Path) -> None:
    roster = ROSTER.replace(
        "{unit: u-1, title: 副局长, from: 2023-01-01}",
        "{unit: u-1, title: 副局长, from: 2023-01-01}, {unit: qinglan, title: 挂职, from: 2023-01-01}",
    )
    entry = decision("d-1", "unit/u-1/f-2", "2025-02-10", "notice", "o-3")
    assert codes(supervised(tmp_path, dossiers(ALL), FOUND, decisions(entry), roster=roster)) == ["CE792"]


def test_two_decisions_on_one_proposal_are_refused(tmp_path: Path) -> None:
    two = [decision(f"d-{n}", "absence/c-1/f-1", "2025-02-10", "talk", "o-3") for n in (1, 2)]
    assert codes(supervised(tmp_path, dossiers(ALL), FOUND, decisions(*two))) == ["CE306"]


def test_what_is_overdue_depends_on_the_day(tmp_path: Path) -> None:
    entry = decision("d-1", "absence/c-2/f-2", "2025-02-10", "talk", "o-1", carried_out="2025-02-25")
    folder = supervised(tmp_path, dossiers(ALL), FOUND, decisions(entry))

    def on(day: str, key: str) -> str | None:
        return keys(folder, date.fromisoformat(day)).get(key)

    assert on("2025-02-02", "absence/c-1/f-1") is None
    assert on("2025-02-13", "absence/c-1/f-1") == "proposed"
    assert on("2025-02-14", "absence/c-1/f-1") == "overdue"
    assert on("2025-02-09", "absence/c-2/f-2") == "proposed"
    assert on("2025-02-17", "absence/c-2/f-2") == "confirmed"
    assert on("2025-02-18", "absence/c-2/f-2") == "not-carried-out"
    assert on("2025-02-25", "absence/c-2/f-2") == "carried-out"


def test_a_decision_whose_finding_proved_unfounded_lapses_and_the_ladder_starts_anew(tmp_path: Path) -> None:
    withdrawn = [{"finding": "f-1", "on": "2025-03-20", "by": "o-2", "reason": "核实为公出"}]
    first = inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-2"}, withdrawn=withdrawn)
    second = inspection(2, "2025-04-07", {"id": "f-2", "cadre": "c-2"})
    entry = decision("d-1", "absence/c-2/f-1", "2025-02-10", "talk", "o-1", carried_out="2025-02-12")
    folder = supervised(tmp_path, dossiers(ALL), first, second, decisions(entry))
    assert keys(folder, date(2025, 3, 19))["absence/c-2/f-1"] == "carried-out"
    assert keys(folder, date(2025, 3, 20))["absence/c-2/f-1"] == "lapsed"
    measures = {
        m.measure.key: m.measure.proposed.measure_id for m in matters(open_workspace(folder), date(2025, 4, 8))
    }
    assert measures["absence/c-2/f-2"] == "talk"


def test_decisions_count_at_the_year_end_from_their_day_and_the_receipt_names_them(tmp_path: Path) -> None:
    entries = [
        decision("d-1", "absence/c-2/f-2", "2025-02-10", "talk", "o-1"),
        decision("d-2", "absence/c-2/f-5", "2025-04-10", "admonition"),
        decision("d-3", "absence/c-1/f-4", "2026-01-10", "recall", outcome="vary"),
    ]
    folder = supervised(tmp_path, dossiers(ALL), FOUND, SECOND, decisions(*entries))
    workspace = open_workspace(folder)
    results = assess(workspace, "2025-year-end")
    assert (results["c-2"].grade, results["c-1"].grade) == ("合格", "优秀")
    later = assess(workspace, "2025-year-end", date(2026, 1, 31))
    assert later["c-1"].grade == "优秀", "a decision of January is no decision of the year before"
    done = ran("explain", folder, "c-2", "--period", "2025-year-end")
    assert "处理影响期内" in done.out
    mid = assess(workspace, "2025-year-end", date(2025, 4, 9))
    assert mid["c-2"].gates == () or all(gate.gate.id != "barred" for gate in mid["c-2"].gates)


def test_a_recall_decided_in_the_year_is_a_gate_and_an_effect_lasts_as_long_as_declared(tmp_path: Path) -> None:
    entry = decision("d-1", "absence/c-2/f-5", "2025-04-10", "recall", outcome="vary")
    folder = supervised(tmp_path, dossiers(ALL), FOUND, SECOND, decisions(entry))
    assert assess(open_workspace(folder), "2025-year-end")["c-2"].grade == "不合格"
    found = {m.measure.key: m for m in matters(open_workspace(folder), END)}["absence/c-2/f-5"]
    assert {(e.effect, e.days.first, e.days.last) for e in found.effects} == {
        ("no-excellent", date(2025, 4, 10), date(2025, 12, 31)),
        ("no-promotion", date(2025, 4, 10), date(2027, 4, 9)),
    }


def test_what_was_known_on_a_day_is_what_was_shown_then(tmp_path: Path) -> None:
    entries = [
        decision("d-1", "absence/c-2/f-2", "2025-02-10", "talk", "o-1", known_on="2025-05-01"),
        decision("d-2", "absence/c-2/f-5", "2025-04-10", "admonition"),
    ]
    whole = supervised(tmp_path / "whole", dossiers(ALL), FOUND, SECOND, decisions(*entries))
    then = supervised(tmp_path / "then", dossiers(ALL), FOUND, SECOND, decisions(entries[1]))
    day = ["--as-of", "2025-04-30", "--format", "json"]
    assert ran("measures", whole, *day).out == ran("measures", then, *day).out != ""


def test_a_dossier_does_not_record_what_follows_from_supervision(tmp_path: Path) -> None:
    wrong = {
        "records/2025-year-end-c-1.yaml": json.dumps(
            {"dossier": "c-1", "period": "2025-year-end", "facts": {"absent_found": "0"}}
        )
    }
    done = ran("check", supervised(tmp_path, wrong))
    assert done.code == 1
    assert "CE703" in done.said


def test_proposals_are_shown_wherever_a_result_is(tmp_path: Path) -> None:
    folder = supervised(tmp_path / "w", dossiers(ALL), FOUND)
    ran("assess", folder, "--period", "2025-year-end", "--out", tmp_path / "out")
    sheet = (tmp_path / "out" / "2025-year-end.measures.csv").read_text("utf-8-sig")
    account = (tmp_path / "out" / "2025-year-end" / "c-1.txt").read_text("utf-8")
    for text in (sheet, account, ran("explain", folder, "c-1", "--period", "2025-year-end").out):
        assert "提醒谈话" in text
        assert "f-1" in text
    assert "处理措施" not in (tmp_path / "out" / "2025-year-end" / "c-3.txt").read_text("utf-8")


# ── rules that cannot be right ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("steps: {1: talk, 2: admonition, 3: recall}", "steps: {1: talk, 2: admonish}", "CE421"),
        ("steps: {1: talk, 2: admonition, 3: recall}", "steps: {0: talk}", "CE213"),
        ("steps: {1: talk, 2: admonition, 3: recall}", "steps: {}", "CE202"),
        ("steps: {2: notice}", "steps: {2: talk}", "CE439"),
        ("findings: [absent], within: year, beyond: repeat,\n     steps", "findings: [abscent], within: year, beyond: repeat,\n     steps", "CE421"),
        ("findings: [absent], within: year, beyond: repeat,\n     steps", "findings: [], within: year, beyond: repeat,\n     steps", "CE202"),
        ("within: year, beyond: repeat,\n", "within: forever, beyond: repeat,\n", "CE209"),
        ("within: year, beyond: repeat,\n", "within: year,\n", "CE203"),
        ("findings: [absent], within: year, beyond: repeat,\n", "findings: [absent], severity: dire, within: year, beyond: repeat,\n", "CE421"),
        ("each: -0.1, item_points: 1,", "each: 0.1, item_points: 1,", "CE213"),
        ("each: -0.1, item_points: 1,", "each: -2, item_points: 1,", "CE213"),
        ("rule: gate-measure, gates: [few]", "rule: gate-measure, gates: [feww]", "CE421"),
        ("grades: [不合格], running: 2", "grades: [差], running: 2", "CE421"),
        ("grades: [不合格], running: 2", "grades: [不合格], running: 0", "CE213"),
        ("rule: bottom-rank, last: 1", "rule: bottom-rank, last: 0", "CE213"),
        ("severity: serious,", "severity: worst,", "CE421"),
        ("type: count, unit: 次, from: {findings: [absent]}", "type: rate, from: {findings: [absent]}", "CE402"),
        ("from: {findings: [absent]}", "from: {findings: [late]}", "CE421"),
        ("from: {measures: [recall]}", "from: {measures: [dismiss]}", "CE421"),
        ("from: {effect: no-excellent}", "from: {effect: no-raise}", "CE421"),
        ("from: {findings: [absent]}", "from: {findings: [absent], worklist: on-time}", "CE406"),
        ("from: {findings: [absent]}", "from: {question: x}", "CE406"),
        ("from: {findings: [absent]}", "from: {finding: [absent]}", "CE201"),
        ("decided_by: management", "decided_by: manager", "CE205"),
        ("for: 2 years", "for: ever", "CE209"),
        ("supervision:\n", "supervision:\n  leave: [{up_to: 3, by: management}, {up_to: 3, by: district}]\n", "CE213"),
        ("supervision:\n", "supervision:\n  leave: [{by: management}, {by: district}]\n", "CE407"),
    ],
)  # fmt: skip
def test_rules_that_name_what_is_not_declared_are_refused(old: str, new: str, code: str) -> None:
    assert old in RULES
    assert code in refusals(RULES.replace(old, new, 1))


def test_who_is_not_assessed_answers_for_findings_all_the_same(tmp_path: Path) -> None:
    rules = RULES + "eligibility: {minimum_service: 6 months, service: within-period, otherwise: 不定等次}\n"
    roster = ROSTER.replace(
        "sending_unit: u-2, from: 2024-05-01, to: 2026-04-30,\n     transfers: {management: {to: t-2, effective: 2024-05-10}, assessment: {to: t-2, effective: 2024-05-10}}",
        "sending_unit: u-2, from: 2025-01-02, to: 2025-03-31",
    )
    assert roster != ROSTER
    folder = supervised(tmp_path, dossiers({"c-1": 90}), FOUND, rules=rules, roster=roster)
    found = assess(open_workspace(folder), "2025-year-end")
    assert found["c-4"].state == "not-assessed"
    assert "absence/c-4/f-3" in {measure.key for measure in found.measures}


REVOKED = {"on": "2025-08-01", "by": "o-2", "reason": "核实为公出"}


def test_a_decision_taken_back_counts_no_more_and_another_may_be_made(tmp_path: Path) -> None:
    recall = {**decision("d-1", "absence/c-2/f-5", "2025-04-10", "recall", outcome="vary"), "revoked": REVOKED}
    folder = supervised(tmp_path, dossiers(ALL), FOUND, SECOND, decisions(recall))
    workspace = open_workspace(folder)
    assert assess(workspace, "2025-year-end", date(2025, 7, 31))["c-2"].grades_possible == ("不合格",)
    assert assess(workspace, "2025-year-end")["c-2"].grade == "优秀"
    assert keys(folder, date(2025, 7, 31))["absence/c-2/f-5"] == "varied"
    states = [(m.measure.key, m.state) for m in matters(workspace, date(2025, 8, 1))]
    assert ("absence/c-2/f-5", "revoked") in states
    assert ("absence/c-2/f-5", "overdue") in states, "what was proposed is to be decided again"
    again = decision("d-2", "absence/c-2/f-5", "2025-08-05", "admonition")
    folder = supervised(tmp_path, decisions(recall, again))
    assert [s for k, s in states_of(folder, date(2025, 8, 6)) if k == "absence/c-2/f-5"] == ["confirmed", "revoked"]


def states_of(folder: Path, day: date) -> list[tuple[str, str]]:
    return [(m.measure.key, m.state) for m in matters(open_workspace(folder), day)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"by": "o-1"}, "CE791"), ({"on": "2025-04-01"}, "CE702"), ({"by": "o-9"}, "CE421"), ({"reason": ""}, "CE214")],
)
def test_taking_back_takes_the_same_authority(tmp_path: Path, changed: dict[str, str], code: str) -> None:
    recall = decision("d-1", "absence/c-2/f-5", "2025-04-10", "recall", outcome="vary")
    entry = {**recall, "revoked": {**REVOKED, **changed}}
    done = ran("check", supervised(tmp_path, dossiers(ALL), FOUND, SECOND, decisions(entry)))
    assert done.code == 1
    assert code in done.said
