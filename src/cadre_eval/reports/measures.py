"""Matters of accountability as people read them, and as programs do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from cadre_eval.errors import Lang, Text, as_text
from cadre_eval.numbers.decimals import number_text
from cadre_eval.reports.table import NARROWEST_NOTES, wrapped
from cadre_eval.supervision.measures import STATES, Matter

Paint = Callable[[str, str], str]
MATTER_STATES: Mapping[str, Text] = {
    "overdue": Text("逾期未决定", "overdue for a decision"),
    "not-carried-out": Text("决定后未按时执行", "decided, and not carried out in time"),
    "lapsed": Text("已决定，但依据后来不成立", "decided, but what it followed from holds no more"),
    "proposed": Text("待决定", "to be decided"),
    "waiting": Text("待查明", "waiting for what is not known"),
    "confirmed": Text("已决定，待执行", "confirmed, to be carried out"),
    "varied": Text("已变更决定，待执行", "varied, to be carried out"),
    "carried-out": Text("已执行", "carried out"),
    "refused": Text("不采纳", "refused"),
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
    en = ", ".join(f"{n} {text.en}" for text, n in told)
    total = len(matters)
    return Text(f"共 {total} 项" + (f"：{zh}" if zh else ""), f"{total} in all" + (f": {en}" if en else "")).in_(lang)


def _lines(matter: Matter, names: Mapping[str, str], as_of: date, lang: Lang, width: int | None) -> Iterator[str]:
    measure = matter.measure
    points = measure.proposed.points
    shown = "" if points is None else f" {number_text(Fraction(points))}"
    what = as_text(measure.proposed.measure).in_(lang)
    yield f"  {measure.name}  {what}{shown}  〔{measure.key}〕"
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
    evidence = "、".join(proposed.evidence)
    yield Text(
        f"依据：{rule}" + (f"；佐证：{evidence}" if evidence else ""),
        f"rule: {rule}" + (f"; evidence: {evidence}" if evidence else ""),
    )
    if matter.decision is None:
        yield from _to_decide(matter, as_of)
    else:
        yield from _decided(matter, names, as_of)


def _to_decide(matter: Matter, as_of: date) -> Iterator[Text]:
    by = DECIDERS[matter.decided.decided_by] if matter.decided else Text("有权的人", "somebody with authority")
    if matter.state == "waiting":
        return
    if matter.decide_by is None:
        yield Text(f"由{by.zh}决定；办法没有规定期限", f"to be decided by {by.en}; no time is declared")
        return
    late = (as_of - matter.decide_by).days
    zh, en = (f"，已逾期 {late} 天", f", {late} days overdue") if late > 0 else ("", "")
    day = matter.decide_by
    yield Text(f"应由{by.zh}不迟于 {day} 决定{zh}", f"to be decided by {by.en} not later than {day}{en}")


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
    if decision.carried_out is not None and decision.carried_out <= as_of:
        yield Text(f"{decision.carried_out} 执行", f"carried out on {decision.carried_out}")
    elif matter.carry_out_by is not None:
        late = (as_of - matter.carry_out_by).days
        zh, en = (f"，已逾期 {late} 天", f", {late} days overdue") if late > 0 else ("", "")
        day = matter.carry_out_by
        yield Text(f"应不迟于 {day} 执行{zh}", f"to be carried out not later than {day}{en}")
    for effect in matter.effects:
        days = effect.days
        yield Text(
            f"影响：{effect.title}，{days.first} 至 {days.last}",
            f"effect: {effect.title}, {days.first} to {days.last}",
        )


def measures_json(workspace: str, matters: Sequence[Matter], as_of: date, lang: Lang) -> str:
    """The matters as JSON."""
    found = {"workspace": workspace, "as_of": as_of.isoformat(), "matters": [_matter(m, lang) for m in matters]}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _matter(matter: Matter, lang: Lang) -> dict[str, Any]:
    measure, proposed, decision = matter.measure, matter.measure.proposed, matter.decision
    return {
        "proposal": measure.key,
        "state": matter.state,
        "rule": measure.use.id,
        "basis": measure.use.rule.basis,
        "place": measure.use.rule.span.short,
        "target": measure.target,
        "id": measure.id,
        "name": measure.name,
        "measure": as_text(proposed.measure).in_(lang),
        "measure_id": proposed.measure_id,
        "points": None if proposed.points is None else number_text(Fraction(proposed.points)),
        "reason": as_text(proposed.reason).in_(lang),
        "waits_for": None if proposed.waits_for is None else as_text(proposed.waits_for).in_(lang),
        "evidence": list(proposed.evidence),
        "cadres": list(proposed.cadres),
        "on": _day(measure.on),
        "decide_by": _day(matter.decide_by),
        "carry_out_by": _day(matter.carry_out_by),
        "decision": None
        if decision is None
        else {
            "id": decision.id,
            "on": decision.on.isoformat(),
            "outcome": decision.outcome,
            "measure": decision.measure,
            "by": decision.by,
            "reason": decision.reason,
            "evidence": list(decision.evidence),
            "carried_out": _day(decision.carried_out),
        },
        "effects": [
            {"effect": e.effect, "title": e.title, "from": e.days.first.isoformat(), "to": e.days.last.isoformat()}
            for e in matter.effects
        ],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
