"""Values to try at a threshold, and what each changes in a made-up dossier."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from cadre_eval.cases.changed.written import unit_of
from cadre_eval.errors import Span, Text, as_text
from cadre_eval.numbers.decimals import decimal_text, number_text
from cadre_eval.numbers.exact import round_fraction
from cadre_eval.reading.nodes import MapNode, Node, SeqNode, scalar_at
from cadre_eval.ruleset.document import FactDoc

NUMERIC = frozenset({"count", "number", "rate"})
THOUSANDTH = Fraction(1, 1000)
SIGNS: Mapping[str, Text] = {
    "below": Text("低于", "below"),
    "at_most": Text("不高于", "at most"),
    "above": Text("高于", "above"),
    "at_least": Text("不低于", "at least"),
    "equals": Text("等于", "equals"),
}
FOUND = {True: Text("成立", "holds"), False: Text("不成立", "does not hold")}


@frozen
class Probe:
    """A value to try: a change of the dossier (as YAML holds it), or a total to look up, or what is found already."""

    value: Text
    change: Mapping[str, Any] | None = None
    total: Fraction | None = None
    found: Text | None = None


@frozen(eq=False)
class Threshold:
    """A place where a rule changes its mind.

    Attributes:
        what: whose threshold it is and what it compares.
        period: the period it is tried in.
        criterion: the criterion whose score it changes, if it is about one.
        category: the scale that totals are looked up on.
    """

    span: Span
    what: Text
    period: str
    probes: tuple[Probe, ...]
    criterion: str = ""
    category: str = ""


def around(number: Fraction, unit: Fraction) -> tuple[Fraction, ...]:
    """One unit below, the number itself, one unit above."""
    return number - unit, number, number + unit


def fact_unit(doc: FactDoc, *numbers: Fraction) -> Fraction:
    """The least step worth trying: 1 for counts, 0.1 % for rates, the last digit written for numbers; finer if needed."""
    if doc.type == "count":
        return Fraction(1)
    percent = doc.type == "rate"
    written = [number_text(number, percent) for number in numbers]
    units = [unit_of(text) for text in written if "/" not in text]
    return min([*units, THOUSANDTH]) if percent else min(units, default=THOUSANDTH)


def fact_probes(fact: str, doc: FactDoc, number: Fraction) -> tuple[Probe, ...]:
    """The fact around a number. A count goes to the whole numbers beside one it cannot be."""
    values = around(number, fact_unit(doc, number))
    if doc.type == "count" and number.denominator != 1:
        below = Fraction(number.numerator // number.denominator)
        values = below, below + 1
    return tuple(fact_probe(fact, doc, value) for value in values)


def fact_probe(fact: str, doc: FactDoc, value: Fraction) -> Probe:
    written = number_text(value, doc.type == "rate" and "/" not in number_text(value * 100))
    shown = rate_text(value) if doc.type == "rate" else written
    return Probe(as_text(shown + (doc.unit or "")), {"facts": {fact: written}})


def rate_text(rate: Fraction) -> str:
    """A percentage; a quotient where that would not end, with the percentage near it."""
    if "/" not in number_text(rate * 100):
        return number_text(rate, percent=True)
    near = decimal_text(round_fraction(rate * 100, 2, "half-up"), 2)
    return f"{number_text(rate)} (≈{near}%)"


def limit_text(number: Fraction, doc: FactDoc) -> str:
    return rate_text(number) if doc.type == "rate" else number_text(number)


def of_rule(title: str, comparison: Text) -> Text:
    """A rule by its title, with what it compares."""
    return Text(f"{title}：{comparison.zh}", f"{title}: {comparison.en}")


def compared(what: Text, sign: str, number: str) -> Text:
    """``走访率低于98%``."""
    word = SIGNS[sign]
    return Text(f"{what.zh}{word.zh}{number}", f"{what.en} {word.en} {number}")


def place_of(root: Node, *steps: str) -> Span | None:
    """The key reached by following keys, and ids of items; None if it is not there."""
    span: Span | None = None
    for step in steps:
        if isinstance(root, SeqNode):
            named = {getattr(scalar_at(item, "id"), "text", ""): item for item in root.items}
            if step not in named:
                return None
            root = named[step]
        elif isinstance(root, MapNode) and step in root.keys:
            span, root = root.keys[step].span, root.values[step]
        else:
            return None
    return span
