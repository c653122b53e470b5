"""How a case went."""

from __future__ import annotations

from attrs import field, frozen

from cadre_eval.cases.documents import PlacesDoc
from cadre_eval.cases.expectations import Mismatch
from cadre_eval.errors import Problems, Span
from cadre_eval.scoring.result import PeriodResult


@frozen(eq=False)
class CaseOutcome:
    """How a case went: what differed, or why it could not run.

    Attributes:
        found: everything that was assessed for it.
        places: the places it asked of a quota, if that is what it is about.
    """

    file: str
    title: str
    span: Span
    mismatches: tuple[Mismatch, ...] = ()
    problems: Problems = field(factory=Problems)
    found: PeriodResult | None = None
    places: PlacesDoc | None = None

    @property
    def passed(self) -> bool:
        return not self.mismatches and not self.problems
