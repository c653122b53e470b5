"""What helps the author of a plugin to find a mistake: where it was raised, and which types a setting may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import PurePath
from types import FrameType, TracebackType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from cadre_eval.numbers.ranges import Range
from cadre_eval.reading.scalars import SCALARS
from cadre_eval.reading.settings import is_place, is_setting

MACHINERY = frozenset({"cadre_eval", "importlib", "importlib_metadata", "attr", "attrs", "pluggy"})
"""Packages whose frames lie between the call of a plugin and its own code."""
READ_WHOLE = frozenset({*SCALARS, Range})
"""What a ruleset writes as one word."""
MEANT: Mapping[Any, str] = {
    int: "Whole", str: "Word", float: "Number", Fraction: "Number", bool: "Flag", list: "tuple[…, ...]",
}  # fmt: skip


def raised_at(error: BaseException) -> str:
    """The line of the plugin's own code that raised, as ``plugins/visits.py:12``; empty if none did."""
    frames = list(_own_frames(error.__traceback__))
    if not frames:
        return ""
    # how deep a recursion got depends on who called, so only where it began is the same in every run
    frame, line = frames[0 if isinstance(error, RecursionError) else -1]
    return f"{_within_its_package(frame)}:{line}"


def _within_its_package(frame: FrameType) -> str:
    """The file, without where it lies on this machine."""
    path = PurePath(frame.f_code.co_filename)
    top = _package(frame)
    if top in path.parts:
        home = len(path.parts) - 1 - path.parts[::-1].index(top)
        return "/".join(path.parts[home:])
    return path.name if path.is_absolute() else path.as_posix()


def _own_frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    """The frames of the package that was called first, outermost first."""
    own = None
    while trace is not None:
        package = _package(trace.tb_frame)
        own = own or (package if package not in MACHINERY else None)
        if package == own and trace.tb_frame.f_code.co_filename.endswith(".py"):
            yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).split(".")[0]


def wrong_settings(record: type, seen: frozenset[type] = frozenset()) -> Iterator[str]:
    """What is wrong with the fields of a record of settings, and of the records in it.

    Raises:
        NameError: a type that is named is not there.
    """
    hints = get_type_hints(record)
    for attribute in attrs.fields(record):
        where = f"{record.__name__}.{attribute.name}"
        if is_setting(attribute):
            yield from (f"{where}: {what}" for what in _wrong_type(hints[attribute.name], seen | {record}))
        elif not is_place(attribute) and attribute.default is attrs.NOTHING:
            yield f"{where} is not a setting: write {attribute.name}: … = setting(zh, en)"


def _wrong_type(t: Any, seen: frozenset[type]) -> Iterator[str]:
    origin, args = get_origin(t), get_args(t)
    if t in READ_WHOLE or t is type(None) or origin is Literal:
        return
    if origin in {Union, UnionType, dict, Mapping} or (origin is tuple and args[1:] == (...,)):
        for part in args:
            if part is not ...:
                yield from _wrong_type(part, seen)
    elif isinstance(t, type) and attrs.has(t):
        yield from () if t in seen else wrong_settings(t, seen)
    else:
        meant = MEANT.get(origin or t)
        shown = t.__name__ if origin is None and isinstance(t, type) else str(t)
        yield f"{shown} cannot be read" + (f"; write {meant}" if meant else "")
