"""A draw as a picture (SVG): inspectors by street on the left, hosts by street on the right, a line for each visit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from attrs import evolve, frozen

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import text_width
from cadre_eval.reports.draw_wording import role_text, street_text
from cadre_eval.supervision.draw.drawing import Result
from cadre_eval.supervision.draw.task import Task

ROW, HEAD, BLOCK_GAP, TOP, MARGIN = 26, 30, 14, 96, 24
"""Heights of a row and of a street's heading, the gap between streets, and the room above and around; in pixels."""
COLUMN, CROSSING = 300, 420
"""Widths of a column of names and of the room for lines."""
NAME_ROOM, SMALLEST = 120, 9
"""The width a name has where something stands beside it; the smallest size of letters."""
COLOURS = ("#1f6fb4", "#c2571a", "#2f8a57", "#8a4fa3", "#b3313e", "#6b6f1d", "#0f7f8c", "#8c5a3c")
FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


@frozen
class Row:
    """An inspector, or a host with a slot for each member of its team; ``middle`` is its height in the picture."""

    id: str  # noqa: A003
    name: str
    extra: str
    middle: int
    team: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        return ROW * max(1, len(self.team))

    def slot(self, person: str) -> int:
        """The height at which a member's line arrives."""
        return self.middle - self.height // 2 + ROW // 2 + ROW * self.team.index(person)


@frozen
class Block:
    """A street with its rows."""

    title: str
    colour: str
    top: int
    rows: tuple[Row, ...]

    @property
    def height(self) -> int:
        return HEAD + sum(row.height for row in self.rows)

    @property
    def bottom(self) -> int:
        return self.top + self.height


def draw_svg(result: Result, lang: Lang) -> str:
    """The picture; the same draw gives the same bytes."""
    task = result.task
    colours = _colours(task)
    left = _stacked(_people(task, lang), colours, task, lang)
    right = _stacked(_hosts(result, lang), colours, task, lang)
    lowest = max(block.bottom for block in [*left, *right])
    width, height = 2 * (MARGIN + COLUMN) + CROSSING, lowest + MARGIN + 20
    body = [*_title(task, lang), *_lines(result, left, right, colours)]
    body += [line for block in left for line in _block(block, MARGIN, task)]
    body += [line for block in right for line in _block(block, MARGIN + COLUMN + CROSSING, task)]
    digest = Text(f"摘要 {task.digest}", f"digest {task.digest}").in_(lang)
    body.append(f'<text x="{MARGIN}" y="{height - 14}" class="small">{escape(digest)}</text>')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<style>text {{ font-family: {FONT}; font-size: 14px; fill: #222 }} .title {{ font-size: 20px; font-weight: bold }}"
        " .street { font-weight: bold; fill: #fff } .small { font-size: 11px; fill: #666 }</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 1 L7 4 L0 7" fill="none" stroke="#555" stroke-width="1.2"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *body,
        "</svg>\n",
    ])  # fmt: skip


def _colours(task: Task) -> Mapping[str, str]:
    streets = {p.township or "" for p in task.inspectors.values()} | {h.township.id for h in task.hosts.values()}
    ordered = sorted(streets, key=lambda t: (t == "", t))
    return {street: COLOURS[k % len(COLOURS)] if street else "#666" for k, street in enumerate(ordered)}


def _people(task: Task, lang: Lang) -> Mapping[str, Sequence[Row]]:
    """The inspectors by street."""
    found: dict[str, list[Row]] = {}
    for person in task.inspectors.values():
        found.setdefault(person.township or "", []).append(Row(person.id, person.name, role_text(person, lang), 0))
    return found


def _hosts(result: Result, lang: Lang) -> Mapping[str, Sequence[Row]]:
    """The hosts by street, with their teams and how many households are asked."""
    found: dict[str, list[Row]] = {}
    for host, place in result.task.hosts.items():
        n = len(result.households[host])
        asked = Text(f"抽查 {n} 户", f"{n} households").in_(lang) if n else ""
        team = sorted(result.teams[host], key=lambda p: (result.task.inspectors[p].township or "~", p))
        found.setdefault(place.township.id, []).append(Row(host, place.name, asked, 0, tuple(team)))
    return found


def _stacked(grouped: Mapping[str, Sequence[Row]], colours: Mapping[str, str], task: Task, lang: Lang) -> list[Block]:
    """The blocks one below the other, in the order of streets; a street's rows in the order of ids."""
    blocks, top = [], TOP
    for street in sorted(grouped, key=lambda t: (t == "", t)):
        below, rows = top + HEAD, []
        for row in grouped[street]:
            rows.append(evolve(row, middle=below + row.height // 2))
            below += row.height
        blocks.append(Block(street_text(street or None, task, lang), colours[street], top, tuple(rows)))
        top = below + BLOCK_GAP
    return blocks


def _title(task: Task, lang: Lang) -> Iterator[str]:
    draw = task.draw
    line = Text(
        f"以 {draw.on.isoformat()} 的派驻为准　种子：{draw.seed or ''}",
        f"postings of {draw.on.isoformat()}; seed: {draw.seed or ''}",
    )
    yield f'<text x="{MARGIN}" y="40" class="title">{escape(draw.title)}</text>'
    yield f'<text x="{MARGIN}" y="64" class="small">{escape(line.in_(lang))}</text>'
    for x, text in (
        (MARGIN, Text("检查人员（来自）", "Inspectors (from)")),
        (MARGIN + COLUMN + CROSSING, Text("受检社区（村）", "Hosts inspected")),
    ):
        yield f'<text x="{x}" y="{TOP - 8}" class="small">{text.in_(lang)}</text>'


def _lines(
    result: Result, left: Sequence[Block], right: Sequence[Block], colours: Mapping[str, str]
) -> Iterator[str]:
    start = {row.id: row.middle for block in left for row in block.rows}
    end = {row.id: row for block in right for row in block.rows}
    x1, x2 = MARGIN + COLUMN, MARGIN + COLUMN + CROSSING
    for person, host in sorted(result.visits):
        inspector, y1, y2 = result.task.inspectors[person], start[person], end[host].slot(person)
        label = escape(f"{inspector.name} → {result.task.hosts[host].name}")
        yield (
            f'<path class="visit" d="M{x1} {y1} C{x1 + CROSSING // 2} {y1} {x2 - CROSSING // 2} {y2} {x2 - 4} {y2}" '
            f'fill="none" stroke="{colours[inspector.township or ""]}" stroke-width="1.6" stroke-opacity="0.75" '
            f'marker-end="url(#head)"><title>{label}</title></path>'
        )


def _block(block: Block, x: int, task: Task) -> Iterator[str]:
    yield (
        f'<rect x="{x}" y="{block.top}" width="{COLUMN}" height="{block.height}" rx="6" fill="#f7f7f5" '
        f'stroke="{block.colour}" stroke-width="1.5"/>'
    )
    yield (
        f'<path d="M{x} {block.top + HEAD - 4} v-{HEAD - 10} a6 6 0 0 1 6 -6 h{COLUMN - 12} a6 6 0 0 1 6 6 '
        f'v{HEAD - 10} z" fill="{block.colour}"/>'
    )
    yield f'<text x="{x + 12}" y="{block.top + 18}" class="street">{escape(block.title)}</text>'
    for k, row in enumerate(block.rows):
        if k and row.team:
            line = row.middle - row.height // 2
            yield f'<path d="M{x} {line} h{COLUMN}" stroke="{block.colour}" stroke-opacity="0.35"/>'
        yield from _row(row, x, task)


def _row(row: Row, x: int, task: Task) -> Iterator[str]:
    """A name with what belongs to it; in a host's row first its team, each where their line arrives."""
    for person in row.team:
        name = task.inspectors[person].name
        yield f'<text x="{x + 12}" y="{row.slot(person) + 5}" class="small"{_fitted(name, 80, 11)}>{escape(name)}</text>'
    left, edge = x + 110 if row.team else x + 12, x + COLUMN - 12
    below = len(row.team) > 1 and _wide(row.name, 14) > NAME_ROOM
    room, up, down = (edge - left, -3, 15) if below else (NAME_ROOM, 5, 5)
    yield f'<text x="{left}" y="{row.middle + up}"{_fitted(row.name, room, 14)}>{escape(row.name)}</text>'
    extra = f'x="{left}"' if below else f'x="{edge}" text-anchor="end"'
    yield f'<text {extra} y="{row.middle + down}" class="small">{escape(row.extra)}</text>'


def _wide(text: str, size: int) -> int:
    """How wide a text is set, in pixels: a Chinese character is as wide as it is high."""
    return text_width(text) * size // 2


def _fitted(text: str, room: int, size: int) -> str:
    """A name too long for its room is set smaller, and where that would be too small to read also narrower."""
    if _wide(text, size) <= room:
        return ""
    smaller = max(SMALLEST, 2 * room // text_width(text))
    narrower = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if _wide(text, smaller) > room else ""
    return f' style="font-size: {smaller}px"{narrower}'
