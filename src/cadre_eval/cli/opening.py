"""How commands open a workspace: nothing runs beside them, so they have all cores."""

from __future__ import annotations

from pathlib import Path

from cadre_eval.workspace.apart import cores
from cadre_eval.workspace.opening import Workspace, open_workspace
from cadre_eval.workspace.record_files import Progress, no_progress


def opened_workspace(path: Path, progress: Progress = no_progress) -> Workspace:
    """The workspace. Raises as ``open_workspace`` does."""
    return open_workspace(path, progress, cores())
