"""The ``test`` command: the rulesets' own cases."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cadre_eval.cases.running import CaseOutcome, case_files, run_case_file
from cadre_eval.cli.checking import folder_of
from cadre_eval.cli.language import MESSAGES, say
from cadre_eval.cli.output import painter, show_problems
from cadre_eval.errors import Problems, Text, UsageError
from cadre_eval.errors.render import excerpt, problem_json


def run_cases(paths: Sequence[Path], only: str) -> tuple[list[CaseOutcome], Problems]:
    """Every case below the paths.

    Raises:
        UsageError: a path has no cases.
    """
    problems = Problems()
    outcomes: list[CaseOutcome] = []
    for path in paths:
        folder, start = folder_of(path)
        files = case_files(folder, start, problems)
        if not files:
            raise UsageError(Text(f"{path} 没有算例（*.case.yaml）", f"{path} has no cases (*.case.yaml)"))
        for file in files:
            outcomes.extend(run_case_file(folder, file, problems, only))
    if only and not outcomes and not problems:
        raise UsageError(Text(f"没有名称含“{only}”的算例", f"no case has '{only}' in its name"))
    return outcomes, problems


def report_cases(outcomes: Sequence[CaseOutcome], problems: Problems, form: str) -> int:
    """Prints how the cases went; the exit code."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if form == "json":
        document = {
            "passed": len(outcomes) - len(failed),
            "failed": [_outcome_json(outcome) for outcome in failed],
            "problems": [problem_json(problem, MESSAGES) for problem in problems],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print_text(failed, problems)
        done = len(outcomes) - len(failed)
        click.echo(say(f"算例：通过 {done}，未通过 {len(failed)}", f"cases: {done} passed, {len(failed)} failed"))
    return 1 if failed or problems else 0


def _outcome_json(outcome: CaseOutcome) -> dict[str, object]:
    return {
        "file": outcome.file,
        "line": outcome.span.line,
        "case": outcome.title,
        "mismatches": [
            {"field": m.field, "expected": m.expected, "actual": m.actual, "line": m.span.line}
            for m in outcome.mismatches
        ],
        "problems": [problem_json(problem, MESSAGES) for problem in outcome.problems],
    }


def _print_text(failed: Sequence[CaseOutcome], problems: Problems) -> None:
    paint = painter(sys.stdout)
    show_problems(problems, sys.stdout)
    for outcome in failed:
        click.echo(paint(f"{outcome.span}: {outcome.title}", "head"))
        for mismatch in outcome.mismatches:
            click.echo("\n".join(excerpt(mismatch.span)))
            click.echo(say(
                f"  {mismatch.field}：应为 {mismatch.expected}，实得 {mismatch.actual}",
                f"  {mismatch.field}: expected {mismatch.expected}, got {mismatch.actual}",
            ))  # fmt: skip
            if mismatch.because:
                click.echo(f"  {mismatch.because}")
        show_problems(outcome.problems, sys.stdout)
        click.echo()
