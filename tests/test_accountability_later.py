"""What comes out after a decision, what outlasts a posting, a year or a ruleset; and rules that would spoil the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

import plugin_workspace as pw
from cadre_eval.errors import PluginFailure
from cadre_eval.model.dates import Days, Duration, Workdays
from cadre_eval.plugins.rules.bottom_rank import BOTTOM_RANK
from cadre_eval.plugins.rules.declared import Declared
from cadre_eval.plugins.views import Answerable, AssessedCadre
from cadre_eval.supervision.calendar import last_day
from cadre_eval.supervision.measures import Matter
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.deciding import matters
from cadre_eval.workspace.opening import open_workspace
from running import ran
from supervised import ROSTER, RULES, decision, decisions, dossiers, inspection, supervised

ALL = {"c-1": 95, "c-2": 90, "c-3": 80, "c-4": 70}
UNFOUNDED = [{"finding": "f-1", "on": "2025-05-20", "by": "o-2", "reason": "核实为公出"}]
FIRST = inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-2"}, withdrawn=UNFOUNDED)
SECOND = inspection(2, "2025-04-07", {"id": "f-2", "cadre": "c-2"})
LONG = ROSTER.replace("to: 2026-04-30", "to: 2029-04-30")


def by_key(folder: Path, day: str) -> Mapping[str, Matter]:
    return {m.measure.key: m for m in matters(open_workspace(folder), date.fromisoformat(day))}


# ── decisions, and what came out later ───────────────────────────────────────────────────────────


def test_a_second_that_turns_out_to_be_a_first_leaves_the_decision_sound_and_asks_for_another_look(
    tmp_path: Path,
) -> None:
    entry = decision("d-1", "absence/c-2/f-2", "2025-04-10", "admonition")
    folder = supervised(tmp_path, dossiers(ALL), FIRST, SECOND, decisions(entry))
    assert by_key(folder, "2025-05-19")["absence/c-2/f-2"].state == "confirmed"
    later = by_key(folder, "2025-05-20")["absence/c-2/f-2"]
    assert (later.state, later.measure.proposed.measure_id) == ("lapsed", "admonition")
    assert later.now is not None
    assert later.now.proposed.measure_id == "talk"
    out = ran("measures", folder, "--as-of", "2025-06-01").out
    assert "按现在所知，建议的是提醒谈话" in out
    found = json.loads(ran("measures", folder, "--as-of", "2025-06-01", "--format", "json").out)["matters"]
    assert [m["proposed_now"]["measure_id"] for m in found if m["state"] == "lapsed"] == ["talk"]


def test_an_earlier_finding_entered_late_does_not_make_a_decision_wrong_and_none_that_was_refused_is_lost(
    tmp_path: Path,
) -> None:
    first = inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-2", "known_on": "2025-05-01"})
    for outcome in ("confirm", "refuse"):
        entry = decision("d-1", "absence/c-2/f-2", "2025-04-10", "talk", "o-1", outcome=outcome)
        folder = supervised(tmp_path / outcome, dossiers(ALL), first, SECOND, decisions(entry))
        assert ran("check", folder).code == 0
        found = by_key(folder, "2025-05-01")
        assert {key: m.state for key, m in found.items() if key.startswith("absence")} == {
            "absence/c-2/f-1": "proposed", "absence/c-2/f-2": "lapsed",
        }  # fmt: skip


def test_points_are_decided_without_a_measure_and_come_up_again_when_they_change(tmp_path: Path) -> None:
    entry = {
        k: v for k, v in decision("d-1", "unit-points/u-1/2025-year-end", "2026-01-10", "").items() if k != "measure"
    }
    third = inspection(3, "2025-12-20", {"id": "f-3", "cadre": "c-2", "known_on": "2026-01-20"})
    folder = supervised(tmp_path / "w", dossiers(ALL), SECOND, third, decisions(entry))
    assert by_key(folder, "2026-01-19")["unit-points/u-1/2025-year-end"].state == "confirmed"
    assert by_key(folder, "2026-01-20")["unit-points/u-1/2025-year-end"].state == "lapsed"
    for wrong, code in (({"outcome": "vary"}, "CE203"), ({"measure": "notice"}, "CE795")):
        done = ran("check", supervised(tmp_path / code, dossiers(ALL), SECOND, decisions({**entry, **wrong})))
        assert (done.code, code in done.said) == (1, True), done.said


def test_check_finds_a_decision_on_what_was_never_proposed_at_the_very_word(tmp_path: Path) -> None:
    entry = decision("d-1", "absence/c-2/f-9", "2025-04-10", "talk", "o-1")
    done = ran("check", supervised(tmp_path, dossiers(ALL), SECOND, decisions(entry)))
    assert done.code == 1
    assert "supervision/decisions.yaml:6:16: CE794" in done.said


def test_what_was_carried_out_later_is_not_told_before(tmp_path: Path) -> None:
    entry = decision("d-1", "absence/c-2/f-2", "2025-04-10", "talk", "o-1", carried_out="2025-04-20")
    folder = supervised(tmp_path, dossiers(ALL), SECOND, decisions(entry))
    shown = [
        json.loads(ran("measures", folder, "--as-of", day, "--format", "json").out)
        for day in ("2025-04-19", "2025-04-20")
    ]
    done = [next(m["decision"]["carried_out"] for m in told["matters"] if m["decision"]) for told in shown]
    assert done == [None, "2025-04-20"]


# ── own case ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("declares", ["c-2", "c-3"])
def test_a_relative_is_one_by_whichever_id_the_two_go(tmp_path: Path, declares: str) -> None:
    """o-5 is the cadre c-2, whose relative is the cadre c-3."""
    other = {"c-2": "c-3", "c-3": "c-2"}[declares]
    roster = ROSTER.replace(f"id: {declares},", f"id: {declares}, relatives: [{other}],")
    found = inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-3"})
    entry = decision("d-1", "absence/c-3/f-1", "2025-02-10", "talk", "o-5")
    done = ran("check", supervised(tmp_path, dossiers(ALL), found, decisions(entry), roster=roster))
    assert (done.code, "CE792" in done.said) == (1, True)


# ── years, postings, rulesets ────────────────────────────────────────────────────────────────────


def test_a_finding_is_proposed_in_every_period_it_lies_in_whatever_year_bears_the_name(tmp_path: Path) -> None:
    work_year = "work-year: {kind: year-end, from: 07-01, to: 06-30, years: 2}\n"
    rules = RULES.replace("mid-year: {from: 01-01, to: 06-30}\n", work_year)
    rules = rules.replace("  year-end: {from: 01-01, to: 12-31}\n", "").replace("[year-end]", "[work-year]")
    found = inspection(1, "2025-09-02", {"id": "f-1", "cadre": "c-3"})
    folder = supervised(tmp_path / "a", found, rules=rules, roster=LONG)
    assert "absence/c-3/f-1" in by_key(folder, "2025-10-01")
    assert "absence/c-3/f-1" in by_key(folder, "2028-10-01")
    new_year = {k: v.replace('"from": "2026-01-02"', '"from": "2025-12-30"') for k, v in
                inspection(1, "2026-01-02", {"id": "f-1", "cadre": "c-3"}).items()}  # fmt: skip
    folder = supervised(tmp_path / "b", new_year, roster=LONG)
    assert "absence/c-3/f-1" in by_key(folder, "2028-03-01")


def test_a_decision_after_the_posting_ended_counts_in_the_year(tmp_path: Path) -> None:
    roster = ROSTER.replace(
        "unit: u-1, from: 2024-05-01, to: 2026-04-30,\n     transfers: {management: {to: t-1, effective: 2024",
        "unit: u-1, from: 2024-05-01, to: 2026-04-30, ended: {on: 2025-09-30, reason: 调回},\n     transfers: {management: {to: t-1, effective: 2024",
    )
    assert roster != ROSTER
    entry = decision("d-1", "absence/c-2/f-2", "2025-10-09", "recall", outcome="vary")
    folder = supervised(tmp_path, dossiers(ALL), SECOND, decisions(entry), roster=roster)
    assert assess(open_workspace(folder), "2025-year-end")["c-2"].grade == "不合格"
    assert assess(open_workspace(folder), "2025-year-end", date(2025, 10, 8))["c-2"].grade == "优秀"


def test_a_decision_about_a_unit_is_none_about_a_cadre_of_the_same_id(tmp_path: Path) -> None:
    roster = ROSTER.replace("u-1", "c-1")
    two = inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-1"}, {"id": "f-2", "cadre": "c-2"})
    entry = decision("d-1", "unit/c-1/f-2", "2025-02-10", "recall", outcome="vary")
    folder = supervised(tmp_path, dossiers(ALL), two, decisions(entry), roster=roster)
    assert assess(open_workspace(folder), "2025-year-end")["c-1"].grade == "优秀"


def test_what_arose_under_the_old_rules_can_be_decided_under_the_new(tmp_path: Path) -> None:
    old = RULES.replace("title: 青岚区考核办法\n", "title: 旧办法\neffective_until: 2025-12-31\n")
    new = RULES.replace("ruleset: small", "ruleset: next").replace(
        "title: 青岚区考核办法\n", "title: 新办法\neffective_from: 2026-01-01\n"
    )
    new = new.replace("admonition", "warning")
    found = inspection(1, "2025-12-20", {"id": "f-1", "cadre": "c-2"}, {"id": "f-2", "cadre": "c-2"})
    entry = decision("d-1", "absence/c-2/f-2", "2026-01-08", "admonition")
    folder = supervised(tmp_path, dossiers(ALL), found, decisions(entry), {"new.yaml": new}, rules=old)
    config = (folder / "cadre-eval.yaml").read_text("utf-8").replace("rules.yaml", "[rules.yaml, new.yaml]")
    (folder / "cadre-eval.yaml").write_text(config, "utf-8")
    decided = by_key(folder, "2026-01-31")["absence/c-2/f-2"]
    assert decided.state == "confirmed"
    assert [e.days for e in decided.effects] == [Days(date(2026, 1, 8), date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("begins", "length", "last"),
    [
        ("2024-02-29", Duration(1, "years"), "2025-02-28"),
        ("2024-02-29", Duration(4, "years"), "2028-02-28"),
        ("2025-08-31", Duration(6, "months"), "2026-02-28"),
        ("2025-08-30", Duration(6, "months"), "2026-02-28"),
        ("2025-08-28", Duration(6, "months"), "2026-02-27"),
        ("2025-12-31", Duration(12, "months"), "2026-12-30"),
        ("2025-01-01", Duration(1, "years"), "2025-12-31"),
        ("2025-01-01", Duration(60, "days"), "2025-03-01"),
        ("9999-06-01", Duration(2, "years"), "9999-12-31"),
    ],
)
def test_a_span_ends_the_day_before_the_same_day_or_with_a_month_that_has_none(
    begins: str, length: Duration, last: str
) -> None:
    assert length.last_from(date.fromisoformat(begins)) == date.fromisoformat(last)


def test_a_time_allowed_that_outruns_the_calendar_is_said_and_not_called_undeclared(tmp_path: Path) -> None:
    rules = RULES.replace("decide_within: 20 days", "decide_within: 20 workdays").replace(
        "1: talk, 2", "1: admonition, 2"
    )
    found = inspection(1, "2026-12-23", {"id": "f-1", "cadre": "c-3"})
    folder = supervised(tmp_path, found, rules=rules, roster=LONG)
    out = ran("measures", folder, "--as-of", "2027-03-01").out
    assert "期限 20个工作日，工作日历没有编到那时，算不出哪天到期" in out
    told = json.loads(ran("measures", folder, "--as-of", "2027-03-01", "--format", "json").out)["matters"]
    assert [m["unreached"] for m in told if m["proposal"] == "absence/c-3/f-1"] == ["20 workdays"]


def test_no_day_after_the_last_is_asked_for() -> None:
    assert last_day(date.max, Workdays(3)) is None


# ── years running, ranks ─────────────────────────────────────────────────────────────────────────


def waits(folder: Path, rule: str) -> dict[str, bool]:
    found = assess(open_workspace(folder), "2025-year-end").measures
    return {m.id: m.proposed.waits_for is not None for m in found if m.use.id == rule}


def test_a_year_on_record_without_a_grade_is_not_a_good_one(tmp_path: Path) -> None:
    past = {
        "supervision/h.yaml": json.dumps(
            {"history": "2024-year-end", "results": [{"cadre": "c-4", "rank": "4", "of": "4"}]}
        )
    }
    assert waits(supervised(tmp_path, dossiers({**ALL, "c-4": 30}), past), "low") == {"c-4": True}


def test_one_good_year_settles_it_though_a_nearer_one_is_not_on_record(tmp_path: Path) -> None:
    past = {
        "supervision/h.yaml": json.dumps(
            {"history": "2023-year-end", "results": [{"cadre": "c-4", "grade": "合格", "rank": "1", "of": "4"}]}
        )
    }
    rules = RULES.replace("running: 2", "running: 3")
    folder = supervised(tmp_path, dossiers({**ALL, "c-4": 30}), past, rules=rules)
    assert (waits(folder, "low"), waits(folder, "last")) == ({}, {})


@pytest.mark.parametrize(
    ("rank", "tied", "ranked", "unranked", "found"),
    [
        (4, 1, 4, 0, "due"), (3, 1, 4, 0, None), (3, 2, 4, 0, "waits"), (3, 1, 3, 1, "waits"), (2, 1, 3, 1, None),
        (4, 1, 3, 1, "due"), (1, 1, 1, 0, "due"), (1, 3, 3, 0, "waits"),
    ],
)  # fmt: skip
def test_nobody_is_the_last_while_another_has_no_rank_yet(
    rank: int, tied: int, ranked: int, unranked: int, found: str | None
) -> None:
    cadre = AssessedCadre(
        "c-1", "林知远", "any", (), "final", None, None, rank, {}, (), (), ranked=ranked, tied=tied, unranked=unranked
    )
    params = SimpleNamespace(last=1, running=1, checked=Declared("talk", "提醒谈话"))
    made = BOTTOM_RANK.propose(params, Answerable("cadre", "c-1", "林知远", "2025-year-end", (cadre,)))
    assert [("due" if m.waits_for is None else "waits") for m in made] == ([found] if found else [])


# ── plugins ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def with_plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pw.make(tmp_path_factory.mktemp("plugin"))


def test_a_rule_that_fails_leaves_the_others_matters_and_is_named(with_plugin: Path) -> None:
    pw.write_plugin(with_plugin, pw.GOOD)
    good = ran("measures", with_plugin, "--as-of", "2026-01-31")
    pw.write_plugin(with_plugin, pw.spoilt("rule", "raise ValueError('no')"))
    done = ran("measures", with_plugin, "--as-of", "2026-01-31")
    assert (good.code, done.code) == (0, 3)
    assert "fickle" in done.err
    assert pw.UNLUCKY_UNIT in good.out
    assert f"reminder/{pw.UNLUCKY_UNIT}/" not in done.out
    assert "reminder/u-01/" in done.out
    with pytest.raises(PluginFailure):
        matters(open_workspace(with_plugin), date(2026, 1, 31))


def test_what_a_rule_does_to_what_it_is_shown_reaches_no_record(with_plugin: Path) -> None:
    pw.write_plugin(with_plugin, pw.GOOD)
    good = ran("assess", with_plugin, "--period", pw.PERIOD, "--format", "json")
    force = "for name, value in (('id', 'u-09'), ('name', 'x'), ('target', 'host')):\n    object.__setattr__(answerable, name, value)\n"
    days = "object.__setattr__(answerable.days, 'last', answerable.days.first)\n"
    pw.write_plugin(with_plugin, pw.spoilt("rule", force + days))
    done = ran("assess", with_plugin, "--period", pw.PERIOD, "--format", "json")
    found, expected = json.loads(done.out), json.loads(good.out)
    assert [found[part] for part in ("results", "measures")] == [expected[part] for part in ("results", "measures")]


def test_findings_of_several_people_of_a_case_are_told_apart(tmp_path: Path) -> None:
    case = """
cases_for: ./r.yaml
cases:
  - case: 两人同一单位
    period: 2025-year-end
    facts: {talks: 95}
    cohort:
      - {cadre: a, findings: [{kind: absent, on: 2025-03-10}]}
      - {cadre: b, findings: [{kind: absent, on: 2025-03-10}]}
    expect_measures:
      - {rule: absence, of: a, measure: 提醒谈话}
      - {rule: absence, of: b, measure: 提醒谈话}
      - {rule: unit, of: unit, measure: 通报单位}
"""
    rules = RULES.split("  - {id: street-points")[0]
    (tmp_path / "r.yaml").write_text(rules, "utf-8")
    (tmp_path / "r.case.yaml").write_text(case, "utf-8")
    done = ran("test", tmp_path / "r.yaml")
    assert (done.code, "Traceback" in done.said) == (0, False), done.said
    (tmp_path / "r.case.yaml").write_text(case.replace("kind: absent, on", "id: x, kind: absent, on"), "utf-8")
    assert "CE306" in ran("test", tmp_path / "r.yaml").said
