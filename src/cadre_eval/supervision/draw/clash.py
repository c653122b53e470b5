"""Why a draw is impossible: a smallest set of rules that cannot hold together, and the fewest changes that help."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from cadre_eval.model.draws import Draw
from cadre_eval.supervision.draw.hard import loose_program, program_of
from cadre_eval.supervision.draw.rules import Rule, rules_of
from cadre_eval.supervision.draw.solving import total
from cadre_eval.supervision.draw.task import Task
from cadre_eval.supervision.draw.tickets import hashed

PREFERENCE = ("most-apart", "reciprocal", "skill", "cover")
"""Among equally few changes, those are preferred that cost the inspection least."""


@frozen
class Change:
    """A rule loosened by ``by``."""

    rule: Rule
    by: int


@frozen
class Clash:
    """``rules`` cannot hold together, and any of them left out the others can; ``changes`` make the draw possible."""

    rules: tuple[Rule, ...]
    changes: tuple[Change, ...]


def possible(task: Task, rules: Sequence[Rule]) -> bool:
    """Whether these rules can hold together."""
    return program_of(task, rules).least([]) is not None


def clash_of(task: Task) -> Clash:
    """Of a draw that is impossible. It follows from the task alone: not from the solver, nor from any order."""
    return Clash(tuple(_quickxplain(task, [], rules_of(task), sure=True)), smallest_changes(task))


def _quickxplain(task: Task, background: list[Rule], rules: Sequence[Rule], *, sure: bool = False) -> list[Rule]:
    """The rules among ``rules`` that clash with the background, no more than needed (QuickXplain, Junker 2004).

    ``sure``: the background alone is known to be possible.
    """
    if not sure and not possible(task, background):
        return []
    if len(rules) == 1:
        return list(rules)
    first, second = rules[: len(rules) // 2], rules[len(rules) // 2 :]
    late = _quickxplain(task, [*background, *first], second)
    early = _quickxplain(task, [*background, *late], first, sure=not late)
    return [*early, *late]


def smallest_changes(task: Task) -> tuple[Change, ...]:
    """The fewest steps (one visitor less, one member with a skill less, loads one further apart, reciprocal pairs no longer
    forbidden); among those the most preferred; among those the ones a hash decides for.
    """
    program, slack = loose_program(task, rules_of(task))
    steps = list(slack.values())
    preferred = (PREFERENCE.index(rule.kind) for rule in slack)
    lots = (int.from_bytes(hashed(rule.kind, rule.host or "", rule.skill or 0)[:3], "big") for rule in slack)
    found = program.least([total(steps), total(steps, preferred), total(steps, lots)])
    if found is None:  # with nobody visiting anywhere every rule holds
        raise AssertionError("a draw without its rules is possible")
    return tuple(Change(rule, found(step)) for rule, step in slack.items() if found(step))


def changed(draw: Draw, changes: Sequence[Change]) -> Draw:
    """The draw with its rules so loosened."""
    for change in changes:
        rule, host = change.rule, str(change.rule.host)
        if rule.kind == "most-apart":
            draw = evolve(draw, most_apart=draw.most_apart + change.by)
        elif rule.kind == "reciprocal":
            draw = evolve(draw, reciprocal="avoid")
        elif rule.skill is None:
            draw = evolve(draw, cover_at={**draw.cover_at, host: draw.needed(host) - change.by})
        else:
            skills = list(draw.skills)
            skill = skills[rule.skill]
            least = skill.at_least_at.get(host, skill.at_least) - change.by
            skills[rule.skill] = evolve(skill, at_least_at={**skill.at_least_at, host: least})
            draw = evolve(draw, skills=tuple(skills))
    return draw
