"""A draw's result as the file that ``--verify`` reads, and that may be kept with the records of supervision."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cadre_eval.supervision.draw.drawing import Result
from cadre_eval.supervision.draw.tickets import TICKETS


def draw_file(result: Result, program: str) -> str:
    """The file; ``program`` is the version that drew."""
    return "\n".join(_lines(result, program)) + "\n"


def _lines(result: Result, program: str) -> Iterator[str]:
    task, draw = result.task, result.task.draw
    yield "# 抽签结果，由 cadre-eval draw 写成，不要手工改动；核对：cadre-eval draw 工作区 抽签代码 --verify 本文件"
    yield f"drawn: {_quoted(draw.id)}"
    yield f"title: {_quoted(draw.title)}"
    yield f"on: {draw.on.isoformat()}"
    yield f"seed: {_quoted(draw.seed or '')}"
    yield f"digest: {task.digest}"
    yield f"tickets: {TICKETS}"
    yield f"program: {_quoted(program)}"
    yield "teams:"
    for host, team in result.teams.items():
        yield f"  {_quoted(host)}:   # {task.hosts[host].name}"
        names = "、".join(task.inspectors[p].name for p in team)
        yield f"    inspectors: [{', '.join(map(_quoted, team))}]" + (f"   # {names}" if names else "")
        if result.households[host]:
            yield f"    households: [{', '.join(map(str, result.households[host]))}]"


def _quoted(text: str) -> str:
    """A text in quotes that YAML and JSON read alike."""
    return json.dumps(text, ensure_ascii=False)
