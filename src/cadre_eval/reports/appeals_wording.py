"""Words of the reports on publicity and appeals, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cadre_eval.errors import Text
from cadre_eval.model.dates import Workdays
from cadre_eval.reports.table import NARROWEST_NOTES, wrapped
from cadre_eval.ruleset.supervision import AppealRulesDoc
from cadre_eval.supervision.appeals_due import AppealState, Deadline, PublicityStanding
from cadre_eval.supervision.appeals_moved import Place, Why

STATES: Mapping[AppealState, Text] = {
    "overdue": Text("复核逾期", "Overdue"),
    "under-review": Text("复核中", "Under review"),
    "upheld": Text("支持", "Upheld"),
    "dismissed": Text("驳回", "Dismissed"),
    "withdrawn": Text("撤回", "Withdrawn"),
}
PLACES: Mapping[Place, Text] = {
    "in": Text("占名额", "place"),
    "out": Text("名额外", "no place"),
    "open": Text("未定", "open"),
    "barred": Text("不得占", "barred"),
}
WHY: Mapping[Why, Text] = {
    "corrected": Text("复核更正", "corrected"),
    "records": Text("当天另有记录", "other records of that day"),
    "follows": Text("随之变动", "follows"),
}
TIMES = {
    "publicity": Text("公示多久", "how long results are public"),
    "lodge_within": Text("多久内可以申诉", "the time to appeal"),
    "review_within": Text("多久内复核", "the time to re-examine"),
}


def official_text(name: str, names: Mapping[str, str]) -> Text:
    """Name and id."""
    known = names.get(name, name)
    return Text(f"{known}（{name}）", f"{known} ({name})")


def late_text(day: date, in_time: bool | None) -> Text:
    """The day, marked if it was too late."""
    shown = day.isoformat()
    return Text(f"{shown}（逾期）", f"{shown} (late)") if in_time is False else Text(shown, shown)


def public_text(standing: PublicityStanding, as_of: date) -> Text:
    """From when, for how long and until when, and what is left of it."""
    first, until = standing.publicity.on.isoformat(), standing.until
    if until is None:
        return Text(f"{first} 起", f"from {first}")
    if until.last is None:
        return Text(
            f"{first} 起，{until.term.zh}（工作日历没有那么远，截止日期算不出来）",
            f"from {first} for {until.term} (the calendar of workdays does not reach so far)",
        )
    last, left = until.last.isoformat(), _left(until, as_of)
    return Text(
        f"{first} 起，{until.term.zh}，到 {last}，{left.zh}", f"from {first} for {until.term}, to {last}; {left.en}"
    )


def _left(until: Deadline, as_of: date) -> Text:
    left = until.left(as_of)
    if left is None:
        return Text("已满", "over")
    if left == 0:
        return Text("今天满", "ends today")
    unit = Text("个工作日", "workdays") if isinstance(until.term, Workdays) else Text("天", "days")
    return Text(f"还有 {left} {unit.zh}", f"{left} {unit.en[:-1] if left == 1 else unit.en} left")


BEYOND = Text(
    "工作日历没有那么远，有的申诉期限、复核期限算不出来，没有核对",
    "Not checked: times that end beyond the calendar of workdays",
)


def unchecked_text(rules: AppealRulesDoc | None) -> Text | None:
    """The times the ruleset does not declare; None if it declares all."""
    missing = [said for key, said in TIMES.items() if rules is None or getattr(rules, key) is None]
    if not missing:
        return None
    zh, en = "、".join(said.zh for said in missing), ", ".join(said.en for said in missing)
    return Text(f"办法没有规定{zh}，这些期限没有核对", f"Not declared by the ruleset, so not checked: {en}")


def indented(line: str, indent: int, width: int | None) -> Iterator[str]:
    """The line set in by so many columns, and wrapped to the terminal."""
    lines = [line] if width is None else wrapped(line, max(NARROWEST_NOTES, width - indent))
    for part in lines:
        yield " " * indent + part
