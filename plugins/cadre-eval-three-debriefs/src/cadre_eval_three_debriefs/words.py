"""Checks of one criterion's words: the best gives all points, the questions are told apart, the review has a reader."""

from __future__ import annotations

from cadre_eval.plugins.api import CheckContext, Text, number_text
from cadre_eval_three_debriefs.declared import BEFORE, ThreeDebriefsParams


def sound_words(p: ThreeDebriefsParams, ctx: CheckContext) -> ThreeDebriefsParams:
    """The parameters as they are, with everything wrong with them noted."""
    ctx.filled(p, "options", "comments")
    _check_best(p, ctx)
    _check_questions(p, ctx)
    _check_replacing(p, ctx)
    _check_review(p, ctx)
    if p.minutes > len(BEFORE):
        ctx.object(
            p.at.value("minutes"),
            Text("三次述职，最多要三份述职记录", "three debriefs have three minutes at most"),
        )
    return p


def _check_best(p: ThreeDebriefsParams, ctx: CheckContext) -> None:
    for key, worth in (("options", p.options), ("comments", p.comments)):
        best = max(worth.values(), default=p.scale)
        if best != p.scale:
            ctx.object(
                p.at.key(key),
                Text(
                    f"最好的是 {number_text(best)} 分，满分是 {number_text(p.scale)}：最好的评价应得满分",
                    f"the best gives {number_text(best)} of {number_text(p.scale)}: the best answer gives all points",
                ),
            )


def _check_questions(p: ThreeDebriefsParams, ctx: CheckContext) -> None:
    """A record with questions that do not count names the one that does."""
    if p.aside and p.question is None:
        ctx.object(
            p.at.key("aside"),
            Text(
                "有不计分的题目，就要用 question 写明计分的是哪一题",
                "with questions that do not count, name the one that does as question",
            ),
        )
    if p.question is not None and p.question in p.aside:
        ctx.object(
            p.at.entry("aside", p.question),
            Text(f"“{p.question}”是计分的题目，不能又不计分", f"'{p.question}' is the question that counts"),
        )


def _check_replacing(p: ThreeDebriefsParams, ctx: CheckContext) -> None:
    """Some words of the keep-or-replace question, not all, speak for replacing."""
    if p.keep_or_replace is None:
        if p.replace:
            ctx.object(
                p.at.key("replace"),
                Text(
                    "写了 replace，就要用 keep_or_replace 写明是哪一题",
                    "replace needs keep_or_replace: which question",
                ),
            )
        return
    if p.keep_or_replace not in p.aside:
        ctx.object(
            p.at.value("keep_or_replace"),
            Text(
                f"aside 里没有“{p.keep_or_replace}”：去留题不计分，要列在 aside 里",
                f"aside has no '{p.keep_or_replace}': the keep-or-replace question does not count and stands there",
            ),
        )
        return
    asked = p.aside[p.keep_or_replace]
    for word in p.replace:
        if word not in asked:
            ctx.object(
                p.at.key("replace"),
                Text(
                    f"去留题没有“{word}”这个选项；有的是：{'、'.join(asked)}",
                    f"the keep-or-replace question has no '{word}'; it has: {', '.join(asked)}",
                ),
            )
    if not p.replace or set(asked) <= set(p.replace):
        ctx.object(
            p.at.key("replace"),
            Text(
                "replace 要写去留题里主张调整的选项，不能一个没有，也不能全是",
                "replace names the words for replacing: at least one, and not all of them",
            ),
        )


def _check_review(p: ThreeDebriefsParams, ctx: CheckContext) -> None:
    """A share at which a review is asked for, and who reviews, go together."""
    least = p.review_when_replace_at_least
    if (least is None) != (p.review_by is None):
        key = "review_by" if least is None else "review_when_replace_at_least"
        ctx.object(
            p.at.key(key),
            Text(
                "review_when_replace_at_least 和 review_by 要写就一起写",
                "review_when_replace_at_least and review_by go together",
            ),
        )
    if least is not None and p.keep_or_replace is None:
        ctx.object(
            p.at.key("review_when_replace_at_least"),
            Text(
                "没有去留题（keep_or_replace），无从计算比例",
                "there is no keep_or_replace question to take a share of",
            ),
        )
    if least is not None and least > 1:
        ctx.object(
            p.at.value("review_when_replace_at_least"),
            Text("比例不能大于 100%", "a share is at most 100%"),
        )
