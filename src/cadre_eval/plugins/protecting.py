"""What a plugin registers, wrapped so that its code gets copies and its answers are checked. Runs inside the isolation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import attrs
from attrs import evolve

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import INTERVAL, Interval
from cadre_eval.numbers.ops import Num, Ops
from cadre_eval.plugins.authors import wrong_settings
from cadre_eval.plugins.isolation import MOST_ITEMS, Isolation, Misbehaved
from cadre_eval.plugins.viewing import fresh
from cadre_eval.reading.settings import is_place, setting_names
from cadre_eval.ruleset.accountability import TARGETS, AccountabilityRule
from cadre_eval.ruleset.document import AccountabilityDoc, CriterionDoc
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Naming, StaysOpen
from cadre_eval.scoring import ballots, inputs
from cadre_eval.scoring.plain import all_known, exact_number, sound_text

R = TypeVar("R")
Formula: TypeAlias = Callable[[Ops, Any, Mapping[str, Num], Fraction], Num]
MOST_REMEMBERED = 100_000
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
INPUTS = tuple(
    found
    for home in (inputs, ballots)
    for found in vars(home).values()
    if isinstance(found, type) and hasattr(found, "domain") and hasattr(found, "read")
)
"""The inputs a plugin's kind may declare."""


def records(found: Any, of: type[R]) -> list[R]:
    """What a hook returned, as a list of records of one type. Raises Misbehaved."""
    if isinstance(found, str | bytes | Mapping) or not isinstance(found, Iterable):
        raise Misbehaved(f"returned {type(found).__name__}, not a list of {of.__name__}")
    items = list(islice(found, MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise Misbehaved(f"returned more than {MOST_ITEMS} records")
    for item in items:
        if type(item) is not of:
            raise Misbehaved(f"returned {type(item).__name__}, not {of.__name__}")
    return items


def check_name(name: Any) -> None:
    """A key of a ruleset or command: small letters, digits and hyphens. Raises Misbehaved."""
    if type(name) is not str or not _NAME.fullmatch(name) or len(name) > 64:
        raise Misbehaved(f"the name {name!r} is not small letters, digits and hyphens")


def check_title(title: Any) -> None:
    if type(title) is not Text:
        raise Misbehaved(f"a title must be a Text, not {type(title).__name__}")
    if sound_text(title) != title:
        raise Misbehaved("a title must be one short line")


def check_params(params: Any, beside: frozenset[str]) -> None:
    """A record of settings that leaves the keys ``beside`` it alone. Raises Misbehaved."""
    if not (isinstance(params, type) and attrs.has(params)):
        raise Misbehaved("params is not an attrs class")
    if not any(is_place(attribute) for attribute in attrs.fields(params)):
        raise Misbehaved(f"{params.__name__} has no field at: Place = place()")
    taken = beside & setting_names(params)
    if taken:
        raise Misbehaved(f"{params.__name__} uses keys that are taken: {', '.join(sorted(taken))}")
    for wrong in wrong_settings(params):
        raise Misbehaved(wrong)


def check_callable(of: Any, *names: str) -> None:
    for name in names:
        if not callable(getattr(of, name)):
            raise Misbehaved(f"{name} of {of.name} is not a function")


def check_kind(kind: CriterionKind) -> None:
    check_name(kind.name)
    check_title(kind.title)
    check_params(kind.params, setting_names(CriterionDoc) - {"parts", "weights"})
    check_callable(kind, "inputs", "formula", "account", "prepare")


def check_rule(rule: AccountabilityRule) -> None:
    check_name(rule.name)
    check_title(rule.title)
    check_params(rule.params, setting_names(AccountabilityDoc))
    check_callable(rule, "of", "propose", "prepare")


def protected_kind(kind: CriterionKind, isolation: Isolation) -> CriterionKind:
    """The kind with copies in and checked values out; scores of the same values are not asked for twice."""
    formula = _remembered(_checked_formula(kind), isolation, kind.name, kind.formula)

    def account(p: Any, x: Mapping[str, Num], points: Fraction, name: Naming) -> Text:
        return sound_text(kind.account(fresh(p), _copied(x), points, name))

    def declared(p: Any) -> Sequence[Any]:
        mine = fresh(p)
        found = kind.inputs(mine)
        _unchanged(mine, p)
        if not isinstance(found, list | tuple) or any(type(item) not in INPUTS for item in found):
            raise Misbehaved("inputs must be a list of the inputs that cadre_eval offers")
        return tuple(found)

    return evolve(
        kind, formula=formula, account=account, inputs=declared, prepare=_checked_prepare(kind),
        provider=(isolation.plugin, isolation.version), guard=isolation.call,
    )  # fmt: skip


def protected_rule(rule: AccountabilityRule, isolation: Isolation) -> AccountabilityRule:
    def target(p: Any) -> Any:
        found = rule.of(fresh(p))
        if found not in TARGETS:
            raise Misbehaved(f"of returned {found!r}, not one of {', '.join(TARGETS)}")
        return found

    def propose(p: Any, answerable: Any) -> Any:
        mine = fresh(p)
        found = rule.propose(mine, answerable)
        _unchanged(mine, p)
        return found

    return evolve(
        rule, of=target, propose=propose, prepare=_checked_prepare(rule),
        provider=(isolation.plugin, isolation.version), guard=isolation.call,
    )  # fmt: skip


def _unchanged(mine: Any, given: Any) -> None:
    if _content(mine) != _content(given):
        raise Misbehaved("changed its parameters")


def _content(value: Any) -> Any:
    """What parameters hold, place aside: a record need not be comparable."""
    if attrs.has(type(value)):
        fields = [a for a in attrs.fields(type(value)) if not is_place(a)]
        return type(value), [_content(getattr(value, a.name)) for a in fields]
    if type(value) is dict:
        return {key: _content(part) for key, part in value.items()}
    return [_content(part) for part in value] if type(value) in {tuple, list} else value


def _checked_formula(kind: CriterionKind) -> Formula:
    def formula(ops: Ops, p: Any, x: Mapping[str, Num], points: Fraction) -> Num:
        mine = fresh(p)
        found = kind.formula(ops, mine, _copied(x), points)
        _unchanged(mine, p)
        if type(found) is not Interval:
            return exact_number(found)
        if all_known(ops, x):
            raise Misbehaved("gave an interval of exact numbers")
        low, high = (None if end is None else exact_number(end) for end in (found.low, found.high))
        if low is not None and high is not None and low > high:
            raise Misbehaved("gave an interval the wrong way round")
        return Interval(low, high)

    return formula


def _copied(x: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of the inputs, or the facts declared, so that nothing done to them reaches a receipt."""
    return MappingProxyType({name: fresh(value) for name, value in x.items()})


def _remembered(formula: Formula, isolation: Isolation, name: str, on_columns: Formula) -> Formula:
    """Calls the formula once for each distinct set of exact values, inside the isolation."""
    known: dict[int, tuple[Any, dict[Any, Num]]] = {}

    def run(ops: Ops, p: Any, x: Mapping[str, Num], points: Fraction) -> Num:
        def call() -> Num | StaysOpen:
            try:
                return formula(ops, p, x, points)
            except StaysOpen as open_:
                return StaysOpen(sound_text(open_.reason))

        return isolation.call(f"kind {name}", call)

    def score(ops: Ops, p: Any, x: Mapping[str, Num], points: Fraction) -> Num:
        if ops is not EXACT and ops is not INTERVAL:  # on columns: what comes of it is looked at there
            return isolation.call(
                f"kind {name}", lambda: on_columns(ops, fresh(p), MappingProxyType(dict(x)), points)
            )
        if not all_known(ops, x):
            return _open(run(ops, p, x, points))
        _, scores = known.setdefault(id(p), (p, {}))  # p is kept, so that its id stays its own
        key = (points, *x.values())
        if key not in scores:
            if len(scores) >= MOST_REMEMBERED:
                scores.clear()
            scores[key] = run(ops, p, x, points)
        return _open(scores[key])

    return score


def check_place(span: Any) -> None:
    """A place that a plugin objects to must be one in a file. Raises Misbehaved."""
    numbers = (span.line, span.column, span.length) if type(span) is Span else ()
    if not numbers or any(type(n) is not int or n < 1 for n in numbers) or not span.source.has_line(span.line):
        raise Misbehaved("objected to a place that is in no file")


def _open(found: Num | StaysOpen) -> Num:
    if isinstance(found, StaysOpen):
        raise StaysOpen(found.reason)
    return found


def _checked_prepare(of: CriterionKind | AccountabilityRule) -> Callable[[Any, CheckContext], Any]:
    def prepare(p: Any, ctx: CheckContext) -> Any:
        problems, before = Problems(), fresh(p)
        found = of.prepare(
            p, evolve(ctx, problems=problems, facts=_copied(ctx.facts), supervision=fresh(ctx.supervision))
        )
        _unchanged(before, p)
        if type(found) is not of.params:
            raise Misbehaved(f"prepare returned {type(found).__name__}, not {of.params.__name__}")
        for problem in problems:
            check_place(problem.span)
            for words in problem.args.values():
                sound_text(words)
            problem.message("zh"), problem.message("en"), problem.cure("en")
        ctx.problems.extend(problems)
        return found

    return prepare
