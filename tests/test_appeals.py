"""Publicity and appeals: deadlines, who may re-examine, what a correction changes, for whom, and for nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from attrs import evolve, frozen
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import cadre_eval.scoring.assess as scoring
from build import READER, compiled, dossier, people, person, refusals, roster_of, source_of, told, workspace_of
from cadre_eval.errors import Problems, RefusedInput
from cadre_eval.model.appeals import Appeal, Publicity, Review
from cadre_eval.model.dates import Days, Duration, Workdays
from cadre_eval.model.people import Cadre, Office, Official
from cadre_eval.model.records import Fact, FactState
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.reports.results_json import results_document, results_json
from cadre_eval.ruleset.plan import Leaf
from cadre_eval.ruleset.supervision import AppealRulesDoc
from cadre_eval.scoring.kept import reads_same, stands_alone
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.scoring.subject import Subject
from cadre_eval.supervision.appeals_due import publicity_on
from cadre_eval.supervision.appeals_reviewer import People, objections
from cadre_eval.supervision.on_record import on_record
from cadre_eval.workspace.assessing import Kept, assess
from cadre_eval.workspace.making import make_workspace
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.reexamining import reexamined
from cadre_eval.workspace.supervision.appeal_documents import PublicityDoc
from cadre_eval.workspace.supervision.appeals import read_publicity
from cadre_eval.workspace.supervision.reading import Reading
from running import ran, spawned
from small_workspace import CONFIG, LAYER, SMALL, loaded, shown, spoiled, write
from strategies import World, tries, values, worlds

YEAR_END, MID_YEAR = "2025-year-end", "2025-mid-year"
PUBLIC = {MID_YEAR: date(2025, 7, 7), YEAR_END: date(2026, 1, 5)}
DAY = timedelta(days=1)
OFFICIALS = [
    {"id": f"o-{n}", "name": f"官{n}", "offices": [{"unit": "t-01", "title": "科长", "from": "2020-01-01"}]}
    for n in (1, 2)
]

# ── random districts with appeals ────────────────────────────────────────────────────────────────


@frozen
class Disputed:
    """A world, and the appeals of each of its periods."""

    world: World
    appeals: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def days(self) -> list[date]:
        """Days just before, on and after each re-examination, once the period is over."""
        on = {reviewed(a) for own in self.appeals.values() for a in own if "review" in a}
        near = {day + n * DAY for day in on for n in (-1, 0, 1)} | {date(2025, 12, 31)}
        return sorted(day for day in near if day >= date(2025, 12, 31))


def reviewed(appeal: Mapping[str, Any]) -> date:
    return date.fromisoformat(appeal["review"]["on"])


@st.composite
def disputed(draw: DrawFn, pending: bool = False) -> Disputed:
    """Appeals of all outcomes, some with records that become known while they are re-examined."""
    world = draw(worlds(pending=pending))
    assume(not refusals(world.rules))
    dossiers = [{**d, "facts": {k: draw(dated(v)) for k, v in d["facts"].items()}} for d in world.dossiers]
    cadres = [c["id"] for c in world.roster["cadres"]]
    scores = {c.get("record", c["id"]) for c in leaves_of(world.rules["criteria"]) if c["kind"] == "external"}
    found: dict[str, list[dict[str, Any]]] = {}
    number = 0
    for key in sorted(world.rules["periods"]):
        period = f"2025-{key}"
        offsets = draw(st.lists(st.integers(2, 20), max_size=3, unique=True))
        found[period] = []
        for offset in offsets:
            number += 1
            first = draw(st.sampled_from([PUBLIC[period], PUBLIC[YEAR_END]]))
            appeal = {
                "id": f"a-{number}", "cadre": draw(st.sampled_from(cadres)), "by": "本人", "grounds": "漏记",
                "lodged": (PUBLIC[period] + DAY).isoformat(),
            }  # fmt: skip
            facts = {k: draw(values(d)) for k, d in world.rules["facts"].items() if draw(st.booleans())}
            external = {name: {"score": "2.5"} for name in sorted(scores) if draw(st.booleans())}
            review = {"by": "o-2", "on": (first + offset * DAY).isoformat(), "reason": "查实"}
            outcome = draw(st.sampled_from(["upheld", "upheld", "dismissed", ""]))
            if outcome == "upheld" and (facts or external):
                review |= {"outcome": outcome, "corrections": {"facts": facts, "external": external}}
            elif outcome:
                review |= {"outcome": "dismissed"}
            found[period].append(appeal | ({"review": review} if outcome else {}))
    try:
        workspace_of(compiled(world.rules), roster_of(world.roster), dossiers)
    except RefusedInput:  # a value beyond what its criterion takes
        assume(False)
    return Disputed(evolve(world, dossiers=dossiers), found)


@st.composite
def dated(draw: DrawFn, value: Any) -> Any:
    """A fact as recorded, now and then known only while appeals are re-examined."""
    plain = not (isinstance(value, Mapping) and "state" in value)
    if plain and draw(st.integers(0, 3)) == 0:
        return {"value": value, "known_on": (PUBLIC[YEAR_END] + draw(st.integers(2, 20)) * DAY).isoformat()}
    return value


def leaves_of(parts: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        yield from leaves_of(part["parts"]) if "parts" in part else [part]


def district(case: Disputed, appeals: Mapping[str, Sequence[Mapping[str, Any]]] | None = None) -> Workspace:
    """The workspace with these appeals, or with its own."""
    rules, roster = compiled(case.world.rules), roster_of(case.world.roster | {"officials": OFFICIALS})
    problems = Problems()
    records: list[Publicity] = []
    for period, own in (case.appeals if appeals is None else appeals).items():
        plain = {
            "publicity": period, "from": PUBLIC[period].isoformat(), "assessed_by": ["o-1"], "appeals": list(own),
        }  # fmt: skip
        node = read_yaml(source_of(f"supervision/{period}.yaml", plain), problems)
        assert node is not None
        doc = READER.read(node, PublicityDoc, problems)
        problems.raise_if_any()
        assert doc is not None
        records += read_publicity(doc, Reading(roster, [rules], problems))
    problems.raise_if_any()
    workspace = workspace_of(rules, roster, case.world.dossiers)
    return evolve(workspace, on_record=on_record(records), supervised=True)


def rewritten(case: Disputed, day: date) -> Workspace:
    """The second implementation: no appeals, but dossiers that say what those upheld by the day have corrected."""
    found = {(d["dossier"], d["period"]): {**d, "facts": {**d["facts"]}} for d in case.world.dossiers}
    upheld = [
        (p, a) for p, own in case.appeals.items() for a in own if a.get("review", {}).get("outcome") == "upheld"
    ]
    for period, appeal in sorted(upheld, key=lambda found: (reviewed(found[1]), found[1]["id"])):
        if reviewed(appeal) <= day:
            key = (appeal["cadre"], period)
            dossier = found.setdefault(key, {"dossier": key[0], "period": period, "facts": {}})
            given = appeal["review"]["corrections"]
            dossier["facts"] |= given["facts"]
            dossier["external"] = {**dossier.get("external", {}), **given["external"]}
    world = evolve(case.world, dossiers=list(found.values()))
    return district(evolve(case, world=world), {})


def outcome(found: PeriodResult) -> list[Any]:
    """What people are told, without how it came about."""
    return [[*row[:8], row[9], [n for n in row[10] if "复核更正" not in n]] for row in told(found)]


def receipts(found: PeriodResult) -> list[Any]:
    """Everything that accounts rest on."""
    return [
        [r.cadre.id, n.node.id, repr(n.outcome.numbers), n.outcome.may_drop]
        + [[u.what, u.shown, str(u.span), u.evidence] for u in n.outcome.reading.used]
        + [[repr(lack), str(lack.span)] for lack in n.outcome.reading.lacks]
        for r in found
        for s in r.scores
        for n in s.tree.walk()
        if n.outcome is not None
    ]


@tries(30)
@given(disputed(pending=True))
def test_from_the_day_of_the_review_results_are_those_of_the_corrected_records(case: Disputed) -> None:
    workspace = district(case)
    for day in case.days:
        assert outcome(assess(workspace, YEAR_END, day)) == outcome(assess(rewritten(case, day), YEAR_END, day))


@tries(20)
@given(disputed())
def test_before_the_first_review_no_byte_differs(case: Disputed) -> None:
    workspace, without = district(case), district(case, {})
    days = [reviewed(a) for own in case.appeals.values() for a in own if "review" in a]
    day = min(days, default=date(2026, 2, 1)) - DAY
    for period in case.appeals:
        as_of = max(day, workspace.period(period)[2].days.first)
        assert results_json(assess(workspace, period, as_of)) == results_json(assess(without, period, as_of))


@tries(20)
@given(disputed(), st.randoms(use_true_random=False))
def test_the_order_of_appeals_and_files_never_matters(case: Disputed, random: Any) -> None:
    def shuffled(items: Any) -> list[Any]:
        return random.sample(list(items), len(list(items)))

    other = {period: shuffled(case.appeals[period]) for period in shuffled(case.appeals)}
    day = case.days[-1]
    texts = [results_json(assess(w, YEAR_END, day)) for w in (district(case), district(case, other))]
    assert texts[0] == texts[1]


# ── keeping what did not change ──────────────────────────────────────────────────────────────────


@tries(40)
@given(disputed(pending=True), st.randoms(use_true_random=False))
def test_results_made_from_those_of_another_day_are_those_made_anew(case: Disputed, random: Any) -> None:
    workspace = district(case)
    kept: Kept = {}
    for day in random.sample(case.days, len(case.days)):
        reused, anew = assess(workspace, YEAR_END, day, kept=kept), assess(workspace, YEAR_END, day)
        assert results_json(reused) == results_json(anew)
        assert told(reused) == told(anew)
        assert receipts(reused) == receipts(anew)


def test_a_fact_derived_anew_is_the_same_only_if_it_says_the_same() -> None:
    subject = assess(district(small()), YEAR_END)["c-01"].subjects[0]

    def derived(number: int, *evidence: str) -> Subject:
        fact = Fact(FactState.PRESENT, Fraction(number), evidence=evidence)
        return evolve(subject, dossier=evolve(subject.dossier, facts={"a": fact}))

    assert reads_same(derived(1, "i-1"), derived(1, "i-1"))
    assert not reads_same(derived(1, "i-1"), derived(2, "i-1"))
    assert not reads_same(derived(1, "i-1"), derived(1, "i-2"))
    assert not reads_same(derived(1), subject)


def test_results_of_other_rules_or_periods_are_not_kept() -> None:
    case = small(a_1="50")
    one, other = district(case), district(case)
    kept = {YEAR_END: assess(one, YEAR_END), MID_YEAR: assess(one, MID_YEAR)}
    assert told(assess(other, YEAR_END, kept=dict(kept))) == told(assess(other, YEAR_END))
    swapped = {YEAR_END: kept[MID_YEAR], MID_YEAR: kept[YEAR_END]}
    assert told(assess(one, YEAR_END, kept=swapped)) == told(assess(one, YEAR_END))


def small(count: int = 9, **corrections: str) -> Disputed:
    """Some cadres with a fact, a score of the pool and a mid-year period; ``a_3="70"`` corrects the fact of the third."""
    rules = {
        "ruleset": "r",
        "facts": {"a": {"type": "number", "at_least": "0", "at_most": "50"}, "b": {"type": "count"}},
        "policies": {"missing": "zero"},
        "periods": {
            "mid-year": {"from": "01-01", "to": "06-30", "grades": "none"},
            "year-end": {"from": "01-01", "to": "12-31", "combine": {"mid-year": "30", "year-end": "70"}, "carry": "exact", "absent": "block"},
        },
        "criteria": [
            {"id": "own", "kind": "given", "points": "50", "fact": "a"},
            {"id": "pooled", "kind": "best-of-pool", "points": "50", "fact": "b", "when_best_is_zero": "zero"},
        ],
        "grades": {"any": {"优秀": ">= 60", "合格": "< 60"}},
        "quotas": [{"id": "q", "title": "优秀名额", "grade": ["优秀"], "share": "1/3", "round": "floor", "base": "assessed", "pool_by": [], "periods": ["year-end"]}],
    }  # fmt: skip
    persons = people(*(person(n) for n in range(1, count + 1)))
    records = [
        dossier(n, period=p, facts={"a": str(20 + 2 * n), "b": "10"})
        for n in range(1, count + 1)
        for p in (MID_YEAR, YEAR_END)
    ]
    appeals = [
        {
            "id": name.replace("_", "-"), "cadre": f"c-{int(name[2:]):02d}", "lodged": "2026-01-06", "by": "本人",
            "grounds": "漏记",
            "review": {
                "by": "o-2", "on": f"2026-01-{10 + number}", "outcome": "upheld", "reason": "查实",
                "corrections": {"facts": {"a": value}},
            },
        }
        for number, (name, value) in enumerate(corrections.items())
    ]  # fmt: skip
    return Disputed(World(rules, persons, records), {YEAR_END: appeals})


def test_only_the_affected_are_scored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = district(small(a_2="49", a_5="50"))
    scored: list[tuple[str, str, str]] = []
    original = scoring.score_leaf

    def counted(leaf: Leaf, subject: Subject) -> Any:
        if stands_alone(leaf):
            scored.append((subject.period.id, subject.posting.id, leaf.id))
        return original(leaf, subject)

    monkeypatch.setattr(scoring, "score_leaf", counted)
    changes = reexamined(workspace, YEAR_END, date(2026, 2, 1)).changes
    everybody = [(period, f"p-{n:02d}", "own") for period in (MID_YEAR, YEAR_END) for n in range(1, 10)]
    again = [(YEAR_END, "p-02", "own"), (YEAR_END, "p-05", "own")]
    assert scored == everybody + again
    assert [change.day for change in changes] == [date(2026, 1, 10), date(2026, 1, 11)]


def test_everyone_whose_rank_or_place_moved_is_listed() -> None:
    # 38, 36, 34 … + 50: the last three of nine have the places; the second overtakes them all.
    change = reexamined(district(small(a_2="50")), YEAR_END, date(2026, 2, 1)).changes[0]
    rows = {m.cadre.id: m for m in change.moved}
    first = rows["c-02"]
    assert (first.before.rank, first.after.rank) == ("8", "1")  # type: ignore[union-attr]
    assert [dict(s.places)["优秀名额"] for s in (first.before, first.after) if s] == ["out", "in"]
    assert {name for name, m in rows.items() if m.why == "follows"} == {f"c-0{n}" for n in range(3, 10)}
    lost = [n for n, m in rows.items() if m.before and m.after and (dict(m.before.places), dict(m.after.places)) == ({"优秀名额": "in"}, {"优秀名额": "out"})]  # fmt: skip
    assert lost == ["c-07"]
    assert change.moved[0] is first
    assert [c.text.zh for c in change.corrections["a-2"]] == ["a 24 → 50"]


def test_a_correction_that_changes_nothing_still_names_whom_it_was_about() -> None:
    change = reexamined(district(small(a_2="24")), YEAR_END, date(2026, 2, 1)).changes[0]
    assert [(m.cadre.id, m.before == m.after) for m in change.moved] == [("c-02", True)]


PLACES = {"在名额之内": "in", "排名在名额之外": "out", "没有名额": "out", "末位并列": "open", "尚有未定": "open", "不得占用": "barred"}  # fmt: skip


def people_of(found: PeriodResult) -> dict[str, Any]:
    """The standing of each cadre as the JSON of the assessment tells it."""
    rows = {}
    for row in results_document(found)["results"]:
        places = sorted(
            (note.split("：")[0], place) for note in row["notes"] for words, place in PLACES.items() if words in note
        )
        ranks = [note for note in row["notes"] if note.startswith("名次在")]
        gates = sorted((gate["id"], gate["state"]) for gate in row["gates"])
        rows[row["cadre"]] = [
            row["state"], row["total"], row["interval"], row["grades_possible"], row["rank"], ranks, gates, places,
        ]  # fmt: skip
    return rows


@tries(30)
@given(disputed(pending=True))
def test_those_affected_are_the_difference_of_two_full_assessments(case: Disputed) -> None:
    workspace = district(case)
    changes = reexamined(workspace, YEAR_END, date(2026, 3, 1)).changes
    upheld = [a for own in case.appeals.values() for a in own if a.get("review", {}).get("outcome") == "upheld"]
    late = [a for a in upheld if reviewed(a) > date(2025, 12, 31)]
    assert [c.day for c in changes] == sorted({reviewed(a) for a in late})
    for change in changes:
        before, after = (people_of(assess(workspace, YEAR_END, d)) for d in (change.day - DAY, change.day))
        about = {a["cadre"] for a in late if reviewed(a) == change.day}
        differing = {name for name in after if after[name] != before[name]}
        assert {m.cadre.id for m in change.moved} == differing | about
        assert {m.cadre.id for m in change.moved if m.why == "corrected"} == about
        known = {
            d["dossier"]
            for d in case.world.dossiers
            for fact in d["facts"].values()
            if isinstance(fact, Mapping) and fact.get("known_on") == change.day.isoformat()
        }
        assert {m.cadre.id for m in change.moved if m.why == "records"} <= known


def test_the_note_and_the_receipt_say_what_was_and_what_is() -> None:
    workspace = district(small(a_2="49"))
    result = assess(workspace, YEAR_END, date(2026, 1, 10))["c-02"]
    assert [n.text("zh") for n in result.notes if n.key == "corrected"] == ["复核更正（a-2，2026-01-10）：a 24 → 49"]
    assert "49（a-2 复核更正，2026-01-10：24 → 49）〔supervision/2025-year-end.yaml:" in result.explain("zh", "own")
    assert "corrected on the re-examination of a-2" in result.explain("en", "own")
    assert not assess(workspace, YEAR_END)["c-02"].notes[0].key.startswith("corrected")


def test_a_corrected_mid_year_changes_the_year_end_and_says_so() -> None:
    case = small()
    appeal = small(a_2="50").appeals[YEAR_END][0]
    early = {**appeal, "lodged": "2025-07-08", "review": {**appeal["review"], "on": "2025-07-15"}}
    workspace = district(case, {MID_YEAR: [early]})
    assert assess(workspace, MID_YEAR)["c-02"].total_text == "74.00"
    assert assess(workspace, MID_YEAR, date(2025, 7, 15))["c-02"].total_text == "100.00"
    result = assess(workspace, YEAR_END)["c-02"]
    assert result.total_text == "81.80"  # 100 × 30% + 74 × 70%
    assert "mid-year复核更正（a-2，2025-07-15）：a 24 → 50" in [n.text("zh") for n in result.notes]
    assert reexamined(workspace, YEAR_END, date(2026, 3, 1)).changes == ()
    late = {**appeal, "lodged": "2025-07-08", "review": {**appeal["review"], "on": "2026-01-20"}}
    changed = reexamined(district(case, {MID_YEAR: [late]}), YEAR_END, date(2026, 3, 1)).changes
    assert [(m.cadre.id, m.why) for m in changed[0].moved][:2] == [("c-02", "corrected"), ("c-03", "follows")]


def test_of_two_reviews_the_later_holds_and_starts_from_the_earlier() -> None:
    first = small(a_2="40").appeals[YEAR_END][0]
    second = small(x_0="1", a_2="30").appeals[YEAR_END][1] | {"id": "a-9"}
    result = assess(district(small(), {YEAR_END: [second, first]}), YEAR_END, date(2026, 2, 1))["c-02"]
    assert [n.text("en").split(": ", 1)[1] for n in result.notes if n.key == "corrected"] == [
        "a 24 → 40",
        "a 40 → 30",
    ]
    assert str(result.score_of("own")) == "30"


def test_what_came_out_after_the_review_is_not_told_as_what_was() -> None:
    case = small(a_2="49")
    later = {"value": "30", "known_on": "2026-02-01"}
    dossiers = [
        {**d, "facts": {**d["facts"], "a": later}} if (d["dossier"], d["period"]) == ("c-02", YEAR_END) else d
        for d in case.world.dossiers
    ]
    workspace = district(evolve(case, world=evolve(case.world, dossiers=dossiers)))
    for day in (date(2026, 1, 10), date(2026, 2, 1)):
        result = assess(workspace, YEAR_END, day)["c-02"]
        assert [n.text("zh") for n in result.notes if n.key == "corrected"] == [
            "复核更正（a-2，2026-01-10）：a 待定 → 49"
        ]
        assert "30" not in result.explain("zh", "own")


# ── deadlines ────────────────────────────────────────────────────────────────────────────────────


def on_workdays(start: date, count: int) -> date:
    """The ``count``-th workday after a day, counted with the calendar's own words."""
    days = (start + n * DAY for n in range(1, 400))
    return next(islice((d for d in days if not chinese_calendar.is_holiday(d)), count - 1, None))


def published(*appeals: Appeal, on: date = date(2026, 1, 12)) -> Publicity:
    return Publicity(YEAR_END, on, None, ("o-1",), appeals)


def lodged(name: str, on: date, review: Review | None = None) -> Appeal:
    return Appeal(name, "c-1", "p-1", YEAR_END, on, "本人", "漏记", review=review)


def review(on: date, verdict: Any = "dismissed") -> Review:
    return Review("o-2", on, verdict, "查实")


@settings(max_examples=60)
@given(
    st.dates(date(2024, 1, 1), date(2026, 3, 1)), st.integers(1, 20), st.integers(0, 30), st.integers(1, 25),
    st.integers(0, 60), st.one_of(st.none(), st.integers(0, 60)),
)  # fmt: skip
def test_deadlines_are_kept_or_missed_by_the_calendar(
    first: date, times: int, late: int, within: int, passed: int, reviewed_after: int | None
) -> None:
    rules = AppealRulesDoc(publicity=Workdays(times), lodge_within=Workdays(times), review_within=Workdays(within))
    came = first + late * DAY
    verdict = None if reviewed_after is None else review(came + reviewed_after * DAY)
    as_of = came + passed * DAY
    found = publicity_on(published(lodged("a-1", came, verdict), on=first), rules, as_of)
    assert found is not None
    assert found.until is not None
    until, due = on_workdays(first, times), on_workdays(came, within)
    assert found.until.last == until
    assert found.over == (as_of > until)
    left = sum(not chinese_calendar.is_holiday(as_of + n * DAY) for n in range(1, (until - as_of).days + 1))
    assert found.until.left(as_of) == (None if as_of > until else left)
    appeal = found.appeals[0]
    assert appeal.lodged_in_time == (came <= until)
    decided = verdict is not None and verdict.on <= as_of
    assert appeal.state == ("dismissed" if decided else "overdue" if as_of > due else "under-review")
    assert appeal.reviewed_in_time == (verdict.on <= due if decided and verdict else None)


def test_what_is_not_declared_is_not_checked() -> None:
    found = publicity_on(published(lodged("a-1", date(2026, 3, 1), review(date(2026, 9, 1)))), None, date(2026, 9, 9))
    assert found is not None
    assert (found.until, found.over) == (None, None)
    assert (found.appeals[0].lodged_in_time, found.appeals[0].reviewed_in_time) == (None, None)
    assert found.appeals[0].state == "dismissed"


def test_times_in_days_and_months_go_by_the_calendar_of_months() -> None:
    rules = AppealRulesDoc(publicity=Duration(7, "days"), review_within=Duration(1, "months"))
    found = publicity_on(published(lodged("a-1", date(2026, 1, 31)), on=date(2026, 1, 30)), rules, date(2026, 2, 4))
    assert found is not None
    assert found.until is not None
    assert (found.until.last, found.until.left(date(2026, 2, 4))) == (date(2026, 2, 6), 2)
    due = found.appeals[0].reexamine
    assert due is not None
    assert due.last == date(2026, 2, 28)


def test_where_the_calendar_ends_nothing_is_claimed() -> None:
    rules = AppealRulesDoc(publicity=Workdays(5), lodge_within=Workdays(5), review_within=Workdays(5))
    start = date(2031, 1, 6)
    found = publicity_on(published(lodged("a-1", start + DAY), on=start), rules, start + 90 * DAY)
    assert found is not None
    assert found.until is not None
    assert (found.until.last, found.over) == (None, None)
    assert found.appeals[0].state == "under-review"
    assert found.appeals[0].lodged_in_time is None


def test_an_appeal_withdrawn_is_not_overdue_and_was_under_review_until_then() -> None:
    rules = AppealRulesDoc(review_within=Duration(10, "days"))
    appeal = evolve(lodged("a-1", date(2026, 1, 13)), withdrawn=date(2026, 1, 27))
    found = [publicity_on(published(appeal), rules, date(2026, 1, day)) for day in (20, 26, 27, 31)]
    assert [f.appeals[0].state for f in found if f] == ["under-review", "overdue", "withdrawn", "withdrawn"]


def test_what_happens_later_does_not_exist_yet() -> None:
    later = lodged("a-2", date(2026, 1, 20))
    public = published(lodged("a-1", date(2026, 1, 13), review(date(2026, 1, 27), "upheld")), later)
    assert publicity_on(public, None, date(2026, 1, 11)) is None
    then = publicity_on(public, None, date(2026, 1, 19))
    assert then is not None
    assert [(a.appeal.id, a.state, a.review) for a in then.appeals] == [("a-1", "under-review", None)]


def test_what_is_overdue_comes_first() -> None:
    rules = AppealRulesDoc(review_within=Duration(10, "days"))
    came = [("a-1", 13, review(date(2026, 1, 20), "upheld")), ("a-2", 16, None), ("a-3", 13, None), ("a-4", 25, None)]
    public = published(*(lodged(name, date(2026, 1, day), verdict) for name, day, verdict in came))
    found = publicity_on(public, rules, date(2026, 1, 28))
    assert found is not None
    assert [a.appeal.id for a in found.appeals] == ["a-3", "a-2", "a-4", "a-1"]


# ── who may re-examine ───────────────────────────────────────────────────────────────────────────

IN_OFFICE = (Office("d-01", "科长", Days(date(2020, 1, 1), date(2025, 12, 31))),)


@pytest.mark.parametrize(
    ("reviewer", "lodged_by", "why"),
    [
        ("o-free", "本人", None),
        ("o-assessed", "本人", "took part"),
        ("o-self", "本人", "is the cadre"),
        ("o-kin", "本人", "declared relative of the cadre"),
        ("o-kin-cadre", "本人", "declared relative of the cadre"),
        ("o-free", "o-free", "lodged the appeal"),
        ("o-other", "o-kin-other", "relative of whoever lodged"),
        ("o-gone", "本人", "held no office"),
    ],
)
def test_nobody_re_examines_their_own_or_their_relatives_case(reviewer: str, lodged_by: str, why: str | None) -> None:
    kin = {"o-kin": {"c-1"}, "o-other": {"o-kin-other"}, "o-kin-other": {"o-other"}}
    as_cadre = {"o-self": "c-1", "o-kin-cadre": "c-2"}
    names = ["o-free", "o-assessed", "o-self", "o-kin", "o-kin-cadre", "o-other", "o-kin-other"]
    officials = {n: Official(n, n, IN_OFFICE, as_cadre.get(n), frozenset(kin.get(n, ()))) for n in names}
    officials["o-gone"] = Official("o-gone", "o-gone", ())
    cadres = {n: Cadre(n, n, "a", relatives=frozenset(r)) for n, r in (("c-1", {"o-kin", "c-2"}), ("c-2", {"c-1"}))}
    found = list(objections(reviewer, "c-1", lodged_by, ("o-assessed",), date(2025, 7, 1), People(cadres, officials)))
    assert [why in text.en for text in found] == [True] if why else found == []


def test_an_office_that_has_ended_is_none() -> None:
    people = People({"c-1": Cadre("c-1", "c", "a")}, {"o-1": Official("o-1", "o", IN_OFFICE)})
    said = [
        bool(list(objections("o-1", "c-1", "本人", (), day, people)))
        for day in (date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert said == [False, True]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────

PUBLICITY = """\
publicity: 2025-mid-year
from: 2025-07-07
where: 县政府网站
assessed_by: [o-1]
appeals:
  - id: a-1
    cadre: c-1
    lodged: 2025-07-08
    by: 本人
    grounds: 走访漏计
    evidence: [走访登记簿]
    review:
      by: o-2
      on: 2025-07-15
      outcome: upheld
      reason: 漏计属实
      corrections:
        facts: {visits: {value: 99%, evidence: [e-1]}}
        external: {cross-team: {score: 90}}
        evidence: {e-1: {title: 走访登记簿}}
"""
OFFICES = """\
roster: officials
officials:
  - {id: o-1, name: 方知秋, offices: [{unit: d-01, title: 考核科科长, from: 2024-01-01}]}
  - {id: o-2, name: 贺清源, offices: [{unit: d-01, title: 监督科科长, from: 2024-01-01, to: 2025-12-31}]}
"""
FILES = {"supervision/p.yaml": PUBLICITY, "roster/officials.yaml": OFFICES}


def with_supervision(publicity: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {
        **FILES,
        "cadre-eval.yaml": CONFIG + "supervision: supervision\n",
        "supervision/p.yaml": publicity,
        **(more or {}),
    }


def test_a_sound_file_is_read_whole(tmp_path: Path) -> None:
    workspace, problems = loaded(write(tmp_path, {**SMALL, **with_supervision(PUBLICITY)}))
    assert not problems, shown(problems)
    assert workspace is not None
    result = assess(workspace, MID_YEAR, date(2025, 7, 15))["c-1"]
    assert [n.text("zh") for n in result.notes if n.key == "corrected"] == [
        "复核更正（a-1，2025-07-15）：走访率 98.5% → 99%；检查三组 88 → 90"
    ]
    assert "检查三组：90（a-1 复核更正，2025-07-15：88 → 90）" in result.explain("zh", "cross")
    assert "佐证 a-1/e-1" in result.explain("zh", "visit")
    dossier = result.subjects[0].dossier
    assert dossier.evidence["a-1/e-1"].title == "走访登记簿"
    assert set(dossier.facts["visits"].evidence) <= set(dossier.evidence)


SPOILED = [
    # what is written, what is put in its place, the code, the word it stands under
    ("publicity: 2025-mid-year", "publicity: 2025-midyear", "CE607", "2025-midyear"),
    ("from: 2025-07-07", "from: 2025-01-01", "CE702", "2025-01-01"),
    ("assessed_by: [o-1]", "assessed_by: []", "CE202", "[]"),
    ("assessed_by: [o-1]", "assessed_by: [o-9]", "CE421", "o-9"),
    ("assessed_by: [o-1]", "assessed_by: [o-1, o-2]", "CE781", "o-2\n      on"),
    ("cadre: c-1", "cadre: c-9", "CE421", "c-9"),
    ("cadre: c-1", "cadre: c-1\n    posting: p-9", "CE421", "p-9"),
    ("lodged: 2025-07-08", "lodged: 2025-07-06", "CE702", "2025-07-06"),
    ("by: o-2", "by: o-3", "CE421", "o-3"),
    ("on: 2025-07-15", "on: 2025-07-07", "CE702", "2025-07-07\n      outcome"),
    ("on: 2025-07-15", "on: 2026-01-05", "CE781", "o-2"),
    ("on: 2025-07-15", "on: 2025-02-30", "CE208", "2025-02-30"),
    ("outcome: upheld", "outcome: dismissed", "CE782", "corrections"),
    ("outcome: upheld", "outcome: uphold", "CE205", "uphold"),
    ("facts: {visits: {value: 99%, evidence: [e-1]}}", "facts: {visit: 99%}", "CE421", "visit: 99%"),
    ("value: 99%", "value: 99", "CE213", "99, ev"),
    ("value: 99%,", "value: 99%, known_on: 2025-07-16,", "CE702", "visits"),
    ("evidence: [e-1]", "evidence: [e-2]", "CE421", "99%"),
    ("cross-team: {score: 90}", "crossteam: {score: 90}", "CE421", "crossteam"),
    ("cross-team: {score: 90}", "cross-team: {score: 190}", "CE213", "190"),
    ("cross-team: {score: 90}", "cross-team: {score: 90, issued_on: 2025-07-20}", "CE702", "cross-team"),
    ("corrections:", "correction:", "CE201", "correction"),
    ("grounds: 走访漏计", "grounds: 走访漏计\n    withdrawn: 2025-07-09", "CE785", "withdrawn"),
    ("grounds: 走访漏计", "grounds: 走访漏计\n    withdrawn: 2025-07-07", "CE702", "2025-07-07\n    evidence"),
]


@pytest.mark.parametrize(
    ("old", "new", "code", "under"), SPOILED, ids=[f"{code}-{new[:24]}" for _, new, code, _ in SPOILED]
)
def test_a_mistake_is_told_under_its_word(old: str, new: str, code: str, under: str, tmp_path: Path) -> None:
    assert PUBLICITY.count(old) == 1
    text = PUBLICITY.replace(old, new)
    found = [p for p in spoiled(tmp_path, with_supervision(text)) if p.code == code]
    place = text.index(under, text.index(new)) if under in new else text.index(under)
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    assert (line, column) in {(p.span.line, p.span.column) for p in found}, shown(found)


def test_ids_and_periods_are_used_once_and_cadres_are_posted(tmp_path: Path) -> None:
    again = PUBLICITY.replace("2025-mid-year", "2024-mid-year").replace("c-1", "c-2")
    found = spoiled(tmp_path, with_supervision(PUBLICITY, {"supervision/q.yaml": again}))
    assert {(p.code, p.span.source.name) for p in found} >= {("CE306", "supervision/q.yaml")}
    twice = spoiled(
        tmp_path / "b", with_supervision(PUBLICITY, {"supervision/r.yaml": PUBLICITY.replace("a-1", "a-2")})
    )
    assert [(p.code, p.span.line) for p in twice] == [("CE306", 1)]
    early = spoiled(tmp_path / "c", with_supervision(PUBLICITY.replace("2025-mid", "2024-mid")))
    assert [p.code for p in early] == []  # posted from May 2024 on
    rules = {"ruleset.yaml": LAYER + "effective_from: 2025-01-01\n"}
    lawless = spoiled(tmp_path / "e", with_supervision(PUBLICITY.replace("2025-mid", "2024-mid"), rules))
    assert [(p.code, p.span.line, p.span.column) for p in lawless] == [("CE611", 1, 12)]
    before = CADRE_LATER.format(day="2025-08-01")
    absent = spoiled(
        tmp_path / "d",
        with_supervision(PUBLICITY, {"roster/first.yaml": before, "records/2025-mid-year/c-1.yaml": ""}),
    )
    assert "CE608" in {p.code for p in absent}


CADRE_LATER = """\
roster: first
postings:
  - {{id: p-1, cadre: c-1, host: h-01, role: first-secretary, sending_unit: u-01, from: {day}}}
"""


# ── the command ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new workspace with officials, rules for appeals, and two appeals against the year-end."""
    home = tmp_path / "w"
    make_workspace(home)
    config = home / "cadre-eval.yaml"
    config.write_text(config.read_text("utf-8") + "supervision: supervision\n", "utf-8")
    rules = home / "rulesets" / "my-district-2025.yaml"
    declared = "\nsupervision:\n  appeals: {publicity: 5 workdays, review_within: 15 workdays}\n"
    rules.write_text(rules.read_text("utf-8") + declared, "utf-8")
    roster = home / "roster.yaml"
    officials = (
        OFFICES.replace("roster: officials\n", "\n")
        .replace("d-01", "my-district")
        .replace("2025-12-31", "2027-12-31")
    )
    roster.write_text(roster.read_text("utf-8") + officials, "utf-8")
    (home / "supervision").mkdir()
    (home / "supervision" / "2025.yaml").write_text(APPEALS, "utf-8")
    return home


APPEALS = """\
publicity: 2025-year-end
from: 2026-01-12
assessed_by: [o-1]
appeals:
  - {id: a-02, cadre: c-0001, lodged: 2026-01-15, by: 本人, grounds: 漏记一次表彰}
  - id: a-01
    cadre: c-0002
    lodged: 2026-01-13
    by: 本人
    grounds: 漏记两次表彰
    review: {by: o-2, on: 2026-01-27, outcome: upheld, reason: 有文件, corrections: {facts: {awards: 2}}}
"""


def test_the_table_shows_what_is_overdue_and_who_moved(folder: Path) -> None:
    done = ran("appeals", folder, "--as-of", "2026-02-10")
    assert done.code == 0, done.said
    rows = [re.split(r"\s{2,}", line.strip()) for line in done.out.splitlines()]
    assert ["复核逾期 5 天", "a-02", "陈望川 c-0001", "2026-01-15", "2026-02-05", "—"] in rows
    assert ["许知夏 c-0002", "94.51 → 95.91", "合格", "3 → 2", "名额外", "复核更正"] in rows
    assert ["何远舟 c-0004", "95.37", "称职", "2 → 3", "名额外", "随之变动"] in rows
    assert "办法没有规定多久内可以申诉，这些期限没有核对" in done.out
    early = ran("appeals", folder, "--as-of", "2026-01-14").out
    assert "还有 3 个工作日" in early
    assert "a-02" not in early
    assert "复核后的变化" not in early


def test_the_json_has_every_key_the_reference_names(folder: Path) -> None:
    done = ran("appeals", folder, "--as-of", "2026-02-10", "--format", "json")
    found = json.loads(done.out)
    public = found["publicity"][0]
    assert [a["id"] for a in public["appeals"]] == ["a-02", "a-01"]
    assert (public["until"], public["over"], public["days_left"]) == ("2026-01-19", True, None)
    change = public["changes"][0]
    assert change["appeals"][0]["corrections"] == [{"what": "区级以上表彰", "old": "0次", "new": "2次"}]
    assert [(m["cadre"], m["why"]) for m in change["affected"]] == [("c-0002", "corrected"), ("c-0004", "follows")]
    text = (Path(__file__).parents[1] / "docs" / "reference" / "commands.md").read_text("utf-8")
    section = text.split("## `cadre-eval appeals`")[1].split("\n## ")[0]
    named = {word for span in re.findall(r"`([^`\n]+)`", section) for word in re.findall(r"[\w-]+", span)}
    assert keys_in(found) - named == set()


def keys_in(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set(value) | {key for part in value.values() for key in keys_in(part)}
    return {key for part in value for key in keys_in(part)} if isinstance(value, list) else set()


def test_an_appeal_may_be_withdrawn_or_upheld_by_what_is_corrected_elsewhere(folder: Path) -> None:
    path = folder / "supervision" / "2025.yaml"
    text = path.read_text("utf-8").replace("漏记一次表彰}", "漏记一次表彰, withdrawn: 2026-01-20}")
    path.write_text(text.replace("{facts: {awards: 2}}", "{elsewhere: [督查问题撤销]}"), "utf-8")
    done = ran("appeals", folder, "--as-of", "2026-02-10")
    assert done.code == 0, done.said
    rows = [re.split(r"\s{2,}", line.strip()) for line in done.out.splitlines()]
    assert ["撤回", "a-02", "陈望川 c-0001", "2026-01-15", "2026-02-05", "2026-01-20 撤回"] in rows
    assert "a-01 许知夏，贺清源（o-2）复核：督查问题撤销" in done.out
    assert "申诉：2 件（支持 1，撤回 1）" in done.out


def test_votes_and_marks_are_corrected_whole_and_shown_in_words_only(folder: Path) -> None:
    path = folder / "supervision" / "2025.yaml"
    votes = "{satisfaction: {classes: {residents: {tally: {满意: 30}}, committee: {tally: {满意: 7}}}}}"
    path.write_text(path.read_text("utf-8").replace("{facts: {awards: 2}}", f"{{surveys: {votes}}}"), "utf-8")
    assert ran("check", folder).code == 0, ran("check", folder).said
    before = ran("explain", folder, "c-0002", "satisfaction", "--period", YEAR_END, "--as-of", "2026-01-26").out
    after = ran("explain", folder, "c-0002", "satisfaction", "--period", YEAR_END, "--as-of", "2026-01-27").out
    assert before != after
    assert "30×100" in after
    done = ran("appeals", folder, "--as-of", "2026-02-10").out
    assert "满意度测评 原登记的票数 → 复核后的票数" in done
    assert "30" not in re.sub(r"20\d\d-\d\d-\d\d|\d+\.\d+", "", done)


def test_a_time_beyond_the_calendar_is_said_not_to_be_checked(folder: Path) -> None:
    path = folder / "supervision" / "2025.yaml"
    text = path.read_text("utf-8").replace("lodged: 2026-01-15", "lodged: 2030-12-20")
    path.write_text(text, "utf-8")
    assert (
        "工作日历没有那么远，有的申诉期限、复核期限算不出来，没有核对"
        in ran("appeals", folder, "--as-of", "2030-12-31").out
    )


def test_the_old_result_stands_and_the_new_one_says_why(folder: Path) -> None:
    old = ran("assess", folder, "--period", YEAR_END).out
    new = ran("assess", folder, "--period", YEAR_END, "--as-of", "2026-01-27").out
    (folder / "supervision" / "2025.yaml").unlink()
    assert ran("assess", folder, "--period", YEAR_END).out == old
    assert "复核更正（a-01，2026-01-27）：区级以上表彰 0次 → 2次" in new
    assert "95.91" in new
    assert "95.91" not in old


def test_the_command_speaks_english_and_is_plain_where_nothing_was_published(folder: Path) -> None:
    english = spawned("--lang", "en", "appeals", folder, "--as-of", "2026-02-10").out
    assert "Overdue 5 days" in english
    assert "Compared with 2026-01-26: 2 affected, the results of 2 others unchanged." in english
    none = ran("appeals", folder, "--as-of", "2025-12-31")
    assert none.code == 0
    assert "到这一天没有公示过结果" in none.out
    assert "没有公示过" in ran("appeals", folder, "--period", MID_YEAR).out
    assert ran("appeals", folder, "--period", "2025-midyear").code == 2
