"""Assess and supervise resident village cadres (驻村干部): exact, explainable, by a district's own rules.

    from cadre_eval import assess, open_workspace

    result = assess(open_workspace("my-district"), period="2025-year-end")
    for a in result:
        print(a.cadre.name, a.total_text, a.grade, a.rank)
    print(result["c-0007"].explain(lang="zh"))

Importing the package reads no file and loads no plugin; each name below is loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cadre_eval.errors import CadreEvalError, PluginFailure, Problem, Problems, RefusedInput, UsageError
    from cadre_eval.scoring.result import PeriodResult, Result
    from cadre_eval.tables.assess import assess_table
    from cadre_eval.workspace.assessing import assess
    from cadre_eval.workspace.opening import Workspace, load_workspace, open_workspace

_HOMES = {
    "CadreEvalError": "errors",
    "PeriodResult": "scoring.result",
    "PluginFailure": "errors",
    "Problem": "errors",
    "Problems": "errors",
    "RefusedInput": "errors",
    "Result": "scoring.result",
    "UsageError": "errors",
    "Workspace": "workspace.opening",
    "assess": "workspace.assessing",
    "assess_table": "tables.assess",
    "load_workspace": "workspace.opening",
    "open_workspace": "workspace.opening",
}

__all__ = [
    "CadreEvalError",
    "PeriodResult",
    "PluginFailure",
    "Problem",
    "Problems",
    "RefusedInput",
    "Result",
    "UsageError",
    "Workspace",
    "__version__",
    "assess",
    "assess_table",
    "load_workspace",
    "open_workspace",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if _HOMES[name].startswith("tables."):
        import_module(f"{__name__}.tables.needed").need_scale()
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
