"""What tables need beside the core."""

from __future__ import annotations

from importlib.util import find_spec

from cadre_eval.errors import Text, UsageError


def need_scale() -> None:
    """Raises UsageError where numpy or pyarrow is not installed, with how to install them."""
    absent = [name for name in ("numpy", "pyarrow") if find_spec(name) is None]
    if absent:
        names = "、".join(absent)
        raise UsageError(
            Text(
                f"没有安装 {names}：pip install 'cadre-eval[scale]'",
                f"{', '.join(absent)} not installed: pip install 'cadre-eval[scale]'",
            )
        )
