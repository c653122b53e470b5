"""Items of a work list, and the postings each of them is for."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from cadre_eval.errors import Text
from cadre_eval.model.dates import Days
from cadre_eval.model.postings import Posting
from cadre_eval.model.worklists import WorkItem
from cadre_eval.workspace.supervision.reading import Reading
from cadre_eval.workspace.supervision.worklist_documents import ForDoc, WorkItemDoc, WorklistDoc

ISSUE = Text("清单下发的日期", "the day the list was issued")
SOME = Text("至少一项", "at least one entry")
ROLES = {"first-secretaries": "first-secretary", "team-members": "team-member"}


@frozen(eq=False)
class Items:
    """Reads the items of a list; ``doubtful`` are those of which it is not clear whose they are."""

    reading: Reading
    doc: WorklistDoc
    doubtful: set[str] = field(factory=set)

    def read(self) -> dict[str, WorkItem]:
        found: dict[str, WorkItem] = {}
        for item in self.doc.items:
            before, span = len(self.reading.problems), item.at.value("id")
            self.reading.once(f"item of {self.doc.worklist}", item.id, span)
            self.reading.not_before(item.due, self.doc.issued, item.at.value("due"), ISSUE)
            made = WorkItem(item.id, item.title, item.due, self._postings(item), item.evidence, span)
            found.setdefault(item.id, made)
            if len(self.reading.problems) > before:
                self.doubtful.add(item.id)
        return found

    def _postings(self, item: WorkItemDoc) -> tuple[Posting, ...]:
        """Those the item is for who are posted, or were believed to be, at any time from the issue to the day it is due."""
        if item.due < self.doc.issued:
            return ()
        time = Days(self.doc.issued, item.due)
        there = [p for p in self.reading.roster.postings.values() if p.believed.overlap(time) is not None]
        wanted = item.for_
        if isinstance(wanted, ForDoc):
            there = self._chosen(wanted, there, item)
        elif wanted != "everyone":
            there = [p for p in there if p.role == ROLES[wanted]]
        return tuple(sorted(there, key=lambda p: p.id))

    def _chosen(self, wanted: ForDoc, there: Sequence[Posting], item: WorkItemDoc) -> list[Posting]:
        roster, known = self.reading.roster, self.reading.known
        if all(asked is None for asked in (wanted.role, wanted.townships, wanted.hosts, wanted.cadres)):
            self.reading.problems.add("CE203", item.at.value("for"), key="role / townships / hosts / cadres")
        for key in ("townships", "hosts", "cadres"):
            if getattr(wanted, key) == ():
                self.reading.problems.add("CE202", wanted.at.key(key), expected=SOME)
        for township in wanted.townships or ():
            known(township, roster.townships, township.span, Text("乡镇/街道", "township"))
        for host in wanted.hosts or ():
            self.reading.host(host, host.span)
        for cadre in wanted.cadres or ():
            if self.reading.cadre(cadre, cadre.span) and cadre not in {p.cadre.id for p in there}:
                self.reading.problems.add(
                    "CE701", cadre.span, cadre=roster.cadres[cadre].name, day=item.due.isoformat()
                )
        return [p for p in there if _meant(wanted, p)]


def _meant(wanted: ForDoc, posting: Posting) -> bool:
    asked: list[tuple[Sequence[str] | None, str]] = [
        (None if wanted.role is None else (wanted.role,), posting.role),
        (wanted.townships, posting.host.township.id),
        (wanted.hosts, posting.host.id),
        (wanted.cadres, posting.cadre.id),
    ]
    return all(allowed is None or value in allowed for allowed, value in asked)
