"""Headings and tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def heading(level: int, words: str) -> Iterator[str]:
    yield f"{'#' * level} {words}"
    yield ""


class Table:
    """Rows below heads; columns from ``right_from`` on hold numbers and end where they end."""

    def __init__(self, heads: Sequence[str], right_from: int = 99) -> None:
        self.heads, self.right_from = heads, right_from
        self.rows: list[Sequence[str]] = []

    def add(self, *cells: str) -> None:
        if len(cells) != len(self.heads):
            raise ValueError(f"{len(cells)} cells below {len(self.heads)} heads")
        self.rows.append(cells)

    def lines(self) -> Iterator[str]:
        yield self._line(self.heads)
        yield self._line(["--:" if n >= self.right_from else "---" for n in range(len(self.heads))])
        yield from map(self._line, self.rows)
        yield ""

    @staticmethod
    def _line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"
