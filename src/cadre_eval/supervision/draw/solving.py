"""A draw as an integer program for OR-Tools' CP-SAT: exact integers, one thread, and an optimum only if it is proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from attrs import define, field

from cadre_eval.errors import Text, UsageError
from cadre_eval.supervision.draw.task import Task, Visit, Visits

EFFORT = 120
"""How much work one solve may take, in CP-SAT's deterministic seconds: the same on every machine."""


class NotProven(Exception):
    """The solver's effort ended before an answer was proven."""


@cache
def _cp() -> Any:
    """The solver.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module("ortools.sat.python.cp_model")
    except ImportError:
        raise UsageError(
            Text(
                "抽签所用的求解器没有安装：pip install 'cadre-eval[draw]'",
                "the solver that draws is not installed: pip install 'cadre-eval[draw]'",
            )
        ) from None


@define(eq=False)
class Program:
    """A program under construction: one variable, 0 or 1, for each visit that may be made."""

    task: Task
    barred: frozenset[Visit] = frozenset()
    model: Any = field(init=False)
    visit: dict[Visit, Any] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.model = _cp().CpModel()
        pairs = ((i, h) for i in self.task.inspectors for h in self.task.hosts)
        self.visit = {pair: self.model.new_bool_var("") for pair in pairs if pair not in self.barred}

    def at(self, host: str, people: Iterable[str] | None = None) -> Any:
        """How many visit a host, of all or of some inspectors."""
        chosen = self.task.inspectors if people is None else sorted(people)
        return total(self.visit[p, host] for p in chosen if (p, host) in self.visit)

    def load(self, person: str) -> Any:
        return total(self.visit[person, host] for host in self.task.hosts if (person, host) in self.visit)

    def number(self, low: int, high: int) -> Any:
        return self.model.new_int_var(low, high, "")

    def least(self, levels: Sequence[Any]) -> _Found | None:
        """Values for which the first level is least, among those the second, and so on; None if there are none at all.

        Raises:
            NotProven: the effort ended first.
        """
        found = None if levels else self._solve()
        for level in levels:
            self.model.minimize(level)
            found = self._solve()
            if found is None:
                return None
            self.model.add(level <= found(level))
            self.model.clear_hints()
            for variable in self.visit.values():
                self.model.add_hint(variable, found(variable))
        return found

    def _solve(self) -> _Found | None:
        cp = _cp()
        solver = cp.CpSolver()
        set_to: Mapping[str, int] = {
            "num_workers": 1, "random_seed": 0, "linearization_level": 2, "max_deterministic_time": EFFORT,
            "absolute_gap_limit": 0, "relative_gap_limit": 0,
        }  # fmt: skip
        for name, value in set_to.items():
            setattr(solver.parameters, name, value)
        status = solver.solve(self.model)
        if status == cp.INFEASIBLE:
            return None
        if status == cp.MODEL_INVALID:
            raise AssertionError(self.model.validate())
        if status != cp.OPTIMAL:
            raise NotProven(solver.status_name(status))
        return _Found(solver, self)


@define(eq=False)
class _Found:
    """A solution: gives the value of any expression."""

    solver: Any
    program: Program

    def __call__(self, expression: Any) -> int:
        return int(self.solver.value(expression))

    @property
    def visits(self) -> Visits:
        return frozenset(pair for pair, variable in self.program.visit.items() if self(variable))


def total(terms: Iterable[Any], weights: Iterable[int] | None = None) -> Any:
    """The sum of terms, each with its weight."""
    chosen = list(terms)
    linear = _cp().LinearExpr
    return linear.sum(chosen) if weights is None else linear.weighted_sum(chosen, list(weights))
