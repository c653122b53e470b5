"""Every problem code is documented, and every documented example gets that problem under the word it marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from attrs import field, frozen

import cadre_eval
from bad_tables import BAD_TABLES
from cadre_eval.errors import Problem, RefusedInput, Text
from cadre_eval.errors.catalogue import CATALOGUE, Entry
from cadre_eval.reading.yaml_reader import MAX_BYTES, MAX_DEPTH, MAX_SCALAR
from cadre_eval.ruleset.layers import MAX_LAYERS
from cadre_eval.workspace.deciding import matters
from cadre_eval.workspace.opening import open_workspace
from draw_workspace import another_day, impossible, own_street, unproven
from small_workspace import FIRST_DOSSIER, LAYER, SMALL, loaded, patched, shown, spoiled, write
from supervised import decision, decisions, dossiers, inspection, supervised

PACKAGE = Path(cadre_eval.__file__).parent
DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "problems.md"
MARK = re.compile(r"#\s*<-\s*(.+?)\s*$")


@frozen
class Section:
    """What the document says of one code."""

    code: str
    text: str
    examples: list[tuple[str, str]] = field(factory=list)


def sections() -> list[Section]:
    pieces = re.split(r"^## (CE\d+)$", DOCUMENT.read_text("utf-8"), flags=re.M)[1:]
    found = []
    for code, text in zip(pieces[::2], pieces[1::2], strict=True):
        blocks = re.findall(r"^```(?:yaml|python|text)\n# (\S+)\n(.*?)^```$", text, flags=re.M | re.S)
        found.append(Section(code, text, blocks))
    return found


SECTIONS = {section.code: section for section in sections()}
WITH_EXAMPLE = [code for code, section in SECTIONS.items() if section.examples]


def marked(examples: list[tuple[str, str]], written: dict[str, str]) -> tuple[str, int, int]:
    """File, line and column of the one word the examples mark."""
    places = []
    for name, _ in examples:
        for number, line in enumerate(written[name].split("\n"), 1):
            mark = MARK.search(line)
            if mark:
                places.append((name, number, line.index(mark[1]) + 1))
    assert len(places) == 1, "an example marks just one word"
    return places[0]


def places_of(problems: list[Problem]) -> set[tuple[str, int, int]]:
    return {(p.span.source.name, p.span.line, p.span.column) for p in problems}


def test_every_code_is_documented_and_no_other() -> None:
    assert list(SECTIONS) == list(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_document_says_what_the_program_says(code: str) -> None:
    entry, text = CATALOGUE[code], SECTIONS[code].text
    for template in (entry.message.zh, entry.message.en):
        assert f"\n{template.replace('{{', '{').replace('}}', '}')}\n" in text
    assert f"\n- 办法：{entry.cure.zh}\n- Help: {entry.cure.en}\n" in text


def placeholders(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", CATALOGUE)
def test_both_languages_say_something_with_the_same_arguments(code: str) -> None:
    entry: Entry = CATALOGUE[code]
    for text in (entry.message, entry.cure):
        assert text.zh.strip()
        assert text.en.strip()
        assert text.zh != text.en
    assert placeholders(entry.message.zh) == placeholders(entry.message.en)
    assert not placeholders(entry.cure.zh) | placeholders(entry.cure.en)


def test_every_code_is_used_and_every_code_used_is_in_the_catalogue() -> None:
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "errors":
            used |= set(re.findall(r"\"(CE\d+)\"", path.read_text("utf-8")))
    assert used == set(CATALOGUE)


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_the_example_gets_just_this_problem_under_the_word_marked(code: str, tmp_path: Path) -> None:
    examples = SECTIONS[code].examples
    written = {
        name: patched(SMALL.get(name, ""), body) if name.endswith(".yaml") else body for name, body in examples
    }
    problems = spoiled(tmp_path, written)
    assert {p.code for p in problems} == {code}, shown(problems)
    assert marked(examples, written) in places_of(problems), shown(problems)


def test_the_sound_workspace_has_no_problem(tmp_path: Path) -> None:
    workspace, problems = loaded(write(tmp_path, SMALL))
    assert not problems, shown(problems)
    assert workspace is not None
    assert len(workspace.dossiers) == 3


def bytes_of(content: str | bytes) -> Callable[[Path], list[Problem]]:
    return lambda folder: spoiled(folder, {FIRST_DOSSIER: content})


SHEET = (
    "sheet: debriefing\nperiod: 2025-mid-year\nreviewers: street\npeople: [c-1, c-2]\nballots: [[92, 88], [90, 80]]\n"
)


def sheet_entered_twice(folder: Path) -> list[Problem]:
    """The ballots in another order: it is the same sheet all the same."""
    copy = SHEET.replace("[[92, 88], [90, 80]]", "[[90, 80], [92, 88]]")
    return spoiled(folder, {"records/sheet-1.yaml": SHEET, "records/sheet-2.yaml": copy})


def too_many_layers(folder: Path) -> list[Problem]:
    names = ["ruleset.yaml", *(f"layer-{i}.yaml" for i in range(MAX_LAYERS))]
    files = {
        name: f"ruleset: r-{i}\nextends: ./{above}\n"
        for i, (name, above) in enumerate(zip(names, [*names[1:], "small.yaml"], strict=True))
    }
    return spoiled(folder, files)


def two_plugins_of_one_kind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    source = """\
from cadre_eval.plugins.hookspecs import hookimpl
from cadre_eval.scoring.kinds import BUILTIN_KINDS
from attrs import evolve

@hookimpl
def cadre_eval_register_criterion_kinds():
    return [evolve(BUILTIN_KINDS[0], name="odd")]
"""
    for name in ("one", "two"):
        info = {"METADATA": f"Metadata-Version: 2.1\nName: odd-{name}\nVersion: 1.0\n"}
        info["entry_points.txt"] = f"[cadre_eval]\n{name} = odd_{name}\n"
        write(folder / "site", {f"odd_{name}.py": source})
        write(folder / "site" / f"odd_{name}-1.0.dist-info", info)
    monkeypatch.syspath_prepend(folder / "site")
    return spoiled(folder / "home", {"ruleset.yaml": LAYER + "plugins: [one, two]\n"})


def decided(**changed: str) -> Callable[[Path], list[Problem]]:
    """A decision that can only be held against the proposals, when they are made."""

    def make(folder: Path) -> list[Problem]:
        found = inspection(1, "2025-02-03", {"id": "f-1", "cadre": "c-2"})
        entry = {**decision("d-1", "absence/c-2/f-1", "2025-02-10", "talk", "o-1"), **changed}
        home = supervised(folder, dossiers({"c-2": 90}), found, decisions(entry))
        with pytest.raises(RefusedInput) as refused:
            matters(open_workspace(home), date(2025, 3, 1))
        return refused.value.problems

    return make


MADE: dict[str, tuple[Callable[[Path], list[Problem]], tuple[int, int]]] = {
    "CE101": (bytes_of(b"#" * (MAX_BYTES + 1)), (1, 1)),
    "CE102": (bytes_of("dossier: c-1\nnote: 宣传".encode("gb18030")), (2, 7)),
    "CE103": (bytes_of("dossier: c-1\nnote: 驻\u2028村\n"), (2, 8)),
    "CE105": (bytes_of("# 还没有写\n"), (1, 1)),
    "CE108": (bytes_of("note: " + "[" * (MAX_DEPTH + 1)), (1, 6 + MAX_DEPTH)),
    "CE110": (bytes_of("note: " + "长" * (MAX_SCALAR + 1)), (1, 7)),
    "CE302": (too_many_layers, (2, 10)),
    "CE614": (sheet_entered_twice, (1, 1)),
    "CE752": (impossible, (1, 7)),
    "CE753": (unproven, (1, 7)),
    "CE754": (own_street, (8, 3)),
    "CE755": (another_day, (4, 5)),
    "CE794": (decided(proposal="absence/c-2/f-2"), (6, 16)),
    "CE795": (decided(outcome="vary"), (8, 15)),
    **BAD_TABLES,
}


@pytest.mark.parametrize("code", MADE)
def test_what_no_example_can_show_gets_just_this_problem(code: str, tmp_path: Path) -> None:
    make, place = MADE[code]
    problems = make(tmp_path)
    assert {p.code for p in problems} == {code}, shown(problems)
    assert place in {(p.span.line, p.span.column) for p in problems}, shown(problems)


def test_two_plugins_of_one_kind_are_named_where_the_second_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = two_plugins_of_one_kind(tmp_path, monkeypatch)
    assert {p.code for p in problems} == {"CE502"}, shown(problems)
    assert [(p.span.line, p.span.column) for p in problems] == [(3, 16)]
    assert problems[0].message("en") == "one and two both bring the kind 'odd'"


def test_every_code_has_something_that_gets_it() -> None:
    assert set(WITH_EXAMPLE) | set(MADE) == set(CATALOGUE)
    assert not set(WITH_EXAMPLE) & set(MADE)


def test_a_message_is_filled_in_in_the_language_asked_for(tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {"ruleset.yaml": LAYER + "criteria: [{id: talk, fact: speeches}]\n"})
    assert problems[0].message("zh").startswith("没有登记事实“speeches”；已登记：")
    assert problems[0].message("en").startswith("there is no fact 'speeches'; declared: ")
    made = Problem("CE213", problems[0].span, {"text": "{0}", "limit": Text("大于 {x}", "above {x}")})
    assert made.message("zh") == "{0} 超出范围，应大于 {x}"
    assert made.message("en") == "{0} is out of range: it must be above {x}"
