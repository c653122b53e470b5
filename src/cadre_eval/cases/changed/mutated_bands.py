"""Mutations of ranges: an end included or not, an edge one unit up or down, the neighbour's with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, get_args

from attrs import evolve, frozen

from cadre_eval.cases.changed.edits import rekeyed, retold
from cadre_eval.cases.changed.mutated_numbers import reads
from cadre_eval.cases.changed.mutating import Change, Target, reworded
from cadre_eval.cases.changed.tokens import Token
from cadre_eval.cases.changed.written import changed_ends, edge_unit, rewritten
from cadre_eval.errors import Text
from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.nodes import MapNode, Scalar
from cadre_eval.ruleset.bands import parse_range

EDGE_OPENED = Text("端点改为含或不含", "edge open instead of closed, or the reverse")
EDGE_MOVED = Text("界线移一个单位", "edge one unit off")


def ranges(token: Token, target: Target) -> Iterator[Change]:
    """A range that stands alone."""
    if token.own and isinstance(token.node, Scalar) and token.read_as is Range:
        for changed in changed_ends(token.node.text):
            if not changed.is_empty:
                yield reworded(token.node, rewritten(token.node.text, changed), EDGE_MOVED)


def bands(token: Token, target: Target) -> Iterator[Change]:
    """The bands of a mapping. Its outer ends hold nothing: whatever can be reached is covered."""
    mapping = token.of(dict, Mapping)
    if not isinstance(token.node, MapNode) or mapping is None:
        return
    key_type, value_type = get_args(mapping)
    if key_type is Range:
        yield from _edges([_Band(key, token.node) for key in token.node.keys.values()])
    elif _holds_ranges(value_type):
        scalars = [value for value in token.node.values.values() if isinstance(value, Scalar)]
        yield from _edges([_Band(value, None) for value in scalars if reads(parse_range, value)])


def _holds_ranges(t: Any) -> bool:
    return t is Range or Range in get_args(t)


@frozen(eq=False)
class _Band:
    """A range in a mapping of bands: one of its keys, or (``of`` is None) one of its values."""

    scalar: Scalar
    of: MapNode | None

    @property
    def range(self) -> Range:
        return parse_range(self.scalar.text)


def _edges(bands: list[_Band]) -> Iterator[Change]:
    """Each edge two bands share: to the one instead of the other, one unit up, one unit down."""
    for below in bands:
        for above in bands:
            edge = below.range.high
            shared = edge is not None and above.range.low == edge and above is not below
            if edge is None or not shared or below.range.high_closed == above.range.low_closed:
                continue
            yield from _edge(below, above, edge)


def _edge(below: _Band, above: _Band, edge: Fraction) -> Iterator[Change]:
    low, high = below.range, above.range
    unit = min(edge_unit(b.scalar.text, edge) for b in (below, above))
    opened = evolve(low, high_closed=not low.high_closed), evolve(high, low_closed=not high.low_closed)
    steps = [(evolve(low, high=edge + step), evolve(high, low=edge + step)) for step in (unit, -unit)]
    for what, pair in ((EDGE_OPENED, opened), *((EDGE_MOVED, pair) for pair in steps)):
        if pair[0].is_empty or pair[1].is_empty:
            continue
        texts = rewritten(below.scalar.text, pair[0]), rewritten(above.scalar.text, pair[1])
        if below.of is not None:
            edits = [rekeyed(below.of, {below.scalar.text: texts[0], above.scalar.text: texts[1]})]
        else:
            edits = [retold(below.scalar, texts[0]), retold(above.scalar, texts[1])]
        before, after = f"{above.scalar.text} | {below.scalar.text}", f"{texts[1]} | {texts[0]}"
        yield Change(above.scalar.span, what, before, after, tuple(edits))
