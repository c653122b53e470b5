"""A posting (派驻) and its four transfers (四个划转)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from cadre_eval.errors import Span
from cadre_eval.model.dates import Days
from cadre_eval.model.people import Cadre, Host, SendingUnit

Relation: TypeAlias = Literal["party", "salary", "management", "assessment"]
RELATIONS: tuple[Relation, ...] = ("party", "salary", "management", "assessment")


@frozen
class Transfer:
    """One relation's dated switch: ``origin`` holds it, then ``receiver`` from ``effective`` until it is ``returned``."""

    relation: Relation
    origin: str
    receiver: str
    effective: date
    returned: date | None = None
    evidence: str | None = None
    span: Span | None = field(default=None, eq=False, repr=False)

    def holder(self, on: date) -> str:
        moved = on >= self.effective and (self.returned is None or on < self.returned)
        return self.receiver if moved else self.origin


@frozen
class Posting:
    """One cadre, one host, one term: 定村、定人、定标（targets）、定责（duties）.

    ``term_end`` is the agreed last day, ``ended`` the real one if the posting ended early. A relation missing from
    ``transfers`` never moved; one in ``not_applicable`` does not exist (the party relation of a non-member).
    """

    id: str
    cadre: Cadre
    host: Host
    role: str
    sending_unit: SendingUnit
    start: date
    term_end: date | None = None
    ended: date | None = None
    end_reason: str | None = None
    duties: tuple[str, ...] = ()
    targets: Mapping[str, Fraction | Mapping[str, Fraction]] = field(factory=dict, hash=False)
    transfers: Mapping[Relation, Transfer] = field(factory=dict, hash=False)
    not_applicable: frozenset[Relation] = frozenset()
    span: Span | None = field(default=None, eq=False, repr=False)
    targets_span: Span | None = field(default=None, eq=False, repr=False)

    def target(self, fact: str, period: str) -> Fraction | None:
        """The target agreed for a fact in a period (by its key), if there is one."""
        agreed = self.targets.get(fact)
        return agreed.get(period) if isinstance(agreed, Mapping) else agreed

    @property
    def days(self) -> Days:
        """From the first day to the real, else agreed, last day; open-ended without either."""
        return Days(self.start, self.ended or self.term_end or date.max - timedelta(days=1))

    def holder(self, relation: Relation, on: date) -> str | None:
        """The unit that holds a relation on a day; None if the relation does not apply to this cadre."""
        if relation in self.not_applicable:
            return None
        transfer = self.transfers.get(relation)
        return self.sending_unit.id if transfer is None else transfer.holder(on)

    def assessor(self, on: date) -> str | None:
        """The holder of the assessment relation assesses."""
        return self.holder("assessment", on)
