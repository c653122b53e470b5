"""Re-examination by someone else: who may not re-examine an appeal, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from attrs import frozen

from cadre_eval.errors import Text
from cadre_eval.model.people import Cadre, Official


@frozen(eq=False)
class People:
    """Those who may turn out to be one person, or relatives."""

    cadres: Mapping[str, Cadre]
    officials: Mapping[str, Official]

    def ids(self, person: str) -> frozenset[str]:
        """Every id the person goes by: an official may be a resident cadre too."""
        official = self.officials.get(person)
        cadre = person if official is None else official.cadre
        same = {o.id for o in self.officials.values() if cadre is not None and o.cadre == cadre}
        return frozenset({person, *same, *([cadre] if cadre is not None else [])})

    def relatives(self, person: str) -> frozenset[str]:
        """Every id of the person's declared relatives."""
        found: set[str] = set()
        for name in self.ids(person):
            known = self.officials.get(name) or self.cadres.get(name)
            for relative in known.relatives if known is not None else ():
                found |= self.ids(relative)
        return frozenset(found)


def objections(
    reviewer: str, cadre: str, lodged_by: str, assessed_by: Collection[str], on: date, people: People
) -> Iterator[Text]:
    """Why an official may not re-examine an appeal about a cadre; nothing if nothing stands against it.

    Args:
        lodged_by: whoever lodged it; matters only if it is an id.
        assessed_by: those who made the assessment.
    """
    own = people.ids(reviewer)
    if own & people.ids(cadre):
        yield Text("就是被考核的干部本人", "is the cadre the appeal is about")
    if own & frozenset().union(*(people.ids(name) for name in assessed_by)):
        yield Text("参与了原来的考核", "took part in the assessment")
    if lodged_by in own and lodged_by != cadre:
        yield Text("是提出申诉的人", "lodged the appeal")
    kin = people.relatives(reviewer)
    if kin & people.ids(cadre):
        yield Text("是被考核干部申报的亲属", "is a declared relative of the cadre the appeal is about")
    if lodged_by in kin and lodged_by not in people.ids(cadre):
        yield Text("是提出申诉的人申报的亲属", "is a declared relative of whoever lodged it")
    official = people.officials.get(reviewer)
    if official is not None and not official.units(on):
        yield Text("复核当天没有任职", "held no office on the day of the re-examination")
