"""The hooks a plugin may implement. The built-in kinds come in through the same door."""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from cadre_eval.ruleset.kind import CriterionKind

PROJECT = "cadre_eval"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def cadre_eval_register_criterion_kinds() -> Sequence[CriterionKind]:  # type: ignore[empty-body]
    """Called once, before a ruleset is compiled. Returns the kinds of criterion the plugin brings.

    Two plugins that bring a kind of the same name are a problem that names both. An exception, or a value that is
    not a sequence of ``CriterionKind``, is a ``PluginFailure``.
    """
