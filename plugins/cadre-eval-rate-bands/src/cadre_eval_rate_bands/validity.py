"""Which ballots of a sheet are void, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from cadre_eval.plugins.api import Sheet, Text, range_text
from cadre_eval_rate_bands.sheet_settings import LimitDoc, SheetParams

Ballot: TypeAlias = "Sequence[Fraction | str | None]"
Sheets: TypeAlias = "Sequence[tuple[Sheet, int]]"
BLANK = Text("空白", "blank")
UNMARKED = Text("有人没有评", "somebody left out")
ALL_EQUAL = Text("各人同分", "the same mark for all")


@frozen
class Counted:
    """The ballots of one class of reviewers, as far as one person is concerned.

    Attributes:
        cast: ballots handed in.
        void: how many of them are void, by the reason.
        marks: the person's marks on valid ballots, in order.
        given: all marks of the person, on void ballots too.
    """

    cast: int
    void: Mapping[Text, int]
    marks: tuple[Fraction, ...]
    given: int

    @property
    def void_share(self) -> Fraction:
        return Fraction(sum(self.void.values()), self.cast) if self.cast else Fraction(0)


def counted(p: SheetParams, sheets: Sheets) -> Counted:
    """The ballots of all sheets, judged one by one; the order they lie in never matters."""
    void: dict[Text, int] = {}
    marks: list[Fraction] = []
    cast = given = 0
    for sheet, column in sheets:
        for ballot in sheet.ballots:
            why, mark = why_void(p, ballot), ballot[column]
            if why == BLANK and p.blank == "left-out":
                continue
            cast += 1
            given += mark is not None
            if why is not None:
                void[why] = void.get(why, 0) + 1
            elif isinstance(mark, Fraction):
                marks.append(mark)
    known = dict.fromkeys([BLANK, UNMARKED, ALL_EQUAL, *map(broken_text, p.limits)])
    return Counted(cast, {why: void[why] for why in known if why in void}, tuple(sorted(marks)), given)


def why_void(p: SheetParams, ballot: Ballot) -> Text | None:
    """The first reason for which a ballot does not count; None if it does."""
    marks = [mark for mark in ballot if isinstance(mark, Fraction)]
    if not marks:
        return BLANK
    if p.unmarked == "void" and len(marks) < len(ballot):
        return UNMARKED
    if p.all_equal == "void" and len(marks) > 1 and len(set(marks)) == 1:
        return ALL_EQUAL
    return next((broken_text(limit) for limit in p.limits if _broken(limit, marks)), None)


def _broken(limit: LimitDoc, marks: Iterable[Fraction]) -> bool:
    people = sum(mark in limit.marks for mark in marks)
    return people < limit.at_least or (limit.at_most is not None and people > limit.at_most)


def broken_text(limit: LimitDoc) -> Text:
    """What a ballot that breaks a limit has done."""
    marks, zh, en = range_text(limit.marks), [], []
    if limit.at_least:
        zh.append(f"不足{limit.at_least}人")
        en.append(f"fewer than {limit.at_least}")
    if limit.at_most is not None:
        zh.append(f"超过{limit.at_most}人")
        en.append(f"more than {limit.at_most}")
    return Text(f"{marks} 的{'或'.join(zh)}", f"{' or '.join(en)} with marks {marks}")
