"""Scores the same tables in every way there is here, in turns, and prints seconds and mistakes as JSON.

python benchmarks/nation/peers.py FOLDER [--runs 5] [--rows N] [--sample 2000]

Timed is scoring alone: 35 criteria, the total, the rank in the pool, the grade by band; the tables are in memory, in
the form that a peer likes best. Gates, ties and quotas are left out. Mistakes are counted against the integer kernel,
which itself is compared with the oracle first.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from attrs import field, frozen

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from nation import peer_exact, peer_int64
from nation.data import Data, IntArray, load
from nation.scored import Quotient, Scored, Scorer

WHOLE = ("int64", "float64", "polars", "openfisca")
SAMPLED = ("exact", "closures", "zen")
"""Too slow for everybody: they score whole pools up to a number of rows."""

CHECKED = 2000
"""Rows on which the reference is compared with the oracle; and all of them in small tables."""


@frozen(eq=False)
class Entrant:
    """A peer that is installed, ready to score."""

    name: str
    version: str
    data: Data
    scorer: Scorer
    wall: list[float] = field(factory=list)
    cpu: list[float] = field(factory=list)

    def run(self) -> Scored:
        """Scores once and notes how long it took: the wall clock, and the seconds of all threads together."""
        wall, cpu = time.perf_counter(), time.process_time()
        scored = self.scorer()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)
        return scored


def entrants(data: Data, sample: int) -> tuple[list[Entrant], list[str]]:
    """The peers, and the names of those that are not installed."""
    some = data.first_pools(sample)
    found, absent = [], []
    for name in (*WHOLE, *SAMPLED):
        try:
            peer = import_module(f"nation.peer_{name}")
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("nation"):
                raise
            absent.append(name)
            continue
        own = some if name in SAMPLED else data
        found.append(Entrant(name, _version(peer), own, peer.prepare(own)))
    return found, absent


def _version(peer: ModuleType) -> str:
    try:
        return version(peer.DISTRIBUTION) if peer.DISTRIBUTION else f"Python {platform.python_version()}"
    except PackageNotFoundError:
        return "unknown"


def wrong(scored: Scored, right: Scored) -> dict[str, int]:
    return {
        "totals": int(np.count_nonzero(scored.total != right.total)),
        "ranks": int(np.count_nonzero(scored.rank != right.rank)),
        "grades": int(np.count_nonzero(scored.grade != right.grade)),
    }


def check_reference(data: Data) -> dict[str, Any]:
    """The kernel against the oracle: points, totals and grades of random rows, and ranks in the first whole pools."""
    n = len(data)
    rows = np.arange(n) if n <= CHECKED else np.sort(np.random.default_rng(1).choice(n, CHECKED, replace=False))
    drawn, first = data.take(rows), data.first_pools(CHECKED)
    mine, oracle = peer_int64.score(drawn), peer_exact.score(drawn)
    in_pools = wrong(peer_int64.score(first), peer_exact.score(first))
    mistakes = wrong(mine, oracle)
    return {
        "random_rows": len(rows),
        "rows_of_whole_pools": len(first),
        "wrong": {name: mistakes[name] + in_pools[name] for name in mistakes}
        | {"points": _points_wrong(mine, oracle)},
    }


def _points_wrong(mine: Scored, oracle: Scored) -> int:
    return sum(_differ(quotient, right) for quotient, right in zip(mine.points, oracle.points, strict=True))


def _differ(quotient: Quotient, right: Sequence[Any]) -> int:
    """How many fractions are not the quotient."""
    den: IntArray = np.broadcast_to(quotient.den, quotient.num.shape)
    given = zip(quotient.num.tolist(), den.tolist(), right, strict=True)
    return sum(top * x.denominator != x.numerator * below for top, below, x in given)


def measure(running: Sequence[Entrant], runs: int) -> dict[str, dict[str, int]]:
    """Every peer once to warm up and to count its mistakes, then all in turns; no result outlives its turn."""
    mistakes = {}
    for entrant in running:
        mistakes[entrant.name] = wrong(entrant.scorer(), peer_int64.score(entrant.data))
    for _ in range(runs):
        for entrant in running:
            entrant.run()
    return mistakes


def report(data: Data, runs: int, sample: int) -> dict[str, Any]:
    running, absent = entrants(data, sample)
    reference = check_reference(data)
    mistakes = measure(running, runs)
    limit = median(running[0].wall) / len(running[0].data)
    return {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "rows": len(data),
        "runs": runs,
        "reference": reference,
        "peers": [_row(entrant, mistakes[entrant.name], limit) for entrant in running],
        "not_installed": absent,
    }


def _row(entrant: Entrant, mistakes: dict[str, int], limit: float) -> dict[str, Any]:
    each = median(entrant.wall) / len(entrant.data)
    return {
        "peer": entrant.name,
        "version": entrant.version,
        "rows": len(entrant.data),
        "seconds": {
            "median": round(median(entrant.wall), 6),
            "min": round(min(entrant.wall), 6),
            "max": round(max(entrant.wall), 6),
        },
        "cpu_seconds": round(median(entrant.cpu), 6),
        "microseconds_per_row": round(each * 1e6, 3),
        "ratio_to_int64": round(each / limit, 2),
        "wrong": mistakes,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="made by generate.py")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--rows", type=int, help="only the first pools, up to so many rows")
    parser.add_argument("--sample", type=int, default=2000, help="rows for the slow ones (default: 2000)")
    chosen = parser.parse_args()
    try:
        data = load(chosen.folder)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f"{chosen.folder}: {error}")
    if chosen.rows is not None:
        data = data.first_pools(chosen.rows)
    print(json.dumps(report(data, max(1, chosen.runs), chosen.sample), indent=2))


if __name__ == "__main__":
    main()
