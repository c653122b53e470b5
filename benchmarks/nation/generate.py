"""Makes the tables of a nation under the benchmark's ruleset: the same seed, the same numbers.

python benchmarks/nation/generate.py FOLDER [CADRES] [--ballots PER_CADRE] [--missing SHARE]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import pyarrow as pa

from nation.drawing import BLOCK, count_ballots, draw_ballots, draw_facts, draw_gaps, draw_marks, draw_people
from nation.rules import RULESET, Rules, read_rules
from nation.writing import UNCOUNTED, Files, ballots_tables, facts_table, marks_tables, roster_table, tallies_table

CADRES = 563_000
BALLOTS = 50
LEAST_BALLOTS = 20
MISSABLE = (
    "policy_talks",
    "linked_households",
    "income_growth",
    "project_progress",
    "branch_standing",
    "people_trained",
)


@frozen
class Wanted:
    """What to make: ``ballots`` of each cadre, which are counted, and written one by one if ``single``."""

    cadres: int = CADRES
    ballots: int = BALLOTS
    single: bool = False
    missing: float = 0.0


def make_nation(folder: Path, wanted: Wanted) -> None:
    """Writes the tables and the ruleset into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(RULESET, folder / RULESET.name)
    rules = read_rules()
    with Files(folder) as files:
        for block in range(-(-wanted.cadres // BLOCK)):
            for name, table in _tables(block, wanted, rules):
                files.add(name, table)


def _tables(block: int, wanted: Wanted, rules: Rules) -> Iterator[tuple[str, pa.Table]]:
    first = block * BLOCK
    people = draw_people(block)
    roster = roster_table(block, first, min(BLOCK, wanted.cadres - first), people, rules)
    posting = roster["posting"].combine_chunks()
    gaps = draw_gaps(block, MISSABLE, wanted.missing) if wanted.missing else {}
    yield "roster", roster
    yield "facts", facts_table(posting, draw_facts(block, people), gaps, rules)
    reviewers = tuple(rules.leaf("review").params["reviewers"])
    for table in marks_tables(posting, draw_marks(block, people, len(reviewers)), reviewers):
        yield "reviews", table
    survey = rules.leaf("survey")
    voters, options = tuple(survey.params["voters"]), tuple(survey.params["options"])
    ballots = draw_ballots(block, people, wanted.ballots)
    counted = count_ballots(ballots, len(voters), len(options) + len(UNCOUNTED))
    yield "tallies", tallies_table(posting, counted, voters, options)
    if wanted.single:
        for table in ballots_tables(posting, ballots, voters, options):
            yield "ballots", table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("cadres", type=int, nargs="?", default=CADRES, help=f"how many (default: {CADRES})")
    parser.add_argument(
        "--ballots", type=int, help=f"write single ballots too, so many of each cadre, {LEAST_BALLOTS} or more"
    )
    parser.add_argument("--missing", type=float, default=0.0, help="share of some facts that is missing (default: 0)")
    chosen = parser.parse_args()
    if chosen.cadres < 1 or not 0 <= chosen.missing <= 1 or (chosen.ballots or BALLOTS) < LEAST_BALLOTS:
        parser.error(f"at least 1 cadre and {LEAST_BALLOTS} ballots of each, and a share between 0 and 1")
    wanted = Wanted(chosen.cadres, chosen.ballots or BALLOTS, chosen.ballots is not None, chosen.missing)
    start = time.perf_counter()
    make_nation(chosen.folder, wanted)
    print(f"{wanted.cadres} cadres in {time.perf_counter() - start:.1f} s")
    for file in sorted(chosen.folder.iterdir()):
        print(f"{file.name:<20}{file.stat().st_size / 2**20:>10.2f} MiB")


if __name__ == "__main__":
    main()
