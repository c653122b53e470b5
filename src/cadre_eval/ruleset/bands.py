"""Ranges as people write them."""

from __future__ import annotations

import re
from fractions import Fraction

from cadre_eval.numbers.ranges import ANY, Range
from cadre_eval.reading.scalars import BadScalar, parse_number
from cadre_eval.ruleset.document import BY_QUOTA, ByQuota

_COMPARED = re.compile(r"(>=|<=|>|<|=|≥|≤)\s*(\S+)")
_BETWEEN = re.compile(r"([\[(])\s*([^\s,，]+)\s*[,，]\s*([^\s,，]+)\s*([\])])")


def parse_range(text: str) -> Range:
    """``>= 90``, ``[75, 90)``, ``= 3``, ``any``. Raises BadScalar."""
    stripped = text.strip()
    if stripped == "any":
        return ANY
    compared = _COMPARED.fullmatch(stripped)
    if compared:
        return _compared(compared[1], _end(compared[2], text))
    between = _BETWEEN.fullmatch(stripped)
    if between:
        low, high = _end(between[2], text), _end(between[3], text)
        span = Range(low, high, between[1] == "[", between[4] == "]")
        if not span.is_empty:
            return span
    raise BadScalar("CE212", text=text)


def _end(number: str, text: str) -> Fraction:
    try:
        return parse_number(number)
    except BadScalar:
        raise BadScalar("CE212", text=text) from None


def _compared(sign: str, number: Fraction) -> Range:
    if sign == "=":
        return Range(number, number)
    closed = sign in {">=", "<=", "≥", "≤"}
    if sign in {">=", ">", "≥"}:
        return Range(number, None, closed, True)
    return Range(None, number, True, closed)


def parse_by_quota(text: str) -> ByQuota:
    """The words ``by quota``. Raises BadScalar."""
    if text.strip() != "by quota":
        raise BadScalar("CE212", text=text)
    return BY_QUOTA
