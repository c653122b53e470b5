"""How sure a sample is: an interval for the share that would pass if every household were asked."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from cadre_eval.errors import Text
from cadre_eval.model.records import Sample
from cadre_eval.numbers.decimals import decimal_text

Z = Fraction(49, 25)
"""1.96: the normal quantile of a two-sided interval of 95 %."""
STEPS = 1000
"""The ends are given to 0.1 %, rounded outwards."""


def wilson(sample: Sample) -> tuple[Fraction, Fraction]:
    """The ends of the score interval of 95 %, rounded outwards to 0.1 %.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212: the shares p with |x/n - p| <= z √(p(1 - p)/n). It supposes a simple random
    sample from a large population; households drawn by group, or a large part of a small village, would give another.
    Whole numbers only: with z = a/b the ends are (2xb² + a² ∓ √(a²(a² + 4b²x(n - x)/n))) ÷ 2(nb² + a²).

    Raises:
        ValueError: nobody was asked.
    """
    n, x = sample.checked, sample.passed
    if n < 1:
        raise ValueError("an empty sample says nothing")
    a2, b2 = Z.numerator**2, Z.denominator**2
    middle = STEPS * n * (2 * x * b2 + a2)
    square = STEPS**2 * a2 * n * (a2 * n + 4 * b2 * x * (n - x))
    whole = 2 * n * (n * b2 + a2)
    root = isqrt(square - 1) + 1  # the least whole number not below the root; the square is never 0
    return Fraction((middle - root) // whole, STEPS), Fraction(-((-middle - root) // whole), STEPS)


def interval_text(sample: Sample) -> Text:
    """The interval, with the method and what it supposes."""
    low, high = (decimal_text(end * 100, 1) for end in wilson(sample))
    return Text(
        f"95% 置信区间 {low}%—{high}%（Wilson，简单随机抽样假设）",
        f"95 % confidence interval {low}% to {high}% (Wilson, supposing a simple random sample)",
    )


def sampling_text(sample: Sample) -> Text:
    """How many passed of how many, with the interval."""
    share, interval = f"{sample.passed}/{sample.checked}", interval_text(sample)
    return Text(f"{share}，{interval.zh}", f"{share}, {interval.en}")
