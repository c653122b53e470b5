"""What the readers of supervision files share: lookups with did-you-mean, ids used once, the rules of a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from attrs import field, frozen

from cadre_eval.errors import Problems, Span, Text
from cadre_eval.model.dates import Days
from cadre_eval.model.postings import Posting
from cadre_eval.reading.settings import Place
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.ruleset.supervision import SupervisionDoc
from cadre_eval.workspace.periods import supervision_on
from cadre_eval.workspace.roster import Roster


@frozen(eq=False)
class Reading:
    """One reading of the supervision files, against a roster and the rules."""

    roster: Roster
    rulesets: Sequence[CompiledRuleset]
    problems: Problems
    seen: dict[tuple[str, str], Span] = field(factory=dict)
    leave: dict[str, list[tuple[Days, Span]]] = field(factory=dict)
    """The leave slips read so far, by cadre."""

    def known(self, name: str, allowed: Collection[str], span: Span, what: Text, *, guess: bool = True) -> bool:
        """Whether ``name`` is one of ``allowed``; a problem is noted if not, with the one probably meant (``guess``)."""
        return self.problems.known(name, allowed, span, what, guess=guess)

    def cadre(self, name: str, span: Span) -> bool:
        """A cadre; whom somebody meant is not guessed."""
        return self.known(name, self.roster.cadres, span, Text("驻村干部", "cadre"), guess=False)

    def official(self, name: str, span: Span) -> bool:
        return self.known(name, self.roster.officials, span, Text("经办人员", "official"), guess=False)

    def inspector(self, name: str, span: Span) -> bool:
        """An official, or a cadre who inspects elsewhere."""
        known = [*self.roster.officials, *self.roster.cadres]
        return self.known(name, known, span, Text("检查人员", "inspector"), guess=False)

    def host(self, name: str, span: Span) -> bool:
        return self.known(name, self.roster.hosts, span, Text("帮扶村/社区", "host"))

    def unit(self, name: str, span: Span) -> bool:
        return self.known(name, self.roster.every_unit, span, Text("单位", "unit"))

    def posted(self, cadre: str, on: date, span: Span) -> Posting | None:
        """The posting of a known cadre on a day, or the one believed to last then; a problem is noted if there is none."""
        own = self.roster.postings_of(cadre)
        found = next((p for p in own if on in p.days), None) or next((p for p in own if on in p.believed), None)
        if found is None:
            self.problems.add("CE701", span, cadre=self.roster.cadres[cadre].name, day=on.isoformat())
        return found

    def once(self, what: str, name: str, span: Span) -> bool:
        """Whether this id of this sort is new; a problem is noted if not."""
        first = self.seen.setdefault((what, name), span)
        if first is not span:
            also = [(Text("第一次用在这里", "first used here"), first)]
            self.problems.add("CE306", span, id=name, also=also)
        return first is span

    def not_before(self, on: date, first: date, span: Span, what: Text) -> bool:
        """Whether ``on`` is not before ``first``, the day of ``what``; a problem is noted if it is."""
        if on < first:
            self.problems.add("CE702", span, day=on.isoformat(), what=what, first=first.isoformat())
        return on >= first

    def known_on(self, on: date, known_on: date | None, at: Place) -> date:
        """The day it became known, that of the event unless said; never before the event."""
        if known_on is not None:
            self.not_before(known_on, on, at.value("known_on"), Text("事情发生的日期", "the event"))
        return known_on or on

    def rules_on(self, day: date) -> SupervisionDoc:
        """The supervision rules in force on a day; empty ones if there are none."""
        return supervision_on(self.rulesets, day)
