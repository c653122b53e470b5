"""How wide a text is in a terminal, where a Chinese character takes two columns."""

from __future__ import annotations

import unicodedata


def char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Cc", "Me", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def text_width(text: str) -> int:
    return sum(char_width(char) for char in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to ``width`` columns; ``right`` sets it to the right edge."""
    fill = " " * max(0, width - text_width(text))
    return fill + text if right else text + fill
