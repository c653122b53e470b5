"""Every built-in kind's formula is one expression that never looks at a number, and encloses what it cannot know yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NoReturn

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from build import compiled, ruleset
from cadre_eval.errors import RefusedInput
from cadre_eval.numbers.exact import EXACT, exact_sum, in_order, is_less
from cadre_eval.numbers.interval import INTERVAL, Interval, hull, interval, settled
from cadre_eval.numbers.ranges import Range, gaps, overlaps
from cadre_eval.ruleset.bands import parse_range
from cadre_eval.ruleset.formulas import leaf_score, reach
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf
from cadre_eval.ruleset.plan import leaves as leaves_of
from cadre_eval.scoring.kinds import BUILTIN_KINDS
from strategies import KINDS, MODES, leaves, partitions, tries

# ── a number that says nothing ──────────────────────────────────────


class Looked(AssertionError):
    """A formula asked a number, or the outcome of a comparison, what it is."""


class Unknown:
    """A number of which nothing is known: it can be computed with, never looked into. Remembers how it was made."""

    def __init__(self, evaluate: Callable[[Mapping[str, Fraction]], Any]) -> None:
        self.evaluate = evaluate

    def __add__(self, other: Any) -> Unknown:
        return Unknown(lambda x: value(self, x) + value(other, x))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Unknown:
        return Unknown(lambda x: value(self, x) - value(other, x))

    def __rsub__(self, other: Any) -> Unknown:
        return Unknown(lambda x: value(other, x) - value(self, x))

    def __mul__(self, other: Any) -> Unknown:
        return Unknown(lambda x: value(self, x) * value(other, x))

    __rmul__ = __mul__

    def __neg__(self) -> Unknown:
        return Unknown(lambda x: -value(self, x))

    def _looked(self, *_: object) -> NoReturn:
        raise Looked

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _looked  # type: ignore[assignment]
    __int__ = __index__ = __float__ = __hash__ = __round__ = __floor__ = __trunc__ = _looked  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __pow__ = __abs__ = __iter__ = _looked


def value(x: Any, numbers: Mapping[str, Fraction]) -> Any:
    return x.evaluate(numbers) if isinstance(x, Unknown) else x


class UnknownOps:
    """The operations a formula may use, on unknown numbers."""

    def _later(self, name: str, *arguments: Any) -> Unknown:
        return Unknown(lambda x: getattr(EXACT, name)(*(value(a, x) for a in arguments)))

    def minimum(self, a: Any, b: Any) -> Unknown:
        return self._later("minimum", a, b)

    def maximum(self, a: Any, b: Any) -> Unknown:
        return self._later("maximum", a, b)

    def divide(self, a: Any, b: Any, when_zero: Fraction) -> Unknown:
        return self._later("divide", a, b, when_zero)

    def less(self, a: Any, b: Any) -> Unknown:
        return self._later("less", a, b)

    def at_most(self, a: Any, b: Any) -> Unknown:
        return self._later("at_most", a, b)

    def both(self, a: Any, b: Any) -> Unknown:
        return self._later("both", a, b)

    def negate(self, a: Any) -> Unknown:
        return self._later("negate", a)

    def where(self, condition: Any, then: Any, otherwise: Any) -> Unknown:
        return self._later("where", condition, then, otherwise)

    def band(self, x: Any, ranges: Sequence[Range], values: Sequence[Fraction]) -> Unknown:
        return self._later("band", x, ranges, values)

    def table(self, index: Any, values: Sequence[Fraction]) -> Unknown:
        return self._later("table", index, values)

    def rounded(self, x: Any, places: int, mode: str) -> Unknown:
        return self._later("rounded", x, places, mode)


@st.composite
def one_leaf(draw: st.DrawFn, kind: str) -> tuple[CompiledRuleset, Leaf]:
    """A compiled leaf of the kind, with any parameters."""
    facts: dict[str, Any] = {}
    criterion = draw(leaves("k1", facts, (kind,)))
    try:
        rules = compiled(ruleset(criterion, facts=facts))
    except RefusedInput:
        assume(False)
        raise
    (leaf,) = leaves_of(rules.periods["year-end"].root)
    return rules, leaf


def domain(rules: CompiledRuleset, leaf: Leaf) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    return {name: bounds for source in leaf.inputs for name, bounds in source.domain(rules.facts).items()}


@st.composite
def numbers(draw: st.DrawFn, bounds: tuple[Fraction | None, Fraction | None], whole: bool) -> Fraction:
    low, high = bounds
    least = low if low is not None else Fraction(-20)
    most = high if high is not None else least + 40
    if whole:
        return Fraction(draw(st.integers(int(least), int(most))))
    return draw(st.one_of(st.just(least), st.just(most), st.fractions(least, most, max_denominator=12)))


def whole_numbers(leaf: Leaf) -> bool:
    return leaf.kind.name == "graded"


def each_kind(test: Callable[[str], None]) -> Callable[[str], None]:
    return pytest.mark.parametrize("kind", KINDS)(test)


def test_the_strategies_know_every_built_in_kind() -> None:
    assert sorted(KINDS) == sorted(kind.name for kind in BUILTIN_KINDS)


@each_kind
def test_no_formula_looks_into_its_numbers_and_the_expression_is_the_score(kind: str) -> None:
    @given(one_leaf(kind), st.data())
    @tries(30)
    def run(pair: tuple[CompiledRuleset, Leaf], data: st.DataObject) -> None:
        rules, leaf = pair
        names = domain(rules, leaf)
        unknown = {name: Unknown(lambda x, name=name: x[name]) for name in names}  # type: ignore[misc]
        made = leaf_score(UnknownOps(), leaf, unknown)
        assert isinstance(made, Unknown)
        for _ in range(3):
            known = {name: data.draw(numbers(bounds, whole_numbers(leaf))) for name, bounds in names.items()}
            assert made.evaluate(known) == leaf_score(EXACT, leaf, known)

    run()


def test_the_unknown_number_does_notice_a_formula_that_looks() -> None:
    unknown = Unknown(lambda x: x["n"])
    looks: list[Callable[[], object]] = [
        lambda: bool(unknown), lambda: unknown > 0, lambda: unknown == 0, lambda: int(unknown), lambda: {unknown},  # type: ignore[operator, call-overload]
        lambda: max(unknown, Unknown(lambda x: x["m"])), lambda: 1 if UnknownOps().less(unknown, 1) else 0,  # type: ignore[type-var]
    ]  # fmt: skip
    for look in looks:
        with pytest.raises(Looked):
            look()


@st.composite
def around(draw: st.DrawFn, x: Fraction, bounds: tuple[Fraction | None, Fraction | None]) -> Interval:
    """An interval that holds x, within the bounds; open to infinity only where the bounds are."""
    low, high = bounds
    down = draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(5), None]))
    up = draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(7), None]))
    least = None if down is None else x - down
    most = None if up is None else x + up
    if low is not None:
        least = low if least is None else max(low, least)
    if high is not None:
        most = high if most is None else min(high, most)
    return Interval(least, most)


@each_kind
def test_the_score_of_any_numbers_lies_in_the_score_of_the_intervals_around_them(kind: str) -> None:
    @given(one_leaf(kind), st.data())
    @tries(40)
    def run(pair: tuple[CompiledRuleset, Leaf], data: st.DataObject) -> None:
        rules, leaf = pair
        names = domain(rules, leaf)
        known = {name: data.draw(numbers(bounds, whole_numbers(leaf))) for name, bounds in names.items()}
        spans = {name: data.draw(around(known[name], bounds)) for name, bounds in names.items()}
        exact = leaf_score(EXACT, leaf, known)
        assert exact in interval(leaf_score(INTERVAL, leaf, spans))
        assert exact in interval(leaf_score(INTERVAL, leaf, {**spans, **dict(list(known.items())[:1])}))
        assert exact in reach(leaf, rules.facts)
        same = leaf_score(INTERVAL, leaf, {name: interval(x) for name, x in known.items()})
        assert settled(same) == exact

    run()


# ── intervals are sound ─────────────────────────────────────────────

ends = st.one_of(st.none(), st.fractions(-9, 9, max_denominator=6))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval and a number in it."""
    low, high = draw(ends), draw(ends)
    if low is not None and high is not None and low > high:
        low, high = high, low
    least, most = (
        low if low is not None else (high if high is not None else Fraction(0)) - 20,
        high if high is not None else (low if low is not None else Fraction(0)) + 20,
    )
    inside = draw(st.one_of(st.just(least), st.just(most), st.fractions(least, most, max_denominator=6)))
    return Interval(low, high), inside


Pair = tuple[Interval, Fraction]


@given(spans(), spans(), st.fractions(-3, 3, max_denominator=4))
@tries(130)
def test_arithmetic_on_intervals_holds_arithmetic_on_their_numbers(a: Pair, b: Pair, c: Fraction) -> None:
    (x, p), (y, q) = a, b
    assert p + q in x + y
    assert p - q in x - y
    assert p * q in x * y
    assert -p in -x
    assert c + p in c + x
    assert c - p in c - x
    assert c * p in c * x
    assert p in hull([x, y])
    assert q in hull([x, y])


@given(spans(), spans(), st.fractions(-3, 3, max_denominator=4))
@tries(130)
def test_operations_on_intervals_hold_operations_on_their_numbers(a: Pair, b: Pair, when_zero: Fraction) -> None:
    (x, p), (y, q) = a, b
    assert min(p, q) in INTERVAL.minimum(x, y)
    assert max(p, q) in INTERVAL.maximum(x, y)
    assert EXACT.divide(p, q, when_zero) in INTERVAL.divide(x, y, when_zero)
    assert (p < q) in INTERVAL.less(x, y)
    assert (p <= q) in INTERVAL.at_most(x, y)
    assert (not p < q) in INTERVAL.negate(INTERVAL.less(x, y))
    assert (p < q and q <= p) in INTERVAL.both(INTERVAL.less(x, y), INTERVAL.at_most(y, x))
    assert (p if p < q else q) in INTERVAL.where(INTERVAL.less(x, y), x, y)


@given(spans(), st.integers(0, 2), st.sampled_from(MODES))
def test_rounding_an_interval_holds_its_rounded_numbers(a: Pair, places: int, mode: str) -> None:
    assert EXACT.rounded(a[1], places, mode) in INTERVAL.rounded(a[0], places, mode)


@given(spans(), partitions(-5, 5, 4), st.data())
def test_a_band_of_an_interval_holds_the_bands_of_its_numbers(a: Pair, bands: list[str], data: st.DataObject) -> None:
    ranges = [parse_range(band) for band in bands]
    values = [Fraction(data.draw(st.integers(0, 9))) for _ in ranges]
    assert EXACT.band(a[1], ranges, values) in INTERVAL.band(a[0], ranges, values)


@given(st.integers(0, 5), st.integers(0, 5), st.lists(st.fractions(0, 9), min_size=6, max_size=6))
def test_a_table_looked_up_with_an_interval_holds_every_entry_it_may_mean(
    i: int, j: int, values: list[Fraction]
) -> None:
    low, high = sorted((i, j))
    found = INTERVAL.table(Interval(Fraction(low), Fraction(high)), values)
    assert found == hull(values[low : high + 1])
    assert hull(values) == INTERVAL.table(Interval(None, None), values)


@given(spans(), spans())
def test_an_interval_is_certain_of_a_comparison_only_if_every_number_agrees(a: Pair, b: Pair) -> None:
    (x, _), (y, _) = a, b
    if x.high is not None and y.low is not None and x.high < y.low:
        assert INTERVAL.less(x, y) == frozenset([True])
    if x.low is not None and y.high is not None and x.low >= y.high:
        assert INTERVAL.less(x, y) == frozenset([False])


# ── ranges ──────────────────────────────────────────────────────────

ranges = st.builds(Range, ends, ends, st.booleans(), st.booleans())
points = st.fractions(-10, 10, max_denominator=6)


@given(st.lists(st.fractions()))
def test_many_numbers_at_once_are_what_one_by_one_gives(numbers: list[Fraction]) -> None:
    assert exact_sum(numbers) == sum(numbers, Fraction(0))
    assert in_order(numbers) == sorted(numbers)
    assert all(is_less(a, b) == (a < b) for a in numbers[:5] for b in numbers[:5])


@given(ranges, ranges, points)
def test_the_meet_of_ranges_holds_just_what_both_hold(a: Range, b: Range, x: Fraction) -> None:
    assert (x in a.meet(b)) == (x in a and x in b)
    assert not (a.is_empty and x in a)


@given(st.lists(ranges, max_size=4), ranges, points)
@tries(100)
def test_gaps_are_just_what_no_range_covers(taken: list[Range], within: Range, x: Fraction) -> None:
    uncovered = x in within and not any(x in band for band in taken)
    assert any(x in gap for gap in gaps(taken, within)) == uncovered


@given(st.lists(ranges, max_size=4), points)
def test_overlaps_are_just_what_two_ranges_share(taken: list[Range], x: Fraction) -> None:
    assert any(x in shared for _, _, shared in overlaps(taken)) == (sum(x in band for band in taken) > 1)


@given(ranges, st.sampled_from([None, Fraction(1), Fraction(1, 10), Fraction(1, 100)]))
@tries(100)
def test_a_witness_lies_in_the_range_and_is_found_if_there_is_one(span: Range, step: Fraction | None) -> None:
    found = span.witness(step)
    if found is not None:
        assert found in span
        assert step is None or found % step == 0
    elif step is None:
        assert span.is_empty
    else:
        low = -10 if span.low is None else span.low
        high = 10 if span.high is None else span.high
        first = -(-low // step)
        assert not any((first + n) * step in span for n in range(min(3, int((high - low) / step) + 2)))
