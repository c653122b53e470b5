"""What the engine asks of a batch of postings, wherever their records come from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from attrs import evolve, field, frozen

from cadre_eval.columns.integers import Array
from cadre_eval.model.records import FactState
from cadre_eval.ruleset.kind import Bounds, Input
from cadre_eval.ruleset.plan import Leaf
from cadre_eval.scoring.subject import Lack

PRESENT, LEFT_OUT, NOT_APPLICABLE, EXCUSED, MISSING, PENDING, BLOCKED = range(7)
"""What is lacking in a row, as a number: the higher wins. LEFT_OUT is an input's own word that there is nothing to measure
by; BLOCKED leaves the score open whatever the policies say.
"""
LACKING = {
    FactState.PRESENT: PRESENT,
    FactState.NOT_APPLICABLE: NOT_APPLICABLE,
    FactState.EXCUSED: EXCUSED,
    FactState.MISSING: MISSING,
    FactState.PENDING: PENDING,
}
FREE: Bounds = (None, None)


def lacking(lacks: Sequence[Lack]) -> int:
    """The number of the worst that is lacking."""
    found = PRESENT
    for lack in lacks:
        code = LACKING[lack.state]
        if lack.blocks:
            code = BLOCKED
        elif lack.excludes and lack.state is FactState.NOT_APPLICABLE:
            code = LEFT_OUT
        found = max(found, code)
    return found


def anywhere(state: Array | None) -> Array | None:
    """What is lacking in each row, or None if nothing is."""
    return state if state is not None and state.any() else None


@frozen(eq=False)
class Numbers:
    """A column of exact numbers: ``step`` times ``array``, over ``bottom`` if rows have denominators of their own.

    Without an array it is ``step`` in every row. ``key`` names it within the batch: equal keys, equal columns.
    """

    key: str
    step: Fraction
    array: Array | None = None
    bottom: Array | None = None
    bounds: Bounds = FREE
    """What the ruleset says its values are between."""
    found: tuple[int, int] | None = None
    """Between what the whole numbers of ``array`` were found to lie, if somebody has looked: of these rows, or of more."""

    def taken(self, rows: Array | slice) -> Numbers:
        """The column of some rows only."""
        if self.array is None:
            return self
        return evolve(self, array=self.array[rows], bottom=None if self.bottom is None else self.bottom[rows])

    def at(self, row: int) -> Fraction:
        """The number in one row."""
        top = 1 if self.array is None else int(self.array[row])
        return self.step * Fraction(top, 1 if self.bottom is None else int(self.bottom[row]))

    @property
    def reach(self) -> tuple[int, int]:
        """Between what the whole numbers of ``array`` lie."""
        if self.found is not None:
            return self.found
        array = self.array
        return (0, 0) if array is None or not len(array) else (int(array.min()), int(array.max()))


@frozen(eq=False)
class Values:
    """A fact's column. ``state`` is one of the numbers above in each row; None: present in all. ``words`` holds a column of
    0 and 1 for each word of a set of words.
    """

    numbers: Numbers | None
    state: Array | None = None
    words: Mapping[str, Numbers] = field(factory=dict)

    def taken(self, rows: Array | slice) -> Values:
        """The column of some rows only."""
        numbers = None if self.numbers is None else self.numbers.taken(rows)
        words = {word: own.taken(rows) for word, own in self.words.items()}
        return Values(numbers, None if self.state is None else anywhere(self.state[rows]), words)


@frozen(eq=False)
class Inputs:
    """A leaf's numbers by name, and what is lacking in each row (None: nothing anywhere)."""

    numbers: Mapping[str, Numbers]
    lack: Array | None = None

    def taken(self, rows: Array | slice) -> Inputs:
        """The columns of some rows only."""
        numbers = {name: own.taken(rows) for name, own in self.numbers.items()}
        return Inputs(numbers, None if self.lack is None else anywhere(self.lack[rows]))


@frozen(eq=False)
class Distinct:
    """The different sets of values a leaf's inputs take: which each row has, and the sets, each under a key that means the
    same in every batch.
    """

    codes: Array
    sets: Sequence[Mapping[str, Any]]
    keys: Sequence[Hashable]
    lack: Array | None = None


class Batch(Protocol):
    """Postings in one period, a row each."""

    @property
    def rows(self) -> int: ...

    def inputs(self, leaf: Leaf) -> Inputs:
        """The numbers of a leaf's inputs."""
        ...

    def distinct(self, leaf: Leaf) -> Distinct:
        """The different sets of values of a leaf whose formula is an ordinary function."""
        ...

    def source(self, source: Input) -> Inputs:
        """The numbers of one input that compares with nobody else."""
        ...

    def fact(self, name: str) -> Values: ...

    def earlier(self, period: str) -> Values:
        """The total of an earlier period as it enters this one; absent where MISSING."""
        ...
