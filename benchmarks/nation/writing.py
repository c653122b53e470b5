"""The drawn numbers as Arrow tables of the columnar schema, and their Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nation.drawing import AnyArray, Cards, People
from nation.rules import Fact, Rules

PRECISION = {  # decimals: digits in all, digits after the point
    "village_facts_test": (4, 1),
    "income_growth": (6, 2),
    "environment_score": (4, 1),
    "coverage_rate": (5, 4),
    "residence_rate": (5, 4),
    "awareness_rate": (5, 4),
}
UNCOUNTED = ("弃权", "无效")
ROLES = ("team-member", "first-secretary")
LONG_PART = 16_384
"""Postings in a row group of marks or ballots: their ids fit the dictionary page of a column."""


class Files:
    """Parquet files of a folder that grow by row groups; each begins with its first table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Files:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        for writer in self._open.values():
            writer.close()

    def add(self, name: str, table: pa.Table) -> None:
        if name not in self._open:
            path = self._folder / f"{name}.parquet"
            self._open[name] = pq.ParquetWriter(path, table.schema, compression="zstd", store_decimal_as_integer=True)
        self._open[name].write_table(table, row_group_size=max(1, len(table)))


def ids(prefix: str, *numbers: tuple[AnyArray | int, int]) -> pa.Array:
    """Ids such as ``h-01-0002``: the numbers, padded to a width."""
    texts = [_padded(number, width) for number, width in numbers]
    return pc.binary_join_element_wise(prefix, *texts, "-")


def _padded(number: AnyArray | int, width: int) -> Any:
    if isinstance(number, int):
        return f"{number:0{width}}"
    return pc.utf8_lpad(pc.cast(pa.array(number), pa.string()), width, "0")


def words(codes: AnyArray, options: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(list(options)))


def roster_table(block: int, first: int, count: int, people: People, rules: Rules) -> pa.Table:
    cut = slice(0, count)
    numbers = np.arange(first + 1, first + count + 1)
    township = people.township[cut]
    begins = people.begins[cut]
    region = (block + 1, 2)
    columns = {
        "posting": ids("p", (numbers, 7)),
        "cadre": ids("c", (numbers, 7)),
        "category": words(people.category[cut], rules.categories),
        "role": words(people.first[cut], ROLES),
        "host": ids("h", region, (township + 1, 4), (people.host[cut] + 1, 2)).dictionary_encode(),
        "township": ids("t", region, (township + 1, 4)).dictionary_encode(),
        "sending_unit": ids("u", region, (people.unit[cut] + 1, 4)).dictionary_encode(),
        "from": pa.array(begins),
        "to": pa.array(begins + 730),
        "target.people_trained": pa.array(people.trained[cut].astype(np.int16)),
    }
    return pa.table(columns)


def facts_table(
    posting: pa.Array, drawn: Mapping[str, AnyArray], gaps: Mapping[str, AnyArray], rules: Rules
) -> pa.Table:
    """The facts in the ruleset's order, a sample as two columns."""
    columns = {"posting": posting}
    for fact in rules.facts.values():
        names = [f"{fact.name}.checked", f"{fact.name}.passed"] if fact.type == "sample" else [fact.name]
        for name in names:
            column = _fact_column(fact, drawn[name][: len(posting)])
            gap = gaps.get(fact.name)
            columns[name] = column if gap is None else _with_gaps(column, gap[: len(posting)])
    return pa.table(columns)


def _with_gaps(column: pa.Array, gap: AnyArray) -> pa.Array:
    return pc.if_else(pa.array(gap), pa.scalar(None, column.type), column)


def _fact_column(fact: Fact, drawn: AnyArray) -> pa.Array:
    match fact.type:
        case "flag":
            return pa.array(drawn.astype(bool))
        case "choice":
            return words(drawn, fact.options)
        case "choices":
            return _sets(drawn, fact.options)
        case "number" | "rate":
            return _decimals(drawn, *PRECISION[fact.name])
        case _:
            return pa.array(drawn.astype(np.int16))


def _decimals(scaled: AnyArray, precision: int, scale: int) -> pa.Array:
    halves = np.empty((len(scaled), 2), np.int64)  # 128 bits, the low half first
    halves[:, 0] = scaled
    halves[:, 1] = halves[:, 0] >> 63
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(scaled), [None, pa.py_buffer(halves)])


def _sets(bits: AnyArray, options: Sequence[str]) -> pa.ListArray:
    has = (bits[:, None] >> np.arange(len(options))) & 1
    ends = np.concatenate([[0], np.cumsum(has.sum(axis=1))]).astype(np.int32)
    chosen = pc.take(pa.array(list(options)), pa.array(np.nonzero(has)[1]))
    return pa.ListArray.from_arrays(pa.array(ends), chosen)


def tallies_table(posting: pa.Array, votes: AnyArray, classes: Sequence[str], options: Sequence[str]) -> pa.Table:
    """One row per posting and class, a column per option, then abstentions and invalid ballots."""
    rows = np.repeat(np.arange(len(posting), dtype=np.int32), len(classes))
    counts = votes[: len(posting)].reshape(len(rows), -1).astype(np.int16)
    columns = {
        "posting": pa.DictionaryArray.from_arrays(pa.array(rows), posting),
        "class": words(np.tile(np.arange(len(classes)), len(posting)), classes),
    }
    names = (*options, *UNCOUNTED)
    return pa.table(columns | {name: pa.array(counts[:, n].copy()) for n, name in enumerate(names)})


def marks_tables(posting: pa.Array, marks: Cards, classes: Sequence[str]) -> Iterator[pa.Table]:
    for owners, part in _parts(posting, marks):
        yield pa.table({"posting": owners, "class": words(part.voter, classes), "mark": pa.array(part.word)})


def ballots_tables(
    posting: pa.Array, ballots: Cards, classes: Sequence[str], options: Sequence[str]
) -> Iterator[pa.Table]:
    for owners, part in _parts(posting, ballots):
        option = words(part.word, (*options, *UNCOUNTED))
        yield pa.table({"posting": owners, "class": words(part.voter, classes), "option": option})


def _parts(posting: pa.Array, cards: Cards) -> Iterator[tuple[pa.DictionaryArray, Cards]]:
    for first in range(0, len(posting), LONG_PART):
        some = posting[first : first + LONG_PART]
        part = cards.of(first, first + len(some))
        yield pa.DictionaryArray.from_arrays(pa.array(part.row.astype(np.int32)), some), part
