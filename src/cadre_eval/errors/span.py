"""Where something stands in a file a user wrote."""

from __future__ import annotations

from attrs import field, frozen


@frozen
class Source:
    """A text that was read: the name people see for it (a relative path), and the text itself."""

    name: str
    text: str = field(default="", repr=False, eq=False)

    def line(self, number: int) -> str:
        """Line ``number`` (from 1), without its line break; empty if there is none."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def has_line(self, number: int) -> bool:
        return 0 < number <= self.text.count("\n") + 1


@frozen(order=False)
class Span:
    """A run of characters on one line: ``line`` and ``column`` count from 1, ``length`` in characters."""

    source: Source
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    @property
    def sort_key(self) -> tuple[str, int, int]:
        return (self.source.name, self.line, self.column)

    @property
    def short(self) -> str:
        """``file:line``, as receipts name a rule."""
        return f"{self.source.name}:{self.line}"
