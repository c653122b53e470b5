"""Counts single ballots: with pyarrow and numpy, a row group at a time; by the package; and only reads them.

python benchmarks/nation/ballots.py FOLDER WAY

Prints the seconds as JSON. Each way has a process of its own, for its memory is looked at too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nation.data import AnyArray, IntArray
from nation.rules import read_rules
from nation.writing import UNCOUNTED

COLUMNS = ["posting", "class", "option"]


@frozen(eq=False)
class Names:
    """What the tally's places stand for."""

    postings: pa.Array
    classes: tuple[str, ...]
    options: tuple[str, ...]


def names_of(folder: Path) -> Names:
    """Postings in the roster's order; options with abstentions and invalid ballots last."""
    params = read_rules().leaf("survey").params
    postings = pq.read_table(folder / "roster.parquet", columns=["posting"])["posting"].combine_chunks()
    return Names(postings, tuple(params["voters"]), (*params["options"], *UNCOUNTED))


def count(folder: Path) -> tuple[float, IntArray]:
    """Seconds, and votes by posting, class and option."""
    start = time.perf_counter()
    names = names_of(folder)
    counted = [_count_group(group, names) for group in _row_groups(folder)]
    tally = np.zeros((len(names.postings), len(names.classes), len(names.options)), np.int64)
    rows = _places(pa.concat_arrays([owners for owners, _ in counted]), names.postings)
    first = 0
    for owners, votes in counted:
        tally[rows[first : first + len(owners)]] += votes
        first += len(owners)
    return time.perf_counter() - start, tally


def _count_group(group: pa.Table, names: Names) -> tuple[pa.Array, IntArray]:
    """The postings of a row group, each once, and the votes they got in it."""
    owners, key = _words_and_codes(group["posting"])
    for column, words in (("class", names.classes), ("option", names.options)):
        own, codes = _words_and_codes(group[column])
        key *= len(words)
        key += _places(own, pa.array(words)).astype(np.int32)[codes]
    shape = (len(owners), len(names.classes), len(names.options))
    return owners, np.bincount(key, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)


def read_only(folder: Path) -> float:
    """Seconds for reading the same columns and doing nothing."""
    start = time.perf_counter()
    for _ in _row_groups(folder):
        pass
    return time.perf_counter() - start


def _row_groups(folder: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(folder / "ballots.parquet", read_dictionary=COLUMNS) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=COLUMNS)


def _words_and_codes(column: pa.ChunkedArray) -> tuple[pa.Array, AnyArray]:
    """The words of a column, each once, and for each row which one it is (an array of its own)."""
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0)
    return whole.dictionary, whole.indices.to_numpy().astype(np.int32)


def _places(words: pa.Array, known: pa.Array) -> AnyArray:
    """Where each word stands in the list."""
    places = pc.index_in(words, value_set=known)
    if places.null_count:
        raise ValueError("a ballot names a posting, class or option that is not there")
    found: AnyArray = places.to_numpy()
    return found


def same_as_tallies(folder: Path, tally: IntArray) -> bool:
    """The tallies beside the ballots are their sums."""
    table, names = pq.read_table(folder / "tallies.parquet"), names_of(folder)
    columns = [table[option].to_numpy() for option in names.options]
    return bool(np.array_equal(np.stack(columns, axis=1), tally.reshape(-1, len(names.options))))


def _numpy(folder: Path) -> float:
    return count(folder)[0]


def _columns(folder: Path) -> float:
    from nation import ballots_columns

    return ballots_columns.count(folder)[0]


def checked(folder: Path) -> dict[str, int]:
    """How many ballots there are, and how many counts of either way differ from the tallies."""
    from nation import ballots_columns

    _, tally = count(folder)
    _, own = ballots_columns.count(folder)
    wrong = 0 if same_as_tallies(folder, tally) else -1
    return {"ballots": int(tally.sum()), "wrong_numpy": wrong, "wrong_columns": int(np.count_nonzero(own != tally))}


WAYS: dict[str, Callable[[Path], float]] = {"read": read_only, "numpy": _numpy, "columns": _columns}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="made with --ballots")
    parser.add_argument("way", choices=[*WAYS, "check"], help="how to count")
    chosen = parser.parse_args()
    if not (chosen.folder / "ballots.parquet").is_file():
        sys.exit("no ballots.parquet: generate.py FOLDER CADRES --ballots 50")
    found = checked(chosen.folder) if chosen.way == "check" else {"seconds": WAYS[chosen.way](chosen.folder)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
