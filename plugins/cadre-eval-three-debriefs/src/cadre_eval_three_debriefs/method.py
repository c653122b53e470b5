"""The score of one debrief: the mean worth of the words its hearers used."""

from __future__ import annotations

from fractions import Fraction

from cadre_eval.plugins.api import Marks, ReviewMethod, Score, Text, number_text
from cadre_eval_three_debriefs.declared import NAME, VILLAGERS, ThreeDebriefsParams
from cadre_eval_three_debriefs.words import sound_words


def words(p: ThreeDebriefsParams, reviewer: str) -> list[str]:
    """What the class may say."""
    return list(p.worth(reviewer))


def shown_from(p: ThreeDebriefsParams, reviewer: str) -> int:
    """Villagers vote in secret; the township's and the unit's comments are signed."""
    return p.suppress_below if reviewer == VILLAGERS else 0


def score(p: ThreeDebriefsParams, reviewer: str, marks: Marks, points: Fraction) -> Score:
    """Points in proportion to the mean; a class that gave nothing and still counts has 0."""
    said = len(marks.values)
    if not said:
        return Score(0, Text("没有评价，计0分", "nothing given, counts as 0"))
    worth = p.worth(reviewer)
    counted = {word: marks.values.count(word) for word in worth}
    reached = sum((worth[word] * times for word, times in counted.items()), Fraction(0))
    hidden = said < shown_from(p, reviewer)
    reason = _rule(p, reviewer) if hidden else _arithmetic(p, reviewer, counted)
    return Score(points * reached / (said * p.scale), reason)


def _arithmetic(p: ThreeDebriefsParams, reviewer: str, counted: dict[str, int]) -> Text:
    worth = p.worth(reviewer)
    terms = [f"{times}×{number_text(worth[word])}" for word, times in counted.items() if times]
    shown = f"({' + '.join(terms)}) ÷ {sum(counted.values())}"
    return Text(shown, shown)


def _rule(p: ThreeDebriefsParams, reviewer: str) -> Text:
    """What the mean is of, without the counts."""
    rule = "、".join(f"{word} {number_text(points)}" for word, points in p.worth(reviewer).items())
    return Text(f"{rule}的平均", f"the mean of {rule}")


THREE_DEBRIEFS = ReviewMethod(
    NAME, Text("三次述职评议", "three debriefs"), ThreeDebriefsParams, score, words, sound_words, shown_from
)
