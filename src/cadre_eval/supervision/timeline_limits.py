"""Transfers held against what the ruleset asks of them. What it does not declare is not checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cadre_eval.errors import Text
from cadre_eval.model.dates import Term
from cadre_eval.model.postings import Posting
from cadre_eval.model.transfers import Stretch
from cadre_eval.ruleset.supervision import Level, RelationRuleDoc
from cadre_eval.supervision.calendar import last_day
from cadre_eval.supervision.timeline import Line, Question, Said, Statement, level_unit

LEVELS: dict[Level, Text] = {
    "host": Text("帮扶村/社区", "the host"),
    "township": Text("乡镇/街道", "the township"),
    "district": Text("区县", "the district"),
    "sending-unit": Text("派出单位", "the sending unit"),
}


def limit_statements(line: Line, others: Sequence[Posting], asked: Question) -> Iterator[Statement]:
    """What the rules of this relation say against it.

    Args:
        others: the cadre's other postings, as known.
    """
    rule = asked.rule(line.relation)
    if rule is None or line.now is None:
        return
    if rule.to != "sending-unit":
        yield from _moved_in_time(line, rule, asked)
    yield from _level(line, rule, asked)
    yield from _proof(line, rule, asked)
    yield from _back_in_time(line, rule, others, asked)


def said(line: Line, code: Said, first: date, text: Text, rule: RelationRuleDoc | None, **more: object) -> Statement:
    """A statement about a line."""
    posting = line.posting
    basis = None if rule is None else rule.basis
    return Statement(code, posting.cadre.id, posting.id, line.relation, text, first, basis=basis, **more)  # type: ignore[arg-type]


def proof_of(stretch: Stretch) -> tuple[str, ...]:
    """The proof of the move that brought a relation somewhere."""
    proof = None if stretch.move is None else stretch.move.evidence
    return () if proof is None else (proof,)


def last_of(stretch: Stretch, asked: Question) -> date | None:
    """The last day of a stretch; None if it still lasts on the day asked about."""
    return None if asked.on in stretch else stretch.until(asked.on)


def _moved_in_time(line: Line, rule: RelationRuleDoc, asked: Question) -> Iterator[Statement]:
    start, arrived = line.posting.start, line.arrived
    over = asked.on if line.last is None else min(asked.on, line.last)
    if rule.within is None:
        if arrived is None and rule.to is not None:
            text = Text("没有划转（没有规定时限）", "never moved (no limit is declared)")
            yield said(line, "not-moved", start, text, rule)
        return
    limit = last_day(start, rule.within)
    if limit is None:
        yield _unknown(line, start, rule.within, rule)
    elif arrived is None and over > limit:
        days = (over - limit).days
        text = Text(
            f"没有划转：最迟 {limit}（到任后{rule.within.zh}），已过 {days} 天",
            f"never moved: due by {limit} ({rule.within} from the first day), {days} days ago",
        )
        yield said(line, "not-moved", limit + timedelta(days=1), text, rule, limit=limit)
    elif arrived is not None and arrived.first is not None and arrived.first > limit:
        days, unit = (arrived.first - limit).days, asked.name(arrived.unit)
        text = Text(
            f"迟划 {days} 天：{arrived.first} 划到{unit}，最迟 {limit}（到任后{rule.within.zh}）",
            f"moved {days} days late: to {unit} on {arrived.first}, due by {limit} ({rule.within} from the first day)",
        )
        before = arrived.first - timedelta(days=1)
        first = limit + timedelta(days=1)
        yield said(line, "moved-late", first, text, rule, last=before, limit=limit, evidence=proof_of(arrived))


def _unknown(line: Line, first: date, term: Term, rule: RelationRuleDoc) -> Statement:
    text = Text(
        f"{first} 起{term.zh}的期限算不出：工作日历没有编到那时",
        f"{term} from {first} cannot be counted: the calendar of workdays does not reach so far",
    )
    return said(line, "limit-unknown", first, text, rule)


def _level(line: Line, rule: RelationRuleDoc, asked: Question) -> Iterator[Statement]:
    if rule.to is None:
        return
    wanted = level_unit(line.posting, rule.to, asked.district)
    for stretch in line.stretches:
        if stretch.first is None or not line.away(stretch) or stretch.unit == wanted:
            continue
        where, name, level = asked.name(stretch.unit), asked.name(wanted), LEVELS[rule.to]
        text = Text(
            f"{stretch.first} 划到{where}，应在{name}（{level.zh}）",
            f"moved to {where} on {stretch.first}; it belongs with {name} ({level.en})",
        )
        last = last_of(stretch, asked)
        yield said(line, "wrong-level", stretch.first, text, rule, last=last, evidence=proof_of(stretch))


def _proof(line: Line, rule: RelationRuleDoc, asked: Question) -> Iterator[Statement]:
    if rule.proof != "required":
        return
    for stretch in line.stretches:
        move = stretch.move
        if move is not None and stretch.first == move.effective and not stretch.back and move.evidence is None:
            where = asked.name(move.receiver)
            text = Text(
                f"{move.effective} 划到{where}，没有凭据", f"moved to {where} on {move.effective} without proof"
            )
            yield said(line, "no-proof", move.effective, text, rule)


def _back_in_time(
    line: Line, rule: RelationRuleDoc, others: Sequence[Posting], asked: Question
) -> Iterator[Statement]:
    """After the posting the relation goes back, unless the cadre is posted elsewhere by then."""
    if rule.return_within is None or line.last is None or line.last >= asked.on:
        return
    limit = last_day(line.last, rule.return_within)
    if limit is None:
        yield _unknown(line, line.last, rule.return_within, rule)
        return
    first = limit + timedelta(days=1)
    stayed = next((s for s in line.stretches if first in s), None)
    if first > asked.on or stayed is None or not line.away(stayed) or any(first in p.days for p in others):
        return
    back = next(
        (s for s in line.stretches if s.first and s.first > first and s.unit == line.posting.sending_unit.id), None
    )
    where, term = asked.name(stayed.unit), rule.return_within
    due = Text(
        f"任期到 {line.last}，最迟 {limit} 转回（{term.zh}内）",
        f"the term ended on {line.last}, due back by {limit} ({term})",
    )
    still = Text(f"还在{where}", f"still with {where}")
    if back is not None:
        still = Text(f"{back.first} 才转回", f"back only on {back.first}")
    text = Text(f"任期结束后没有按期转回：{due.zh}，{still.zh}", f"not back in time: {due.en}, {still.en}")
    last = None if back is None or back.first is None else back.first - timedelta(days=1)
    yield said(line, "past-term", first, text, rule, last=last, limit=limit)
