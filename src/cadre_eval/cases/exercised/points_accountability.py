"""What cases are to show of accountability: each use of a rule proposes something, and elsewhere nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cadre_eval.cases.exercised.points import Point, point
from cadre_eval.cases.exercised.seen import Seen
from cadre_eval.ruleset.document import RulesetDoc
from cadre_eval.ruleset.plan import CompiledRuleset


def accountability_points(doc: RulesetDoc, rules: CompiledRuleset) -> Iterator[Point]:
    places = {use.id: use.at.value("id") for use in doc.accountability}
    for key, plan in rules.periods.items():
        for use in plan.accountability:
            where = places[use.id]
            yield point(where, use.title, "提出处理措施", "a measure proposed", partial(_proposed, key, use.id))
            yield point(where, use.title, "不提处理措施", "no measure proposed", partial(_silent, key, use.id))


def _measures(seen: Seen, use: str) -> int:
    return 0 if seen.found is None else sum(measure.use.id == use for measure in seen.found.measures)


def _proposed(period: str, use: str, seen: Seen) -> bool:
    return seen.of_period(period) and _measures(seen, use) > 0


def _silent(period: str, use: str, seen: Seen) -> bool:
    return seen.of_period(period) and _measures(seen, use) == 0
