"""Five hundred seeded faults, each in a sound ruleset or record: each is reported on the line it is on.

A fault knows the line a person would have to mend. Sums are reported where the reference says: a weight at the first
weight of its group, a gap at the scale that has it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve, frozen

from cadre_eval.errors import Problem, Problems, Source
from cadre_eval.reading.nodes import MapNode, Node, Scalar, SeqNode
from cadre_eval.reading.yaml_reader import read_yaml
from cadre_eval.workspace.files import shipped_rulesets
from cadre_eval.workspace.rulesets import shipped_names
from small_workspace import (
    FIRST_DOSSIER,
    LAYER,
    RULESET,
    SMALL,
    ruleset_problems,
    shown,
    spoiled,
    write,
)

SHIPPED = shipped_rulesets().root
RULESETS = {name: (SHIPPED / f"{name}.yaml").read_text("utf-8") for name in shipped_names()} | {"small": RULESET}
DOSSIERS = [name for name in SMALL if name.startswith("records/")]
ROSTERS = [name for name in SMALL if name.startswith("roster/")]
RECORDS = [*DOSSIERS, *ROSTERS, "cadre-eval.yaml"]

FREE = frozenset(re.findall(r"\S+", """
    titles categories facts voters reviewers options levels items bands grades combine target each ladder also
    minimum_service defaults periods questions reviews surveys external earlier evidence classes tally targets
    any civil-servant institution community-worker other at_least at_most
"""))  # fmt: skip
"""Below these, keys are ids or words of the district, not keys of the format."""


@frozen
class Site:
    """One value, the key it stands under (None in a list), and the keys above it."""

    path: tuple[str, ...]
    key: Scalar | None
    node: Node
    parent: MapNode | SeqNode

    @property
    def name(self) -> str:
        return self.key.text if self.key is not None else ""

    @property
    def above(self) -> str:
        return self.path[-2] if len(self.path) > 1 else ""


def sites(text: str) -> list[Site]:
    """Every value of the file."""
    problems = Problems()
    root = read_yaml(Source("sound.yaml", text), problems)
    assert root is not None, shown(list(problems))
    return list(_below(root, ()))


def _below(node: Node, path: tuple[str, ...]) -> Iterator[Site]:
    if isinstance(node, MapNode):
        for key, value in node.items():
            yield Site((*path, key.text), key, value, node)
            yield from _below(value, (*path, key.text))
    if isinstance(node, SeqNode):
        for item in node.items:
            yield Site((*path, ""), None, item, node)
            yield from _below(item, path)


def replaced(text: str, at: Scalar, new: str) -> str:
    """The text with other characters where the scalar stands."""
    lines = text.split("\n")
    line = lines[at.line - 1]
    lines[at.line - 1] = line[: at.column - 1] + new + line[at.column - 1 + at.length :]
    return "\n".join(lines)


@frozen
class Fault:
    """A spoilt text and the lines one of which must be reported."""

    text: str
    lines: frozenset[int]


Injector = Callable[[random.Random, str], "Fault | None"]


def one(found: list[Site], rng: random.Random) -> Site | None:
    return rng.choice(found) if found else None


def slip(word: str, rng: random.Random) -> str:
    """The word as a tired hand types it."""
    at = rng.randrange(len(word))
    return rng.choice([word[:at] + word[at] + word[at:], word[:at] + "x" + word[at + 1 :], word + "s"])


def scalars(text: str, wanted: Callable[[Site], bool]) -> list[Site]:
    return [s for s in sites(text) if isinstance(s.node, Scalar) and wanted(s)]


def swap(keys: str, *texts: str, where: Callable[[Site], bool] = lambda site: True) -> Injector:
    """Another text in the place of a value under one of the keys."""
    names = set(keys.split())

    def inject(rng: random.Random, text: str) -> Fault | None:
        site = one(scalars(text, lambda s: s.name in names and where(s)), rng)
        if site is None or not isinstance(site.node, Scalar):
            return None
        return Fault(replaced(text, site.node, rng.choice(texts)), frozenset({site.node.line}))

    return inject


def misspelt_key(rng: random.Random, text: str) -> Fault | None:
    known = {s.name for s in sites(text)}
    site = one([s for s in sites(text) if s.key is not None and s.above not in FREE], rng)
    if site is None or site.key is None:
        return None
    word = slip(site.name, rng)
    return None if word in known else Fault(replaced(text, site.key, word), frozenset({site.key.line}))


def duplicate_key(rng: random.Random, text: str) -> Fault | None:
    site = one(scalars(text, lambda s: s.key is not None and s.node.line == s.key.line and s.node.length > 1), rng)
    if site is None or site.key is None or not isinstance(site.node, Scalar):
        return None
    lines = text.split("\n")
    line = lines[site.key.line - 1]
    written = line[site.key.column - 1 : site.node.column - 1 + site.node.length]
    before, after = line[: site.key.column - 1], line[site.key.column - 1 :]
    if not before.replace("-", " ").strip():  # block style: a line of its own
        lines[site.key.line - 1 : site.key.line] = [line, " " * len(before) + written]
        return Fault("\n".join(lines), frozenset({site.key.line + 1}))
    lines[site.key.line - 1] = f"{before}{written}, {after}"
    return Fault("\n".join(lines), frozenset({site.key.line}))


WORDS_OR_NUMBERS = frozenset(re.findall(r"\S+", """
    title weight points basis fact type unit at_most share round base from to name category role cadre host township
    sending_unit scale each_short id dimension direction counting each rule path compare mode places service otherwise
    transfer_within held_on issued_on issuer issued abstain invalid effective party_member period dossier kind
"""))  # fmt: skip


def wrong_shape(rng: random.Random, text: str) -> Fault | None:
    """A list or a mapping where one word or number belongs."""
    fits = scalars(text, lambda s: s.name in WORDS_OR_NUMBERS and s.above not in FREE)
    site = one(fits, rng)
    if site is None or not isinstance(site.node, Scalar):
        return None
    return Fault(replaced(text, site.node, rng.choice(["[1]", "{a: 1}", "[]", "{}"])), frozenset({site.node.line}))


def group_fault(key: str, change: Callable[[str], str]) -> Injector:
    """A weight of a group changed: reported at the first weight of the group."""

    def inject(rng: random.Random, text: str) -> Fault | None:
        groups = []
        for site in sites(text):
            parts = site.node
            if site.name not in {"parts", "criteria"} or not isinstance(parts, SeqNode):
                continue
            held = [p.values[key] for p in parts.items if isinstance(p, MapNode) and key in p.keys]
            relative = isinstance(site.parent, MapNode) and "weights" in site.parent.keys
            periods = any(isinstance(p, MapNode) and "periods" in p.keys for p in parts.items)
            if held and not relative and not periods:
                groups.append(held)
        if not groups:
            return None
        group = rng.choice(groups)
        weight = rng.choice(group)
        assert isinstance(weight, Scalar)
        first = group[0]
        assert isinstance(first, Scalar)
        return Fault(replaced(text, weight, change(weight.text)), frozenset({first.line}))

    return inject


def points_of_group(rng: random.Random, text: str) -> Fault | None:
    """A group whose points are no longer the sum of its parts."""
    groups = [
        s.parent.values["points"]
        for s in sites(text)
        if s.name == "parts"
        and isinstance(s.parent, MapNode)
        and isinstance(s.parent.values.get("points"), Scalar)
        and isinstance(s.node, SeqNode)
        and all(isinstance(p, MapNode) and "weight" not in p.keys for p in s.node.items)
    ]
    at = rng.choice(groups) if groups else None
    if not isinstance(at, Scalar):
        return None
    return Fault(replaced(text, at, f"{at.text}.5" if "." not in at.text else f"{at.text}1"), frozenset({at.line}))


def grade_edge(change: Callable[[re.Match[str]], str], at_scale: bool) -> Injector:
    """The lower end of a middle grade moved."""

    def inject(rng: random.Random, text: str) -> Fault | None:
        every = sites(text)
        found = [
            s for s in every if "grades" in s.path and re.fullmatch(r"\[\d+, *\d+\)", getattr(s.node, "text", ""))
        ]
        site = one(found, rng)
        if site is None or not isinstance(site.node, Scalar):
            return None
        match = re.fullmatch(r"\[(\d+), *(\d+)\)", site.node.text)
        assert match is not None
        scale = [s.key for s in every if s.node is site.parent]
        lines = {site.node.line, site.node.line + 1}  # an overlap stands at the later of the two
        if at_scale and scale[0] is not None:
            lines = {scale[0].line}
        return Fault(replaced(text, site.node, f'"{change(match)}"'), frozenset(lines))

    return inject


def target_zero(rng: random.Random, text: str) -> Fault | None:
    found = scalars(text, lambda s: (s.name == "target" or s.above == "target") and re.match(r"\d", s.node.text))
    site = one(found, rng)
    if site is None or not isinstance(site.node, Scalar):
        return None
    return Fault(replaced(text, site.node, rng.choice(["0", "-3", "0.0", "0%"])), frozenset({site.node.line}))


def band_gap(rng: random.Random, text: str) -> Fault | None:
    """One band taken away: reported at ``bands``."""
    every = sites(text)
    site = one([s for s in every if s.above == "bands" and s.key is not None], rng)
    if site is None or site.key is None or site.key.plain:
        return None
    key = next(s.key for s in every if s.node is site.parent)
    assert key is not None
    return Fault(replaced(text, site.key, '"= 987654"'), frozenset({key.line, site.key.line}))


def unknown_gate_grade(rng: random.Random, text: str) -> Fault | None:
    found = [s for s in sites(text) if s.name in {"cap_grade", "force_grade"} and "gates" in s.path]
    site = one(found, rng)
    if site is None or site.key is None:
        return None
    if "grades: none" in text:
        return None
    word = site.node.items[0] if isinstance(site.node, SeqNode) else site.node
    assert isinstance(word, Scalar)
    return Fault(replaced(text, word, "良"), frozenset({site.key.line}))


def repeated_id(rng: random.Random, text: str) -> Fault | None:
    """The id of one criterion given to a second: reported at either."""
    ids = [s.node for s in scalars(text, lambda s: s.name == "id" and s.path[0] == "criteria")]
    if len(ids) < 2:
        return None
    first, second = sorted(rng.sample(range(len(ids)), 2))
    one_of, other = ids[first], ids[second]
    assert isinstance(one_of, Scalar)
    assert isinstance(other, Scalar)
    return Fault(replaced(text, other, one_of.text), frozenset({other.line}))


NOT_NUMBERS = (
    "九十",
    "90分",
    "１０",
    '"1,000"',
    "1e3",
    "0x10",
    "--1",
    "1.2.3",
    "NaN",
    "inf",
    "٣",
    "1/0",
    "1_000",
    ".5",
)
NOT_DATES = (
    "2024-02-30",
    "2024-13-01",
    "2023-02-29",
    "2024/1/5",
    "20240105",
    "今天",
    "2024-1-5",
    "0000-01-01",
    "null",
)
LITERALS = (
    "type mode round base service carry absent abstain invalid direction counting when_whole_is_zero compare rule "
    "towards absent_class below_minimum assessment_relation several_postings when_best_is_zero better"
)

RULESET_FAULTS: dict[str, Injector] = {
    "a misspelt key": misspelt_key,
    "a key written twice": duplicate_key,
    "a list where a word belongs": wrong_shape,
    "a weight too high": group_fault("weight", lambda text: f"{text.rstrip('%')}.5" + "%" * text.endswith("%")),
    "a weight of nothing": swap("weight", "0", "0%", "-10"),
    "points that do not add up": points_of_group,
    "an unknown fact": swap("fact part whole count", "no-such", "政策", where=lambda s: s.above != "facts"),
    "an unknown period": swap("mid-year", "{a: 1}", where=lambda s: s.above in {"target", "at_least", "minimum_service"}),
    "a word that is no choice": swap(LITERALS, "sometimes", "Floor", "无", '""', where=lambda s: s.above not in FREE),
    "a word that is no kind": swap("kind", "targets", "投票", "", where=lambda s: s.path[0] == "criteria"),
    "a word that is no number": swap("weight points cap share each each_short", *NOT_NUMBERS),
    "a word that is no day": swap("effective_from effective_until", *NOT_DATES),
    "a day no year has": swap("from to", "06-31", "02-29", "6-30", "13-01", "2025-06-30", "六月", where=lambda s: s.path[0] == "periods"),
    "more decimals than there are": swap("places", "13", "99", "-1", "2.0", "两位"),
    "a quota above all": swap("share", "120%", "1.01", "25", where=lambda s: s.path[0] == "quotas"),
    "a share below nothing": swap("share", "-1%", where=lambda s: s.path[0] == "quotas"),
    "a gap between grades": grade_edge(lambda m: f"({int(m[1]) + 1}, {m[2]})", at_scale=True),
    "an overlap of grades": grade_edge(lambda m: f"[{int(m[1]) - 1}, {m[2]})", at_scale=False),
    "a grade band that is none": grade_edge(lambda m: f"[{m[2]}, {m[1]})", at_scale=False),
    "a target of nothing": target_zero,
    "a gap between bands": band_gap,
    "a grade no scale has": unknown_gate_grade,
    "an id used twice": repeated_id,
    "a lock on nothing": swap("path", "criteria.nobody.weight", "rules", "gates.x.y", where=lambda s: s.path[0] == "locks"),
}  # fmt: skip

LAYER_FAULTS: dict[str, str] = {
    "an id removed that is not there": "criteria:\n  - {id: nobody, remove: yes}  # here\n",
    "a removal with other keys": "criteria:\n  - {id: duty, remove: yes, weight: 3}  # here\n",
    "a removal that says no": "gates:\n  - {id: absent, remove: no}  # here\n",
    "a parent that is not there": "extends: ./big.yaml  # here\n",
    "a fact left that a criterion needs": "facts:\n  talks: {type: flag, at_most: none}  # here\n",
    "a total scale the grades do not fit": "total: {out_of: many}  # here\n",
    "a quota looser than its lock": "quotas:\n  - {id: best, share: 26%}  # here\n",
    "an unknown tie-break": "ties: [dutty, open]  # here\n",
    "a chain that is not closed": "ties: [duty]  # here\n",
    "a chain closed twice": "ties: [open, duty, open]  # here\n",
    "an unknown pool": "pools: {by: [village]}  # here\n",
    "classes that no longer sum": "criteria:\n  - {id: satisfaction, voters: {residents: 50}}  # here\n",
    "a criterion without points": "criteria:\n  - id: duty\n    parts: [{id: new, kind: given, fact: growth}]  # here\n",
    "a default nobody knows": "defaults: {checklist: {nonsense: 1}}  # here\n",
    "defaults that are no mapping": "defaults: {review: exclude}  # here\n",
    "extends that is no name": "extends: [./small.yaml, [./small.yaml]]  # here\n",
    "two bands that are one": 'criteria:\n  - {id: visit, bands: {">= 98.0%": 7}}  # here\n',
    "a rung written twice": "gates:\n  - {id: absent, ladder: {03: {note: 约谈}}}  # here\n",
    "a lock across lists": "locks: [{path: quotas.duty.weight, rule: final}]  # here\n",
    "the end before the beginning": "effective_from: 2025-12-31\neffective_until: 2025-01-01  # here\n",
    "facts that are no mapping": "facts: none  # here\n",
    "criteria that are no list": "criteria: {duty: {weight: 40}}  # here\n",
    "an empty condition": "gates:\n  - {id: new, when: {any: []}, effect: {note: 无}}  # here\n",
    "a condition with two comparisons": "gates:\n  - {id: new, when: {fact: talks, below: 1, above: 3}, effect: {note: 无}}  # here\n",
    "a gate without effect": "gates:\n  - {id: new, when: {fact: talks, below: 1}}  # here\n",
    "a word that is no option": "gates:\n  - {id: new, when: {fact: standing, is: 很好}, effect: {note: 无}}  # here\n",
    "shares of an unknown answer": "gates:\n  - {id: new, when: {survey: satisfaction, share_of: [好], below: 50%}, effect: {note: 无}}  # here\n",
}  # fmt: skip

DAYS = "from to effective returned on known_on held_on issued_on date"
RECORD_FAULTS: dict[str, Injector] = {
    "a misspelt key": misspelt_key,
    "a key written twice": duplicate_key,
    "a list where a word belongs": wrong_shape,
    "a word that is no day": swap(DAYS, *NOT_DATES, where=lambda s: "transfers" not in s.path or s.name == "effective"),
    "an unknown unit": swap("to host sending_unit township", "u-99", "区财政局", where=lambda s: "transfers" in s.path or s.name != "to"),
    "an unknown cadre": swap("cadre dossier", "c-99", "林知远"),
    "an unknown category": swap("category", "civil-servent", "公务员"),
    "an unknown role": swap("role", "secretary", "第一书记"),
    "a word neither yes nor no": swap("party_member sanction", "maybe", "有", "1", "y", "True"),
    "a period there is not": swap("period", "2025-midyear", "25-mid-year", "mid-year", "2025", "２０２５-mid-year"),
    "an id that cannot be one": swap("id dossier posting", "a b", "-x", "a/b", "x" * 65, "a.b!", "."),
    "an unknown answer": swap("standing", "优", "好 好", "", '" 好"'),
    "a count that is none": swap("talks asked solved awards absences issued abstain", "7.5", "-1", "七", "7次", "70%", "1/2", "1e2", where=lambda s: s.above != "targets"),
    "a rate above all": swap("visits", "120%", "98.5", "-1%", "两成", where=lambda s: s.node.text.endswith("%")),
    "a score above its scale": swap("score", "100.01", "-1", "九十", "188"),
    "more passed than checked": swap("passed", "11", "99", "-1"),
    "more cast than issued": swap("issued", "0", "1", "4"),
    "a state that is none": swap("state", "Pending", "病假", "done"),
    "a text that is empty": swap("name reason issuer title channel", '""', '"  "'),
    "an earlier total beyond reach": swap("total", "100.01", "-1", "八十"),
}  # fmt: skip

DOSSIER_LINES: dict[str, tuple[str, str]] = {
    "a mark above the scale": ("        - 85\n", "        - 185\n"),
    "a mark that is no number": ("        - 85\n", "        - 八十五\n"),
    "marks of an unknown class": ("      street: [92, 88.5, 95]\n", "      streets: [92, 88.5, 95]\n"),
    "a mark in a list": ("      street: [92, 88.5, 95]\n", "      street: [92, [88.5], 95]\n"),
    "votes for an unknown answer": ("          较满意: 1\n", "          比较满意: 1\n"),
    "votes of an unknown class": ("      host:\n        issued: 5\n", "      hosts:\n        issued: 5\n"),
    "an unknown fact": ("  talks: 7\n", "  talk: 7\n"),
    "an unknown record": ("  debriefing:\n", "  debriefings:\n"),
    "evidence that is not listed": ("evidence: [e-1], known_on", "evidence: [e-2], known_on"),
    "a posting of somebody else": ("posting: p-1\n", "posting: p-2\n"),
    "an answer chosen twice": ("  papers: [日记, 清单]\n", "  papers: [日记, 日记]\n"),
    "an answer nobody offers": ("  papers: [日记, 清单]\n", "  papers: [日记, 照片]\n"),
    "one word where several may be": ("  papers: [日记, 清单]\n", "  papers: 日记\n"),
    "a sample without its size": ("{checked: 10, passed: 9}", "{passed: 9}"),
    "a value and a reason for none": ("  talks: 7\n", "  talks: {value: 7, state: missing}\n"),
    "no value and no reason": ("  talks: 7\n", "  talks: {reason: 不详}\n"),
    "a score with no content": ("{score: 88, issuer", "{issuer"),
    "abstentions beside single ballots": (
        "residents: {issued: 20, tally: {满意: 12, 较满意: 3, 不满意: 1}, abstain: 1, invalid: 0, channel: paper}\n",
        "residents: {issued: 20, ballots: [满意, 满意, 弃权], abstain: 3}\n",
    ),
    "two ways to count": ("{issued: 20, tally: {满意: 12,", "{issued: 20, ballots: [满意], tally: {满意: 12,"),
    "no value at all": ("  asked: 12\n", "  asked:   # 待补\n"),
}  # fmt: skip

ROSTER_LINES: dict[str, tuple[str, str, str]] = {
    "the end before the beginning": ("roster/first.yaml", "    to: 2026-05-09\n", "    to: 2023-05-09\n"),
    "a target of nothing": ("roster/first.yaml", "targets: {talks: 8}", "targets: {talks: 0}"),
    "a target for an unknown fact": ("roster/first.yaml", "targets: {talks: 8}", "targets: {talk: 8}"),
    "a transfer before the posting": ("roster/first.yaml", "assessment: {to: t-01, effective: 2024-05-20}", "assessment: {to: t-01, effective: 2024-05-01}"),
    "a return before the transfer": ("roster/first.yaml", "assessment: {to: t-01, effective: 2024-05-20}", "assessment: {to: t-01, effective: 2024-05-20, returned: 2024-05-19}"),
    "a party relation of no member": ("roster/second.yaml", "party: not-applicable", "party: {to: h-02, effective: 2024-06-10}"),
    "a member without party relation": ("roster/first.yaml", "party: {to: h-01, effective: 2024-05-20, evidence: 介绍信31号}", "party: not-applicable"),
    "a relation there is not": ("roster/first.yaml", "      assessment: {", "      wages: {"),
    "an id used twice": ("roster/cadres.yaml", "{id: c-2,", "{id: c-1,"),
    "a unit and a host of one id": ("roster/units.yaml", "{id: h-02,", "{id: t-01,"),
    "a unit called like the district": ("roster/units.yaml", "{id: h-02,", "{id: d-01,"),
    "a roster that is not there": ("cadre-eval.yaml", "roster: roster\n", "roster: rosters\n"),
    "records outside": ("cadre-eval.yaml", "records: records\n", "records: ../records\n"),
    "an unknown plugin": ("cadre-eval.yaml", "plugins: []\n", "plugins: [village]\n"),
    "no district": ("cadre-eval.yaml", "district: {id: d-01, name: 清溪县}\n", "district: {id: d-01}\n"),
}  # fmt: skip

PER_RULESET_FAULT, PER_RECORD_FAULT = 14, 9


def lines_of(problems: list[Problem], file: str) -> set[int]:
    return {p.span.line for p in problems if p.span.source.name == file}


def injected(inject: Injector, texts: dict[str, str], rng: random.Random) -> tuple[str, Fault]:
    """The fault in one of the texts that can have it."""
    names = list(texts)
    for _ in range(200):
        name = rng.choice(names)
        fault = inject(rng, texts[name])
        if fault is not None and fault.text != texts[name]:
            return name, fault
    raise AssertionError("no text can have this fault")


def report(fault: Fault, sound: str, problems: list[Problem]) -> str:
    changed = [
        f"{n}: {new}"
        for n, (old, new) in enumerate(zip(sound.split("\n"), fault.text.split("\n"), strict=False), 1)
        if old != new
    ]
    return f"expected on {sorted(fault.lines)} after\n{chr(10).join(changed[:3])}\ngot\n{shown(problems[:8])}"


@pytest.mark.parametrize("kind", RULESET_FAULTS)
def test_a_fault_in_a_ruleset_is_reported_on_its_line(kind: str, tmp_path: Path) -> None:
    rng = random.Random(f"ruleset {kind}")
    for _ in range(PER_RULESET_FAULT):
        name, fault = injected(RULESET_FAULTS[kind], RULESETS, rng)
        problems = ruleset_problems(write(tmp_path, {"spoilt.yaml": fault.text}), "spoilt.yaml")
        assert fault.lines & lines_of(problems, "spoilt.yaml"), f"{name}: " + report(fault, RULESETS[name], problems)


@pytest.mark.parametrize("kind", LAYER_FAULTS)
def test_a_fault_in_a_layer_is_reported_in_the_layer(kind: str, tmp_path: Path) -> None:
    fragment = LAYER_FAULTS[kind]
    text = ("ruleset: mine\n" if fragment.startswith("extends") else LAYER) + fragment
    line = next(n for n, written in enumerate(text.split("\n"), 1) if written.endswith("# here"))
    problems = spoiled(tmp_path, {"ruleset.yaml": text})
    assert line in lines_of(problems, "ruleset.yaml"), shown(problems)


@pytest.mark.parametrize("kind", RECORD_FAULTS)
def test_a_fault_in_a_record_is_reported_on_its_line(kind: str, tmp_path: Path) -> None:
    rng = random.Random(f"record {kind}")
    texts = {name: SMALL[name] for name in RECORDS}
    for _ in range(PER_RECORD_FAULT):
        name, fault = injected(RECORD_FAULTS[kind], texts, rng)
        problems = spoiled(tmp_path, {name: fault.text})
        assert fault.lines & lines_of(problems, name), f"{name}: " + report(fault, SMALL[name], problems)


@pytest.mark.parametrize("kind", DOSSIER_LINES)
def test_a_fault_in_a_dossier_is_reported_on_its_line(kind: str, tmp_path: Path) -> None:
    check_line(tmp_path, FIRST_DOSSIER, *DOSSIER_LINES[kind])


@pytest.mark.parametrize("kind", ROSTER_LINES)
def test_a_fault_in_the_roster_is_reported_on_its_line(kind: str, tmp_path: Path) -> None:
    check_line(tmp_path, *ROSTER_LINES[kind])


def check_line(folder: Path, name: str, sound: str, faulty: str) -> None:
    assert SMALL[name].count(sound) == 1
    text = SMALL[name].replace(sound, faulty)
    line = SMALL[name][: SMALL[name].index(sound)].count("\n") + 1
    problems = spoiled(folder, {name: text})
    assert line in lines_of(problems, name), shown(problems)


EMPTY: dict[str, tuple[str, str, str]] = {
    "no ruleset": ("cadre-eval.yaml", "ruleset: ruleset.yaml\n", "ruleset: []\n"),
    "no reviewers": ("small.yaml", "reviewers: {street: 60, host: 40}", "reviewers: {}"),
    "no voters": ("small.yaml", "voters: {residents: 60, host: 40}", "voters: {}"),
    "no questions of a review": ("small.yaml", "reviewers: {street: 60", "questions: {}\n    reviewers: {street: 60"),
    "no answers": ("small.yaml", "options: {满意: 100, 较满意: 80, 不满意: 0}", "options: {}"),
    "no bands": ("small.yaml", 'bands: {">= 98%": 10, "[90%, 98%)": 6, "< 90%": 0}', "bands: {}"),
    "no levels": ("small.yaml", "levels: {好: 5, 一般: 3, 差: 0}", "levels: {}"),
    "no targets": ("small.yaml", "target: {mid-year: 6, year-end: 12}", "target: {}"),
    "no grades": ("small.yaml", 'any: {优秀: ">= 90", 合格: "[60, 90)", 不合格: "< 60"}', "any: {}"),
    "no scale of grades": ("small.yaml", 'grades:\n  any: {优秀: ">= 90", 合格: "[60, 90)", 不合格: "< 60"}\n', "grades: {}\n"),
    "no answers to count": ("small.yaml", "{fact: visits, below: 50%}", "{survey: satisfaction, share_of: [], below: 50%}"),
    "no ties": ("small.yaml", "ties: [satisfaction, duty, open]", "ties: []"),
    "no grade of a quota": ("small.yaml", "grade: [优秀], share", "grade: [], share"),
    "no weights of periods": ("small.yaml", "combine: {mid-year: 30, year-end: 70}", "combine: {}"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EMPTY)
def test_what_must_not_be_empty_is_reported_on_its_line(kind: str, tmp_path: Path) -> None:
    check_line(tmp_path, *EMPTY[kind])


def test_there_are_five_hundred_faults() -> None:
    seeded = len(RULESET_FAULTS) * PER_RULESET_FAULT + len(RECORD_FAULTS) * PER_RECORD_FAULT
    assert seeded + len(LAYER_FAULTS) + len(DOSSIER_LINES) + len(ROSTER_LINES) >= 500


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    spoilt = {
        "small.yaml": RULESET.replace("share: 25%", "share: 125%").replace("kind: bands", "kind: band"),
        "roster/cadres.yaml": SMALL["roster/cadres.yaml"].replace("party_member: yes", "party_member: maybe"),
        FIRST_DOSSIER: SMALL[FIRST_DOSSIER].replace("2025-06-25", "2025-06-31").replace("known_on", "knwon_on"),
    }
    found = {(p.span.source.name, p.code) for p in spoiled(tmp_path, spoilt)}
    assert ("small.yaml", "CE416") in found
    assert ("roster/cadres.yaml", "CE210") in found
    assert (FIRST_DOSSIER, "CE208") in found


@pytest.mark.parametrize("name", ["roster/units.yaml", "roster/cadres.yaml"])
def test_a_roster_file_that_cannot_be_read_is_not_followed_by_false_problems(name: str, tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {name: SMALL[name] + "]\n"})
    assert {p.span.source.name for p in problems} == {name}, shown(problems)


def test_a_fault_in_a_value_of_a_roster_is_not_followed_by_false_problems(tmp_path: Path) -> None:
    text = SMALL["roster/cadres.yaml"].replace("party_member: yes", "party_member: maybe")
    problems = spoiled(tmp_path, {"roster/cadres.yaml": text})
    assert [(p.span.source.name, p.code) for p in problems] == [("roster/cadres.yaml", "CE210")], shown(problems)


def test_a_fault_is_reported_once_though_two_periods_compile_it(tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {"small.yaml": RULESET.replace("fact: visits", "fact: visit")})
    assert [p.code for p in problems if p.span.line == problems[0].span.line] == ["CE401"]
    assert evolve(problems[0], fix="visits") == problems[0]


def test_a_workspace_may_keep_its_rulesets_in_a_folder_of_that_name(tmp_path: Path) -> None:
    """A name beginning with ``./`` means beside this file, though the shipped rulesets are called ``rulesets/`` too."""
    config = SMALL["cadre-eval.yaml"].replace("ruleset: ruleset.yaml", "ruleset: rulesets/ruleset.yaml")
    files = {"cadre-eval.yaml": config, "rulesets/ruleset.yaml": LAYER, "rulesets/small.yaml": RULESET}
    assert not spoiled(tmp_path, files), shown(spoiled(tmp_path, files))


def test_a_ruleset_may_be_called_like_the_shipped_one_it_extends(tmp_path: Path) -> None:
    name = "rulesets/baseline/one-publicity-six-assistances.yaml"
    write(tmp_path, {name: "ruleset: mine\nextends: baseline/one-publicity-six-assistances\n"})
    problems = ruleset_problems(tmp_path, name)
    assert not problems, shown(problems)


@pytest.mark.parametrize("form", ["[[1]]", "[talks]", "{a: 1}", "", "[]"])
def test_a_kind_that_is_no_word_is_reported_on_its_line(form: str, tmp_path: Path) -> None:
    check_line(tmp_path, "small.yaml", "        kind: bands\n", f"        kind: {form}\n")
