"""Random rulesets, rosters and dossiers that belong together, as plain data.

``worlds()`` draws a ruleset and what is on record under it. Everything is written as text, as people write it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from build import people, person, text

TRIES = int(os.environ.get("TRIES", "1"))


def tries(count: int) -> settings:
    """How often a test is tried."""
    return settings(max_examples=count * TRIES)


KINDS = (
    "all-or-nothing", "bands", "best-of-pool", "checklist", "external", "given", "graded", "options", "per-occurrence",
    "rank", "ratio", "review", "sampled", "survey", "target",
)  # fmt: skip
WORDS = ("甲", "乙", "丙", "丁")
MODES = ("half-up", "half-even", "up", "down")
POLICIES = ("block", "zero", "exclude", "pool-mean")
CLASSES = ("street", "host", "residents")
STATES = ("missing", "not-applicable", "excused")

Leaf = dict[str, Any]
Facts = dict[str, dict[str, Any]]


@frozen
class World:
    """A ruleset with a roster and dossiers for ``period``."""

    rules: dict[str, Any]
    roster: dict[str, Any]
    dossiers: list[dict[str, Any]]
    period: str = "2025-year-end"
    drawn: dict[str, Any] = field(factory=dict)


def numbers(low: int = 0, high: int = 100) -> SearchStrategy[Fraction]:
    """Numbers with few decimals; some of them whole, some hard to round."""
    whole = st.integers(low, high).map(Fraction)
    tenths = st.integers(low * 10, high * 10).map(lambda n: Fraction(n, 10))
    thousandths = st.integers(low * 1000, high * 1000).map(lambda n: Fraction(n, 1000))
    return st.one_of(whole, tenths, thousandths)


@st.composite
def weights(draw: DrawFn, count: int) -> list[str]:
    """Weights that sum to 100."""
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=count - 1, max_size=count - 1, unique=True)))
    return [str(b - a) for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]


def by_words(values: SearchStrategy[Fraction]) -> SearchStrategy[dict[str, Fraction]]:
    def named(drawn: list[Fraction]) -> dict[str, Fraction]:
        return dict(zip(WORDS, drawn, strict=False))

    return st.lists(values, min_size=2, max_size=4).map(named)


def roundings() -> SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"places": st.sampled_from(["0", "1", "2"]), "mode": st.sampled_from(MODES)})


def policies() -> SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({
        key: st.sampled_from(POLICIES[1:]) for key in ("missing", "not_applicable", "excused")
    })  # fmt: skip


@st.composite
def partitions(draw: DrawFn, low: int, high: int, most: int = 3) -> list[str]:
    """Ranges from low numbers to high ones that cover the line, with cuts between ``low`` and ``high``."""
    cuts = sorted(set(draw(st.lists(numbers(low, high), min_size=1, max_size=most))))
    lower = [draw(st.booleans()) for _ in cuts]  # whether a cut belongs to the lower range
    ranges = [f"{'<=' if lower[0] else '<'} {text(cuts[0])}"]
    for n in range(len(cuts) - 1):
        opening, closing = "(" if lower[n] else "[", "]" if lower[n + 1] else ")"
        ranges.append(f"{opening}{text(cuts[n])}, {text(cuts[n + 1])}{closing}")
    return [*ranges, f"{'>' if lower[-1] else '>='} {text(cuts[-1])}"]


# ── leaves ──────────────────────────────────────────────────────────


def _count(facts: Facts, name: str, **more: str) -> str:
    facts[name] = {"type": "count", **more}
    return name


def _words(facts: Facts, name: str, kind: str, options: Sequence[str]) -> str:
    facts[name] = {"type": kind, "options": list(options)}
    return name


def _target(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    leaf: Leaf = {"fact": _count(facts, name)}
    leaf["target"] = draw(st.sampled_from(["posting", "3", "7", "2.5"]))
    if draw(st.booleans()):
        leaf["each_short"] = draw(st.sampled_from(["0.5", "1", "1/3"]))
    return leaf


def _ratio(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    leaf: Leaf = {}
    if draw(st.booleans()):
        facts[name] = {"type": "rate"}
        leaf["fact"] = name
    else:
        leaf = {"part": _count(facts, f"{name}p"), "whole": _count(facts, f"{name}w")}
        leaf["when_whole_is_zero"] = draw(st.sampled_from(["full", "zero", "exclude"]))
    if draw(st.booleans()):
        leaf["full_at"] = "98%"
    return leaf


def _bands(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    facts[name] = draw(st.sampled_from([{"type": "number"}, {"type": "number", "at_least": "0", "at_most": "60"}]))
    ranges = draw(partitions(5, 50))
    return {"fact": name, "bands": {r: text(draw(numbers(0, points))) for r in ranges}}


def _graded(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    levels = draw(by_words(numbers(0, points)))
    return {"fact": _words(facts, name, "choice", list(levels)), "levels": {w: text(n) for w, n in levels.items()}}


def _options(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    options = draw(by_words(numbers(0, points)))
    counting = draw(st.sampled_from(["cumulative", "highest"]))
    written = {w: text(n) for w, n in options.items()}
    return {"fact": _words(facts, name, "choices", list(options)), "options": written, "counting": counting}


def _checklist(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    leaf: Leaf = {"fact": _words(facts, name, "choices", WORDS)}
    if draw(st.booleans()):
        shares = [Fraction(int(w) * points, 100) for w in draw(weights(3))]
        leaf["items"] = {w: text(s) for w, s in zip(WORDS, shares, strict=False)}
    return leaf


def _all_or_nothing(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    form = draw(st.sampled_from(["choices", "flag", "at_least", "at_most", "both"]))
    if form == "choices":
        leaf: Leaf = {"fact": _words(facts, name, "choices", WORDS)}
        return leaf | ({"options": list(WORDS[:2])} if draw(st.booleans()) else {})
    if form == "flag":
        facts[name] = {"type": "flag"}
        return {"fact": name}
    leaf = {"fact": _count(facts, name)}
    if form in {"at_least", "both"}:
        leaf["at_least"] = draw(st.sampled_from(["2", "3.5"]))
    if form in {"at_most", "both"}:
        leaf["at_most"] = draw(st.sampled_from(["4", "5.5"]))
    return leaf


def _per_occurrence(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    sign = draw(st.sampled_from(["-", ""]))
    step = st.sampled_from(["1", "0.5", "0.25", "3"])
    if draw(st.booleans()):
        return {"fact": _count(facts, name), "each": sign + draw(step)}
    names = [_count(facts, f"{name}a"), _count(facts, f"{name}b", at_most="9")]
    return {"each": {n: sign + draw(step) for n in names}}


def _sampled(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    facts[name] = {"type": "sample"}
    leaf: Leaf = {"fact": name}
    if draw(st.booleans()):
        leaf["each_failed"] = draw(st.sampled_from(["-1", "-0.3"]))
    return leaf | draw(st.sampled_from([{}, {"minimum": "2"}]))


def _given(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    facts[name] = {"type": "number", "at_least": "0", "at_most": "120"}
    return {"fact": name} | draw(st.sampled_from([{}, {"scale": "100"}, {"scale": "30"}]))


def _external(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    return draw(st.sampled_from([{}, {"scale": "10"}, {"record": f"{name}x", "scale": "3"}]))


def _classes(draw: DrawFn, key: str) -> Leaf:
    count = draw(st.integers(1, 3))
    leaf: Leaf = {key: dict(zip(CLASSES, draw(weights(count)), strict=False))}
    if count > 1:
        leaf["absent_class"] = draw(st.sampled_from(["block", "renormalise", "zero"]))
    asked = draw(st.sampled_from(["none", "none", "one", "several"]))
    if asked == "one":
        leaf["question"] = "q1"
    if asked == "several":
        leaf["questions"] = dict(zip(("q1", "q2"), draw(weights(2)), strict=True))
    return leaf


def _review(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    leaf = _classes(draw, "reviewers")
    if draw(st.booleans()):
        leaf["options"] = {w: text(n) for w, n in draw(by_words(numbers(0, 100))).items()} | {WORDS[0]: "100"}
    else:
        leaf["scale"] = draw(st.sampled_from(["100", "10"]))
    trim = draw(st.sampled_from([None, ("1", "1", "3"), ("1", "0", "1"), ("2", "1", "3"), ("0", "1", "2")]))
    if trim is not None:
        leaf["trim"] = dict(zip(("highest", "lowest", "when_more_than"), trim, strict=True))
    if draw(st.booleans()):
        leaf["minimum"] = {"marks": draw(st.sampled_from(["1", "2"]))}
    return leaf


def _survey(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    leaf = _classes(draw, "voters")
    if draw(st.integers(0, 4)) == 0:
        leaf["voters"] = "pooled"
    options = {w: text(n) for w, n in draw(by_words(numbers(0, 100))).items()}
    leaf["options"] = options | {WORDS[0]: "100"}
    leaf["abstain"], leaf["invalid"] = (draw(st.sampled_from(["exclude", "zero"])) for _ in range(2))
    if draw(st.booleans()):
        leaf["minimum"] = draw(
            st.sampled_from([{"ballots": "4"}, {"turnout": "50%"}, {"ballots": "2", "turnout": "2/3"}])
        )
        leaf["below_minimum"] = draw(st.sampled_from(["block", "missing"]))
    return leaf


def _rank(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    leaf: Leaf = {"each_lower": draw(st.sampled_from(["2%", "0.5", "1"]))}
    if draw(st.booleans()):
        return leaf | {"fact": _count(facts, name), "better": draw(st.sampled_from(["higher", "lower"]))}
    return leaf


def _best_of_pool(draw: DrawFn, name: str, points: int, facts: Facts) -> Leaf:
    return {"fact": _count(facts, name), "when_best_is_zero": draw(st.sampled_from(["full", "zero"]))}


_LEAVES: Mapping[str, Callable[[DrawFn, str, int, Facts], Leaf]] = {
    "target": _target, "ratio": _ratio, "bands": _bands, "graded": _graded, "options": _options,
    "checklist": _checklist, "all-or-nothing": _all_or_nothing, "per-occurrence": _per_occurrence,
    "sampled": _sampled, "given": _given, "external": _external, "review": _review, "survey": _survey,
    "rank": _rank, "best-of-pool": _best_of_pool,
}  # fmt: skip


@st.composite
def leaves(draw: DrawFn, name: str, facts: Facts, kinds: Sequence[str] = KINDS, own_policies: bool = True) -> Leaf:
    """A leaf on a scale of its own, with limits and rounding of any sort; its facts are added to ``facts``."""
    kind = draw(st.sampled_from(kinds))
    points = draw(st.sampled_from([4, 5, 6, 10, 12, 100]))
    leaf: Leaf = {"id": name, "points": str(points), "kind": kind, "title": f"指标{name}"}
    leaf |= _LEAVES[kind](draw, name, points, facts)
    if draw(st.integers(0, 3)) == 0:
        leaf["rounding"] = draw(roundings())
    if draw(st.integers(0, 4)) == 0:
        leaf["floor"] = draw(st.sampled_from(["none", "-2", "1"]))
    if draw(st.integers(0, 4)) == 0:
        lower = [] if kind in {"bands", "graded", "options"} else ["3"]  # a level above the ceiling is refused
        leaf["ceiling"] = draw(st.sampled_from(["none", str(points + 2), *lower]))
    if own_policies and draw(st.integers(0, 2)) == 0:
        leaf["policies"] = draw(policies())
    return leaf


@st.composite
def trees(draw: DrawFn, facts: Facts, kinds: Sequence[str] = KINDS, own_policies: bool = True) -> list[Leaf]:
    """Criteria: leaves, and groups of one more floor, summed or weighted."""
    number = iter(range(1, 100))
    parts: list[Leaf] = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.integers(0, 2)) == 0:
            inner = [
                draw(leaves(f"k{next(number)}", facts, kinds, own_policies)) for _ in range(draw(st.integers(1, 3)))
            ]
            group: Leaf = {"id": f"g{next(number)}", "parts": inner}
            if draw(st.booleans()):
                for part, weight in zip(inner, draw(weights(len(inner))), strict=True):
                    part["weight"] = weight
                group["points"] = draw(st.sampled_from(["10", "20"]))
            if draw(st.integers(0, 3)) == 0:
                group["rounding"] = draw(roundings())
            if draw(st.integers(0, 4)) == 0:
                group |= draw(st.sampled_from([{"floor": "none"}, {"ceiling": "4"}, {"floor": "2"}]))
            parts.append(group)
        else:
            parts.append(draw(leaves(f"k{next(number)}", facts, kinds, own_policies)))
    if draw(st.booleans()):
        for part, weight in zip(parts, draw(weights(len(parts))), strict=True):
            part["weight"] = weight
    return parts


def scale(parts: Sequence[Leaf]) -> Fraction:
    """The points of a list of parts."""
    if any("weight" in part for part in parts):
        return Fraction(100)
    return sum((Fraction(p["points"]) if "points" in p else scale(p["parts"]) for p in parts), Fraction(0))


# ── what follows the tree ───────────────────────────────────────────


@st.composite
def adjustments(draw: DrawFn, facts: Facts) -> dict[str, Any]:
    groups = []
    limits = st.sampled_from(["none", "1", "2.5"])
    for n, direction in enumerate(draw(st.sampled_from([["bonus"], ["deduction"], ["bonus", "deduction"]]))):
        items = []
        for m in range(draw(st.integers(1, 2))):
            fact = f"adj{n}{m}"
            facts[fact] = {"type": draw(st.sampled_from(["count", "flag"]))}
            item = {"id": fact, "fact": fact, "each": draw(st.sampled_from(["1", "0.5", "1/3"])), "cap": draw(limits)}
            items.append(item | {"policies": {"missing": "zero"}})
        counting = draw(st.sampled_from(["cumulative", "highest"]))
        groups.append(
            {"id": f"adj{n}", "direction": direction, "counting": counting, "cap": draw(limits), "items": items}
        )
    found: dict[str, Any] = {
        "ceiling": draw(st.sampled_from(["none", "100"])),
        "floor": draw(st.sampled_from(["0", "none"])),
    }
    if draw(st.booleans()):
        found["cap"] = {"bonus": draw(limits), "deduction": draw(limits)}
    return found | {"groups": groups}


GRADES = ("优秀", "称职", "基本称职", "不称职")


@st.composite
def grade_scales(draw: DrawFn, out_of: Fraction, by_quota: bool = False) -> dict[str, str]:
    """Bands over the middle of the scale, best first, that cover the line."""
    low, high = int(out_of * 3 / 10), int(out_of * 9 / 10)
    ranges = draw(partitions(low, max(high, low + 1), 2 if by_quota else 3))[::-1]
    labels = GRADES[4 - len(ranges) - by_quota :]
    return dict(zip(labels, ["by quota"] * by_quota + ranges, strict=True))


@st.composite
def gates(draw: DrawFn, facts: Facts, labels: Sequence[str], criteria: Sequence[Leaf]) -> list[dict[str, Any]]:
    """Any sort of condition; effects that cap, force or only note."""

    def effect() -> dict[str, Any]:
        key = draw(st.sampled_from(["cap_grade", "force_grade", "note"]))
        return {key: "提示"} if key == "note" or not labels else {key: [draw(st.sampled_from(labels[1:]))]}

    facts["gate_n"] = {"type": "count"}
    facts["gate_f"] = {"type": "flag"}
    facts["gate_w"] = {"type": "choices", "options": list(WORDS[:2])}
    sign = st.sampled_from(["below", "at_most", "above", "at_least", "equals"])
    surveys = [(leaf["id"], list(leaf["options"])) for leaf in _flat(criteria) if leaf.get("kind") == "survey"]

    def simple() -> dict[str, Any]:
        forms: list[dict[str, Any]] = [
            {"fact": "gate_n", draw(sign): draw(st.sampled_from(["1", "2", "2.5"]))},
            {"fact": "gate_f", "is": draw(st.sampled_from(["yes", "no"]))},
            {"fact": "gate_w", "includes": draw(st.sampled_from(WORDS[:2]))},
            {"criterion": "total", draw(sign): draw(st.sampled_from(["5", "40.5", "70"]))},
            {
                "criterion": draw(st.sampled_from([c["id"] for c in criteria])),
                draw(sign): draw(st.sampled_from(["2", "3"])),
            },
        ]
        forms += [{"survey": i, "share_of": options[:1], draw(sign): "50%"} for i, options in surveys]
        return draw(st.sampled_from(forms))

    found: list[dict[str, Any]] = []
    for n in range(draw(st.integers(0, 3))):
        form = draw(st.sampled_from(["simple", "any", "all", "not", "ladder"]))
        gate: dict[str, Any] = {"id": f"gate{n}"}
        if form == "ladder":
            gate |= {"count": "gate_n", "ladder": {str(step): effect() for step in (1, 3)}}
        else:
            when = simple() if form == "simple" else {form: simple() if form == "not" else [simple(), simple()]}
            gate |= {"when": when, "effect": effect()}
        found.append(gate | draw(st.sampled_from([{}, {"missing": "ignore"}])))
    return found


def _flat(parts: Sequence[Leaf]) -> list[Leaf]:
    return [leaf for part in parts for leaf in (_flat(part["parts"]) if "parts" in part else [part])]


@st.composite
def rulesets(
    draw: DrawFn, kinds: Sequence[str] = KINDS, own_policies: bool = True, combine: bool = True
) -> dict[str, Any]:
    """A whole ruleset."""
    facts: Facts = {}
    criteria = draw(trees(facts, kinds, own_policies))
    out_of = scale(criteria)
    rules: dict[str, Any] = {
        "ruleset": "r",
        "facts": facts,
        "policies": {"missing": "zero", "not_applicable": "exclude", "excused": "exclude"},
    }
    if own_policies:
        rules["policies"] = draw(policies())
    if draw(st.booleans()):
        rules["rounding"] = draw(roundings())
    if draw(st.integers(0, 3)) == 0:
        rules["total"] = draw(st.sampled_from([{"floor": "none"}, {"ceiling": "none"}]))
    if draw(st.integers(0, 3)) == 0:
        rules["compare"] = "exact"
    periods: dict[str, Any] = {"year-end": {"from": "01-01", "to": "12-31"}}
    if combine and draw(st.integers(0, 2)) == 0:
        periods["mid-year"] = {"from": "01-01", "to": "06-30", "grades": "none"}
        rule = st.fixed_dictionaries({
            "carry": st.sampled_from(["rounded", "exact"]), "absent": st.sampled_from(["zero", "renormalise", "block"]),
        })  # fmt: skip
        share = draw(weights(2))
        periods["year-end"] |= {"combine": {"mid-year": share[0], "year-end": share[1]}} | draw(rule)
    rules |= {"periods": periods, "criteria": criteria, "grades": "none"}
    if draw(st.booleans()):
        rules["adjustments"] = draw(adjustments(facts))
    rules["categories"] = {"a": "甲类", "b": "乙类"}
    rules["pools"] = {"by": draw(st.sampled_from([[], ["category"], ["role"], ["township", "category"]]))}
    ids = [leaf["id"] for leaf in _flat(criteria)]
    rules["ties"] = [*draw(st.lists(st.sampled_from([*ids, "exact"]), max_size=2, unique=True)), "open"]
    if draw(st.integers(0, 3)):
        quota = draw(st.booleans())
        scale_of = draw(grade_scales(out_of, quota and draw(st.booleans())))
        rules["grades"] = {"any": scale_of}
        rules["gates"] = draw(gates(facts, list(scale_of), criteria))
        if quota:
            rules["quotas"] = [draw(quotas(next(iter(scale_of)), out_of))]
    return rules


@st.composite
def quotas(draw: DrawFn, label: str, out_of: Fraction) -> dict[str, Any]:
    quota: dict[str, Any] = {
        "id": "q", "grade": [label], "share": draw(st.sampled_from(["20%", "1/3", "50%", "0"])),
        "round": draw(st.sampled_from(["floor", "half-up", "ceil"])),
        "base": draw(st.sampled_from(["assessed", "posted"])),
        "pool_by": draw(st.sampled_from([[], ["category"], ["role"]])),
    }  # fmt: skip
    if draw(st.integers(0, 2)) == 0:
        quota["at_least"] = "1"
    if draw(st.integers(0, 2)) == 0:
        quota["minimum_score"] = text(out_of / 2)
    if draw(st.integers(0, 2)) == 0:
        quota["excluded"] = {"fact": "gate_f", "is": "yes"}
    return quota


# ── records ─────────────────────────────────────────────────────────


@st.composite
def values(draw: DrawFn, doc: Mapping[str, Any]) -> Any:
    """A present value of a fact."""
    kind = doc["type"]
    if kind == "count":
        return str(draw(st.integers(int(doc.get("at_least", 0)), int(doc.get("at_most", 12)))))
    if kind == "rate":
        return draw(st.sampled_from(["0", "100%", "97.5%", "98%", "2/3", "12.34%"]))
    if kind == "number":
        return text(draw(numbers(int(doc.get("at_least", -20)), int(doc.get("at_most", 80)))))
    if kind == "flag":
        return draw(st.sampled_from(["yes", "no"]))
    if kind == "choice":
        return draw(st.sampled_from(doc["options"]))
    if kind == "choices":
        return draw(st.lists(st.sampled_from(doc["options"]), unique=True))
    checked = draw(st.integers(0 if draw(st.integers(0, 5)) == 0 else 2, 9))
    return {"checked": str(checked), "passed": str(draw(st.integers(0, checked)))}


@st.composite
def reviews(draw: DrawFn, leaf: Leaf) -> dict[str, Any]:
    if leaf["kind"] == "rank":
        classes = {name: draw(st.lists(st.integers(1, 9).map(str), max_size=3)) for name in CLASSES[:2]}
        return {"classes": classes}
    if "options" in leaf:
        mark: SearchStrategy[str] = st.sampled_from(list(leaf["options"]))
    else:
        mark = numbers(0, int(leaf.get("scale", 100))).map(text)
    few = st.lists(mark, min_size=0 if draw(st.integers(0, 4)) == 0 else 2, max_size=5)
    asked = list(leaf.get("questions", {})) or ([leaf["question"]] if "question" in leaf else [])
    return {"classes": {n: {q: draw(few) for q in asked} if asked else draw(few) for n in leaf["reviewers"]}}


@st.composite
def surveys(draw: DrawFn, leaf: Leaf) -> dict[str, Any]:
    asked = list(leaf.get("questions", {})) or ([leaf["question"]] if "question" in leaf else [])
    most = 1 if draw(st.integers(0, 4)) == 0 else 7
    words = list(leaf["options"])

    def votes() -> dict[str, Any]:
        tally = {word: str(draw(st.integers(0, most))) for word in words}
        return {"tally": tally, "abstain": str(draw(st.integers(0, 2))), "invalid": str(draw(st.integers(0, 1)))}

    def channel() -> dict[str, Any]:
        if asked:
            return {"issued": "40", "questions": {q: votes() for q in asked}}
        if draw(st.integers(0, 3)) == 0:
            return {"issued": "9", "ballots": draw(st.lists(st.sampled_from([*words, "弃权", "无效"]), max_size=9))}
        return {"issued": str(draw(st.sampled_from([31, 40]))), **votes()}

    names = list(CLASSES[:2]) if leaf["voters"] == "pooled" else list(leaf["voters"])
    return {"classes": {n: [channel(), channel()] if draw(st.integers(0, 4)) == 0 else channel() for n in names}}


def state(draw: DrawFn, pending: bool) -> dict[str, str] | None:
    """A state that is not present, now and then; with ``pending`` often that."""
    if pending and draw(st.integers(0, 3)) == 0:
        return {"state": "pending"}
    return {"state": draw(st.sampled_from(STATES))} if draw(st.integers(0, 11)) == 0 else None


@st.composite
def records(draw: DrawFn, rules: Mapping[str, Any], pending: bool = False) -> dict[str, Any]:
    """The records of one dossier: most present, some not."""
    found: dict[str, Any] = {"facts": {}, "reviews": {}, "surveys": {}, "external": {}}
    for name, doc in rules["facts"].items():
        lack = state(draw, pending)
        if lack != {"state": "missing"} or draw(st.booleans()):
            found["facts"][name] = lack or draw(values(doc))
    for leaf in _flat(rules["criteria"]):
        record = leaf.get("record", leaf["id"])
        lack = state(draw, pending)
        if lack == {"state": "missing"} and draw(st.booleans()):
            continue
        if leaf["kind"] == "review" or (leaf["kind"] == "rank" and "fact" not in leaf):
            found["reviews"][record] = lack or draw(reviews(leaf))
        if leaf["kind"] == "survey":
            found["surveys"][record] = lack or draw(surveys(leaf))
        if leaf["kind"] == "external":
            found["external"][record] = lack or {"score": text(draw(numbers(0, int(leaf.get("scale", 100)))))}
    return found


@st.composite
def worlds(
    draw: DrawFn,
    kinds: Sequence[str] = KINDS,
    pending: bool = False,
    own_policies: bool = True,
    combine: bool = True,
    most: int = 4,
) -> World:
    """A ruleset, a few cadres, their dossiers."""
    rules = draw(rulesets(kinds, own_policies, combine))
    targets = {leaf["fact"]: "4" for leaf in _flat(rules["criteria"]) if leaf["kind"] == "target"}
    persons, dossiers = [], []
    for n in range(1, draw(st.integers(1, most)) + 1):
        category, role = draw(st.sampled_from("ab")), draw(st.sampled_from(["first-secretary", "team-member"]))
        host = draw(st.sampled_from(["h-01", "h-02"]))
        persons.append(person(n, category=category, role=role, host=host, targets=targets))
        for key in rules["periods"]:
            if key == "year-end" or draw(st.integers(0, 3)):
                own = draw(records(rules, pending))
                if key == "year-end" and len(rules["periods"]) > 1 and draw(st.integers(0, 4)) == 0:
                    own["earlier"] = {"mid-year": {"total": text(scale(rules["criteria"]) / 2)}}
                dossiers.append({"dossier": f"c-{n:02d}", "period": f"2025-{key}", **own})
    return World(rules, people(*persons), dossiers)


def pending_places(dossier: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What of a dossier is pending."""
    return [
        (part, name)
        for part in ("facts", "reviews", "surveys", "external")
        for name, entry in dossier.get(part, {}).items()
        if isinstance(entry, Mapping) and entry.get("state") == "pending"
    ]


@st.composite
def completions(draw: DrawFn, world: World) -> World:
    """The same world with every pending record present."""
    by_record = {(leaf.get("record", leaf["id"])): leaf for leaf in _flat(world.rules["criteria"])}
    dossiers = []
    for dossier in world.dossiers:
        done = {
            **dossier,
            **{part: {**dossier.get(part, {})} for part in ("facts", "reviews", "surveys", "external")},
        }
        for part, name in pending_places(dossier):
            if part == "facts":
                done[part][name] = draw(values(world.rules["facts"][name]))
            elif part == "external":
                done[part][name] = {"score": text(draw(numbers(0, int(by_record[name].get("scale", 100)))))}
            else:
                done[part][name] = draw((reviews if part == "reviews" else surveys)(by_record[name]))
        dossiers.append(done)
    return World(world.rules, world.roster, dossiers, world.period)
