"""The library as an importing program uses it."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import attrs
import pytest

import cadre_eval
from cadre_eval import (
    CadreEvalError,
    PeriodResult,
    PluginFailure,
    RefusedInput,
    UsageError,
    Workspace,
    assess,
    load_workspace,
    open_workspace,
)
from cadre_eval.errors import Problems
from cadre_eval.numbers.interval import Interval
from running import EXAMPLE, ran
from small_workspace import DOSSIER, FIRST_DOSSIER, SMALL, write

MID, END = "2025-mid-year", "2025-year-end"


@cache
def example() -> Workspace:
    return open_workspace(str(EXAMPLE))


@cache
def found(period: str) -> PeriodResult:
    return assess(example(), period=period)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path, SMALL)


# ── what the readme shows ────────────────────────────────────────


def test_results_are_walked_for_name_total_grade_and_rank() -> None:
    result = assess(open_workspace(EXAMPLE), period=END)
    shown = [(a.cadre.name, a.total, a.grade, a.rank) for a in result]
    assert len(shown) == len(result) == 26
    assert all(isinstance(name, str) for name, *_ in shown)
    assert any(rank == 1 and grade == "优秀" for _, _, grade, rank in shown)


def test_a_total_is_exact_if_final_an_interval_if_pending_and_none_if_not_assessed() -> None:
    kinds = {"final": Fraction, "pending": Interval, "not-assessed": type(None)}
    for period in (MID, END):
        for a in found(period):
            assert isinstance(a.total, kinds[a.state])
            assert a.interval is (a.total if a.state == "pending" else None)
    assert {a.state for a in found(MID)} == set(kinds)


def test_the_text_of_a_total_has_its_decimals_and_equals_it() -> None:
    for a in found(END):
        if a.total is None:
            assert a.total_text == "—"
        else:
            assert Fraction(a.total_text) == a.total
            assert len(a.total_text.partition(".")[2]) == 2


def test_a_printed_total_is_the_number_people_see() -> None:
    for a in found(END):
        if a.state == "final":
            assert str(a.total) == f"{a.total}" == a.total_text


def test_a_result_is_found_by_cadre_and_explained_in_both_languages() -> None:
    result = found(END)
    one = result["c-0007"]
    assert one.cadre.id == "c-0007"
    chinese, english = one.explain(lang="zh"), one.explain(lang="en")
    assert one.explain() == chinese != english
    for text in (chinese, english):
        assert one.cadre.name in text
        assert one.total_text in text
        assert "records/2025-year-end/c-0007.yaml:" in text
        assert "rulesets/resettlement-district-2025.yaml:" in text
    assert "总分" in chinese
    assert "Total" in english


def test_one_criterion_is_explained_and_an_unknown_one_is_a_key_error() -> None:
    one = found(END)["c-0007"]
    part = one.explain("zh", "satisfaction")
    assert part.startswith("满意度测评")
    assert len(part) < len(one.explain("zh"))
    with pytest.raises(KeyError):
        one.explain("zh", "nothing")


def test_the_library_and_the_command_explain_alike() -> None:
    assert ran("explain", EXAMPLE, "c-0007", "--period", END).out == found(END)["c-0007"].explain(lang="zh") + "\n"


def test_results_come_by_pool_and_rank() -> None:
    order = [(a.pool, a.rank or sys.maxsize) for a in found(END)]
    assert order == sorted(order)


def test_a_cadre_of_the_period_is_in_its_result_and_no_other() -> None:
    there, elsewhere = "c-0007" in found(END), "c-9999" in found(END)
    assert there
    assert not elsewhere


def test_results_print_short_enough_to_be_read() -> None:
    assert len(repr(found(END)["c-0007"])) < 1000
    assert len(repr(found(END))) < 4000


def test_the_day_of_knowledge_may_be_given() -> None:
    assert found(MID).as_of == date(2025, 6, 30)
    later = assess(example(), MID, as_of=date(2025, 7, 31))
    assert later.as_of == date(2025, 7, 31)
    assert all(a.state != "pending" for a in later)


def test_a_workspace_says_which_periods_are_on_record() -> None:
    assert example().period_ids() == [MID, END]
    assert set(example().roster.cadres) >= {a.cadre.id for a in found(END)}


def test_a_workspace_may_be_assessed_again_and_again_alike(small: Path) -> None:
    workspace = open_workspace(small)
    first, again = ([(a.cadre.id, a.total, a.grade, a.rank) for a in assess(workspace, MID)] for _ in range(2))
    assert first == again


def test_progress_is_told(small: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    workspace = open_workspace(small, lambda *step: steps.append(step))
    assess(workspace, MID, progress=lambda *step: steps.append(step))
    assert steps == [("read", 1, 3), ("read", 2, 3), ("read", 3, 3), ("assess", 1, 2), ("assess", 2, 2)]


def test_rules_adopted_during_the_year_take_its_first_half_from_the_record(small: Path) -> None:
    for half in (small / "records" / MID).iterdir():
        half.unlink()
    ruleset = SMALL["ruleset.yaml"]
    as_ever = assess(open_workspace(small), END)["c-1"]
    write(small, {"ruleset.yaml": ruleset + "effective_from: 2025-07-01\n"})
    adopted = assess(open_workspace(small), END)["c-1"]
    assert [(p.period, p.source, p.total) for p in adopted.earlier] == [
        ("mid-year", "recorded", Fraction("82.5")),
        ("year-end", "own", as_ever.earlier[-1].total),
    ]


# ── what is raised ───────────────────────────────────────────────


def test_a_folder_that_is_no_workspace_is_wrong_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", str(tmp_path)):
        with pytest.raises(UsageError, match="is not a workspace") as caught:
            open_workspace(path)
        assert "不是工作区" in caught.value.text.in_("zh")


@pytest.mark.parametrize("period", ["2025-year-edn", "year-end", "", "2025", "2025-", "-year-end", "20250-year-end"])
def test_an_unknown_period_is_wrong_usage(period: str) -> None:
    with pytest.raises(UsageError, match="there is no period"):
        assess(example(), period)


def test_an_unknown_cadre_is_wrong_usage_with_the_one_meant() -> None:
    with pytest.raises(UsageError, match="did you mean c-0007"):
        found(END)["c-00007"]
    with pytest.raises(UsageError, match="no result for cadre nobody"):
        found(END)["nobody"]


def test_what_cannot_be_used_is_refused_with_every_problem(small: Path) -> None:
    write(small, {FIRST_DOSSIER: DOSSIER.replace("talks: 7", "talks: 7.5").replace("98.5%", "198.5%")})
    with pytest.raises(RefusedInput) as caught:
        open_workspace(small)
    problems = caught.value.problems
    assert [(p.code, p.span.line) for p in problems] == [("CE207", 5), ("CE213", 6)]
    for p in problems:
        assert p.span.source.name == FIRST_DOSSIER
        assert str(p.span) in str(caught.value)
        assert p.message("zh") != p.message("en")
        assert p.cure("zh")
        assert p.cure("en")


def test_a_wrong_key_does_not_hide_the_wrong_values_beside_it(small: Path) -> None:
    write(small, {FIRST_DOSSIER: DOSSIER.replace("talks: 7", "talks: 7.5") + "survey: {}\n"})
    problems = Problems()
    load_workspace(small, problems)
    assert sorted(p.code for p in problems) == ["CE201", "CE207"]


def test_problems_may_be_gathered_instead_of_raised(small: Path) -> None:
    write(small, {FIRST_DOSSIER: DOSSIER.replace("talks: 7", "talks: 7.5")})
    problems = Problems()
    workspace = load_workspace(small, problems)
    assert [p.code for p in problems] == ["CE207"]
    assert workspace is not None
    assert set(workspace.roster.cadres) == {"c-1", "c-2"}


def test_every_error_of_the_package_is_of_one_family() -> None:
    for error in (UsageError, RefusedInput, PluginFailure):
        assert issubclass(error, CadreEvalError)
    assert issubclass(CadreEvalError, Exception)
    assert not issubclass(CadreEvalError, (ValueError, KeyError, OSError))


def test_a_plugin_that_cannot_be_loaded_is_a_problem_where_it_is_named(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write(small / "site", {
        "cadre_eval_fake_api.py": "raise RuntimeError('no')\n",
        "cadre_eval_fake_api-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: fake-api\nVersion: 2.0\n",
        "cadre_eval_fake_api-2.0.dist-info/entry_points.txt": "[cadre_eval]\nfake-api = cadre_eval_fake_api\n",
    })  # fmt: skip
    monkeypatch.syspath_prepend(site)
    write(small, {"cadre-eval.yaml": SMALL["cadre-eval.yaml"].replace("[]", "[fake-api]")})
    with pytest.raises(RefusedInput) as caught:
        open_workspace(small)
    [problem] = caught.value.problems
    assert (problem.code, problem.span.line) == ("CE508", 7)
    assert (problem.args["plugin"], problem.args["version"]) == ("fake-api", "2.0")
    assert problem.args["reason"] == "RuntimeError: no (cadre_eval_fake_api.py:1)"


def test_the_collector_is_on_again_after_reading_whatever_happened(small: Path) -> None:
    assert gc.isenabled()
    open_workspace(small)
    assert gc.isenabled()
    write(small, {FIRST_DOSSIER: "dossier: [\n"})
    with pytest.raises(RefusedInput):
        open_workspace(small)
    assert gc.isenabled()


# ── importing ────────────────────────────────────────────────────

HEAVY = {
    "numpy",
    "pluggy",
    "ruamel",
    "click",
    "cattr",
    "cattrs",
    "attr",
    "attrs",
    "yaml",
    "_yaml",
    "importlib.metadata",
}


def modules_after(code: str) -> set[str]:
    """What is loaded after the code and was not before it."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    return set(done.stdout.split("\n")[-2].split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = modules_after("import cadre_eval; dir(cadre_eval); cadre_eval.__version__")
    assert "cadre_eval" in loaded
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith("cadre_eval.")} == set()


def test_a_whole_assessment_needs_no_numpy_and_no_command_line() -> None:
    code = f"from cadre_eval import assess, open_workspace; list(assess(open_workspace({str(EXAMPLE)!r}), {END!r}))"
    loaded = modules_after(code)
    assert "cadre_eval.scoring.assess" in loaded
    assert {"numpy", "click", "cadre_eval.cli"} & loaded == set()


def test_every_public_name_is_there_and_listed() -> None:
    namespace: dict[str, Any] = {}
    exec("from cadre_eval import *", namespace)
    assert set(cadre_eval.__all__) <= set(namespace)
    assert dir(cadre_eval) == sorted(cadre_eval.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = cadre_eval.nothing  # type: ignore[attr-defined]


# ── results may be kept and trusted ──────────────────────────────


def reached(root: Any) -> Iterator[tuple[str, Any]]:
    """Every value reached from a result by attributes and entries, each once, with the way to it."""
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("result", root)]
    while waiting:
        path, value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield path, value
        if isinstance(value, (type, FunctionType, ModuleType, str, Enum)):
            continue
        if attrs.has(type(value)):
            for a in attrs.fields(type(value)):
                waiting.append((f"{path}.{a.name}", getattr(value, a.name)))
        elif isinstance(value, Mapping):
            waiting += [(f"{path}[{k!r}]", v) for k, v in value.items()]
            waiting += [(f"{path} key", k) for k in value]
        elif isinstance(value, (tuple, list, set, frozenset)):
            waiting += [(f"{path}[…]", v) for v in value]


@pytest.mark.parametrize("period", [MID, END])
def test_no_float_is_anywhere_in_a_result(period: str) -> None:
    values = list(reached(found(period)))
    assert sum(isinstance(v, Fraction) for _, v in values) > 200
    assert [path for path, v in values if isinstance(v, (float, complex))] == []


@pytest.mark.parametrize("period", [MID, END])
def test_every_record_of_a_result_is_frozen(period: str) -> None:
    records = {type(v): v for _, v in reached(found(period)) if attrs.has(type(v)) and attrs.fields(type(v))}
    assert len(records) > 25
    for kind, record in records.items():
        name = attrs.fields(kind)[0].name
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(record, name, None)


def test_what_is_computed_of_a_result_cannot_be_set() -> None:
    one = found(END)["c-0007"]
    for name, value in (("total", Fraction(100)), ("rank", 1), ("grade", "优秀"), ("state", "final")):
        with pytest.raises((AttributeError, attrs.exceptions.FrozenInstanceError)):
            setattr(one, name, value)


def test_nothing_of_a_result_can_be_changed_in_place() -> None:
    changeable = [path for path, v in reached(found(END)) if isinstance(v, (list, set, bytearray))]
    assert changeable == []
