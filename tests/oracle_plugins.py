"""The oracle's own versions of the kinds that the shipped plugins bring: short, plain, without the package."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F  # noqa: N817
from typing import Any

import oracle
from oracle import Case, Open, inside, number


def _poll(case: Case, node: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    entry = case.records.get(what, {}).get(node.get("record", node["id"]), {"state": "missing"})
    oracle._strictest(case, node, [case.known(entry, "held_on")])
    return entry  # type: ignore[no-any-return]


def _votes(case: Case, node: Mapping[str, Any]) -> list[tuple[F, dict[str, int], int]]:
    """Weight, votes by word, and counted ballots of each voter class that counts."""
    entry, question = _poll(case, node, "surveys"), node.get("question", "")
    classes = {None: F(1)} if node["voters"] == "pooled" else {c: number(w) for c, w in node["voters"].items()}
    votes = {name: oracle.count(entry, name, question) for name in classes}
    counted = {name: sum(tally.get(word, 0) for word in node["options"]) for name, tally in votes.items()}
    for name, tally in votes.items():
        counted[name] += tally["弃权"] * (node["abstain"] == "zero") + tally["无效"] * (node["invalid"] == "zero")
    if oracle._too_few(node, entry, votes):
        if (node.get("below_minimum") if any(counted.values()) else "missing") == "block":
            raise Open
        oracle._strictest(case, node, ["missing"])
    absent = node.get("absent_class", "block")
    if absent == "block" and not all(counted.values()):
        raise Open
    kept = [name for name in classes if counted[name] or absent == "zero"]
    return [(classes[name], votes[name], counted[name]) for name in kept]


def _share(votes: Mapping[str, int], words: Any, counted: int) -> F:
    return F(sum(votes.get(word, 0) for word in words), counted) if counted else F(0)


def _excellent_rate_bands(case: Case, node: Mapping[str, Any], points: F) -> F:
    scores = []
    for weight, votes, counted in _votes(case, node):
        rate = _share(votes, node["rate_of"], counted)
        second = _share(votes, node.get("second_rate_of", []), counted)
        fits = [
            number(band["points"])
            for band in node["bands"]
            if inside(rate, band.get("rate", "any")) and inside(second, band.get("second", "any"))
        ]
        pick = {"highest": max, "lowest": min}.get(node.get("priority", "first"), lambda found: found[0])
        scores.append((weight, pick(fits) if counted else F(0)))
    return oracle._weighted(scores)


def _satisfaction_floor(case: Case, node: Mapping[str, Any], points: F) -> F:
    scores = []
    for weight, votes, counted in _votes(case, node):
        rate = _share(votes, node["rate_of"], counted)
        if counted and rate < number(node["floor_rate"]):
            if node["below_floor"] == "vote-again":
                raise Open
            rate = F(0)
        scores.append((weight, points * rate))
    return oracle._weighted(scores)


def _three_debriefs(case: Case, node: Mapping[str, Any], points: F) -> F:
    entry = _poll(case, node, "reviews")
    question = node.get("question", "")
    given = {name: spread(entry, name, question) for name in node["reviewers"]}
    if not any(given.values()) and not any(
        spread(entry, c, q) for c in entry["classes"] for q in [*node["aside"], ""]
    ):
        raise Open
    means: dict[str, F | None] = {}
    for name, words in given.items():
        worth = node["options"] if name == "villagers" else node["comments"]
        if words and len(words) < int((node.get("minimum") or {}).get("marks", 0)):
            raise Open
        means[name] = sum((number(worth[word]) for word in words), F(0)) / len(words) if words else None
    weights = {name: number(weight) for name, weight in node["reviewers"].items()}
    return oracle._mean_of_classes(node, means, weights) * points / number(node.get("scale", 100))


def spread(entry: Mapping[str, Any], of_class: str, question: str) -> list[str]:
    """Marks one by one, also where words were only counted."""
    given = entry.get("classes", {}).get(of_class, [])
    found = given.get(question, []) if isinstance(given, Mapping) else (given if question == "" else [])
    return [w for w, n in found.items() for _ in range(int(n))] if isinstance(found, Mapping) else list(found)


def _ballot_sheet(case: Case, node: Mapping[str, Any], points: F) -> F:
    """``sheets`` stand beside the records of a case: every ballot with all its marks, and the column of the person."""
    record = node.get("record", node["id"])
    review = case.records.get("reviews", {}).get(record)
    if review is not None:
        _poll(case, node, "reviews")
    scores, seen = [], False
    means: dict[str, F | None] = {}
    for name in node["reviewers"]:
        sheets = [s for s in case.records.get("sheets", []) if (s["sheet"], s["reviewers"]) == (record, name)]
        sheets = [s for s in sheets if case.cadre["id"] in s["people"]]
        if any(case.known(s, "held_on") == "pending" for s in sheets):
            raise Open
        mine = [(row, s["people"].index(case.cadre["id"])) for s in sheets for row in s["ballots"]]
        means[name] = _mean_of_ballots(node, mine, [len(s["people"]) for s in sheets])
        seen = seen or any(row[column] != "-" for row, column in mine)
        if mine and not any(row[column] != "-" for row, column in mine):
            means[name] = None
    if not seen:
        oracle._strictest(case, node, ["missing"]) if review is None else None
        raise Open
    weights = {name: number(weight) for name, weight in node["reviewers"].items()}
    scores.append((F(1), oracle._mean_of_classes(node, means, weights)))
    return oracle._weighted(scores) * points / number(node["scale"])


def _mean_of_ballots(node: Mapping[str, Any], mine: list[tuple[list[str], int]], sizes: list[int]) -> F | None:
    valid, cast, void = [], 0, 0
    for row, column in mine:
        marks = [number(text) for text in row if text != "-"]
        if not marks and node["blank"] == "left-out":
            continue
        cast += 1
        if not marks or _breaks(node, row, marks):
            void += 1
        elif row[column] != "-":
            valid.append(number(row[column]))
    if not mine:
        return None
    if F(void, cast or 1) > number(node["most_void"]):
        raise Open
    if len(valid) < max(1, int((node.get("minimum") or {}).get("marks", 1))):
        raise Open
    trim, left = node.get("trim") or {}, sorted(valid)
    if trim and len(left) > int(trim.get("when_more_than", 0)):
        left = left[int(trim.get("lowest", 0)) : len(left) - int(trim.get("highest", 0))]
    return sum(left, F(0)) / len(left)


def _breaks(node: Mapping[str, Any], row: list[str], marks: list[F]) -> bool:
    if node["unmarked"] == "void" and len(marks) < len(row):
        return True
    if node["all_equal"] == "void" and len(marks) > 1 and len(set(marks)) == 1:
        return True
    for limit in node.get("limits", []):
        people = sum(inside(mark, limit["marks"]) for mark in marks)
        if people < int(limit.get("at_least", 0)) or people > int(limit.get("at_most", len(marks))):
            return True
    return False


FORMULAS = {
    "excellent-rate-bands": _excellent_rate_bands,
    "satisfaction-floor": _satisfaction_floor,
    "three-debriefs": _three_debriefs,
    "ballot-sheet": _ballot_sheet,
}
