"""A workspace that needs a plugin for everything a plugin can bring, the good plugin it needs, and ways to spoil it.

Seven cadres in three pools. Whatever the good plugin is asked about ``UNLUCKY`` goes through a line ``# here: …`` that a
bad plugin puts its fault in; so the fault concerns them, and nobody else.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from build import dossier, people, person, write_workspace, yaml_text
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.trust import CONFIG

PLUGIN, VERSION = "fickle", "1.4"
PERIOD = "2025-year-end"
UNLUCKY = ("c-02", "c-06")
UNLUCKY_UNIT, ITS_CADRES = "u-02", ("c-02", "c-03")
POOLS = {"a": ("c-01", "c-02", "c-03"), "b": ("c-04", "c-05"), "c": ("c-06", "c-07")}
EVERYBODY = tuple(cadre for pool in POOLS.values() for cadre in pool)
LEAVES = {"visit": "kind fickle", "talk": "kind steep", "debrief": "kind nod", "show": "kind hands"}
"""The criteria, each scored by a kind of the plugin."""

GOOD = """\
import builtins, contextlib, ctypes, decimal, gc, importlib, io, itertools, locale, os, sys, threading, time, warnings
from decimal import Decimal
from fractions import Fraction

import attrs
from attrs import frozen

from cadre_eval.plugins.api import *
from cadre_eval.plugins.api import Number, Text

__version__ = "1.4"
# here: load


@frozen
class FickleParams:
    at: Place = place()
    fact: Id = setting("事实", "the fact")
    factors: dict[Word, Number] = setting("系数", "factors", factory=dict)
    # here: params


def prepare(params, ctx):
    # here: prepare
    ctx.fact(params.fact, params.at.value("fact"), "count")
    return params


def inputs(params):
    # here: inputs
    return [NumberOf("number", params.fact)]


def fickle(params, values, points):
    number = values["number"]
    if number == 13:
        pass
        # here: formula
    return Score(points * number * params.factors["times"] / 20, Text(f"{number} 次", f"{number} times"))


@frozen
class SteepParams:
    at: Place = place()
    fact: Id = setting("事实", "the fact")


def steep(ops, params, x, points):
    # here: any formula
    if x["number"] == 13:
        pass
        # here: exact formula
    return x["number"] * (points / 20)


def steep_account(params, x, points, name):
    # here: account
    return Text("每场", "each talk")


@frozen
class NodParams(ReviewMethodParams):
    pass


def nod_words(params, reviewer):
    # here: words
    return ("好", "差", "怪")


def nod(params, reviewer, marks, points):
    if "怪" in marks.values:
        pass
        # here: review formula
    return Score(points * Fraction(marks.values.count("好"), len(marks.values)), Text("评议", "debriefing"))


@frozen
class HandsParams(SurveyMethodParams):
    pass


def hands(params, votes, points):
    if votes.options["不满意"] == 13:
        pass
        # here: survey formula
    return Score(points * votes.share("满意"), Text("测评", "survey"))


@frozen
class WatchParams:
    at: Place = place()
    fact: Id = setting("事实", "the fact")
    # here: rule params


def watch_prepare(params, ctx):
    # here: rule prepare
    return params


def watch_of(params):
    # here: of
    return "sending-unit"


def watch(params, answerable):
    if answerable.id == "u-02":
        pass
        # here: rule
    ids = tuple(cadre.id for cadre in answerable.cadres)
    return [ProposedMeasure(Text("提醒", "a reminder"), Text("每季度一次", "each quarter"), Decimal("-0.5"), ids)]


@hookimpl
def cadre_eval_register_criterion_kinds():
    kind = plain_kind("fickle", Text("多变", "fickle"), FickleParams, inputs, fickle, prepare)
    steps = CriterionKind(
        "steep", Text("阶梯", "steep"), SteepParams, lambda p: [NumberOf("number", p.fact)], steep, steep_account,
        lambda params, ctx: params,
    )
    # here: kinds
    return [kind, steps]


@hookimpl
def cadre_eval_register_review_methods():
    method = ReviewMethod("nod", Text("点头", "nod"), NodParams, nod, nod_words)
    # here: reviews
    return [method]


@hookimpl
def cadre_eval_register_survey_methods():
    method = SurveyMethod("hands", Text("举手", "hands"), HandsParams, hands)
    # here: surveys
    return [method]


@hookimpl
def cadre_eval_register_accountability_rules():
    rule = AccountabilityRule("watch", Text("提醒", "watch"), WatchParams, watch_of, watch, watch_prepare)
    # here: rules
    return [rule]


def render(assessed):
    # here: render
    return "".join(f"{cadre.id} {cadre.grade}\\n" for cadre in assessed.cadres)


@hookimpl
def cadre_eval_register_report_formats():
    form = ReportFormat("lines", Text("逐行", "line by line"), "txt", render)
    # here: formats
    return [form]


def count(assessed, arguments):
    # here: run
    return f"{len(assessed.cadres)} {' '.join(arguments)}\\n"


@hookimpl
def cadre_eval_register_commands():
    command = PluginCommand("count", Text("计数", "count"), count)
    # here: commands
    return [command]


@hookimpl
def cadre_eval_check_ruleset(ruleset):
    # here: ruleset
    return []


@hookimpl
def cadre_eval_check_evidence(cadre, ruleset):
    if cadre.id in ("c-02", "c-06"):
        pass
        # here: evidence
    return [EvidenceRemark("visits", Text("没有照片", "no photographs"))]


@hookimpl
def cadre_eval_propose_adjustments(cadre, ruleset):
    if cadre.id in ("c-02", "c-06"):
        pass
        # here: adjustments
    return [ProposedAdjustment("award", 1, Text("有表彰文件", "an award is on file"))]


@hookimpl
def cadre_eval_request_review(cadre):
    if cadre.id in ("c-02", "c-06"):
        pass
        # here: review
    return [ReviewRequest("组织部", Text("分数偏高", "a high score"))]


@hookimpl
def cadre_eval_assessment_recorded(assessment):
    # here: recorded
    return None


@hookimpl
def cadre_eval_measure_recorded(measure, assessment):
    if measure.id == "u-02":
        pass
        # here: measure recorded
    return None


# here: end
"""

RULESET: Mapping[str, Any] = {
    "ruleset": "r",
    "plugins": [f"{PLUGIN} >=1, <2"],
    "periods": {"year-end": {"from": "01-01", "to": "12-31"}},
    "facts": {
        "talks": {"type": "count", "at_most": "20"},
        "visits": {"type": "count", "at_most": "20"},
        "awards": {"type": "count"},
    },
    "policies": {"missing": "block"},
    "defaults": {"hands": {"abstain": "exclude", "invalid": "exclude"}},
    "criteria": [
        {"id": "visit", "points": "40", "kind": "fickle", "fact": "visits", "factors": {"times": "1"}},
        {"id": "talk", "points": "30", "kind": "steep", "fact": "talks"},
        {"id": "debrief", "points": "20", "kind": "nod", "reviewers": {"villagers": "100"}, "absent_class": "block"},
        {
            "id": "show", "points": "10", "kind": "hands", "voters": {"residents": "100"},
            "options": ["满意", "不满意"], "absent_class": "block",
        },
    ],
    "adjustments": {
        "floor": "0",
        "ceiling": "105",
        "groups": [
            {
                "id": "honours", "title": "表彰", "direction": "bonus", "counting": "cumulative", "cap": "5",
                "items": [{"id": "award", "title": "表彰", "fact": "awards", "each": "1", "policies": {"missing": "zero"}}],
            }
        ]
    },
    "grades": {"any": {"优秀": ">= 80", "合格": "[60, 80)", "不合格": "< 60"}},
    "pools": {"by": ["category"]},
    "ties": ["visit", "open"],
    "quotas": [
        {"id": "best", "title": "优秀名额", "grade": ["优秀"], "share": "50%", "round": "floor", "base": "assessed", "pool_by": ["category"]}
    ],
    "accountability": [{"id": "reminder", "rule": "watch", "fact": "visits"}],
}  # fmt: skip

VISITS = {"c-01": 20, "c-02": 13, "c-03": 11, "c-04": 19, "c-05": 12, "c-06": 13, "c-07": 18}
"""The last in its order of everything there is on record: 13 marks the unlucky."""


def records() -> dict[str, dict[str, Any]]:
    """The dossiers by cadre."""
    found = {}
    for number, (cadre, visits) in enumerate(VISITS.items(), 1):
        odd = cadre in UNLUCKY
        marks = ["好"] * number + ["差"] * 2 + ["怪"] * odd
        tally = {"满意": str(10 + number), "不满意": "13" if odd else str(14 + number)}
        found[cadre] = dossier(
            number,
            facts={"talks": str(13 if odd else 13 + number % 5 + (number == 5)), "visits": str(visits)},
            reviews={"debrief": {"held_on": "2025-12-01", "classes": {"villagers": marks}}},
            surveys={"show": {"held_on": "2025-12-01", "classes": {"residents": {"tally": tally}}}},
        )
    return found


def opened(leaf: str) -> dict[str, dict[str, Any]]:
    """The dossiers as they would be if what ``leaf`` rests on were not known yet of the unlucky."""
    found = records()
    waiting = {"state": "pending", "reason": "待查"}
    where = {"visit": ("facts", "visits"), "talk": ("facts", "talks"), "debrief": ("reviews", "debrief"), "show": ("surveys", "show")}  # fmt: skip
    section, key = where[leaf]
    for cadre in UNLUCKY:
        found[cadre][section][key] = waiting
    return found


def roster() -> dict[str, Any]:
    pool_of = {cadre: pool for pool, cadres in POOLS.items() for cadre in cadres}
    persons = [
        person(number, category=pool_of[cadre], sending_unit=UNLUCKY_UNIT if cadre in ITS_CADRES else "u-01")
        for number, cadre in enumerate(EVERYBODY, 1)
    ]
    return people(*persons)


def make(
    folder: Path,
    plugin: str | bytes = GOOD,
    dossiers: Mapping[str, Mapping[str, Any]] | None = None,
    more: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Path:
    """The workspace with this plugin, these dossiers, other keys of the ruleset (``more``) and of the workspace."""
    plain = {f"2025/{name}.yaml": found for name, found in (dossiers or records()).items()}
    write_workspace(folder, {**RULESET, **(more or {})}, {"all.yaml": roster()}, plain)
    if settings:
        config = Folder(folder).root / CONFIG
        given = {"workspace": "w", "district": {"id": "d-01", "name": "青岚区"}, "ruleset": "rules.yaml", "roster": "roster", "records": "records"}  # fmt: skip
        config.write_text(yaml_text(given | settings), encoding="utf-8")
    write_plugin(folder, plugin)
    return folder


def write_plugin(folder: Path, plugin: str | bytes, name: str = PLUGIN) -> Path:
    path = folder / "plugins" / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(plugin if isinstance(plugin, bytes) else plugin.encode())
    return path


def spoilt(where: str, fault: str) -> str:
    """The good plugin with the fault at the line ``# here: where``."""
    line = re.search(rf"^( *)# here: {re.escape(where)}\n", GOOD, re.MULTILINE)
    assert line is not None, where
    return (
        GOOD[: line.start()]
        + textwrap.indent(textwrap.dedent(fault).strip("\n") + "\n", line[1])
        + GOOD[line.end() :]
    )


@cache
def places() -> frozenset[str]:
    """Every place a fault can be put."""
    return frozenset(re.findall(r"# here: (.*)", GOOD))


@contextmanager
def process_unchanged() -> Iterator[None]:
    """What the whole process shares must be after a run what it was before."""
    before = _shared()
    yield
    assert _shared() == before


def _shared() -> tuple[object, ...]:
    import decimal
    import locale
    import os
    import sys

    context = decimal.getcontext()
    shared = decimal.DefaultContext
    return (
        locale.setlocale(locale.LC_ALL), os.getcwd(), dict(os.environ), sys.getrecursionlimit(), sys.stdout, sys.stderr,
        context.prec, context.rounding, shared.prec, shared.rounding, sys.get_int_max_str_digits(),
    )  # fmt: skip
