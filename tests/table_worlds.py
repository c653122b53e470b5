"""Random worlds with all that tables have to say: several postings, moves, ends, late knowledge, numbers of any size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from build import people
from strategies import KINDS, World, records, worlds

FIRST, LAST = date(2024, 5, 1), date(2026, 2, 1)
UNITS = ("d-01", "t-01", "t-02", "h-01", "h-02", "u-01", "u-02")
RELATIONS = ("party", "salary", "management", "assessment")


@frozen
class Tangled:
    """A world, and the day of knowledge."""

    world: World
    as_of: date


def days(first: date, last: date) -> st.SearchStrategy[date]:
    return st.integers(0, max(0, (last - first).days)).map(lambda n: first + timedelta(days=n))


@st.composite
def moves(draw: DrawFn, first: date, last: date) -> list[dict[str, Any]]:
    """Moves of one relation, one after another, within the posting."""
    found: list[dict[str, Any]] = []
    day = first
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 1, 2, 3]))):
        effective = draw(days(day, last)) if draw(st.integers(0, 2)) == 0 else day
        if effective > last:
            break
        move = {"to": draw(st.sampled_from(UNITS)), "effective": effective.isoformat()}
        if effective > day and draw(st.integers(0, 3)) == 0:
            move["released"] = draw(days(day, effective)).isoformat()
        known = effective
        if draw(st.integers(0, 4)) == 0:
            known = draw(days(effective - timedelta(days=20), effective + timedelta(days=60)))
            move["known_on"] = known.isoformat()
        day = effective + timedelta(days=1)
        if draw(st.integers(0, 4)) == 0:
            day = draw(days(day, day + timedelta(days=90)))
            move["returned"] = day.isoformat()
        if draw(st.integers(0, 9)) == 0:
            move["withdrawn"] = {
                "on": (known + timedelta(days=draw(st.integers(0, 90)))).isoformat(),
                "reason": "错登",
            }
        found.append(move)
    return found


@st.composite
def postings(draw: DrawFn, number: int, targets: Mapping[str, str]) -> list[dict[str, Any]]:
    """The postings of one cadre in succession."""
    found: list[dict[str, Any]] = []
    first = draw(days(FIRST, date(2025, 9, 1))) if draw(st.booleans()) else date(2024, 1, 1)
    for count in range(1, draw(st.sampled_from([1, 1, 1, 2, 3])) + 1):
        last = draw(days(first, LAST))
        plain: dict[str, Any] = {
            "id": f"p-{number:02d}-{count}", "cadre": f"c-{number:02d}", "host": draw(st.sampled_from(["h-01", "h-02"])),
            "role": draw(st.sampled_from(["first-secretary", "team-member"])), "from": first.isoformat(),
            "sending_unit": draw(st.sampled_from(["u-01", "u-02"])), "to": last.isoformat(),
            "targets": {fact: draw(st.sampled_from([target, {"year-end": "7"}])) for fact, target in targets.items()},
        }  # fmt: skip
        if draw(st.integers(0, 3)) == 0 and last > first:
            last = draw(days(first, last))
            plain["ended"] = {"on": last.isoformat(), "reason": "调走"}
            if draw(st.booleans()):
                plain["ended"]["known_on"] = draw(
                    days(last - timedelta(days=30), last + timedelta(days=60))
                ).isoformat()
        relations = {
            name: draw(moves(first, last)) for name in RELATIONS if name == "assessment" or draw(st.booleans())
        }
        plain["transfers"] = {name: own for name, own in relations.items() if own}
        if draw(st.integers(0, 7)) == 0:
            plain["known_on"] = draw(days(first, last)).isoformat()
        found.append(plain)
        first = draw(days(last + timedelta(days=1), last + timedelta(days=40)))
    return found


@st.composite
def eligibility(draw: DrawFn, facts: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"several_postings": draw(st.sampled_from(["longest", "by-days", "block"]))}
    if draw(st.integers(0, 3)) == 0:
        found["assessment_relation"] = "not-required"
    if draw(st.booleans()):
        found["minimum_service"] = draw(st.sampled_from(["3 months", "6 months", "100 days"]))
        found["otherwise"] = "不定等次"
        found["service"] = draw(st.sampled_from(["within-period", "since-start"]))
    if "gate_f" in facts and draw(st.integers(0, 2)) == 0:
        found["exclusions"] = [
            {"id": "x", "title": "免予考核", "label": "不参加", "when": {"fact": "gate_f", "is": "yes"}}
        ]
    return found


@st.composite
def tangled(draw: DrawFn, pending: bool = False, most: int = 3) -> Tangled:
    """A ruleset, and cadres whose postings, moves and records are anything but simple."""
    world = draw(worlds(pending=pending, most=1))
    rules = {**world.rules, "eligibility": draw(eligibility(world.rules["facts"]))}
    targets = world.roster["postings"][0]["targets"]
    persons, dossiers = [], []
    for number in range(1, draw(st.integers(1, most)) + 1):
        name = f"c-{number:02d}"
        cadre = {"id": name, "name": f"人{number}", "category": draw(st.sampled_from("ab")), "party_member": "yes"}
        for posting in draw(postings(number, targets)):
            persons.append({"cadre": cadre, "posting": posting})
            for key in rules["periods"]:
                own = draw(records(rules, pending))
                at = {"dossier": name, "posting": posting["id"], "period": f"2025-{key}"}
                dossiers.append({**at, **draw(late(own))})
    as_of = draw(st.sampled_from([date(2025, 12, 31), date(2025, 12, 31), date(2025, 9, 9), date(2026, 3, 1)]))
    return Tangled(World(rules, people(*persons), dossiers, world.period), as_of)


@st.composite
def late(draw: DrawFn, found: Mapping[str, Any]) -> dict[str, Any]:
    """Some of the records with the day they came about."""
    dated: dict[str, Any] = {part: dict(own) for part, own in found.items()}
    for part, key in (("reviews", "held_on"), ("surveys", "held_on"), ("external", "issued_on")):
        for name, record in dated[part].items():
            if draw(st.integers(0, 4)) == 0:
                dated[part][name] = {**record, key: draw(days(date(2025, 8, 1), date(2026, 1, 15))).isoformat()}
    for name, value in dated["facts"].items():
        plain = not isinstance(value, Mapping)
        if plain and draw(st.integers(0, 5)) == 0:
            known = draw(days(date(2025, 8, 1), date(2026, 1, 15))).isoformat()
            dated["facts"][name] = {"value": value, "known_on": known}
    return dated


# ── numbers of any size ────────────────────────────────────────────────────


def huge(places: int = 18) -> st.SearchStrategy[str]:
    """Up to 18 digits and as many decimals: as many as may be written."""
    whole = st.one_of(st.integers(0, 10), st.integers(0, 2**31), st.integers(0, 10**18 - 1)).map(str)
    decimals = st.integers(0, 10**places - 1).map(lambda n: f".{n:0{places}d}")
    return st.builds("".join, st.tuples(whole, decimals)) if places else whole


@st.composite
def outsized(draw: DrawFn, doc: Mapping[str, Any], value: Any) -> Any:
    """A value of a fact that may be far larger, or far finer, than anybody writes."""
    if not isinstance(value, str) or "at_most" in doc or draw(st.integers(0, 2)) == 0:
        return value
    if doc["type"] == "count":
        return draw(huge(0))
    if doc["type"] == "number":
        return draw(st.sampled_from(["", "-"])) + draw(huge(draw(st.sampled_from([1, 6, 18]))))
    if doc["type"] == "rate":
        bottom = draw(st.integers(1, 10**9 - 1))
        top = draw(st.integers(0, bottom))
        return draw(st.sampled_from([f"{top}/{bottom}", f"0.{top:018d}", f"0.{top:018d}%"]))
    return value


@st.composite
def huge_worlds(draw: DrawFn, kinds: tuple[str, ...] = KINDS) -> World:
    """Worlds with numbers of any size."""
    world = draw(worlds(kinds=kinds, pending=draw(st.booleans())))
    dossiers = [
        {**dossier, "facts": {n: draw(outsized(world.rules["facts"][n], v)) for n, v in dossier["facts"].items()}}
        for dossier in world.dossiers
    ]
    return evolve(world, dossiers=dossiers)
