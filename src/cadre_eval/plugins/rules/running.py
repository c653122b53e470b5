"""How often running: the same period in the years before."""

from __future__ import annotations

from collections.abc import Sequence

from cadre_eval.plugins.views import Answerable, PastView


def years_before(answerable: Answerable, cadre: str, count: int) -> Sequence[tuple[str, PastView | None]]:
    """The ids of the same period in the ``count`` years before, the nearest first, with the cadre's result if on record."""
    year, _, key = answerable.period.partition("-")
    past = {view.period: view for view in answerable.history if view.cadre == cadre}
    ids = [f"{int(year) - back:04d}-{key}" for back in range(1, count + 1)]
    return [(period, past.get(period)) for period in ids]
