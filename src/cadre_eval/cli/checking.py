"""The ``check`` command: workspaces, rulesets, folders of rulesets."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cadre_eval.cases.running import run_case_file
from cadre_eval.cli.language import MESSAGES, say
from cadre_eval.cli.output import Progress, exit_code, show_problems
from cadre_eval.errors import Problem, Problems, Text, UsageError
from cadre_eval.errors.render import problem_json
from cadre_eval.workspace.apart import cores
from cadre_eval.workspace.deciding import check_decisions
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.opening import load_workspace
from cadre_eval.workspace.rulesets import compiled_at
from cadre_eval.workspace.trust import CONFIG


def folder_of(path: Path) -> tuple[Folder, Path]:
    """The folder of a ruleset file, named as the user named it.

    Raises:
        UsageError: there is no such file.
    """
    if not path.exists():
        raise UsageError(Text(f"找不到 {path}", f"{path} cannot be found"))
    home = path if path.is_dir() else path.parent
    label = "" if home == Path() else f"{home.as_posix().rstrip('/')}/"
    folder = Folder(home, label)
    return folder, folder.root if path.is_dir() else folder.root / path.name


def check_paths(paths: Sequence[Path], progress: Progress) -> tuple[list[Problem], list[str]]:
    """Everything wrong with the workspaces and rulesets at these paths, and what was checked."""
    problems = Problems()
    checked = []
    for path in dict.fromkeys(paths):
        if path.name == CONFIG or (path / CONFIG).is_file():
            before = len(problems)
            workspace = load_workspace(path, problems, progress, cores())
            if workspace is not None and len(problems) == before:
                check_decisions(workspace, problems)
            progress.clear()
            checked.append(say(f"工作区 {path}", f"workspace {path}"))
            continue
        folder, start = folder_of(path)
        files = list(folder.yaml_files(start, problems))
        if not files:
            raise UsageError(Text(f"{path} 里没有工作区或办法", f"{path} holds neither a workspace nor a ruleset"))
        for file in files:
            _check_file(folder, file, problems)
            checked.append(say(f"文件 {folder.shown(file)}", f"file {folder.shown(file)}"))
    return list(problems), checked


def _check_file(folder: Folder, file: Path, problems: Problems) -> None:
    """A ruleset, or the cases of one (their form, not their outcome)."""
    if not file.name.endswith(".case.yaml"):
        compiled_at(folder, file, problems)
        return
    for outcome in run_case_file(folder, file, problems):
        problems.extend(outcome.problems)


def report_check(found: Sequence[Problem], checked: Sequence[str], form: str) -> int:
    """Prints what was found; the exit code."""
    if form == "json":
        shown = [problem_json(problem, MESSAGES) for problem in found]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return exit_code(found)
    show_problems(found, sys.stdout)
    if not found:
        for name in checked:
            click.echo(say(f"{name}：没有问题", f"{name}: no problems"))
    return exit_code(found)
