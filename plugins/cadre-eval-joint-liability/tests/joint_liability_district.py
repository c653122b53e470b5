"""A street with a few cadres: the views a rule is shown, rulesets that use the rules, and the workspace of the README."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import attrs
from attrs import frozen

from cadre_eval.errors import Problem, Problems
from cadre_eval.plugins.api import Answerable, AssessedCadre, FactView, PostingView
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.rulesets import compiled_at

PLUGIN = "cadre-eval-joint-liability"
HOME = Path(__file__).parents[1]
PERIOD = "2025-year-end"


@frozen
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def ran(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """The command in a process of its own, in Chinese."""
    done = subprocess.run(
        [sys.executable, "-m", "cadre_eval.cli.main", *map(str, arguments)],
        cwd=cwd, env={**os.environ, "CADRE_EVAL_LANG": "zh", "PYTHONUTF8": "1"}, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


# ── what a rule is shown ──


def fact(known: int | bool | str) -> FactView:
    """A fact by its value, or by its state."""
    if isinstance(known, str):
        return FactView(known, None, (), None)
    value = known if isinstance(known, bool) else Fraction(known)
    return FactView("present", value, (f"e-{known}",), None)


def posting(**facts: int | bool | str) -> PostingView:
    known: dict[str, Any] = {"facts": {name: fact(value) for name, value in facts.items()}}
    return PostingView(**{a.name: known.get(a.name) for a in attrs.fields(PostingView)})


def cadre(
    name: str, *postings: PostingView, gates: tuple[str, ...] = (), waits: tuple[str, ...] = ()
) -> AssessedCadre:
    return AssessedCadre(
        name, f"干部{name}", "any", (), "final", None, None, None, {}, gates, postings, waits, {}
    )  # fmt: skip


def asked(*cadres: AssessedCadre) -> Answerable:
    return Answerable("township", "t-01", "柳桥街道", PERIOD, cadres)


# ── rulesets ──

RULES = """
ruleset: r
plugins: [cadre-eval-joint-liability]
facts:
  absences: {title: 脱岗, type: count, unit: 次}
  together: {title: 同一次, type: count}
  late: {title: 迟到, type: flag}
  rate: {title: 走访率, type: rate}
  cut: {title: 已扣, type: count}
periods:
  mid-year: {from: 01-01, to: 06-30}
  year-end: {from: 01-01, to: 12-31}
criteria: [{id: score, weight: 100, kind: external, scale: 100}]
adjustments:
  floor: none
  ceiling: none
  groups:
    - id: conduct
      title: 扣分
      direction: deduction
      counting: cumulative
      cap: none
      items: [{id: absent, fact: cut, each: 1, policies: {missing: zero}}, {id: own, fact: absences, each: 1}]
gates:
  - {id: rate, when: {fact: rate, below: 98%}, effect: {cap_grade: level 2}}
  - {id: year, periods: [year-end], when: {fact: late, is: yes}, effect: {cap_grade: level 2}}
grades: {any: {优秀: ">= 90", 称职: "< 90"}}
accountability:
"""


def compiled(uses: str, folder: Path) -> tuple[CompiledRuleset | None, list[Problem]]:
    """A ruleset with these uses of the rules, and what is wrong with it."""
    path = folder / "r.yaml"
    path.write_text(RULES + indent(dedent(uses).strip(), "  ") + "\n", "utf-8")
    problems = Problems()
    return compiled_at(Folder(folder), path, problems), list(problems)


def params(use: str, folder: Path) -> Any:
    """What the only use of a rule says, checked."""
    rules, problems = compiled(use, folder)
    assert rules is not None, problems
    (found,) = rules.periods["year-end"].accountability
    return found.params.checked


# ── the workspace of the README ──

README = (HOME / "README.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def files_of_readme() -> Mapping[str, str]:
    found = {}
    for language, text in FENCE.findall(README):
        named = re.match(r"# file: (\S+)\n", text)
        if language == "yaml" and named:
            found[named[1]] = text
    return found


def workspace(folder: Path) -> Path:
    """The workspace the README shows, with the ruleset that comes with the plugin."""
    shutil.copytree(HOME / "rulesets", folder / "rulesets")
    for name, text in files_of_readme().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def changed(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
