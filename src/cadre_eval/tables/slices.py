"""A block's share of everything a run holds, small enough to send: rows count from 0 again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import evolve

from cadre_eval.columns.integers import Array
from cadre_eval.columns.ordering import distinct
from cadre_eval.tables.aligned import Block
from cadre_eval.tables.entering import Entering
from cadre_eval.tables.kernel import Scored
from cadre_eval.tables.marks import Marks
from cadre_eval.tables.polls import Polls
from cadre_eval.tables.roster import Coded, RosterTable
from cadre_eval.tables.tallied import Tallied
from cadre_eval.tables.transfers import Moves
from cadre_eval.tables.votes import Votes


def tallied_of(tallied: Tallied, block: Block) -> Tallied:
    """The block's rows of the roster, the votes and the marks."""
    own = slice(block.first, block.last)
    votes = Votes(
        block.last - block.first,
        tallied.votes.options,
        {slot: np.ascontiguousarray(counts[:, own]) for slot, counts in tallied.votes.counts.items()},
        _cut(tallied.votes.issued, own),
        _cut(tallied.votes.unsaid, own),
        _cut(tallied.votes.seen, own),
    )
    given = {slot: given.cut(block.first, block.last) for slot, given in tallied.marks.given.items()}
    marks = Marks(tallied.marks.values, given, _cut(tallied.marks.seen, own))
    polls = Polls(_cut(tallied.polls.states, own))
    return Tallied(_roster(tallied.roster, block), tallied.days, votes, marks, polls)


def _cut(arrays: Mapping[Any, Array], own: slice) -> dict[Any, Array]:
    return {key: array[own].copy() for key, array in arrays.items()}


def _roster(roster: RosterTable, block: Block) -> RosterTable:
    own = slice(block.first, block.last)
    coded = {key: _coded(found, own) for key, found in roster.coded.items()}
    names = {
        key: {word: named[word] for word in coded[key].words if word in named}
        for key, named in roster.unit_names.items()
    }
    cadres = _column(roster.cadres, own)
    postings = cadres if roster.postings is roster.cadres else _column(roster.postings, own)
    people = cadres if roster.names is roster.cadres else _column(roster.names, own)
    targets = {fact: values.taken(own) for fact, values in roster.targets.items()}
    moves = None if roster.moves is None else _moves(roster.moves, block)
    return RosterTable(
        postings, cadres, people, coded, names, roster.starts[own].copy(), roster.terms[own].copy(),
        roster.ended[own].copy(), roster.ends[own].copy(), targets, moves,
    )  # fmt: skip


def _column(column: pa.Array, own: slice) -> pa.Array:
    """A slice with buffers of its own: the others are not sent along."""
    return pa.concat_arrays([column.slice(own.start, own.stop - own.start), column.slice(0, 0)])


def _coded(coded: Coded, own: slice) -> Coded:
    used, codes = distinct(coded.codes[own])
    return Coded(codes, [coded.words[code] for code in used.tolist()])


def _moves(moves: Moves, block: Block) -> Moves:
    first, last = np.searchsorted(moves.rows, [block.first, block.last]).tolist()
    own = slice(first, last)
    origins, origin = _words(moves.origins, moves.origin[own])
    receivers, receiver = _words(moves.receivers, moves.receiver[own])
    days = {name: numbers[own].copy() for name, numbers in moves.days.items()}
    return Moves(
        moves.rows[own] - block.first, moves.relations[own].copy(), origins, receivers, origin, receiver, days
    )


def _words(words: Any, codes: Array) -> tuple[list[str], Array]:
    used, at = distinct(codes)
    return [words[code] for code in used.tolist()], at


def entering_of(entering: Entering, block: Block) -> Entering:
    own = slice(block.first, block.last)
    cadre = entering.cadre[own]
    return Entering(
        entering.touches[own].copy(), cadre - (int(cadre[0]) if len(cadre) else 0), entering.simple[own].copy()
    )


def district_of(district: Collection[str], tallied: Tallied) -> frozenset[str]:
    """The district's units a slice knows of."""
    roster = tallied.roster
    words = {word for coded in roster.coded.values() for word in coded.words}
    if roster.moves is not None:
        words |= {*roster.moves.receivers, *roster.moves.origins}
    return frozenset(word for word in words if word in district)


def put_back(scored: Scored, block: Block) -> Scored:
    """A block scored on its own, with its rows where they belong."""
    return evolve(
        scored,
        block=block,
        rows=scored.rows + block.first,
        postings=scored.postings + block.first,
        open_totals={row + block.first: totals for row, totals in scored.open_totals.items()},
    )
