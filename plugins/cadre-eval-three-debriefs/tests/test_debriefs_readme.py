"""The README: every parameter is in a table with its default and its meaning, and the example is run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from cadre_eval_three_debriefs.declared import ThreeDebriefsParams
from cadre_eval_three_debriefs.rank_opinion import RankOpinionParams

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def default_of(attribute: Any) -> str:
    if attribute.default is attrs.NOTHING:
        return "必填 required"
    if isinstance(attribute.default, attrs.Factory) or attribute.default in {None, ()}:  # type: ignore[arg-type]
        return "—"
    return f"`{attribute.default}`"


@pytest.mark.parametrize("record", [ThreeDebriefsParams, RankOpinionParams])
def test_every_parameter_is_in_a_table(record: type) -> None:
    for attribute in attrs.fields(record):
        meaning = attribute.metadata.get("doc")
        if meaning is not None:
            row = f"| `{attribute.name}` | {default_of(attribute)} | {meaning.zh} | {meaning.en} |"
            assert row in README


def test_the_tables_name_nothing_else() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", README, re.M))
    records = (ThreeDebriefsParams, RankOpinionParams)
    assert named == {a.name for r in records for a in attrs.fields(r) if "doc" in a.metadata}


def test_the_examples_are_run(tmp_path: Path) -> None:
    commands = 0
    for language, text in BLOCK.findall(README):
        if language == "yaml":
            (tmp_path / re.findall(r"# file: (\S+)", text)[0]).write_text(text, "utf-8")
        elif language == "console":
            command, _, shown = text.removeprefix("$ ").partition("\n")
            assert output_of(command, tmp_path) == shown
            commands += 1
    assert commands == 2


def output_of(command: str, folder: Path) -> str:
    """What the command says in Chinese, problems and all."""
    program, *words = shlex.split(command)
    assert program == "cadre-eval"
    done = subprocess.run(
        [sys.executable, "-m", "cadre_eval.cli.main", *words, "--lang", "zh"],
        cwd=folder, env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout.decode()
