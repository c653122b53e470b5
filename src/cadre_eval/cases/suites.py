"""Files of cases run one after another, or several at once; the reports are the same either way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.cases.receipts import with_receipt
from cadre_eval.cases.running import open_case_file
from cadre_eval.errors import CadreEvalError, Problem, Problems, Text
from cadre_eval.workspace.files import Folder

if TYPE_CHECKING:
    from cadre_eval.cases.changed.mutation_run import MutationReport
    from cadre_eval.cases.edges.boundaries import Boundaries
    from cadre_eval.cases.exercised.constructs import Coverage

MUCH = 200_000
"""Bytes of cases that are worth starting processes for: about two seconds of work."""


@frozen
class Task:
    """A file of cases, and what is wanted of it."""

    folder: Folder
    path: Path
    only: str = ""
    covered: bool = False
    bounded: bool = False

    @property
    def name(self) -> str:
        return self.folder.shown(self.path)


@frozen(eq=False)
class FileReport:
    """How the cases of a file went, and what else was wanted of it.

    Attributes:
        problems: those of the file itself.
        failures: what plugins failed to do, each once.
    """

    file: str
    outcomes: tuple[CaseOutcome, ...] = ()
    problems: Problems = field(factory=Problems)
    failures: tuple[Text, ...] = ()
    coverage: Coverage | None = None
    boundaries: Boundaries | None = None
    mutation: MutationReport | None = None

    @property
    def failed(self) -> tuple[CaseOutcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)

    @property
    def passed(self) -> int:
        return len(self.outcomes) - len(self.failed)

    @property
    def problems_of_cases(self) -> tuple[Problem, ...]:
        return tuple(problem for outcome in self.outcomes for problem in outcome.problems)

    @property
    def sound(self) -> bool:
        return not self.failed and not self.problems

    @property
    def shares(self) -> dict[str, Fraction]:
        """What can be held against a threshold."""
        found: dict[str, Fraction] = {}
        if self.coverage is not None:
            found["coverage"] = self.coverage.share
        if self.mutation is not None:
            found["mutation"] = self.mutation.score
        return found


def run_tasks(tasks: Sequence[Task], jobs: int = 1) -> Iterator[FileReport]:
    """The reports in the order of the tasks, however many processes share the work."""
    if min(jobs, len(tasks)) < 2:
        yield from map(run_task, tasks)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn")) as pool:
        for task, report in zip(tasks, pool.map(run_elsewhere, tasks), strict=True):
            yield run_task(task) if report is None else report


def run_elsewhere(task: Task) -> FileReport | None:
    """In a process of its own. An error does not travel well: None lets it be raised at home."""
    try:
        return run_task(task)
    except CadreEvalError:
        return None


def run_task(task: Task) -> FileReport:
    """Runs the cases of one file."""
    problems = Problems()
    file = open_case_file(task.folder, task.path, problems)
    if file is None:
        return FileReport(task.name, problems=problems)
    outcomes = tuple(file.run(problems, task.only))
    failures = tuple({failure.text: None for o in outcomes if o.found is not None for failure in o.found.failures})
    report = FileReport(task.name, tuple(_lasting(outcome) for outcome in outcomes), problems, failures)
    if task.covered:
        from cadre_eval.cases.exercised.coverage import coverage

        report = evolve(report, coverage=coverage(file, outcomes))
    if task.bounded:
        from cadre_eval.cases.edges.boundaries import boundaries

        report = evolve(report, boundaries=boundaries(file, problems))
    return report


def _lasting(outcome: CaseOutcome) -> CaseOutcome:
    """The outcome without everything that was assessed for it, once its receipt is taken."""
    return evolve(with_receipt(outcome), found=None)


def worthwhile_jobs(tasks: Sequence[Task], cores: int) -> int:
    """How many processes help: a few cases are done before another process has started."""
    size = sum(task.path.stat().st_size for task in tasks)
    return max(1, min(cores, len(tasks))) if size >= MUCH else 1
