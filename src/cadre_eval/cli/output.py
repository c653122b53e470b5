"""Printing: colour and progress only on a terminal, ``NO_COLOR`` honoured."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from typing import IO, Any

import click

from cadre_eval.cli.language import MESSAGES, say
from cadre_eval.errors import PluginFailure, Problem, Problems
from cadre_eval.errors.render import problems_text

_STYLES: dict[str, dict[str, Any]] = {
    "head": {"fg": "red", "bold": True},
    "fix": {"fg": "green"},
    "cure": {"dim": True},
    "expected": {"fg": "green"},
    "got": {"fg": "red"},
    "title": {"bold": True},
    "pool": {"fg": "cyan", "bold": True},
    "header": {"underline": True},
    "pending": {"fg": "yellow"},
    "not-assessed": {"dim": True},
}
DONE, PROBLEMS, WRONG_USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: problems in rules or data; wrong usage; a plugin or the program failed."""
LONG_WORK = 200
"""Progress is shown for more steps than this."""


def coloured(stream: IO[str]) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def painter(stream: IO[str]) -> Callable[[str, str], str]:
    """Paints a text in a style, if the stream shows colour."""
    if not coloured(stream):
        return lambda text, _style: text
    return lambda text, style: click.style(text, **_STYLES[style]) if style in _STYLES else text


def terminal_width(stream: IO[str]) -> int | None:
    """The columns of the terminal; None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def show_problems(problems: Iterable[Problem], stream: IO[str]) -> None:
    """The problems as text, and how many there are."""
    found = list(problems)
    if not found:
        return
    click.echo(problems_text(found, MESSAGES, painter(stream)), file=stream)
    count = len(found)
    plural = "" if count == 1 else "s"
    click.echo("\n" + say(f"共 {count} 个问题", f"{count} problem{plural}"), file=stream)


def exit_code(problems: Iterable[Problem]) -> int:
    """What problems make of a run: the fault of a plugin weighs more than any of the user's."""
    found = Problems(problems)
    return FAILED if found.plugin_failed else PROBLEMS if found else DONE


def show_failures(failures: Iterable[PluginFailure]) -> int:
    """Says on the error stream what plugins failed to do; the exit code."""
    code = DONE
    for failure in failures:
        click.echo(failure.text.in_(MESSAGES), err=True)
        code = FAILED
    return code


class Progress:
    """A line on the terminal that is rewritten as work goes on; silent elsewhere and on short work."""

    def __init__(self) -> None:
        self.stream = sys.stderr
        self.shown = False
        self.last = -1

    def __call__(self, what: str, done: int, total: int) -> None:
        if total < LONG_WORK or not self.stream.isatty():
            return
        percent = done * 100 // total
        if percent == self.last and done < total:
            return
        self.last = percent
        names = {"read": say("读取档案", "reading dossiers"), "assess": say("计分", "scoring")}
        filled = percent * 30 // 100
        bar = "█" * filled + "░" * (30 - filled)
        self.stream.write(f"\r{names.get(what, what)} {bar} {percent:3d}% {done}/{total}")
        self.shown = True
        if done >= total:
            self.clear()
        self.stream.flush()

    def clear(self) -> None:
        if self.shown:
            self.stream.write("\r\033[K")
            self.shown, self.last = False, -1
