"""The rules of accountability, authority and the standing of matters, held against a second implementation."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import oracle_accountability as oracle
from cadre_eval.errors import RefusedInput
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.deciding import matters
from cadre_eval.workspace.opening import open_workspace
from supervised import RULES, decision, decisions, dossiers, supervised

STREETS = {"h-1": "t-1", "h-2": "t-1", "h-3": "t-2"}
CADRES = ("c-1", "c-2", "c-3")
FIRST, LAST = date(2024, 5, 1), date(2026, 12, 31)
BOTH = ["mid-year", "year-end"]
USES: list[dict[str, Any]] = [
    {"id": "absence", "rule": "finding-ladder", "findings": ["absent"], "steps": {1: "talk", 2: "admonition", 3: "recall"}},
    {"id": "unit", "rule": "finding-ladder", "of": "sending-unit", "findings": ["absent", "diary"], "steps": {2: "notice"}},
    {"id": "street", "rule": "finding-ladder", "of": "township", "findings": ["absent"], "steps": {1: "notice", 3: "notice"}},
    {"id": "host", "rule": "finding-ladder", "of": "host", "findings": ["diary"], "steps": {2: "notice"}},
    {"id": "street-points", "rule": "finding-points", "of": "township", "findings": ["absent", "diary"], "item": "党建", "per": "visit",
     "each": "-0.1", "item_points": "0.25", "periods": ["year-end"]},
    {"id": "unit-points", "rule": "finding-points", "of": "sending-unit", "findings": ["absent"], "item": "党建", "per": "finding",
     "each": "-0.1", "item_points": "1", "periods": ["year-end"]},
    {"id": "veto", "rule": "gate-measure", "gates": ["few"], "measure": "admonition", "periods": ["year-end"]},
    {"id": "veto-unit", "rule": "gate-measure", "of": "sending-unit", "gates": ["few"], "measure": "notice"},
    {"id": "low", "rule": "grade-measure", "grades": ["不合格"], "running": 2, "measure": "recall", "periods": ["year-end"]},
    {"id": "last", "rule": "bottom-rank", "last": 1, "running": 2, "measure": "talk", "periods": ["year-end"]},
]  # fmt: skip
LIMITS = {"talk": (10, 7), "admonition": (20, None), "recall": (None, None), "notice": (None, None)}
SEEDS = st.integers(0, 2**32)


def a_day(r: Random, first: date, last: date) -> date:
    return first + timedelta(days=r.randint(0, (last - first).days))


def some_postings(r: Random) -> list[dict[str, Any]]:
    """One posting for each cadre, or two that follow each other, maybe at another host, street and unit."""
    found = []
    for number, cadre in enumerate(CADRES, 1):
        split = a_day(r, date(2024, 12, 1), date(2025, 12, 31))
        two = [(FIRST, split), (split + timedelta(days=1), LAST)]
        for first, last in r.choice([[(FIRST, LAST)], two]):
            host, unit = r.choice(sorted(STREETS)), r.choice(["u-1", "u-2"])
            name = f"p-{number}-{len(found)}"
            found.append({"id": name, "cadre": cadre, "host": host, "unit": unit, "first": first, "last": last})
    return found


def a_world(seed: int) -> dict[str, Any]:
    r = Random(seed)
    world: dict[str, Any] = {"postings": some_postings(r), "streets": STREETS, "findings": []}
    for number in range(1, r.choice([1, 6, 12])):
        month = date(2024, 11, 1) + timedelta(days=30 * r.randint(0, 15))
        on, cadre = r.choice([month, a_day(r, date(2024, 11, 1), date(2026, 1, 31))]), r.choice([*CADRES, None])
        host = "h-1" if cadre is None else oracle._posting(world, cadre, on)["host"]
        known = on + timedelta(days=r.choice([0, 0, 3, 40]))
        gone = r.choice([None, None, None, None, *(known + timedelta(days=later) for later in (0, 60, 120))])
        kind = r.choice(["absent", "absent", "diary"])
        finding = {"id": f"f-{number}", "kind": kind, "cadre": cadre, "host": host, "on": on}
        world["findings"].append({**finding, "known": known, "gone": gone})
    once = [c for c in CADRES if sum(p["cadre"] == c for p in world["postings"]) == 1]
    world["talks"] = {c: r.choice([10, 50, 70, 95]) for c in once if r.random() < 0.8}
    past = [None, {"grade": "不合格", "rank": 3, "of": 3}, {"grade": "合格", "rank": 2, "of": 3}]
    world["past"] = {c: told for c in CADRES if (told := r.choice(past)) is not None}
    return world


WORLDS = SEEDS.map(a_world)


def roster(world: dict[str, Any]) -> str:
    """The roster of a world as a file; officials and relatives if it has them."""

    def posted(p: dict[str, Any]) -> dict[str, Any]:
        to, moved, back = world.get("moves", {}).get(p["cadre"], (None, None, None))
        made = {"assessment": {"to": "qinglan", "effective": str(p["first"])}}
        if to is not None:
            made["management"] = {"to": to, "effective": str(moved)} | ({"returned": str(back)} if back else {})
        return {"id": p["id"], "cadre": p["cadre"], "host": p["host"], "role": "team-member", "sending_unit": p["unit"],
                "from": str(p["first"]), "to": str(p["last"]), "transfers": made}  # fmt: skip

    def kin(person: str) -> list[str]:
        return sorted(b for a, b in world.get("kin", ()) if a == person)

    officials = world.get(
        "officials", {"o-2": {"cadre": None, "offices": [("qinglan", date(2023, 1, 1), date(2030, 1, 1))]}}
    )
    return json.dumps({
        "roster": "2025",
        "townships": [{"id": t, "name": t, "kind": "street"} for t in ("t-1", "t-2")],
        "hosts": [{"id": h, "name": h, "township": t, "kind": "community"} for h, t in STREETS.items()],
        "sending_units": [{"id": u, "name": u} for u in ("u-1", "u-2")],
        "cadres": [{"id": c, "name": c, "category": "any", "party_member": "yes", "relatives": kin(c)} for c in CADRES],
        "postings": [posted(p) for p in world["postings"]],
        "officials": [
            {"id": o, "name": o, "relatives": kin(o), **({"cadre": told["cadre"]} if told["cadre"] else {}),
             "offices": [{"unit": u, "title": "主任", "from": str(a), "to": str(b)} for u, a, b in told["offices"]]}
            for o, told in officials.items()
        ],
    }, ensure_ascii=False)  # fmt: skip


def rules_text(uses: list[dict[str, Any]]) -> str:
    return (
        RULES.split("accountability:")[0]
        + "accountability:\n"
        + "".join(f"  - {json.dumps(use, ensure_ascii=False)}\n" for use in uses)
    )


def inspections(world: dict[str, Any]) -> dict[str, str]:
    files = {}
    for f in world["findings"]:
        on, told = (
            str(f["on"]),
            {"id": f["id"], "kind": f["kind"], "host": f["host"], "on": str(f["on"]), "text": "不在岗"},
        )
        told |= {"known_on": str(f["known"]), "evidence": ["照片"]} | ({"cadre": f["cadre"]} if f["cadre"] else {})
        gone = [{"finding": f["id"], "on": str(f["gone"]), "by": "o-2", "reason": "不属实"}] if f["gone"] else []
        doc = {"inspection": f"i-{f['id']}", "title": "督查", "kind": "district", "from": on, "to": on, "team": ["o-2"],
               "visits": [{"host": f["host"], "on": on, "by": ["o-2"]}], "findings": [told], "withdrawn": gone}  # fmt: skip
        files[f"supervision/{f['id']}.yaml"] = json.dumps(doc, ensure_ascii=False)
    return files


def workspace(home: str, world: dict[str, Any], uses: list[dict[str, Any]], *files: dict[str, str]) -> Path:
    past = [{"cadre": c, **told} for c, told in world["past"].items()]
    history = {"supervision/history.yaml": json.dumps({"history": "2024-year-end", "results": past})} if past else {}
    return supervised(
        Path(home),
        dossiers(world["talks"]),
        inspections(world),
        history,
        *files,
        rules=rules_text(uses),
        roster=roster(world),
    )


def told(measures: Any) -> oracle.Found:
    return {m.key: (m.proposed.measure_id, m.proposed.points, m.proposed.waits_for is not None) for m in measures}


@settings(max_examples=40, deadline=None)
@given(WORLDS, st.sampled_from(["year", "period", "60 days"]), st.sampled_from(["repeat", "stop"]),
       st.dates(date(2025, 12, 31), date(2026, 3, 31)))  # fmt: skip
def test_every_rule_proposes_what_a_second_implementation_does(
    world: dict[str, Any], within: str, beyond: str, as_of: date
) -> None:
    uses = [u | ({"within": within, "beyond": beyond} if u["rule"] == "finding-ladder" else {}) for u in USES]
    with TemporaryDirectory() as home:
        found = assess(open_workspace(workspace(home, world, uses)), "2025-year-end", as_of).measures
    assert told(found) == oracle.proposals(world, uses, "year-end", date(2025, 12, 31), as_of)


LADDERS = [u | {"within": "year", "beyond": "repeat"} for u in USES if u["rule"] == "finding-ladder"]
CHOICES = {
    "talk": ["talk", "admonition"],
    "admonition": ["admonition", "recall"],
    "recall": ["recall", "talk"],
    "notice": ["notice", "recall"],
}


def decided(r: Random, world: dict[str, Any]) -> list[dict[str, Any]]:
    """Sound decisions of the district on some of the proposals, each on a day on which it was proposed."""
    found: list[dict[str, Any]] = []
    for number in range(r.choice([2, 6])):
        on = a_day(r, date(2025, 1, 1), date(2026, 2, 28))
        there = {k: told for k, told in on_day(world, on).items() if k not in {d["proposal"] for d in found}}
        if there:
            key, outcome = r.choice(sorted(there)), r.choice(["confirm", "vary", "refuse"])
            measure = CHOICES[str(there[key][0])][outcome == "vary"]
            made = {"id": f"d-{number}", "proposal": key, "on": on, "outcome": outcome, "measure": measure}
            made["known_on"] = on + timedelta(days=r.choice([0, 0, 20]))
            done = None if outcome == "refuse" else r.choice([None, 0, 5, 30])
            found.append(made if done is None else {**made, "carried_out": on + timedelta(days=done)})
    return found


def on_day(world: dict[str, Any], day: date) -> oracle.Found:
    """What findings have brought by a day; that both periods propose it makes no difference."""
    periods = [("mid-year", date(2025, 6, 30)), ("year-end", date(2025, 12, 31))]
    return {
        k: t for key, last in reversed(periods) for k, t in oracle.proposals(world, LADDERS, key, last, day).items()
    }


@settings(max_examples=60, deadline=None)
@given(SEEDS.map(Random), WORLDS, st.dates(date(2025, 1, 1), date(2026, 4, 30)))
def test_every_matter_stands_as_a_second_implementation_says_and_none_is_lost(
    r: Random, world: dict[str, Any], as_of: date
) -> None:
    world["findings"] = [f for f in world["findings"] if f["on"].year == 2025]
    made = decided(r, world)
    shown = [
        {k: v if isinstance(v, str) else str(v) for k, v in d.items()} | {"by": "o-2", "reason": "属实"} for d in made
    ]
    rules = rules_text(LADDERS).replace("decided_by: management", "decided_by: district")
    files = decisions(*shown) if shown else {}
    with TemporaryDirectory() as home:
        folder = workspace(home, world | {"talks": {}, "past": {}}, LADDERS, files)
        (folder / "rules.yaml").write_text(rules, "utf-8")
        found = {m.measure.key: m.state for m in matters(open_workspace(folder), as_of)}
    now, known = on_day(world, as_of), {d["proposal"]: d for d in made if d["known_on"] <= as_of}
    arose = {f["id"]: f["known"] for f in world["findings"]}
    expected = {
        key: oracle.standing(
            on_day(world, known[key]["on"])[key] if key in known else None, now.get(key), known.get(key),
            LIMITS, arose[key.split("/")[2]], as_of,
        )
        for key in {*now, *known}
    }  # fmt: skip
    assert found == expected


def authorities(seed: int) -> dict[str, Any]:
    """Officials with offices, who may be cadres and relatives; the management relation that moved, and maybe back."""
    r = Random(seed)
    world: dict[str, Any] = {
        "postings": some_postings(r),
        "streets": STREETS,
        "findings": [],
        "talks": {},
        "past": {},
    }

    def office() -> tuple[str, date, date]:
        first, last = sorted([near(r), near(r)])
        return r.choice(["qinglan", "t-1", "t-2", "u-1", "u-2"]), first, last

    cadres = r.sample([*CADRES, None, None], 3)
    world["officials"] = {
        name: {"cadre": cadre, "offices": [office() for _ in range(r.randint(1, 4))]}
        for name, cadre in zip(("o-1", "o-2", "o-3"), cadres, strict=True)
    }
    everybody = [*CADRES, *world["officials"]]
    world["kin"] = {(a, b) for a, b in (r.sample(everybody, 2) for _ in range(r.randint(0, 2)))}
    world["moves"] = {}
    for cadre in CADRES:
        moved, more = near(r), r.choice([0, 1, 3])
        if sum(p["cadre"] == cadre for p in world["postings"]) == 1 and r.random() < 0.7:
            back = moved + timedelta(days=more) if more else None
            world["moves"][cadre] = (r.choice(["t-1", "t-2"]), moved, back)
    return world


def near(r: Random) -> date:
    return a_day(r, date(2025, 2, 26), date(2025, 3, 6))


@settings(max_examples=40, deadline=None)
@given(SEEDS.map(authorities), st.sampled_from(CADRES), st.sampled_from(["o-1", "o-2", "o-3"]),
       st.sampled_from(["talk", "admonition"]), st.dates(date(2025, 2, 26), date(2025, 3, 6)))  # fmt: skip
def test_authority_is_that_of_the_day_and_nobody_decides_on_their_own_people(
    world: dict[str, Any], cadre: str, official: str, measure: str, day: date
) -> None:
    entry = decision("d-1", f"absence/{cadre}/f-1", str(day), measure, official)
    by = "management" if measure == "talk" else "district"
    with TemporaryDirectory() as home:
        folder = workspace(home, world, LADDERS, decisions(entry))
        try:
            open_workspace(folder)
            found = None
        except RefusedInput as refused:
            codes = {problem.code for problem in refused.problems}
            assert len(codes) == 1, codes
            found = codes.pop()
    assert found == oracle.allowed(world, official, cadre, by, day)


def test_three_tenths_are_three_tenths_in_both() -> None:
    world = {
        "postings": [{"cadre": "c-1", "host": "h-1", "unit": "u-1", "first": FIRST, "last": LAST}], "streets": STREETS,
        "findings": [{"id": f"f-{n}", "kind": "absent", "cadre": "c-1", "host": "h-1", "on": date(2025, 3, n), "known": date(2025, 3, n), "gone": None}
                     for n in (1, 2, 3)], "talks": {}, "past": {},
    }  # fmt: skip
    found = oracle.proposals(world, [USES[5]], "year-end", date(2025, 12, 31), date(2025, 12, 31))
    assert found["unit-points/u-1/2025-year-end"][1] == Fraction(-3, 10)
