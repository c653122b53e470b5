"""Decisions read, and held against who may decide on that day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from attrs import evolve

from cadre_eval.errors import Text
from cadre_eval.model.decisions import Decision, Revocation
from cadre_eval.model.people import Official
from cadre_eval.model.postings import Posting, Relation
from cadre_eval.ruleset.accountability import Target
from cadre_eval.ruleset.supervision import Holder
from cadre_eval.supervision.appeals_reviewer import People
from cadre_eval.workspace.supervision.decision_documents import DecisionDoc, DecisionsDoc, RevocationDoc
from cadre_eval.workspace.supervision.reading import Reading


def read_decisions(doc: DecisionsDoc, reading: Reading) -> Iterator[Decision]:
    """The sound decisions; problems are noted for the others."""
    for entry in doc.decided:
        before = len(reading.problems)
        reading.once("decision", entry.id, entry.at.value("id"))
        if entry.revoked is None:  # once it is taken back, another may be made
            reading.once("proposal", str(entry.proposal), entry.proposal.span)
        target = _check(entry, reading)
        known_on = reading.known_on(entry.on, entry.known_on, entry.at)
        if len(reading.problems) == before:
            yield Decision(
                entry.id, str(entry.proposal), entry.on, known_on, entry.outcome, entry.by, entry.reason, entry.measure,
                tuple(sorted(entry.evidence)), entry.carried_out,
                target[1] if target is not None and target[0] == "cadre" else None, _revocation(entry.revoked),
                entry.at.value("id"),
                {"proposal": entry.proposal.span, "on": entry.at.value("on"), "measure": entry.at.value("measure" if entry.measure is not None else "outcome")},
            )  # fmt: skip


def _check(entry: DecisionDoc, reading: Reading) -> tuple[Target, str] | None:
    """Whom the decision is about; problems are noted."""
    at = entry.at
    if entry.carried_out is not None:
        reading.not_before(entry.carried_out, entry.on, at.value("carried_out"), Text("决定日期", "the decision"))
        if entry.outcome == "refuse":
            reading.problems.add("CE793", at.value("carried_out"))
    holder = _decided_by(entry, reading)
    target = _target(entry, reading)
    by = reading.official(entry.by, at.value("by"))
    if holder is not None and target is not None and by:
        _check_authority(entry, target, holder, reading)
    if entry.revoked is not None:
        _check_revocation(entry, entry.revoked, target, holder, reading)
    return target


def _check_revocation(
    entry: DecisionDoc, doc: RevocationDoc, target: tuple[Target, str] | None, holder: Holder | None, reading: Reading
) -> None:
    """It takes the same authority, on its own day."""
    reading.not_before(doc.on, entry.on, doc.at.value("on"), Text("决定日期", "the decision"))
    by = reading.official(doc.by, doc.at.value("by"))
    if holder is not None and target is not None and by:
        _check_authority(evolve(entry, by=doc.by, on=doc.on, at=doc.at), target, holder, reading)


def _revocation(doc: RevocationDoc | None) -> Revocation | None:
    return None if doc is None else Revocation(doc.on, doc.by, doc.reason)


def _decided_by(entry: DecisionDoc, reading: Reading) -> Holder | None:
    """Who decides on the measure; None with a problem noted if it is not declared, or none is named where one must be."""
    if entry.measure is None:
        if entry.outcome == "vary":
            reading.problems.add("CE203", entry.at.value("outcome"), key="measure")
        return "district"
    measures = reading.rules_on(entry.on).measures
    what = Text("处理措施（supervision.measures）", "measure (supervision.measures)")
    declared = reading.known(entry.measure, measures, entry.at.value("measure"), what)
    return measures[entry.measure].decided_by if declared else None


def _target(entry: DecisionDoc, reading: Reading) -> tuple[Target, str] | None:
    """Whom the proposal is for; None with a problem noted if there can be no such proposal. Where rulesets use a rule for
    different sorts, the id tells them apart.
    """
    parts = str(entry.proposal).split("/")
    span = entry.proposal.span
    if len(parts) != 3 or not all(parts):
        reading.problems.add("CE790", span, proposal=str(entry.proposal))
        return None
    uses = [use for rules in reading.rulesets for plan in rules.periods.values() for use in plan.accountability]
    targets = {use.id: sorted({other.target for other in uses if other.id == use.id}) for use in uses}
    if not reading.known(
        parts[0], targets, span, Text("问责规则（accountability 的 id）", "use of a rule of accountability")
    ):
        return None
    roster = reading.roster
    known: Mapping[Target, Collection[str]] = {
        "cadre": roster.cadres, "sending-unit": roster.sending_units, "township": roster.townships, "host": roster.hosts,
    }  # fmt: skip
    ids = {key: target for target in reversed(targets[parts[0]]) for key in known[target]}
    sound = reading.known(parts[1], ids, span, Text("干部或单位", "cadre or unit"))
    return (ids[parts[1]], parts[1]) if sound else None


def _check_authority(entry: DecisionDoc, target: tuple[Target, str], holder: Holder, reading: Reading) -> None:
    official = reading.roster.officials[entry.by]
    span = entry.at.value("by")
    if _own_case(official, target, entry, reading):
        reading.problems.add("CE792", span, official=official.name, whom=_name(target, reading))
        return
    unit = _deciding_unit(target, holder, entry, reading)
    if unit is None or unit not in official.units(entry.on):
        needed = Text(*_unit_text(unit, holder, reading))
        reading.problems.add("CE791", span, official=official.name, day=entry.on.isoformat(), needed=needed)


def _own_case(official: Official, target: tuple[Target, str], entry: DecisionDoc, reading: Reading) -> bool:
    """Nobody decides on themselves, a relative, or the unit they serve; whichever id they go by."""
    sort, key = target
    if sort == "cadre":
        people = People(reading.roster.cadres, reading.roster.officials)
        return bool(people.ids(key) & (people.ids(official.id) | people.relatives(official.id)))
    return key in official.units(entry.on)


def _deciding_unit(target: tuple[Target, str], holder: Holder, entry: DecisionDoc, reading: Reading) -> str | None:
    """The unit that decides: the district, or the holder of a relation of the cadre on that day."""
    if holder == "district" or target[0] != "cadre":
        return reading.roster.district.id
    posting = _posting(target[1], entry, reading)
    relation: Relation = holder
    return None if posting is None else posting.holder(relation, entry.on)


def _posting(cadre: str, entry: DecisionDoc, reading: Reading) -> Posting | None:
    """The posting on the day, else the last before it."""
    begun = [p for p in reading.roster.postings_of(cadre) if p.start <= entry.on]
    return max(begun, key=lambda p: (entry.on in p.days, p.start, p.id), default=None)


def _unit_text(unit: str | None, holder: Holder, reading: Reading) -> tuple[str, str]:
    names = reading.roster.unit_names
    zh = {
        "district": "区县",
        "party": "党组织关系",
        "salary": "工资关系",
        "management": "管理关系",
        "assessment": "考核关系",
    }
    if holder == "district":
        return (
            f"{names[reading.roster.district.id]}任职的人",
            f"somebody in office at {names[reading.roster.district.id]}",
        )
    if unit is None:
        return (
            f"当日持有其{zh[holder]}的单位任职的人，而当日没有这样的单位",
            f"somebody in office at the unit that held the {holder} relation that day, and there was none",
        )
    held = names.get(unit, unit)
    return (
        f"当日持有其{zh[holder]}的单位（{held}）任职的人",
        f"somebody in office at the unit that held the {holder} relation that day ({held})",
    )


def _name(target: tuple[Target, str], reading: Reading) -> str:
    sort, key = target
    return reading.roster.cadres[key].name if sort == "cadre" else reading.roster.unit_names.get(key, key)
