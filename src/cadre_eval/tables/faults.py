"""Failures of the readers of files as problems at the file, and what every table must keep to."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
from attrs import field, frozen

from cadre_eval.errors import Problem, Problems, RefusedInput, Source, Span
from cadre_eval.tables.memory import is_limited, is_short_of_memory

MAX_COLUMNS = 10_000
MAX_PROBLEMS = 20
"""So many problems of one file are told; then it is read no further."""
LONGEST_REASON = 200


class TooLong(Exception):
    """A row longer than any may be; the line it begins on."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is too long")
        self.line = line


FAILURES = (pa.ArrowException, OSError, EOFError, UnicodeError, MemoryError, zlib.error, TooLong)
"""What readers of files raise where bytes are not what they should be."""


@frozen
class LineSource(Source):
    """One line of a long text; the others are not kept."""

    number: int = field(default=1, repr=False)

    def line(self, number: int) -> str:
        return self.text if number == self.number else ""

    def has_line(self, number: int) -> bool:
        return number > 0


def in_line(name: str, number: int, column: int, text: str, length: int = 1) -> Span:
    """A place in a line of a text file."""
    return Span(LineSource(name, text.rstrip("\r\n"), number), number, column, length)


def at_file(name: str) -> Span:
    """The place of what concerns a file as a whole."""
    return Span(Source(name), 1, 1)


@contextmanager
def sound(name: str, kind: str) -> Iterator[None]:
    """What goes wrong inside is the fault of the file, but for want of memory under a limit.

    Raises:
        RefusedInput: the file is damaged, or cannot be read.
    """
    try:
        yield
    except FAILURES as error:
        if is_limited() and is_short_of_memory(error):
            raise MemoryError(_one_line(error)) from error
        raise RefusedInput([_fault(name, kind, error)]) from error


def _fault(name: str, kind: str, error: BaseException) -> Problem:
    if isinstance(error, OSError) and error.errno is not None:
        args = {"path": name, "reason": error.strerror or type(error).__name__}
        return Problem("CE114", at_file(name), args)
    return Problem("CE803", at_file(name), {"kind": kind, "reason": _one_line(error)})


def _one_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:LONGEST_REASON]


def columns_sound(names: Sequence[str], place: Callable[[int], Span], problems: Problems) -> bool:
    """Whether a table may have these columns: at least one, each with a name of its own. ``place`` tells where one is
    named, counted from 0.
    """
    before = len(problems)
    if not names:
        problems.add("CE805", place(0))
    if len(names) > MAX_COLUMNS:
        problems.add("CE807", place(MAX_COLUMNS), limit=str(MAX_COLUMNS))
        return False
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not name:
            problems.add("CE806", place(index), number=str(index + 1))
        elif name in seen:
            problems.add("CE804", place(index), column=name)
        seen.add(name)
    return len(problems) == before
