"""``pytest rulesets/``: every file of cases is collected, and each case is a test of the case's name.

Nothing of the package is loaded until there is a file of cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cadre_eval.cases.inputs import CaseInput
    from cadre_eval.cases.outcomes import CaseOutcome
    from cadre_eval.cases.running import CaseFile

ENDING = ".case.yaml"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """What pytest asks of every file it comes by."""
    return CaseCollector.from_parent(parent, path=file_path) if file_path.name.endswith(ENDING) else None


class CaseFailed(Exception):
    """A case that did not pass."""

    def __init__(self, outcome: CaseOutcome) -> None:
        super().__init__(outcome.title)
        self.outcome = outcome


class CaseCollector(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        """The cases; a file or a ruleset that cannot be read is an error of collecting it, told as problems are."""
        from cadre_eval.cases.running import open_case_file
        from cadre_eval.errors import Problems
        from cadre_eval.errors.languages import environment_lang
        from cadre_eval.errors.render import problems_text
        from cadre_eval.workspace.files import Folder

        problems = Problems()
        folder = Folder(self.path.parent, self._label())
        file = open_case_file(folder, folder.root / self.path.name, problems)
        cases = [] if file is None else list(file.cases(problems))
        if problems:
            raise self.CollectError(problems_text(problems, environment_lang()))
        for case in cases:
            yield CaseItem.from_parent(self, name=case.title, file=file, case=case)

    def _label(self) -> str:
        """What stands before the names of files people see: the way from where pytest was started."""
        home = self.path.parent
        start = self.config.invocation_params.dir
        name = home.relative_to(start).as_posix() if home.is_relative_to(start) else home.as_posix()
        return "" if name == "." else f"{name.rstrip('/')}/"


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, file: CaseFile, case: CaseInput, **rest: Any) -> None:
        super().__init__(**rest)
        self.file, self.case = file, case

    def runtest(self) -> None:
        outcome = self.file.outcome(self.case)
        if not outcome.passed:
            raise CaseFailed(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The diff and the receipt, as ``cadre-eval test`` shows them: where Python was at the time says nothing."""
        from cadre_eval.cases.receipts import with_receipt
        from cadre_eval.errors import CadreEvalError
        from cadre_eval.errors.languages import environment_lang
        from cadre_eval.reports.case_failures import failure_text, headline

        if isinstance(excinfo.value, CaseFailed):
            outcome, lang = with_receipt(excinfo.value.outcome), environment_lang()
            return f"{headline(outcome, lang)}\n{failure_text(outcome, lang)}"
        return (
            str(excinfo.value) if isinstance(excinfo.value, CadreEvalError) else super().repr_failure(excinfo, style)
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.span.line - 1, self.case.title
