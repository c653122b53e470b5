"""Scores the same tables in every way there is here, in turns, and prints seconds and mistakes as JSON.

python benchmarks/nation/peers.py FOLDER [--runs 5] [--sample 2000] [--only NAME]

Timed is scoring alone: 35 criteria, the total, the rank in the pool, the grade by band; the tables are in memory, in
the form that a peer likes best. Gates, ties and quotas are left out. Mistakes are counted against the integer kernel,
which itself is compared with the oracle first.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from numbers import Rational
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from attrs import field, frozen

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from nation import peer_exact, peer_int64
from nation.data import AnyArray, Data, load
from nation.scored import Points, Scored, Scorer
from nation.turns import rotated

LIMIT = "int64"
WHOLE = (LIMIT, "columns", "columns:plugin", "columns:whole", "float64", "polars", "openfisca")
"""After the colon a variant of the peer."""
SAMPLED = ("exact", "closures", "zen")
"""Too slow for everybody: they score whole pools up to a number of rows."""

SMALL = 100_000
"""Tables with fewer rows are scored more often."""
READ = "read"
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


def entrants(data: Data, sample: int, names: Sequence[str]) -> tuple[list[Entrant], list[str]]:
    """The peers, and the names of those that are not installed."""
    some = data.first_pools(sample)
    found, absent = [], []
    for name in names:
        module, _, variant = name.partition(":")
        try:
            peer = import_module(f"nation.peer_{module}")
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("nation"):
                raise
            absent.append(name)
            continue
        own = some if name in SAMPLED else data
        scorer = peer.prepare(own, variant) if variant else peer.prepare(own)
        found.append(Entrant(name, _version(peer), own, scorer))
    return found, absent


def _version(peer: ModuleType) -> str:
    try:
        return version(peer.DISTRIBUTION) if peer.DISTRIBUTION else f"Python {platform.python_version()}"
    except PackageNotFoundError:
        return "unknown"


def wrong(scored: Scored, right: Scored) -> dict[str, int | None]:
    """How many totals, ranks, grades and points are not what they should be; None where they are of another kind."""
    return {
        "totals": _differ(scored.total, right.total),
        "ranks": _differ(scored.rank, right.rank),
        "grades": _differ(scored.grade, right.grade),
        "points": _points_wrong(scored.points, right.points),
    }


def _differ(given: Any, right: Any) -> int | None:
    return None if given is None else int(np.count_nonzero(given != right))


def _points_wrong(given: Sequence[Points], right: Sequence[Points]) -> int | None:
    """Exact points that differ; None for floats and decimals: a third is none of them."""
    found = 0
    for mine, theirs in zip(given, right, strict=True):
        ratio, other = _ratio(mine), _ratio(theirs)
        if ratio is None or other is None:
            return None
        found += int(np.count_nonzero(ratio[0] * other[1] != other[0] * ratio[1]))
    return found


def _ratio(points: Points) -> tuple[AnyArray, AnyArray] | None:
    """Numerators and denominators."""
    if isinstance(points, list | tuple):
        if not all(isinstance(x, Rational) for x in points):
            return None
        return np.array([x.numerator for x in points]), np.array([x.denominator for x in points])
    return points.ratio() if hasattr(points, "ratio") else None


def check_reference(data: Data) -> dict[str, Any]:
    """The kernel against the oracle: points, totals and grades of random rows, and ranks in the first whole pools."""
    n = len(data)
    rows = np.arange(n) if n <= CHECKED else np.sort(np.random.default_rng(1).choice(n, CHECKED, replace=False))
    drawn, first = data.take(rows), data.first_pools(CHECKED)
    mistakes = wrong(peer_int64.score(drawn), peer_exact.score(drawn))
    in_pools = wrong(peer_int64.score(first), peer_exact.score(first))
    return {
        "random_rows": len(rows),
        "rows_of_whole_pools": len(first),
        "wrong": {name: (mistakes[name] or 0) + (in_pools[name] or 0) for name in mistakes},
    }


def measure(running: Sequence[Entrant], runs: int) -> dict[str, dict[str, int | None]]:
    """Every peer once to warm up and to count its mistakes, then all in turns, another one first each time; no result
    outlives its turn. What takes milliseconds has more turns.
    """
    mistakes = {}
    for entrant in running:
        mistakes[entrant.name] = wrong(entrant.scorer(), peer_int64.score(entrant.data))
    more = min(10, max(1, SMALL // len(running[0].data)))
    for turn in range(runs * more):
        for entrant in rotated(running, turn):
            if turn < runs or entrant.name in WHOLE:
                entrant.run()
    return mistakes


def report(data: Data, runs: int, sample: int) -> dict[str, Any]:
    running, absent = entrants(data, sample, (*WHOLE, *SAMPLED))
    reference = check_reference(data)
    mistakes = measure(running, runs)
    limit = median(running[0].wall) / len(running[0].data)
    return {
        "rows": len(data),
        "reference": reference,
        "peers": {entrant.name: _row(entrant, mistakes[entrant.name], limit) for entrant in running},
        "not_installed": absent,
    }


def _row(entrant: Entrant, mistakes: dict[str, int | None], limit: float) -> dict[str, Any]:
    each = median(entrant.wall) / len(entrant.data)
    return {
        "version": entrant.version,
        "rows": len(entrant.data),
        "seconds": [round(seconds, 6) for seconds in entrant.wall],
        "cpu": round(median(entrant.cpu), 6),
        "ratio": round(each / limit, 3),
        "wrong": mistakes,
    }


def alone(data: Data, name: str, sample: int) -> bool:
    """Scores twice, or only reads the tables: what is looked at is the memory of the process. False if it is not installed."""
    running, absent = entrants(data, sample, [] if name == READ else [name])
    for entrant in (*running, *running):
        entrant.scorer()
    return not absent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="made by generate.py")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--sample", type=int, default=2000, help="rows for the slow ones (default: 2000)")
    parser.add_argument(
        "--only", help=f"score twice with this peer, and print whether it is there; {READ}: no peer at all"
    )
    chosen = parser.parse_args()
    try:
        data = load(chosen.folder)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f"{chosen.folder}: {error}")
    if chosen.only:
        print(json.dumps(alone(data, chosen.only, chosen.sample)))
    else:
        print(json.dumps(report(data, max(1, chosen.runs), chosen.sample), indent=2))


if __name__ == "__main__":
    main()
