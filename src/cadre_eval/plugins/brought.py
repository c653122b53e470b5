"""What a plugin may bring beside kinds, methods and rules of accountability: formats for reports, commands, objections."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from cadre_eval.errors import Span, Text
from cadre_eval.plugins.views import AssessedPeriod


@frozen(eq=False)
class ReportFormat:
    """A format of ``assess --format``; ``--out`` writes it too, into ``PERIOD.NAME.suffix``.

    Attributes:
        name: the word after ``--format``.
        title: what it is, in one line.
        suffix: the ending of its file, such as ``csv``.
        render: ``(assessed) -> text``; pure, the same text for the same results.
    """

    name: str
    title: Text
    suffix: str
    render: Callable[[AssessedPeriod], str]


@frozen(eq=False)
class PluginCommand:
    """A command of ``cadre-eval run WORKSPACE NAME --period PERIOD [ARGUMENTS]``.

    Attributes:
        name: the word after the workspace.
        title: what it does, in one line.
        run: ``(assessed, arguments) -> text``; the text is printed.
    """

    name: str
    title: Text
    run: Callable[[AssessedPeriod, tuple[str, ...]], str]


@frozen
class Objection:
    """Something in a ruleset a plugin does not accept; ``span`` is one that a view gave."""

    span: Span
    reason: Text | str
