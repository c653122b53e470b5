"""Coverage of rules: which constructs of a ruleset its cases exercise, and which none does.

A construct is something a ruleset says at one place of its file: a criterion, one band of it, a policy, a gate, a
grade. It counts as exercised only if a result shows it. Constructs of all layers count, each once, however many
periods use it; each points into the file it is written in.

Of a rule of accountability nothing is known but that it proposes measures or does not. Left out, because a case cannot
show it: what two postings in one period come to, and whether an earlier total enters rounded or exact (a case has one
posting and one period). Left out, too, are limits and caps that nothing can reach.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from cadre_eval.cases.exercised.constructs import Construct, Coverage
from cadre_eval.cases.exercised.coverage_report import coverage_json as coverage_json
from cadre_eval.cases.exercised.coverage_report import coverage_lines as coverage_lines
from cadre_eval.cases.exercised.points import Point
from cadre_eval.cases.exercised.points_accountability import accountability_points
from cadre_eval.cases.exercised.points_conditions import gate_points
from cadre_eval.cases.exercised.points_criteria import criteria_points
from cadre_eval.cases.exercised.points_eligibility import eligibility_points
from cadre_eval.cases.exercised.points_grades import grade_points, quota_points, tie_points
from cadre_eval.cases.exercised.points_totals import adjustment_points, period_points
from cadre_eval.cases.exercised.seen import Seen
from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.cases.running import CaseFile
from cadre_eval.errors import Problems, RefusedInput, Span, Text
from cadre_eval.ruleset.document import RulesetDoc
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.ruleset.reader import read_ruleset

MOST_CASES = 3
"""So many cases are named for a construct."""


def coverage(file: CaseFile, outcomes: Iterable[CaseOutcome]) -> Coverage:
    """What the cases exercised of the ruleset they are for, passed or not: a failed case was run as well."""
    seen = [Seen(outcome) for outcome in outcomes]
    grouped: dict[tuple[Span, Text], list[Point]] = {}
    for point in _points(_document(file), file.rules):
        grouped.setdefault((point.span, point.what), []).append(point)
    constructs = [_construct(points, seen) for points in grouped.values()]
    return Coverage(tuple(sorted(constructs, key=lambda c: (c.span.sort_key, c.what.zh))))


def _document(file: CaseFile) -> RulesetDoc:
    """The merged ruleset as it is written, with the place of every value. Raises RefusedInput; it compiled, though."""
    problems = Problems()
    registry = file.merged.registry
    doc = read_ruleset(file.merged.effective.root, registry.kinds, problems, registry.rules)
    if doc is None:
        raise RefusedInput(problems)
    return doc


def _points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    yield from period_points(doc, rules)
    yield from criteria_points(doc, rules)
    yield from adjustment_points(doc, rules)
    yield from gate_points(doc, rules)
    yield from grade_points(doc, rules)
    yield from tie_points(doc, rules)
    yield from quota_points(doc, rules)
    yield from eligibility_points(doc, rules)
    yield from accountability_points(doc, rules)


def _construct(points: Sequence[Point], seen: Sequence[Seen]) -> Construct:
    """The same point of several periods, or of several criteria that share a line, as one."""
    shown: set[Hashable] = set()
    titles: list[str] = []
    for case in seen:
        new = {value for point in points for value in point.shows(case)}
        if new:
            titles.append(case.title)
        shown |= new
    first = points[0]
    owners = dict.fromkeys(point.owner for point in points)
    what = first.what
    if len(owners) == 1 and first.owner:
        what = Text(f"{first.owner}：{what.zh}", f"{first.owner}: {what.en}")
    exercised = len(shown) >= max(point.needed for point in points)
    return Construct(first.span, what, exercised, tuple(titles[:MOST_CASES]) if exercised else ())
