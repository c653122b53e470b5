"""Matters of accountability as people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from cadre_eval.errors import Lang, Text, as_text
from cadre_eval.errors.width import text_width
from cadre_eval.model.dates import Workdays
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reports.table import NARROWEST_NOTES, wrapped
from cadre_eval.scoring.proposals import Measure
from cadre_eval.supervision.measures import STATES, Matter

Paint = Callable[[str, str], str]
MATTER_STATES: Mapping[str, Text] = {
    "overdue": Text("逾期未决定", "overdue for a decision"),
    "not-carried-out": Text("决定后未按时执行", "decided, and not carried out in time"),
    "lapsed": Text("已决定，但依据后来有变", "decided, but what it followed from has changed"),
    "proposed": Text("待决定", "to be decided"),
    "waiting": Text("待查明", "waiting for what is not known"),
    "confirmed": Text("已决定，待执行", "confirmed, to be carried out"),
    "varied": Text("已变更决定，待执行", "varied, to be carried out"),
    "carried-out": Text("已执行", "carried out"),
    "refused": Text("不采纳", "refused"),
    "revoked": Text("决定已撤销", "decided, and taken back"),
}
DECIDERS: Mapping[str, Text] = {
    "district": Text("区县", "the district"),
    "party": Text("持有党组织关系的单位", "the unit that holds the party relation"),
    "salary": Text("持有工资关系的单位", "the unit that holds the salary relation"),
    "management": Text("持有管理关系的单位", "the unit that holds the management relation"),
    "assessment": Text("持有考核关系的单位", "the unit that holds the assessment relation"),
}
OUTCOMES: Mapping[str, Text] = {
    "confirm": Text("同意", "confirmed"),
    "vary": Text("变更", "varied"),
    "refuse": Text("不采纳", "refused"),
}
_PRESSING = {"overdue": "head", "not-carried-out": "head", "lapsed": "pending", "waiting": "pending"}


def measures_table(
    title: str,
    matters: Sequence[Matter],
    names: Mapping[str, str],
    as_of: date,
    lang: Lang,
    paint: Paint,
    width: int | None,
) -> str:
    """The matters by how they stand, the most pressing first; ``names`` are those of officials, by id."""
    head = Text(f"{title}　问责事项，截至 {as_of}", f"{title}, matters of accountability as of {as_of}").in_(lang)
    blocks = [f"{paint(head, 'title')}\n{_counts(matters, lang)}"]
    for state in STATES:
        own = [matter for matter in matters if matter.state == state]
        if own:
            lines = [paint(MATTER_STATES[state].in_(lang), _PRESSING.get(state, "pool"))]
            for matter in own:
                lines += _lines(matter, names, as_of, lang, width)
            blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _counts(matters: Sequence[Matter], lang: Lang) -> str:
    found = [(s, sum(m.state == s for m in matters)) for s in STATES]
    told = [(MATTER_STATES[s], n) for s, n in found if n]
    zh = "，".join(f"{text.zh} {n} 项" for text, n in told)
    en = "; ".join(f"{n} {text.en}" for text, n in told)
    total = len(matters)
    return Text(f"共 {total} 项" + (f"：{zh}" if zh else ""), f"{total} in all" + (f": {en}" if en else "")).in_(lang)


def _lines(matter: Matter, names: Mapping[str, str], as_of: date, lang: Lang, width: int | None) -> Iterator[str]:
    measure = matter.measure
    points = measure.proposed.points
    shown = "" if points is None else f" {number_text(Fraction(points))}"
    what = as_text(measure.proposed.measure).in_(lang)
    head, key = f"  {measure.name}  {what}{shown}", f"〔{measure.key}〕"
    if width is None or text_width(f"{head}  {key}") <= width:
        yield f"{head}  {key}"
    else:
        yield from (head, f"    {key}")  # the key is copied, so it stays whole
    for text in _details(matter, names, as_of):
        line = text.in_(lang)
        parts = [line] if width is None else list(wrapped(line, max(NARROWEST_NOTES, width - 6)))
        for index, part in enumerate(parts):
            yield f"{'      ' if index else '    '}{part}"


def _details(matter: Matter, names: Mapping[str, str], as_of: date) -> Iterator[Text]:
    proposed = matter.measure.proposed
    yield as_text(proposed.reason)
    if proposed.waits_for is not None:
        waits = as_text(proposed.waits_for)
        yield Text(f"待查明：{waits.zh}", f"waiting: {waits.en}")
    rule = matter.measure.use.rule.shown
    evidence = proposed.evidence
    yield Text(
        f"依据：{rule}" + (f"；佐证：{'、'.join(evidence)}" if evidence else ""),
        f"rule: {rule}" + (f"; evidence: {', '.join(evidence)}" if evidence else ""),
    )
    if matter.decision is None:
        yield from _to_decide(matter, as_of)
    else:
        yield from _decided(matter, names, as_of)


def _to_decide(matter: Matter, as_of: date) -> Iterator[Text]:
    by = DECIDERS[matter.decider] if matter.decider else Text("有权的人", "somebody with authority")
    if matter.state == "waiting":
        return
    if matter.unreached is not None:
        allowed = _unreached(matter.unreached)
        yield Text(f"由{by.zh}决定；{allowed.zh}", f"to be decided by {by.en}; {allowed.en}")
    elif matter.decide_by is None:
        yield Text(f"由{by.zh}决定；办法没有规定期限", f"to be decided by {by.en}; no time is declared")
    else:
        late, day = _late(matter.decide_by, as_of), matter.decide_by
        yield Text(
            f"应由{by.zh}不迟于 {day} 决定{late.zh}", f"to be decided by {by.en} not later than {day}{late.en}"
        )


def _late(by: date, as_of: date) -> Text:
    late = (as_of - by).days
    return (
        Text(f"，已逾期 {late} 天", f", {late} day{'' if late == 1 else 's'} overdue") if late > 0 else Text("", "")
    )


def _unreached(allowed: Workdays) -> Text:
    return Text(
        f"期限 {allowed.zh}，工作日历没有编到那时，算不出哪天到期",
        f"within {allowed}: the calendar of workdays does not reach so far, the last day cannot be told",
    )


def _decided(matter: Matter, names: Mapping[str, str], as_of: date) -> Iterator[Text]:
    decision = matter.decision
    if decision is None:
        return
    outcome, by = OUTCOMES[decision.outcome], names.get(decision.by, decision.by)
    title = matter.decided.title if matter.decided else decision.measure
    varied = Text(f"为{title}", f" to {title}") if decision.outcome == "vary" else Text("", "")
    yield Text(
        f"{decision.on} {by}{outcome.zh}{varied.zh}（{decision.id}）：{decision.reason}",
        f"{decision.on} {outcome.en}{varied.en} by {by} ({decision.id}): {decision.reason}",
    )
    if decision.revoked is not None:
        gone = decision.revoked
        who = names.get(gone.by, gone.by)
        yield Text(f"{gone.on} {who}撤销：{gone.reason}", f"taken back on {gone.on} by {who}: {gone.reason}")
        return
    if decision.carried_out is not None and decision.carried_out <= as_of:
        yield Text(f"{decision.carried_out} 执行", f"carried out on {decision.carried_out}")
    elif matter.carry_out_by is not None:
        late, day = _late(matter.carry_out_by, as_of), matter.carry_out_by
        yield Text(f"应不迟于 {day} 执行{late.zh}", f"to be carried out not later than {day}{late.en}")
    elif matter.unreached is not None and decision.outcome != "refuse":
        allowed = _unreached(matter.unreached)
        yield Text(f"待执行；{allowed.zh}", f"to be carried out; {allowed.en}")
    for effect in matter.effects:
        days = effect.days
        yield Text(
            f"影响：{effect.title}，{days.first} 至 {days.last}",
            f"effect: {effect.title}, {days.first} to {days.last}",
        )
    if matter.state == "lapsed":
        yield _since(matter.now)


def _since(now: Measure | None) -> Text:
    """What came of the proposal since it was decided."""
    if now is None:
        return Text(
            "按现在所知，不再这样建议；请重新研究",
            "by what is known now it is not proposed any more: consider it anew",
        )
    proposed = now.proposed
    what, reason = as_text(proposed.measure), as_text(proposed.reason)
    points = "" if proposed.points is None else f" {number_text(Fraction(proposed.points))}"
    waits = as_text(proposed.waits_for or "")
    zh, en = (f"（待查明：{waits.zh}）", f" (waiting: {waits.en})") if proposed.waits_for is not None else ("", "")
    return Text(
        f"按现在所知，建议的是{what.zh}{points}{zh}：{reason.zh}；请重新研究",
        f"by what is known now {what.en}{points} is proposed{en}: {reason.en}; consider it anew",
    )
