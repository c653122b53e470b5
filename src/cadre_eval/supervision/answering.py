"""What supervision has on file of a cadre or unit, for the rules of accountability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen

from cadre_eval.model.decisions import PastResult
from cadre_eval.model.people import Host
from cadre_eval.model.postings import Posting
from cadre_eval.plugins.proposing import answers
from cadre_eval.plugins.views import FindingView, OnFile, PastView
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.supervision import SupervisionDoc
from cadre_eval.supervision.findings import Standing, standings
from cadre_eval.supervision.on_record import OnRecord


@frozen(eq=False)
class Filed:
    """Looks up what is on record, as known on a day. A finding about a host as a whole is the host's and the street's."""

    findings: tuple[Standing, ...]
    history: tuple[PastResult, ...]
    titles: Mapping[str, str]
    postings: Mapping[str, Iterable[Posting]]
    hosts: Mapping[str, Host]

    def on_file(self, target: Target, key: str) -> OnFile:
        """The findings they answer for, and the earlier results of those cadres only."""
        findings = tuple(self._view(f) for f in self.findings if self._answers(f, target, key))
        history = tuple(
            PastView(p.cadre, p.period, p.grade, p.rank, p.of)
            for p in self.history
            if any(answers(posting, target)[0] == key for posting in self.postings.get(p.cadre, ()))
        )
        return OnFile(findings, history)

    def _answers(self, stated: Standing, target: Target, key: str) -> bool:
        finding = stated.finding
        host = self.hosts[finding.host]
        if target in {"host", "township"}:
            return key == (host.id if target == "host" else host.township.id)
        posting = self._posting(finding.cadre, finding.on)
        return posting is not None and answers(posting, target)[0] == key

    def _posting(self, cadre: str | None, on: date) -> Posting | None:
        return next((p for p in self.postings.get(cadre or "", ()) if on in p.days), None)

    def _view(self, stated: Standing) -> FindingView:
        f = stated.finding
        return FindingView(
            f.id, f.kind, self.titles.get(f.kind, f.kind), f.severity, f.cadre, f.host, f.on, f.known_on, f.text,
            f.evidence, stated.state,
        )  # fmt: skip


def filed(
    on_record: OnRecord,
    rules: SupervisionDoc,
    postings: Mapping[str, Iterable[Posting]],
    hosts: Mapping[str, Host],
    as_of: date,
) -> Filed:
    """What is on record, as known on ``as_of``; withdrawn findings are left out."""
    found = tuple(f for f in standings(on_record, as_of) if f.state != "withdrawn")
    titles = {name: kind.title for name, kind in rules.findings.items()}
    return Filed(found, on_record.history, titles, postings, hosts)
