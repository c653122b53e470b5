"""A small sound workspace, and ways to spoil it: shared by the tests of problems, faults and hostile input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cadre_eval.errors import Problem, Problems
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.opening import Workspace, load_workspace
from cadre_eval.workspace.rulesets import compiled_at

CONFIG = """\
workspace: small
title: 清溪县驻村干部考核
district: {id: d-01, name: 清溪县}
ruleset: ruleset.yaml
roster: roster
records: records
plugins: []
"""

LAYER = """\
ruleset: mine
extends: ./small.yaml
"""

RULESET = """\
ruleset: small
title: 清溪县驻村干部考核办法
effective_from: 2024-01-01
effective_until: 2029-12-31
rounding: {places: 2, mode: half-up}
categories: {civil-servant: 公务员, institution: 事业单位人员}
titles: {residents: 居民代表, street: 街道}
facts:
  talks: {title: 宣讲场次, type: count, unit: 场, at_most: 366}
  visits: {title: 走访率, type: rate}
  growth: {title: 收入增长, type: number, at_least: -100, at_most: 1000}
  standing: {title: 支部评定, type: choice, options: [好, 一般, 差]}
  papers: {title: 资料, type: choices, options: [日记, 清单, 台账]}
  households: {title: 抽查, type: sample, unit: 户}
  asked: {title: 诉求, type: count}
  solved: {title: 办结, type: count}
  awards: {title: 表彰, type: count}
  absences: {title: 脱岗次数, type: count}
  sanction: {title: 受处分, type: flag}
policies: {missing: block, not_applicable: exclude, excused: exclude}
defaults:
  survey: {abstain: exclude, invalid: exclude}
periods:
  mid-year: {title: 半年考核, from: 01-01, to: 06-30}
  year-end: {title: 年终考核, from: 01-01, to: 12-31, combine: {mid-year: 30, year-end: 70}, carry: rounded, absent: renormalise}
criteria:
  - id: duty
    title: 一宣六帮
    weight: 40
    parts:
      - {id: talk, title: 宣讲, kind: target, points: 10, fact: talks, target: {mid-year: 6, year-end: 12}, basis: 第一条}
      - id: visit
        title: 走访
        kind: bands
        points: 10
        fact: visits
        bands: {">= 98%": 10, "[90%, 98%)": 6, "< 90%": 0}
      - {id: branch, title: 支部, kind: graded, points: 5, fact: standing, levels: {好: 5, 一般: 3, 差: 0}}
      - {id: sample, title: 抽查, kind: sampled, points: 5, fact: households, minimum: 5}
      - {id: petition, title: 诉求, kind: ratio, points: 10, part: solved, whole: asked, when_whole_is_zero: full}
  - id: debriefing
    title: 述职评议
    weight: 20
    kind: review
    reviewers: {street: 60, host: 40}
    trim: {highest: 1, lowest: 1, when_more_than: 4}
    absent_class: block
  - id: satisfaction
    title: 满意度测评
    weight: 30
    kind: survey
    voters: {residents: 60, host: 40}
    options: {满意: 100, 较满意: 80, 不满意: 0}
    absent_class: block
    minimum: {ballots: 3}
    below_minimum: block
  - {id: cross, title: 交叉检查, weight: 10, kind: external, record: cross-team, scale: 100}
adjustments:
  ceiling: 100
  floor: 0
  groups:
    - id: honours
      title: 表彰加分
      direction: bonus
      counting: cumulative
      cap: 3
      items:
        - {id: award, title: 县级表彰, fact: awards, each: 1, policies: {missing: zero}}
gates:
  - id: absent
    title: 无故脱岗
    count: absences
    ladder:
      1: {cap_grade: [合格]}
      3: {force_grade: [不合格], refer: 纪检监察机关}
  - id: punished
    title: 受处分
    when: {any: [{fact: sanction, is: yes}, {fact: visits, below: 50%}]}
    effect: {cap_grade: [合格]}
    basis: 第九条
grades:
  any: {优秀: ">= 90", 合格: "[60, 90)", 不合格: "< 60"}
pools: {by: [category]}
ties: [satisfaction, duty, open]
quotas:
  - {id: best, title: 优秀名额, grade: [优秀], share: 25%, round: floor, base: assessed, pool_by: [category], basis: 第十条}
eligibility:
  minimum_service: {mid-year: 3 months, year-end: 6 months}
  service: within-period
  otherwise: 不定等次
  assessment_relation: required
  transfer_within: 30 days
  several_postings: longest
locks:
  - {path: quotas.best.share, rule: tighten-only, towards: lower}
"""

UNITS = """\
roster: units
townships: [{id: t-01, name: 云桥街道, kind: street}]
hosts:
  - {id: h-01, name: 安和社区, township: t-01, kind: community}
  - {id: h-02, name: 新禾社区, township: t-01, kind: community}
sending_units: [{id: u-01, name: 县财政局}, {id: u-02, name: 县文化馆}]
"""

CADRES = """\
roster: cadres
cadres:
  - {id: c-1, name: 林知远, category: civil-servant, party_member: yes}
  - {id: c-2, name: 沈砚秋, category: institution, party_member: no}
"""

FIRST_POSTING = """\
roster: first
postings:
  - id: p-1
    cadre: c-1
    host: h-01
    role: first-secretary
    sending_unit: u-01
    from: 2024-05-10
    to: 2026-05-09
    targets: {talks: 8}
    transfers:
      party: {to: h-01, effective: 2024-05-20, evidence: 介绍信31号}
      assessment: {to: t-01, effective: 2024-05-20}
"""

SECOND_POSTING = """\
roster: second
postings:
  - id: p-2
    cadre: c-2
    host: h-02
    role: team-member
    sending_unit: u-02
    from: 2024-06-01
    transfers:
      party: not-applicable
      salary: {to: t-01, effective: 2024-07-01}
      assessment: {to: t-01, effective: 2024-06-10}
"""

DOSSIER = """\
dossier: c-1
period: 2025-mid-year
posting: p-1
facts:
  talks: 7
  visits: {value: 98.5%, evidence: [e-1], known_on: 2025-06-28}
  standing: 好
  papers: [日记, 清单]
  households: {checked: 10, passed: 9}
  asked: 12
  solved: 11
  awards: 1
  absences: 0
  sanction: 否
reviews:
  debriefing:
    held_on: 2025-06-25
    classes:
      street: [92, 88.5, 95]
      host:
        - 90
        - 85
surveys:
  satisfaction:
    held_on: 2025-06-26
    classes:
      residents: {issued: 20, tally: {满意: 12, 较满意: 3, 不满意: 1}, abstain: 1, invalid: 0, channel: paper}
      host:
        issued: 5
        tally:
          满意: 4
          较满意: 1
external:
  cross-team: {score: 88, issuer: 检查三组, issued_on: 2025-06-20, evidence: [e-1]}
evidence:
  e-1: {title: 走访台账, source: 社区, date: 2025-06-28}
"""

SECOND = """\
dossier: c-2
period: 2025-mid-year
facts:
  talks: {state: excused, reason: 病假}
  visits: 97.5%
  standing: 一般
  households: {checked: 10, passed: 10}
  asked: 0
  solved: 0
  absences: 1
  sanction: 否
surveys:
  satisfaction: {state: pending, reason: 七月初测评}
"""

YEAR_END = """\
dossier: c-1
period: 2025-year-end
posting: p-1
facts: {talks: 14, visits: 99%, standing: 一般}
earlier:
  mid-year: {total: 82.5}
"""

FIRST_DOSSIER = "records/2025-mid-year/c-1.yaml"
SMALL: Mapping[str, str] = {
    "cadre-eval.yaml": CONFIG,
    "ruleset.yaml": LAYER,
    "small.yaml": RULESET,
    "roster/units.yaml": UNITS,
    "roster/cadres.yaml": CADRES,
    "roster/first.yaml": FIRST_POSTING,
    "roster/second.yaml": SECOND_POSTING,
    FIRST_DOSSIER: DOSSIER,
    "records/2025-mid-year/c-2.yaml": SECOND,
    "records/2025-year-end/c-1.yaml": YEAR_END,
}
"""Every file of the workspace; ``ruleset.yaml`` is an empty layer over ``small.yaml``."""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """The files, written as they are; the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def loaded(folder: Path) -> tuple[Workspace | None, list[Problem]]:
    """The workspace and all problems, each once, in order."""
    problems = Problems()
    workspace = load_workspace(folder, problems)
    return workspace, list(problems)


def spoiled(folder: Path, files: Mapping[str, str | bytes]) -> list[Problem]:
    """The problems of the small workspace with these files in the place of its own, or beside them."""
    return loaded(write(folder, {**SMALL, **files}))[1]


def ruleset_problems(folder: Path, name: str) -> list[Problem]:
    """The problems of one ruleset file of the folder."""
    problems = Problems()
    home = Folder(folder)
    compiled_at(home, home.root / name, problems)
    return list(problems)


def top_blocks(text: str) -> dict[str, str]:
    """The text cut before every line that begins a top-level key; what stands before the first is under ``""``."""
    blocks: dict[str, str] = {"": ""}
    key = ""
    for line in text.splitlines(keepends=True):
        begins = re.match(r"([\w-]+):", line)
        if begins:
            key = begins[1]
        blocks[key] = blocks.get(key, "") + line
    return blocks


def patched(sound: str, fragment: str) -> str:
    """The sound file with the top-level keys of the fragment put in the place of its own."""
    new = top_blocks(fragment)
    kept = "".join(block for key, block in top_blocks(sound).items() if key not in new)
    return kept + fragment


def shown(problems: list[Problem]) -> str:
    """The problems as a failing test prints them."""
    return "\n".join(f"{p.span} {p.code} {p.message('en')}" for p in problems)
