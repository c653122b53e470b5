"""The command in a process of its own that need not start from nothing: forked, with the libraries at hand already."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path


def forked(words: Sequence[str], here: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    """The exit code of ``cadre-eval WORDS`` in a folder, and what it prints on both streams."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _become(words, here, variables, write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        printed = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), printed.decode()


def _become(words: Sequence[str], here: Path, variables: Mapping[str, str], write: int) -> None:
    """In the child: what of the program looks at its words and variables while it is imported, is imported anew."""
    code = 1
    try:
        for stream in (1, 2):
            os.dup2(write, stream)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        os.chdir(here)
        os.environ.clear()
        os.environ.update(variables)
        sys.argv = ["cadre-eval", *words]
        for name in [name for name in sys.modules if name.startswith("cadre_eval.cli")]:
            del sys.modules[name]
        import_module("cadre_eval.cli.main").main()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
