"""The records of a CSV file one after the other, each with its place, and what is wrong with them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.tables.faults import MAX_PROBLEMS, TooLong, in_line
from cadre_eval.tables.text_lines import MAX_ROW, Lines

NEVER_CLOSED = Text("这个双引号没有收尾", "this quote is never closed")
AFTER_QUOTE = Text("收尾的双引号后面应是逗号或换行", "a comma or a line break must follow a closing quote")
CARRIAGE = Text("回车后面没有换行", "a carriage return without a line feed")
_CELL = re.compile(r'"[^"]*(?:""[^"]*)*"|[^",\r\n][^,\r\n]*|')


class Records:
    """Takes records from lines. ``start`` is the line the last one begins on; ``width`` how many cells each must have,
    once that is known; ``done`` says that nothing more is read, because the file ends or too much is wrong with it.
    """

    def __init__(self, lines: Lines, name: str, problems: Problems) -> None:
        self._lines, self._name, self._problems = lines, name, problems
        self._most = len(problems) + MAX_PROBLEMS
        self._record: list[str] = []
        self._size = 0
        self._reader = csv.reader(self._feed(), strict=True)
        self.start = 1
        self.width = 0
        self.done = False

    def take(self) -> list[str] | None:
        """The cells of the next record, blank lines passed over. None for one that is not sound, with a problem noted,
        and at the end.
        """
        cells: list[str] | None = []
        while cells == [] and not self.done:
            self._record.clear()
            self.start, self._size = self._lines.number, 0
            cells = self._taken()
        if cells and len(cells) != (self.width or len(cells)):
            self._note("CE810", self.cell_place(self.width), given=str(len(cells)), expected=str(self.width))
            return None
        return cells

    def cell_place(self, index: int) -> Span:
        """Where a cell of the last record begins; the last cell, if it has not so many."""
        starts, _ = self._scanned()
        return self._place(starts[min(index, len(starts) - 1)])

    def _feed(self) -> Iterator[str]:
        while (line := self._lines.line()) is not None:
            self._record.append(line)
            self._size += len(line)
            if self._size > MAX_ROW:
                raise TooLong(self.start)
            yield line

    def _taken(self) -> list[str] | None:
        """An empty list for a blank line."""
        try:
            return next(self._reader)
        except StopIteration:
            self.done = True
        except csv.Error as error:
            self._misquoted(too_long="field limit" in str(error))
        except TooLong:
            self._misquoted(too_long=True)
            self.done = True
        return None

    def _misquoted(self, too_long: bool) -> None:
        _, end = self._scanned()
        rest = "".join(self._record)[end:]
        if rest.startswith('"'):
            self._note("CE811", self._place(end), reason=NEVER_CLOSED)
        elif too_long:
            self._note("CE808", self._place(0), limit=str(min(MAX_ROW, csv.field_size_limit())))
        else:
            self._note("CE811", self._place(end), reason=CARRIAGE if rest.startswith("\r") else AFTER_QUOTE)

    def _note(self, code: str, span: Span, **args: str | Text) -> None:
        self._problems.add_bad(code, span, None, args)
        self.done = self.done or len(self._problems) >= self._most

    def _scanned(self) -> tuple[list[int], int]:
        """Where the cells of the last record begin, and where the last of them ends: at the end of the line, unless
        something is out of place there.
        """
        text, starts, at = "".join(self._record), [], 0
        while True:
            starts.append(at)
            found = _CELL.match(text, at)
            end = found.end() if found else at
            if text[end : end + 1] != ",":
                return starts, end
            at = end + 1

    def _place(self, at: int) -> Span:
        """The place of a character of the last record."""
        text = "".join(self._record)
        begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        line = text[begin : end if end >= 0 else len(text)]
        return in_line(self._name, self.start + text.count("\n", 0, at), at - begin + 1, line)
