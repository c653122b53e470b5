"""Rules changed one token at a time: what a case notices is killed, what none notices survives and is told."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from textwrap import dedent
from typing import Literal

import pytest
from attrs import evolve, frozen

from cadre_eval.cases.changed.mutation_report import mutation_json, mutation_lines
from cadre_eval.cases.changed.mutation_run import CHUNK, MutationReport, judged_elsewhere, mutate, mutate_files
from cadre_eval.cases.changed.mutations import Mutation, mutations
from cadre_eval.cases.running import open_case_file
from cadre_eval.errors import Problems, Source, Text, UsageError
from cadre_eval.numbers.ranges import Range
from cadre_eval.plugins.registry import load_registry
from cadre_eval.reading.nodes import plain_value
from cadre_eval.reading.scalars import Flag, Id, Number, Positive, Whole, Word
from cadre_eval.reading.settings import Place, place, setting
from cadre_eval.ruleset.compile import compile_ruleset, effective_ruleset
from cadre_eval.ruleset.kind import CriterionKind
from cadre_eval.workspace.files import Folder

RULES = """
    ruleset: small
    title: 小办法
    total: {floor: 0}
    rounding: {places: 2, mode: half-up}
    compare: rounded
    categories: {official: 公务员}
    titles: {people: 群众, leaders: 领导}
    facts:
      talks: {title: 宣讲, type: count}
      rate: {title: 走访率, type: rate, at_least: 10%}
      income: {title: 收入, type: number}
      standing: {title: 评定, type: choice, options: [好, 中, 差]}
      papers: {title: 资料, type: choices, options: [甲, 乙]}
      absences: {title: 脱岗, type: count}
      awards: {title: 表彰, type: count}
      late: {title: 逾期, type: count}
      case: {title: 立案, type: flag}
    policies: {missing: block}
    defaults: {survey: {abstain: exclude, invalid: exclude, scale: 10}}
    periods:
      mid-year: {from: 01-01, to: 06-30}
      year-end: {from: 01-01, to: 12-31}
    criteria:
      - id: work
        weight: 60
        points: 20
        parts:
          - {id: talks, points: 10, kind: target, fact: talks, target: {mid-year: 5, year-end: 10}}
          - {id: income, points: 6, kind: bands, fact: income, bands: {">= 10": 6, "[5, 10)": 3, "< 5": 0}}
          - {id: standing, points: 4, kind: graded, fact: standing, levels: {好: 4, 中: 2, 差: 0}}
      - {id: papers, weight: 15, points: 10, kind: checklist, fact: papers, items: {甲: 7, 乙: 3}}
      - id: vote
        weight: 25
        kind: survey
        voters: {people: 70, leaders: 30}
        options: {满意: 10, 不满意: 0}
        absent_class: block
    adjustments:
      ceiling: 100
      floor: 0
      groups:
        - id: awards
          direction: bonus
          counting: cumulative
          cap: 3
          items: [{id: award, fact: awards, each: 2, policies: {missing: zero}}]
        - id: late
          direction: deduction
          counting: cumulative
          cap: none
          items: [{id: late-task, fact: late, each: 1.5, policies: {missing: zero}}]
    gates:
      - {id: visits, when: {any: [{fact: rate, below: 98%}, {fact: late, above: 5}]}, effect: {cap_grade: [称职]}}
      - {id: absence, count: absences, ladder: {1: {cap_grade: [称职]}, 3: {force_grade: [不称职]}}, missing: ignore}
      - {id: half, periods: [mid-year], when: {fact: standing, is: 差}, effect: {force_grade: [基本称职], note: 谈话}}
    grades:
      any: {优秀: ">= 90", 称职: "[75, 90)", 基本称职: "[60, 75)", 不称职: "< 60"}
    pools: {by: [category]}
    ties: [vote, work, open]
    quotas:
      - {id: best, grade: [优秀], share: 50%, round: floor, base: assessed, pool_by: [], periods: [year-end]}
    eligibility:
      minimum_service: 3 months
      service: within-period
      otherwise: 不定等次
      exclusions: [{id: open-case, title: 立案, when: {fact: case, is: yes}, label: 不定等次}]
    locks: [{path: quotas.best.share, rule: final}]
"""
# Work 10 + 3 + 4 = 17 of 20: 51; papers 10 of 10: 15; the vote 0.7×(8÷10) + 0.3×1 = 0.86: 21.5. Together 87.5.
CASES = """
    cases_for: small.yaml
    base:
      period: 2025-mid-year
      facts: {talks: 5, rate: 98%, income: 5, standing: 好, papers: [甲, 乙], absences: 0, late: 0, case: no}
      surveys: {vote: {classes: {people: {tally: {满意: 8, 不满意: 2}, abstain: 2, invalid: 1}, leaders: {tally: {满意: 4}}}}}
    cases:
      - {case: 都好, expect: {total: "87.50", grade: 称职, gates: []}}
      - {case: 收入最高, facts: {income: 10}, expect: {total: "96.50", grade: 优秀}}
      - {case: 走访不够, facts: {income: 10, rate: 97.9%}, expect: {grade: 称职, gates: [visits]}}
      - {case: 少讲, facts: {talks: 4}, expect: {total: "81.50", grade: 称职}}
      - {case: 缺乙, facts: {papers: [甲]}, expect: {total: "83.00"}}
      - {case: 脱岗三次, facts: {absences: 3}, expect: {grade: 不称职}}
      - {case: 脱岗一次, facts: {income: 10, absences: 1}, expect: {grade: 称职, gates: [absence]}}
      - {case: 表彰两次, facts: {awards: 2}, expect: {total: "90.50"}}
      - {case: 评差, facts: {standing: 差, income: 10}, expect: {grade: 基本称职, notes: [谈话]}}
      - {case: 四月一日到岗, from: 2025-04-01, expect: {grade: 称职}}
      - {case: 立案, facts: {case: yes}, expect: {state: not-assessed}}
"""


def write(folder: Path, rules: str = RULES, cases: str = CASES) -> tuple[Folder, Path]:
    (folder / "small.yaml").write_text(dedent(rules), encoding="utf-8")
    path = folder / "small.case.yaml"
    path.write_text(dedent(cases), encoding="utf-8")
    return Folder(folder), path.resolve()


def tried(folder: Path, rules: str = RULES, cases: str = CASES) -> MutationReport:
    problems = Problems()
    report = mutate(*write(folder, rules, cases), problems)
    assert report is not None, list(problems)
    return report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> MutationReport:
    return tried(tmp_path_factory.mktemp("small"))


def outcomes(report: MutationReport) -> Mapping[tuple[str, str, str], str]:
    return {(m.mutation.path, m.mutation.before, m.mutation.after): m.outcome for m in report.mutants}


def told(report: MutationReport) -> list[tuple[str, ...]]:
    return [
        (str(m.mutation.span), m.mutation.path, m.mutation.before, m.mutation.after, m.outcome, m.case)
        for m in report.mutants
    ]


# ── every operator, with a change some case notices and one none does ──

KILLED, SURVIVED, REFUSED = "killed", "survived", "refused"


@pytest.mark.parametrize(
    ("path", "before", "after", "outcome"),
    [
        # a weight moved to the neighbour, there and back
        ("criteria.work.weight", "60 / 15", "61 / 14", KILLED),
        ("criteria.papers.weight", "15 / 25", "14 / 26", KILLED),
        ("criteria.vote.voters.people", "70 / 30", "71 / 29", KILLED),
        # points moved; a scale of its own that its items contradict is refused
        ("criteria.talks.points", "10 / 6", "9 / 7", KILLED),
        ("criteria.income.points", "6 / 4", "5 / 5", REFUSED),
        ("criteria.papers.points", "10", "11", REFUSED),
        ("criteria.papers.items.甲", "7 / 3", "6 / 4", KILLED),
        # numbers
        ("criteria.talks.target.mid-year", "5", "6", KILLED),
        ("criteria.talks.target.year-end", "10", "11", SURVIVED),
        ("criteria.standing.levels.中", "2", "3", SURVIVED),
        ("criteria.standing.levels.好", "4", "3", KILLED),
        ("adjustments.groups.awards.items.award.each", "2", "3", SURVIVED),  # both reach the cap
        ("adjustments.groups.awards.items.award.each", "2", "1", KILLED),
        ("adjustments.groups.late.items.late-task.each", "1.5", "1.6", SURVIVED),
        ("gates.visits.when.any.1.below", "98%", "99%", KILLED),
        ("gates.visits.when.any.1.below", "98%", "97%", KILLED),
        ("quotas.best.share", "50%", "51%", SURVIVED),
        ("rounding.places", "2", "3", SURVIVED),
        # limits
        ("adjustments.groups.awards.cap", "3", "none", KILLED),
        ("adjustments.groups.late.cap", "none", "0", SURVIVED),
        # edges move with their neighbour's
        ("criteria.income.bands", ">= 10 | [5, 10)", "> 10 | [5, 10]", KILLED),
        ("criteria.income.bands", "[5, 10) | < 5", "[4, 10) | < 4", SURVIVED),
        ("grades.any", ">= 90 | [75, 90)", ">= 89 | [75, 89)", SURVIVED),
        ("grades.any", "[75, 90) | [60, 75)", "[76, 90) | [60, 76)", SURVIVED),
        # words out of a few
        ("compare", "rounded", "exact", SURVIVED),
        ("policies.missing", "block", "zero", SURVIVED),
        ("defaults.survey.abstain", "exclude", "zero", KILLED),
        ("criteria.vote.absent_class", "block", "renormalise", SURVIVED),
        ("adjustments.groups.awards.direction", "bonus", "deduction", KILLED),
        ("adjustments.groups.awards.items.award.policies.missing", "zero", "block", KILLED),
        ("quotas.best.round", "floor", "ceil", SURVIVED),
        ("gates.absence.missing", "ignore", "open", SURVIVED),
        # conditions
        ("gates.visits.when.any.1", "below", "at_most", KILLED),
        ("gates.visits.when.any.2", "above", "at_least", SURVIVED),
        ("gates.visits.when", "any", "all", KILLED),
        ("gates.half.when.is", "差", "中", KILLED),
        ("eligibility.exclusions.open-case.when.is", "yes", "no", KILLED),
        # effects and labels
        ("gates.visits.effect", "cap_grade", "force_grade", SURVIVED),
        ("gates.half.effect", "force_grade", "cap_grade", SURVIVED),
        ("gates.visits.effect.cap_grade.1", "称职", "优秀", KILLED),
        ("gates.visits.effect.cap_grade.1", "称职", "基本称职", KILLED),
        ("quotas.best.grade.1", "优秀", "称职", SURVIVED),
        # ladders
        ("gates.absence.ladder", "1", "2", KILLED),
        ("gates.absence.ladder", "3", "2", SURVIVED),
        ("gates.absence.ladder", "1", "0", REFUSED),
        # lists
        ("gates", "visits", "—", KILLED),
        ("gates.visits.when.any", "{fact: late, above: 5}", "—", SURVIVED),
        ("adjustments.groups", "late", "—", SURVIVED),
        ("eligibility.exclusions", "open-case", "—", KILLED),
        ("ties", "vote", "—", SURVIVED),
        ("ties", "vote > work", "work > vote", SURVIVED),
        ("pools.by", "category", "—", SURVIVED),
        ("gates.half.periods", "[mid-year]", "—", SURVIVED),
        # time
        ("eligibility.minimum_service", "3 months", "4 months", KILLED),
        ("eligibility.minimum_service", "3 months", "2 months", SURVIVED),
        ("periods.mid-year.to", "06-30", "06-29", KILLED),
        ("periods.year-end.to", "12-31", "12-30", SURVIVED),
    ],
)
def test_a_token_is_changed_and_noticed_or_not(
    report: MutationReport, path: str, before: str, after: str, outcome: str
) -> None:
    assert outcomes(report).get((path, before, after)) == outcome


def test_what_changes_no_result_is_left_alone(report: MutationReport) -> None:
    paths = [m.mutation.path for m in report.mutants]
    silent = (
        "ruleset",
        "title",
        "titles",
        "facts",
        "categories",
        "locks",
        "eligibility.otherwise",
        "gates.half.effect.note",
    )
    assert not [path for path in paths if path.startswith(silent)]
    changes = outcomes(report)
    # the worst grade is the worst whether it is the cap or imposed; a band's outer end holds nothing
    assert ("gates.absence.ladder.3", "force_grade", "cap_grade") not in changes
    assert not any("01-01" in before and after == "12-31" for _, before, after in changes)
    # no total of this tree lies below 0, so nothing shows whether its floor is 0 or lower
    assert ("total.floor", "0", "-1") not in changes
    assert changes["total.floor", "0", "1"] == SURVIVED
    assert ("adjustments.groups.awards.counting", "cumulative", "highest") not in changes


def test_the_weights_of_one_period_are_not_moved_to_another(tmp_path: Path) -> None:
    rules = """
        ruleset: small
        facts: {a: {type: number}, b: {type: number}, c: {type: number}}
        periods: {mid-year: {from: 01-01, to: 06-30}, year-end: {from: 01-01, to: 12-31}}
        criteria:
          - {id: a, weight: 100, kind: given, fact: a, periods: [mid-year]}
          - {id: b, weight: 70, kind: given, fact: b, periods: [year-end]}
          - {id: c, weight: 30, kind: given, fact: c, periods: [year-end]}
        grades: none
        """
    cases = """
        cases_for: small.yaml
        cases: [{case: 一, period: 2025-year-end, facts: {b: 90, c: 80}, expect: {total: 87}}]
        """
    moved = [key for key in outcomes(tried(tmp_path, rules, cases)) if key[0].endswith("weight")]
    assert moved == [("criteria.b.weight", "70 / 30", "71 / 29"), ("criteria.b.weight", "70 / 30", "69 / 31")]


def test_relative_weights_change_one_by_one(tmp_path: Path) -> None:
    rules = """
        ruleset: small
        total: {weights: relative}
        facts: {b: {type: number}, c: {type: number}}
        periods: {year-end: {from: 01-01, to: 12-31}}
        criteria: [{id: b, weight: 2, kind: given, fact: b}, {id: c, weight: 1, kind: given, fact: c}]
        grades: none
        """
    cases = """
        cases_for: small.yaml
        cases: [{case: 一, period: 2025-year-end, facts: {b: 90, c: 60}, expect: {total: 80}}]
        """
    changes = outcomes(tried(tmp_path, rules, cases))
    assert changes["criteria.b.weight", "2", "3"] == KILLED
    assert changes["criteria.c.weight", "1", "0"] == REFUSED
    assert not [key for key in changes if key[1] == "relative"]


def test_a_condition_that_is_denied_is_tried_without_the_denial(tmp_path: Path) -> None:
    rules = """
        ruleset: small
        facts: {b: {type: number}, rate: {type: rate}}
        periods: {year-end: {from: 01-01, to: 12-31}}
        criteria: [{id: b, weight: 100, kind: given, fact: b}]
        gates: [{id: g, when: {not: {fact: rate, at_least: 1/2}}, effect: {cap_grade: level 2}}]
        grades: {any: {优秀: ">= 90", 称职: "[60, 90)", 不称职: "< 60"}}
        """
    cases = """
        cases_for: small.yaml
        cases: [{case: 一, period: 2025-year-end, facts: {b: 90, rate: 1/2}, expect: {grade: 优秀}}]
        """
    changes = outcomes(tried(tmp_path, rules, cases))
    assert changes["gates.g.when", "not", "—"] == KILLED
    assert changes["gates.g.when.not.at_least", "1/2", "1"] == KILLED
    assert changes["gates.g.when.not.at_least", "1/2", "0"] == SURVIVED  # the gate still has nothing to say
    assert changes["gates.g.effect.cap_grade", "level 2", "level 1"] == SURVIVED
    assert changes["gates.g.effect.cap_grade", "level 2", "level 3"] == SURVIVED


def test_a_change_that_nothing_can_show_is_not_tried() -> None:
    rules = """
        ruleset: small
        total: {out_of: 30}
        facts:
          visits: {type: count}
          faults: {type: count}
          income: {type: number}
          rank: {type: count, at_least: 1}
        periods: {year-end: {from: 01-01, to: 12-31}}
        criteria:
          - {id: visits, points: 10, kind: per-occurrence, fact: visits, each: -10}
          - {id: faults, points: 10, kind: per-occurrence, each: {visits: -9, faults: -11}, floor: none}
          - {id: income, points: 10, kind: bands, fact: income, bands: {">= 5": 10, "< 5": 0}}
        gates:
          - {id: ranked, when: {fact: rank, at_least: 1}, effect: {note: 有名次}}
          - {id: many, when: {fact: visits, above: 2}, effect: {note: 多}}
        grades: none
        """
    changes = {(m.path, m.after) for m in found_in(rules)}
    # once takes all points whether it is 10 or 11; 9 leaves one
    assert ("criteria.visits.each", "-11") not in changes
    assert ("criteria.visits.each", "-9") in changes
    # without a floor every point counts
    assert {("criteria.faults.each.faults", "-12"), ("criteria.faults.each.faults", "-10")} <= changes
    # points below the floor are the floor
    assert ("criteria.income.bands.< 5", "-1") not in changes
    assert ("criteria.income.bands.< 5", "1") in changes
    # there is no rank below 1, so "at least 0" says the same
    assert ("gates.ranked.when.at_least", "0") not in changes
    assert {("gates.ranked.when.at_least", "2"), ("gates.ranked.when", "above")} <= changes
    assert {
        ("gates.many.when.above", "1"),
        ("gates.many.when.above", "3"),
        ("gates.many.when", "at_least"),
    } <= changes


def test_two_words_for_staying_open_are_not_changed_for_each_other() -> None:
    rules = """
        ruleset: small
        policies: {{missing: {general}}}
        periods: {{year-end: {{from: 01-01, to: 12-31}}}}
        criteria:
          - id: vote
            kind: survey
            weight: 100
            voters: pooled
            options: {{好: 100, 差: 0}}
            abstain: exclude
            invalid: exclude
            minimum: {{ballots: 20}}
            below_minimum: {word}
        grades: none
        """

    def tried_words(general: str, word: str) -> list[str]:
        found = found_in(rules.format(general=general, word=word))
        return [m.after for m in found if m.path == "criteria.vote.below_minimum"]

    # what is missing blocks as well, so too few ballots leave the score open in either word
    assert tried_words("block", "block") == []
    assert tried_words("block", "missing") == []
    # what is missing counts 0, so the words differ
    assert tried_words("zero", "block") == ["missing"]
    assert tried_words("zero", "missing") == ["block"]


# ── settings of other people's kinds ────────────────────────────────


@frozen
class OddParams:
    at: Place = place()
    fact: Id = setting("数", "a number")
    strict: Flag = setting("严格", "strict", default=False)
    span: Range | None = setting("范围", "a range", default=None)
    way: Literal["mean", "median", "best"] = setting("方法", "way", default="mean")
    shares: dict[Id, Positive] = setting("权重", "weights", factory=dict)
    steps: tuple[Number, ...] = setting("阶梯", "steps", default=())
    counts: dict[Whole, Number] = setting("按次", "by count", factory=dict)
    label: Word | None = setting("名称", "label", default=None)


def found_in(rules: str, *kinds: CriterionKind) -> list[Mutation]:
    problems = Problems()
    effective = effective_ruleset(Source("small.yaml", dedent(rules)), lambda *_: None, problems)
    known = {**load_registry([], problems).kinds, **{kind.name: kind for kind in kinds}}
    compiled = None if effective is None else compile_ruleset(effective, known, problems)
    problems.raise_if_any()
    assert effective is not None
    assert compiled is not None
    return mutations(effective.root, known, compiled)


def test_settings_of_a_plugins_kind_are_changed_by_their_types() -> None:
    given = load_registry([], Problems()).kinds["given"]
    odd = evolve(
        given, name="odd", title=Text("怪", "odd"), params=OddParams, inputs=lambda p: [],
        formula=lambda ops, p, x, points: Fraction(1), prepare=lambda p, ctx: p,
    )  # fmt: skip
    rules = """
        ruleset: small
        facts: {b: {type: number}}
        periods: {year-end: {from: 01-01, to: 12-31}}
        criteria:
          - {id: b, weight: 100, kind: odd, fact: b, strict: 否, span: "[1, 2.5)", way: best, shares: {a: 60, b: 40},
             steps: [1, 2], counts: {1: 5}, label: 不算}
        grades: none
        """
    found = {(m.path, m.before, m.after) for m in found_in(rules, odd) if m.path.startswith("criteria.b.")}
    assert found == {
        ("criteria.b.strict", "否", "是"),
        ("criteria.b.span", "[1, 2.5)", "(1, 2.5)"),
        ("criteria.b.span", "[1, 2.5)", "[2, 2.5)"),
        ("criteria.b.span", "[1, 2.5)", "[0, 2.5)"),
        ("criteria.b.span", "[1, 2.5)", "[1, 2.5]"),
        ("criteria.b.span", "[1, 2.5)", "[1, 2.6)"),
        ("criteria.b.span", "[1, 2.5)", "[1, 2.4)"),
        ("criteria.b.way", "best", "mean"),
        ("criteria.b.way", "best", "median"),
        ("criteria.b.shares.a", "60 / 40", "61 / 39"),
        ("criteria.b.shares.a", "60 / 40", "59 / 41"),
        ("criteria.b.steps", "1", "—"),
        ("criteria.b.steps", "2", "—"),
        ("criteria.b.steps.1", "1", "2"),
        ("criteria.b.steps.1", "1", "0"),
        ("criteria.b.steps.2", "2", "3"),
        ("criteria.b.steps.2", "2", "1"),
        ("criteria.b.counts", "1", "2"),
        ("criteria.b.counts", "1", "0"),
        ("criteria.b.counts.1", "5", "6"),
        ("criteria.b.counts.1", "5", "4"),
    }


def test_a_shared_default_that_no_criterion_takes_is_left_alone() -> None:
    rules = """
        ruleset: small
        facts: {b: {type: number}}
        defaults: {given: {scale: 50}}
        periods: {year-end: {from: 01-01, to: 12-31}}
        criteria: [{id: b, weight: 100, kind: given, fact: b, scale: 10}]
        grades: none
        """
    paths = {m.path for m in found_in(rules)}
    assert "criteria.b.scale" in paths
    assert not [path for path in paths if path.startswith("defaults")]


# ── the run ─────────────────────────────────────────────────────────


def test_nothing_of_a_change_is_left_behind(tmp_path: Path) -> None:
    file = open_case_file(*write(tmp_path), Problems())
    assert file is not None
    root = file.merged.effective.root
    before, texts = plain_value(root), repr(root)
    found = mutations(root, file.merged.registry.kinds, file.rules)
    assert len(found) > 100
    for mutation in found:
        with mutation.applied():
            assert plain_value(root) != before, mutation
            file.merged.compiled(Problems())
        assert plain_value(root) == before
    assert repr(root) == texts
    assert all(outcome.passed for outcome in file.run(Problems()))


def test_a_change_is_taken_back_when_something_goes_wrong_inside(tmp_path: Path) -> None:
    file = open_case_file(*write(tmp_path), Problems())
    assert file is not None
    root = file.merged.effective.root
    before = plain_value(root)
    first = mutations(root, file.merged.registry.kinds, file.rules)[0]
    with pytest.raises(RuntimeError), first.applied():
        raise RuntimeError
    assert plain_value(root) == before


def test_the_report_does_not_depend_on_how_many_processes_share_the_work(
    tmp_path: Path, report: MutationReport
) -> None:
    folder, path = write(tmp_path)
    assert len(report.mutants) > 2 * CHUNK
    steps: list[tuple[int, int]] = []
    shared = mutate(folder, path, Problems(), jobs=2, progress=lambda done, total: steps.append((done, total)))
    assert shared is not None
    assert told(shared) == told(report)
    assert mutation_lines(shared) == mutation_lines(report)
    assert steps[-1] == (len(report.mutants), len(report.mutants))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_a_process_that_cannot_open_the_file_leaves_the_work_to_others(
    tmp_path: Path, report: MutationReport
) -> None:
    folder, path = write(tmp_path)
    here = judged_elsewhere(folder, path, range(3))
    assert here == [(m.outcome, m.case) for m in report.mutants[:3]]
    path.unlink()
    assert judged_elsewhere(folder, path, range(3)) is None


def test_changes_come_in_the_order_of_places(report: MutationReport) -> None:
    places = [m.mutation.span.sort_key for m in report.mutants]
    assert places == sorted(places)


def test_the_score_counts_what_loads(report: MutationReport) -> None:
    killed, survived, refused = (report.count(name) for name in ("killed", "survived", "refused"))
    assert min(killed, survived, refused) > 0
    assert killed + survived + refused == len(report.mutants)
    assert report.score == Fraction(killed, killed + survived)
    assert {m.case for m in report.mutants if m.outcome != "killed"} == {""}
    assert all(m.case for m in report.mutants if m.outcome == "killed")


def test_one_more_case_kills_what_survived(tmp_path: Path, report: MutationReport) -> None:
    more = CASES + '      - {case: 评中, facts: {standing: 中}, expect: {total: "81.50"}}\n'
    change = ("criteria.standing.levels.中", "2", "3")
    assert outcomes(report)[change] == SURVIVED
    assert outcomes(tried(tmp_path, cases=more))[change] == KILLED


def test_cases_that_fail_already_cannot_hold_a_rule(tmp_path: Path) -> None:
    folder, path = write(tmp_path, cases=CASES.replace('total: "87.50"', 'total: "87.51"'))
    with pytest.raises(UsageError, match="都好"):
        mutate(folder, path, Problems())


def test_a_file_that_cannot_be_read_has_problems_and_no_report(tmp_path: Path) -> None:
    folder, path = write(tmp_path, rules=RULES.replace("weight: 60", "weight: 61"))
    problems = Problems()
    assert mutate_files([(folder, path)], problems) == []
    assert [problem.code for problem in problems] == ["CE413"]


# ── what people see ─────────────────────────────────────────────────


def test_a_survivor_is_shown_under_its_token(report: MutationReport) -> None:
    text = "\n".join(mutation_lines(report, "en"))
    number = next(n for n, line in enumerate(dedent(RULES).splitlines(), 1) if "id: standing" in line)
    line = dedent(RULES).splitlines()[number - 1]
    column = line.index("中: 2") + len("中: ")
    assert f"small.yaml:{number}:{column + 1}: criteria.standing.levels.中\n  {number} | {line}\n" in text
    assert "  = number one unit off: 2 → 3\n  = number one unit off: 2 → 1\n" in text
    killed = report.count("killed")
    tried_ = killed + report.count("survived")
    assert text.startswith(f"small  {tried_} changes tried, {killed} noticed (")
    assert "criteria.work.weight" not in text


def test_programs_get_every_change_with_the_case_that_noticed(report: MutationReport) -> None:
    document = mutation_json(report, "zh")
    assert (document["ruleset"], document["cases"]) == ("small", 11)
    assert document["killed"] + document["survived"] + document["refused"] == len(document["mutants"])
    first = next(m for m in document["mutants"] if m["path"] == "gates.half.when.is" and m["after"] == "中")
    assert first["outcome"] == "killed"
    assert first["case"] == "评差"
    assert (first["file"], first["before"]) == ("small.yaml", "差")
    survivor = next(m for m in document["mutants"] if m["path"] == "compare")
    assert (survivor["case"], survivor["line"]) == (None, 6)
