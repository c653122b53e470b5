"""An environment of one's own: it sees all that the tests' environment has, and what is installed in it stays in it."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from pathlib import Path

OFFLINE = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
"""What keeps pip from asking anybody: it builds with what is there. (Of a switch named "no", 0 is what turns it on.)"""


def own_python(folder: Path) -> Path:
    """The Python of a new environment in ``folder``."""
    venv.create(folder, symlinks=True)
    (home,) = folder.glob("lib/python*/site-packages")
    outer = sysconfig.get_path("purelib")
    (home / "outer.pth").write_text(f"import site; site.addsitedir({outer!r})\n", "utf-8")
    return folder / "bin" / "python"


def ran_by(python: Path, *arguments: str | Path, cwd: Path, lang: str = "zh") -> subprocess.CompletedProcess[str]:
    """``python -m …`` in that environment, its output and errors together in ``stdout``."""
    return subprocess.run(
        [python, "-m", *arguments], cwd=cwd, env={**os.environ, **OFFLINE, "CADRE_EVAL_LANG": lang, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
    )  # fmt: skip
