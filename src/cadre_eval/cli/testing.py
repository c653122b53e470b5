"""The ``test`` command: the rulesets' own cases."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from attrs import evolve, frozen

from cadre_eval.cases.running import case_files
from cadre_eval.cases.suites import FileReport, Task, run_tasks, worthwhile_jobs
from cadre_eval.cli.checking import folder_of
from cadre_eval.cli.language import say
from cadre_eval.cli.output import DONE, FAILED, PROBLEMS, Progress, exit_code
from cadre_eval.errors import Problems, Text, UsageError


@frozen
class Wanted:
    """What the command line asks for."""

    only: str = ""
    form: str = "text"
    jobs: int | None = None
    covered: bool = False
    mutated: bool = False
    bounded: bool = False
    least: Fraction | None = None

    def __attrs_post_init__(self) -> None:
        """Raises UsageError for what does not go together."""
        if self.bounded and self.form == "junit":
            raise _not_together("--boundaries", "--format junit", "是一张表，不是检验", "makes a table, not tests")
        if self.mutated and self.only:
            raise _not_together("--mutate", "-k", "要用全部算例", "needs all cases")
        if self.least is not None and not (self.covered or self.mutated):
            zh, en = "--fail-under 要和 --coverage 或 --mutate 一起用", "--fail-under needs --coverage or --mutate"
            raise UsageError(Text(zh, en))


def _not_together(a: str, b: str, zh: str, en: str) -> UsageError:
    return UsageError(Text(f"{a} 不能和 {b} 一起用：它{zh}", f"{a} does not go with {b}: it {en}"))


@frozen(eq=False)
class CaseRun:
    """Everything there is to tell of one call of the command."""

    wanted: Wanted
    reports: Sequence[FileReport]
    problems: Problems
    """Those of finding the files."""

    @property
    def below(self) -> list[tuple[FileReport, str, Fraction]]:
        """What does not reach the threshold: every file has to, by itself."""
        least = self.wanted.least
        if least is None:
            return []
        return [(r, name, share) for r in self.reports for name, share in r.shares.items() if share < least]

    @property
    def unmutated(self) -> bool:
        """Whether changes were asked for and not tried, because not every case passed."""
        return self.wanted.mutated and any(report.mutation is None for report in self.reports)

    @property
    def code(self) -> int:
        """A plugin that failed weighs more than a case that did."""
        if any(report.failures for report in self.reports):
            return FAILED
        found = [problem for report in self.reports for problem in (*report.problems, *report.problems_of_cases)]
        if found or self.problems:
            return exit_code([*self.problems, *found])
        return DONE if all(report.sound for report in self.reports) and not self.below else PROBLEMS


def run_cases(paths: Sequence[Path], wanted: Wanted, progress: Progress) -> CaseRun:
    """Every case below the paths.

    Raises:
        UsageError: a path has no cases, or none has the name.
    """
    problems = Problems()
    tasks = _tasks(paths, wanted, problems)
    jobs = worthwhile_jobs(tasks, os.cpu_count() or 1) if wanted.jobs is None else wanted.jobs
    reports = list(run_tasks(tasks, jobs))
    found = any(report.outcomes or report.problems for report in reports)
    if wanted.only and not found and not problems:
        only = wanted.only
        raise UsageError(Text(f"没有名称含“{only}”的算例", f"no case has '{only}' in its name"))
    if wanted.mutated and not problems and all(report.sound for report in reports):
        reports = _mutated(tasks, reports, wanted, progress)
    return CaseRun(wanted, reports, problems)


def _tasks(paths: Sequence[Path], wanted: Wanted, problems: Problems) -> list[Task]:
    """The files of cases, each once, as it was first named."""
    tasks: dict[Path, Task] = {}
    for path in paths:
        folder, start = folder_of(path)
        files = case_files(folder, start, problems)
        if not files:
            raise UsageError(Text(f"{path} 没有算例（*.case.yaml）", f"{path} has no cases (*.case.yaml)"))
        for file in files:
            tasks.setdefault(file.resolve(), Task(folder, file, wanted.only, wanted.covered, wanted.bounded))
    return list(tasks.values())


def _mutated(
    tasks: Sequence[Task], reports: Sequence[FileReport], wanted: Wanted, progress: Progress
) -> list[FileReport]:
    """The reports with how the changes to each ruleset went; trying them is long work, so all processors help."""
    from cadre_eval.cases.changed.mutation_run import mutate_files

    doing = say("改动", "mutations")
    jobs = (os.cpu_count() or 1) if wanted.jobs is None else wanted.jobs
    files = [(task.folder, task.path) for task in tasks]
    found = mutate_files(files, Problems(), jobs, lambda done, total: progress(doing, done, total))
    progress.clear()
    return [evolve(report, mutation=mutation) for report, mutation in zip(reports, found, strict=True)]
