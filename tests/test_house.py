"""How the house stands: floors, small modules, exact numbers, no clock, nothing loaded before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cadre_eval

PACKAGE = Path(cadre_eval.__file__).parent
FLOORS = (
    "errors", "numbers", "model", "reading", "ruleset", "scoring", "columns", "plugins", "supervision", "workspace", "tables",
    "cases", "reports", "cli",
)  # fmt: skip
TEMPLATES = {"template", "plugin_template"}
"""Folders that are copied for users, and stand on no floor."""
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if TEMPLATES.isdisjoint(p.relative_to(PACKAGE).parts))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in MODULES]
ENTRIES = {"pytest_plugin.py": "reports"}
"""Modules another program enters by, and the highest floor they reach."""
EXACT_FLOORS = {"numbers", "ruleset", "scoring", "model"}
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter"}

each_module = pytest.mark.parametrize("path", MODULES, ids=NAMES)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def floor_of(path: Path) -> str:
    """The floor a module stands on; the package's own ``__init__`` stands on none."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ENTRIES.get(parts[0], "")


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The floors a module imports from, anywhere in it, with the lines."""
    for node in ast.walk(tree_of(path)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides its floor"
            names = [node.module or ""]
            if node.module == "cadre_eval":
                names = [f"cadre_eval.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "cadre_eval" and len(parts) > 1:
                yield parts[1], getattr(node, "lineno", 0)


@each_module
def test_a_module_imports_its_own_floor_or_lower_ones(path: Path) -> None:
    own = floor_of(path)
    if not own:
        return
    assert own in FLOORS, f"{path} stands on no floor"
    for floor, line in imported(path):
        if floor.startswith("__"):
            continue
        assert FLOORS.index(floor) <= FLOORS.index(own), f"{path}:{line} imports {floor} from {own}"


def test_the_floor_test_looks_into_functions() -> None:
    inside = [path for path in MODULES for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)
              for found in ast.walk(node) if isinstance(found, ast.Import | ast.ImportFrom)]  # fmt: skip
    assert all(isinstance(list(imported(path)), list) for path in inside)
    assert len(MODULES) > 60


@each_module
def test_a_module_is_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    if path.name != "catalogue.py":  # one long table
        assert lines <= 400


def test_most_modules_are_under_200_lines() -> None:
    long = [
        name for name, path in zip(NAMES, MODULES, strict=True) if path.read_text(encoding="utf-8").count("\n") > 200
    ]
    assert len(long) * 3 < len(MODULES), long


@each_module
def test_a_module_is_named_for_what_it_holds(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if floor_of(path) in EXACT_FLOORS],
    ids=lambda p: p.relative_to(PACKAGE).as_posix(),
)
def test_no_binary_float_is_made_or_named_where_scores_are_made(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        where = f"{path.name}:{getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.Name) and node.id == "float"), where
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float | complex)), where
        assert not (isinstance(node, ast.Attribute) and node.attr in {"limit_denominator", "from_float"}), where


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if floor_of(path) not in {"cli", ""}],
    ids=lambda p: p.relative_to(PACKAGE).as_posix(),
)
def test_nobody_below_the_command_reads_the_clock(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            assert not any(alias.name == "time" for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.module != "time"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert not (node.value.id in {"datetime", "date", "time"} and node.attr in CLOCKS), (
                f"{path}:{node.lineno}"
            )


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if floor_of(path) not in {"columns", "tables"}],
    ids=lambda p: p.relative_to(PACKAGE).as_posix(),
)
def test_arrays_are_known_to_two_floors_only(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert {name.split(".")[0] for name in names}.isdisjoint({"numpy", "pyarrow"}), f"{path}"


HEAVY = ("numpy", "pyarrow", "pluggy", "ruamel", "click", "yaml", "cattrs", "rich")


def loaded(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    modules = loaded("import cadre_eval")
    assert "cadre_eval" in modules
    assert modules.isdisjoint(HEAVY)


def test_importing_the_scoring_loads_no_reader_of_files_and_no_plugin_machinery() -> None:
    assert loaded("import cadre_eval.numbers.exact, cadre_eval.model.records").isdisjoint(HEAVY)
    assert loaded("import cadre_eval.scoring.assess").isdisjoint({"numpy", "pluggy", "ruamel", "click", "rich"})


def test_the_package_opens_nothing_until_a_name_is_asked_for() -> None:
    inside = {path.split("/")[0] for path in NAMES if "/" in path}
    done = subprocess.run(
        [sys.executable, "-c", "import cadre_eval, sys; print([m for m in sys.modules if m.startswith('cadre_eval.')])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
    assert inside <= {*FLOORS, "rulesets"}
