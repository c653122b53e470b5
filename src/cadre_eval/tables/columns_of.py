"""The columns each table may have, as a ruleset's period asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan, leaves
from cadre_eval.scoring.ballots import Quorum, VotesOf
from cadre_eval.scoring.inputs import ExternalOf

TABLES = ("roster", "transfers", "facts", "reviews", "tallies", "ballots", "polls")
STATES = ("missing", "pending", "not-applicable", "excused")
ROSTER = (
    "posting", "cadre", "name", "category", "role", "host", "host.name", "township", "township.name", "sending_unit",
    "sending_unit.name", "from", "to", "ended",
)  # fmt: skip
ROSTER_NEEDED = ("cadre", "category", "role", "host", "township", "sending_unit", "from")
TRANSFERS = ("posting", "relation", "from", "to", "effective", "released", "returned", "known_on")
REVIEWS = ("posting", "record", "class", "question", "mark", "count")
TALLIES = ("posting", "record", "class", "question", "channel", "issued", "弃权", "无效")
BALLOTS = ("posting", "record", "class", "question", "channel", "option", "count")
POLLS = ("posting", "record", "state", "reason", "held_on")
"""Columns whatever the rules; the facts table and the options of tallies follow from them."""


@frozen
class FactColumn:
    """A column of the facts table: the fact, score or total it belongs to, and which part of it."""

    of: str
    name: str
    part: str
    """``value``, ``state``, ``known_on``, ``checked`` or ``passed``."""


def fact_columns(rules: CompiledRuleset, plan: PeriodPlan) -> dict[str, FactColumn]:
    """Every column the facts table may have, but for ``posting``."""
    found = {column: entry for name, doc in rules.facts.items() for column, entry in _of_fact(name, doc)}
    for leaf in leaves(plan.root):
        for source in leaf.inputs:
            if isinstance(source, ExternalOf):
                found.update(_parts(f"external.{source.record}", "external", source.record))
    for key in plan.combine:
        if key != plan.key:
            found[f"earlier.{key}"] = FactColumn("earlier", key, "value")
    return found


def _of_fact(name: str, doc: FactDoc) -> Iterator[tuple[str, FactColumn]]:
    if doc.type == "sample":
        for part in ("checked", "passed"):
            yield f"{name}.{part}", FactColumn("fact", name, part)
    else:
        yield name, FactColumn("fact", name, "value")
    for part in ("state", "known_on"):
        yield f"{name}.{part}", FactColumn("fact", name, part)


def _parts(prefix: str, of: str, name: str) -> Mapping[str, FactColumn]:
    return {
        prefix: FactColumn(of, name, "value"),
        f"{prefix}.state": FactColumn(of, name, "state"),
        f"{prefix}.known_on": FactColumn(of, name, "known_on"),
    }


def survey_options(plan: PeriodPlan) -> dict[str, tuple[str, ...]]:
    """The options of each survey the plan reads."""
    return {
        source.record: source.options
        for leaf in leaves(plan.root)
        for source in leaf.inputs
        if isinstance(source, VotesOf)
    }


def reads_surveys(plan: PeriodPlan) -> bool:
    return any(isinstance(source, VotesOf | Quorum) for leaf in leaves(plan.root) for source in leaf.inputs)
