"""Facts of inspections: how many findings, how many were put right, what households said."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from cadre_eval.errors import Text
from cadre_eval.model.inspections import Inspection
from cadre_eval.model.records import Fact, FactState, Sample
from cadre_eval.ruleset.supervision import FactSourceDoc
from cadre_eval.supervision.findings import Standing, findings_of, standings
from cadre_eval.supervision.inspections import took_place
from cadre_eval.supervision.sampling import interval_text
from cadre_eval.supervision.scope import Scope

KINDS = {"district": Text("督查", "inspections"), "cross": Text("交叉检查", "cross-inspections")}


def findings_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """How many findings of these kinds there were of the cadre: 0 if inspections found none, missing without any
    inspection.
    """
    held = took_place(scope.on_record, scope.days, scope.until, scope.as_of)
    if not held:
        return _missing(Text("考核期内没有督查记录", "no inspection is on record in the period"))
    found = [
        f for f in findings_of(scope.on_record, scope.as_of, kinds=source.findings or (), postings=[scope.posting])
        if f.on in scope.days and f.on <= scope.until
    ]  # fmt: skip
    ids = tuple(f.id for f in found)
    listed = (f"：{'、'.join(ids)}", f": {', '.join(ids)}") if ids else ("", "")
    detail = Text(
        f"督查 {len(held)} 次，发现 {len(ids)} 个{listed[0]}",
        f"{some(len(held), 'inspection')}, {some(len(ids), 'finding')}{listed[1]}",
    )
    return Fact(FactState.PRESENT, Fraction(len(ids)), evidence=ids or tuple(i.id for i in held), detail=detail)


def rectified_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """The share of the cadre's findings put right, or put right in time, of those that were due or re-checked in the
    period. One that was reported and waits for its re-check is neither put right nor not: it is left out, and named.
    """
    due = [s for s in standings(scope.on_record, scope.as_of, scope.until, cadre=scope.cadre) if _due(s, scope)]
    waiting = [s for s in due if s.state == "rectified-reported"]
    judged = [s for s in due if s.state != "rectified-reported"]
    left_out = (
        (f"；待复查 {len(waiting)} 个，不计", f"; {len(waiting)} wait for the re-check and do not count")
        if waiting
        else ("", "")
    )
    if not judged and waiting:
        return _missing(
            Text(f"整改待复查：{_ids(waiting, '、')}", f"waiting for the re-check: {_ids(waiting, ', ')}")
        )
    if not judged:
        reason = Text("考核期内没有到期或复查的问题", "no finding was due or re-checked in the period")
        return Fact(FactState.NOT_APPLICABLE, reason=reason)
    states = ("rectified",) if source.rectified == "on-time" else ("rectified", "rectified-late")
    good = [s for s in judged if s.state in states]
    word = Text("按时整改", "put right in time") if source.rectified == "on-time" else Text("已整改", "put right")
    detail = Text(
        f"应整改 {len(judged)} 个，{word.zh} {len(good)} 个{left_out[0]}",
        f"{len(judged)} due, {len(good)} {word.en}{left_out[1]}",
    )
    evidence = tuple(s.finding.id for s in judged)
    return Fact(FactState.PRESENT, Fraction(len(good), len(judged)), evidence=evidence, detail=detail)


def _due(standing: Standing, scope: Scope) -> bool:
    """A finding of the cadre, not unfounded, whose deadline or last re-check fell in the scope."""
    finding = standing.finding
    if standing.state == "withdrawn" or finding.cadre != scope.cadre or finding.on not in scope.posting.days:
        return False
    days = (standing.deadline, standing.recheck.on if standing.recheck else None)
    return any(day is not None and day in scope.days and day <= scope.until for day in days)


def households_fact(source: FactSourceDoc, scope: Scope) -> Fact:
    """The households of the host that were asked a question, and how many passed, over every visit of one kind of
    inspection.
    """
    assert source.households is not None, "asked for by its key"
    kind = KINDS[source.households]
    if source.question is None:
        return _missing(Text("办法没有写明题目（question）", "the rules do not name the question"))
    asked = [
        (inspection, visit.households[source.question])
        for inspection in scope.on_record.inspections
        if inspection.kind == source.households
        for visit in inspection.visits
        if visit.host == scope.posting.host.id and visit.known_on <= scope.as_of
        and visit.on in scope.days and visit.on <= scope.until and source.question in visit.households
    ]  # fmt: skip
    if not asked:
        return _missing(
            Text(
                f"考核期内{kind.zh}没有入户抽查“{source.question}”",
                f"no {kind.en} asked households '{source.question}'",
            )
        )
    sample = Sample(sum(s.checked for _, s in asked), sum(s.passed for _, s in asked))
    interval = interval_text(sample)
    detail = Text(
        f"{kind.zh}走访 {len(asked)} 次，{interval.zh}", f"{some(len(asked), 'visit')} by {kind.en}, {interval.en}"
    )
    return Fact(FactState.PRESENT, sample, evidence=_once(i for i, _ in asked), detail=detail)


def some(count: int, what: str) -> str:
    """So many, in English."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def _missing(reason: Text) -> Fact:
    return Fact(FactState.MISSING, reason=reason)


def _ids(found: list[Standing], between: str) -> str:
    return between.join(s.finding.id for s in found)


def _once(inspections: Iterable[Inspection]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(inspection.id for inspection in inspections))
