"""Runs the cases of a ruleset against each mutation of it: one that no case notices is a rule no case holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.cases.changed.mutations import Mutation, mutations
from cadre_eval.cases.inputs import CaseInput
from cadre_eval.cases.running import CaseFile, open_case_file
from cadre_eval.errors import PluginFailure, Problems, Text, UsageError
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.workspace.files import Folder

Outcome: TypeAlias = Literal["killed", "survived", "refused"]
Progress: TypeAlias = Callable[[int, int], None]
Verdict: TypeAlias = "tuple[Outcome, str]"
CHUNK = 24
"""So many mutations are tried in one go, in one process; within it the case that noticed last is asked first."""


@frozen(eq=False)
class Mutant:
    """A mutation and how it went: noticed by a case, by the check at load, or by nobody."""

    mutation: Mutation
    outcome: Outcome
    case: str = ""
    """The case that noticed."""


@frozen(eq=False)
class MutationReport:
    """Every mutation of the ruleset of a case file, in the order of places."""

    file: str
    ruleset: str
    cases: int
    mutants: tuple[Mutant, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(mutant.outcome == outcome for mutant in self.mutants)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        return tuple(mutant for mutant in self.mutants if mutant.outcome == "survived")

    @property
    def score(self) -> Fraction:
        """The share of mutations that load which some case notices; 1 if there are none."""
        tried = self.count("killed") + self.count("survived")
        return Fraction(self.count("killed"), tried) if tried else Fraction(1)


@frozen(eq=False)
class _Subject:
    """A case file whose cases pass, and what there is to try."""

    folder: Folder
    path: Path
    file: CaseFile
    found: list[Mutation]

    @property
    def chunks(self) -> list[range]:
        ends = range(0, len(self.found), CHUNK)
        return [range(start, min(start + CHUNK, len(self.found))) for start in ends]

    def verdicts(self, chunk: range) -> list[Verdict]:
        return list(_judged(self.file, [self.found[i] for i in chunk]))


def mutate(
    folder: Folder, path: Path, problems: Problems, jobs: int = 1, progress: Progress = lambda done, all_: None
) -> MutationReport | None:
    """The report of one file of cases; see ``mutate_files``."""
    return next(iter(mutate_files([(folder, path)], problems, jobs, progress)), None)


def mutate_files(
    files: Sequence[tuple[Folder, Path]],
    problems: Problems,
    jobs: int = 1,
    progress: Progress = lambda done, all_: None,
) -> list[MutationReport]:
    """The reports of files of cases. A file that cannot be used adds its problems and has no report.

    Args:
        jobs: so many processes share the work; the reports do not depend on it.
        progress: called with the mutations done and their number.

    Raises:
        UsageError: a case fails even without a change.
    """
    subjects = [subject for folder, path in files if (subject := _subject(folder, path, problems)) is not None]
    total, done = sum(len(subject.found) for subject in subjects), 0
    verdicts: dict[int, list[Verdict]] = {number: [] for number in range(len(subjects))}
    for number, chunk in _tried(subjects, jobs):
        verdicts[number] += chunk
        done += len(chunk)
        progress(done, total)
    return [_report(subject, verdicts[number]) for number, subject in enumerate(subjects)]


def _report(subject: _Subject, verdicts: Sequence[Verdict]) -> MutationReport:
    mutants = tuple(Mutant(m, *verdict) for m, verdict in zip(subject.found, verdicts, strict=True))
    file = subject.file
    return MutationReport(file.source.name, file.rules.id, len(file.doc.cases), mutants)


def _subject(folder: Folder, path: Path, problems: Problems) -> _Subject | None:
    file = open_case_file(folder, path, problems)
    if file is None:
        return None
    before = len(problems)
    failing = [outcome.title for outcome in file.run(problems) if not outcome.passed]
    if failing:
        name, first = file.source.name, failing[0]
        zh = f"{name}：先让全部算例通过，再试改动；未通过：{first}"
        raise UsageError(Text(zh, f"{name}: all cases must pass before changes are tried; failing: {first}"))
    return None if len(problems) > before else _Subject(folder, path, file, _mutations_of(file))


def _mutations_of(file: CaseFile) -> list[Mutation]:
    registry = file.merged.registry
    return mutations(file.merged.effective.root, registry.kinds, file.rules, registry.rules)


def _tried(subjects: Sequence[_Subject], jobs: int) -> Iterator[tuple[int, list[Verdict]]]:
    """The verdicts of each subject, in the order of its mutations."""
    work = [(number, chunk) for number, subject in enumerate(subjects) for chunk in subject.chunks]
    if jobs < 2 or len(work) < 2:
        yield from ((number, subjects[number].verdicts(chunk)) for number, chunk in work)
        return
    with ProcessPoolExecutor(min(jobs, len(work)), get_context("spawn")) as pool:
        yield from _shared(pool, subjects, work)


def _shared(
    pool: Executor, subjects: Sequence[_Subject], work: Sequence[tuple[int, range]]
) -> Iterator[tuple[int, list[Verdict]]]:
    """The work given out to processes; each opens the file by itself."""
    folders = [subjects[number].folder for number, _ in work]
    paths = [subjects[number].path for number, _ in work]
    tried = pool.map(judged_elsewhere, folders, paths, [chunk for _, chunk in work])
    for (number, chunk), verdicts in zip(work, tried, strict=True):
        yield number, subjects[number].verdicts(chunk) if verdicts is None else verdicts


def judged_elsewhere(folder: Folder, path: Path, chunk: range) -> list[Verdict] | None:
    """In a process of its own: the file opened again, these of its mutations tried. None if it cannot be opened there."""
    file = open_case_file(folder, path, Problems())
    return None if file is None else _Subject(folder, path, file, _mutations_of(file)).verdicts(chunk)


def _judged(file: CaseFile, found: Sequence[Mutation]) -> Iterator[Verdict]:
    """Tries mutations one after another. They lie near each other, so the case that noticed one is asked first."""
    cases = list(file.cases(Problems()))
    for mutation in found:
        outcome, noticed = _verdict(file, mutation, cases)
        if noticed is not None:
            cases = [noticed, *(case for case in cases if case is not noticed)]
        yield outcome, "" if noticed is None else noticed.title


def _verdict(file: CaseFile, mutation: Mutation, cases: Sequence[CaseInput]) -> tuple[Outcome, CaseInput | None]:
    with mutation.applied():
        rules = _compiled(file)
        if rules is None:
            return "refused", None
        noticed = next((case for case in cases if _notices(file, case, rules)), None)
    return ("survived", None) if noticed is None else ("killed", noticed)


def _compiled(file: CaseFile) -> CompiledRuleset | None:
    """The ruleset as changed, if it loads."""
    try:
        return file.merged.compiled(Problems())
    except PluginFailure:  # the plugin itself objects to what it is given
        return None


def _notices(file: CaseFile, case: CaseInput, rules: CompiledRuleset) -> bool:
    try:
        return not file.outcome(case, rules).passed
    except PluginFailure:
        return True
