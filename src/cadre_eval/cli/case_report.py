"""What the ``test`` command prints: as text, JSON or JUnit XML."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from cadre_eval.cases.suites import FileReport
from cadre_eval.cli.language import MESSAGES, say
from cadre_eval.cli.output import painter, show_problems
from cadre_eval.cli.testing import CaseRun
from cadre_eval.errors import Problems
from cadre_eval.errors.render import problem_json
from cadre_eval.errors.width import padded, text_width
from cadre_eval.reports.case_failures import failure_json, failure_text
from cadre_eval.reports.junit import Suite, junit_xml
from cadre_eval.reports.percent import percent_text


def show_run(run: CaseRun) -> int:
    """Prints how the cases went; the exit code."""
    if run.wanted.form == "json":
        click.echo(json.dumps(_run_json(run), ensure_ascii=False, indent=2))
    elif run.wanted.form == "junit":
        click.echo(junit_xml(_suites(run), MESSAGES), nl=False)
        for line in _shortfalls(run):
            click.echo(line, err=True)
    else:
        _show_text(run)
    for failure in dict.fromkeys(failure for report in run.reports for failure in report.failures):
        click.echo(failure.in_(MESSAGES), err=True)
    return run.code


def _problems(run: CaseRun) -> Problems:
    """Those of all files, each once."""
    problems = Problems(run.problems)
    for report in run.reports:
        problems.extend(report.problems)
    return problems


def _show_text(run: CaseRun) -> None:
    paint = painter(sys.stdout)
    show_problems(_problems(run), sys.stdout)
    for report in run.reports:
        for outcome in report.failed:
            click.echo(failure_text(outcome, MESSAGES, paint) + "\n")
    for report in run.reports:
        for lines in _tables(report):
            click.echo("\n".join(lines) + "\n")
    for line in (*_summary(run), *_shortfalls(run)):
        click.echo(line)


def _tables(report: FileReport) -> Iterator[list[str]]:
    if report.coverage is not None:
        from cadre_eval.cases.exercised.coverage_report import coverage_lines

        yield list(coverage_lines(report.coverage, MESSAGES))
    if report.boundaries is not None:
        from cadre_eval.cases.edges.boundary_report import boundary_lines

        yield list(boundary_lines(report.boundaries, MESSAGES))
    if report.mutation is not None:
        from cadre_eval.cases.changed.mutation_report import mutation_lines

        yield list(mutation_lines(report.mutation, MESSAGES))


def _summary(run: CaseRun) -> Iterator[str]:
    """A line for each file where there are several, and one for all."""
    shown = [report for report in run.reports if report.outcomes]
    width = max((text_width(report.file) for report in shown), default=0)
    for report in shown if len(shown) > 1 else []:
        yield f"{padded(report.file, width)}  {_counted(report.passed, len(report.failed))}{_shares(report)}"
    passed, failed = sum(r.passed for r in run.reports), sum(len(r.failed) for r in run.reports)
    total = _counted(passed, failed)
    yield say(f"算例：{total}", f"cases: {total}") + (_shares(shown[0]) if len(shown) == 1 else "")


def _counted(passed: int, failed: int) -> str:
    return say(f"通过 {passed}，未通过 {failed}", f"{passed} passed, {failed} failed")


def _shares(report: FileReport) -> str:
    return "".join(f"{say('，', ', ')}{_named(name)} {percent_text(share)}" for name, share in report.shares.items())


def _named(share: str) -> str:
    return {"coverage": say("覆盖", "coverage"), "mutation": say("改动察觉", "mutation score")}[share]


def _shortfalls(run: CaseRun) -> Iterator[str]:
    """Why the command ends with 1 where every case passed."""
    least = run.wanted.least
    for report, name, share in run.below:
        needed = "" if least is None else percent_text(least)
        exact = f"{share.numerator}/{share.denominator}"
        said = f"{report.file}：{_named(name)} {percent_text(share)}（{exact}），不到 {needed}"
        yield say(said, f"{report.file}: {_named(name)} {percent_text(share)} ({exact}) is below {needed}")
    if run.unmutated:
        yield say("算例没有全部通过，没有试改动", "not every case passed, so no mutation was tried")


def _run_json(run: CaseRun) -> dict[str, Any]:
    failed = [outcome for report in run.reports for outcome in report.failed]
    return {
        "passed": sum(report.passed for report in run.reports),
        "failed": [failure_json(outcome, MESSAGES) for outcome in failed],
        "problems": [problem_json(problem, MESSAGES) for problem in _problems(run)],
        "files": [_file_json(report) for report in run.reports],
        "below": [{"file": r.file, "what": name, "share": str(share)} for r, name, share in run.below],
    }


def _file_json(report: FileReport) -> dict[str, Any]:
    shown: dict[str, Any] = {"file": report.file, "passed": report.passed, "failed": len(report.failed)}
    if report.coverage is not None:
        from cadre_eval.cases.exercised.coverage_report import coverage_json

        shown["coverage"] = coverage_json(report.coverage, MESSAGES)
    if report.boundaries is not None:
        from cadre_eval.cases.edges.boundary_report import boundary_json

        shown["boundaries"] = boundary_json(report.boundaries, MESSAGES)
    if report.mutation is not None:
        from cadre_eval.cases.changed.mutation_report import mutation_json

        shown["mutation"] = mutation_json(report.mutation, MESSAGES)
    return shown


def _suites(run: CaseRun) -> Iterator[Suite]:
    for report in run.reports:
        held = {name: percent_text(share) for name, share in report.shares.items()}
        yield Suite(report.file, report.outcomes, list(report.problems), held)
    rest = list(run.problems)
    if rest:
        yield Suite("", (), rest)
