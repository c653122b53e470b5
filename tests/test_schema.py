"""The schemas accept what the reader accepts, refuse common mistakes, and explain every key in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

import attrs
import jsonschema
import pytest
from attrs import frozen
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from cadre_eval.cases.documents import CaseDoc, CaseFileDoc, MemberDoc
from cadre_eval.errors import Problems, Source, Span, Text
from cadre_eval.model.dates import Duration, Workdays, YearDay
from cadre_eval.numbers.ranges import Range
from cadre_eval.plugins.registry import load_registry
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, plain_value
from cadre_eval.reading.scalars import (
    SCALARS,
    BadScalar,
    Flag,
    Id,
    Number,
    Positive,
    Prose,
    Step,
    Unsigned,
    Whole,
    Word,
)
from cadre_eval.reading.schema import Describer, Schema, both, closed, document
from cadre_eval.reading.settings import Place, is_setting, key_of, place, setting
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.versions import Requirement
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.reports.schemas import SCHEMAS, all_schemas, schema_of, schema_text
from cadre_eval.ruleset.bands import parse_range
from cadre_eval.ruleset.compile import effective_ruleset
from cadre_eval.ruleset.document import ByQuota, RulesetDoc
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.ruleset.reader import read_ruleset
from cadre_eval.workspace.documents import DossierDoc, FactEntryDoc, RosterDoc, SampleDoc, SheetDoc, WorkspaceDoc
from cadre_eval.workspace.supervision.appeal_documents import PublicityDoc
from cadre_eval.workspace.supervision.attendance_documents import BookDoc, DayReportsDoc, SlipsDoc
from cadre_eval.workspace.supervision.decision_documents import DecisionsDoc, HistoryDoc
from cadre_eval.workspace.supervision.draw_documents import DrawDoc, DrawnDoc
from cadre_eval.workspace.supervision.inspection_documents import InspectionDoc
from cadre_eval.workspace.supervision.worklist_documents import WorklistDoc

ROOT = Path(__file__).resolve().parents[1]
KINDS = load_registry([], Problems()).kinds
FILES = [*sorted((ROOT / "rulesets").rglob("*.yaml")), *sorted((ROOT / "examples").rglob("*.yaml"))]
RECORDS: dict[str, tuple[type, ...]] = {
    "ruleset": (RulesetDoc, *(kind.params for kind in KINDS.values())),
    "workspace": (WorkspaceDoc,),
    "roster": (RosterDoc,),
    "dossier": (DossierDoc, FactEntryDoc, SampleDoc),
    "sheet": (SheetDoc,),
    "case": (CaseFileDoc, CaseDoc, MemberDoc, FactEntryDoc, SampleDoc),
    "inspection": (InspectionDoc, SampleDoc),
    "worklist": (WorklistDoc,),
    "attendance": (BookDoc,),
    "draw": (DrawDoc,),
    "drawn": (DrawnDoc,),
    "leave": (SlipsDoc,),
    "day_reports": (DayReportsDoc,),
    "decisions": (DecisionsDoc,),
    "history": (HistoryDoc,),
    "publicity": (PublicityDoc, FactEntryDoc, SampleDoc),
}


class _DatesAsText(SafeConstructor):
    """YAML 1.2 core schema: a date is text."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def core(text: str) -> Any:
    """The document as an editor holds it: numbers, true and false typed, keys text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _DatesAsText
    return _text_keys(yaml.load(text))


def _text_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _text_keys(value) for key, value in data.items()}
    return [_text_keys(item) for item in data] if isinstance(data, list) else data


def as_text(text: str) -> Any:
    """The document with every scalar as it was written."""
    problems = Problems()
    node = read_yaml(Source("file", text), problems)
    assert node is not None, problems
    return plain_value(node)


@cache
def validator(name: str, plugins: tuple[str, ...] = ()) -> jsonschema.Draft7Validator:
    """As ``schema --for`` gives it: with what the plugins bring that the ruleset names."""
    problems = Problems()
    registry = load_registry([(plugin, Span(Source("file"), 1, 1)) for plugin in plugins], problems)
    assert not problems, list(problems)
    return jsonschema.Draft7Validator(schema_of(name, registry.kinds, registry.rules))


def complaints(name: str, data: Any) -> list[str]:
    plugins = data.get("plugins", []) if name == "ruleset" and isinstance(data, dict) else []
    checker = validator(name, tuple(plugins) if all(isinstance(p, str) for p in plugins) else ())
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in checker.iter_errors(data)]


def kind_of_file(path: Path, data: Any) -> str:
    if path.name.endswith(".case.yaml"):
        return "case"
    return "workspace" if path.name == "cadre-eval.yaml" else next(name for name in SCHEMAS if name in data)


@pytest.mark.parametrize("load", [core, as_text], ids=["typed", "text"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_shipped_files_are_valid(path: Path, load: Callable[[str], Any]) -> None:
    data = load(path.read_text("utf-8"))
    assert complaints(kind_of_file(path, data), data) == []


def test_the_shipped_files_are_of_every_kind() -> None:
    shipped = {kind_of_file(path, core(path.read_text("utf-8"))) for path in FILES}
    assert shipped == set(SCHEMAS) - {"sheet"}  # no shipped district votes with ballots that rate several people


# ── right and wrong documents ────────────────────────────────────────────────────────────────────

RIGHT = {
    "ruleset": """\
ruleset: small
title: 考核办法
effective_from: 2025-01-01
rounding: {places: 2, mode: half-up}
facts:
  talks: {title: 宣讲, type: count}
  visits: {title: 走访率, type: rate}
defaults: {survey: {abstain: exclude, invalid: exclude}}
periods:
  year-end: {from: 01-01, to: 12-31, combine: {mid-year: 30%, year-end: 70%}, carry: rounded, absent: block}
criteria:
  - id: duty
    weight: 40%
    parts:
      - {id: talk, kind: target, points: 1/2, fact: talks, target: {year-end: 12}}
      - {id: visit, kind: bands, points: 10, fact: visits, bands: {">= 98%": 10, "< 98%": 0}}
  - {id: satisfaction, weight: 60%, kind: survey, voters: {residents: 100}, options: {满意: 100, 不满意: 0}}
adjustments:
  ceiling: none
  floor: 0
  groups:
    - {id: honours, direction: bonus, counting: highest, cap: 5, items: [{id: award, fact: talks, each: 0.5}]}
gates:
  - {id: idle, when: {any: [{fact: talks, below: 1}, {not: {fact: visits, at_least: 50%}}]}, effect: {cap_grade: [合格]}}
  - {id: absent, count: talks, ladder: {1: {cap_grade: 合格}, 3: {refer: 纪检监察机关}}, also: {host: 通报}}
grades:
  any: {优秀: by quota, 合格: ">= 60", 不合格: "< 60"}
pools: {by: [category]}
quotas:
  - {id: best, grade: 优秀, share: 25%, round: floor, base: assessed, pool_by: []}
eligibility: {minimum_service: 6 months, service: since-start, otherwise: 不定等次}
locks:
  - {path: quotas.best.grade, rule: final}
""",
    "layer": """\
ruleset: child
extends: ./small.yaml
facts: {talks: {title: 宣讲场次}, visits: {title: {remove: yes}}}
categories: {civil-servant: 公务员}
rounding: {remove: yes}
defaults: {survey: {invalid: zero}}
periods: {year-end: {combine: {year-end: 60}}}
criteria:
  - {id: talk, target: posting}
  - {id: visit, remove: yes}
  - {id: satisfaction, options: {一般: 50, 不满意: {remove: 是}}, minimum: {ballots: 5}}
  - {id: duty, parts: [{id: new, kind: given, points: 2, fact: score}]}
adjustments: {groups: [{id: honours, items: [{id: award, remove: 是}]}]}
quotas: [{id: best, share: 20%}]
locks: [{path: quotas.best.share, rule: tighten-only, towards: lower}]
""",
    "sheet": """\
sheet: leaders
period: 2025-year-end
reviewers: raters
people: [c-0001, c-0002, c-0003]
ballots:
  - [95, 88.5, -]
  - [优秀, 1/2, 70%]
issued: 3
held_on: 2025-12-20
""",
    "attendance": """\
attendance: 2025-03
known_on: 2025-04-02
cadres:
  c-0001: {village: "3-7, 10-14", trip: 17, leave: "18-19"}
  c-0002: {}
""",
    "leave": """\
leave: 2025
slips: [{id: l-1, cadre: c-0001, from: 2025-03-18, to: 2025-03-19, kind: 事假, signed_by: o-1, signed_on: 2025-03-17}]
""",
    "day_reports": """\
day_reports: 2025-03
reports: [{cadre: c-0001, on: 2025-03-20, at: u-05, text: 回单位整理材料, evidence: [日志3-20]}]
""",
    "workspace": """\
workspace: w
district: {id: d-01, name: 青岚区}
ruleset: [a.yaml, b.yaml]
roster: roster
records: records
""",
    "roster": """\
roster: 2025
townships: [{id: t-01, name: 云桥街道, kind: street}]
hosts: [{id: 安和, name: 安和社区, township: t-01, kind: community}]
sending_units: [{id: 0123, name: 区财政局}]
cadres: [{id: c-0001, name: 林知远, category: civil-servant, party_member: yes}]
postings:
  - id: p-0001
    cadre: c-0001
    host: 安和
    role: first-secretary
    sending_unit: 0123
    from: 2024-05-10
    ended: {on: 2025-09-30, reason: 轮换}
    targets: {talks: 8}
    transfers: {party: not-applicable, salary: {to: t-01, effective: 2024-06-01}}
""",
    "dossier": """\
dossier: c-0001
period: 2025-year-end
facts:
  talks: 7
  visits: 98.5%
  papers: [日记, 清单]
  households: {checked: 10, passed: 9}
  deeds: {value: 11, evidence: [e-1], known_on: 2025-06-28}
  petitions: {state: not-applicable, reason: 无信访事项}
reviews:
  debriefing: {held_on: 2025-06-25, classes: {street: [92, 88.5], party: {publicity: [90]}}}
surveys:
  satisfaction:
    classes:
      residents: {issued: 45, tally: {满意: 30}, abstain: 1}
      stewards: [{ballots: [满意, 弃权]}, {questions: {publicity: {tally: {满意: 3}}}}]
external: {cross-team: {score: 88, issued_on: 2025-06-20}}
evidence: {e-1: {title: 台账, date: 2025-06-28}}
""",
    "case": """\
cases_for: small.yaml
base: {period: 2025-year-end, facts: {talks: 6}, places: {quota: best}}
cases:
  - {case: 一, facts: {talks: 7}, assessment_from: never, expect: {total: "88.30", rank: none, interval: [none, 91]}}
  - {case: 四, facts: {talks: {remove: yes}}, places: {remove: yes}, earlier: {}, expect: {state: pending}}
  - {case: 二, places: {bases: {any: 44}}, expect_places: {any: 11}}
  - {case: 三, cohort: [{cadre: a, from: 2025-03-01}], expect_each: {a: {grade: 合格}}}
  - {case: 五, based_on: 一, expect: {states: {talk: zero}, explanations: {talk: [宣讲场次]}}}
  - {case: 六, based_on: 五, expect: {explanations: [总分], notes: [不得]}}
  - {case: 七, facts: {talks: -1}, expect: {problems: [CE207, {code: CE421, at: facts.talk}]}}
""",
}

WRONG = [
    # document, what is written, what is put in its place
    ("ruleset", "ruleset: small\n", ""),
    ("ruleset", "title: 考核办法", "titel: 考核办法"),
    ("ruleset", "effective_from: 2025-01-01", "effective_from: 2025/1/1"),
    ("ruleset", "mode: half-up", "mode: half-round"),
    ("ruleset", "places: 2", "places: 2.5"),
    ("ruleset", "type: rate", "type: rates"),
    ("ruleset", "type: count", "unit: 场"),
    ("ruleset", "from: 01-01", "from: 1-1"),
    ("ruleset", "weight: 40%", "weight: 四十"),
    ("ruleset", "weight: 40%", "weight: 0"),
    ("ruleset", "kind: target", "kind: targets"),
    ("ruleset", "fact: talks, target: {year-end: 12}", "fact: talks, targets: {year-end: 12}"),
    ("ruleset", ", target: {year-end: 12}", ""),
    ("ruleset", "target: {year-end: 12}", "target: [12]"),
    ("ruleset", "{survey: {abstain: exclude, invalid: exclude}}", "{}"),
    ("ruleset", "abstain: exclude", "abstains: exclude"),
    ("ruleset", "{abstain: exclude, invalid: exclude}", "{abstain: exclude}"),
    ("ruleset", '">= 98%": 10', '"98% 以上": 10'),
    ("ruleset", "voters: {residents: 100}", "voters: [residents]"),
    ("ruleset", "kind: survey, ", ""),
    ("ruleset", "weight: 40%", "weight: 40%, kind: given, fact: talks".replace(", ", "\n    ")),
    ("ruleset", "{id: award,", "{"),
    ("ruleset", "rounding: {places: 2, mode: half-up}", "rounding: {remove: yes}"),
    ("ruleset", "direction: bonus", "direction: plus"),
    ("ruleset", "below: 1", "less_than: 1"),
    ("ruleset", "ladder: {1:", "ladder: {一次:"),
    ("ruleset", "also: {host:", "also: {village:"),
    ("ruleset", "优秀: by quota", "优秀: by_quota"),
    ("ruleset", "minimum_service: 6 months", "minimum_service: half a year"),
    ("ruleset", "ruleset: small", "ruleset: small rules"),
    ("ruleset", "adjustments:", "adjustments: []\nold:"),
    (
        "ruleset",
        "{id: talk, kind: target, points: 1/2, fact: talks, target: {year-end: 12}}",
        "{id: talk, remove: yes}",
    ),
    ("layer", "id: visit, remove: yes", "id: visit, remove: no"),
    ("layer", "id: visit, remove: yes", "id: visit, remove: yes, weight: 3"),
    ("layer", "rounding: {remove: yes}", "rounding: {remove: no}"),
    ("layer", "rounding: {remove: yes}", "rounding: {remove: yes, places: 3}"),
    ("layer", "title: {remove: yes}", "title: {removed: yes}"),
    ("layer", "target: posting", "tragets: 3"),
    ("layer", "{id: talk, target: posting}", "{target: posting}"),
    ("layer", ", rule: tighten-only", ""),
    ("layer", "ruleset: child\n", ""),
    ("attendance", "trip: 17", "trips: 17"),
    ("attendance", "known_on: 2025-04-02", "known_on: 4月2日"),
    ("leave", "signed_by: o-1, ", ""),
    ("day_reports", "at: u-05", "unit: u-05"),
    ("workspace", "ruleset: [a.yaml, b.yaml]\n", ""),
    ("workspace", "{id: d-01, name: 青岚区}", "青岚区"),
    ("workspace", "[a.yaml, b.yaml]", "{2025: a.yaml}"),
    ("roster", "kind: street", "kind: community"),
    ("roster", "party_member: yes", "party_member: Y"),
    ("roster", "hosts: [{", "hosts: {安和: {id: 安和}}\nhost: [{"),
    ("roster", "effective: 2024-06-01", "effective: 2024-06"),
    ("dossier", "{checked: 10, passed: 9}", "{checked: 10, pass: 9}"),
    ("dossier", "state: not-applicable", "state: none"),
    ("dossier", "held_on: 2025-06-25", "held_on: 6月25日"),
    ("dossier", "issued: 45", "issued: -45"),
    ("dossier", "talks: 7", "talks:"),
    ("case", "cases_for: small.yaml\n", ""),
    ("case", "{case: 一, ", "{"),
    ("case", "earlier: {}", "earlier: {mid-year: {remove: no}}"),
    ("case", "total: ", "totals: "),
    ("case", "{talk: zero}", "{talk: none}"),
    ("case", "{code: CE421, at: facts.talk}", "{code: CE421}"),
    ("case", "based_on: 一", "based_on: [一]"),
    ("case", "{cadre: a,", "{"),
]


def written(name: str, old: str = "", new: str = "") -> tuple[str, str]:
    text = RIGHT[name]
    assert old in text, old
    return ("ruleset" if name == "layer" else name), text.replace(old, new, 1) if old else text


@pytest.mark.parametrize("load", [core, as_text], ids=["typed", "text"])
@pytest.mark.parametrize("name", RIGHT)
def test_right_documents(name: str, load: Callable[[str], Any]) -> None:
    schema, text = written(name)
    assert complaints(schema, load(text)) == []


@pytest.mark.parametrize(("name", "old", "new"), WRONG, ids=[f"{name}: {new or old}" for name, old, new in WRONG])
def test_wrong_documents(name: str, old: str, new: str) -> None:
    schema, text = written(name, old, new)
    assert complaints(schema, core(text))


def test_the_whole_right_ruleset_is_read() -> None:
    """So that what the schema is held to is what the reader takes."""
    problems = Problems()
    node = read_yaml(Source("small.yaml", RIGHT["ruleset"]), problems)
    assert node is not None
    read_ruleset(node, KINDS, problems)
    assert [problem.code for problem in problems] == []


@pytest.mark.parametrize("key", ["periods", "criteria", "grades"])
def test_a_layer_may_leave_out_what_its_parents_say(key: str) -> None:
    data = core(RIGHT["ruleset"])
    del data[key]
    assert complaints("ruleset", data)
    assert complaints("ruleset", {**data, "extends": "baseline/one"}) == []


@pytest.mark.parametrize("name", RIGHT)
def test_an_unknown_key_anywhere_is_refused(name: str) -> None:
    schema, text = written(name)
    data = core(text)
    for here in list(_mappings(data)):
        here["no such key"] = {}  # not an id either, so refused where any id may stand
        assert complaints(schema, data), f"accepted in {here}"
        del here["no such key"]


def _mappings(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _mappings(value)


INSTEAD: list[Any] = [
    "none", "x", "x y", "any", "posting", "3", "2.5", "-1", "0", "50%", "2025-01-01", "06-30", "3 months", "yes", ">= 5",
    [], ["a"], [{}], [["1"]], {}, {"a": "1"}, {"a": {}}, {"a": ["1"]}, {"1": "1"},
]  # fmt: skip
DOCS = {"ruleset": RulesetDoc, "workspace": WorkspaceDoc, "roster": RosterDoc, "dossier": DossierDoc}
READER = StrictReader()
PARENT = as_text(RIGHT["ruleset"])


@pytest.mark.parametrize("name", DOCS)
def test_schema_and_reader_agree_on_every_key_taken_out_or_replaced(name: str) -> None:
    data = as_text(RIGHT[name])
    data.pop("facts", None) if name == "dossier" else None  # what a fact may be, only its ruleset tells
    accepts = validator(name).is_valid
    for number, (here, key) in enumerate(list(_keys(data))):
        value = here.pop(key)
        assert accepts(data) == reads(name, data), f"without {key}: {value}"
        for other in INSTEAD[number % 6 :: 6]:
            here[key] = other
            assert accepts(data) == reads(name, data), f"{key}: {other} instead of {value}"
        here[key] = value


def test_the_schema_takes_every_layer_that_can_be_merged() -> None:
    data = as_text(RIGHT["layer"])
    accepts = validator("ruleset").is_valid
    assert merges(data)
    for number, (here, key) in enumerate(list(_keys(data))):
        value = here.pop(key)
        assert accepts(data) or not merges(data), f"without {key}: {value}"
        for other in INSTEAD[number % 6 :: 6]:
            here[key] = other
            assert accepts(data) or not merges(data), f"{key}: {other} instead of {value}"
        here[key] = value


def merges(layer: Any) -> bool:
    problems = Problems()
    child, parent = (Source(name, json.dumps(data)) for name, data in (("c.yaml", layer), ("p.yaml", PARENT)))
    effective = effective_ruleset(child, lambda *_: parent, problems)
    if effective is not None and not problems:
        read_ruleset(effective.root, KINDS, problems)
    return not problems


def _keys(data: Any) -> Iterator[tuple[dict[str, Any], str]]:
    return ((here, key) for here in _mappings(data) for key in list(here))


def reads(name: str, data: Any) -> bool:
    problems = Problems()
    node = node_of(data)
    if name == "ruleset":
        read_ruleset(node, KINDS, problems)
    else:
        READER.read(node, DOCS[name], problems)
    return not problems


def node_of(data: Any) -> Node:
    """Data as the strict YAML reader would give it."""
    nowhere = Source("file", "")
    if isinstance(data, dict):
        node = MapNode(nowhere, 1, 1)
        for key, value in data.items():
            node.put(Scalar(key, nowhere, 1, 1, 1), node_of(value))
        return node
    return (
        SeqNode(nowhere, 1, 1, [node_of(i) for i in data])
        if isinstance(data, list)
        else Scalar(data, nowhere, 1, 1, 1)
    )


# ── scalars ──────────────────────────────────────────────────────────────────────────────────────

TEXTS: dict[Any, tuple[list[str], list[str]]] = {
    Id: (["a", "c-0001", "p_1", "0123", "甲", "周𬀩", "é-1", "〇一", "x" * 64],
         ["", "-a", "_a", "a b", "a.b", "a，b", "甲、乙", "（甲）", "a/b", "x" * 65]),
    Word: (["a", "甲 乙", " a", "1.5", "x" * 500], ["", "  ", "a\nb", "x" * 501]),
    Prose: (["a", "a\nb", "\n a"], ["", " \n"]),
    Number: (["90", "0.30", "-2", "+2", "30%", "2/3", "-0.5%"], ["", "1,000", "90分", ".5", "1e3", "1/0", "-1/2", "９"]),
    Positive: (["1", "0.5", "+3%", "1/3", "10"], ["0", "0.00", "-1", "0/3", "0%", "a"]),
    Unsigned: (["0", "0.0%", "5", "1/2", "-0"], ["-1", "-0.1", "a"]),
    Step: (["1", "2%"], ["0", "-1", "二"]),
    Whole: (["0", "12", "+3"], ["-1", "1.0", "3%", "4/2", "一"]),
    Flag: (["yes", "no", "true", "false", "是", "否"], ["Yes", "y", "1", "有"]),
    date: (["2025-06-30"], ["2025-6-30", "2025/06/30", "20250630", "2025-13-01", "2025年6月30日"]),
    Workdays: (["5 workdays", "1 workday", "5个工作日", "10  workdays"], ["5 days", "workdays", "5", "1.5 workdays"]),
    YearDay: (["06-30", "12-31"], ["6-30", "13-01", "06-32", "2025-06-30"]),
    Requirement: (
        ["rate-bands", "cadre-eval-rate-bands >=0.2, <1", "a==1.0rc1", "a != 2", " a "],
        ["rate bands", ">=1", "a >", "a >=1,", "a ~=1", "-a", "a >=x"],
    ),
    Duration: (["6 months", "1 month", "30 days", "2 years", "6个月", "30天", "2年"], ["6", "half a year", "6 weeks"]),
}  # fmt: skip
RANGES = (
    [">= 90", ">90", "<= 60", "= 3", "≥ 90%", "≤ 2/3", "[75, 90)", "(60%,75%]", "[75，90)", " any ", "any"],
    ["90", "90+", "=> 90", "[75 90)", "[75, 90", "75-90", ">= 九十", "by quota", ""],
)


def accepted(schema: Schema, text: str) -> bool:
    return not list(jsonschema.Draft7Validator(schema).iter_errors(text))


@pytest.mark.parametrize("scalar", TEXTS, ids=lambda scalar: scalar.__name__)
def test_a_scalar_as_text_is_accepted_as_its_parser_accepts_it(scalar: Any) -> None:
    describer = Describer({})
    good, bad = TEXTS[scalar]
    for text in [*good, *bad]:
        assert accepted(describer.scalars[scalar], text) == (text in good) == parses(SCALARS[scalar][0], text), text


def test_a_range_is_accepted_as_its_parser_accepts_it() -> None:
    schema = schema_of("ruleset", KINDS)["definitions"]["range"]
    good, bad = RANGES
    for text in [*good, *bad]:
        assert accepted(schema, text) == (text in good) == parses(parse_range, text), text


def test_every_scalar_is_tried() -> None:
    assert {s for s in SCALARS if "pattern" in Describer({}).scalars[s]} <= set(TEXTS)


def parses(parse: Callable[[str], Any], text: str) -> bool:
    try:
        parse(text)
    except BadScalar:
        return False
    return True


@pytest.mark.parametrize("name", SCHEMAS)
def test_patterns_mean_the_same_to_editors(name: str) -> None:
    r"""No ``\w``, ``\d``, ``(?i)`` and the like: to ECMAScript they mean something else, or nothing."""
    for schema in _mappings(schema_of(name, KINDS)):
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            assert not re.search(r"\\[wWdDbBAZpP]|\(\?[^=!:]", pattern), pattern
            assert schema["patternErrorMessage"]


# ── the schemas themselves ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_sound(name: str) -> None:
    schema = schema_of(name, KINDS)
    jsonschema.Draft7Validator.check_schema(schema)
    assert list(schema)[:3] == ["$schema", "$id", "title"]
    assert schema["$id"] == f"urn:cadre-eval:schema:{name}"
    definitions = schema["definitions"]
    used = {here["$ref"].removeprefix("#/definitions/") for here in _mappings(schema) if "$ref" in here}
    assert used == set(definitions)
    for here in _mappings(schema):
        assert "$ref" not in here or list(here) == ["$ref"], "what stands beside $ref is ignored"


def test_the_same_bytes_every_time_and_in_any_order_of_kinds() -> None:
    first = {name: schema_text(schema) for name, schema in all_schemas(KINDS).items()}
    backwards = dict(reversed(list(KINDS.items())))
    again = {name: schema_text(schema) for name, schema in all_schemas(backwards).items()}
    assert first == again
    assert list(first) == list(SCHEMAS)
    assert all(text.endswith("}\n") for text in first.values())


def test_a_schema_may_be_changed_without_changing_the_next() -> None:
    before = schema_text(schema_of("ruleset", KINDS))
    for here in list(_mappings(schema_of("ruleset", KINDS))):
        for value in here.values():
            if isinstance(value, list):
                value.clear()
        here.clear()
    assert schema_text(schema_of("ruleset", KINDS)) == before


def _records(roots: tuple[type, ...]) -> list[type]:
    """Every record reached from these by the types of its settings."""
    found: list[type] = []
    todo: list[Any] = list(roots)
    while todo:
        t = todo.pop()
        todo += [arg for arg in get_args(t) if not isinstance(arg, str)]
        if not (isinstance(t, type) and attrs.has(t)) or t in found or t in SCALARS or t in {Range, ByQuota}:
            continue
        found.append(t)
        hints = get_type_hints(t)
        todo += [hints[a.name] for a in attrs.fields(t) if is_setting(a)]
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_setting_is_there_and_explained_in_both_languages(name: str) -> None:
    known = {
        (key, value.get("description"))
        for here in _mappings(schema_of(name, KINDS))
        for key, value in here.get("properties", {}).items()
        if isinstance(value, dict)
    }
    records = _records(RECORDS[name])
    assert set(RECORDS[name]) <= set(records)
    for record in records:
        for attribute in attrs.fields(record):
            if is_setting(attribute):
                doc: Text = attribute.metadata["doc"]
                assert re.search(r"[\u4e00-\u9fff]", doc.zh), f"{record.__name__}.{attribute.name} in Chinese"
                assert re.search(r"[A-Za-z]", doc.en), f"{record.__name__}.{attribute.name} in English"
                assert (key_of(attribute), f"{doc.zh} / {doc.en}") in known, f"{record.__name__}.{attribute.name}"


# ── kinds of plugins ─────────────────────────────────────────────────────────────────────────────


@frozen
class TrimDoc:
    """Has the name of a built-in record, and other keys."""

    at: Place = place()
    share: Unsigned = setting("两端各去掉的比例", "share dropped at each end")


@frozen
class OursParams:
    at: Place = place()
    fact: Id = setting("事实", "a fact")
    trim: TrimDoc | None = setting("去掉两端", "drop both ends", default=None)
    floor: Literal["ground"] | None = setting("本方法自己的下限", "a floor of its own", default=None)


OURS = CriterionKind(
    "ours", Text("本区的方法", "ours"), OursParams,
    lambda p: (), lambda ops, p, x, points: points, lambda p, x, points, name: Text("", ""), lambda p, ctx: p,
)  # fmt: skip


@pytest.mark.parametrize(
    ("leaf", "sound"),
    [
        ({"kind": "ours", "fact": "talks", "trim": {"share": "10%"}}, True),
        ({"kind": "ours", "fact": "talks", "floor": "ground"}, True),
        ({"kind": "ours", "fact": "talks", "floor": 0}, False),
        ({"kind": "ours", "fact": "talks", "trim": {"highest": 1, "when_more_than": 5}}, False),
        ({"kind": "ours"}, False),
        ({"kind": "given", "fact": "talks", "floor": 0}, True),
        ({"kind": "given", "fact": "talks", "floor": "ground"}, False),
        ({"kind": "review", "reviewers": {"a": 100}, "trim": {"when_more_than": 5}}, True),
        ({"kind": "review", "reviewers": {"a": 100}, "trim": {"share": "10%"}}, False),
    ],
)
def test_a_kind_of_a_plugin_is_described_like_any_other(leaf: dict[str, Any], sound: bool) -> None:
    schema = schema_of("ruleset", {**KINDS, "ours": OURS})
    jsonschema.Draft7Validator.check_schema(schema)
    data = {**core(RIGHT["ruleset"]), "criteria": [{"id": "x", "points": 10, **leaf}]}
    assert jsonschema.Draft7Validator(schema).is_valid(data) == sound
    if leaf["kind"] == "ours":
        assert complaints("ruleset", data), "without the plugin there is no such kind"


def test_a_ruleset_needs_no_kinds_to_be_described() -> None:
    schema = schema_of("ruleset", {})
    jsonschema.Draft7Validator.check_schema(schema)
    group = {"id": "x", "parts": [{"id": "y", "parts": []}]}
    data = {**core(RIGHT["ruleset"]), "defaults": {}, "criteria": [group]}
    assert jsonschema.Draft7Validator(schema).is_valid(data)
    group["parts"] = [{"id": "y", "kind": "given", "fact": "talks"}]
    assert not jsonschema.Draft7Validator(schema).is_valid(data)


def test_a_type_without_a_schema_is_named() -> None:
    with pytest.raises(TypeError, match="complex"):
        Describer({}).of(complex)


def test_the_parts_of_a_schema() -> None:
    assert both(Text("代码", "id")) == "代码 / id"
    assert both(Text("any", "any")) == "any"
    assert closed({"a": True}) == {"type": "object", "properties": {"a": True}, "additionalProperties": False}
    whole = document("x", Text("甲", "a"), {"type": "object"}, {"b": {}, "a": {}})
    assert list(whole["definitions"]) == ["a", "b"]
