"""How points are written: as decimals of so many places where that is sure before any row is read, else as exact text."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from attrs import evolve

from cadre_eval.columns.batch import FREE, Inputs, Numbers, Values
from cadre_eval.columns.column import as_column
from cadre_eval.columns.scorer import Scorer
from cadre_eval.columns.tracing import Given, Tracer
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.tables.kinds import is_text

TEXT = -1
MOST_PLACES = 12
Scales: TypeAlias = Mapping[str, int]
"""Decimal places of each leaf's points; ``TEXT`` where they may need a denominator of their own, or more digits."""
MOST_DIGITS = 18
"""As many as fit 64 bits."""
WIDE = np.array([-(10**36), 10**36], dtype=object)
"""Anything a column may hold: so that no limit is left out because the rows of the day keep to it."""


def places_of(scorer: Scorer, sample: Mapping[str, Inputs], varying: frozenset[str]) -> Scales:
    """The places of each leaf, from the columns of any batch: only their steps are looked at, not their values. ``varying`` are
    the keys of columns whose step follows from what is written in them.
    """
    found = {}
    for leaf in scorer.leaves:
        inputs = sample.get(leaf.id)
        if inputs is None or leaf.policies.means or any(_varies(n, varying) for n in inputs.numbers.values()):
            found[leaf.id] = TEXT
            continue
        tracer = Tracer(scorer.rules, scorer.plan)
        wide = {name: _widened(numbers) for name, numbers in inputs.numbers.items()}
        nothing: Mapping[str, Values] = {}
        given = Given({leaf.id: Inputs(wide)}, nothing, nothing, {}, frozenset(), frozenset(), frozenset())
        column = as_column(tracer.graph, tracer.leaf(leaf, given).score)
        places = TEXT if column.quotients else _places([column.const, *(factor for factor, _ in column.terms)])
        fits = places != TEXT and max(-column.low, column.high) * 10**places < 10**MOST_DIGITS
        found[leaf.id] = places if fits else TEXT
    return found


def _varies(numbers: Numbers, varying: frozenset[str]) -> bool:
    """Whether the step of a column follows from what is written in it."""
    return numbers.bottom is not None or numbers.key in varying


def _widened(numbers: Numbers) -> Numbers:
    if numbers.array is None:
        return numbers
    return evolve(numbers, array=WIDE, bounds=FREE, found=None)


def _places(numbers: list[Fraction]) -> int:
    for places in range(MOST_PLACES + 1):
        if all((x * 10**places).denominator == 1 for x in numbers):
            return places
    return TEXT


def varying_keys(
    facts: Mapping[str, pa.DataType], roster: Mapping[str, pa.DataType], rules: CompiledRuleset
) -> frozenset[str]:
    """Keys of the columns that are numbers written as text: their decimals are known only when they are read."""
    found = set()
    for name, kind in facts.items():
        doc = rules.facts.get(name)
        if is_text(kind) and (name.startswith("external.") or (doc is not None and doc.type in {"number", "rate"})):
            found.add(
                f"external/{name.removeprefix('external.')}" if name.startswith("external.") else f"fact/{name}"
            )
    found |= {f"target/{name.removeprefix('target.')}" for name, kind in roster.items()
              if name.startswith("target.") and is_text(kind)}  # fmt: skip
    return frozenset(found)
