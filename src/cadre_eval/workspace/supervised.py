"""Whether a workspace keeps records of supervision at all."""

from __future__ import annotations

from cadre_eval.errors import Text, UsageError
from cadre_eval.workspace.opening import Workspace


def require_supervision(workspace: Workspace) -> None:
    """Raises:
    UsageError: the workspace keeps no records of supervision; without them nothing is known, not even that all is well.
    """
    if not workspace.supervised:
        raise UsageError(
            Text(
                "这个工作区没有监督记录：在 cadre-eval.yaml 里写 supervision: 文件夹",
                "this workspace keeps no records of supervision: name their folder in cadre-eval.yaml (supervision: FOLDER)",
            )
        )
