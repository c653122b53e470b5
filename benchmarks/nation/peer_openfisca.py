"""OpenFisca: a variable per criterion and one for the total, calculated for a population whose figures were set.

Its numbers are 32-bit floats; ranks and grades are made outside, of the total that it rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from nation.data import SCALES, AnyArray, Data
from nation.rules import Leaf, by_kind, read_rules
from nation.scored import Scored, Scorer, hundredths, standing

DISTRIBUTION = "OpenFisca-Core"
PERIOD = "2025"

Values: TypeAlias = Callable[[str], Any]
"""The value of a variable by its name, for the population and the period of the calculation."""
Formula: TypeAlias = Callable[[Leaf, Values], Any]


def plain(name: str) -> str:
    """A variable's name."""
    return name.replace(".", "_").replace("-", "_")


def criterion(leaf: Leaf) -> str:
    """The variable of its points: some facts are called the same."""
    return plain(f"points.{leaf.id}")


def target(leaf: Leaf, of: Values) -> Any:
    name, each = leaf.params["fact"], leaf.number("each_short")
    wanted = of(f"target.{name}") if leaf.params["target"] == "posting" else float(leaf.number("target") or 0)
    if each is None:
        return float(leaf.points) * np.minimum(of(name) / wanted, 1)
    return np.maximum(float(leaf.points) - float(each) * np.maximum(wanted - of(name), 0), 0)


def per_occurrence(leaf: Leaf, of: Values) -> Any:
    each = leaf.each()
    found = sum(float(worth) * of(name) for name, worth in each.items())
    start = float(leaf.points) if min(each.values()) < 0 else 0.0
    return np.clip(start + found, 0, float(leaf.points))


def bands(leaf: Leaf, of: Values) -> Any:
    value = of(leaf.params["fact"])
    *steps, (_, lowest) = leaf.bands()
    reached = [value >= np.float32(low or 0) for low, _ in steps]
    return np.select(reached, [float(points) for _, points in steps], float(lowest))


def ratio(leaf: Leaf, of: Values) -> Any:
    part, whole = of(leaf.params["part"]), of(leaf.params["whole"])
    empty = float(leaf.params["when_whole_is_zero"] == "full")
    return float(leaf.points) * np.minimum(np.where(whole > 0, part / np.maximum(whole, 1), empty), 1)


def sampled(leaf: Leaf, of: Values) -> Any:
    checked, passed = (of(f"{leaf.params['fact']}.{name}") for name in ("checked", "passed"))
    each = leaf.number("each_failed")
    if each is None:
        return float(leaf.points) * (passed / checked)
    return np.maximum(float(leaf.points) + float(each) * (checked - passed), 0)


def graded(leaf: Leaf, of: Values) -> Any:
    word = of(leaf.params["fact"])
    levels = [float(points) for points in leaf.numbers("levels").values()]
    return np.select([word == place for place in range(len(levels))], levels)


def options(leaf: Leaf, of: Values) -> Any:
    return np.max(_chosen(leaf, of, "options"), axis=0)


def checklist(leaf: Leaf, of: Values) -> Any:
    return np.sum(_chosen(leaf, of, "items"), axis=0)


def _chosen(leaf: Leaf, of: Values, key: str) -> list[AnyArray]:
    return [float(points) * of(f"{leaf.params['fact']}.{n}") for n, points in enumerate(leaf.numbers(key).values())]


def review(leaf: Leaf, of: Values) -> Any:
    return sum(float(weight / 100) * _mean(name, of) for name, weight in leaf.numbers("reviewers").items())


def _mean(name: str, of: Values) -> Any:
    n, total, highest, lowest = (of(f"{name}.{what}") for what in ("n", "sum", "highest", "lowest"))
    return np.where(n > 5, (total - highest - lowest) / np.maximum(n - 2, 1), total / n)


def survey(leaf: Leaf, of: Values) -> Any:
    values = leaf.numbers("options")
    return sum(float(weight / 100) * _class(name, values, of) for name, weight in leaf.numbers("voters").items())


def _class(name: str, values: dict[str, Any], of: Values) -> Any:
    votes = [of(f"{name}.{option}") for option in values]
    return sum(float(value) * v for value, v in zip(values.values(), votes, strict=True)) / sum(votes)


KINDS: dict[str, Formula] = by_kind(
    target, per_occurrence, bands, ratio, sampled, graded, options, checklist, review, survey
)


def prepare(data: Data) -> Scorer:
    inputs, leaves = dict(_inputs(data)), read_rules().leaves
    system = _system(inputs, leaves)

    def scorer() -> Scored:
        simulation = SimulationBuilder().build_default_simulation(system, count=len(data))
        for name, column in inputs.items():
            simulation.set_input(name, PERIOD, column)
        total = simulation.calculate("total", PERIOD)
        points = [simulation.calculate(criterion(leaf), PERIOD) for leaf in leaves]
        return standing(points, hundredths(total), data.pool, data.category)

    return scorer


def _inputs(data: Data) -> Iterator[tuple[str, AnyArray]]:
    sets = {name: len(fact.options) for name, fact in read_rules().facts.items() if fact.type == "choices"}
    for name, column in data.columns().items():
        if name in sets:
            yield from ((plain(f"{name}.{n}"), (column >> n & 1).astype(bool)) for n in range(sets[name]))
        elif name in SCALES:
            yield name, (column / SCALES[name]).astype(np.float32)
        else:
            yield plain(name), column.astype(np.int32)


def _system(inputs: dict[str, AnyArray], leaves: tuple[Leaf, ...]) -> Any:
    person = build_entity(key="person", plural="persons", label="A cadre.", is_person=True)
    system = TaxBenefitSystem([person])
    types = {np.dtype(bool): bool, np.dtype(np.float32): float, np.dtype(np.int32): int}
    for name, column in inputs.items():
        system.add_variable(_variable(person, name, types[column.dtype]))
    for leaf in leaves:
        system.add_variable(_variable(person, criterion(leaf), float, _formula(leaf)))
    system.add_variable(_variable(person, "total", float, _total(leaves)))
    return system


def _variable(person: Any, name: str, value_type: type, formula: Callable[..., Any] | None = None) -> Any:
    body: dict[str, Any] = {
        "value_type": value_type,
        "entity": person,
        "definition_period": DateUnit.YEAR,
        "label": name,
    }
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def _formula(leaf: Leaf) -> Callable[..., Any]:
    def formula(person: Any, period: Any) -> Any:
        return KINDS[leaf.kind](leaf, lambda name: person(plain(name), period))

    return formula


def _total(leaves: tuple[Leaf, ...]) -> Callable[..., Any]:
    def formula(person: Any, period: Any) -> Any:
        return np.round(sum(float(leaf.factor) * person(criterion(leaf), period) for leaf in leaves), 2)

    return formula
