"""The benchmark's ruleset as plain records, read without the package: most peers are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import yaml
from attrs import field, frozen

RULESET = Path(__file__).with_name("ruleset.yaml")
HUNDRED = Fraction(100)

Tree = Mapping[str, Any]
Formula = TypeVar("Formula", bound=Callable[..., Any])


@frozen
class Fact:
    name: str
    type: str
    options: tuple[str, ...] = ()


@frozen
class Leaf:
    """A leaf criterion: ``factor`` x its points is what it adds to the total."""

    id: str
    kind: str
    points: Fraction
    factor: Fraction
    params: Tree = field(hash=False)

    def number(self, key: str) -> Fraction | None:
        return None if key not in self.params else number(self.params[key])

    def numbers(self, key: str) -> dict[str, Fraction]:
        return {name: number(text) for name, text in self.params[key].items()}

    def each(self) -> dict[str, Fraction]:
        """Points of each occurrence, by fact."""
        each = self.params["each"]
        return self.numbers("each") if isinstance(each, dict) else {self.params["fact"]: number(each)}

    def bands(self) -> list[tuple[Fraction | None, Fraction]]:
        """The lowest value of each band (None: no limit) and its points, the highest band first."""
        found = [(_lowest(text), points) for text, points in self.numbers("bands").items()]
        return sorted(found, key=lambda band: (band[0] is not None, band[0] or 0), reverse=True)


@frozen
class Rules:
    facts: Mapping[str, Fact]
    leaves: tuple[Leaf, ...]
    grades: Mapping[str, tuple[tuple[str, Fraction | None], ...]]
    """By category: the labels and where each begins, the best first."""
    categories: tuple[str, ...]

    def leaf(self, kind: str) -> Leaf:
        """The only leaf of a kind."""
        (found,) = (leaf for leaf in self.leaves if leaf.kind == kind)
        return found

    def bounds(self) -> list[list[int]]:
        """For each category where its grades begin but the lowest, in hundredths, the best first."""
        return [
            [int(low * 100) for _, low in self.grades[category] if low is not None] for category in self.categories
        ]


def by_kind(*formulas: Formula) -> dict[str, Formula]:
    """A peer's formulas, each under the kind that it is named after."""
    return {formula.__name__.replace("_", "-"): formula for formula in formulas}


def number(text: str) -> Fraction:
    """A number as rulesets write it: ``0.5``, ``98%``."""
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def read_rules(path: Path = RULESET) -> Rules:
    tree = yaml.load(path.read_bytes(), yaml.BaseLoader)  # every scalar stays text
    facts = {name: Fact(name, doc["type"], tuple(doc.get("options", ()))) for name, doc in tree["facts"].items()}
    leaves = [leaf for part in tree["criteria"] for leaf in _leaves(part, number(part["weight"]) / _scale(part))]
    grades = {category: tuple(_grades(bands)) for category, bands in tree["grades"].items()}
    return Rules(facts, tuple(leaves), grades, tuple(tree["categories"]))


def _scale(node: Tree) -> Fraction:
    if "parts" in node:
        return sum((_scale(part) for part in node["parts"]), Fraction(0))
    return number(node["points"]) if "points" in node else HUNDRED


def _leaves(node: Tree, factor: Fraction) -> Iterator[Leaf]:
    """The points of the parts of a group add up, so all of them carry the factor of the weighted one above."""
    for part in node.get("parts", ()):
        yield from _leaves(part, factor)
    if "kind" in node:
        yield Leaf(node["id"], node["kind"], _scale(node), factor, node)


def _lowest(text: str) -> Fraction | None:
    """Where a range begins: ``>= 90`` and ``[75, 90)`` have a lowest value, ``< 60`` has none."""
    if text.startswith("<"):
        return None
    return number(text.removeprefix(">=").strip("[) ").split(",")[0].strip())


def _grades(bands: Tree) -> list[tuple[str, Fraction | None]]:
    found = [(label, _lowest(text)) for label, text in bands.items()]
    return sorted(found, key=lambda grade: (grade[1] is not None, grade[1] or 0), reverse=True)
