"""The hard rules as constraints, each of them alone; for the smallest relaxation also with slack."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cadre_eval.supervision.draw.bars import BARS
from cadre_eval.supervision.draw.rules import Rule
from cadre_eval.supervision.draw.solving import Program
from cadre_eval.supervision.draw.task import Task

RELAXABLE = frozenset({"cover", "skill", "reciprocal", "most-apart"})
"""Rules that a district may loosen; who may not inspect where is never loosened."""


def program_of(task: Task, rules: Collection[Rule]) -> Program:
    """The program with just these rules."""
    program = _allowed(task, rules)
    for rule in rules:
        if rule.kind in RELAXABLE:
            _constrain(program, rule, 0, sure_of_cover=_all_covered(task, rules))
    return program


def loose_program(task: Task, rules: Collection[Rule]) -> tuple[Program, Mapping[Rule, Any]]:
    """The program with these rules, and by how much each of those that may be loosened is loosened."""
    program = _allowed(task, rules)
    slack = {}
    for rule in rules:
        if rule.kind in RELAXABLE:
            slack[rule] = program.number(0, _most(task, rule))
            _constrain(program, rule, slack[rule], sure_of_cover=False)
    return program, slack


def _allowed(task: Task, rules: Collection[Rule]) -> Program:
    held = {(rule.kind, rule.host) for rule in rules if rule.kind in BARS}
    return Program(task, frozenset((i, h) for (i, h), why in task.bars.items() if any((b, h) in held for b in why)))


def _all_covered(task: Task, rules: Collection[Rule]) -> bool:
    return {rule.host for rule in rules if rule.kind == "cover"} == set(task.hosts)


def _most(task: Task, rule: Rule) -> int:
    """The most by which a rule could be loosened."""
    if rule.kind == "reciprocal":
        return 1
    if rule.kind == "most-apart":
        return len(task.hosts)
    host = str(rule.host)
    return task.draw.needed(host) if rule.skill is None else task.needed(rule.skill, host)


def _constrain(program: Program, rule: Rule, slack: Any, *, sure_of_cover: bool) -> None:
    task, model, host = program.task, program.model, str(rule.host)
    if rule.kind == "cover":
        model.add(program.at(host) + slack == task.draw.needed(host))
    elif rule.kind == "skill" and rule.skill is not None:
        model.add(program.at(host, task.skilled[rule.skill]) + slack >= task.needed(rule.skill, host))
    elif rule.kind == "reciprocal":
        for a, b in task.reciprocal:
            if a in program.visit and b in program.visit:
                model.add(program.visit[a] + program.visit[b] <= 1 + slack)
    else:
        _balance(program, slack, sure_of_cover)


def _balance(program: Program, slack: Any, sure_of_cover: bool) -> None:
    """All loads lie between one number and that number plus ``most_apart``."""
    task, apart = program.task, program.task.draw.most_apart
    if not task.inspectors:
        return
    low, high = 0, len(task.hosts)
    if sure_of_cover:  # the mean load lies between the two, which says almost what the lowest is
        visits, people = sum(task.draw.needed(h) for h in task.hosts), len(task.inspectors)
        low, high = max(0, -(-visits // people) - apart), visits // people
    lowest = program.number(low, max(low, high))
    for person in task.inspectors:
        load = program.load(person)
        program.model.add(load >= lowest)
        program.model.add(load <= lowest + apart + slack)
