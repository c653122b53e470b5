"""The tables of a nation as plain integer arrays: what every peer starts from, so that each measures only scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import evolve, frozen
from numpy.typing import NDArray

from nation.rules import Fact, Rules, read_rules

IntArray: TypeAlias = NDArray[np.int64]
AnyArray: TypeAlias = NDArray[Any]
Rows: TypeAlias = "slice | IntArray"

SCALES = {
    "village_facts_test": 10,
    "income_growth": 100,
    "environment_score": 10,
    "coverage_rate": 10_000,
    "residence_rate": 10_000,
    "awareness_rate": 10_000,
}
"""Decimals are held as whole numbers: so many to 1."""


@frozen(eq=False)
class Marks:
    """The marks of one class, by posting."""

    n: IntArray
    sum: IntArray
    highest: IntArray
    lowest: IntArray

    def take(self, rows: Rows) -> Marks:
        return Marks(**_take(self.columns(), rows))

    def columns(self) -> dict[str, IntArray]:
        return {"n": self.n, "sum": self.sum, "highest": self.highest, "lowest": self.lowest}


@frozen(eq=False)
class Data:
    """One row per posting; nothing is missing.

    Attributes:
        pool: the township, as a number.
        category: its place among the ruleset's categories.
        facts: decimals times SCALES, a choice as the place of its word, a set as bits, a sample as ``.checked`` and
            ``.passed``.
        targets: agreed in the posting.
        reviews: by class of reviewers.
        tallies: by class of voters and option; abstentions and invalid ballots are left out.
        folder: where all of it was read from; None for some of the rows.
    """

    pool: IntArray
    category: IntArray
    facts: Mapping[str, IntArray]
    targets: Mapping[str, IntArray]
    reviews: Mapping[str, Marks]
    tallies: Mapping[str, Mapping[str, IntArray]]
    folder: Path | None = None

    def __len__(self) -> int:
        return len(self.pool)

    def take(self, rows: Rows) -> Data:
        """Some of the rows."""
        return evolve(
            self,
            pool=self.pool[rows],
            category=self.category[rows],
            facts=_take(self.facts, rows),
            targets=_take(self.targets, rows),
            reviews={name: marks.take(rows) for name, marks in self.reviews.items()},
            tallies={name: _take(tally, rows) for name, tally in self.tallies.items()},
            folder=None,
        )

    def columns(self) -> dict[str, IntArray]:
        """Every figure under a name: facts as they are, ``target.FACT``, ``CLASS.n`` and so on, ``CLASS.OPTION``."""
        columns = {**self.facts, **{f"target.{name}": column for name, column in self.targets.items()}}
        for name, marks in self.reviews.items():
            columns |= {f"{name}.{what}": column for what, column in marks.columns().items()}
        for name, tally in self.tallies.items():
            columns |= {f"{name}.{option}": votes for option, votes in tally.items()}
        return columns

    def rows(self) -> list[dict[str, int]]:
        """The same, row by row."""
        columns = self.columns()
        values = [column.tolist() for column in columns.values()]
        return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]

    def first_pools(self, rows: int) -> Data:
        """The first rows, cut where a pool ends; all of the first pool at least."""
        if rows >= len(self):
            return self
        ends = np.flatnonzero(np.diff(self.pool)) + 1
        within = ends[ends <= max(rows, int(ends[0]))] if len(ends) else [len(self)]
        return self.take(slice(0, int(within[-1])))


def _take(columns: Mapping[str, IntArray], rows: Rows) -> dict[str, IntArray]:
    return {name: column[rows] for name, column in columns.items()}


def load(folder: Path) -> Data:
    """Reads the tables.

    Raises:
        ValueError: something is missing: the peers score complete tables only.
    """
    rules = read_rules()
    roster = pq.read_table(folder / "roster.parquet")
    return Data(
        pool=_codes(roster["township"]),
        category=_codes(roster["category"], rules.categories),
        facts=_facts(folder / "facts.parquet", roster["posting"], rules),
        targets={"people_trained": _whole(roster["target.people_trained"])},
        reviews=_reviews(folder / "reviews.parquet", roster["posting"], rules),
        tallies=_tallies(folder / "tallies.parquet", roster["posting"], rules),
        folder=folder,
    )


def _whole(column: pa.ChunkedArray) -> IntArray:
    if column.null_count:
        raise ValueError("the peers score complete tables only: make one without --missing")
    numbers: IntArray = column.cast(pa.int64()).to_numpy()
    return numbers


def _codes(column: pa.ChunkedArray, options: Sequence[str] | pa.Array | None = None) -> IntArray:
    """Words as numbers: their places among the options, or in the order they come up."""
    texts = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    indices = pa.chunked_array([chunk.indices for chunk in texts.chunks])
    if options is None:
        return _whole(indices)
    places = pc.index_in(texts.chunk(0).dictionary, value_set=pa.array(options))
    return _whole(pa.chunked_array([pc.take(places, chunk) for chunk in indices.chunks]))


def row_of(column: pa.ChunkedArray, posting: pa.ChunkedArray) -> IntArray:
    """The roster's row of each posting of a table."""
    return _codes(column, posting.combine_chunks())


def _facts(path: Path, posting: pa.ChunkedArray, rules: Rules) -> dict[str, IntArray]:
    table = pq.read_table(path)
    if not table["posting"].equals(posting):
        raise ValueError("the facts are not in the roster's order")
    facts = {}
    for name in table.column_names[1:]:
        facts[name] = _fact(table[name], rules.facts[name.split(".")[0]])
    return facts


def _fact(column: pa.ChunkedArray, fact: Fact) -> IntArray:
    match fact.type:
        case "number" | "rate":
            return _scaled(column, SCALES[fact.name])
        case "choice":
            return _codes(column, fact.options)
        case "choices":
            return _bits(column, fact.options)
        case _:
            return _whole(column)


def _scaled(column: pa.ChunkedArray, scale: int) -> IntArray:
    if column.null_count or 10**column.type.scale != scale:
        return _whole(pc.multiply(column, scale))
    chunks = [_low_half(chunk) for chunk in column.chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, np.int64)


def _low_half(chunk: pa.Array) -> IntArray:
    """The lower 64 of the 128 bits of decimals: these are small."""
    halves = np.frombuffer(chunk.buffers()[1], np.int64).reshape(-1, 2)
    return halves[chunk.offset : chunk.offset + len(chunk), 0]


def _bits(column: pa.ChunkedArray, options: Sequence[str]) -> IntArray:
    if column.null_count:
        return _whole(column)
    column = column.combine_chunks()
    rows = pc.list_parent_indices(column).to_numpy()
    places = pc.index_in(column.flatten(), value_set=pa.array(options)).to_numpy()
    return np.bincount(rows, weights=1 << places, minlength=len(column)).astype(np.int64)


def _reviews(path: Path, posting: pa.ChunkedArray, rules: Rules) -> dict[str, Marks]:
    table = pq.read_table(path)
    classes = tuple(rules.leaf("review").params["reviewers"])
    key = row_of(table["posting"], posting) * len(classes) + _codes(table["class"], classes)
    mark = _whole(table["mark"])
    if np.any(np.diff(key) < 0):
        order = np.argsort(key, kind="stable")
        key, mark = key[order], mark[order]
    owners, starts = np.unique(key, return_index=True)
    if len(owners) != len(posting) * len(classes):
        raise ValueError("somebody has no marks of some class")
    n = np.diff(starts, append=len(mark))
    found = [n, *(how.reduceat(mark, starts) for how in (np.add, np.maximum, np.minimum))]
    by_class = [numbers.reshape(len(posting), len(classes)) for numbers in found]
    return {name: Marks(*(numbers[:, c].copy() for numbers in by_class)) for c, name in enumerate(classes)}


def _tallies(path: Path, posting: pa.ChunkedArray, rules: Rules) -> dict[str, dict[str, IntArray]]:
    table = pq.read_table(path)
    params = rules.leaf("survey").params
    key = row_of(table["posting"], posting) * len(params["voters"]) + _codes(table["class"], tuple(params["voters"]))
    tallies: dict[str, dict[str, IntArray]] = {}
    for option in params["options"]:
        votes = np.zeros((len(posting), len(params["voters"])), np.int64)
        np.add.at(votes.reshape(-1), key, _whole(table[option]))
        for place, voter in enumerate(params["voters"]):
            tallies.setdefault(voter, {})[option] = votes[:, place].copy()
    if any(np.any(sum(tally.values()) == 0) for tally in tallies.values()):
        raise ValueError("somebody has no valid ballots of some class")
    return tallies
