"""Ballot sheets (多人选票): one ballot rates several people. They are read once, and give each person their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import evolve, frozen

from cadre_eval.errors import Problems, Text
from cadre_eval.model.periods import Period
from cadre_eval.model.postings import Posting
from cadre_eval.model.records import Dossier, FactState, ReviewRecord, Sheet
from cadre_eval.reading.scalars import PlacedWord
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan
from cadre_eval.scoring.eligibility import by_length
from cadre_eval.workspace.documents import BallotsDoc, SheetDoc
from cadre_eval.workspace.dossiers import MarkReader
from cadre_eval.workspace.roster import Roster
from cadre_eval.workspace.shapes import shapes_of

BLANK = "-"


@frozen(eq=False)
class Filled:
    """A sheet that was read: the review and class it gives marks to, and the posting of each column."""

    review: str
    reviewers: str
    period: str
    postings: tuple[str, ...]
    sheet: Sheet
    held_on: date | None


def read_sheet(
    doc: SheetDoc, rules: CompiledRuleset, plan: PeriodPlan, period: Period, roster: Roster, problems: Problems
) -> Filled | None:
    """The sheet, or None with every problem noted."""
    postings = [_posting(person, period, roster, problems) for person in doc.people] if roster.known else []
    sheet = read_ballots(doc, plan, problems)
    if sheet is None or any(posting is None for posting in postings):
        return None
    ids = tuple(posting.id for posting in postings if posting is not None)
    return Filled(doc.sheet, doc.reviewers, period.id, ids, sheet, doc.held_on)


def read_ballots(doc: BallotsDoc, plan: PeriodPlan, problems: Problems) -> Sheet | None:
    """The ballots of a sheet, held against the review they are for; None with every problem noted."""
    before = len(problems)
    shape = shapes_of(plan).reviews
    if not problems.known(doc.sheet, shape, doc.at.value("sheet"), Text("评议", "review")):
        return None
    review = shape[doc.sheet]
    if not review.any_class:
        problems.known(doc.reviewers, review.marks, doc.at.value("reviewers"), Text("评议主体", "class of reviewers"))
    _check_people(doc.people, problems)
    marks = MarkReader(review.allowed(doc.reviewers, ""), problems)
    rows = []
    for row in doc.ballots:
        if len(row) != len(doc.people):
            where = row[0].span if row else doc.at.key("ballots")
            problems.add("CE613", where, marks=str(len(row)), people=str(len(doc.people)))
        rows.append(tuple(None if text == BLANK else marks.read(str(text), text.span) for text in row))
    if doc.issued is not None and len(rows) > doc.issued:
        problems.add("CE606", doc.at.value("issued"), cast=str(len(rows)), issued=str(doc.issued))
    people = tuple(str(person) for person in doc.people)
    return (
        Sheet(people, tuple(sorted(rows, key=_row_order)), doc.issued, doc.at.span)
        if len(problems) == before
        else None
    )


def _row_order(row: tuple[Fraction | str | None, ...]) -> list[tuple[int, Fraction, str]]:
    """The order ballots were written in never matters, and could tell who cast them."""
    zero = Fraction(0)
    return [(0, zero, "") if m is None else (1, m, "") if isinstance(m, Fraction) else (2, zero, m) for m in row]


def _check_people(people: Sequence[PlacedWord], problems: Problems) -> None:
    first: dict[str, PlacedWord] = {}
    for person in people:
        if first.setdefault(str(person), person) is not person:
            also = [(Text("第一次写在这里", "first written here"), first[str(person)].span)]
            problems.add("CE306", person.span, id=str(person), also=also)


def _posting(person: PlacedWord, period: Period, roster: Roster, problems: Problems) -> Posting | None:
    """The person's posting of the period, the longest if there are several."""
    if not problems.known(person, roster.cadres, person.span, Text("驻村干部", "cadre"), guess=False):
        return None
    touching = by_length(roster.postings_of(str(person)), period.days)
    if not touching:
        problems.add("CE608", person.span, cadre=roster.cadres[str(person)].name, period=period.id)
        return None
    return touching[0]


def check_copies(sheets: Sequence[Filled], problems: Problems) -> None:
    """A sheet entered twice would count every ballot twice."""
    first: dict[object, Filled] = {}
    for filled in sorted(sheets, key=_place_of):
        held = (filled.review, filled.reviewers, filled.period, filled.sheet.people, filled.sheet.ballots)
        other = first.setdefault(held, filled)
        if other is not filled and filled.sheet.ballots and filled.sheet.span and other.sheet.span:
            also = [(Text("另一份", "the other one"), other.sheet.span)]
            problems.add("CE614", filled.sheet.span, also=also)


def _place_of(filled: Filled) -> tuple[str, int, int]:
    return filled.sheet.span.sort_key if filled.sheet.span else ("", 0, 0)


def with_sheets(
    dossiers: Mapping[tuple[str, str], Dossier], sheets: Sequence[Filled]
) -> dict[tuple[str, str], Dossier]:
    """The dossiers with the marks of the sheets; a person without a dossier gets one that holds just these."""
    found = dict(dossiers)
    for filled in sorted(sheets, key=_place_of):
        for column, posting in enumerate(filled.postings):
            key = (posting, filled.period)
            found[key] = with_column(found.get(key, Dossier(filled.period)), filled, column)
    return found


def with_column(dossier: Dossier, filled: Filled, column: int) -> Dossier:
    """The dossier with one column of a sheet among the marks of its review."""
    record = dossier.reviews.get(filled.review, ReviewRecord(span=filled.sheet.span))
    if record.state is not FactState.PRESENT:
        return dossier  # the dossier says that the person was not reviewed
    given = [row[column] for row in filled.sheet.ballots]
    marks = {of: dict(questions) for of, questions in record.marks.items()}
    own = marks.setdefault(filled.reviewers, {})
    own[""] = (*own.get("", ()), *(mark for mark in given if mark is not None))
    sheets = dict(record.sheets)
    sheets[filled.reviewers] = (*sheets.get(filled.reviewers, ()), (filled.sheet, column))
    days = [day for day in (record.held_on, filled.held_on) if day is not None]
    changed = evolve(record, marks=marks, sheets=sheets, held_on=max(days, default=None))
    reviews = {**dossier.reviews, filled.review: changed}
    return evolve(dossier, reviews=reviews, span=dossier.span or filled.sheet.span)
