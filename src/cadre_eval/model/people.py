"""Who is assessed, who sent them, whom they help."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cadre_eval.model.dates import Days


@frozen
class District:
    """The district (区县) whose organisation department assesses."""

    id: str
    name: str


@frozen
class Township:
    """A township or street (乡镇/街道); ``kind`` is ``township`` or ``street``."""

    id: str
    name: str
    kind: str = "township"


@frozen
class Host:
    """A village or community that receives cadres (帮扶村/社区)."""

    id: str
    name: str
    township: Township
    kind: str = "village"


@frozen
class SendingUnit:
    """A unit that sends cadres (派出单位)."""

    id: str
    name: str


@frozen
class Cadre:
    """A resident village cadre (驻村干部). ``category`` is one of the ruleset's categories of person."""

    id: str
    name: str
    category: str
    party_member: bool = True
    relatives: frozenset[str] = frozenset()
    """Ids of cadres and officials declared as relatives, here or by them."""


@frozen
class Office:
    """A post an official holds in a unit, first and last day included."""

    unit: str
    title: str
    days: Days


@frozen
class Official:
    """A named person who inspects, checks or decides. ``cadre`` is set if this is a resident cadre too."""

    id: str
    name: str
    offices: tuple[Office, ...] = ()
    cadre: str | None = None
    relatives: frozenset[str] = frozenset()

    def units(self, on: date) -> frozenset[str]:
        """The units the official holds an office of on a day."""
        return frozenset(office.unit for office in self.offices if on in office.days)
