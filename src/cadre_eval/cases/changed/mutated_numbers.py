"""Mutations of numbers and words: one unit up or down, weight moved to a neighbour, another allowed word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal, get_args, get_origin

from cadre_eval.cases.changed.edits import retold
from cadre_eval.cases.changed.idle_limits import is_idle
from cadre_eval.cases.changed.idle_values import is_held, same_truth, stays_open
from cadre_eval.cases.changed.mutating import Change, Target, reworded
from cadre_eval.cases.changed.tokens import Token, options_of
from cadre_eval.cases.changed.written import stepped, unit_of
from cadre_eval.errors import Text
from cadre_eval.model.dates import Duration, YearDay
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode, scalar_at
from cadre_eval.reading.scalars import (
    BadScalar,
    Flag,
    NoLimit,
    Number,
    Positive,
    Step,
    Unsigned,
    Whole,
    Word,
    parse_duration,
    parse_number,
    parse_year_day,
)
from cadre_eval.ruleset.document import AdjustmentGroupDoc, AdjustmentItemDoc, ConditionDoc, CriterionDoc, PoliciesDoc
from cadre_eval.ruleset.plan import Comparison

NUMBERS = frozenset({Number, Positive, Unsigned, Whole, Step})
HUNDRED, ONE = Fraction(100), Fraction(1)
_FLAGS = {"yes": "no", "no": "yes", "true": "false", "false": "true", "是": "否", "否": "是"}
NUMBER_CHANGED = Text("数加减一个单位", "number one unit off")
LIMIT_CHANGED = Text("有限改无限，或无限改 0", "limit taken away, or set")
WEIGHT_MOVED = Text("权重或分值移给相邻一项", "weight or points moved to the neighbour")
WORD_CHANGED = Text("换成另一个可用的词", "another allowed word")
FLAG_CHANGED = Text("是否颠倒", "flag reversed")
DATE_CHANGED = Text("日期差一天", "day one off")
TIME_CHANGED = Text("时长差一个单位", "length one unit off")


def number_changes(scalar: Scalar, path: str = "") -> Iterator[Change]:
    """The number one unit of its last digit up, and down."""
    unit = unit_of(scalar.text)
    for step in (unit, -unit):
        yield reworded(scalar, stepped(scalar.text, step), NUMBER_CHANGED, path)


def numbers(token: Token, target: Target) -> Iterator[Change]:
    """A number by itself; what stands in a mapping or among parts is left to ``entries`` and ``parts``."""
    entry = not token.own and isinstance(token.holder, MapNode)
    if entry or not isinstance(token.node, Scalar) or not NUMBERS & set(token.options):
        return
    if token.record is CriterionDoc and token.key in {"weight", "points"}:
        return
    changes = list(number_changes(token.node)) if token.read_as in NUMBERS else []
    changes = [c for c in changes if not is_held(token, c.before, c.after, target.rules)]
    if NoLimit in token.options and token.read_as in {NoLimit, Number}:
        changes.append(reworded(token.node, "0" if token.read_as is NoLimit else "none", LIMIT_CHANGED))
    for change in changes:
        if not is_idle(token, change.after, target.rules) and not _is_alike(token, change, target):
            yield change


def _is_alike(token: Token, change: Change, target: Target) -> bool:
    """Whether it is the number of a condition, and no fact shows the change."""
    sign = next((sign for sign in get_args(Comparison) if sign == token.key), None)
    if token.record is not ConditionDoc or sign is None or not isinstance(token.holder, MapNode):
        return False
    return same_truth(token.holder, (sign, change.before), (sign, change.after), target)


def durations(token: Token, target: Target) -> Iterator[Change]:
    if isinstance(token.node, Scalar) and token.read_as is Duration:
        count = parse_duration(token.node.text).count
        for step in (1, -1):
            yield reworded(token.node, token.node.text.replace(str(count), str(count + step), 1), TIME_CHANGED)


def year_days(token: Token, target: Target) -> Iterator[Change]:
    if isinstance(token.node, Scalar) and token.read_as is YearDay:
        day = parse_year_day(token.node.text).in_year(2023)
        for step in (1, -1):
            near: date = day + timedelta(days=step)
            if near.year == day.year:  # the other end of the year is not a day off
                yield reworded(token.node, f"{near.month:02d}-{near.day:02d}", DATE_CHANGED)


def flags(token: Token, target: Target) -> Iterator[Change]:
    if isinstance(token.node, Scalar) and token.read_as is Flag:
        yield reworded(token.node, _FLAGS[token.node.text], FLAG_CHANGED)


def literals(token: Token, target: Target) -> Iterator[Change]:
    """A word out of a few; ``percent`` or ``relative`` only says what is checked."""
    t = token.read_as
    if not isinstance(token.node, Scalar) or get_origin(t) is not Literal or isinstance(token.holder, SeqNode):
        return  # items of a list are changed as a list
    allowed = list(get_args(t))
    if set(allowed) == {"percent", "relative"}:
        return
    if AdjustmentItemDoc in token.records and token.record is PoliciesDoc:
        allowed = ["block", "zero"] if token.key == "missing" else []  # all an item knows: open, or nothing
        allowed = [] if token.node.text not in allowed else allowed
    if AdjustmentGroupDoc is token.record and token.key == "counting" and _is_alone(token.holder):
        return
    if stays_open(token, target.rules):
        return
    for word in allowed:
        if word != token.node.text:
            yield reworded(token.node, word, WORD_CHANGED)


def _is_alone(group: Node) -> bool:
    """Whether a group has one item, which is its sum and its highest."""
    items = group.values.get("items") if isinstance(group, MapNode) else None
    return isinstance(items, SeqNode) and len(items.items) == 1


def entries(token: Token, target: Target) -> Iterator[Change]:
    """The numbers a mapping holds: each by itself, or, where they must go on having their sum, moved about."""
    mapping = token.of(dict, Mapping)
    if not isinstance(token.node, MapNode) or mapping is None:
        return
    key_type, value_type = get_args(mapping)
    if not NUMBERS & set(options_of(value_type)):
        return
    scalars = {
        f"{token.path}.{name}": value for name, value in token.node.values.items() if isinstance(value, Scalar)
    }
    written = {name: scalar for name, scalar in scalars.items() if reads(parse_number, scalar)}
    if _balanced(token, key_type, value_type, list(written.values())):
        yield from moved(written)
    else:
        for path, scalar in written.items():
            changes = number_changes(scalar, path)
            yield from (c for c in changes if not is_held(token, c.before, c.after, target.rules))


def reads(parse: Callable[[str], Any], scalar: Scalar) -> bool:
    try:
        parse(scalar.text)
    except BadScalar:
        return False
    return True


def _balanced(token: Token, key_type: Any, value_type: Any, written: list[Scalar]) -> bool:
    """Whether the numbers must go on having their sum: weights of 100 (or 1), words worth all points together."""
    reached = sum((parse_number(scalar.text) for scalar in written), Fraction(0))
    if len(written) < 2:
        return value_type is Positive and reached in {HUNDRED, ONE}
    if value_type is Positive:
        return reached in {HUNDRED, ONE}
    points = scalar_at(token.holder, "points") if isinstance(token.holder, MapNode) else None
    return key_type is Word and reached == (parse_number(points.text) if points is not None else HUNDRED)


def moved(written: Mapping[str, Scalar]) -> Iterator[Change]:
    """One unit from each number to the next, and back; the numbers are given by their paths."""
    for (path, one), other in zip(written.items(), list(written.values())[1:], strict=False):
        unit = min(unit_of(one.text), unit_of(other.text))
        for step in (unit, -unit):
            texts = stepped(one.text, step), stepped(other.text, -step)
            edits = retold(one, texts[0]), retold(other, texts[1])
            before, after = f"{one.text} / {other.text}", f"{texts[0]} / {texts[1]}"
            yield Change(one.span, WEIGHT_MOVED, before, after, edits, path)
