"""A small workspace of tables, the same bytes every time: some of its cadres pending, some tied, some not assessed."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

PERIOD = "2025-year-end"
CONFIG = """\
workspace: tabled
district: {id: d-01, name: 青岚区}
ruleset: rules.yaml
tables: tables
"""
RULES = """\
ruleset: tabled
title: 考核办法（测试用）
categories: {a: 甲类, b: 乙类}
facts:
  talks: {title: 宣讲场次, type: count}
  due: {title: 应办, type: count}
  done: {title: 已办, type: count}
  absences: {title: 脱岗, type: count}
policies: {missing: block, not_applicable: exclude}
periods:
  year-end: {from: 01-01, to: 12-31}
criteria:
  - {id: talks, title: 宣讲, weight: 30, kind: target, fact: talks, target: 7}
  - {id: deeds, title: 实事, weight: 20, kind: ratio, part: done, whole: due, when_whole_is_zero: exclude}
  - {id: review, title: 述职, weight: 20, kind: review, reviewers: {street: 60, host: 40}, absent_class: block,
     trim: {highest: 1, lowest: 1, when_more_than: 3}}
  - {id: survey, title: 满意度, weight: 30, kind: survey, options: {满意: 100, 一般: 60, 不满意: 0}, abstain: exclude,
     invalid: exclude, voters: pooled}
gates:
  - {id: absent, title: 脱岗, count: absences, ladder: {1: {cap_grade: [称职]}, 3: {force_grade: [不称职]}}}
grades:
  any: {优秀: ">= 80", 称职: "[60, 80)", 不称职: "< 60"}
pools: {by: [township]}
ties: [survey, open]
quotas:
  - {id: best, title: 优秀名额, grade: 优秀, share: 30%, round: floor, base: assessed, pool_by: [township]}
eligibility: {assessment_relation: not-required, minimum_service: 6 months, service: within-period, otherwise: 不定等次}
"""


def tables(cadres: int = 60, seed: int = 7) -> dict[str, pa.Table]:
    """The tables of so many cadres."""
    random = Random(seed)
    roster: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    reviews: list[dict[str, Any]] = []
    tallies: list[dict[str, Any]] = []
    for n in range(cadres):
        posting = f"p-{n:04d}"
        late = n % 17 == 5
        roster.append({
            "posting": posting, "cadre": f"c-{n:04d}", "name": f"人{n}", "category": "ab"[n % 2], "role": "team-member",
            "host": f"h-{n // 4}", "township": f"t-{n // 12}", "sending_unit": "u-1",
            "from": "2025-10-01" if late else "2024-01-01",
        })  # fmt: skip
        due = random.randrange(4)
        facts.append({
            "posting": posting, "talks": None if n % 13 == 4 else random.randrange(9), "due": due,
            "done": random.randrange(due + 1), "absences": random.choice([0, 0, 0, 0, 1, 3]),
        })  # fmt: skip
        for reviewer in ("street", "host"):
            reviews += [{"posting": posting, "class": reviewer, "mark": random.randrange(60, 101)} for _ in range(5)]
        tallies.append(
            {"posting": posting, "class": "all", **{o: random.randrange(9) + 1 for o in ("满意", "一般", "不满意")}}
        )
    made = {"roster": roster, "facts": facts, "reviews": reviews, "tallies": tallies}
    return {name: pa.Table.from_pylist(rows) for name, rows in made.items()}


def make(folder: Path, cadres: int = 60, rules: str = RULES) -> Path:
    """Writes the workspace, its facts in row groups of seven."""
    (folder / "tables").mkdir(parents=True)
    (folder / "cadre-eval.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    for name, table in tables(cadres).items():
        pq.write_table(table, folder / "tables" / f"{name}.parquet", row_group_size=7)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
