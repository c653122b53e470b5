"""Points by the band of the excellent-rate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from cadre_eval_rate_bands.band_settings import ANY
from cadre_eval_rate_bands.bands import score
from cadre_eval_rate_bands.region import pairs
from hypothesis import given
from hypothesis import strategies as st
from rate_bands_built import OPTIONS, band, bands_params, published, span, votes

from cadre_eval.plugins.api import Range, Text

POINTS = Fraction(200)


@pytest.mark.parametrize(
    ("counts", "points"),
    [
        ((90, 10, 0, 0), 200),
        ((899, 101, 0, 0), 190),
        ((80, 20, 0, 0), 190),
        ((799, 201, 0, 0), 180),
        ((70, 30, 0, 0), 180),
        ((60, 40, 0, 0), 170),
        ((59, 8, 20, 13), 160),
        ((15, 5, 10, 0), 130),
        ((15, 5, 4, 6), 130),
        ((0, 0, 0, 9), 130),
    ],
)
def test_the_published_bands_give_the_published_points(counts: tuple[int, ...], points: int) -> None:
    assert score(published(), votes(*counts), POINTS).points == points


@pytest.mark.parametrize(("priority", "points"), [("highest", 170), ("lowest", 130), ("first", 170)])
def test_where_two_bands_fit_the_declared_priority_decides(priority: str, points: int) -> None:
    found = score(published(priority), votes(60, 0, 20, 20), POINTS)
    assert found.points == points
    assert isinstance(found.reason, Text)
    assert "合乎几档" in found.reason.zh
    assert "of several bands" in found.reason.en


def test_the_first_band_is_the_one_written_first() -> None:
    both = [band(ANY, span(">= 1/3"), 130), band(span(">= 60%"), ANY, 170), band(span("< 60%"), span("< 1/3"), 160)]
    assert score(bands_params(both, priority="first"), votes(60, 0, 40, 0), POINTS).points == 130


def test_a_share_is_compared_exactly_and_shown_for_what_it_is() -> None:
    found = score(published(), votes(2, 0, 1, 0), POINTS)
    assert found.points == 170
    assert isinstance(found.reason, Text)
    assert "优秀 2/3（≈66.67%）" in found.reason.zh
    assert "基本称职+不称职 1/3（≈33.33%）" in found.reason.zh


def test_no_ballot_that_counts_is_no_points() -> None:
    assert score(published(), votes(0, 0, 0, 0), POINTS).points == 0


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(any), st.permutations(OPTIONS))
def test_every_vote_has_a_band_and_the_order_of_options_never_matters(counts: list[int], order: list[str]) -> None:
    cast = votes(*counts)
    found = score(published(), cast, POINTS)
    turned = type(cast)({option: cast.options[option] for option in order}, 0, 0, cast.counted)
    assert score(published(), turned, POINTS) == found
    assert found.points in {200, 190, 180, 170, 160, 130}


# ── one pair for each sort of vote ──────────────────────────────────

ends = st.fractions(0, 1, max_denominator=6)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, high = sorted([draw(ends), draw(ends)])
    low_end, high_end = draw(st.sampled_from([low, None])), draw(st.sampled_from([high, None]))
    found = Range(low_end, high_end, draw(st.booleans()), draw(st.booleans()))
    return Range(low_end, high_end) if found.is_empty else found


@given(st.lists(ranges(), max_size=4), st.lists(ranges(), max_size=4), st.data(), st.booleans())
def test_each_possible_pair_is_told_apart_from_none_of_those_looked_at(
    rates: list[Range], seconds: list[Range], data: st.DataObject, all_told: bool
) -> None:
    rate = data.draw(st.fractions(0, 1, max_denominator=12))
    second = 1 - rate if all_told else data.draw(st.fractions(0, 1 - rate, max_denominator=12))
    looked_at = list(pairs(rates, seconds, has_second=True, all_told=all_told))

    def told(pair: tuple[Fraction, Fraction]) -> list[bool]:
        return [pair[0] in r for r in rates] + [pair[1] in s for s in seconds]

    assert any(told(pair) == told((rate, second)) for pair in looked_at)


@given(st.lists(ranges(), max_size=4), st.lists(ranges(), max_size=4), st.booleans(), st.booleans())
def test_only_possible_pairs_are_looked_at(
    rates: list[Range], seconds: list[Range], all_told: bool, has_second: bool
) -> None:
    for rate, second in pairs(rates, seconds, has_second=has_second, all_told=all_told and has_second):
        assert 0 <= rate <= 1
        assert 0 <= second <= 1
        assert rate + second == 1 if all_told and has_second else rate + second <= 1
        assert has_second or second == 0
