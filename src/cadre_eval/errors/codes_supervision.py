"""CE7xx: records of supervision."""

from __future__ import annotations

from cadre_eval.errors.entry import Entry, entry

SUPERVISION: dict[str, Entry] = {
    "CE701": entry(
        "{cadre} 在 {day} 没有派驻",
        "{cadre} was not posted on {day}",
        "核对日期和派驻记录",
        "check the day and the posting",
    ),
    "CE702": entry(
        "{day} 早于{what}（{first}）",
        "{day} is before {what} ({first})",
        "核对两个日期",
        "check the two dates",
    ),
}
