"""Draws: the one result that the rules, the seed and the digest of the input define."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from cadre_eval.supervision.draw.aims import aims
from cadre_eval.supervision.draw.breaches import breaches, visits_of
from cadre_eval.supervision.draw.clash import Clash, clash_of
from cadre_eval.supervision.draw.counting import Worth, loads, reciprocal_pairs, worth
from cadre_eval.supervision.draw.hard import program_of
from cadre_eval.supervision.draw.rules import rules_of
from cadre_eval.supervision.draw.task import Task, Visit, Visits
from cadre_eval.supervision.draw.tickets import sampled


@frozen(eq=False, slots=False)
class Result:
    """A draw as drawn: the team and the households of each host, by id."""

    task: Task
    teams: Mapping[str, tuple[str, ...]]
    households: Mapping[str, tuple[int, ...]]

    @cached_property
    def visits(self) -> Visits:
        return visits_of(self.teams)

    @cached_property
    def loads(self) -> Mapping[str, int]:
        return loads(self.task, self.visits)

    @cached_property
    def worth(self) -> Worth:
        return worth(self.task, self.visits)

    @cached_property
    def pairs(self) -> tuple[tuple[Visit, Visit], ...]:
        """The pairs of inspectors who inspect each other's host."""
        return reciprocal_pairs(self.task, self.visits)


def drawn(task: Task) -> Result | Clash:
    """The draw, or why it is impossible. Among the visits that break no hard rule: the fewest reciprocal pairs, then the
    least weight of soft rules not kept, then the least sum of tickets.

    Raises:
        UsageError: the solver is not installed.
        NotProven: the solver's effort ended before it had proven its answer.
    """
    program = program_of(task, rules_of(task))
    found = program.least(aims(program))
    if found is None:
        return clash_of(task)
    visits = found.visits
    teams = {host: tuple(p for p in task.inspectors if (p, host) in visits) for host in task.hosts}
    result = Result(task, teams, {host: sampled(task, host) for host in task.hosts})
    if breaches(task, teams):
        raise AssertionError(f"the solver broke a rule: {breaches(task, teams)[0].what.en}")
    return result


def can_be_drawn(task: Task) -> Clash | None:
    """None if the draw is possible, whatever the seed; else why not."""
    return None if program_of(task, rules_of(task)).least([]) is not None else clash_of(task)
