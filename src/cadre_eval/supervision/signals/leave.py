"""Leave slips against the book, and who signed them when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cadre_eval.errors import Text
from cadre_eval.errors.text import as_text
from cadre_eval.model.attendance import LeaveSlip
from cadre_eval.model.dates import Days
from cadre_eval.model.postings import Posting
from cadre_eval.model.transfers import Stretch
from cadre_eval.ruleset.supervision import Holder, SignerDoc
from cadre_eval.supervision.attendance_facts import not_in_calendar
from cadre_eval.supervision.calendar import each_day, is_workday
from cadre_eval.supervision.signals.looking import Looked
from cadre_eval.supervision.signals.signal import Signal, Unmade, Witness, by_month, days_en, days_text, of_days

_NAMES: Mapping[Holder, Text] = {
    "district": Text("区县", "district"),
    "party": Text("党组织关系", "party relation"),
    "salary": Text("工资关系", "salary relation"),
    "management": Text("管理关系", "management relation"),
    "assessment": Text("考核关系", "assessment relation"),
}
NO_RULE = Text("办法没有规定（supervision.leave）", "not declared by the rules (supervision.leave)")


def leave_without_slip(looked: Looked) -> Iterator[Signal]:
    """Leave in the book that no slip covers."""
    marked = {
        day
        for posting in looked.postings
        for book in looked.kept.months.values()
        for day in book.within("leave", posting.days)
    }
    for own in by_month(day for day in marked if looked.kept.slip(day) is None).values():
        text = days_text(own)
        statement = Text(
            f"{text.zh} 考勤簿记请假，没有请假条", f"on leave by the book on {text.en}, without a leave slip"
        )
        yield of_days("leave-without-slip", looked.cadre, own, statement, looked.book(own))


def slip_not_in_book(looked: Looked) -> Iterator[Signal | Unmade]:
    """Days of a slip on which the book says something else, or nothing on a workday. A day off that the book leaves out
    contradicts nothing; a month the book does not have says nothing.
    """
    for slip in looked.kept.slips:
        odd: list[date] = []
        unknown: list[date] = []
        for day in _in_book(looked, slip):
            mark = looked.kept.mark(day)
            works = is_workday(day) if mark is None else True
            if mark != "leave" and works is not False:
                (unknown if works is None else odd).append(day)
        if odd:
            text = days_text(odd)
            statement = Text(
                f"请假条 {slip.id} 的 {text.zh}，考勤簿没有记请假",
                f"leave slip {slip.id} covers {text.en}; no leave in the book",
            )
            yield of_days("slip-not-in-book", looked.cadre, odd, statement, [looked.slip(slip), *looked.book(odd)])
        if unknown:
            yield Unmade("slip-not-in-book", not_in_calendar(Days(unknown[0], unknown[-1])), (slip.id,))


def _in_book(looked: Looked, slip: LeaveSlip) -> Iterator[date]:
    """The days of the slip within the posting, in months that the book has."""
    for month in sorted(looked.kept.months):
        shared = slip.days.overlap(month.days)
        for day in each_day(shared) if shared is not None else ():
            if looked.posting(day) is not None:
                yield day


def signed_late(looked: Looked) -> Iterator[Signal]:
    """Leave that had begun when it was signed."""
    for slip in looked.kept.slips:
        if slip.signed_on > slip.days.first:
            first, on = slip.days.first, slip.signed_on
            statement = Text(
                f"请假条 {slip.id}：{first} 开始休假，{on} 才批",
                f"leave slip {slip.id}: leave began on {first}, signed on {on}",
            )
            yield of_days("signed-late", looked.cadre, [first], statement, [looked.slip(slip)])


def leave_signer(looked: Looked) -> Iterator[Signal | Unmade]:
    """Leave whose signer, on the day of signing, held no office at the unit that may sign for so many days."""
    for slip in looked.kept.slips:
        rules = looked.district.rules_on(slip.signed_on).leave
        if not rules:
            yield Unmade("leave-signer", NO_RULE)
            continue
        rule = next((r for r in rules if r.up_to is None or slip.days.length <= r.up_to), None)
        posting = looked.posting(slip.days.first)
        if rule is None:
            length = slip.days.length
            said = Text(
                f"办法没有规定 {length} 天的假由谁批", f"the rules do not say who signs for {days_en(length)}"
            )
            yield Unmade("leave-signer", said, (slip.id,))
        elif posting is not None:
            yield from _signed(looked, slip, rule, posting)


def _signed(looked: Looked, slip: LeaveSlip, rule: SignerDoc, posting: Posting) -> Iterator[Signal | Unmade]:
    district, signer = looked.district, looked.district.officials[slip.signed_by]
    name = _NAMES[rule.by]
    held = None if rule.by == "district" else posting.held(rule.by, slip.signed_on)
    if held is None and rule.by != "district":
        yield Unmade("leave-signer", Text(f"没有{name.zh}", f"there is no {name.en}"), (slip.id,))
        return
    entitled = district.id if held is None else held.unit
    if entitled is not None and entitled in signer.units(slip.signed_on):
        return
    unit = Text("没有单位", "nobody") if entitled is None else as_text(district.unit(entitled))
    whose = Text(
        f"区县（{unit.zh}）" if held is None else f"{name.zh}所在的单位（当天：{unit.zh}）",
        f"the district ({unit.en})" if held is None else f"the holder of the {name.en} (that day {unit.en})",
    )
    length, on = slip.days.length, slip.signed_on
    statement = Text(
        f"请假条 {slip.id} 请假 {length} 天，应由{whose.zh}批；批假的{signer.name} {on} 不在那里任职",
        f"leave slip {slip.id} is of {days_en(length)}, for {whose.en} to sign; {signer.name}, who signed on {on}, held no office there",
    )
    witnesses = [looked.slip(slip), _offices(looked, slip)]
    witnesses += [] if held is None else [_holding(looked, name, held)]
    place = rule.at.key("by")
    yield Signal("leave-signer", looked.cadre, slip.days, (), statement, tuple(witnesses), rule.basis, place)


def _offices(looked: Looked, slip: LeaveSlip) -> Witness:
    """The offices of who signed, on the day of signing."""
    signer = looked.district.officials[slip.signed_by]
    held = sorted((looked.district.unit(o.unit), o.title) for o in signer.offices if slip.signed_on in o.days)
    zh = "、".join(f"{unit}{title}" for unit, title in held) or "没有任职"
    en = ", ".join(f"{unit} {title}" for unit, title in held) or "no office"
    what = Text(f"{signer.name}（{signer.id}）任职", f"offices of {signer.name} ({signer.id})")
    return Witness(what, Text(f"{slip.signed_on} {zh}", f"{slip.signed_on} {en}"))


def _holding(looked: Looked, name: Text, held: Stretch) -> Witness:
    """Where a relation lay, and by which transfer."""
    unit = Text("没有单位", "nobody") if held.unit is None else as_text(looked.district.unit(held.unit))
    if held.first is None:
        return Witness(name, Text(f"没有划转，在{unit.zh}", f"never moved: {unit.en}"))
    says = Text(f"{held.first} 起在{unit.zh}", f"{unit.en} from {held.first}")
    return Witness(name, says, held.move.span if held.move is not None else None)
