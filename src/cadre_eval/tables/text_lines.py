"""Text files of any length: their encoding, and their lines in bounded memory."""

from __future__ import annotations

import gzip
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from attrs import frozen

from cadre_eval.errors import Problems, Span
from cadre_eval.tables.faults import TooLong, in_line

BLOCK = 1 << 22
"""Bytes read at once."""
MAX_ROW = 1 << 17
"""Characters of a row, its line breaks with it."""
AT_ONCE = 4096
"""Records gathered before they become columns: few enough for the processor's cache."""
WIDEST = 4
"""Bytes of a character, at most."""
SURELY = 16
"""Where so many bytes go on with a character of UTF-8, it is not by chance: the text is not in another encoding."""
MARK = "\ufeff"


@frozen
class BadBytes:
    """Where a file is not text of an encoding."""

    line: int
    column: int
    text: str
    byte: int
    sound: int
    """How many bytes in front of it go on with a character."""

    def place(self, name: str) -> Span:
        return in_line(name, self.line, self.column, self.text)


class Lines:
    """The text of a file, taken line by line or in blocks of whole lines."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._blocks = _blocks(file)
        self._encoding = encoding
        self.text, self.at = "", 0
        self.number = 1
        """The line that comes next, from 1."""

    def line(self) -> str | None:
        """The next line with its line break, or None at the end.

        Raises:
            TooLong: the line is too long to be one.
        """
        if self.at >= len(self.text) and not self._more():
            return None
        end = self.text.find("\n", self.at) + 1 or len(self.text)
        if end - self.at > MAX_ROW:
            raise TooLong(self.number)
        line = self.text[self.at : end]
        self.at = end
        self.number += 1
        return line

    def block(self) -> str:
        """The lines in hand, or the next ones; they are not taken yet. Empty at the end."""
        if self.at >= len(self.text):
            self._more()
        return self.text[self.at :]

    def taken(self, lines: int) -> None:
        """The lines in hand were read, so many of them."""
        self.at = len(self.text)
        self.number += lines

    @property
    def at_block_end(self) -> bool:
        return self.at >= len(self.text)

    def _more(self) -> bool:
        block = next(self._blocks, b"")
        first = self.number == 1 and not self.text
        self.text, self.at = block.decode(self._encoding), 0
        if first:
            self.text = self.text.removeprefix(MARK)
        return bool(self.text)


@contextmanager
def lines_of(path: Path, encoding: str) -> Iterator[Lines]:
    """The lines of a file; packed ones are unpacked on the way."""
    with _opened(path) as file:
        yield Lines(file, encoding)


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Whole lines, many at once. In UTF-8 and GB18030 the byte of a line break is never part of another character."""
    rest, line = b"", 1
    while data := file.read(BLOCK):
        block = rest + data
        cut = block.rfind(b"\n") + 1
        rest = block[cut:]
        if cut:
            yield block[:cut]
            line += block.count(b"\n", 0, cut)
        if len(rest) > WIDEST * MAX_ROW:
            raise TooLong(line)
    if rest:
        yield rest


def encoding_of(path: Path, name: str, allowed: Sequence[str], problems: Problems) -> str | None:
    """Which of the encodings a file has, in this order; None with a problem noted.

    Raises:
        one of ``FAILURES``: the file cannot be unpacked, or read at all.
    """
    faults = []
    try:
        for encoding in allowed:
            fault = _first_fault(path, encoding)
            if fault is None:
                return encoding
            faults.append(fault)
            if fault.sound >= SURELY:
                break
    except TooLong as error:
        problems.add("CE808", in_line(name, error.line, 1, ""), limit=str(MAX_ROW))
        return None
    fault = max(faults, key=lambda f: (f.line, f.column))  # what is sound for longest is what was meant
    problems.add("CE102" if len(allowed) == 1 else "CE809", fault.place(name), byte=f"0x{fault.byte:02X}")
    return None


def _first_fault(path: Path, encoding: str) -> BadBytes | None:
    line, sound_so_far = 1, 0
    with _opened(path) as file:
        for block in _blocks(file):
            if block.startswith(BOM_UTF8):
                sound_so_far = SURELY
            try:
                sound_so_far += len(block) - len(block.decode(encoding))
            except UnicodeDecodeError as error:
                return _fault_in(block, error, line, sound_so_far)
            line += block.count(b"\n")
    return None


def _fault_in(block: bytes, error: UnicodeDecodeError, line: int, sound_so_far: int) -> BadBytes:
    start, end = block.rfind(b"\n", 0, error.start) + 1, block.find(b"\n", error.start)
    before = block[start : error.start].decode(error.encoding).removeprefix(MARK)
    after = block[error.start : end if end >= 0 else len(block)].decode(error.encoding, "replace")
    return BadBytes(
        line + block.count(b"\n", 0, error.start),
        len(before) + 1,
        before + after,
        block[error.start],
        sound_so_far + error.start - len(block[: error.start].decode(error.encoding)),
    )
