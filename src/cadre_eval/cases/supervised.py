"""What a case says of supervision: findings and earlier results, for the rules of accountability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from cadre_eval.cases.documents import CaseFindingDoc, PersonDoc
from cadre_eval.errors import Problems, Span, Text
from cadre_eval.model.postings import Posting
from cadre_eval.plugins.proposing import Files, answers
from cadre_eval.plugins.views import FindingView, OnFile, PastView
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.plan import CompiledRuleset

OPEN = "open"
"""A case does not say how findings were put right."""


def files_of(
    people: Iterable[tuple[Posting, PersonDoc]], rules: CompiledRuleset, as_of: date, problems: Problems
) -> Files:
    """What is on file of everybody in the case, as known on a day; a kind the rules do not declare is a problem."""
    people = list(people)
    named = _named(people, problems)
    filed = [
        (posting, _on_file(posting, doc, names, rules, as_of, problems))
        for (posting, doc), names in zip(people, named, strict=True)
    ]

    def files(target: Target, key: str) -> OnFile:
        own = [file for posting, file in filed if answers(posting, target)[0] == key]
        findings = sorted((f for file in own for f in file.findings), key=lambda f: (f.on, f.id))
        return OnFile(tuple(findings), tuple(past for file in own for past in file.history))

    return files


def _named(people: Sequence[tuple[Posting, PersonDoc]], problems: Problems) -> Iterator[list[str]]:
    """Ids of everybody's findings: as given, else by number. Of several people, those not given and those that all of them
    have begin with the id of the cadre.
    """
    first: dict[str, Span] = {}
    for posting, doc in people:
        lead = "" if len(people) == 1 else f"{posting.cadre.id}-"
        names = []
        for number, found in enumerate(doc.findings, 1):
            here = found.at.value("id") if found.id is not None else found.at.span
            name = found.id or f"{lead}f-{number}"
            if name in first and first[name] != here:
                label = Text("第一次用在这里", "first used here")
                problems.add("CE306", here, id=name, also=[(label, first[name])])
            names.append(f"{lead}{name}" if name in first else name)
            first.setdefault(name, here)
        yield names


def _on_file(
    posting: Posting, doc: PersonDoc, names: Sequence[str], rules: CompiledRuleset, as_of: date, problems: Problems
) -> OnFile:
    views = [_finding(posting, found, name, rules, problems) for found, name in zip(doc.findings, names, strict=True)]
    history = tuple(PastView(posting.cadre.id, p.period, p.grade, p.rank, p.of) for p in doc.history)
    return OnFile(tuple(view for view in views if view is not None and view.known_on <= as_of), history)


def _finding(
    posting: Posting, doc: CaseFindingDoc, name: str, rules: CompiledRuleset, problems: Problems
) -> FindingView | None:
    declared = rules.supervision.findings
    if not problems.known(doc.kind, declared, doc.at.value("kind"), Text("督查问题的种类", "kind of finding")):
        return None
    kind = declared[doc.kind]
    return FindingView(
        name, doc.kind, kind.title, doc.severity or kind.severity, posting.cadre.id, posting.host.id, doc.on,
        doc.known_on or doc.on, doc.text or kind.title, doc.evidence, OPEN,
    )  # fmt: skip
