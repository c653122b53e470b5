"""The oracle: plain fractions, one cadre at a time, every formula written out by hand. Slow, and easy to check."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import TypeAlias

import numpy as np

from nation.data import Data
from nation.scored import Scored, Scorer

DISTRIBUTION = None
F = Fraction
ZERO = F(0)

Row: TypeAlias = Mapping[str, int]
Formula: TypeAlias = Callable[[Row], Fraction]


def reached(x: int, target: int, points: int) -> Fraction:
    return points * min(F(x, target), F(1)) if target else F(points)


def short(x: int, target: int, points: int, each: Fraction) -> Fraction:
    return max(points - each * max(target - x, 0), ZERO)


def taken_off(points: int, lost: Fraction) -> Fraction:
    return max(points - lost, ZERO)


def share(part: int, whole: int, points: int, if_none: int) -> Fraction:
    return points * min(F(part, whole), F(1)) if whole else F(if_none)


def band(x: int, *steps: tuple[Fraction, Fraction], scale: int) -> Fraction:
    return next((points for low, points in steps if F(x, scale) >= low), ZERO)


def village_facts(r: Row) -> Fraction:
    return band(r["village_facts_test"], (F(90), F(3)), (F(75), F(5, 2)), (F(60), F(3, 2)), scale=10)


def income(r: Row) -> Fraction:
    return band(r["income_growth"], (F(10), F(5)), (F(5), F(4)), (F(0), F(3)), scale=100)


def environment(r: Row) -> Fraction:
    return band(r["environment_score"], (F(95), F(3)), (F(85), F(12, 5)), (F(70), F(6, 5)), scale=10)


def coverage(r: Row) -> Fraction:
    return band(r["coverage_rate"], (F(98, 100), F(3)), (F(95, 100), F(2)), (F(90, 100), F(1)), scale=10_000)


def records(r: Row) -> Fraction:
    return taken_off(4, F(r["household_record_errors"], 2) + r["village_record_errors"])


def petitions(r: Row) -> Fraction:
    return taken_off(4, F(2 * r["county_petitions"] + 4 * r["city_petitions"] + 10 * r["province_petitions"]))


def links(r: Row) -> Fraction:
    return taken_off(3, F(r["linked_households.checked"] - r["linked_households.passed"]))


def callbacks(r: Row) -> Fraction:
    return 2 * F(r["callbacks.passed"], r["callbacks.checked"])


def branch(r: Row) -> Fraction:
    return (F(4), F(3), F(3, 2), ZERO)[r["branch_standing"]]


def village_rules(r: Row) -> Fraction:
    return (F(3), F(9, 5), ZERO)[r["village_rules"]]


def projects(r: Row) -> Fraction:
    return F(max((points for n, points in enumerate((1, 2, 3, 4)) if r["project_progress"] >> n & 1), default=0))


def documents(r: Row) -> Fraction:
    return F(sum(points for n, points in enumerate((25, 25, 20, 15, 15)) if r["documents"] >> n & 1))


def debriefing(r: Row) -> Fraction:
    return F(2, 5) * _mean(r, "street-committee") + F(3, 10) * (
        _mean(r, "host-committee") + _mean(r, "party-members")
    )


def _mean(r: Row, of: str) -> Fraction:
    n, total = r[f"{of}.n"], r[f"{of}.sum"]
    if n > 5:
        return F(total - r[f"{of}.highest"] - r[f"{of}.lowest"], n - 2)
    return F(total, n)


def satisfaction(r: Row) -> Fraction:
    return F(3, 5) * _votes(r, "residents") + F(2, 5) * _votes(r, "host-committee")


def _votes(r: Row, of: str) -> Fraction:
    best, good, fair, bad = (r[f"{of}.{option}"] for option in ("满意", "较满意", "基本满意", "不满意"))
    return F(100 * best + 80 * good + 60 * fair, best + good + fair + bad)


DUTY: tuple[Formula, ...] = (
    lambda r: reached(r["policy_talks"], 12, 4),
    lambda r: short(r["notice_boards"], 6, 3, F(1, 2)),
    lambda r: taken_off(4, F(r["unaware_households"])),
    village_facts,
    lambda r: short(r["party_meetings"], 12, 5, F(1, 2)),
    lambda r: short(r["party_lectures"], 4, 3, F(3, 4)),
    lambda r: reached(r["members_developed"], 3, 4),
    branch,
    lambda r: reached(r["household_visits"], 240, 5),
    records,
    lambda r: share(r["cases_cleared"], r["cases_due"], 4, if_none=4),
    links,
    income,
    projects,
    lambda r: reached(r["people_trained"], r["target.people_trained"], 4),
    lambda r: reached(r["people_employed"], 14, 3),
    lambda r: reached(r["deeds"], 10, 5),
    lambda r: share(r["problems_closed"], r["problems_received"], 4, if_none=4),
    lambda r: share(r["promises_kept"], r["promises_made"], 3, if_none=0),
    callbacks,
    lambda r: share(r["disputes_mediated"], r["disputes_found"], 4, if_none=4),
    petitions,
    lambda r: short(r["risk_screenings"], 12, 3, F(1, 4)),
    lambda r: taken_off(2, F(2, 5) * r["hazards_left"]),
    village_rules,
    environment,
    coverage,
    lambda r: reached(r["culture_events"], 4, 2),
)
CONDUCT: tuple[Formula, ...] = (
    lambda r: reached(r["village_days"], 220, 50),
    lambda r: reached(r["study_sessions"], 24, 20),
    lambda r: short(r["night_talks"], 48, 20, F(1, 2)),
    lambda r: min(F(5, 2) * r["good_practices"], F(10)),
)
REST: tuple[Formula, ...] = (debriefing, satisfaction, documents)


def total_of(points: Sequence[Fraction]) -> Fraction:
    """The exact total: 40, 10, 20, 25 and 5 per cent."""
    duty, conduct = sum(points[:28], ZERO), sum(points[28:32], ZERO)
    return (40 * duty + 10 * conduct + 20 * points[32] + 25 * points[33] + 5 * points[34]) / 100


def score(data: Data) -> Scored:
    points = [[formula(row) for formula in (*DUTY, *CONDUCT, *REST)] for row in data.rows()]
    totals = [floor(total_of(mine) * 100 + F(1, 2)) for mine in points]
    graded = [_grade(c, total) for c, total in zip(data.category.tolist(), totals, strict=True)]
    ranked = _ranks(data.pool.tolist(), totals)
    by_criterion = [list(column) for column in zip(*points, strict=True)]
    return Scored(by_criterion, np.array(totals), np.array(ranked), np.array(graded))


def prepare(data: Data) -> Scorer:
    return lambda: score(data)


def _ranks(pools: list[int], totals: list[int]) -> list[int]:
    by_pool: dict[int, list[int]] = {}
    for pool, total in zip(pools, totals, strict=True):
        by_pool.setdefault(pool, []).append(total)
    for inside in by_pool.values():
        inside.sort()
    return [
        1 + len(by_pool[pool]) - bisect_right(by_pool[pool], total) for pool, total in zip(pools, totals, strict=True)
    ]


def _grade(category: int, total: int) -> int:
    best, good = (8800, 7200) if category == 2 else (9000, 7500)
    return sum(total < bound for bound in (best, good, 6000))
