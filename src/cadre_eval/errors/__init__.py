"""What can go wrong, where, and how to say it. Lowest floor: imports nothing from the package."""

from cadre_eval.errors.problem import (
    CadreEvalError,
    PluginFailure,
    Problem,
    Problems,
    RefusedInput,
    RunFailed,
    UsageError,
)
from cadre_eval.errors.span import Source, Span
from cadre_eval.errors.text import Lang, Text, as_text, message_text

__all__ = [
    "CadreEvalError",
    "Lang",
    "PluginFailure",
    "Problem",
    "Problems",
    "RefusedInput",
    "RunFailed",
    "Source",
    "Span",
    "Text",
    "UsageError",
    "as_text",
    "message_text",
]
