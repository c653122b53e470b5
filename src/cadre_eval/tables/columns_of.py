"""The columns each table may have, as a ruleset's period asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.plan import CompiledRuleset, PeriodPlan, leaves
from cadre_eval.scoring.inputs import ExternalOf
from cadre_eval.tables.roles import COUNT, DAY, NUMBER, WORD, Role, role_of

TABLES = ("roster", "transfers", "facts", "reviews", "tallies", "ballots", "polls")
STATES = ("missing", "pending", "not-applicable", "excused")
ROSTER = dict.fromkeys((
    "posting", "cadre", "name", "category", "role", "host", "host.name", "township", "township.name", "sending_unit",
    "sending_unit.name",
), WORD) | dict.fromkeys(("from", "to", "ended"), DAY)  # fmt: skip
ROSTER_NEEDED = ("cadre", "category", "role", "host", "township", "sending_unit", "from")
TRANSFERS = dict.fromkeys(("posting", "relation", "from", "to"), WORD) | dict.fromkeys(
    ("effective", "released", "returned", "known_on"), DAY
)
_SLOT = dict.fromkeys(("posting", "record", "class", "question"), WORD)
REVIEWS = {**_SLOT, "mark": NUMBER, "count": COUNT}
TALLIES = {**_SLOT, "channel": WORD, **dict.fromkeys(("issued", "弃权", "无效"), COUNT)}
BALLOTS = {**_SLOT, "channel": WORD, "option": WORD, "count": COUNT}
POLLS = {**dict.fromkeys(("posting", "record", "state", "reason"), WORD), "held_on": DAY}
"""Columns whatever the rules, and what each is read as; the facts table and the options of tallies follow from them."""


@frozen
class FactColumn:
    """A column of the facts table: the fact, score or total it belongs to, and which part of it."""

    of: str
    name: str
    part: str
    """``value``, ``state``, ``known_on``, ``checked`` or ``passed``."""
    role: Role


def fact_columns(rules: CompiledRuleset, plan: PeriodPlan) -> dict[str, FactColumn]:
    """Every column the facts table may have, but for ``posting``."""
    found = {column: entry for name, doc in rules.facts.items() for column, entry in _of_fact(name, doc)}
    for leaf in leaves(plan.root):
        for source in leaf.inputs:
            if isinstance(source, ExternalOf):
                found.update(_external(source.record))
    for key in plan.combine:
        if key != plan.key:
            found[f"earlier.{key}"] = FactColumn("earlier", key, "value", NUMBER)
    return found


def _of_fact(name: str, doc: FactDoc) -> Iterator[tuple[str, FactColumn]]:
    if doc.type == "sample":
        for part in ("checked", "passed"):
            yield f"{name}.{part}", FactColumn("fact", name, part, COUNT)
    else:
        yield name, FactColumn("fact", name, "value", role_of(doc))
    yield f"{name}.state", FactColumn("fact", name, "state", WORD)
    yield f"{name}.known_on", FactColumn("fact", name, "known_on", DAY)


def _external(name: str) -> Mapping[str, FactColumn]:
    return {
        f"external.{name}": FactColumn("external", name, "value", NUMBER),
        f"external.{name}.state": FactColumn("external", name, "state", WORD),
        f"external.{name}.known_on": FactColumn("external", name, "known_on", DAY),
    }
