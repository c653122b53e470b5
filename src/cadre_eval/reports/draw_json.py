"""A draw as JSON. The sum of tickets is text, since many readers of JSON would round it."""

from __future__ import annotations

import json
from typing import Any

from cadre_eval.supervision.draw.counting import soft_count
from cadre_eval.supervision.draw.drawing import Result
from cadre_eval.supervision.draw.task import Task
from cadre_eval.supervision.draw.tickets import TICKETS


def draw_json(result: Result) -> str:
    """The same draw gives the same bytes, wherever and whenever."""
    task = result.task
    document = {
        **_head(task),
        "state": "drawn",
        "hosts": [_host(result, host) for host in result.teams],
        "visits": {p: [h for h, team in result.teams.items() if p in team] for p in task.inspectors},
        "loads": {"least": min(result.loads.values()), "most": max(result.loads.values())},
        "reciprocal": [[a, b] for (a, _), (b, _) in result.pairs],
        "soft": [
            {"rule": rule.rule, "weight": rule.weight, "with": list(rule.earlier), "count": n, "penalty": n * rule.weight}
            for k, rule in enumerate(task.draw.soft)
            for n in [soft_count(task, k, result.visits)]
        ],
        "ticket_sum": str(result.worth.tickets),
        "input": task.canonical,
    }  # fmt: skip
    return _text(document)


def prepared_json(task: Task) -> str:
    """A draw that waits for its seed."""
    return _text({**_head(task), "state": "waiting", "input": task.canonical})


def _head(task: Task) -> dict[str, Any]:
    draw = task.draw
    return {
        "draw": draw.id,
        "title": draw.title,
        "on": draw.on.isoformat(),
        "seed": draw.seed,
        "digest": task.digest,
        "tickets": TICKETS,
    }


def _host(result: Result, host: str) -> dict[str, Any]:
    task = result.task
    place = task.hosts[host]
    return {
        "host": host,
        "name": place.name,
        "township": place.township.id,
        "team": [
            {"inspector": p, "name": task.inspectors[p].name, "role": task.inspectors[p].role,
             "township": task.inspectors[p].township}
            for p in result.teams[host]
        ],
        "households": list(result.households[host]),
        "registered": task.draw.households.get(host),
    }  # fmt: skip


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
