"""Which language the command speaks: ``--lang``, ``CADRE_EVAL_LANG``, then the locale."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.languages import VARIABLE, lang_named, locale_lang


def chosen_lang(arguments: Sequence[str]) -> Lang | None:
    """The language asked for by option or variable, or None."""
    asked = os.environ.get(VARIABLE, "")
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if before == "--lang":
            asked = argument
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return lang_named(asked)


MESSAGES: Lang = chosen_lang(sys.argv[1:]) or locale_lang()
"""The language of messages, help and errors, fixed when the command starts: help texts are built with it."""

REPORTS: Lang = chosen_lang(sys.argv[1:]) or "zh"
"""The language of reports: Chinese unless another is asked for, whatever the locale, so that bytes stay the same."""


def say(zh: str, en: str) -> str:
    """The text in the language of messages."""
    return Text(zh, en).in_(MESSAGES)


def teach_click() -> None:
    """Gives click its own messages in Chinese."""
    if MESSAGES == "zh":
        gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
        os.environ["LANGUAGE"] = "zh_CN"
