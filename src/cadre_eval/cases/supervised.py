"""What a case says of supervision: findings and earlier results, for the rules of accountability."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cadre_eval.cases.documents import CaseFindingDoc, PersonDoc
from cadre_eval.errors import Problems, Text
from cadre_eval.errors.suggest import closest, listed
from cadre_eval.model.postings import Posting
from cadre_eval.plugins.proposing import Files
from cadre_eval.plugins.views import FindingView, OnFile, PastView
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.plan import CompiledRuleset

OPEN = "open"
"""A case does not say how findings were put right."""


def files_of(
    people: Iterable[tuple[Posting, PersonDoc]], rules: CompiledRuleset, as_of: date, problems: Problems
) -> Files:
    """What is on file of everybody in the case, as known on a day; a kind the rules do not declare is a problem."""
    filed = [(posting, _on_file(posting, doc, rules, as_of, problems)) for posting, doc in people]

    def files(target: Target, key: str) -> OnFile:
        own = [file for posting, file in filed if _answers(posting, target) == key]
        findings = sorted((f for file in own for f in file.findings), key=lambda f: (f.on, f.id))
        return OnFile(tuple(findings), tuple(past for file in own for past in file.history))

    return files


def _answers(posting: Posting, target: Target) -> str:
    return {
        "cadre": posting.cadre.id,
        "sending-unit": posting.sending_unit.id,
        "township": posting.host.township.id,
        "host": posting.host.id,
    }[target]


def _on_file(posting: Posting, doc: PersonDoc, rules: CompiledRuleset, as_of: date, problems: Problems) -> OnFile:
    views = [_finding(posting, found, number, rules, problems) for number, found in enumerate(doc.findings, 1)]
    history = tuple(PastView(posting.cadre.id, p.period, p.grade, p.rank, p.of) for p in doc.history)
    return OnFile(tuple(view for view in views if view is not None and view.known_on <= as_of), history)


def _finding(
    posting: Posting, doc: CaseFindingDoc, number: int, rules: CompiledRuleset, problems: Problems
) -> FindingView | None:
    declared = rules.supervision.findings
    kind = declared.get(doc.kind)
    if kind is None:
        what = Text("督查问题的种类", "kind of finding")
        span, fix = doc.at.value("kind"), closest(doc.kind, declared)
        problems.add("CE421", span, fix=fix, name=doc.kind, what=what, allowed=listed(declared) or "—")
        return None
    name = doc.id or f"f-{number}"
    return FindingView(
        name, doc.kind, kind.title, doc.severity or kind.severity, posting.cadre.id, posting.host.id, doc.on,
        doc.known_on or doc.on, doc.text or kind.title, doc.evidence, OPEN,
    )  # fmt: skip
