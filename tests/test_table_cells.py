"""What stands in the cells of tables: every way of writing the same is the same, and whatever is wrong is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from build import compiled, ruleset
from build import given as takes
from cadre_eval.errors import Lang, Problem, RefusedInput, UsageError
from cadre_eval.errors.render import problem_json, problem_text
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.tables.assess import Assessed, assess_table
from strategies import tries

PERIOD = "2025-year-end"
POLICIES = {"missing": "zero", "not_applicable": "exclude", "excused": "exclude"}
OPTIONS = {"满意": "100", "一般": "60", "不满意": "0"}
COUNTED = {"options": OPTIONS, "abstain": "exclude", "invalid": "zero"}
FACTS = {
    "talks": {"type": "count", "at_most": "500"},
    "points": {"type": "number", "at_least": "-50", "at_most": "100"},
    "rate": {"type": "rate"},
    "safe": {"type": "flag"},
    "level": {"type": "choice", "options": ["好", "中", "差"]},
    "papers": {"type": "choices", "options": ["日记", "清单", "水、电"]},
    "homes": {"type": "sample"},
    "free": {"type": "number"},
}
RULES = compiled(
    ruleset(
        {"id": "talk", "points": "10", "kind": "target", "fact": "talks", "target": "10"},
        takes("points"),
        {"id": "visits", "points": "10", "kind": "ratio", "fact": "rate"},
        {"id": "safety", "points": "10", "kind": "all-or-nothing", "fact": "safe"},
        {"id": "graded", "points": "10", "kind": "graded", "fact": "level", "levels": {"好": "10", "中": "6", "差": "0"}},
        {"id": "filed", "points": "9", "kind": "checklist", "fact": "papers"},
        {"id": "sampled", "points": "10", "kind": "sampled", "fact": "homes"},
        {"id": "county", "points": "10", "kind": "external"},
        {"id": "panel", "points": "10", "kind": "review", "reviewers": {"street": "60", "host": "40"},
         "absent_class": "zero", "scale": "100"},
        {"id": "words", "points": "10", "kind": "review", "reviewers": {"street": "100"},
         "questions": {"q1": "50", "q2": "50"}, "options": {"好": "100", "差": "0"}},
        {"id": "people", "points": "10", "kind": "survey", "voters": {"residents": "60", "host": "40"},
         "absent_class": "block", "minimum": {"turnout": "50%"}, "below_minimum": "block", **COUNTED},
        {"id": "asked", "points": "10", "kind": "survey", "voters": {"residents": "100"}, "minimum": {"turnout": "50%"},
         "questions": {"q1": "50", "q2": "50"}, "below_minimum": "missing", **COUNTED},
        {"id": "pooled", "points": "10", "kind": "survey", "voters": "pooled", **COUNTED, "options": {"同意": "100", "不": "0"}},
        facts=FACTS, policies=POLICIES, categories={"a": "甲类", "b": "乙类"}, pools={"by": ["category"]},
        eligibility={"assessment_relation": "not-required"},
    )
)  # fmt: skip
Columns = Mapping[str, Any]
ROSTER = {
    "cadre": ["c-1", "c-2"], "category": ["a", "b"], "role": ["team-member"] * 2, "host": ["h-1"] * 2,
    "township": ["t-1"] * 2, "sending_unit": ["u-1"] * 2, "from": ["2024-01-01"] * 2,
}  # fmt: skip


def assessed(rules: CompiledRuleset = RULES, day: date | None = None, **tables: Columns | pa.Table) -> Assessed:
    every = {"roster": ROSTER, **tables}
    made = {name: t if isinstance(t, pa.Table) else pa.table(dict(t)) for name, t in every.items()}
    return assess_table(rules, PERIOD, made, "d-1", day)


def points(criterion: str, **tables: Columns | pa.Table) -> list[Any]:
    """The points of a criterion, for c-1 and c-2."""
    column = assessed(**tables).scores.column(criterion).to_pylist()
    return [None if number is None else str(Decimal(number).normalize()) if "/" not in str(number) else number
            for number in column]  # fmt: skip


def problems(**tables: Columns | pa.Table) -> list[Problem]:
    with pytest.raises(RefusedInput) as refused:
        assessed(**tables)
    return refused.value.problems


def told(**tables: Columns | pa.Table) -> list[tuple[str, str, str]]:
    """The codes with file, row, and the words at the place."""
    return [(p.code, f"{p.span.source.name}:{p.span.line}", _marked(p)) for p in problems(**tables)]


def _marked(problem: Problem) -> str:
    span = problem.span
    return span.source.line(span.line)[span.column - 1 : span.column - 1 + span.length]


def facts(**columns: Any) -> dict[str, Any]:
    return {"posting": ["c-1", "c-2"], **columns}


# ── numbers ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["12.5", "-3"]),
        pa.array(["1250%", "-300%"]),
        pa.array([Decimal("12.50"), Decimal("-3")], pa.decimal128(6, 2)),
        pa.array([Decimal("12.5"), Decimal("-3.0")], pa.decimal128(38, 20)),
        pa.array([Decimal("12.5"), Decimal("-3.0")], pa.decimal256(60, 30)),
        pa.array(["12.5", "-3"]).dictionary_encode(),
        pa.array(["12.5", "-3"], pa.large_string()),
        pa.array(["12.5", "-3"], pa.string_view()),
        pa.DictionaryArray.from_arrays(pa.array([2, 1], pa.uint8()), pa.array(["99", "-3", "12.5"])),
    ],
    ids=lambda column: str(column.type),
)
def test_a_number_is_the_same_however_it_is_written(column: pa.Array) -> None:
    assert points("points", facts=facts(points=column)) == ["12.5", "0"]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([7, 12]), pa.array([7, 12], pa.uint8()), pa.array([7, 12], pa.int32()), pa.array(["7", "12"]),
        pa.array([Decimal("7.0"), Decimal("12.0")]), pa.array([7, 12], pa.uint64()),
    ],
    ids=lambda column: str(column.type),
)  # fmt: skip
def test_a_count_is_the_same_however_it_is_written(column: pa.Array) -> None:
    assert points("talk", facts=facts(talks=column)) == ["7", "1E+1"]


@pytest.mark.parametrize("kind", [pa.decimal128(38, 19), pa.decimal256(76, 30)], ids=str)
def test_small_numbers_with_room_for_huge_ones_are_scored_as_any(kind: pa.DataType) -> None:
    rules = compiled(ruleset(
        {"id": "slips", "points": "100", "kind": "per-occurrence", "each": {"x": "-1", "y": "-2"}},
        facts={"x": {"type": "count"}, "y": {"type": "count"}}, policies=POLICIES,
        eligibility={"assessment_relation": "not-required"},
    ))  # fmt: skip
    for wide in ("x", "y"):
        columns = {
            name: pa.array([Decimal(1), Decimal(2)], kind if name == wide else pa.decimal128(9, 0)) for name in "xy"
        }
        tables = {"roster": pa.table({**ROSTER, "category": ["x"] * 2}), "facts": pa.table(facts(**columns))}
        assert assessed(rules, **tables).results.column("total").to_pylist() == [Decimal(97), Decimal(94)]


def test_rates_are_quotients_percentages_or_decimals() -> None:
    assert points("visits", facts=facts(rate=["2/3", "98.5%"])) == ["20/3", "9.85"]
    assert points("visits", facts=facts(rate=[Decimal("0.985"), None])) == ["9.85", "0"]


def test_quotients_of_many_denominators_stay_exact() -> None:
    many = [f"1/{n}" for n in range(999_999_000, 999_999_400)]
    people = {
        key: [f"c-{n:04d}" for n in range(400)] if key == "cadre" else values[:1] * 400
        for key, values in ROSTER.items()
    }
    found = assessed(roster=people, facts={"posting": people["cadre"], "rate": many}).scores
    assert found.column("visits").to_pylist()[:2] == ["1/99999900", "10/999999001"]


HUGE = "999999999999999999.999999999999999999"


@pytest.mark.parametrize("sign", ["", "-"])
def test_numbers_of_36_digits_are_added_exactly(sign: str) -> None:
    unlimited = {"ceiling": "none", "floor": "none"}
    rules = compiled(ruleset(
        {**takes("free"), **unlimited}, {**takes("more"), **unlimited}, total=unlimited, categories={"a": "甲", "b": "乙"},
        facts={"free": {"type": "number"}, "more": {"type": "number"}}, eligibility={"assessment_relation": "not-required"},
    ))  # fmt: skip
    found = assessed(rules, facts=facts(free=[sign + HUGE, "1"], more=[sign + HUGE, "0.5"]))
    assert found.scores.column("free").to_pylist()[0] == sign + HUGE
    totals = {row["cadre"]: row["total"] for row in found.results.to_pylist()}
    assert totals == {"c-1": Decimal(sign + "2000000000000000000.00"), "c-2": Decimal("1.50")}


@pytest.mark.parametrize(
    ("name", "column", "code", "row", "text"),
    [
        ("talks", ["3", "3.5"], "CE207", 2, "3.5"),
        ("talks", ["-1", "3"], "CE207", 1, "-1"),
        ("talks", [3, 501], "CE213", 2, "501"),
        ("talks", [3, -1], "CE207", 2, "-1"),
        ("talks", [Decimal("3.5"), Decimal("3.0")], "CE207", 1, "3.5"),
        ("points", ["１２", "3"], "CE206", 1, "１２"),
        ("points", ["12分", "3"], "CE206", 1, "12分"),
        ("points", ["1e3", "3"], "CE206", 1, "1e3"),
        ("points", ["", "3"], "CE202", 1, " "),
        ("points", [101, 3], "CE213", 1, "101"),
        ("rate", [0, 2], "CE213", 2, "2"),
        ("rate", ["98", "0"], "CE213", 1, "98"),
        ("rate", ["1/0", "0"], "CE206", 1, "1/0"),
        ("safe", ["maybe", "是"], "CE210", 1, "maybe"),
        ("level", ["良", "好"], "CE404", 1, "良"),
        ("papers", ["日记、表", "清单"], "CE421", 1, "表"),
        ("papers", [["日记", "日记"], ["清单"]], "CE306", 1, "日记"),
        ("papers", [["日记", None], ["清单"]], "CE202", 1, " "),
        ("papers", ["日记、日记", "清单"], "CE306", 1, "日记、日记"),
        ("external.county", ["101", "5"], "CE213", 1, "101"),
        ("external.county", [5, -1], "CE213", 2, "-1"),
        ("talks.known_on", ["2025-02-30", None], "CE208", 1, "2025-02-30"),
        ("talks.state", ["pendign", None], "CE421", 1, "pendign"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_told_with_its_row_and_words(
    name: str, column: list[Any], code: str, row: int, text: str
) -> None:
    found = told(facts=facts(**{name: column}))
    assert [(c, place) for c, place, _ in found] == [(code, f"facts:{row}")]
    assert found[0][2] == text or not text.strip()


def test_rows_are_counted_through_all_chunks_of_a_table() -> None:
    chunked = pa.table({"posting": pa.chunked_array([["c-1"], ["c-2"]]), "talks": pa.chunked_array([["1"], ["x"]])})
    assert [place for _, place, _ in told(facts=chunked)] == ["facts:2"]


def test_of_many_bad_cells_of_a_column_the_first_few_are_told() -> None:
    many = {
        key: [f"c-{n}" for n in range(400)] if key == "cadre" else values[:1] * 400 for key, values in ROSTER.items()
    }
    bad = {"posting": many["cadre"], "talks": [f"{n}次" for n in range(400)], "rate": ["x"] * 400}
    found = problems(roster=many, facts=bad)
    assert [(p.code, p.span.line) for p in found] == [("CE206", 1), ("CE206", 1), ("CE206", 2), ("CE206", 3),
                                                      ("CE206", 4), ("CE206", 5)]  # fmt: skip


# ── truths, words, samples, states ────────────────────────────────────────


@pytest.mark.parametrize("column", [[True, False], ["是", "否"], ["yes", "no"], ["true", "false"]])
def test_truths_are_truths_or_words(column: list[Any]) -> None:
    assert points("safety", facts=facts(safe=column)) == ["1E+1", "0"]


@pytest.mark.parametrize(
    "column",
    [
        [["日记", "水、电"], []],
        pa.array([["日记", "水、电"], []], pa.large_list(pa.large_string())),
        pa.array([None, ["日记", "水、电"], []]).slice(1),
        pa.ListArray.from_arrays(pa.array([0, 2, 2]), pa.array(["日记", "水、电"]).dictionary_encode()),
    ],
)
def test_a_set_of_words_is_a_list(column: Any) -> None:
    assert points("filed", facts=facts(papers=column)) == ["6", "0"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("日记、清单", "6"),
        ("日记; 清单", "6"),
        ("清单,日记", "6"),
        ("水、电", "3"),
        ("、", "0"),
        ("日记", "3"),
        (None, "0"),
    ],
)
def test_a_set_of_words_is_a_text_with_marks_between(text: str | None, wanted: str) -> None:
    assert points("filed", facts=facts(papers=[text, "日记"])) == [wanted, "3"]


def test_what_a_list_that_is_null_hides_is_not_read() -> None:
    hidden = pa.ListArray.from_arrays(
        pa.array([0, 2, 3]), pa.array(["差", "差", "日记"]), mask=pa.array([True, False])
    )
    assert points("filed", facts=facts(papers=hidden)) == ["0", "3"]


def test_a_sample_has_both_numbers_or_neither() -> None:
    assert points("sampled", facts=facts(**{"homes.checked": [10, None], "homes.passed": [9, None]})) == ["9", "0"]
    whole = {"homes.checked": pa.array([Decimal("10.0"), None]), "homes.passed": pa.array(["9", None])}
    assert points("sampled", facts=facts(**whole)) == ["9", "0"]
    half = {"homes.checked": [10, 4], "homes.passed": [None, 4]}
    assert told(facts=facts(**half))[0][:2] == ("CE202", "facts:1")
    assert told(facts=facts(**{"homes.checked": [10, 4]}))[0][0] == "CE202"
    over = {"homes.checked": pa.array([Decimal("9.0"), None]), "homes.passed": [10, None]}
    assert told(facts=facts(**over)) == [("CE213", "facts:1", "10")]


@pytest.mark.parametrize("state", ["missing", "not-applicable", "excused"])
def test_a_state_says_why_there_is_no_value(state: str) -> None:
    found = points("talk", facts=facts(talks=[7, None], **{"talks.state": [None, state]}))
    assert found == ["7", "0" if state == "missing" else None]
    assert told(facts=facts(talks=[7, 3], **{"talks.state": [None, state]})) == [("CE605", "facts:2", state)]


def test_a_value_said_to_be_there_must_be_there() -> None:
    assert points("talk", facts=facts(talks=[7, None], **{"talks.state": ["present", None]})) == ["7", "0"]
    assert told(facts=facts(talks=[7, None], **{"talks.state": [None, "present"]})) == [
        ("CE605", "facts:2", "present")
    ]


@pytest.mark.parametrize(
    "known",
    [
        ["2025-12-31", "2026-01-01"], [date(2025, 12, 31), date(2026, 1, 1)],
        [datetime(2025, 12, 31, 23), datetime(2026, 1, 1, 8)],  # noqa: DTZ001 a table may hold such
        pa.array([datetime(2025, 12, 31, 15), datetime(2025, 12, 31, 16)], pa.timestamp("us", tz="Asia/Shanghai")),  # noqa: DTZ001
        pa.array([date(2025, 12, 31), date(2026, 1, 1)], pa.date64()),
    ],
    ids=["text", "dates", "timestamps", "timestamps of a zone", "milliseconds"],
)  # fmt: skip
def test_what_became_known_later_is_pending(known: Any) -> None:
    rows = assessed(facts=facts(talks=[7, 7], **{"talks.known_on": known})).results.to_pylist()
    assert [row["state"] for row in rows] == ["final", "pending"]


# ── tables as a whole ─────────────────────────────────────────────────────


def test_without_facts_or_with_none_everything_is_missing() -> None:
    bare = assessed()
    empty = pa.table({"posting": pa.array([], pa.string()), "talks": pa.array([], pa.int64())})
    for other in (empty, empty.select(["posting"]), {"posting": ["c-1"], "talks": [None]}, {"posting": pa.nulls(0)}):
        found = assessed(facts=other)
        assert found.results.equals(bare.results)
    assert [row["state"] for row in bare.results.to_pylist()] == ["final", "final"]


@pytest.mark.parametrize("name", ["transfers", "reviews", "tallies", "ballots", "polls"])
def test_a_table_with_only_its_header_says_nothing(name: str) -> None:
    columns = {
        "transfers": ["posting", "relation", "to", "effective"], "reviews": ["posting", "mark"], "tallies": ["posting", "满意"],
        "ballots": ["posting", "option"], "polls": ["posting", "record"],
    }[name]  # fmt: skip
    for kind in (pa.string(), pa.null()):
        header = pa.table({column: pa.array([], kind) for column in columns})
        assert assessed(**{name: header}).results.equals(assessed().results)


def test_nobody_on_the_roster_is_nobody_assessed() -> None:
    nobody = pa.table({name: pa.array([], pa.string()) for name in ROSTER})
    found = assessed(roster=nobody)
    assert (found.results.num_rows, found.scores.num_rows) == (0, 0)
    assert found.results.schema.equals(assessed().results.schema)


def test_columns_of_nulls_are_like_no_columns() -> None:
    nulls = {name: pa.nulls(2) for name in ("talks", "rate", "safe", "level", "papers", "homes.checked", "talks.state",
                                            "talks.known_on", "external.county")}  # fmt: skip
    assert assessed(facts=facts(**nulls)).results.equals(assessed().results)
    spare = {name: pa.nulls(2) for name in ("name", "to", "ended", "host.name", "target.talks")}
    assert assessed(roster={**ROSTER, **spare}).results.equals(assessed().results)


@pytest.mark.parametrize(
    ("name", "columns", "wrong", "right"),
    [
        ("facts", facts(talk=[1, 2]), "talk", "talks"),
        ("facts", facts(**{"homes.check": [1, 2]}), "homes.check", "homes.checked"),
        ("facts", facts(**{"external.conty": [1, 2]}), "external.conty", "external.county"),
        ("roster", {**ROSTER, "rol": ["x"] * 2}, "rol", "role"),
        ("reviews", {"posting": ["c-1"], "mark": [1], "clas": ["street"]}, "clas", "class"),
        ("tallies", {"posting": ["c-1"], "满": [1]}, "满", "满意"),
        ("ballots", {"posting": ["c-1"], "option": ["满意"], "recrd": ["people"]}, "recrd", "record"),
        ("polls", {"posting": ["c-1"], "record": ["people"], "held": ["2025-01-01"]}, "held", "held_on"),
        ("transfers", {"posting": ["c-1"], "relation": ["party"], "to": ["t-1"], "effective": ["2025-01-01"],
                       "knwon_on": [None]}, "knwon_on", "known_on"),
    ],
)  # fmt: skip
def test_an_unknown_column_is_refused_with_the_one_it_resembles(
    name: str, columns: Columns, wrong: str, right: str
) -> None:
    (problem,) = problems(**{name: columns})
    assert (problem.code, problem.fix, _marked(problem)) == ("CE201", right, wrong)
    assert problem.span.source.name == name


def test_a_table_nobody_knows_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="did you mean facts"):
        assessed(fact=facts())
    with pytest.raises(UsageError, match="roster is needed"):
        assess_table(RULES, PERIOD, {}, "d-1")


def test_columns_that_are_needed_are_missed() -> None:
    found = told(roster={"cadre": ["c-1"]}, facts={"talks": [1]})
    assert {code for code, _, _ in found} == {"CE203"}
    assert told(facts={"talks": [1, 2]}) == [("CE203", "facts:1", "posting")]
    assert told(reviews={"posting": ["c-1"]}) == [("CE203", "reviews:1", "mark")]


def test_two_columns_of_one_name_are_refused() -> None:
    twice = pa.Table.from_arrays(
        [pa.array(["c-1"]), pa.array([1]), pa.array([2])], names=["posting", "talks", "talks"]
    )
    assert told(facts=twice) == [("CE804", "facts:1", "talks")]


FLOATS: dict[str, Columns] = {
    "roster": {**ROSTER, "target.talks": [1.0, 2.0]},
    "facts": facts(talks=[1.0, 2.0]),
    "reviews": {"posting": ["c-1"], "mark": [0.5]},
    "tallies": {"posting": ["c-1"], "满意": [1.0]},
    "ballots": {"posting": ["c-1"], "option": ["满意"], "count": pa.array([1.0], pa.float32())},
}


@pytest.mark.parametrize("name", FLOATS)
def test_binary_floats_are_refused_wherever_they_stand(name: str) -> None:
    (problem,) = problems(**{name: FLOATS[name]})
    column = list(FLOATS[name])[-1]
    assert (problem.code, _marked(problem), problem.args["column"]) == ("CE821", column, column)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("facts", facts(talks=[True, False])),
        ("facts", facts(safe=[1, 0])),
        ("facts", facts(points=[[1], [2]])),
        ("facts", facts(level=[True, False])),
        ("facts", facts(papers=[[1], [2]])),
        ("facts", facts(papers=[1, 2])),
        ("facts", facts(talks=[b"1", b"2"])),
        ("facts", facts(talks=[{"a": 1}, {"a": 2}])),
        ("facts", facts(talks=[date(2025, 1, 1)] * 2)),
        ("facts", facts(talks=[1, 2], **{"talks.known_on": [20250101, 20250102]})),
        ("facts", facts(talks=[1, 2], **{"talks.state": [["pending"], []]})),
        ("facts", {"posting": [["c-1"]], "talks": [1]}),
        ("roster", {**ROSTER, "from": [20240101] * 2}),
        ("roster", {**ROSTER, "category": [b"a", b"b"]}),
        ("roster", {**ROSTER, "target.talks": [True, True]}),
        ("reviews", {"posting": ["c-1"], "mark": [True]}),
        ("reviews", {"posting": ["c-1"], "mark": [1], "count": [True]}),
        ("tallies", {"posting": ["c-1"], "满意": [date(2025, 1, 1)]}),
        ("ballots", {"posting": ["c-1"], "option": [["满意"]]}),
        ("polls", {"posting": ["c-1"], "record": ["people"], "held_on": [True]}),
        ("transfers", {"posting": ["c-1"], "relation": ["party"], "to": ["t-1"], "effective": [1]}),
    ],
)  # fmt: skip
def test_a_column_of_another_type_is_refused_and_none_is_guessed(name: str, columns: Columns) -> None:
    assert {code for code, _, _ in told(**{name: columns})} == {"CE822"}


def test_everything_wrong_is_told_at_once_wherever_it_stands() -> None:
    found = told(
        facts=facts(talks=["x", "1"]), reviews={"posting": ["c-9"], "class": ["street"], "record": ["panel"], "mark": [1]},
        tallies={"posting": ["c-1"], "record": ["people"], "class": ["resident"], "满意": [1]},
        polls={"posting": ["c-1"], "record": ["peple"], "state": ["missing"]},
        transfers={"posting": ["c-1"], "relation": ["party"], "to": ["t-9"], "effective": ["2025-01-01"]},
    )  # fmt: skip
    assert sorted((code, place) for code, place, _ in found) == [
        ("CE206", "facts:1"), ("CE421", "polls:1"), ("CE421", "tallies:1"), ("CE421", "transfers:1"), ("CE823", "reviews:1"),
    ]  # fmt: skip


# ── postings ──────────────────────────────────────────────────────────────

STRANGERS: dict[str, Columns] = {
    "facts": {"posting": ["c-1", "c-9"], "talks": [1, 2]},
    "transfers": {"posting": ["c-1", "c-9"], "relation": ["party"] * 2, "to": ["t-1"] * 2, "effective": ["2025-01-01"] * 2},
    "reviews": {"posting": ["c-1", "c-9"], "record": ["panel"] * 2, "class": ["street"] * 2, "mark": [1, 2]},
    "tallies": {"posting": ["c-1", "c-9"], "record": ["people"] * 2, "class": ["residents"] * 2, "满意": [1, 2]},
    "ballots": {"posting": ["c-1", "c-9"], "record": ["people"] * 2, "class": ["residents"] * 2, "option": ["满意"] * 2},
    "polls": {"posting": ["c-1", "c-9"], "record": ["people"] * 2, "state": ["missing"] * 2},
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGERS)
def test_a_posting_that_is_not_on_the_roster_is_refused_in_every_table(name: str) -> None:
    columns = STRANGERS[name]
    assert told(**{name: columns}) == [("CE823", f"{name}:2", "c-9")]
    assert told(**{name: {**columns, "posting": pa.array(["c-1", "c-9"]).dictionary_encode()}})[0][0] == "CE823"
    assert [code for code, _, _ in told(**{name: {**columns, "posting": ["c-1", None]}})] == ["CE202"]
    assert {code for code, _, _ in told(**{name: {**columns, "posting": pa.nulls(2)}})} == {"CE202"}


def test_words_of_a_dictionary_that_no_row_has_say_nothing() -> None:
    spare = pa.DictionaryArray.from_arrays(pa.array([2, 1], pa.int8()), pa.array(["c-9", "c-2", "c-1"]))
    plain = assessed(facts=facts(talks=[7, 3]))
    assert assessed(facts={"posting": spare, "talks": [7, 3]}).results.equals(plain.results)
    ballots = {"record": ["people"] * 2, "class": ["residents"] * 2, "option": ["满意"] * 2}
    wanted = assessed(ballots={"posting": ["c-1", "c-2"], **ballots})
    assert assessed(ballots={"posting": spare, **ballots}).scores.equals(wanted.scores)
    again = pa.DictionaryArray.from_arrays(pa.array([0, 2], pa.uint8()), pa.array(["c-1", "c-9", "c-2", "c-1"]))
    assert assessed(ballots={"posting": again, **ballots}).scores.equals(wanted.scores)
    coded = {key: pa.DictionaryArray.from_arrays(pa.array([1, 1]), pa.array(["zzz!", values[0]]))
             for key, values in ROSTER.items() if key in {"category", "role", "host", "township", "sending_unit"}}  # fmt: skip
    same = assessed(roster={**ROSTER, "category": ["a", "a"]})
    assert assessed(roster={**ROSTER, **coded}).results.equals(same.results)


def test_ids_may_be_numbers() -> None:
    numbers = {**ROSTER, "cadre": [1001, 1002], "host": [7, 7]}
    found = assessed(roster=numbers, facts={"posting": [1002, 1001], "talks": [3, 7]})
    assert found.scores.column("talk").to_pylist() == [7, 3]


def test_a_posting_twice_is_refused() -> None:
    twice = {key: [values[0]] * 2 for key, values in ROSTER.items()}
    assert told(roster=twice) == [("CE306", "roster:2", "c-1")]
    two = {**twice, "posting": ["p-1", "p-1"]}
    assert told(roster=two) == [("CE306", "roster:2", "p-1")]
    assert told(facts={"posting": ["c-2", "c-1", "c-2"], "talks": [1, 2, 3]}) == [("CE306", "facts:3", "c-2")]
    said = {"posting": ["c-1", "c-1"], "record": ["people"] * 2, "state": ["missing", "pending"]}
    assert told(polls=said) == [("CE306", "polls:2", "people")]


def test_a_posting_outside_the_period_is_passed_over_but_may_have_records() -> None:
    roster = {key: [*values, values[0]] for key, values in ROSTER.items()}
    roster |= {"cadre": ["c-1", "c-2", "c-3"], "from": ["2024-01-01"] * 3, "to": [None, None, "2024-12-31"]}
    found = assessed(roster=roster, facts={"posting": ["c-1", "c-2", "c-3"], "talks": [7, 3, 9]})
    assert [row["cadre"] for row in found.results.to_pylist()] == ["c-1", "c-2"]
    assert found.scores.column("posting").to_pylist() == ["c-1", "c-2"]


def test_two_postings_of_one_cadre_may_not_overlap() -> None:
    both = {key: [values[0]] * 2 for key, values in ROSTER.items()}
    both |= {"posting": ["p-1", "p-2"], "from": ["2024-01-01", "2025-03-01"], "to": ["2025-03-01", None]}
    assert told(roster=both) == [("CE604", "roster:2", "2025-03-01")]
    assert assessed(roster={**both, "to": ["2025-02-28", None]}).results.num_rows == 1


def test_two_postings_of_one_cadre_are_of_one_person() -> None:
    both = {key: [values[0]] * 2 for key, values in ROSTER.items()} | {
        "posting": ["p-1", "p-2"],
        "category": ["a", "b"],
    }
    both |= {"from": ["2024-01-01", "2025-03-01"], "to": ["2025-02-28", None]}
    assert told(roster=both) == [("CE306", "roster:2", "c-1")]


@pytest.mark.parametrize(("column", "day"), [("returned", "2024-02-01"), ("effective", "2024-02-01")])
def test_a_relation_is_let_go_before_it_is_taken_and_goes_back_after_that(column: str, day: str) -> None:
    other = {"returned": "returned", "effective": "released"}[column]
    move = {"posting": ["c-1"], "relation": ["salary"], "to": ["t-1"], "effective": ["2024-02-01"]}
    late = {"returned": day, "released": "2024-02-02"}
    assert told(transfers={**move, other: [late[other]]}) == [("CE431", "transfers:1", "2024-02-01")]


@pytest.mark.parametrize(
    ("columns", "code", "text"),
    [
        ({"cadre": ["c 1", "c-2"]}, "CE211", "c 1"),
        ({"cadre": [None, "c-2"]}, "CE202", ""),
        ({"category": ["c", "b"]}, "CE421", "c"),
        ({"role": ["secretary", "team-member"]}, "CE421", "secretary"),
        ({"host": [None, "h-1"]}, "CE202", ""),
        ({"from": [None, "2024-01-01"]}, "CE202", ""),
        ({"from": ["2024-1-1", "2024-01-01"]}, "CE208", "2024-1-1"),
        ({"to": ["2023-12-31", None]}, "CE431", "2023-12-31"),
        ({"to": ["2025-02-30", None]}, "CE208", "2025-02-30"),
        ({"ended": ["2023-12-31", None]}, "CE601", "2023-12-31"),
        ({"target.talks": [0, 1]}, "CE213", "0"),
        ({"target.talks": [Decimal("-0.5"), Decimal("1")]}, "CE213", "-0.5"),
    ],
)  # fmt: skip
def test_a_roster_that_cannot_be_is_told_with_row_and_words(columns: Columns, code: str, text: str) -> None:
    found = told(roster={**ROSTER, **columns})
    assert [(c, place) for c, place, _ in found] == [(code, "roster:1")]
    assert found[0][2] == text or not text


def test_dates_beyond_the_calendar_are_refused() -> None:
    far = pa.array([-800_000, 21_000], pa.int32()).cast(pa.date32())
    assert [code for code, _, _ in told(roster={**ROSTER, "from": far})] == ["CE208"]
    late = pa.array([5_000_000, 21_000], pa.int32()).cast(pa.date32())
    assert [code for code, _, _ in told(roster={**ROSTER, "to": late})] == ["CE208"]


# ── reviews and surveys ───────────────────────────────────────────────────


def slot(rows: int, record: str, name: str | None, question: str | None = None) -> dict[str, Any]:
    return {"record": [record] * rows, "class": [name] * rows, "question": [question] * rows}


def test_equal_marks_may_share_a_row() -> None:
    single = {"posting": ["c-1"] * 3, **slot(3, "panel", "street"), "mark": ["90", "80", "90"]}
    shared = {"posting": ["c-1"] * 3, **slot(3, "panel", "street"), "mark": ["80", "90", "70"], "count": [1, 2, 0]}
    mixed = {**shared, "mark": [Decimal("80.00"), Decimal("90.00"), Decimal("70")], "count": [None, "2", "0"]}
    wanted = points("panel", reviews=single)
    assert wanted == ["5.2", "0"]
    assert points("panel", reviews=shared) == points("panel", reviews=mixed) == wanted


def test_marks_beyond_64_bits_are_read_as_any() -> None:
    marks = pa.array([2**64 - 1] * 2, pa.uint64())
    reviews = {"posting": ["c-1", "c-2"], **slot(2, "panel", "street"), "mark": marks}
    assert {code for code, *_ in told(reviews=reviews)} == {"CE206"}


@pytest.mark.parametrize("drop", [1, 2, 3])
def test_marks_are_trimmed_one_by_one_however_many_share_a_row(drop: int) -> None:
    rules = compiled(ruleset(
        {"id": "panel", "points": "100", "kind": "review", "reviewers": {"street": "100"}, "absent_class": "zero",
         "scale": "100", "trim": {"highest": str(drop), "lowest": str(drop), "when_more_than": "6"}},
        policies=POLICIES, eligibility={"assessment_relation": "not-required"},
    ))  # fmt: skip
    given = {"60": 2, "70": 1, "75.5": 99_000, "80": 1, "90": 1}
    columns = {"posting": ["c-1"] * 5, **slot(5, "panel", "street"), "mark": [*given], "count": [*given.values()]}
    every = [Fraction(mark) for mark, often in given.items() for _ in range(often)]
    kept = every[drop:-drop]
    tables = {"roster": pa.table({**ROSTER, "category": ["x"] * 2}), "reviews": pa.table(columns)}
    found = assessed(rules, **tables).scores.column("panel").to_pylist()[0]
    assert Fraction(found) == sum(kept) / len(kept)


def test_marks_of_many_decimals_are_added_exactly() -> None:
    marks = [f"{n}.{n:018d}" for n in range(60, 90)]
    found = points(
        "panel",
        reviews={"posting": ["c-1"] * 30, **slot(30, "panel", "street"), "mark": marks, "count": [99_999] * 30},
    )
    assert found == ["4.47000000000000000447", "0"]
    odd = [f"1/{n}" for n in range(999_999_900, 999_999_930)]
    quotients = {"posting": ["c-1"] * 30, **slot(30, "panel", "street"), "mark": odd}
    assert points("panel", reviews=quotients)[1] == "0"


@pytest.mark.parametrize(
    ("columns", "code", "text"),
    [
        ({"mark": ["101"]}, "CE213", "101"), ({"mark": [101]}, "CE213", "101"), ({"mark": ["好"]}, "CE206", "好"),
        ({"mark": [None]}, "CE202", ""), ({"class": ["streets"]}, "CE421", ""), ({"record": ["panels"]}, "CE421", ""),
        ({"question": ["q1"]}, "CE421", ""), ({"count": [-1]}, "CE207", "-1"), ({"count": ["1.5"]}, "CE207", "1.5"),
        ({"count": [200_000]}, "CE213", "200000"), ({"count": ["9" * 18]}, "CE213", "9" * 18),
        ({"count": [Decimal("1.5")]}, "CE207", "1.5"),
    ],
)  # fmt: skip
def test_a_mark_that_cannot_be_is_refused(columns: Columns, code: str, text: str) -> None:
    found = told(reviews={"posting": ["c-1"], **slot(1, "panel", "street"), "mark": ["90"], **columns})
    assert [(c, place) for c, place, _ in found] == [(code, "reviews:1")]
    assert found[0][2] == text or not text


def test_ballots_and_tallies_of_the_same_votes_agree() -> None:
    rules = compiled(ruleset(
        {"id": "people", "points": "10", "kind": "survey", "voters": {"residents": "60", "host": "40"}, "absent_class": "zero",
         **COUNTED}, categories={"a": "甲", "b": "乙"}, eligibility={"assessment_relation": "not-required"}, policies=POLICIES,
    ))  # fmt: skip
    cast = ["满意", "一般", "满意", "弃权", "无效", "满意", "不满意"]
    who, classes = ["c-1", "c-2", "c-1", "c-1", "c-1", "c-2", "c-1"], ["residents"] * 4 + ["host"] * 3
    ballots = {"posting": who, "class": classes, "option": cast}
    alike = {"posting": [*who, "c-1"], "class": [*classes, "host"], "option": [*cast, "一般"], "count": [1] * 7 + [0]}
    tallies = {
        "posting": ["c-1", "c-1", "c-2", "c-2"], "class": ["residents", "host"] * 2, "满意": [2, 0, 0, 1], "一般": [0, None, 1, 0],
        "不满意": ["0", "1", "0", None], "弃权": [1, 0, 0, 0], "无效": [0, 1, 0, 0],
    }  # fmt: skip
    wanted = assessed(rules, tallies=tallies)
    for found in (assessed(rules, ballots=ballots), assessed(rules, ballots=alike)):
        assert found.scores.equals(wanted.scores)
        assert found.results.equals(wanted.results)
    both = assessed(rules, tallies=tallies, ballots={"posting": ["c-1"], "class": ["host"], "option": ["满意"]})
    assert not both.scores.equals(wanted.scores)


def test_a_ballot_for_an_option_of_another_survey_is_refused() -> None:
    other = {"posting": ["c-1"], **slot(1, "people", "residents"), "option": ["同意"]}
    assert told(ballots=other) == [("CE421", "ballots:1", "同意")]
    tallied = {"posting": ["c-1"], **slot(1, "people", "residents"), "同意": [1]}
    assert told(tallies=tallied)[0][0] == "CE421"
    assert told(ballots={"posting": ["c-1"], **slot(1, "people", "residents"), "option": [None]})[0][0] == "CE202"


def test_votes_of_nobody_in_particular_count_where_all_are_pooled() -> None:
    tallies = {"posting": ["c-1", "c-1", "c-2"], "record": ["pooled"] * 3, "class": [None, "村民", "干部"],
               "同意": [1, 2, 1], "不": [1, 0, 0]}  # fmt: skip
    assert points("pooled", tallies=tallies) == ["7.5", "1E+1"]
    strict = {**tallies, "record": ["people"] * 3, "满意": [1] * 3, "同意": [0] * 3, "不": [0] * 3}
    assert {code for code, _, _ in told(tallies=strict)} == {"CE421"}


def test_ballots_issued_stand_beside_every_question_and_count_once() -> None:
    asked = {"posting": ["c-1"] * 2, "record": ["asked"] * 2, "class": ["residents"] * 2, "question": ["q1", "q2"],
             "issued": [20, 20], "满意": [12, 10]}  # fmt: skip
    assert points("asked", tallies=asked) == ["1E+1", "0"]
    assert points("asked", tallies={**asked, "issued": [20, None]}) == ["0", "0"]
    assert points("asked", tallies={**asked, "issued": [25, 25]}) == ["0", "0"]
    assert told(tallies={**asked, "issued": [11, 20]}) == [("CE606", "tallies:1", "11")]


def test_ballots_leave_open_how_many_were_issued_and_only_to_those_who_cast_them() -> None:
    tallies = {"posting": ["c-1"] * 2, **slot(2, "people", "residents"), "class": ["residents", "host"], "issued": [10, 4],
               "满意": [9, 3]}  # fmt: skip
    wanted = assessed(tallies=tallies)
    others = {
        "posting": ["c-2", "c-2"],
        "record": ["people"] * 2,
        "class": ["residents", "host"],
        "option": ["满意"] * 2,
    }
    found = assessed(tallies=tallies, ballots=others)
    assert found.scores.column("people").to_pylist()[0] == wanted.scores.column("people").to_pylist()[0] == "10"
    assert [row["state"] for row in found.results.to_pylist()] == ["final", "pending"]


def test_a_row_of_nulls_among_the_tallies_says_nothing() -> None:
    nothing = {
        "posting": ["c-1"],
        **slot(1, "people", "residents"),
        "满意": pa.array([None], pa.int64()),
        "issued": [None],
    }
    assert assessed(tallies=nothing).results.equals(assessed().results)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"满意": [-1]}, "CE207"), ({"满意": ["x"]}, "CE206"), ({"满意": [10**13]}, "CE213"), ({"满意": ["9" * 18]}, "CE213"),
        ({"满意": [Decimal("1.5")]}, "CE207"), ({"issued": [3]}, "CE606"), ({"class": ["resident"]}, "CE421"),
        ({"record": [None]}, "CE421"), ({"question": ["q1"]}, "CE421"),
    ],
)  # fmt: skip
def test_a_tally_that_cannot_be_is_refused(columns: Columns, code: str) -> None:
    found = told(
        tallies={"posting": ["c-1"], **slot(1, "people", "residents"), "满意": [5], "issued": [9], **columns}
    )
    assert [(c, place) for c, place, _ in found] == [(code, "tallies:1")]


def test_what_is_said_of_a_survey_stands_unless_it_was_held() -> None:
    tally = {
        "posting": ["c-2"] * 2,
        "record": ["people"] * 2,
        "class": ["residents", "host"],
        "issued": [9, 9],
        "满意": [9, 9],
    }
    said = {"posting": ["c-1"], "record": ["people"], "state": ["not-applicable"]}
    assert points("people", tallies=tally, polls=said) == [None, "1E+1"]
    assert told(tallies=tally, polls={**said, "posting": ["c-2"]}) == [("CE605", "polls:1", "not-applicable")]
    late = {"posting": ["c-2"], "record": ["people"], "held_on": ["2026-01-01"]}
    assert [row["state"] for row in assessed(tallies=tally, polls=late).results.to_pylist()] == ["final", "pending"]
    held = {
        "posting": ["c-2"],
        "record": ["people"],
        "held_on": [date(2025, 12, 31)],
        "state": ["present"],
        "reason": ["补测"],
    }
    assert points("people", tallies=tally, polls=held) == ["0", "1E+1"]


def test_a_review_that_was_held_with_nobody_there_is_not_missing() -> None:
    held = {"posting": ["c-1"], "record": ["people"], "state": ["present"]}
    found = assessed(polls=held).results.to_pylist()
    assert [row["state"] for row in found] == ["pending", "final"]


def test_a_day_of_knowledge_before_the_period_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="before the period"):
        assessed(day=date(2024, 12, 31))


# ── anything at all ───────────────────────────────────────────────────────

SOUND: dict[str, Columns] = {
    "roster": {**ROSTER, "to": [None, "2026-01-01"], "target.talks": [3, 4]},
    "facts": facts(talks=[1, 2], points=["3", None], rate=["98%", None], safe=[True, None], level=["好", None],
                   papers=[["日记"], []], **{"homes.checked": [3, None], "homes.passed": [2, None],
                   "talks.known_on": [None, "2025-01-01"], "points.state": [None, "excused"], "external.county": [5, None]}),
    "transfers": {"posting": ["c-1"], "relation": ["assessment"], "to": ["t-1"], "effective": ["2024-02-01"], "from": ["u-1"],
                  "released": ["2024-01-20"], "returned": ["2025-02-01"], "known_on": [None]},
    "reviews": {"posting": ["c-1", "c-2"], **slot(2, "panel", "street"), "mark": ["90", "80"], "count": [1, 2]},
    "tallies": {"posting": ["c-1"], **slot(1, "people", "residents"), "满意": [3], "无效": [1], "issued": [9], "channel": ["纸质"]},
    "ballots": {"posting": ["c-2"], **slot(1, "pooled", None), "option": ["同意"], "count": [2]},
    "polls": {"posting": ["c-1"], "record": ["asked"], "state": ["missing"], "reason": ["未开展"], "held_on": [None]},
}  # fmt: skip
KINDS: tuple[Callable[[DrawFn, int], pa.Array], ...] = (
    lambda draw, n: pa.array(draw(st.lists(st.sampled_from(["", "c-1", "x", "-1", "9" * 30, "2025-01-01", "\n", None, "满意"]),
                                           min_size=n, max_size=n)), pa.string()),
    lambda draw, n: pa.array(draw(st.lists(st.text(max_size=5), min_size=n, max_size=n)), pa.string()).dictionary_encode(),
    lambda draw, n: pa.array(draw(st.lists(st.sampled_from([-(2**63), 2**63 - 1, 0, None, 10**17]), min_size=n, max_size=n)),
                             pa.int64()),
    lambda draw, n: pa.array([2**64 - 1] * n, pa.uint64()),
    lambda draw, n: pa.array([Decimal(1) / 10**20] * n, pa.decimal128(38, 30)),
    lambda draw, n: pa.array([Decimal(10) ** 60] * n, pa.decimal256(70, 3)),
    lambda draw, n: pa.array([Decimal(500)] * n, pa.decimal128(5, -2)),
    lambda draw, n: pa.array([draw(st.booleans())] * n),
    lambda draw, n: pa.array([0.5] * n, draw(st.sampled_from([pa.float32(), pa.float64()]))),
    lambda draw, n: pa.array([[0.5]] * n),
    lambda draw, n: pa.array([draw(st.sampled_from([None, [], ["日记"], ["日记", None]]))] * n, pa.list_(pa.string())),
    lambda draw, n: pa.array([[None]] * n, pa.list_(pa.null())),
    lambda draw, n: pa.array([date(1, 1, 1)] * n, draw(st.sampled_from([pa.date32(), pa.date64()]))),
    lambda draw, n: pa.array([draw(st.sampled_from([-(10**6), 10**7]))] * n, pa.int32()).cast(pa.date32()),
    lambda draw, n: pa.array([2**62] * n, pa.int64()).cast(pa.timestamp("s")),
    lambda draw, n: pa.array([b"\xff"] * n),
    lambda draw, n: pa.array([{"a": 1}] * n),
    lambda draw, n: pa.array([1] * n, pa.time32("s")),
    lambda draw, n: pa.nulls(n),
    lambda draw, n: pa.nulls(n, draw(st.sampled_from([pa.string(), pa.int64(), pa.decimal128(5, 1), pa.bool_(), pa.date32()]))),
    lambda draw, n: pa.array([1, 2, 3] * n).dictionary_encode().slice(0, n),
    lambda draw, n: pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.uint16()), pa.array([None, "c-1"])),
)  # fmt: skip


TEXTS = ("", "c-1", "c-2", "x", "-1", "7", "2.5", "9" * 18, "2025-01-01", "\n", None, "满意", "street", "panel", "people", "q1",
         "missing", "是", "好", "日记", "同意", "assessment", "t-1")  # fmt: skip
OF_THEIR_TYPE: Mapping[Callable[[pa.DataType], bool], Sequence[Any]] = {
    pa.types.is_string: TEXTS, lambda kind: kind == pa.int64(): (-1, 0, 1, 7, None, 10**17, 2**63 - 1), pa.types.is_boolean: (True, False, None),
    lambda kind: kind == pa.list_(pa.string()): (None, [], ["日记"], ["日记", "水、电"], ["x"], ["日记", "日记"]),
}  # fmt: skip


def odd(draw: DrawFn, kind: pa.DataType, rows: int) -> pa.Array:
    """A column of the same type with other values, or of any."""
    pool = next((own for takes, own in OF_THEIR_TYPE.items() if takes(kind)), None)
    if pool is None or draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(KINDS))(draw, rows)
    return pa.array(draw(st.lists(st.sampled_from(pool), min_size=rows, max_size=rows)), kind)


@st.composite
def spoiled(draw: DrawFn) -> dict[str, pa.Table]:
    """Sound tables, but for a few columns that may hold anything."""
    tables = {name: pa.table(dict(columns)) for name, columns in SOUND.items()}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(list(tables)))
        table = tables[name]
        if draw(st.integers(0, 9)) == 0:
            tables[name] = table.slice(0, 0)
            continue
        at = draw(st.integers(0, table.num_columns - 1))
        column = odd(draw, table.schema.field(at).type, table.num_rows)
        tables[name] = table.set_column(at, table.column_names[at], column)
    return tables


def test_the_tables_that_are_spoiled_are_sound() -> None:
    assert assessed(**SOUND).results.num_rows == 2


LANGS: tuple[Lang, ...] = ("zh", "en")


@given(spoiled())
@tries(70)
def test_whatever_columns_hold_it_is_assessed_or_told_what_is_wrong_and_where(tables: dict[str, pa.Table]) -> None:
    try:
        found = assess_table(RULES, PERIOD, tables, "d-1")
    except RefusedInput as refused:
        assert refused.problems  # noqa: PT017 either is as good
        for problem in refused.problems:
            assert problem.span.source.name in tables
            assert problem.span.line >= 1
            assert all(problem_text(problem, lang) and problem_json(problem, lang) for lang in LANGS)
    else:
        assert found.results.num_rows <= tables["roster"].num_rows
