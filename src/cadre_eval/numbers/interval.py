"""Numbers of which only bounds are known, and the same ops on them.

Every operation encloses: whatever values the operands turn out to have, the result lies in the interval. An end
of None is infinite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from cadre_eval.numbers.exact import is_less, round_fraction
from cadre_eval.numbers.ranges import Range

End: TypeAlias = "Fraction | None"
Number: TypeAlias = "Fraction | Interval"
Truth: TypeAlias = "frozenset[bool]"


@frozen
class Interval:
    """All numbers from ``low`` to ``high``."""

    low: End
    high: End

    def __add__(self, other: Number | int) -> Interval:
        o = interval(other)
        return Interval(_both(self.low, o.low), _both(self.high, o.high))

    __radd__ = __add__

    def __neg__(self) -> Interval:
        return Interval(None if self.high is None else -self.high, None if self.low is None else -self.low)

    def __sub__(self, other: Number | int) -> Interval:
        return self + -interval(other)

    def __rsub__(self, other: Number | int) -> Interval:
        return interval(other) + -self

    def __mul__(self, other: Number | int) -> Interval:
        o = interval(other)
        if o.low is not None and o.low == o.high and o.low > 0:
            return Interval(*(None if end is None else end * o.low for end in (self.low, self.high)))
        corners = [_times(a, b) for a in _ends(self) for b in _ends(o)]
        return Interval(min(corners).end, max(corners).end)

    __rmul__ = __mul__

    def __str__(self) -> str:
        return " ～ ".join("…" if end is None else str(end) for end in (self.low, self.high))

    def __contains__(self, x: Fraction) -> bool:
        return (self.low is None or self.low <= x) and (self.high is None or x <= self.high)


@frozen(order=True)
class _Signed:
    """An end with its infinity told apart: -1, 0, +1 and the finite value."""

    infinity: int
    value: Fraction = Fraction(0)

    @property
    def end(self) -> End:
        return None if self.infinity else self.value


def _ends(x: Interval) -> tuple[_Signed, _Signed]:
    low = _Signed(-1) if x.low is None else _Signed(0, x.low)
    high = _Signed(1) if x.high is None else _Signed(0, x.high)
    return low, high


def _times(a: _Signed, b: _Signed) -> _Signed:
    """Product of ends; 0 times infinity is 0, as a limit of bounded values."""
    sign_a, sign_b = a.infinity or _sign(a.value), b.infinity or _sign(b.value)
    if a.infinity or b.infinity:
        return _Signed(sign_a * sign_b)
    return _Signed(0, a.value * b.value)


def _sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


def _both(a: End, b: End) -> End:
    return None if a is None or b is None else a + b


def interval(x: Number | int) -> Interval:
    """A known number is an interval of one."""
    if isinstance(x, Interval):
        return x
    exact = x if isinstance(x, Fraction) else Fraction(x)
    return Interval(exact, exact)


def settled(x: Number) -> Number:
    """An interval of one number as that number."""
    if isinstance(x, Interval) and x.low is not None and x.low == x.high:
        return x.low
    return x


def hull(numbers: Iterable[Number]) -> Interval:
    """The smallest interval that holds them all."""
    items = [interval(x) for x in numbers]
    lows, highs = [i.low for i in items], [i.high for i in items]
    return Interval(
        None if None in lows else min(x for x in lows if x is not None),
        None if None in highs else max(x for x in highs if x is not None),
    )


class IntervalOps:
    """Ops whose comparisons give the set of truths still possible."""

    def minimum(self, a: Number, b: Number) -> Interval:
        x, y = interval(a), interval(b)
        return Interval(_least([x.low, y.low], -1), _least([x.high, y.high], 1))

    def maximum(self, a: Number, b: Number) -> Interval:
        return -self.minimum(-interval(a), -interval(b))

    def divide(self, a: Number, b: Number, when_zero: Fraction) -> Interval:
        bottom = interval(b)
        if bottom == Interval(Fraction(0), Fraction(0)):
            return interval(when_zero)
        if Fraction(0) in bottom:
            return Interval(None, None)
        return interval(a) * _reciprocal(bottom)

    def less(self, a: Number, b: Number) -> Truth:
        return self.negate(self.at_most(b, a))

    def at_most(self, a: Number, b: Number) -> Truth:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return frozenset([not is_less(b, a)])
        x, y = interval(a), interval(b)
        can = x.low is None or y.high is None or x.low <= y.high
        must = x.high is not None and y.low is not None and x.high <= y.low
        return frozenset([True] * can + [False] * (not must))

    def both(self, a: Truth | bool, b: Truth | bool) -> Truth:
        return frozenset(x and y for x in _truths(a) for y in _truths(b))

    def negate(self, a: Truth | bool) -> Truth:
        return frozenset(not x for x in _truths(a))

    def where(self, condition: Truth | bool, then: Number, otherwise: Number) -> Interval:
        truths = _truths(condition)
        return hull([then] * (True in truths) + [otherwise] * (False in truths))

    def band(self, x: Number, ranges: Sequence[Range], values: Sequence[Fraction]) -> Interval:
        span = interval(x)
        inside = Range(span.low, span.high)
        return hull(v for r, v in zip(ranges, values, strict=True) if not r.meet(inside).is_empty)

    def table(self, index: Number, values: Sequence[Fraction]) -> Interval:
        span = interval(index)
        first = 0 if span.low is None else int(span.low)
        last = len(values) - 1 if span.high is None else int(span.high)
        return hull(values[first : last + 1])

    def rounded(self, x: Number, places: int, mode: str) -> Interval:
        """Rounding never falls as its argument rises, so the ends suffice."""
        span = interval(x)
        low = None if span.low is None else round_fraction(span.low, places, mode)
        high = None if span.high is None else round_fraction(span.high, places, mode)
        return Interval(low, high)


def _truths(value: Truth | bool) -> Truth:
    return frozenset([value]) if isinstance(value, bool) else value


def _least(ends: Sequence[End], infinite: int) -> End:
    """The least end, where None means minus (-1) or plus (+1) infinity."""
    finite = [end for end in ends if end is not None]
    if len(finite) < len(ends) and (infinite < 0 or not finite):
        return None
    return min(finite)


def _reciprocal(x: Interval) -> Interval:
    """1/x for an interval without 0."""
    low = Fraction(0) if x.high is None else 1 / x.high
    high = Fraction(0) if x.low is None else 1 / x.low
    return Interval(low, high)


INTERVAL = IntervalOps()
