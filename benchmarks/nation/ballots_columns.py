"""Ballots counted by the package's own reader of votes, with everything it checks, as the command does."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from cadre_eval.errors import Problems, Source, Span
from cadre_eval.tables.assess import plan_of
from cadre_eval.tables.files import open_tables
from cadre_eval.tables.index import Index
from cadre_eval.tables.memory import plain_memory
from cadre_eval.tables.run import MANY, ahead
from cadre_eval.tables.votes import VotesReader
from nation.data import IntArray
from nation.peer_columns import PERIOD, compiled
from nation.rules import read_rules


def count(folder: Path) -> tuple[float, IntArray]:
    """Seconds, and votes by posting, class and option. The rules are there before."""
    plan, _ = plan_of(compiled("plain"), PERIOD)
    problems = Problems()
    plain_memory()
    start = time.perf_counter()
    source = open_tables([folder / "ballots.parquet"], problems, Span(Source(folder.name), 1, 1))
    postings = pq.read_table(folder / "roster.parquet", columns=["posting"])["posting"].combine_chunks()
    reader = VotesReader(plan, Index(postings), len(postings), problems)
    problems.raise_if_any()
    assert source is not None, "without a problem it is open"
    if reader.check(source.columns, "ballots", True):
        for chunk in ahead(source.chunks(rows=MANY)):
            reader.ballots(chunk.batch, chunk.file, chunk.first_row)
    problems.raise_if_any()
    seconds = time.perf_counter() - start
    leaf = read_rules().leaf("survey")
    votes = {own: counts for (_, own, _), counts in reader.votes.counts.items()}
    return seconds, np.stack([votes[voters].T for voters in leaf.params["voters"]], axis=1)
