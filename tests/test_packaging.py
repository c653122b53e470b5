"""The wheel holds all that is needed away from the checkout, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import pytest

from cadre_eval import __version__, assess, open_workspace
from cadre_eval.workspace.making import make_workspace
from cadre_eval.workspace.rulesets import shipped_names

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "cadre_eval"


def tracked(folder: Path) -> set[str]:
    """The files below a folder that are part of the project, relative to it."""
    found = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder) for path in found}
    return {n.as_posix() for n in names if "__pycache__" not in n.parts and not n.parts[0].endswith("_cache")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return ZipFile(built)


def test_the_wheel_holds_the_package_and_the_rulesets(wheel: ZipFile) -> None:
    info = f"cadre_eval-{__version__}.dist-info/"
    packed = {name for name in wheel.namelist() if not name.startswith(info)}
    expected = {f"cadre_eval/{name}" for name in tracked(PACKAGE)}
    expected |= {f"cadre_eval/rulesets/{name}" for name in tracked(ROOT / "rulesets")}
    assert packed == expected


def test_the_wheel_is_pure_python_with_the_licence_and_the_command(wheel: ZipFile) -> None:
    info = f"cadre_eval-{__version__}.dist-info/"
    assert "Root-Is-Purelib: true" in wheel.read(info + "WHEEL").decode()
    assert wheel.read(info + "licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert "cadre-eval = cadre_eval.cli.main:main" in wheel.read(info + "entry_points.txt").decode()


def test_the_core_needs_these_five_and_no_more(wheel: ZipFile) -> None:
    metadata = wheel.read(f"cadre_eval-{__version__}.dist-info/METADATA").decode().splitlines()
    needed = {line for line in metadata if line.startswith("Requires-Dist: ") and "extra ==" not in line}
    names = {line.removeprefix("Requires-Dist: ").split(">=")[0].replace(".", "-") for line in needed}
    assert names == {"attrs", "cattrs", "click", "pluggy", "ruamel-yaml"}


def test_every_shipped_ruleset_has_a_name_to_extend() -> None:
    sources = [p for p in (ROOT / "rulesets").rglob("*.yaml") if not p.name.endswith(".case.yaml")]
    named = {p.relative_to(ROOT / "rulesets").with_suffix("").as_posix() for p in sources}
    assert named == set(shipped_names())
    assert "baseline/one-publicity-six-assistances" in named


def test_every_shipped_ruleset_has_its_cases_beside_it() -> None:
    sources = [p for p in (ROOT / "rulesets").rglob("*.yaml") if not p.name.endswith(".case.yaml")]
    assert [p.name for p in sources if not p.with_suffix(".case.yaml").is_file()] == []


def test_the_template_travels_with_the_package_and_runs(tmp_path: Path) -> None:
    template = Path(str(files("cadre_eval.workspace"))) / "template"
    made = make_workspace(tmp_path / "district")
    assert {p.relative_to(tmp_path / "district").as_posix() for p in made} == tracked(template)
    assert made
    assert len(assess(open_workspace(tmp_path / "district"), period="2025-mid-year")) > 0
