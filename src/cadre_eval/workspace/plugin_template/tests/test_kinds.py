"""公式单独测；在办法里怎么样，rulesets/ 的算例测。 The formula alone; rulesets/ has the cases that test it in a ruleset."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cadre_eval_example.kinds import SteppedParams, score

THREE_FIRST = SteppedParams(fact="visits", first=3, each=Fraction(5), later=Fraction(2), unless="complaints")


@pytest.mark.parametrize(
    ("visits", "complaints", "points"), [(0, 0, 0), (2, 0, 10), (3, 0, 15), (4, 0, 17), (3, 1, 15), (4, 1, 15)]
)
def test_the_first_three_count_five_and_later_ones_two_unless_there_was_a_complaint(
    visits: int, complaints: int, points: int
) -> None:
    found = score(THREE_FIRST, {"times": Fraction(visits), "stopped": Fraction(complaints)}, Fraction(20))
    assert found.points == points
