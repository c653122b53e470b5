"""Pages in Markdown, in one of two languages: headings, paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from cadre_eval.errors import Lang, Text
from nation.figures import Found


class Table:
    """Rows below heads; columns from ``right_from`` on hold numbers and end where they end."""

    def __init__(self, heads: Sequence[str], right_from: int) -> None:
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


@frozen
class Bilingual:
    """A page of what was measured, in one language."""

    found: Found
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.lang)

    def heading(self, level: int, zh: str, en: str) -> Iterator[str]:
        yield f"{'#' * level} {self.say(zh, en)}"
        yield ""

    def paragraph(self, zh: str, en: str) -> Iterator[str]:
        yield self.say(zh, en)
        yield ""

    def table(self, zh: str, en: str, right_from: int) -> Table:
        """The heads with bars between them."""
        return Table(self.say(zh, en).split("|"), right_from)
