"""The page of published schemes says of every shipped one what its source says and what its ruleset declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import oracle

ROOT = Path(__file__).parents[1]
PUBLISHED = sorted(p for p in (ROOT / "rulesets" / "published").glob("*.yaml") if not p.name.endswith(".case.yaml"))
PAGES = [ROOT / "docs" / "reference" / name for name in ("published.md", "published.en.md")]
LETTERS = "ABCDEFGHIJKLMNOP"


def sections(page: Path) -> dict[str, str]:
    """The text below each heading, by its letter."""
    pieces = re.split(r"^## (\w) .*$", page.read_text("utf-8"), flags=re.M)[1:]
    letters, texts = pieces[::2], pieces[1::2]
    assert len(set(letters)) == len(letters)
    return dict(zip(letters, texts, strict=True))


def rulesets_of(section: str) -> list[Path]:
    return [ROOT / name for name in re.findall(r"`(rulesets/published/[\w-]+\.yaml)`", section)]


def claims(section: str) -> list[str]:
    """What its table says the ruleset declares: ``path: value`` in backticks."""
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [span for row in rows for span in re.findall(r"`([^`]+)`", row)]


def found_at(node: Any, path: str) -> Any:
    """What a ruleset says at a path such as ``gates.leave.effect``; items of lists by their ids, criteria at any depth."""
    for name in path.split("."):
        if isinstance(node, Mapping):
            node = node[name]
        else:
            node = next(item for item in items_of(node) if item["id"] == name)
    return node


def items_of(items: list[Any]) -> Iterator[Mapping[str, Any]]:
    for item in items:
        yield item
        yield from items_of(item.get("parts", []))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_has_every_scheme_in_order(page: Path) -> None:
    assert list(sections(page)) == list(LETTERS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_published_ruleset_has_one_section_and_every_section_one_ruleset(page: Path) -> None:
    named = [path for section in sections(page).values() for path in rulesets_of(section)]
    assert len(named) == len(LETTERS)
    assert sorted(named) == PUBLISHED


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("letter", LETTERS)
def test_a_section_names_the_source_and_the_plugins_of_its_ruleset(page: Path, letter: str) -> None:
    section = sections(page)[letter]
    rules = oracle.plain(rulesets_of(section)[0])
    assert rules["source"] in section
    needed = {requirement.split()[0] for requirement in rules.get("plugins", [])}
    assert set(re.findall(r"`(cadre-eval-[\w-]+)`", section)) == needed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("letter", LETTERS)
def test_what_a_section_says_is_declared_is_what_the_ruleset_declares(page: Path, letter: str) -> None:
    section = sections(page)[letter]
    rules = oracle.plain(rulesets_of(section)[0])
    said = [claim.partition(": ")[::2] for claim in claims(section)]
    assert said
    declared = {path: found_at(rules, path) for path, _ in said}
    assert declared == {path: yaml.load(value, Loader=yaml.BaseLoader) for path, value in said}


@pytest.mark.parametrize("letter", LETTERS)
def test_both_languages_say_the_same_choices(letter: str) -> None:
    chinese, english = (claims(sections(page)[letter]) for page in PAGES)
    assert english == chinese


@pytest.mark.parametrize("ruleset", PUBLISHED, ids=lambda path: path.stem)
def test_every_published_ruleset_has_cases(ruleset: Path) -> None:
    cases = oracle.plain(ruleset.with_name(f"{ruleset.stem}.case.yaml"))
    assert cases["cases_for"] == ruleset.name
    assert [case["case"] for case in cases["cases"]]
