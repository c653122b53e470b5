"""A workspace's records of a period as the tables that are assessed by columns, to the last digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
from attrs import frozen

from cadre_eval.errors import as_text
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Count, Dossier, Fact, FactState, ReviewRecord, Sample, SurveyRecord, Tally
from cadre_eval.model.transfers import Transfer, as_known
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reading.scalars import BadScalar, parse_number
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.eligibility import Entrant
from cadre_eval.tables.columns_of import POLLS, REVIEWS, ROSTER, TALLIES, TRANSFERS
from cadre_eval.workspace.assessing import entrants_of
from cadre_eval.workspace.dossiers import ABSTAIN, INVALID
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.shapes import shapes_of

Row = dict[str, Any]
TERM = ("from", "to", "ended")
DAYS = ("effective", "released", "returned", "known_on", "held_on")
WHOLE = ("count", "issued", ABSTAIN, INVALID)
MOST_WHOLE = 2**63


def tables_of(workspace: Workspace, period: str, as_of: date | None = None) -> dict[str, pa.Table]:
    """The records of a period, as known on a day (the period's last unless given), as the tables ``roster``, ``transfers``,
    ``facts``, ``reviews``, ``tallies`` and ``polls``. Assessed as of that day they give what ``assess`` gives.

    What was derived from supervision, and what appeals corrected, is written as any other record. Tables cannot say
    everything, and what they cannot say is left out: evidence, reasons of facts, who issued a score, duties; which
    ballots of a sheet belong together (the marks are there); that a transfer, a posting or its end became known late, or
    that a transfer was withdrawn (what is believed on the day is there, and nothing else); that a party relation does
    not apply; which of a review and a survey of one name is meant where neither has marks or votes.

    Units that no posting names are not in tables: where one of the district's holds a relation it is the district, where
    any other does it is another sending unit.

    Raises:
        UsageError: there is no such period.
    """
    rules, plan, found = workspace.period(period)
    day = as_of or found.days.last
    entrants = entrants_of(workspace, found, rules, day)
    roster = workspace.roster
    return tables_of_entrants(rules, plan, found, day, entrants, roster.district.id, roster.own_units)


def tables_of_entrants(
    rules: CompiledRuleset, plan: PeriodPlan, period: Period, as_of: date, entrants: Sequence[Entrant], district: str,
    own_units: Collection[str] = (),
) -> dict[str, pa.Table]:  # fmt: skip
    """The tables of some cadres; ``own_units`` are those of the district besides the hosts and townships of the rows."""
    every = sorted((pair for e in entrants for pair in e.postings), key=lambda pair: (pair[0].cadre.id, pair[0].id))
    units = _Units.of([posting for posting, _ in every], district, own_units)
    moves = [row for posting, _ in every for row in _moves(posting, as_of, units)]
    surveys = shapes_of(plan).surveys
    options = list(dict.fromkeys(option for shape in surveys.values() for option in shape.options))
    tallies = [row for posting, dossier in every for row in _tallies(posting, dossier, plan)]
    targets = [f"target.{fact}" for fact in rules.facts if any(p.target(fact, period.key) for p, _ in every)]
    return {
        "roster": _table([_posting(p, period, as_of, rules) for p, _ in every], (*ROSTER, *targets), TERM),
        "transfers": _table(moves, TRANSFERS),
        "facts": _facts(every, rules, plan),
        "reviews": _table([row for p, d in every for row in _marks(p, d)], REVIEWS),
        "tallies": _table(tallies, (*TALLIES, *options), whole=(*options, *WHOLE)),
        "polls": _table([row for p, d in every for row in _polls(p, d)], POLLS),
    }


def _table(
    rows: Sequence[Row], columns: Iterable[str], days: Sequence[str] = DAYS, whole: Sequence[str] = WHOLE
) -> pa.Table:
    kinds = {name: pa.date32() if name in days else pa.int64() if name in whole else pa.string() for name in columns}
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in kinds.items()})


def exact_text(number: Fraction) -> str:
    """A number as it is read again: with ``%`` where a plain decimal would be too long."""
    text = number_text(number)
    try:
        parse_number(text)
    except BadScalar:
        return number_text(number, percent=True)
    return text


# ── postings and their transfers ──────────────────────────────────────────


def _posting(posting: Posting, period: Period, as_of: date, rules: CompiledRuleset) -> Row:
    """An end still to come but known already is as good as agreed."""
    host, unit, cadre = posting.host, posting.sending_unit, posting.cadre
    over = posting.ended is not None and posting.ended <= as_of
    targets = {fact: posting.target(fact, period.key) for fact in rules.facts}
    return {
        "posting": posting.id, "cadre": cadre.id, "name": cadre.name, "category": cadre.category, "role": posting.role,
        "host": host.id, "host.name": host.name, "township": host.township.id, "township.name": host.township.name,
        "sending_unit": unit.id, "sending_unit.name": unit.name, "from": posting.start,
        "to": posting.term_end if over else posting.ended or posting.term_end, "ended": posting.ended if over else None,
        **{f"target.{fact}": exact_text(target) for fact, target in targets.items() if target is not None},
    }  # fmt: skip


@frozen
class _Units:
    """The units that the roster's rows name, and who stands for the others."""

    named: frozenset[str]
    own: frozenset[str]
    district: str
    sending: tuple[str, ...]

    @classmethod
    def of(cls, postings: Sequence[Posting], district: str, own: Collection[str]) -> _Units:
        sending = {posting.sending_unit.id for posting in postings}
        hosts = {unit for posting in postings for unit in (posting.host.id, posting.host.township.id)}
        return cls(frozenset({district, *hosts, *sending}), frozenset(own), district, tuple(sorted(sending)))

    def named_as(self, unit: str, home: str) -> str:
        """The unit as the tables name it; ``home`` is the posting's sending unit."""
        if unit in self.named:
            return unit
        return self.district if unit in self.own else next((s for s in self.sending if s != home), home)


def _moves(posting: Posting, as_of: date, units: _Units) -> Iterator[Row]:
    for relation, every in posting.moves.items():
        for move in as_known(every, as_of):
            yield {"posting": posting.id, "relation": relation, **_move(move, posting.sending_unit.id, units)}


def _move(move: Transfer, home: str, units: _Units) -> Row:
    return {
        "from": None if move.origin is None else units.named_as(move.origin, home),
        "to": units.named_as(move.receiver, home),
        "effective": move.effective,
        "released": move.released if move.released != move.effective else None,
        "returned": move.returned,
        "known_on": move.known_on if move.known_on != move.effective else None,
    }


# ── facts ─────────────────────────────────────────────────────────────────


def _facts(every: Sequence[tuple[Posting, Dossier]], rules: CompiledRuleset, plan: PeriodPlan) -> pa.Table:
    columns: dict[str, pa.Array] = {"posting": pa.array([posting.id for posting, _ in every], pa.string())}
    for name, doc in rules.facts.items():
        columns |= _fact(name, doc, [dossier.facts.get(name) for _, dossier in every])
    for record in shapes_of(plan).externals:
        found = [dossier.externals.get(record) for _, dossier in every]
        scores = [None if e is None or e.score is None else exact_text(e.score) for e in found]
        columns[f"external.{record}"] = pa.array(scores, pa.string())
        columns |= _beside(f"external.{record}", [(e.state, e.issued_on) if e is not None else None for e in found])
    for key in plan.combine:
        if key != plan.key:
            totals = [dossier.earlier.get(key) for _, dossier in every]
            texts = [None if total is None else exact_text(total.total) for total in totals]
            columns[f"earlier.{key}"] = pa.array(texts, pa.string())
    return pa.table(columns)


def _fact(name: str, doc: FactDoc, facts: Sequence[Fact | None]) -> dict[str, pa.Array]:
    """The columns of one fact."""
    values = [None if fact is None else fact.value for fact in facts]
    beside = _beside(name, [(fact.state, fact.known_on) if fact is not None else None for fact in facts])
    if doc.type == "sample":
        samples = [value if isinstance(value, Sample) else None for value in values]
        return {
            f"{name}.checked": _whole([None if s is None else s.checked for s in samples]),
            f"{name}.passed": _whole([None if s is None else s.passed for s in samples]),
            **beside,
        }
    return {name: _values(doc, values), **beside}


def _values(doc: FactDoc, values: Sequence[Any]) -> pa.Array:
    if doc.type == "flag":
        return pa.array(values, pa.bool_())
    if doc.type == "choice":
        return pa.array(values, pa.string())
    if doc.type == "choices":
        return pa.array([None if chosen is None else sorted(chosen) for chosen in values], pa.list_(pa.string()))
    if doc.type == "count":
        return _whole(values)
    return pa.array([None if number is None else exact_text(number) for number in values], pa.string())


def _whole(numbers: Sequence[Any]) -> pa.Array:
    """Whole numbers as such; as text where one of them is too large, or not whole after all."""
    known = [Fraction(number) for number in numbers if number is not None]
    if all(number.denominator == 1 and abs(number) < MOST_WHOLE for number in known):
        return pa.array([None if number is None else int(number) for number in numbers], pa.int64())
    return pa.array([None if number is None else exact_text(Fraction(number)) for number in numbers], pa.string())


def _beside(name: str, found: Sequence[tuple[FactState, date | None] | None]) -> dict[str, pa.Array]:
    """What is said beside the values: why one is not there, since when it is known; a column only where there is any."""
    states = [None if f is None or f[0] in {FactState.PRESENT, FactState.MISSING} else f[0].value for f in found]
    days = [None if f is None else f[1] for f in found]
    columns = {}
    if any(states):
        columns[f"{name}.state"] = pa.array(states, pa.string())
    if any(days):
        columns[f"{name}.known_on"] = pa.array(days, pa.date32())
    return columns


# ── reviews and surveys ───────────────────────────────────────────────────


def _marks(posting: Posting, dossier: Dossier) -> Iterator[Row]:
    """Equal marks in one row, with how often each was given."""
    for record, review in dossier.reviews.items():
        for reviewer, questions in review.marks.items():
            for question, marks in questions.items():
                for mark, count in Counter(marks).items():
                    text = mark if isinstance(mark, str) else exact_text(mark)
                    slot = {"record": record, "class": reviewer, "question": question or None}
                    yield {"posting": posting.id, **slot, "mark": text, "count": count}


def _tallies(posting: Posting, dossier: Dossier, plan: PeriodPlan) -> Iterator[Row]:
    for record, survey in dossier.surveys.items():
        asked = sorted(shapes_of(plan).surveys[record].questions)
        for tally in survey.tallies:
            for question in asked:
                yield {"posting": posting.id, "record": record, **_tally(tally, question)}


def _tally(tally: Tally, question: str) -> Row:
    """The ballots issued stand beside every question; a question nobody answered has its row."""
    count = tally.questions.get(question, Count())
    slot = {
        "class": tally.voter_class,
        "question": question or None,
        "channel": tally.channel,
        "issued": tally.issued,
    }
    return {**slot, **count.options, ABSTAIN: count.abstain, INVALID: count.invalid}


def _polls(posting: Posting, dossier: Dossier) -> Iterator[Row]:
    """What the marks and votes do not say of a review or survey."""
    for record in dict.fromkeys((*dossier.reviews, *dossier.surveys)):
        both: list[ReviewRecord | SurveyRecord | None] = [dossier.reviews.get(record), dossier.surveys.get(record)]
        speaking = [found for found in both if found is not None and _is_telling(found)]
        for found in sorted(speaking, key=lambda found: found.state is FactState.PRESENT)[:1]:
            reason = None if found.reason is None else as_text(found.reason).zh
            said = {"state": found.state.value, "reason": reason, "held_on": found.held_on}
            yield {"posting": posting.id, "record": record, **said}


def _is_telling(record: ReviewRecord | SurveyRecord) -> bool:
    """Whether its marks or votes do not say everything."""
    return record.state is not FactState.PRESENT or record.held_on is not None or _is_empty(record)


def _is_empty(record: ReviewRecord | SurveyRecord) -> bool:
    """Whether it leaves no row of its own."""
    if isinstance(record, SurveyRecord):
        return not record.tallies
    return not any(marks for questions in record.marks.values() for marks in questions.values())
