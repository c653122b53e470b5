"""What columns decide on doubles is what exact numbers say, however close to a boundary it lies."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.columns.graph import Graph
from cadre_eval.columns.ordering import codes_of
from cadre_eval.columns.sums import Sum
from cadre_eval.numbers.exact import round_fraction

MODES = ("half-up", "half-even", "up", "down")
HAIRS = (Fraction(0), Fraction(1, 10**13), Fraction(-1, 10**13), Fraction(1, 10**30), Fraction(-1, 10**30))
numbers = st.fractions(min_value=-(10**4), max_value=10**4, max_denominator=10**6)
whole = st.one_of(st.integers(-1000, 1000), st.integers(-(2**55), 2**55))
votes = st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 10**6))


@frozen
class Rows:
    shape: Sum
    arrays: tuple[np.ndarray, ...]
    exact: tuple[Fraction, ...]


@st.composite
def rows(draw: st.DrawFn, scale: int = 1) -> Rows:
    """Sums of whole columns and quotients. The first row lies at a boundary of rounding, or a hair beside it."""
    factors = tuple(draw(st.lists(numbers, max_size=3)))
    quotients = tuple(draw(st.lists(numbers, min_size=0 if factors else 1, max_size=3)))
    count = draw(st.integers(1, 5))
    columns = [draw(st.lists(whole, min_size=count, max_size=count)) for _ in factors]
    pairs = [draw(st.lists(votes, min_size=count, max_size=count)) for _ in quotients]
    parts = [
        sum((f * column[i] for f, column in zip(factors, columns, strict=True)), Fraction(0))
        + sum((g * Fraction(*pair[i]) for g, pair in zip(quotients, pairs, strict=True)), Fraction(0))
        for i in range(count)
    ]
    boundary = Fraction(draw(st.integers(-200, 200)), 2 * scale)
    const = boundary - parts[0] + draw(st.sampled_from(HAIRS))
    arrays = [*columns, *([t for t, _ in pair] for pair in pairs), *([b for _, b in pair] for pair in pairs)]
    shape = Sum(const, factors, quotients)
    return Rows(shape, tuple(np.array(a, dtype=np.int64) for a in arrays), tuple(const + part for part in parts))


@given(rows())
def test_doubles_are_never_further_off_than_their_bound(found: Rows) -> None:
    near, off = found.shape.approx(found.arrays)
    assert all(abs(Fraction(float(x)) - true) <= Fraction(off) for x, true in zip(near, found.exact, strict=True))


@given(rows())
def test_exact_sums_are_exact(found: Rows) -> None:
    tops, bottoms = found.shape.exact(found.arrays)
    assert [Fraction(int(t), int(b)) for t, b in zip(tops, bottoms, strict=True)] == list(found.exact)


@given(rows(), st.booleans())
def test_signs_are_those_of_exact_numbers(found: Rows, strictly: bool) -> None:
    wanted = [x > 0 if strictly else x >= 0 for x in found.exact]
    assert found.shape.not_negative(found.arrays, strictly).tolist() == wanted


@given(st.sampled_from([0, 1, 2]).flatmap(lambda places: st.tuples(st.just(places), rows(10**places))))
def test_roundings_are_those_of_exact_numbers(drawn: tuple[int, Rows]) -> None:
    places, found = drawn
    for mode in MODES:
        wanted = [int(round_fraction(x, places, mode) * 10**places) for x in found.exact]
        assert [int(x) for x in found.shape.rounded(found.arrays, 10**places, mode)] == wanted


def test_factors_of_columns_that_are_all_zero_have_room_too() -> None:
    graph = Graph()
    columns = [graph.input(name, 0, 0) for name in "xy"]
    assert not graph.linear([(2**40, columns[0]), (2**41, columns[1])]).narrow
    assert graph.linear([(2**70, columns[0]), (1, columns[1])]).wide


@st.composite
def neighbours(draw: st.DrawFn) -> list[Fraction]:
    """Numbers of which some are too close for doubles."""
    found = draw(st.lists(st.fractions(max_denominator=1000, min_value=-100, max_value=100), min_size=1, max_size=6))
    return [x + hair for x in found for hair in draw(st.lists(st.sampled_from(HAIRS[:3]), min_size=1, max_size=3))]


@given(neighbours())
def test_the_order_is_that_of_exact_numbers(found: list[Fraction]) -> None:
    codes = codes_of(np.array([x.numerator for x in found]), np.array([x.denominator for x in found])).tolist()
    for x, code in zip(found, codes, strict=True):
        assert [code > other for other in codes] == [x > other for other in found]
