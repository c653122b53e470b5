"""Inspections: what is refused, how findings stand on a day, the figures of a year, and the facts that follow."""

from __future__ import annotations

import copy
import inspect
import json
import random
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from cadre_eval import assess, open_workspace
from cadre_eval.model.dates import Days
from cadre_eval.model.inspections import Finding, Inspection, Recheck, Rectification, Visit, Withdrawal
from cadre_eval.model.people import Cadre, Host, SendingUnit, Township
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import FactState, Sample
from cadre_eval.reading.settings import is_setting, key_of
from cadre_eval.reports.inspections_json import inspections_document
from cadre_eval.reports.inspections_wording import Names
from cadre_eval.reports.schemas import schema_of
from cadre_eval.ruleset.supervision import FactSourceDoc, FindingKindDoc, SupervisionDoc
from cadre_eval.scoring.explain import account_text, explain_result
from cadre_eval.supervision.facts import derived
from cadre_eval.supervision.findings import STATES, Standing, findings_of, standings
from cadre_eval.supervision.inspections import account, figures, held_on
from cadre_eval.supervision.on_record import OnRecord, on_record
from cadre_eval.supervision.scope import Scope
from cadre_eval.workspace.supervision import inspection_documents
from running import ran
from small_workspace import CONFIG, LAYER, RULESET, SMALL, loaded, shown, write

OFFICIALS = """\
roster: officials
officials:
  - {id: o-1, name: 方知秋, offices: [{unit: d-01, title: 督查专员, from: 2024-01-01}]}
  - {id: o-2, name: 顾明远, offices: [{unit: t-02, title: 组织委员, from: 2024-01-01}]}
  - {id: o-3, name: 石望舒, offices: [{unit: t-01, title: 干事, from: 2024-01-01, to: 2024-12-31}]}
townships: [{id: t-02, name: 松溪街道, kind: street}]
hosts: [{id: h-03, name: 临溪社区, township: t-02, kind: community}]
"""
RULES = """\
supervision:
  severities: {minor: 一般, serious: 严重}
  findings:
    absent: {title: 不在岗, severity: serious, rectify_within: 15 days, recurs_within: 6 months}
    diary: {title: 日记不全, severity: minor, rectify_within: 7 workdays}
    post: {title: 值班空岗}
"""
FILE: Mapping[str, Any] = {
    "inspection": "i-04",
    "title": "第4次驻村工作督查",
    "kind": "district",
    "from": "2025-04-15",
    "to": "2025-04-16",
    "team": ["o-1", "o-2"],
    "hosts": ["h-01", "h-02"],
    "visits": [
        {"host": "h-01", "on": "2025-04-15", "by": ["o-1", "o-2"], "absent": ["c-1"],
         "households": {"policy": {"checked": 12, "passed": 11}, "visited": {"checked": 12, "passed": 12}}},
    ],
    "findings": [
        {"id": "f-1", "kind": "absent", "cadre": "c-1", "host": "h-01", "on": "2025-04-15", "text": "上午不在岗",
         "evidence": ["照片1"]},
        {"id": "f-2", "kind": "diary", "cadre": "c-1", "host": "h-01", "on": "2025-04-15", "text": "缺5篇",
         "evidence": ["照片2"], "deadline": "2025-04-30"},
        {"id": "f-3", "kind": "post", "host": "h-01", "on": "2025-04-15", "text": "值班室没有人", "evidence": ["照片3"]},
    ],
    "rectifications": [{"finding": "f-1", "on": "2025-04-28"}, {"finding": "f-2", "on": "2025-04-20"}],
    "rechecks": [
        {"finding": "f-1", "on": "2025-05-06", "by": "o-1", "result": "rectified"},
        {"finding": "f-2", "on": "2025-05-06", "by": "o-2", "result": "not-rectified", "reason": "只补了2篇"},
    ],
    "withdrawn": [{"finding": "f-3", "on": "2025-05-08", "by": "o-1", "reason": "当天停电外出抢修"}],
}  # fmt: skip
CROSS: Mapping[str, Any] = {
    "inspection": "x-06", "title": "6月交叉检查", "kind": "cross", "from": "2025-06-10", "to": "2025-06-10", "team": ["o-2"],
    "visits": [
        {"host": "h-01", "on": "2025-06-10", "by": ["o-2"], "present": ["c-1"], "households": {"policy": {"checked": 20, "passed": 17}}},
    ],
    "findings": [
        {"id": "f-6", "kind": "absent", "cadre": "c-1", "host": "h-01", "on": "2025-06-10", "text": "下午不在岗", "evidence": ["照片6"]},
    ],
}  # fmt: skip


def workspace(folder: Path, *files: Mapping[str, Any], rules: str = RULES, ruleset: str = RULESET) -> Path:
    """The small workspace with these inspections on record."""
    written = {
        "cadre-eval.yaml": CONFIG + "supervision: supervision\n",
        "ruleset.yaml": LAYER + rules,
        "small.yaml": ruleset,
        "roster/officials.yaml": OFFICIALS,
        "supervision/none.yaml": "inspection: p-12\ntitle: 年底督查\nkind: district\nfrom: 2025-12-01\nto: 2025-12-02\n"
        "planned_on: 2025-11-20\nteam: [o-1]\nhosts: [h-03]\n",
    }
    written |= {
        f"supervision/{n}.yaml": yaml.safe_dump(dict(f), allow_unicode=True, sort_keys=False)
        for n, f in enumerate(files)
    }
    return write(folder, {**SMALL, **written})


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────


def at(path: str, value: Any) -> Mapping[str, Any]:
    """The file with one value changed; ``-`` as a step of the path adds to a list."""
    changed: Any = copy.deepcopy(dict(FILE))
    holder, steps = changed, path.split(".")
    for step in steps[:-1]:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    last = steps[-1]
    if last == "-":
        holder.append(value)
    elif value is None:
        del holder[last]
    elif isinstance(holder, list):
        holder[int(last)] = value
    else:
        holder[last] = value
    return changed


def recheck(**changes: Any) -> Mapping[str, Any]:
    return {"finding": "f-2", "on": "2025-05-20", "by": "o-1", "result": "rectified", **changes}


BAD: Mapping[str, tuple[Mapping[str, Any], str, str]] = {
    "a finding without evidence": (at("findings.0.evidence", None), "CE731", "f-1"),
    "a finding of an empty list of evidence": (at("findings.0.evidence", []), "CE731", "f-1"),
    "an unknown kind": (at("findings.0.kind", "abscent"), "CE421", "abscent"),
    "an unknown severity": (at("findings.0.severity", "grave"), "CE421", "grave"),
    "an unknown host": (at("findings.2.host", "h-09"), "CE421", "h-09"),
    "an unknown cadre": (at("findings.0.cadre", "c-9"), "CE421", "c-9"),
    "a finding outside the inspection": (at("findings.2.on", "2025-04-17"), "CE732", "2025-04-17"),
    "a visit outside the inspection": (at("visits.0.on", "2025-04-14"), "CE732", "2025-04-14"),
    "a cadre posted elsewhere": (at("findings.0.host", "h-02"), "CE733", "c-1"),
    "a cadre met where another is posted": (at("visits.0.present", ["c-2"]), "CE733", "c-2"),
    "a visit by someone not in the team": (at("visits.0.by", ["o-1", "o-3"]), "CE734", "o-3"),
    "a visit by nobody": (at("visits.0.by", []), "CE202", "by"),
    "a team of nobody": ({**FILE, "team": [], "visits": []}, "CE202", "team"),
    "somebody unknown in the team": (at("team.-", "o-9"), "CE421", "o-9"),
    "somebody twice in the team": (at("team.-", "o-1"), "CE306", "o-1"),
    "a host twice in the plan": (at("hosts.-", "h-01"), "CE306", "h-01"),
    "a host visited twice on a day": (at("visits.-", FILE["visits"][0]), "CE306", "h-01"),
    "present and absent at once": (at("visits.0.present", ["c-1"]), "CE736", "c-1"),
    "more passed than were asked": (at("visits.0.households.policy.passed", 13), "CE213", "13"),
    "nobody asked": (at("visits.0.households.policy", {"checked": 0, "passed": 0}), "CE213", "0"),
    "a rectification before the finding": (at("rectifications.0.on", "2025-04-14"), "CE702", "2025-04-14"),
    "a rectification of nothing": (at("rectifications.0.finding", "f-7"), "CE421", "f-7"),
    "a re-check before any rectification": (at("rechecks.0.on", "2025-04-27"), "CE737", "2025-04-27"),
    "a second re-check of one report": (at("rechecks.-", recheck()), "CE737", "2025-05-20"),
    "a re-check by the person concerned": (at("rechecks.0.by", "c-1"), "CE738", "c-1"),
    "a withdrawal by one posted at the host": (at("withdrawn.0.by", "c-1"), "CE738", "c-1"),
    "a withdrawal by nobody known": (at("withdrawn.0.by", "o-9"), "CE421", "o-9"),
    "a finding sent back without a reason": (at("rechecks.1.reason", None), "CE203", "not-rectified"),
    "a new deadline before the re-check": (at("rechecks.1.deadline", "2025-05-05"), "CE702", "2025-05-05"),
    "a deadline before the finding": (at("findings.0.deadline", "2025-04-14"), "CE702", "2025-04-14"),
    "known before it happened": (at("findings.0.known_on", "2025-04-14"), "CE702", "2025-04-14"),
    "a report after the end": (at("rectifications.-", {"finding": "f-1", "on": "2025-05-07"}), "CE739", "2025-05-07"),
    "withdrawn twice": (at("withdrawn.-", {**FILE["withdrawn"][0], "on": "2025-05-09"}), "CE739", "2025-05-09"),
    "an id twice": (at("findings.1.id", "f-1"), "CE306", "f-1"),
    "an end before the beginning": (at("to", "2025-04-14"), "CE431", "2025-04-14"),
    "a plan of later than its first day": (at("planned_on", "2025-04-16"), "CE702", "2025-04-16"),
    "a plan of nobody knows when": ({k: v for k, v in FILE.items() if k in {"inspection", "title", "kind", "from", "to", "team"}}, "CE203", "i-04"),
    "a day that does not exist": (at("findings.0.on", "2025-02-30"), "CE208", "2025-02-30"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_is_refused_at_the_word(what: str, tmp_path: Path) -> None:
    file, code, word = BAD[what]
    _, problems = loaded(workspace(tmp_path, file))
    found = [p for p in problems if p.code == code and p.span.source.name == "supervision/0.yaml"]
    assert found, shown(problems)
    line = found[0].span.source.line(found[0].span.line)
    assert line[found[0].span.column - 1 :].strip("'\"").startswith(word), (line, found[0].span)


def test_who_belongs_to_a_host_or_street_does_not_inspect_it(tmp_path: Path) -> None:
    own_street = {
        **at("visits.0.host", "h-03"),
        "findings": [],
        "rectifications": [],
        "rechecks": [],
        "withdrawn": [],
    }
    own_street["visits"] = [{"host": "h-03", "on": "2025-04-15", "by": ["o-1", "o-2"]}]
    _, problems = loaded(workspace(tmp_path / "a", own_street))
    assert [(p.code, p.message("zh")) for p in problems] == [("CE735", "顾明远 检查的是本人所在的松溪街道")]
    neighbour = {**own_street, "team": ["c-1"], "visits": [{"host": "h-02", "on": "2025-04-15", "by": ["c-1"]}]}
    _, problems = loaded(workspace(tmp_path / "b", neighbour))
    assert [(p.code, p.message("zh")) for p in problems] == [("CE735", "林知远 检查的是本人所在的云桥街道")]
    former = {**neighbour, "team": ["o-3"], "visits": [{"host": "h-02", "on": "2025-04-15", "by": ["o-3"]}]}
    assert loaded(workspace(tmp_path / "c", former))[1] == []


def test_ids_are_used_once_across_files_and_everything_is_told_at_once(tmp_path: Path) -> None:
    folder = workspace(
        tmp_path, FILE, {**CROSS, "inspection": "i-04", "findings": [{**CROSS["findings"][0], "id": "f-1"}]}
    )
    _, problems = loaded(folder)
    assert [(p.code, p.args["id"], p.span.source.name) for p in problems] == [
        ("CE306", "i-04", "supervision/1.yaml"), ("CE306", "f-1", "supervision/1.yaml"),
    ]  # fmt: skip
    done = ran("inspections", folder)
    assert done.code == 1
    assert "Traceback" not in done.said
    assert not done.out


def test_a_time_that_cannot_be_counted_is_said(tmp_path: Path) -> None:
    far = {
        **at("findings", [{**FILE["findings"][1], "on": "2029-04-15", "cadre": "c-2", "host": "h-02"}]),
        "from": "2029-04-15",
    }
    del far["findings"][0]["deadline"]
    far |= {"to": "2029-04-15", "visits": [], "rectifications": [], "rechecks": [], "withdrawn": []}
    _, problems = loaded(workspace(tmp_path, far))
    assert [p.code for p in problems] == ["CE740"]


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────


def document(folder: Path, day: str, *more: str) -> dict[str, Any]:
    done = ran("inspections", folder, *more, "--as-of", day, "--format", "json")
    assert done.code == 0, done.said
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_the_year_is_told_in_one_sentence(tmp_path: Path) -> None:
    folder = workspace(tmp_path, FILE, CROSS)
    assert document(folder, "2025-04-14")["sentence"] == "今年以来，县级尚未开展驻村工作督查。"
    assert document(folder, "2025-04-16")["sentence"] == (
        "今年以来，县级共开展驻村工作督查1次，开展交叉检查0次，发现问题3个，已整改0个，正在整改3个，逾期未整改0个。"
    )
    assert document(folder, "2025-06-30")["sentence"] == (
        "今年以来，县级共开展驻村工作督查1次，开展交叉检查1次，发现问题3个（另有1个经核实撤销），已整改1个，逾期未整改2个，反复出现1个。"
    )
    later = document(folder, "2026-02-01", "--year", "2025")
    assert later["sentence"].startswith("2025年，县级共开展驻村工作督查1次，开展交叉检查1次")
    new = document(folder, "2026-02-01")
    assert [(f["finding"], f["carried_over"], f["state"]) for f in new["findings"]] == [
        ("f-2", True, "overdue"), ("f-6", True, "overdue"),
    ]  # fmt: skip
    assert new["figures"]["found"] == 0


def test_each_finding_stands_as_was_known_on_the_day(tmp_path: Path) -> None:
    folder = workspace(tmp_path, FILE, CROSS)

    def states(day: str) -> dict[str, str]:
        return {f["finding"]: f["state"] for f in document(folder, day)["findings"]}

    assert states("2025-04-14") == {}
    assert states("2025-04-15") == {"f-1": "open", "f-2": "open", "f-3": "open"}
    assert states("2025-04-30") == {"f-1": "rectified-reported", "f-2": "rectified-reported", "f-3": "open"}
    assert states("2025-05-06") == {"f-1": "rectified", "f-2": "overdue", "f-3": "open"}
    assert states("2025-06-26") == {"f-1": "rectified", "f-2": "overdue", "f-3": "withdrawn", "f-6": "overdue"}


def test_deadlines_follow_from_the_rules_unless_written(tmp_path: Path) -> None:
    found = {f["finding"]: f for f in document(workspace(tmp_path, FILE, CROSS), "2025-06-10")["findings"]}
    assert {name: f["deadline"] for name, f in found.items()} == {
        "f-1": "2025-04-30", "f-2": "2025-04-30", "f-3": None, "f-6": "2025-06-25",
    }  # fmt: skip
    assert found["f-6"]["recurs"] == "f-1"
    assert found["f-6"]["severity"] == "serious"


def test_the_table_puts_what_is_overdue_first_and_names_hosts_not_visited(tmp_path: Path) -> None:
    folder = workspace(tmp_path, FILE, CROSS)
    out = ran("inspections", folder, "--as-of", "2025-06-20").out
    told = out[out.index("问题（") :].splitlines()[2:]
    assert [line.split()[:2] for line in told[:4]] == [
        ["逾期未整改", "f-2"], ["待整改", "f-6"], ["已整改", "f-1"], ["已撤销", "f-3"],
    ]  # fmt: skip
    assert "i-04 没有走访：新禾社区" in out
    assert "p-12" not in out
    later = ran("inspections", folder, "--as-of", "2025-11-25").out
    assert "p-12 待走访：临溪社区" in later
    over = ran("inspections", folder, "--as-of", "2025-12-05").out
    assert "没有走访和问题记录，不计入次数：p-12" in over
    assert "驻村工作督查1次" in over


def test_one_inspection_is_shown_with_its_visits_and_samples(tmp_path: Path) -> None:
    folder = workspace(tmp_path, FILE, CROSS)
    done = ran("inspections", folder, "i-04", "--as-of", "2025-04-16")
    assert "安和社区入户抽查“policy”：11/12，95% 置信区间 64.6%—98.6%（Wilson，简单随机抽样假设）" in done.out
    assert "督查组：方知秋、顾明远" in done.out
    assert len(document(folder, "2025-07-01", "i-04")["findings"]) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["i-05"], "i-04"), (["x-06", "--as-of", "2025-06-09"], "x-06"), (["i-04", "--year", "2025"], "--year")],
)
def test_wrong_usage_is_said(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = ran("inspections", workspace(tmp_path, FILE, CROSS), *arguments)
    assert done.code == 2
    assert said in done.err


def test_a_workspace_without_supervision_is_told_how_to_have_it(tmp_path: Path) -> None:
    done = ran("inspections", write(tmp_path, SMALL))
    assert done.code == 2
    assert "supervision:" in done.err


def test_what_is_left_of_earlier_years_is_said_to_be_so(tmp_path: Path) -> None:
    folder = workspace(tmp_path, FILE)
    told = "1 个是往年督查发现"
    assert told not in ran("inspections", folder, "--as-of", "2025-12-31").out
    assert told in ran("inspections", folder, "--as-of", "2026-01-31").out


def test_an_end_that_came_out_late_spoils_no_finding_made_until_then(tmp_path: Path) -> None:
    folder, posting = workspace(tmp_path, FILE), tmp_path / "roster/first.yaml"
    plain = posting.read_text()
    for known, codes in (("2025-04-16", []), ("2025-04-15", ["CE701"])):
        ended = f"    ended: {{on: 2025-04-01, reason: 召回, known_on: {known}}}\n    targets:"
        posting.write_text(plain.replace("    targets:", ended))
        assert sorted({p.code for p in loaded(folder)[1]}) == codes, known


def test_a_kind_of_finding_is_looked_for_in_the_rules_of_its_day(tmp_path: Path) -> None:
    _, problems = loaded(workspace(tmp_path, at("findings.0.kind", "abscent")))
    assert "2025-04-15" in problems[0].message("zh")


def test_one_cadre_is_one_official(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (tmp_path / "roster/officials.yaml").write_text(OFFICIALS.replace("name: 方知秋,", "name: 林知远, cadre: c-2,"))
    assert loaded(folder)[1] == []
    doubled = OFFICIALS.replace("name: 方知秋,", "name: 林知远, cadre: c-2,").replace(
        "name: 石望舒,", "name: 林, cadre: c-2,"
    )
    (tmp_path / "roster/officials.yaml").write_text(doubled)
    found = loaded(folder)[1]
    assert [(p.code, p.span.line) for p in found] == [("CE306", 5)], shown(found)


def test_a_range_limits_entries_and_not_what_follows_from_records(tmp_path: Path) -> None:
    grades = 'grades:\n  any: {优秀: ">= 90", 合格: "[60, 90)", 不合格: "< 60"}\n'
    criterion = "criteria:\n  - {id: found, title: 不在岗, kind: per-occurrence, points: 100, floor: none, fact: found, each: -100}\n"
    rules = (
        RULES
        + "total: {floor: none}\npolicies: {missing: zero}\nperiods:\n  mid-year: {from: 01-01, to: 06-30}\n"
        + criterion
    )
    ruleset = f"facts:\n  found: {{title: 不在岗, type: count, at_most: 1, from: {{findings: [absent]}}}}\n{rules}"
    again = {**FILE["findings"][0], "id": "f-9", "on": "2025-04-16"}
    head = "ruleset: own\ntitle: 某办法\neffective_from: 2024-01-01\n"
    workspace(tmp_path, at("findings.-", again))
    (tmp_path / "ruleset.yaml").write_text(head + ruleset + grades)
    for path in (tmp_path / "records").rglob("*.yaml"):
        path.unlink()
    (tmp_path / "records/one.yaml").write_text("dossier: c-1\nperiod: 2025-mid-year\n")
    roster = tmp_path / "roster/first.yaml"
    roster.write_text(roster.read_text().replace("    targets: {talks: 8}\n", ""))
    done = ran("assess", tmp_path, "--period", "2025-mid-year", "--format", "json")
    assert done.code == 0, done.said
    totals = {r["cadre"]: (r["total"], r["grade"]) for r in json.loads(done.out)["results"]}
    assert totals["c-1"] == ("-100.00", "不合格")
    (tmp_path / "ruleset.yaml").write_text(head + ruleset + grades.replace("< 60", "[0, 60)"))
    assert {p.code for p in loaded(tmp_path)[1]} == {"CE425"}


def test_two_sources_of_a_fact_are_shown_where_each_layer_wrote_its_own(tmp_path: Path) -> None:
    fact = "  found: {title: 不在岗, type: count, from: {findings: [absent]}}\n"
    parent = RULESET.replace("facts:\n", f"facts:\n{fact}") + RULES
    child = "facts:\n  found: {from: {transfers: late}}\n"
    found = loaded(workspace(tmp_path, rules=child, ruleset=parent))[1]
    assert [p.code for p in found] == ["CE406"], shown(found)
    assert sorted(span.source.name for _, span in found[0].also) == ["ruleset.yaml", "small.yaml"]


def test_a_narrow_terminal_cuts_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path, FILE, CROSS)
    narrow = ran("inspections", folder, "--as-of", "2025-06-20", screen=True).out
    assert "复查退回：只补了2篇" in "".join(narrow.split())


def test_files_fit_their_schema() -> None:
    validator = Draft7Validator(schema_of("inspection", {}))
    assert [e.message for e in validator.iter_errors(json.loads(json.dumps(FILE)))] == []
    assert list(validator.iter_errors({**FILE, "kind": "surprise"}))
    assert list(validator.iter_errors({**FILE, "findingz": []}))


@pytest.mark.parametrize("page", ["inspections.md", "inspections.en.md"])
def test_the_pages_name_every_key(page: str) -> None:
    text = (Path(__file__).parents[1] / "docs" / "supervision" / page).read_text("utf-8")
    named = {word for span in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[\w-]+", span)}
    records = [r for _, r in inspect.getmembers(inspection_documents, inspect.isclass) if attrs.has(r)]
    wanted = {key_of(a) for r in [*records, FindingKindDoc] for a in attrs.fields(r) if is_setting(a)}
    assert wanted - named == set()


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_files_and_rows_never_matters(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            first, rest = list(value.items())[:1], list(value.items())[1:]
            return {k: shuffled(v) for k, v in first + chance.sample(rest, len(rest))}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [shuffled(v) for v in chance.sample(value, len(value))]
        return value

    files = [shuffled(dict(FILE)), shuffled(dict(CROSS))]
    plain = workspace(tmp_path / "plain", FILE, CROSS)
    mixed = workspace(tmp_path / "mixed", *chance.sample(files, 2))
    for more in (("--format", "json"), (), ("i-04",)):
        outs = [ran("inspections", folder, *more, "--as-of", "2025-07-01").out for folder in (plain, mixed)]
        assert outs[0] == outs[1]


# ── properties over random records, against a second implementation ────────────────────────────────────────────────

FIRST = date(2025, 1, 1)
TOWN = Township("t-1", "云桥街道", "street")
HOSTS = {name: Host(name, f"{name}社区", TOWN, "community") for name in ("h-1", "h-2")}
CADRES = {"c-1": "h-1", "c-2": "h-2"}
NAMES = Names("某区", HOSTS, {}, {}, {})


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def posting(cadre: str, first: int = -100, last: int = 400, unit: str = "u-1") -> Posting:
    who, host = Cadre(cadre, cadre, "any"), HOSTS[CADRES[cadre]]
    return Posting(f"p-{cadre}-{first}", who, host, "team-member", SendingUnit(unit, unit), day(first), day(last))


@st.composite
def inspections(draw: st.DrawFn, number: int) -> Inspection:
    first = draw(st.integers(0, 40))
    days = Days(day(first), day(first + draw(st.integers(0, 3))))
    later = st.integers(0, 6)
    findings: list[Finding] = []
    reports: list[Rectification] = []
    rechecks: list[Recheck] = []
    withdrawals: list[Withdrawal] = []
    for n in range(draw(st.integers(0, 4))):
        name, host = f"f-{number}-{n}", draw(st.sampled_from(sorted(HOSTS)))
        cadre = draw(st.sampled_from([None, *(c for c, h in CADRES.items() if h == host)]))
        on = first + draw(st.integers(0, days.length - 1))
        deadline = draw(st.none() | st.integers(0, 15))
        recurs = draw(st.none() | st.integers(0, 30))
        findings.append(Finding(
            name, draw(st.sampled_from(["absent", "diary"])), None, host, cadre, day(on), day(on + draw(later)), "…", ("e",),
            None if deadline is None else day(on + deadline), recurs_until=None if recurs is None else day(on + recurs),
        ))  # fmt: skip
        reports += [
            Rectification(name, day(on + d), day(on + d + draw(later)))
            for d in draw(st.lists(st.integers(0, 25), max_size=3))
        ]
        for d in draw(st.lists(st.integers(0, 30), max_size=3, unique=True)):
            new = draw(st.none() | st.integers(0, 9))
            rechecks.append(Recheck(
                name, day(on + d), day(on + d + draw(later)), draw(st.booleans()), "o", "…", None if new is None else day(on + d + new)
            ))  # fmt: skip
        withdrawals += [
            Withdrawal(name, day(on + d), "o", "…", day(on + d + draw(later)))
            for d in draw(st.lists(st.integers(0, 30), max_size=1))
        ]
    visits = []
    for _ in range(draw(st.integers(0, 2))):
        on = first + draw(st.integers(0, days.length - 1))
        checked = draw(st.integers(1, 20))
        asked = {"policy": Sample(checked, draw(st.integers(0, checked)))} if draw(st.booleans()) else {}
        visits.append(
            Visit(
                draw(st.sampled_from(sorted(HOSTS))),
                day(on),
                ("o",),
                households=asked,
                known_on=day(on + draw(later)),
            )
        )
    planned = days.first - timedelta(days=draw(st.integers(0, 5)))
    return Inspection(
        f"i-{number}", "…", draw(st.sampled_from(["district", "cross"])), days, ("o",), None, tuple(visits), tuple(findings),
        tuple(reports), tuple(rechecks), tuple(withdrawals), ("h-1", "h-2"), planned,
    )  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> OnRecord:
    return on_record([draw(inspections(n)) for n in range(draw(st.integers(0, 3)))])


days_of_knowledge = st.integers(-2, 90).map(day)


def known(found: Iterable[Any], as_of: date) -> tuple[Any, ...]:
    return tuple(x for x in found if x.known_on <= as_of)


def as_recorded_then(record: OnRecord, as_of: date) -> OnRecord:
    """What stood in the files on that day."""
    return on_record(
        evolve(
            i, visits=known(i.visits, as_of), findings=known(i.findings, as_of),
            rectifications=known(i.rectifications, as_of), rechecks=known(i.rechecks, as_of),
            withdrawals=known(i.withdrawals, as_of),
        )
        for i in record.inspections if i.planned_on <= as_of
    )  # fmt: skip


@given(records(), days_of_knowledge)
def test_what_was_known_on_a_day_gives_what_was_computed_then(record: OnRecord, as_of: date) -> None:
    now = inspections_document(account(record, as_of, 2025), NAMES, "zh")
    assert now == inspections_document(account(as_recorded_then(record, as_of), as_of, 2025), NAMES, "zh")


@given(records(), days_of_knowledge, st.randoms(use_true_random=False))
def test_the_order_of_records_never_matters(record: OnRecord, as_of: date, chance: random.Random) -> None:
    def mixed(found: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(found, len(found)))

    other = on_record(
        evolve(i, findings=mixed(i.findings), rectifications=mixed(i.rectifications), rechecks=mixed(i.rechecks),
               withdrawals=mixed(i.withdrawals))
        for i in mixed(record.inspections)
    )  # fmt: skip
    assert [seen(s) for s in standings(record, as_of)] == [seen(s) for s in standings(other, as_of)]
    assert findings_of(record, as_of) == findings_of(other, as_of)


def seen(standing: Standing) -> tuple[Any, ...]:
    recurs = standing.recurs.id if standing.recurs else None
    return standing.finding.id, standing.state, standing.late, standing.deadline, recurs


@given(records(), days_of_knowledge)
def test_every_finding_known_stands_in_one_state_and_the_figures_add_up(record: OnRecord, as_of: date) -> None:
    found = standings(record, as_of)
    everything = [f for i in record.inspections for f in i.findings if f.known_on <= as_of]
    assert sorted(s.finding.id for s in found) == sorted(f.id for f in everything)
    assert {s.state for s in found} <= set(STATES)
    total = figures(found)
    assert total.found == total.rectified + total.in_hand + total.overdue
    assert total.found + total.withdrawn == len(found)
    parts = [figures(held.findings) for held in held_on(record, as_of)]
    assert [sum(getattr(p, name) for p in parts) for name in ("found", "rectified", "overdue", "recurring")] == [
        total.found, total.rectified, total.overdue, total.recurring,
    ]  # fmt: skip


def lived_through(inspection: Inspection, finding: Finding, until: date, as_of: date) -> tuple[str, bool]:
    """How a finding stands, by living through the days one by one."""
    if any(w.finding == finding.id and w.known_on <= as_of for w in inspection.withdrawals):
        return "withdrawn", False
    state, deadline, late, done = "open", finding.deadline, False, None
    today = finding.on
    while today <= until:
        for report in inspection.rectifications:
            if (
                report.finding == finding.id
                and report.on == today
                and report.known_on <= as_of
                and state[:9] != "rectified"
            ):
                done = today
        for check in inspection.rechecks:
            if (
                check.finding == finding.id
                and check.on == today
                and check.known_on <= as_of
                and state[:9] != "rectified"
            ):
                late = late or (deadline is not None and (done or today) > deadline)
                if check.rectified:
                    state = "rectified-late" if late else "rectified"
                else:
                    state, deadline, done = "not-rectified", check.deadline or deadline, None
        today += timedelta(days=1)
    if state.startswith("rectified"):
        return state, late
    if done is not None:
        return "rectified-reported", late or (deadline is not None and done > deadline)
    return ("overdue" if deadline is not None and until > deadline else state), late


@given(records(), days_of_knowledge, st.integers(0, 20))
def test_states_are_those_of_living_through_the_days(record: OnRecord, as_of: date, before: int) -> None:
    until = as_of - timedelta(days=before)
    found = {s.finding.id: (s.state, s.late) for s in standings(record, as_of, until)}
    lived = {
        f.id: lived_through(i, f, until, as_of)
        for i in record.inspections for f in i.findings if f.known_on <= as_of and f.on <= until
    }  # fmt: skip
    assert found == lived


@given(records(), days_of_knowledge)
def test_a_finding_recurs_if_an_earlier_like_it_says_so(record: OnRecord, as_of: date) -> None:
    alive = findings_of(record, as_of)
    for standing in standings(record, as_of):
        new = standing.finding
        before = [
            f for f in alive
            if f.kind == new.kind and f.cadre == new.cadre and (new.cadre or f.host == new.host)
            and f.on < new.on and f.recurs_until is not None and new.on <= f.recurs_until
        ]  # fmt: skip
        wanted = before[-1] if before and standing.state != "withdrawn" else None
        assert standing.recurs == wanted


@given(records(), days_of_knowledge, st.sampled_from([None, ["absent"], ["absent", "diary"]]), st.integers(0, 30))
def test_findings_are_counted_for_whom_they_are_asked(
    record: OnRecord, as_of: date, kinds: list[str] | None, cut: int
) -> None:
    two = [posting("c-1", -100, cut), posting("c-1", cut + 1, 400, "u-2")]
    days = Days(day(5), day(60))
    every = findings_of(record, as_of, kinds=kinds, days=days)
    assert [(f.on, f.id) for f in every] == sorted((f.on, f.id) for f in every)
    parts = [findings_of(record, as_of, kinds=kinds, postings=[p], days=days) for p in two]
    own = [f for f in every if f.cadre == "c-1"]
    assert sorted(f.id for part in parts for f in part) == sorted(f.id for f in own)
    assert findings_of(record, as_of, kinds=kinds, postings=two, hosts=["h-1"], days=days) == tuple(
        f for f in every if f.cadre == "c-1" or (f.cadre is None and f.host == "h-1")
    )
    assert all(kinds is None or f.kind in kinds for f in every)


# ── facts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def scope(record: OnRecord, as_of: date, first: int = 0, last: int = 50, cadre: str = "c-1") -> Scope:
    return Scope(posting(cadre), Days(day(first), day(last)), as_of, record, SupervisionDoc())


@given(records(), days_of_knowledge)
def test_the_count_is_missing_only_where_nobody_inspected(record: OnRecord, as_of: date) -> None:
    fact = derived(FactSourceDoc(findings=("absent",)), scope(record, as_of))
    until = min(day(50), as_of)
    noted = [
        x
        for i in record.inspections
        for x in (*i.visits, *i.findings)
        if day(0) <= x.on <= until and x.known_on <= as_of
    ]
    if not noted:
        assert fact.state is FactState.MISSING
        assert fact.reason
        return
    unfounded = {w.finding for i in record.inspections for w in i.withdrawals if w.known_on <= as_of}
    counted = [
        x
        for x in noted
        if isinstance(x, Finding) and x.kind == "absent" and x.cadre == "c-1" and x.id not in unfounded
    ]
    assert fact.value == len(counted)
    assert fact.evidence
    assert fact.detail


@given(records(), days_of_knowledge)
def test_rates_are_of_what_was_due_and_wait_for_the_re_check(record: OnRecord, as_of: date) -> None:
    rate, on_time = (derived(FactSourceDoc(rectified=which), scope(record, as_of)) for which in ("rate", "on-time"))
    assert rate.state == on_time.state
    until = min(day(50), as_of)
    due = [
        s.state for s in standings(record, as_of, until)
        if s.finding.cadre == "c-1" and s.state != "withdrawn"
        and any(d is not None and day(0) <= d <= until for d in (s.deadline, s.recheck and s.recheck.on))
    ]  # fmt: skip
    judged = [state for state in due if state != "rectified-reported"]
    if judged:
        assert on_time.value == Fraction(judged.count("rectified"), len(judged))
        assert rate.value == on_time.value + Fraction(judged.count("rectified-late"), len(judged))
    else:
        assert rate.state is (FactState.MISSING if due else FactState.NOT_APPLICABLE)


@given(records(), days_of_knowledge, st.sampled_from(["district", "cross"]))
def test_households_are_summed_by_kind_of_inspection(record: OnRecord, as_of: date, kind: Any) -> None:
    fact = derived(FactSourceDoc(households=kind, question="policy"), scope(record, as_of))
    asked = [
        v.households["policy"] for i in record.inspections if i.kind == kind for v in i.visits
        if v.host == "h-1" and day(0) <= v.on <= min(day(50), as_of) and v.known_on <= as_of and v.households
    ]  # fmt: skip
    if asked:
        assert fact.value == Sample(sum(s.checked for s in asked), sum(s.passed for s in asked))
        assert fact.detail
        assert "Wilson" in fact.detail.zh
    else:
        assert fact.state is FactState.MISSING
    assert derived(FactSourceDoc(households=kind), scope(record, as_of)).state is FactState.MISSING


MERGED = """\
facts:
  talks: {title: 宣讲场次, type: count}
  cross_aware: {title: 交叉检查抽查知晓, type: sample, from: {households: cross, question: policy}}
  own_aware: {title: 本县督查抽查知晓, type: sample, from: {households: district, question: policy}}
criteria:
  - {id: cross-team, title: 交叉检查, weight: 50, kind: sampled, fact: cross_aware}
  - {id: own, title: 本县督查, weight: 50, kind: sampled, fact: own_aware}
"""


def merged_total(folder: Path, cross: tuple[int, int], own: tuple[int, int]) -> str:
    rules = (
        "ruleset: merged\ntitle: 合并\neffective_from: 2024-01-01\n"
        "periods: {mid-year: {title: 半年, from: 01-01, to: 06-30}}\ncategories: {civil-servant: 公务员, institution: 事业}\n"
        "grades: none\npools: {by: []}\nties: [open]\n" + MERGED + RULES
    )
    asked = [{"policy": {"checked": n, "passed": x}} for n, x in (cross, own)]
    second = {**CROSS, "visits": [{**CROSS["visits"][0], "households": asked[0]}]}
    first = {**FILE, "visits": [{**FILE["visits"][0], "households": asked[1]}]}
    home = workspace(folder, first, second)
    write(home, {"ruleset.yaml": rules})
    for record in (home / "records").rglob("*.yaml"):
        record.unlink()
    found = assess(open_workspace(home), "2025-mid-year")
    result = found.named("c-1")
    assert "95% 置信区间" in account_text(explain_result(result), "zh")
    assert found.named("c-2").state == "pending"
    return str(result.total_text)


def test_two_samples_merge_half_and_half(tmp_path: Path) -> None:
    """Scheme M: 50 % the team from elsewhere, 50 % the own check; 88 and 94 give 91."""
    assert merged_total(tmp_path / "a", (100, 88), (50, 47)) == "91.00"
    assert merged_total(tmp_path / "b", (8, 7), (3, 2)) == "77.08"  # 7/8 and 2/3: 77.0833…
