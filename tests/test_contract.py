"""``assess --format json``: what importers rely on, held on the shipped example; and the story the example tells."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from cadre_eval import PeriodResult, Result, Workspace, assess, open_workspace
from cadre_eval.numbers.exact import round_fraction
from cadre_eval.reports.exports import results_sheet
from cadre_eval.reports.results_json import results_json
from cadre_eval.reports.table import results_table
from running import EXAMPLE, environment, ran, spawned

MID, END = "2025-mid-year", "2025-year-end"
LAST_DAY = {MID: "2025-06-30", END: "2025-12-31"}
Json = dict[str, Any]

TOP = {"ruleset", "period", "as_of", "plugins", "results", "measures", "failures", "summary"}
RESULT = {
    "cadre", "posting", "pool", "state", "total", "interval", "grade", "grades_possible", "rank", "criteria",
    "adjustments", "gates", "notes", "proposals",
}  # fmt: skip
SUMMARY = {"cadres", "final", "pending", "not_assessed", "grades", "pools"}
POOL = {"pool", "cadres", "final", "best", "mean"}

TOTAL = re.compile(r"-?\d+\.\d\d")
EXACT = re.compile(r"-?\d+(\.\d+)?|-?\d+/\d+")


@cache
def example() -> Workspace:
    return open_workspace(EXAMPLE)


@cache
def found(period: str, as_of: str = "") -> PeriodResult:
    return assess(example(), period, date.fromisoformat(as_of) if as_of else None)


@cache
def printed(period: str, as_of: str = "") -> str:
    """What the command prints."""
    done = ran("assess", EXAMPLE, "--period", period, "--format", "json", *(["--as-of", as_of] if as_of else []))
    assert (done.code, done.err) == (0, "")
    return done.out


def document(period: str, as_of: str = "") -> Json:
    text = results_json(found(period, as_of)) if as_of else printed(period)
    return json.loads(text, parse_float=_no_float)  # type: ignore[no-any-return]


def _no_float(text: str) -> float:
    raise AssertionError(f"{text} is a binary float for whoever reads it")


def results(period: str, as_of: str = "") -> list[Json]:
    return document(period, as_of)["results"]  # type: ignore[no-any-return]


def by_cadre(period: str, as_of: str = "") -> dict[str, Json]:
    return {r["cadre"]: r for r in results(period, as_of)}


both = pytest.mark.parametrize("period", [MID, END])


# ── the form ─────────────────────────────────────────────────────


@both
def test_every_object_has_just_the_keys_of_the_contract(period: str) -> None:
    top = document(period)
    assert set(top) == TOP
    assert set(top["ruleset"]) == {"id", "digest"}
    assert set(top["summary"]) == SUMMARY
    assert all(set(pool) == POOL for pool in top["summary"]["pools"])
    for r in top["results"]:
        assert set(r) == RESULT
        assert all(set(c) == {"id", "score", "out_of", "state"} for c in r["criteria"])
        assert all(set(a) == {"id", "points"} for a in r["adjustments"])
        assert all(set(g) == {"id", "state"} for g in r["gates"])


@both
def test_ruleset_period_and_day_are_named(period: str) -> None:
    top = document(period)
    assert top["ruleset"]["id"] == "resettlement-district-2025"
    assert re.fullmatch("[0-9a-f]{64}", top["ruleset"]["digest"])
    assert (top["period"], top["plugins"]) == (period, [])


@both
def test_the_day_of_knowledge_is_the_last_of_the_period_unless_given(period: str) -> None:
    assert document(period)["as_of"] == LAST_DAY[period]
    assert printed(period) == printed(period, LAST_DAY[period])
    assert json.loads(printed(period, "2025-08-08"))["as_of"] == "2025-08-08"


@both
def test_texts_are_texts_and_scores_are_exact_text(period: str) -> None:
    for r in results(period):
        assert all(isinstance(r[key], str) and r[key] for key in ("cadre", "posting", "pool"))
        assert r["rank"] is None or (type(r["rank"]) is int and r["rank"] >= 1)
        assert r["grade"] is None or isinstance(r["grade"], str)
        assert all(isinstance(text, str) and text.strip() for text in r["notes"])
        assert len(set(r["grades_possible"])) == len(r["grades_possible"])
        for c in r["criteria"]:
            assert c["score"] is None or EXACT.fullmatch(c["score"]), c
            assert EXACT.fullmatch(c["out_of"]), c
            assert c["state"] in {"scored", "open", "zero", "excluded", "pool-mean"}
        assert all(a["points"] is None or EXACT.fullmatch(a["points"]) for a in r["adjustments"])
        assert all(g["state"] in {"triggered", "open"} for g in r["gates"])


@both
def test_the_total_is_text_of_two_places_if_final_and_else_null(period: str) -> None:
    for r in results(period):
        assert r["state"] in {"final", "pending", "not-assessed"}
        if r["state"] == "final":
            assert TOTAL.fullmatch(r["total"])
        else:
            assert r["total"] is None


@both
def test_the_interval_is_two_texts_in_order_if_pending_and_else_null(period: str) -> None:
    for r in results(period):
        if r["state"] == "pending":
            low, high = r["interval"]
            assert TOTAL.fullmatch(low)
            assert TOTAL.fullmatch(high)
            assert Fraction(low) <= Fraction(high)
        else:
            assert r["interval"] is None


@both
def test_a_grade_is_given_only_if_final_and_the_only_one_possible(period: str) -> None:
    for r in results(period):
        if r["grade"] is not None:
            assert r["state"] == "final"
            assert r["grades_possible"] == [r["grade"]]
        elif r["state"] == "final":
            assert len(r["grades_possible"]) > 1
        elif r["state"] == "pending":
            assert r["grades_possible"]
        else:
            assert r["grades_possible"] == []
            assert r["rank"] is None


@both
def test_a_score_is_null_only_while_its_criterion_is_open_or_excluded(period: str) -> None:
    for r in results(period):
        assert (r["criteria"] == []) == (r["state"] == "not-assessed")
        for c in r["criteria"]:
            assert (c["score"] is None) == (c["state"] in {"open", "excluded"}), c
        ids = [c["id"] for c in r["criteria"]]
        assert len(set(ids)) == len(ids)


@both
def test_a_pending_result_says_what_it_waits_for(period: str) -> None:
    pending = [r for r in results(period) if r["state"] == "pending"]
    assert all(any(text.startswith("等待：") for text in r["notes"]) for r in pending)
    assert bool(pending) == (period == MID)


@both
def test_whoever_is_not_assessed_is_told_why(period: str) -> None:
    left_out = [r for r in results(period) if r["state"] == "not-assessed"]
    assert left_out
    assert all(r["notes"] for r in left_out)


@both
def test_results_are_sorted_by_pool_rank_and_cadre(period: str) -> None:
    order = [(r["pool"], r["rank"] or sys.maxsize, r["cadre"]) for r in results(period)]
    assert order == sorted(order)
    assert len({cadre for _, _, cadre in order}) == len(order)


@both
def test_everybody_posted_in_the_period_has_one_result(period: str) -> None:
    first, last = "2025-01-01", LAST_DAY[period]
    postings = yaml.load((EXAMPLE / "roster" / "postings.yaml").read_text("utf-8"), yaml.BaseLoader)["postings"]
    posted = {
        p["cadre"]
        for p in postings
        if p["from"] <= last and min([p["to"], *([p["ended"]["on"]] if "ended" in p else [])]) >= first
    }
    assert {r["cadre"] for r in results(period)} == posted


@both
def test_the_summary_counts_the_results(period: str) -> None:
    summary, rows = document(period)["summary"], results(period)
    states = [r["state"] for r in rows]
    assert summary["cadres"] == len(rows)
    assert summary["final"] == states.count("final")
    assert summary["pending"] == states.count("pending")
    assert summary["not_assessed"] == states.count("not-assessed")
    grades = [r["grade"] for r in rows if r["grade"]]
    assert summary["grades"] == {grade: grades.count(grade) for grade in sorted(set(grades))}
    assert [p["pool"] for p in summary["pools"]] == sorted({r["pool"] for r in rows})
    for pool in summary["pools"]:
        totals = [Fraction(r["total"]) for r in rows if r["pool"] == pool["pool"] and r["total"]]
        assert pool["cadres"] == sum(r["pool"] == pool["pool"] for r in rows)
        assert pool["final"] == len(totals)
        if not totals:
            assert (pool["best"], pool["mean"]) == (None, None)
            continue
        assert Fraction(pool["best"]) == max(totals)
        assert Fraction(pool["mean"]) == sum(totals) / len(totals)


@both
def test_ranks_follow_the_totals_and_ties_share_one(period: str) -> None:
    pools = defaultdict(list)
    for r in results(period):
        if r["rank"] is not None:
            pools[r["pool"]].append((r["rank"], Fraction(r["total"])))
    assert pools
    for ranked in pools.values():
        for (rank, total), (next_rank, next_total) in zip(ranked, ranked[1:], strict=False):
            assert total >= next_total
            assert rank <= next_rank
        for rank, total in ranked:
            assert rank > sum(other > total for _, other in ranked)
            if period == END:  # all of them are final
                assert rank == 1 + sum(other < rank for other, _ in ranked)


@both
def test_grades_are_those_of_the_category(period: str) -> None:
    scales = found(period).plan.grades
    for result in found(period):
        labels = (scales.get(result.cadre.category) or scales["any"]).labels
        row = by_cadre(period)[result.cadre.id]
        assert set(row["grades_possible"]) <= set(labels)
        assert row["grades_possible"] == sorted(row["grades_possible"], key=labels.index)


@both
def test_the_command_and_the_library_say_the_same(period: str) -> None:
    assert printed(period) == results_json(found(period))


# ── day of knowledge ─────────────────────────────────────────────


def test_the_middle_of_the_year_has_pending_results_and_its_end_none() -> None:
    assert any(r["interval"] for r in results(MID))
    assert not any(r["interval"] for r in results(END))
    assert all(r["state"] != "pending" for r in results(END))


def test_a_month_later_nothing_of_the_middle_of_the_year_is_pending() -> None:
    assert {r["state"] for r in results(MID, "2025-07-31")} == {"final", "not-assessed"}


def test_what_became_known_lies_in_the_interval_told_before() -> None:
    later = by_cadre(MID, "2025-07-31")
    pending = [r for r in results(MID) if r["state"] == "pending"]
    for before in pending:
        low, high = map(Fraction, before["interval"])
        after = later[before["cadre"]]
        assert low <= Fraction(after["total"]) <= high
        assert after["grade"] in before["grades_possible"]
    assert pending


def test_what_was_final_stays_final_with_its_total_and_its_rank() -> None:
    later = by_cadre(MID, "2025-07-31")
    final = [r for r in results(MID) if r["state"] == "final"]
    for before in final:
        after = later[before["cadre"]]
        assert (after["state"], after["total"]) == ("final", before["total"])
        assert after["rank"] == before["rank"] or before["rank"] is None
        assert after["grade"] == before["grade"] or before["grade"] is None
    assert final


def test_each_day_settles_what_became_known_by_it() -> None:
    days = ["2025-06-30", "2025-07-02", "2025-07-03", "2025-07-08", "2025-07-09"]
    waiting = [{r["cadre"] for r in results(MID, day) if r["state"] == "pending"} for day in days]
    assert waiting[0] == waiting[1]
    assert waiting[1] - waiting[2] == {"c-0006"}
    assert waiting[2] == waiting[3] == {"c-0008", "c-0023", "c-0024"}
    assert waiting[4] == set()


def test_before_the_survey_more_is_open() -> None:
    early = results(MID, "2025-06-15")
    assert sum(r["state"] == "pending" for r in early) > sum(r["state"] == "pending" for r in results(MID))
    for r in early:
        total = by_cadre(MID, "2025-07-31")[r["cadre"]]["total"]
        if r["state"] == "pending" and total is not None:
            assert Fraction(r["interval"][0]) <= Fraction(total) <= Fraction(r["interval"][1])


# ── the story of the example ─────────────────────────────────────


def notes(result: Result) -> dict[str, str]:
    """Text by key."""
    return {note.key: note.text("zh") for note in result.notes}


def noted(period: str, key: str) -> list[Result]:
    """Those with such a note; the text stands in the JSON."""
    with_note = [r for r in found(period) if key in notes(r)]
    for result in with_note:
        assert notes(result)[key] in by_cadre(period)[result.cadre.id]["notes"]
    return with_note


def test_a_tie_that_nothing_breaks_shares_the_rank_and_names_the_others() -> None:
    tied = noted(END, "tie-open")
    assert len(tied) >= 2
    for result in tied:
        others = [r for r in tied if r is not result and (r.pool, r.rank) == (result.pool, result.rank)]
        assert others
        assert all(r.cadre.name in notes(result)["tie-open"] for r in others)
        assert all(result.exact == r.exact for r in others)
        below = [r.rank for r in found(END) if r.pool == result.pool and (r.rank or 0) > (result.rank or 0)]
        assert min(below, default=None) in {None, (result.rank or 0) + 1 + len(others)}


def chain_values(result: Result) -> list[Any]:
    return [
        result.exact if link == "exact" else result.score_of(link) for link in found(END).rules.ties if link != "open"
    ]


def test_a_tie_is_broken_by_the_chain_in_its_order() -> None:
    broken = [r for r in noted(END, "tie-broken") if r.rank is not None]
    pairs = [
        (a, b)
        for a in broken
        for b in broken
        if a is not b and (a.pool, a.total) == (b.pool, b.total) and (a.rank or 0) < (b.rank or 0)
    ]
    assert pairs
    for ahead, behind in pairs:
        assert ahead.total_text == behind.total_text
        assert chain_values(ahead) > chain_values(behind)
        assert behind.cadre.name in notes(ahead)["tie-broken"]
        assert ahead.cadre.name in notes(behind)["tie-broken"]


def test_the_quota_is_full_and_never_passed() -> None:
    (quota,) = found(END).plan.quotas
    pools = defaultdict(list)
    for result in found(END):
        if result.state != "not-assessed":
            pools[result.cadre.category].append(result)
    full = 0
    for category, members in pools.items():
        places = int(quota.share * len(members))
        label = members[0].scale.labels[quota.grade[category]]  # type: ignore[union-attr]
        given = [r for r in members if r.grade == label]
        assert len(given) <= places
        full += places > 0 and len(given) == places
        cut = [r for r in members if {"quota-cut", "quota-none"} & set(notes(r))]
        assert all(r.total < g.total for r in cut for g in given)
    assert full


def test_the_quota_cuts_those_whose_score_was_enough() -> None:
    cut = noted(END, "quota-cut")
    assert cut
    for result in cut:
        bands = result.scale.bands  # type: ignore[union-attr]
        assert result.total in bands[0]
        assert result.grade == result.scale.labels[1]  # type: ignore[union-attr]


def test_a_pool_too_small_for_a_place_is_told_so() -> None:
    assert noted(END, "quota-none")


def test_a_gate_caps_the_grade_and_names_the_sending_unit() -> None:
    capped = [r for r in noted(END, "gate-cap") if "gate-also" in notes(r)]
    assert capped
    told = [r for r in capped if any(r.posting.sending_unit.name in t for t in by_cadre(END)[r.cadre.id]["notes"])]
    assert told
    for result in capped:
        assert result.grade != result.scale.labels[0]  # type: ignore[union-attr]
        assert "triggered" in {g["state"] for g in by_cadre(END)[result.cadre.id]["gates"]}


def test_a_capped_cadre_had_a_score_that_was_enough() -> None:
    assert any(r.total in r.scale.bands[0] for r in noted(END, "gate-cap") if r.scale)


def test_a_sanction_forces_the_worst_grade_whatever_the_score_and_takes_no_place() -> None:
    forced = noted(END, "gate-force")
    assert forced
    for result in forced:
        labels = result.scale.labels  # type: ignore[union-attr]
        assert result.grade == labels[-1]
        assert result.total in result.scale.bands[0]  # type: ignore[union-attr]
        worse = [r for r in found(END) if r.pool == result.pool and (r.rank or 0) > (result.rank or 0)]
        assert any(r.grade == labels[0] for r in worse)


def test_a_late_transfer_is_noted_with_its_day() -> None:
    (late,) = noted(END, "late-transfer")
    transfer = late.posting.transfers["assessment"]
    assert any(transfer.effective.isoformat() in t and "考核关系" in t for t in by_cadre(END)[late.cadre.id]["notes"])
    assert late.state == "final"


def test_an_arrival_in_the_year_is_noted_and_counts_without_a_mid_year() -> None:
    arrived = [r for r in noted(END, "joined") if r.state == "final"]
    assert arrived
    assert all(r.posting.start > date(2025, 1, 1) for r in arrived)
    alone = noted(END, "no-earlier-renormalise")
    assert alone
    assert {r.cadre.id for r in alone} <= {r.cadre.id for r in arrived}


def test_who_left_is_assessed_if_the_service_was_long_enough() -> None:
    left = {r.cadre.id: r for r in noted(END, "left")}
    assert any(r.state == "final" for r in left.values())
    assert noted(END, "short-service")
    gone_early = next(r for r in noted(MID, "left") if r.state == "final")
    assert found(END)[gone_early.cadre.id].state == "not-assessed"


def test_two_postings_are_weighed_by_days() -> None:
    (moved,) = noted(END, "several-postings")
    assert found(END).plan.eligibility.several_postings == "by-days"
    assert len(moved.scores) == 2
    own = next(part.total for part in moved.earlier if part.source == "own")
    days = []
    for score in moved.scores:
        posting = score.subject.posting
        last = min(d for d in (posting.ended, posting.term_end, date(2025, 12, 31)) if d)
        days.append((last - max(posting.start, date(2025, 1, 1))).days + 1)
    assert [score.days for score in moved.scores] == days
    assert own == sum((s.own * n for s, n in zip(moved.scores, days, strict=True)), Fraction(0)) / sum(days)
    for score in moved.scores:
        assert score.subject.posting.host.name in notes(moved)["several-postings"]
        assert str(score.days) in notes(moved)["several-postings"]


@both
def test_who_was_never_transferred_is_not_assessed_here(period: str) -> None:
    (elsewhere,) = noted(period, "no-relation")
    assert elsewhere.state == "not-assessed"
    assert "assessment" not in elsewhere.posting.transfers
    assert elsewhere.posting.sending_unit.name in notes(elsewhere)["no-relation"]


def test_a_duty_of_party_members_does_not_count_for_others() -> None:
    outsiders = [r for r in found(END) if not r.cadre.party_member]
    assert outsiders
    for result in outsiders:
        assert "party" in result.posting.not_applicable
        states = {c["id"]: (c["state"], c["score"]) for c in by_cadre(END)[result.cadre.id]["criteria"]}
        assert states["party-meetings"] == ("excluded", None)
        assert result.state == "final"


def test_an_excused_test_counts_the_mean_of_the_pool() -> None:
    excused = [r for r in found(END) for c in by_cadre(END)[r.cadre.id]["criteria"] if c["state"] == "pool-mean"]
    assert excused
    for result in excused:
        mates = [r for r in found(END) if r.pool == result.pool and r is not result and r.main]
        scores = [r.score_of("village-facts") for r in mates]
        present = [s for s in scores if isinstance(s, Fraction)]
        assert min(present) <= result.score_of("village-facts") <= max(present)  # type: ignore[operator]


def test_the_year_weighs_the_rounded_middle_of_the_year_with_its_own() -> None:
    weighed = [r for r in found(END) if [p.source for p in r.earlier] == ["assessed", "own"]]
    assert weighed
    for result in weighed:
        half, own = result.earlier
        assert half.total == found(MID, LAST_DAY[END])[result.cadre.id].total
        summed = half.total * half.weight + own.total * own.weight  # type: ignore[operator]
        assert result.total == round_fraction(summed / (half.weight + own.weight), 2, "half-up")


# ── the same input gives the same bytes ──────────────────────────


def as_read(path: Path) -> Any:
    """The file with every scalar as text."""
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def shuffled(node: Any, dice: Random) -> Any:
    """The same content: keys and list entries in another order."""
    if isinstance(node, dict):
        items = [(key, shuffled(value, dice)) for key, value in node.items()]
        dice.shuffle(items)
        return dict(items)
    if isinstance(node, list):
        entries = [shuffled(entry, dice) for entry in node]
        dice.shuffle(entries)
        return entries
    return node


def split_roster(dice: Random) -> Iterator[tuple[str, Json]]:
    """The roster in other files: each entry of each list goes to one of four."""
    files: list[Json] = [{} for _ in range(4)]
    for path in (EXAMPLE / "roster").glob("*.yaml"):
        for section, entries in as_read(path).items():
            if section != "roster":
                for entry in entries:
                    dice.choice(files).setdefault(section, []).append(entry)
    for number, content in enumerate(files):
        yield f"roster/{dice.choice('adz')}{number}.yaml", {"roster": f"part {number}", **content}


def scrambled(folder: Path, seed: int) -> Path:
    """The example with nothing in its place: same content."""
    dice = Random(seed)
    files: Json = dict(split_roster(dice))
    for number, path in enumerate(sorted((EXAMPLE / "records").rglob("*.yaml"))):
        name = f"records/{dice.choice(['', 'street/', 'a/b/'])}{dice.randrange(10**6)}-{number}.yml"
        files[name] = as_read(path)
    for number, path in enumerate(sorted((EXAMPLE / "supervision").rglob("*.yaml"))):
        files[f"supervision/{dice.choice(['', 'a/b/'])}{dice.randrange(10**6)}-{number}.yml"] = as_read(path)
    files["cadre-eval.yaml"] = as_read(EXAMPLE / "cadre-eval.yaml")
    texts = {name: json.dumps(shuffled(content, dice), ensure_ascii=False) for name, content in files.items()}
    for path in (EXAMPLE / "rulesets").glob("*.yaml"):
        texts[f"rulesets/{path.name}"] = path.read_text("utf-8")
    order = list(texts)
    dice.shuffle(order)
    for name in order:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(texts[name], "utf-8")
    return folder


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_files_rows_and_keys_changes_no_byte(seed: int, tmp_path: Path) -> None:
    workspace = open_workspace(scrambled(tmp_path, seed))
    for period in (MID, END):
        again = assess(workspace, period)
        assert results_json(again) == printed(period)
        assert results_sheet(again, "zh") == results_sheet(found(period), "zh")
        tables = [results_table(r, "zh", lambda text, _: text, None) for r in (again, found(period))]
        assert tables[0] == tables[1]


def without_pyyaml(folder: Path) -> Mapping[str, str]:
    """An environment in which PyYAML is not installed."""
    (folder / "sitecustomize.py").write_text("import sys\nsys.modules['yaml'] = sys.modules['_yaml'] = None\n")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])}


def test_the_slow_reader_is_really_used_without_pyyaml(tmp_path: Path) -> None:
    code = "from cadre_eval.reading.yaml_events import fast_loader; print(fast_loader())"
    env = environment(without_pyyaml(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert done.stdout == b"None\n"


ELSEWHERE = {"PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C", "TZ": "Pacific/Kiritimati", "PYTHONUTF8": "0"}
AT_HOME = {"PYTHONHASHSEED": "4242", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8", "TZ": "America/Adak"}


def written(folder: Path, period: str, env: Mapping[str, str], cwd: Path, workspace: str) -> dict[str, bytes]:
    """Everything printed, and everything written."""
    done = spawned(
        "assess", workspace, "--period", period, "--format", "json", "--out", folder, env=env, cwd=cwd
    )  # fmt: skip
    assert done.code == 0, done.err
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {**files, "printed": done.out.encode()}


@both
def test_hash_seed_locale_clock_place_and_yaml_reader_change_no_byte(period: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    slow = {**ELSEWHERE, **without_pyyaml(tmp_path / "site")}
    one = written(tmp_path / "one", period, slow, tmp_path, str(EXAMPLE))
    two = written(tmp_path / "two", period, AT_HOME, EXAMPLE.parent, EXAMPLE.name)
    assert one == two
    assert len(one) == len(results(period)) + 4
    assert one["printed"] == one[f"{period}.json"] == printed(period).encode()
