"""Shortest ways from plain data to compiled rules, rosters, dossiers and results, without a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from cadre_eval.errors import Problems, RefusedInput, Source
from cadre_eval.model.people import District
from cadre_eval.model.records import Dossier
from cadre_eval.plugins.registry import load_registry
from cadre_eval.reading.structure import StrictReader
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.ruleset.compile import compile_ruleset, effective_ruleset
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.result import PeriodResult
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.documents import DossierDoc
from cadre_eval.workspace.dossiers import DossierReader
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.opening import Workspace, find_period, open_workspace
from cadre_eval.workspace.roster import Roster, read_roster

Plain = Mapping[str, Any]

DISTRICT = {"id": "d-01", "name": "青岚区"}
_BUILTIN = load_registry([], Problems())
KINDS, ACCOUNTABILITY = _BUILTIN.kinds, _BUILTIN.rules
READER = StrictReader()


def text(number: Fraction | int) -> str:
    """An exact number as a ruleset may write it."""
    value = Fraction(number)
    for places in range(7):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            sign = "-" if value < 0 else ""
            return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
    return f"{value.numerator}/{value.denominator}"


def yaml_text(plain: Any) -> str:
    """Plain data as YAML: JSON is YAML, one key to a line, everything quoted and read by its field's type."""
    return json.dumps(plain, ensure_ascii=False, indent=1)


def source_of(name: str, plain: Plain | str) -> Source:
    return Source(name, plain if isinstance(plain, str) else yaml_text(plain))


def compiled(ruleset: Plain | str) -> CompiledRuleset:
    """Raises RefusedInput with every problem."""
    problems = Problems()
    effective = effective_ruleset(source_of("ruleset.yaml", ruleset), lambda *_: None, problems)
    rules = None if effective is None else compile_ruleset(effective, KINDS, problems, (), ACCOUNTABILITY)
    if rules is None:
        raise RefusedInput(problems)
    return rules


def refusals(ruleset: Plain | str) -> list[str]:
    """The codes of what is wrong with a ruleset."""
    try:
        compiled(ruleset)
    except RefusedInput as refused:
        return [problem.code for problem in refused.problems]
    return []


def roster_of(*rosters: Plain) -> Roster:
    problems = Problems()
    sources = [source_of(f"roster/{n}.yaml", plain) for n, plain in enumerate(rosters)]
    roster = read_roster(sources, District(**DISTRICT), READER, problems)
    problems.raise_if_any()
    return roster


def workspace_of(rules: CompiledRuleset, roster: Roster, dossiers: Sequence[Plain]) -> Workspace:
    """A workspace as if read from a folder: every dossier by its posting and period."""
    problems = Problems()
    found: dict[tuple[str, str], Dossier] = {}
    for number, plain in enumerate(dossiers):
        node = read_yaml(source_of(f"records/{number}.yaml", plain), problems)
        doc = READER.read(node, DossierDoc, problems) if node is not None else None
        problems.raise_if_any()
        assert doc is not None
        period = find_period([rules], doc.period)
        assert period is not None, doc.period
        _, plan, days = period
        dossier = DossierReader(rules, plan, READER, problems).read(doc, days.id)
        postings = [p.id for p in roster.postings_of(doc.dossier)]
        found[(doc.posting or postings[0], days.id)] = dossier
    problems.raise_if_any()
    return Workspace(Folder(Path()), "w", "w", (rules,), roster, found)


def assessed(
    rules: CompiledRuleset | Plain,
    roster: Roster | Plain,
    dossiers: Sequence[Plain],
    period: str = "2025-year-end",
    as_of: date | None = None,
) -> PeriodResult:
    """The results of a period."""
    plan = rules if isinstance(rules, CompiledRuleset) else compiled(rules)
    people = roster if isinstance(roster, Roster) else roster_of(roster)
    return assess(workspace_of(plan, people, dossiers), period, as_of)


def write_workspace(folder: Path, ruleset: Plain, rosters: Mapping[str, Plain], records: Mapping[str, Plain]) -> None:
    """The same as files, names as given."""
    config = {
        "workspace": "w",
        "district": DISTRICT,
        "ruleset": "rules.yaml",
        "roster": "roster",
        "records": "records",
    }
    files = {"cadre-eval.yaml": config, "rules.yaml": ruleset}
    files |= {f"roster/{name}": plain for name, plain in rosters.items()}
    files |= {f"records/{name}": plain for name, plain in records.items()}
    for name, plain in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml_text(plain), encoding="utf-8")


def assessed_folder(folder: Path, period: str) -> PeriodResult:
    return assess(open_workspace(folder), period)


# ── small rosters and rulesets ──────────────────────────────────────


def person(number: int, **posting: Any) -> dict[str, Any]:
    """One cadre with one posting over many years, all relations transferred; ``posting`` changes or adds keys."""
    name = f"c-{number:02d}"
    category = posting.pop("category", "a")
    effective = posting.get("from", "2024-01-01")
    plain = {
        "id": f"p-{number:02d}", "cadre": name, "host": "h-01", "role": "team-member", "sending_unit": "u-01",
        "from": "2024-01-01", "transfers": {"assessment": {"to": "t-01", "effective": effective}},
    } | posting  # fmt: skip
    return {
        "cadre": {"id": name, "name": f"人{number}", "category": category, "party_member": "yes"},
        "posting": plain,
    }


def people(*persons: Mapping[str, Any]) -> dict[str, Any]:
    """A roster of these; a person given twice has two postings."""
    return {
        "roster": "r",
        "townships": [{"id": f"t-0{n}", "name": f"街道{n}", "kind": "street"} for n in (1, 2)],
        "hosts": [{"id": f"h-0{n}", "name": f"社区{n}", "township": f"t-0{n}", "kind": "community"} for n in (1, 2)],
        "sending_units": [{"id": f"u-0{n}", "name": f"单位{n}"} for n in (1, 2)],
        "cadres": list({p["cadre"]["id"]: p["cadre"] for p in persons}.values()),
        "postings": [p["posting"] for p in persons],
    }


def ruleset(*criteria: Plain, **more: Any) -> dict[str, Any]:
    """A ruleset of one period and these criteria, without grades unless given."""
    return {
        "ruleset": "r",
        "periods": {"year-end": {"from": "01-01", "to": "12-31"}},
        "criteria": list(criteria),
        "grades": "none",
    } | more


def given(name: str, points: int = 100, **more: Any) -> dict[str, Any]:
    """A criterion that takes its score from the fact of the same name."""
    return {"id": name, "points": str(points), "kind": "given", "fact": name} | more


def scores_fact(points: int = 100) -> dict[str, str]:
    return {"type": "number", "at_least": "0", "at_most": str(points)}


def dossier(number: int, period: str = "2025-year-end", **records: Any) -> dict[str, Any]:
    return {"dossier": f"c-{number:02d}", "period": period} | records


# ── looking into results ────────────────────────────────────────────


def everything(root: Any) -> Iterator[Any]:
    """Every object reachable from a result through records, mappings and sequences, once each."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        here = todo.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        if attrs.has(type(here)):
            todo.extend(getattr(here, a.name) for a in attrs.fields(type(here)))
        elif isinstance(here, Mapping):
            todo.extend(here.keys())
            todo.extend(here.values())
        elif isinstance(here, list | tuple | set | frozenset):
            todo.extend(here)


def told(result: PeriodResult) -> list[Any]:
    """Everything people are told, as plain data: what two runs must agree on."""
    rows: list[Any] = []
    for r in result:
        scores = [
            [s.subject.posting.id, s.days, repr(s.own), [[n.node.id, n.state, repr(n.score)] for n in s.tree.walk()]]
            + [[g.group.id, repr(g.points), [[i.item.id, repr(i.points)] for i in g.items]] for g in s.adjustments]
            for s in r.scores
        ]
        used = [
            [n.node.id, [[u.what, u.shown, u.evidence] for u in n.outcome.reading.used]]
            for s in r.scores
            for n in s.tree.walk()
            if n.outcome is not None
        ]
        gates = [[g.gate.id, sorted(g.finding.truth)] for g in r.gates]
        notes = [n.text("zh") + n.text("en") for n in r.notes]
        rows.append([
            r.cadre.id, r.state, repr(r.total), repr(r.exact), r.grade, r.grades_possible, r.rank, scores, used, gates,
            notes,
        ])  # fmt: skip
    return rows
