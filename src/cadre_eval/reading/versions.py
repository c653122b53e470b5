"""Versions of plugins and the ranges a ruleset accepts: ``cadre-eval-rate-bands >=0.2, <1``.

Only release numbers have an order here (``0.10.1``); a version with anything else in it (``1.0rc1``, ``1.0+local``) is
accepted by an equal ``==`` or where no range is written. So no rule of precedence has to be known to read a ruleset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from attrs import frozen

_NAME = r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?"
_ONE = r"(>=|<=|==|!=|>|<)\s*[0-9][A-Za-z0-9.+!-]{0,62}"
REQUIREMENT_PATTERN = rf"^\s*{_NAME}\s*({_ONE}\s*(,\s*{_ONE}\s*)*)?$"
_REQUIREMENT = re.compile(REQUIREMENT_PATTERN)
_LIMIT = re.compile(r"(>=|<=|==|!=|>|<)\s*([^\s,]+)")
_RELEASE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,7}")

_MEETS: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


@frozen
class Requirement:
    """A plugin by name, and what its version must meet (nothing: any version)."""

    name: str
    limits: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        shown = ", ".join(sign + version for sign, version in self.limits)
        return f"{self.name} {shown}".strip()

    def accepts(self, version: str) -> bool:
        return all(_meets(version, sign, limit) for sign, limit in self.limits)


def _release(version: str) -> tuple[int, ...] | None:
    """The numbers of a release, without trailing zeros: 1.0 is 1."""
    if not _RELEASE.fullmatch(version):
        return None
    numbers = [int(part) for part in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _meets(version: str, sign: str, limit: str) -> bool:
    if version == limit:
        return sign in {">=", "<=", "=="}
    a, b = _release(version), _release(limit)
    return a is not None and b is not None and _MEETS[sign](a, b)


def requirement_of(text: str) -> Requirement | None:
    """``NAME`` or ``NAME >=1.2, <2``; None if it is neither."""
    if not _REQUIREMENT.fullmatch(text):
        return None
    name = re.split(r"[\s<>=!]", text.strip(), maxsplit=1)[0]
    limits = tuple((m[1], m[2]) for m in _LIMIT.finditer(text))
    if any(_release(limit) is None and sign != "==" for sign, limit in limits):
        return None
    return Requirement(name, limits)
