"""Which language whoever runs the program speaks: ``CADRE_EVAL_LANG``, then the locale."""

from __future__ import annotations

import os

from cadre_eval.errors.text import Lang

VARIABLE = "CADRE_EVAL_LANG"


def lang_named(name: str) -> Lang | None:
    """The language a word such as ``zh_CN.UTF-8`` names, or None."""
    if name.lower().startswith("zh"):
        return "zh"
    return "en" if name.lower().startswith("en") else None


def locale_lang() -> Lang:
    """The language of the locale; English where it says nothing."""
    names = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    named = next((name for name in names if name), "")
    return lang_named(named) or "en"


def environment_lang() -> Lang:
    """The language the variable asks for, else that of the locale."""
    return lang_named(os.environ.get(VARIABLE, "")) or locale_lang()
