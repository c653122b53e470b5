"""Text in the two languages the program speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import frozen

Lang: TypeAlias = Literal["zh", "en"]


@frozen
class Text:
    """One text in Chinese and in English."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


Arg: TypeAlias = "str | Text"


def as_text(words: Arg) -> Text:
    """Words that are the same in both languages (a name, a number) as a text."""
    return words if isinstance(words, Text) else Text(words, words)


def message_text(template: Text, args: Mapping[str, Arg], lang: Lang) -> str:
    """The template in ``lang`` with its arguments filled in, those that are texts in ``lang`` too."""
    shown = {name: arg.in_(lang) if isinstance(arg, Text) else arg for name, arg in args.items()}
    return template.in_(lang).format(**shown)
