"""Did you mean …?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word most like ``word``, if one is close enough to be a slip. One with another number is another thing:
    of c-0022 nobody meant c-0002.
    """
    numbers = _numbers(word)
    options = [option for option in sorted(allowed) if _numbers(option) == numbers]
    folded = {option.lower().replace("_", "-"): option for option in options}
    wanted = word.lower().replace("_", "-")
    if wanted in folded:
        return folded[wanted]
    cutoff = 0.5 if len(word) <= 3 else 0.6
    found = get_close_matches(wanted, list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def _numbers(word: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"[0-9]+", word)]


def listed(words: Iterable[str], limit: int = 12) -> str:
    """Allowed words as one text, sorted, the tail cut."""
    options = sorted(words)
    return ", ".join(options[:limit]) + (", …" if len(options) > limit else "")
