"""Options whose share is looked at: words of the ballot, each once, not all of them."""

from __future__ import annotations

from collections.abc import Sequence

from cadre_eval.plugins.api import CheckContext, SurveyMethodParams, Text
from cadre_eval_rate_bands.showing import joined


def check_options(p: SurveyMethodParams, key: str, words: Sequence[str], ctx: CheckContext) -> None:
    """The words under ``key`` are options of the ballot, and none is named twice."""
    where = p.at.value(key)
    strange = [word for word in words if word not in p.options]
    if strange:
        named, known = joined(strange), joined(p.options)
        ctx.object(where, Text(f"票面没有“{named}”；有：{known}", f"not on the ballot: {named}; it has {known}"))
    if len(set(words)) < len(words):
        ctx.object(where, Text("同一个选项写了两次", "an option is named twice"))
