"""What share of work was done in time, and what share was accepted at its first check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.model.records import MISSING, Fact, FactState
from cadre_eval.ruleset.supervision import FactSourceDoc
from cadre_eval.supervision.scope import Scope
from cadre_eval.supervision.worklists import Standing, standings
from cadre_eval.supervision.worklists_states import State


@frozen
class OnTime:
    """Work that was due: what was done in time, what was not, and what is not held against anybody."""

    done: int
    failed: tuple[Standing, ...]
    waiting: tuple[Standing, ...]
    """Reported in time and not yet checked: not known to be right, not known to be wrong."""
    not_dispatched: tuple[Standing, ...]
    """Not dispatched by the street before it was due, and not done in time."""

    @property
    def counted(self) -> int:
        return self.done + len(self.failed)

    @property
    def rate(self) -> Fraction | None:
        """None where nothing counts."""
        return Fraction(self.done, self.counted) if self.counted else None


def on_time(work: Iterable[Standing]) -> OnTime:
    """How much of the work that was due by its ``as_of`` was done in time."""
    done, failed, waiting, not_dispatched = 0, [], [], []
    for each in work:
        if each.item.due > each.as_of:
            continue
        if each.state is State.DONE:
            done += 1
        elif each.state is State.REPORTED:
            waiting.append(each)
        elif each.dispatched is None or each.dispatched > each.item.due:
            not_dispatched.append(each)
        else:
            failed.append(each)
    return OnTime(done, tuple(failed), tuple(waiting), tuple(not_dispatched))


@frozen
class AtOnce:
    """Work that was checked: what its first check accepted, and what it returned."""

    accepted: int
    returned: tuple[Standing, ...]

    @property
    def checked(self) -> int:
        return self.accepted + len(self.returned)

    @property
    def rate(self) -> Fraction | None:
        """None where nothing was checked."""
        return Fraction(self.accepted, self.checked) if self.checked else None


def at_once(work: Iterable[Standing]) -> AtOnce:
    """How much of the work that was due by its ``as_of``, and checked, was accepted at the first check."""
    checked = [each for each in work if each.checks and each.item.due <= each.as_of]
    returned = tuple(each for each in checked if not each.checks[0].accepted)
    return AtOnce(len(checked) - len(returned), returned)


def worklist_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """The rate ``source`` asks for, over the items due while the posting lasted. Missing if there was no list at all in that
    time, not applicable if none of this cadre's items was due (or checked), pending while all of them wait for a check.
    """
    lists = [w for w in scope.on_record.worklists if w.issued <= scope.as_of and w.days.overlap(scope.days)]
    if not lists:
        return MISSING
    own = standings(lists, scope.as_of, scope.cadre)
    work = [s for s in own if s.posting.id == scope.posting.id and s.item.due in scope.days]
    due = [s for s in sorted(work, key=lambda s: (s.item.due, s.id)) if s.item.due <= scope.until]
    return _at_once(due) if source.worklist == "accepted-at-once" else _on_time(due)


def _on_time(due: Sequence[Standing]) -> Fact:
    found = on_time(due)
    zh, en = [f"{len(due)} 项到期，{found.done} 项按时"], [f"{len(due)} due, {found.done} in time"]
    for some, word, word_en in (
        (found.waiting, "待核查，不计", "waiting for a check, not counted"),
        (found.not_dispatched, "街道未按期派单，不计", "not dispatched in time, not counted"),
    ):
        if some:
            zh.append(f"{len(some)} 项{word}")
            en.append(f"{len(some)} {word_en}")
    late = [(f"{s.id} {_failing(s).zh}", f"{s.id} {_failing(s).en}") for s in found.failed]
    detail = _with_names(Text("，".join(zh), ", ".join(en)), late)
    if found.rate is not None:
        return Fact(FactState.PRESENT, found.rate, evidence=tuple(s.id for s in found.failed), detail=detail)
    state = FactState.PENDING if found.waiting else FactState.NOT_APPLICABLE
    return Fact(state, reason=detail if due else Text("本期没有到期的清单事项", "no item was due"))


def _failing(standing: Standing) -> Text:
    if standing.state is State.DONE_LATE:
        return Text(f"逾期 {standing.days_late} 天办结", f"done {standing.days_late} days late")
    if standing.state is State.OVERDUE:
        return Text("逾期", "overdue")
    return Text("到期未办结", "not done on the day it was due")


def _at_once(due: Sequence[Standing]) -> Fact:
    found = at_once(due)
    if found.rate is None:
        return Fact(FactState.NOT_APPLICABLE, reason=Text("到期事项都没有核查过", "no item that was due was checked"))
    detail = _with_names(
        Text(
            f"{found.checked} 项经核查，{found.accepted} 项一次通过",
            f"{found.checked} checked, {found.accepted} accepted at once",
        ),
        [(f"{s.id} 退回", f"{s.id} returned") for s in found.returned],
    )
    return Fact(FactState.PRESENT, found.rate, evidence=tuple(s.id for s in found.returned), detail=detail)


MOST_NAMED = 6
"""So many items are named in a line; the evidence names all."""


def _with_names(text: Text, names: Sequence[tuple[str, str]]) -> Text:
    """The text with the items that are not in order named after it."""
    if not names:
        return text
    more = len(names) - MOST_NAMED
    zh = "、".join(name for name, _ in names[:MOST_NAMED]) + (f" 等 {len(names)} 项" if more > 0 else "")
    en = ", ".join(name for _, name in names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return Text(f"{text.zh}：{zh}", f"{text.en}: {en}")
