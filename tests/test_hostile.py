"""Whatever stands in the files: problems with a place inside them, never a traceback, never a read outside."""

from __future__ import annotations

import json
import os
import random
import re
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from cadre_eval.errors import Problem, Problems, Source, UsageError
from cadre_eval.errors.render import problem_json, problem_text
from cadre_eval.reading import yaml_reader
from cadre_eval.reading.nodes import MapNode, Scalar
from cadre_eval.reading.structure import missing_and_unknown
from cadre_eval.reading.yaml_reader import MAX_BYTES, MAX_DEPTH, decode, read_yaml
from cadre_eval.workspace import opening
from cadre_eval.workspace.assessing import assess
from cadre_eval.workspace.files import shipped_rulesets
from cadre_eval.workspace.opening import Workspace
from cadre_eval.workspace.rulesets import shipped_names
from small_workspace import (
    CONFIG,
    FIRST_DOSSIER,
    LAYER,
    RULESET,
    SMALL,
    loaded,
    ruleset_problems,
    shown,
    spoiled,
    write,
)

CHUNKS, PER_CHUNK = 10, 100
RECORDS = [name for name in SMALL if name not in {"ruleset.yaml", "small.yaml"}]

ODD = [
    "\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u202e", "\u2028", "\ufeff", "\ufffe", "\uffff", "\U0001f600", "𬀩", "é", "e\u0301",
    "：", "，", "“", "　", "\t", "\r", "\xa0", '"\\ud800"', '"\\udcff"', '"\\0"', '"\\x1b[2J"', '"\\U0010ffff"', '"\\N\\L\\P"', "\\", "'", '"',
]  # fmt: skip
MARKS = [
    "&a ", "*a", "!!python/object:os.system ", "!x ", "<<: *a\n", "%TAG ! x\n", "%YAML 9.9\n", "---\n", "...\n", "? ", "|", ">", "|9+", "- ", "[", "]",
    "{", "}", ": ", "#", ",", "@", "`", "~", "null", "-", "''", '""', "{}", "[]", ".nan", "0x1F", "1e999", "999999999999999999", "1/3", "-0",
    "99999999999999999999", "remove: yes", "2025-02-30", "parts: []", "id: ", "..", "/etc/passwd", "<<", "=",
]  # fmt: skip


def flip_byte(rng: random.Random, raw: bytes) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1 :]


def cut_off(rng: random.Random, raw: bytes) -> bytes:
    return raw[: rng.randrange(len(raw))]


def in_gb18030(rng: random.Random, raw: bytes) -> bytes:
    at = raw.rfind(b"\n", 0, rng.randrange(len(raw))) + 1
    return raw[:at] + raw[at:].decode("utf-8", "replace").encode("gb18030")


def with_bom(rng: random.Random, raw: bytes) -> bytes:
    return rng.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf\xef\xbb\xbf"]) + raw


def other_breaks(rng: random.Random, raw: bytes) -> bytes:
    return raw.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\r", b"\n\n"]))


def on_text(change: Callable[[random.Random, str], str]) -> Callable[[random.Random, bytes], bytes]:
    return lambda rng, raw: change(rng, raw.decode("utf-8", "replace")).encode("utf-8", "replace")


def drop_token(rng: random.Random, text: str) -> str:
    found = list(re.finditer(r"[\w.%-]+|[^\w\s]|\n| +", text))
    token = rng.choice(found)
    return text[: token.start()] + text[token.end() :]


def swap_tokens(rng: random.Random, text: str) -> str:
    found = sorted(rng.sample(list(re.finditer(r"[\w.%-]+", text)), 2), key=lambda m: m.start())
    a, b = found
    return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


def swap_lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def repeat_line(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "\n".join(lines)


def indent(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    lines[at] = rng.choice([" ", "  ", "\t", "    "]) + (lines[at].lstrip() if rng.random() < 0.5 else lines[at])
    return "\n".join(lines)


def insert(choices: list[str]) -> Callable[[random.Random, str], str]:
    def change(rng: random.Random, text: str) -> str:
        at = rng.randrange(len(text) + 1)
        return text[:at] + rng.choice(choices) + text[at:]

    return change


def replace_value(choices: list[str]) -> Callable[[random.Random, str], str]:
    def change(rng: random.Random, text: str) -> str:
        values = list(re.finditer(r"(?<=: )[^\s,\[\]{}]+", text))
        value = rng.choice(values)
        return text[: value.start()] + rng.choice(choices) + text[value.end() :]

    return change


MUTATORS = [
    flip_byte, flip_byte, cut_off, in_gb18030, with_bom, other_breaks, on_text(drop_token), on_text(drop_token), on_text(swap_tokens),
    on_text(swap_tokens), on_text(swap_lines), on_text(repeat_line), on_text(indent), on_text(insert(ODD)), on_text(insert(MARKS)),
    on_text(replace_value(ODD)), on_text(replace_value(MARKS)), on_text(replace_value(MARKS)),
]  # fmt: skip


def mutated(rng: random.Random, text: str) -> bytes:
    raw = text.encode()
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        if len(raw) > 20:
            raw = rng.choice(MUTATORS)(rng, raw)
    return raw


def check_sound(problems: list[Problem], raw: bytes) -> None:
    """Every problem stands inside its file and can be shown on any terminal, in both languages."""
    for problem in problems:
        span = problem.span
        lines = span.source.text.split("\n")
        assert 1 <= span.line <= len(lines) + 1, (raw, problem)
        assert span.column >= 1, (raw, problem)
        assert span.length >= 1, (raw, problem)
        assert span.column <= len(span.source.line(span.line)) + 1, (raw, problem)
        for lang in ("zh", "en"):
            text = problem_text(problem, lang) + json.dumps(problem_json(problem, lang), ensure_ascii=False)
            text.encode()


def check_assessed(workspace: Workspace) -> None:
    for period in workspace.period_ids():
        for result in assess(workspace, period):
            assert result.state in {"final", "pending", "not-assessed"}


@pytest.fixture
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that are not spoilt are compiled once; what is tested is the reading of the rest."""
    monkeypatch.setattr(opening, "merged_at", merged_sound)


REAL_MERGED_AT = opening.merged_at


@frozen
class Sound:
    """A merged ruleset that was compiled before."""

    registry: Any
    rules: Any
    found: tuple[Problem, ...]

    def compiled(self, problems: Problems) -> Any:
        problems.extend(self.found)
        return self.rules


@cache
def sound_rules(folder: Any, path: Path) -> Sound | None:
    problems = Problems()
    merged = REAL_MERGED_AT(folder, path, problems)
    return None if merged is None else Sound(merged.registry, merged.compiled(problems), tuple(problems))


def merged_sound(folder: Any, path: Path, problems: Problems, span: Any = None, asked: Any = None) -> Any:
    known = sound_rules(folder, path) if path.name == "ruleset.yaml" and not asked.plugins else None
    return known or REAL_MERGED_AT(folder, path, problems, span, asked)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_spoilt_records_get_problems_never_a_traceback(chunk: int, tmp_path: Path, compiled_once: None) -> None:
    rng = random.Random(f"records {chunk}")
    write(tmp_path, SMALL)
    for _ in range(PER_CHUNK):
        name = rng.choice([*RECORDS, FIRST_DOSSIER, FIRST_DOSSIER])
        raw = mutated(rng, SMALL[name])
        workspace, problems = loaded(write(tmp_path, {name: raw}))
        check_sound(problems, raw)
        if not problems:
            assert workspace is not None, raw
            check_assessed(workspace)
        write(tmp_path, {name: SMALL[name]})


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spoilt_ruleset_gets_problems_never_a_traceback(chunk: int, tmp_path: Path) -> None:
    rng = random.Random(f"small {chunk}")
    write(tmp_path, SMALL)
    for _ in range(PER_CHUNK):
        raw = mutated(rng, RULESET)
        write(tmp_path, {"small.yaml": raw})
        check_sound(ruleset_problems(tmp_path, rng.choice(["ruleset.yaml", "small.yaml"])), raw)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spoilt_shipped_ruleset_gets_problems_never_a_traceback(chunk: int, tmp_path: Path) -> None:
    rng = random.Random(f"shipped {chunk}")
    texts = [(shipped_rulesets().root / f"{name}.yaml").read_text("utf-8") for name in shipped_names()]
    for _ in range(PER_CHUNK):
        raw = mutated(rng, rng.choice(texts))
        write(tmp_path, {"spoilt.yaml": raw})
        check_sound(ruleset_problems(tmp_path, "spoilt.yaml"), raw)


def merge_bomb() -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 12)]
    return "\n".join(lines)


BOMBS: dict[str, tuple[str, str]] = {
    "a hundred thousand brackets": ("[" * 100_000, "CE108"),
    "a hundred thousand braces": ("{a: " * 100_000, "CE108"),
    "a hundred thousand dashes": ("- " * 100_000 + "x", "CE108"),
    "a hundred thousand question marks": ("? " * 100_000 + "x", "CE109"),
    "a staircase of blocks": ("".join(f"{' ' * i}k:\n" for i in range(1000)), "CE108"),
    "an alias bomb": ("a: &a [x]\n" + "\n".join(f"b{i}: &b{i} [{', '.join(['*a'] * 9)}]" for i in range(9)), "CE107"),
    "a merge bomb": (merge_bomb(), "CE107"),
    "an anchor that holds itself": ("a: &a [*a]", "CE107"),
    "a tag that runs code": ("a: !!python/object/apply:os.system ['true']", "CE107"),
    "a tag of another schema": ("a: !include /etc/passwd", "CE107"),
    "a version directive": ("%YAML 1.1\n---\na: 1", "CE107"),
    "ten thousand documents": ("---\na: 1\n" * 10_000, "CE111"),
    "a text of a million characters": ("note: " + "x" * 1_000_000, "CE110"),
    "a key of a million characters": ("x" * 1_000_000 + ": 1", "CE110"),
    "a quoted key of a million characters": ('? "' + "x" * 1_000_000 + '"\n: 1', "CE110"),
    "a quote never closed": ('note: "' + "x\n" * 50_000, "CE104"),
    "nothing but comments": ("# x\n" * 50_000, "CE105"),
    "nothing but blanks": (" " * 1_000_000, "CE105"),
    "nothing but tabs": ("\t" * 1000 + "x: 1", "CE103"),
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("reader", ["fast", "ruamel"])
def test_a_bomb_is_refused_before_it_unfolds(bomb: str, reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text, code = BOMBS[bomb]
    seen = 0
    real = yaml_reader.events

    def counted(source: str, which: Any) -> Iterator[Any]:
        nonlocal seen
        for event in real(source, which):
            seen += 1
            yield event

    monkeypatch.setattr(yaml_reader, "events", counted)
    problems = Problems()
    assert read_yaml(Source("bomb.yaml", text), problems, reader) is None
    assert [p.code for p in problems] == [code], shown(list(problems))
    assert seen <= 8 * MAX_DEPTH
    check_sound(list(problems), text[:80].encode())


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_among_the_records_is_one_problem_of_that_file(bomb: str, tmp_path: Path, compiled_once: None) -> None:
    text, code = BOMBS[bomb]
    problems = spoiled(tmp_path, {"records/bomb.yaml": text})
    assert [(p.span.source.name, p.code) for p in problems] == [("records/bomb.yaml", code)]


def test_a_file_far_too_large_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    loaded(tmp_path)
    path = tmp_path / "records" / "huge.yaml"
    path.touch()
    os.truncate(path, 20 * MAX_BYTES)
    tracemalloc.start()
    try:
        problems = loaded(tmp_path)[1]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [p.code for p in problems] == ["CE101"]
    assert peak < 4 * MAX_BYTES


def test_a_thousand_layers_stop_at_the_limit(tmp_path: Path) -> None:
    files = {f"l{i}.yaml": f"ruleset: l{i}\nextends: ./l{i + 1}.yaml\n" for i in range(1000)}
    assert [p.code for p in spoiled(tmp_path, {**files, "ruleset.yaml": "ruleset: r\nextends: ./l0.yaml\n"})] == [
        "CE302"
    ]


def test_a_tree_that_layers_make_deep_is_refused(tmp_path: Path) -> None:
    """No file is nested deeply, but each layer hangs its own tree below the last one's."""
    files, per = {}, 12
    for layer in range(28):
        above = f"l{layer - 1}" if layer else "small"
        inner = f"{{id: g{(layer + 1) * per}, parts: []}}"
        for k in reversed(range(layer * per, (layer + 1) * per)):
            inner = f"{{id: g{k}, parts: [{inner}]}}"
        files[f"l{layer}.yaml"] = f"ruleset: l{layer}\nextends: ./{above}.yaml\ncriteria: [{inner}]\n"
    problems = spoiled(tmp_path, {**files, "ruleset.yaml": "ruleset: mine\nextends: ./l27.yaml\n"})
    assert "CE108" in {p.code for p in problems}


CYCLES = {
    "itself": {"ruleset.yaml": "ruleset: r\nextends: ./ruleset.yaml\n"},
    "two": {"ruleset.yaml": "ruleset: r\nextends: ./a.yaml\n", "a.yaml": "ruleset: a\nextends: ./ruleset.yaml\n"},
    "by another name": {"ruleset.yaml": "ruleset: r\nextends: ././ruleset.yaml\n"},
    "one of several": {"ruleset.yaml": "ruleset: r\nextends: [./small.yaml, ./ruleset.yaml]\n"},
}


@pytest.mark.parametrize("cycle", CYCLES)
def test_layers_in_a_circle_are_one_problem(cycle: str, tmp_path: Path) -> None:
    assert [p.code for p in spoiled(tmp_path, CYCLES[cycle])] == ["CE301"]


def test_layers_that_meet_again_are_no_circle(tmp_path: Path) -> None:
    files = {f"{n}.yaml": f"ruleset: {n}\nextends: ./small.yaml\n" for n in "ab"}
    assert not spoiled(
        tmp_path, {**files, "ruleset.yaml": "ruleset: r\nextends: [./a.yaml, ./b.yaml, ./small.yaml]\n"}
    )


OUTSIDE = [
    "../secret.yaml",
    "/etc/passwd",
    "a/../../secret.yaml",
    "..",
    "./..",
    "C:\\secret.yaml",
    "..\\secret.yaml",
    "a/..",
]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("key", ["ruleset", "roster", "records"])
def test_a_workspace_names_nothing_outside_itself(key: str, name: str, tmp_path: Path) -> None:
    write(tmp_path, {"secret.yaml": "top: secret\n"})
    config = re.sub(rf"^{key}: .*$", lambda _: f"{key}: {name}", CONFIG, flags=re.M)
    problems = spoiled(tmp_path / "home", {"cadre-eval.yaml": config})
    assert {(p.code, p.span.source.name) for p in problems} == {("CE113", "cadre-eval.yaml")}, shown(problems)


@pytest.mark.parametrize("name", [*OUTSIDE, "./../secret.yaml", "baseline/../../secret"])
def test_a_ruleset_extends_nothing_outside(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"secret.yaml": "top: secret\n"})
    problems = spoiled(tmp_path / "home", {"ruleset.yaml": f"ruleset: r\nextends: {name}\n"})
    assert {p.span.source.name for p in problems} == {"ruleset.yaml"}, shown(problems)
    assert {p.code for p in problems} <= {"CE113", "CE311"}, shown(problems)
    if "secret" in name or "passwd" in name:
        assert {p.code for p in problems} == {"CE113"}, shown(problems)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A sound workspace beside a file it must not read."""
    write(tmp_path, {"secret.yaml": "top: secret\n", "secrets/secret.yaml": "top: secret\n"})
    return write(tmp_path / "home", SMALL)


def link(home: Path, name: str, to: str) -> None:
    path = home / name
    if path.is_file() and not path.is_symlink():
        path.unlink()
    path.symlink_to(to)


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("ruleset.yaml", "../secret.yaml"),
        ("small.yaml", "../secret.yaml"),
        ("roster/units.yaml", "../../secret.yaml"),
        ("records/linked.yaml", "../../secret.yaml"),
        ("records/linked.yaml", "/etc/hostname"),
        ("cadre-eval.yaml", "../secret.yaml"),
    ],
)
def test_a_link_that_leads_out_is_not_read_but_reported(home: Path, name: str, to: str) -> None:
    link(home, name, to)
    problems = loaded(home)[1]
    assert "CE113" in {p.code for p in problems}, shown(problems)
    assert "secret" not in "".join(problem_text(p, "en") for p in problems if p.code not in {"CE113"})


@pytest.mark.parametrize("to", [".", "..", "sub", "../records"])
def test_a_folder_that_holds_itself_is_read_once(home: Path, to: str) -> None:
    link(home, "records/sub", to)
    workspace, problems = loaded(home)
    assert not problems, shown(problems)
    assert workspace is not None
    assert len(workspace.dossiers) == 3


@pytest.mark.parametrize("name", ["records/loop.yaml", "roster/loop.yaml"])
def test_a_link_to_itself_is_a_problem(home: Path, name: str) -> None:
    link(home, name, "loop.yaml")
    problems = loaded(home)[1]
    assert {p.code for p in problems} & {"CE112", "CE114"}, shown(problems)


def test_a_link_to_nothing_is_a_problem(home: Path) -> None:
    link(home, "records/gone.yaml", "nowhere.yaml")
    assert [(p.span.source.name, p.code) for p in loaded(home)[1]] == [("records/gone.yaml", "CE114")]


@pytest.mark.parametrize(
    ("key", "name", "code"),
    [
        ("ruleset", "records", "CE114"),
        ("ruleset", "roster/units.yaml/x.yaml", "CE112"),
        ("records", "roster/units.yaml/x", "CE112"),
        ("roster", "empty", "CE112"),
        ("roster", "rooster", "CE112"),
        ("ruleset", "x" * 400, "CE114"),
        ("records", "loop", "CE114"),
    ],
)
def test_a_name_that_cannot_be_read_is_a_problem_of_the_configuration(
    home: Path, key: str, name: str, code: str
) -> None:
    (home / "empty").mkdir()
    link(home, "loop", "loop")
    write(home, {"cadre-eval.yaml": re.sub(rf"^{key}: .*$", f"{key}: {name}", CONFIG, flags=re.M)})
    problems = loaded(home)[1]
    assert code in {p.code for p in problems if p.span.source.name == "cadre-eval.yaml"}, shown(problems)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(home: Path) -> None:
    (home / FIRST_DOSSIER).chmod(0)
    assert [(p.span.source.name, p.code) for p in loaded(home)[1]] == [(FIRST_DOSSIER, "CE114")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_not_waited_for(home: Path) -> None:
    pipe = home / "records" / "pipe.yaml"
    os.mkfifo(pipe)
    found: list[Problem] = []
    reading = threading.Thread(target=lambda: found.extend(loaded(home)[1]), daemon=True)
    reading.start()
    reading.join(5)
    waited = reading.is_alive()
    if waited:
        with pipe.open("w"):
            pass
        reading.join()
    assert not waited
    assert [(p.span.source.name, p.code) for p in found] == [("records/pipe.yaml", "CE114")]


@pytest.mark.parametrize("make", ["nothing", "a file", "a loop", "an empty folder", "a folder for a configuration"])
def test_what_is_no_workspace_is_refused_in_words(make: str, tmp_path: Path) -> None:
    path = tmp_path / "place"
    if make == "a file":
        path.write_text("x")
    if make == "a loop":
        path.symlink_to("place")
    if make == "an empty folder":
        path.mkdir()
    if make == "a folder for a configuration":
        (path / "cadre-eval.yaml").mkdir(parents=True)
    with pytest.raises(UsageError, match="is not a workspace"):
        loaded(path)


@pytest.mark.parametrize(
    "text", ["", "# x\n", "[]", "x", "- a", "{}", "workspace:", "ruleset: [[[]]]", "---", "--- |\n x"]
)
@pytest.mark.parametrize("name", [*SMALL, "records/new.yaml", "roster/new.yaml"])
def test_a_file_of_the_wrong_form_is_a_problem_of_that_file(
    name: str, text: str, tmp_path: Path, compiled_once: None
) -> None:
    problems = spoiled(tmp_path, {name: text})
    to_mend = {name, "ruleset.yaml"} if name == "small.yaml" else {name}
    assert to_mend & {p.span.source.name for p in problems}
    check_sound(problems, text.encode())


EXTREMES = {
    "the largest numbers": {FIRST_DOSSIER: SMALL[FIRST_DOSSIER].replace("asked: 12", "asked: 999999999999999999")},
    "the smallest share": {"ruleset.yaml": LAYER + "quotas: [{id: best, share: 0.000000000000000001}]\n"},
    "the finest rounding": {"ruleset.yaml": LAYER + "rounding: {places: 12}\n"},
    "endless service": {"ruleset.yaml": LAYER + "eligibility: {minimum_service: {mid-year: 9999 years, year-end: 9999 months}, transfer_within: 9999 years}\n"},
    "days beyond the calendar": {"ruleset.yaml": LAYER + "eligibility: {minimum_service: {mid-year: 9999 days}, transfer_within: 9999 days}\n"},
    "the first days": {"roster/second.yaml": SMALL["roster/second.yaml"].replace("from: 2024-06-01", "from: 0001-01-01")},
    "a thousand answers": {FIRST_DOSSIER: SMALL[FIRST_DOSSIER].replace("street: [92, 88.5, 95]", f"street: [{', '.join(['90'] * 1000)}]")},
    "quotients": {FIRST_DOSSIER: SMALL[FIRST_DOSSIER].replace("street: [92, 88.5, 95]", "street: [1/3, 2/999999999, 271/3]")},
}  # fmt: skip


@pytest.mark.parametrize("extreme", EXTREMES)
def test_what_is_extreme_but_sound_is_assessed(extreme: str, tmp_path: Path) -> None:
    workspace, problems = loaded(write(tmp_path, {**SMALL, **EXTREMES[extreme]}))
    assert not problems, shown(problems)
    assert workspace is not None
    check_assessed(workspace)


LAST_YEAR = {
    "roster/second.yaml": SMALL["roster/second.yaml"].replace("2024-0", "9999-0"),
    "records/2025-mid-year/c-2.yaml": "dossier: c-2\nperiod: 9999-year-end\n",
    "ruleset.yaml": LAYER + "eligibility: {minimum_service: {year-end: 9999 days}, transfer_within: 9999 days}\n",
}


def test_the_last_year_of_the_calendar_is_assessed(tmp_path: Path) -> None:
    workspace, problems = loaded(write(tmp_path, {**SMALL, **LAST_YEAR}))
    assert not problems, shown(problems)
    assert workspace is not None
    assert [r.cadre.id for r in assess(workspace, "9999-year-end")] == ["c-2"]


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        (b"\xef\xbb\xbfa: 1\nb: \xff", "CE102", (2, 4)),
        (b"a: 1\r\nb: \xff", "CE102", (2, 4)),
        (b"\xff", "CE102", (1, 1)),
        ("a: 1\nb: 驻\x00".encode(), "CE103", (2, 5)),
        ("a: \ufeff".encode(), "CE103", (1, 4)),
        ("a: 1\r\nb: \x85".encode(), "CE103", (2, 4)),
        (b"a: \xed\xa0\x80", "CE102", (1, 4)),
    ],
)
def test_bytes_that_are_no_text_are_shown_where_they_stand(raw: bytes, code: str, place: tuple[int, int]) -> None:
    problems = Problems()
    assert decode("file.yaml", raw, problems) is None
    assert [(p.code, p.span.line, p.span.column) for p in problems] == [(code, *place)]


def test_the_byte_named_is_the_byte_that_is_wrong_even_after_a_byte_order_mark() -> None:
    problems = Problems()
    decode("file.yaml", b"\xef\xbb\xbfa: 1\nb: \xfe", problems)
    assert [p.message("en") for p in problems] == ["not UTF-8 text (byte 0xFE)"]


@pytest.mark.parametrize("escape", ["\\0", "\\x07", "\\e", "\\x7f", "\\x9b", "\\ud800", "\\udfff", "\\uffff"])
def test_an_escape_smuggles_in_no_character_that_is_refused_when_written(escape: str, tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {"ruleset.yaml": LAYER + f'note: "a{escape}b"\n'})
    assert {p.span.source.name for p in problems} == {"ruleset.yaml"}
    assert {p.code for p in problems} <= {"CE103", "CE104"}


class CountedKeys(dict[str, Scalar]):
    """Keys that know how often they were walked over."""

    walks = 0

    def __iter__(self) -> Iterator[str]:
        self.walks += 1
        return super().__iter__()


def test_ten_thousand_unknown_keys_are_not_compared_with_each_other() -> None:
    node = read_yaml(Source("x.yaml", "".join(f"k{i}: 1\n" for i in range(10_000))), Problems())
    assert isinstance(node, MapNode)
    node.keys = CountedKeys(node.keys)
    assert len(missing_and_unknown(node, ["known"], [])) == 10_000
    assert node.keys.walks <= 3


@pytest.mark.parametrize(
    "raw",
    [
        b"a: \x1b[31m",
        b"\x07a: 1",
        "a: \x9b31m".encode(),
        b"a\x00b: 1",
        b"a: \xff\x1b[31m",
        b'"\\e[31m": 1',
        b'facts: {"\\0": 1}',
    ],
)
def test_no_control_character_of_a_file_reaches_the_terminal(raw: bytes, tmp_path: Path) -> None:
    problems = spoiled(tmp_path, {FIRST_DOSSIER: raw})
    assert problems
    for problem in problems:
        text = "".join(problem_text(problem, lang) for lang in ("zh", "en"))
        assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f]", text), repr(text)


@pytest.mark.skipif(os.name == "nt", reason="names are not bytes there")
def test_a_file_name_that_is_no_text_can_be_shown(home: Path) -> None:
    with open(os.path.join(os.fsencode(home), b"records", b"\xff.yaml"), "wb") as file:
        file.write(b"x: 1\n")
    check_sound(loaded(home)[1], b"")
