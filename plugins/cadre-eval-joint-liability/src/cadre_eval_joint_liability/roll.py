"""The units of a period, each with what is proposed for it."""

from __future__ import annotations

from attrs import frozen

from cadre_eval.plugins.api import AssessedPeriod, MeasureView
from cadre_eval_joint_liability.wording import UNITS


@frozen
class Unit:
    """A unit, with the measures proposed for it in the order of the rules."""

    target: str
    id: str  # noqa: A003
    name: str
    measures: tuple[MeasureView, ...]


def units(assessed: AssessedPeriod) -> list[Unit]:
    """Every township and sending unit with a posting, and whatever unit a measure is for; by sort of unit and id."""
    names: dict[tuple[str, str], str] = {}
    for posting in (posting for cadre in assessed.cadres for posting in cadre.postings):
        names["township", posting.township] = posting.township_name
        names["sending-unit", posting.sending_unit] = posting.sending_unit_name
    names |= {(m.target, m.id): m.name for m in assessed.measures if m.target in UNITS}
    found = sorted(names.items(), key=lambda item: (UNITS.index(item[0][0]), item[0][1]))
    return [
        Unit(target, key, name, tuple(m for m in assessed.measures if (m.target, m.id) == (target, key)))
        for (target, key), name in found
    ]
