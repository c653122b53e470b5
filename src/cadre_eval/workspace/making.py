"""Makes new folders from the templates that travel with the package: a workspace, the project of a plugin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from cadre_eval import __version__
from cadre_eval.errors import Text, UsageError
from cadre_eval.scoring.kinds import BUILTIN_KINDS
from cadre_eval.workspace.files import write_atomically

TEMPLATE, PLUGIN_TEMPLATE = "template", "plugin_template"
PREFIX = "cadre-eval-"
LONGEST = 40
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def make_workspace(folder: Path) -> list[Path]:
    """Writes the template into a new or empty folder and returns the files.

    Raises:
        UsageError: the folder is not empty, or a file stands in its place.
    """
    return _make(folder, TEMPLATE, {})


def make_plugin(name: str, folder: Path | None = None) -> tuple[Path, list[Path]]:
    """Writes the project of a plugin ``cadre-eval-NAME`` into a new or empty folder, which is called so unless another is
    given. It brings a kind of criterion called ``NAME``. Returns the folder and the files.

    Raises:
        UsageError: the name cannot be used, the folder is not empty, or a file stands in its place.
    """
    short = _short_name(name)
    full = PREFIX + short
    words = {
        "cadre-eval-example": full,
        "cadre_eval_example": full.replace("-", "_"),
        "example-kind": short,
        "cadre-eval>=0": f"cadre-eval>={__version__}",
    }
    home = folder or Path(full)
    return home, _make(home, PLUGIN_TEMPLATE, words)


def _short_name(name: str) -> str:
    """What follows ``cadre-eval-``, which may be left out. Raises UsageError: it cannot be the name of a plugin."""
    short = name.removeprefix(PREFIX)
    if not _NAME.fullmatch(short) or len(short) > LONGEST:
        meant = re.sub(r"[\s_.-]+", "-", name.strip().lower()).removeprefix(PREFIX).strip("-")
        sound = bool(_NAME.fullmatch(meant)) and len(meant) <= LONGEST
        zh, en = (f"；是不是 {meant}？", f"; did you mean {meant}?") if sound else ("", "")
        raise UsageError(
            Text(
                f"插件不能叫“{name}”：用小写字母开头，只用小写字母、数字和单个连字符，最多 {LONGEST} 个字符，如 night-visits{zh}",
                f"'{name}' cannot name a plugin: small letters, digits and single hyphens, a letter first, at most "
                f"{LONGEST} characters, such as night-visits{en}",
            )
        )
    if any(kind.name == short for kind in BUILTIN_KINDS):
        raise UsageError(
            Text(
                f"内置的计分方法已经叫“{short}”，插件请换个名称",
                f"'{short}' is a built-in kind of criterion; choose another name for the plugin",
            )
        )
    return short


def _make(folder: Path, template: str, words: Mapping[str, str]) -> list[Path]:
    """All files of a template in ``folder``, words replaced in names and texts; or, if that fails, none of them."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(Text(f"{folder} 已存在且不是空文件夹", f"{folder} exists and is not an empty folder"))
    content = _content(template, words)
    beside = folder if folder.exists() else folder.parent
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=beside, prefix=f".{folder.name}.") as aside:
        made = Path(aside, "made")
        for name, raw in content.items():
            write_atomically(made / name, raw)
        if beside == folder:
            for part in made.iterdir():
                part.rename(folder / part.name)
        else:
            made.rename(folder)
    return [folder / name for name in content]


def _content(template: str, words: Mapping[str, str]) -> dict[str, bytes]:
    home = Path(str(files("cadre_eval.workspace"))) / template
    found = (p for p in home.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {
        _with(words, path.relative_to(home).as_posix()): _with(words, path.read_text("utf-8")).encode()
        for path in sorted(found)
    }


def _with(words: Mapping[str, str], text: str) -> str:
    for old, new in words.items():
        text = text.replace(old, new)
    return text
