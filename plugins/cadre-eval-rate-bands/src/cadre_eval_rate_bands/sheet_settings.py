"""What ``ballot-sheet`` is told: which ballots are void, and what is made of the others."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from cadre_eval.plugins.api import (
    Place,
    Positive,
    Range,
    ReviewMethodParams,
    Unsigned,
    Whole,
    place,
    setting,
)


@frozen
class LimitDoc:
    """How many people one ballot may, or must, give marks of a range."""

    at: Place = place()
    marks: Range = setting("分数的范围", "the range of marks")
    at_most: Whole | None = setting("一张票至多几人", "people on one ballot, at most", default=None)
    at_least: Whole = setting("一张票至少几人", "people on one ballot, at least", default=0)


@frozen
class TrimDoc:
    """Marks that are dropped before the mean is taken."""

    at: Place = place()
    highest: Whole = setting("去掉几个最高分", "highest marks to drop", default=0)
    lowest: Whole = setting("去掉几个最低分", "lowest marks to drop", default=0)
    when_more_than: Whole = setting("超过几张有效票才去", "only if there are more valid marks than this", default=0)


@frozen
class RemarksDoc:
    """When staff are told to look at the ballots, though they count."""

    at: Place = place()
    void_over: Unsigned | None = setting("作废票超过这一比例时提示", "remark on more void ballots", default=None)
    turnout_below: Unsigned | None = setting("收回率低于这一比例时提示", "remark on fewer returned", default=None)


@frozen
class SheetParams(ReviewMethodParams):
    """Marks from ballots that rate several people each."""

    scale: Positive = setting("评分满分", "highest mark")
    limits: tuple[LimitDoc, ...] = setting(
        "一张票上各分数段的人数限制；违反的作废", "limits of a ballot; one that breaks any is void", default=()
    )
    all_equal: Literal["void", "valid"] = setting("各人同分的票", "a ballot with the same mark for everybody")
    unmarked: Literal["void", "valid"] = setting("有人没有评的票", "a ballot that leaves somebody out")
    blank: Literal["void", "left-out"] = setting(
        "一个人也没有评的票：作废，或当作没有交", "a blank ballot: void, or as if not handed in"
    )
    most_void: Unsigned = setting("作废票超过这一比例的，重新测评", "vote again if more of the ballots are void")
    trim: TrimDoc | None = setting("去掉最高最低", "drop extremes", default=None)
    remarks: RemarksDoc | None = setting(
        "只提示、不影响计分的界线", "limits that only lead to a remark", default=None
    )
    suppress_below: Whole = setting(
        "收回少于几票时不显示票数", "counts are hidden if fewer ballots came in", default=5
    )
