"""Makes a new workspace from the template that travels with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cadre_eval.errors import Text, UsageError
from cadre_eval.workspace.files import write_atomically

TEMPLATE = "template"


def make_workspace(folder: Path) -> list[Path]:
    """Writes the template into a new or empty folder and returns the files.

    Raises:
        UsageError: the folder is not empty, or a file stands in its place.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(Text(f"{folder} 已存在且不是空文件夹", f"{folder} exists and is not an empty folder"))
    template = Path(str(files("cadre_eval.workspace"))) / TEMPLATE
    written = []
    for source in sorted(path for path in template.rglob("*") if path.is_file()):
        target = folder / source.relative_to(template)
        write_atomically(target, source.read_bytes())
        written.append(target)
    return written
