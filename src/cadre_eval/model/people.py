"""Who is assessed, who sent them, whom they help."""

from __future__ import annotations

from attrs import frozen


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
