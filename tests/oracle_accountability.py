"""Accountability worked out again: the five rules, who has authority, how a matter stands. Short, plain, from the words of
docs/supervision/accountability.md alone, and sharing no code with the package.

A world is a dict of ``postings`` (cadre, host, unit, first, last), ``streets`` (of hosts), ``findings`` (id, kind, cadre, host, on, known,
gone), ``talks`` (by cadre; absent: not recorded) and ``past`` (grade, rank, of by cadre; absent: not on record).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Found = dict[str, tuple[str | None, Fraction | None, bool]]
"""By key: the measure's id, the points, whether it waits."""


def proposals(
    world: Mapping[str, Any], rules: Iterable[Mapping[str, Any]], key: str, last: date, as_of: date
) -> Found:
    """What the rules propose in the period of 2025 that begins on New Year, as known on a day."""
    period = f"2025-{key}"
    found: Found = {}
    for rule in rules:
        if key in rule.get("periods", ["mid-year", "year-end"]):
            made = {"finding-ladder": _ladder, "finding-points": _points, "gate-measure": _gate}.get(
                rule["rule"], _rank
            )
            for whom, source, told in made(world, rule, date(2025, 1, 1), last, as_of):
                found[f"{rule['id']}/{whom}/{source or period}"] = told
    return found


def _posting(world: Mapping[str, Any], cadre: str, day: date) -> Mapping[str, Any]:
    return next(p for p in world["postings"] if p["cadre"] == cadre and p["first"] <= day <= p["last"])


def _whom(world: Mapping[str, Any], of: str, finding: Mapping[str, Any]) -> str | None:
    if of == "host":
        return finding["host"]
    if of == "township":
        return world["streets"][finding["host"]]
    if finding["cadre"] is None:
        return None
    return finding["cadre"] if of == "cadre" else _posting(world, finding["cadre"], finding["on"])["unit"]


def _asked(world: Mapping[str, Any], of: str, first: date, last: date) -> list[str]:
    """Everybody with a posting in the period."""
    here = [p for p in world["postings"] if p["first"] <= last and p["last"] >= first]
    names = {"cadre": "cadre", "sending-unit": "unit", "host": "host"}
    return sorted({world["streets"][p["host"]] if of == "township" else p[names[of]] for p in here})


def _counting(world: Mapping[str, Any], rule: Mapping[str, Any], whom: str, as_of: date) -> list[Mapping[str, Any]]:
    found = [
        f for f in world["findings"]
        if f["kind"] in rule["findings"] and f["known"] <= as_of and not (f["gone"] and f["gone"] <= as_of)
        and _whom(world, rule.get("of", "cadre"), f) == whom
    ]  # fmt: skip
    return sorted(found, key=lambda f: (f["on"], f["id"]))


def _ladder(world: Any, rule: Any, first: date, last: date, as_of: date) -> Iterator[tuple[str, str | None, Any]]:
    for whom in _asked(world, rule.get("of", "cadre"), first, last):
        found = _counting(world, rule, whom, as_of)
        for finding in found:
            before = [f for f in found if (f["on"], f["id"]) <= (finding["on"], finding["id"])]
            window = {
                "year": lambda f, g: f["on"].year == g["on"].year,
                "period": lambda f, _g: first <= f["on"] <= last,
                "60 days": lambda f, g: (g["on"] - f["on"]).days < 60,
            }[rule["within"]]
            number = sum(window(f, finding) for f in before)
            top = max(rule["steps"])
            if number > top and rule["beyond"] == "repeat":
                number = top
            if first <= finding["on"] <= last and number in rule["steps"]:
                yield whom, finding["id"], (rule["steps"][number], None, False)


def _points(world: Any, rule: Any, first: date, last: date, as_of: date) -> Iterator[tuple[str, str | None, Any]]:
    for whom in _asked(world, rule["of"], first, last):
        found = [f for f in _counting(world, rule, whom, as_of) if first <= f["on"] <= last]
        count = len(found) if rule["per"] == "finding" else len({(f["on"], f["host"]) for f in found})
        if count:
            yield whom, None, (None, max(Fraction(rule["each"]) * count, -Fraction(rule["item_points"])), False)


def _gate(world: Any, rule: Any, first: date, last: date, _as_of: date) -> Iterator[tuple[str, str | None, Any]]:
    """The gate: fewer than 20 talks."""
    for whom in _asked(world, rule.get("of", "cadre"), first, last):
        own = [
            p
            for p in world["postings"]
            if whom in (p["cadre"], p["unit"]) and p["first"] <= last and p["last"] >= first
        ]
        talks = [world["talks"].get(p["cadre"]) for p in own]
        if any(n is None or n < 20 for n in talks):
            yield whom, None, (rule["measure"], None, not any(n is not None and n < 20 for n in talks))


def _rank(world: Any, rule: Any, first: date, last: date, _as_of: date) -> Iterator[tuple[str, str | None, Any]]:
    """A low grade, or the last of all, two years running; ranks stay open while anybody's talks are not recorded."""
    asked, talks = _asked(world, "cadre", first, last), world["talks"]
    for cadre in asked:
        past = world["past"].get(cadre)
        if rule["rule"] == "grade-measure":
            now: bool | None = cadre in talks and talks[cadre] < 60
            then = None if past is None else past["grade"] == "不合格"
        elif any(name not in talks for name in asked):
            continue
        else:
            worse = sum(talks[name] < talks[cadre] for name in asked)
            equal = sum(talks[name] == talks[cadre] for name in asked)
            now = False if worse else True if equal == 1 else None
            then = None if past is None else past["rank"] == past["of"]
        if now is not False and then is not False:
            yield cadre, None, (rule["measure"], None, now is None or then is None)


def allowed(world: Mapping[str, Any], official: str, cadre: str, by: str, day: date) -> str | None:
    """The problem with an official's deciding about a cadre on a day, or None.

    The world has ``officials`` (id: cadre, offices as (unit, first, last)), ``kin`` (pairs of ids) and ``moves`` of the relation
    (cadre: unit it moved to, day, day of return).
    """
    people = {o: {o, told["cadre"]} - {None} for o, told in world["officials"].items()}
    same = [{cadre}, *people.values()]

    def ids(person: str) -> set[str]:
        found = {person}
        for _ in same:
            for group in same:
                found |= group if group & found else set()
        return found

    me, whom = ids(official), ids(cadre)
    if me & whom or any((a in me and b in whom) or (b in me and a in whom) for a, b in world["kin"]):
        return "CE792"
    begun = [p for p in world["postings"] if p["cadre"] == cadre and p["first"] <= day]
    if not begun and by != "district":
        return "CE791"
    unit = "qinglan"
    if by != "district":
        unit = max(begun, key=lambda p: p["first"])["unit"]
        to, moved, back = world["moves"].get(cadre, (None, None, None))
        if to is not None and moved <= day and not (back and back <= day):
            unit = to
    offices = world["officials"][official]["offices"]
    return None if any(u == unit and first <= day <= last for u, first, last in offices) else "CE791"


def standing(
    then: tuple[str | None, Fraction | None, bool] | None,
    now: tuple[str | None, Fraction | None, bool] | None,
    decision: Mapping[str, Any] | None,
    limits: Mapping[str, tuple[int | None, int | None]],
    arose: date,
    as_of: date,
) -> str:
    """How a matter stands; ``limits`` are the days to decide and to carry out, by measure."""
    if decision is None:
        assert now is not None
        days = limits.get(now[0] or "", (None, None))[0]
        late = days is not None and as_of > arose + timedelta(days=days)
        return "waiting" if now[2] else "overdue" if late else "proposed"
    changed = now is not None and then is not None and (now[:2] != then[:2] or (now[2] and not then[2]))
    if decision["outcome"] == "refuse":
        return "lapsed" if changed else "refused"
    if now is None or changed:
        return "lapsed"
    done = decision.get("carried_out")
    if done is not None and done <= as_of:
        return "carried-out"
    days = limits.get(decision["measure"], (None, None))[1]
    if days is not None and as_of > decision["on"] + timedelta(days=days):
        return "not-carried-out"
    return "confirmed" if decision["outcome"] == "confirm" else "varied"
