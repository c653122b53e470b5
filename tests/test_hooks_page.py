"""The page of hooks has every hook with its exact signature and an example that runs, and every record with its fields;
and every hook is one that a real plugin uses: one of the shipped, or the built-in one.

``test_docs.py`` runs the examples.
"""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import attrs
import pytest

from cadre_eval import assess, open_workspace
from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.cases.running import open_case_file
from cadre_eval.cli.assessing import record
from cadre_eval.cli.plugins import _STATES as STATES
from cadre_eval.cli.plugins import list_plugins
from cadre_eval.errors import PluginFailure, Problems, Source, Span
from cadre_eval.plugins import api, builtin, hookspecs
from cadre_eval.plugins import views as plugin_views
from cadre_eval.plugins.discovery import GROUP
from cadre_eval.plugins.loading import HOOKS
from cadre_eval.plugins.registry import BUILTIN, Hook, Registry, load_registry
from cadre_eval.plugins.viewing import view_of_period
from cadre_eval.reading.settings import is_place, is_setting, key_of
from cadre_eval.reports.results_json import results_document
from cadre_eval.workspace.files import Folder
from test_docs import FENCE, REFERENCE, ROOT, SIGNATURE, keys_in, named_in, sections

PAGE = REFERENCE / "hooks.md"
RECORDS = "记录 Records"
SET_BY_THE_REGISTRY = {"provider", "guard"}
PLUGINS = sorted(home.name for home in (ROOT / "plugins").iterdir() if (home / "pyproject.toml").is_file())
SILENT = {"cadre_eval_check_ruleset", "cadre_eval_assessment_recorded", "cadre_eval_measure_recorded"}
"""Hooks that return nothing: what is shipped has nothing to object to, and observers have nothing to say."""
CASES = sorted(
    path
    for home in (ROOT / "rulesets", *(ROOT / "plugins").glob("*/rulesets"))
    for path in home.rglob("*.case.yaml")
    if "\nplugins:" in path.with_name(path.name.replace(".case.yaml", ".yaml")).read_text("utf-8")
)
"""The cases of the rulesets that name a plugin."""


def hook_sections() -> dict[str, str]:
    return {name: text for name, text in sections(PAGE).items() if name.startswith("cadre_eval_")}


def python_blocks(section: str) -> list[str]:
    return [block[2] for block in FENCE.finditer(section) if block[1] == "python"]


def test_every_hook_has_a_section_in_order_and_no_other() -> None:
    assert list(hook_sections()) == list(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_section_shows_the_exact_signature(hook: str) -> None:
    signature = str(inspect.signature(getattr(hookspecs, hook))).replace("'", "")
    shown = [block for block in python_blocks(hook_sections()[hook]) if block.startswith(SIGNATURE)]
    assert shown == [f"def {hook}{signature}: ...\n"]


@pytest.mark.parametrize("hook", HOOKS)
def test_the_section_has_a_plugin_with_the_hook_and_what_it_does(hook: str) -> None:
    section = hook_sections()[hook]
    plugins = [b for b in python_blocks(section) if re.match(r"# file: my-district/plugins/\w+\.py\n", b)]
    assert any(f"\n@hookimpl\ndef {hook}(" in plugin for plugin in plugins)
    assert re.search(r"^```console\n\$ ", section, re.M)


def test_hooks_that_fail_are_told_apart() -> None:
    """The table of failures names every hook; what registers is one row."""
    head = PAGE.read_text("utf-8").partition("\n## ")[0]
    named = set(re.findall(r"`(cadre_eval_\w+)", head))
    assert {hook for hook in HOOKS if "_register_" not in hook} <= named
    assert "cadre_eval_register_" in named


def rows() -> dict[str, str]:
    """The second cells of the tables, by what the first cell has in backticks, joined."""
    found: dict[str, str] = {}
    for line in PAGE.read_text("utf-8").partition(f"\n## {RECORDS}\n")[2].splitlines():
        cells = line.split(" | ")
        if line.startswith("| `") and len(cells) > 2:
            for name in re.findall(r"`([^`]+)`", cells[0]):
                found[name] = found.get(name, "") + cells[1]
    return found


def records() -> Iterator[type]:
    for name in api.__all__:
        found = getattr(api, name)
        if inspect.isclass(found) and attrs.has(found):
            yield found


def fields_of(of: type) -> list[str]:
    """The names of its fields; those that are settings as they are written."""
    own = [a for a in attrs.fields(of) if a.name not in SET_BY_THE_REGISTRY and not a.name.startswith("_")]
    return [key_of(a) if is_setting(a) else a.name for a in own]


@pytest.mark.parametrize("of", list(records()), ids=lambda of: of.__name__)
def test_every_record_is_described_with_all_its_fields_and_no_other(of: type) -> None:
    shown = [span.partition("=")[0] for span in re.findall(r"`([^`]+)`", rows().get(of.__name__, ""))]
    assert sorted(shown) == sorted(fields_of(of))


@pytest.mark.parametrize("of", list(records()), ids=lambda of: of.__name__)
def test_a_field_is_shown_with_a_default_just_if_it_has_one(of: type) -> None:
    spans = re.findall(r"`([^`]+)`", rows().get(of.__name__, ""))
    with_default = {span.partition("=")[0] for span in spans if "=" in span}
    named = zip(fields_of(of), [a for a in attrs.fields(of) if a.name not in SET_BY_THE_REGISTRY], strict=True)
    assert with_default == {name for name, a in named if a.default is not attrs.NOTHING and not is_place(a)}


def test_every_name_a_plugin_may_import_is_on_the_page() -> None:
    named = {
        word for span in re.findall(r"`([^`\n]+)`", PAGE.read_text("utf-8")) for word in re.findall(r"\w+", span)
    }
    assert [name for name in api.__all__ if name not in named] == []
    assert len(set(api.__all__)) == len(api.__all__)


def test_records_a_plugin_is_shown_can_be_imported() -> None:
    """Every record that is reached from one of the api is in the api too."""
    known = set(records())
    views = {of for of in vars(plugin_views).values() if inspect.isclass(of) and attrs.has(of)}
    written = {word for of in known for a in attrs.fields(of) for word in re.findall(r"\w+", str(a.type))}
    assert {of.__name__ for of in views - known if of.__name__ in written} == set()


# ── every hook is used by a real plugin ──


class Calls:
    """Counts the calls of hooks, and what they returned, by plugin and hook."""

    def __init__(self) -> None:
        self.made: Counter[tuple[str, str]] = Counter()
        self.records: Counter[str] = Counter()

    def built_in(self, register: Callable[[], Any]) -> Callable[[], Any]:
        def counted() -> Any:
            found = register()
            self.made[BUILTIN, register.__name__] += 1
            self.records[register.__name__] += len(found)
            return found

        return counted

    def counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(hook: Hook, check: Callable[[Any], Any], **given: Any) -> Any:
            found = call(hook, check, **given)
            self.made[hook.plugin.used.name, hook.name] += 1
            self.records[hook.name] += len(found or ())
            return found

        return counted


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calls]:
    """The calls made while the shipped rulesets' cases run and their results are written."""
    made = Calls()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hook, "call", made.counting(Hook.call))
        for name in HOOKS.keys() & vars(builtin).keys():
            patch.setattr(builtin, name, made.built_in(getattr(builtin, name)))
        for path in CASES:
            out = tmp_path_factory.mktemp(path.name.partition(".")[0])
            for number, (outcome, registry) in enumerate(ran(path)):
                assert outcome.passed, f"{path.name}: {outcome.title}"
                if outcome.found is not None and outcome.found.measures:
                    assert record(outcome.found, registry, out / str(number)) == 0
        yield made


def ran(path: Path) -> Iterator[tuple[CaseOutcome, Registry]]:
    problems = Problems()
    file = open_case_file(Folder(ROOT), path, problems)
    assert file is not None, list(problems)
    for outcome in file.run(problems):
        yield outcome, file.merged.registry


def test_the_shipped_plugins_are_installed() -> None:
    assert {point.name for point in entry_points(group=GROUP)} >= set(PLUGINS)
    assert len(PLUGINS) == 3


@pytest.mark.parametrize("hook", HOOKS)
def test_a_real_plugin_was_called_through_the_hook(hook: str, calls: Calls) -> None:
    assert [plugin for plugin, called in calls.made if called == hook and plugin in PLUGINS]


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook not in SILENT])
def test_the_hook_returned_something(hook: str, calls: Calls) -> None:
    assert calls.records[hook]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_everything_a_shipped_plugin_implements_was_called(plugin: str, calls: Calls) -> None:
    problems = Problems()
    registry = load_registry([(plugin, Span(Source("test"), 1, 1))], problems)
    assert not problems
    implemented = set(registry.loaded[0].hooks)
    assert implemented
    assert {hook for name, hook in calls.made if name == plugin} >= implemented


# ── what plugins put into the output of commands ──


def commands_name() -> set[str]:
    return named_in((REFERENCE / "commands.md").read_text("utf-8"))


def test_commands_name_every_key_that_plugins_put_into_the_results() -> None:
    keys: set[str] = set()
    for path in CASES:
        for outcome, _ in ran(path):
            if outcome.found is not None:
                failed = [attrs.evolve(r, failures=(PluginFailure("p", "1", "hook", "why"),)) for r in outcome.found]
                document = results_document(attrs.evolve(outcome.found, results=tuple(failed)))
                del document["summary"]
                keys |= set(keys_in(document))
    assert {"points", "target", "what", "by", "item", "digest", "hook"} <= keys
    assert keys - commands_name() == set()


def test_commands_name_every_key_of_the_list_of_plugins(capsys: pytest.CaptureFixture[str]) -> None:
    assert list_plugins(None, "json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in listed} >= set(PLUGINS)
    assert set(keys_in(listed)) - commands_name() == set()


def test_commands_name_every_status_of_a_plugin() -> None:
    assert set(STATES) - commands_name() == set()


# ── what plugins see ──


def test_a_vote_held_after_the_day_of_assessment_is_shown_to_no_plugin() -> None:
    found_in = open_workspace(ROOT / "examples" / "resettlement-district")
    found = assess(found_in, "2025-mid-year")
    cadre = next(cadre for cadre in view_of_period(found).cadres if cadre.id == "c-0023")
    survey = cadre.postings[0].surveys["satisfaction"]
    assert survey.state == "pending"
    assert not survey.counts
    assert not survey.ballots
    later = assess(found_in, "2025-mid-year", date(2025, 7, 31))
    cadre = next(cadre for cadre in view_of_period(later).cadres if cadre.id == "c-0023")
    assert cadre.postings[0].surveys["satisfaction"].counts
