"""The charts (SVG), readable on light and on dark pages; the same numbers give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from attrs import frozen

from nation.figures import LIMIT, OWN, Found, middle, over, peers_at, sizes_of

FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
COLOURS = ("#1f6fb4", "#c2571a", "#2f8a57", "#8a4fa3", "#b3313e")
BRIGHT = ("#6db3f2", "#f0995f", "#6fcf97", "#c996e0", "#f07f89")
"""The same on a dark page."""
WIDTH = 760
LEFT, RIGHT, TOP, ROW = 150, 250, 64, 30


def style() -> str:
    light = "".join(f" .c{n} {{ fill: {c}; stroke: {c} }}" for n, c in enumerate(COLOURS))
    dark = "".join(f" .c{n} {{ fill: {c}; stroke: {c} }}" for n, c in enumerate(BRIGHT))
    return (
        f"<style>text {{ font-family: {FONT}; font-size: 13px; fill: #222; stroke: none }} .title {{ font-size: 16px; font-weight: bold }}"
        " .small { font-size: 11px; fill: #666 } .page { fill: #fff } .grid { stroke: #ddd } .line { fill: none; stroke-width: 2 }"
        f"{light} .line {{ fill: none }}"
        " @media (prefers-color-scheme: dark) { text { fill: #e6e6e6 } .small { fill: #a0a0a0 } .page { fill: #161b22 }"
        f" .grid {{ stroke: #3a3f47 }}{dark} .line {{ fill: none }} }}</style>"
    )


def picture(height: int, body: Sequence[str]) -> str:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        style(),
        f'<rect class="page" width="{WIDTH}" height="{height}"/>',
        *body,
        "</svg>\n",
    ])  # fmt: skip


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{named} text-anchor="{anchor}">{escape(words)}</text>'


@frozen
class Scale:
    """A scale of powers of ten around some values, drawn from one place to another."""

    low: int
    high: int
    first: float
    last: float

    @classmethod
    def around(cls, values: Sequence[float], first: float, last: float) -> Scale:
        low = floor(log10(min(values)))
        return cls(low, max(low + 1, ceil(log10(max(values)))), first, last)

    def __call__(self, value: float) -> float:
        return self.first + (self.last - self.first) * (log10(value) - self.low) / (self.high - self.low)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """The places of the powers of ten, and what they say."""
        for power in range(self.low, self.high + 1):
            yield self(10.0**power), f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"


def grid(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def peers_svg(found: Found) -> str:
    """How many times as long as the limit each peer takes for a cadre, and what it gets wrong."""
    size = sizes_of(found)[-1]
    peers = peers_at(found, size)
    ratios = sorted((over(found, size, name, LIMIT), name) for name in peers)
    height = TOP + ROW * len(ratios) + 56
    x = Scale.around([1, *(ratio for ratio, _ in ratios)], LEFT, WIDTH - RIGHT)
    title = f"每人用时，是手写 int64 核的几倍 · Time for a cadre, times the int64 kernel's ({size:,})"
    body = [
        text(16, 26, title, "title"),
        text(WIDTH - 16, TOP - 10, "错 wrong: 总分 totals / 名次 ranks / 等次 grades", "small", "end"),
    ]
    for place, words in x.ticks():
        body += [grid(place, TOP, place, height - 40), text(place, height - 24, f"{words}×", "small", "middle")]
    for row, (ratio, name) in enumerate(ratios):
        y = TOP + ROW * row
        own = 1 if name.startswith(OWN) else 0
        end = max(x(max(ratio, 1)), LEFT + 1.5)
        body += [
            text(LEFT - 10, y + 20, name, "", "end"),
            f'<rect class="c{own}" x="{LEFT}" y="{y + 6}" width="{end - LEFT:.1f}" height="18"/>',
            text(end + 6, y + 20, f"{ratio:.2f}×" if ratio < 100 else f"{ratio:,.0f}×"),
            text(WIDTH - 16, y + 20, wrong_text(peers[name], size), "", "end"),
        ]
    return picture(height, body)


def wrong_text(peer: Found, size: int) -> str:
    """What is wrong, and of how many if not of all."""
    wrong = peer["wrong"]
    counts = " / ".join("–" if wrong[of] is None else f"{wrong[of]:,}" for of in ("totals", "ranks", "grades"))
    return counts if peer["rows"] == size else f"{counts} ({peer['rows']:,})"


@frozen
class Line:
    title: str
    points: Sequence[tuple[float, float]]


def lines_of(found: Found) -> Iterator[Line]:
    """Seconds for 100,000 cadres, by how many there are."""
    sizes = sizes_of(found)
    for name, title in ((LIMIT, "int64"), (OWN, "列计分 columns")):
        yield Line(title, [(n, middle(peers_at(found, n)[name]) / n * 1e5) for n in sizes])
    for jobs in ("1", "2"):
        title = f"整条命令 bulk --jobs {jobs}"
        yield Line(title, [(n, middle(found["sizes"][str(n)]["bulk"][jobs]) / n * 1e5) for n in sizes])


def growth_svg(found: Found) -> str:
    """A flat line is linear growth; what falls is the start, which matters less the more there are."""
    lines = list(lines_of(found))
    height, left, right, top, bottom = 420, 80, 200, 56, 372
    across, up = ([value for line in lines for value in (p[k] for p in line.points)] for k in (0, 1))
    x, y = Scale.around(across, left, WIDTH - right), Scale.around(up, bottom, top)
    body = [text(16, 26, "每 10 万人用几秒 · Seconds for 100,000 cadres", "title")]
    for place, words in y.ticks():
        body += [grid(left, place, WIDTH - right, place), text(left - 8, place + 4, f"{words} s", "small", "end")]
    for place, words in x.ticks():
        body += [grid(place, top, place, bottom), text(place, bottom + 18, words, "small", "middle")]
    body.append(text((left + WIDTH - right) / 2, bottom + 38, "人 cadres", "small", "middle"))
    ends = spaced([y(line.points[-1][1]) for line in lines])
    for n, (line, end) in enumerate(zip(lines, ends, strict=True)):
        places = [(x(a), y(b)) for a, b in line.points]
        body.append(f'<polyline class="line c{n}" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in places)}"/>')
        body += [f'<circle class="c{n}" cx="{a:.1f}" cy="{b:.1f}" r="3.5"/>' for a, b in places]
        body.append(f'<rect class="c{n}" x="{WIDTH - right + 12}" y="{end - 5:.1f}" width="10" height="10"/>')
        body.append(text(WIDTH - right + 28, end + 4, line.title))
    return picture(height, body)


def spaced(heights: Sequence[float], least: float = 18) -> list[float]:
    """Heights of labels, moved down where they would cover one another."""
    found = list(heights)
    last = float("-inf")
    for n in sorted(range(len(found)), key=lambda n: found[n]):
        found[n] = last = max(found[n], last + least)
    return found
