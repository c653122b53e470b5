"""What the re-examinations of a day changed: everybody affected, old and new side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cadre_eval.errors import Lang, Text
from cadre_eval.errors.width import padded, text_width
from cadre_eval.model.periods import Period
from cadre_eval.reports.appeals_wording import PLACES, WHY, indented, official_text
from cadre_eval.reports.table import GAP, Paint
from cadre_eval.reports.wording import OR, STATES
from cadre_eval.supervision.appeals_moved import Moved, Standing
from cadre_eval.workspace.reexamining import Change

Cell = Callable[[Standing, Lang], str]
ARROW = " → "


def changes_lines(
    change: Change, period: Period, names: Mapping[str, str], lang: Lang, paint: Paint, width: int | None
) -> Iterator[str]:
    """The block of one day."""
    day, before = change.day.isoformat(), change.before.as_of.isoformat()
    yield paint(Text(f"{day} 复核后的变化", f"What changed on {day}").in_(lang), "pool")
    for appeal in change.appeals:
        who = official_text(appeal.review.by, names) if appeal.review is not None else Text("", "")
        of = Text("", "") if appeal.period == period.id else Text(f"（{appeal.period}）", f" ({appeal.period})")
        cadre = names.get(appeal.cadre, appeal.cadre)
        said = Text(f"{appeal.id}{of.zh} {cadre}，{who.zh}复核", f"{appeal.id}{of.en}, {cadre}, by {who.en}")
        made = [correction.text for correction in change.corrections[appeal.id]]
        made += [Text(words, words) for words in appeal.review.elsewhere] if appeal.review is not None else []
        zh, en = "；".join(m.zh for m in made), "; ".join(m.en for m in made)
        yield from indented(Text(f"{said.zh}：{zh}", f"{said.en}: {en}").in_(lang), 2, width)
    yield from _table(change, lang, paint)
    others = len(change.after) - len(change.moved)
    yield Text(
        f"与 {before} 相比，{len(change.moved)} 人受影响，其余 {others} 人结果不变。",
        f"Compared with {before}: {len(change.moved)} affected, the results of {others} others unchanged.",
    ).in_(lang)


def _table(change: Change, lang: Lang, paint: Paint) -> Iterator[str]:
    compared = [(head, cell) for head, cell in _COMPARED if head in _ALWAYS or _any(cell, change.moved, lang)]
    heads = [_NAME, *(head for head, _ in compared), _WHY]
    rows = [
        [
            f"{m.cadre.name} {m.cadre.id}",
            *(_sides(cell, m, lang) for _, cell in compared),
            WHY[m.why].in_(lang),
        ]
        for m in change.moved
    ]
    titles = [head.in_(lang) for head in heads]
    widths = [max(map(text_width, column)) for column in zip(titles, *rows, strict=True)]
    yield paint(_line(titles, widths), "header")
    for moved, row in zip(change.moved, rows, strict=True):
        line = _line(row, widths)
        yield paint(line, "title") if moved.why == "corrected" else line


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(padded(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _any(cell: Cell, moved: Sequence[Moved], lang: Lang) -> bool:
    return any(_cell(cell, side, lang) for m in moved for side in (m.before, m.after))


def _sides(cell: Cell, moved: Moved, lang: Lang) -> str:
    """Old and new, or the one value that stayed."""
    old, new = (_cell(cell, side, lang) or "—" for side in (moved.before, moved.after))
    return new if old == new else f"{old}{ARROW}{new}"


def _cell(cell: Cell, standing: Standing | None, lang: Lang) -> str:
    return "" if standing is None else cell(standing, lang)


def _grade(standing: Standing, lang: Lang) -> str:
    if standing.state == "not-assessed":
        return STATES["not-assessed"].in_(lang)
    return OR.in_(lang).join(standing.grades)


def _gates(standing: Standing, lang: Lang) -> str:
    maybe = Text("（待定）", " (open)").in_(lang)
    shown = dict.fromkeys(title + ("" if certain else maybe) for title, certain in standing.gates)
    return Text("、", ", ").in_(lang).join(shown)


def _places(standing: Standing, lang: Lang) -> str:
    several = len(standing.places) > 1
    shown = [f"{quota} " * several + PLACES[place].in_(lang) for quota, place in standing.places]
    return Text("、", ", ").in_(lang).join(shown)


_NAME = Text("干部", "Cadre")
_WHY = Text("原因", "Why")
_COMPARED: tuple[tuple[Text, Cell], ...] = (
    (Text("总分", "Total"), lambda s, _: s.total),
    (Text("等次", "Grade"), _grade),
    (Text("名次", "Rank"), lambda s, _: s.rank),
    (Text("名额", "Quota place"), _places),
    (Text("否优否决", "Gates"), _gates),
)
_ALWAYS = tuple(head for head, _ in _COMPARED[:3])
"""Shown even where nobody has any."""
