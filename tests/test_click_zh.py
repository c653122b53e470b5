"""Click's own messages in Chinese: every one is translated, and the command speaks them."""

from __future__ import annotations

import gettext
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import cadre_eval.cli

LOCALE = Path(cadre_eval.cli.__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)s")
CHINESE = re.compile("[\u4e00-\u9fff]")
SAME_IN_BOTH = {"Choice({choices})", "{text} {deprecated_message}"}


def catalog() -> Catalog:
    with (LOCALE / "messages.po").open("rb") as file:
        return read_po(file, locale="zh_CN", domain="messages", abort_invalid=True)


def compiled(catalog: Catalog) -> dict[object, str]:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    buffer.seek(0)
    return entries(gettext.GNUTranslations(buffer))


def entries(translations: gettext.GNUTranslations) -> dict[object, str]:
    """What a compiled catalogue says, without its header: that names the compiler's version."""
    found: dict[object, str] = dict(translations._catalog)  # type: ignore[attr-defined]
    del found[""]
    return found


def clicks_messages() -> Iterator[tuple[str, ...]]:
    """Every message in the installed click's source: its text, or its singular and plural."""
    yield ("required",)  # the one that click looks up by a variable
    keywords = {"_": None, "ngettext": (1, 2)}
    for _file, _line, text, *_rest in extract_from_dir(Path(click.__file__).parent, keywords=keywords):
        yield text if isinstance(text, tuple) else (text,)


def forms(text: object) -> list[str]:
    """A text alone, or its singular and plural."""
    return [str(form) for form in text] if isinstance(text, (tuple, list)) else [str(text)]


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_the_compiled_file_is_the_source_compiled() -> None:
    with (LOCALE / "messages.mo").open("rb") as file:
        shipped = entries(gettext.GNUTranslations(file))
    assert shipped == compiled(catalog()), "run: make locale"


def test_every_message_of_the_installed_click_is_translated() -> None:
    ours = catalog()
    messages = set(clicks_messages())
    assert len(messages) > 50
    assert [texts for texts in sorted(messages) if ours.get(texts[0]) is None] == []


def test_plurals_are_looked_up_as_click_does() -> None:
    ours = catalog()
    plural = [texts for texts in set(clicks_messages()) if len(texts) > 1]
    assert plural
    for singular, _plural in plural:
        entry = ours.get(singular)
        assert entry is not None
        assert isinstance(entry.id, tuple), singular


def test_every_translation_is_chinese_and_keeps_the_placeholders() -> None:
    for entry in catalog():
        if not entry.id:
            continue
        # Chinese has one form, so it stands for the plural, which has every placeholder.
        text = forms(entry.id)[-1]
        (ours,) = forms(entry.string)
        assert placeholders(ours) == placeholders(text), text
        assert CHINESE.search(ours) or text in SAME_IN_BOTH, text


def command(*arguments: str, lang: str = "zh") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in {"LANGUAGE", "LC_ALL", "LANG", "CADRE_EVAL_LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "cadre_eval.cli.main", "--lang", lang, *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=environment,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assess"], "缺少参数 'WORKSPACE'"),
        (["asess"], "没有命令 'asess'"),
        (["assess", ".", "--explian"], "没有选项"),
        (["assess", ".", "--period"], "选项 '--period' 后面要有 1 个值"),
        (["assess", ".", "--as-of", "2025-02-30"], "'--as-of' 的值不对"),
        (["check", "--format", "xml"], "'--format' 的值不对：'xml' 不可用；可用：'text', 'json'"),
        (["init", "a", "b"], "多余的参数：b"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: list[str], said: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert "错误：" in done.stderr
    assert said in done.stderr


def test_help_is_in_chinese() -> None:
    done = command("assess", "--help")
    assert done.returncode == 0
    for said in ("用法:", "选项:", "显示本说明。"):
        assert said in done.stdout
    assert "Show this message" not in done.stdout


def test_english_stays_english() -> None:
    done = command("assess", lang="en")
    assert done.returncode == 2
    assert "Missing argument 'WORKSPACE'" in done.stderr
    assert not CHINESE.search(done.stderr)
