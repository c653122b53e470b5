"""A second, independent implementation of the rules, written from the reference and sharing no code with the package.

It knows only the settled case: no intervals, no receipts, no messages, no checking. A cadre of whom anything is open
is ``pending`` and has no numbers; ranks and places are given only where nobody in the pool is open.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

F = Fraction


class Open(Exception):
    """Something is not settled."""


class Excluded(Exception):
    """The criterion does not count."""


class MeanOfPool(Exception):
    """The criterion scores what the pool's present scores are on average."""


# ── reading ─────────────────────────────────────────────────────────


def plain(path: Path) -> Any:
    """A YAML file with every scalar as text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def merged(path: Path, shipped: Path) -> dict[str, Any]:
    """A ruleset with everything it extends."""
    layer = plain(path)
    rules: dict[str, Any] = {}
    names = layer.pop("extends", [])
    for name in [names] if isinstance(names, str) else names:
        parent = path.parent / name if name.startswith("./") else shipped / f"{name}.yaml"
        rules = _merge(rules, merged(parent, shipped), None)
    return _merge(rules, layer, None)


def _merge(old: Any, new: Any, top: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            if isinstance(value, dict) and set(value) == {"remove"}:
                del old[key]
                continue
            old[key] = _merge(old.get(key), value, old.get("criteria") if top is None and key == "criteria" else top)
        return old
    if isinstance(new, list) and any(isinstance(item, dict) and "id" in item for item in new):
        kept = old if isinstance(old, list) else []
        for item in new:
            place = next((p for p in [kept, *_lists(top or [])] if any(i["id"] == item["id"] for i in p)), None)
            if place is None:
                kept.append(_merge({}, item, top))
                continue
            index = next(n for n, i in enumerate(place) if i["id"] == item["id"])
            if "remove" in item:
                del place[index]
            else:
                place[index] = _merge(place[index], item, top)
        return kept
    return new


def _lists(parts: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The list, and every list of parts below it."""
    yield parts
    for part in parts:
        yield from _lists(part.get("parts") or [])


def number(text: Any) -> F:
    text = str(text)
    if text in {"yes", "true", "是"}:
        return F(1)
    if text in {"no", "false", "否"}:
        return F(0)
    return F(text[:-1]) / 100 if text.endswith("%") else F(text)


def inside(value: F, written: str) -> bool:
    """Whether a number lies in a range as people write it."""
    if written == "any":
        return True
    compared = re.fullmatch(r"(>=|<=|>|<|=|≥|≤)\s*(\S+)", written)
    if compared:
        sign, end = compared[1], number(compared[2])
        return {
            ">": value > end, "<": value < end, "=": value == end,
            ">=": value >= end, "≥": value >= end, "<=": value <= end, "≤": value <= end,
        }[sign]  # fmt: skip
    low, high = (number(end.strip()) for end in written[1:-1].split(","))
    above = value >= low if written[0] == "[" else value > low
    return above and (value <= high if written[-1] == "]" else value < high)


def rounded(value: F, rule: Mapping[str, str] | None) -> F:
    """The value rounded; no rule leaves it as it is."""
    if rule is None:
        return value
    unit = F(1, 10 ** int(rule.get("places", 2)))
    size = abs(value) / unit
    whole, rest = size.numerator // size.denominator, size - size.numerator // size.denominator
    mode = rule.get("mode", "half-up")
    if (
        (mode == "half-up" and rest >= F(1, 2))
        or (mode == "half-even" and (rest > F(1, 2) or (rest == F(1, 2) and whole % 2)))
        or (mode == "up" and rest)
    ):
        whole += 1
    return whole * unit if value >= 0 else -whole * unit


def held(value: F, low: str | None, high: str | None) -> F:
    """Between two limits; ``none`` does not hold."""
    if low not in {None, "none"}:
        value = max(value, number(low))
    if high not in {None, "none"}:
        value = min(value, number(high))
    return value


# ── one posting ─────────────────────────────────────────────────────


@dataclass(eq=False, repr=False)
class Case:
    """One posting in one period."""

    rules: Mapping[str, Any]
    key: str
    cadre: Mapping[str, Any]
    posting: Mapping[str, Any]
    place: Mapping[str, str]
    records: Mapping[str, Any]
    as_of: date
    days: int = 0
    share: F = F(1)
    pool: list[Case] = field(default_factory=list)
    scores: dict[str, F | None] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)

    def known(self, state_of: Mapping[str, Any], day: str) -> str:
        state = state_of.get("state", "present")
        late = state_of.get(day)
        return "pending" if state == "present" and late and date.fromisoformat(late) > self.as_of else state

    def fact(self, name: str) -> tuple[str, Any]:
        """State and value."""
        entry = self.records.get("facts", {}).get(name)
        if entry is None:
            return "missing", None
        if isinstance(entry, Mapping) and "checked" not in entry:
            return self.known(entry, "known_on"), entry.get("value")
        return "present", entry

    def policies(self, node: Mapping[str, Any]) -> dict[str, str]:
        return {**(self.rules.get("policies") or {}), **(node.get("policies") or {})}

    def by_policy(self, state: str, policies: Mapping[str, str]) -> F:
        """What a state that is not ``present`` gives."""
        chosen = policies.get(state.replace("-", "_"), "block") if state != "pending" else "block"
        if chosen == "zero":
            return F(0)
        raise {"block": Open, "exclude": Excluded, "pool-mean": MeanOfPool}[chosen]

    def need(self, node: Mapping[str, Any], *names: str) -> list[Any]:
        """The values of present facts; else the strictest state decides."""
        states = [self.fact(name) for name in names]
        _strictest(self, node, [state for state, _ in states])
        return [value for _, value in states]


class Settled(Exception):
    """A policy settled the score."""

    def __init__(self, score: F) -> None:
        self.score = score


def _strictest(case: Case, node: Mapping[str, Any], states: Iterable[str]) -> None:
    lacking = [s for s in ("pending", "missing", "excused", "not-applicable") if s in set(states)]
    if lacking:
        raise Settled(case.by_policy(lacking[0], case.policies(node)))


def parts_of(case: Case, node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = node.get("criteria") or node.get("parts") or []
    return [p for p in parts if "periods" not in p or case.key in p["periods"]]


def scale_of(case: Case, node: Mapping[str, Any]) -> F:
    """The points of a node."""
    if "points" in node:
        return number(node["points"])
    parts = parts_of(case, node)
    if not parts or any("weight" in part for part in parts):
        return F(100)
    return sum((scale_of(case, part) for part in parts), F(0))


def score(case: Case, node: Mapping[str, Any]) -> F:
    """The score of a criterion, after its floor, ceiling and rounding. Raises Open, Excluded."""
    name, points = node["id"], scale_of(case, node)
    if "parts" not in node:
        value = case.raw[name]
        if isinstance(value, BaseException):
            raise value
    else:
        try:
            value = held(mean_of_parts(case, node) * points, node.get("floor", "0"), node.get("ceiling", str(points)))
            value = rounded(value, node.get("rounding"))
        except Excluded:
            case.scores[name] = None
            raise
    case.scores[name] = value
    return value


def mean_of_parts(case: Case, node: Mapping[str, Any]) -> F:
    """Between 0 and 1: the parts that count, by weight or points."""
    ratios: list[tuple[F, F]] = []
    is_open = False
    parts = parts_of(case, node)
    weighted = any("weight" in part for part in parts)
    for part in parts:
        scale = scale_of(case, part)
        try:
            ratios.append((number(part["weight"]) if weighted else scale, score(case, part) / scale))
        except Excluded:
            case.scores[part["id"]] = None
        except Open:
            is_open = True
    if is_open:
        raise Open
    if not ratios:
        raise Excluded
    return sum((w * r for w, r in ratios), F(0)) / sum((w for w, _ in ratios), F(0))


def leaf(case: Case, node: Mapping[str, Any]) -> F:
    """A leaf's score. Raises Open, Excluded, MeanOfPool."""
    points = scale_of(case, node)
    node = {**((case.rules.get("defaults") or {}).get(node["kind"]) or {}), **node}
    try:
        value = FORMULAS[node["kind"]](case, node, points)
    except Settled as settled:
        return settled.score
    value = held(value, node.get("floor", "0"), node.get("ceiling", str(points)))
    return rounded(value, node.get("rounding"))


def leaves(case: Case, node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in parts_of(case, node):
        if "parts" in part:
            yield from leaves(case, part)
        else:
            yield part


def by_period(case: Case, value: Any) -> Any:
    return value[case.key] if isinstance(value, Mapping) else value


# ── kinds ───────────────────────────────────────────────────────────


def _target(case: Case, node: Mapping[str, Any], points: F) -> F:
    wanted = by_period(case, node["target"])
    state, value = case.fact(node["fact"])
    agreed = case.posting.get("targets", {}).get(node["fact"])
    if isinstance(agreed, Mapping):
        agreed = agreed.get(case.key)
    posted = wanted == "posting"
    lacking = posted and agreed is None and state not in {"not-applicable", "excused"}
    _strictest(case, node, [state, "missing" if lacking else "present"])
    goal, done = number(agreed if posted else wanted), number(value)
    if node.get("prorate") == "by-days":
        goal *= case.share
    if "each_short" in node:
        return points - number(node["each_short"]) * max(goal - done, F(0))
    return points * min(max(done / goal, F(0)), F(1))


def _ratio(case: Case, node: Mapping[str, Any], points: F) -> F:
    full = number(node.get("full_at", 1))
    if "fact" in node:
        (rate,) = map(number, case.need(node, node["fact"]))
    else:
        (p_state, part), (w_state, whole) = case.fact(node["part"]), case.fact(node["whole"])
        rule = node["when_whole_is_zero"]
        none_at_all = rule == "exclude" and w_state == "present" and number(whole) == 0
        states = [p_state, w_state]
        if none_at_all and p_state == "present":
            raise Excluded
        _strictest(case, node, states)
        if number(whole) == 0:
            return points if rule == "full" else F(0)
        rate = number(part) / number(whole)
    return points * min(max(rate / full, F(0)), F(1))


def _bands(case: Case, node: Mapping[str, Any], points: F) -> F:
    (value,) = map(number, case.need(node, node["fact"]))
    (found,) = [number(score) for band, score in node["bands"].items() if inside(value, band)]
    return found


def _graded(case: Case, node: Mapping[str, Any], points: F) -> F:
    (word,) = case.need(node, node["fact"])
    return number(node["levels"][word])


def _options(case: Case, node: Mapping[str, Any], points: F) -> F:
    (chosen,) = case.need(node, node["fact"])
    scores = [number(node["options"][word]) for word in chosen]
    return sum(scores, F(0)) if node["counting"] == "cumulative" else max([*scores, F(0)])


def _checklist(case: Case, node: Mapping[str, Any], points: F) -> F:
    (chosen,) = case.need(node, node["fact"])
    options = case.rules["facts"][node["fact"]]["options"]
    items = node.get("items") or dict.fromkeys(options, points / len(options))
    return sum(
        (F(items[word]) if isinstance(items[word], F) else number(items[word]) for word in chosen if word in items),
        F(0),
    )


def _all_or_nothing(case: Case, node: Mapping[str, Any], points: F) -> F:
    (value,) = case.need(node, node["fact"])
    kind = case.rules["facts"][node["fact"]]["type"]
    if kind == "choices":
        wanted = node.get("options") or case.rules["facts"][node["fact"]]["options"]
        return points if set(wanted) <= set(value) else F(0)
    if kind == "flag":
        return points * number(value)
    least, most = by_period(case, node.get("at_least")), by_period(case, node.get("at_most"))
    good = (least is None or number(value) >= number(least)) and (most is None or number(value) <= number(most))
    return points if good else F(0)


def _per_occurrence(case: Case, node: Mapping[str, Any], points: F) -> F:
    each = node["each"] if isinstance(node["each"], Mapping) else {node["fact"]: node["each"]}
    values = case.need(node, *each)
    start = points if all(number(e) < 0 for e in each.values()) else F(0)
    return start + sum((number(e) * number(v) for e, v in zip(each.values(), values, strict=True)), F(0))


def _sampled(case: Case, node: Mapping[str, Any], points: F) -> F:
    (sample,) = case.need(node, node["fact"])
    checked, passed = number(sample["checked"]), number(sample["passed"])
    if checked < int(node.get("minimum", 1)):
        raise Open
    if "each_failed" in node:
        return points + number(node["each_failed"]) * (checked - passed)
    return points * passed / checked if checked else F(0)


def _given(case: Case, node: Mapping[str, Any], points: F) -> F:
    (value,) = map(number, case.need(node, node["fact"]))
    return value * points / number(node.get("scale", points))


def _external(case: Case, node: Mapping[str, Any], points: F) -> F:
    entry = case.records.get("external", {}).get(node.get("record", node["id"]), {"state": "missing"})
    _strictest(case, node, [case.known(entry, "issued_on")])
    return number(entry["score"]) * points / number(node.get("scale", 100))


def _questions(node: Mapping[str, Any]) -> dict[str, F]:
    if "questions" in node:
        return {q: number(w) for q, w in node["questions"].items()}
    return {node.get("question", ""): F(1)}


def _weighted(pairs: list[tuple[F, F]]) -> F:
    weights = sum((w for w, _ in pairs), F(0))
    return sum((w * x for w, x in pairs), F(0)) / weights if weights else F(0)


def _mean_of_classes(node: Mapping[str, Any], means: Mapping[Any, F | None], weights: Mapping[Any, F]) -> F:
    """Classes without a mean are absent."""
    absent = node.get("absent_class", "block")
    if absent == "block" and None in means.values():
        raise Open
    pairs = []
    for name, mean in means.items():
        if mean is not None or absent == "zero":
            pairs.append((weights[name], mean or F(0)))
    return _weighted(pairs)


def _marks(entry: Mapping[str, Any], of_class: str, question: str) -> list[str]:
    given = entry.get("classes", {}).get(of_class, [])
    found = given.get(question, []) if isinstance(given, Mapping) else (given if question == "" else [])
    return list(found)


def _review(case: Case, node: Mapping[str, Any], points: F) -> F:
    entry = case.records.get("reviews", {}).get(node.get("record", node["id"]), {"state": "missing"})
    _strictest(case, node, [case.known(entry, "held_on")])
    trim = {k: int(v) for k, v in (node.get("trim") or {}).items()}
    least = int((node.get("minimum") or {}).get("marks", 0))
    classes = {c: number(w) for c, w in node["reviewers"].items()}
    scores = []
    nobody = not any(_marks(entry, c, q) for c in entry["classes"] for q in _asked_of(entry, c))
    if nobody:
        if node.get("absent_class", "block") == "block":
            raise Open
        _strictest(case, node, ["missing"])
    for question, weight in _questions(node).items():
        means: dict[str, F | None] = {}
        for name in classes:
            words = _marks(entry, name, question)
            if words and len(words) < least:
                raise Open
            marks = sorted(number(node["options"][w]) if "options" in node else number(w) for w in words)
            if trim and len(marks) > trim["when_more_than"]:
                marks = marks[trim.get("lowest", 0) : len(marks) - trim.get("highest", 0)]
            means[name] = sum(marks, F(0)) / len(marks) if marks else None
        scores.append((weight, _mean_of_classes(node, means, classes)))
    return _weighted(scores) * points / number(node.get("scale", 100))


def _asked_of(entry: Mapping[str, Any], of_class: str) -> list[str]:
    given = entry["classes"][of_class]
    return list(given) if isinstance(given, Mapping) else [""]


def count(entry: Mapping[str, Any], of_class: str | None, question: str) -> dict[str, int]:
    """Votes of a class (None: of all) by word, all channels; with 弃权, 无效 and the ballots ``issued``."""
    votes: dict[str, int] = {"弃权": 0, "无效": 0}
    for name, given in entry.get("classes", {}).items():
        if of_class not in {None, name}:
            continue
        for channel in given if isinstance(given, list) else [given]:
            tally = channel.get("questions", {}).get(question, {}) if "questions" in channel else channel
            if "questions" not in channel and "ballots" not in channel and question:
                tally = {}
            for word, n in (tally.get("tally") or {}).items():
                votes[word] = votes.get(word, 0) + int(n)
            votes["弃权"] += int(tally.get("abstain", 0))
            votes["无效"] += int(tally.get("invalid", 0))
            for ballot in tally.get("ballots", []):
                word = ballot.get(question) if isinstance(ballot, Mapping) else (None if question else ballot)
                if word is not None:
                    votes[word] = votes.get(word, 0) + 1
    return votes


def _issued(entry: Mapping[str, Any], classes: Iterable[str | None]) -> int | None:
    """Ballots issued to these classes; None if any channel does not say."""
    wanted = set(classes)
    total = 0
    for name, given in entry["classes"].items():
        if None not in wanted and name not in wanted:
            continue
        for channel in given if isinstance(given, list) else [given]:
            if "issued" not in channel:
                return None
            total += int(channel["issued"])
    return total


def _counted(node: Mapping[str, Any], votes: Mapping[str, int]) -> int:
    """Ballots in the denominator."""
    zeros = [w for w, key in (("弃权", "abstain"), ("无效", "invalid")) if node[key] == "zero"]
    return sum(n for word, n in votes.items() if word in node["options"] or word in zeros)


def _too_few(
    node: Mapping[str, Any], entry: Mapping[str, Any], votes: Mapping[str | None, Mapping[str, int]]
) -> bool:
    """Whether so few ballots on a question were cast, or none counts, that it is no survey."""
    if not any(_counted(node, tally) for tally in votes.values()):
        return True
    least = node.get("minimum") or {}
    cast = sum(sum(tally.values()) for tally in votes.values())
    turnout, issued = number(least.get("turnout", "0")), _issued(entry, votes)
    return cast < int(least.get("ballots", 0)) or bool(turnout and (issued is None or cast < turnout * issued))


def _survey(case: Case, node: Mapping[str, Any], points: F) -> F:
    entry = case.records.get("surveys", {}).get(node.get("record", node["id"]), {"state": "missing"})
    _strictest(case, node, [case.known(entry, "held_on")])
    classes: dict[str | None, F] = {None: F(1)}
    if node["voters"] != "pooled":
        classes = {name: number(weight) for name, weight in node["voters"].items()}
    scores, missing = [], False
    for question, weight in _questions(node).items():
        votes = {name: count(entry, name, question) for name in classes}
        counted = {name: _counted(node, tally) for name, tally in votes.items()}
        if _too_few(node, entry, votes):
            blocks = node.get("below_minimum") if any(counted.values()) else node.get("absent_class", "block")
            if blocks == "block":
                raise Open
            missing = True
        means: dict[str | None, F | None] = {}
        for name, tally in votes.items():
            points_of = sum((number(node["options"][w]) * n for w, n in tally.items() if w in node["options"]), F(0))
            means[name] = points_of / counted[name] if counted[name] else None
        if any(counted.values()):
            scores.append((weight, _mean_of_classes(node, means, classes)))
    if missing:
        _strictest(case, node, ["missing"])
    return _weighted(scores) * points / number(node.get("scale", 100))


def _pool_values(case: Case, node: Mapping[str, Any]) -> list[tuple[Case, F]]:
    """The pool's present values. A member whose fact is open leaves everything open."""
    found = []
    for member in case.pool:
        state, value = member.fact(node["fact"])
        if state == "present":
            found.append((member, number(value)))
            continue
        chosen = case.policies(node).get(state.replace("-", "_"), "block") if state != "pending" else "block"
        if chosen == "block":
            raise Open
    return found


def _rank(case: Case, node: Mapping[str, Any], points: F) -> F:
    step = number(node["each_lower"]) * (points if str(node["each_lower"]).endswith("%") else 1)
    if "fact" in node:
        (own,) = map(number, case.need(node, node["fact"]))
        values = [v for member, v in _pool_values(case, node) if member is not case]
        better = sum(v > own if node["better"] == "higher" else v < own for v in values)
        return points - step * better
    entry = case.records.get("reviews", {}).get(node.get("record", node["id"]), {"state": "missing"})
    state = case.known(entry, "held_on")
    ranks = [
        number(m) for given in entry.get("classes", {}).values() for m in given
    ] if state == "present" else []  # fmt: skip
    _strictest(case, node, [state if ranks or state != "present" else "missing"])
    return points - step * (sum(ranks, F(0)) / len(ranks) - 1)


def _best_of_pool(case: Case, node: Mapping[str, Any], points: F) -> F:
    state, value = case.fact(node["fact"])
    try:
        best = max((v for _, v in _pool_values(case, node)), default=F(0))
    except Open:
        if state in {"present", "pending", "missing"}:
            raise
        _strictest(case, node, ["pending"])
    _strictest(case, node, [state])
    if best == 0:
        return points if node["when_best_is_zero"] == "full" else F(0)
    return points * number(value) / best


FORMULAS = {
    "target": _target, "ratio": _ratio, "bands": _bands, "graded": _graded, "options": _options,
    "checklist": _checklist, "all-or-nothing": _all_or_nothing, "per-occurrence": _per_occurrence,
    "sampled": _sampled, "given": _given, "external": _external, "review": _review, "survey": _survey,
    "rank": _rank, "best-of-pool": _best_of_pool,
}  # fmt: skip


# ── from the tree to the total ──────────────────────────────────────


def adjustments(case: Case) -> dict[str, F]:
    """Points of each group, signed, after its cap."""
    found = {}
    for group in (case.rules.get("adjustments") or {}).get("groups") or []:
        if "periods" in group and case.key not in group["periods"]:
            continue
        amounts = []
        for item in group["items"]:
            state, value = case.fact(item["fact"])
            amount = F(0)
            if state == "present":
                amount = number(value) * number(item.get("each", 1))
            elif state == "pending" or (
                state == "missing" and (item.get("policies") or {}).get("missing", "block") not in {"zero", "exclude"}
            ):
                raise Open
            amounts.append(held(amount, "0", item.get("cap")))
        points = sum(amounts, F(0)) if group["counting"] == "cumulative" else max([*amounts, F(0)])
        points = held(points, "0", group.get("cap"))
        found[group["id"]] = points if group["direction"] == "bonus" else -points
    return found


def own_score(case: Case) -> F:
    """The posting's score with its adjustments, before earlier periods. Raises Open, Excluded."""
    total = {**(case.rules.get("total") or {})}
    root = {"id": "total", "criteria": case.rules["criteria"]}
    points = (
        number(total["out_of"]) if "out_of" in total else scale_of(case, {"id": "total", "parts": root["criteria"]})
    )
    try:
        value = held(mean_of_parts(case, root) * points, total.get("floor", "0"), total.get("ceiling", str(points)))
    finally:
        changes = adjustments(case)
    rule = case.rules.get("adjustments")
    if not rule:
        return value
    caps = rule.get("cap") or {}
    bonus = held(sum((p for p in changes.values() if p > 0), F(0)), None, caps.get("bonus"))
    off = held(sum((-p for p in changes.values() if p < 0), F(0)), None, caps.get("deduction"))
    return held(value + bonus - off, rule["floor"], rule["ceiling"]) if changes else value


# ── conditions, gates, grades ───────────────────────────────────────


def judged(case: Case, condition: Mapping[str, Any], total: F | None, ignore: bool = False) -> bool | str | None:
    """True, False, ``open``, or None where it does not apply; the parts that do not apply are left out of account."""
    for how, decided in (("any", True), ("all", False)):
        if how in condition:
            found = [judged(case, part, total, ignore) for part in condition[how]]
            if how == "all" and None in found:
                return False if False in found else None
            found = [truth for truth in found if truth is not None]
            if not found:
                return None
            return decided if decided in found else "open" if "open" in found else not decided
    if "not" in condition:
        truth = judged(case, condition["not"], total, ignore)
        return not truth if isinstance(truth, bool) else truth
    if "criterion" in condition:
        name = condition["criterion"]
        value = total if name == "total" else case.scores.get(name)
        return None if value is None else _compare(value, condition)
    if "survey" in condition:
        share = _quiet(lambda: _share(case, condition))
        return "open" if share is None else _compare(share, condition)
    return _fact_judged(case, condition, ignore)


def _fact_judged(case: Case, condition: Mapping[str, Any], ignore: bool) -> bool | str | None:
    state, value = case.fact(condition["fact"])
    if state in {"not-applicable", "excused"} or (state == "missing" and ignore):
        return None
    if state != "present":
        return "open"
    if "is" in condition:
        flag = case.rules["facts"][condition["fact"]]["type"] == "flag"
        return bool(number(value) == number(condition["is"]) if flag else value == condition["is"])
    if "includes" in condition:
        return condition["includes"] in value
    return _compare(number(value), condition)


def _compare(value: F, condition: Mapping[str, Any]) -> bool:
    signs = {
        "below": value.__lt__, "at_most": value.__le__, "above": value.__gt__, "at_least": value.__ge__,
        "equals": value.__eq__,
    }  # fmt: skip
    (sign,) = [s for s in signs if s in condition]
    return bool(signs[sign](number(condition[sign])))


def _share(case: Case, condition: Mapping[str, Any]) -> F:
    """Raises Open where the ballots do not count."""
    node = next(n for n in leaves(case, case.rules) if n["id"] == condition["survey"])
    node = {**((case.rules.get("defaults") or {}).get("survey") or {}), **node}
    entry = case.records.get("surveys", {}).get(node.get("record", node["id"]), {"state": "missing"})
    if case.known(entry, "held_on") != "present":
        raise Open
    names = [None] if node["voters"] == "pooled" else list(node["voters"])
    hits = counted = 0
    for question in _questions(node):
        votes = {name: count(entry, name, question) for name in names}
        if _too_few(node, entry, votes):
            raise Open
        for tally in votes.values():
            if not _counted(node, tally) and node.get("absent_class", "block") == "block":
                raise Open
            hits += sum(tally.get(word, 0) for word in condition["share_of"])
            counted += _counted(node, tally)
    return F(hits, counted)


def _in_any(cases: list[Case], condition: Mapping[str, Any], total: F | None, ignore: bool) -> bool:
    """Whether it holds in any posting. Raises Open if that is open and none decides."""
    found = [judged(case, condition, total, ignore) for case in cases]
    if True not in found and "open" in found:
        raise Open
    return True in found


def effects(cases: list[Case], total: F | None) -> list[tuple[str, Mapping[str, Any]]]:
    """The gates triggered in any of the cadre's postings, with what each does; a ladder counts over all of them."""
    found = []
    for gate in cases[0].rules.get("gates") or []:
        if "periods" in gate and cases[0].key not in gate["periods"]:
            continue
        ignore = gate.get("missing") == "ignore"
        if "when" in gate:
            if _in_any(cases, gate["when"], total, ignore):
                found.append((gate["id"], gate["effect"]))
            continue
        reached = F(0)
        for state, value in (case.fact(gate["count"]) for case in cases):
            if state == "pending" or (state == "missing" and not ignore):
                raise Open
            reached += number(value) if state == "present" else 0
        steps = [int(step) for step in gate["ladder"] if int(step) <= reached]
        if steps:
            found.append((gate["id"], gate["ladder"][str(max(steps))]))
    return found


def level(scale: Mapping[str, str], labels: Any) -> int | None:
    names = [labels] if isinstance(labels, str) else labels or []
    return next((n for n, label in enumerate(scale) if label in names), None)


# ── everybody ───────────────────────────────────────────────────────


@dataclass
class Outcome:
    """What one cadre got. ``grade`` is None without a scale; ``rank`` and ``grade`` may be ``open``."""

    cadre: str
    state: str
    total: F | None = None
    exact: F | None = None
    grade: str | None = None
    possible: tuple[str, ...] = ()
    rank: int | str | None = None
    criteria: dict[str, F | None] = field(default_factory=dict)
    adjustments: dict[str, F] = field(default_factory=dict)
    gates: tuple[str, ...] = ()
    pool: tuple[str, ...] = ()
    case: Case | None = field(default=None, repr=False)
    best_allowed: int = 0
    open_grade: bool = False


def period_days(rules: Mapping[str, Any], key: str, year: int) -> tuple[date, date]:
    doc = rules["periods"][key]
    first, last = (tuple(map(int, doc[end].split("-"))) for end in ("from", "to"))
    return date(year - int(doc.get("years", 1)) + 1, *first), date(year, *last)


def _last_day(posting: Mapping[str, Any]) -> date:
    if "ended" in posting:
        return date.fromisoformat(posting["ended"]["on"])
    return date.fromisoformat(posting["to"]) if "to" in posting else date(9999, 1, 1)


def served(posting: Mapping[str, Any], first: date, last: date) -> int:
    start, end = max(first, date.fromisoformat(posting["from"])), min(last, _last_day(posting))
    return max(0, (end - start).days + 1)


def assess(
    rules: Mapping[str, Any],
    rosters: list[Mapping[str, Any]],
    dossiers: list[Mapping[str, Any]],
    district: str,
    period: str,
    as_of: date | None = None,
    alone: bool = False,
) -> dict[str, Outcome]:
    """Everybody posted in the period; ``alone``: as if no earlier period had ever been assessed."""
    year, key = int(period[:4]), period[5:]
    first, last = period_days(rules, key, year)
    as_of = as_of or last
    doc = rules["periods"][key]
    earlier = {
        name: assess(rules, rosters, dossiers, district, f"{year}-{name}", as_of)
        for name in doc.get("combine") or {}
        if name != key and not alone
    }
    roster = {
        k: {x["id"]: x for r in rosters for x in r.get(k) or []} for k in ("hosts", "cadres", "postings", "townships")
    }
    own_units = {district, *roster["hosts"], *roster["townships"]}
    by_cadre: dict[str, list[Case]] = {}
    seen_last = max(first, min(last, as_of))
    for posting in roster["postings"].values():
        if not served(posting, first, last):
            continue
        records = next((d for d in dossiers if d["period"] == period and _is_of(d, posting)), {})
        place = {"township": roster["hosts"][posting["host"]]["township"], "host": posting["host"]}
        case = Case(rules, key, roster["cadres"][posting["cadre"]], posting, place, records, as_of)
        case.days = served(posting, first, seen_last)
        case.share = F(served(posting, first, last), (last - first).days + 1)
        by_cadre.setdefault(posting["cadre"], []).append(case)
    for cases in by_cadre.values():
        cases.sort(
            key=lambda c: (
                -served(c.posting, first, last),
                -date.fromisoformat(c.posting["from"]).toordinal(),
                c.posting["id"],
            )
        )
    outcomes = {}
    rule = rules.get("eligibility") or {}
    taking_part: dict[str, list[Case]] = {}
    for cadre, cases in sorted(by_cadre.items()):
        if _eligible(rule, cases, own_units, key, (first, last), seen_last):
            taking_part[cadre] = cases[:1] if rule.get("several_postings") == "longest" else cases
        else:
            outcomes[cadre] = Outcome(
                cadre,
                "not-assessed",
                pool=pool_of(cases[0], (rules.get("pools") or {}).get("by") or []),
                case=cases[0],
            )
    _score_leaves(list(taking_part.values()))
    for cadre, cases in taking_part.items():
        outcomes[cadre] = _outcome(
            rules, doc, cadre, cases, by_cadre[cadre], {k: found.get(cadre) for k, found in earlier.items()}
        )
    _rank_pools(rules, list(outcomes.values()))
    for quota in rules.get("quotas") or []:
        if _scales(rules, doc) and ("periods" not in quota or key in quota["periods"]):
            _give_places(rules, doc, quota, list(outcomes.values()))
    return outcomes


def _is_of(dossier: Mapping[str, Any], posting: Mapping[str, Any]) -> bool:
    return dossier["dossier"] == posting["cadre"] and dossier.get("posting", posting["id"]) == posting["id"]


def pool_of(case: Case, keys: Iterable[str]) -> tuple[str, ...]:
    values = {
        "category": case.cadre["category"], "role": case.posting["role"], "township": case.place["township"],
        "host": case.place["host"], "sending-unit": case.posting["sending_unit"],
    }  # fmt: skip
    return tuple(values[key] for key in keys)


def _eligible(
    rule: Mapping[str, Any], cases: list[Case], own: set[str], key: str, period: tuple[date, date], today: date
) -> bool:
    """By the relation as it is today, and the service as it will be at the end of the period."""
    first, last = period
    if rule.get("assessment_relation", "required") == "required":
        held_by = []
        for posting in (case.posting for case in cases):
            since, until = max(first, date.fromisoformat(posting["from"])), min(today, _last_day(posting))
            held_by.append(_holder(posting, since, until))
        if not any(unit in own for unit in held_by):
            return False
    least = rule.get("minimum_service")
    least = least.get(key) if isinstance(least, Mapping) else least
    if least is None:
        return True
    since = first if rule["service"] == "within-period" else date.min
    days = max(1, sum(served(case.posting, since, last) for case in cases))
    end = min(last, max(_last_day(case.posting) for case in cases))
    return _after(end - timedelta(days=days - 1), least) <= end + timedelta(days=1)


def _after(start: date, length: str) -> date:
    match = re.fullmatch(r"(\d+)\s*(\D+)", length)
    assert match
    n, unit = int(match[1]), match[2]
    if unit.startswith(("d", "天")):
        return start + timedelta(days=n)
    months = start.month - 1 + n * (12 if unit.startswith(("y", "年")) else 1)
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def _holder(posting: Mapping[str, Any], first: date, last: date) -> str | None:
    """Who holds the assessment relation on the last day; what was returned on the day of leaving counts as held."""
    if first > last:
        return None
    transfer = (posting.get("transfers") or {}).get("assessment")
    if transfer is None:
        return str(posting["sending_unit"])
    back = date.fromisoformat(transfer["returned"]) if "returned" in transfer else None
    day = last - timedelta(days=1) if "ended" in posting and back == _last_day(posting) == last else last
    moved = date.fromisoformat(transfer["effective"]) <= day and (back is None or day < back)
    return str(transfer["to"] if moved else transfer.get("from", posting["sending_unit"]))


def _score_leaves(by_cadre: list[list[Case]]) -> None:
    """Every leaf of everybody, pool means last. A cadre is in the pool of the longest posting only."""
    cases = [case for own in by_cadre for case in own]
    for case in cases:
        keys = (case.rules.get("pools") or {}).get("by") or []
        case.pool = [own[0] for own in by_cadre if pool_of(own[0], keys) == pool_of(case, keys)]
    for case in cases:
        for node in leaves(case, case.rules):
            try:
                case.raw[node["id"]] = leaf(case, node)
            except (Open, Excluded, MeanOfPool) as state:
                case.raw[node["id"]] = state
    means = []
    for case in cases:
        for name, value in case.raw.items():
            if isinstance(value, MeanOfPool):
                means.append((case, name, _mean_in_pool(case, name)))
    for case, name, mean in means:
        case.raw[name] = mean


def _mean_in_pool(case: Case, name: str) -> F | Open:
    node = next(n for n in leaves(case, case.rules) if n["id"] == name)
    present = []
    for other in case.pool:
        value = other.raw[name]
        if isinstance(value, Open):
            return Open()
        if isinstance(value, F) and not _by_zero_policy(other, node):
            present.append(value)
    return sum(present, F(0)) / len(present) if present else Open()


def _by_zero_policy(case: Case, node: Mapping[str, Any]) -> bool:
    """Whether the leaf's 0 came from a policy, not from a present fact."""
    try:
        FORMULAS[node["kind"]](case, {**((case.rules.get("defaults") or {}).get(node["kind"]) or {}), **node}, F(1))
    except Settled:
        return True
    except (Open, Excluded, MeanOfPool):
        return False
    return False


def _scales(rules: Mapping[str, Any], doc: Mapping[str, Any]) -> Any:
    scales = doc.get("grades", rules["grades"])
    return None if scales == "none" else scales


def _outcome(
    rules: Mapping[str, Any],
    doc: Mapping[str, Any],
    cadre: str,
    cases: list[Case],
    everywhere: list[Case],
    earlier: Mapping[str, Outcome | None],
) -> Outcome:
    """``cases`` are the postings that count for the score, ``everywhere`` all of them."""
    main = cases[0]
    pool = pool_of(main, (rules.get("pools") or {}).get("by") or [])
    out = Outcome(cadre, "final", pool=pool, case=main)
    try:
        out.exact = _combined(doc, main, _own(rules, cases), earlier)
        out.total = rounded(out.exact, rules.get("rounding") or {})
    except Open:
        out.state = "pending"
    except Excluded:
        out.state = "not-assessed"
    out.criteria = main.scores
    out.adjustments = _quiet(lambda: adjustments(main)) or {}
    if out.state == "not-assessed":
        return out
    for case in everywhere:
        case.scores = main.scores
    for exclusion in (rules.get("eligibility") or {}).get("exclusions") or []:
        ignore = exclusion.get("missing") == "ignore"
        holding = _quiet(lambda: _in_any(everywhere, exclusion["when"], out.total, ignore))  # noqa: B023
        if holding:
            return Outcome(cadre, "not-assessed", pool=pool, case=main)
        if holding is None:
            out.state = "pending"
    if out.state == "final":
        _grade(rules, doc, out, everywhere)
    return out


def _own(rules: Mapping[str, Any], cases: list[Case]) -> F:
    """The period's own score over the postings that count."""
    owns: list[tuple[F, int]] = []
    is_open = len(cases) > 1 and (rules.get("eligibility") or {}).get("several_postings", "block") == "block"
    for case in cases:
        try:
            owns.append((own_score(case), case.days))
        except Open:
            is_open = True
        except Excluded:
            pass
    if is_open:
        raise Open
    if not owns:
        raise Excluded
    return owns[0][0] if len(cases) == 1 else sum((s * d for s, d in owns), F(0)) / sum(d for _, d in owns)


def _quiet(call: Any) -> Any:
    try:
        return call()
    except Open:
        return None


def _combined(doc: Mapping[str, Any], main: Case, own: F, earlier: Mapping[str, Outcome | None]) -> F:
    if not doc.get("combine"):
        return own
    pairs = []
    for name, weight in doc["combine"].items():
        recorded = main.records.get("earlier", {}).get(name)
        before = earlier.get(name)
        if name == main.key:
            pairs.append((number(weight), own))
        elif recorded is not None:
            pairs.append((number(weight), number(recorded["total"])))
        elif before is not None and before.state == "pending":
            raise Open
        elif before is not None and before.state == "final" and before.exact is not None and before.total is not None:
            pairs.append((number(weight), before.total if doc["carry"] == "rounded" else before.exact))
        elif doc["absent"] == "zero":
            pairs.append((number(weight), F(0)))
        elif doc["absent"] == "block":
            raise Open
    return _weighted(pairs)


def compared(rules: Mapping[str, Any], out: Outcome) -> F:
    value = out.exact if rules.get("compare") == "exact" else out.total
    assert value is not None
    return value


def _grade(rules: Mapping[str, Any], doc: Mapping[str, Any], out: Outcome, everywhere: list[Case]) -> None:
    assert out.case is not None
    for case in everywhere:
        case.scores = out.case.scores
    try:
        found = effects(everywhere, out.total)
    except Open:
        out.open_grade = True
        return
    out.gates = tuple(name for name, _ in found)
    scales = _scales(rules, doc)
    if scales is None:
        return
    scale = scales.get(out.case.cadre["category"]) or scales.get("any")
    if scale is None:
        return
    value = compared(rules, out)
    (by_score,) = [n for n, band in enumerate(scale.values()) if band != "by quota" and inside(value, band)]
    caps = [n for _, e in found if (n := level(scale, e.get("cap_grade"))) is not None]
    forced = [n for _, e in found if (n := level(scale, e.get("force_grade"))) is not None]
    index = max([max(forced) if forced else by_score, *caps])
    out.best_allowed = max([0, *caps, *forced])
    out.grade = list(scale)[index]
    out.possible = (out.grade,)


def _groups(rules: Mapping[str, Any], outcomes: list[Outcome]) -> list[list[Outcome]]:
    """Best first; those that nothing tells apart together."""
    groups = _split(outcomes, lambda o: compared(rules, o))
    for link in (rules.get("ties") or ["open"])[:-1]:
        finer = []
        for group in groups:
            keys = [o.exact if link == "exact" else o.criteria.get(link) for o in group]
            if None in keys:
                finer.append(group)
            else:
                finer += _split(group, lambda o: o.exact if link == "exact" else o.criteria[link])  # noqa: B023
        groups = finer
    return groups


def _split(outcomes: list[Outcome], key: Any) -> list[list[Outcome]]:
    values = sorted({key(o) for o in outcomes}, reverse=True)
    return [[o for o in outcomes if key(o) == value] for value in values]


def _rank_pools(rules: Mapping[str, Any], outcomes: list[Outcome]) -> None:
    for pool in {o.pool for o in outcomes}:
        members = [o for o in outcomes if o.pool == pool and o.state != "not-assessed"]
        if any(o.state == "pending" for o in members):
            for o in members:
                o.rank = "open"
            continue
        ahead = 0
        for group in _groups(rules, members):
            for o in group:
                o.rank = ahead + 1
            ahead += len(group)


def places(quota: Mapping[str, Any], base: int) -> int:
    exact = number(quota["share"]) * base
    whole = exact.numerator // exact.denominator
    rest = exact - whole
    if (quota["round"] == "ceil" and rest) or (quota["round"] == "half-up" and rest >= F(1, 2)):
        whole += 1
    return min(base, max(whole, int(quota.get("at_least", 0))))


def _give_places(
    rules: Mapping[str, Any], doc: Mapping[str, Any], quota: Mapping[str, Any], outcomes: list[Outcome]
) -> None:
    known = [o for o in outcomes if o.case is not None]
    keys = quota["pool_by"]
    for pool in {pool_of(o.case, keys) for o in known if o.case is not None}:
        members = [o for o in known if o.case is not None and pool_of(o.case, keys) == pool]
        counted = [o for o in members if quota["base"] == "posted" or o.state != "not-assessed"]
        assessed = [o for o in members if o.state != "not-assessed"]
        try:
            if any(o.state == "pending" or o.open_grade for o in assessed):
                raise Open
            claims = [claim for o in assessed if (claim := _claim(rules, doc, quota, o)) is not None]
        except Open:
            for o in members:
                o.open_grade = True
            continue
        _fill(_groups(rules, [o for o, _, _ in claims]), claims, places(quota, len(counted)))


def _claim(
    rules: Mapping[str, Any], doc: Mapping[str, Any], quota: Mapping[str, Any], out: Outcome
) -> tuple[Outcome, str, str] | None:
    """The grades within and beyond the places, for whom they are at stake. Who is barred loses the better one."""
    assert out.case is not None
    scales = _scales(rules, doc)
    scale = scales.get(out.case.cadre["category"]) or scales.get("any")
    top = level(scale, quota["grade"]) if scale else None
    if top is None:
        return None
    labels = list(scale)
    by_quota = scale[labels[top]] == "by quota"
    if out.possible != (labels[top + by_quota],) or (by_quota and out.best_allowed > top):
        return None
    barred = "excluded" in quota and judged(out.case, quota["excluded"], out.total)
    if barred == "open":
        raise Open
    if barred or ("minimum_score" in quota and compared(rules, out) < number(quota["minimum_score"])):
        out.grade = labels[top + 1]
        out.possible = (out.grade,)
        return None
    return out, labels[top], labels[top + 1]


def _fill(groups: list[list[Outcome]], claims: list[tuple[Outcome, str, str]], room: int) -> None:
    """Best first; a tie across the last place leaves both grades possible."""
    grades = {o.cadre: (top, below) for o, top, below in claims}
    ahead = 0
    for group in groups:
        for o in group:
            top, below = grades[o.cadre]
            o.possible = (top,) if ahead + len(group) <= room else (below,) if ahead >= room else (top, below)
            o.grade = o.possible[0] if len(o.possible) == 1 else None
        ahead += len(group)
