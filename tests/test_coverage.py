"""Coverage of rules: what no case exercised, at the very line, and what one more case changes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve, frozen

from cadre_eval.cases.exercised.branches import BRANCHES
from cadre_eval.cases.exercised.constructs import Construct, Coverage
from cadre_eval.cases.exercised.coverage import coverage
from cadre_eval.cases.exercised.coverage_report import coverage_json, coverage_lines, share_text
from cadre_eval.cases.running import CaseFile, open_case_file
from cadre_eval.errors import Problems, Text
from cadre_eval.scoring.kinds import BUILTIN_KINDS
from cadre_eval.workspace.files import Folder

FIRST, ADDED = "起初的算例", "补上的算例"


def case_file(folder: Path, rules: str, *cases: str) -> CaseFile:
    """A ruleset of one period (unless it says otherwise) and cases, each the inside of a mapping."""
    lines = ["ruleset: r"] if "ruleset:" not in rules else []
    lines += [] if "periods:" in rules else ["periods: {year-end: {title: 年终, from: 01-01, to: 12-31}}"]
    lines += [] if "grades:" in rules else ["grades: none"]
    (folder / "rules.yaml").write_text("\n".join([*lines, rules]), encoding="utf-8")
    head = "cases_for: rules.yaml\nbase: {period: 2025-year-end}\ncases:\n"
    written = [f"  - {{case: {name}, {case}}}\n" for name, case in zip((FIRST, ADDED), cases, strict=False)]
    (folder / "rules.case.yaml").write_text(head + "".join(written or ["  []\n"]), encoding="utf-8")
    return opened(folder)


def opened(folder: Path, name: str = "rules.case.yaml") -> CaseFile:
    problems = Problems()
    home = Folder(folder)
    file = open_case_file(home, home.root / name, problems)
    problems.raise_if_any()
    assert file is not None
    return file


def covered(file: CaseFile, only: str = "") -> Coverage:
    problems = Problems()
    outcomes = list(file.run(problems, only))
    for outcome in outcomes:
        problems.extend(outcome.problems)
    problems.raise_if_any()
    return coverage(file, outcomes)


def the(found: Coverage, line: str, what: str) -> Construct:
    """The one construct on the line with this text, of which this is said."""
    fitting = [c for c in found.constructs if line in c.span.source.line(c.span.line) and what in c.what.zh]
    assert len(fitting) == 1, [(c.span.short, c.what.zh) for c in found.constructs]
    return fitting[0]


@frozen
class Sort:
    """A sort of construct: rules, a case that does not exercise it, one that does, and where it stands."""

    rules: str
    without: str
    by: str
    line: str
    what: str


def fact(value: str, then: str = "{}") -> str:
    return f"facts: {{x: {value}}}, expect: {then}"


def people(*values: str, more: str = "") -> str:
    """A cohort with these values of x."""
    members = ", ".join(f"{{cadre: c{n}, facts: {{x: {value}}}}}" for n, value in enumerate(values))
    expected = ", ".join(f"c{n}: {{}}" for n in range(len(values)))
    return f"cohort: [{members}], expect_each: {{{expected}}}{more}"


def votes(inside: str, more: str = "") -> str:
    return f"surveys: {{s: {{classes: {{{inside}}}}}}}, expect: {{}}{more}"


def marks(inside: str) -> str:
    return f"reviews: {{s: {{classes: {{{inside}}}}}}}, expect: {{}}"


NUMBER = "facts: {x: {type: number, at_least: 0, at_most: 100}}\n"
COUNT = "facts: {x: {type: count}}\n"
WORDS = "facts: {x: {type: choices, options: [甲, 乙]}}\n"
SAMPLE = "facts: {x: {type: sample}}\n"
GIVEN = NUMBER + "criteria:\n  - {id: c, points: 100, kind: given, fact: x}\n"
TWO = (
    "facts: {x: {type: number, at_least: 0, at_most: 100}, y: {type: number, at_least: 0, at_most: 100}}\n"
    "criteria:\n  - {id: c, points: 100, kind: given, fact: x}\n  - {id: d, points: 100, kind: given, fact: y}\n"
)
SURVEY = """criteria:
  - id: s
    points: 100
    kind: survey
    voters:
      residents: 60
      committee: 40
    options:
      好: 100
      差: 0
    abstain: exclude
    invalid: zero
    absent_class: renormalise
    minimum:
      ballots: 3
      turnout: 50%
    below_minimum: block
    suppress_below: 2
"""
REVIEW = """criteria:
  - id: s
    points: 100
    kind: review
    reviewers:
      street: 60
      committee: 40
    trim: {highest: 1, lowest: 1, when_more_than: 3}
    minimum: {marks: 2}
    absent_class: zero
"""
WORDED = (
    "criteria:\n  - {id: s, points: 100, kind: review, reviewers: {street: 100},\n     options: {好: 100, 差: 0}}\n"
)
ASKED = "criteria:\n  - {id: s, points: 100, kind: review, reviewers: {street: 100},\n     questions: {one: 60, two: 40}}\n"
FULL = "residents: {issued: 4, tally: {好: 4}}, committee: {issued: 2, tally: {好: 2}}"
ANNUAL = """periods:
  mid-year: {title: 半年, from: 01-01, to: 06-30}
  year-end: {title: 年终, from: 01-01, to: 12-31,
             combine: {mid-year: 30, year-end: 70}, carry: rounded,
             absent: renormalise}
"""
EVENTS = "facts: {x: {type: number, at_least: 0, at_most: 100}, e: {type: count}, f: {type: count}}\n"
BONUS = (
    EVENTS
    + """criteria:
  - {id: c, points: 100, kind: given, fact: x}
adjustments:
  ceiling: 100
  floor: 10
  cap:
    bonus: 6
    deduction: 30
  groups:
    - id: plus
      direction: bonus
      counting: highest
      cap: 4
      items:
        - {id: medal, fact: e, each: 1, cap: 3}
        - {id: prize, fact: f, each: 2, policies: {missing: zero}}
    - {id: more, direction: bonus, counting: cumulative, items: [{id: thanks, fact: e, each: 3}]}
    - {id: minus, direction: deduction, counting: cumulative, items: [{id: fault, fact: f, each: 10}]}
"""
)


def bonus(x: int, e: str, f: str) -> str:
    return f"facts: {{x: {x}, e: {e}, f: {f}}}, expect: {{}}"


GATE = (
    EVENTS
    + """criteria:
  - {id: c, points: 100, kind: given, fact: x}
grades:
  any: {好: ">= 50", 差: "< 50"}
gates:
  - id: gate
    when: {any: [{fact: e, at_least: 1},
                 {fact: f, at_least: 1}]}
    effect: {cap_grade: 差}
    missing: ignore
"""
)
ALL_GATE = GATE.replace("any: [", "all: [").replace("ignore", "open")
LADDER = (
    EVENTS
    + """criteria:
  - {id: c, points: 100, kind: given, fact: x}
grades:
  any: {好: ">= 50", 差: "< 50"}
gates:
  - id: steps
    count: e
    ladder:
      1: {note: 提醒}
      3: {cap_grade: 差}
    missing: ignore
"""
)
QUOTA = (
    GIVEN
    + """grades:
  any: {优: by quota, 好: ">= 50", 差: "< 50"}
ties: [open]
quotas:
  - id: best
    grade: 优
    share: 50%
    round: floor
    base: assessed
    pool_by: []
    minimum_score: 60
    at_least: 1
    excluded: {criterion: c, at_least: 90}
"""
)
TIES = TWO + "ties: [d,\n  c,\n  open]\ngrades: {any: {好: any}}\n"
WHO = (
    EVENTS
    + """criteria:
  - {id: c, points: 100, kind: given, fact: x}
eligibility:
  minimum_service: 3 months
  service: within-period
  otherwise: 不定等次
  assessment_relation: required
  transfer_within: 30 days
  exclusions:
    - {id: away, title: 外出, when: {fact: e, at_least: 1}, label: 不定等次,
       missing: ignore}
    - {id: ill, title: 病休, when: {fact: f, at_least: 1}, label: 不定等次, missing: open}
"""
)
HERE = "facts: {x: 80, e: 0, f: 0}, expect: {}"


def tied(*pairs: tuple[int, int]) -> str:
    members = ", ".join(f"{{cadre: c{n}, facts: {{x: {x}, y: {y}}}}}" for n, (x, y) in enumerate(pairs))
    return f"cohort: [{members}], expect_each: {{c0: {{}}}}"


SORTS = {
    # ── periods ──
    "period assessed": Sort(GIVEN, fact("{state: missing}"), fact("5"), "年终", "考核出结果"),
    "earlier total entered": Sort(
        ANNUAL + GIVEN, fact("5"), fact("5") + ", earlier: {mid-year: {total: 80}}", "combine", "计入了半年成绩"
    ),
    "no earlier total": Sort(
        ANNUAL + GIVEN, fact("5") + ", earlier: {mid-year: {total: 80}}", fact("5"), "absent:", "没有前期成绩"
    ),
    # ── leaves and the branches of their kinds ──
    "leaf scored": Sort(GIVEN, fact("{state: pending}"), fact("5"), "id: c", "得出分数"),
    "target reached": Sort(
        COUNT + "criteria: [{id: c, points: 10, kind: target, fact: x,\n  target: {year-end: 4}}]",
        fact("3"), fact("4"), "target: {", "年终·达到目标",
    ),
    "target not reached": Sort(
        COUNT + "criteria: [{id: c, points: 10, kind: target, fact: x,\n  target: 4}]",
        fact("4"), fact("3"), "target: 4", "未达到目标",
    ),
    "target prorated": Sort(
        COUNT + "criteria: [{id: c, points: 10, kind: target, fact: x, target: 4,\n  prorate: by-days}]",
        fact("4"), fact("4") + ", from: 2025-04-01", "prorate", "已折算",
    ),
    "rate full": Sort(
        "facts: {x: {type: rate}}\ncriteria: [{id: c, points: 10, kind: ratio, fact: x,\n  full_at: 90%}]",
        fact("89%"), fact("90%"), "full_at", "：达到满分",
    ),
    "rate not full": Sort(
        "facts: {x: {type: rate}}\ncriteria: [{id: c, points: 10, kind: ratio, fact: x}]",
        fact("100%"), fact("89%"), "kind: ratio", "未达到满分",
    ),
    **{
        f"whole of zero, {rule}": Sort(
            "facts: {x: {type: count}, w: {type: count}}\ncriteria:\n  - {id: d, points: 1, kind: given, fact: w}\n"
            f"  - {{id: c, points: 9, kind: ratio, part: x, whole: w,\n     when_whole_is_zero: {rule}}}",
            "facts: {x: 0, w: 1}, expect: {}", "facts: {x: 0, w: 0}, expect: {}", "when_whole", "分母为0",
        )
        for rule in ("full", "zero", "exclude")
    },
    "band": Sort(
        NUMBER + 'criteria:\n  - id: c\n    points: 5\n    kind: bands\n    fact: x\n    bands:\n'
        '      ">= 60": 5\n      "[30, 60)": 3\n      "< 30": 0\n',
        fact("60"), fact("59"), "[30, 60)", "落在 [30, 60) 档",
    ),
    "sample with failures": Sort(
        SAMPLE + "criteria: [{id: c, points: 5, kind: sampled, fact: x,\n  each_failed: -1}]",
        fact("{checked: 3, passed: 3}"), fact("{checked: 3, passed: 2}"), "each_failed", "有不合格",
    ),
    "sample without failures": Sort(
        SAMPLE + "criteria: [{id: c, points: 5, kind: sampled, fact: x,\n  each_failed: -1}]",
        fact("{checked: 3, passed: 2}"), fact("{checked: 3, passed: 3}"), "each_failed", "全部合格",
    ),
    "sample too small": Sort(
        SAMPLE + "criteria: [{id: c, points: 5, kind: sampled, fact: x,\n  minimum: 3}]",
        fact("{checked: 3, passed: 3}"), fact("{checked: 2, passed: 2}"), "minimum", "抽查数不足",
    ),
    "no occurrence": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: per-occurrence, fact: x,\n  each: -1}]",
        fact("1"), fact("0"), "each", "没有发生",
    ),
    "some occurrence of one of several": Sort(
        "facts: {x: {type: count}, z: {type: count, title: 上访}}\n"
        "criteria: [{id: c, points: 5, kind: per-occurrence,\n  each: {x: -1,\n   z: -2}}]",
        "facts: {x: 1, z: 0}, expect: {}", "facts: {x: 0, z: 1}, expect: {}", "z: -2", "上访：有发生",
    ),
    "everything in place": Sort(
        WORDS + "criteria: [{id: c, points: 5, kind: all-or-nothing,\n  fact: x}]",
        fact("[甲]"), fact("[甲, 乙]"), "fact: x", "：齐备",
    ),
    "not everything in place": Sort(
        "facts: {x: {type: flag}}\ncriteria: [{id: c, points: 5, kind: all-or-nothing,\n  fact: x}]",
        fact("yes"), fact("no"), "fact: x", "不齐备",
    ),
    "too few": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: all-or-nothing, fact: x,\n  at_least: 2,\n  at_most: 4}]",
        fact("2"), fact("1"), "at_least", "少于下限",
    ),
    "too many": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: all-or-nothing, fact: x,\n  at_least: 2,\n  at_most: 4}]",
        fact("2"), fact("5"), "at_most", "多于上限",
    ),
    "neither too few nor too many": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: all-or-nothing, fact: x,\n  at_least: 2,\n  at_most: 4}]",
        fact("5"), fact("2"), "at_least", "：齐备",
    ),
    "item in place": Sort(
        WORDS + "criteria: [{id: c, points: 5, kind: checklist, fact: x, items: {甲: 3,\n  乙: 2}}]",
        fact("[甲]"), fact("[甲, 乙]"), "  乙: 2", "有“乙”",
    ),
    "item lacking": Sort(
        WORDS + "criteria: [{id: c, points: 5, kind: checklist,\n  fact: x}]",
        fact("[甲, 乙]"), fact("[乙]"), "fact: x", "缺“甲”",
    ),
    "option chosen": Sort(
        WORDS + "criteria: [{id: c, points: 5, kind: options, fact: x, counting: highest, options: {甲: 3,\n  乙: 5}}]",
        fact("[甲]"), fact("[乙]"), "  乙: 5", "选了“乙”",
    ),
    "several options": Sort(
        WORDS + "criteria: [{id: c, points: 5, kind: options, fact: x, options: {甲: 3, 乙: 5},\n  counting: highest}]",
        fact("[甲]"), fact("[甲, 乙]"), "counting", "同时选了几项",
    ),
    "level": Sort(
        "facts: {x: {type: choice, options: [甲, 乙]}}\n"
        "criteria: [{id: c, points: 5, kind: graded, fact: x, levels: {甲: 5,\n  乙: 2}}]",
        fact("甲"), fact("乙"), "  乙: 2", "评为“乙”",
    ),
    "lower than first": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: rank, fact: x, better: higher,\n  each_lower: 1}]",
        people("3", "3"), people("3", "2"), "each_lower", "名次靠后",
    ),
    "first of raters": Sort(
        "criteria: [{id: s, points: 5, kind: rank,\n  each_lower: 1}]",
        marks("leaders: [1, 2]"), marks("leaders: [1, 1]"), "each_lower", "名列第一",
    ),
    "less than the best": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: best-of-pool, when_best_is_zero: zero,\n  fact: x}]",
        people("3", "3"), people("3", "2"), "fact: x", "不及最好",
    ),
    "best of zero": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: best-of-pool, fact: x,\n  when_best_is_zero: zero}]",
        people("3", "0"), people("0", "0"), "when_best_is_zero", "最好值为0",
    ),
    # ── surveys and reviews ──
    "voters": Sort(
        SURVEY, votes("residents: {issued: 4, tally: {好: 4}}"), votes(FULL), "committee: 40", "committee有投票"
    ),
    "vote": Sort(SURVEY, votes(FULL), votes("residents: {issued: 4, tally: {差: 4}}"), "差: 0", "有“差”票"),
    "abstention": Sort(
        SURVEY, votes(FULL), votes("residents: {issued: 4, tally: {好: 3}, abstain: 1}"), "abstain:", "有弃权票"
    ),
    "invalid ballot": Sort(
        SURVEY, votes(FULL), votes("residents: {issued: 4, tally: {好: 3}, invalid: 1}"), "invalid:", "有无效票"
    ),
    "absent voters": Sort(
        SURVEY, votes(FULL), votes("residents: {issued: 4, tally: {好: 4}}"), "absent_class", "某类缺席"
    ),
    "enough ballots": Sort(
        SURVEY, votes("residents: {issued: 2, tally: {好: 2}}"), votes(FULL), "ballots: 3", "票数够"
    ),
    "too few ballots": Sort(
        SURVEY, votes(FULL), votes("residents: {issued: 2, tally: {好: 2}}"), "ballots: 3", "票数不足"
    ),
    "enough came back": Sort(
        SURVEY, votes("residents: {issued: 9, tally: {好: 4}}"), votes(FULL), "turnout", "回收率够"
    ),
    "too few came back": Sort(
        SURVEY, votes(FULL), votes("residents: {issued: 9, tally: {好: 4}}"), "turnout", "回收率不足"
    ),
    "what too few means": Sort(
        SURVEY, votes(FULL), votes("residents: {issued: 9, tally: {好: 4}}"), "below_minimum", "票数不足的处理"
    ),
    "hidden counts": Sort(
        SURVEY, votes(FULL), votes("residents: {issued: 4, tally: {好: 4}}, committee: {issued: 1, tally: {好: 1}}"),
        "suppress_below", "不显示票数",
    ),
    "reviewers": Sort(
        REVIEW, marks("street: [90, 90]"), marks("street: [90, 90], committee: [80, 80]"), "committee: 40",
        "committee有评分",
    ),
    "trimmed": Sort(REVIEW, marks("street: [90, 90, 90]"), marks("street: [90, 90, 90, 90]"), "trim", "去掉了最高最低"),
    "not trimmed": Sort(REVIEW, marks("street: [90, 90, 90, 90]"), marks("street: [90, 90, 90]"), "trim", "没有去"),
    "too few marks": Sort(
        REVIEW, marks("street: [90, 90]"), marks("street: [90, 90], committee: [80]"), "minimum", "份数不足"
    ),
    "absent reviewers": Sort(
        REVIEW, marks("street: [90, 90], committee: [80, 80]"), marks("street: [90, 90]"), "absent_class", "某类缺席"
    ),
    "word of a mark": Sort(WORDED, marks("street: [好]"), marks("street: [好, 差]"), "options", "有人评“差”"),
    "question": Sort(
        ASKED, marks("street: {one: [90]}"), marks("street: {one: [90], two: [80]}"), "questions", "“two”一题"
    ),
    # ── policies, limits, roundings ──
    "general policy": Sort(
        TWO + "policies: {missing: zero}", "facts: {x: 5, y: 5}, expect: {}", fact("5"), "policies", "缺记录"
    ),
    "policy of a criterion": Sort(
        NUMBER + "criteria:\n  - {id: c, points: 50, kind: given, fact: x}\n"
        "  - {id: d, points: 50, kind: given, fact: x,\n     policies: {excused: exclude}}\n",
        fact("5"), fact("{state: excused, reason: 病假}"), "policies", "免予",
    ),
    "floor": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: per-occurrence, fact: x, each: -1,\n  floor: 2}]",
        fact("3"), fact("4"), "floor", "按下限计",
    ),
    "no floor": Sort(
        COUNT + "criteria: [{id: c, points: 5, kind: per-occurrence, fact: x, each: -1,\n  floor: none}]",
        fact("5"), fact("6"), "floor", "得负分",
    ),
    "ceiling of a group": Sort(
        NUMBER + "criteria:\n  - id: g\n    ceiling: 80\n    parts:\n    - {id: c, points: 100, kind: given, fact: x}\n",
        fact("80"), fact("81"), "ceiling", "按上限计",
    ),
    "floor of the total": Sort(GIVEN + "total: {floor: 20}", fact("20"), fact("19"), "floor", "按下限计"),
    "rounding of a node": Sort(
        NUMBER + "criteria: [{id: c, points: 100, kind: given, fact: x,\n  rounding: {places: 1}}]",
        fact("1.5"), fact("1.55"), "rounding", "改变了分数",
    ),
    "rounding of the total": Sort(
        GIVEN + "rounding: {places: 1}", fact("1.5"), fact("1.55"), "rounding", "改变了总分"
    ),
    # ── bonuses and deductions ──
    "bonus given": Sort(BONUS, bonus(50, "0", "0"), bonus(50, "1", "0"), "id: medal", "加了分"),
    "deduction taken": Sort(BONUS, bonus(50, "0", "0"), bonus(50, "0", "1"), "id: fault", "扣了分"),
    "highest of several": Sort(BONUS, bonus(50, "1", "0"), bonus(50, "1", "1"), "counting: highest", "几项同时有分"),
    "cap of an item": Sort(BONUS, bonus(50, "3", "0"), bonus(50, "4", "0"), "id: medal", "本项上限"),
    "cap of a group": Sort(BONUS, bonus(50, "0", "2"), bonus(50, "0", "3"), "cap: 4", "本组上限"),
    "cap of all bonuses": Sort(BONUS, bonus(50, "1", "1"), bonus(50, "2", "1"), "bonus: 6", "加分超过"),
    "cap of all deductions": Sort(BONUS, bonus(50, "0", "3"), bonus(50, "0", "4"), "deduction: 30", "扣分超过"),
    "policy of an item": Sort(
        BONUS, bonus(50, "0", "0"), "facts: {x: 50, e: 0}, expect: {}", "id: prize", "缺记录"
    ),
    "ceiling after adjustments": Sort(BONUS, bonus(96, "1", "0"), bonus(97, "1", "0"), "ceiling: 100", "按上限计"),
    "floor after adjustments": Sort(BONUS, bonus(18, "0", "1"), bonus(17, "0", "1"), "floor: 10", "按下限计"),
    # ── gates ──
    "gate triggered": Sort(GATE, bonus(60, "0", "0"), bonus(60, "1", "0"), "id: gate", "：触发"),
    "gate not triggered": Sort(GATE, bonus(60, "1", "0"), bonus(60, "0", "0"), "id: gate", "未触发"),
    "gate not triggered, not merely ignored": Sort(
        GATE, "facts: {x: 60}, expect: {}", bonus(60, "0", "0"), "id: gate", "未触发"
    ),
    "one of any": Sort(GATE, bonus(60, "1", "0"), bonus(60, "0", "1"), "{fact: f, at_least: 1}", "f这一项成立"),
    "one of all": Sort(
        ALL_GATE, bonus(60, "0", "1"), bonus(60, "1", "0"), "{fact: f, at_least: 1}", "f这一项不成立"
    ),
    "missing ignored": Sort(
        GATE, bonus(60, "0", "0"), "facts: {x: 60, f: 0}, expect: {}", "missing: ignore", "视为未触发"
    ),
    "missing left open": Sort(
        ALL_GATE, bonus(60, "0", "0"), "facts: {x: 60, f: 1}, expect: {}", "missing: open", "待定"
    ),
    "step": Sort(LADDER, bonus(60, "3", "0"), bonus(60, "2", "0"), "1: {note", "达到 1 次"),
    "higher step": Sort(LADDER, bonus(60, "2", "0"), bonus(60, "3", "0"), "3: {cap", "达到 3 次"),
    "ladder not begun": Sort(LADDER, "facts: {x: 60}, expect: {}", bonus(60, "0", "0"), "id: steps", "未触发"),
    "ladder ignoring": Sort(
        LADDER, bonus(60, "0", "0"), "facts: {x: 60}, expect: {}", "missing: ignore", "视为未触发"
    ),
    # ── grades, quotas, ties ──
    "grade": Sort(GATE, bonus(60, "0", "0"), bonus(40, "0", "0"), "any: {好", "评为差"),
    "grade by quota": Sort(QUOTA, people("55", "50"), people("70", "50"), "by quota", "评为优"),
    "quota within": Sort(QUOTA, people("55", "50"), people("70", "50"), "id: best", "在名额之内"),
    "quota beyond": Sort(QUOTA, people("70", "50"), people("70", "60"), "id: best", "在名额之外"),
    "quota rounding": Sort(QUOTA, people("70", "50"), people("70", "61", "62"), "round:", "要取整"),
    "quota rounding in a case of places": Sort(
        QUOTA, "places: {quota: best, bases: {甲: 4}}, expect_places: {甲: 2}",
        "places: {quota: best, bases: {甲: 5}}, expect_places: {甲: 2}", "round:", "要取整",
    ),
    "at least so many places": Sort(QUOTA, people("70", "61"), people("70"), "at_least: 1", "按最少数"),
    "quota minimum": Sort(QUOTA, people("70"), people("59"), "minimum_score", "低于最低分"),
    "quota excluded": Sort(QUOTA, people("89"), people("90"), "excluded", "不得占用"),
    "tie broken": Sort(TIES, tied((10, 20), (30, 20)), tied((10, 20), (20, 10)), "ties: [d", "由d分出"),
    "tie left open": Sort(TIES, tied((10, 20), (20, 10)), tied((10, 20), (10, 20)), "open]", "未能分出"),
    # ── who is assessed ──
    "service too short": Sort(WHO, HERE, HERE + ", from: 2025-11-01", "minimum_service", "时间不足"),
    "no relation": Sort(WHO, HERE, HERE + ", assessment_from: never", "assessment_relation", "不考核"),
    "relation not required": Sort(
        WHO.replace("relation: required", "relation: not-required"), HERE, HERE + ", assessment_from: never",
        "assessment_relation", "仍考核",
    ),
    "late transfer": Sort(WHO, HERE, HERE + ", assessment_from: 2025-05-01", "transfer_within", "超过时限"),
    "excluded": Sort(WHO, HERE, bonus(80, "1", "0"), "id: away", "有这种情形"),
    "excluded by the first that holds": Sort(WHO, bonus(80, "1", "1"), bonus(80, "0", "1"), "id: ill", "有这种情形"),
    "exclusion ignoring": Sort(WHO, HERE, "facts: {x: 80, f: 0}, expect: {}", "missing: ignore", "视为没有"),
    "exclusion left open": Sort(WHO, HERE, "facts: {x: 80, e: 0}, expect: {}", "id: ill", "待定"),
}  # fmt: skip


@pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS.keys())
def test_a_construct_counts_once_the_very_case_is_added(sort: Sort, tmp_path: Path) -> None:
    before = covered(case_file(tmp_path, sort.rules, sort.without))
    lacking = the(before, sort.line, sort.what)
    assert not lacking.exercised
    assert lacking.by == ()
    after = covered(case_file(tmp_path, sort.rules, sort.without, sort.by))
    found = the(after, sort.line, sort.what)
    assert found.exercised
    assert found.by == (ADDED,)
    assert after.share > before.share
    assert (found.span, found.what) == (lacking.span, lacking.what)


def test_taking_a_case_away_lowers_the_share(tmp_path: Path) -> None:
    with_both = covered(case_file(tmp_path, GATE, bonus(60, "1", "0"), bonus(40, "0", "0")))
    with_one = covered(case_file(tmp_path, GATE, bonus(60, "1", "0")))
    assert with_one.share < with_both.share < 1
    assert set(with_both.missing) < {evolve(c, exercised=False, by=()) for c in with_one.missing}


def test_without_cases_nothing_is_exercised_and_with_some_the_constructs_are_the_same(tmp_path: Path) -> None:
    file = case_file(tmp_path, BONUS, bonus(60, "1", "0"))
    without, some = coverage(file, []), covered(file)
    assert without.share == 0
    assert without.missing == without.constructs
    assert [(c.span, c.what) for c in without.constructs] == [(c.span, c.what) for c in some.constructs]


def test_constructs_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    places = [
        (c.span.line, c.span.column) for c in covered(case_file(tmp_path, BONUS, bonus(60, "1", "0"))).constructs
    ]
    assert places == sorted(places)


def test_a_failed_case_exercises_what_it_ran(tmp_path: Path) -> None:
    file = case_file(tmp_path, GIVEN, fact("5", "{total: 6}"))
    outcomes = list(file.run(Problems()))
    assert not outcomes[0].passed
    assert coverage(file, outcomes).share == 1


def test_a_later_link_decides_what_the_first_left_together(tmp_path: Path) -> None:
    rules = (
        "facts: {x: {type: number, at_least: 0, at_most: 9}, y: {type: number, at_least: 0, at_most: 9},\n"
        "        z: {type: number, at_least: 0, at_most: 9}}\n"
        "criteria:\n"
        + "".join(f"  - {{id: {i}, points: 9, kind: given, fact: {f}}}\n" for i, f in ("cx", "dy", "ez"))
        + "ties: [d,\n  c,\n  open]\n"
    )

    def people_with(*scores: tuple[int, int, int]) -> str:
        facts = [f"{{cadre: c{n}, facts: {{x: {x}, y: {y}, z: {z}}}}}" for n, (x, y, z) in enumerate(scores)]
        return f"cohort: [{', '.join(facts)}], expect_each: {{c0: {{}}}}"

    first_only = covered(case_file(tmp_path, rules, people_with((1, 5, 2), (4, 2, 2))))
    assert the(first_only, "ties: [d", "由d分出").exercised
    assert not the(first_only, "  c,", "由c分出").exercised
    second_too = covered(case_file(tmp_path, rules, people_with((1, 5, 2), (2, 5, 1), (4, 2, 2))))
    assert the(second_too, "  c,", "由c分出").exercised


def test_a_kind_of_unknown_branches_must_show_two_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(BRANCHES, "given")  # type: ignore[arg-type]
    same = covered(case_file(tmp_path, GIVEN, fact("5"), fact("5")))
    assert the(same, "id: c", "得出分数").exercised
    assert not the(same, "id: c", "两种不同").exercised
    other = the(covered(case_file(tmp_path, GIVEN, fact("5"), fact("6"))), "id: c", "两种不同")
    assert other.exercised
    assert other.by == (FIRST, ADDED)


def test_the_branches_of_every_built_in_kind_are_known() -> None:
    assert set(BRANCHES) == {kind.name for kind in BUILTIN_KINDS}


def test_what_nothing_can_reach_is_not_asked_for(tmp_path: Path) -> None:
    rules = """facts: {x: {type: number, at_least: 0, at_most: 100}, e: {type: flag}}
criteria:
  - {id: c, points: 90, kind: bands, fact: x, floor: 0, ceiling: 90, bands: {"> 100": 9, "[0, 100]": 90}}
adjustments:
  floor: 0
  ceiling: 100
  groups:
    - {id: g, direction: bonus, counting: highest, cap: 5, items: [{id: i, fact: e, each: 3, cap: 3}]}
"""
    found = covered(case_file(tmp_path, rules, "facts: {x: 5, e: yes}, expect: {}"))
    assert [c.what.zh for c in found.constructs] == [
        "年终：考核出结果", "c：得出分数", "c：落在 [0, 100] 档", "i：加了分",
    ]  # fmt: skip
    assert found.share == 1


def test_a_gate_that_holds_whenever_a_fact_is_on_record_need_not_fail(tmp_path: Path) -> None:
    rules = GATE.replace("f: {type: count}", "f: {type: count, at_least: 1}")
    alone = rules.replace("{any: [{fact: e, at_least: 1},", "{any: [")
    assert alone != rules
    found = covered(case_file(tmp_path, alone, "facts: {x: 60, f: 1}, expect: {}"))
    assert [c.what.zh for c in found.constructs if "gate" in c.what.zh] == [
        "gate：触发", "gate：f这一项成立", "gate：缺事实，视为未触发",
    ]  # fmt: skip
    both = covered(case_file(tmp_path, rules.replace("any: [", "all: ["), bonus(60, "1", "1")))
    assert [c.what.zh for c in both.missing if "gate" in c.what.zh] == [
        "gate：未触发", "gate：e这一项不成立", "gate：缺事实，视为未触发",
    ]  # fmt: skip


def test_a_rule_of_several_periods_is_one_construct(tmp_path: Path) -> None:
    rules = (
        ANNUAL
        + COUNT
        + (
            "criteria: [{id: c, points: 10, kind: target, fact: x, target: {mid-year: 2, year-end: 4}}]\n"
            "policies: {missing: zero}\n"
        )
    )
    found = covered(case_file(tmp_path, rules, fact("4")))
    said = [c.what.zh for c in found.constructs]
    assert said.count("c：得出分数") == 1
    assert said.count("缺记录，按此处理") == 1
    assert [text for text in said if "目标" in text] == [
        "c：半年·未达到目标", "c：半年·达到目标", "c：年终·未达到目标", "c：年终·达到目标",
    ]  # fmt: skip
    assert [c.what.zh for c in found.constructs if c.exercised and "目标" in c.what.zh] == ["c：年终·达到目标"]


def test_a_default_shared_by_criteria_is_one_construct_on_its_own_line(tmp_path: Path) -> None:
    survey = "kind: survey, voters: pooled, options: {好: 100, 差: 0}"
    rules = (
        "defaults:\n  survey:\n    abstain: exclude\n    invalid: exclude\n"
        f"criteria:\n  - {{id: s, points: 50, {survey}}}\n  - {{id: t, points: 50, {survey}}}\n"
    )
    one = "{a: {tally: {好: 4}, abstain: 1}}"
    found = covered(case_file(tmp_path, rules, f"surveys: {{t: {{classes: {one}}}}}, expect: {{}}"))
    shared = the(found, "abstain: exclude", "弃权")
    assert shared.what == Text("有弃权票", "an abstention")
    assert shared.exercised
    assert not the(found, "invalid: exclude", "无效").exercised


def test_constructs_of_a_parent_stand_in_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(
        "ruleset: parent\nperiods: {year-end: {from: 01-01, to: 12-31}}\n"
        + COUNT
        + "criteria:\n  - {id: c, points: 10, kind: per-occurrence, fact: x,\n     each: -1}\n"
        + 'grades:\n  any:\n    好: ">= 5"\n    差: "< 5"\n',
        encoding="utf-8",
    )
    (tmp_path / "child.yaml").write_text(
        "ruleset: child\nextends: ./parent.yaml\ncriteria:\n  - id: c\n    each: -2\n", encoding="utf-8"
    )
    (tmp_path / "child.case.yaml").write_text(
        "cases_for: child.yaml\ncases:\n  - {case: 甲, period: 2025-year-end, facts: {x: 0}, expect: {grade: 好}}\n",
        encoding="utf-8",
    )
    found = covered(opened(tmp_path, "child.case.yaml"))
    assert the(found, "each: -2", "没有发生").span.short == "child.yaml:5"
    assert the(found, "差:", "评为差").span.short == "parent.yaml:10"
    assert [c.span.source.name for c in found.constructs] == ["child.yaml"] * 3 + ["parent.yaml"] * 3
    listing = coverage_lines(found)
    assert listing[0].startswith("child.yaml  检验了 2/3 处")
    assert "parent.yaml  检验了 2/3 处（66.6%）" in listing


# ── how it is shown ─────────────────────────────────────────────────


def test_the_listing_shows_the_lines_that_no_case_exercised(tmp_path: Path) -> None:
    found = covered(case_file(tmp_path, GATE, bonus(60, "1", "0")))
    lines = coverage_lines(found)
    number = next(c.span.line for c in found.constructs if "评为好" in c.what.zh)
    assert lines[0] == "rules.yaml  检验了 5/9 处（55.5%）"
    assert lines[1] == f'✗  {number} |   any: {{好: ">= 50", 差: "< 50"}}'
    assert lines[2] == "     | 没有算例：评为好"
    assert not any(line.startswith("✓") for line in lines)
    assert "     | no case: graded 好" in coverage_lines(found, "en")


def test_the_full_listing_shows_every_line_once_with_its_mark(tmp_path: Path) -> None:
    found = covered(case_file(tmp_path, GATE, bonus(60, "1", "0")))
    lines = [line for line in coverage_lines(found, all_lines=True)[1:] if "没有算例" not in line]
    source = (tmp_path / "rules.yaml").read_text(encoding="utf-8").splitlines()
    assert [line.split("| ", 1)[1] for line in lines] == source
    marks_of = {int(line[1:].split("|")[0]): line[0] for line in lines}
    lacking = {c.span.line for c in found.missing}
    asked = {c.span.line for c in found.constructs}
    expected = {n: "✗" if n in lacking else "✓" if n in asked else " " for n in range(1, len(source) + 1)}
    assert marks_of == expected


def test_a_percentage_is_cut_so_that_only_all_is_a_hundred(tmp_path: Path) -> None:
    file = case_file(tmp_path, GIVEN, fact("5"))
    one = covered(file).constructs[0]
    nearly = Coverage((*[one] * 1999, evolve(one, exercised=False)))
    assert share_text(nearly, "en") == "1999/2000 exercised (99.9%)"
    assert share_text(covered(file), "zh") == "检验了 2/2 处（100.0%）"
    assert coverage_lines(covered(file)) == ["rules.yaml  检验了 2/2 处（100.0%）"]


def test_the_json_names_every_construct_with_its_place_and_cases(tmp_path: Path) -> None:
    found = covered(case_file(tmp_path, GIVEN, fact("{state: missing}"), fact("5")))
    document = coverage_json(found, "en")
    assert (document["constructs"], document["exercised"], document["share"]) == (2, 2, "1")
    (of_file,) = document["files"]
    assert of_file["file"] == "rules.yaml"
    assert of_file["constructs"][-1] == {
        "line": 6, "column": 10, "what": "c: scored", "exercised": True, "cases": [ADDED],
    }  # fmt: skip


# ── the shipped rulesets ────────────────────────────────────────────

SHIPPED = Path(__file__).parents[1] / "rulesets"


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.case.yaml")), ids=lambda path: path.name)
def test_every_construct_of_a_shipped_ruleset_stands_on_a_line_of_its_files(path: Path) -> None:
    found = covered(opened(SHIPPED, path.relative_to(SHIPPED).as_posix()))
    assert found.constructs
    assert found.share >= Fraction(1, 2)
    for construct in found.constructs:
        line = construct.span.source.line(construct.span.line)
        assert line[construct.span.column - 1 :].strip()
        assert construct.exercised == bool(construct.by)
