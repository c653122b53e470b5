"""Boundary cases as a table for people, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cadre_eval.cases.edges.boundaries import Boundaries, Boundary, Trial
from cadre_eval.errors import Lang, Text
from cadre_eval.errors.render import printable
from cadre_eval.errors.width import padded, text_width

_HEADS = (
    Text("取值", "value"), Text("本项", "score"), Text("总分", "total"), Text("等次", "grade"), Text("触发", "gates"), Text("说明", "notes"),
)  # fmt: skip
_LOOKED_UP = Text("直接对照规定，没有算人", "looked up in the rules; nobody was assessed")


def boundary_lines(found: Boundaries, lang: Lang = "zh") -> list[str]:
    """A small table for each threshold, under its place and what it is."""
    lines = [
        Text(f"{found.ruleset}：{len(found.found)} 个界限", f"{found.ruleset}: {len(found.found)} thresholds").in_(
            lang
        )
    ]
    for boundary in found.found:
        lines += ["", *_table(boundary, lang)]
    for title, kind in found.unseen:
        said = Text(f"没有查：{title}（{kind} 由插件提供，它自己的界限这里看不见）",
                    f"not looked at: {title} (the thresholds of {kind} are known to its plugin only)")  # fmt: skip
        lines += ["", printable(said.in_(lang))]
    return lines


def _table(boundary: Boundary, lang: Lang) -> Iterator[str]:
    how = f"（{_LOOKED_UP.zh}）" if lang == "zh" else f" ({_LOOKED_UP.en})"
    yield (
        printable(f"{boundary.span.short}: {boundary.what.in_(lang)}  [{boundary.period}]") + how * boundary.looked_up
    )
    yield from (printable(f"  {text.in_(lang)}") for text in boundary.said)
    rows = [[head.in_(lang) for head in _HEADS], *(_cells(trial, lang) for trial in boundary.trials)]
    shown = [i for i in range(len(_HEADS)) if i == 0 or any(row[i] != "—" for row in rows[1:])]
    widths = {i: max(text_width(row[i]) for row in rows) for i in shown}
    for row in rows:
        yield ("  " + "  ".join(padded(row[i], widths[i]) for i in shown)).rstrip()


def _cells(trial: Trial, lang: Lang) -> list[str]:
    said = "；".join(trial.said_in(lang)) if lang == "zh" else "; ".join(trial.said_in(lang))
    gates = "、".join(trial.gates) if lang == "zh" else ", ".join(trial.gates)
    cells = [trial.value.in_(lang), trial.score, trial.total, trial.grade.in_(lang), gates or "—", said or "—"]
    return [printable(cell) for cell in cells]


def boundary_json(found: Boundaries, lang: Lang = "zh") -> dict[str, Any]:
    """The same for programs. Scores are text, as everywhere."""
    unseen = [{"criterion": title, "kind": kind} for title, kind in found.unseen]
    thresholds = [_boundary_json(boundary, lang) for boundary in found.found]
    return {"ruleset": found.ruleset, "thresholds": thresholds, "unseen": unseen}


def _boundary_json(boundary: Boundary, lang: Lang) -> dict[str, Any]:
    return {
        "file": boundary.span.source.name,
        "line": boundary.span.line,
        "what": boundary.what.in_(lang),
        "period": boundary.period,
        "criterion": boundary.criterion or None,
        "looked_up": boundary.looked_up,
        "notes": [text.in_(lang) for text in boundary.said],
        "trials": _trials_json(boundary.trials, lang),
    }


def _trials_json(trials: Sequence[Trial], lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "value": trial.value.in_(lang),
            "score": None if trial.score == "—" else trial.score,
            "total": None if trial.total == "—" else trial.total,
            "grade": None if trial.grade.zh == "—" else trial.grade.in_(lang),
            "gates": list(trial.gates),
            "notes": trial.said_in(lang),
        }
        for trial in trials
    ]
