"""``cadre-eval init --plugin``: the project it makes works at once, and a name that cannot be used makes nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import cadre_eval.workspace.making as making
from cadre_eval import UsageError, __version__
from cadre_eval.workspace.making import make_plugin
from own_environment import own_python, ran_by
from running import ran

FULL, SHORT, MODULE = "cadre-eval-night-visits", "night-visits", "cadre_eval_night_visits"
COMMAND = "cadre_eval.cli.main"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which the project below is installed."""
    return own_python(tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="module")
def project(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project just made, and installed as its README says."""
    folder, _ = make_plugin(SHORT, tmp_path_factory.mktemp("projects") / FULL)
    done = ran_by(python, "pip", "install", "-e", ".[test]", cwd=folder)
    assert done.returncode == 0, done.stdout
    return folder


def test_its_own_tests_pass_at_once_python_and_cases(python: Path, project: Path) -> None:
    done = ran_by(python, "pytest", "-p", "no:cacheprovider", "-vv", cwd=project)
    assert done.returncode == 0, done.stdout
    assert re.search(r"tests/test_kinds\.py.*PASSED", done.stdout)
    assert re.search(r"rulesets/example\.case\.yaml.*PASSED", done.stdout)
    assert not re.search(r"skipped|xfailed|warning", done.stdout), done.stdout


def test_the_cases_of_its_ruleset_use_every_rule(python: Path, project: Path) -> None:
    done = ran_by(python, COMMAND, "test", "rulesets", "--coverage", "--fail-under", "100", cwd=project, lang="en")
    assert done.returncode == 0, done.stdout
    assert re.search(r"[1-9]\d* passed, 0 failed, coverage 100%", done.stdout)


def test_the_command_lists_it_with_its_hook_and_kind(python: Path, project: Path) -> None:
    done = ran_by(python, COMMAND, "plugins", cwd=project, lang="en")
    (own,) = re.findall(rf"^  {FULL} 0\.1\.0  installed  {FULL} 0\.1\.0\n((?:    .*\n)*)", done.stdout, re.M)
    assert own.split("\n")[:2] == ["    hooks: cadre_eval_register_criterion_kinds", f"    kinds: {SHORT}"]


def test_a_mistake_in_its_formula_is_named_with_file_and_line(python: Path, project: Path) -> None:
    source = project / "src" / MODULE / "kinds.py"
    text = source.read_text("utf-8")
    line = 1 + text[: text.index('values["times"]')].count("\n")
    source.write_text(text.replace('values["times"]', 'values["time"]'), "utf-8")
    try:
        done = ran_by(python, COMMAND, "test", "rulesets", cwd=project, lang="en")
    finally:
        source.write_text(text, "utf-8")
    assert done.returncode == 3
    assert (
        f"{FULL} 0.1.0 failed (kind {SHORT}, visiting, case): KeyError: 'time' ({MODULE}/kinds.py:{line})"
        in done.stdout
    )


def test_it_is_soundly_typed(project: Path, python: Path) -> None:
    done = ran_by(python, "mypy", "--strict", "--cache-dir", project.parent / "types", "src", "tests", cwd=project)
    assert done.returncode == 0, done.stdout


def test_nothing_of_the_template_is_left_in_names_and_texts(project: Path) -> None:
    made = [p for p in project.rglob("*") if p.is_file() and not {"__pycache__", ".mypy_cache"} & set(p.parts)]
    assert len(made) >= 9
    for path in made:
        said = f"{path.relative_to(project).as_posix()}\n{path.read_text('utf-8')}"
        assert not re.search(r"cadre.eval.example|example.kind", said), path
    metadata = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    assert metadata["name"] == FULL
    assert f"cadre-eval>={__version__}" in metadata["dependencies"]
    assert metadata["entry-points"] == {"cadre_eval": {FULL: MODULE}}


@pytest.mark.parametrize("name", [SHORT, FULL])
def test_the_folder_is_called_as_the_distribution_unless_it_is_given(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ran("init", "--plugin", name)
    assert (done.code, done.err) == (0, "")
    assert f"{FULL}/pyproject.toml\n" in done.out
    assert f"cd {FULL} && " in done.out
    assert ran("init", "other", "--plugin", name).code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == [FULL, "other"]
    assert files_in(tmp_path / FULL) == files_in(tmp_path / "other")


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("", None), ("cadre-eval-", None), ("夜访", None), ("1visits", None), ("../visits", None), ("x" * 41, None),
        ("a/b", None), ("night\nvisits", "night-visits"), ("Night_Visits", "night-visits"),
        ("night--visits", "night-visits"), ("-visits", "visits"), ("night.visits ", "night-visits"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_used_makes_nothing_and_says_what_was_meant(
    name: str, meant: str | None, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        make_plugin(name, tmp_path / "new")
    hints = [re.findall(pattern, said) for pattern, said in (("是不是 (.*)？", refused.value.text.zh), (r"mean (.*)\?", str(refused.value)))]  # fmt: skip
    assert hints == [[meant] if meant else []] * 2
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_built_in_kind_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = ran("init", tmp_path / "new", "--plugin", "target")
    assert done.code == 2
    assert "target" in done.err
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_or_a_name_the_usage_is_wrong() -> None:
    done = ran("init")
    assert (done.code, done.out) == (2, "")
    assert "init FOLDER" in done.err


def test_it_may_be_made_in_an_empty_folder_and_over_nothing_else(tmp_path: Path) -> None:
    assert ran("init", tmp_path, "--plugin", SHORT).code == 0
    before = files_in(tmp_path)
    assert "pyproject.toml" in before
    assert ran("init", tmp_path, "--plugin", "other").code == 2
    assert ran("init", tmp_path / "pyproject.toml", "--plugin", "other").code == 2
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("there", [True, False], ids=["an empty folder", "a new folder"])
@pytest.mark.parametrize("arguments", [[], ["--plugin", SHORT]], ids=["workspace", "plugin"])
def test_a_disk_that_fills_up_leaves_nothing_half_made(
    arguments: list[str], there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = making.write_atomically, []

    def full_after_three(path: Path, content: bytes) -> None:
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(path, content)

    monkeypatch.setattr(making, "write_atomically", full_after_three)
    folder = tmp_path / "new"
    if there:
        folder.mkdir()
    done = ran("init", folder, *arguments)
    assert (done.code, len(written)) == (3, 3)
    assert "No space left" in done.err
    assert list(tmp_path.rglob("*")) == ([folder] if there else [])


def test_what_python_left_beside_the_template_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installing a wheel compiles the template too."""
    home = tmp_path / "package"
    made = {"pyproject.toml": b"", "src/__pycache__/x.cpython-311.pyc": b"\xff\x00"}
    for name, content in made.items():
        path = home / making.PLUGIN_TEMPLATE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setattr(making, "files", lambda _package: home)
    folder, paths = make_plugin(SHORT, tmp_path / "new")
    assert paths == [folder / "pyproject.toml"]
    assert files_in(folder) == {"pyproject.toml": b""}
