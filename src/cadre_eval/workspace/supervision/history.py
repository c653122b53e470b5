"""Results of earlier years read."""

from __future__ import annotations

from collections.abc import Iterator

from cadre_eval.errors import Text
from cadre_eval.model.decisions import PastResult
from cadre_eval.model.periods import split_period_id
from cadre_eval.workspace.periods import no_such_period
from cadre_eval.workspace.supervision.decision_documents import HistoryDoc
from cadre_eval.workspace.supervision.reading import Reading


def read_history(doc: HistoryDoc, reading: Reading) -> Iterator[PastResult]:
    """The sound results; problems are noted for the others."""
    parts = split_period_id(doc.history)
    if parts is None or not any(parts[1] in rules.periods for rules in reading.rulesets):
        no_such_period(reading.rulesets, doc.history, doc.at.value("history"), reading.problems)
        return
    for entry in doc.results:
        known = reading.cadre(entry.cadre, entry.at.value("cadre"))
        once = reading.once(f"history {doc.history}", entry.cadre, entry.at.value("cadre"))
        ranked = entry.rank is None or (entry.of is not None and 1 <= entry.rank <= entry.of)
        if not ranked:
            high = "∞" if entry.of is None else str(entry.of)
            limit = Text(f"在 1 到 of（{high}）之间", f"between 1 and 'of' ({high})")
            reading.problems.add("CE213", entry.at.value("rank"), text=str(entry.rank), limit=limit)
        if known and once and ranked:
            yield PastResult(
                entry.cadre, doc.history, entry.grade, entry.rank, entry.of, entry.total, entry.at.value("cadre")
            )  # fmt: skip
