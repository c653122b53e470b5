"""The township is asked about the cadres it places far from their score, and only when it is sure that they are far."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from cadre_eval_three_debriefs.rank_opinion import RANK_OPINION, place_of, propose
from debriefed import cadre, opinions, posting, shown
from hypothesis import given
from hypothesis import strategies as st

from cadre_eval.plugins.api import Answerable, ProposedMeasure, Text


def township(*cadres: Any) -> Answerable:
    made: Answerable = shown(Answerable, target="township", id="t", name="青石镇", cadres=cadres)
    return made


def placed(name: str, place: int | None, total: int | None, **changes: Any) -> Any:
    return cadre(posting(place=place, place_papers=[f"paper-{name}"]), name=name, total=total, **changes)


FOUR = (placed("a", 4, 100), placed("b", 2, 95), placed("c", 1, 90), placed("d", 3, 85))


def test_the_rule_is_about_the_township() -> None:
    assert RANK_OPINION.of(opinions()) == "township"


def test_whoever_is_further_off_than_declared_is_named() -> None:
    reason = Text("干部a：乡镇排第4名，按得分第1名", "干部a: the township says place 4, by score it is 1")
    assert propose(opinions(), township(*FOUR)) == [
        ProposedMeasure("书面说明", reason, cadres=("a",), evidence=("paper-a",))
    ]


def test_one_measure_names_them_all() -> None:
    (measure,) = propose(opinions(differs_by_more_than=1), township(*FOUR))
    assert measure.cadres == ("a", "c")
    assert measure.evidence == ("paper-a", "paper-c")


def test_places_as_by_score_ask_nothing() -> None:
    assert propose(opinions(differs_by_more_than=3), township(*FOUR)) == []


@pytest.mark.parametrize("place", [None, 1])
def test_without_an_opinion_nothing_is_asked(place: int | None) -> None:
    assert propose(opinions(differs_by_more_than=0), township(placed("a", place, 90))) == []


def test_whoever_is_not_assessed_takes_no_place() -> None:
    others = [placed(name, None, None, state="not-assessed") for name in "bcd"]
    (measure,) = propose(opinions(), township(placed("a", 4, 90), *others))
    assert measure.cadres == ("a",)


def test_while_others_are_open_a_place_is_a_range_and_only_what_is_sure_is_said() -> None:
    others = [placed(name, None, None, state="pending") for name in "bcd"]
    assert propose(opinions(), township(placed("a", 6, 90), *others)) == []
    (measure,) = propose(opinions(), township(placed("a", 7, 90), *others))
    assert isinstance(measure.reason, Text)
    assert measure.reason.zh == "干部a：乡镇排第7名，按得分第1—4名"


def test_a_cadre_whose_own_total_is_open_has_no_place() -> None:
    assert propose(opinions(), township(placed("a", 9, None, state="pending"), placed("b", None, 90))) == []


totals = st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=4)


@given(totals, st.integers(1, 8), st.integers(0, 3))
def test_an_opinion_is_far_exactly_if_it_is_however_the_open_totals_come_out(
    given: list[int | None], opinion: int, places: int
) -> None:
    first, *others = [0 if given[0] is None else given[0], *given[1:]]
    people = [placed(str(n), None, total, state="final" if total is not None else "pending") for n, total in enumerate([first, *others])]  # fmt: skip
    by_score = place_of(people[0], people)
    assert by_score is not None
    endings = product(*([total] if total is not None else [-1, 4] for total in others))
    possible = {1 + sum(total > first for total in ending) for ending in endings}
    below = all(opinion < place - places for place in possible)
    above = all(opinion > place + places for place in possible)
    assert by_score.far_from(opinion, places) == (below or above)
    assert (by_score.best, by_score.worst) == (min(possible), max(possible))
