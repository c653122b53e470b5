"""What is to be said of transfers whatever the rules: gaps, moves back within the term, two holders at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import evolve

from cadre_eval.errors import Text
from cadre_eval.model.postings import Posting
from cadre_eval.model.transfers import Relation, Stretch, seconded
from cadre_eval.supervision.calendar import last_day
from cadre_eval.supervision.timeline import Line, Question, Statement
from cadre_eval.supervision.timeline_limits import last_of, proof_of, said


def breach_statements(line: Line, others: Sequence[Posting], asked: Question) -> Iterator[Statement]:
    """What the timeline itself says.

    Args:
        others: the cadre's other postings, as known.
    """
    yield from _gaps(line, asked)
    rule = asked.rule(line.relation)
    if rule is None or rule.to != "sending-unit":
        yield from _back(line, asked)
    yield from _double(line, others, asked)


def _gaps(line: Line, asked: Question) -> Iterator[Statement]:
    for stretch in line.stretches:
        if stretch.unit is None and stretch.first is not None:
            last = stretch.until(asked.on)
            days = (last - stretch.first).days + 1
            text = Text(
                f"{stretch.first} 至 {last} 没有单位持有（{days} 天）",
                f"held by nobody from {stretch.first} to {last} ({days} days)",
            )
            yield said(
                line, "gap", stretch.first, text, None, last=last_of(stretch, asked), evidence=proof_of(stretch)
            )


def _back(line: Line, asked: Question) -> Iterator[Statement]:
    """Back with the sending unit while the cadre is still posted. What went back on the very last day was held to the end."""
    home, rule = line.posting.sending_unit, asked.rule(line.relation)
    called = seconded(line.stretches, home.id)
    for stretch in line.stretches:
        undone = stretch.back and stretch.unit == home.id
        if stretch.first is None or not (undone or stretch in called):
            continue
        if line.last is not None and stretch.first >= line.last:
            continue
        end = Text("任期还没有届满", "before the term's end") if line.last is None else _before(line.last)
        if undone:
            text = Text(
                f"{stretch.first} 提前转回{home.name}，{end.zh}",
                f"back with {home.name} on {stretch.first}, {end.en}",
            )
        else:
            text = Text(
                f"{stretch.first} 又转到派出单位{home.name}，{end.zh}：借调回去不是划转",
                f"moved to {home.name} again on {stretch.first}, {end.en}: called back is not transferred",
            )
        code = "moved-back" if undone else "seconded-back"
        last, proof = last_of(stretch, asked), () if undone else proof_of(stretch)
        yield said(line, code, stretch.first, text, rule, last=last, evidence=proof)  # type: ignore[arg-type]


def _before(last: date) -> Text:
    return Text(f"任期到 {last}", f"the term lasts to {last}")


def _double(line: Line, others: Sequence[Posting], asked: Question) -> Iterator[Statement]:
    """Another unit has it by this posting while an earlier posting never gave it back."""
    for other in sorted(others, key=lambda p: (p.start, p.id)):
        if other.start >= line.posting.start:
            continue
        for theirs in _claims(other, line.relation, line, asked):
            unmoved = line.now is not None and line.now.first is None and line.now.unit != theirs.unit
            if unmoved and asked.on in theirs and not _still_allowed(line, other, asked):
                yield _left_behind(line, other, theirs, asked)
            for ours in line.stretches:
                if ours.first is None or not line.away(ours) or ours.unit == theirs.unit or theirs.first is None:
                    continue
                first = max(ours.first, theirs.first)
                last = min(ours.until(asked.on), theirs.until(asked.on))
                if first > last:
                    continue
                a, b = asked.name(theirs.unit), asked.name(ours.unit)
                text = Text(
                    f"{first} 起同时在{a}（派驻 {other.id}，没有转回）和{b}",
                    f"from {first} held by both {a} (posting {other.id}, never returned) and {b}",
                )
                until = None if asked.on in ours and asked.on in theirs else last
                proof = (*proof_of(theirs), *proof_of(ours))
                yield said(line, "double-holding", first, text, None, last=until, evidence=proof)


def _still_allowed(line: Line, other: Posting, asked: Question) -> bool:
    """Whether the time allowed for its return from the posting before has not run out."""
    rule = asked.rule(line.relation)
    if rule is None or rule.return_within is None:
        return False
    limit = last_day(other.days.last, rule.return_within)
    return limit is not None and asked.on <= limit


def _left_behind(line: Line, other: Posting, theirs: Stretch, asked: Question) -> Statement:
    """Nothing moved it by this posting, so it counts as with the sending unit; by the one before it is still elsewhere."""
    a, b, first = asked.name(theirs.unit), asked.name(line.stretches[-1].unit), line.posting.start
    text = Text(
        f"{first} 起没有划转记录，算在{b}；按派驻 {other.id} 还在{a}，没有转回",
        f"not moved since {first}, so with {b}; by posting {other.id} still with {a}, never returned",
    )
    return said(line, "double-holding", first, text, None, evidence=proof_of(theirs))


def _claims(other: Posting, relation: Relation, line: Line, asked: Question) -> Iterator[Stretch]:
    """Where an earlier posting has the relation; handed on directly, it is there only until this posting's first move."""
    opening = line.stretches[0] if line.stretches else None
    for stretch in other.timeline(relation):
        if stretch.unit in {None, other.sending_unit.id} or stretch.first is None or stretch.first > asked.on:
            continue
        if opening is None or opening.end is None or opening.unit != stretch.unit:
            yield stretch
        elif stretch.first < opening.end:
            yield evolve(stretch, end=min(stretch.end or opening.end, opening.end))
