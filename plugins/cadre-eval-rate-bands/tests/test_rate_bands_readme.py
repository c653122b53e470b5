"""What the README shows is what happens, and it names every parameter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import pytest
from cadre_eval_rate_bands.band_settings import BandsParams
from cadre_eval_rate_bands.floor import FloorParams
from cadre_eval_rate_bands.sheet_settings import SheetParams

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)


def test_what_the_readme_shows_is_what_happens(tmp_path: Path) -> None:
    shown = 0
    for language, text in BLOCKS:
        named = re.match(r"# file: (\S+)", text)
        if named:
            path = tmp_path / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        if language == "console":
            for step in re.split(r"^\$ ", text, flags=re.M)[1:]:
                command, _, wanted = step.partition("\n")
                assert_shown(wanted, printed(command, tmp_path), command)
                shown += 1
    assert shown == 4


def printed(command: str, folder: Path) -> str:
    program, *words = command.split()
    assert program == "cadre-eval"
    done = subprocess.run(
        [sys.executable, "-m", "cadre_eval.cli.main", *words],
        cwd=folder, env={**os.environ, "CADRE_EVAL_LANG": "zh"}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode("utf-8-sig").replace("\r\n", "\n")


def assert_shown(wanted: str, found: str, command: str) -> None:
    """What is shown, but for ``…``, is what was printed."""
    lines = [line.strip() for line in wanted.strip().splitlines()]
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else r"\s*" + re.escape(line).replace("…", ".*?") + r"\s*?\n" for line in lines
    )
    assert re.fullmatch(pattern, found), f"{command}\n--- shown\n{wanted}\n--- printed\n{found}"


def settings_of(record: type) -> Iterator[str]:
    hints = get_type_hints(record)
    for attribute in attrs.fields(record):
        if "doc" in attribute.metadata:
            yield attribute.name
            yield from (name for part in records_in(hints[attribute.name]) for name in settings_of(part))


def records_in(t: Any) -> Iterator[type]:
    if isinstance(t, type) and attrs.has(t) and t.__module__.startswith("cadre_eval_rate_bands"):
        yield t
    for part in get_args(t):
        yield from records_in(part)


@pytest.mark.parametrize("record", [BandsParams, FloorParams, SheetParams])
def test_the_readme_names_every_parameter(record: type) -> None:
    own = {attribute.name for base in record.__mro__[1:-1] for attribute in attrs.fields(base)}
    shared = {"options", "minimum", "reviewers", "voters"} | own
    tables = set(re.findall(r"^\| `(\w+)` \|", README, re.M))
    assert [name for name in settings_of(record) if name not in tables | shared] == []
    assert [name for name in sorted(own) if f"`{name}`" not in README and name not in {"at"}] == []
