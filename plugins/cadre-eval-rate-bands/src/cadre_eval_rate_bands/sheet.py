"""Review method ``ballot-sheet``: the mean of a person's marks on the ballots that are valid."""

from __future__ import annotations

from fractions import Fraction

from cadre_eval.plugins.api import Marks, Open, ReviewMethod, Score, Text
from cadre_eval_rate_bands.feasible import can_be_valid
from cadre_eval_rate_bands.sheet_checks import prepare
from cadre_eval_rate_bands.sheet_settings import SheetParams
from cadre_eval_rate_bands.showing import shown_number, shown_share
from cadre_eval_rate_bands.validity import Counted, counted


def kept(p: SheetParams, marks: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """The marks, sorted, that are left once the extremes are dropped."""
    if p.trim is None or len(marks) <= p.trim.when_more_than:
        return marks
    return marks[p.trim.lowest : len(marks) - p.trim.highest]


def mean(marks: tuple[Fraction, ...]) -> Fraction:
    return sum(marks, Fraction(0)) / len(marks)


def score(p: SheetParams, reviewer: str, marks: Marks, points: Fraction) -> Score | Open:
    """The score one class of reviewers gave a person, or why it cannot be told yet."""
    if not marks.values:
        return Score(0, Text("没有打分，得0分", "no marks: 0 points"))
    found = counted(p, marks.sheets)
    doubt = _doubt(p, marks, found)
    if doubt is not None:
        return Open(doubt)
    left = kept(p, found.marks)
    return Score(mean(left) / p.scale * points, _reason(p, found, left))


def _doubt(p: SheetParams, marks: Marks, found: Counted) -> Text | None:
    """Why there is no score yet."""
    loose = len(marks.values) - found.given
    if loose:
        zh = f"有 {loose} 个打分不在多人选票上，无从判定票是否有效"
        return Text(zh, f"{loose} marks are on no ballot sheet: whether they are valid cannot be told")
    for sheet, _ in marks.sheets:
        if not can_be_valid(p, len(sheet.people)):
            people = len(sheet.people)
            zh = f"选票上只有 {people} 人，照各分数段的人数限制没有一张票能有效"
            return Text(zh, f"with {people} people on the sheet no ballot can keep the limits")
    if found.void_share > p.most_void:
        return _vote_again(p, found)
    least = max(1, p.minimum.marks if p.minimum is not None else 1)
    if len(found.marks) < least:
        zh = f"有效票里评了这个人的不足 {least} 张"
        return Text(zh, f"fewer than {least} of the valid ballots rate this person")
    return None


def _vote_again(p: SheetParams, found: Counted) -> Text:
    if found.cast < p.suppress_below:
        return Text("废票过多，重新测评", "too many void ballots: vote again")
    void, limit = sum(found.void.values()), shown_share(p.most_void)
    why = _void_text(found)
    return Text(
        f"废票过多，重新测评：{void}/{found.cast} 张作废（{why.zh}），超过 {limit}",
        f"too many void ballots, vote again: {void}/{found.cast} ({why.en}), more than {limit}",
    )


def _void_text(found: Counted) -> Text:
    zh = "，".join(f"{why.zh} {count}" for why, count in found.void.items())
    return Text(zh, ", ".join(f"{why.en} {count}" for why, count in found.void.items()))


def _reason(p: SheetParams, found: Counted, left: tuple[Fraction, ...]) -> Text:
    """How the mean came about; of few ballots only that some were void."""
    value = shown_number(mean(left))
    trimmed = len(left) < len(found.marks)
    zh_trim, en_trim = ("，去掉最高最低", ", extremes dropped") if trimmed else ("", "")
    if found.cast < p.suppress_below:
        zh_void, en_void = ("有作废票，不计；", "some ballots void; ") if found.void else ("", "")
        return Text(f"{zh_void}有效票平均 {value}", f"{en_void}mean of the valid ballots {value}")
    why = _void_text(found)
    zh_void, en_void = (f"（{why.zh}）", f" ({why.en})") if found.void else ("", "")
    void = sum(found.void.values())
    return Text(
        f"收回 {found.cast} 票，作废 {void}{zh_void}；评了的有效票 {len(found.marks)}{zh_trim}，平均 {value}",
        f"{found.cast} ballots, {void} void{en_void}; {len(found.marks)} valid marks{en_trim}, mean {value}",
    )


BALLOT_SHEET = ReviewMethod(
    "ballot-sheet",
    Text("多人选票，作废票不计", "ballot sheets, void ballots left out"),
    SheetParams,
    score,
    marks=lambda p, _reviewer: p.scale,
    prepare=prepare,
    secret=lambda p, _reviewer: p.suppress_below,
)
