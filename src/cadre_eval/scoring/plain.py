"""Kinds whose formula is an ordinary Python function: it may use ``if``, and gives its score with the reason.

Such a function sees exact values only. While something it needs is not known, the score is anything the criterion can
give; so a plain kind costs nothing but narrower intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import frozen

from cadre_eval.errors import Text, as_text
from cadre_eval.numbers.exact import EXACT
from cadre_eval.numbers.interval import INTERVAL, Interval
from cadre_eval.numbers.ops import Num, Ops
from cadre_eval.ruleset.kind import CheckContext, CriterionKind, Input, Naming, StaysOpen

ANYTHING = Interval(None, None)
"""What a plain function may give while something it needs is not known: held by the criterion's floor and ceiling."""
MOST_BITS = 4096
"""A score with more digits than this comes of a slip, and would only slow everything down."""


@frozen
class Score:
    """Points, exact (an int, a Fraction or a Decimal), and the reason a receipt shows."""

    points: Fraction | int | Decimal
    reason: Text | str


@frozen
class Open:
    """No score can be given yet: why, such as "vote again"."""

    reason: Text | str


PlainFunction: TypeAlias = "Callable[[Any, Mapping[str, Any], Fraction], Score | Open]"
"""``(params, values, points) -> Score | Open``: the parameters, the values of the inputs by name, the criterion's points."""


def all_known(ops: Ops, values: Mapping[str, Any]) -> bool:
    """Whether a formula is asked for its exact score, with every value it needs."""
    return ops is not INTERVAL and not any(isinstance(value, Interval) for value in values.values())


def exact_number(value: Any) -> Fraction:
    """The value, exactly.

    Raises:
        TypeError: it is not an int, a Fraction or a Decimal (a float is not exact).
        ValueError: it is not a number, or has thousands of digits.
    """
    if type(value) not in {int, Fraction, Decimal}:
        raise TypeError(f"a score must be an int, a Fraction or a Decimal, not {type(value).__name__}")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"a score must be a number, not {value}")
        if max(abs(value.adjusted()), len(value.as_tuple().digits)) > MOST_BITS // 4:
            raise ValueError("a score must not have thousands of digits")
    number = Fraction(value)
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MOST_BITS:
        raise ValueError("a score must not have thousands of digits")
    return number


def sound_text(words: Any) -> Text:
    """The words of a plugin as a text: one line, not too long. Raises TypeError."""
    if type(words) is Text and type(words.zh) is str and type(words.en) is str:
        return Text(_line(words.zh), _line(words.en))
    if type(words) is str:
        return as_text(_line(words))
    raise TypeError(f"a reason must be a Text or a str, not {type(words).__name__}")


def _line(words: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in words[:2000]).split())
    return line if len(line) <= 500 else line[:500] + "…"


def sound_score(found: Any) -> Score | Open:
    """What a plain function returned, checked and exact. Raises TypeError, ValueError."""
    if type(found) is Open:
        return Open(sound_text(found.reason))
    if type(found) is not Score:
        raise TypeError(f"a Score or Open must be returned, not {type(found).__name__}")
    return Score(exact_number(found.points), sound_text(found.reason))


def unchanged(params: Any, _ctx: CheckContext) -> Any:
    """The check of a kind whose parameters need none beyond their types."""
    return params


def plain_kind(
    name: str,
    title: Text,
    params: type,
    inputs: Callable[[Any], Sequence[Input]],
    score: PlainFunction,
    prepare: Callable[[Any, CheckContext], Any] = unchanged,
) -> CriterionKind:
    """A kind of criterion made from an ordinary function.

    Args:
        name: the word after ``kind:``.
        title: what it is, in one line.
        params: attrs record of its parameters, each a ``setting``, with ``at: Place = place()``.
        inputs: the inputs the parameters ask for; each puts values under its names.
        score: the function; pure, called once for each distinct set of values.
        prepare: checks the parameters while compiling, and returns them.
    """

    def formula(ops: Ops, p: Any, values: Mapping[str, Num], points: Fraction) -> Num:
        if not all_known(ops, values):
            return ANYTHING
        found = sound_score(score(p, values, points))
        if isinstance(found, Open):
            raise StaysOpen(as_text(found.reason))
        return found.points

    def account(p: Any, values: Mapping[str, Num], points: Fraction, _name: Naming) -> Text:
        if not all_known(EXACT, values):
            return title
        return as_text(sound_score(score(p, values, points)).reason)

    return CriterionKind(name, title, params, inputs, formula, account, prepare)
