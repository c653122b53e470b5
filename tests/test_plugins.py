"""Where plugins come from, which are trusted, what is locked, and how their calls are kept apart from everything else."""

from __future__ import annotations

import gc
import io
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadre_eval import assess, open_workspace
from cadre_eval.errors import PluginFailure, Problem
from cadre_eval.plugins.discovery import beside, digest_of, installed, lock_text, locked, plugin_files
from cadre_eval.plugins.isolation import Isolation, Misbehaved
from cadre_eval.plugins.proposing import answered
from cadre_eval.reports.results_json import results_document, results_json
from plugin_workspace import EVERYBODY, GOOD, LEAVES, PERIOD, RULESET, VISITS, make, records, spoilt, write_plugin
from running import ran, spawned
from small_workspace import SMALL, spoiled
from strategies import TRIES

HOOK = """\
from cadre_eval.plugins.api import *
from cadre_eval.plugins.api import Text


@hookimpl
"""
COMMAND = (
    HOOK
    + """\
def cadre_eval_register_commands():
    return [PluginCommand("{name}", Text("甲", "a"), lambda assessed, arguments: "{name}\\n")]
"""
)
NOTHING = HOOK + "def cadre_eval_check_ruleset(ruleset):\n    return []\n"


def ruleset(*named: str) -> str:
    """A layer that names plugins."""
    return SMALL["ruleset.yaml"] + f"plugins: {json.dumps(named)}\n"


def found(folder: Path, files: Mapping[str, str], *named: str) -> list[Problem]:
    """The problems of the small workspace with these files, its ruleset naming these plugins."""
    return spoiled(folder, {"ruleset.yaml": ruleset(*named), **files})


def only(problems: list[Problem], code: str, *words: str) -> Problem:
    """The one problem: of this code, at what stands in the ruleset, telling these words."""
    assert [problem.code for problem in problems] == [code], [problem.message("en") for problem in problems]
    assert all(word in problems[0].message("en") for word in words), problems[0].message("en")
    return problems[0]


def under(problem: Problem) -> str:
    """What the place of the problem points at."""
    line = problem.span.source.text.splitlines()[problem.span.line - 1]
    return line[problem.span.column - 1 :].strip('", ]')


# ── installed distributions ────────────────────────────────────────────────────


def install(site: Path, name: str, source: str, version: str = "1.0", module: str = "", value: str = "") -> Path:
    """A distribution ``name`` in the folder, as pip would leave it."""
    module = module or name.replace("-", "_")
    package = site / module
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(source, encoding="utf-8")
    info = site / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[cadre_eval]\n{name} = {value or module}\n", encoding="utf-8")
    return package


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that packages are imported from."""
    home = tmp_path / "site"
    home.mkdir()
    monkeypatch.syspath_prepend(str(home))
    before = set(sys.modules)
    yield home
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_an_installed_plugin_is_found_by_its_entry_point(site: Path, tmp_path: Path) -> None:
    install(site, "river-rules", COMMAND.format(name="river"), "2.3")
    [plugin] = installed()["river-rules"]
    assert (plugin.version, plugin.origin) == ("2.3", "river-rules 2.3")
    assert found(tmp_path / "w", {}, "river-rules >=2, <3") == []
    assert "river" in ran("run", tmp_path / "w").out


def test_only_what_is_named_is_loaded(site: Path, tmp_path: Path) -> None:
    install(site, "river-rules", "raise SystemExit('loaded')")
    files = {"plugins/broken.py": "raise SystemExit('loaded')", "plugins/unit_rules.py": NOTHING}
    assert found(tmp_path / "w", files, "unit-rules") == []
    assert "river_rules" not in sys.modules


def test_a_single_file_is_called_by_its_name_with_hyphens(tmp_path: Path) -> None:
    files = {"plugins/unit_rules.py": NOTHING, "plugins/_shared.py": NOTHING, "plugins/notes.txt": "…"}
    assert found(tmp_path, files, "unit-rules") == []
    assert list(beside(plugin_files(tmp_path / "plugins"))) == ["unit-rules"]


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ('__version__ = "1.2"\n', "1.2"),
        ("__version__: str = '2024.10'\n", "2024.10"),
        ('x = 1\n__version__ = "0.1rc1"  # first\n', "0.1rc1"),
        ("", "0"),
        ('if x:\n    __version__ = "1"\n', "0"),
        ('__version__ = "1 2"\n', "0"),
        ('__version__ = "1\\n2"\n', "0"),
        ('__version__ = ".".join("12")\n', "0"),
        ('__version__ = "3.1"\ndef broken(:\n', "3.1"),
    ],
)
def test_the_version_of_a_single_file_is_read_without_running_it(source: str, version: str, tmp_path: Path) -> None:
    write_plugin(tmp_path, source, "unit_rules")
    assert beside(plugin_files(tmp_path / "plugins"))["unit-rules"][0].version == version


def test_a_plugin_that_is_not_there_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    problem = only(
        found(tmp_path, {"plugins/unit_rules.py": NOTHING}, "unit-rule"), "CE501", "unit-rule", "unit-rules"
    )
    assert (problem.fix, under(problem)) == ("unit-rules", "unit-rule")


def test_two_files_of_one_name_are_both_named(tmp_path: Path) -> None:
    files = {"plugins/unit_rules.py": NOTHING, "plugins/unit-rules.py": NOTHING}
    only(
        found(tmp_path, files, "unit-rules"), "CE502", "unit-rules", "plugins/unit_rules.py", "plugins/unit-rules.py"
    )


def test_a_file_and_a_distribution_of_one_name_are_both_named(site: Path, tmp_path: Path) -> None:
    install(site, "unit-rules", NOTHING)
    problems = found(tmp_path / "w", {"plugins/unit_rules.py": NOTHING}, "unit-rules")
    only(problems, "CE502", "unit-rules", "unit-rules 1.0", "plugins/unit_rules.py")


def test_two_distributions_that_claim_one_name_are_both_named(site: Path, tmp_path: Path) -> None:
    install(site, "river-rules", NOTHING)
    install(site, "lake-rules", NOTHING, "3.0")
    (site / "lake_rules-3.0.dist-info" / "entry_points.txt").write_text("[cadre_eval]\nriver-rules = lake_rules\n")
    only(found(tmp_path / "w", {}, "river-rules"), "CE502", "river-rules", "river-rules 1.0", "lake-rules 3.0")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("river_rules:Plugin", "AttributeError"),
        ("river_rules:NUMBER", "it has no hook"),
        ("river_rules:NONE", "it has no hook"),
        ("river_rules:leave", "it has no hook"),
    ],
)
def test_an_entry_point_that_leads_nowhere_is_named(value: str, said: str, site: Path, tmp_path: Path) -> None:
    source = NOTHING + "\n\nNUMBER, NONE = 13, None\n\n\ndef leave():\n    raise SystemExit\n"
    install(site, "river-rules", source, value=value)
    problem = only(found(tmp_path / "w", {}, "river-rules"), "CE508", "river-rules 1.0", "(load)", said)
    assert under(problem) == "river-rules"


def test_a_plugin_may_be_an_object_with_hooks(site: Path, tmp_path: Path) -> None:
    source = """
from cadre_eval.plugins.api import *
from cadre_eval.plugins.api import Text

class Rules:
    @hookimpl
    def cadre_eval_register_commands(self):
        return [PluginCommand("river", Text("河", "river"), lambda assessed, arguments: "river\\n")]

PLUGIN = Rules()
"""
    install(site, "river-rules", source, value="river_rules:PLUGIN")
    assert found(tmp_path / "w", {}, "river-rules") == []
    assert "river" in ran("run", tmp_path / "w").out


@pytest.mark.parametrize("error", ["RuntimeError('shy')", "SystemExit(0)"])
def test_a_property_that_raises_when_it_is_looked_at_is_named(error: str, site: Path, tmp_path: Path) -> None:
    source = f"""
from cadre_eval.plugins.api import *

class Rules:
    @hookimpl
    def cadre_eval_check_ruleset(self, ruleset):
        return []

    @property
    def cadre_eval_secret(self):
        raise {error}

PLUGIN = Rules()
"""
    install(site, "river-rules", source, value="river_rules:PLUGIN")
    install(site, "lake-rules", COMMAND.format(name="lake"))
    problem = only(found(tmp_path / "w", {}, "lake-rules", "river-rules"), "CE508", "river-rules 1.0", "(load)")
    assert error.split("(")[0] in problem.message("en")


def test_a_hook_whose_signature_raises_is_named(tmp_path: Path) -> None:
    source = """
from cadre_eval.plugins.api import *

class Shy:
    def __call__(self):
        return []

    @property
    def __signature__(self):
        raise RuntimeError("do not look")

cadre_eval_check_ruleset = hookimpl(Shy())
"""
    only(found(tmp_path, {"plugins/shy.py": source}, "shy"), "CE508", "shy 0", "(load)", "RuntimeError: do not look")


# ── versions, blocked plugins, clashes ─────────────────────────────────────────


@pytest.mark.parametrize("wanted", [">=1.0.1", "<1", "==1.1", "!=1.0", ">=0.5, <0.9"])
def test_a_version_out_of_the_range_is_named(wanted: str, tmp_path: Path) -> None:
    files = {"plugins/unit_rules.py": '__version__ = "1.0"\n' + NOTHING}
    problem = only(found(tmp_path, files, f"unit-rules {wanted}"), "CE503", "unit-rules", "1.0", wanted)
    assert under(problem).startswith("unit-rules")


def test_the_ranges_of_a_layer_and_of_the_workspace_must_both_be_met(tmp_path: Path) -> None:
    files = {
        "plugins/unit_rules.py": '__version__ = "1.0"\n' + NOTHING,
        "cadre-eval.yaml": SMALL["cadre-eval.yaml"].replace("plugins: []", 'plugins: ["unit-rules <1"]'),
    }
    problem = only(found(tmp_path, files, "unit-rules >=1"), "CE503", "<1")
    assert problem.span.source.name == "cadre-eval.yaml"


def test_a_blocked_plugin_is_not_loaded_and_both_places_are_told(tmp_path: Path) -> None:
    files = {
        "plugins/unit_rules.py": "raise SystemExit",
        "cadre-eval.yaml": SMALL["cadre-eval.yaml"] + "blocked_plugins: [unit-rules]\n",
    }
    problem = only(found(tmp_path, files, "unit-rules"), "CE505", "unit-rules 0", "cadre-eval.yaml:8")
    assert under(problem) == "unit-rules"
    assert [span.source.name for _, span in problem.also] == ["cadre-eval.yaml"]


KIND = (
    HOOK
    + """\
def cadre_eval_register_criterion_kinds():
    from cadre_eval.scoring.kinds import BUILTIN_KINDS
    from attrs import evolve
    return [evolve(BUILTIN_KINDS[0], name="{name}")]
"""
)
RULE = (
    HOOK
    + """\
def cadre_eval_register_accountability_rules():
    return [AccountabilityRule("{name}", Text("甲", "a"), P, lambda p: "cadre", lambda p, answerable: [])]


from attrs import frozen
from cadre_eval.plugins.api import Place


@frozen
class P:
    at: Place = place()
"""
)
FORMAT = (
    HOOK
    + """\
def cadre_eval_register_report_formats():
    return [ReportFormat("{name}", Text("甲", "a"), "txt", lambda assessed: "")]
"""
)


@pytest.mark.parametrize(
    ("source", "what"), [(KIND, "kind"), (RULE, "rule"), (FORMAT, "format"), (COMMAND, "command")],
    ids=["kind", "rule", "format", "command"],
)  # fmt: skip
def test_two_plugins_that_bring_the_same_are_both_named(source: str, what: str, tmp_path: Path) -> None:
    files = {f"plugins/{name}.py": source.format(name="river") for name in ("one", "two")}
    problem = only(found(tmp_path, files, "two", "one"), "CE502", "one", "two", what, "river")
    assert under(problem).startswith("two")


@pytest.mark.parametrize(("source", "name"), [(KIND, "target"), (FORMAT, "json"), (FORMAT, "table")])
def test_what_is_built_in_cannot_be_replaced(source: str, name: str, tmp_path: Path) -> None:
    files = {"plugins/one.py": source.format(name=name)}
    only(found(tmp_path, files, "one"), "CE502", "built-in", "one", name)


def test_every_plugin_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    files = {
        "plugins/one.py": "raise RuntimeError('one')",
        "plugins/two.py": HOOK + "def cadre_eval_check():\n    return []\n",
        "plugins/three.py": HOOK + "def cadre_eval_register_commands():\n    return None\n",
    }
    problems = found(tmp_path, files, "one", "two", "three", "four")
    assert [(problem.code, under(problem).split('"')[0]) for problem in problems] == [
        ("CE508", "one"), ("CE506", "two"), ("CE508", "three"), ("CE501", "four"),
    ]  # fmt: skip


# ── the lock, digests ──────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "workspace")


def results(folder: Path) -> dict[str, Any]:
    return results_document(assess(open_workspace(folder), PERIOD))


def test_locking_writes_name_version_and_digest_and_the_check_passes(folder: Path) -> None:
    [plugin] = results(folder)["plugins"]
    assert ran("plugins", folder, "--lock").code == 0
    text = (folder / "plugins.lock").read_text(encoding="utf-8")
    assert text.splitlines()[1:] == [f"{plugin['name']} {plugin['version']} {plugin['digest']}"]
    assert ran("check", folder).code == 0


@pytest.mark.parametrize("change", ["\n", " ", "#"])
def test_a_file_that_differs_by_a_byte_from_the_lock_is_refused_and_not_run(change: str, folder: Path) -> None:
    assert ran("plugins", folder, "--lock").code == 0
    write_plugin(folder, GOOD + change)
    done = ran("check", folder)
    assert done.code == 1
    assert "CE510" in done.err + done.out
    assert "fickle 1.4" in done.err + done.out
    write_plugin(folder, spoilt("load", "raise SystemExit('run')"))
    done = ran("check", folder, "--format", "json")
    assert "CE510" in done.out
    assert "CE508" not in done.out


def test_the_place_of_a_plugin_that_is_not_as_locked_is_where_it_is_named(tmp_path: Path) -> None:
    files = {"plugins/unit_rules.py": NOTHING, "plugins.lock": f"unit-rules 0 {'0' * 64}\n"}
    problem = only(found(tmp_path, files, "unit-rules"), "CE510", "unit-rules 0", "000000000000")
    assert under(problem) == "unit-rules"


@pytest.mark.parametrize(
    ("line", "said"), [("", "it is not locked"), (f"unit-rules 0.9 {'0' * 64}", "version 0.9 is locked")]
)
def test_a_plugin_that_is_locked_otherwise_is_refused(line: str, said: str, tmp_path: Path) -> None:
    files = {"plugins/unit_rules.py": NOTHING, "plugins.lock": f"# made by hand\n{line}\n"}
    only(found(tmp_path, files, "unit-rules"), "CE510", "unit-rules 0", said)


@pytest.mark.parametrize("line", ["unit-rules", "unit-rules 0 abc", f"unit-rules 0 {'0' * 64} more", "一二三"])
def test_a_line_of_the_lock_that_cannot_be_read_is_told_with_its_place(line: str, tmp_path: Path) -> None:
    digest = digest_of([("unit_rules.py", NOTHING.encode())])
    files = {"plugins/unit_rules.py": NOTHING, "plugins.lock": f"unit-rules 0 {digest}\n{line}\n"}
    problem = only(found(tmp_path, files, "unit-rules"), "CE511", line)
    assert (problem.span.source.name, problem.span.line) == ("plugins.lock", 2)


def test_a_lock_that_cannot_be_read_is_made_anew(folder: Path) -> None:
    (folder / "plugins.lock").write_text("what is this\n", encoding="utf-8")
    assert ran("check", folder).code == 1
    assert ran("plugins", folder, "--lock").code == 0
    assert ran("check", folder).code == 0


NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}(rc1)?", fullmatch=True)


@given(st.dictionaries(NAMES, st.tuples(VERSIONS, st.binary(min_size=32, max_size=32).map(bytes.hex))))
def test_a_lock_is_read_as_it_was_written(plugins: dict[str, tuple[str, str]]) -> None:
    text = lock_text([(name, version, digest) for name, (version, digest) in plugins.items()])
    assert locked(text) == (plugins, [])


def test_a_byte_of_the_plugin_changes_its_digest_and_the_rulesets_and_no_result(folder: Path) -> None:
    before = results(folder)
    write_plugin(folder, GOOD + "\n")
    after = results(folder)
    assert before["plugins"][0]["digest"] != after["plugins"][0]["digest"]
    assert before["ruleset"]["digest"] != after["ruleset"]["digest"]
    assert before["results"] == after["results"]


def test_the_digest_is_that_of_the_files_whereever_they_lie(tmp_path: Path) -> None:
    digests = {results(make(tmp_path / name))["plugins"][0]["digest"] for name in ("one", "another")}
    assert digests == {digest_of([("fickle.py", GOOD.encode())])}


def test_the_digest_of_a_package_knows_all_its_files_and_nothing_python_made(site: Path, tmp_path: Path) -> None:
    package = install(site, "river-rules", COMMAND.format(name="river"))

    def digest() -> str:
        return digest_of(installed()["river-rules"][0].files())

    before = digest()
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "more.pyc").write_bytes(b"made")
    (package / "old.pyc").write_bytes(b"made")
    assert digest() == before
    (package / "table.csv").write_bytes(b"1\n")
    assert digest() != before
    (package / "table.csv").unlink()
    (package / "inner").mkdir()
    (package / "inner" / "more.py").write_bytes(b"")
    assert digest() != before


@given(st.dictionaries(st.text(max_size=8), st.binary(max_size=8), min_size=1), st.data())
def test_no_two_sets_of_files_share_a_digest(files: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    changed = {**files, name: files[name] + b"\0"}
    moved = {**{n: c for n, c in files.items() if n != name}, name + "x": files[name]}
    shuffled = data.draw(st.permutations(sorted(files.items())))
    assert digest_of(list(files.items())) == digest_of(shuffled)
    assert digest_of(list(changed.items())) != digest_of(list(files.items()))
    if moved.keys() != files.keys() and len(moved) == len(files):
        assert digest_of(list(moved.items())) != digest_of(list(files.items()))


@pytest.mark.parametrize(
    ("source", "more", "status"),
    [
        (NOTHING, "", "used"),
        (NOTHING, "blocked_plugins: [unit-rules]\n", "blocked"),
        ("raise RuntimeError\n", "", "failed"),
        (HOOK + "def cadre_eval_checks():\n    return []\n", "", "refused"),
        (None, "", "missing"),
    ],
)
def test_the_list_of_plugins_says_how_each_stands(source: str | None, more: str, status: str, tmp_path: Path) -> None:
    files = {"cadre-eval.yaml": SMALL["cadre-eval.yaml"] + more, "plugins/other.py": NOTHING}
    found(tmp_path, files | ({"plugins/unit_rules.py": source} if source else {}), "unit-rules")
    done = ran("plugins", tmp_path, "--format", "json")
    rows = {row["name"]: row for row in json.loads(done.out)}
    assert rows["unit-rules"]["status"] == status
    assert rows["other"]["status"] == "not-used"
    assert done.code == {"used": 0, "failed": 3}.get(status, 1)


# ── how calls are kept apart ───────────────────────────────────────────────────

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.fractions() | st.text() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_a_call_returns_the_very_value(value: object) -> None:
    assert CALM.call("hook", lambda: value) is value


@given(st.text(), st.sampled_from([ValueError, KeyError, OSError, SystemExit, KeyboardInterrupt, RuntimeError]))
def test_a_call_that_raises_is_named_in_one_short_line(words: str, error: type[BaseException]) -> None:
    def call() -> None:
        raise error(words)

    with pytest.raises(PluginFailure) as caught:
        CALM.call("some hook", call)
    failure = caught.value
    assert (failure.plugin, failure.version, failure.hook) == ("calm", "1.0", "some hook")
    assert failure.reason.startswith(error.__name__)
    assert failure.reason.isprintable()
    assert len(failure.reason) < 300


CALM = Isolation("calm", "1.0")


def hasty() -> Isolation:
    """An isolation that waits a twentieth of a second."""
    return Isolation("hasty", "1.0", seconds=0.05)  # type: ignore[arg-type]


def reason_of(isolation: Isolation, function: Any) -> str:
    with pytest.raises(PluginFailure) as caught:
        isolation.call("hook", function)
    return caught.value.reason


def test_an_address_in_a_message_is_left_out() -> None:
    def call() -> None:
        raise ValueError(object())

    assert "object at 0x…>" in reason_of(CALM, call)


def test_each_plugin_has_a_thread_of_its_own_that_stays() -> None:
    one, other = Isolation("one", "1"), Isolation("other", "1")
    threads = [isolation.call("hook", threading.current_thread) for isolation in (one, one, other)]
    assert threads[0] is threads[1]
    assert len({threads[0], threads[2], threading.current_thread()}) == 3


def test_a_thread_ends_with_the_last_who_could_call_it() -> None:
    isolation = Isolation("brief", "1")
    thread = isolation.call("hook", threading.current_thread)
    assert thread.is_alive()
    del isolation
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()


def test_many_runs_leave_no_threads_behind(folder: Path) -> None:
    def threads() -> int:
        gc.collect()
        time.sleep(0.05)
        return sum(thread.name == "plugin" for thread in threading.enumerate())

    before = threads()
    for _ in range(20):  # the readers of the last few rulesets are kept, with their plugins
        results(folder)
    assert threads() <= before + 10


def test_a_plugin_may_call_its_own_kind() -> None:
    inner = Isolation("calm", "1.0")
    assert inner.call("outer", lambda: inner.call("inner", lambda: 13)) == 13


def test_one_plugin_may_call_another_and_the_inner_one_is_named() -> None:
    outer, inner = Isolation("outer", "1"), Isolation("inner", "2")
    assert outer.call("hook", lambda: inner.call("hook", lambda: 13)) == 13
    assert "the plugin inner 2 failed (deep): ZeroDivisionError" in reason_of(
        outer, lambda: inner.call("deep", lambda: 1 // 0)
    )


def test_what_others_print_while_a_plugin_runs_goes_its_way() -> None:
    screen, ready = io.StringIO(), threading.Event()

    def other() -> None:
        ready.wait(5)
        print("done 50 %")  # noqa: T201
        ready.clear()

    def plugin() -> int:
        ready.set()
        while ready.is_set():
            time.sleep(0.001)
        return 13

    with redirect_stdout(screen):
        thread = threading.Thread(target=other)
        thread.start()
        assert CALM.call("hook", plugin) == 13
        thread.join()
    assert screen.getvalue() == "done 50 %\n"


def test_what_a_plugin_that_was_left_behind_prints_reaches_nobody() -> None:
    screen, printed = io.StringIO(), threading.Event()

    def slow() -> None:
        time.sleep(0.15)
        sys.stdout.write("late")
        printed.set()

    with redirect_stdout(screen):
        isolation = hasty()
        try:
            assert reason_of(isolation, slow) == "took longer than 0.05 seconds"
            print("result")  # noqa: T201
            assert isolation.call("hook", lambda: 13) == 13
            time.sleep(0.2)
        finally:
            printed.wait(0)
    assert screen.getvalue() == "result\n"


def test_after_three_calls_that_took_too_long_there_is_no_fourth() -> None:
    isolation, calls = hasty(), []

    def slow() -> None:
        calls.append(1)
        time.sleep(0.2)

    reasons = [reason_of(isolation, slow) for _ in range(5)]
    assert (
        reasons
        == ["took longer than 0.05 seconds"] * 3 + ["not called any more after 3 calls that took too long"] * 2
    )
    assert len(calls) == 3


def test_a_working_folder_that_somebody_removed_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert CALM.call("hook", lambda: 13) == 13
    assert reason_of(CALM, lambda: os.chdir(tmp_path)) == "changed the working folder"


def test_the_environment_is_put_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_EVAL_TEST", "驻村")
    before = dict(os.environ)

    def call() -> None:
        os.environ.clear()
        os.environ["OTHER"] = "1"

    assert reason_of(CALM, call) == "changed environment variables"
    assert dict(os.environ) == before
    assert os.popen("echo $CADRE_EVAL_TEST").read().strip() == "驻村"


def test_what_the_core_says_of_a_plugin_is_one_short_line() -> None:
    def call() -> None:
        raise Misbehaved("a\n\x1b[31m" + "b" * 10_000)

    said = reason_of(CALM, call)
    assert said.startswith("a [31mbbb")
    assert len(said) <= 201


# ── what may be relied on ──────────────────────────────────────────────────────


def test_equal_values_give_equal_scores_whatever_a_plugin_keeps_in_mind(tmp_path: Path) -> None:
    """A formula is asked once for each distinct set of values, in the order of the cadres' ids."""
    code = """
    global COUNT
    COUNT = globals().get("COUNT", 0) + 1
    return Score(COUNT, "counted")
    """
    source = spoilt("formula", "pass").replace("    if number == 13:\n        pass\n", "    if True:\n        " + "\n        ".join(line.strip() for line in code.strip().splitlines()) + "\n")  # fmt: skip
    scores = {
        entry["cadre"]: next(c["score"] for c in entry["criteria"] if c["id"] == "visit")
        for entry in results(make(tmp_path, source))["results"]
    }
    first: dict[int, str] = {}
    for cadre, visits in VISITS.items():
        assert scores[cadre] == first.setdefault(visits, str(len(first) + 1))


@settings(max_examples=12 * TRIES)
@given(st.lists(st.integers(0, 20), min_size=7, max_size=7))
def test_a_plain_function_scores_as_if_it_were_called_directly(visits: list[int]) -> None:
    from tempfile import TemporaryDirectory

    dossiers = records()
    for found_, number in zip(dossiers.values(), visits, strict=True):
        found_["facts"]["visits"] = str(number)
    with TemporaryDirectory() as home:
        entries = results(make(Path(home), dossiers=dossiers))["results"]
    scores = {e["cadre"]: Fraction(next(c["score"] for c in e["criteria"] if c["id"] == "visit")) for e in entries}
    assert scores == {cadre: Fraction(40 * number, 20) for cadre, number in zip(EVERYBODY, visits, strict=True)}


def test_the_order_in_which_plugins_are_named_changes_no_result(tmp_path: Path) -> None:
    remark = HOOK + "def cadre_eval_check_evidence(cadre):\n    return [EvidenceRemark('visits', '{name}')]\n"
    seen = set()
    for names in (
        ["apple", "fickle", "zebra"],
        ["zebra", "fickle", "apple"],
        ["fickle", "zebra", "apple", "zebra >=0"],
    ):
        folder = make(tmp_path / "-".join(names).replace(">=", ""), more={"plugins": names})
        for name in ("apple", "zebra"):
            write_plugin(folder, remark.format(name=name), name)
        document = results(folder)
        assert [plugin["name"] for plugin in document["plugins"]] == ["apple", "fickle", "zebra"]
        first = document["results"][0]["proposals"]
        assert [p["plugin"] for p in first if p["what"] == "evidence"] == ["apple", "fickle", "zebra"]
        for measure in document["measures"]:
            assert measure.pop("place").startswith("rules.yaml:")  # one plugin more is one line more
        seen.add(json.dumps({key: document[key] for key in ("plugins", "results", "measures", "summary")}))
    assert len(seen) == 1


def test_the_order_in_which_plugins_were_installed_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "w", more={"plugins": ["fickle", "lake-rules", "river-rules"]})
    sites = [tmp_path / "first", tmp_path / "second"]
    for site, name in zip(sites, ("river-rules", "lake-rules"), strict=True):
        install(site, name, COMMAND.format(name=name))
    outputs = set()
    for order in (sites, sites[::-1]):
        with monkeypatch.context() as patch:
            for site in order:
                patch.syspath_prepend(str(site))
            outputs.add(results_json(assess(open_workspace(folder), PERIOD)))
            for name in ("river_rules", "lake_rules"):
                sys.modules.pop(name, None)
    assert len(outputs) == 1


def test_the_seed_of_hashes_and_the_place_of_the_workspace_change_no_byte(tmp_path: Path) -> None:
    outputs = set()
    for seed in ("0", "1", "4711"):
        folder = make(tmp_path / f"workspace-{seed}")
        done = spawned("assess", folder, "--period", PERIOD, "--format", "json", env={"PYTHONHASHSEED": seed})
        assert done.code == 0, done.err
        outputs.add(done.out)
    assert len(outputs) == 1
    assert outputs == {ran("assess", make(tmp_path / "here"), "--period", PERIOD, "--format", "json").out}


def test_parameters_need_not_be_comparable(tmp_path: Path) -> None:
    source = GOOD.replace("@frozen\nclass FickleParams", "@attrs.define(eq=False)\nclass FickleParams")
    assert source != GOOD
    assert results(make(tmp_path / "one", source))["results"] == results(make(tmp_path / "two"))["results"]


def test_a_formula_that_fails_only_now_and_then_is_named(tmp_path: Path) -> None:
    """The rules compiled once, and fail when they are looked at again."""
    code = "global COUNT\nCOUNT = globals().get('COUNT', 0) + 1\nif COUNT > 1:\n    raise ValueError('enough')"
    done = ran("check", make(tmp_path, spoilt("any formula", code)))
    assert done.code == 3
    assert all(part in done.said for part in ("fickle 1.4", "kind steep", "ValueError: enough"))


def test_inputs_that_a_plugin_made_wrongly_are_its_fault(tmp_path: Path) -> None:
    """What the core reads for a plugin, but cannot."""
    inputs = 'NumberOf("number", params.fact)'
    source = GOOD.replace(f"return [{inputs}]", f'return [{inputs}, SampleOf("talks", "five")]')
    facts = {**RULESET["facts"], "talks": {"type": "sample"}}
    criteria = [criterion for criterion in RULESET["criteria"] if criterion["id"] != "talk"]
    grades = {"any": {"优秀": ">= 60", "合格": "< 60"}}
    dossiers = records()
    for dossier in dossiers.values():
        dossier["facts"]["talks"] = {"checked": "4", "passed": "2"}
    document = results(make(tmp_path, source, dossiers, {"facts": facts, "criteria": criteria, "grades": grades}))
    failures = {(failure["hook"], failure["cadre"], failure["reason"]) for failure in document["failures"]}
    why = "its inputs cannot be read: TypeError"
    assert failures == {("kind fickle, visit", cadre, why) for cadre in EVERYBODY}


def test_a_plugin_sees_records_made_for_it_alone(tmp_path: Path) -> None:
    """What is forced upon a view, by the means Python leaves, is gone with the call."""
    code = """
    for view in (cadre, *cadre.postings, *cadre.postings[0].facts.values(), *cadre.postings[0].reviews.values()):
        for name in type(view).__slots__:
            if not name.startswith("_"):
                object.__setattr__(view, name, None)
    """
    spoilt_results = results(make(tmp_path / "bad", spoilt("evidence", code)))
    assert spoilt_results["results"] == results(make(tmp_path / "good"))["results"]
    assert spoilt_results["failures"] == []


def test_a_command_gets_its_arguments_and_a_format_its_results(folder: Path) -> None:
    workspace = open_workspace(folder)
    found_ = assess(workspace, PERIOD)
    assert answered(found_, workspace.registry(found_.rules), "count", ("a", "b")) == "7 a b\n"
    done = ran("assess", folder, "--period", PERIOD, "--format", "lines")
    assert (done.code, len(done.out.splitlines())) == (0, len(EVERYBODY))


def test_every_criterion_of_these_tests_is_scored_by_a_plugin(folder: Path) -> None:
    for entry in results(folder)["results"]:
        assert [criterion["id"] for criterion in entry["criteria"]] == list(LEAVES)
        assert all(criterion["state"] == "scored" for criterion in entry["criteria"])
    assert Decimal(results(folder)["results"][0]["total"]) > 0
