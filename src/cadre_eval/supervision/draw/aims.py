"""What a draw makes as small as it can: reciprocal pairs, then soft rules not kept, then the sum of tickets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cadre_eval.model.draws import SoftRule
from cadre_eval.supervision.draw.solving import Program, total
from cadre_eval.supervision.draw.tickets import ticket


def aims(program: Program) -> list[Any]:
    """The levels, the first the most important."""
    draw = program.task.draw
    pairs = list(_pairs(program)) if draw.reciprocal == "avoid" else []
    soft = [(term, rule.weight) for k, rule in enumerate(draw.soft) for term in _soft(program, k, rule)]
    levels = [total(pairs)] if pairs else []
    if soft:
        levels.append(total((term for term, _ in soft), (weight for _, weight in soft)))
    if draw.seed is not None and program.visit:
        numbers = (ticket(draw.seed, program.task.digest, i, h) for i, h in program.visit)
        levels.append(total(program.visit.values(), numbers))
    return levels


def _pairs(program: Program) -> Iterator[Any]:
    """1 for each two who inspect each other's host."""
    for a, b in program.task.reciprocal:
        if a in program.visit and b in program.visit:
            both = program.model.new_bool_var("")
            program.model.add(program.visit[a] + program.visit[b] <= 1 + both)
            yield both


def _soft(program: Program, index: int, rule: SoftRule) -> Iterator[Any]:
    task = program.task
    if rule.rule == "same-host-before":
        yield from (program.visit[v] for v in sorted(task.earlier[index]) if v in program.visit)
        return
    for group in task.groups(rule):
        for host in task.hosts:
            most = min(task.draw.needed(host), sum((i, host) in program.visit for i in group))
            if most > 1:
                yield _together(program, host, group, most)


def _together(program: Program, host: str, group: list[str], most: int) -> Any:
    """n people of a group in a team are n(n - 1)/2 pairs: the highest of the lines kn - k(k + 1)/2."""
    pairs, n = program.number(0, most * (most - 1) // 2), program.at(host, group)
    for k in range(1, most):
        program.model.add(pairs >= k * n - k * (k + 1) // 2)
    return pairs
