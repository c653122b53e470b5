"""The limit: a kernel of numpy integers written by hand for this ruleset, exact, with every criterion's points kept.

Points with a constant denominator are whole numbers over it, and add up to one sum over D = 46,200 (the least common
denominator of their shares of the total). The eight criteria that divide by a figure of the row keep a numerator and
a denominator each. The total is rounded on doubles with a bound on their error; rows inside the bound are decided
exactly with integers. Rows are taken in chunks: that costs no time, and needs less memory. One thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from nation.data import Data, IntArray, Marks
from nation.scored import Quotient, Scored, Scorer, standing

DISTRIBUTION = "numpy"
CHUNK = 65_536
D = 46_200
"""Of the total: lcm of 3/35, 1/120, 1/44 (targets of 14, 240 and 220) and 1/25 (decimals)."""

BOUND = 1e-8
"""Hundredths. Nine terms that sum to at most 10,000, each of at most five roundings of 2**-53: below 1e-10."""

# fmt: off
DENOMINATORS = (
    3, 2, 1, 2, 2, 4, 3, 2, 48, 2, 0, 1, 1, 1, 0, 14, 2, 0, 0, 0, 0, 1, 4, 5, 5, 5, 1, 2,  # duty
    22, 6, 2, 2, 0, 0, 1,  # conduct; review, survey, documents
)
# fmt: on
"""Of each criterion's points; 0: one for each row."""
FACTORS = (Fraction(2, 5),) * 28 + (Fraction(1, 10),) * 4 + (Fraction(1, 5), Fraction(1, 4), Fraction(1, 20))
SHARES = np.array([int(D * f / den) if den else 0 for den, f in zip(DENOMINATORS, FACTORS, strict=True)])
"""What one part of a criterion's points adds to the total over D."""
PER_ROW = {place: n for n, place in enumerate(n for n, den in enumerate(DENOMINATORS) if not den)}
"""The criteria with a denominator for each row: training and callbacks, four ratios, review and survey."""

BRANCH = np.array([8, 6, 3, 0])
VILLAGE_RULES = np.array([15, 9, 0])
PROJECTS = np.array([max((n + 1 for n in range(4) if bits >> n & 1), default=0) for bits in range(16)])
DOCUMENTS = np.array([sum(p for n, p in enumerate((25, 25, 20, 15, 15)) if bits >> n & 1) for bits in range(32)])

FloatArray = NDArray[np.float64]


def score(data: Data) -> Scored:
    n = len(data)
    num = np.empty((len(DENOMINATORS), n), np.int64)
    den = np.empty((len(PER_ROW), n), np.int64)
    total = np.empty(n, np.int64)
    for start in range(0, n, CHUNK):
        rows = slice(start, start + CHUNK)
        _chunk(data, rows, num[:, rows], den[:, rows], total[rows])
    points = [Quotient(num[k], d or den[PER_ROW[k]]) for k, d in enumerate(DENOMINATORS)]
    return standing(points, total, data.pool, data.category)


def prepare(data: Data) -> Scorer:
    return lambda: score(data)


def _chunk(data: Data, rows: slice, num: IntArray, den: IntArray, total: IntArray) -> None:
    facts = {name: column[rows] for name, column in data.facts.items()}
    _targets(facts, num)
    _occurrences(facts, num)
    _lookups(facts, num)
    _ratios(facts, data.targets["people_trained"][rows], num, den)
    _review(data, rows, num[32], den[PER_ROW[32]])
    _survey(data, rows, num[33], den[PER_ROW[33]])
    _round(num, den, total)


def _reached(x: IntArray, target: int, worth: int, out: IntArray) -> None:
    np.minimum(x, target, out=out)
    if worth != 1:
        out *= worth


def _short(x: IntArray, target: int, all_points: int, each: int, out: IntArray) -> None:
    """``all_points`` less ``each`` for each one short, but not below 0."""
    np.minimum(x, target, out=out)
    if each != 1:
        out *= each
    if all_points != each * target:
        out += all_points - each * target
        np.maximum(out, 0, out=out)


def _targets(f: dict[str, IntArray], num: IntArray) -> None:
    _reached(f["policy_talks"], 12, 1, num[0])  # of 3
    _short(f["notice_boards"], 6, 6, 1, num[1])  # of 2
    _short(f["party_meetings"], 12, 10, 1, num[4])  # of 2
    _short(f["party_lectures"], 4, 12, 3, num[5])  # of 4
    _reached(f["members_developed"], 3, 4, num[6])  # of 3
    _reached(f["household_visits"], 240, 1, num[8])  # of 48
    _reached(f["people_employed"], 14, 3, num[15])  # of 14
    _reached(f["deeds"], 10, 1, num[16])  # of 2
    _short(f["risk_screenings"], 12, 12, 1, num[22])  # of 4
    _reached(f["culture_events"], 4, 1, num[27])  # of 2
    _reached(f["village_days"], 220, 5, num[28])  # of 22
    _reached(f["study_sessions"], 24, 5, num[29])  # of 6
    _short(f["night_talks"], 48, 40, 1, num[30])  # of 2


def _less(all_points: int, lost: IntArray, out: IntArray) -> None:
    np.subtract(all_points, lost, out=out)
    np.maximum(out, 0, out=out)


def _occurrences(f: dict[str, IntArray], num: IntArray) -> None:
    _less(4, f["unaware_households"], num[2])
    _less(8, f["household_record_errors"] + 2 * f["village_record_errors"], num[9])  # of 2
    _less(3, f["linked_households.checked"] - f["linked_households.passed"], num[11])
    lost = 2 * f["county_petitions"] + 4 * f["city_petitions"] + 10 * f["province_petitions"]
    _less(4, lost, num[21])
    _less(10, 2 * f["hazards_left"], num[23])  # of 5
    _reached(f["good_practices"], 4, 5, num[31])  # of 2


def _steps(x: IntArray, steps: tuple[tuple[int, int], ...], out: IntArray) -> None:
    """Each step reached adds its points."""
    np.multiply(x >= steps[0][0], steps[0][1], out=out)
    for low, more in steps[1:]:
        out += (x >= low) * more


def _lookups(f: dict[str, IntArray], num: IntArray) -> None:
    _steps(f["village_facts_test"], ((600, 3), (750, 2), (900, 1)), num[3])  # of 2
    _steps(f["income_growth"], ((0, 3), (500, 1), (1000, 1)), num[12])
    _steps(f["environment_score"], ((700, 6), (850, 6), (950, 3)), num[25])  # of 5
    _steps(f["coverage_rate"], ((9000, 1), (9500, 1), (9800, 1)), num[26])
    np.take(BRANCH, f["branch_standing"], out=num[7], mode="clip")  # of 2
    np.take(PROJECTS, f["project_progress"], out=num[13], mode="clip")
    np.take(VILLAGE_RULES, f["village_rules"], out=num[24], mode="clip")  # of 5
    np.take(DOCUMENTS, f["documents"], out=num[34], mode="clip")


def _share(part: IntArray, whole: IntArray, points: int, full: bool, num: IntArray, den: IntArray) -> None:
    """``points`` x part / whole; if the whole is 0 all points (then 1/1) or none."""
    np.maximum(whole, 1, out=den)
    np.minimum(part, whole, out=num)
    if full:
        num += whole == 0
    num *= points


def _ratios(f: dict[str, IntArray], trained: IntArray, num: IntArray, den: IntArray) -> None:
    _share(f["cases_cleared"], f["cases_due"], 4, True, num[10], den[PER_ROW[10]])
    _share(f["people_trained"], trained, 4, True, num[14], den[PER_ROW[14]])
    _share(f["problems_closed"], f["problems_received"], 4, True, num[17], den[PER_ROW[17]])
    _share(f["promises_kept"], f["promises_made"], 3, False, num[18], den[PER_ROW[18]])
    _share(f["callbacks.passed"], f["callbacks.checked"], 2, False, num[19], den[PER_ROW[19]])
    _share(f["disputes_mediated"], f["disputes_found"], 4, True, num[20], den[PER_ROW[20]])


def _counted(marks: Marks, rows: slice) -> tuple[IntArray, IntArray]:
    """Sum and number of the marks that count: of more than five the extremes do not."""
    n = marks.n[rows]
    trimmed = n > 5
    return marks.sum[rows] - (marks.highest[rows] + marks.lowest[rows]) * trimmed, n - 2 * trimmed


def _review(data: Data, rows: slice, num: IntArray, den: IntArray) -> None:
    (a, an), (b, bn), (c, cn) = (
        _counted(data.reviews[name], rows) for name in ("street-committee", "host-committee", "party-members")
    )
    pair = bn * cn
    np.multiply(4 * a, pair, out=num)
    num += 3 * an * (b * cn + c * bn)
    np.multiply(10 * an, pair, out=den)


def _votes(tally: Mapping[str, IntArray], rows: slice) -> tuple[IntArray, IntArray]:
    """Points over 20, and valid ballots."""
    best, good, fair, bad = (tally[option][rows] for option in ("满意", "较满意", "基本满意", "不满意"))
    return 5 * best + 4 * good + 3 * fair, best + good + fair + bad


def _survey(data: Data, rows: slice, num: IntArray, den: IntArray) -> None:
    a, an = _votes(data.tallies["residents"], rows)
    b, bn = _votes(data.tallies["host-committee"], rows)
    np.multiply(12 * a, bn, out=num)
    num += 8 * b * an
    np.multiply(an, bn, out=den)


def _round(num: IntArray, den: IntArray, total: IntArray) -> None:
    """Half up, in hundredths."""
    whole = np.einsum("k,kn->n", SHARES, num)
    near = whole * (100 / D)
    for k, n in PER_ROW.items():
        near += num[k] / den[n] * float(100 * FACTORS[k])
    near += 0.5
    edge = np.rint(near)
    np.floor(near, out=total, casting="unsafe")
    for row in np.flatnonzero(np.abs(near - edge) < BOUND):
        total[row] = _exactly(int(whole[row]), num[:, row], den[:, row])


def _exactly(whole: int, num: IntArray, den: IntArray) -> int:
    """floor(100 x + 1/2) of one row."""
    top, below = 200 * whole + D, 2 * D
    for k, n in PER_ROW.items():
        factor = 100 * FACTORS[k]
        top = top * int(den[n]) * factor.denominator + int(num[k]) * factor.numerator * below
        below *= int(den[n]) * factor.denominator
    return top // below
