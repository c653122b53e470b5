"""Who may not inspect where (回避): own street, own unit, a former posting, a declared relative."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from cadre_eval.errors import Text
from cadre_eval.model.draws import Draw
from cadre_eval.supervision.draw.people import Inspector, People

Bar: TypeAlias = Literal["own-township", "own-unit", "former-posting", "relative"]
BARS: tuple[Bar, ...] = ("own-township", "own-unit", "former-posting", "relative")
BAR_WORDS: dict[Bar, Text] = {
    "own-township": Text("不查本街道（乡镇）", "nobody inspects their own street"),
    "own-unit": Text("不查本派出单位（本单位）", "nobody inspects their own sending unit"),
    "former-posting": Text("不查原任职的地方", "nobody inspects where they served before"),
    "relative": Text("不查亲属所在的地方", "nobody inspects where a relative serves"),
}


def bars(person: Inspector, host: str, draw: Draw, people: People) -> Iterator[Bar]:
    """Why an inspector may not visit a host."""
    township = people.hosts[host].township.id
    if township in person.townships:
        yield "own-township"
    if person.units & (people.sends(host, draw.on) | {host}):
        yield "own-unit"
    if host in person.former_hosts or (draw.former == "township" and township in person.former_townships):
        yield "former-posting"
    if host in person.kin_hosts:
        yield "relative"
