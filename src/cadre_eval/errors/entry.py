"""What is kept of a problem code."""

from __future__ import annotations

from attrs import frozen

from cadre_eval.errors.text import Text


@frozen
class Entry:
    """The message of a code (with ``{names}`` of its arguments) and its cure."""

    message: Text
    cure: Text


def entry(zh: str, en: str, cure_zh: str, cure_en: str) -> Entry:
    return Entry(Text(zh, en), Text(cure_zh, cure_en))
