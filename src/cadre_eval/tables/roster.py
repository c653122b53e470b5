"""The roster table: one row a posting, in the order of cadre and posting, with everything that separates pools as codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from string import ascii_letters, digits

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field, frozen

from cadre_eval.columns.batch import Values
from cadre_eval.columns.integers import Array
from cadre_eval.columns.ordering import distinct_rows
from cadre_eval.errors import Problems, Text
from cadre_eval.model.dates import Days
from cadre_eval.model.people import Cadre, Host, SendingUnit, Township
from cadre_eval.model.postings import Posting
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.scalars import parse_id, parse_positive
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.tables.cells import SHOWN, T, cell, cells_of, few, parsed
from cadre_eval.tables.columns_of import ROSTER, ROSTER_NEEDED
from cadre_eval.tables.facts import UNREAD, day_at, day_numbers
from cadre_eval.tables.kinds import is_text
from cadre_eval.tables.numbers import look_up, taken, whole
from cadre_eval.tables.roles import NUMBER, check_columns
from cadre_eval.tables.transfers import Moves

ROLES = ("first-secretary", "team-member")
LAST = date.max.toordinal() - 1
KEYS = ("category", "role", "township", "host", "sending_unit")
PLAIN = np.isin(np.arange(256), [ord(c) for c in f"-_{digits}{ascii_letters}"])
"""Which bytes are characters of a code that is all ASCII."""


@frozen(eq=False)
class Coded:
    """A column of ids: which of ``words`` each row has; ``words`` are in order, so codes compare as they do."""

    codes: Array
    words: Sequence[str]

    def at(self, row: int) -> str:
        return self.words[int(self.codes[row])]


@define(eq=False)
class RosterTable:
    """Postings by row. ``starts`` and ``ends`` are day ordinals, as known on the day of knowledge."""

    postings: pa.Array
    cadres: pa.Array
    names: pa.Array
    coded: Mapping[str, Coded]
    unit_names: Mapping[str, Mapping[str, str]]
    starts: Array
    terms: Array
    ended: Array
    ends: Array
    targets: Mapping[str, Values]
    moves: Moves | None = None
    known: dict[int, Posting] = field(factory=dict)

    @property
    def rows(self) -> int:
        return len(self.postings)

    def posting(self, row: int) -> Posting:
        """The posting of a row as a record."""
        if row not in self.known:
            self.known[row] = self._posting(row)
        return self.known[row]

    def _posting(self, row: int) -> Posting:
        coded = {key: self.coded[key].at(row) for key in KEYS}
        name = self.unit_names
        township = Township(coded["township"], name["township"].get(coded["township"], coded["township"]))
        host = Host(coded["host"], name["host"].get(coded["host"], coded["host"]), township)
        unit = SendingUnit(
            coded["sending_unit"], name["sending_unit"].get(coded["sending_unit"], coded["sending_unit"])
        )
        cadre = Cadre(self.cadres[row].as_py(), self.names[row].as_py(), coded["category"])
        return Posting(
            self.postings[row].as_py(), cadre, host, coded["role"], unit, date.fromordinal(int(self.starts[row])),
            day_at(self.terms[row]), day_at(self.ended[row]), None, (),
            {fact: target for fact, values in self.targets.items() if (target := _target(values, row)) is not None},
            {} if self.moves is None else self.moves.of(row),
        )  # fmt: skip

    def served(self, days: Days) -> Array:
        """Days of each posting within some days; 0 where it does not touch them."""
        first, last = days.first.toordinal(), days.last.toordinal()
        return np.asarray(np.maximum(0, np.minimum(self.ends, last) - np.maximum(self.starts, first) + 1))

    def pools(self, keys: Sequence[str], rows: Array) -> Array:
        """A number for each different combination of keys, in their order, for some rows."""
        if not keys:
            return np.zeros(len(rows), dtype=np.int64)
        return distinct_rows([coded.codes[rows] for coded in self.coded_by(keys)])[1]

    def coded_by(self, keys: Sequence[str]) -> list[Coded]:
        """The columns of keys as rules call them."""
        return [self.coded[key.replace("-", "_")] for key in keys]

    @property
    def cadre_numbers(self) -> Array:
        """A number for each row's cadre, in their order."""
        if self.cadres is self.postings or not self.rows:
            return np.arange(self.rows)
        new = pc.not_equal(self.cadres[1:], self.cadres[:-1]).to_numpy(zero_copy_only=False)
        return np.concatenate([[0], np.cumsum(new)])


def _target(values: Values, row: int) -> Fraction | None:
    if values.numbers is None or (values.state is not None and values.state[row]):
        return None
    return values.numbers.at(row)


class RosterReader:
    """Reads the roster table."""

    def __init__(self, rules: CompiledRuleset, as_of: date, problems: Problems) -> None:
        self.rules, self.as_of, self.problems = rules, as_of, problems

    def read(self, table: pa.Table, file: str) -> RosterTable | None:
        """The roster, sorted; None with problems noted."""
        before = len(self.problems)
        self.file = file
        self._check(table)
        if len(self.problems) > before:
            return None
        self.table = table
        cadres = self._ids("cadre")
        postings = self._ids("posting") if "posting" in table.column_names else cadres
        coded = {key: self._coded(key) for key in KEYS}
        self._known_words(coded)
        days = {name: self._days(name) for name in ("from", "to", "ended")}
        targets = {
            name.removeprefix("target."): self._target(name)
            for name in table.column_names
            if name.startswith("target.")
        }
        names = pc.coalesce(self._text("name"), cadres) if "name" in table.column_names else cadres
        units = {key: self._unit_names(key, coded[key]) for key in ("host", "township", "sending_unit")}
        self._dates(days)
        order = self._order(cadres, postings)
        if len(self.problems) > before:
            return None
        found = _built(postings, cadres, names, coded, units, days, targets, self.as_of)
        in_order = found if order is None else _sorted(found, order)
        lasts = np.where(days["ended"] > 0, days["ended"], np.where(days["to"] > 0, days["to"], LAST))
        rows = np.arange(found.rows) if order is None else order
        self._check_overlaps(in_order, lasts[rows], rows)
        return None if len(self.problems) > before else in_order

    def _check_overlaps(self, roster: RosterTable, lasts: Array, rows: Array) -> None:
        """The postings of a cadre follow one another; ``rows`` says where each stands in the table."""
        if roster.rows < 2 or roster.cadres is roster.postings:
            return
        cadre = roster.cadre_numbers
        again = cadre[1:] == cadre[:-1]
        if not again.any():
            return
        self._check_categories(roster, again, rows)
        at = np.lexsort((roster.starts, cadre))
        both = (cadre[at][1:] == cadre[at][:-1]) & (roster.starts[at][1:] <= lasts[at][:-1])
        for one, other in zip(at[:-1][both][:SHOWN].tolist(), at[1:][both][:SHOWN].tolist(), strict=True):
            places = [cell(self.file, int(rows[i]) + 1, "from", str(day_at(roster.starts[i]))) for i in (one, other)]
            last = "…" if lasts[one] >= LAST else str(day_at(lasts[one]))
            also = [(Text("另一个派驻", "the other posting"), places[0])]
            self.problems.add("CE604", places[1], cadre=roster.names[other].as_py(), last=last, also=also)

    def _check_categories(self, roster: RosterTable, again: Array, rows: Array) -> None:
        """A cadre is of one category: who is of two is two people."""
        codes = roster.coded["category"].codes
        for one in np.flatnonzero(again & (codes[1:] != codes[:-1]))[:SHOWN].tolist():
            name = roster.cadres[one].as_py()
            places = [cell(self.file, int(rows[i]) + 1, "cadre", name) for i in (one, one + 1)]
            also = [(Text("另一个派驻", "the other posting"), places[0])]
            self.problems.add("CE306", places[1], id=name, also=also)

    def _check(self, table: pa.Table) -> None:
        targets = {f"target.{fact}": NUMBER for fact in self.rules.facts}
        columns = {field.name: field.type for field in table.schema}
        check_columns(columns, ROSTER | targets, ROSTER_NEEDED, self.file, self.problems)

    def _column(self, name: str) -> pa.Array:
        """A column in one piece; dictionaries are made one first."""
        column = self.table.column(name)
        if not column.num_chunks:
            return pa.array([], column.type)
        return column.unify_dictionaries().combine_chunks() if column.num_chunks > 1 else column.chunk(0)

    def _text(self, name: str) -> pa.Array:
        """A column of words, a word a row: written out chunk by chunk, since hardly any comes twice."""
        column = self.table.column(name)
        if pa.types.is_dictionary(column.type):
            chunks = [chunk.dictionary_decode() for chunk in column.chunks]
            column = pa.chunked_array(chunks, column.type.value_type)
        column = column if pa.types.is_string(column.type) else pc.cast(column, pa.string())
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)

    def _ids(self, name: str) -> pa.Array:
        column = self._text(name)
        if column.null_count:
            row = int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
            self.problems.add("CE202", cell(self.file, row + 1, name, ""), expected=Text("代码", "id"))
        # A code is checked by its letters once for all rows; the few that look odd are told one by one.
        read = few(self.problems, partial(self._parsed, parse_id, name))
        for row in np.flatnonzero(_odd(column)).tolist():
            read(column[row].as_py(), row)
        return column

    def _parsed(self, parse: Callable[[str], T], name: str, text: str, row: int) -> T | None:
        return parsed(parse, text, cell(self.file, row + 1, name, text), self.problems)

    def _coded(self, name: str) -> Coded:
        column = self._column(name)
        column = column if is_text(column.type) else pc.cast(column, pa.string())
        found = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
        codes = pc.cast(found.indices, pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
        words = found.dictionary.cast(pa.string())
        codes, words = _used(codes, words)
        if len(codes) and int(codes.min()) < 0:
            row = int(np.argmin(codes))
            self.problems.add("CE202", cell(self.file, row + 1, name, ""), expected=Text("代码", "id"))
        read = few(self.problems, partial(self._parsed, parse_id, name))
        for code in np.flatnonzero(_odd(words)).tolist():
            read(words[code].as_py(), int(np.argmax(codes == code)))
        if _ascending(words):
            return Coded(codes, words.to_pylist())
        order = pc.sort_indices(words).to_numpy()
        in_order = words.take(pa.array(order))
        new = np.concatenate([[True], pc.not_equal(in_order[1:], in_order[:-1]).to_numpy(zero_copy_only=False)])
        place = np.zeros(len(words) + 1, dtype=np.int32)
        place[order] = np.cumsum(new) - 1
        return Coded(place[codes], in_order.filter(pa.array(new)).to_pylist())

    def _known_words(self, coded: Mapping[str, Coded]) -> None:
        for key, allowed, what in (
            ("category", tuple(self.rules.categories), Text("人员类别", "category")),
            ("role", ROLES, Text("职务", "role")),
        ):
            strange = [n for n, word in enumerate(coded[key].words if allowed else ()) if word not in allowed]
            for number in strange[:SHOWN]:
                word, row = coded[key].words[number], int(np.argmax(coded[key].codes == number))
                self.problems.known(word, allowed, cell(self.file, row + 1, key, word), what)

    def _days(self, name: str) -> Array:
        if name not in self.table.column_names:
            return np.zeros(self.table.num_rows, dtype=np.int64)
        return day_numbers(self._column(name), self.problems, cells_of(self.file, 1, name))

    def _target(self, name: str) -> Values:
        column = self._column(name)
        if pa.types.is_null(column.type):
            return Values(None)
        if is_text(column.type):
            codes, meaning = look_up(column, few(self.problems, partial(self._parsed, parse_positive, name)))
            number = taken([Fraction(0) if x is None else x for x in meaning], codes)
        else:
            number = whole(column)
            null = number.null if number.null is not None else np.zeros(len(column), dtype=bool)
            for row in np.flatnonzero((number.array <= 0) & ~null)[:SHOWN].tolist():
                text = number_text(Fraction(int(number.array[row])) * number.step)
                self._parsed(parse_positive, name, text, row)
        state = None if number.null is None or not number.null.any() else number.null.astype(np.uint8)
        return Values(number.numbers(name, (Fraction(0), None)), state)

    def _unit_names(self, key: str, coded: Coded) -> Mapping[str, str]:
        if f"{key}.name" not in self.table.column_names:
            return {}
        names = self._text(f"{key}.name")
        _, firsts = np.unique(coded.codes, return_index=True)
        found = {coded.at(row): names[row].as_py() for row in firsts.tolist()}
        return {code: name for code, name in found.items() if name is not None}

    def _dates(self, days: Mapping[str, Array]) -> None:
        for row in np.flatnonzero(days["from"] == 0)[:SHOWN].tolist():
            self.problems.add("CE202", cell(self.file, row + 1, "from", ""), expected=Text("日期", "date"))
        for row in np.flatnonzero((days["to"] > UNREAD) & (days["to"] < days["from"]))[:SHOWN].tolist():
            self.problems.add("CE431", cell(self.file, row + 1, "to", str(day_at(days["to"][row]))))
        ended = days["ended"]
        odd = (ended > UNREAD) & ((ended < days["from"]) | ((days["to"] > UNREAD) & (ended > days["to"])))
        for row in np.flatnonzero(odd)[:SHOWN].tolist():
            first, last = day_at(days["from"][row]), day_at(days["to"][row])
            place = cell(self.file, row + 1, "ended", str(day_at(ended[row])))
            self.problems.add("CE601", place, first=str(first), last=str(last or "…"))

    def _order(self, cadres: pa.Array, postings: pa.Array) -> Array | None:
        """The rows by cadre and posting; None if they are in that order. A posting twice is a problem."""
        if cadres is postings and _ascending(cadres):
            return None
        keys = pa.table({"cadre": cadres, "posting": postings})
        order = pc.sort_indices(keys, sort_keys=[("cadre", "ascending"), ("posting", "ascending")]).to_numpy()
        by_posting = postings.take(pc.sort_indices(postings))
        if not _ascending(by_posting):
            counted = pc.value_counts(postings)
            again = counted.filter(pc.greater(pc.struct_field(counted, "counts"), 1)).to_pylist()
            for entry in [entry for entry in again if entry["values"] is not None][:SHOWN]:
                rows = np.flatnonzero(pc.equal(postings, entry["values"]).to_numpy(zero_copy_only=False))
                self.problems.add(
                    "CE306", cell(self.file, int(rows[1]) + 1, "posting", entry["values"]), id=entry["values"]
                )
        return None if (order == np.arange(len(order))).all() else np.asarray(order)


def _used(codes: Array, words: pa.Array) -> tuple[Array, pa.Array]:
    """Codes of the words that occur; one for none at all is none."""
    there = np.bincount(codes[codes >= 0], minlength=len(words)) > 0
    if words.null_count:
        there &= ~words.is_null().to_numpy(zero_copy_only=False)
    if there.all():
        return codes, words
    place = np.full(len(words) + 1, -1, dtype=np.int32)
    place[:-1][there] = np.arange(int(there.sum()))
    return place[codes], words.filter(pa.array(there))


def _odd(column: pa.Array) -> Array:
    """Texts that may not be a code. Those of ASCII letters and digits alone are told by their bytes."""
    if _plain(column):
        return np.zeros(len(column), dtype=bool)
    sound = pc.match_substring_regex(column.fill_null("x"), r"^[\p{L}\p{N}][\p{L}\p{N}_\-]{0,63}$")
    return np.asarray(pc.invert(sound).to_numpy(zero_copy_only=False))


def _plain(column: pa.Array) -> bool:
    """Whether every text is 1 to 64 plain characters, the first a letter or digit."""
    if not pa.types.is_string(column.type) or column.null_count or not len(column):
        return False
    _, offsets, words = column.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    letters = np.frombuffer(words or b"", dtype=np.uint8)
    lengths = np.diff(ends)
    if int(lengths.min()) < 1 or int(lengths.max()) > 64 or not PLAIN[letters[ends[0] : ends[-1]]].all():
        return False
    first = letters[ends[:-1]]
    return not bool(((first == ord("-")) | (first == ord("_"))).any())


def _ascending(column: pa.Array) -> bool:
    return len(column) < 2 or bool(pc.all(pc.less(column[:-1], column[1:])).as_py())


def _built(
    postings: pa.Array, cadres: pa.Array, names: pa.Array, coded: Mapping[str, Coded],
    units: Mapping[str, Mapping[str, str]], days: Mapping[str, Array], targets: Mapping[str, Values], as_of: date,
) -> RosterTable:  # fmt: skip
    ended = np.where(days["ended"] > as_of.toordinal(), 0, days["ended"])  # an end still to come is not known
    ends = np.where(ended > 0, ended, np.where(days["to"] > 0, days["to"], LAST))
    return RosterTable(postings, cadres, names, coded, units, days["from"], days["to"], ended, ends, targets)


def _sorted(found: RosterTable, order: Array) -> RosterTable:
    coded = {key: Coded(own.codes[order], own.words) for key, own in found.coded.items()}
    targets = {name: values.taken(order) for name, values in found.targets.items()}
    at = pa.array(order)
    return RosterTable(
        found.postings.take(at), found.cadres.take(at), found.names.take(at), coded, found.unit_names,
        found.starts[order], found.terms[order], found.ended[order], found.ends[order], targets,
    )  # fmt: skip
