"""Officials of a roster, and the relatives that cadres and officials declare."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.model.dates import Days
from cadre_eval.model.people import Office, Official
from cadre_eval.workspace.documents import CadreDoc, OfficeDoc, OfficialDoc


def relatives_of(
    cadres: Iterable[CadreDoc], officials: Iterable[OfficialDoc], problems: Problems
) -> Mapping[str, frozenset[str]]:
    """Who is declared a relative of whom, both ways; unknown ids are problems."""
    people: list[CadreDoc | OfficialDoc] = [*cadres, *officials]
    known = [person.id for person in people]
    found: dict[str, set[str]] = {name: set() for name in known}
    for person in people:
        for other in person.relatives:
            if problems.known(other, found, other.span, Text("干部或经办人员", "cadre or official"), guess=False):
                found[person.id].add(str(other))
                found[str(other)].add(person.id)
    return {name: frozenset(others - {name}) for name, others in found.items()}


def read_officials(
    docs: Iterable[OfficialDoc],
    units: Collection[str],
    cadres: Collection[str],
    relatives: Mapping[str, frozenset[str]],
    problems: Problems,
) -> dict[str, Official]:
    """Officials by id; their units and the cadre they are must be known, and a cadre is one official."""
    found = {}
    taken: dict[str, Span] = {}
    for doc in docs:
        offices = tuple(office for o in doc.offices if (office := _office(o, units, problems)) is not None)
        if doc.cadre is not None:
            span = doc.at.value("cadre")
            if problems.known(doc.cadre, cadres, span, Text("驻村干部", "cadre")):
                _once(doc.cadre, span, taken, problems)
        found[doc.id] = Official(doc.id, doc.name, offices, doc.cadre, relatives.get(doc.id, frozenset()))
    return found


def _office(doc: OfficeDoc, units: Collection[str], problems: Problems) -> Office | None:
    if not problems.known(doc.unit, units, doc.at.value("unit"), Text("单位", "unit")):
        return None
    if doc.to is not None and doc.to < doc.from_:
        problems.add("CE431", doc.at.value("to"))
        return None
    return Office(doc.unit, doc.title, Days(doc.from_, doc.to or date.max))


def _once(cadre: str, span: Span, taken: dict[str, Span], problems: Problems) -> None:
    first = taken.setdefault(cadre, span)
    if first is not span:
        also = [(Text("这个经办人员已经是他（她）", "this official is the same person already"), first)]
        problems.add("CE306", span, id=cadre, also=also)
