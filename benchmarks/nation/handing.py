"""How much goes over the wire where a run is spread over machines: bytes out and back, of one block."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cadre_eval.tables.cluster import spread
from cadre_eval.tables.planned import planned
from cadre_eval.tables.tasks import score_task
from nation.peer_columns import PERIOD


def handed_out(workspace: Path) -> dict[str, Any]:
    """Of the first block: its rows, and the bytes of its task, of the integers and of the points that come back."""
    with TemporaryDirectory() as out:
        run = spread(planned(workspace, PERIOD, Path(out)))
        number, task = next(run.tasks())
        _, drafts, points = score_task(task)
        block = next(block for block in run.opened.blocks if block.number == number)
    return {
        "blocks": len(run.opened.blocks),
        "rows": block.last - block.first,
        "task": len(task),
        "drafts": len(drafts),
        "points": len(points),
    }
