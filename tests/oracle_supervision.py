"""The facts that follow from records of supervision, worked out again from the files: short, plain, and sharing no code with
the package. It knows what the example district uses, as known on the last day of the year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import oracle

AS_OF = "2025-12-31"


def with_supervision(
    folder: Path, rules: Mapping[str, Any], rosters: list[Mapping[str, Any]], dossiers: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The dossiers with every fact that has a ``from:``."""
    files = [oracle.plain(path) for path in sorted(folder.rglob("*.yaml"))]
    postings = [posting for roster in rosters for posting in roster.get("postings") or []]
    sources = {name: fact["from"] for name, fact in rules["facts"].items() if "from" in fact}
    return [_completed(d, _posting(d, postings), files, sources, rules) for d in dossiers]


def _posting(dossier: Mapping[str, Any], postings: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    own = [p for p in postings if p["cadre"] == dossier["dossier"]]
    return next(p for p in own if dossier.get("posting", p["id"]) == p["id"])


def _completed(
    dossier: Mapping[str, Any],
    posting: Mapping[str, Any],
    files: list[Mapping[str, Any]],
    sources: Mapping[str, Mapping[str, Any]],
    rules: Mapping[str, Any],
) -> dict[str, Any]:
    year, key = int(dossier["period"][:4]), dossier["period"][5:]
    first, last = oracle.period_days(rules, key, year)
    end = posting.get("ended", {}).get("on") or posting["to"]
    days = max(first.isoformat(), posting["from"]), min(last.isoformat(), end)
    found = {name: _value(source, posting, days, files, rules) for name, source in sources.items()}
    return {**dossier, "facts": {**dossier["facts"], **{n: str(v) for n, v in found.items()}}}


def _value(
    source: Mapping[str, Any],
    posting: Mapping[str, Any],
    days: tuple[str, str],
    files: list[Mapping[str, Any]],
    rules: Mapping[str, Any],
) -> Any:
    cadre, (first, last) = posting["cadre"], days
    if "findings" in source:
        return sum(first <= f["on"] <= last for f in _findings(files, cadre, source["findings"]))
    if "attendance" in source:
        marks = {"leave-days": ["leave"], "village-days": ["village", "trip"]}[source["attendance"]]
        return sum(first <= day <= last for mark in marks for day in _marked(files, cadre, mark))
    if "worklist" in source:
        done = list(_in_time(files, posting, days))
        return oracle.F(sum(done), len(done))
    return _in_force(source["effect"], files, cadre, last, rules)


def _findings(files: list[Mapping[str, Any]], cadre: str, kinds: list[str]) -> Iterator[Mapping[str, Any]]:
    for file in files:
        gone = {w["finding"] for w in file.get("withdrawn") or []}
        for finding in file.get("findings") or []:
            if finding.get("cadre") == cadre and finding["kind"] in kinds and finding["id"] not in gone:
                yield finding


def _marked(files: list[Mapping[str, Any]], cadre: str, mark: str) -> Iterator[str]:
    for file in files:
        row = (file.get("cadres") or {}).get(cadre, {}) if "attendance" in file else {}
        for run in filter(None, row.get(mark, "").split(", ")):
            begin, _, end = run.partition("-")
            for number in range(int(begin), int(end or begin) + 1):
                yield f"{file['attendance']}-{number:02d}"


def _in_time(files: list[Mapping[str, Any]], posting: Mapping[str, Any], days: tuple[str, str]) -> Iterator[bool]:
    """For each item due while the posting lasted: was a report of that time accepted."""
    cadre, role = posting["cadre"], {"first-secretary": "first-secretaries", "team-member": "team-members"}
    for file in (f for f in files if "worklist" in f):
        for item in file["items"]:
            if item["for"] in {"everyone", role[posting["role"]]} and days[0] <= item["due"] <= days[1]:
                own = [x for x in file["reports"] if (x["item"], x["cadre"]) == (item["id"], cadre)]
                seen = [c for c in file["checks"] if (c["item"], c["cadre"]) == (item["id"], cadre)]
                accepted = [
                    max(r["on"] for r in own if r["on"] <= c["on"])
                    for c in seen
                    if c["result"] == "accepted" and c["on"] <= AS_OF
                ]
                yield any(on <= item["due"] for on in accepted)


def _in_force(effect: str, files: list[Mapping[str, Any]], cadre: str, last: str, rules: Mapping[str, Any]) -> str:
    """Whether a decision brings the effect on the last day; the example's lasts until the year is over, or so many years."""
    for file in (f for f in files if "decisions" in f):
        for made in file["decided"]:
            if made["outcome"] == "refuse" or made["proposal"].split("/")[1] != cadre or made["on"] > last:
                continue
            for brought in rules["supervision"]["measures"][made["measure"]].get("effects") or []:
                on = date.fromisoformat(made["on"])
                until = date(on.year, 12, 31)
                if brought["for"] != "this-year":
                    until = on.replace(year=on.year + int(brought["for"].split()[0])) - timedelta(days=1)
                if brought["effect"] == effect and last <= until.isoformat():
                    return "yes"
    return "no"
