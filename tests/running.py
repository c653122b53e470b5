"""Ways to run the command: in this process, in a process of its own, on a terminal."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from fcntl import ioctl
from pathlib import Path

from attrs import frozen

from cadre_eval.cli.main import run

EXAMPLE = Path(__file__).parents[1] / "examples" / "resettlement-district"
COMMAND = [sys.executable, "-m", "cadre_eval.cli.main"]
_UNSET = {
    "CADRE_EVAL_LANG", "CADRE_EVAL_DEBUG", "NO_COLOR", "COLUMNS", "LINES", "LANGUAGE", "LC_MESSAGES", "LC_ALL", "LANG",
}  # fmt: skip


@frozen
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


class Screen(io.StringIO):
    """A terminal as far as the command can tell."""

    def isatty(self) -> bool:
        return True


def ran(*arguments: str | Path, screen: bool = False) -> Done:
    """The command in this process: fast, and in whatever language this process has."""
    out, err = (Screen(), Screen()) if screen else (io.StringIO(), io.StringIO())
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(a) for a in arguments])
    return Done(code, out.getvalue(), err.getvalue())


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what the command looks at, then the changes."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
    return {**kept, "LC_ALL": "C.UTF-8", **(changes or {})}


def spawned(*arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Done:
    """The command in a process of its own, its output in pipes."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], env=environment(env), cwd=cwd, capture_output=True, timeout=60, check=False
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def on_terminal(
    *arguments: str | Path, env: Mapping[str, str] | None = None, columns: int = 120, cwd: Path | None = None
) -> Done:
    """The command on a terminal of its own, stdout and stderr together in ``out``, line ends as ``\\n``."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env=environment({"TERM": "xterm-256color", **(env or {})}),
        cwd=cwd, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    shown = bytearray()
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # what a terminal says once nobody holds its other end
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    return Done(process.wait(60), shown.decode("utf-8").replace("\r\n", "\n"), "")
