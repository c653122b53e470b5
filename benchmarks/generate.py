"""Makes a workspace of any size under the baseline ruleset: the same seed, the same bytes.

python benchmarks/generate.py FOLDER [CADRES]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from cadre_eval.errors import Problems
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.plan import CompiledRuleset, Leaf, leaves
from cadre_eval.workspace.files import Folder
from cadre_eval.workspace.rulesets import compiled_at

PERIOD = "2025-mid-year"
SEED = "cadre-eval"
HOSTS_PER_TOWNSHIP, CADRES_PER_HOST = 12, 3

CONFIG = """\
workspace: generated
title: 生成的工作区
district: {id: generated, name: 某区}
ruleset: rules.yaml
roster: roster
records: records
"""
RULES = """\
ruleset: generated
title: 缺省办法，不作改动
extends: baseline/one-publicity-six-assistances
"""


def make_workspace(folder: Path, cadres: int) -> list[Path]:
    """Writes the workspace and returns the dossiers' files."""
    rules = _write_rules(folder)
    _write(folder / "roster" / "places.yaml", _places(cadres))
    _write(folder / "roster" / "people.yaml", _people(cadres))
    files = []
    for number in range(cadres):
        # A generator of its own for each dossier: a larger workspace begins with the smaller one's dossiers.
        text = "\n".join(_dossier(rules, number, Random(f"{SEED} {number}"))) + "\n"
        files.append(folder / "records" / PERIOD / f"{cadre_id(number)}.yaml")
        _write(files[-1], text)
    return files


def cadre_id(number: int) -> str:
    return f"c-{number + 1:05d}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_rules(folder: Path) -> CompiledRuleset:
    _write(folder / "cadre-eval.yaml", CONFIG)
    _write(folder / "rules.yaml", RULES)
    problems = Problems()
    rules = compiled_at(Folder(folder), folder / "rules.yaml", problems)
    problems.raise_if_any()
    assert rules is not None
    return rules


def _places(cadres: int) -> str:
    hosts = -(-cadres // CADRES_PER_HOST)
    townships = -(-hosts // HOSTS_PER_TOWNSHIP)
    lines = ["roster: places", "townships:"]
    lines += [f"  - {{id: t-{n:03d}, name: 第{n}街道, kind: street}}" for n in range(townships)]
    lines += ["hosts:"]
    lines += [
        f"  - {{id: h-{n:04d}, name: 第{n}社区, township: t-{n // HOSTS_PER_TOWNSHIP:03d}, kind: community}}"
        for n in range(hosts)
    ]
    lines += ["sending_units:"]
    lines += [f"  - {{id: u-{n:04d}, name: 第{n}单位}}" for n in range(hosts)]
    return "\n".join(lines) + "\n"


def _people(cadres: int) -> str:
    lines = ["roster: people", "cadres:"]
    categories = ("civil-servant", "institution", "community-worker")
    for n in range(cadres):
        category = categories[n % len(categories)]
        lines.append(f"  - {{id: {cadre_id(n)}, name: 干部{n + 1}, category: {category}, party_member: yes}}")
    lines.append("postings:")
    for n in range(cadres):
        lines += _posting(n)
    return "\n".join(lines) + "\n"


def _posting(number: int) -> list[str]:
    host = number // CADRES_PER_HOST
    township = host // HOSTS_PER_TOWNSHIP
    role = "team-member" if number % CADRES_PER_HOST else "first-secretary"
    moved = f"{{to: t-{township:03d}, effective: 2024-05-20}}"
    return [
        f"  - id: p-{number + 1:05d}",
        f"    cadre: {cadre_id(number)}",
        f"    host: h-{host:04d}",
        f"    role: {role}",
        f"    sending_unit: u-{host:04d}",
        "    from: 2024-05-13",
        "    to: 2026-05-12",
        "    targets: {people_trained: 30}",
        f"    transfers: {{party: {{to: h-{host:04d}, effective: 2024-05-20}}, salary: {moved}, management: {moved},"
        f" assessment: {moved}}}",
    ]


def _dossier(rules: CompiledRuleset, number: int, random: Random) -> Iterator[str]:
    found = list(leaves(rules.periods["mid-year"].root))
    yield f"# 半年考核登记表：第{number // CADRES_PER_HOST}社区 干部{number + 1}"
    yield "# 数据为1月1日至6月30日累计，由街道党政办登记；没有发生的填0。"
    yield f"dossier: {cadre_id(number)}"
    yield f"period: {PERIOD}"
    yield "facts:"
    yield from _facts(rules, found, random)
    yield "reviews:"
    for leaf in found:
        if leaf.kind.name == "review":
            yield from _review(leaf, random)
    yield "surveys:"
    for leaf in found:
        if leaf.kind.name == "survey":
            yield from _survey(leaf, random)
    yield "evidence:"
    for n, title in enumerate(("入户走访登记簿", "办实事台账及群众签字单", "交叉检查反馈单", "满意度测评计票表"), 1):
        yield f"  e-{n}: {{title: {title}, source: 第{number // CADRES_PER_HOST}社区, date: 2025-06-2{n}}}"


def _facts(rules: CompiledRuleset, found: list[Leaf], random: Random) -> Iterator[str]:
    scored = {name for leaf in found for name in _fact_names(leaf.params)}
    wholes = {leaf.params.part: leaf.params.whole for leaf in found if getattr(leaf.params, "part", None)}
    counts = {whole: random.randrange(1, 16) for whole in wholes.values()}
    counts |= {part: counts[whole] - (random.random() < 0.2) for part, whole in wholes.items()}
    for name, fact in rules.facts.items():
        value = counts.get(name)
        text = _value(fact, name in scored, random) if value is None else str(value)
        if fact.type == "count" and random.random() < 0.1:
            text = f"{{value: {text}, evidence: [e-{random.randrange(1, 4)}]}}"
        yield f"  {name}: {text}"


def _fact_names(params: Any) -> Iterator[str]:
    """The facts of a criterion that score more the more there are; the rest count against a person."""
    if getattr(params, "each", None) is None:
        for key in ("fact", "part", "whole"):
            name = getattr(params, key, None)
            if isinstance(name, str):
                yield name


def _value(fact: FactDoc, scored: bool, random: Random) -> str:
    seldom = random.random() < 0.03
    match fact.type:
        case "count":
            return str(random.randrange(4, 13) if scored else int(seldom))
        case "number":
            return f"{random.randrange(700, 1000) / 10:.1f}"
        case "rate":
            return f"{random.randrange(970 if seldom else 985, 1001) / 10:.1f}%"
        case "flag":
            return "是" if scored or seldom else "否"
        case "choice":
            return random.choice(fact.options[:2])
        case "choices":
            return f"[{', '.join(option for option in fact.options if random.random() < 0.9)}]"
        case _:
            return f"{{checked: 10, passed: {random.randrange(8, 11)}}}"


def _review(leaf: Leaf, random: Random) -> Iterator[str]:
    yield f"  {leaf.id}:"
    yield "    held_on: 2025-06-16"
    yield "    classes:"
    for name in leaf.params.reviewers:
        marks = [f"{random.randrange(160, 199) / 2:g}" for _ in range(random.randrange(6, 10))]
        yield f"      {name}: [{', '.join(marks)}]"


def _survey(leaf: Leaf, random: Random) -> Iterator[str]:
    yield f"  {leaf.id}:"
    yield "    held_on: 2025-06-17"
    yield "    classes:"
    for name in leaf.params.voters:
        tally = [random.randrange(20, 40), *(random.randrange(4) for _ in leaf.params.options)]
        votes = ", ".join(f"{word}: {n}" for word, n in zip(leaf.params.options, tally, strict=False))
        issued = sum(tally) + 4
        yield f"      {name}: {{issued: {issued}, tally: {{{votes}}}, abstain: 1, invalid: 1, channel: paper}}"


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    made = make_workspace(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 2000)
    size = sum(file.stat().st_size for file in made)
    print(f"{len(made)} dossiers, {size / len(made):.0f} bytes each")
