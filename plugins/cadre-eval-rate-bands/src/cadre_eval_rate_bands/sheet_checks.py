"""What about a ballot sheet's rules cannot be meant."""

from __future__ import annotations

from fractions import Fraction

from cadre_eval.plugins.api import CheckContext, Place, Range, Text, number_text
from cadre_eval_rate_bands.feasible import can_be_valid
from cadre_eval_rate_bands.sheet_settings import LimitDoc, RemarksDoc, SheetParams, TrimDoc


def prepare(p: SheetParams, ctx: CheckContext) -> SheetParams:
    """Adds an objection for each; returns the parameters as they are."""
    if p.question is not None or p.aside:
        zh = "多人选票只有一题，没有另外的题目"
        ctx.object(
            p.at.key("question" if p.question is not None else "aside"), Text(zh, "a ballot sheet asks one thing")
        )
    _check_share(p.at, "most_void", p.most_void, ctx)
    if p.trim is not None:
        _check_trim(p.trim, ctx)
    if p.remarks is not None:
        _check_remarks(p, p.remarks, ctx)
    sound = [_check_limit(p, limit, ctx) for limit in p.limits]
    if all(sound) and not can_be_valid(p):
        zh = "这些限制不能同时满足，没有一张票能有效"
        ctx.object(p.at.key("limits"), Text(zh, "no ballot can keep all of these limits"))
    return p


def _check_share(at: Place, key: str, share: Fraction | None, ctx: CheckContext) -> None:
    if share is not None and share > 1:
        zh = "比例不会超过 100%；是不是漏写了百分号"
        ctx.object(at.value(key), Text(zh, "a share is at most 100 %; is a percent sign missing?"))


def _check_trim(trim: TrimDoc, ctx: CheckContext) -> None:
    dropped = trim.highest + trim.lowest
    if not dropped:
        ctx.object(trim.at.span, Text("一个也不去：不必写 trim", "nothing is dropped: leave trim out"))
    elif dropped > trim.when_more_than:
        zh = f"要去掉{dropped}个，却在只有{trim.when_more_than + 1}张有效票时就去，一张也不剩"
        en = f"{dropped} are dropped when there are but {trim.when_more_than + 1} valid ballots: none would be left"
        ctx.object(trim.at.span, Text(zh, en))


def _check_remarks(p: SheetParams, remarks: RemarksDoc, ctx: CheckContext) -> None:
    _check_share(remarks.at, "void_over", remarks.void_over, ctx)
    _check_share(remarks.at, "turnout_below", remarks.turnout_below, ctx)
    if remarks.void_over is None and remarks.turnout_below is None:
        zh = "没有写什么时候提示：void_over、turnout_below 至少一项"
        ctx.object(p.at.key("remarks"), Text(zh, "says nothing: void_over or turnout_below is needed"))
    elif remarks.void_over is not None and remarks.void_over >= p.most_void:
        zh = f"到不了这一步：作废票超过 {number_text(p.most_void, percent=True)} 就重新测评了"
        en = f"never comes to this: with more than {number_text(p.most_void, percent=True)} void the vote is repeated"
        ctx.object(remarks.at.value("void_over"), Text(zh, en))


def _check_limit(p: SheetParams, limit: LimitDoc, ctx: CheckContext) -> bool:
    """Whether the limit by itself can be kept, and broken."""
    if limit.at_most is None and not limit.at_least:
        ctx.object(limit.at.span, Text("没有写 at_most 或 at_least", "at_most or at_least is needed"))
        return False
    if limit.at_most is not None and limit.at_least > limit.at_most:
        zh = f"至少{limit.at_least}人、至多{limit.at_most}人，不能同时满足"
        ctx.object(limit.at.value("at_least"), Text(zh, f"at least {limit.at_least} and at most {limit.at_most}"))
        return False
    if limit.marks.meet(Range(Fraction(0), p.scale)).is_empty:
        zh = f"没有这样的分数：满分是 {number_text(p.scale)}"
        ctx.object(
            limit.at.value("marks"), Text(zh, f"there are no such marks: they go up to {number_text(p.scale)}")
        )
        return False
    return True
