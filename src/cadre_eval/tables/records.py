"""Rows of the tables as the records one cadre is scored by."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cadre_eval.columns.batch import LACKING, PRESENT, Numbers, Values
from cadre_eval.errors import Source, Span
from cadre_eval.model.records import (
    Count,
    Dossier,
    EarlierTotal,
    ExternalScore,
    Fact,
    FactState,
    FactValue,
    ReviewRecord,
    Sample,
    SurveyRecord,
    Tally,
)
from cadre_eval.scoring.subject import Subject

if TYPE_CHECKING:
    from cadre_eval.tables.batch import TableBatch

STATES = {code: state for state, code in LACKING.items()}


class Records:
    """Makes the records of a batch's rows."""

    def __init__(self, batch: TableBatch) -> None:
        self.batch, self.tallied = batch, batch.tallied

    def subject(self, row: int) -> Subject:
        batch = self.batch
        posting = self.tallied.roster.posting(batch.first + row)
        return Subject(posting, batch.period, batch.as_of, self.dossier(row), batch.rules)

    def dossier(self, row: int) -> Dossier:
        batch = self.batch
        facts = {name: fact for name, values in batch.facts.facts.items() if (fact := self._fact(name, values, row))}
        externals = {name: self._external(values, row) for name, values in batch.facts.externals.items()}
        earlier = {key: EarlierTotal(total) for key, values in batch.facts.earlier.items()
                   if _state(values, row) == PRESENT and (total := _number(values.numbers, row)) is not None}  # fmt: skip
        at = batch.first + row
        place = Span(Source("facts"), at + 1, 1) if facts else None
        return Dossier(batch.period.id, facts, self._reviews(at), self._surveys(at), externals, earlier, {}, place)

    def _fact(self, name: str, values: Values, row: int) -> Fact | None:
        state = _state(values, row)
        if state != PRESENT:
            return Fact(STATES[state])
        return Fact(FactState.PRESENT, self._value(name, values, row))

    def _value(self, name: str, values: Values, row: int) -> FactValue:
        doc = self.batch.rules.facts[name]
        if doc.type == "sample":
            checked, passed = (int(_number(values.words[part], row) or 0) for part in ("checked", "passed"))
            return Sample(checked, passed)
        if doc.type == "choices":
            return frozenset(word for word, numbers in values.words.items() if _number(numbers, row))
        number = _number(values.numbers, row) or Fraction(0)
        if doc.type == "flag":
            return bool(number)
        return doc.options[int(number)] if doc.type == "choice" else number

    def _external(self, values: Values, row: int) -> ExternalScore:
        state = _state(values, row)
        return ExternalScore(_number(values.numbers, row) if state == PRESENT else None, STATES[state])

    def _reviews(self, at: int) -> dict[str, ReviewRecord]:
        found: dict[str, ReviewRecord] = {}
        for record in {*self.tallied.marks.seen, *self.tallied.polls.states}:
            state = STATES[int(self.tallied.review_state(record)[at])]
            marks: dict[str, dict[str, Any]] = {}
            for slot in self.tallied.marks.slots(record) if state is FactState.PRESENT else ():
                own = self.tallied.marks.at(slot, at)
                if own:
                    marks.setdefault(slot[1], {})[slot[2]] = own
            found[record] = ReviewRecord(marks, state)
        return found

    def _surveys(self, at: int) -> dict[str, SurveyRecord]:
        found: dict[str, SurveyRecord] = {}
        for record, options in self.tallied.votes.options.items():
            state = STATES[int(self.tallied.survey_state(record)[at])]
            tallies = self._tallies(record, options, at) if state is FactState.PRESENT else ()
            found[record] = SurveyRecord(tuple(tallies), state)
        return found

    def _tallies(self, record: str, options: tuple[str, ...], at: int) -> list[Tally]:
        """One for each class that has anything on record."""
        votes = self.tallied.votes
        by_class: dict[str, dict[str, Count]] = {}
        for (name, own, question), counts in sorted(votes.counts.items()):
            if name == record:
                numbers = [int(x) for x in counts[:, at]]
                count = Count(dict(zip(options, numbers, strict=False)), numbers[-2], numbers[-1])
                by_class.setdefault(own, {})[question] = count
        found = []
        for own, questions in by_class.items():
            issued, unsaid = self._issued(record, own, at)
            if issued or unsaid or any(count.cast for count in questions.values()):
                found.append(Tally(own, questions, None if unsaid else issued))
        return found

    def _issued(self, record: str, own: str, at: int) -> tuple[int, int]:
        """Ballots issued to a class, and how many rows do not say."""
        issued, unsaid = self.tallied.issued(record, own)
        return int(issued[at]), int(unsaid[at])


def _state(values: Values, row: int) -> int:
    return PRESENT if values.state is None else int(values.state[row])


def _number(numbers: Numbers | None, row: int) -> Fraction | None:
    return None if numbers is None else numbers.at(row)
