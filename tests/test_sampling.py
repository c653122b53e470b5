"""The interval of a sample: held against the inequality that defines it and against the textbook's formula."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cadre_eval.model.records import Sample
from cadre_eval.supervision.sampling import sampling_text, wilson

STEP = Fraction(1, 1000)
Z = Fraction(196, 100)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    checked = draw(st.one_of(st.integers(1, 300), st.integers(1, 10**7)))
    return Sample(checked, draw(st.integers(0, checked)))


def inside(sample: Sample, p: Fraction) -> bool:
    """Wilson's own condition: the sample lies nearer to ``p`` than 1.96 of its standard deviations. Exact."""
    n = sample.checked
    return n * (Fraction(sample.passed, n) - p) ** 2 < Z**2 * p * (1 - p)


@given(samples())
@example(Sample(100, 94))
@example(Sample(1, 0))
@example(Sample(1, 1))
def test_the_ends_enclose_the_interval_and_no_narrower_ones_do(sample: Sample) -> None:
    low, high = wilson(sample)
    share = Fraction(sample.passed, sample.checked)
    assert 0 <= low <= share <= high <= 1
    assert not inside(sample, low)
    assert not inside(sample, high)
    assert inside(sample, low + STEP) or low + STEP >= share
    assert inside(sample, high - STEP) or high - STEP <= share


@given(samples())
def test_the_ends_are_those_of_the_textbook_rounded_outwards(sample: Sample) -> None:
    with localcontext() as context:
        context.prec = 80
        n, p, z = Decimal(sample.checked), Decimal(sample.passed) / Decimal(sample.checked), Decimal("1.96")
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
        tiny = Decimal(10) ** -60  # at 0 and at n the formula itself is exact, the decimals are not
        low = int(((middle - half + tiny) * 1000).to_integral_value(ROUND_FLOOR))
        high = int(((middle + half - tiny) * 1000).to_integral_value(ROUND_CEILING))
    assert wilson(sample) == (Fraction(low, 1000), Fraction(high, 1000))


def test_known_intervals() -> None:
    assert wilson(Sample(100, 94)) == (Fraction(875, 1000), Fraction(973, 1000))  # 0.87519 to 0.97221
    assert wilson(Sample(10, 10)) == (Fraction(722, 1000), Fraction(1))
    assert wilson(Sample(10, 0)) == (Fraction(0), Fraction(278, 1000))


@given(samples())
def test_what_failed_has_the_mirrored_interval(sample: Sample) -> None:
    low, high = wilson(sample)
    assert wilson(Sample(sample.checked, sample.checked - sample.passed)) == (1 - high, 1 - low)


def test_the_statement_names_method_and_assumption() -> None:
    text = sampling_text(Sample(100, 94))
    assert text.zh == "94/100，95% 置信区间 87.5%—97.3%（Wilson，简单随机抽样假设）"
    assert text.en == "94/100, 95 % confidence interval 87.5% to 97.3% (Wilson, supposing a simple random sample)"
    assert "100.0%" in sampling_text(Sample(10, 10)).zh


def test_an_empty_sample_says_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        wilson(Sample(0, 0))
