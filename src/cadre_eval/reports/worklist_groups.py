"""The work of the lists by street, host or cadre: what reports of it show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import frozen

from cadre_eval.model.people import Cadre, Host, Township
from cadre_eval.model.worklists import Worklist
from cadre_eval.supervision.worklists import Standing
from cadre_eval.supervision.worklists_rates import AtOnce, OnTime, at_once, on_time
from cadre_eval.supervision.worklists_states import State

By: TypeAlias = Literal["township", "host", "cadre"]


@frozen
class Group:
    """The work of one street, host or cadre."""

    id: str  # noqa: A003
    name: str
    work: tuple[Standing, ...]

    def count(self, state: State) -> int:
        return sum(each.state is state for each in self.work)

    @property
    def open(self) -> list[Standing]:  # noqa: A003
        return [each for each in self.work if not each.state.is_done]

    @property
    def on_time(self) -> OnTime:
        return on_time(self.work)

    @property
    def at_once(self) -> AtOnce:
        return at_once(self.work)


def grouped(work: Iterable[Standing], by: By) -> list[Group]:
    """The work by street, host or cadre, in the order of their ids."""
    found: dict[tuple[str, str], list[Standing]] = {}
    for each in work:
        found.setdefault(_group(each, by), []).append(each)
    return [Group(*key, tuple(found[key])) for key in sorted(found)]


def _group(standing: Standing, by: By) -> tuple[str, str]:
    posting = standing.posting
    units: Mapping[By, Township | Host | Cadre] = {
        "township": posting.host.township,
        "host": posting.host,
        "cadre": posting.cadre,
    }
    return units[by].id, units[by].name


@frozen
class WorklistReport:
    """What a report of work lists shows: the lists, how everything in them stands on a day, and the names of officials."""

    worklists: tuple[Worklist, ...]
    work: tuple[Standing, ...]
    as_of: date
    by: By
    officials: Mapping[str, str]
