"""What a set of visits comes to: reciprocal pairs, soft rules not kept, load, tickets. Knows nothing of solvers."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from cadre_eval.supervision.draw.task import Task, Visit, Visits
from cadre_eval.supervision.draw.tickets import ticket


@frozen
class Worth:
    """What a draw is judged by, in this order; the least is drawn."""

    pairs: int
    penalty: int
    tickets: int


def reciprocal_pairs(task: Task, visits: Visits) -> tuple[tuple[Visit, Visit], ...]:
    """The pairs of inspectors who inspect each other's host."""
    return tuple((a, b) for a, b in task.reciprocal if a in visits and b in visits)


def soft_count(task: Task, rule: int, visits: Visits) -> int:
    """How often a soft rule is not kept: visits repeated, or pairs of one street or unit in a team."""
    declared = task.draw.soft[rule]
    if declared.rule == "same-host-before":
        return len(visits & task.earlier[rule])
    sizes = [sum((i, h) in visits for i in group) for group in task.groups(declared) for h in task.hosts]
    return sum(n * (n - 1) // 2 for n in sizes)


def loads(task: Task, visits: Visits) -> Mapping[str, int]:
    """How many visits each inspector makes."""
    return {person: sum((person, host) in visits for host in task.hosts) for person in task.inspectors}


def worth(task: Task, visits: Visits) -> Worth:
    """Reciprocal pairs count only where they are to be avoided; tickets only once there is a seed."""
    draw = task.draw
    pairs = len(reciprocal_pairs(task, visits)) if draw.reciprocal == "avoid" else 0
    penalty = sum(rule.weight * soft_count(task, k, visits) for k, rule in enumerate(draw.soft))
    total = 0 if draw.seed is None else sum(ticket(draw.seed, task.digest, i, h) for i, h in visits)
    return Worth(pairs, penalty, total)
